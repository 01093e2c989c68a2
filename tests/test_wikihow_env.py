"""The app as an environment: navigation, rewards, actions without effect, Gymnasium's rules."""

from __future__ import annotations

import copy
import random
import warnings

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st

from rememberer_lite.agent import Agent, Turn
from rememberer_lite.envs.spaces import AnyText
from rememberer_lite.envs.wikihow import WIKIHOW, Site, WikiHowEnv
from rememberer_lite.envs.wikihow.scripted import solve
from rememberer_lite.envs.wikihow.tasks import TaskError, write_task
from rememberer_lite.envs.wikihow.taskset import TEST
from rememberer_lite.state import Decision, Recent, SettingError, State
from rememberer_lite.training import run_episode

SITE = Site.builtin()
ENV = WikiHowEnv(SITE)


def fresh(goal: int = 0) -> WikiHowEnv:
    env = copy.deepcopy(ENV)
    env.reset(options={"goal": goal})
    return env


def number(env: WikiHowEnv, label: str) -> int:
    """The number of the first clickable element with this label."""
    return next(n for n, e in enumerate(env.screen.elements) if e.text == label and e.clickable)


def click(env: WikiHowEnv, label: str) -> float:
    return env.step(f"CLICK({number(env, label)})")[1]


def test_gymnasium_finds_nothing_to_complain_about() -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        check_env(WikiHowEnv(SITE, render_mode="ansi"), skip_render_check=True)
        check_env(WikiHowEnv(SITE), skip_render_check=True)
    assert [str(w.message) for w in said] == []


def test_copies_share_the_site_and_nothing_else() -> None:
    env = fresh()
    other = copy.deepcopy(env)
    other.step("INPUT(2, tea)")
    assert other.site is env.site
    assert env.place == (("home",), 0) != other.place


# -- goals and info ----------------------------------------------------------------------------


def test_reset_takes_a_goal_or_draws_one() -> None:
    env = fresh()
    assert env.reset(options={"goal": 7})[1]["goal"] == 7
    assert env.reset(options={"goal": np.int64(8)})[1]["goal"] == 8
    drawn = [env.reset(seed=5, options={})[1]["goal"], env.reset(seed=5)[1]["goal"]]
    assert drawn[0] == drawn[1]
    assert len({env.reset()[1]["goal"] for _ in range(20)}) > 10


@pytest.mark.parametrize("goal", [-1, 270, "0", 1.5, True])
def test_a_goal_that_is_not_there_is_an_error(goal: object) -> None:
    with pytest.raises(SettingError, match="0 to 269"):
        fresh().reset(options={"goal": goal})


def test_an_environment_without_tasks_is_an_error() -> None:
    with pytest.raises(TaskError):
        WikiHowEnv(SITE, [])


def test_info_tells_the_state_and_what_can_be_clicked() -> None:
    env = fresh()
    observation, info = env.reset(options={"goal": 3})
    assert info["state"] == State(env.tasks[3].text, observation)
    assert info["actions"] == ("Open navigation drawer", "Search", "webView")
    assert (info["no_effect"], info["no_effects"]) == ("", 0)
    assert "reward_parts" not in info


def test_the_step_instruction_follows_the_milestones() -> None:
    for goal in (0, 1, 2, 5, 7, 11):
        env = fresh(goal)
        instructions = list(env.task.instructions)
        actions = solve(fresh(goal), goal)
        seen = [""]
        for action in actions:
            _, reward, terminated, _, info = env.step(action)
            expected = seen[-1]
            if reward and not terminated:
                expected = instructions[len([s for s in dict.fromkeys(seen) if s])]
            assert info["state"].instruction == expected
            seen.append(expected)
        assert [s for s in dict.fromkeys(seen) if s] == instructions
        assert info["reward_parts"].keys() == {
            f"{n} {m.kind}" for n, m in enumerate(env.task.milestones, start=1)
        }
        assert list(info["reward_parts"].values())[-1] == len(actions)


# -- navigation --------------------------------------------------------------------------------


def open_article(env: WikiHowEnv, slug: str) -> None:
    env._open(("article", slug))


def test_search_results_lead_to_articles_from_every_fact_beside_them() -> None:
    env = fresh()
    env.step("INPUT(2, Clean a Pan (at home), please)")
    assert env.place == (("search", "Clean a Pan (at home), please"), 0)
    assert env.screen.address.endswith("wikiHowTo?search=clean+a+pan+%28at+home%29%2C+please")
    hit = env.screen.elements[3]
    assert hit.text.startswith("How to ")
    for line in range(3, 9):
        env.step(f"CLICK({line})")
        assert env.place == (hit.target, 0)
        env.step("GOBACK")


def test_links_of_an_article() -> None:
    env = fresh()
    article = next(a for a in SITE.articles if len(a.authors) == 2 and a.references)
    category = SITE.category_of[article.category]
    for label, place in [
        ("trust wikiHow", ("about",)),
        (category.parent.upper(), ("category", category.parent)),
        (category.name.upper(), ("category", category.name)),
        (article.authors[0], ("author", article.authors[0])),
        (article.authors[1], ("author", article.authors[1])),
    ]:
        open_article(env, article.slug)
        click(env, label)
        assert env.place == (place, 0)
    open_article(env, article.slug)
    click(env, "References")
    assert env.place[0] == ("article", article.slug)
    assert env.screen.address.endswith("#References")
    assert article.references[0] in env.screen.html


def test_links_of_a_category_and_of_an_author() -> None:
    env = fresh()
    env._open(("category", "Baking"))
    click(env, "<")
    assert env.place == (("category", "Food and Entertaining"), 0)
    click(env, "-crop-250-100-150px-Baking")
    assert env.place == (("category", "Baking"), 0)
    links = [e for e in env.screen.elements if e.target and e.target[0] == "article"]
    assert {e.tag for e in links} == {"p", "div", "img"}  # the blurb's words, titles, images
    env._open(("category", "Food and Entertaining"))
    click(env, "<")
    assert env.place == (("home",), 0)
    author = next(a.name for a in SITE.authors if SITE.works(a.name))
    env._open(("author", author))
    env.step("SCROLL(DOWN)")
    click(env, SITE.works(author)[0].title)
    assert env.place == (("article", SITE.works(author)[0].slug), 0)


def test_related_articles_work() -> None:
    env = fresh()
    article = SITE.articles[0]
    open_article(env, article.slug)
    while "You Might Also Like" not in env.screen.html:
        assert env.step("SCROLL(DOWN)")[4]["no_effect"] == ""
    click(env, article.related[0])
    assert SITE.article_of[env.place[0][1]].title == article.related[0]


def test_going_back_returns_to_the_screen_as_it_was_left() -> None:
    env = fresh()
    env.step("INPUT(2, clean)")
    env.step("SCROLL(DOWN)")
    before = env.screen.html
    env.step(f"CLICK({len(env.screen.elements) - 3})")
    assert env.screen.html != before
    env.step("GOBACK")
    assert env.screen.html == before
    env.step("GOBACK()")
    assert env.place == (("home",), 0)
    assert env.step("GOBACK")[4]["no_effect"] == "nothing to go back to"


def test_scrolling_shows_what_is_below_and_comes_back() -> None:
    env = fresh()
    open_article(env, SITE.articles[0].slug)
    top = env.screen.html
    env.step("SCROLL(DOWN)")
    assert env.screen.html != top
    env.step("SCROLL(UP)")
    assert env.screen.html == top
    assert env.step("SCROLL(UP)")[4]["no_effect"] == "nothing further up"
    assert env.step("SCROLL(LEFT)")[4]["no_effect"] == "nothing further left"


def test_a_new_search_can_begin_anywhere() -> None:
    for target in (
        ("home",),
        ("about",),
        ("category", "Health"),
        ("article", SITE.articles[0].slug),
    ):
        env = fresh()
        env._open(target)
        click(env, "Search")
        assert env.place == (("search", ""), 0)
        assert len(env.screen.lines) == 4  # drawer, field, clear, status bar
        env.step("INPUT(1, tea)")
        assert env.place == (("search", "tea"), 0)
    env = fresh()
    env._open(("category", "Health"))
    field = next(n for n, e in enumerate(env.screen.elements) if "search input" in e.css)
    env.step(f"INPUT({field}, sleep)")
    assert env.place == (("search", "sleep"), 0)


# -- rewards -----------------------------------------------------------------------------------


def test_a_milestone_pays_once_and_only_in_its_turn() -> None:
    task = write_task(
        [("search", "Bake Bread"), ("article", SITE.articles[0].title), ("about", "")]
    )
    env = WikiHowEnv(SITE, [task])
    env.reset(options={"goal": 0})
    env._open(("article", SITE.articles[0].slug))
    assert click(env, "trust wikiHow") == 0  # the search and the article come first
    env.step("GOBACK")
    assert env.step("INPUT(1, bread)")[1] == 1
    assert env.step("INPUT(1, bread)")[1] == 0
    env._open(("search", SITE.articles[0].title))
    place = number(env, f"How to {SITE.articles[0].title}")
    assert env.step(f"CLICK({place})")[1] == 1
    _, reward, terminated, truncated, info = env.step(f"CLICK({number(env, 'trust wikiHow')})")
    assert (reward, terminated, truncated) == (1, True, False)
    assert info["reward_parts"] == {"1 search": 3, "2 article": 5, "3 about": 6}


def test_steps_after_the_end_bring_nothing_more() -> None:
    env = fresh()
    solve(env, 0)
    for action in ("GOBACK", "INPUT(1, clean)", "CLICK(3)", "nonsense"):
        _, reward, terminated, truncated, _ = env.step(action)
        assert (reward, terminated, truncated) == (0, True, False)


def test_an_action_without_effect_never_pays() -> None:
    """Not even on a page that fits the next milestone."""
    env = fresh(2)
    title = env.task.instructions[0].removeprefix('Access the article "How to ').rstrip('"')
    open_article(env, title.replace(" ", "-"))
    env._reached = [1]
    assert env.step("CLICK(999)")[1] == 0
    assert env.step("SCROLL(DOWN)")[1] == 1


# -- actions without effect --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "says"),
    [
        ("CLICK(99)", "no element 99"),
        ("CLICK(999999999999)", "is no action"),
        ("CLICK(1)", "not clickable"),
        ("CLICK(3)", "leads nowhere"),
        ("INPUT(99, tea)", "no element 99"),
        ("INPUT(3, tea)", "takes no text"),
        ("INPUT(2, )", "nothing to type"),
        ("INPUT(2)", "is no action"),
        ("INPUT(tea)", "is no action"),
        ("SCROLL()", "is no action"),
        ("SCROLL", "is no action"),
        ("SCROLL(down)", "is no action"),
        ("SCROLL(DOWN)", "nothing further down"),
        ("GOBACK", "nothing to go back to"),
        ("click[3]", "is no action"),
        ("CLICK(3) and more", "is no action"),
        ("CLICK(-1)", "is no action"),
        ("CLICK(٣)", "leads nowhere"),  # Arabic digits are digits
        ("", "is no action"),
        ("雪\u2028", "is no action"),
        (None, "is no action"),
        (3, "is no action"),
    ],
)
def test_what_cannot_be_done_is_named_and_counted(action: str, says: str) -> None:
    env = fresh()
    before = env.screen.html
    observation, reward, terminated, truncated, info = env.step(action)
    assert (observation, reward, terminated, truncated) == (before, 0, False, False)
    assert says in info["no_effect"]
    assert info["no_effects"] == 1
    assert env.step(action)[4]["no_effects"] == 2
    assert env.step("INPUT(2, tea)")[4]["no_effects"] == 2
    assert env.reset()[1]["no_effects"] == 0


@settings(max_examples=60)
@given(st.lists(st.text() | st.from_regex(r"(CLICK|INPUT)\([0-9]{1,2}(, .*)?\)"), max_size=6))
def test_no_text_ever_breaks_the_app(actions: list[str]) -> None:
    env = fresh()
    for action in actions:
        observation, reward, _, truncated, info = env.step(action)
        assert observation in env.observation_space
        assert reward in (0, 1)
        assert not truncated
        assert info["state"].observation == observation
        lines = observation.split("\n")
        assert [f'id="{n}"' in line for n, line in enumerate(lines)] == [True] * len(lines)
        assert observation.splitlines() == lines  # nothing typed can add a line


def test_random_walks_stay_on_the_map() -> None:
    rng = random.Random(0)
    env = fresh()
    for goal in TEST:
        _, info = env.reset(options={"goal": goal})
        total = 0.0
        for _ in range(30):
            action = WIKIHOW.random_action(info["state"], rng)
            _, reward, terminated, _, info = env.step(action)
            total += reward
            assert "no element" not in info["no_effect"]
            assert "not clickable" not in info["no_effect"]
            assert "is no action" not in info["no_effect"]
        assert total <= len(env.task.milestones)
        assert terminated == (total == len(env.task.milestones))


def test_the_space_of_all_texts() -> None:
    space = AnyText()
    space.seed(3)
    samples = [space.sample() for _ in range(50)]
    assert all(sample in space for sample in samples)
    assert len(set(samples)) > 30
    assert "🙂\x00" in space
    assert b"bytes" not in space
    assert space == AnyText()
    assert space != 3
    assert not space.is_np_flattenable


# -- defects of the published code -------------------------------------------------------------


class Script(Agent):
    """An agent that plays a list of actions, then says nothing usable."""

    def __init__(self, actions: list[str]) -> None:
        super().__init__(WIKIHOW)
        self.actions = actions

    def act(self, state: State, recent: Recent, rng: random.Random) -> Turn:
        if not self.actions:
            return Turn(None, error="no reply")
        return Turn(Decision(self.actions.pop(0)))


def test_defect_16_a_dead_model_cannot_loop_for_ever() -> None:
    episode = run_episode(Script([]), fresh(), 0, 15, "0", learn=False)  # type: ignore[arg-type]
    assert len(episode.steps) == 15
    assert not episode.solved


def test_defect_16_actions_without_effect_use_steps() -> None:
    script = Script(["CLICK(99)"] * 99)
    episode = run_episode(script, fresh(), 0, 15, "0", learn=False)  # type: ignore[arg-type]
    assert len(episode.steps) == 15
    assert all(step.no_effect for step in episode.steps)


def test_defect_17_a_task_finished_on_step_15_is_solved() -> None:
    actions = solve(fresh(), 0)
    for waste, solved in ((15 - len(actions), True), (16 - len(actions), False)):
        script = Script(["GOBACK"] * waste + actions)
        episode = run_episode(script, fresh(), 0, 15, "0", learn=False)  # type: ignore[arg-type]
        assert (len(episode.steps), episode.solved) == (15, solved)
