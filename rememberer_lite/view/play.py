"""A person plays an environment, and may leave what was done as records for the memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from rememberer_lite.domain import Domain
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.state import SettingError
from rememberer_lite.view.game import (
    Game,
    annotated,
    domain_of,
    end_html,
    moves_html,
    search_action,
)
from rememberer_lite.view.html import Html, join, tag, text
from rememberer_lite.view.page import Piece, other_actions, piece_html, read_page, state_html
from rememberer_lite.view.panel import Panel, button, html_area, row, text_field
from rememberer_lite.view.records import short
from rememberer_lite.view.style import view

#: texts longer than this stand as text, with a short button beside them
LABEL = 48


def play(
    env: Any, goal: int = 0, domain: Domain | None = None, memory: ExperienceMemory | None = None
) -> Player:
    """Play an environment by hand: buttons, options, links, a search box.

    Args:
        env: a `WebShopEnv`, a `WikiHowEnv`, or another one together with its domain.
        goal: the first goal.
        domain: how the environment is read and written.
        memory: takes the episodes that you keep; None: a new one, `play(…).memory`.
    """
    return Player(Game(env, domain or domain_of(env), goal), memory)


class Player(Panel):
    """The widget of `play`; what it keeps goes into `.memory`."""

    def __init__(self, game: Game, memory: ExperienceMemory | None = None) -> None:
        self.game = game
        self.memory = ExperienceMemory(game.domain.similarity()) if memory is None else memory
        self.goal = widgets.BoundedIntText(
            game.goal,
            min=0,
            max=10**6,
            description="Goal",
            tooltip="Goal",
            style={"description_width": "initial"},
            layout=widgets.Layout(width="120px"),
        )
        self.begin = button("Start the goal")
        self.keep = button("Keep this episode in the memory")
        self.reason = text_field("Why (optional)", "kept beside your next action")
        self.words = text_field("Search for", continuous=False)
        self.search = button("Search")
        self.typed = text_field("Any action", "typed in full", continuous=False)
        self.do_typed = button("Do it")
        self.head, self.page, self.rest, self.foot = (
            html_area(),
            widgets.VBox(),
            row([]),
            html_area(),
        )
        super().__init__(
            [self.goal, self.begin, self.reason],
            [
                self.head,
                row([self.words, self.search]),
                self.page,
                self.rest,
                row([self.typed, self.do_typed]),
                self.foot,
                row([self.keep]),
            ],
            state_html(game.state, domain=game.domain),
        )  # fmt: skip
        self.on_click(self.begin, lambda: self._start())
        self.on_click(self.search, lambda: self._search())
        self.on_click(self.do_typed, lambda: self._type())
        self.on_click(self.keep, lambda: self._keep())
        self._show()

    def do(self, action: str) -> None:
        """Take one action, as a press of its button does."""
        self.game.do(action, self.reason.value.strip())
        self.reason.value = ""
        self._show()

    def _start(self) -> None:
        self.game.begin(self.goal.value)
        self._show()

    def _search(self) -> None:
        action = search_action(self.game.state, self.game.domain, self.words.value.strip())
        if action is None:
            raise SettingError("there is no search on this page: go back or scroll up first")
        self.do(action)

    def _type(self) -> None:
        if not self.typed.value.strip():
            raise SettingError("type an action first, for example one of those shown as buttons")
        self.do(self.typed.value.strip())

    def _keep(self) -> None:
        records = annotated(self.game.moves, self.memory.similarity, self.memory.gamma)
        kept = [self.memory.insert(replace(record, id=-1)) for record in records]
        ids = ", ".join(f"#{record.id}" for record in kept if record is not None)
        self.keep.disabled = True
        said = tag(
            "p",
            tag("strong", "Kept: "),
            f"records {ids} of the memory." if ids else "nothing, for no action had an effect.",
        )
        self.foot.value = view(moves_html(self.game), said)

    def _show(self) -> None:
        game = self.game
        head = [
            tag("p", tag("strong", "Task: "), text(game.state.task)),
            *(
                [tag("p", tag("strong", "Present step: "), text(game.state.instruction))]
                if game.state.instruction
                else []
            ),
        ]
        if game.done:
            head.append(end_html(game))
        elif game.moves and game.moves[-1].no_effect:
            why = text(game.moves[-1].no_effect)
            head.append(tag("p", tag("strong", "No effect: "), why, role="status"))
        self.head.value = view(*head, title=f"Goal {game.goal}, step {len(game.moves) + 1}")
        _replace(self.page, self._lines())
        others = () if game.done else other_actions(game.state, game.domain)
        _replace(self.rest, [self._press(short(action, LABEL), action) for action in others])
        self.foot.value = view(moves_html(game)) if game.moves else ""
        self.keep.disabled = not game.moves
        for control in (self.search, self.do_typed):
            control.disabled = game.done

    def _lines(self) -> list[widgets.Widget]:
        """The page: its texts, and a button for whatever can be clicked."""
        shown: list[widgets.Widget] = []
        texts: list[Html] = []

        def flush() -> None:
            if texts:
                shown.append(_words(join(tag("div", line, class_="rl-line") for line in texts)))
                texts.clear()

        for line in read_page(self.game.state, self.game.domain):
            if self.game.done or not any(piece.action for piece in line):
                texts.append(join(map(piece_html, line), " "))
                continue
            flush()
            shown.append(row([w for piece in line for w in self._piece(piece)], gap="2px"))
        flush()
        return shown

    def _piece(self, piece: Piece) -> list[widgets.Widget]:
        if not piece.action:
            return [_words(piece_html(piece))]
        if len(piece.text) <= LABEL:
            return [self._press(_label(piece), piece.action)]
        return [_words(piece_html(piece)), self._press(f"Click {piece.id}".strip(), piece.action)]

    def _press(self, label: str, action: str) -> widgets.Button:
        control = button(label)
        self.on_click(control, lambda: self.do(action))
        return control


def _label(piece: Piece) -> str:
    label = short(piece.text, LABEL)
    if piece.kind == "option" and not piece.id:
        return f"{'☑' if piece.chosen else '☐'} {label}"
    if piece.kind == "image":
        label = f"image: {label}"
    if piece.id:
        label = f"{piece.id}  {label}"
    return f"{label} (visited)" if piece.chosen else label


def _words(shown: Html) -> widgets.HTML:
    return widgets.HTML(tag("div", shown, class_="rl rl-flat"))


def _replace(box: widgets.Box, children: Sequence[widgets.Widget]) -> None:
    """Put new widgets into a box and close the old ones, which a browser would keep."""
    old = box.children
    box.children = tuple(children)
    for child in old:
        for inner in getattr(child, "children", ()):
            inner.close()
        child.close()
