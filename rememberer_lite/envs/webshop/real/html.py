"""WebShop's HTML: read as the elements of our own pages, with the address behind each click."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from rememberer_lite.envs.webshop.pages import PREVIOUS, Element, Page
from rememberer_lite.envs.webshop.real.connection import ShopServerError

if TYPE_CHECKING:
    from bs4.element import Tag

#: tags of one page; a product with 500 options has 2,000. Far more would take minutes to read
MOST_TAGS = 10_000
#: elements between a button and its form
MOST_LEVELS = 16
#: later templates of the original name the button that leads back differently
_NAMES = {"< Back to Results": PREVIOUS, "< Back to Item Page": PREVIOUS}
_INVISIBLE = {"style", "script", "head", "title", "meta", "[document]"}


@dataclass(frozen=True)
class Receipt:
    """What the page after a purchase says; "" where it says nothing.

    Attributes:
        asin: what was bought.
        reward: the score, as written.
        options: the chosen values, as a JSON object.
        attributes: the product's annotations, as a Python list.
        goal: the whole goal, as a Python mapping.
        details: the parts of the reward, as a Python mapping.
    """

    asin: str
    reward: str
    options: str
    attributes: str
    goal: str
    details: str


@dataclass(frozen=True)
class Reading:
    """What is read of one page.

    Attributes:
        page: its elements, as `pages` writes them; no option is marked, and no product.
        links: text that can be clicked, in lower case → address, as the page gives it.
        groups: option value → the group that a click on it chooses from.
        of: (position in `page`) → the group of an option.
        task: the instruction without its label; None if the page shows none.
        searches: whether the page has the search bar.
        receipt: what a purchase earned; None on all other pages.
    """

    page: Page
    links: Mapping[str, str]
    groups: Mapping[str, str]
    of: Mapping[int, str]
    task: str | None
    searches: bool
    receipt: Receipt | None


def read(html: str) -> Reading:
    """Read a page as the original's `WebAgentTextEnv` does: its texts, classed by what holds them.

    A button leads where its form does, a product where its link does, an option where the radio
    button's script does. Like there, of equal values in two groups the later one is clicked; a
    button comes before an option of its name, as the original's server decides.

    Raises:
        ShopServerError: if the page has more than `MOST_TAGS` tags.

    >>> reading = read('<h2>Shop</h2><form action="/x"><button class="btn">Go</button></form>')
    >>> [element.text for element in reading.page], dict(reading.links)
    (['Shop', 'Go'], {'go': '/x'})
    """
    from bs4 import BeautifulSoup
    from bs4.element import Comment, Tag

    if html.count("<") > MOST_TAGS:
        raise ShopServerError(
            f"a page has more than {MOST_TAGS:,} tags, so it is not WebShop's: check that its "
            "application runs at the url"
        )
    whole, closing, tail = html.rpartition(">")
    # the parser would look for the end of each tag that has none, again and again
    soup = BeautifulSoup(whole + closing + tail.replace("<", "&lt;"), "html.parser")
    page: list[Element] = []
    buttons: dict[str, str] = {}
    choices: dict[str, str] = {}
    groups: dict[str, str] = {}
    of: dict[int, str] = {}
    named: dict[str, Tag] = {}
    radio: Tag | None = None
    for node in soup.descendants:
        if isinstance(node, Tag):
            named.setdefault(_address(node, "id"), node)
            radio = node if node.name == "input" else radio
            continue
        holder, shown = node.parent, str(node)
        if holder is None or holder.name in _INVISIBLE or isinstance(node, Comment):
            continue
        if holder.name == "button":
            shown = _NAMES.get(shown, shown)
            page.append(Element("button", shown))
            around = islice(holder.parents, MOST_LEVELS)
            form = next((tag for tag in around if tag.name == "form"), None)
            buttons[shown.lower()] = _address(form, "action")
        elif holder.name == "label":
            groups[shown.lower()] = of[len(page)] = _address(radio, "name")
            page.append(Element("option", shown))
            choices[shown.lower()] = _address(radio, "data-url")
        elif holder.get("class") == ["product-link"]:
            page.append(Element("product", shown))
            choices[shown.lower()] = _address(holder, "href")
        elif shown != "\n":
            page.append(Element("text", shown))
    return Reading(
        page=page,
        links={**choices, **buttons},
        groups=groups,
        of=of,
        task=_task(named),
        searches="search_input" in named,
        receipt=_receipt(named),
    )


def first_products(page: Page, most: int) -> Page:
    """The page with its first products only, each of which is followed by title and price.

    The paper's agent sees 3 of the 10 products of a results page (zdy023/WebShop).
    """
    products = [at for at, element in enumerate(page) if element.kind == "product"]
    left_out = {at + offset for at in products[most:] for offset in range(3)}
    return [element for at, element in enumerate(page) if at not in left_out]


def _address(tag: Tag | None, name: str) -> str:
    """An attribute's text; "" if it is missing."""
    value = None if tag is None else tag.get(name)
    return value if isinstance(value, str) else ""


def _task(named: Mapping[str, Tag]) -> str | None:
    heading = named["instruction-text"].find("h4") if "instruction-text" in named else None
    if heading is None:
        return None
    first, *rest = [str(text) for text in heading.find_all(string=True)] or [""]
    return "".join(rest) if rest else first.removeprefix("Instruction:").removeprefix(" ")


def _receipt(named: Mapping[str, Tag]) -> Receipt | None:
    if "reward" not in named:
        return None

    def said(name: str) -> str:
        pre = named[name].find("pre") if name in named else None
        return "" if pre is None else pre.get_text()

    return Receipt(
        asin=said("asin"),
        reward=said("reward"),
        options=said("options"),
        attributes=said("purchased_attrs"),
        goal=said("goal"),
        details=said("reward_info"),
    )
