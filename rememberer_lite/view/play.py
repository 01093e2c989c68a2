"""A person plays an environment, and may leave what was done as records for the memory."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import ipywidgets as widgets

from rememberer_lite.domain import Domain
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.similarity import Similarity
from rememberer_lite.state import Experience, SettingError, State
from rememberer_lite.view.html import Html, code, join, table, tag, text
from rememberer_lite.view.page import (
    Piece,
    other_actions,
    piece_html,
    read_page,
    state_html,
)
from rememberer_lite.view.panel import Panel, button, html_area, text_field
from rememberer_lite.view.records import short
from rememberer_lite.view.replay import parts_html
from rememberer_lite.view.style import view

#: texts longer than this stand as text, with a short button beside them
LABEL = 48


@dataclass(frozen=True, slots=True)
class Move:
    """One action of the person: a transition (s, a, r, s') and the words given with it."""

    state: State
    action: str
    reward: float
    next_state: State
    done: bool
    reason: str = ""
    no_effect: str = ""


@dataclass
class Game:
    """One episode played by hand: the environment, and what was done in it."""

    env: Any
    domain: Domain
    goal: int = 0
    moves: list[Move] = field(default_factory=list)
    reward_parts: Any = None

    def __post_init__(self) -> None:
        self.begin(self.goal)

    def begin(self, goal: int) -> None:
        """Start the goal anew."""
        _, info = self.env.reset(options={"goal": goal})
        self.goal, self.moves, self.reward_parts = goal, [], None
        self.state: State = info["state"]

    @property
    def done(self) -> bool:
        """Whether the episode is over."""
        return bool(self.moves) and self.moves[-1].done

    @property
    def total_reward(self) -> float:
        """Σ r_t."""
        return sum(move.reward for move in self.moves)

    def do(self, action: str, reason: str = "") -> Move:
        """Take one action."""
        if self.done:
            raise SettingError("the episode is over: press “Start the goal” for another try")
        _, reward, terminated, truncated, info = self.env.step(action)
        move = Move(
            self.state,
            self.domain.normalise(action),
            float(reward),
            info["state"],
            bool(terminated or truncated),
            self.domain.reason(self.state, action, reason),
            info.get("no_effect", ""),
        )
        self.moves.append(move)
        self.state = move.next_state
        self.reward_parts = info.get("reward_parts", self.reward_parts)
        return move


def annotated(
    moves: Sequence[Move], similarity: Similarity, gamma: float = 1.0
) -> list[Experience]:
    """The records that a played episode leaves: each action worth its return.

    Actions that had no effect are left out: they are slips of the hand, not advice.
    """
    useful = [move for move in moves if not move.no_effect]
    own = ExperienceMemory(similarity, gamma=gamma, capacity=None, action_capacity=None)
    if useful:
        own.start(useful[0].state)
        for place, move in enumerate(useful):
            last = place == len(useful) - 1
            own.observe(move.action, move.reward, move.next_state, last, move.reason)
    return list(own)


def domain_of(env: Any) -> Domain:
    """The domain of one of the package's environments.

    Raises:
        SettingError: for another environment; give `domain=` then.
    """
    from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv
    from rememberer_lite.envs.wikihow import WIKIHOW, WikiHowEnv

    if isinstance(env, WebShopEnv):
        return WEBSHOP
    if isinstance(env, WikiHowEnv):
        return WIKIHOW
    raise SettingError(f"the domain of {type(env).__name__} is not known: call play(env, domain=…)")


def search_action(state: State, domain: Domain, words: str) -> str | None:
    """The action that searches for words on this page; None where the page has no search."""
    forms = " ".join(verb.form for verb in domain.grammar)
    if "search[" in forms:
        return f"search[{words}]"
    if "INPUT(" in forms:
        for line in state.observation.split("\n"):
            number = re.search(r'\bid="(\d+)"', line)
            if number and re.search(r'<input\b|class="[^"]*search|alt="Search"', line):
                return f"INPUT({number[1]}, {words})"
    return None


def moves_html(game: Game) -> Html:
    """What was done so far."""
    rows = [
        [str(n), code(short(m.action, 60)), float(m.reward), text(m.no_effect or m.reason)]
        for n, m in enumerate(game.moves, start=1)
    ]
    return table("Your actions", ["Step", "Action", "Reward", "Why, or why it did nothing"], rows)


def end_html(game: Game) -> Html:
    """The reward and what it is made of."""
    parts = [parts_html(game.reward_parts)] if game.reward_parts else []
    solved = game.domain.solved(game.moves[-1].reward, True) if game.moves else False
    said = "solved" if solved else "not solved"
    return join(
        [tag("p", tag("strong", f"The episode is over: {said}. "), "Total reward ",
             float(game.total_reward), "."), *parts]
    )  # fmt: skip


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
            layout=widgets.Layout(width="150px"),
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
            _row([]),
            html_area(),
        )
        super().__init__(
            [self.goal, self.begin, self.reason],
            [
                self.head,
                _row([self.words, self.search]),
                self.page,
                self.rest,
                _row([self.typed, self.do_typed]),
                self.foot,
                _row([self.keep]),
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
        said = tag("p", tag("strong", "Kept: "), f"records {ids} of the memory.")
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
        _replace(self.page, [self._line(line) for line in read_page(game.state, game.domain)])
        others = () if game.done else other_actions(game.state, game.domain)
        _replace(self.rest, [self._press(short(action, LABEL), action) for action in others])
        self.foot.value = view(moves_html(game)) if game.moves else ""
        self.keep.disabled = not game.moves
        for control in (self.search, self.do_typed):
            control.disabled = game.done

    def _line(self, line: Sequence[Piece]) -> widgets.Widget:
        pieces: list[widgets.Widget] = []
        for piece in line:
            if not piece.action or self.game.done:
                pieces.append(_words(piece_html(piece)))
            elif len(piece.text) > LABEL:
                number = f" {piece.id}" if piece.id else ""
                pieces += [_words(piece_html(piece)), self._press(f"Click{number}", piece.action)]
            else:
                pieces.append(self._press(_label(piece), piece.action))
        return _row(pieces)

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
    return widgets.HTML(tag("div", shown, class_="rl"))


def _row(pieces: Sequence[widgets.Widget]) -> widgets.Box:
    return widgets.Box(list(pieces), layout=widgets.Layout(flex_flow="row wrap", width="100%"))


def _replace(box: widgets.Box, children: Sequence[widgets.Widget]) -> None:
    """Put new widgets into a box and close the old ones, which a browser would keep."""
    old = box.children
    box.children = tuple(children)
    for child in old:
        for inner in getattr(child, "children", ()):
            inner.close()
        child.close()
