"""Every function of the package that takes a text from outside, by name.

`test_linear_time.py` doubles the length of what they are given, `test_fuzz.py` gives them anything.
A text may come from a page, a model, a server, a file or a learner.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from xml.sax.saxutils import quoteattr

from webshop_shops import item, values

from rememberer_lite import cli, similarity, text, tokens, view
from rememberer_lite.agent import Turn
from rememberer_lite.cli.explain import explain, named
from rememberer_lite.domain import argument, bracketed, labelled, one_line
from rememberer_lite.domain.base import Domain
from rememberer_lite.domain.harmless import harmless
from rememberer_lite.domain.notations import on_one_line, written
from rememberer_lite.domain.spelling import meant, plain_arguments, respell
from rememberer_lite.envs import search
from rememberer_lite.envs.webshop import WEBSHOP, Catalogue, WebShopEnv, pages, reward, scripted
from rememberer_lite.envs.webshop.domain import content_words
from rememberer_lite.envs.webshop.options import is_nearly_chosen, same_text
from rememberer_lite.envs.webshop.products import Product, option_text
from rememberer_lite.envs.webshop.real import judged
from rememberer_lite.envs.wikihow import WIKIHOW, WikiHowEnv, actions, addresses, screens, steps
from rememberer_lite.envs.wikihow.tasks import search_milestone
from rememberer_lite.envs.wikihow.view_hierarchy import read_view
from rememberer_lite.experiments import retrieval
from rememberer_lite.llm import OfflineLLM, Reply
from rememberer_lite.llm.address import read_address
from rememberer_lite.llm.answers import read_answer
from rememberer_lite.llm.complaints import Complaint, read_complaint
from rememberer_lite.llm.errors import of_complaint
from rememberer_lite.llm.local.grammar import grammar
from rememberer_lite.llm.schema import response_format
from rememberer_lite.llm.secret import Secret
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.prompts import ReplyError, advise, build, parse_reply
from rememberer_lite.prompts.choices import Choices, Form
from rememberer_lite.prompts.objects import action_lines
from rememberer_lite.prompts.thoughts import spoken, thinks
from rememberer_lite.state import (
    ActionValue,
    Exemplar,
    Experience,
    Recent,
    State,
)
from rememberer_lite.text import short
from rememberer_lite.training import Episode, Step
from rememberer_lite.view.html.episode import step_html
from rememberer_lite.view.html.record_tables import record_html
from rememberer_lite.view.html.why import why_html

ADDRESS = read_address("http://127.0.0.1:8000/v1")
SHOP_PAGE = "\nInstruction: \n{0}\n[Back to Search]\nsize [s][[m]]\n[{0}]\n[Buy Now]"
SHOP_ACTIONS = ("back to search", "< prev", "buy now", "s", "m")
SCREEN = '<p id="0" clickable="true">{0}</p>\n<input class="{0}" value="{0}" id="1">\n{0}'


def shop_state(said: str) -> State:
    """An item page on which the text is task, title and option."""
    return State(said, SHOP_PAGE.format(said), (*SHOP_ACTIONS, said))


def wiki_state(said: str) -> State:
    """A screen on which the text is task, step, label and attribute."""
    return State(said, SCREEN.format(said), instruction=said)


def record(state: State, said: str) -> Experience:
    """A record whose actions, reasons and past are the text."""
    values = {f"click[{said}]": ActionValue(0.5, 0.5, 1, said), said: ActionValue(0.0, 0.0, 1)}
    return Experience(state, 0, values, 2, Recent((said, "click[s]"), (said, ""), 0.5, 0.5))


def prompt_of(domain: Domain, state: State, said: str) -> str:
    """A prompt with an example, written of nothing but the text."""
    return build(domain, state, _recent(said), [exemplar_of(domain, state, said)], 10**9).text


def exemplar_of(domain: Domain, state: State, said: str) -> Exemplar:
    """The record of the state as an example."""
    memory = ExperienceMemory(domain.similarity())
    memory.insert(record(state, said))
    match = memory.retrieve(state, 1)[0]
    return Exemplar(match, advise(match.experience, state, domain, random.Random(0)))


def _recent(said: str) -> Recent:
    return Recent((said, f"click[{said}]"), (said, said), 0.0, 0.0)


def step_of(domain: Domain, state: State, said: str) -> Step:
    """A step in which all that can be a text is the text."""
    exemplar = exemplar_of(domain, state, said)
    prompt = build(domain, state, _recent(said), [exemplar], 10**9)
    turn = Turn(parse_reply("click[s] -> 1"), (exemplar.match,), prompt, Reply(said, said, 1, 1))
    return Step(state, _recent(said), turn, f"click[{said}]", 0.5, no_effect=said)


def _product(said: str) -> Product:
    return Product(
        "B000000001", said, said, (said,), {said: (said, "m")}, (said,), "$1", 1.0,
        said, said, (said,),
    )  # fmt: skip


@cache
def _shop() -> WebShopEnv:
    env = WebShopEnv()
    env.reset(options={"goal": 0})
    return env


@cache
def _wiki() -> WikiHowEnv:
    env = WikiHowEnv()
    env.reset(options={"goal": 0})
    return env


def _judge(said: str) -> object:
    product = _product(said)
    nouns = reward.title_nouns
    return (
        reward.match_type(product, product, nouns),
        reward.has_attribute(product, said),
        is_nearly_chosen(said, {said: "m", "m": said}, product),
    )


def _draw_pages(said: str) -> object:
    product = _product(said)
    made = [
        pages.search_page(said),
        pages.results_page(said, [product, product], 1),
        pages.item_page(said, product, [(said, said)]),
        pages.sub_page(said, product, "Description"),
        pages.end_page(said, {said: said}, 1.0),
    ]
    forms: tuple[pages.Format, ...] = ("rememberer", "text_rich", "text")
    return [(pages.write(page, form), pages.clickables(page)) for page in made for form in forms]


def _catalogue(said: str, price: str = "$10.00 to $12.00") -> object:
    """A shop in which every text of a product is the text, and a visit to it."""
    entry = item(
        "B000000001", said, said, pricing=price, full_description=said, small_description=[said],
        customization_options={said: values(said, "m")}, category=said, product_category=said,
    )  # fmt: skip
    notes = {"attributes": [said]}
    human = {"instruction": said, "instruction_attributes": [said], "instruction_options": [said]}
    asin = entry["asin"]
    env = WebShopEnv(Catalogue([entry], {asin: notes}, {asin: [human]}))
    env.reset(options={"goal": 0})
    taken = (f"search[{said}]", "click[b000000001]", f"click[{said}]", "click[buy now]")
    return [env.step(action) for action in taken]


def _replies(said: str) -> object:
    """The text as a reply, and wherever in a line of one it can stand."""
    lines = (said, f"click[a] -> {said}", f"click[{said}] -> 0.5 {said}", f"click[a] {said}")
    own = (f"click({said}", f"click[a]\nvalue{said}", f"click[a]\nreason{said}", f"a{said}->1")
    read: list[object] = []
    for line in lines + own:
        try:
            read.append(parse_reply(line, ["GOBACK"]))
        except ReplyError as error:
            read.append(str(error))
    return read


def _compare(domain: Domain, state: State) -> object:
    other = replace(state, task=state.task + " x", observation=state.observation + "\nx")
    return domain.similarity()(state, other)


def _views(domain: Domain, state: State, said: str) -> object:
    memory = ExperienceMemory(domain.similarity())
    memory.insert(record(state, said))
    step = step_of(domain, state, said)
    episode = Episode(0, (step,), False, last_state=state, reward_parts={said: said})
    shown = [
        view.state_html(state, said, domain),
        view.memory_html(memory),
        record_html(record(state, said), domain),
        view.exemplars_html(
            state, [exemplar_of(domain, state, said)], memory.similarity, domain=domain
        ),
        view.prompt_html(step.turn.prompt or build(domain, state, Recent(), [])),
        view.comparison_html(state, replace(state, task=said + " x"), memory.similarity, domain),
        view.episode_html(episode),
        step_html(episode, 0, domain),
        view.stand_in_html((step.turn.prompt or build(domain, state, Recent(), [])).text),
    ]
    return [html.plain for html in shown]


def _domain(domain: Domain, state: State, said: str) -> object:
    rng = random.Random(0)
    return (
        domain.normalise(said),
        domain.possible_actions(state),
        domain.random_action(state, rng),
        domain.reason(state, said, said),
        domain.describe(state, _recent(said)),
        domain.recognises(state),
        domain.pieces(state),
        domain.touched(state, said),
        domain.label(state, said),
        domain.kind(state, said),
        domain.search_action(state, said),
        domain.query_words(state),
    )


def _scripted(said: str) -> object:
    agent = scripted.Scripted(WEBSHOP)
    results = f"[B000000001]\n{said}\n$1.0\n{said}"
    asked = State(said, said, ("search",))
    found = [asked, replace(asked, observation=results, actions=("b000000001",)), shop_state(said)]
    return [agent.act(state, Recent(), random.Random(0)) for state in found]


def _numbers(said: str) -> object:
    try:
        return cli.numbers(said)
    except Exception as error:  # argparse's own, which it shows
        if type(error).__name__ != "ArgumentTypeError":
            raise
        return error


def _answer(said: str) -> object:
    body = said.encode("utf-8", "replace")
    return read_answer(body, "m", ADDRESS, 1, {"max_tokens": 1, "stop": ["x"]})


def _refusal(said: str) -> object:
    complaint = read_complaint(said.encode("utf-8", "replace"))
    sent = ("max_tokens", "temperature", "stop", "response_format", "stream")
    whole = Complaint(said, said, (said,))
    return [
        (complaint.refused(sent), of_complaint(status, c, "m", ADDRESS, sent))
        for c in (complaint, whole)
        for status in (400, 404, 429, 500)
    ]


#: by name; each takes one text
ENTRIES: dict[str, Callable[[str], object]] = {
    # the core
    "text.visible": text.visible,
    "text.alike": text.alike,
    "text.escape_action": text.escape_action,
    "text.escape_reason": lambda s: (text.escape_reason(s), text.escape_reason(s, valued=False)),
    "text.unescape_action": text.unescape_action,
    "text.bracketed": text.bracketed,
    "tokens.count_tokens": tokens.count_tokens,
    "similarity.hashed_text": lambda s: similarity.hashed_text([s]),
    "similarity of the shop": lambda s: _compare(WEBSHOP, shop_state(s)),
    "similarity of the wiki": lambda s: _compare(WIKIHOW, wiki_state(s)),
    "memory.retrieve": lambda s: exemplar_of(WEBSHOP, shop_state(s), s),
    "domain.argument": argument,
    "domain.bracketed": lambda s: bracketed(s, {"m": "m", s.lower(): s}),
    "domain.meant": lambda s: meant(s, ("click[buy now]", f"click[{s}]", "GOBACK")),
    "domain.respell": lambda s: [respell(t, ("search[words]", "GOBACK")) for t in (s, f"a{s}[b]")],
    "domain.plain_arguments": lambda s: [plain_arguments(t) for t in (s, f"a[{s}]", f"a(b={s})")],
    "domain.notations": lambda s: [
        (written(t, VERBS), harmless(t, VERBS), on_one_line(t, VERBS))
        for t in (s, f"click: {s}", f"click{s}", f"{s}click", f"Action: click\nInput: {s}")
    ],
    "text.joined": lambda s: (text.joined(s), text.joined(f"\ud83d\ude00{s}")),
    "domain.one_line": one_line,
    "domain.labelled": lambda s: labelled("Task", s),
    "base domain": lambda s: _domain(_Plain(), shop_state(s), s),
    "prompts.build, shop": lambda s: prompt_of(WEBSHOP, shop_state(s), s),
    "prompts.build, wiki": lambda s: prompt_of(WIKIHOW, wiki_state(s), s),
    "prompts.build, shortened": lambda s: build(WEBSHOP, shop_state(s), Recent(), []),
    "prompts.parse_reply": _replies,
    "prompts.spoken": lambda s: (spoken(s), thinks(s)),
    # models
    "offline, any text": lambda s: OfflineLLM().complete(s),
    "offline, shop": lambda s: OfflineLLM().complete(prompt_of(WEBSHOP, shop_state(s), s)),
    "offline, wiki": lambda s: OfflineLLM().complete(prompt_of(WIKIHOW, wiki_state(s), s)),
    "llm.answers": _answer,
    "llm.refusal": _refusal,
    "llm.address": read_address,
    "prompts.action_lines": action_lines,
    "llm.schema": lambda s: response_format(_choices(s)),
    "llm.grammar": lambda s: grammar(_choices(s)),
    "llm.secret": lambda s: Secret("sk-0123456789", ("password",)).hide_alike(s),
    # the shop
    "search.analyse": search.analyse,
    "webshop.parse_action": pages.parse_action,
    "webshop.pages": _draw_pages,
    "webshop.catalogue": _catalogue,
    "webshop.step": lambda s: (_shop().step(f"search[{s}]"), _shop().step(s)),
    "webshop.same_text": lambda s: same_text(s, s + " x"),
    "webshop.title_nouns": reward.title_nouns,
    "webshop.reward": _judge,
    "webshop.price": lambda s: _catalogue("red", f"$1{s}"),
    "webshop.option_text": option_text,
    "webshop.content_words": content_words,
    "webshop.literal": judged.literal,
    "webshop domain": lambda s: _domain(WEBSHOP, shop_state(s), s),
    "webshop scripted": _scripted,
    # the wiki
    "wikihow.parse_action": lambda s: (actions.parse_action(s), WIKIHOW.normalise(f"INPUT(2,{s})")),
    "wikihow.step_pattern": steps.step_pattern,
    "wikihow.addresses": lambda s: (addresses.article_address(s), addresses.search_address(s)),
    "wikihow.milestone": lambda s: search_milestone("Bake Bread").reached(
        addresses.search_address(s)
    ),
    "wikihow.read_view": lambda s: (
        read_view(f'<node text={quoteattr(s)} resource-id={quoteattr(s)} bounds="[0,0][9,9]"/>'),
        read_view(s),
    ),
    "wikihow.screens": lambda s: (screens.Element("p", s, s).line(1), screens.text_height(s)),
    "wikihow.step": lambda s: (_wiki().step(f"INPUT(2, {s})"), _wiki().step(s)),
    "wikihow domain": lambda s: _domain(WIKIHOW, wiki_state(s), s),
    # what shows it
    "view of the shop": lambda s: _views(WEBSHOP, shop_state(s), s),
    "view of the wiki": lambda s: _views(WIKIHOW, wiki_state(s), s),
    "view.why": lambda s: why_html(WIKIHOW.similarity(), wiki_state(s), wiki_state(s + "\n<x>")),
    "view.short": short,
    "cli.explain": lambda s: explain(step_of(WEBSHOP, shop_state(s), s), [], WEBSHOP),
    "cli.named": lambda s: (named(s, shop_state(s)), named("CLICK(0)", wiki_state(s))),
    "cli.numbers": _numbers,
    "experiments.retrieval": lambda s: (
        retrieval.page_text(shop_state(s)),
        retrieval.NamedTags().tags(wiki_state(s)),
    ),
}


VERBS = ("search", "click", "input")


class _Plain(Domain):
    """A domain that leaves all to the defaults."""

    name = "plain"

    def similarity(self, weight: float = 0.5) -> similarity.Similarity:
        return WEBSHOP.similarity(weight)

    def possible_actions(self, state: State) -> tuple[str, ...]:
        return tuple(f"click[{action}]" for action in state.actions)


def _choices(said: str) -> Choices:
    return Choices((f"click[{said}]",), (Form("search[", "]", (said, "mug")),))
