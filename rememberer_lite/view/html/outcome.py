"""How an episode ended: a card with a tick or a cross for each wish, and what the reward is."""

from __future__ import annotations

from rememberer_lite.domain import Domain
from rememberer_lite.view.html.markup import Html, badge, details, number, table, tag, text


def end_card(
    solved: bool, reward: float, parts: object, domain: Domain, cut_after: int | None = None
) -> Html:
    """The end of an episode: solved, or how many wishes were fulfilled.

    Args:
        solved: whether the task is solved.
        reward: the total reward.
        parts: what the final reward was made of; None: the environment does not say.
        domain: knows the wishes.
        cut_after: the step limit, where that ended the episode.
    """
    wishes, formula = domain.wishes(dict(parts)) if parts else ((), "")  # type: ignore[call-overload]
    met = sum(wish.met for wish in wishes)
    counted = f"{met} of {len(wishes)} wishes" if wishes else ""
    if solved:
        said = f"Solved: {counted}" if counted else "Solved"
    else:
        said = f"Not solved: {counted}" if counted else "Not solved"
    if cut_after is not None and not solved:
        said += f" within {cut_after} steps"
    return tag(
        "div",
        tag("div", badge("✓", "good") if solved else badge("✗", "bad"), f" {said}",
            class_="rl-title"),
        *(
            tag("div", badge("✓", "good") if wish.met else badge("✗", "bad"), " ", text(wish.text),
                class_="rl-line")
            for wish in wishes
        ),
        tag("p", "Total reward ", tag("strong", number(float(reward))), formula and f": {formula}"),
        *([details("All that the reward was made of", parts_html(parts))] if parts else []),
        class_="rl-solved" if solved else "rl-partly",
        role="status",
    )  # fmt: skip


def parts_html(parts: object) -> Html:
    """What the final reward was made of."""
    rows = [[text(name), text(value)] for name, value in _flat(parts)]
    return table("What the reward was made of", ["Part", "Value"], rows)


def _flat(parts: object, prefix: str = "") -> list[tuple[str, str]]:
    """Named values, those of inner mappings too: "options: colour"."""
    rows = []
    for name, value in dict(parts).items():  # type: ignore[call-overload]
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{name}: ")
        else:
            rows.append((f"{prefix}{str(name).replace('_', ' ')}", _plain(value)))
    return rows


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return number(value) if isinstance(value, float) else str(value)
