"""Wrong answers to the exercises of chapter 07, as learners write them.

`WRONG` names them: exercise → (a few words of the diagnosis that it has to get, the wrong answer).
"""

from __future__ import annotations

from rememberer_lite.checks.chapter_07 import advise, parse, similar, write

# ---- 7.2


def credits_the_next_state(env, agent, limit):
    steps, state, over = [], env.reset(), False
    while not over and len(steps) < limit:
        action = agent(state)
        state, reward, over = env.step(action)
        steps.append((state, action, reward))
    return steps, over


def drops_the_last(env, agent, limit):
    steps, state = [], env.reset()
    for _ in range(limit):
        action = agent(state)
        after, reward, over = env.step(action)
        if over:
            return steps, True
        steps.append((state, action, reward))
        state = after
    return steps, False


def says_ended_at_the_limit(env, agent, limit):
    steps, state = [], env.reset()
    for _ in range(limit):
        action = agent(state)
        after, reward, over = env.step(action)
        steps.append((state, action, reward))
        if over:
            break
        state = after
    return steps, True


def never_begins(env, agent, limit):
    steps, state, over = [], "room 0", False
    while not over and len(steps) < limit:
        action = agent(state)
        after, reward, over = env.step(action)
        steps.append((state, action, reward))
        state = after
    return steps, over


# ---- 7.3


def _total(steps, gamma):
    total = 0.0
    for _, _, reward in reversed(steps):
        total = reward + gamma * total
    return total


def _with_mean(roots):
    return (sum(g for _, g in roots) / len(roots) if roots else 0.0), roots


def every_visit(episodes, state, action, gamma):
    roots = []
    for i, steps in enumerate(episodes):
        for t, (s, a, _) in enumerate(steps):
            if s == state and a == action:
                roots.append((i, _total(steps[t:], gamma)))
    return _with_mean(roots)


def last_visit(episodes, state, action, gamma):
    found = {}
    for i, steps in enumerate(episodes):
        for t, (s, a, _) in enumerate(steps):
            if s == state and a == action:
                found[i] = _total(steps[t:], gamma)
    return _with_mean(list(found.items()))


def _first(episodes, state, action, value, number=0, state_too=True, action_too=True):
    roots = []
    for i, steps in enumerate(episodes, number):
        for t, (s, a, _) in enumerate(steps):
            if (s == state or not state_too) and (a == action or not action_too):
                roots.append((i, value(steps, t)))
                break
    return roots


def no_discount(episodes, state, action, gamma):
    return _with_mean(_first(episodes, state, action, lambda x, t: sum(s[2] for s in x[t:])))


def whole_episode(episodes, state, action, gamma):
    return _with_mean(_first(episodes, state, action, lambda x, t: _total(x, gamma)))


def gamma_from_the_start(episodes, state, action, gamma):
    def value(steps, t):
        return sum(gamma**i * steps[i][2] for i in range(t, len(steps)))

    return _with_mean(_first(episodes, state, action, value))


def from_the_next_step(episodes, state, action, gamma):
    return _with_mean(_first(episodes, state, action, lambda x, t: _total(x[t + 1 :], gamma)))


def one_reward(episodes, state, action, gamma):
    return _with_mean(_first(episodes, state, action, lambda x, t: x[t][2]))


def any_state(episodes, state, action, gamma):
    roots = _first(episodes, state, action, lambda x, t: _total(x[t:], gamma), state_too=False)
    return _with_mean(roots)


def best_return(episodes, state, action, gamma):
    roots = _first(episodes, state, action, lambda x, t: _total(x[t:], gamma))
    return max((g for _, g in roots), default=0.0), roots


def numbered_from_one(episodes, state, action, gamma):
    return _with_mean(_first(episodes, state, action, lambda x, t: _total(x[t:], gamma), 1))


def mean_of_nothing(episodes, state, action, gamma):
    roots = _first(episodes, state, action, lambda x, t: _total(x[t:], gamma))
    return sum(g for _, g in roots) / len(roots), roots


def bare_returns(episodes, state, action, gamma):
    q, roots = _with_mean(_first(episodes, state, action, lambda x, t: _total(x[t:], gamma)))
    return q, [g for _, g in roots]


# ---- 7.4


def share_of_the_played(played, goals, epochs):
    out = []
    for epoch in range(epochs):
        rewards = [r for e, _, r in played if e == epoch]
        out.append(sum(r == 1 for r in rewards) / len(rewards) if rewards else 0.0)
    return out


def nothing_carried(played, goals, epochs):
    return [sum(r >= 1 for e, _, r in played if e == epoch) / len(goals) for epoch in range(epochs)]


def once_solved_always_solved(played, goals, epochs):
    solved, out = set(), []
    for epoch in range(epochs):
        solved |= {g for e, g, r in played if e == epoch and r >= 1}
        out.append(len(solved) / len(goals))
    return out


def _curve(played, goals, epochs, won, divide=lambda a, b: a / b):
    first, out = {g for e, g, r in played if e == 0 and won(r)}, []
    for epoch in range(epochs):
        now = {g for e, g, r in played if e == epoch and won(r)}
        out.append(divide(len(first.union(now)), len(goals)))
    return out


def any_reward(played, goals, epochs):
    return _curve(played, goals, epochs, won=bool)


def counts(played, goals, epochs):
    return _curve(played, goals, epochs, won=lambda r: r == 1, divide=lambda a, b: a)


def whole_numbers(played, goals, epochs):
    return _curve(played, goals, epochs, won=lambda r: r == 1, divide=lambda a, b: a // b)


def as_long_as_played(played, goals, epochs):
    last = max((e for e, _, _ in played), default=-1)
    return _curve(played, goals, last + 1, won=lambda r: r == 1)


def divides_by_nothing(played, goals, epochs):
    for epoch in range(epochs):
        len(goals) / len([e for e, _, _ in played if e == epoch])
    return _curve(played, goals, epochs, won=lambda r: r == 1)


# ---- 7.5


def _recall(memory, state, m):
    return sorted(memory, key=lambda s: similar(state, s), reverse=True)[:m]


def _ask(examples, state, model, tries=3):
    prompts, complaint = [], ""
    for _ in range(tries):
        prompts.append(write(examples, state, complaint))
        try:
            action = parse(model.complete(prompts[-1]))
        except ValueError as problem:
            complaint = f"{problem}"
        else:
            if action in state[1]:
                return action, prompts
            complaint = action + " is not on this page"
    return None, prompts


def best_first(memory, state, model, m):
    return _ask([(s, advise(memory[s])) for s in _recall(memory, state, m)], state, model)


def least_alike(memory, state, model, m):
    chosen = sorted(memory, key=lambda s: similar(s, state))[:m]
    return _ask([(s, advise(memory[s])) for s in chosen], state, model)


def newest_of_the_tied(memory, state, model, m):
    chosen = sorted(memory, key=lambda s: similar(s, state))[-m:]
    return _ask([(s, advise(memory[s])) for s in chosen], state, model)


def whole_memory(memory, state, model, m):
    chosen = _recall(memory, state, len(memory))[::-1]
    return _ask([(s, advise(memory[s])) for s in chosen], state, model)


def _examples(memory, state, m):
    return [(s, advise(memory[s])) for s in _recall(memory, state, m)[::-1]]


def asks_twice(memory, state, model, m):
    return _ask(_examples(memory, state, m), state, model, tries=2)


def asks_once(memory, state, model, m):
    return _ask(_examples(memory, state, m), state, model, tries=1)


def any_page(memory, state, model, m):
    examples, prompts, complaint = _examples(memory, state, m), [], ""
    for _ in range(3):
        prompts.append(write(examples, state, complaint))
        try:
            return parse(model.complete(prompts[-1])), prompts
        except ValueError as error:
            complaint = str(error)
    return None, prompts


def says_nothing(memory, state, model, m):
    prompt = write(_examples(memory, state, m), state)
    prompts = []
    for _ in range(3):
        prompts.append(prompt)
        try:
            action = parse(model.complete(prompt))
        except ValueError:
            continue
        if action in state[1]:
            return action, prompts
    return None, prompts


def all_complaints(memory, state, model, m):
    examples, prompts, complaints = _examples(memory, state, m), [], []
    for _ in range(3):
        prompts.append(write(examples, state, "\n".join(complaints)))
        try:
            action = parse(model.complete(prompts[-1]))
        except ValueError as error:
            complaints.append(str(error))
            continue
        if action in state[1]:
            return action, prompts
        complaints.append(f"{action} is not on this page")
    return None, prompts


def acts_all_the_same(memory, state, model, m):
    action, prompts = _ask(_examples(memory, state, m), state, model)
    return (state[1][0] if action is None else action), prompts


def last_prompt(memory, state, model, m):
    action, prompts = _ask(_examples(memory, state, m), state, model)
    return action, prompts[-1]


def value_error_escapes(memory, state, model, m):
    examples, prompts, complaint = _examples(memory, state, m), [], ""
    for _ in range(3):
        prompts.append(write(examples, state, complaint))
        action = parse(model.complete(prompts[-1]))
        if action in state[1]:
            return action, prompts
        complaint = f"{action} is not on this page"
    return None, prompts


# ---- 7.6


def path_of(world, start):
    ways = [(start, [])]
    for page, path in ways:
        for action, (following, reward) in world[page].items():
            if reward == 1:
                return [*path, (page, action)]
            if following not in [p for p, _ in path] and following != page:
                ways.append((following, [*path, (page, action)]))


def a_record_for_each_page(world, start, limit):
    return {page: {action: 1.0} for page, action in path_of(world, start)}


def no_records(world, start, limit):
    return {}


def only_the_purchase(world, start, limit):
    return {page: {a: 1.0 for a, (_, r) in acts.items() if r == 1} for page, acts in world.items()}


def q_of_zero(world, start, limit):
    return {page: {action: 0.0} for page, action in path_of(world, start)}


def list_of_actions(world, start, limit):
    return [action for _, action in path_of(world, start)]


def counts_entries(played, goals, epochs):
    def solved(epoch):
        return sum(e == epoch and reward == 1 for e, _, reward in played)

    later = [solved(epoch) if epoch else 0 for epoch in range(epochs)]
    return [(solved(0) + more) / len(goals) for more in later]


WRONG = {
    "7.1": [
        ("mean of the two returns", 0.4),
        ("left out the episode", 0.9),
        ("the last return alone", 0.8),
    ],
    "7.2": [
        ("the state *after* the action", credits_the_next_state),
        ("The last step is missing", drops_the_last),
        ("ran into the limit did not end", says_ended_at_the_limit),
        ("was never begun", never_begins),
    ],
    "7.3": [
        ("You count every visit", every_visit),
        ("You count the last visit", last_visit),
        ("γ is missing", no_discount),
        ("You add up the whole episode", whole_episode),
        ("from the beginning of the episode", gamma_from_the_start),
        ("is missing: the return begins with it", from_the_next_step),
        ("reward of the step alone", one_reward),
        ("at the action alone", any_state),
        ("not the highest", best_return),
        ("numbered from 0", numbered_from_one),
        ("the mean of nothing", mean_of_nothing),
        ("beside the return", bare_returns),
    ],
    "7.4": [
        ("You count entries", counts_entries),
        ("by what was played in the epoch", share_of_the_played),
        ("It still counts as solved", nothing_carried),
        ("from every earlier epoch", once_solved_always_solved),
        ("any reward above 0", any_reward),
        ("These are counts", counts),
        ("drops the fraction", whole_numbers),
        ("The curve is too short", as_long_as_played),
        ("nor make you divide by 0", divides_by_nothing),
    ],
    "7.5": [
        ("most similar one stands first", best_first),
        ("*least* similar", least_alike),
        ("the older one", newest_of_the_tied),
        ("All records stand in the prompt", whole_memory),
        ("at most twice", asks_twice),
        ("ask only once", asks_once),
        ("that the page does not have", any_page),
        ("not told what was wrong", says_nothing),
        ("Old complaints", all_complaints),
        ("you take an action of the page", acts_all_the_same),
        ("the prompt as a text", last_prompt),
        ("Catch it", value_error_escapes),
    ],
    "7.6": [
        ("more than it has to know", a_record_for_each_page),
        ("does not earn the reward of 1", no_records),
        ("No record is empty", only_the_purchase),
        ("does not earn the reward of 1", q_of_zero),
        ("Return records", list_of_actions),
    ],
}
