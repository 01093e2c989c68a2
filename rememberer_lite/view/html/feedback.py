"""What an exercise answers, as a card: solved, or the smallest case that shows what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rememberer_lite.view.html.markup import Html, badge, code, table, tag, text
from rememberer_lite.view.html.style import view


def verdict_html(
    solved: bool | None,
    title: str,
    says: str = "",
    rows: Sequence[tuple[str, str]] = (),
    reread: str = "",
    link: str = "",
) -> Html:
    """The verdict on an answer.

    Args:
        solved: None: not tried yet.
        title: of the exercise.
        says: the diagnosis.
        rows: the smallest case: what was given, what came out, what was expected.
        reread: the section that explains it.
        link: where that is; "": nowhere near.
    """
    if solved is None:
        return view(tag("div", badge("□ open", "plain"), " ", title, class_="rl-card"))
    mark = badge("✓ solved", "good") if solved else badge("✗ not yet", "mark")
    body = [tag("p", text(says))] if says else []
    if rows:
        cells = [[name, code(value)] for name, value in rows]
        body.append(table("Smallest case", ["", "Value"], cells))
    if reread:
        place = tag("a", text(reread), href=link) if link else text(reread)
        body.append(tag("p", tag("strong", "Reread: "), place))
    kind = "rl-solved" if solved else "rl-partly"
    return view(tag("div", tag("div", mark, " ", title, class_="rl-title"), *body, class_=kind))


def progress_html(chapter: str, states: Mapping[str, tuple[str, str]]) -> Html:
    """How far a learner is: a box for each exercise, and which are left.

    Args:
        chapter: "04".
        states: exercise → its title, and "solved", "tried" or "left".
    """
    boxes = "".join("■" if state == "solved" else "□" for _, state in states.values())
    solved = boxes.count("■")
    left = [
        tag("div", badge("✗ tried", "mark") if state == "tried" else badge("□ left", "plain"),
            " ", f"{id} {title}", class_="rl-line")
        for id, (title, state) in states.items()
        if state != "solved"
    ]  # fmt: skip
    return view(
        tag(
            "div",
            tag("div", f"Exercises {chapter}: {boxes} {solved} of {len(states)} solved",
                class_="rl-title"),
            *left,
            class_="rl-partly" if left else "rl-solved",
        )
    )  # fmt: skip


def show(html: Html, plain: str) -> None:
    """Show a view in the notebook that runs this, with its plain text beside it."""
    from IPython.display import display

    bundle = {**html._repr_mimebundle_(), "text/plain": plain}
    display(bundle, raw=True)  # type: ignore[no-untyped-call]
