"""When a chosen option value counts as the wanted one: exactly, or as the original judges."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Literal, get_args

from rapidfuzz.fuzz import token_set_ratio
from rapidfuzz.utils import default_process

from rememberer_lite.envs.webshop.goals import Option
from rememberer_lite.envs.webshop.products import Product, option_text
from rememberer_lite.state import SettingError

#: when a chosen value counts as the wanted one: "exact" (exactly this value in this group) or
#: "original" (as in WebShop: nearly the same words, in any group)
OptionsRule = Literal["exact", "original"]

#: texts count as the same above this similarity (0 to 100)
SAME_TEXT = 85

#: option values that contain one of these words count as that colour; the first word decides
_COLOURS = """
alabaster apricot aqua ash asphalt azure banana beige black blue blush bordeaux bronze brown
burgundy camel camo caramel champagne charcoal cheetah chestnut chocolate christmas coffee cognac
copper coral cranberry cream crystal dark denim eggplant elephant espresso fuchsia gold granite
grape graphite grass gray green grey heather indigo ivory ivy khaki lavender lemon leopard light
lilac lime magenta maroon mauve merlot midnight mint mocha multicolor mushroom mustard natural
navy nude olive orange peach pewter pink plum purple rainbow red rose royal rust sand sapphire
seashell silver skull slate steel stone stonewash sunflower tan taupe teal tiger turquoise violet
walnut wheat white wine yellow
"""
COLOURS = tuple(_COLOURS.split())


def check_rule(name: OptionsRule) -> OptionsRule:
    """The same name, if there is such a rule.

    Raises:
        SettingError: if there is none.
    """
    if name not in get_args(OptionsRule):
        raise SettingError(f'no options_rule {name!r}: choose "exact" or "original"')
    return name


def is_chosen(wanted: Option, chosen: Mapping[str, str], product: Product) -> bool:
    """Whether exactly this value is chosen in its group: the rule "exact".

    Texts are compared as the pages write them. The group of a value without one is the group of
    `product`, for which the goal was written, that offers it; if none does, any group counts.

    Unlike the original (`is_nearly_chosen`): there a wrong size can pass for the right one.

    >>> from rememberer_lite.envs.webshop import Catalogue
    >>> goal = next(g for g in Catalogue.builtin(0).goals if g.options == ("18 inch",))
    >>> is_chosen("18 inch", {"size": "18 inch"}, goal.product)
    True
    >>> is_chosen("18 inch", {"size": "14 inch"}, goal.product)
    False
    """
    name, value = (None, wanted) if isinstance(wanted, str) else wanted
    text = _one_spelling(value)
    if name is not None:
        groups = [name]
    else:
        offered = product.options.items()
        groups = [group for group, of in offered if text in map(_one_spelling, of)] or [*chosen]
    taken = {_one_spelling(group): _one_spelling(value) for group, value in chosen.items()}
    return any(taken.get(_one_spelling(group)) == text for group in groups)


def is_nearly_chosen(wanted: Option, chosen: Mapping[str, str], product: Product) -> bool:
    """Whether any chosen value has nearly the wanted words: the rule "original".

    It accepts "14 inch" for "18 inch" and "large" for "x-large", and ignores the groups: a
    misspecified reward, kept for comparisons with the original's numbers.

    >>> from rememberer_lite.envs.webshop import Catalogue
    >>> goal = Catalogue.builtin(0).goals[0]
    >>> is_nearly_chosen("18 inch", {"size": "14 inch"}, goal.product)
    True
    """
    return any(same_text(colour_of(value), comparable(wanted)) for value in chosen.values())


def _one_spelling(value: str) -> str:
    return unicodedata.normalize("NFC", " ".join(option_text(value).split()))


def same_text(a: str, b: str) -> bool:
    """Whether two texts agree in most of their words, whatever their order.

    >>> same_text("3 ounce (pack of 1)", "pack of 1, 3 ounce")
    True
    """
    return token_set_ratio(a, b, processor=default_process) > SAME_TEXT


def colour_of(value: str) -> str:
    """The colour that an option value names, else the value itself.

    >>> colour_of("dusty pink"), colour_of("10000mah")
    ('pink', '10000mah')
    """
    return next((colour for colour in COLOURS if colour in value), value)


def comparable(wanted: Option) -> str:
    """The text with which chosen values are compared.

    In a pair, as in the original, a value counts as a colour only if it is just that word.
    """
    if isinstance(wanted, str):
        return colour_of(wanted)
    return wanted[1] if wanted[1] in COLOURS else in_words(wanted)


def in_words(option: Option) -> str:
    """The option as a text.

    >>> in_words(("size", "18 inch"))
    'size: 18 inch'
    """
    return option if isinstance(option, str) else f"{option[0]}: {option[1]}"
