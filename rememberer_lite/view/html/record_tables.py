"""Records of the memory as tables: one in full, many in a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from rememberer_lite.domain import Domain
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.state import ActionValue, Advice, Experience, State
from rememberer_lite.text import short
from rememberer_lite.view.html.markup import Html, badge, code, details, join, table, tag, text
from rememberer_lite.view.html.page import page_html
from rememberer_lite.view.html.style import view

#: rows shown before "and n more"
ROWS = 20


def counted(count: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "visit"), counted(2, "visit")
    ('1 visit', '2 visits')
    """
    return f"{count} {noun}" + ("" if count == 1 else "s")


def best_action(record: Experience) -> str:
    """The action of highest Q, "–" if none was tried."""
    return max(record.actions, key=lambda a: record.actions[a].q, default="–")


def memory_html(
    memory: ExperienceMemory,
    limit: int = ROWS,
    kind: Callable[[State], str] | None = None,
) -> Html:
    """The memory as a table, a row for each record, in the order in which they were made.

    Args:
        memory: what to show.
        limit: how many records at most; the rest is counted.
        kind: names the kind of page; without it the similarity's own patterns, if it has any.
    """
    records = list(memory)
    title = f"Memory: {counted(len(records), 'record')}"
    if not records:
        return view(tag("p", "No records yet: the memory is empty."), title=title)
    more = len(records) - limit
    rest = [tag("p", f"… and {more} more")] if more > 0 else []
    return view(
        records_table(records[:limit], "The records", kind or page_kind(memory)), *rest, title=title
    )


def records_table(
    records: Iterable[Experience], caption: str, kind: Callable[[State], str]
) -> Html:
    """Some records, one row each; a task that the row above has too is not written again."""
    header = ["Record", "Task", "Page", "Actions", "Best action", "Best Q", "Visits"]
    rows = [
        [
            f"#{r.id}",
            text(short(r.state.task)) if place == 0 else tag("em", "the same"),
            text(kind(r.state)),
            len(r.actions),
            code(short(best_action(r), 50)),
            float(r.best),
            r.visits,
        ]
        for _, group in groupby(records, key=lambda record: record.state.task)
        for place, r in enumerate(group)
    ]
    return table(caption, header, rows)


def page_kind(memory: ExperienceMemory) -> Callable[[State], str]:
    """How the memory's own similarity names the kinds of pages; "page" if it has no names."""
    for part in reversed(memory.similarity.parts):
        pattern = getattr(part, "pattern", None)
        if callable(pattern):
            return lambda state: str(pattern(state))
    return lambda state: "page"


def values_table(record: Experience) -> Html:
    """The actions of a record with what is known about each, best first."""
    header = ["Action", "Q", "Mean reward", "Visits", "Words kept"]
    rows = [
        [code(action), float(v.q), float(v.reward), v.visits, text(v.reason)]
        for action, v in _ranked(record)
    ]
    return table(f"Actions of record #{record.id}", header, rows)


def advice_table(record: Experience, advice: Advice) -> Html:
    """The actions of a record, best first, and which of them are encouraged or discouraged."""
    said = [
        (advice.encouraged, badge("+ encouraged", "good")),
        (advice.discouraged, badge("− discouraged", "bad")),
    ]
    rows: list[list[object]] = []
    for action, v in _ranked(record):
        marks = [mark for suggestion, mark in said if suggestion and suggestion.action == action]
        rows.append([_with_words(action, v.reason, marks), float(v.q), v.visits])
    for suggestion, mark in said:
        if suggestion is not None and suggestion.action not in record.actions:
            why = suggestion.reason if suggestion.recorded else "drawn at random: no value is known"
            value = "–" if suggestion.value is None else float(suggestion.value)
            rows.append([_with_words(suggestion.action, why, [mark]), value, 0])
    return table(f"Actions and advice of record #{record.id}", ["Action", "Q", "Visits"], rows)


def _ranked(record: Experience) -> list[tuple[str, ActionValue]]:
    return sorted(record.actions.items(), key=lambda item: -item[1].q)


def _with_words(action: str, words: str, marks: list[Html]) -> Html:
    lines = [*marks, code(action), *([text(words)] if words else [])]
    return join(tag("div", line) for line in lines)


def record_html(record: Experience, domain: Domain | None = None) -> Html:
    """One record in full: its page, its values, and what happened before it in the episode."""
    before = (
        join([tag("ol", *(tag("li", code(a)) for a in record.recent_actions))])
        if record.recent_actions
        else tag("p", "Nothing: an episode's first page.")
    )
    return join(
        [
            tag("p", tag("strong", "Task: "), text(record.state.task)),
            *(
                [tag("p", tag("strong", "Present step: "), text(record.state.instruction))]
                if record.state.instruction
                else []
            ),
            values_table(record),
            tag(
                "p",
                f"Visits {record.visits}; mean reward just before this page ",
                record.last_reward,
                "; gathered before it ",
                record.total_reward,
                ".",
            ),
            details("What had been done before", before),
            details("The page", page_html(record.state, domain=domain), open_=True),
        ]
    )
