"""Which advice is drawn from a record, how a prompt is written within its budget."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from buttons import DOMAIN
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite.prompts import SMALL_VALUE, PromptError, advise, build, write_exemplar
from rememberer_lite.state import ActionValue, Exemplar, Experience, Match, Recent, State
from rememberer_lite.tokens import count_tokens

PAGE = State("find the red one", "three buttons", ("red", "green", "blue"))


def record(values: Mapping[str, float], state: State = PAGE) -> Experience:
    actions = {f"press({name})": ActionValue(q, q, 1, f"why {name}") for name, q in values.items()}
    return Experience(state, 0, actions, visits=len(values))


def exemplar(similarity: float, state: State = PAGE) -> Exemplar:
    experience = record({"red": 1.0, "blue": 0.0}, state)
    advice = advise(experience, state, DOMAIN, random.Random(0))
    return Exemplar(Match(experience, similarity), advice)


def test_the_highest_value_is_encouraged_and_the_lowest_of_at_most_zero_discouraged() -> None:
    advice = advise(record({"red": 0.4, "green": 1.0, "blue": 0.0}), PAGE, DOMAIN, random.Random(0))
    assert advice.encouraged is not None and advice.discouraged is not None
    assert (advice.encouraged.action, advice.encouraged.value) == ("press(green)", 1.0)
    assert (advice.discouraged.action, advice.discouraged.value) == ("press(blue)", 0.0)
    assert advice.encouraged.reason == "why green"


def test_without_a_positive_value_a_random_action_is_encouraged_with_a_small_value() -> None:
    for seed in range(50):
        advice = advise(record({"red": 0.0}), PAGE, DOMAIN, random.Random(seed))
        assert advice.encouraged is not None and advice.discouraged is not None
        assert advice.discouraged.action == "press(red)"
        assert advice.encouraged.action in ("press(green)", "press(blue)")
        assert not advice.encouraged.recorded
        assert 0 <= advice.encouraged.value <= SMALL_VALUE


def test_without_a_bad_value_a_random_other_action_is_discouraged_with_value_zero() -> None:
    advice = advise(record({"red": 0.7}), PAGE, DOMAIN, random.Random(0))
    assert advice.discouraged is not None
    assert advice.discouraged.action in ("press(green)", "press(blue)")
    assert advice.discouraged.value == 0.0 and not advice.discouraged.recorded


def test_the_ablations_leave_their_part_out() -> None:
    bad = record({"red": 0.0})
    plain = advise(bad, PAGE, DOMAIN, random.Random(0), random_advice=False)
    assert plain.encouraged is None and plain.discouraged is not None
    good = record({"red": 1.0, "blue": 0.0})
    assert advise(good, PAGE, DOMAIN, random.Random(0), discouraged=False).discouraged is None


@given(
    values=st.dictionaries(
        st.sampled_from(["red", "green", "blue"]), st.floats(-2, 2, allow_nan=False)
    ),
    seed=st.integers(0, 1000),
)
def test_defect_10_one_action_is_never_advised_both_ways(
    values: dict[str, float], seed: int
) -> None:
    advice = advise(record(values), PAGE, DOMAIN, random.Random(seed))
    if advice.encouraged and advice.discouraged:
        assert advice.encouraged.action != advice.discouraged.action


def test_defect_11_a_negative_value_is_discouraged() -> None:
    advice = advise(record({"red": -0.5, "green": 1.0}), PAGE, DOMAIN, random.Random(0))
    assert advice.discouraged is not None
    assert (advice.discouraged.action, advice.discouraged.value) == ("press(red)", -0.5)


def test_defect_37_advice_stays_on_the_page() -> None:
    possible = DOMAIN.possible_actions(PAGE)
    for seed in range(30):
        advice = advise(record({}), PAGE, DOMAIN, random.Random(seed))
        assert advice.encouraged is not None and advice.encouraged.action in possible
        assert advice.discouraged is not None and advice.discouraged.action in possible


def test_the_most_similar_exemplar_stands_last() -> None:
    near, far = exemplar(0.9), exemplar(0.2, State("another task", "a page", ("red",)))
    prompt = build(DOMAIN, PAGE, Recent(), [near, far])
    assert [e.match.similarity for e in prompt.exemplars] == [0.2, 0.9]
    assert prompt.text.index("another task") < prompt.text.index("### Example 2")
    assert prompt.text.endswith("Encouraged:\n")
    assert "".join(part.text for part in prompt.parts) == prompt.text


def test_a_prompt_shows_task_page_actions_and_advice() -> None:
    recent = Recent(("press(green)",), ("",), 0.0, 0.5)
    text = build(DOMAIN, PAGE, recent, [exemplar(0.9)]).text
    for piece in (
        "You press buttons.",
        "- press(button): presses a button",
        "1. Press the right one.",
        "find the red one",
        "- press(green)",
        "Encouraged:\npress(red) -> 1.0 why red",
        "Discouraged:\npress(blue) -> 0.0 why blue",
    ):
        assert piece in text


def test_defect_22_template_exemplars_input_and_reply_fit_the_budget() -> None:
    for budget in range(400, 1200, 50):
        prompt = build(DOMAIN, PAGE, Recent(), [exemplar(s / 10) for s in range(9)], budget, 100)
        assert count_tokens(prompt.text) <= budget - 100
        assert len(prompt.exemplars) + len(prompt.left_out) == 9
        # what stays is the most similar
        if prompt.exemplars and prompt.left_out:
            least = min(e.match.similarity for e in prompt.exemplars)
            assert least > max(e.match.similarity for e in prompt.left_out)
    assert not build(DOMAIN, PAGE, Recent(), [exemplar(0.1)], 4000).left_out


def test_defect_21_a_long_page_is_shortened_visibly() -> None:
    page = State("task", "\n".join(f"line {n}" for n in range(5000)), ("red",))
    prompt = build(DOMAIN, page, Recent(), [exemplar(0.9)], budget=800, reply_tokens=100)
    assert prompt.shortened and prompt.tokens <= 700
    assert "lines left out to fit the budget" in prompt.text
    assert "line 0\n" in prompt.text and prompt.text.endswith("Encouraged:\n")

    wide = State("task", "x " * 20_000, ("red",))
    prompt = build(DOMAIN, wide, Recent(), [], budget=800, reply_tokens=100)
    assert prompt.shortened and prompt.tokens <= 700


def test_a_budget_below_the_template_names_the_one_that_works() -> None:
    with pytest.raises(PromptError, match=r"set budget to at least (\d+)") as caught:
        build(DOMAIN, PAGE, Recent(), [], budget=150)
    needed = int(str(caught.value).split("at least ")[1].split(",")[0])
    assert build(DOMAIN, PAGE, Recent(), [], budget=needed).text


def test_an_exemplar_is_written_with_the_record_s_own_page() -> None:
    text = write_exemplar(DOMAIN, exemplar(0.5, State("older task", "old page", ("red",))), 3)
    assert text.startswith("### Example 3\n")
    assert "older task" in text and "old page" in text
