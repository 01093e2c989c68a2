"""Products and goals as lines of a container: each is read when it is asked for."""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

import numpy as np
import numpy.typing as npt

from rememberer_lite.envs.webshop.goals import Goal
from rememberer_lite.envs.webshop.products import CatalogueError, Product
from rememberer_lite.envs.webshop.published.container import Container, UnfitError, Writer
from rememberer_lite.storage.files import shown
from rememberer_lite.storage.plain_json import loads

T = TypeVar("T")
#: the fields of a product in the order in which a line holds them
_FIELDS = tuple(Product.__dataclass_fields__)


def product_line(product: Product) -> bytes:
    """A product as a line."""
    return json.dumps([getattr(product, name) for name in _FIELDS]).encode()


def read_product(line: Any) -> Product:
    """The product that `product_line` wrote."""
    found = dict(zip(_FIELDS, line, strict=True))
    found["options"] = {name: tuple(values) for name, values in found["options"].items()}
    for name in ("bullets", "attributes", "levels"):
        found[name] = tuple(found[name])
    return Product(**found)


def goal_line(goal: Goal, number: int) -> bytes:
    """A goal as a line, with the number of its product."""
    values = [goal.instruction, number, goal.attributes, goal.options, goal.price_limit]
    return json.dumps(values).encode()


def read_goal(line: Any, products: Sequence[Product]) -> Goal:
    """The goal that `goal_line` wrote."""
    instruction, number, attributes, options, limit = line
    wanted = tuple(option if isinstance(option, str) else tuple(option) for option in options)
    return Goal(instruction, products[number], tuple(attributes), wanted, limit)


class LineWriter:
    """Writes lines into a section, and where each ends, with its CRC-32, into two more."""

    def __init__(self, writer: Writer, name: str) -> None:
        self._writer, self._name = writer, name
        self._ends, self._crcs = array("q"), array("I")

    def write(self, lines: Iterable[bytes]) -> None:
        """All lines, one after the other."""
        self._writer.bytes(self._name, self._counted(lines))
        self._writer.array(f"{self._name}_ends", np.frombuffer(self._ends, np.int64))
        self._writer.array(f"{self._name}_crcs", np.frombuffer(self._crcs, np.uint32))

    def _counted(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        end = 0
        for line in lines:
            end += len(line) + 1
            self._ends.append(end)
            self._crcs.append(zlib.crc32(line))
            yield line + b"\n"


class Lines(Sequence[T], Generic[T]):
    """The lines of a section as objects, each read when it is asked for.

    Args:
        container: the file.
        name: of the section.
        read: makes an object of a line's JSON value.

    Raises:
        UnfitError: if the sections do not fit together.
    """

    def __init__(self, container: Container, name: str, read: Callable[[Any], T]) -> None:
        self._raw, self._path, self._read = container.raw(name), container.path, read
        self._ends: npt.NDArray[np.int64] = container.array(f"{name}_ends", "<i8")
        self._crcs: npt.NDArray[np.uint32] = container.array(f"{name}_crcs", "<u4")
        steps = np.diff(self._ends, prepend=0)
        last = int(self._ends[-1]) if len(self._ends) else 0
        if len(self._crcs) != len(self._ends) or np.any(steps < 1) or last != len(self._raw):
            raise UnfitError("it is damaged")

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        """The object of a line.

        Raises:
            CatalogueError: if the line is damaged.
        """
        if isinstance(index, slice):
            return tuple(self[at] for at in range(*index.indices(len(self))))
        at = range(len(self))[index]
        start = int(self._ends[at - 1]) if at else 0
        line = bytes(self._raw[start : int(self._ends[at]) - 1])
        if zlib.crc32(line) != self._crcs[at]:
            raise CatalogueError(
                f"{shown(self._path)} is damaged in line {at + 1}: delete it, and it is built again"
            )
        return self._read(loads(line))

    def __repr__(self) -> str:
        return f"Lines({len(self)} lines)"
