"""Which advice is drawn from a record, how a prompt is written within its budget."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from buttons import DOMAIN
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite.prompts import (
    SMALL_VALUE,
    PromptError,
    advise,
    build,
    template,
    write_exemplar,
    write_input,
)
from rememberer_lite.state import (
    ActionValue,
    Advice,
    Exemplar,
    Experience,
    Match,
    Recent,
    State,
    Suggestion,
)
from rememberer_lite.tokens import count_tokens

PAGE = State("find the red one", "three buttons", ("red", "green", "blue"))


def record(values: Mapping[str, float], state: State = PAGE) -> Experience:
    actions = {f"press({name})": ActionValue(q, q, 1, f"why {name}") for name, q in values.items()}
    return Experience(state, 0, actions, visits=len(values))


def exemplar(similarity: float | None, state: State = PAGE) -> Exemplar:
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
        assert 0 <= advice.encouraged.value <= SMALL_VALUE < 0.5  # far from a good value


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


@pytest.mark.parametrize(("best", "other"), [(0.9, 0.2), (0.2, 0.9), (None, None)])
def test_the_first_exemplar_stands_last(best: float | None, other: float | None) -> None:
    near, far = exemplar(best), exemplar(other, State("another task", "a page", ("red",)))
    prompt = build(DOMAIN, PAGE, Recent(), [near, far])
    assert prompt.exemplars == (far, near)  # in the order given, whatever the similarities
    assert prompt.text.index("another task") < prompt.text.index("### Example 2")
    assert prompt.text.endswith("Encouraged:\n")
    assert "".join(part.text for part in prompt.parts) == prompt.text


def test_a_template_gives_role_actions_and_principles_each_below_its_label() -> None:
    assert template(DOMAIN).startswith(
        "You press buttons.\n\n"
        "Actions:\n- press(button): presses a button\n\n"
        "Principles:\n1. Press the right one.\n\n"
        "Answer below `Encouraged:`"
    )


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
        given = [exemplar(s / 10) for s in range(9, 0, -1)]
        prompt = build(DOMAIN, PAGE, Recent(), given, budget, 100)
        assert count_tokens(prompt.text) <= budget - 100
        # what stays are the first, which are the best
        kept = len(prompt.exemplars)
        assert prompt.exemplars == tuple(reversed(given[:kept]))
        assert prompt.left_out == tuple(given[kept:])
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


@pytest.mark.parametrize("room", range(120, 400, 7))
def test_the_first_and_the_last_lines_of_a_shortened_page_stay_and_the_rest_is_counted(
    room: int,
) -> None:
    page = State("task", "\n".join(f"line {n}" for n in range(60)), ("red",))
    whole = write_input(DOMAIN, page, Recent()).splitlines(keepends=True)
    budget = len(template(DOMAIN)) + room + 10
    prompt = build(DOMAIN, page, Recent(), [], budget, reply_tokens=10, count=len)
    assert prompt.shortened
    kept = prompt.parts[-1].text.splitlines(keepends=True)
    (cut,) = (n for n, line in enumerate(kept) if line.startswith("…"))
    head, tail = kept[:cut], kept[cut + 1 :]
    # as many from the end as from the beginning, or one less
    assert len(head) - len(tail) in (0, 1)
    assert head == whole[: len(head)] and tail == whole[len(whole) - len(tail) :]
    left_out = len(whole) - len(head) - len(tail)
    assert kept[cut] == f"… ({left_out} lines left out to fit the budget)\n"
    # no more than has to go: one line more would not fit
    further = whole[len(head)] if len(head) == len(tail) else whole[-len(tail) - 1]
    longer = prompt.parts[-1].text.replace(f"({left_out} ", f"({left_out - 1} ") + further
    assert len(longer) > room


def test_only_lines_above_400_characters_are_shortened_themselves() -> None:
    page = State("task", "\n".join(["a" * 398, "b" * 399, *"c" * 999]), ("red",))
    text = build(DOMAIN, page, Recent(), [], 2000, reply_tokens=0, count=len).text
    assert f"\n  {'a' * 398}\n" in text  # with the two spaces before it, 400
    assert f"\n  {'b' * 398} … (line shortened)\n" in text


def test_a_page_that_just_fits_is_not_shortened() -> None:
    page = State("task", "a page " * 20, ("red",))
    needed = len(template(DOMAIN) + write_input(DOMAIN, page, Recent())) + 10
    assert not build(DOMAIN, page, Recent(), [], needed, 10, count=len).shortened
    assert build(DOMAIN, page, Recent(), [], needed - 1, 10, count=len).shortened


def test_advice_without_a_value_is_written_without_an_arrow() -> None:
    match = exemplar(0.5).match
    advice = Advice(Suggestion("press(red)", None, "it fits"), None)
    text = write_exemplar(DOMAIN, Exemplar(match, advice), 1)
    assert text.endswith("\nEncouraged:\npress(red) it fits\n\n")
    assert "->" not in text and "Discouraged" not in text
    advice = Advice(Suggestion("press(red)", None), Suggestion("press(blue)", None))
    text = write_exemplar(DOMAIN, Exemplar(match, advice), 1)
    assert text.endswith("\nEncouraged:\npress(red)\nDiscouraged:\npress(blue)\n\n")


def test_a_budget_below_the_template_names_the_one_that_works() -> None:
    with pytest.raises(PromptError, match=r"set budget to at least (\d+)") as caught:
        build(DOMAIN, PAGE, Recent(), [], budget=150)
    needed = int(str(caught.value).split("at least ")[1].split(",")[0])
    assert build(DOMAIN, PAGE, Recent(), [], budget=needed).text


def test_an_exemplar_is_written_with_the_record_s_own_page() -> None:
    text = write_exemplar(DOMAIN, exemplar(0.5, State("older task", "old page", ("red",))), 3)
    assert text.startswith("### Example 3\n")
    assert "older task" in text and "old page" in text


def test_the_parts_of_a_prompt_are_named_in_their_order() -> None:
    prompt = build(DOMAIN, PAGE, Recent(), [exemplar(0.5), exemplar(0.25)])
    names = [part.name for part in prompt.parts]
    assert names == ["template", "exemplar", "exemplar", "input"]
    assert "".join(part.text for part in prompt.parts) == prompt.text
