"""The shop's pages: lists of elements, written out in one of three text formats.

A page is built once as elements (texts, buttons, options, products); both what the agent reads
and what it can click are derived from them, so the two can never disagree.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple

from rememberer_lite.envs.search import SearchError
from rememberer_lite.envs.webshop.products import Product

#: how many hits one results page holds
PAGE_SIZE = 10

SEARCH, BACK, NEXT, PREVIOUS, BUY = "Search", "Back to Search", "Next >", "< Prev", "Buy Now"
#: the price on a product's own page begins so, and the title stands above it
PRICE = "Price: "
#: the first line of the page after a purchase
RECEIPT = "Thank you for shopping with us!"
#: the sub pages of an item, by their button
SUB_PAGES = ("Description", "Features", "Reviews")
#: the buttons of all pages, as they are clicked; whatever else can be clicked is a choice
BUTTONS = frozenset(text.lower() for text in (BACK, NEXT, PREVIOUS, BUY, *SUB_PAGES))

#: "rememberer" is the paper's format, the other two are the original WebShop's
Format = Literal["rememberer", "text_rich", "text"]
#: products of a results page that are shown: the paper's agent sees the first 3 of each 10
SHOWN: dict[Format, int] = {"rememberer": 3, "text_rich": 10, "text": 10}


def parse_action(action: str) -> tuple[str, str] | None:
    """The verb and the thing of an action as the shop reads it; None if it is not an action.

    The thing ends at the last bracket and is lower-cased, and what follows is ignored; the verb is
    left unchanged. Both are on the first line.

    >>> parse_action("click[Buy Now] because it fits")
    ('click', 'buy now')
    >>> parse_action("search[]") is None
    True
    """
    line = action.partition("\n")[0]
    end = line.rfind("]")
    start = line.rfind("[", 1, max(end - 1, 0))  # some verb before it, some thing behind it
    return (line[:start], line[start + 1 : end].lower()) if start > 0 else None


def read_query(query: str) -> tuple[str, str]:
    """The first word of a query, which may name a special form, and the rest.

    Raises:
        SearchError: if it is a special form that cannot be answered (the original fails there).

    >>> read_query("<c> beauty")
    ('<c>', 'beauty')
    """
    form, _, rest = query.partition(" ")
    if form == "<c>" and not rest:
        raise SearchError("<c> needs a category: write search[<c> beauty]")
    if form == "<a>":
        raise SearchError("<a> searches are not supported: search for the attribute's words")
    return form, rest


class Element(NamedTuple):
    """One piece of a page: plain text, or something that can be clicked."""

    kind: Literal["text", "button", "option", "product"]
    text: str
    marked: bool = False  # an option that is selected, a product that was visited


Page = Sequence[Element]


def _text(text: str) -> Element:
    return Element("text", text)


def _button(text: str) -> Element:
    return Element("button", text)


# elements of many pages are made once
_NAME, _LABEL, _FIRST_LABEL = _text("WebShop"), _text("Instruction:"), _text("Instruction: ")
_SEARCH, _BACK, _NEXT, _PREVIOUS = map(_button, (SEARCH, BACK, NEXT, PREVIOUS))
_ITEM_END = [_text("Rating: N.A."), *map(_button, (*SUB_PAGES, BUY))]


def search_page(instruction: str) -> Page:
    """The first page: the only thing to do is to search."""
    return [_NAME, _FIRST_LABEL, _text(instruction), _SEARCH]


def results_page(
    instruction: str,
    hits: Sequence[Product],
    number: int,
    visited: Collection[str] = (),
    size: int = PAGE_SIZE,
) -> Page:
    """Page `number` (from 1) of the search results, its first `size` products.

    Pages past the end are empty.
    """
    start = (number - 1) * PAGE_SIZE
    page = [_LABEL, _text(instruction), _BACK]
    page.append(_text(f"Page {number} (Total results: {len(hits)})"))
    page += [_PREVIOUS, _NEXT] if number > 1 else [_NEXT]
    for product in hits[start : start + size]:
        page.append(Element("product", product.asin, product.asin in visited))
        page += [_text(product.title), _text(product.price_tag)]
    return page


def item_page(instruction: str, product: Product, selected: Collection[tuple[str, str]]) -> Page:
    """A product, with its options; `selected` holds (group, value) pairs."""
    page = [_LABEL, _text(instruction), _BACK, _PREVIOUS]
    for group, values in product.options.items():
        page.append(_text(group))
        page += [Element("option", value, (group, value) in selected) for value in values]
    return [*page, _text(product.title), _text(f"{PRICE}{product.price_tag}"), *_ITEM_END]


def sub_page(instruction: str, product: Product, name: str) -> Page:
    """The Description, Features or Reviews of a product (there are no reviews)."""
    page = [_LABEL, _text(instruction), _BACK, _PREVIOUS]
    if name == "Description" and product.description:
        page.append(_text(product.description))
    elif name == "Features":
        page += [_text(f" {bullet}") for bullet in product.bullets]
    return page


def end_page(asin: str, options: Mapping[str, str], reward: float) -> Page:
    """The receipt, word for word as the original prints it without its crowd-work service."""
    chosen = json.dumps(dict(options), sort_keys=True)
    for character in "<>&'":
        chosen = chosen.replace(character, f"\\u{ord(character):04x}")
    lines = [RECEIPT, "Your code: ", "None"]
    lines += [" (Paste it in your MTurk interface.)", "Purchased", "asin", asin]
    lines += ["options", chosen, "attrs", "None", "category", "None", "query", "None"]
    lines += ["product category", "None", "Target", "asin", "options", "attrs", "price upper"]
    lines += ["instuction text", "category", "product category", "query", "Goal ", "None"]
    lines += ["Reward", "Your score (min 0.0, max 1.0)", str(reward), "Reward Details ", "None"]
    return [_text(line) for line in lines]


def clickables(page: Page) -> tuple[str, ...]:
    """The texts that can be clicked: buttons, then products and options; equal texts once.

    >>> clickables(search_page("i want tea"))
    ('search',)
    """
    buttons = [text.lower() for kind, text, _ in page if kind == "button"]
    others = [text.lower() for kind, text, _ in page if kind in ("product", "option")]
    return tuple(dict.fromkeys(buttons + others))


def write(page: Page, form: Format) -> str:
    """The page as text.

    >>> print(write(search_page("i want tea"), "text_rich"), end="")
    WebShop
    Instruction:
    i want tea
    [button] Search [button_]
    """
    if form == "text":
        return " [SEP] ".join(element.text.strip() for element in page if element.text != "\n")
    chosen = [e.text for e in page if e.kind == "option" and e.marked]
    if form == "text_rich":
        lines = [f"You have clicked {text}.\n" for text in reversed(chosen)]
        return "".join([*lines, *map(_rich, page)])
    lines = [f"\nYou have clicked {text}." for text in reversed(chosen)]
    return "".join([*lines, *map(_paper, page)])


def _rich(element: Element) -> str:
    """One element in the original's format."""
    kind, text, marked = element
    if kind == "text":
        return "" if text == "\n" else f"{text}\n"
    lead = {"button": "", "option": "  ", "product": "\n"}[kind]
    return (
        f"{lead}[clicked button] {text} [clicked button_]\n"
        if marked
        else (f"{lead}[button] {text} [button_]\n")
    )


def _paper(element: Element) -> str:
    """One element in the paper's format, with options on one line."""
    kind, text, marked = element
    if kind == "text":
        return f"\n{text} " if text.strip() else ""
    lead = "" if kind == "option" else "\n"
    return f"{lead}[[{text}]]" if marked else f"{lead}[{text}]"
