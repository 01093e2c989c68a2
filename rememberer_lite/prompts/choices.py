"""What a model may answer on a page, for models that can be held to such choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rememberer_lite.domain import Domain
from rememberer_lite.state import Recent, SettingError, State
from rememberer_lite.text import WithTexts, unescape_action

#: as in the paper, or for small models: `prompts.short`
Style = Literal["paper", "short"]
#: whether a search is free text, or consists of the task's own words
Queries = Literal["free", "task"]
_GAP = "\N{OBJECT REPLACEMENT CHARACTER}"  # marks where the words go


#: how many characters the free text of a form may have
LONGEST_TEXT = 80
#: how many words the free text has at least, if the form lists the words it may use
FEWEST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Form(WithTexts):
    """An action with free text between two fixed ends, such as search[…].

    Attributes:
        before: how it begins, for example "search[" or "INPUT(3, ".
        after: how it ends.
        words: if there are any, the text uses only these words: at least two of them (one if there
            is no other), each once and in their order.
    """

    before: str
    after: str
    words: tuple[str, ...] = ()

    def allows(self, action: str) -> bool:
        """Whether the action is this form, filled in."""
        text = action.removeprefix(self.before).removesuffix(self.after)
        if not text.strip() or f"{self.before}{text}{self.after}" != action:
            return False
        if not self.words:
            return True
        left, said = iter(self.words), text.split(" ")
        return len(said) >= self.fewest and all(word in left for word in said)

    @property
    def fewest(self) -> int:
        """How many of its words the text has at least."""
        return min(FEWEST_WORDS, len(self.words))


@dataclass(frozen=True, slots=True)
class Choices(WithTexts):
    """What can be done on a page: a model that receives these answers with one of them.

    Attributes:
        actions: complete actions; on a short page, what the page calls them.
        forms: actions with free text.
        values: whether the value of the action is asked for too.
    """

    actions: tuple[str, ...] = ()
    forms: tuple[Form, ...] = ()
    values: bool = True

    def __post_init__(self) -> None:
        if not self.actions and not self.forms:
            raise SettingError("no choices: pass an action or a form, or None instead")
        WithTexts.__post_init__(self)

    def allow(self, action: str) -> bool:
        """Whether the action is one of them.

        >>> Choices(("click[back]",), (Form("search[", "]"),)).allow("search[red mug]")
        True
        """
        return action in self.actions or any(form.allows(action) for form in self.forms)


def choices_of(
    domain: Domain,
    state: State,
    queries: Queries = "free",
    style: Style = "paper",
    done: Recent | None = None,
) -> Choices | None:
    """The possible actions of a page, and its search; None if nothing can be done.

    Args:
        domain: says what is possible.
        state: the page.
        queries: "task" holds a search to some of `domain.query_words`, in their order. A small
            model copies the query of the most similar example, which belongs to another task.
        style: "short" offers what the short page lists, and asks for no value.
        done: the episode so far: what would only repeat it is left out, as long as anything else
            is left. A search is repeated by any other search of the same episode.

    Unlike the paper: its models may write anything, and impossible actions are wasted.
    """
    answers = answers_of(domain, state, style)
    before, gap, after = (domain.search_action(state, _GAP) or "").partition(_GAP)
    words = domain.query_words(state) if queries == "task" else ()
    forms: tuple[Form, ...] = (Form(before, after, words),) if gap else ()
    if done is not None:
        fresh = {
            answer: action
            for answer, action in answers.items()
            if not domain.repeated(state, action, done)
        }
        verbs = {_verb(action) for action in done.actions}
        unused = tuple(form for form in forms if _verb(form.before) not in verbs)
        if fresh or unused:
            answers, forms = fresh, unused
    return Choices(tuple(answers), forms, style == "paper") if answers or forms else None


def answers_of(domain: Domain, state: State, style: Style) -> dict[str, str]:
    """What may be written on a page → the action that it means, without the forms."""
    if style == "paper":
        return {action: action for action in domain.possible_actions(state)}
    return {entry.answer: entry.action for entry in domain.short_page(state) if entry.action}


def chosen(choices: Choices, reply: str) -> str | None:
    """The choice that a reply without a value is; None where it is none of them."""
    said = unescape_action(reply.strip())
    return said if choices.allow(said) else None


def _verb(action: str) -> str:
    return action.replace("(", "[").partition("[")[0].strip()
