"""Exercises of chapter 07: a value and its roots, the act step, a learning curve.

The parts that the act step is made of stand here as well: exercise 7.3 gives them to you.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, Mistake, Prediction

__all__ = ["EXERCISES", "Model", "advise", "parse", "similar", "write"]

Page = tuple[str, tuple[str, ...]]  # a state: the task, and the actions of the page
Memory = Mapping[Page, Mapping[str, float]]  # state → action → Q
Example = tuple[Page, tuple[str, str]]
Episode = Sequence[tuple[str, str, float]]  # state, action, reward
Acted = tuple[str | None, list[str]]

# ---- 7.1


def _merged() -> float:
    q, visits = 1.0, 1  # as written by hand
    for target in (0.0, 0.8):
        visits += 1
        q += (target - q) / visits
    return round(q, 9)


# ---- 7.2


def _trace(
    episodes: Sequence[Episode], state: str, action: str, gamma: float
) -> tuple[float, list[tuple[int, float]]]:
    roots = []
    for number, steps in enumerate(episodes):
        for t, step in enumerate(steps):
            if step[:2] == (state, action):
                total = 0.0
                for i, (_, _, reward) in enumerate(steps[t:]):
                    total += gamma**i * reward
                roots.append((number, total))
                break
    if not roots:
        return 0.0, []
    return sum(total for _, total in roots) / len(roots), roots


def _return_from(rewards: list[float], t: int, gamma: float) -> float:
    return float(sum(gamma**i * reward for i, reward in enumerate(rewards[t:])))


def _trace_but(
    fits: Callable[..., bool] = lambda s, a, state, action: s == state and a == action,
    visits: Callable[[list[int]], list[int]] = lambda found: found[:1],
    worth: Callable[[list[float], int, float], float] = _return_from,
    mean: Callable[[list[float]], float] = lambda totals: sum(totals) / len(totals),
    first: int = 0,
) -> Callable[..., Any]:
    """The trace with one thing done otherwise."""

    def wrong(episodes: Sequence[Episode], state: str, action: str, gamma: float) -> Any:
        roots = []
        for number, steps in enumerate(episodes, start=first):
            rewards = [reward for _, _, reward in steps]
            places = [t for t, (s, a, _) in enumerate(steps) if fits(s, a, state, action)]
            roots += [(number, worth(rewards, t, gamma)) for t in visits(places)]
        return mean([total for _, total in roots]) if roots else 0.0, roots

    return wrong


def _lives(rng: random.Random) -> Iterator[Case]:
    yield [[("page", "buy", 1.0)]], "page", "buy", 1.0
    yield [[("page", "tea", 0.0), ("item", "buy", 1.0)]], "page", "tea", 0.5
    yield [[("page", "buy", 1.0)]], "page", "tea", 1.0
    yield [[("page", "tea", 0.0)], [("page", "tea", 1.0)]], "page", "tea", 1.0
    yield [[("page", "tea", 0.5), ("page", "tea", 1.0)]], "page", "tea", 1.0
    yield [[("home", "tea", 0.5), ("page", "tea", 1.0)]], "page", "tea", 1.0
    yield [[("page", "mug", 0.5), ("page", "tea", 1.0)]], "page", "tea", 1.0
    yield [], "page", "tea", 1.0
    for size in range(80):
        episodes = [
            [
                (rng.choice(["page", "item"]), rng.choice(["tea", "mug"]), rng.choice([0, 0.5, 1]))
                for _ in range(rng.randint(1, 5))
            ]
            for _ in range(size // 16 + 1)
        ]
        yield episodes, "page", "tea", rng.choice([1.0, 0.9, 0.5])


# ---- 7.3: the parts


def similar(a: Page, b: Page) -> float:
    """How alike two states are: half for the words of the task, half for the same actions."""
    ours, theirs = set(a[0].split()), set(b[0].split())
    return 0.5 * len(ours & theirs) / len(ours | theirs) + 0.5 * (a[1] == b[1])


def advise(values: Mapping[str, float]) -> tuple[str, str]:
    """The actions of highest and of lowest Q."""
    return max(values, key=lambda a: values[a]), min(values, key=lambda a: values[a])


def write(examples: Sequence[Example], state: Page, complaint: str = "") -> str:
    """The prompt: a line for each example, in the order given, then the state, then a complaint."""
    lines = [f"{task} {list(page)}: do {a}, not {b}" for (task, page), (a, b) in examples]
    note = [f"Your last answer could not be used: {complaint}"] if complaint else []
    return "\n".join([*lines, f"{state[0]} {list(state[1])}:", *note])


def parse(reply: str) -> str:
    """The action of a reply `action -> value`; a ValueError where there is none."""
    match = re.fullmatch(r"(\w+\[[^]]*\]) -> -?\d+(\.\d+)?", reply)
    if match is None:
        raise ValueError(f"no action in {reply!r}")
    return match[1]


@dataclass(frozen=True, slots=True)
class Model:
    """A model of a few habits; the same prompt always gets the same reply.

    Attributes:
        habit: "good" follows the last example; "chats first" answers of use only once it is told
            that there was no action; "elsewhere first" names an action of another page until it
            is told; "both first" does the one, then the other; "chats" and "elsewhere" never
            come to reason.
    """

    habit: str

    def complete(self, prompt: str) -> str:
        """The reply."""
        told_to_act, told_where = "no action in" in prompt, "is not on this page" in prompt
        chats = {
            "chats": True, "chats first": not told_to_act,
            "both first": not told_to_act and not told_where,
        }.get(self.habit, False)  # fmt: skip
        strays = {
            "elsewhere": True, "elsewhere first": not told_where, "both first": told_to_act,
        }.get(self.habit, False)  # fmt: skip
        if chats:
            return "Hm?"
        if strays:
            return "click[elsewhere] -> 1.0"
        advised = re.findall(r": do (.*), not", prompt)[-1:]
        page = re.findall(r"'([^']*)'", re.findall(r".*\]:$", prompt, re.MULTILINE)[-1])
        return f"{advised[0] if advised and advised[0] in page else page[0]} -> 0.9"


def _act(memory: Memory, state: Page, model: Model, m: int) -> Acted:
    ranked = sorted(memory, key=lambda known: -similar(known, state))[:m]
    examples = [(known, advise(memory[known])) for known in reversed(ranked)]
    complaint, prompts = "", []
    for _ in range(3):
        prompts.append(write(examples, state, complaint))
        try:
            action = parse(model.complete(prompts[-1]))
        except ValueError as error:
            complaint = str(error)
            continue
        if action in state[1]:
            return action, prompts
        complaint = f"{action} is not on this page"
    return None, prompts


def _act_but(
    rank: Callable[[Memory, Page], list[Page]] = lambda memory, state: sorted(
        memory, key=lambda known: -similar(known, state)
    ),
    turn: bool = True,
    limit: bool = True,
    tries: int = 3,
    on_page: Callable[[str, Page], bool] = lambda action, state: action in state[1],
    note: Callable[[str, str], str] = lambda old, new: new,
    strays: Callable[[str], str] = lambda action: f"{action} is not on this page",
    lost: Callable[[Page, str | None], str | None] = lambda state, last: None,
    sent: Callable[[list[str]], Any] = lambda prompts: prompts,
    catch: bool = True,
    again: bool = True,
) -> Callable[..., Any]:
    """The act step with one thing done otherwise."""

    def wrong(memory: Memory, state: Page, model: Model, m: int) -> Any:
        ranked = rank(memory, state)
        ranked = ranked[:m] if limit else ranked
        examples = [(known, advise(memory[known])) for known in ranked]
        if turn:
            examples.reverse()
        complaint, prompts, action = "", [], None
        for _ in range(tries):
            prompts.append(write(examples, state, complaint))
            try:
                action = parse(model.complete(prompts[-1]))
            except ValueError as error:
                if not catch:
                    raise
                complaint = note(complaint, str(error))
                continue
            if on_page(action, state):
                return action, sent(prompts)
            if not again:
                break
            complaint = note(complaint, strays(action))
        return lost(state, action), sent(prompts)

    return wrong


def _scenes(rng: random.Random) -> Iterator[Case]:
    shelf, item = ("click[tea]", "click[mug]"), ("click[buy]", "click[back]")
    tea, mug = {"click[tea]": 1.0, "click[mug]": 0.0}, {"click[tea]": 0.0, "click[mug]": 1.0}
    now = ("green tea", shelf)
    near, far, middle = ("black tea", shelf), ("red hat", item), ("blue mug", shelf)
    yield {near: tea}, now, Model("good"), 2
    yield {}, now, Model("good"), 2
    yield {near: tea, far: {"click[buy]": 1.0, "click[back]": 0.2}}, now, Model("good"), 2
    yield {far: {"click[buy]": 1.0}, middle: mug, near: tea}, now, Model("good"), 1
    yield {middle: mug, ("red hat", shelf): tea}, now, Model("good"), 1
    for habit in ("chats first", "elsewhere first", "both first", "chats", "elsewhere"):
        yield {near: mug}, now, Model(habit), 2
    habits = ["good", "good", "chats first", "elsewhere first", "both first", "chats", "elsewhere"]
    words = ["green", "black", "tea", "mug", "blue", "hat"]
    for size in range(80):
        memory = {}
        for _ in range(size // 12):
            page = rng.choice([shelf, item])
            task = " ".join(rng.sample(words, 2))
            memory[task, page] = {action: rng.choice([0.0, 0.5, 1.0]) for action in page}
        state = (" ".join(rng.sample(words, 2)), rng.choice([shelf, item]))
        yield memory, state, Model(rng.choice(habits)), rng.randint(1, 3)


# ---- 7.4


def _curve(
    played: Sequence[tuple[int, str, float]], goals: Sequence[str], epochs: int
) -> list[float]:
    shares = []
    for epoch in range(epochs):
        solved = 0
        for goal in goals:
            now = any(e == epoch and g == goal and r >= 1 for e, g, r in played)
            first = any(e == 0 and g == goal and r >= 1 for e, g, r in played)
            solved += now or first
        shares.append(solved / len(goals))
    return shares


def _curve_but(
    won: Callable[[float], float] = lambda reward: float(reward >= 1),
    carried: Callable[[int, int], bool] = lambda before, epoch: before == 0,
    parts: Callable[[Sequence[str], int, int], int] = lambda goals, played, first: len(goals),
    epochs_of: Callable[[Sequence[Any], int], int] = lambda played, epochs: epochs,
    divide: Callable[[float, int], float] = lambda a, b: a / b if b else 0.0,
) -> Callable[..., Any]:
    """The curve with one thing done otherwise."""

    def wrong(
        played: Sequence[tuple[int, str, float]], goals: Sequence[str], epochs: int
    ) -> list[float]:
        shares = []
        for epoch in range(epochs_of(played, epochs)):
            best: dict[str, float] = {}
            for e, goal, reward in played:
                if e == epoch or (carried(e, epoch) and won(reward) >= 1):
                    best[goal] = max(best.get(goal, 0.0), won(reward))
            now = sum(e == epoch for e, _, _ in played)
            first = sum(e == 0 for e, _, _ in played)
            shares.append(divide(sum(best.values()), parts(goals, now, first)))
        return shares

    return wrong


def _trainings(rng: random.Random) -> Iterator[Case]:
    yield [(0, "tea", 1.0)], ["tea"], 1
    yield [(0, "tea", 0.5)], ["tea"], 1
    yield [(0, "tea", 1.0)], ["tea"], 2
    yield [(0, "tea", 1.0), (0, "mug", 0.0), (1, "mug", 0.0)], ["tea", "mug"], 2
    yield [(0, "mug", 0.0), (1, "mug", 1.0), (2, "mug", 0.5)], ["mug"], 3
    yield [(0, "tea", 1.0)], ["tea", "mug"], 1
    yield [], ["tea"], 2
    for size in range(80):
        goals = [f"goal {i}" for i in range(size // 14 + 1)]
        epochs = rng.randint(1, 4)
        played: list[tuple[int, str, float]] = []
        for epoch in range(epochs):
            done = {g for e, g, r in played if e == 0 and r >= 1 and epoch > 0}
            for goal in goals:
                if goal not in done and rng.random() < 0.9:
                    played.append((epoch, goal, rng.choice([0.0, 0.5, 0.667, 1.0, 1.0])))
        yield played, goals, epochs


_ROOTS = "chapter 07, “One decision, to its roots”"
_ONE = "chapter 07, “The smallest worked example: one decision”"
EXERCISES = (
    Prediction(
        "7.1", "a value written by hand, after two visits", "chapter 07, “Records (02)”", _merged,
        {
            0.4: "That is the mean of the two returns. But the record was there before: the value "
            "written by hand counts as one visit.",
            0.8: "That is the last return alone. The step is 1/N, not 1, and N is 3 by then.",
            1.0: "That is the highest of the three. Q is a mean, and a failure lowers it.",
            0.65: "Half-way to each return: that is a step of 1/2 both times. The step is 1/N, "
            "first 1/2, then 1/3.",
            0.9: "You left out the episode that failed. A return of 0 is a return.",
            0.267: "You count three visits, but the first with 0. Its value is the one that was "
            "written by hand.",
        },
    ),
    Exercise(
        "7.2", "a value and its roots", _ROOTS, _trace, _lives,
        (
            Mistake("You count every visit, as the package does. Here only the first visit of each "
                    "episode counts.", _trace_but(visits=lambda found: found)),
            Mistake("You count the last visit of each episode. Here it is the first.",
                    _trace_but(visits=lambda found: found[-1:])),
            Mistake("γ is missing: the i-th reward from the visit on counts γ^i.",
                    _trace_but(worth=lambda rewards, t, gamma: sum(rewards[t:]))),
            Mistake("You add up the whole episode. What came before the action was not earned by "
                    "it.",
                    _trace_but(worth=lambda rewards, t, gamma: sum(
                        gamma**i * r for i, r in enumerate(rewards)))),
            Mistake("γ is counted from the beginning of the episode. It starts at the visit, with "
                    "γ⁰.",
                    _trace_but(worth=lambda rewards, t, gamma: sum(
                        gamma**i * r for i, r in enumerate(rewards) if i >= t))),
            Mistake("The reward of the step itself is missing: the return begins with it.",
                    _trace_but(worth=lambda rewards, t, gamma: sum(
                        gamma**i * r for i, r in enumerate(rewards[t + 1:])))),
            Mistake("The reward of the step itself is missing, and what follows is discounted from "
                    "γ¹ on. The return begins at the step, with γ⁰.",
                    _trace_but(worth=lambda rewards, t, gamma: sum(
                        gamma**(i + 1) * r for i, r in enumerate(rewards[t + 1:])))),
            Mistake("The first reward is discounted already. Powers begin with γ⁰.",
                    _trace_but(worth=lambda rewards, t, gamma: sum(
                        gamma**(i + 1) * r for i, r in enumerate(rewards[t:])))),
            Mistake("You take the reward of the step alone. The return holds all that follows.",
                    _trace_but(worth=lambda rewards, t, gamma: rewards[t])),
            Mistake("You take the last reward alone. The return holds all from the visit on.",
                    _trace_but(worth=lambda rewards, t, gamma: rewards[-1])),
            Mistake("You look at the action alone. The same action in another state is another "
                    "root.", _trace_but(fits=lambda s, a, state, action: a == action)),
            Mistake("You look at the state alone. What another action earned there is another "
                    "root.", _trace_but(fits=lambda s, a, state, action: s == state)),
            Mistake("Q is the mean of the returns, not their sum.", _trace_but(mean=sum)),
            Mistake("Q is the mean of the returns, not the highest of them.", _trace_but(mean=max)),
            Mistake("Q is the mean of the returns, not the last of them.",
                    _trace_but(mean=lambda totals: totals[-1])),
            Mistake("You divide by all episodes. Only those with a visit count.",
                    lambda episodes, state, action, gamma: (
                        sum(g for _, g in _trace(episodes, state, action, gamma)[1])
                        / max(len(episodes), 1), _trace(episodes, state, action, gamma)[1])),
            Mistake("Episodes are numbered from 0.", _trace_but(first=1)),
            Mistake("The roots hold the number of the episode beside the return.",
                    lambda episodes, state, action, gamma: (
                        (found := _trace(episodes, state, action, gamma))[0],
                        [total for _, total in found[1]])),
            Mistake("An action that was never taken has Q = 0.0 and no roots: the mean of nothing "
                    "has to be caught.",
                    where=lambda episodes, state, action, gamma: not _trace(
                        episodes, state, action, gamma)[1]),
        ),
    ),
    Exercise(
        "7.3", "the whole act step", _ONE, _act, _scenes,
        (
            Mistake("The right records, but the most similar one stands first. It comes last, next "
                    "to the state.", _act_but(turn=False)),
            Mistake("You recall the *least* similar records. Sorted by similarity, the most "
                    "similar are at the other end.",
                    _act_but(rank=lambda memory, state: sorted(
                        memory, key=lambda known: similar(known, state)), turn=False)),
            Mistake("You recall the least similar records, from the other end of the order.",
                    _act_but(rank=lambda memory, state: sorted(
                        memory, key=lambda known: similar(known, state)))),
            Mistake("You recall the first records of the memory, whatever they are like. Sort by "
                    "similarity.", _act_but(rank=lambda memory, state: list(memory))),
            Mistake("You recall the last records of the memory, whatever they are like. Sort by "
                    "similarity.", _act_but(rank=lambda memory, state: list(memory)[::-1])),
            Mistake("Of equally similar records the older one, earlier in the memory, is recalled "
                    "first.",
                    _act_but(rank=lambda memory, state: sorted(
                        memory, key=lambda known: similar(known, state))[::-1])),
            Mistake("All records stand in the prompt. Only the m most similar ones do.",
                    _act_but(limit=False)),
            Mistake("You ask only once. A failed reply is complained about, and the model is asked "
                    "again.", _act_but(tries=1)),
            Mistake("You ask at most twice, as the package does. Here it is three times.",
                    _act_but(tries=2)),
            Mistake("You ask a fourth time. Three prompts at most, the first one included.",
                    _act_but(tries=4)),
            Mistake("You accept an action that the page does not have. That is a failed reply too.",
                    _act_but(on_page=lambda action, state: True)),
            Mistake("The model is not told what was wrong. The complaint goes into the next "
                    "prompt.", _act_but(note=lambda old, new: "")),
            Mistake("The first complaint stays. Each prompt holds the complaint about the *last* "
                    "reply.", _act_but(note=lambda old, new: old or new)),
            Mistake("Old complaints are still in the prompt. Only the one about the last reply "
                    "stands there.",
                    _act_but(note=lambda old, new: f"{old}\n{new}" if old else new)),
            Mistake("An action of another page is not asked about again. It is a failed reply like "
                    "the other.", _act_but(again=False)),
            Mistake("An action of another page is asked about again, but without its own "
                    "complaint: “… is not on this page”.", _act_but(strays=lambda action: "")),
            Mistake("After an action of another page the complaint stays what it was. It needs one "
                    "of its own: “… is not on this page”.",
                    _act_but(strays=lambda action: "", note=lambda old, new: new or old)),
            Mistake("The complaint is the text of the error alone: `str(error)`, not its name and "
                    "brackets.",
                    _act_but(note=lambda old, new: (
                        f"ValueError({new!r})" if new.startswith("no") else new))),
            Mistake("After three failures you act all the same. A failed reply gives None, and "
                    "never a guess.", _act_but(lost=lambda state, last: last)),
            Mistake("After three failures you take an action of the page. A failed reply gives "
                    "None, and never a guess.", _act_but(lost=lambda state, last: state[1][0])),
            Mistake("You hand back only the last prompt. All that were sent belong into the list.",
                    _act_but(sent=lambda prompts: prompts[-1:])),
            Mistake("You hand back only the first prompt. All that were sent belong into the list.",
                    _act_but(sent=lambda prompts: prompts[:1])),
            Mistake("You hand back the prompt as a text. A list of all prompts is asked for.",
                    _act_but(sent=lambda prompts: prompts[-1])),
            Mistake("The prompts are missing: hand back the action and the list of them.",
                    lambda memory, state, model, m: _act(memory, state, model, m)[0]),
            Mistake("A reply without an action makes `parse` raise ValueError, and that ends your "
                    "function. Catch it; its text is the complaint.", _act_but(catch=False)),
            Mistake("With an empty memory the model is asked too, without examples.",
                    where=lambda memory, state, model, m: not memory),
        ),
    ),
    Exercise(
        "7.4", "a learning curve by epochs", "chapter 07, “Train”", _curve, _trainings,
        (
            Mistake("You divide by what was played in the epoch. Solved goals are not played "
                    "again, so the easy ones are missing there, and the curve falls while the "
                    "agent learns.",
                    _curve_but(carried=lambda before, epoch: False,
                               parts=lambda goals, now, first: now)),
            Mistake("A goal that was solved in the first epoch is not played again. It still "
                    "counts as solved later on.",
                    _curve_but(carried=lambda before, epoch: False)),
            Mistake("You count goals solved in the first epoch, and divide by what was played "
                    "later. Both have to be about all goals.",
                    _curve_but(parts=lambda goals, now, first: now)),
            Mistake("You divide by the goals of the first epoch. One that was never played is a "
                    "goal too, and is not solved.",
                    _curve_but(parts=lambda goals, now, first: first)),
            Mistake("You carry a success on from every earlier epoch. Only goals of the first "
                    "epoch are left out of play; the others can be lost again.",
                    _curve_but(carried=lambda before, epoch: before < epoch)),
            Mistake("You carry a success on from the epoch before. Only goals of the first epoch "
                    "are left out of play.",
                    _curve_but(carried=lambda before, epoch: before == epoch - 1)),
            Mistake("You count any reward above 0 as solved. Solved means the whole reward, 1.",
                    _curve_but(won=lambda reward: float(reward > 0))),
            Mistake("You average the rewards. The curve shows the share of solved goals.",
                    _curve_but(won=lambda reward: reward)),
            Mistake("Solved means a reward of 1, and you ask for more than that.",
                    _curve_but(won=lambda reward: float(reward > 1))),
            Mistake("These are counts. Divide by the number of goals.",
                    _curve_but(divide=lambda a, b: a)),
            Mistake("These are percents. A share lies between 0 and 1.",
                    _curve_but(divide=lambda a, b: 100 * a / b)),
            Mistake("`//` drops the fraction: a share needs `/`.",
                    _curve_but(divide=lambda a, b: float(a // b))),
            Mistake("The curve is too short: an epoch in which nothing was played is a point too.",
                    _curve_but(epochs_of=lambda played, epochs: max(
                        (e for e, _, _ in played), default=-1) + 1)),
            Mistake("The last epoch is missing: there are `epochs` points.",
                    _curve_but(epochs_of=lambda played, epochs: epochs - 1)),
            Mistake("An epoch in which nothing was played makes you divide by 0. Divide by the "
                    "number of goals.",
                    where=lambda played, goals, epochs: any(
                        all(e != epoch for e, _, _ in played) for epoch in range(epochs))),
        ),
    ),
)  # fmt: skip
