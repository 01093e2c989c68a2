"""Pictures of chapters 08 and 10 to 13: detour, ablation, transfer, inspectors, contracts."""

from __future__ import annotations

from pictures.drawing import GREY, ORANGE, Picture
from rememberer_lite.learning import episode_returns


def detour() -> Picture:
    """Chapter 08: the direct path and the detour, and what the first click is worth."""
    p = Picture(
        860, 286, "The detour and the direct path",
        "Two paths from the coffee article. The direct one earns 1, 0 and 1; the detour earns "
        "nothing for two steps and then the same. Without a discount both first clicks are worth "
        "2. With a discount of 0.9 the direct one is worth 1.81 and the detour 1.466.",
    )  # fmt: skip
    paths = (
        ("direct", 76.0, ["click category", "scroll", "click article"], (1.0, 0.0, 1.0)),
        ("detour", 190.0, ["click trust", "go back", "click category", "scroll", "click article"],
         (0.0, 0.0, 1.0, 0.0, 1.0)),
    )  # fmt: skip
    p.text(20, 28, "Same rewards, later: only a discount sees the difference", 15, bold=True)
    for name, y, actions, rewards in paths:
        p.text(20, y + 30, name, 14, bold=True)
        for number, (action, reward) in enumerate(zip(actions, rewards, strict=True)):
            x = 84 + number * 113
            p.box(x, y, 100, 52, action, f"reward {reward:g}", size=11, bold=False,
                  tone="accent" if reward else "plain")  # fmt: skip
            if number:
                p.arrow((x - 13, y + 26), (x - 1, y + 26))
        whole, discounted = (episode_returns(rewards, gamma)[0] for gamma in (1.0, 0.9))
        p.text(660, y + 20, f"γ = 1:    G = {whole:g}", 13.5)
        p.text(660, y + 44, f"γ = 0.9: G = {discounted:.3f}", 13.5, bold=True, colour=ORANGE)
    return p


def ablation() -> Picture:
    """Chapter 10: why the rows of an ablation do not add up."""
    values, retrieval, both = 0.1, 0.2, 0.3
    whole = values + retrieval + both
    p = Picture(
        820, 274, "Why the rows of an ablation do not add up",
        f"The whole agent is worth {whole:g}: values alone {values:g}, retrieval alone "
        f"{retrieval:g}, and {both:g} that they do together. Without values {values + both:g} is "
        f"lost, without retrieval {retrieval + both:g}. What they do together is lost both times.",
    )  # fmt: skip
    rows = (
        ("whole agent", (True, True, True), f"{whole:.1f}"),
        ("without values", (False, True, False), f"lost {values + both:.1f}"),
        ("without retrieval", (True, False, False), f"lost {retrieval + both:.1f}"),
    )
    p.text(20, 28, "What two parts do together is counted in both losses", 15, bold=True)
    names = ("values", "retrieval", "together")
    for number, (name, kept, said) in enumerate(rows):
        y, x = 50.0 + 72 * number, 176.0
        p.text(20, y + 31, name, 14, bold=number == 0)
        for part, size, stays in zip(names, (values, retrieval, both), kept, strict=True):
            width = 800 * size
            if stays:
                p.box(x, y, width - 4, 50, part, f"{size:.1f}", size=13,
                      tone="accent" if part == "together" else "plain")  # fmt: skip
            else:
                corners = ((x, y), (x + width - 4, y), (x + width - 4, y + 50), (x, y + 50))
                p.line(*corners, corners[0], dashed=True, width=1.4)
            x += width
        p.text(x + 14, y + 31, said, 14, bold=number > 0, colour=ORANGE if number else GREY)
    return p


def transfer() -> Picture:
    """Chapter 11: outside records, and the two positions in the prompt."""
    p = Picture(
        820, 292, "Three questions to an outside record",
        "A memory holds many outside records and a few of the agent's own. Those that are most "
        "similar to the present page take the two positions in the prompt. An outside record has "
        "to be retrieved, has to be right here, and takes a position from another record.",
    )  # fmt: skip
    p.text(150, 28, "memory", 15, "middle", bold=True)
    p.text(408, 28, "the most similar", 15, "middle", bold=True)
    p.text(680, 28, "prompt: two positions", 15, "middle", bold=True)
    p.rect(20, 44, 260, 170, GREY, 0.08)
    own = {(214, 92), (236, 150), (190, 182)}
    outside = {(44, 66), (70, 110), (50, 160), (94, 70), (112, 140), (84, 190), (138, 98),
               (152, 172), (178, 64), (122, 198), (172, 128), (250, 190), (256, 66)}  # fmt: skip
    for x, y in sorted(outside):
        p.dot(x, y, 6, GREY)
    for x, y in sorted(own):
        p.dot(x, y, 6, ORANGE)
    p.dot(34, 238, 6, ORANGE)
    p.text(48, 243, "own", 13)
    p.dot(108, 238, 6, GREY)
    p.text(122, 243, "outside (foreign)", 13)
    p.box(336, 62, 144, 52, "own record", "the nearest of all", tone="accent", size=13)
    p.box(336, 146, 144, 52, "outside record", "the next", size=13)
    p.arrow((220, 90), (333, 86), colour=ORANGE)
    p.arrow((256, 190), (333, 176))
    p.box(560, 62, 240, 52, "Example 2", "advice that is right here", tone="accent", size=13)
    p.box(560, 146, 240, 52, "Example 1", "is its advice right here?", size=13)
    p.arrow((480, 88), (557, 88), colour=ORANGE)
    p.arrow((480, 172), (557, 172))
    p.text(20, 276, "1 is it retrieved?", 13.5, bold=True)
    p.text(300, 276, "2 is it right here?", 13.5, bold=True)
    p.text(560, 276, "3 whose position does it take?", 13.5, bold=True)
    return p


def halves() -> Picture:
    """Chapter 12: the loop in two halves, and the inspector of each station."""
    p = Picture(
        820, 300, "The two halves of the loop and their inspectors",
        "Reading: the page, the similarity, the recalled records and the advice, down to the "
        "model. Writing: the reward, the update, the stored record. Each station has an inspector "
        "that shows what it had before it.",
    )  # fmt: skip
    reading = (
        ("similarity", "compare_states"), ("retrieval", "inspect_exemplars"),
        ("advice", "exemplars_html"),
    )  # fmt: skip
    writing = (
        ("stored record", "browse_memory"), ("update", "explain_update"),
        ("episode", "replay_episode"),
    )  # fmt: skip
    for y, name, stations, tone in (
        (56, "the agent reads", reading, "plain"), (196, "the agent writes", writing, "accent"),
    ):  # fmt: skip
        p.text(20, y - 12, name, 15, bold=True)
        for number, (station, inspector) in enumerate(stations):
            x = 20 + number * 206
            p.box(x, y, 170, 60, station, inspector, tone=tone, size=13.5)
            if number and tone == "plain":
                p.arrow((x - 36, y + 30), (x - 3, y + 30))
            elif number:
                p.arrow((x, y + 30), (x - 33, y + 30), colour=ORANGE)
    p.box(664, 104, 140, 104, "model", "stays unchanged", size=13.5)
    p.arrow((602, 86), (734, 86), (734, 101))
    p.arrow((734, 208), (734, 226), (605, 226), colour=ORANGE)
    p.arrow((178, 196), (178, 119), colour=ORANGE, dashed=True)
    p.text(190, 152, "what was written is read again", 13)
    p.text(20, 286, "a sick half hands its fault to the other: separate them before you look", 13)
    return p


def contracts() -> Picture:
    """Chapter 13: what you write, and what stays."""
    p = Picture(
        820, 274, "What you write for a new world, and what stays",
        "You write two things: the environment, which knows the rules, and the domain, which tells "
        "them. Between them they hand a State to the agent and an action back. Agent, memory, "
        "learning and model stay unchanged.",
    )  # fmt: skip
    p.text(190, 28, "you write", 15, "middle", bold=True)
    p.text(640, 28, "stays unchanged", 15, "middle", bold=True)
    p.box(20, 46, 340, 84, "Environment: knows the rules", "reset(options={\"goal\": i})",
          "step(action) → reward, info[\"state\"]", tone="accent", size=13)  # fmt: skip
    p.box(20, 166, 340, 84, "Domain: tells them", "role, grammar, possible_actions(state)",
          "similarity(weight)", tone="accent", size=13)  # fmt: skip
    p.box(500, 46, 304, 84, "Agent", "prompt, model, training", size=13)
    p.box(500, 166, 304, 84, "Memory", "retrieval, advice, Q values", size=13)
    p.arrow((360, 72), (497, 72), colour=ORANGE)
    p.text(428, 62, "State", 13.5, "middle")
    p.arrow((500, 108), (363, 108), dashed=True)
    p.text(430, 126, "action", 13.5, "middle")
    p.arrow((360, 192), (440, 192), (440, 150), (540, 150), (540, 133), colour=ORANGE)
    p.arrow((360, 224), (497, 224), colour=ORANGE)
    p.text(428, 242, "which are alike", 12.5, "middle")
    p.arrow((652, 163), (652, 133))
    return p
