"""Pictures of the whole: the loop, the shop, the models, the attacks."""

from __future__ import annotations

from pictures.drawing import ORANGE, Picture


def loop() -> Picture:
    """Chapters 00 and 07, README."""
    p = Picture(
        800, 372, "The loop of the agent",
        "1: the environment shows a state. 2: the memory recalls two similar records. 3: state and "
        "records make the prompt for the language model, which is never trained. 4: the model "
        "answers with an action. 5: the reward of the action moves its Q value in the memory.",
    )  # fmt: skip
    p.text(400, 28, "The model stays as it is; what learns is the memory", 17, "middle", bold=True)
    p.box(16, 62, 156, 240, "Environment", "a shop, a wiki")
    p.box(300, 62, 200, 74, "Prompt", "state + two examples")
    p.box(622, 62, 162, 74, "Language model", "never trained")
    p.box(290, 214, 220, 88, "Experience memory", "task, page, action → Q",
          "Q ← Q + α (target − Q)", tone="accent")  # fmt: skip
    p.arrow((172, 99), (297, 99))
    p.text(236, 88, "1 state", 14, "middle")
    p.arrow((500, 99), (619, 99))
    p.text(561, 88, "3 ask", 14, "middle")
    p.arrow((400, 214), (400, 140), colour=ORANGE)
    p.text(412, 172, "2 recall: what was good", 14)
    p.text(412, 191, "there, and what was not", 14)
    p.arrow((703, 136), (703, 344), (94, 344), (94, 306))
    p.text(400, 335, "4 action", 14, "middle")
    p.arrow((172, 258), (287, 258), colour=ORANGE, dashed=True)
    p.text(231, 247, "5 reward", 14, "middle")
    return p


def shop_map() -> Picture:
    """Chapter 01."""
    p = Picture(
        860, 330, "The map of the shop",
        "An episode begins on the search page. search[words] leads to a results page, clicking a "
        "product code leads to the item page, and click[buy now] ends the episode. On the item "
        "page options are chosen, and pages with description, features and reviews can be read. "
        "The button < prev leads one page back, back to search leads from everywhere to the search "
        "page.",
    )  # fmt: skip
    p.box(14, 88, 128, 74, "Search page")
    p.box(270, 88, 128, 74, "Results")
    p.box(530, 88, 128, 74, "Item page", tone="accent")
    p.box(752, 88, 94, 74, "The end", "reward")
    p.box(494, 242, 200, 66, "Description", "Features, Reviews")
    p.arrow((142, 116), (267, 116), colour=ORANGE)
    p.text(206, 106, "search[words]", 13, "middle")
    p.arrow((398, 116), (527, 116), colour=ORANGE)
    p.text(463, 106, "click[code]", 13, "middle")
    p.arrow((530, 144), (401, 144))
    p.text(465, 161, "< prev", 13, "middle")
    p.arrow((658, 125), (749, 125), colour=ORANGE)
    p.text(704, 80, "click[buy now]", 13, "middle")
    p.curve((310, 88), (334, 30), (358, 86))
    p.text(334, 42, "next, < prev", 13, "middle")
    p.curve((570, 88), (594, 30), (618, 86))
    p.text(594, 42, "choose an option", 13, "middle")
    p.arrow((574, 162), (574, 239))
    p.text(564, 206, "read", 13, "end")
    p.arrow((614, 242), (614, 165))
    p.text(624, 206, "< prev", 13)
    p.arrow((494, 276), (78, 276), (78, 166), dashed=True)
    p.line((334, 162), (334, 276), dashed=True)
    p.text(206, 267, "back to search", 13, "middle")
    return p


def models() -> Picture:
    """Chapter 06."""
    p = Picture(
        800, 300, "One contract, four models",
        "The agent passes one string, the prompt, to llm.complete, and gets one reply. Behind the "
        "contract is the offline stand-in, a small real model on this machine, a server that "
        "speaks OpenAI's protocol, or a recording of earlier replies. Nothing else changes.",
    )  # fmt: skip
    p.box(16, 104, 150, 92, "Agent", "writes a prompt,", "reads a reply")
    p.box(
        292, 104, 196, 92, "llm.complete(prompt)", "one string in,", "one reply out", tone="accent"
    )
    p.arrow((166, 134), (289, 134), colour=ORANGE)
    p.text(228, 124, "prompt", 13, "middle")
    p.arrow((292, 168), (169, 168), colour=ORANGE)
    p.text(230, 186, "reply", 13, "middle")
    rows = (
        ("OfflineLLM", "a stand-in: follows examples, offline"),
        ("LocalLLM", "a small real model, on this machine"),
        ("OpenAILLM", "a server, anywhere, with a budget"),
        ("RecordedLLM", "replies of before, word for word"),
    )
    for number, (name, what) in enumerate(rows):
        y = 14 + number * 70
        p.box(530, y, 256, 58, name, what, size=12)
        p.line((488, 150), (509, 150), (509, y + 29), (529, y + 29))
    return p


def attacks() -> Picture:
    """Chapter 14."""
    p = Picture(
        800, 310, "Who can write where",
        "A shop's seller writes pages, which reach the prompt and the records. Somebody with "
        "access to the file writes records. A user writes the task. The model's reply writes "
        "the action and the reason. Each way into the prompt or the memory has its own defence: "
        "quoting, a gate, provenance.",
    )  # fmt: skip
    p.text(90, 28, "who writes", 14, "middle", bold=True)
    p.text(340, 28, "what", 14, "middle", bold=True)
    p.text(665, 28, "where it ends up; defence", 14, "middle", bold=True)
    rows = (
        ("a seller", "the page", "prompt", "quoted: a page is data"),
        ("a user", "the task", "prompt", "quoted, and never an order"),
        ("the model", "action, reason", "record", "a gate: can this be true?"),
        ("a file's owner", "whole records", "memory", "provenance: who lived it?"),
    )
    for number, (who, what, where, defence) in enumerate(rows):
        y = 48 + number * 64
        p.box(14, y, 152, 48, who)
        p.box(266, y, 152, 48, what, tone="accent", bold=False)
        p.box(524, y, 262, 48, where, defence, size=13)
        p.arrow((166, y + 24), (263, y + 24))
        p.arrow((418, y + 24), (521, y + 24), colour=ORANGE)
    return p
