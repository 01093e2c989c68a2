"""Worlds by name, and the proof: worlds of one module alone go wherever the package's own go."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest

from rememberer_lite import Budget, ExperienceMemory, OfflineLLM, Rememberer, State, train, view
from rememberer_lite.agent import Turn
from rememberer_lite.cli import main, parser
from rememberer_lite.cli.explain import explain, named
from rememberer_lite.cli.setting import make_llm
from rememberer_lite.domain import Domain, Line, Piece
from rememberer_lite.envs import WORLDS, World, WorldError, Worlds
from rememberer_lite.experiments import Condition, ExperimentError, Place, Plan, both, load, run
from rememberer_lite.experiments.place import other_world
from rememberer_lite.experiments.retrieval import similarity
from rememberer_lite.similarity import Similarity, from_function
from rememberer_lite.state import ActionValue, Experience, Recent, SettingError
from rememberer_lite.training import Episode, Step
from rememberer_lite.view.html.markup import Html

#: worlds that stand in one module of the tests and nowhere else
GUESTS = ("tiny_domain:WORLD", "kitchen:WORLD")
Captured = pytest.CaptureFixture[str]


@pytest.fixture(params=GUESTS)
def guest(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def shown(panel: widgets.Widget) -> str:
    """All HTML of a widget, as plain text."""
    own = Html(panel.value).plain if isinstance(panel, widgets.HTML) else ""
    return own + "".join(map(shown, getattr(panel, "children", ())))


def press(panel: widgets.Widget, label: str) -> None:
    """Click the button with this label."""

    def buttons(widget: widgets.Widget) -> list[widgets.Button]:
        inner = [b for child in getattr(widget, "children", ()) for b in buttons(child)]
        return [widget, *inner] if isinstance(widget, widgets.Button) else inner

    [found] = [button for button in buttons(panel) if button.description == label]
    found.click()


def learnt(world: World, **options: Any) -> tuple[Rememberer, tuple[Episode, ...]]:
    memory = ExperienceMemory(world.domain.similarity())
    agent = Rememberer(OfflineLLM(), memory, world.domain)
    goals = world.goals("train")
    run = train(agent, world.env(0), goals, 2, world.max_steps, progress=False, **options)
    return agent, run.episodes


# ---- the registry


@pytest.mark.parametrize("name", ["webshop", "wikihow"])
def test_a_world_has_what_the_commands_and_the_paper_name(name: str) -> None:
    world = WORLDS[name]
    env: Any = world.env(0)
    assert env.domain is world.domain and world.name == name == world.settings["world"]
    assert len(world.splits["S0"]) == len(world.splits["S1"]) == 10
    assert len(world.splits["long"]) == 50
    for split in ("train", "S0", "S1", "long", "many"):
        assert not set(world.splits[split]) & set(world.splits["test"])
    for goals in world.splits.values():
        for goal in (goals[0], goals[-1]):
            _, info = env.reset(options={"goal": goal})
            assert world.domain.recognises(info["state"])
            assert WORLDS.domain_of(info["state"]) is world.domain


def test_the_list_of_worlds_imports_none_of_them(run_python: Any) -> None:
    code = (
        "import sys; from rememberer_lite.envs import WORLDS; names = list(WORLDS); "
        "assert 'webshop' in WORLDS and 'nowhere' not in WORLDS; "
        "print(names, [m for m in sys.modules if 'webshop' in m or 'wikihow' in m or 'gymn' in m])"
    )
    assert run_python(code).strip() == "['webshop', 'wikihow'] []"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nowhere", "webshop, wikihow"),
        ("no_such.module:WORLD", "'no_such.module' cannot be imported"),
        ("tiny_domain:NOTHING", "has no 'NOTHING'"),
        ("tiny_domain:FOLDERS", "is dict, not World"),
        (":WORLD", "package.module:NAME"),
        ("imposter_world:WORLD", "'webshop' is taken"),
        (".relative:WORLD", "package.module:NAME"),
        ("broken_syntax:WORLD", "SyntaxError"),
        ("broken_code:WORLD", "ZeroDivisionError: division by zero"),
        ("broken_exit:WORLD", "SystemExit: 3"),
        ("broken_lazy:WORLDS.first", "has no 'WORLDS.first' (not today)"),
    ],
)
def test_what_is_no_world_is_refused_in_one_clear_line(
    name: str, says: str, capsys: Captured, in_tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "import dataclasses, tiny_domain\nWORLD = dataclasses.replace(tiny_domain.WORLD, name="
    Path("imposter_world.py").write_text(f"{code}'webshop')\n", encoding="utf-8")
    lazy = "class Lazy:\n    @property\n    def first(self): raise RuntimeError('not today')\n"
    for module, code in {
        "syntax": "def (",
        "code": "WORLD = 1 / 0",
        "exit": "raise SystemExit(3)",
        "lazy": f"{lazy}WORLDS = Lazy()",
    }.items():
        Path(f"broken_{module}.py").write_text(code, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [*sys.path])
    assert main(["evaluate", "--env", name]) == 2
    [line] = [x for x in capsys.readouterr().err.splitlines() if x.startswith("rememberer-lite:")]
    assert says in line
    with pytest.raises(KeyError):
        WORLDS[name]
    assert WORLDS.get(name) is None


def offer(folder: Path, package: str, **worlds: str) -> None:
    """Install a package that offers worlds."""
    info = folder / f"{package}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {package}\nVersion: 1.0\n", encoding="utf-8")
    lines = [f"{name} = {place}" for name, place in worlds.items()]
    text = "\n".join(["[rememberer_lite.worlds]", *lines, ""])
    (info / "entry_points.txt").write_text(text, encoding="utf-8")


def test_an_installed_package_offers_its_worlds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    offer(tmp_path, "cabinets", cabinet="tiny_domain:WORLD", desk="tiny_domain:WORLD")
    worlds = Worlds({"shop": "rememberer_lite.envs.webshop.world:WORLD"})
    assert set(worlds) == {"shop", "cabinet", "desk"} and len(worlds) == 3
    assert worlds["cabinet"] is worlds["tiny_domain:WORLD"]
    with pytest.raises(WorldError, match="calls itself 'cabinet'"):
        worlds["desk"]


@pytest.mark.parametrize("name", ["cabinet", "shop"])
def test_a_name_that_two_packages_take_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    offer(tmp_path, "cabinets", cabinet="tiny_domain:WORLD")
    offer(tmp_path, "others", **{name: "elsewhere:WORLD"})
    worlds = Worlds({"shop": "rememberer_lite.envs.webshop.world:WORLD"})
    assert list(worlds).count(name) == 1
    with pytest.raises(WorldError, match=r"used twice.*elsewhere:WORLD"):
        worlds[name]


def test_splits_that_no_command_could_use_are_refused() -> None:
    domain, env = WORLDS["tiny_domain:WORLD"].domain, WORLDS["tiny_domain:WORLD"].env
    with pytest.raises(SettingError, match='no goals named "test"'):
        World("mine", domain, env, {"train": range(5), "test": ()})
    with pytest.raises(SettingError, match="such as 4"):
        World("mine", domain, env, {"train": range(5), "test": range(4, 9)})
    world = World("mine", domain, env, {"train": range(5), "test": range(5, 9)})
    assert world.goals("S1") == world.goals("long") == range(5)
    with pytest.raises(SettingError, match="choose one of train, test"):
        world.goals("own")


# ---- the proof


def test_a_guest_is_played_by_mouse(guest: str) -> None:
    world = WORLDS[guest]
    env: Any = world.env(0)
    panel = view.play(env, goal=3, domain=getattr(env, "domain", world.domain))
    assert world.expert is not None
    way = list(world.expert(world.env(0), 3))
    for action in way:
        press(panel, action)
    assert panel.game.done and panel.game.total_reward == 1.0
    assert "✓ Solved" in shown(panel)
    press(panel, "Keep this episode in the memory")
    assert [list(record.actions) for record in panel.memory] == [[action] for action in way]
    assert panel.searching.layout.display == "none", "this world has no search"


def test_a_guest_is_replayed_and_inspected(guest: str) -> None:
    world = WORLDS[guest]
    agent, episodes = learnt(world)
    for step in episodes[-1].steps:
        assert step.action in shown(view.replay_episode(episodes[-1], world.domain))
    state = episodes[0].steps[0].state
    text = shown(view.inspect_exemplars(agent, state))
    assert state.task in text and "Example 1: record #" in text
    assert state.task in shown(view.browse_memory(agent.memory))
    others = " ".join(world.domain.possible_actions(state))
    assert f"Also possible: {others}" in view.state_html(state, domain=world.domain).plain


def test_a_guest_is_trained_tested_and_explained_in_the_terminal(
    guest: str, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UV", raising=False)  # as if typed without uv
    out, world = tmp_path / "run", WORLDS[guest]
    assert main(["train", "--env", guest, "--epochs", "1", "--out", str(out)]) == 0
    memory, test = str(out / "memory.json"), tmp_path / "test"
    said = capsys.readouterr().out
    assert f"Next: rememberer-lite evaluate --env {guest} " in said
    assert main(["evaluate", "--env", guest, "--memory", memory, "--out", str(test)]) == 0
    said = capsys.readouterr().out
    assert f"{len(world.goals('test'))} episodes" in said and f" --env {guest} --goal" in said
    noted = json.loads((out / "run.json").read_text(encoding="utf-8"))["world"]
    assert noted == {"world": world.name, "domain": world.domain.name, "max_steps": world.max_steps}
    assert main(["inspect", memory]) == 0
    episodes = str(out / "episodes.jsonl")
    goal = str(world.goals("train")[0])
    capsys.readouterr()
    arguments = ["inspect", episodes, "--env", guest, "--goal", goal]
    assert main(arguments) == 0
    assert f"Next: rememberer-lite {' '.join(arguments)} --step 1" in capsys.readouterr().out
    assert main([*arguments, "--step", "1"]) == 0
    said = capsys.readouterr().out
    assert "it did" in said and "it saw" in said


def test_a_guest_has_its_demo(guest: str, capsys: Captured) -> None:
    assert main(["demo", "--env", guest]) == 0
    world, said = WORLDS[guest], capsys.readouterr().out
    assert f"learns on {world.name}: {len(world.splits['train'])} training goals" in said
    assert "\nNext: " in said


def test_the_seed_of_a_demo_is_also_that_of_its_world(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    seeds: list[int] = []
    world = WORLDS["tiny_domain:WORLD"]

    def env(seed: int) -> Any:
        seeds.append(seed)
        return world.env(seed)

    monkeypatch.setattr("tiny_domain.WORLD", replace(world, env=env))
    assert main(["demo", "--env", "tiny_domain:WORLD", "--seed", "3"]) == 0
    assert seeds == [3]


def test_a_guest_goes_on_from_a_checkpoint(guest: str, tmp_path: Path) -> None:
    world, file = WORLDS[guest], tmp_path / "run.jsonl"
    whole, episodes = learnt(world)
    learnt(world, checkpoint=file, on_episode=lambda episode: episode.goal == episodes[2].goal)
    assert len(file.read_text(encoding="utf-8").splitlines()) == 4, "a head and three episodes"
    again, resumed = learnt(world, checkpoint=file)
    assert resumed == episodes
    assert list(again.memory) == list(whole.memory)


PLAN = Plan(
    "guests",
    "Does a guest learn?",
    both(
        Condition("trained", start="empty", epochs=2, goals=(("train", 40),)),
        Condition("alone", "none"),
        Condition("random player", "random"),
        Condition("scripted player", "scripted"),
        Condition("retrieval", "retrieval"),
    ),
    reference="trained",
)


def test_a_guest_is_measured_in_an_experiment(guest: str, tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    result = run(PLAN, guest, [0, 1], file, progress=False)
    assert not [cell["error"] for cell in result["cells"] if "error" in cell]
    found = {(cell["seed"], cell["condition"]): cell for cell in result["cells"]}
    assert len(found) == 10
    for seed in (0, 1):
        ceiling = found[seed, "scripted player"]
        assert (ceiling["success"], ceiling["score"]) == (1.0, 1.0)
        assert 4.0 <= ceiling["steps"] <= 5.0, "the shortest way"
    assert 0.0 <= found[0, "retrieval"]["auc"] <= 1.0
    before = load(file)
    assert run(PLAN, guest, [0, 1], file, progress=False) == before, "nothing is computed twice"


def test_an_experiment_of_the_command_line_takes_a_guest(
    in_tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    own = "import dataclasses, tiny_domain\nWORLD = dataclasses.replace(tiny_domain.WORLD, name="
    Path("mine.py").write_text(f"{own}'mine')\n", encoding="utf-8")
    assert main(["experiment", "lambda", "--env", "mine:WORLD", "--seeds", "100"]) == 0
    said = capsys.readouterr().out
    assert "lambda on mine:WORLD" in said and Path("runs/lambda_mine.json").exists()
    assert main(["experiment", "transfer", "--env", "mine:WORLD", "--seeds", "100"]) == 2
    assert "no conditions for 'mine:WORLD'" in capsys.readouterr().err


def test_what_a_world_lacks_for_an_experiment_is_named() -> None:
    world = WORLDS["tiny_domain:WORLD"]
    place = Place(replace(world, expert=None), world.env(0), {})
    with pytest.raises(ExperimentError, match="'cabinet' has no expert"):
        place.walk(0)
    with pytest.raises(ExperimentError, match="richer similarity was made for 'cabinet'"):
        similarity(place, "richer", None)
    with pytest.raises(ExperimentError, match="no other world is defined for 'cabinet'"):
        other_world("cabinet")


# ---- what a domain may say of its pages


class Shelf(Domain):
    """A page whose things are named by letters."""

    name = "shelf"

    def similarity(self, weight: float = 0.5) -> Similarity:
        return from_function(lambda query, key: float(query == key))

    def possible_actions(self, state: State) -> tuple[str, ...]:
        return ("take(a)", "take(b)", "wait")

    def pieces(self, state: State) -> list[Line]:
        return [(Piece("A red book", "link", "take(a)"), Piece("A blue book", "link", "take(b)"))]

    def search_action(self, state: State, words: str) -> str | None:
        return f"find({words})" if state.observation else None


class ShelfEnv:
    """Nothing happens here; the last action stands on the page."""

    def __init__(self) -> None:
        self.domain = Shelf()

    def reset(self, *, options: Any = None) -> tuple[str, dict[str, Any]]:
        return "", {"state": State("read", "shelf")}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        return "", 0.0, False, False, {"state": State("read", action)}


class Wrapper:
    """As Gymnasium's: other attributes than its own are not handed through."""

    def __init__(self, env: ShelfEnv) -> None:
        self.unwrapped, self.reset, self.step = env, env.reset, env.step


@pytest.mark.parametrize("wrap", [lambda env: env, Wrapper])
def test_the_pieces_of_a_domain_are_drawn_and_clicked(wrap: Any) -> None:
    panel = view.play(wrap(ShelfEnv()))
    press(panel, "A blue book")
    press(panel, "wait")
    panel.words.value = "tea"
    assert panel.searching.layout.display == "flex"
    press(panel, "Search")
    assert [move.action for move in panel.game.moves] == ["take(b)", "wait", "find(tea)"]
    plain = view.state_html(State("read", "shelf"), "take(b)", Shelf()).plain
    assert "▶ A blue book" in plain and "Also possible: wait" in plain


def test_every_view_of_a_state_draws_the_pieces_of_its_domain() -> None:
    domain, state = Shelf(), State("read", "shelf")
    memory = ExperienceMemory(domain.similarity())
    record = memory.insert(Experience(state, -1, {"take(a)": ActionValue(1.0, 0.0, 1)}, visits=1))
    agent = Rememberer(OfflineLLM(), memory, domain)
    [episode] = train(agent, ShelfEnv(), [0], 1, 1, progress=False).episodes
    browser = view.browse_memory(memory, domain)
    browser.look(record.id)
    views = {
        "inspect_exemplars": view.inspect_exemplars(agent, state),
        "browse_memory": browser,
        "compare_states": view.compare_states(state, state, domain.similarity(), domain),
        "replay_episode": view.replay_episode(episode, domain),
    }
    for name, panel in views.items():
        assert "A red book" in shown(panel), name


def test_an_environment_without_a_domain_is_named_with_the_fix() -> None:
    env = ShelfEnv()
    env.domain = "shelf"  # type: ignore[assignment]
    with pytest.raises(SettingError, match=r"ShelfEnv has no domain.*domain="):
        view.play(env)


def test_what_an_action_touches_is_named_where_the_action_does_not_say_it() -> None:
    state = State("read", "shelf")
    assert named("take(a)", state, Shelf()) == 'take(a) on "A red book"'
    assert named("wait", state, Shelf()) == "wait"
    assert named("take(a)", state) == "take(a)"


@pytest.mark.parametrize("heading", ["Instruction:", "What is wanted: ", "Aufgabe:"])
def test_explain_leaves_out_the_task_on_the_page_whatever_its_heading(heading: str) -> None:
    page = State("buy tea", f"Shop\n{heading}\nbuy tea\nNow:\n[Search]", ("search",))
    said = explain(Step(page, Recent(), Turn(None, error="no action"), None))
    assert [line[6:] for line in said.splitlines() if line.startswith("    | ")] == [
        "Shop", "Now:", "[Search]"
    ]  # fmt: skip


def test_the_defaults_of_a_domain() -> None:
    domain = WORLDS["tiny_domain:WORLD"].domain
    state = State("t", "Sheet [copy] or\n[[Anna]]\n[nothing]", ("reader(anna)", "copy"))
    assert domain.pieces(state) == [
        (Piece("Sheet"), Piece("copy", "option", "copy"), Piece("or")),
        (Piece("Anna", "button", "reader(anna)", chosen=True),),
        (Piece("[nothing]"),),
    ]
    assert domain.label(state, " reader(anna)") == "Anna" and domain.label(state, "up") == ""
    assert domain.kind(state, "reader(anna)") == "reader" and domain.kind(state, "copy") == "copy"
    assert domain.search_action(state, "x") is None and not domain.recognises(state)


def test_the_builtin_worlds_say_how_a_search_is_written() -> None:
    shop, wiki = WORLDS["webshop"], WORLDS["wikihow"]
    for goal in (0, 7):
        _, info = wiki.env(0).reset(options={"goal": goal})
        assert wiki.domain.search_action(info["state"], "rest") == "INPUT(2, rest)"
        _, info = shop.env(0).reset(options={"goal": goal})
        assert shop.domain.search_action(info["state"], "tea") == "search[tea]"
    no_field = State("t", '<p id="0" clickable="true">Search</p>')
    assert wiki.domain.search_action(no_field, "rest") is None


def test_of_a_search_field_its_kind_is_named_and_not_what_was_typed() -> None:
    domain = WORLDS["wikihow"].domain
    page = '<input class="search input" value="old words" type="text" id="0" clickable="true">'
    assert domain.label(State("t", page), "INPUT(0, tea)") == "search input"
    assert domain.pieces(State("t", page))[0][0].text == "old words"


@pytest.mark.parametrize("name", ["webshop", "wikihow", "tiny_domain:WORLD"])
def test_wrong_settings_are_setting_errors(name: str) -> None:
    with pytest.raises(SettingError, match="'E9'"):
        WORLDS[name].domain.initial_memory("E9")
    with pytest.raises(SettingError, match="choose a number of at least 0"):
        Budget(max_calls=-1)
    options = parser().parse_args(["evaluate", "--env", name, "--base-url", "http://localhost"])
    with pytest.raises(SettingError, match="--model NAME"):
        make_llm(options)
