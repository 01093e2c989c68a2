"""Exercises of chapter 08: detours, skeletons, labels, milestones, loops, a pattern."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterator, Sequence

from rememberer_lite.checks.exercise import Case, Exercise, Invariant, Mistake, Prediction, mistakes

Milestones = Sequence[tuple[str, float]]  # pattern, worth
Step = tuple[str, str, float, str]  # state, action, reward, state after
_SCREENS = "chapter 08, “How alike are two screens?”"
_HAND = "chapter 08, “One episode by hand”"
_TRAP = "chapter 08, “The trap of the detour”"

# ---- 8.1


def _detour() -> float:
    return round(sum(0.9**i * reward for i, reward in enumerate((0.0, 1.0, 0.0, 1.0))), 9)


FIRST = Prediction(
    "8.1", "what a detour is worth", _TRAP, _detour, {
    2.0: "That is the value with γ = 1, where a detour is free. Here each step further on counts "
        "0.9 times as much.",
    1.81: "That is the direct way, which earns at once. The click that leads nowhere comes first, "
        "and everything is a step later.",
    1.466: "One power too many: the reward of the first step itself counts γ⁰.",
    1.4661: "The powers begin one too high: the first step's own reward counts γ⁰.",
    1.71: "You discount from milestone to milestone. γ counts steps, also those that earn nothing.",
    1.9: "You discount from milestone to milestone, and from γ⁰ on. γ counts steps, also those "
        "that earn nothing.",
    0.9: "You stopped at the first milestone. The return holds all that follows.",
    0.729: "You took the last reward alone. The return holds all that follows.",
})  # fmt: skip


# ---- 8.2


def _element(line: str) -> tuple[str, dict[str, str], str]:
    """Tag, attributes and text of a screen's line; all are empty for a line that is no element."""
    match = re.match(r"<(\w+)([^>]*)>", line)
    if match is None:
        return "", {}, ""
    attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', match[2]))
    return match[1], attributes, re.sub(r"</\w+>\s*$", "", line[match.end() :])


def _tags(screen: str) -> list[str]:
    found = []
    for line in screen.splitlines():
        tag, attributes, _ = _element(line)
        if tag:
            words = attributes.get("class", "").split()
            found.append(".".join([tag, *words]))
    return found


_ELEMENTS = (
    '<p id="{}" clickable="true">COFFEE &amp; TEA</p>',
    '<p id="{}" clickable="false"> </p>',
    '<div id="{}" clickable="true">Make Iced Coffee at Home</div>',
    '<img class="search button" alt="Search" id="{}" clickable="true">',
    '<img class="" alt="cup.jpg" id="{}" clickable="false">',
    '<input class="search src  text" value="make tea " type="text" id="{}" clickable="true">',
    '<button alt="Open &quot;drawer&quot;" id="{}" clickable="true"></button>',
    '<div class="webView" id="{}" clickable="true"></div>',
    '<p id="{}" clickable="true">Write class="note" and id="1", 3 &lt; 4</p>',
    '<button class="tool" alt="More" id="{}" clickable="true"> Share it </button>',
)


def _screen(rng: random.Random, size: int, first: int = 0) -> str:
    lines = [
        rng.choice(_ELEMENTS).format(number)
        for number in range(first, first + 3 * size)
        if rng.random() < 0.4 or number == first
    ]
    if rng.random() < 0.3:
        lines.insert(rng.randint(0, len(lines)), rng.choice(["", "… (4 lines left out)"]))
    return "\n".join(lines)


def _screens(rng: random.Random) -> Iterator[Case]:
    yield ('<p id="0" clickable="true">tea</p>',)
    yield ('<div class="webView" id="0" clickable="true"></div>',)
    yield ('<img class="search button" alt="Search" id="0" clickable="true">',)
    yield ('<img class="a" id="0" clickable="true">\n<p id="1" clickable="true">tea</p>',)
    yield ('<p id="0" clickable="true">tea</p>\n<p id="1" clickable="true">mug</p>',)
    yield ('<p id="0" clickable="true">write class="note" here</p>',)
    yield ('<img class="" id="0" clickable="true">',)
    yield ("",)
    yield ('<p id="0" clickable="true">tea</p>\n\n… (4 lines left out)',)
    yield ('<p id="0" clickable="true">a <b is no tag</p>\nmore <i> in italics',)
    for size in range(60):
        yield (_screen(rng, size // 12 + 1),)


def _other_lines(screen: str) -> bool:
    return any(not line.startswith("<") for line in screen.splitlines())


SECOND = Exercise("8.2", "a skeleton with classes", _SCREENS, _tags, _screens, mistakes({
    "*words >>": "These are the bare tags, as the package takes them. Here the words of an "
        "element's class belong to it.",
    "*words >> *words[:1]": "Only the first word of a class is there. All of them belong to it.",
    "*words >> *[' '.join(words)] * bool(words)":
        "The words of a class are joined by spaces. Put a dot between all of them.",
    "attributes.get(\"class\", \"\").split() >> attributes['class'].split(' ') if "
    "attributes.get('class') else []": "Two spaces in a row make an empty word. `split` without "
        "an argument takes any amount of white space.",
    "*words >> '.'.join(words)":
        "An element without a class gets a dot at its end. It is the tag alone.",
    Mistake(where=lambda screen: 'class=""' in screen):
        'A class of no words (`class=""`) is none: the tag alone, without a dot.',
    'found.append(".".join([tag, *words])) >> found += [".".join([tag, *words])] * (1 + '
    "line.count('</'))": "Closing tags are in your list. An element is one entry.",
    "attributes.get(\"class\", \"\") >> ''.join(re.findall('class=\"([^\"]*)\"', line)[:1])":
        "You find `class=` in the text that a page shows. Only what stands inside the tag, before "
        "its `>`, counts.",
    "return found >> return list(dict.fromkeys(found))":
        "Elements that are alike are kept only once. The sequence holds every element.",
    "return found >> return sorted(found)":
        "The order is lost. A sequence is compared in the order of the screen.",
    "if tag: >> if tag and attributes.get('class', '').split():":
        "Elements without a class are missing: they are the tag alone.",
    "return found >> return ' '.join(found)":
        "One text comes back. A list with an entry for each element is asked for.",
    Mistake(where=_other_lines): "Not every line is an element: there are empty ones, and notes "
        "of what was left out. Pass over them.",
    Mistake(where=lambda screen: not screen): "A screen may be empty: then so is the list.",
    'found.append(".".join([tag, *words])) >> found += [".".join([tag, *words])] + '
    "re.findall(r'(?<=.)<(\\w+)', line)":
        "A `<` in the middle of a line begins no element, and neither does one in a line that "
        "begins with something else. A line that begins with `<` is one element.",
}), cuts=("screen",))  # fmt: skip


# ---- 8.3


def _label(screen: str, action: str) -> str | None:
    asked = re.fullmatch(r"(?:CLICK|INPUT)\((\d+)[,)].*", action)
    if asked is None:
        return None
    for line in screen.splitlines():
        _, attributes, text = _element(line)
        if attributes.get("id") == asked[1]:
            if attributes.get("clickable") != "true":
                return None
            said = {**attributes, "text": text}
            labels = [
                html.unescape(said.get(part, "")).strip() for part in ("text", "alt", "value")
            ]
            return next(filter(None, labels), "")
    return None


def _there(screen: str, action: str) -> bool:
    """Whether an action names an element that is there."""
    ids = re.findall(r"\((\d+)[,)]", action)[:1]
    return any(_element(line)[1].get("id") in ids for line in screen.splitlines())


def _no_id(screen: str, action: str) -> bool:
    return action == "GOBACK" or action.startswith("SCROLL")


def _clicks(rng: random.Random) -> Iterator[Case]:
    small = '<p id="0" clickable="true">tea</p>\n<p id="1" clickable="false">mug</p>'
    yield small, "CLICK(0)"
    yield small, "CLICK(1)"
    yield small, "CLICK(9)"
    yield small, "GOBACK"
    yield small, "SCROLL(DOWN)"
    yield '<p id="3" clickable="true">tea</p>\n<p id="4" clickable="true">mug</p>', "CLICK(4)"
    yield '<p id="11" clickable="true">tea</p>\n<p id="1" clickable="true">mug</p>', "CLICK(1)"
    yield '<img alt="Search" id="0" clickable="true">', "INPUT(0, cold brew (iced), 2)"
    yield '<input value="tea " type="text" id="0" clickable="true">', "INPUT(0, mug)"
    yield '<div id="0" clickable="true"></div>', "CLICK(0)"
    yield '<p id="0" clickable="true">COFFEE &amp; TEA</p>', "CLICK(0)"
    yield '<p id="0" clickable="true">id="1"</p>\n<p id="1" clickable="true">mug</p>', "CLICK(1)"
    yield '<p id="3" clickable="false">write clickable="true" here</p>', "CLICK(3)"
    yield '<button alt="More" id="0" clickable="true">Share</button>', "CLICK(0)"
    yield '<img alt="More" id="0" clickable="true">\n\n<p id="1" clickable="true">a</p>', "CLICK(1)"
    yield '<button alt="More" id="0" clickable="true"> </button>', "CLICK(0)"
    yield "", "CLICK(0)"
    for size in range(80):
        first = rng.choice([0, 0, 1, 8])
        screen = _screen(rng, size // 12 + 2, first)
        numbers = re.findall(r' id="(\d+)" click', screen)
        id = rng.choice([*numbers, *numbers, "99"])
        forms = ["CLICK({})", "CLICK({})", "CLICK({})", "INPUT({}, how to (1), 2)", "GOBACK"]
        yield screen, rng.choice([*forms, "SCROLL(UP)"]).format(id)


THIRD = Exercise("8.3", "which element is meant", _HAND, _label, _clicks, mistakes({
    ("in screen.splitlines(): >> in screen.splitlines()[int(asked[1]) :][:1]:",
     'if attributes.get("id") == asked[1] >> if True'): "You take an id for the number of a line. "
        "A screen may begin with any id, and skip some: look for the id itself.",
    ("in screen.splitlines(): >> in [x for x in screen.splitlines() if '<' in x][int(asked[1]) "
     ":][:1]:",
     'if attributes.get("id") == asked[1] >> if True'): "You count elements. A screen may begin "
        "with any id, and skip some: look for the id itself.",
    "attributes.get(\"id\") == asked[1] >> attributes.get('id', '').startswith(asked[1])":
        "Your id 1 is found in 11 as well. The whole number has to be equal.",
    "attributes.get(\"id\") == asked[1] >> f'id=\"{asked[1]}\"' in line":
        "You find an `id=` in the text that a page shows. Only what stands inside the tag, before "
        "its `>`, counts.",
    "attributes.get(\"clickable\") != \"true\" >> 'clickable=\"true\"' not in line":
        "You find `clickable=` in the text that a page shows. Only what stands inside the tag, "
        "before its `>`, counts.",
    'if attributes.get("clickable") != "true": return None >>':
        "You resolve elements that cannot be clicked. They say so; then it is None.",
    "(?:CLICK|INPUT) >> CLICK": "INPUT names an element too: its first argument.",
    "[,)].* >> (?:, [^,()]*)?\\)": "An action INPUT may hold brackets and commas in its text; the "
        "id is what stands before the first comma.",
    "html.unescape(said.get(part, \"\")) >> said.get(part, '')":
        "The text is still written as HTML: `&amp;` is read as &.",
    "next(filter(None, labels), \"\") >> next((html.unescape(said[p]) for p in ('text', 'alt', "
    "'value') if said.get(p, '').strip()), '')":
        "White space at both ends does not belong to a label.",
    "next(filter(None, labels), \"\") >> next((html.unescape(said[p]).strip() for p in ('text', "
    "'alt', 'value') if said.get(p)), '')":
        "A text of nothing but white space is blank: then alt names the element.",
    "\"text\", \"alt\", >> 'alt', 'text',":
        "Where an element has both, its text counts, and not alt.",
    '"alt", >>': "An element without a text is named by its alt.",
    ', "value" >>': "An element without text and alt is named by its value.",
    '"alt", "value" >>':
        "You look at the text alone. Without one, alt names an element, then value.",
    'filter(None, labels), "" >> filter(None, labels), None': "An element that is there but has "
        "no name gives an empty text. None says that there is none to be clicked.",
    "== asked[1]: >> == asked[1]:\n            return line":
        "This is the whole line, as the package keeps it. Only the label is asked for.",
    Mistake(where=_no_id): "Actions without an id (GOBACK, SCROLL) name no element: None.",
    Mistake(where=lambda screen, action: not _no_id(screen, action) and not _there(screen, action)):
        "The screen has no such id: that is no error here, and gives None.",
    Mistake(where=lambda screen, action: not _there(screen, action)):
        "Not every action names an element that is there. Then there is None.",
    Mistake(where=lambda screen, action: _other_lines(screen)):
        "Not every line is an element. Pass over the others.",
}), cuts=("screen",))  # fmt: skip


# ---- 8.4


def _rewards(addresses: Sequence[str | None], milestones: Milestones) -> list[float]:
    rewards: list[float] = []
    left = list(milestones)
    for address in addresses:
        if not left:
            break
        reward = 0.0
        if address is not None and re.fullmatch(left[0][0], address):
            reward = left.pop(0)[1]
        rewards.append(reward)
    return rewards


def _walks(rng: random.Random) -> Iterator[Case]:
    tea, mug, rest = ("/Make-Tea", 1.0), ("/Category:Mugs", 2.0), ("/search=.*tea.*", 0.5)
    yield ["/Make-Tea"], [tea]
    yield ["/Make-Mugs"], [tea]
    yield ["/Make-Tea-Cosies"], [tea]
    yield ["/search=green+tea"], [rest]
    yield [None, "/Make-Tea"], [tea]
    yield ["/Category:Mugs"], [mug]
    yield ["/Category:Mugs", "/Make-Tea", "/Category:Mugs"], [tea, mug]
    yield ["/Make-Tea", "/Make-Tea", "/Category:Mugs"], [tea, mug]
    yield ["/Category:Mugs", "/Make-Tea"], [tea, mug]
    yield ["/Make-Tea", "/Make-Tea"], [tea]
    yield ["/Make-Tea", "/Make-Tea"], [tea, ("/Make-.*", 2.0), mug]
    yield ["https://wiki/Make-Tea"], [tea]
    yield [], [tea]
    pages = [None, "/Make-Tea", "/Make-Tea-Cosies", "/Category:Mugs", "/search=green+tea", "/x"]
    for size in range(80):
        milestones = rng.sample([tea, mug, rest, ("/Make-.*", 0.25)], min(size // 20 + 1, 3))
        yield [rng.choice(pages) for _ in range(rng.randint(1, size // 8 + 2))], milestones


FOURTH = Exercise(
    "8.4", "from milestones to rewards",
    "chapter 08, “The smallest worked example: a task and its first screen”", _rewards,
    _walks, mistakes({
    "re.fullmatch >> re.match": "Your pattern is content with the beginning of an address. "
        "“/Make-Tea-Cosies” is another page: all of it has to fit.",
    "re.fullmatch >> re.search":
        "Your pattern is content with a piece of an address. All of it has to fit.",
    "re.fullmatch(left[0][0], address) >> left[0][0] in address": "You ask whether the pattern "
        "stands in the address, letter by letter. It is a regular expression.",
    "re.fullmatch(left[0][0], address) >> left[0][0] == address":
        "You compare pattern and address letter by letter. It is a regular expression.",
    "if address is not None and re.fullmatch(left[0][0], address): reward = left.pop(0)[1] >> for "
    "some in [m for m in left if address and re.fullmatch(m[0], address)]:\n            "
    "left.remove(some)\n            reward += some[1]":
        "Any milestone pays, in any order. Only the next one counts.",
    ("if address >> while left and address", "reward = left.pop >> reward += left.pop"):
        "A page that fits several milestones pays for all of them at once. One step reaches one "
        "milestone at most.",
    "rewards.append(reward) >> rewards.append(reward or [0.0, *(w for p, w in milestones[: "
    "len(milestones) - len(left)] if address and re.fullmatch(p, address))][-1])":
        "A milestone that was reached pays again. Each pays once.",
    "left.pop(0)[1] >> left[0][1]": "You stay with the first milestone and pay for it again. Once "
        "reached, the next one counts.",
    ("if not left: break >>", "if address is not None >> if left and address is not None"):
        "You go on after the last milestone. It ends the episode, and the list.",
    "rewards.append(reward) >> left and rewards.append(reward)":
        "The step that reaches the last milestone is missing. It ends the list, and belongs to it.",
    "rewards.append(reward) >> reward and rewards.append(reward)":
        "Steps that earn nothing are missing. They have a reward too, 0.",
    "rewards.append(reward) >> rewards.append(float(reward > 0))":
        "Every milestone pays 1, as in the package. Here each says what it is worth.",
    "return rewards >> return [sum(rewards[: i + 1]) for i in range(len(rewards))]":
        "These are sums up to here. A reward is what this one step earned.",
    "address is not None and re.fullmatch(left[0][0], address) >> any(page and "
    "re.fullmatch(left[0][0], page) for page in addresses[: len(rewards) + 1])":
        "A page that was opened before its turn is remembered. It has to be opened when its "
        "milestone is the next.",
    Mistake(where=lambda addresses, milestones: None in addresses[: len(
                _rewards(addresses, milestones))]): "Where no page opens the address is None, "
        "which no pattern can be held against. Such a step earns 0.",
    Mistake(where=lambda addresses, milestones: len(
                _rewards(addresses, milestones)) < len(addresses)):
        "There is no next milestone after the last one: end there.",
}), cuts=("addresses",))  # fmt: skip


# ---- 8.5


def _straight(steps: Sequence[Step]) -> list[str]:
    path: list[Step] = []
    for step in steps:
        path.append(step)
        for place in range(len(path)):
            if path[place][0] == step[3] and not any(kept[2] for kept in path[place:]):
                path = path[:place]
                break
    return [action for _, action, _, _ in path]


def _one_pass(steps: Sequence[Step]) -> list[str]:
    for start in range(len(steps)):
        for end in range(len(steps), start, -1):
            loop = steps[start:end]
            if loop[-1][3] == loop[0][0] and all(step[2] == 0 for step in loop):
                return [step[1] for step in (*steps[:start], *steps[end:])]
    return [step[1] for step in steps]


def _last_exits(steps: Sequence[Step]) -> list[str]:
    found, place = [], 0
    while place < len(steps):
        place = max(i for i, step in enumerate(steps) if step[0] == steps[place][0])
        found.append(steps[place][1])
        place += 1
    return found


def _walked(rng: random.Random) -> Iterator[Case]:
    yield ([("A", "to B", 1.0, "B")],)
    yield ([("A", "idle", 0.0, "A"), ("A", "to B", 1.0, "B")],)
    yield ([("A", "to X", 0.0, "X"), ("X", "back", 0.0, "A"), ("A", "to B", 1.0, "B")],)
    yield ([("A", "to X", 0.0, "X"), ("X", "on", 0.0, "Y"), ("Y", "home", 0.0, "A"),
            ("A", "to B", 1.0, "B")],)  # fmt: skip
    yield ([("A", "to X", 1.0, "X"), ("X", "back", 0.0, "A"), ("A", "to B", 1.0, "B")],)
    yield ([("A", "to X", 0.0, "X"), ("X", "idle", 0.0, "X"), ("X", "back", 0.0, "A"),
            ("A", "to B", 1.0, "B")],)  # fmt: skip
    yield ([("A", "idle", 0.0, "A"), ("A", "to B", 1.0, "B"), ("B", "idle", 0.0, "B"),
            ("B", "to C", 1.0, "C")],)  # fmt: skip
    yield ([("A", "to X", 0.0, "X"), ("X", "back", 0.0, "A")],)
    yield ([("A", "again", 1.0, "A"), ("A", "to B", 0.0, "B")],)
    yield ([],)
    for size in range(90):
        state, steps = "A", []
        for _ in range(size // 8 + 2):
            after = rng.choice("ABCD"[: size // 30 + 2])
            steps.append((state, f"to {after}", rng.choice([0.0, 0.0, 0.0, 1.0]), after))
            state = after
        yield (steps,)


FIFTH = Exercise("8.5", "an episode without its loops", _TRAP, _straight, _walked, mistakes({
    "and not any(kept[2] for kept in path[place:]) >>":
        "You cut loops that earned something. What earned a reward was no detour.",
    "in path[place:]) >> in path[place:-1])": "You do not look at the reward of the step that "
        "comes back. If it earned something, this was no detour.",
    "in path[place:]) >> in path[-1:])": "You look only at the reward of the step that comes "
        "back. All of the loop must have earned nothing.",
    "in range(len(path)) >> in range(len(path) - 1, len(path))": "You cut only steps that do "
        "nothing at all. A longer way that comes back to the same state is a loop too.",
    "in range(len(path)) >> in range(max(len(path) - 2, 0), len(path))":
        "You see loops of at most two steps, there and back. They may be longer.",
    "= path[:place] >> = path[: place + 1]":
        "The first step of each loop is still there. It led away, so it goes too.",
    "= path[:place] >> = path[:place] + path[-1:]":
        "The step that comes back is still there. The loop ends with it, so it goes too.",
    "= path[:place] >> = path[: max(place - 1, 0)]":
        "One step too many goes: the one before the loop led to where it begins.",
    "and not any(kept[2] for kept in path[place:]): path = path[:place] >> :\n                if "
    "not any(kept[2] for kept in path[place:]):\n                    path = path[:place]":
        "You look only at the first kept step out of that state. If something was earned since, a "
        "later step out of it may still begin a loop.",
    Mistake(wrong=_one_pass): "You cut one loop and stop. There may be more of them.",
    "for _, action, _, _ in path >> for _, action, reward, _ in steps if reward":
        "You drop every step that earns nothing. Without some of them the next reward is out of "
        "reach: only loops go.",
    "[action for _, action, _, _ in path] >> path":
        "You keep whole steps. A list of the actions is asked for.",
    "in path] >> in steps]": "Nothing is cut yet.",
    "[action for _, action, _, _ in path] >> list(dict.fromkeys(action for _, action, _, _ in "
    "path))": "You keep each action once. The same action may be right in two places.",
    "[action for _, action, _, _ in path] >> [step[1] for n, step in enumerate(steps) if step[0] "
    "not in [one[0] for one in steps[:n]]]": "You keep the first step out of each state. Where "
        "the way came back, the *last* one out of it is the one that led on.",
    Mistake(wrong=_last_exits): "You keep the last step out of each state, whatever was earned "
        "between. A loop that earned something stays.",
    Mistake(where=lambda steps: not steps):
        "An episode without a step has no loops: an empty list.",
    "in path[place:]) >> in path[place:-1] or path[-1:])": "You do not look at the reward of the "
        "step that comes back, unless it is a loop of its own. It is a part of every loop.",
}))  # fmt: skip


# ---- 8.6


class Addresses(list[str]):
    """Addresses that a learner sees; the check keeps others of the same kind."""

    hidden: list[str]

    def __deepcopy__(self, memo: object) -> list[str]:
        return list(self)  # what a learner gets


def _pattern(right: Sequence[str], wrong: Sequence[str]) -> str:
    first, last = right[0], right[0]
    while not all(address.startswith(first) for address in right):
        first = first[:-1]
    while not all(address.endswith(last) for address in right):
        last = last[1:]
    return f"{re.escape(first)}[A-Za-z-]+{re.escape(last)}"


_NAMES = "Tea Cold-Brew Ghee Oat-Milk Yogurt Ink Rice-Paper Paella Lip-Balm Soap Felt Moon-Cake"
#: how right addresses begin and end, and two ways in which wrong ones do
_KINDS = [
    ("/Make-", "", "/Buy-", ".html"),
    ("/Make-", ".html", "/Buy-", "_html"),
    ("/wiki.php/Make-", "-2.0", "/wiki_php/Make-", "-2-0"),
    ("/Category:", "s+more", "/Categories:", "ss-more"),
    ("/(old)/Grow-", ".html", "/old/Grow-", ".htm"),
]


def _addresses(rng: random.Random) -> Iterator[Case]:
    for first, last, other_first, other_last in _KINDS * 3:
        names = rng.sample(_NAMES.split(), 12)
        if any(len({name[end] for name in names[:4]}) == 1 for end in (0, -1)):
            continue
        right = Addresses(f"{first}{name}{last}" for name in names[:4])
        right.hidden = [f"{first}{name}{last}" for name in names[4:]]
        all_wrong = [
            bad
            for name in names
            for bad in (
                f"{other_first}{name}{last}",
                f"{first}{name}{other_last}",
                f"{first}{name}/{names[0]}{last}",
                f"{first}{name}?from={names[1]}{last}",
            )
        ]
        wrong = Addresses(all_wrong[:8])
        wrong.hidden = all_wrong[8:]
        yield right, wrong


def _fits(found: str, addresses: Sequence[str]) -> list[bool]:
    return [re.fullmatch(found, address) is not None for address in addresses]


SIXTH = Exercise(
    "8.6", "a milestone that pays for the right pages (open)",
    "chapter 08, “Real task definitions”", _pattern, _addresses,
    invariants=(
        Invariant("Return a text that `re.compile` takes for a regular expression.",
                  lambda found, right, wrong: re.compile(found) and isinstance(found, str)),
        Invariant("Your pattern does not fit each of the right pages that you were given. It has "
                  "to fit the whole address; a bracket, a plus or a point in it is meant as it is.",
                  lambda found, right, wrong: all(_fits(found, right))),
        Invariant("Your pattern fits one of the wrong pages that you were given, and pays for it.",
                  lambda found, right, wrong: not any(_fits(found, wrong))),
        Invariant("Your pattern fits the right pages that you have seen, and not others of their "
                  "kind. A list of addresses is no rule.",
                  lambda found, right, wrong: all(_fits(found, right.hidden))),
        Invariant("Your pattern keeps out the wrong pages that you have seen, and pays for others "
                  "of their kind. What may stand in the middle of an address, and what not?",
                  lambda found, right, wrong: not any(_fits(found, wrong.hidden))),
    ),
)  # fmt: skip


EXERCISES = (FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH)
