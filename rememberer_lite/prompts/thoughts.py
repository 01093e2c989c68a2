"""A thinking model's reply without its thoughts.

Models mark their thoughts in many ways, and servers pass the marks on in full, in part or not at
all. After an opening mark that never closes, everything is thought; before a closing mark that was
never opened, everything is thought. Some write no marks but headings: "Thinking Process:" and, at
the end, "Final answer:".
"""

from __future__ import annotations

import re
from bisect import bisect_left

_NAME = r"(?:(?:ant)?think(?:ing)?|thoughts?|reason(?:ing)?|reflect(?:ion)?|analysis|scratch_?pad"
_NAME += r"|monologue|cot|rationale|deliberation|plan(?:ning)?|思考)"
_LESS, _MORE = r"(?:<|&lt;|\\<|＜)", r"(?:>|&gt;|\\>|＞)"
_MARK = re.compile(
    # <think/>, <think />: empty
    rf"(?P<empty>{_LESS}\s?{_NAME}\s?/\s?{_MORE})"
    # <think>, </thinking >, <seed:think>, <inner_thoughts>, <thought kind="a">, &lt;think&gt;
    rf"|{_LESS}\s?(?P<a>/?)\s?(?:\w{{1,20}}[:_])?{_NAME}(?:_\w{{1,20}})?(?:\s[^<>]{{0,80}})?{_MORE}"
    # <|begin_of_thought|>, <|END_THINKING|>, <|thinking_end|>, <|think|>, <|/think|>
    rf"|<[|｜]\s*(?:(?:begin[_▁]|start[_▁])(?:of[_▁])?|(?P<b>/|end[_▁](?:of[_▁])?))?{_NAME}"
    r"(?:_(?:start|begin|(?P<g>end)))?\s*[|｜]>"
    # ◁think▷, ◁/think▷
    rf"|◁(?P<c>/?){_NAME}▷"
    # [THINK]: in capitals, and not the bracket of click[think]; [/think], 【think】, {think}
    rf"|(?P<glued>(?<=\w))?(?:\[(?P<d>/){_NAME}\]|\{{(?P<l>/){_NAME}\}})"
    rf"|(?<!\w)\[(?:(?-i:THINK(?:ING)?|THOUGHTS?|REASON(?:ING)?)|(?P<small>{_NAME}))\]"
    rf"|(?<!\w)(?:【(?P<h>/?){_NAME}】|\{{{_NAME}\}})"
    # <|channel>thought, <channel|>
    r"|<\|channel>\s?thoughts?\b|(?P<e><channel\|>)"
    # <unused94>thought, <unused95>: marks without a name
    r"|<unused94>\s?thoughts?\b|(?P<f><unused95>)"
    # folded away, or a comment
    r"|<details\b[^<>]{0,80}>|(?P<j></details>)|<!--|(?P<k>-->)",
    re.IGNORECASE,
)
_CLOSING = "abcdefghjkl"
# gpt-oss: <|channel|>analysis<|message|>…<|end|><|start|>assistant<|channel|>final<|message|>…
_CHANNEL = re.compile(
    r"<\|channel\|>\s*(?P<name>\w*)(?:[^<\n]*<\|message\|>|(?=[^<\n]*[\[(])|[^<\n]*)", re.IGNORECASE
)
_CHANNEL_END = re.compile(r"<\|(?:end|return|start|call|channel)\|>", re.IGNORECASE)
# the same if the server has left the marks out: analysisWe need …assistantfinalsearch[…]
_BARE = re.compile(r"\s*analysis(?=[A-Z])")
_BARE_FINAL = "assistantfinal"
# any other element: its text is no answer where one follows it, outside of all elements
_TAG = re.compile(r"<(?P<closes>/?)(?P<name>[a-z][\w-]{2,30})(?:\s[^<>]{0,80})?>", re.IGNORECASE)
_ACTION = re.compile(r"\w\s?[\[(]")
_KEPT = re.compile(
    r"answer|action|respon|output|final|encouraged|value|reason|tool|function|click|search|input"
    r"|scroll|goback|option|choice|decision|result|solution|candidate|step|say|speak|message|reply"
    r"|code|pre|strong|span|div|mark|button|body|html|table|text|item|list|json|command"
    r"|observ|page|screen|env|state|user|system|human|assistant",
    re.IGNORECASE,
)
_FENCE = re.compile(rf"\s*(?:`{{3,}}|~{{3,}})\s*(?P<thinks>{_NAME}\b)?", re.IGNORECASE)
# All that follows is thought, up to the last answer.
_PROCESS = re.compile(
    r"[^\w\[<]{0,6}(?:(?:here(?:['’]s| is)|this is) (?:an?|my|the) )?"
    r"(?:(?:thinking|thought|reasoning) process|chain[ -]of[ -]thoughts?|(?:inner|internal) "
    r"monologue)[\s*_]*(?::|$)|thinking ?(?:\.\.\.|…)\s*$",
    re.IGNORECASE,
)
# Thought only if an answer is announced below; without one, the action itself may follow.
_THOUGHTS = re.compile(
    r"[^\w\[<]{0,6}(?:(?:my|the|step[ -]by[ -]step) )?(?:thinking|thoughts?|reasoning|analysis"
    r"|reflections?|scratchpad|rationale|plan|let(?:['’]s| me| us) think\b[^:.]{0,40})"
    r"[\s*_]*(?:[:.]|$)",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"[^\w\[<]{0,6}(?:(?:so|thus|therefore|my|the|your|next|best|(?P<final>final)),? ){0,3}"
    r"(?:answer|actions?|decision|response|output|encouraged(?: actions?)?|choice|reply"
    r"|conclusion) ?#?\d{0,2}[\s*_]*(?::|$)|\W*(?:assistant\s?)?final\W*$"
    r"|(?P<done>(?:\.\.\.|…) ?done thinking)",
    re.IGNORECASE,
)


def spoken(text: str) -> str:
    """The reply without thoughts, whatever marks them.

    >>> spoken("<think>click[a]?</think>click[b] -> 0.5")
    'click[b] -> 0.5'
    >>> spoken("[THINK]never closed: click[a] -> 1")
    ''
    >>> spoken("<|channel|>analysis<|message|>Hm.<|end|><|channel|>final<|message|>click[b]")
    'click[b]'
    >>> spoken("Thinking Process:\\n1. click[a] -> 1\\nFinal answer: click[b]")
    'Final answer: click[b]'
    """
    channels = list(_CHANNEL.finditer(text))
    if channels:
        return _final(text, channels)
    if _BARE.match(text):
        return text.partition(_BARE_FINAL)[2].strip()
    return _below_headings(_outside_elements(_outside(text)))


def thinks(text: str) -> bool:
    """Whether the reply holds marks of thoughts."""
    marked = _CHANNEL.search(text) or _BARE.match(text) or _MARK.search(text)
    return bool(marked) or any(map(_PROCESS.match, text.splitlines()))


def _final(text: str, channels: list[re.Match[str]]) -> str:
    """The first message of the channel `final`; "" if there is none."""
    for channel in channels:
        if channel["name"].lower() == "final":
            end = _CHANNEL_END.search(text, channel.end())
            return text[channel.end() : end.start() if end else len(text)].strip()
    return ""


def _outside(text: str) -> str:
    """The text outside the marks."""
    said: list[str] = []
    position, thinking = 0, False
    marks = list(_MARK.finditer(text))
    closed = any(mark["d"] for mark in marks)
    for mark in marks:
        closes = any(mark[name] for name in _CLOSING)
        if closes and not thinking and (mark["k"] or mark["glued"] is not None):
            continue  # a long arrow, click[/think]
        if mark["small"] and not closed:
            continue  # a button
        if mark["empty"] and not thinking:
            said.append(text[position : mark.start()])
            position = mark.end()
            continue
        if closes and not thinking:
            said.clear()  # the opening mark is missing
        elif not thinking:
            said.append(text[position : mark.start()])
        position, thinking = mark.end(), not closes
    if not thinking:
        said.append(text[position:])
    return "\n".join(piece for piece in said if piece.strip())


def _outside_elements(text: str) -> str:
    """The text outside of `<name>…</name>`, for a name that means no answer, if any is left."""
    actions = [found.end() - 1 for found in _ACTION.finditer(text)]  # of their brackets
    ends = [-1, *(at for at, character in enumerate(text) if character == "\n")]
    opened: dict[str, int] = {}
    said: list[str] = []
    position = 0
    for tag in _TAG.finditer(text):
        name = tag["name"].lower()
        if _KEPT.search(name):
            continue
        if not tag["closes"]:
            line = max(position, ends[bisect_left(ends, tag.start()) - 1])
            if bisect_left(actions, line) == bisect_left(actions, tag.start()):
                opened.setdefault(name, tag.start())  # else it is part of an action
            continue
        start = opened.pop(name, -1)
        if start >= position and bisect_left(actions, start) < bisect_left(actions, tag.start()):
            said.append(text[position:start])
            position = tag.end()
    left = "\n".join([*said, text[position:]])
    return left if position and _ACTION.search(left) else text


def _below_headings(text: str) -> str:
    """The text without fenced thoughts, and without what is below a heading of thoughts."""
    lines: list[str] = []
    fenced = False
    for line in text.splitlines():
        fence = _FENCE.match(line)
        if fence and (fenced or fence["thinks"]):
            fenced = not fenced
        elif not fenced:
            lines.append(line)
    answers = [(at, match) for at, line in enumerate(lines) if (match := _ANSWER.match(line))]
    for at, line in enumerate(lines):
        if _PROCESS.match(line):
            last = [end for end, match in answers if end > at]
            named = [
                end for end, match in answers if end > at and (match["final"] or match["done"])
            ]
            return "\n".join(lines[:at] + lines[(named or last or [len(lines)])[-1] :])
        if _ANSWER.match(line):
            break
        if answers and _THOUGHTS.match(line):
            return "\n".join(lines[:at] + lines[answers[0][0] :])
    return "\n".join(lines)
