"""The offline stand-in: what it reads, what sways it, and that nothing else does."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_domain import Cabinet, CabinetEnv

from rememberer_lite.llm.offline import OfflineLLM
from rememberer_lite.llm.offline.imitation import imitate, study
from rememberer_lite.llm.offline.reading import read
from rememberer_lite.llm.offline.relations import look
from rememberer_lite.llm.offline.words import amount, filler, keywords, limit, words
from rememberer_lite.prompts import ReplyError, build, parse_reply
from rememberer_lite.prompts.choices import Choices
from rememberer_lite.state import Advice, Exemplar, Experience, Match, Recent, State, Suggestion

SHOP = """You buy one thing.

Actions:
- search[words]: type words
- click[thing]: click a thing

Answer below `Encouraged:`.


{examples}### Now
Last 5 actions:
- search[green tea]
Task:
  i need green tea in a large tin, and price lower than 20.00 dollars
Observation:
  Instruction:
  i need green tea in a large tin, and price lower than 20.00 dollars
{page}
Encouraged:
"""
RESULTS = """  [Back to Search]
  Page 1 (Total results: 2)
  [Next >]
  [[B012345678]]
  Black Tea, Loose
  $25.00
  [B087654321]
  Green Tea, Whole Leaf
  $12.00
Possible actions:
- click[back to search]
- click[next >]
- click[b012345678]
- click[b087654321]"""
ITEM = """  [< Prev]
  size [small bag][[large tin]][large [new] tin]
  blend [a, b]
  Green Tea, Whole Leaf
  [Buy Now]
Possible actions:
- click[< prev]
- click[buy now]
- click[small bag]
- click[large tin]
- click[large [new] tin]
- click[a, b]"""
SCREEN = """You use an app.

Actions:
- INPUT(id, text): type
- CLICK(id): tap
- SCROLL(UP|DOWN): move
- GOBACK: return

### Now
Last 5 actions:
- INPUT(2, tie a knot) <img class="search button" alt="Search" id="2" clickable="true">
- CLICK(3) <div id="3" clickable="true">How to Tie a Knot</div>
Task:
  Search an article to learn how to tie a knot.
  Then, check the reference list
Screen:
  <img class="search button" alt="Search" id="1" clickable="true">
  <input class="field" value="tie a knot" type="text" id="2" clickable="false">
  <p id="3" clickable="true">References &lt;3&gt;</p>
  <img class="a1b2c3" alt="knot.jpg" id="4" clickable="true">
  <div class="bar" id="5" clickable="false"></div>
Step instruction: Check the reference list
Last reward: 1
Encouraged:
"""


def exemplar(domain: Cabinet, state: State, good: str, value: float, bad: str = "") -> Exemplar:
    advice = Advice(Suggestion(good, value), Suggestion(bad, 0.0) if bad else None)
    return Exemplar(Match(Experience(state, 0), similarity=0.5), advice)


def sheet(goal: int) -> tuple[CabinetEnv, State]:
    """A sheet that has just been opened."""
    env = CabinetEnv()
    env.reset(options={"goal": goal})
    for action in env.solution()[:2]:
        *_, info = env.step(action)
    return env, info["state"]


# ---- reading


def test_words_limits_and_amounts() -> None:
    task = "I'm looking for large green tins, and price lower than 20.00 dollars"
    assert keywords(task) == ("large", "green", "tins")
    assert words(task) == ("large", "green", "tin")
    assert limit(task) == 20.0
    assert limit("anything at all") is None
    assert amount("from $1,250.50 to $3") == 1250.5
    assert filler("i need green tea") == 0.5


def test_a_page_of_brackets_is_read() -> None:
    page = read(SHOP.format(examples="", page=RESULTS)).now
    assert page.task.startswith("i need green tea")
    assert page.past == (("search", "green tea"),)
    clicks = {c.label: c for c in page.controls if c.verb == "click"}
    assert clicks["next >"].shape == "button"
    assert clicks["b012345678"].shape == "entry"
    assert clicks["b012345678"].marked
    assert "Black Tea, Loose $25.00" in clicks["b012345678"].text
    assert "Green" not in clicks["b012345678"].text
    typed = [c.label for c in page.controls if c.shape == "typed"]
    assert "green tea large tin" in typed
    assert "i need" not in page.text  # the task repeated is no news


def test_rows_of_choices_are_read_with_commas_and_brackets_inside() -> None:
    page = read(SHOP.format(examples="", page=ITEM)).now
    shown = {c.label: (c.shape, c.row, c.marked) for c in page.controls if c.verb == "click"}
    rows = {shown[name][1] for name in ("small bag", "large tin", "large [new] tin")}
    assert len(rows) == 1
    assert shown["a, b"][0] == "choice"
    assert shown["a, b"][1] not in rows
    assert shown["large tin"][2]
    assert not shown["small bag"][2]
    assert shown["buy now"][0] == "button"


def test_a_screen_of_elements_is_read() -> None:
    page = read(SCREEN).now
    assert page.step == "Check the reference list"
    assert page.past == (("INPUT", "tie a knot"), ("CLICK", "how to tie a knot"))
    clicks = {c.action: (c.shape, c.label) for c in page.controls if c.verb == "CLICK"}
    assert clicks == {
        "CLICK(1)": ("<img search button>", "Search"),
        "CLICK(3)": ("<p >", "References <3>"),
        "CLICK(4)": ("<img >", "knot.jpg"),
    }
    assert {"SCROLL(UP)", "SCROLL(DOWN)", "GOBACK"} <= {c.action for c in page.controls}
    typed = [c.action for c in page.controls if c.shape == "typed"]
    assert "INPUT(1, article tie knot)" in typed
    assert all(action.startswith("INPUT(1, ") for action in typed)  # 2 cannot be typed into
    assert "tie" not in page.text  # what was typed is one's own


def test_relations_of_controls() -> None:
    results = look(read(SHOP.format(examples="", page=RESULTS)).now)
    item = look(read(SHOP.format(examples="", page=ITEM)).now)
    black, green = (results.candidate(f"click[{n}]") for n in ("b012345678", "b087654321"))
    assert black is not None and green is not None
    # asked: green, tea, large, tin
    assert black.own[:2] == (0.25, -0.25)  # recall, lead
    assert green.own[:2] == (0.5, 0.0)
    assert (black.own[4], green.own[4]) == (1.0, 0.0)  # done already
    assert (black.own[6], green.own[6]) == (1.0, 0.0)  # above the limit
    small = item.candidate("click[small bag]")
    assert small is not None
    assert small.own[2:6] == (0.0, 0.0, 0.0, 1.0)  # precision, in full, done, row decided
    typed = results.candidate("search[tea from the hills]")
    assert typed is not None
    assert typed.own[0] == 0.25  # a query that is not among its own is related all the same
    assert results.candidate("fly[home]") is not None  # an unknown verb: no error


# ---- what sways it


@pytest.mark.parametrize("seed", range(5))
def test_the_values_alone_change_the_choice(seed: int) -> None:
    domain = Cabinet()
    examples = [sheet(goal)[1] for goal in (1, 2)]
    env, now = sheet(3)
    texts, actions = [], []
    for worth in ((1.0, 0.0), (0.0, 1.0)):
        advice = zip(examples, ("reader", "leave"), worth, strict=True)
        shown = [
            exemplar(domain, s, _own_reader(s) if a == "reader" else a, v) for s, a, v in advice
        ]
        text = build(domain, now, Recent(), shown).text
        texts.append(text)
        actions.append(parse_reply(OfflineLLM(seed, temperature=0).complete(text).text).action)
    assert texts[0] != texts[1]
    hidden = [re.sub(r"(?<= -> )[\d.]+", "?", text) for text in texts]
    assert hidden[0] == hidden[1], "the prompts differ in more than the values"
    assert actions == [f"reader({env.reader})", "leave"]


def _own_reader(state: State) -> str:
    return next(a for a in state.actions if a.startswith("reader") and a[7:-1] in state.task)


def test_it_imitates_the_relation_not_the_name_and_says_so() -> None:
    domain = Cabinet()
    _, example = sheet(1)
    env, now = sheet(3)
    assert _own_reader(example) != f"reader({env.reader})"
    text = build(domain, now, Recent(), [exemplar(domain, example, _own_reader(example), 1.0)]).text
    said = parse_reply(OfflineLLM(temperature=0).complete(text).text)
    assert said.action == f"reader({env.reader})"
    assert said.value == 1.0
    assert said.reason == "as in example 1, worth 1.0"


def test_a_discouraged_action_is_pushed_away() -> None:
    domain = Cabinet()
    _, example = sheet(1)
    _, now = sheet(3)
    shown = [exemplar(domain, example, "copy", 0.5, bad="leave")]
    reading = read(build(domain, now, Recent(), shown).text)
    view = look(reading.now)
    pushes = imitate(view, [study(e) for e in reading.examples])
    push = {c.control.action: i.push for c, i in zip(view.candidates, pushes, strict=True)}
    assert push["leave"] < 0 <= push["up"] < push["copy"]


def test_without_examples_it_has_habits_and_calls_them_guesses() -> None:
    _, now = sheet(3)
    said = parse_reply(OfflineLLM().complete(build(Cabinet(), now, Recent(), []).text).text)
    assert said.action in now.actions
    assert said.value is not None
    assert said.value <= 0.1
    assert said.reason.startswith("a guess: ")


# ---- and nothing else does


ALLOWED = {"__future__", "collections", "collections.abc", "dataclasses", "functools", "hashlib"}
ALLOWED |= {"html", "math", "random", "re", "typing"}
ALLOWED |= {
    "rememberer_lite.llm.base",
    "rememberer_lite.llm.checked",
    "rememberer_lite.state",
    "rememberer_lite.text",
}
ALLOWED |= {"rememberer_lite.tokens", "rememberer_lite.prompts.choices"}


def modules(root: Path) -> list[Path]:
    found = sorted((root / "rememberer_lite" / "llm" / "offline").glob("*.py"))
    assert len(found) >= 5
    return found


def test_it_imports_nothing_of_the_environments(root: Path) -> None:
    package = "rememberer_lite.llm.offline"
    own = {package, *(f"{package}.{path.stem}" for path in modules(root))}
    for path in modules(root):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert set(names) <= ALLOWED | own, f"{path.name} imports {names}"
            if isinstance(node, ast.Name | ast.Attribute):
                called = node.id if isinstance(node, ast.Name) else node.attr
                assert called not in {"open", "__import__", "import_module", "read_text", "eval"}


def test_it_knows_no_words_of_the_environments(root: Path) -> None:
    foreign = set("buy product shop shopping description wikihow article category author".split())
    foreign |= set("reference folder copy leave reader cabinet".split())
    for path in modules(root):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        described = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if id(node) in described:
                    continue
                found = set(re.findall(r"[a-z]+", node.value.lower())) & foreign
                assert not found, f"{path.name}, line {node.lineno}: {found}"


def test_the_same_bytes_in_two_processes(same_in_two_processes: Callable[[str], str]) -> None:
    said = same_in_two_processes(
        "from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv\n"
        "from rememberer_lite.llm.offline import OfflineLLM\n"
        "from rememberer_lite.agent import Rememberer\n"
        "from rememberer_lite.training import train\n"
        "agent = Rememberer(OfflineLLM(1), WEBSHOP.initial_memory('E1'), WEBSHOP)\n"
        "history = train(agent, WebShopEnv(), range(500, 504), epochs=2, progress=False)\n"
        "for episode in history.episodes:\n"
        "    for step in episode.steps:\n"
        "        print(step.turn.reply.text)\n"
    )
    assert "as in example" in said


def test_the_seed_and_the_temperature_matter() -> None:
    _, now = sheet(3)
    text = build(Cabinet(), now, Recent(), []).text
    assert len({OfflineLLM(seed).complete(text).text for seed in range(30)}) > 1
    cold, hot = (
        {OfflineLLM(seed, temperature).complete(text).text for seed in range(30)}
        for temperature in (0.0, 5.0)
    )
    assert len(hot) > len(cold)


def test_no_call_leaves_a_trace_in_the_next() -> None:
    domain = Cabinet()
    rng = random.Random(0)
    prompts = []
    for goal in range(40):
        _, now = sheet(goal)
        example = sheet(goal + 1)[1]
        action = rng.choice(example.actions)
        prompts.append(build(domain, now, Recent(), [exemplar(domain, example, action, 0.7)]).text)
    llm = OfflineLLM(3)
    alone = [llm.complete(prompt).text for prompt in prompts]
    with ThreadPoolExecutor(4) as pool:
        beside = list(pool.map(lambda p: llm.complete(p).text, prompts[::-1]))[::-1]
    assert alone == beside


@given(st.text())
def test_garbled_prompts_never_raise(text: str) -> None:
    reply = OfflineLLM().complete(text)
    assert reply.model == "offline-stand-in"
    with pytest.raises(ReplyError):
        parse_reply(reply.text)


@given(st.data())
def test_damaged_prompts_never_raise(data: st.DataObject) -> None:
    prompt = data.draw(st.sampled_from([SCREEN, SHOP.format(examples="", page=ITEM)]))
    start = data.draw(st.integers(0, len(prompt)))
    end = data.draw(st.integers(start, len(prompt)))
    junk = data.draw(st.text(alphabet="[]()<>{}|:-#\n ab0é\x00\ud800", max_size=8))
    assert OfflineLLM().complete(prompt[:start] + junk + prompt[end:]).text


def test_an_empty_page_gets_an_honest_answer() -> None:
    with pytest.raises(ReplyError, match="finds nothing"):
        parse_reply(OfflineLLM().complete("### Now\nTask:\n  \nEncouraged:\n").text)


def test_an_example_without_a_value_is_meant_to_be_followed() -> None:
    def advised(line: str) -> tuple[str, float] | None:
        page = "Task:\n  t\nPossible actions:\n- press(red)\n"
        (example,) = read(f"### Example 1\n{page}Encouraged:\n{line}\n\n### Now\n{page}").examples
        found = example.encouraged
        return (found.action, found.value) if found else None

    assert advised("press(red) -> 0.25 a reason") == ("press(red)", 0.25)
    assert advised("press(red) a reason") == ("press(red)", 1.0)
    assert advised("press(red)") == ("press(red)", 1.0)
    assert advised("press(red) a reason -> 0.25") is None  # in no form that the prompts have
    whole = "click[8 ounce (pack of 2) extra]"  # a bracket and a blank within the action
    assert advised(f"{whole} -> 0.25 a reason") == (whole, 0.25)


def test_it_keeps_to_the_choices_and_draws_as_before_where_they_hold_all() -> None:
    page = """You press buttons.

Actions:
- press(name): press a button

### Now
Task:
  press the green button
Possible actions:
- press(red)
- press(green)
- press(blue)
Encouraged:
"""
    every = Choices(tuple(f"press({name})" for name in ("red", "green", "blue")))
    for seed in range(20):
        llm = OfflineLLM(seed=seed, temperature=1.0)
        assert llm.complete(page, every) == llm.complete(page)
        assert llm.complete(page, Choices(("press(blue)",))).text.startswith("press(blue) -> ")
    assert "finds nothing" in OfflineLLM().complete(page, Choices(("press(other)",))).text
