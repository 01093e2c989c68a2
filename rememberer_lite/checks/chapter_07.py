"""Exercises of chapter 07: a Q by hand, an episode, its roots, the act step, a curve, a teacher."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rememberer_lite.checks.exercise import Case, Exercise, Invariant, Mistake, Prediction, mistakes

__all__ = ["EXERCISES", "Corridor", "Model", "Walker", "advise", "parse", "similar", "write"]

Page = tuple[str, tuple[str, ...]]  # a state: the task, and the actions of the page
Memory = Mapping[Page, Mapping[str, float]]  # state → action → Q
Example = tuple[Page, tuple[str, str]]
Episode = Sequence[tuple[str, str, float]]  # state, action, reward
Acted = tuple[str | None, list[str]]

_ROOTS = "chapter 07, “One decision, to its roots”"
_ONE = "chapter 07, “The smallest worked example: one decision”"


# ---- 7.1


def _merged() -> float:
    q, visits = 1.0, 1  # as written by hand
    for target in (0.0, 0.8):
        visits += 1
        q += (target - q) / visits
    return round(q, 9)


FIRST = Prediction(
    "7.1", "a value written by hand, after two visits", "chapter 07, “Records (02)”", _merged, {
    0.4: "That is the mean of the two returns. But the record was there before: the value written "
        "by hand counts as one visit.",
    0.8: "That is the last return alone. The step is 1/N, not 1, and N is 3 by then.",
    1.0: "That is the highest of the three. Q is a mean, and a failure lowers it.",
    0.3: "You divide by the rewards. A value is the mean of returns: one for each visit.",
    0.65: "Half-way to each return: that is a step of 1/2 both times. The step is 1/N, first 1/2, "
        "then 1/3.",
    0.9: "You left out the episode that failed. A return of 0 is a return.",
    0.267: "You count three visits, but the first with 0. Its value is the one that was written "
        "by hand.",
})  # fmt: skip


# ---- 7.2


@dataclass(slots=True)
class Corridor:
    """A world of rooms in a row: `go` leads to the next, anything else stays in the room.

    Attributes:
        rewards: what leaving each room earns.
        room: the room that the agent is in; -1 before the first `reset`.
    """

    rewards: tuple[float, ...]
    room: int = field(default=-1, compare=False, repr=False)

    def reset(self) -> str:
        """Begin an episode; returns the first state."""
        self.room = 0
        return "room 0"

    def step(self, action: str) -> tuple[str, float, bool]:
        """Act; returns the next state, the reward, and whether the episode is over."""
        if not 0 <= self.room < len(self.rewards):
            raise RuntimeError("no episode is running: reset begins one, and its end ends it")
        went = action == "go"
        reward = self.rewards[self.room] if went else 0.0
        self.room += went
        return f"room {self.room}", reward, self.room == len(self.rewards)


@dataclass(frozen=True, slots=True)
class Walker:
    """An agent that goes on, except in some rooms, where it waits for ever."""

    waits: tuple[str, ...] = ()

    def __call__(self, state: str) -> str:
        """The action in a state."""
        return "wait" if state in self.waits else "go"


Played = tuple[list[tuple[str, str, float]], bool]


def _play(env: Corridor, agent: Walker, limit: int) -> Played:
    steps: list[tuple[str, str, float]] = []
    state, over = env.reset(), False
    while not over and len(steps) < limit:
        action = agent(state)
        after, reward, over = env.step(action)
        steps.append((state, action, reward))
        state = after
    return steps, over


def _walks(rng: random.Random) -> Iterator[Case]:
    yield Corridor((1.0,)), Walker(), 5
    yield Corridor((0.0, 1.0)), Walker(), 5
    yield Corridor((0.0, 1.0)), Walker(), 2
    yield Corridor((0.0, 1.0)), Walker(), 1
    yield Corridor((0.0, 1.0)), Walker(("room 1",)), 4
    yield Corridor((0.5, 0.5)), Walker(), 0
    for size in range(50):
        rewards = tuple(rng.choice([0.0, 0.0, 0.5, 1.0]) for _ in range(size // 10 + 1))
        waits = tuple(f"room {i}" for i in range(len(rewards)) if rng.random() < 0.15)
        yield Corridor(rewards), Walker(waits), rng.randint(1, len(rewards) + 2)


SECOND = Exercise("7.2", "play one episode", "chapter 07, “Train”", _play, _walks, mistakes({
    "append((state, action >> append((after, action": "You write the state *after* the action "
        "beside it. What is learnt belongs to the state in which the action was chosen.",
    "state = after >>":
        "Your agent always sees the first state. After each step the next one is the state.",
    "len(steps) < limit >> len(steps) <= limit":
        "One step more than the limit: `limit` steps at most, and 0 of them if it is 0.",
    "len(steps) < limit >> len(steps) < limit - 1": "You stop one step before the limit.",
    "len(steps) < limit >> len(steps) < max(limit, 1)":
        "You act before you look at the limit: with a limit of 0 nothing is played.",
    "steps.append((state, action, reward)) >> steps += [(state, action, reward)] * (not over)":
        "The last step is missing: the step that ends the episode is one of its steps, and holds "
        "its reward.",
    "return steps, over >> return steps, True":
        "An episode that ran into the limit did not end: the second value is False there.",
    "return steps, over >> return steps, not over":
        "The second value says whether the *world* ended the episode. You turn it round.",
    "append((state, action, reward)) >> append((state, action, reward + sum(r for _, _, r in "
    "steps)))": "The whole return stands beside the steps. Each has its own reward.",
    "return steps, over >> return steps":
        "Only the steps came back. Whether the episode ended is asked for too.",
    "not over and >>":
        "You go on after the end. When the world says that the episode is over, stop.",
    'env.reset(), False >> "room 0", False':
        "The episode was never begun: `reset` begins it, and gives the first state.",
}))  # fmt: skip


# ---- 7.3


def _trace(
    episodes: Sequence[Episode], state: str, action: str, gamma: float
) -> tuple[float, list[tuple[int, float]]]:
    roots = []
    for number, steps in enumerate(episodes):
        visits = [t for t, step in enumerate(steps) if step[:2] == (state, action)]
        for t in visits[:1]:
            total = sum(gamma**i * reward for i, (_, _, reward) in enumerate(steps[t:]))
            roots.append((number, total))
    returns = [total for _, total in roots]
    return sum(returns) / len(returns) if returns else 0.0, roots


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


THIRD = Exercise("7.3", "a value and its roots", _ROOTS, _trace, _lives, mistakes({
    "roots.append((number, total)) >> roots += [(number, total)] * (total != 0)":
        "An episode whose return is 0 is missing. It failed, and that is experience too.",
    "visits[:1] >> visits": "You count every visit, as the package does. Here only the first "
        "visit of each episode counts.",
    "visits[:1] >> visits[-1:]": "You count the last visit of each episode. Here it is the first.",
    "gamma**i * reward >> reward": "γ is missing: the i-th reward from the visit on counts γ^i.",
    "steps[t:] >> steps":
        "You add up the whole episode. What came before the action was not earned by it.",
    "enumerate(steps[t:]) >> enumerate(steps) if i >= t":
        "γ is counted from the beginning of the episode. It starts at the visit, with γ⁰.",
    "steps[t:] >> steps[t + 1 :]":
        "The reward of the step itself is missing: the return begins with it.",
    ("gamma**i >> gamma ** (i + 1)", "steps[t:] >> steps[t + 1 :]"):
        "The reward of the step itself is missing, and what follows is discounted from γ¹ on. The "
        "return begins at the step, with γ⁰.",
    "gamma**i >> gamma ** (i + 1)": "The first reward is discounted already. Powers begin with γ⁰.",
    "steps[t:] >> steps[t : t + 1]":
        "You take the reward of the step alone. The return holds all that follows.",
    "sum(gamma**i * reward for i, (_, _, reward) in enumerate(steps[t:])) >> steps[-1][2]":
        "You take the last reward alone. The return holds all from the visit on.",
    "step[:2] == (state, action) >> step[1] == action":
        "You look at the action alone. The same action in another state is another root.",
    "step[:2] == (state, action) >> step[0] == state":
        "You look at the state alone. What another action earned there is another root.",
    "/ len(returns) >>": "Q is the mean of the returns, not their sum.",
    "sum(returns) / len(returns) >> max(returns)":
        "Q is the mean of the returns, not the highest of them.",
    "sum(returns) / len(returns) >> returns[-1]":
        "Q is the mean of the returns, not the last of them.",
    "/ len(returns) >> / len(episodes)":
        "You divide by all episodes. Only those with a visit count.",
    "enumerate(episodes) >> enumerate(episodes, 1)": "Episodes are numbered from 0.",
    "else 0.0, roots >> else 0.0, returns":
        "The roots hold the number of the episode beside the return.",
    Mistake(where=lambda episodes, state, action, gamma: not _trace(
                episodes, state, action, gamma)[1]): "An action that was never taken has Q = 0.0 "
        "and no roots: the mean of nothing has to be caught.",
}), cuts=("episodes",))  # fmt: skip


# ---- 7.4


def _curve(
    played: Sequence[tuple[int, str, float]], goals: Sequence[str], epochs: int
) -> list[float]:
    won = {(epoch, goal) for epoch, goal, reward in played if reward >= 1}
    shares = []
    for epoch in range(epochs):
        solved = sum((epoch, goal) in won or (0, goal) in won for goal in goals)
        shares.append(solved / len(goals))
    return shares


def _mean_reward(
    played: Sequence[tuple[int, str, float]], goals: Sequence[str], epochs: int
) -> list[float]:
    shares = []
    for epoch in range(epochs):
        best = dict.fromkeys(goals, 0.0)
        for e, goal, reward in played:
            if e == epoch or (e == 0 and reward >= 1):
                best[goal] = max(best[goal], reward)
        shares.append(sum(best.values()) / len(goals))
    return shares


def _trainings(rng: random.Random) -> Iterator[Case]:
    yield [(0, "tea", 1.0)], ["tea"], 1
    yield [(0, "tea", 0.5)], ["tea"], 1
    yield [(0, "tea", 1.0)], ["tea"], 2
    yield [(0, "tea", 1.0), (0, "mug", 0.0), (1, "mug", 0.0)], ["tea", "mug"], 2
    yield [(0, "mug", 0.0), (1, "mug", 1.0), (2, "mug", 0.5)], ["mug"], 3
    yield [(0, "tea", 1.0)], ["tea", "mug"], 1
    yield [(0, "tea", 0.0), (1, "tea", 1.0), (1, "tea", 1.0)], ["tea", "mug"], 2
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


FOURTH = Exercise(
    "7.4", "a learning curve by epochs", "chapter 07, “Train”", _curve, _trainings, mistakes({
    "solved / len(goals) >> solved / max(1, len({g for e, g, _ in played if e == epoch or (0, g) "
    "in won}))":
        "You divide by the goals that were played or had been solved. One that was not played is "
        "a goal too.",
    "sum((epoch, goal) in won or (0, goal) in won for goal in goals) >> sum(r >= 1 and e in {0, "
    "epoch} for e, _, r in played)":
        "You count entries. A goal that was played twice in an epoch is still one goal.",
    ("or (0, goal) in won >>",
     "solved / len(goals) >> solved / n if (n := sum(e == epoch for e, _, _ in played)) else 0.0"):
        "You divide by what was played in the epoch. Solved goals are not played again, so the "
        "easy ones are missing there, and the curve falls while the agent learns.",
    "or (0, goal) in won >>": "A goal that was solved in the first epoch is not played again. It "
        "still counts as solved later on.",
    "solved / len(goals) >> solved / n if (n := sum(e == epoch for e, _, _ in played)) else 0.0":
        "You count goals solved in the first epoch, and divide by what was played later. Both "
        "have to be about all goals.",
    "solved / len(goals) >> solved / n if (n := sum(e == 0 for e, _, _ in played)) else 0.0":
        "You divide by the goals of the first epoch. One that was never played is a goal too, and "
        "is not solved.",
    "(0, goal) in won >> any((e, goal) in won for e in range(epoch))":
        "You carry a success on from every earlier epoch. Only goals of the first epoch are left "
        "out of play; the others can be lost again.",
    "(0, goal) >> (epoch - 1, goal)": "You carry a success on from the epoch before. Only goals "
        "of the first epoch are left out of play.",
    ">= 1 >> > 0": "You count any reward above 0 as solved. Solved means the whole reward, 1.",
    Mistake(wrong=_mean_reward):
        "You average the rewards. The curve shows the share of solved goals.",
    ">= 1 >> > 1": "Solved means a reward of 1, and you ask for more than that.",
    "/ len(goals) >>": "These are counts. Divide by the number of goals.",
    "solved / >> 100 * solved /": "These are percents. A share lies between 0 and 1.",
    "/ len(goals) >> // len(goals)": "`//` drops the fraction: a share needs `/`.",
    "range(epochs) >> range(max((e for e, _, _ in played), default=-1) + 1)":
        "The curve is too short: an epoch in which nothing was played is a point too.",
    "range(epochs) >> range(epochs - 1)": "The last epoch is missing: there are `epochs` points.",
    Mistake(where=lambda played, goals, epochs: any(
                all(e != epoch for e, _, _ in played) for epoch in range(epochs))):
        "An epoch in which nothing was played is a point of the curve too: it must neither be lost "
        "nor make you divide by 0.",
}), cuts=("played",))  # fmt: skip


# ---- 7.5: the parts


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
    yield {("green tea", item): {"click[buy]": 1.0}, ("red hat", shelf): mug}, now, Model("good"), 1
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


FIFTH = Exercise("7.5", "the whole act step", _ONE, _act, _scenes, mistakes({
    "reversed(ranked) >> ranked": "The right records, but the most similar one stands first. It "
        "comes last, next to the state.",
    ("-similar >> similar", "reversed(ranked) >> ranked"): "You recall the *least* similar "
        "records. Sorted by similarity, the most similar are at the other end.",
    "-similar >> similar": "You recall the least similar records, from the other end of the order.",
    "sorted(memory, key=lambda known: -similar(known, state)) >> list(memory)":
        "You recall the first records of the memory, whatever they are like. Sort by similarity.",
    "sorted(memory, key=lambda known: -similar(known, state)) >> list(memory)[::-1]":
        "You recall the last records of the memory, whatever they are like. Sort by similarity.",
    "-similar(known, state)) >> similar(known, state))[::-1]":
        "Of equally similar records the older one, earlier in the memory, is recalled first.",
    "[:m] >>": "All records stand in the prompt. Only the m most similar ones do.",
    "range(3) >> range(1)":
        "You ask only once. A failed reply is complained about, and the model is asked again.",
    "range(3) >> range(2)": "You ask at most twice, as the package does. Here it is three times.",
    "range(3) >> range(4)": "You ask a fourth time. Three prompts at most, the first one included.",
    "action in state[1] >> True":
        "You accept an action that the page does not have. That is a failed reply too.",
    "state, complaint)) >> state))":
        "The model is not told what was wrong. The complaint goes into the next prompt.",
    ("complaint = str >> complaint = complaint or str",
     "complaint = f >> complaint = complaint or f"):
        "The first complaint stays. Each prompt holds the complaint about the *last* reply.",
    ('complaint = str(error) >> complaint = f"{complaint}\\n{error}".strip()',
     'complaint = f"{action} is not on this page" >> complaint = f"{complaint}\\n{action} is not '
     'on this page".strip()'):
        "Old complaints are still in the prompt. Only the one about the last reply stands there.",
    'complaint = f"{action} is not on this page" >> break':
        "An action of another page is not asked about again. It is a failed reply like the other.",
    'complaint = f"{action} is not on this page" >> complaint = ""':
        "An action of another page is asked about again, but without its own complaint: “… is not "
        "on this page”.",
    'complaint = f"{action} is not on this page" >> pass': "After an action of another page the "
        "complaint stays what it was. It needs one of its own: “… is not on this page”.",
    "str(error) >> repr(error)":
        "The complaint is the text of the error alone: `str(error)`, not its name and brackets.",
    ('complaint, prompts = "", [] >> complaint, prompts, action = "", [], None',
     "return None >> return action"):
        "After three failures you act all the same. A failed reply gives None, and never a guess.",
    "return None >> return state[1][0]": "After three failures you take an action of the page. A "
        "failed reply gives None, and never a guess.",
    ("return action, prompts >> return action, prompts[-1:]",
     "return None, prompts >> return None, prompts[-1:]"):
        "You hand back only the last prompt. All that were sent belong into the list.",
    ("return action, prompts >> return action, prompts[:1]",
     "return None, prompts >> return None, prompts[:1]"):
        "You hand back only the first prompt. All that were sent belong into the list.",
    ("return action, prompts >> return action, prompts[-1]",
     "return None, prompts >> return None, prompts[-1]"):
        "You hand back the prompt as a text. A list of all prompts is asked for.",
    ("return action, prompts >> return action", "return None, prompts >> return None"):
        "The prompts are missing: hand back the action and the list of them.",
    "except ValueError >> except ZeroDivisionError": "A reply without an action makes `parse` "
        "raise ValueError, and that ends your function. Catch it; its text is the complaint.",
    Mistake(where=lambda memory, state, model, m: not memory):
        "With an empty memory the model is asked too, without examples.",
}), cuts=("memory",))  # fmt: skip


# ---- 7.6

World = Mapping[str, Mapping[str, tuple[str, float]]]  # page → action → next page, reward
Records = Mapping[str, Mapping[str, float]]


def _arrives(records: Records, world: World, start: str, limit: int) -> bool:
    """Whether the agent that follows these records earns the reward of 1 in time."""
    page = start
    for _ in range(limit):
        told = records.get(page, {})
        best = max(told, key=lambda action: told[action], default=None)
        choices = world[page]
        if best is None or told[best] <= 0:
            best = next(iter(choices), None)
        if best is None:
            return False
        page, reward = choices[best]
        if reward == 1:
            return True
    return False


def _fewer(records: Records) -> Iterator[Records]:
    for gone in records:
        yield {page: told for page, told in records.items() if page != gone}


def _teach(world: World, start: str, limit: int) -> Records:
    paths: list[tuple[str, Records]] = [(start, {})]
    for page, told in paths:
        if _arrives(told, world, start, limit):
            break
        paths += [
            (following, {**told, page: {action: 1.0}})
            for action, (following, _) in world[page].items()
            if page not in told
        ]
    while shorter := next((r for r in _fewer(told) if _arrives(r, world, start, limit)), None):
        told = shorter
    return {} if _arrives({}, world, start, limit) else told


def _worlds(rng: random.Random) -> Iterator[Case]:
    yield {"a": {"wait": ("a", 0.0), "go": ("b", 1.0)}, "b": {}}, "a", 3
    yield {"a": {"go": ("b", 1.0), "wait": ("a", 0.0)}, "b": {}}, "a", 3
    shop = {
        "search": {"look around": ("search", 0.0), "search": ("results", 0.0)},
        "results": {"mug": ("mug", 0.0), "tea": ("tea", 0.0), "back": ("search", 0.0)},
        "mug": {"buy": ("end", 0.3), "back": ("results", 0.0)},
        "tea": {"buy": ("end", 0.6), "green": ("green", 0.0), "back": ("results", 0.0)},
        "green": {"buy": ("end", 1.0), "back": ("results", 0.0)},
        "end": {},
    }
    yield shop, "search", 6
    yield shop, "search", 4
    for size in range(40):
        pages = ["search", *"abcdef"[: 2 + size // 10]]
        world: dict[str, dict[str, tuple[str, float]]] = {
            page: {f"click {n}": (rng.choice(pages), 0.0) for n in range(1, 4)} for page in pages
        }
        world[pages[-1]]["buy"] = ("end", 1.0)
        limit = len(pages) + rng.randint(0, 2)
        if _arrives(
            _teach({**world, "end": {}}, "search", limit), {**world, "end": {}}, "search", limit
        ):
            yield {**world, "end": {}}, "search", limit


SIXTH = Exercise(
    "7.6", "the fewest words of a teacher (open)", "chapter 07, “Records (02)”", _teach, _worlds,
    invariants=(
        Invariant("Return records: a dict, page → action → Q, of pages of this world and of "
                  "actions that these pages have. No record is empty.",
                  lambda records, world, start, limit: (
                      isinstance(records, dict) and all(
                          told and all(a in world[page] and q == float(q) for a, q in told.items())
                          for page, told in records.items()))),
        Invariant("With your records the agent does not earn the reward of 1 within the limit. "
                  "Follow it page by page: where does it take another action than you meant?",
                  lambda records, world, start, limit: _arrives(records, world, start, limit)),
        Invariant("It arrives, but you tell it more than it has to know: without one of your "
                  "records it arrives too.",
                  lambda records, world, start, limit: not any(
                      _arrives(fewer, world, start, limit) for fewer in _fewer(records))),
    ),
)  # fmt: skip


EXERCISES = (FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH)
