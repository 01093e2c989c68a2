"""The demo with a real model: what it prints, with a model that is quick to ask."""

from __future__ import annotations

import pytest
from test_experiment_real import Held
from tiny_domain import WORLD

from rememberer_lite.cli import main
from rememberer_lite.cli.demo_local import curve, show, verdict
from rememberer_lite.training import Episode, History, Interval


def test_the_demo_tells_all_that_it_measured(capsys: pytest.CaptureFixture[str]) -> None:
    show(WORLD, Held(0), seed=0, goals=3, epochs=2)
    said = capsys.readouterr().out
    for goals in ("on 3 goals never met", "on 3 goals of the training"):
        _, _, part = said.partition(goals)
        rows = part.splitlines()[1:7]
        assert [row.split()[0] for row in rows[:3]] == ["the", "with", "after"]
        assert all(row.count("[") == 2 for row in rows[:3]), "an interval is missing"
        assert all("distinguished" in row or "a gain" in row or "a loss" in row for row in rows[3:])
    assert "epoch 1" in said and "epoch 2" in said and "epoch 3" not in said
    assert "style=short" in said and "model=held" in said
    assert "One decision" in said or "No goal was missed alone" in said


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(0.1, 0.3, "a gain"), (-0.3, -0.1, "a loss"), (-0.1, 0.3, "cannot be distinguished"),
     (0.0, 0.3, "cannot be distinguished"), (-0.3, 0.0, "cannot be distinguished")],
)  # fmt: skip
def test_an_interval_that_holds_zero_is_no_effect(low: float, high: float, word: str) -> None:
    assert word in verdict("x", Interval((low + high) / 2, low, high))


def test_the_curve_has_a_bar_for_each_epoch() -> None:
    played = [History("a", "m", (Episode(0, (), False), Episode(1, (), True)))]
    played.append(History("a", "m", (Episode(0, (), False),)))
    first, second = curve(played)
    assert first.split() == ["epoch", "1", "0.000"]
    assert second.endswith("0.000  (1 goals not yet solved)")
    assert len(curve([*played, History("a", "m", ())])) == 2


def test_the_demo_has_no_model_on_a_server(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--model", "gpt-x"]) == 2
    assert "--model gpt-x: the demo has local" in capsys.readouterr().err
