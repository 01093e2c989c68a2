"""The map of a memory: near is similar, the colour is Q, and arrows lead to what is recalled."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.state import Experience, Match, SettingError, State
from rememberer_lite.text import short
from rememberer_lite.view.plots.figure import FONT, INK, Plot, new_figure, say
from rememberer_lite.view.plots.grids import FULL, PALE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Places = NDArray[np.float64]
#: in the panel's width of 2: how far apart two dots are drawn, if there is room for it
_APART = 0.07


def memory_map(
    memory: ExperienceMemory,
    state: State | None = None,
    kind: Callable[[State], str] | None = None,
    planted: Collection[int] = (),
    k: int = 2,
    title: str | None = None,
) -> Plot:
    """Every record as a dot: the nearer two are, the more similar their states.

    The places are those of classical scaling: of all flat pictures they keep the similarities
    best, and they cannot keep them all. Dots that would cover each other are moved apart.

    Args:
        memory: its records are drawn; the colour is their best Q, the size their visits.
        state: a state that the agent is in; it is drawn too, with arrows to what it recalls.
        kind: state → the name of its panel, such as the kind of its page; a panel's dots are near
            where their tasks are similar. None: one panel, and the whole similarity.
        planted: ids of records to mark.
        k: how many records the state recalls.
        title: the finding.

    Raises:
        SettingError: if the memory is empty, or an id in `planted` is not in it.
    """
    records = list(memory)
    if not records:
        raise SettingError("the memory is empty: there is no map to draw")
    if missing := set(planted) - {record.id for record in records}:
        raise SettingError(f"planted names the records {sorted(missing)}, which are not stored")
    panels: dict[str, list[Experience]] = {}
    for record in records:
        panels.setdefault(kind(record.state) if kind else "", []).append(record)
    here = None if state is None else (kind(state) if kind else "")
    if here is not None:
        panels.setdefault(here, [])
    recalled = memory.rank(state, k) if state is not None else []
    names = sorted(panels, key=lambda name: (-len(panels[name]), name))
    figure, first = new_figure(max(7.4, 1.0 + 2.1 * len(names)), 3.2 if len(names) > 1 else 4.6)
    first.remove()
    finding = title or f"A map of {len(records)} records"
    for number, name in enumerate(names, start=1):
        axes = figure.add_subplot(1, len(names), number)
        inside = panels[name]
        query = state if name == here else None
        places = _apart(_places(memory, inside, query, alike_tasks=kind is not None))
        _draw(axes, inside, places, planted, recalled, query is not None)
        if name:
            axes.set_title(
                f"{short(name, 18)}: {len(inside)}", loc="left", fontsize=FONT, parse_math=False
            )
    _legend(figure, state is not None, bool(planted))
    axes = figure.axes[0]
    say(axes, finding)
    near = "similar task" if kind else "similar state"
    figure.supxlabel(f"near: {near}; size: visits; colour: best Q", x=0.985, ha="right",
                     fontsize=FONT, color=INK)  # fmt: skip
    shown = ", ".join(f"{len(panels[name])} {name}".strip() for name in names)
    best = [max((v.q for v in r.actions.values()), default=0.0) for r in records]
    said = [f"{finding}. {len(records)} records ({shown}), best Q {np.mean(best):.3f} on average"]
    if recalled:
        said.append("recalled: " + ", ".join(_recall(match) for match in recalled))
    if planted:
        ids = ", ".join(f"#{number}" for number in sorted(planted))
        said.append(f"planted: {ids if len(planted) < 6 else f'{len(planted)} of the records'}")
    table = [(name or "all", f"{len(panels[name])}",
              float(np.mean([r.best for r in panels[name]])) if panels[name] else "–",
              f"{sum(r.visits for r in panels[name])}",
              f"{sum(r.id in planted for r in panels[name])}") for name in names]  # fmt: skip
    header = ("panel", "records", "mean best Q", "visits", "planted")
    return Plot(figure, "; ".join(said) + ".", header, table)


def _recall(match: Match) -> str:
    return f"#{match.experience.id} ({match.similarity:.3f})"


def _places(
    memory: ExperienceMemory, records: Sequence[Experience], query: State | None, alike_tasks: bool
) -> Places:
    """(n, 2): places in a square from −1 to 1, the query's last, if there is one."""
    states = [record.state for record in records] + ([query] if query is not None else [])
    if len(states) < 2:
        return np.zeros((len(states), 2))
    column = {record.id: number for number, record in enumerate(records)}
    grid = np.eye(len(states))
    for row, state in enumerate(states):
        for match in memory.rank(state):
            if (number := column.get(match.experience.id)) is not None:
                task = match.task_similarity
                alike = task if alike_tasks and task is not None else match.similarity
                grid[row, number] = grid[number, row] = alike
    centred = grid - grid.mean(0) - grid.mean(1)[:, None] + grid.mean()
    values, vectors = np.linalg.eigh(centred)
    flat = vectors[:, -2:] * np.sqrt(np.maximum(values[-2:], 1e-12))
    # eigenvectors have no sign of their own: the first record decides
    flat = flat * np.where(flat[np.abs(flat).argmax(0), [0, 1]] < 0, -1.0, 1.0)
    flat = flat - (flat.max(0) + flat.min(0)) / 2
    return np.asarray(flat / max(float(np.abs(flat).max()), 1e-9))


def _apart(places: Places, rounds: int = 40) -> Places:
    """The places, with those that nearly coincide moved apart, by the same steps every time."""
    n = len(places)
    least = min(_APART, 1.1 / np.sqrt(n))
    turn = 2.399963 * np.arange(n)  # the golden angle: no two dots begin at one point
    moved = places + 0.002 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    for _ in range(rounds):
        gaps = moved[:, None] - moved[None]
        far = np.sqrt((gaps**2).sum(-1)) + np.eye(n)
        push = np.maximum(least - far, 0.0) / 2
        moved = moved + (gaps / far[..., None] * push[..., None]).sum(1)
    return np.asarray(moved / max(1.0, float(np.abs(moved).max())))


def _draw(
    axes: Axes,
    records: Sequence[Experience],
    places: Places,
    planted: Collection[int],
    recalled: Sequence[Match],
    here: bool,
) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set(color=INK, alpha=0.3)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_aspect("equal")
    axes.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2))
    ramp = LinearSegmentedColormap.from_list("worth", [PALE, FULL])
    dots = places[: len(records)]
    order = np.argsort([-record.visits for record in records], kind="stable")
    if len(records):
        axes.scatter(
            dots[order, 0], dots[order, 1], s=[14 + 9 * min(records[i].visits, 12) for i in order],
            c=[records[i].best for i in order], cmap=ramp, vmin=0, vmax=1, edgecolors=INK,
            linewidths=0.6,
        )  # fmt: skip
    marked = [place for record, place in zip(records, dots, strict=True) if record.id in planted]
    if marked:
        axes.plot(*np.transpose(marked), "x", color=INK, markersize=9, markeredgewidth=2)
    if here:
        x, y = places[-1]
        for match in recalled:
            for record, place in zip(records, dots, strict=True):
                if record.id == match.experience.id:
                    axes.annotate("", place, (x, y), arrowprops=_ARROW)
        axes.plot([x], [y], "*", color=INK, markersize=15)


_ARROW: Any = {"arrowstyle": "-|>", "color": INK, "linewidth": 1.6, "shrinkB": 4}


def _legend(figure: Any, here: bool, planted: bool) -> None:
    from matplotlib.lines import Line2D

    def dot(label: str, colour: str) -> Line2D:
        return Line2D([], [], marker="o", linestyle="", color=colour, markeredgecolor=INK,
                      markeredgewidth=0.6, label=label)  # fmt: skip

    keys = [dot("Q = 0", PALE), dot("Q = 1", FULL)]
    if here:
        keys.append(Line2D([], [], marker="*", linestyle="", color=INK, markersize=11, label="now"))
    if planted:
        keys.append(Line2D([], [], marker="x", linestyle="", color=INK, markeredgewidth=2,
                           label="planted"))  # fmt: skip
    figure.legend(handles=keys, loc="outside lower left", ncols=len(keys), frameon=False,
                  labelcolor=INK, fontsize=FONT)  # fmt: skip
