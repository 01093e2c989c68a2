"""Values of which a type hint leaves a choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from rememberer_lite.state import ActionValue
from rememberer_lite.storage.decoding import IGNORED, FieldError, decode


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        (tuple[int, ...] | None, [1, 2], (1, 2)),
        (tuple[int, ...] | None, None, None),
        (str | tuple[str, ...], ["a"], ("a",)),
        (str | tuple[str, ...], "a", "a"),
        (int | str, "a", "a"),
    ],
)
def test_the_kind_that_fits_is_taken(kind: Any, value: object, found: object) -> None:
    assert decode(kind, value) == found


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (str | None, [1], "it should be a text, not [1]"),
        (str | float | None, {"a": 1}, "it should be a text or a number, not {'a': 1}"),
        (tuple[int, ...] | None, "a", "it should be a list or an object, not 'a'"),
        (tuple[int, ...] | None, [1, "a"], "[1] should be a whole number, not 'a'"),
    ],
)
def test_where_none_fits_all_are_named(kind: Any, value: object, said: str) -> None:
    with pytest.raises(FieldError) as error:
        decode(kind, value)
    assert str(error.value) == said


@pytest.mark.parametrize("key", [0.0, 1, None, True, ("a",), b"q"])
@pytest.mark.parametrize("kind", [ActionValue, Mapping[str, float]])
@pytest.mark.parametrize("unknown", [None, []])
def test_a_key_that_is_no_text_is_named(kind: Any, key: object, unknown: list[str] | None) -> None:
    entry = {"q": 1.0, "reward": 1.0, "visits": 1} if kind is ActionValue else {"a": 1.0}
    with pytest.raises(FieldError, match="an object whose keys are texts, not"):
        decode(kind, {**entry, key: 1.0}, unknown=unknown)


def test_unknown_keys_are_refused_collected_or_ignored() -> None:
    entry = {"q": 1.0, "reward": 1.0, "visits": 1, "colour": "red", "size": [1]}
    with pytest.raises(FieldError, match=r"^(colour|size) is not known here: remove it$"):
        decode(ActionValue, entry)
    collected: list[str] = []
    assert decode(ActionValue, entry, collected) == decode(ActionValue, entry, IGNORED)
    assert sorted(collected) == ["colour", "size"] and IGNORED == []
    nested: list[str] = []
    kind: Any = Mapping[str, ActionValue]
    decode(kind, {"a": entry}, nested)
    assert sorted(nested) == ["['a'].colour", "['a'].size"]
