"""Exercises of chapter 12: a memory that forgets the best, two detectors, a ledger to mend."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, Mistake, Prediction

Actions = Mapping[str, tuple[float, float]]  # action → Q, mean immediate reward
Records = Sequence[Mapping[str, float]]  # action → Q

# ---- 12.1


def _still_encouraged() -> str:
    values: dict[str, tuple[float, float]] = {}
    visits = (("click[red]", 0.0, 1.0), ("click[< prev]", 0.0, 0.2), ("click[buy now]", 0.4, 0.4))
    for action, reward, target in visits:
        values[action] = (target, reward)
        if len(values) > 2:
            del values[min(values, key=lambda name: values[name][1])]
    return max(values, key=lambda name: values[name][0])


# ---- 12.2


def _wrongly_gone(before: Actions, after: Actions) -> list[str]:
    found = []
    for action, (q, _) in before.items():
        if action not in after and any(q > kept for kept, _ in after.values()):
            found.append(action)
    return sorted(found, key=lambda action: -before[action][0])  # stable: equals keep their order


def _gone_but(
    part: int = 0,
    limit: Callable[[list[float]], float] = min,
    beats: Callable[[float, float], bool] = lambda q, least: q > least,
    gone: Callable[[str, Actions], bool] = lambda action, after: action not in after,
    order: Callable[[list[str], Actions], Any] = lambda found, before: sorted(
        found, key=lambda action: -before[action][0]
    ),
) -> Callable[[Actions, Actions], Any]:
    """The detector with one thing done otherwise."""

    def wrong(before: Actions, after: Actions) -> Any:
        kept = [value[part] for value in after.values()]
        found = [
            action
            for action, value in before.items()
            if kept and gone(action, after) and beats(value[part], limit(kept))
        ]
        return order(found, before)

    return wrong


def _prunings(rng: random.Random) -> Iterator[Case]:
    yield {"buy": (0.5, 0.5)}, {"buy": (0.5, 0.5)}
    yield {"red": (1.0, 0.0), "buy": (0.4, 0.4)}, {"buy": (0.4, 0.4)}
    yield {"red": (0.4, 0.0), "buy": (0.4, 0.4)}, {"buy": (0.4, 0.4)}
    yield {"red": (0.2, 0.9), "buy": (0.4, 0.4)}, {"buy": (0.4, 0.4)}
    yield {"red": (1.0, 0.0)}, {}
    three = {"red": (0.5, 0.0), "prev": (0.2, 0.0), "buy": (0.9, 0.9)}
    yield three, {"prev": (0.2, 0.0), "buy": (0.9, 0.9)}
    yield {"a": (0.5, 0.1), "b": (0.5, 0.0), "c": (0.1, 0.2)}, {"c": (0.1, 0.2)}
    for size in range(90):
        names = rng.sample("abcdefghi", size // 15 + 3)
        before = {
            name: (rng.choice([-0.5, 0.0, 0.3, 0.5, 0.5, 1.0]), rng.choice([0.0, 0.0, 0.4, 1.0]))
            for name in names
        }
        kept = rng.sample(names, rng.randint(0 if size % 10 == 0 else 1, len(names)))
        yield before, {name: value for name, value in before.items() if name in kept}


# ---- 12.3

Replies = Sequence[str | None]
Ledger = dict[str, tuple[float, float, int]]


def _ledger(replies: Replies, rewards: Sequence[float], gamma: float) -> Ledger:
    seen: dict[str, list[tuple[float, float]]] = {}
    for t, reply in enumerate(replies):
        if reply is None:
            continue
        action = reply[: reply.index("]") + 1].strip().lower()
        back = sum(gamma**i * reward for i, reward in enumerate(rewards[t:]))
        seen.setdefault(action, []).append((rewards[t], back))
    return {
        action: (sum(r for r, _ in pairs) / len(pairs), sum(g for _, g in pairs) / len(pairs),
                 len(pairs))
        for action, pairs in seen.items()
    }  # fmt: skip


def _ledger_but(
    key: Callable[[str], str] = lambda reply: reply.split("]")[0].strip().lower() + "]",
    at_once: Callable[[Sequence[float], int], float] = lambda rewards, t: rewards[t],
    ahead: Callable[[Sequence[float], int], Sequence[float]] = lambda rewards, t: rewards[t:],
    discount: Callable[[float, int], float] = lambda gamma, i: gamma**i,
    mean: Callable[[list[float]], float] = lambda values: sum(values) / len(values),
    failed: str = "skipped",
    times: Callable[[int], int] = lambda n: n,
    swapped: bool = False,
) -> Callable[[Replies, Sequence[float], float], Ledger]:
    """The ledger with one thing done otherwise."""

    def wrong(replies: Replies, rewards: Sequence[float], gamma: float) -> Ledger:
        if failed == "cut":
            kept = [pair for pair in zip(replies, rewards, strict=True) if pair[0] is not None]
            replies, rewards = [r for r, _ in kept], [r for _, r in kept]
        seen: dict[str, list[tuple[float, float]]] = {}
        action = ""
        for t, reply in enumerate(replies):
            if reply is None and (failed != "repeats" or not action):
                if failed == "noted":
                    seen.setdefault("none", []).append((0.0, 0.0))
                continue
            action = key(reply) if reply is not None else action
            back = sum(discount(gamma, i) * r for i, r in enumerate(ahead(rewards, t)))
            seen.setdefault(action, []).append((at_once(rewards, t), back))
        made = {}
        for name, pairs in seen.items():
            first, second = mean([r for r, _ in pairs]), mean([g for _, g in pairs])
            made[name] = (second, first) if swapped else (first, second)
        return {name: (*made[name], times(len(pairs))) for name, pairs in seen.items()}

    return wrong


def _episodes(rng: random.Random) -> Iterator[Case]:
    yield [], [], 0.5
    yield ["click[buy now]"], [1.0], 0.5
    yield ["click[red]", "click[buy now]"], [0.0, 1.0], 0.5
    yield ["click[red] it fits", "click[buy now] cheap"], [0.25, 1.0], 0.5
    yield ["click[red] it fits", "click[red] it is red"], [0.0, 1.0], 0.5
    yield ["Click[Red] yes", " click[red]"], [0.5, 0.0], 1.0
    yield ["click[red]", None, "click[buy now]"], [0.0, 0.0, 1.0], 0.5
    yield [None], [0.0], 0.5
    names = ("click[red]", "click[buy now]", "Click[Buy Now]", "search[usb c: 2 m]", " click[red]")
    words = ("", " it fits", " I take it: cheap", " the box [2 m] was named", " IT IS RED")
    for size in range(90):
        replies: list[str | None] = [
            None if rng.random() < 0.15 else rng.choice(names) + rng.choice(words)
            for _ in range(size // 12 + 2)
        ]
        rewards = [0.0 if reply is None else rng.choice([0.0, 0.25, 1.0]) for reply in replies]
        yield replies, rewards, rng.choice([1.0, 0.9, 0.5])


# ---- 12.4


def _largest(reward: float, gamma: float, most: int, pick: Callable[[list[float]], float]) -> float:
    """The largest (or smallest) return of an episode of 1 to `most` steps."""
    return pick([sum(gamma**i * reward for i in range(steps)) for steps in range(1, most + 1)])


def _impossible(
    records: Records, low: float, high: float, gamma: float, most: int
) -> list[tuple[int, str]]:
    bottom, top = _largest(low, gamma, most, min), _largest(high, gamma, most, max)
    found = []
    for number, actions in enumerate(records):
        for action, q in actions.items():
            if not (bottom - 1e-9 <= q <= top + 1e-9):  # nan is in no range
                found.append((number, action))
    return found


def _impossible_but(
    bound: Callable[[float, float, int, Callable[[list[float]], float]], float] = _largest,
    outside: Callable[[float, float, float], bool] = lambda q, bottom, top: (
        not (bottom - 1e-9 <= q <= top + 1e-9)
    ),
    start: int = 0,
    report: Callable[[list[tuple[int, str]]], Any] = lambda found: found,
) -> Callable[..., Any]:
    """The detector with one thing done otherwise."""

    def wrong(records: Records, low: float, high: float, gamma: float, most: int) -> Any:
        bottom, top = bound(low, gamma, most, min), bound(high, gamma, most, max)
        return report([
            (number, action)
            for number, actions in enumerate(records, start)
            for action, q in actions.items()
            if outside(q, bottom, top)
        ])  # fmt: skip

    return wrong


def _steps(first: int, last: int, power: int = 0) -> Callable[..., float]:
    def bound(reward: float, gamma: float, most: int, pick: object) -> float:
        return sum(gamma ** (i + power) * reward for i in range(first, most + last))

    return bound


def _endless(reward: float, gamma: float, most: int, pick: object) -> float:
    if gamma == 1:
        return reward * most
    return reward / (1 - gamma)


def _memories(rng: random.Random) -> Iterator[Case]:
    nan = float("nan")
    yield [], 0.0, 1.0, 1.0, 1
    yield [{"buy": 1.0}], 0.0, 1.0, 1.0, 1
    yield [{"buy": 1.5}], 0.0, 1.0, 0.5, 1
    yield [{"buy": 1.5}], 0.0, 1.0, 0.5, 2
    yield [{"buy": 2.0, "back": 2.5}], 0.0, 1.0, 1.0, 2
    yield [{"buy": -0.25}, {"back": 0.0}], 0.0, 1.0, 1.0, 2
    yield [{"buy": nan}], 0.0, 1.0, 1.0, 2
    yield [{"buy": 0.1 + 0.1 + 0.1}], 0.0, 0.3, 1.0, 1
    yield [{"wait": -0.1, "buy": -0.05}], -0.1, -0.1, 0.5, 3
    yield [{"buy": 0.0, "back": 0.1}], 0.1, 1.0, 1.0, 2
    for size in range(90):
        low, high = rng.choice([(0.0, 1.0), (-1.0, 1.0), (-0.1, 0.3), (-1.0, -0.1), (0.1, 1.0)])
        gamma, most = rng.choice([1.0, 0.9, 0.5]), rng.randint(1, 5)
        ends = []
        for reward, pick in ((low, min), (high, max)):
            end, out = _largest(reward, gamma, most, pick), 0.05 if pick is max else -0.05
            ends += [end, end + out, end - out, reward, reward * most, end + out * 4]
            ends += [_steps(0, 1)(reward, gamma, most, pick), _endless(reward, gamma, most, pick)]
        yield (
            [
                {
                    name: rng.choice([*ends, nan] if rng.random() < 0.3 else ends)
                    for name in rng.sample(["buy", "back", "red", "next"], rng.randint(0, 4))
                }
                for _ in range(size // 20 + 1)
            ],
            low, high, gamma, most,
        )  # fmt: skip


_HALF, _C = "chapter 12, “Halve the agent: reading or writing?”", "chapter 12, “Agent C”"
EXERCISES = (
    Prediction(
        "12.1", "what patient E still knows", "chapter 02, “Too many actions”", _still_encouraged,
        {
            "click[red]": "This is what a healthy memory would keep: it has the highest Q. Look at "
            "which of the numbers decides in E: what was earned *at once*, and choosing an option "
            "earns nothing at once.",
            "click[< prev]": "It is still there, but its Q is 0.2. Of the two that are left the "
            "other one is worth more.",
        },
    ),
    Exercise(
        "12.2", "an inspector of what was deleted", "chapter 12, “Agent D”",
        _wrongly_gone, _prunings,
        (
            Mistake("You compare immediate rewards. That is the very fault of patient E: what an "
                    "action is worth is its Q, the first of the two numbers.", _gone_but(part=1)),
            Mistake("An action that is worth just as much as the worst one kept may go: nothing "
                    "was lost. Report only those that were worth more.",
                    _gone_but(beats=lambda q, least: q >= least)),
            Mistake("You report all that went. Whatever is worth no more than each action that "
                    "stayed was rightly deleted.",
                    lambda before, after: sorted(
                        (a for a in before if a not in after and after),
                        key=lambda a: -before[a][0])),
            Mistake("You compare with the best action that stayed. It is wrong already where a "
                    "*worse* one was kept instead: compare with the worst of them.",
                    _gone_but(limit=max)),
            Mistake("You compare with the mean of what stayed. Compare with the worst of what "
                    "stayed.", _gone_but(limit=lambda kept: sum(kept) / len(kept))),
            Mistake("The right actions, in the order of the record. The greatest loss comes first.",
                    _gone_but(order=lambda found, before: found)),
            Mistake("The right actions, the smallest loss first. The greatest comes first.",
                    _gone_but(order=lambda f, b: sorted(f, key=lambda a: b[a][0]))),
            Mistake("Actions of equal Q stand the wrong way round: they keep the order that they "
                    "have in `before`.",
                    _gone_but(order=lambda f, b: sorted(f, key=lambda a: b[a][0])[::-1])),
            Mistake("Actions of equal Q stand by their names: they keep the order that they have "
                    "in `before`.",
                    _gone_but(order=lambda f, b: sorted(f, key=lambda a: (-b[a][0], a)))),
            Mistake("Actions of equal Q stand by their names, backwards: they keep the order that "
                    "they have in `before`.",
                    _gone_but(order=lambda f, b: [
                        a for _, a in sorted(((b[a][0], a) for a in f), reverse=True)])),
            Mistake("The right actions, in the order of their immediate rewards. The greatest loss "
                    "is that of the highest Q.",
                    _gone_but(order=lambda f, b: sorted(f, key=lambda a: -b[a][1]))),
            Mistake("Actions of equal Q are in the order of their rewards: they keep the order "
                    "that they have in `before`.",
                    _gone_but(order=lambda f, b: sorted(f, key=lambda a: b[a], reverse=True))),
            Mistake("You report only the greatest loss. All wrongly deleted actions are asked for.",
                    _gone_but(order=lambda f, b: sorted(f, key=lambda a: -b[a][0])[:1])),
            Mistake("You return the actions with their numbers. Only the names are asked for.",
                    _gone_but(order=lambda f, b: sorted(
                        ((a, b[a][0]) for a in f), key=lambda pair: -pair[1]))),
            Mistake("You report actions that are still there. First ask whether it has gone.",
                    _gone_but(gone=lambda action, after: True)),
            Mistake("Where nothing stayed, nothing worse was kept, so nothing was *wrongly* "
                    "deleted: the answer is an empty list.",
                    lambda before, after: _wrongly_gone(before, after) if after else
                    sorted(before, key=lambda a: -before[a][0])),
            Mistake("Where nothing stayed, nothing worse was kept: the answer is an empty list. "
                    "The minimum of nothing has to be caught.",
                    where=lambda before, after: not after),
        ),
    ),
    Exercise(
        "12.3", "a ledger to mend", _C, _ledger, _episodes,
        (
            Mistake("The words after the action are part of your key, so one click holds two "
                    "entries. The text of the action alone is its identity.",
                    _ledger_but(key=lambda reply: reply.strip().lower())),
            Mistake("Your action ends at the *last* bracket, but the reason may hold brackets too. "
                    "The action ends at the first closing one.",
                    _ledger_but(key=lambda r: r[: r.rindex("]") + 1].strip().lower())),
            Mistake("The action ends *with* its closing bracket; you lose it, or leave it behind.",
                    _ledger_but(key=lambda reply: reply.split("]")[0].strip().lower())),
            Mistake("Your action ends at the first blank, but a button's text may have several "
                    "words. It ends at the first closing bracket.",
                    _ledger_but(key=lambda reply: reply.strip().split(" ")[0].lower())),
            Mistake("Capitals split an action in two: `Click[Buy Now]` and `click[buy now]` are "
                    "the same click.",
                    _ledger_but(key=lambda reply: reply.split("]")[0].strip() + "]")),
            Mistake("A blank in front of an action splits it in two.",
                    _ledger_but(key=lambda reply: reply.split("]")[0].lower() + "]")),
            Mistake("The immediate reward is still that of the step *before*: the last reward of "
                    "an episode never arrives.",
                    _ledger_but(at_once=lambda rewards, t: rewards[t - 1] if t else 0.0)),
            Mistake("The immediate reward is that of the step *after*. Reward t belongs to reply "
                    "t.", _ledger_but(at_once=lambda r, t: r[t + 1] if t + 1 < len(r) else 0.0)),
            Mistake("Your return is not discounted: the i-th reward from here on counts γ^i.",
                    _ledger_but(discount=lambda gamma, i: 1.0)),
            Mistake("Your return is discounted one step too much: the reward of the step itself "
                    "counts whole, γ⁰.", _ledger_but(discount=lambda gamma, i: gamma ** (i + 1))),
            Mistake("Your return leaves out the reward of the step itself. It begins there.",
                    _ledger_but(ahead=lambda rewards, t: rewards[t + 1 :])),
            Mistake("Your return adds up the rewards *before* the step. It looks ahead, to the end "
                    "of the episode.", _ledger_but(ahead=lambda rewards, t: rewards[: t + 1])),
            Mistake("Your return is that of the whole episode at every step. It begins at the step "
                    "itself.", _ledger_but(ahead=lambda rewards, t: rewards)),
            Mistake("You keep the last try only. Of an action that was tried several times the "
                    "means count.", _ledger_but(mean=lambda values: values[-1])),
            Mistake("You keep the first try only. Of an action that was tried several times the "
                    "means count.", _ledger_but(mean=lambda values: values[0])),
            Mistake("You keep the best try. Of an action that was tried several times the means "
                    "count.", _ledger_but(mean=max)),
            Mistake("`//` divides whole numbers and cuts the rest off. A mean needs `/`.",
                    _ledger_but(mean=lambda values: sum(values) // len(values))),
            Mistake("The return of your ledger is the best one. Of an action that was tried "
                    "several times the mean counts, for the return too.",
                    lambda replies, rewards, gamma: {
                        a: (r, _ledger_but(mean=max)(replies, rewards, gamma)[a][1], n)
                        for a, (r, _, n) in _ledger(replies, rewards, gamma).items()}),
            Mistake("These are sums. Divide by how often the action was tried.",
                    _ledger_but(mean=sum)),
            Mistake("You divide by the number of all steps. Each action has its own number of "
                    "tries.",
                    lambda replies, rewards, gamma: {
                        a: (r * n / len(replies), g * n / len(replies), n)
                        for a, (r, g, n) in _ledger(replies, rewards, gamma).items()}),
            Mistake("A failed reply (None) counts as the action before it, once more. Nobody acted "
                    "there: it gets no entry.", _ledger_but(failed="repeats")),
            Mistake("A failed reply (None) gets an entry of its own. Nobody acted there: it gets "
                    "none.", _ledger_but(failed="noted")),
            Mistake("You take the failed replies out before you discount. A failed reply uses a "
                    "step too, and what comes after it lies one step further away.",
                    _ledger_but(failed="cut")),
            Mistake("You stop at a failed reply. It writes nothing, but the episode goes on.",
                    lambda replies, rewards, gamma: _ledger_to_none(replies, rewards, gamma)),
            Mistake("A reply may be None, a failed one. It has no text to cut: leave it out.",
                    where=lambda replies, rewards, gamma: None in replies),
            Mistake("Return and immediate reward have changed places.", _ledger_but(swapped=True)),
            Mistake("The number of tries is always 1 in your ledger.",
                    _ledger_but(times=lambda n: 1)),
            Mistake("Your count of tries is one too low: the first try counts 1.",
                    _ledger_but(times=lambda n: n - 1)),
        ),
    ),
    Exercise(
        "12.4", "values that no episode can earn", _HALF, _impossible, _memories,
        (
            Mistake("You compare with a single reward. An episode earns one at each of up to "
                    "`most` steps: add them up, discounted.", _impossible_but(
                        lambda reward, gamma, most, pick: reward)),
            Mistake("Your largest return is not discounted. The i-th reward counts γ^i.",
                    _impossible_but(lambda reward, gamma, most, pick: _largest(
                        reward, 1.0, most, pick))),
            Mistake("Your bound is that of an endless episode. One of at most `most` steps earns "
                    "less, so false values slip through.", _impossible_but(_endless)),
            Mistake("Your bound adds up one reward too few: `most` steps earn `most` rewards.",
                    _impossible_but(_steps(0, -1))),
            Mistake("Your bound adds up one reward too many: `most` steps earn `most` rewards.",
                    _impossible_but(_steps(0, 1))),
            Mistake("Your first reward is discounted already. It counts whole: γ⁰ = 1.",
                    _impossible_but(_steps(0, 0, power=1))),
            Mistake("You look only at the upper end. A Q below the smallest possible return is "
                    "impossible too.", _impossible_but(
                        outside=lambda q, bottom, top: not q <= top + 1e-9)),
            Mistake("You look only at the lower end. A Q above the largest possible return is "
                    "what was asked for first.", _impossible_but(
                        outside=lambda q, bottom, top: not q >= bottom - 1e-9)),
            Mistake("The ends belong to the range: a return may be the largest possible one. "
                    "Only what lies beyond is impossible.", _impossible_but(
                        outside=lambda q, bottom, top: not (bottom + 1e-9 < q < top - 1e-9))),
            Mistake("You compare exactly, and rounding makes a true value a false alarm: "
                    "0.1 + 0.1 + 0.1 is a little more than 0.3. Allow 1e-9.", _impossible_but(
                        outside=lambda q, bottom, top: not (bottom <= q <= top))),
            Mistake("nan slips through: every comparison with it is False. Ask whether a value "
                    "lies *inside*, and report it where it does not.", _impossible_but(
                        outside=lambda q, bottom, top: q < bottom - 1e-9 or q > top + 1e-9)),
            Mistake("nan slips through, and you compare exactly. Ask whether a value lies inside, "
                    "with 1e-9 to spare, and report it where it does not.", _impossible_but(
                        outside=lambda q, bottom, top: q < bottom or q > top)),
            Mistake("You take all `most` steps as given. An episode may end after one: where every "
                    "step costs something, the largest return is that of the shortest.",
                    _impossible_but(_steps(0, 0))),
            Mistake("A return of 0 is always possible for you. An episode has at least one step: "
                    "where every step costs something, the largest return lies below 0.",
                    _impossible_but(lambda reward, gamma, most, pick: pick(
                        [0.0, _largest(reward, gamma, most, pick)]))),
            Mistake("With γ = 1 the formula of the geometric series divides by zero. There every "
                    "reward counts whole.",
                    where=lambda records, low, high, gamma, most: gamma == 1),
            Mistake("Records are counted from 0, as in a list.", _impossible_but(start=1)),
            Mistake("You return the actions without the number of their record. The same action "
                    "stands in many records.", _impossible_but(
                        report=lambda found: [action for _, action in found])),
            Mistake("You return the numbers of the records without the actions.", _impossible_but(
                        report=lambda found: list(dict.fromkeys(n for n, _ in found)))),
            Mistake("You report one action of each record. All that are impossible are asked for.",
                    _impossible_but(report=lambda found: [
                        pair for i, pair in enumerate(found)
                        if pair[0] not in [n for n, _ in found[:i]]])),
            Mistake("You report the values that are possible. Those that are not were asked for.",
                    _impossible_but(outside=lambda q, bottom, top: bottom - 1e-9 <= q <= top + 1e-9
                                    )),
        ),
    ),
)  # fmt: skip


def _ledger_to_none(replies: Replies, rewards: Sequence[float], gamma: float) -> Ledger:
    end = list(replies).index(None) if None in replies else len(replies)
    whole = [*replies[:end], *[None] * (len(replies) - end)]
    return _ledger(whole, rewards, gamma)
