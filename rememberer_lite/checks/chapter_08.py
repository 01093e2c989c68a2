"""Exercises of chapter 08: a detour's value, tags, elements, milestones, episodes without loops."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, Mistake, Prediction

Milestones = Sequence[tuple[str, float]]  # pattern, worth
Step = tuple[str, str, float, str]  # state, action, reward, state after

# ---- 8.1


def _detour() -> float:
    return round(sum(0.9**i * reward for i, reward in enumerate((0.0, 1.0, 0.0, 1.0))), 9)


# ---- 8.2


class _Line(HTMLParser):
    """One line of a screen, read by the standard library's parser."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self.name, self.attributes, self.text = "", dict[str, str | None](), ""
        self.feed(line)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.name, self.attributes = tag, dict(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def _tags(screen: str) -> list[str]:
    found = []
    for line in screen.splitlines():
        element = _Line(line)
        if element.name:
            found.append(".".join([element.name, *(element.attributes.get("class") or "").split()]))
    return found


def _tags_but(
    pattern: str = r"<(\w+)[^>]*>",
    classes: Callable[[str], str] = lambda line: "".join(
        re.findall(r'class="([^"]*)"', line.partition(">")[0])[:1]
    ),
    name: Callable[[str, list[str]], str] = lambda tag, words: ".".join([tag, *words]),
    split: Callable[[str], list[str]] = str.split,
    done: Callable[[list[str]], Any] = lambda found: found,
) -> Callable[..., Any]:
    """The tags with one thing done otherwise."""

    def wrong(screen: str) -> Any:
        lines = [(line, re.findall(pattern, line)) for line in screen.splitlines()]
        return done([name(tag, split(classes(line))) for line, tags in lines for tag in tags])

    return wrong


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
    for size in range(60):
        yield (_screen(rng, size // 12 + 1),)


def _other_lines(screen: str) -> bool:
    return any(not line.startswith("<") for line in screen.splitlines())


# ---- 8.3


def _label(screen: str, action: str) -> str | None:
    match = re.fullmatch(r"(?:CLICK\((\d+)\)|INPUT\((\d+),.*\))", action)
    if match is None:
        return None
    for line in screen.splitlines():
        element = _Line(line)
        found = element.attributes
        if found.get("id") == (match[1] or match[2]):
            if found.get("clickable") != "true":
                return None
            return (element.text.strip() or found.get("alt") or found.get("value") or "").strip()
    return None


def _by_id(screen: str, id: str) -> str | None:
    for line in screen.splitlines():
        if f' id="{id}"' in line.partition(">")[0]:
            return line
    return None


def _label_but(
    number: str = r"(?:CLICK|INPUT)\((\d+)[,)].*",
    find: Callable[[str, str], str | None] = _by_id,
    clickable: bool = True,
    parts: Sequence[str] = ("text", "alt", "value"),
    strip: bool = True,
    unescape: bool = True,
    blank: bool = True,
    nothing: str | None = "",
    says: Callable[[str], str] = lambda line: line.partition(">")[0],
) -> Callable[..., Any]:
    """The label with one thing done otherwise."""

    def wrong(screen: str, action: str) -> str | None:
        match = re.fullmatch(number, action)
        line = find(screen, match[1]) if match else None
        if line is None or (clickable and 'clickable="true"' not in says(line)):
            return None
        head, _, text = line.partition(">")
        values: dict[str, str] = dict(re.findall(r'(\w+)="([^"]*)"', head))
        values["text"] = re.sub(r"</\w+>$", "", text)
        for part in parts:
            value = values.get(part, "")
            value = html.unescape(value) if unescape else value
            found = value.strip() if blank else value
            value = value.strip() if strip else value
            if found:
                return value
        return nothing

    return wrong


def _nth_line(screen: str, id: str) -> str | None:
    lines = screen.splitlines()
    return lines[int(id)] if int(id) < len(lines) else None


def _nth_element(screen: str, id: str) -> str | None:
    lines = [line for line in screen.splitlines() if line.startswith("<")]
    return lines[int(id)] if int(id) < len(lines) else None


def _begins_with(screen: str, id: str) -> str | None:
    return next((x for x in screen.splitlines() if f'id="{id}' in x.partition(">")[0]), None)


def _anywhere(screen: str, id: str) -> str | None:
    return next((x for x in screen.splitlines() if f'id="{id}"' in x), None)


def _raw_line(screen: str, action: str) -> str | None:
    match = re.fullmatch(r"(?:CLICK|INPUT)\((\d+)[,)].*", action)
    return _by_id(screen, match[1]) if match else None


def _no_id(screen: str, action: str) -> bool:
    return action == "GOBACK" or action.startswith("SCROLL")


def _missing_id(screen: str, action: str) -> bool:
    return not _no_id(screen, action) and _raw_line(screen, action) is None


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


# ---- 8.4


def _rewards(addresses: Sequence[str | None], milestones: Milestones) -> list[float]:
    rewards: list[float] = []
    reached = 0
    for address in addresses:
        if reached == len(milestones):
            break
        pattern, worth = milestones[reached]
        if address is not None and re.fullmatch(pattern, address):
            reached += 1
            rewards.append(worth)
        else:
            rewards.append(0.0)
    return rewards


def _rewards_but(
    fits: Callable[[str, str], Any] = lambda pattern, address: re.fullmatch(pattern, address),
    any_order: bool = False,
    once: bool = True,
    several: bool = False,
    end: int = 0,
    keep: bool = False,
    pay: Callable[[float, list[float]], float] = lambda worth, before: worth,
    early: bool = False,
) -> Callable[..., Any]:
    """The rewards with one thing done otherwise. (`end`: 1 goes on, -1 loses the last reward.)"""

    def wrong(addresses: Sequence[str | None], milestones: Milestones) -> list[float]:
        left, rewards, seen = list(milestones), list[float](), list[str]()
        for address in addresses:
            if not left and end < 1:
                break
            reward = 0.0
            seen = [*seen, address] if early and address else [address] if address else []
            for milestone in list(left) if any_order or several else left[:1]:
                if any(fits(milestone[0], page) for page in seen):
                    reward += milestone[1]
                    if once:
                        left.remove(milestone)
                elif several and not any_order:
                    break
            if not left and end < 0:
                break
            if reward or not keep:
                rewards.append(pay(reward, rewards))
        return rewards

    return wrong


def _again_and_again(addresses: Sequence[str | None], milestones: Milestones) -> list[float]:
    reached, rewards = 0, []
    for address in addresses:
        if reached == len(milestones):
            break
        fitting = [w for p, w in milestones[: reached + 1] if address and re.fullmatch(p, address)]
        reached += bool(address and re.fullmatch(milestones[reached][0], address))
        rewards.append(fitting[-1] if fitting else 0.0)
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


# ---- 8.5


def _kept(steps: Sequence[Step]) -> list[Step]:
    path: list[Step] = []
    for step in steps:
        path.append(step)
        for place in range(len(path)):
            if path[place][0] == step[3] and not any(kept[2] for kept in path[place:]):
                path = path[:place]
                break
    return path


def _straight(steps: Sequence[Step]) -> list[str]:
    return [action for _, action, _, _ in _kept(steps)]


def _straight_but(
    earned: Callable[[Sequence[Step]], Sequence[Step]] = lambda loop: loop,
    keep: int = 0,
    longest: int = 10**9,
    back: int = 0,
    first_only: bool = False,
) -> Callable[..., Any]:
    """The way with one thing done otherwise. (`longest`: how long a loop is seen.)"""

    def wrong(steps: Sequence[Step]) -> list[str]:
        path: list[Step] = []
        for step in steps:
            path.append(step)
            for place in range(max(len(path) - longest, 0), len(path)):
                free = all(reward == 0 for _, _, reward, _ in earned(path[place:]))
                here = path[place][0] == step[3]
                if here and free:
                    path = path[: max(place + keep, 0)] + (path[-1:] if back else [])
                if here and (free or first_only):
                    break
        return [action for _, action, _, _ in path]

    return wrong


def _one_pass(steps: Sequence[Step]) -> list[str]:
    for start in range(len(steps)):
        for end in range(len(steps), start, -1):
            loop = steps[start:end]
            if loop[-1][3] == loop[0][0] and all(step[2] == 0 for step in loop):
                return [step[1] for step in (*steps[:start], *steps[end:])]
    return [step[1] for step in steps]


def _first_exits(steps: Sequence[Step]) -> list[str]:
    found: dict[str, str] = {}
    for state, action, _, _ in steps:
        found.setdefault(state, action)
    return list(found.values())


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


_SCREENS = "chapter 08, “How alike are two screens?”"
_HAND = "chapter 08, “One episode by hand”"
_TRAP = "chapter 08, “The trap of the detour”"
EXERCISES = (
    Prediction(
        "8.1", "what a detour is worth", _TRAP, _detour,
        {
            2.0: "That is the value with γ = 1, where a detour is free. Here each step further on "
            "counts 0.9 times as much.",
            1.81: "That is the direct way, which earns at once. The click that leads nowhere comes "
            "first, and everything is a step later.",
            1.466: "One power too many: the reward of the first step itself counts γ⁰.",
            1.4661: "The powers begin one too high: the first step's own reward counts γ⁰.",
            1.71: "You discount from milestone to milestone. γ counts steps, also those that earn "
            "nothing.",
            1.9: "You discount from milestone to milestone, and from γ⁰ on. γ counts steps, also "
            "those that earn nothing.",
            0.9: "You stopped at the first milestone. The return holds all that follows.",
            0.729: "You took the last reward alone. The return holds all that follows.",
        },
    ),
    Exercise(
        "8.2", "a skeleton with classes", _SCREENS, _tags, _screens,
        (
            Mistake("These are the bare tags, as the package takes them. Here the words of an "
                    "element's class belong to it.", _tags_but(name=lambda tag, words: tag)),
            Mistake("Only the first word of a class is there. All of them belong to it.",
                    _tags_but(name=lambda tag, words: ".".join([tag, *words[:1]]))),
            Mistake("The words of a class are joined by spaces. Put a dot between all of them.",
                    _tags_but(name=lambda tag, words: ".".join([tag, *([" ".join(words)] * bool(
                        words))]))),
            Mistake("Two spaces in a row make an empty word. `split` without an argument takes any "
                    "amount of white space.", _tags_but(split=lambda text: (
                        text.split(" ") if text else []))),
            Mistake("An element without a class gets a dot at its end. It is the tag alone.",
                    _tags_but(name=lambda tag, words: f"{tag}.{'.'.join(words)}")),
            Mistake("A class of no words (`class=\"\"`) is none: the tag alone, without a dot.",
                    where=lambda screen: 'class=""' in screen),
            Mistake("Closing tags are in your list. An element is one entry.",
                    _tags_but(pattern=r"</?(\w+)[^>]*>")),
            Mistake("You find `class=` in the text that a page shows. Only what stands inside the "
                    "tag, before its `>`, counts.",
                    _tags_but(classes=lambda line: "".join(
                        re.findall(r'class="([^"]*)"', line)[:1]))),
            Mistake("Elements that are alike are kept only once. The sequence holds every element.",
                    _tags_but(done=lambda found: list(dict.fromkeys(found)))),
            Mistake("The order is lost. A sequence is compared in the order of the screen.",
                    _tags_but(done=sorted)),
            Mistake("Elements without a class are missing: they are the tag alone.",
                    lambda screen: [tag for tag in _tags(screen) if "." in tag]),
            Mistake("One text comes back. A list with an entry for each element is asked for.",
                    _tags_but(done=" ".join)),
            Mistake("Not every line is an element: there are empty ones, and notes of what was "
                    "left out. Pass over them.", where=_other_lines),
            Mistake("A screen may be empty: then so is the list.", where=lambda screen: not screen),
        ),
    ),
    Exercise(
        "8.3", "which element is meant", _HAND, _label, _clicks,
        (
            Mistake("You take an id for the number of a line. A screen may begin with any id, and "
                    "skip some: look for the id itself.", _label_but(find=_nth_line)),
            Mistake("You count elements. A screen may begin with any id, and skip some: look for "
                    "the id itself.", _label_but(find=_nth_element)),
            Mistake("Your id 1 is found in 11 as well. The whole number has to be equal.",
                    _label_but(find=_begins_with)),
            Mistake("You find an `id=` in the text that a page shows. Only what stands inside the "
                    "tag, before its `>`, counts.", _label_but(find=_anywhere)),
            Mistake("You find `clickable=` in the text that a page shows. Only what stands inside "
                    "the tag, before its `>`, counts.", _label_but(says=lambda line: line)),
            Mistake("You resolve elements that cannot be clicked. They say so; then it is None.",
                    _label_but(clickable=False)),
            Mistake("INPUT names an element too: its first argument.",
                    _label_but(number=r"CLICK\((\d+)\)")),
            Mistake("An action INPUT may hold brackets and commas in its text; the id is what "
                    "stands before the first comma.", _label_but(
                        number=r"(?:CLICK|INPUT)\((\d+)(?:, [^,()]*)?\)")),
            Mistake("The text is still written as HTML: `&amp;` is read as &.",
                    _label_but(unescape=False)),
            Mistake("White space at both ends does not belong to a label.",
                    _label_but(strip=False)),
            Mistake("A text of nothing but white space is blank: then alt names the element.",
                    _label_but(blank=False)),
            Mistake("Where an element has both, its text counts, and not alt.",
                    _label_but(parts=("alt", "text", "value"))),
            Mistake("An element without a text is named by its alt.",
                    _label_but(parts=("text", "value"))),
            Mistake("An element without text and alt is named by its value.",
                    _label_but(parts=("text", "alt"))),
            Mistake("You look at the text alone. Without one, alt names an element, then value.",
                    _label_but(parts=("text",))),
            Mistake("An element that is there but has no name gives an empty text. None says that "
                    "there is none to be clicked.", _label_but(nothing=None)),
            Mistake("This is the whole line, as the package keeps it. Only the label is asked for.",
                    _raw_line),
            Mistake("Actions without an id (GOBACK, SCROLL) name no element: None.", where=_no_id),
            Mistake("The screen has no such id: that is no error here, and gives None.",
                    where=_missing_id),
            Mistake("Not every action names an element that is there. Then there is None.",
                    where=lambda screen, action: _raw_line(screen, action) is None),
            Mistake("Not every line is an element. Pass over the others.",
                    where=lambda screen, action: _other_lines(screen)),
        ),
    ),
    Exercise(
        "8.4", "from milestones to rewards",
        "chapter 08, “The smallest worked example: a task and its first screen”", _rewards, _walks,
        (
            Mistake("Your pattern is content with the beginning of an address. “/Make-Tea-Cosies” "
                    "is another page: all of it has to fit.",
                    _rewards_but(fits=lambda p, a: re.match(p, a))),
            Mistake("Your pattern is content with a piece of an address. All of it has to fit.",
                    _rewards_but(fits=lambda p, a: re.search(p, a))),
            Mistake("You ask whether the pattern stands in the address, letter by letter. It is a "
                    "regular expression.", _rewards_but(fits=lambda p, a: p in a)),
            Mistake("You compare pattern and address letter by letter. It is a regular expression.",
                    _rewards_but(fits=lambda p, a: p == a)),
            Mistake("Any milestone pays, in any order. Only the next one counts.",
                    _rewards_but(any_order=True)),
            Mistake("A page that fits several milestones pays for all of them at once. One step "
                    "reaches one milestone at most.", _rewards_but(several=True)),
            Mistake("A milestone that was reached pays again. Each pays once.", _again_and_again),
            Mistake("You stay with the first milestone and pay for it again. Once reached, the "
                    "next one counts.", _rewards_but(once=False)),
            Mistake("You go on after the last milestone. It ends the episode, and the list.",
                    _rewards_but(end=1)),
            Mistake("The step that reaches the last milestone is missing. It ends the list, and "
                    "belongs to it.", _rewards_but(end=-1)),
            Mistake("Steps that earn nothing are missing. They have a reward too, 0.",
                    _rewards_but(keep=True)),
            Mistake("Every milestone pays 1, as in the package. Here each says what it is worth.",
                    _rewards_but(pay=lambda worth, before: float(worth > 0))),
            Mistake("These are sums up to here. A reward is what this one step earned.",
                    lambda addresses, milestones: [
                        sum(found[: i + 1]) for i in range(len(found))
                    ] if (found := _rewards(addresses, milestones)) else []),
            Mistake("A page that was opened before its turn is remembered. It has to be opened "
                    "when its milestone is the next.", _rewards_but(early=True)),
            Mistake("Where no page opens the address is None, which no pattern can be held "
                    "against. Such a step earns 0.",
                    where=lambda addresses, milestones: None in addresses[: len(
                        _rewards(addresses, milestones))]),
            Mistake("There is no next milestone after the last one: end there.",
                    where=lambda addresses, milestones: len(
                        _rewards(addresses, milestones)) < len(addresses)),
        ),
    ),
    Exercise(
        "8.5", "an episode without its loops", _TRAP, _straight, _walked,
        (
            Mistake("You cut loops that earned something. What earned a reward was no detour.",
                    _straight_but(earned=lambda loop: [])),
            Mistake("You do not look at the reward of the step that comes back. If it earned "
                    "something, this was no detour.",
                    _straight_but(earned=lambda loop: loop[:-1])),
            Mistake("You look only at the reward of the step that comes back. All of the loop must "
                    "have earned nothing.", _straight_but(earned=lambda loop: loop[-1:])),
            Mistake("You cut only steps that do nothing at all. A longer way that comes back to "
                    "the same state is a loop too.", _straight_but(longest=1)),
            Mistake("You see loops of at most two steps, there and back. They may be longer.",
                    _straight_but(longest=2)),
            Mistake("The first step of each loop is still there. It led away, so it goes too.",
                    _straight_but(keep=1)),
            Mistake("The step that comes back is still there. The loop ends with it, so it goes "
                    "too.", _straight_but(back=1)),
            Mistake("One step too many goes: the one before the loop led to where it begins.",
                    _straight_but(keep=-1)),
            Mistake("You look only at the first kept step out of that state. If something was "
                    "earned since, a later step out of it may still begin a loop.",
                    _straight_but(first_only=True)),
            Mistake("You cut one loop and stop. There may be more of them.", _one_pass),
            Mistake("You drop every step that earns nothing. Without some of them the next reward "
                    "is out of reach: only loops go.",
                    lambda steps: [a for _, a, reward, _ in steps if reward]),
            Mistake("You keep whole steps. A list of the actions is asked for.",
                    _kept),
            Mistake("Nothing is cut yet.", lambda steps: [action for _, action, _, _ in steps]),
            Mistake("You keep each action once. The same action may be right in two places.",
                    lambda steps: list(dict.fromkeys(_straight(steps)))),
            Mistake("You keep the first step out of each state. Where the way came back, the "
                    "*last* one out of it is the one that led on.",
                    _first_exits),
            Mistake("You keep the last step out of each state, whatever was earned between. A loop "
                    "that earned something stays.", _last_exits),
            Mistake("An episode without a step has no loops: an empty list.",
                    where=lambda steps: not steps),
        ),
    ),
)  # fmt: skip
