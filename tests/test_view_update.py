"""What `explain_update` shows is what a memory learns."""

from __future__ import annotations

import copy

import pytest
import view_demo as demo
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite import ExperienceMemory, State
from rememberer_lite.agent import Turn
from rememberer_lite.learning import n_step_target
from rememberer_lite.similarity import from_function
from rememberer_lite.state import Recent
from rememberer_lite.training import Episode, Step
from rememberer_lite.view import explain_update, update_html
from rememberer_lite.view.html.update import updates

PAGES = [State("t", page) for page in "abc"]


def lived(pages: list[int], rewards: list[float]) -> Episode:
    """An episode over some of the pages; the action is always the same."""
    recent, steps = Recent(), []
    for place, (page, reward) in enumerate(zip(pages, rewards, strict=True)):
        done = place == len(pages) - 1
        steps.append(Step(PAGES[page], recent, Turn(None), f"go {page}", reward, done))
        recent = recent.after(f"go {page}", reward)
    return Episode(0, tuple(steps), False)


def learn(memory: ExperienceMemory, episode: Episode) -> None:
    memory.start(episode.steps[0].state)
    for step, following in zip(episode.steps, [*episode.steps[1:], None], strict=True):
        state = following.state if following else None
        memory.observe(step.action or "", step.reward, state, following is None)


episodes = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([0.0, 0.5, 1.0])), min_size=1, max_size=6
).map(lambda steps: lived([page for page, _ in steps], [reward for _, reward in steps]))


@given(
    st.lists(episodes, max_size=3), episodes, st.sampled_from([None, 1, 2, 3]),
    st.sampled_from([0.5, 1.0]), st.sampled_from(["mean", 0.25]),
)  # fmt: skip
def test_it_is_what_the_memory_learns(
    before: list[Episode], episode: Episode, n: int | None, gamma: float, step_size: str | float
) -> None:
    memory = ExperienceMemory(
        from_function(lambda a, b: float(a == b)), gamma=gamma, n_steps=n, step_size=step_size
    )
    for earlier in before:
        learn(memory, earlier)
    kept = copy.deepcopy(list(memory))
    told = updates(episode, memory, n, gamma)
    shown = update_html(episode, memory, n, gamma)  # it checks its own formulas
    assert list(memory) == kept
    learn(memory, episode)
    final = {}
    assert len(told) == len(episode.steps)
    for update in told:
        state = episode.steps[update.step - 1].state
        final[state, update.action] = update.after
        assert update.target == n_step_target(update.rewards, gamma, update.bootstrap or 0.0)
        assert f"{update.target:.3f}" in shown.plain
    # the last update of each pair is what the memory holds
    order = sorted(told, key=lambda u: u.visits)
    for update in order:
        final[episode.steps[update.step - 1].state, update.action] = update.after
    for (state, action), q in final.items():
        assert memory[state].actions[action].q == q


def test_by_hand() -> None:
    """Two steps, γ = 0.5: 0 + 0.5 · 1, then 1; and with n = 1 the bootstrap of the next page."""
    memory = ExperienceMemory(from_function(lambda a, b: float(a == b)))
    episode = lived([0, 1], [0.0, 1.0])
    learn(memory, episode)
    first, second = updates(episode, memory, None, 0.5)
    assert (first.target, first.before, first.visits, first.after) == (0.5, 1.0, 2, 0.75)
    assert (second.target, second.after) == (1.0, 1.0)
    one, _ = updates(episode, memory, 1, 0.5)
    assert (one.rewards, one.bootstrap, one.target) == ((0.0,), 1.0, 0.5)
    shown = update_html(episode, memory, 1, 0.5).plain
    assert "0.000 + 0.50·1.000 = 0.500" in shown
    assert "1.000 + (0.500 − 1.000) / 2 = 0.750" in shown


def test_the_sliders() -> None:
    agent, history = demo.trained()
    episode = history.episodes[0]
    panel = explain_update(episode, agent.memory)
    n, gamma = panel.children[0].children
    for steps, discount in [(1, 1.0), (2, 0.5), (0, 0.9)]:
        n.value, gamma.value = steps, discount
        assert panel.children[2].value == update_html(
            episode, agent.memory, steps or None, discount
        )
    assert panel.alert.value == ""


def test_a_full_memory_can_be_explained() -> None:
    """A record that finds no room is left out, and nothing raises."""
    memory = ExperienceMemory(from_function(lambda a, b: 1.0), capacity=1)
    learn(memory, lived([0], [1.0]))
    learn(memory, lived([0], [1.0]))
    shown = update_html(lived([1, 0], [0.0, 1.0]), memory, None, 1.0).plain
    assert "Time line" in shown


@pytest.mark.parametrize("capacity", [1, 2])
def test_the_copy_keeps_the_settings(capacity: int) -> None:
    memory = ExperienceMemory(from_function(lambda a, b: 0.0), capacity=capacity, step_size=0.5)
    [update] = updates(lived([0], [1.0]), memory, None, 1.0)
    assert update.after == 0.5
