"""Small faults to plant in a module: each mutant is the module with one of them.

Comparisons, operators, conditions, constants, returned values and whole statements are changed.
Words of errors, docstrings, annotations and decorators are left alone: they decide nothing. For an
exercise the faults that learners make are planted too: a step left out (`strip`, `sorted`, a slice,
one of two conditions, a part of a pattern), `if x` for `is None`, `min` for `max`, two statements
in the other order.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile, zip_longest

_COMPARISONS: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Lt: ast.LtE(),
    ast.LtE: ast.Lt(),
    ast.Gt: ast.GtE(),
    ast.GtE: ast.Gt(),
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
}
_OPERATORS: dict[type[ast.operator], ast.operator] = {
    ast.Add: ast.Sub(),
    ast.Sub: ast.Add(),
    ast.Mult: ast.Div(),
    ast.Div: ast.Mult(),
    ast.FloorDiv: ast.Mult(),
    ast.Mod: ast.Mult(),
    ast.Pow: ast.Mult(),
    ast.BitAnd: ast.BitOr(),
    ast.BitOr: ast.BitAnd(),
    ast.BitXor: ast.BitOr(),
    ast.LShift: ast.RShift(),
    ast.RShift: ast.LShift(),
}
#: functions that learners take one for the other
_CONFUSED = {"min": "max", "max": "min", "any": "all", "all": "any"}
#: functions and methods that learners leave out
_LEFT_OUT = {"sorted", "reversed", "abs", "set", "dict", "list"}
_METHODS_LEFT_OUT = {"strip", "lstrip", "rstrip", "lower", "casefold", "copy"}
#: the parts of a pattern that can be left out without breaking it
_PARTS = re.compile(r"\(\?<?[!=](?:[^()\\]|\\.)*\)|\\[sbwd][*+?]?|(?<!\[)\^|\$")
#: fields in which nothing is changed
_LEFT_ALONE = {"annotation", "returns", "decorator_list", "bases", "type_params"}
#: the shortest text that says where a fault is
_TELLING = 8
#: how much is shown on both sides of it
_AROUND = 40


@dataclass(frozen=True)
class Mutant:
    """One planted fault.

    Attributes:
        name: where it is, and what became of what; the same as long as that code is the same.
        source: the whole module with the fault.
    """

    name: str
    source: str


def mutants_of(source: str, learners: bool = False) -> list[Mutant]:
    """Every mutant of a module, in the order of its code; with the faults of learners, if asked.

    >>> [mutant.name for mutant in mutants_of("def f(a, b):\\n    return a < b")]
    ['f: return a < b → return None', 'f: return a < b → return a <= b']
    """
    tree = ast.parse(source)
    found: list[Mutant] = []
    seen: Counter[str] = Counter()
    texts: set[str] = set()
    kinds = (_changes, _slips) if learners else (_changes,)
    for path in _places(tree, (), learners):
        for changed in (new for kind in kinds for new in kind(_at(tree, path))):
            mutated = copy.deepcopy(tree)
            _put(mutated, path, changed)
            ast.fix_missing_locations(mutated)
            text = ast.unparse(mutated)
            if learners and text in texts:
                continue
            texts.add(text)
            name = _name(tree, mutated, path)
            seen[name] += 1
            if seen[name] > 1:
                name += f" ({seen[name]})"
            found.append(Mutant(name, text))
    return found


def chosen(mutants: Sequence[Mutant], count: int) -> list[Mutant]:
    """As many mutants, in the order of the code; which ones, their names alone decide."""
    by_hash = sorted(mutants, key=lambda m: hashlib.sha256(m.name.encode()).digest())
    kept = set(by_hash[:count] if count else by_hash)
    return [mutant for mutant in mutants if mutant in kept]


Path = tuple[tuple[str, int | None], ...]


def _places(node: ast.AST, path: Path, learners: bool) -> Iterator[Path]:
    """The paths of all nodes that may be changed, each before those inside it."""
    if path:
        yield path
    match node:
        case ast.JoinedStr() if learners:  # a pattern or an answer
            pass
        case ast.Raise() | ast.JoinedStr() | ast.Import() | ast.ImportFrom():
            return
        case ast.keyword(arg="strict"):  # of zip: a check of our own code
            return
        case ast.Subscript(value=ast.Name(id="Literal")):
            return
        case ast.Call(func=ast.Attribute(value=ast.Name(id="log"))):
            return  # what is said; that it is said can still be left out
    for field, value in ast.iter_fields(node):
        if field in _LEFT_ALONE:
            continue
        if isinstance(value, ast.AST):
            yield from _places(value, (*path, (field, None)), learners)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                docstring = isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant)
                if isinstance(item, ast.AST) and not docstring:
                    yield from _places(item, (*path, (field, index)), learners)


def _at(tree: ast.AST, path: Path) -> ast.AST:
    for field, index in path:
        value = getattr(tree, field)
        tree = value if index is None else value[index]
    return tree


def _put(tree: ast.AST, path: Path, node: ast.AST) -> None:
    parent, (field, index) = _at(tree, path[:-1]), path[-1]
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in place of a node."""

    def with_(**fields: object) -> ast.AST:
        other = copy.deepcopy(node)
        for name, value in fields.items():
            setattr(other, name, value)
        return other

    match node:
        case ast.Compare(ops=[operator]):
            yield with_(ops=[_COMPARISONS[type(operator)]])
        case ast.Compare(ops=operators):
            for i, operator in enumerate(operators):
                changed = _COMPARISONS[type(operator)]
                yield with_(ops=[*operators[:i], changed, *operators[i + 1 :]])
        case ast.BinOp(op=operator) if type(operator) in _OPERATORS:
            yield with_(op=_OPERATORS[type(operator)])
        case ast.AugAssign(op=operator):
            yield with_(op=_OPERATORS[type(operator)])
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]):
            yield ast.Pass()
        case ast.BoolOp(op=ast.And()):
            yield with_(op=ast.Or())
        case ast.BoolOp():
            yield with_(op=ast.And())
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            if not isinstance(test, (ast.Compare, ast.UnaryOp)):  # those are changed themselves
                yield with_(test=ast.UnaryOp(ast.Not(), test))
        case ast.comprehension(ifs=[_, *_]):
            yield with_(ifs=[])
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as number):
            yield ast.Constant(number + 1 if number < 1e6 else number * 2)
        case ast.Constant(value=str() as text):
            yield ast.Constant(f"{text}~" if text else "~")
        case ast.Return(value=ast.expr() as value):
            if not (isinstance(value, ast.Constant) and value.value is None):
                yield with_(value=ast.Constant(None))
        case ast.Break():
            yield ast.Continue()
        case ast.Continue() | ast.Raise() | ast.Delete():
            yield ast.Pass()
        case ast.Expr(value=ast.Call()):
            yield ast.Pass()


def _slips(node: ast.AST) -> Iterator[ast.AST]:
    """What learners write in place of a node, beside the changes of `_changes`."""

    def with_(**fields: object) -> ast.AST:
        other = copy.deepcopy(node)
        for name, value in fields.items():
            setattr(other, name, value)
        return other

    match node:
        case ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            yield ast.UnaryOp(ast.Not(), left)
        case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            yield left
        case ast.BoolOp(values=values):
            for i in range(len(values)):
                rest = [*values[:i], *values[i + 1 :]]
                yield rest[0] if len(rest) == 1 else with_(values=rest)
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as number) if number:
            yield ast.Constant(number - 1)
        case ast.Constant(value=str() as text):
            for part in _PARTS.finditer(text):
                yield ast.Constant(text[: part.start()] + text[part.end() :])
        case ast.Subscript(value=value, slice=ast.Slice()):
            yield value
        case ast.If():
            yield with_(test=ast.Constant(True))
            yield with_(test=ast.Constant(False))
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.comprehension(ifs=[_, _, *_] as tests):
            yield from (with_(ifs=[*tests[:i], *tests[i + 1 :]]) for i in range(len(tests)))
        case ast.Assign() | ast.AnnAssign():
            yield ast.Pass()
        case ast.Call(func=ast.Name(id=name)) if name in _CONFUSED:
            yield with_(func=ast.Name(_CONFUSED[name], ast.Load()))
        case ast.Call(func=ast.Name(id=name), args=[ast.expr() as value]) if name in _LEFT_OUT:
            yield value
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _METHODS_LEFT_OUT:
            yield value
    if isinstance(node, ast.Call):
        named = [keyword.arg for keyword in node.keywords]
        for i, name in enumerate(named):
            if name not in (None, "strict"):
                yield with_(keywords=[*node.keywords[:i], *node.keywords[i + 1 :]])
    body = getattr(node, "body", None)
    if isinstance(node, ast.stmt) and isinstance(body, list):
        for i in range(len(body) - 1):
            if not _independent(body[i], body[i + 1]):
                yield with_(body=[*body[:i], body[i + 1], body[i], *body[i + 2 :]])


def _independent(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether the order of two statements cannot matter: neither changes what the other uses."""
    if any(
        isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) for each in (one, other)
    ):
        return True  # a docstring
    leaves = (ast.Return, ast.Continue, ast.Break, ast.Raise)
    if all(any(isinstance(node, leaves) for node in ast.walk(each)) for each in (one, other)):
        return False
    (changed, used), (changed_too, used_too) = map(_names, (one, other))
    return not (changed & used_too or changed_too & used)


def _names(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """The names whose values a statement may change, and all that it uses."""
    changed, used = set(), set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=context):
                used.add(name)
                changed |= {name} if isinstance(context, ast.Store) else set()
            case ast.FunctionDef(name=name):
                used.add(name)
                changed.add(name)
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                changed.add(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
                changed.add(name)
    return changed, used


def _name(tree: ast.AST, mutated: ast.AST, path: Path) -> str:
    """The function that holds the fault, and the code around it before and after."""
    holders = []
    for end in range(1, len(path)):
        node = _at(tree, path[:end])
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            holders.append(node.name)
    where = ".".join(holders) or "module"
    for end in range(len(path), 0, -1):
        node = _at(tree, path[:end])
        if not isinstance(node, (ast.expr, ast.stmt)):
            continue
        before, after = ast.unparse(node), ast.unparse(_at(mutated, path[:end]))
        if isinstance(node, ast.stmt) or len(before) >= _TELLING:
            break
    return f"{where}: " + " → ".join(_shown(before, after))


def _shown(before: str, after: str) -> tuple[str, str]:
    """The first lines that differ, and of long ones the part around the difference."""
    lines = zip_longest(before.split("\n"), after.split("\n"), fillvalue="")
    before, after = next((pair for pair in lines if pair[0] != pair[1]), ("", ""))
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])

    def cut(text: str) -> str:
        first, last = max(0, start - _AROUND), min(len(text), len(text) - end + _AROUND)
        return "…" * (first > 0) + text[first:last] + "…" * (last < len(text))

    return cut(before), cut(after)


def _alike(a: str, b: str) -> int:
    """How many characters at the head of two texts are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
