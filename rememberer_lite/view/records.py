"""Records of the memory as tables: one in full, many in a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.state import Advice, Experience, State
from rememberer_lite.view.html import Html, badge, code, details, join, table, tag, text
from rememberer_lite.view.page import page_html
from rememberer_lite.view.style import view

#: rows shown before "and n more"
ROWS = 20


def short(value: str, width: int = 70) -> str:
    """One line of at most `width` characters.

    >>> short("a  long\\ntext", width=7)
    'a long…'
    """
    line = " ".join(value.split())
    return line if len(line) <= width else line[: width - 1] + "…"


def best_action(record: Experience) -> str:
    """The action of highest Q, "–" where none was tried."""
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
    title = f"Memory: {len(records)} {'record' if len(records) == 1 else 'records'}"
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
    """Some records, one row each."""
    header = ["Record", "Task", "Page", "Actions", "Best action", "Best Q", "Visits"]
    rows = [
        [
            f"#{r.id}",
            text(short(r.state.task)),
            text(kind(r.state)),
            len(r.actions),
            code(short(best_action(r), 50)),
            float(r.best),
            r.visits,
        ]
        for r in records
    ]
    return table(caption, header, rows)


def page_kind(memory: ExperienceMemory) -> Callable[[State], str]:
    """How the memory's own similarity names the kinds of pages; "page" where it has no names."""
    for part in reversed(memory.similarity.parts):
        pattern = getattr(part, "pattern", None)
        if callable(pattern):
            return lambda state: str(pattern(state))
    return lambda state: "page"


def values_table(record: Experience, advice: Advice | None = None) -> Html:
    """The actions of a record, best first, and what is advised of them.

    Args:
        record: whose values are shown.
        advice: what an exemplar makes of the record; adds a column.
    """
    header = ["Action", "Q", "Mean reward", "Visits", "Words kept"]
    rows: list[list[object]] = [
        [code(a), float(v.q), float(v.reward), v.visits, text(v.reason)]
        for a, v in sorted(record.actions.items(), key=lambda item: -item[1].q)
    ]
    if advice is None:
        return table(f"Actions of record #{record.id}", header, rows)
    both = [
        (advice.encouraged, "+ encouraged", "good"),
        (advice.discouraged, "− discouraged", "bad"),
    ]
    for row, action in zip(
        rows, sorted(record.actions, key=lambda a: -record.actions[a].q), strict=True
    ):
        said = [badge(label, kind) for s, label, kind in both if s and s.action == action]
        row.append(join(said, " "))
    for suggestion, label, kind in both:
        if suggestion is not None and suggestion.action not in record.actions:
            why = "drawn at random: no value is recorded" if not suggestion.recorded else ""
            value = float(suggestion.value)
            rows.append(
                [
                    code(suggestion.action),
                    value,
                    None,
                    0,
                    text(suggestion.reason or why),
                    badge(label, kind),
                ]
            )
    return table(f"Actions of record #{record.id}", [*header, "Advice"], rows)


def record_html(record: Experience) -> Html:
    """One record in full: its page, its values, and how the episode had gone before."""
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
            details("The page", page_html(record.state), open_=True),
        ]
    )
