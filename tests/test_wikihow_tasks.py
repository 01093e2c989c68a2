"""The built-in tasks, real definitions, sites made for them, and the perfect player."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from rememberer_lite.envs.wikihow import Site, Task, WikiHowEnv, tasks_from_textproto
from rememberer_lite.envs.wikihow.addresses import ABOUT
from rememberer_lite.envs.wikihow.scripted import solve
from rememberer_lite.envs.wikihow.steps import PATTERNS
from rememberer_lite.envs.wikihow.tasks import (
    Milestone,
    TaskError,
    search_milestone,
    write_task,
)
from rememberer_lite.envs.wikihow.taskset import CHAINS, S0, S1, TEST, TRAINING, builtin_tasks

SITE = Site.builtin()
TASKS = builtin_tasks(SITE)


def kinds(task: Task) -> list[str]:
    return [milestone.kind for milestone in task.milestones]


def articles(task: Task) -> set[str]:
    return {i for i in task.instructions if i.startswith("Access the article")}


# -- the built-in set --------------------------------------------------------------------------


def test_the_sets_have_their_sizes_and_do_not_overlap() -> None:
    assert len(TASKS) == 270
    assert (len(TEST), len(S0), len(S1)) == (70, 10, 10)
    assert set(S0) | set(S1) <= set(TRAINING)
    assert not set(TEST) & set(TRAINING)
    assert not set(S0) & set(S1)
    assert len({task.text for task in TASKS}) == 270
    assert len({task.id for task in TASKS}) == 270


def test_no_article_of_training_is_named_by_a_test() -> None:
    for seed in range(2):
        tasks = builtin_tasks(Site.builtin(seed))
        tested = set().union(*(articles(tasks[i]) for i in TEST))
        trained = set().union(*(articles(tasks[i]) for i in TRAINING))
        assert tested and trained
        assert not tested & trained


def test_the_tasks_are_balanced() -> None:
    for goals in (TEST, TRAINING):
        lengths = Counter(len(TASKS[i].milestones) for i in goals)
        assert set(lengths) == {2, 3, 4, 5}
        assert all(0.1 < n / len(goals) < 0.4 for n in lengths.values())
    for goals in (TEST, S0, S1, TRAINING):
        used = {kind for i in goals for kind in kinds(TASKS[i])}
        assert used == set(PATTERNS)


def test_any_ten_chains_in_a_row_hold_all_kinds() -> None:
    twice = CHAINS * 2
    assert all(set("".join(twice[k : k + 10])) == set("SARUCB") for k in range(len(CHAINS)))


def test_chains_are_like_the_real_ones() -> None:
    """Search, an article, at most one other page, and an article only after such a page."""
    for task in TASKS:
        chain = kinds(task)
        assert chain[:2] == ["search", "article"]
        assert len(chain) < 3 or chain[2] in ("author", "category", "reference", "about")
        if len(chain) > 3:
            assert chain[2] in ("author", "category")
            assert chain[3] == "article"


def test_the_text_of_a_task_is_written_as_recorded() -> None:
    task = write_task(
        [
            ("search", "Be a Good Friend to a Guy"),
            ("article", "Be a Good Friend to a Guy"),
            ("author", "Ann Other, MS"),
            ("article", "Overcome Fear"),
        ]
    )
    assert task.text == (
        "Search an article to learn how to be a good friend to a guy.\n"
        'Then, access the article "How to Be a Good Friend to a Guy"\n'
        "Then, check the author page of Ann Other, MS.\n"
        'Then, access the article "How to Overcome Fear"'
    )
    assert task.instructions == (
        'Access the article "How to Be a Good Friend to a Guy"',
        "Check the author page of Ann Other, MS.",
        'Access the article "How to Overcome Fear"',
    )


def test_a_search_counts_with_any_content_word() -> None:
    milestone = search_milestone("Be a Good Friend to a Guy")
    root = "https://www.wikihow.com/wikiHowTo?search="
    assert milestone.reached(root + "guy")
    assert milestone.reached(root + "some+good+thing")
    assert not milestone.reached(root + "to+be+a")
    assert not milestone.reached("https://www.wikihow.com/Be-a-Good-Friend-to-a-Guy")


def test_a_page_counts_only_with_its_whole_name() -> None:
    root = "https://www.wikihow.com/"
    chain = [("article", "Clean a Pan"), ("category", "Pets"), ("author", "Ann Lee"), ("about", "")]
    *pages, about = write_task(chain).milestones
    addresses = ["Clean-a-Pan", "Category:Pets", "Author/Ann-Lee"]
    for milestone, address in zip(pages, addresses, strict=True):
        assert milestone.reached(root + address)
        assert milestone.reached(root + address + "?wh_an=1&amp=1")
        assert not milestone.reached(root + address + "-Lid")
        assert not milestone.reached(root + "wikiHowTo?search=" + address)
    assert about.reached(ABOUT)


def test_addresses_with_other_letters_match_plain_and_encoded() -> None:
    address = "https://www.wikihow.com/Bypass-YouTube's-Filter-(for-Beginners)"
    for pattern in (
        r"\bmUrl is: https://www\.wikihow\.com/Bypass-YouTube%27s-Filter",
        r"\bmUrl is: https://www\.wikihow\.com/Bypass-YouTube's-Filter-\(for",
        r"\bmUrl is: https://www\.wikihow\.com/Bypass-YouTube%27s-Filter-%28for-Beginners%29",
    ):
        assert Milestone((pattern,)).reached(address)


def test_a_site_that_is_too_small_is_an_error() -> None:
    small = Site(SITE.articles[:20], SITE.categories, SITE.authors)
    with pytest.raises(TaskError, match="too small"):
        builtin_tasks(small)


# -- the perfect player ------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_perfect_player_solves_every_builtin_task(seed: int) -> None:
    env = WikiHowEnv(Site.builtin(seed))
    for goal, task in enumerate(env.tasks):
        actions = solve(env, goal)
        assert len(actions) <= 15
        replay(env, goal, actions, len(task.milestones))


def replay(env: WikiHowEnv, goal: int, actions: list[str], full: int) -> None:
    """The actions, from the start, bring the full reward and end with it."""
    env.reset(options={"goal": goal})
    rewards, ended = [], []
    for action in actions:
        _, reward, terminated, truncated, info = env.step(action)
        rewards.append(reward)
        ended.append(terminated)
        assert not truncated
        assert info["no_effect"] == ""
    assert sum(rewards) == full
    assert rewards[-1] == 1
    assert ended == [False] * (len(actions) - 1) + [True]


def test_the_perfect_player_says_when_there_is_no_way() -> None:
    env = WikiHowEnv(SITE, [write_task([("search", "Bake Bread"), ("article", "Grow Wings")])])
    with pytest.raises(TaskError, match="no path"):
        solve(env, 0, max_steps=3)


# -- real definitions --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def files(reference_data: Path) -> list[Path]:
    found = sorted((reference_data / "wikihow_tasks").glob("*.textproto"))
    assert len(found) == 5
    return found


def test_real_definitions_are_read(files: list[Path]) -> None:
    tasks = {path.stem: task for path, task in zip(files, tasks_from_textproto(files), strict=True)}
    cream = tasks["apply_cc_cream-0"]
    assert cream.text == (
        "Search an article to learn how to apply cc cream.\n"
        'Then, access the article "How to Apply CC Cream"\n'
        "Then, access the about page to learn why people trust wikihow."
    )
    assert kinds(cream) == ["search", "article", "about"]
    assert cream.instructions == (
        'Access the article "How to Apply CC Cream"',
        "Access the about page to learn why people trust wikihow.",
    )
    assert cream.milestones[1].patterns == (r"\bmUrl is: https://www\.wikihow\.com/Apply-CC-Cream",)
    assert kinds(tasks["choose_a_foam_roller-6"]) == ["search", "article", "category"]
    assert kinds(tasks["180_on_a_scooter-8"]) == ["search", "article"]


def test_tasks_are_the_recorded_texts(files: list[Path], reference_data: Path) -> None:
    """Two of the definitions also stand in the recorded pools, with their text in full."""
    from wikihow_screens import recorded

    texts = {record.state.task for pool in recorded(reference_data) for record in pool}
    assert sum(task.text in texts for task in tasks_from_textproto(files)) == 2


def test_every_real_definition_is_solved_by_the_perfect_player(files: list[Path]) -> None:
    tasks = tasks_from_textproto(files)
    for env in (WikiHowEnv(tasks=tasks), WikiHowEnv(Site.for_tasks(tasks, seed=3), tasks)):
        for goal, task in enumerate(tasks):
            actions = solve(env, goal)
            assert len(actions) <= 15
            replay(env, goal, actions, len(task.milestones))


def test_a_fitted_site_has_neighbours(files: list[Path]) -> None:
    tasks = tasks_from_textproto(files)
    site = Site.for_tasks(tasks)
    assert len(site.articles) > 300
    for task in tasks:
        words = task.command[0].removeprefix("Search an article to learn how to ").rstrip(".")
        assert len(site.search(words)) >= 3
    # the patterns of real definitions are open at the end: no other title may begin alike
    assert [a.title for a in site.articles if a.slug.startswith("Apply-CC-Cream")] == [
        "Apply CC Cream"
    ]


def test_a_real_definition_cut_anywhere_is_whole_or_an_error(
    files: list[Path], tmp_path: Path
) -> None:
    (whole,) = tasks_from_textproto(files[0])
    lines = files[0].read_text(encoding="utf-8").splitlines(keepends=True)
    errors = 0
    for count in range(0, len(lines), 3):
        try:
            assert tasks_from_textproto(write(tmp_path, "".join(lines[:count]))) == [whole]
        except TaskError:
            errors += 1
    assert errors > 0.9 * len(lines) / 3


def test_a_folder_stands_for_its_files(files: list[Path]) -> None:
    assert tasks_from_textproto(files[0].parent) == tasks_from_textproto(files)


@pytest.mark.parametrize("place", range(len(CHAINS)))
def test_a_site_can_be_made_for_every_kind_of_task(place: int) -> None:
    """Tasks of one site, whose articles another site lacks, can be played on a fitted one."""
    task = builtin_tasks(Site.builtin(5))[place]
    env = WikiHowEnv(Site.for_tasks([task], seed=6), [task])
    replay(env, 0, solve(env, 0), len(task.milestones))


def test_the_second_article_stands_on_the_page_before_it() -> None:
    """As on the real site: in the category, or among the author's articles."""
    first, second = "Grow Wings", "Mend a Cloud"
    chain = [("search", first), ("article", first)]
    by_author = write_task([*chain, ("author", "Ann Other, MS"), ("article", second)])
    site = Site.for_tasks([by_author])
    assert {first, second} <= {a.title for a in site.works("Ann Other, MS")}
    by_category = write_task([*chain, ("category", "Weather"), ("article", second)])
    site = Site.for_tasks([by_category])
    assert {first, second} <= {a.title for a in site.shelf("Weather")}


@pytest.mark.parametrize("seed", range(6))
def test_an_article_whose_references_are_asked_for_has_some(seed: int) -> None:
    title, staff = "Grow Wings", next(a.name for a in Site.builtin(seed).authors if not a.job)
    chain = [("search", title), ("article", title)]
    tasks = [write_task([*chain, ("author", staff)]), write_task([*chain, ("reference", title)])]
    env = WikiHowEnv(Site.for_tasks(tasks, seed), tasks)
    assert len(solve(env, 1)) == 3


def test_no_other_title_begins_like_a_wanted_one() -> None:
    """The patterns of real definitions are open at the end."""
    longer = next(a.title for a in SITE.articles if len(a.title.split()) > 3)
    wanted = longer.rsplit(" ", 1)[0]
    site = Site.for_tasks([write_task([("search", wanted), ("article", wanted)])])
    begin_alike = [a.title for a in site.articles if a.title.startswith(wanted)]
    assert begin_alike == [wanted]


def test_wishes_that_contradict_each_other_are_an_error() -> None:
    def task(category: str) -> Task:
        article = ("article", "Bake Rye Bread")
        return write_task([("search", "Bake Rye Bread"), article, ("category", category)])

    with pytest.raises(TaskError, match="Bake Rye Bread"):
        Site.for_tasks([task("One"), task("Two")])


def test_a_pattern_without_an_address_is_an_error() -> None:
    vague = Milestone((r"\bmUrl is: .*Bread.*",), 'Access the article "How to Bake Bread"')
    with pytest.raises(TaskError, match="whole address"):
        Site.for_tasks([Task("vague", ("Search.",), (search_milestone("Bake Bread"), vague))])


# -- files that are no definitions -------------------------------------------------------------

SMALL = r"""
id: "small" command: "Search an article to learn how to bake bread."
setup_steps: { adb_call: { install_apk: { filesystem: { path: "x" } } } } max_num_steps: 500
event_sources: { log_event: { filters: "jd:D"
  pattern: "\\bmUrl is: https://www\\.wikihow\\.com/wikiHowTo\\?search=.*(bread).*" } id: 3 }
event_sources: { text_detect: { expect: "Bread" rect: { y0: 0.1 } } id: 5 }
event_sources: { id: 6 log_event: {
  pattern: "\\bmUrl is: https://www\\.wikihow\\.com/Bake-Bread" } }
event_slots: {
  reward_listener: { type: OR
    events: { event: { type: OR id: 4 events: { id: 3 }
      transformation: "y = 1" repeatability: NONE } }
    events: { event: { type: OR id: 8 events: { id: 5 } events: { id: 6 }
      transformation: "y = 1" } } }
  episode_end_listener: { events: { id: 8 } transformation: "y = True" }
  instruction_listener: { type: OR events: { event: { events: { id: 4 }
    transformation: "y = [\'Access the article \"How to Bake Bread\"\']" } } } }
vocabulary: "bread"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "task.textproto"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_definition_of_ones_own(tmp_path: Path) -> None:
    (task,) = tasks_from_textproto(write(tmp_path, SMALL))
    assert (task.id, kinds(task)) == ("small", ["search", "article"])
    env = WikiHowEnv(tasks=[task])
    assert solve(env, 0)[0] == "INPUT(2, bake bread)"


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.8, 0.95])
def test_a_truncated_definition_is_an_error_that_names_the_file(
    tmp_path: Path, share: float
) -> None:
    path = write(tmp_path, SMALL[: int(len(SMALL) * share)])
    with pytest.raises(TaskError, match=r"task\.textproto.*") as caught:
        tasks_from_textproto([path])
    assert "copy the complete file again" in str(caught.value) or "definitions of" in str(
        caught.value
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (SMALL, "", "is empty"),
        (SMALL, 'name: "something else" score: 3', "no `command`"),
        (SMALL, "just words", "not a task definition"),
        (SMALL, "id: 7 command: 8", "not a task definition"),
        ("reward_listener", "other_listener", "names no milestone"),
        ("events: { id: 3 }", "events: { id: 33 }", "no `log_event`"),
        ("(bread)", "(bread", "missing .: .*RE2"),
        ("type: OR id: 8", "type: AND id: 8", "type: AND"),
        ("type: OR id: 8", "type: MAYBE id: 8", "not a task definition"),
        ("y = [", "y = {[", "is not `y = "),
        (
            "episode_end_listener: { events: { id: 8",
            "episode_end_listener: { events: { id: 4",
            "end",
        ),
    ],
)
def test_an_alien_definition_is_an_error(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in SMALL
    path = write(tmp_path, SMALL.replace(old, new))
    with pytest.raises(TaskError, match=says) as caught:
        tasks_from_textproto([path])
    assert str(path) in str(caught.value)


def test_a_missing_file_an_empty_folder_and_bytes_that_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(TaskError, match="nowhere"):
        tasks_from_textproto([tmp_path / "nowhere.textproto"])
    with pytest.raises(TaskError, match=r"no \*\.textproto"):
        tasks_from_textproto(tmp_path)
    with pytest.raises(TaskError, match=r"no \*\.textproto"):
        tasks_from_textproto([])
    binary = tmp_path / "binary.textproto"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TaskError, match="binary"):
        tasks_from_textproto([binary])
