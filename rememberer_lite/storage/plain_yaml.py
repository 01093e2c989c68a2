"""YAML read from outside and written: plain values and tuples.

What is read has a size that the file's own length bounds.

A YAML reader recurses into each level and replaces each alias by what it names: a file of 40 kB
can end the process, and one of 400 bytes can expand to more values than a disk holds. So the
events of the file are counted first, one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any, ClassVar

import yaml

from rememberer_lite.text import short

#: levels of lists and mappings inside each other; a published pool has 4
MOST_LEVELS = 32
#: directives (%TAG …); their reader takes quadratic time
MOST_TAGS = 20
#: digits of a whole number
MOST_DIGITS = 30
#: values that aliases add, for each value that is written out; a published pool has below 1
MOST_COPIES = 10

#: values that are not of these kinds are refused; the published pools have only these
_TUPLE = "tag:yaml.org,2002:python/tuple"
_KINDS = ("null", "bool", "int", "float", "str", "seq", "map")

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BaseDumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class YamlError(ValueError):
    """A YAML text that is refused; the message says why, and on which line."""


class _Loader(_Base):  # type: ignore[misc]
    """YAML without code: plain values, and the tuples that the pools use as keys."""

    # no dates, no sets, no bytes: the tags of the published pools and the plain kinds, no others
    yaml_constructors: ClassVar[dict[str | None, Any]] = {
        tag: make
        for tag, make in _Base.yaml_constructors.items()
        if tag is None or tag in {f"tag:yaml.org,2002:{kind}" for kind in _KINDS}
    }

    def flatten_mapping(self, node: Any) -> None:
        """Refuse merge keys: they copy one mapping into another any number of times."""
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                raise YamlError(f"merge keys (<<) are not read: {_line(key.start_mark)}")

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        """A mapping whose keys are all different."""
        found: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        if len(found) < len(node.value):
            raise YamlError(f"a key appears twice in the mapping of {_line(node.start_mark)}")
        return found


def _tuple(loader: Any, node: yaml.SequenceNode) -> tuple[Any, ...]:
    return tuple(loader.construct_sequence(node, deep=True))


def _int(loader: Any, node: yaml.ScalarNode) -> int:
    if len(node.value) > MOST_DIGITS:
        raise YamlError(f"a number has more than {MOST_DIGITS} digits: {_line(node.start_mark)}")
    return int(loader.construct_yaml_int(node))


_Loader.add_constructor(_TUPLE, _tuple)
_Loader.add_constructor("tag:yaml.org,2002:int", _int)


class _Dumper(_BaseDumper):  # type: ignore[misc]
    """Plain values and tuples, as the published code's own dumper writes them."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write a value in full wherever it occurs."""
        return True


_Dumper.add_representer(tuple, lambda dumper, data: dumper.represent_sequence(_TUPLE, data))


def yaml_text(value: Any) -> str:
    """A value of plain values and tuples as YAML; `parse_yaml` gives the same value.

    Raises:
        YamlError: if a text has a character that YAML cannot hold (half a surrogate pair), or a
            value is of another kind.

    >>> print(yaml_text({("a", "b"): 1}), end="")
    ? !!python/tuple
    - a
    - b
    : 1
    """
    try:
        return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False))
    except UnicodeEncodeError as error:
        near = error.object[max(0, error.start - 20) : error.start]
        raise YamlError(f"half a surrogate pair after {near!r} has no form in YAML") from error
    except yaml.YAMLError as error:
        raise YamlError(" ".join(str(error).split())) from error


def parse_yaml(text: str) -> Any:
    """The value of a YAML text.

    Raises:
        YamlError: if it is not YAML of plain values and tuples, is nested too deeply, or has
            aliases that expand to much more than is written.

    >>> parse_yaml("? !!python/tuple [a, b]\\n: 1")
    {('a', 'b'): 1}
    >>> parse_yaml("a: !!python/name:os.system")
    Traceback (most recent call last):
        ...
    rememberer_lite.storage.plain_yaml.YamlError: could not determine a constructor for the tag ...
    """
    try:
        _check_size(text)
        return yaml.load(text, Loader=_Loader)  # a safe loader: see above
    except yaml.YAMLError as error:
        raise YamlError(" ".join(str(error).split())) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, YamlError):
            raise
        # what the reader itself trips over, such as `!!bool maybe`
        raise YamlError(
            f"a value does not fit its tag ({type(error).__name__}: {error})"
        ) from error


def _check_size(text: str) -> None:
    """Check the events of a text, which needs no recursion and does not expand aliases."""
    for number, tag in enumerate(re.finditer("^%TAG", text, re.MULTILINE)):
        if number == MOST_TAGS:
            line = text.count("\n", 0, tag.start()) + 1
            raise YamlError(f"more than {MOST_TAGS} %TAG directives: line {line}")
    sizes: dict[str, int] = {}  # anchor → how many values it expands to
    open_ones: list[tuple[str | None, int]] = []  # anchor, and the values before it
    written = values = 0
    for event in yaml.parse(text, Loader=_Base):
        if isinstance(event, yaml.AliasEvent):
            values += _size(event, sizes)
        elif isinstance(event, yaml.NodeEvent):
            written, values = written + 1, values + 1
            if isinstance(event, yaml.CollectionStartEvent):
                open_ones.append((event.anchor, values - 1))
            elif event.anchor is not None:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_ones.pop()
            if anchor is not None:
                sizes[anchor] = values - before
        if len(open_ones) > MOST_LEVELS:
            raise YamlError(
                f"more than {MOST_LEVELS} lists and mappings are nested inside each other: "
                f"{_line(event.start_mark)}"
            )
        if values > 1000 + (1 + MOST_COPIES) * written:
            raise YamlError(
                f"its aliases expand to more than {MOST_COPIES} times what is written: "
                f"{_line(event.start_mark)}"
            )


def _size(alias: Any, sizes: dict[str, int]) -> int:
    try:
        return sizes[alias.anchor]
    except KeyError:
        raise YamlError(
            f"the alias *{short(alias.anchor, 60)} names nothing that is complete before it: "
            f"{_line(alias.start_mark)}"
        ) from None


def _line(mark: Any) -> str:
    return f"line {mark.line + 1}"
