"""Which methods in a notebook's classes override nothing: the package would never call them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from importlib import import_module


def without_effect(sources: Iterable[str]) -> Iterator[str]:
    """The methods that a class derived from one of the package has and its base does not know.

    A lesson plants faults by overriding methods. Once the package renames such a method the
    fault is gone, no error is raised, and the lesson teaches something that does not happen.
    """
    imported: dict[str, type] = {}
    for source in sources:
        try:
            tree = ast.parse(source)
        except SyntaxError:  # such as a shell command, which another rule reports
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rememberer"):
                module = import_module(node.module or "")
                names = {(name.asname or name.name): name.name for name in node.names}
                found = {alias: getattr(module, name, None) for alias, name in names.items()}
                imported |= {alias: kind for alias, kind in found.items() if isinstance(kind, type)}
            elif isinstance(node, ast.ClassDef):
                bases = [imported[b.id] for b in node.bases if getattr(b, "id", "") in imported]
                yield from _unknown(node, bases)


def _unknown(node: ast.ClassDef, bases: list[type]) -> Iterator[str]:
    for method in node.body:
        if not isinstance(method, ast.FunctionDef) or not bases:
            continue
        if not any(callable(getattr(base, method.name, None)) for base in bases):
            yield f"{node.name}.{method.name} overrides nothing of {bases[0].__name__}"
