"""A mistake as an edit: the specification with one fragment exchanged."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import cache
from types import CodeType, FunctionType
from typing import Any


class EditError(ValueError):
    """An edit does not fit its specification; the message says which."""


def edited(spec: Callable[..., Any], edits: str | tuple[str, ...]) -> Callable[..., Any]:
    """The specification in which one or more edits ("this >> that") are carried out.

    The replaced text must occur exactly once in the specification or in the functions of its
    module that it calls; white space within it may differ.

    Raises:
        EditError: if a text does not occur there exactly once.
    """
    assert isinstance(spec, FunctionType), "a specification is a plain function"
    sources = {f.__name__: _source(f) for f in reached(spec)}
    for edit in [edits] if isinstance(edits, str) else edits:
        old, arrow, new = edit.partition(" >>")
        if not arrow:
            raise EditError(f"{spec.__name__}: {edit!r} is not of the form 'this >> that'")
        places = [(name, match) for name, source in sources.items() for match in _find(old, source)]
        if len(places) != 1:
            raise EditError(
                f"{spec.__name__}: {old!r} stands {len(places)} times in {', '.join(sources)}"
            )
        ((name, match),) = places
        source = sources[name]
        sources[name] = source[: match.start()] + new.strip() + source[match.end() :]
    module = dict(spec.__globals__)
    exec(compile("\n\n".join(sources.values()), f"<{edits}>", "exec"), module)
    made: Callable[..., Any] = module[spec.__name__]
    return made


_source = cache(inspect.getsource)  # many edits belong to one specification


def _find(old: str, source: str) -> list[re.Match[str]]:
    """The positions of a fragment, with any white space between its pieces."""
    pieces = re.findall(r"\w+|[^\w\s]", old)
    gaps = re.split(r"\w+|[^\w\s]", old)
    pattern = re.escape(pieces[0])
    for gap, piece in zip(gaps[1:], pieces[1:], strict=False):
        pattern += (r"\s+" if gap else r"\s*") + re.escape(piece)
    before, after = (r"\b" * bool(re.match(r"\w", end)) for end in (pieces[0], pieces[-1][-1]))
    return list(re.finditer(before + pattern + after, source))


def reached(spec: FunctionType) -> list[FunctionType]:
    """The functions of the specification's module that it calls, and itself, the last."""
    found: dict[str, FunctionType] = {}

    def visit(code: CodeType) -> None:
        for name in code.co_names:
            f = spec.__globals__.get(name)
            if not isinstance(f, FunctionType) or f.__module__ != spec.__module__:
                continue
            if name not in found and f is not spec:
                found[name] = f
                visit(f.__code__)
        for inner in code.co_consts:
            if isinstance(inner, CodeType):
                visit(inner)

    visit(spec.__code__)
    return [*found.values(), spec]
