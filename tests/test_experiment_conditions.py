"""Conditions and plans are refused where they could not be meant, and the choices are named."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, get_args

import pytest

from rememberer_lite.experiments import PLANS, Condition, Plan
from rememberer_lite.experiments.cells import LEARNERS
from rememberer_lite.experiments.conditions import Learner, Training
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.state import RemembererError

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"agent": "memry"}, "'memory', 'solved only', .*'retrieval'"),
    ({"start": "E3"}, "'E0', 'E1', 'E2', 'empty'"),
    ({"start": ""}, "'empty'"),
    ({"test": "tests"}, "'train', 'test', 'S0', 'S1', 'long'"),
    ({"goals": (("lnog", 50),)}, r"goals\[0\]\[0\] is 'lnog'; .*'long'"),
    ({"goals": (("long", 50), ("S0", "10"))}, r"goals\[1\]\[1\] is '10'; give a whole number"),
    ({"goals": (("long", -1),)}, "goals of 'long' is -1"),
    ({"goals": ("long", 50)}, r"goals\[0\] is 'long'; give a tuple"),
    ({"goals": (("long", 50, 1),)}, "give 2 values"),
    ({"goals": [("long", 50)]}, "give a tuple"),
    ({"similarity": "rich"}, "'domain', 'richer', 'page text', 'random'"),
    ({"values": "shufled"}, "'learnt', 'shuffled', 'inverted'"),
    ({"values": "Shuffled"}, "'shuffled'"),
    ({"values": None}, "'shuffled'"),
    ({"retrieval": "randm"}, "'similar', 'random'"),
    ({"retrieval": ["random"]}, "'similar', 'random'"),
    ({"epochs": "4"}, "epochs is '4'; give a whole number"),
    ({"epochs": 1.5}, "give a whole number"),
    ({"epochs": -1}, "epochs is -1"),
    ({"epochs": True}, "give a whole number"),
    ({"agent": "fixed", "epochs": 4}, "'fixed' does not learn"),
    ({"weight": "0.5"}, "give a number or None"),
    ({"weight": 1.5}, "between 0 and 1"),
    ({"weight": float("nan")}, "give a number or None"),
    ({"records": 2.5}, "give a whole number or None"),
    ({"records": -3}, "records is -3"),
    ({"records": 10**400}, "too large"),
    ({"foreign": "yes"}, "give True or False"),
    ({"temperature": "hot"}, "give a number or None"),
    ({"temperature": -1.0}, "temperature is -1.0; choose 0 or more"),
    ({"test_count": 2.5}, "give a whole number or None"),
    ({"test_count": -1}, "test_count is -1"),
    ({"twice": 1}, "give True or False"),
    ({"against": None}, "give a text"),
    ({"policy": "two phase", "epochs": 1}, "give 'two phases' or 'two phases by use' or 'rules'"),
    ({"policy": "rules"}, "reads the journal of a training; set epochs"),
    ({"memory": {"n_step": 1}}, "holds 'n_step'; choose from gamma, n_steps"),
    ({"memory": {"gamma": "0.9"}}, r"memory\['gamma'\] is '0.9'; give a number"),
    ({"memory": {"gamma": 1.5}}, "gamma"),
    ({"memory": {"n_steps": 0}}, "n_steps"),
    ({"memory": {"step_size": "men"}}, "give a number or 'mean'"),
    ({"memory": ()}, "give a dictionary"),
    ({"settings": {"exemplar": 3}}, "holds 'exemplar'; choose from exemplars"),
    ({"settings": {"discouraged": "no"}}, "give True or False"),
]


@pytest.mark.parametrize(("field", "said"), WRONG, ids=[str(field)[:40] for field, _ in WRONG])
def test_a_wrong_field_is_refused_with_its_choices(field: dict[str, Any], said: str) -> None:
    with pytest.raises(RemembererError, match=said):
        Condition("control", **field)
    with pytest.raises(RemembererError, match=said):  # where it is made from another one, too
        replace(Condition("right"), **field)


def test_every_field_is_among_the_wrong_ones() -> None:
    tried = {name for field, _ in WRONG for name in field}
    assert tried == {field.name for field in fields(Condition)} - {"name"}


def test_what_is_right_is_taken() -> None:
    Condition("α", weight=1, memory={"step_size": 0.1, "capacity": None}, settings={"exemplars": 0})
    Condition("β", records=1, epochs=1, goals=(("S0", 3), ("own test", 0)))


def test_every_learner_has_its_class() -> None:
    assert set(LEARNERS) == set(get_args(Learner))


def test_conditions_that_differ_in_the_test_alone_share_their_training() -> None:
    base = Condition("base", epochs=4, memory={"n_steps": 1})
    tests: list[dict[str, Any]] = [
        {"values": "shuffled"}, {"retrieval": "random"}, {"records": 3}, {"test": "S0"},
        {"twice": True}, {"against": "base"}, {"test_count": 3}, {"policy": "rules"},
    ]  # fmt: skip
    for change in tests:
        other = replace(base, name="other", **change)
        assert other.training == base.training and hash(other.training) == hash(base.training)
    trainings: list[dict[str, Any]] = [
        {"agent": "solved only"}, {"start": "E1"}, {"epochs": 3}, {"goals": (("S0", 10),)},
        {"memory": {"n_steps": 2}}, {"settings": {"exemplars": 1}}, {"similarity": "richer"},
        {"weight": 0.1}, {"foreign": True}, {"temperature": 0.5},
    ]  # fmt: skip
    assert {name for change in trainings for name in change} == {f.name for f in fields(Training)}
    for change in trainings:
        assert replace(base, **change).training != base.training
    assert len({base, replace(base), replace(base, twice=True)}) == 2  # they can be keys


def test_a_plan_compares_with_rows_and_measures_that_it_has() -> None:
    rows = (Condition("a"), Condition("b", against="a"))

    def plan(**changes: Any) -> Plan:
        return Plan(**{"name": "p", "question": "?", "conditions": {"webshop": rows},
                       "reference": "a"} | changes)  # fmt: skip

    assert plan(measures=("auc",), also=("seconds",)).reference == "a"
    with pytest.raises(ExperimentError, match=r"compared with 'A', .*choose one of a, b"):
        plan(reference="A")
    with pytest.raises(ExperimentError, match="'c' is compared with 'd'"):
        plan(conditions={"webshop": (*rows, Condition("c", against="d"))})
    with pytest.raises(ExperimentError, match="two conditions named 'a'"):
        plan(conditions={"webshop": (*rows, Condition("a", "none"))})
    with pytest.raises(ExperimentError, match=r"no measure 'succes'; choose from .*success"):
        plan(measures=("succes",))
    with pytest.raises(ExperimentError, match="no measure 'time'"):
        plan(also=("time",))
    with pytest.raises(ExperimentError, match="at least one measure"):
        plan(measures=())


def test_the_help_names_every_plan(capsys: pytest.CaptureFixture[str]) -> None:
    from rememberer_lite.cli import main

    with pytest.raises(SystemExit):
        main(["experiment", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    (names,) = (part for part in said.split("name ") if part.startswith("protocol"))
    listed = names.split(" options:")[0].replace(" or ", ", ").split(", ")
    assert listed == list(PLANS)
