"""The real application over HTTP: side by side with the simulator, and servers that misbehave.

REMEMBERER_WEBSHOP_URL=http://127.0.0.1:3000 pytest tests/test_webshop_server.py plays an original
server too (see `test_an_original_server`).
"""

from __future__ import annotations

import copy
import gzip
import math
import os
import pickle
import random
import time
import warnings
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from gymnasium.utils.env_checker import check_env
from webshop_server import Shop, serving, shop_server
from webshop_shops import ATTRIBUTES, HUMAN, ITEMS, tiny_shop

from rememberer_lite import evaluate
from rememberer_lite.agent import Random
from rememberer_lite.envs.webshop import (
    WEBSHOP,
    Catalogue,
    ShopServerError,
    WebShopEnv,
    WebShopServerEnv,
    page_pattern,
)
from rememberer_lite.envs.webshop.builtin import make_shop
from rememberer_lite.envs.webshop.pages import Format
from rememberer_lite.envs.webshop.real import html
from rememberer_lite.state import SettingError

URL = os.environ.get("REMEMBERER_WEBSHOP_URL")
EPISODES = 200
FORMS: tuple[Format, ...] = ("rememberer", "text_rich", "text")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The hand-written products, whose texts are difficult, among 120 of a built-in shop."""
    items, attributes, human = make_shop(0)
    items = [*ITEMS, *items[:120]]
    known = {entry["asin"] for entry in items}
    human = {asin: written for asin, written in human.items() if asin in known}
    return Catalogue(items, {**attributes, **ATTRIBUTES}, {**human, **HUMAN})


@pytest.fixture(scope="module")
def shop(catalogue: Catalogue) -> Shop:
    return Shop(catalogue)


@pytest.fixture(scope="module")
def url(shop: Shop) -> Iterator[str]:
    with shop_server(shop) as address:
        yield address


def queries(env: WebShopEnv) -> list[str]:
    goal = env.goals[env._goal or 0]
    return [
        f"search[{goal.product.query}]",
        f"search[{goal.instruction}]",
        'search["small" clay / mug]',
        "search[  größe \\ it's <b>  ]",
        "search[<q> spoon]",
        "search[<c> garden]",
        "search[<c>]",
        "search[the of]",
        "search[50% off? #1 a+b;c]",
    ]


def choose(env: WebShopEnv, info: dict[str, Any], rng: random.Random) -> str:
    """Mostly what the page offers, sometimes what it does not."""
    clicks = [f"click[{text}]" for text in info["actions"]]
    if "click[buy now]" in clicks and rng.random() < 0.25:
        return "click[buy now]"
    if page_pattern(info["actions"]) in ("search", "unknown") or rng.random() < 0.12:
        return rng.choice(queries(env))
    if rng.random() < 0.06:
        return rng.choice(["click[b0nowhere0]", "fly", "click[search]", "Click[Back To Search]"])
    return rng.choice(clicks)


def same_parts(ours: dict[str, Any] | None, theirs: dict[str, Any] | None, tag: str) -> bool:
    """All parts alike; the price drawn from a range is hidden on a server."""
    if ours is None or theirs is None:
        return ours is theirs
    hidden = {"price": None} if " to " in tag else {}
    return {**ours, **hidden} == theirs


def test_200_random_episodes_are_those_of_the_simulator(
    catalogue: Catalogue, url: str, figure: Callable[[str, object], None]
) -> None:
    rng, steps, bought, rewarded = random.Random(5), 0, 0, 0
    seen: set[str] = set()
    started = time.process_time()
    both = [
        (
            WebShopEnv(catalogue, form, options_rule="original"),
            WebShopServerEnv(url, len(catalogue.goals), form),
        )
        for form in FORMS
    ]
    for episode in range(EPISODES):
        simulated, real = both[episode % len(both)]
        goal = {"goal": episode % len(catalogue.goals)}
        text, info = simulated.reset(options=goal)
        assert real.reset(options=goal) == (text, info)
        for _ in range(rng.randint(4, 12)):
            action = choose(simulated, info, rng)
            product = simulated._session.product
            text, reward, done, _, info = simulated.step(action)
            other, paid, over, _, told = real.step(action)
            parts, theirs = info.pop("reward_parts", None), told.pop("reward_parts", None)
            assert (other, paid, over, told) == (text, reward, done, info), action
            assert same_parts(parts, theirs, product.price_tag if product else ""), action
            steps, bought, rewarded = steps + 1, bought + done, rewarded + (reward > 0)
            seen.add(page_pattern(info["actions"]))
    for _, real in both:
        real.close()
    figure("steps side by side with a WebShop server", f"{steps} in {EPISODES} episodes")
    figure("their time of one processor, both sides", f"{time.process_time() - started:.1f} s")
    assert seen == {"search", "results", "item", "other", "unknown"}
    assert (steps > 1000, bought > 60, rewarded > 20) == (True, True, True)


def test_an_agent_plays_both_alike(catalogue: Catalogue, url: str) -> None:
    real = WebShopServerEnv(url, len(catalogue.goals))
    simulated = WebShopEnv(catalogue, options_rule="original")
    for workers in (1, 2):
        played = [
            evaluate(Random(WEBSHOP, seed=1), env, range(6), workers=workers, progress=False)
            for env in (real, simulated)
        ]
        steps = [[[s.action for s in e.steps] for e in found.episodes] for found in played]
        assert steps[0] == steps[1]
    real.close()


@pytest.mark.parametrize("form", FORMS)
def test_gymnasiums_checker_has_nothing_to_say(url: str, form: Format) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        env = WebShopServerEnv(url, goals=2, observation=form, render_mode="ansi")
        check_env(env)
    env.close()
    said = [str(warning.message) for warning in caught]
    assert not [text for text in said if "not having a spec" not in text]


def test_each_episode_is_a_session_of_its_own_and_only_get_is_used(shop: Shop, url: str) -> None:
    env = WebShopServerEnv(url, goals=2)
    shop.asked.clear()
    env.reset(options={"goal": 1})
    env.reset(options={"goal": 1})
    sessions = [path.strip("/") for path in shop.asked]
    assert len(set(sessions)) == 2
    assert all(name.endswith("fixed_1") for name in sessions)
    env.close()


def test_without_a_number_of_goals_the_server_draws(url: str) -> None:
    env = WebShopServerEnv(url)
    _, info = env.reset()
    assert info["goal"] is None
    assert info["state"].task
    assert env.reset(options={"goal": 1})[1]["goal"] == 1
    with pytest.raises(ShopServerError, match=r"500.* A goal that it does not have"):
        env.reset(options={"goal": 10**6})
    env.close()


def test_copies_and_pickles_have_connections_of_their_own(url: str) -> None:
    env = WebShopServerEnv(url, goals=2)
    env.reset(options={"goal": 0})
    for other in (copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
        assert other.step("search[mug]")[0] == env.step("search[mug]")[0]
        other.close()
    assert env.settings == {
        "environment": "webshop server",
        "url": url,
        "goals": 2,
        "observation": "rememberer",
    }
    env.close()


def test_a_search_that_no_address_can_hold_has_no_effect(url: str) -> None:
    env = WebShopServerEnv(url, goals=2)
    before, _ = env.reset(options={"goal": 0})
    text, reward, done, _, info = env.step(f"search[{'mug ' * 2000}]")
    assert (text, reward, done) == (before, 0.0, False)
    assert "fewer words" in info["no_effect"]
    assert env.step("search[half \ud800 pair]")[4]["no_effect"] == ""
    env.close()


# -- reading HTML --------------------------------------------------------------------------------


def test_later_templates_name_the_way_back_as_the_others_do() -> None:
    page = (
        '<div id="instruction-text"><h4>Instruction: i want tea</h4></div>'
        '<form action="/a"><button class="btn">&lt; Back to Results</button></form>'
        '<form action="/b"><button class="btn">&lt; Back to Item Page</button></form>'
    )
    reading = html.read(page)
    assert reading.task == "i want tea"
    assert set(reading.links) == {"< prev"}


@pytest.mark.parametrize(
    "text",
    ["", "<", "<form><button>x", "<label>x</label>", '<a class="product-link">x</a>', "\x00<p>"],
)
def test_any_html_is_read(text: str) -> None:
    reading = html.read(text)
    assert reading.task is None
    assert all(link == "" for link in reading.links.values())


@pytest.mark.parametrize(
    "unit",
    ["<b>", "<button>x", "<label>x", "<input>", "<", "<p ", "<!--", "<a x=1 ", "<![CDATA[", "<?"],
)
@pytest.mark.parametrize("end", ["", ">", '">'])
def test_a_hostile_page_is_read_or_refused_at_once(unit: str, end: str) -> None:
    with pytest.raises(ShopServerError, match="more than 10,000 tags"):
        html.read(unit * 300_000)
    started = time.process_time()
    html.read(unit * 2_000 + end)
    assert time.process_time() - started < 1.5


# -- servers that misbehave ----------------------------------------------------------------------

BOMB = gzip.compress(b" " * 3_000_000, mtime=0)
SEARCH_PAGE = Shop(tiny_shop()).index("a-fixed_0")


class Faulty(BaseHTTPRequestHandler):
    """Answers the search page, then the next of `script`: a function of the handler."""

    protocol_version = "HTTP/1.1"
    script: list[Callable[[Faulty], None]]
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.script:
            self.script.pop(0)(self)
        else:
            self.page(SEARCH_PAGE)

    def page(self, text: str, status: int = 200, **headers: str) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", headers.pop("kind", "text/html"))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def redirect(self, address: str) -> None:
        self.page("", 302, Location=address)

    def drop(self) -> None:
        self.close_connection = True
        self.connection.close()

    def cut(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"<html>")
        self.close_connection = True

    def endless(self, pause: float = 0.0) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(b"x" * (10 if pause else 65536))
                time.sleep(pause)
        except OSError:  # the client has had enough
            pass

    def bomb(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(BOMB)))
        self.end_headers()
        self.wfile.write(BOMB)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def faulty() -> Iterator[tuple[str, type[Faulty]]]:
    handler = type("Handler", (Faulty,), {"script": [], "asked": []})
    with serving(handler) as address:
        yield address, handler


def done_page(reward: str, options: str = "{}") -> str:
    return f'<h4 id="options"><pre>{options}</pre></h4><h3 id="reward"><pre>{reward}</pre></h3>'


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda h: h.page("<h1>It works!</h1>"), "not WebShop's"),
        (lambda h: h.page("<h1>Internal Server Error</h1>", 500), "500"),
        (lambda h: h.page("<h1>Bad Gateway</h1>", 502), "502"),
        (lambda h: h.page("no", 404), "404"),
        (lambda h: h.page("{}", kind="application/json"), "no plain HTML"),
        (lambda h: h.redirect("http://127.0.0.2:9/"), "another server"),
        (lambda h: h.redirect("https://elsewhere.test/a"), "another server"),
        (lambda h: h.redirect("//elsewhere.test/\x7f"), "another server|cannot be reached"),
        (lambda h: h.redirect("http://[::1"), "cannot be reached"),
        (lambda h: h.redirect("file:///etc/passwd"), "another server"),
        (lambda h: h.bomb(), "no plain HTML"),
        (lambda h: h.endless(), "larger than 300,000 bytes"),
        (lambda h: h.endless(0.05), "longer than 1.2 seconds"),
        (lambda h: time.sleep(1.5), "no answer .* within 1 seconds"),
        (lambda h: h.page(done_page("2.5")), "no reward"),
        (lambda h: h.page(done_page("nan")), "no reward"),
        (lambda h: h.page(done_page("1.0", "[")), "no reward"),
    ],
)
def test_a_server_that_misbehaves_is_named_with_the_fix(
    faulty: tuple[str, type[Faulty]], answer: Callable[[Faulty], None], says: str
) -> None:
    url, handler = faulty
    env = WebShopServerEnv(url, timeout=1.0, longest=1.2, largest=300_000, retries=1)
    env.reset(options={"goal": 0})
    handler.script += [answer] * 2
    started = time.perf_counter()
    with pytest.raises(ShopServerError, match=says) as raised:
        env.step("search[tea]")
    assert time.perf_counter() - started < 5
    assert url in str(raised.value)
    assert "\x7f" not in str(raised.value)
    handler.script.clear()
    env.reset(options={"goal": 0})  # the next episode can be played
    env.close()


def drop_by_drop(handler: Faulty, data: bytes, pause: float) -> None:
    handler.close_connection = True
    try:
        while True:
            handler.wfile.write(data)
            time.sleep(pause)
    except OSError:  # the client has had enough
        pass


@pytest.mark.parametrize(
    ("head", "data", "pause"),
    [
        (b"", b"H", 0.1),
        (b"HTTP/1.1 200 OK\r\nServer: ", b"x", 0.1),
        (b"HTTP/1.1 200 OK\r\n", b"X-Name: x\r\n", 0.1),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.1),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100, 0.001),
        (b"HTTP/1.1 302 Found\r\nLocation: ", b"/a", 0.1),
    ],
)
def test_an_answer_that_never_begins_is_broken_off(
    faulty: tuple[str, type[Faulty]], head: bytes, data: bytes, pause: float
) -> None:
    url, handler = faulty

    def answer(h: Faulty) -> None:
        h.wfile.write(head)
        drop_by_drop(h, data, pause)

    env = WebShopServerEnv(url, timeout=5.0, longest=0.4, retries=1)
    handler.script += [answer] * 2
    started = time.perf_counter()
    with pytest.raises(ShopServerError, match=r"longer than 0\.4 seconds|breaks off"):
        env.reset(options={"goal": 0})
    assert time.perf_counter() - started < 3
    handler.script.clear()
    env.reset(options={"goal": 0})  # the next episode can be played
    env.close()


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 305, 307, 308, 399])
def test_a_redirect_to_nowhere_is_no_page(faulty: tuple[str, type[Faulty]], status: int) -> None:
    url, handler = faulty
    env = WebShopServerEnv(url, retries=0)
    handler.script.append(lambda h: h.page("", status))
    with pytest.raises(ShopServerError, match=rf"no such page \({status}\)"):
        env.reset(options={"goal": 0})
    env.close()


@pytest.mark.parametrize("coding", ["latin-1", "cp1252", "utf-16", "shift-jis"])
def test_a_page_in_another_coding_is_refused_and_no_character_lost(
    faulty: tuple[str, type[Faulty]], coding: str
) -> None:
    url, handler = faulty
    said = "日本" if coding == "shift-jis" else "café"

    def answer(h: Faulty) -> None:
        data = SEARCH_PAGE.replace("Instruction:", f"Instruction: {said}").encode(coding)
        h.send_response(200)
        h.send_header("Content-Type", f"text/html; charset={coding}")
        h.send_header("Content-Length", str(len(data)))
        h.end_headers()
        h.wfile.write(data)

    env = WebShopServerEnv(url, retries=0)
    handler.script.append(answer)
    with pytest.raises(ShopServerError, match="no UTF-8"):
        env.reset(options={"goal": 0})
    env.close()


def test_the_kind_of_a_page_is_read_in_any_letters(faulty: tuple[str, type[Faulty]]) -> None:
    url, handler = faulty
    env = WebShopServerEnv(url, retries=0)
    handler.script.append(lambda h: h.page(SEARCH_PAGE, kind="Text/HTML; Charset=UTF-8"))
    assert env.reset(options={"goal": 0})[1]["actions"]
    env.close()


def test_a_redirect_on_the_same_server_is_followed_and_a_circle_is_not(
    faulty: tuple[str, type[Faulty]],
) -> None:
    url, handler = faulty
    env = WebShopServerEnv(url)
    handler.script.append(lambda h: h.redirect("/elsewhere"))
    env.reset(options={"goal": 0})
    assert handler.asked[-1] == "/elsewhere"
    handler.script += [lambda h: h.redirect("/again")] * 9
    with pytest.raises(ShopServerError, match="circle"):
        env.reset(options={"goal": 0})
    assert len(handler.asked) < 8
    env.close()


@pytest.mark.parametrize("fault", [Faulty.drop, Faulty.cut])
def test_a_lost_connection_is_tried_again_a_few_times(
    faulty: tuple[str, type[Faulty]], fault: Callable[[Faulty], None], monkeypatch: Any
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("rememberer_lite.envs.webshop.real.connection.time.sleep", waits.append)
    url, handler = faulty
    env = WebShopServerEnv(url, retries=3)
    handler.script += [fault] * 3
    env.reset(options={"goal": 0})
    assert len(handler.asked) == 4
    assert waits == sorted(waits) and len(waits) == 3
    handler.script += [fault] * 4
    with pytest.raises(ShopServerError, match=r"in 4 attempts: start WebShop"):
        env.reset(options={"goal": 0})
    env.close()


def test_a_page_that_leads_elsewhere_is_not_followed(faulty: tuple[str, type[Faulty]]) -> None:
    url, handler = faulty
    env = WebShopServerEnv(url)
    env.reset(options={"goal": 0})
    away = SEARCH_PAGE.replace(
        "</form>", "</form>" + '<a class="product-link" href="//h.org/">x</a>'
    )
    handler.script.append(lambda h: h.page(away))
    env.step("search[tea]")
    with pytest.raises(ShopServerError, match="another server"):
        env.step("click[x]")
    env.close()


def test_a_server_that_is_not_there_is_named() -> None:
    with serving(Faulty) as url:
        pass
    env = WebShopServerEnv(url, retries=0)
    with pytest.raises(ShopServerError, match=r"cannot be reached.*start WebShop"):
        env.reset(options={"goal": 0})
    env.close()


@pytest.mark.parametrize(
    "url",
    ["", "127.0.0.1:3000", "ftp://a/", "http://", "http://[::1", "http://a:b@c/", "http://a:x/",
     "http://a/?q=1", "http://a/#x", "http://a\n/", 5, None],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: Any) -> None:
    with pytest.raises(ShopServerError, match=r"http://127\.0\.0\.1:3000"):
        WebShopServerEnv(url)


@pytest.mark.parametrize(
    "wrong", [{"observation": "html"}, {"goals": 0}, {"goals": True}, {"goals": "5"}]
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingError):
        WebShopServerEnv("http://127.0.0.1:1", **wrong)
    with pytest.raises(SettingError, match="no goal 5"):
        WebShopServerEnv("http://127.0.0.1:1", goals=5).reset(options={"goal": 5})


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("timeout", (0, -1, None, "5", True, math.nan, math.inf, 10**400)),
        ("longest", (0, -0.5, None, "5", False, math.nan, math.inf)),
        ("largest", (0, -1, None, "5", 1.5, 10**12)),
        ("retries", (-1, None, "3", 1.5, True, 10**9)),
    ],
)
def test_a_limit_that_limits_nothing_is_refused(name: str, values: tuple[Any, ...]) -> None:
    for value in values:
        with pytest.raises(SettingError, match=f"^{name} is a number from"):
            WebShopServerEnv("http://127.0.0.1:1", **{name: value})


# -- the original --------------------------------------------------------------------------------


@pytest.mark.skipif(
    not URL,
    reason="REMEMBERER_WEBSHOP_URL is unset: this test plays an original WebShop server, which is "
    "not part of the project: start one (python -m web_agent_site.app), then "
    "REMEMBERER_WEBSHOP_URL=http://127.0.0.1:3000 pytest tests/test_webshop_server.py",
)
def test_an_original_server() -> None:
    """Every page of an episode is recognised, and a purchase is judged."""
    env, seen = WebShopServerEnv(str(URL)), set()
    for goal in range(5):
        _, info = env.reset(options={"goal": goal})
        seen.add(page_pattern(info["actions"]))
        _, _, done, _, info = env.step(f"search[{' '.join(info['state'].task.split()[:8])}]")
        for action in (2, "description", "< prev", "buy now"):
            seen.add(page_pattern(info["actions"]))
            thing = info["actions"][action] if isinstance(action, int) else action
            _, reward, done, _, info = env.step(f"click[{thing}]")
            assert not info["no_effect"]
        assert done
        assert 0 <= reward <= 1
        assert info["reward_parts"]["reward"] == reward
    assert seen == {"search", "results", "item", "other"}
    env.close()
