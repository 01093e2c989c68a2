"""From what a model writes to a decision: the reply parser.

Models are asked for lines `action -> value reason`. They write something close to that: fenced as
code, numbered, with "Action:" in front, with the value on a line of its own or without one. All of
that is read; a reply without an action is an error, and never a guess.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection

from rememberer_lite.domain import plain_verb
from rememberer_lite.domain.notations import USUAL_VERBS, on_one_line, written
from rememberer_lite.prompts.lines import add_line, ends_open, parse_line
from rememberer_lite.prompts.objects import action_lines
from rememberer_lite.prompts.thoughts import spoken
from rememberer_lite.state import Decision, RemembererError
from rememberer_lite.text import unescape_action, visible


class ReplyError(RemembererError):
    """The reply holds no action; the message says what is missing."""


_HEADING = re.compile(
    r"\W*(?:encouraged|(?P<bad>discouraged|actions to avoid|avoid))(?: actions?)?\W*(?::.*)?",
    re.IGNORECASE,
)
# A new page or a new question, as prompts write them (this project's, or those of chats).
_NEW_PAGE = re.compile(
    r"\s*(?:[-*_=~]\s?){3,}$|\s*[—─━═]{2,}\s*$"  # a rule across the page
    # the name of a site or of its first page, alone on a line
    r"|\W*(?:(?:the )?(?:web ?shop|wiki ?how|amazon(?: shopping game)?|(?:online )?(?:shop|store)))"
    r"\W*$|\s*<(?:!doctype|html|body|head|header|nav|main|title|section|div|form)\b"
    r"|\s*#{1,6}\s(?!\W*(?:encouraged|actions?\b|answer|reason|value|alternative))"
    r"|\s*(?:<\|(?!/?think)\w+\|>|<(?:start|end)_of_turn>|</?s>|<(?:eos|bos|pad)>"  # turns
    r"|\[/?INST\])"  # of a chat
    r"|\s*(?:\[[^\]\d][^\]]*\]\s*$|<\w+ [^>]*\bid=)"  # a button alone, an element of a screen
    r"|\W*(?:(?:new|next|now|current|updated|resulting|search|item|product|results?)\s)*"
    r"(?:(?:web ?)?page|screen|observation|input|example|exemplar|task|state|question"
    r"|(?:step )?instructions?|(?:last|total) reward|environment|system|user|human|assistant"
    r"|step|turn|html|results?|rounds?|iteration|url|website|browser|env|obs|observed"
    r"|(?:environment|simulated|server|system|tool|function|shop|(?:web\s?)?site|browser|api)\s"
    r"(?:response|results?|output|feedback|reply|message|returns?|says)|page\stitle|action\shistory|clickables?|buttons?"
    r"|actions?\s(?:taken|available|so\sfar))(?:\s(?=\d)\d+)?[\s*_\])>=-]*(?::|$)"
    r"|\W*(?:reward|score|response|output|feedback|done|terminated|next|then|q|info)[\s*_]*:"
    r"|\W*(?:new|next|now|current|updated|resulting)\s(?:page|screen|observation|input|state)\b"
    # as a tag, a speaker, an ordinal, a sentence
    r"|\s*<(?:observation|tool_?(?:response|result)|function_?result|result|page|environment|env"
    r"|system|user|human|screen|state)s?\b|\W*(?:system|user|human|environment|env|observation)\s?>"
    r"|\W*\d{1,2}(?:st|nd|rd|th)\s(?:turn|step|page|round|screen)\b"
    r"|\W*(?:the|a)\s(?:new\s|next\s|search\s|results?\s|product\s|item\s)*(?:page|screen|site|shop"
    r"|results?|website|environment|system|server|browser)\s(?:now\s|then\s)?(?:loads?|opens?|appears?"
    r"|shows?|displays?|returns?|responds?|changes?|updates?|refresh(?:es)?|lists?)\b"
    r"|\W*page\s\d|\W*you(?: are|[’']re) now (?:on|at|in)\b|[^\n]{0,200}?\[SEP\]"
    r"|[^\n]{0,80}?\b(?:page|screen) (?:now )?(?:shows?|displays?|lists?|contains?)\b.{0,40}:$"
    r"|\W*(?:last\s(?:\d+\s)?|(?:possible|available|valid|clickable|admissible|allowed|legal)\s)"
    r"actions?[\s*_]*(?::|$)"
    r"|\W*actions[\s*_]*:?[\s*_]*$",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"\W*(?:last|possible|available|valid|clickable|admissible|allowed|legal)\s(?:\d+\s)?actions",
    re.IGNORECASE,
)
_ACTIONS = re.compile(r"\W*(?:next |final |my )?(?:actions?|answer)\W*:", re.IGNORECASE)
# A quotation with an action and its value in it, and words about it behind it
_MENTIONED = re.compile(r"\s*[\"“][^\n]{1,300}(?:->|=>|→)\s*[-+]?\.?\d[^\n]{0,300}[\"”]\s+\w")
# A heading with nothing behind it is that of an invented page, unless it is one of an answer.
_BARE_HEADING = re.compile(
    r"[^\w\[(]{0,6}(?:\w[\w'’-]{0,20},? ){0,5}\w[\w'’-]{0,20}[\s*_]*:[\s*_]*$"
)
_ANSWERS = re.compile(
    r"encouraged|action|answer|option|choice|decision|alternative|candidate|recommend|suggest"
    r"|value|return|score|\bq\b|reason|because|explanation|rationale|why|note|json|\bor\b|\balso\b",
    re.IGNORECASE,
)


def parse_reply(
    text: str, lone_verbs: Collection[str] = (), verbs: Collection[str] = USUAL_VERBS
) -> Decision:
    """Read lines `action -> value reason` and return the one with the highest value.

    Lines below "Discouraged:" are not read, nor are a model's thoughts (`<think>…</think>`) or a
    list of the page's actions. After the first action, a new page or a new input ends the reading:
    the model has gone on playing and invented it. If values are equal, or no line has one, the
    first line counts. An action in another notation (`click: buy now`) counts if none is written
    as asked for, and so does one in a quoted line, which is often a thought.

    Args:
        text: the reply.
        lone_verbs: the grammar's actions that are a single word; capitals are recognised anyway.
        verbs: the grammar's verbs with brackets, which are recognised in other notations too.

    Raises:
        ReplyError: if no line holds an action.

    >>> parse_reply("search[usb c: cable] -> 0.5 cables first\\nclick[next >] -> 0.1")
    Decision(action='search[usb c: cable]', value=0.5, reason='cables first')
    >>> parse_reply("search[a -> b]").action
    'search[a -> b]'
    >>> parse_reply("Action: `click[buy now]`\\nValue: 0.9")
    Decision(action='click[buy now]', value=0.9, reason='')

    Unlike the published code: an arrow, a colon or the text "Disc" inside an action or a
    reason does no harm (its defect 18).
    """
    alone = {plain_verb(verb) for verb in lone_verbs}
    asked: list[Decision] = []  # written as asked for
    other: list[Decision] = []  # quoted, or in another notation
    latest = other
    reading, is_open, quote_is_over = True, False, False
    for line in on_one_line(action_lines(spoken(text)), verbs).splitlines():
        heading = _HEADING.fullmatch(line.strip())
        quoted = line.lstrip().startswith(">")
        if reading and latest and not heading:
            more = add_line(latest[-1], line, is_open)
            if more is not latest[-1]:
                latest[-1], is_open = more, False
                continue
        said = line.lstrip("> ") if quoted else line
        if latest and ((heading and heading["bad"]) or _is_new_page(said)):
            if not quoted or asked:
                break
            quote_is_over = True
        if heading:
            reading = not heading["bad"]
        elif _LISTED.match(line):
            reading = False
        elif _ACTIONS.match(line):
            reading = True
        if reading and not (quoted and quote_is_over):
            found = written(line, verbs)
            decision = parse_line(found.line if found else line, alone)
            if decision is not None:
                mentioned = quoted or _MENTIONED.match(line) or (found and not found.standard)
                latest = other if mentioned else asked
                latest.append(decision)
        is_open = ends_open(line) if line.strip() else is_open
    if not latest:
        shown = visible(" ".join(text.split())[:80])
        raise ReplyError(
            f"no action in the reply {shown!r}: expected a line such as `action -> value reason`"
            if shown
            else "the reply is empty: expected a line such as `action -> value reason`"
        )
    best = max(asked or other, key=lambda d: -math.inf if d.value is None else d.value)
    return Decision(unescape_action(best.action), best.value, unescape_action(best.reason))


def _is_new_page(line: str) -> bool:
    """Whether a line behind the first action begins a page, a turn or a question."""
    bare = len(line) < 200 and _BARE_HEADING.fullmatch(line.strip())
    return bool(_NEW_PAGE.match(line) or (bare and not _ANSWERS.search(line)))
