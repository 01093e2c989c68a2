"""How fast the WikiHow simulator is, beside plain references in the same run.

Only ratios are asserted; `uv run pytest tests/benchmarks -n 0` prints the figures.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from timing import seconds

from rememberer_lite.envs.wikihow import WIKIHOW, Site, WikiHowEnv
from rememberer_lite.envs.wikihow.pages import page
from rememberer_lite.envs.wikihow.taskset import TEST, builtin_tasks

Figure = Callable[[str, object], None]
EPISODE = 15


def walks(env: WikiHowEnv, rng: random.Random) -> list[tuple[int, list[str]]]:
    """Random episodes over the test goals: searches, clicks, scrolls, ways back."""
    episodes = []
    for goal in TEST:
        _, info = env.reset(options={"goal": goal})
        actions = []
        for _ in range(EPISODE):
            action = WIKIHOW.random_action(info["state"], rng) or "GOBACK"
            actions.append(action)
            *_, info = env.step(action)
        episodes.append((goal, actions))
    return episodes


def play(env: WikiHowEnv, episodes: list[tuple[int, list[str]]]) -> None:
    for goal, actions in episodes:
        env.reset(options={"goal": goal})
        for action in actions:
            env.step(action)


def test_steps_and_resets(figure: Figure) -> None:
    env = WikiHowEnv()
    episodes = walks(env, random.Random(0))
    steps = EPISODE * len(TEST)
    warm = seconds(lambda: play(env, episodes)) / steps

    def cold() -> None:  # every page laid out anew, every search run
        for goal, actions in episodes:
            env.reset(options={"goal": goal})
            for action in actions:
                env.site.cache.clear()
                env.site._hits.clear()
                env.step(action)

    plain = seconds(cold, 3) / steps
    reset = seconds(lambda: [env.reset(options={"goal": goal}) for goal in TEST]) / len(TEST)
    figure("WikiHow, steps a second", f"{1 / warm:,.0f}")
    figure("WikiHow, steps a second with nothing kept", f"{1 / plain:,.0f}")
    figure("WikiHow, reset", f"{reset * 1e3:.3f} ms")
    assert warm < plain / 3
    assert reset < plain * 3


def test_first_episodes_on_a_new_site(figure: Figure) -> None:
    """The rate before anything is known, as in the first epoch of a training."""
    walked = walks(WikiHowEnv(), random.Random(1))
    env = WikiHowEnv(Site.builtin())
    once = seconds(lambda: play(env, walked), rounds=1) / (EPISODE * len(TEST))
    again = seconds(lambda: play(env, walked)) / (EPISODE * len(TEST))
    figure("WikiHow, steps a second in the first 70 episodes", f"{1 / once:,.0f}")
    assert again < once


def test_making_a_site_its_tasks_and_a_search(figure: Figure) -> None:
    made = seconds(lambda: Site.builtin(1), 5)
    site = Site.builtin(1)
    tasks = seconds(lambda: builtin_tasks(site), 5)
    site.search("clean a pan")  # builds the index
    queries = [article.title for article in site.articles]

    def search() -> None:
        site._hits.clear()
        for query in queries:
            site.search(query)

    def plain() -> None:  # the same, by looking through all words of all articles
        texts = [f"{a.title} {a.intro}".lower().split() for a in site.articles]
        for query in queries[:20]:
            words = query.lower().split()
            sorted(texts, key=lambda text: -sum(text.count(word) for word in words))

    one, slow = seconds(search) / len(queries), seconds(plain, 3) / 20
    figure("WikiHow, building a site", f"{made * 1e3:.0f} ms")
    figure("WikiHow, drawing 270 tasks", f"{tasks * 1e3:.0f} ms")
    figure("WikiHow, a new search", f"{one * 1e6:.0f} µs")
    assert one < slow / 5


def test_a_prompt_for_a_long_screen(figure: Figure) -> None:
    env = WikiHowEnv()
    _, info = env.reset(options={"goal": 0})
    *_, info = env.step("INPUT(2, clean a pan)")
    layout = page(env.site, ("search", "clean a pan"))
    assert len(layout.screens[0].lines) > 45
    possible = seconds(lambda: WIKIHOW.possible_actions(info["state"]), 50)
    figure("WikiHow, possible actions of 55 lines", f"{possible * 1e6:.0f} µs")
    whole = seconds(lambda: [WIKIHOW.reason(info["state"], f"CLICK({n})", "") for n in range(50)])
    assert possible < whole
