"""Wrong answers to the exercises of chapter 08, as learners write them.

`WRONG` names them: exercise → (a few words of the diagnosis that it has to get, the wrong answer).
"""

from __future__ import annotations

import html
import re

# ---- 8.2


def _heads(screen):
    return [line[: line.index(">") + 1] for line in screen.splitlines() if line[:1] == "<"]


def _class(head):
    found = re.search(r'class="(.*?)"', head)
    return found.group(1) if found else ""


def bare_tags(screen):
    return re.findall(r"^<(\w+)", screen, re.MULTILINE)


def first_word(screen):
    out = []
    for head in _heads(screen):
        tag = re.findall(r"\w+", head)[0]
        out.append(f"{tag}.{_class(head).split()[0]}" if _class(head).split() else tag)
    return out


def spaces_stay(screen):
    out = []
    for head in _heads(screen):
        tag, name = re.findall(r"\w+", head)[0], " ".join(_class(head).split())
        out.append(tag + "." + name if name else tag)
    return out


def split_at_a_space(screen):
    out = []
    for head in _heads(screen):
        tag = re.findall(r"\w+", head)[0]
        words = _class(head).split(" ") if _class(head) else []
        out.append(".".join([tag, *words]))
    return out


def dot_at_the_end(screen):
    return [
        re.findall(r"\w+", head)[0] + "." + ".".join(_class(head).split())
        for head in _heads(screen)
    ]


def closing_too(screen):
    out = []
    for line in screen.splitlines():
        for slash, tag in re.findall(r"<(/?)(\w+)", line):
            words = _class(line.split(">")[0]).split() if not slash else None
            words = _class(line.split(">")[0]).split() if words is None else words
            out.append(".".join([tag, *words]))
    return out


def class_in_the_text(screen):
    out = []
    for line in screen.splitlines():
        if line.startswith("<"):
            out.append(".".join([re.findall(r"\w+", line)[0], *_class(line).split()]))
    return out


def each_once(screen):
    out = []
    for head in _heads(screen):
        name = ".".join([re.findall(r"\w+", head)[0], *_class(head).split()])
        if name not in out:
            out.append(name)
    return out


def every_line(screen):
    out = []
    for line in screen.splitlines():
        head = line[: line.index(">")]
        out.append(".".join([re.findall(r"\w+", head)[0], *_class(head).split()]))
    return out


# ---- 8.3


def _id(action):
    found = re.match(r"(CLICK|INPUT)\((\d+)[,)]", action)
    return found and found[2]


def _attributes(line):
    return dict(re.findall(r'(\w+)="([^"]*)"', line.split(">")[0]))


def _named(line, order=("text", "alt", "value")):
    has = _attributes(line)
    has["text"] = re.sub("<.*?>", "", line)
    for key in order:
        if has.get(key, "").strip():
            return html.unescape(has[key].strip())
    return ""


def _element(screen, id):
    for line in screen.splitlines():
        if line.startswith("<") and _attributes(line)["id"] == id:
            return line
    return None


def by_line_number(screen, action):
    lines = screen.splitlines()
    if _id(action) is None or int(_id(action)) >= len(lines):
        return None
    line = lines[int(_id(action))]
    return _named(line) if _attributes(line)["clickable"] == "true" else None


def one_in_eleven(screen, action):
    for line in screen.splitlines():
        if _id(action) is not None and _attributes(line).get("id", "").startswith(_id(action)):
            return _named(line) if _attributes(line)["clickable"] == "true" else None
    return None


def id_in_the_text(screen, action):
    for line in screen.splitlines():
        if _id(action) is not None and f'id="{_id(action)}"' in line:
            return _named(line) if _attributes(line)["clickable"] == "true" else None
    return None


def clickable_in_the_text(screen, action):
    line = _element(screen, _id(action))
    if line is None or re.search(r'clickable="true"', line) is None:
        return None
    return _named(line)


def all_can_be_clicked(screen, action):
    line = _element(screen, _id(action))
    return None if line is None else _named(line)


def clicks_only(screen, action):
    found = re.fullmatch(r"CLICK\((\d+)\)", action)
    line = _element(screen, found[1]) if found else None
    return _named(line) if line and _attributes(line)["clickable"] == "true" else None


def as_html(screen, action):
    line = _element(screen, _id(action))
    if line is None or _attributes(line)["clickable"] != "true":
        return None
    text = line.split(">", 1)[1].split("</")[0].strip()
    return text or (_attributes(line).get("alt") or _attributes(line).get("value") or "").strip()


def alt_first(screen, action):
    line = _element(screen, _id(action))
    if line is None or _attributes(line)["clickable"] != "true":
        return None
    return _named(line, ("alt", "text", "value"))


def text_only(screen, action):
    line = _element(screen, _id(action))
    return _named(line, ("text",)) if line and _attributes(line)["clickable"] == "true" else None


def none_for_nameless(screen, action):
    line = _element(screen, _id(action))
    return _named(line) or None if line and _attributes(line)["clickable"] == "true" else None


def whole_line(screen, action):
    return _element(screen, _id(action))


def goback_fails(screen, action):
    id = re.search(r"\d+", action).group()
    line = _element(screen, id)
    return _named(line) if line and _attributes(line)["clickable"] == "true" else None


def missing_fails(screen, action):
    if _id(action) is None:
        return None
    line = _element(screen, _id(action))
    return _named(line) if _attributes(line)["clickable"] == "true" else None


# ---- 8.4


def _pay(addresses, milestones, fits):
    out, n = [], 0
    for address in addresses:
        if address and fits(milestones[n][0], address):
            out.append(milestones[n][1])
            n += 1
            if n == len(milestones):
                break
        else:
            out.append(0.0)
    return out


def beginning_is_enough(addresses, milestones):
    return _pay(addresses, milestones, lambda p, a: re.match(p, a))


def piece_is_enough(addresses, milestones):
    return _pay(addresses, milestones, lambda p, a: re.search(p, a) is not None)


def equal_texts(addresses, milestones):
    return _pay(addresses, milestones, lambda p, a: p == a)


def any_order(addresses, milestones):
    left, out = dict(milestones), []
    for address in addresses:
        if not left:
            break
        hits = [p for p in left if address and re.fullmatch(p, address)]
        out.append(sum(left.pop(p) for p in hits))
    return out


def two_at_once(addresses, milestones):
    out, n = [], 0
    for address in addresses:
        if n >= len(milestones):
            break
        out.append(0.0)
        while n < len(milestones) and address and re.fullmatch(milestones[n][0], address):
            out[-1] += milestones[n][1]
            n += 1
    return out


def no_end(addresses, milestones):
    found = _pay(addresses, milestones, re.fullmatch)
    return found + [0.0] * (len(addresses) - len(found))


def last_one_missing(addresses, milestones):
    out, n = [], 0
    for address in addresses:
        hit = address and re.fullmatch(milestones[n][0], address)
        n += bool(hit)
        if n == len(milestones):
            break
        out.append(milestones[n - 1][1] if hit else 0.0)
    return out


def one_each(addresses, milestones):
    return _pay(addresses, [(p, 1.0) for p, _ in milestones], re.fullmatch)


def running_sum(addresses, milestones):
    total, out = 0.0, []
    for reward in _pay(addresses, milestones, re.fullmatch):
        total += reward
        out.append(total)
    return out


def none_fails(addresses, milestones):
    out, n = [], 0
    for address in addresses:
        hit = re.fullmatch(milestones[n][0], address)
        out.append(milestones[n][1] if hit else 0.0)
        n += 1 if hit else 0
        if n == len(milestones):
            break
    return out


def runs_past_the_end(addresses, milestones):
    out, n = [], 0
    for address in addresses:
        if address is not None and re.fullmatch(milestones[n][0], address):
            out.append(milestones[n][1])
            n += 1
        else:
            out.append(0.0)
    return out


# ---- 8.5


def _loop_at(way, after, earned_too=False):
    for i, step in enumerate(way):
        if step[0] == after and (earned_too or sum(s[2] for s in way[i:]) == 0):
            return i
    return None


def cuts_what_earned(steps):
    way = []
    for step in steps:
        way.append(step)
        i = _loop_at(way, step[3], earned_too=True)
        if i is not None:
            way = way[:i]
    return [step[1] for step in way]


def only_idle_steps(steps):
    return [a for state, a, reward, after in steps if after != state or reward > 0]


def there_and_back(steps):
    way = []
    for step in steps:
        way.append(step)
        for size in (1, 2):
            piece = way[-size:]
            if piece[0][0] == step[3] and len(piece) == size and not sum(s[2] for s in piece):
                del way[-size:]
                break
    return [step[1] for step in way]


def keeps_the_way_out(steps):
    way = []
    for step in steps:
        way.append(step)
        i = _loop_at(way, step[3])
        if i is not None:
            del way[i + 1 :]
    return [step[1] for step in way]


def keeps_the_way_back(steps):
    way = []
    for step in steps:
        way.append(step)
        i = _loop_at(way, step[3])
        if i is not None:
            del way[i:-1]
    return [step[1] for step in way]


def the_first_way_out_decides(steps):
    way = []
    for step in steps:
        way.append(step)
        states = [state for state, _, _, _ in way]
        if step[3] in states and _loop_at(way[states.index(step[3]) :], step[3]) == 0:
            way = way[: states.index(step[3])]
    return [step[1] for step in way]


def rewarded_steps(steps):
    return [action for _, action, reward, _ in steps if reward > 0]


def whole_steps(steps):
    way = []
    for step in steps:
        way.append(step)
        i = _loop_at(way, step[3])
        if i is not None:
            del way[i:]
    return way


def first_exits(steps):
    seen, out = set(), []
    for state, action, _, _ in steps:
        if state not in seen:
            seen.add(state)
            out.append(action)
    return out


def nothing_cut(steps):
    return [step[1] for step in steps]


def stops_after_one(steps):
    for i, first in enumerate(steps):
        for j in range(len(steps) - 1, i - 1, -1):
            if steps[j][3] == first[0] and not any(s[2] for s in steps[i : j + 1]):
                return [s[1] for s in steps[:i]] + [s[1] for s in steps[j + 1 :]]
    return [s[1] for s in steps]


def reward_of_the_last_step(steps):
    way = []
    for step in steps:
        i = next((i for i, s in enumerate(way) if s[0] == step[3] and not _sum(way[i:])), None)
        if i is not None:
            way = way[:i]
        elif step[0] != step[3]:
            way.append(step)
    return [step[1] for step in way]


def _sum(steps):
    return sum(step[2] for step in steps)


def asks_the_present_step_alone(steps):
    kept = []
    for s in steps:
        cut = None
        for i, t in enumerate(kept):
            if t[0] == s[3] and sum(x[2] for x in kept[i:]) == 0:
                cut = i
                break
        if s[0] == s[3] and cut is None and s[2] == 0:
            continue
        if cut is None:
            kept.append(s)
        else:
            kept = kept[:cut]
    return [s[1] for s in kept]


# ---- 8.6


def list_of_all(right, wrong):
    return "|".join(re.escape(address) for address in right)


def all_but_the_wrong(right, wrong):
    return f"(?!({'|'.join(map(re.escape, wrong))})$).*"


def common(texts):
    n = 0
    while len({t[: n + 1] for t in texts}) == 1 and n < len(texts[0]):
        n += 1
    return texts[0][:n]


def anything_in_the_middle(right, wrong):
    end = common([a[::-1] for a in right])[::-1]
    return re.escape(common(right)) + ".*" + re.escape(end)


def nothing_escaped(right, wrong):
    end = common([a[::-1] for a in right])[::-1]
    return common(right) + "[A-Za-z-]+" + end


def compiled(right, wrong):
    return re.compile(".*")


def first_is_enough(right, wrong):
    return re.escape(right[0])


def half_a_bracket(right, wrong):
    return "(" + right[0]


WRONG = {
    "8.1": [
        ("where a detour is free", 2.0),
        ("the direct way", 1.81),
        ("One power too many", 1.466),
    ],
    "8.2": [
        ("the bare tags", bare_tags),
        ("Only the first word", first_word),
        ("joined by spaces", spaces_stay),
        ("make an empty word", split_at_a_space),
        ("a dot at its end", dot_at_the_end),
        ("Closing tags", closing_too),
        ("You find `class=` in the text", class_in_the_text),
        ("kept only once", each_once),
        ("Not every line is an element", every_line),
    ],
    "8.3": [
        ("for the number of a line", by_line_number),
        ("in 11 as well", one_in_eleven),
        ("You find an `id=` in the text", id_in_the_text),
        ("You find `clickable=` in the text", clickable_in_the_text),
        ("that cannot be clicked. They", all_can_be_clicked),
        ("INPUT names an element too", clicks_only),
        ("still written as HTML", as_html),
        ("and not alt", alt_first),
        ("at the text alone", text_only),
        ("gives an empty text", none_for_nameless),
        ("the whole line", whole_line),
        ("Actions without an id", goback_fails),
        ("no such id", missing_fails),
    ],
    "8.4": [
        ("with the beginning", beginning_is_enough),
        ("with a piece", piece_is_enough),
        ("You compare pattern and address", equal_texts),
        ("in any order", any_order),
        ("at once. One step", two_at_once),
        ("You go on after the last", no_end),
        ("reaches the last milestone is missing", last_one_missing),
        ("Every milestone pays 1", one_each),
        ("sums up to here", running_sum),
        ("which no pattern can", none_fails),
        ("no next milestone", runs_past_the_end),
    ],
    "8.5": [
        ("a loop of its own", asks_the_present_step_alone),
        ("of the step that comes back. If it", reward_of_the_last_step),
        ("loops that earned something. What", cuts_what_earned),
        ("do nothing at all", only_idle_steps),
        ("at most two steps", there_and_back),
        ("first step of each loop", keeps_the_way_out),
        ("that comes back is still there", keeps_the_way_back),
        ("the first kept step out", the_first_way_out_decides),
        ("every step that earns nothing", rewarded_steps),
        ("keep whole steps", whole_steps),
        ("first step out of each state", first_exits),
        ("Nothing is cut", nothing_cut),
        ("one loop and stop", stops_after_one),
    ],
    "8.6": [
        ("no rule", list_of_all),
        ("pays for others of their kind", all_but_the_wrong),
        ("and pays for it", anything_in_the_middle),
        ("and pays for it", nothing_escaped),
        ("does not fit each of the right pages", first_is_enough),
        ("that `re.compile` takes", compiled),
        ("that `re.compile` takes", half_a_bracket),
    ],
}
