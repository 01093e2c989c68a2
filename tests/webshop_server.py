"""A small server that shows a catalogue in the page structure of WebShop's Flask application.

The routes, the ids, classes and forms, and what stands in which element, are the original's
(princeton-nlp/WebShop, web_agent_site/app.py and its templates); the words around it are ours. It
keeps what the application keeps: a session's goal, and nothing else; all the rest is in addresses.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pprint import pformat
from threading import Thread
from typing import Any
from urllib.parse import quote, unquote

from rememberer_lite.envs.webshop import Catalogue
from rememberer_lite.envs.webshop.goals import Goal
from rememberer_lite.envs.webshop.products import Product
from rememberer_lite.envs.webshop.reward import score

HEAD = """<!DOCTYPE html>
<html>
  <head>
    <style>.btn { color: red }</style>
    <title>WebShop</title>
    <script>let shown = "<p>never</p>";</script>
  </head>
  <body>
    <!-- a comment is not shown -->
    <div class="container py-5">
"""
TAIL = """
    </div>
  </body>
</html>
"""


def link(*parts: object) -> str:
    """An address as the application's url_for writes it."""
    return escape("/" + "/".join(quote(str(part), safe="") for part in parts))


def button(address: str, text: str, kind: str = "btn btn-primary") -> str:
    return f"""
        <form method="post" action="{address}">
          <button type="submit" class="{kind}">{escape(text)}</button>
        </form>"""


def instruction(text: str) -> str:
    return f"""
      <div class="row top-buffer">
        <div class="col-sm-6">
          <div id="instruction-text" class="text-center">
            <h4>Instruction:<br>{escape(text)}</h4>
          </div>
        </div>
      </div>"""


@dataclass
class Shop:
    """The application: the goals of the sessions, and a page for each address."""

    catalogue: Catalogue
    goals: dict[str, Goal] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def page(self, path: str) -> str | None:
        """The page at a path; None if there is none (404). Raises where the original fails."""
        route, *rest = unquote(path).split("/")[1:]
        counts = {"search_results": 3, "item_page": 5, "item_sub_page": 6, "done": 3}
        if route in counts and len(rest) == counts[route]:
            return str(getattr(self, route)(*rest))
        return self.index(route) if not rest else None

    def index(self, session: str) -> str:
        if session not in self.goals:
            number = random.Random(session).randrange(len(self.catalogue.goals))
            if "fixed" in session:
                number = int(session.split("_")[-1])
            self.goals[session] = self.catalogue.goals[number]
        text = escape(self.goals[session].instruction)
        return f"""{HEAD}
          <div id="logo" class="text-center">
            <h2>WebShop</h2>
          </div>
          <div id="instruction-text" class="text-center">
            <h4>Instruction: <br>{text}</h4>
          </div>
          <form role="form" id="form-buscar" method="post" action="{link(session)}">
            <input id="search_input" class="form-control" type="text" name="search_query"/>
            <span class="input-group-btn">
              <button class="btn btn-success" type="submit"><i class="icon"></i>Search</button>
            </span>
          </form>{TAIL}"""

    def search_results(self, session: str, keywords: str, page: str) -> str:
        words = ast.literal_eval(keywords) if keywords.startswith("[") else [keywords]
        hits, number = self.catalogue.search(" ".join(words)), int(page)
        back = link("search_results", session, words, number - 1)
        onward = link("search_results", session, words, number + 1)
        listed = "".join(
            f"""
        <div class="col-lg-12 mx-auto list-group-item">
          <img src="x" class="result-img">
          <h4 class="product-asin"><a class="product-link"
            href="{link("item_page", session, one.asin, words, number, {})}">{one.asin}</a></h4>
          <h4 class="product-title">{escape(one.title)}</h4>
          <div class="mt-1">
            <h5 class="product-price">{escape(one.price_tag)}</h5>
          </div>
        </div>"""
            for one in hits[(number - 1) * 10 : number * 10]
        )
        return f"""{HEAD}{instruction(self.goals[session].instruction)}
      {button(link(session), "Back to Search", "btn btn-success")}
      <h3>Page {number} (Total results: {len(hits)})</h3>
      {button(back, "< Prev") if number > 1 else ""}
      {button(onward, "Next >")}
      <div class="row top-buffer">{listed}
      </div>{TAIL}"""

    def item_page(self, session: str, asin: str, keywords: str, page: str, options: str) -> str:
        chosen, product = ast.literal_eval(options), self.product(asin)
        where = (session, asin, keywords, page)
        groups = ""
        for name, values in product.options.items():
            groups += f'\n<h4>{escape(name)}</h4>\n<div class="radio-toolbar">'
            for number, value in enumerate(values):
                address = link("item_page", *where, {**chosen, name: value})
                radio = escape(f"radio_{name}{number}")
                groups += f"""
                  <input type="radio" id="{radio}" name="{escape(name)}" value="{escape(value)}"
                    data-url="{address}">
                  <label for="{radio}">{escape(value)}</label>"""
            groups += "\n</div>"
        subs = "".join(
            f'\n<div class="col-sm-3">{button(link("item_sub_page", *where, name, chosen), name)}'
            "\n</div>"
            for name in ("Description", "Features", "Reviews")
        )
        return f"""{HEAD}{instruction(self.goals[session].instruction)}
      {button(link(session), "Back to Search", "btn btn-success")}
      {button(link("search_results", session, keywords, page), "< Prev")}
      <img id="product-image" src="x" class="item-page-img">{groups}
      <h2>{escape(product.title)}</h2>
      <h4>Price: {escape(product.price_tag)}</h4>
      <h4>Rating: N.A.</h4>{subs}
      {button(link("done", session, asin, chosen), "Buy Now", "btn btn-lg purchase")}{TAIL}"""

    def item_sub_page(
        self, session: str, asin: str, keywords: str, page: str, name: str, options: str
    ) -> str:
        product = self.product(asin)
        info = '<p class="product-info">'
        shown = ""
        if name == "Description":
            shown = f"{info}{escape(product.description)}</p>"
        elif name == "Features":
            shown = "".join(f"\n<li>{info} {escape(line)}</p></li>" for line in product.bullets)
        back = link("item_page", session, asin, keywords, page, ast.literal_eval(options))
        return f"""{HEAD}{instruction(self.goals[session].instruction)}
      {button(link(session), "Back to Search", "btn btn-success")}
      {button(back, "< Prev")}
      <div class="card card-body">
        {shown}
      </div>{TAIL}"""

    def done(self, session: str, asin: str, options: str) -> str:
        chosen, goal, product = ast.literal_eval(options), self.goals[session], self.product(asin)
        parts = score(product, chosen, goal, self.catalogue.nouns, "original")
        details: dict[str, Any] = {
            "r_type": parts.type_factor,
            "r_att": len(parts.attributes_matched) / len(goal.attributes),
            "w_att": 0.5,
            "query_match": parts.query_match,
            "category_match": parts.category_match,
            "title_score": parts.title_score,
            "r_price": parts.price_ok,
        }
        if goal.options:
            details["r_option"] = len(parts.options_matched) / len(goal.options)
        wanted = {
            "asin": goal.product.asin,
            "attributes": list(goal.attributes),
            "price_upper": goal.price_limit or 1_000_000,
            "goal_options": list(goal.options),
            "instruction_text": goal.instruction,
        }
        return f"""{HEAD}
          <div id="thankyou"><h1>Thank you for shopping with us!</h1></div>
          <div id="stats">
            <h3 align="mturk_code">Your code: </h3>
            <p><pre>5A0B</pre> (Paste it in your MTurk interface.)</p>
            <div style="display:none">
              <h2 align="left">Purchased</h2>
              <h4 id="asin">asin<pre>{asin}</pre></p>
              <h4 id="options">options<pre>{escape(as_json(chosen))}</pre></h4>
              <h4 id="purchased_attrs">attrs<pre>{escape(str(list(product.attributes)))}</pre></h4>
              <h2 align="left">Target</h2>
              <h4>Goal <div id="goal"><pre>{escape(pformat(wanted))}</pre></div></h4>
            </div>
            <h3   id="reward">Your score (min 0.0, max 1.0)<pre>{parts.reward}</pre></h3>
            <h4 hidden>Reward Details <div id="reward_info"><pre>{
            escape(pformat(details))
        }</pre></div></h4>
          </div>{TAIL}"""

    def product(self, asin: str) -> Product:
        return next(product for product in self.catalogue.products if product.asin == asin)


def as_json(options: dict[str, str]) -> str:
    """As Jinja's filter `tojson` writes it."""
    import json

    text = json.dumps(options, sort_keys=True)
    return re.sub("[<>&']", lambda match: f"\\u{ord(match[0]):04x}", text)


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """A server on this machine while the block runs; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def shop_server(shop: Shop) -> Iterator[str]:
    """The shop on this machine while the block runs; its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # keeps the connection, as a browser's
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self) -> None:
            shop.asked.append(self.path)
            try:
                page = shop.page(self.path)
                status = 200 if page is not None else 404
            except Exception:
                page, status = None, 500
            data = (page or "<h1>Internal Server Error</h1>").encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            self.wfile.flush()

        def log_message(self, *args: object) -> None:
            pass

    with serving(Handler) as url:
        yield url
