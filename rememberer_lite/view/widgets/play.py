"""A person plays an environment, and may keep the episode as records for the memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from rememberer_lite.domain import Domain, Piece
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.state import SettingError
from rememberer_lite.view.html.markup import tag, text
from rememberer_lite.view.html.page import other_actions, state_html
from rememberer_lite.view.html.style import view
from rememberer_lite.view.widgets.game import Game, annotated, end_html, env_domain, moves_html
from rememberer_lite.view.widgets.live_page import PAGE_STYLE, PageMaker, press
from rememberer_lite.view.widgets.panel import (
    Panel,
    button,
    html_area,
    replace_children,
    row,
    text_field,
)


def play(
    env: Any,
    goal: int = 0,
    domain: Domain | None = None,
    memory: ExperienceMemory | None = None,
    max_steps: int = 15,
) -> Player:
    """Play an environment by hand: buttons, options, links, a search box.

    Args:
        env: an environment as `train` needs it.
        goal: the first goal.
        domain: how its pages are read and its actions written; None: the environment's `domain`.
        memory: stores the episodes that you keep; None: a new one, `play(…).memory`.
        max_steps: actions that an episode may take.
    """
    return Player(Game(env, domain or env_domain(env), goal, max_steps), memory)


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
        self.words = text_field("Search for")
        self.search = button("Search", "search")
        self.searching = row([self.words, self.search], gap="2px 6px")
        self.typed = text_field("Any action", "typed in full")
        self.do_typed = button("Do it")
        self.head, self.end, self.foot = html_area(), html_area(), html_area()
        self.page, self.rest = widgets.VBox(), row([])
        # all that stays stands above the page, which changes its height: a browser drops a click
        # whose button moves away between press and release
        super().__init__(
            [
                *(self.goal, self.begin, self.keep, self.typed, self.do_typed, self.reason),
                self.searching,
            ],
            [self.head, self.end, self.page, self.rest, self.foot],
            state_html(game.state, domain=game.domain),
            "play",
        )
        self.on_click(self.begin, self._start)
        self.on_click(self.search, self._search)
        self.on_click(self.do_typed, self._type)
        self.on_click(self.keep, self._keep)
        self.on_enter(self.words, self._search)
        self.on_enter(self.typed, self._type)
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
        action = self.game.domain.search_action(self.game.state, self.words.value.strip())
        if action is None:
            raise SettingError("there is no search on this page: go back or scroll up first")
        self.do(action)
        self.words.value = ""

    def _type(self) -> None:
        if not self.typed.value.strip():
            raise SettingError("type an action first, for example one of those shown as buttons")
        self.do(self.typed.value.strip())
        self.typed.value = ""

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
        if game.moves and game.moves[-1].no_effect and not game.done:
            why = text(game.moves[-1].no_effect)
            head.append(tag("p", tag("strong", "No effect: "), why, role="status"))
        step = f"step {len(game.moves) + (not game.done)} of {game.max_steps}"
        self.head.value = view(PAGE_STYLE, *head, title=f"Goal {game.goal}, {step}")
        self.end.value = view(end_html(game)) if game.done else ""
        searches = not game.done and game.domain.search_action(game.state, "words") is not None
        self.searching.layout.display = "flex" if searches else "none"
        made = PageMaker(game.state, game.domain, self._press if not game.done else None, searches)
        replace_children(self.page, [made.page])
        self.search.button_style = "" if made.has_primary else "primary"
        others = () if game.done else other_actions(game.state, game.domain)
        replace_children(self.rest, [self._press(action, action) for action in others])
        self.foot.value = view(moves_html(game)) if game.moves else ""
        self.keep.disabled = not game.moves
        self.do_typed.disabled = game.done

    def _press(self, label: str, action: str, piece: Piece | None = None) -> widgets.Button:
        control = press(label, piece)
        self.on_click(control, lambda: self.do(action))
        return control
