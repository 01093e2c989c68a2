"""Pictures of the memory: similarity, retrieval, eviction, the way into a prompt."""

from __future__ import annotations

from pictures.drawing import GREY, ORANGE, Picture
from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.similarity import lcs
from rememberer_lite.state import State


def subsequence() -> Picture:
    """Chapter 03: the longest common subsequence as links."""
    one = ["html", "input", "div", "div", "button", "img"]
    other = ["html", "input", "div", "img", "button", "a", "div"]
    links = _links(one, other)
    share = len(links) / max(len(one), len(other))
    assert abs(share - lcs(one, other)) < 1e-6
    p = Picture(
        820, 226, "The longest common subsequence",
        f"Two screens as rows of tags. {len(links)} tags are linked, in order, without crossing. "
        f"The likeness is {len(links)} of {max(len(one), len(other))}, that is {share:.3f}.",
    )  # fmt: skip
    linked = tuple({pair[side] for pair in links} for side in (0, 1))
    for row, (tags, y) in enumerate(((one, 22), (other, 142))):
        for i, name in enumerate(tags):
            tone = "accent" if i in linked[row] else "plain"
            p.box(16 + i * 113, y, 96, 38, name, tone=tone, bold=tone == "accent")
    for i, j in links:
        p.line((64 + i * 113, 60), (64 + j * 113, 142), colour=ORANGE, width=2.4)
    p.text(410, 212, f"linked {len(links)} of {max(len(one), len(other))}: {share:.3f}", 15,
           "middle", bold=True)  # fmt: skip
    return p


def _links(one: list[str], other: list[str]) -> list[tuple[int, int]]:
    """The positions of a longest common subsequence."""
    best: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for i in range(len(one), -1, -1):
        for j in range(len(other), -1, -1):
            if i == len(one) or j == len(other):
                best[i, j] = []
            elif one[i] == other[j]:
                best[i, j] = [(i, j), *best[i + 1, j + 1]]
            else:
                best[i, j] = max(best[i + 1, j], best[i, j + 1], key=len)
    return best[0, 0]


def plane() -> Picture:
    """Chapter 03: the line of equal similarity turns with λ."""
    records = {"A": (0.9, 0.35), "B": (0.4, 0.8), "C": (0.3, 0.25)}
    p = Picture(
        820, 330, "λ turns the line of equal similarity",
        "Each record is a point: to the right a more similar task, upwards a more similar page. "
        "All points on a line are equally similar. With λ = 0.25 the line is flat, and record B is "
        "first; with λ = 0.75 it is steep, and record A is first.",
    )  # fmt: skip
    for number, weight in enumerate((0.25, 0.75)):
        left = 64 + number * 400
        scored = {name: weight * g + (1 - weight) * o for name, (g, o) in records.items()}
        first = max(scored, key=lambda name: scored[name])
        p.text(left, 26, f"λ = {weight:g}: {first} is recalled first", 15, bold=True)

        def at(g: float, o: float, left: int = left) -> tuple[float, float]:
            return left + g * 290, 280 - o * 230

        p.arrow(at(0, 0), at(1.06, 0))
        p.arrow(at(0, 0), at(0, 1.03))
        p.text(left + 300, 304, "f_g, task", 13, "end")
        p.text(left - 12, 58, "f_o", 13, "end")
        p.text(left - 12, 74, "page", 13, "end")
        ends = []
        for g in (0.0, 1.0):  # the line through the first record, cut to the square
            o = (scored[first] - weight * g) / (1 - weight)
            if not 0 <= o <= 1:
                o = min(1.0, max(0.0, o))
                g = (scored[first] - (1 - weight) * o) / weight
            ends.append(at(g, o))
        p.line(*ends, colour=ORANGE, dashed=True, width=2)
        for name, (g, o) in records.items():
            x, y = at(g, o)
            p.dot(x, y, 7, ORANGE if name == first else GREY)
            p.text(x + 13, y - 7, name, 15, bold=name == first, colour=ORANGE
                   if name == first else GREY)  # fmt: skip
    return p


def eviction() -> Picture:
    """Chapter 02: which pair a full memory splits."""
    buttons = ("back to search", "< prev", "4 ounce tin", "description", "buy now")
    pages = [State("a tin of tea", text, buttons) for text in ("no tin chosen", "tin chosen")]
    task, listed = State("a box of mints", "", buttons), State("a tin of tea", "", buttons[:2])
    f = [WEBSHOP.similarity()(pages[0], other).similarity for other in (pages[1], task, listed)]
    p = Picture(
        820, 262, "The pair that eviction splits",
        "A full memory drops one of the two most similar records. A page before and after a click "
        "on an option is the most similar pair of all. The less visited of the two goes, and with "
        "it what it knew: here, to choose an option.",
    )  # fmt: skip
    p.text(20, 26, "The most similar pair of a full memory: one of the two goes", 15, bold=True)
    p.box(20, 48, 230, 110, "item page, before", "knows: click[4 ounce tin]", "1 visit",
          tone="white", size=13)  # fmt: skip
    p.box(330, 48, 230, 110, "item page, after", "knows: click[buy now]", "3 visits",
          tone="accent", size=13)  # fmt: skip
    p.line((250, 103), (330, 103), colour=ORANGE, width=3)
    p.text(290, 92, f"{f[0]:.2f}", 14, "middle", bold=True, colour=ORANGE)
    p.box(624, 48, 180, 46, "another task", size=13)
    p.box(624, 112, 180, 46, "another shop page", size=13)
    p.line((560, 90), (624, 74), dashed=True)
    p.line((560, 116), (624, 132), dashed=True)
    p.arrow((135, 158), (135, 202), colour=ORANGE)
    p.text(20, 226, "fewer visits: this one is evicted, and the memory", 14)
    p.text(20, 247, "no longer knows that an option must be chosen", 14)
    p.text(592, 71, f"{f[1]:.2f}", 13, "middle")
    p.text(592, 151, f"{f[2]:.2f}", 13, "middle")
    return p


def exemplar() -> Picture:
    """Chapter 05: from a record to its place in the prompt."""
    p = Picture(
        840, 330, "From a record to its place in the prompt",
        "A record holds a page and the values of its actions. The action of highest value is "
        "encouraged, the one that earned nothing is discouraged. Page and advice are written as an "
        "example. The prompt holds the principles, then the examples with the best one last, then "
        "the page of now.",
    )  # fmt: skip
    for x, name in ((102, "1 record"), (320, "2 advice"), (538, "3 exemplar"), (746, "4 prompt")):
        p.text(x, 26, name, 15, "middle", bold=True)
    p.box(16, 92, 172, 130, "a page of then", "click[4 oz]   Q = 1.0", "click[16 oz]  Q = 0.0",
          "click[back]   Q = 0.3", size=12)  # fmt: skip
    p.box(232, 92, 176, 56, "Encouraged", "click[4 oz] → 1.0", tone="accent", size=12.5)
    p.box(232, 166, 176, 56, "Discouraged", "click[16 oz] → 0.0", size=12.5)
    p.box(452, 92, 172, 130, "### Example 2", "the page of then", "Encouraged: …",
          "Discouraged: …", tone="accent", size=12.5)  # fmt: skip
    p.box(668, 44, 156, 44, "principles", size=13, bold=False)
    p.box(668, 96, 156, 44, "### Example 1", size=13)
    p.box(668, 148, 156, 44, "### Example 2", tone="accent", size=13)
    p.box(668, 200, 156, 44, "### Now", size=13)
    p.box(668, 252, 156, 44, "Encouraged: ?", tone="white", size=13)
    p.arrow((188, 140), (229, 122), colour=ORANGE)
    p.arrow((188, 174), (229, 192))
    p.arrow((408, 120), (449, 140), colour=ORANGE)
    p.arrow((408, 194), (449, 176))
    p.arrow((624, 168), (665, 170), colour=ORANGE)
    p.text(746, 320, "the model goes on here", 12.5, "middle")
    p.text(320, 258, "the best value; and one that", 13, "middle")
    p.text(320, 276, "earned nothing", 13, "middle")
    return p


def successors() -> Picture:
    """Chapter 15: where the memories of later works are between raw and distilled."""
    p = Picture(
        800, 330, "What is stored, and does it have a value?",
        "A field of four. Raw and without a value: Synapse. Raw and with a learnt value: the agent "
        "of this course, Memento and MemRL. Distilled and without a value: Reflexion, Voyager, "
        "Agent Workflow Memory, Mem0 and ReasoningBank. Distilled and counted: the rules of ExpeL.",
    )  # fmt: skip
    p.text(282, 28, "raw: what happened", 14, "middle", bold=True)
    p.text(622, 28, "distilled: what was made of it", 14, "middle", bold=True)
    p.text(14, 106, "no value", 14, bold=True)
    p.text(14, 246, "a learnt value", 14, bold=True)
    p.text(14, 266, "or a count", 14, bold=True)
    p.box(140, 46, 284, 116, "Synapse: whole episodes", bold=False)
    p.box(
        450, 46, 340, 116, "Reflexion: reflections", "Voyager: programs", "AWM: workflows",
        "Mem0: facts", "ReasoningBank: strategies", bold=False, size=14,
    )  # fmt: skip
    p.box(
        140, 190, 284, 116, "this course: Q of an action", "Memento: Q of a case",
        "MemRL: Q of an experience", tone="accent", bold=False,
    )  # fmt: skip
    p.box(450, 190, 340, 116, "ExpeL: rules, with votes", tone="accent", bold=False)
    return p
