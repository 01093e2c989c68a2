"""The questions that the experiments were made for, and why the answers are what they are.

The numbers come from the result files. The reasons are ours, and a reason is no measurement.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """A question, where its answer stands, and the likely reason.

    Attributes:
        question: as asked.
        plan: the experiment that answers it.
        rows: the rows to read.
        measure: which of its measures.
        reason: the likely reason, in a sentence or two; "" where the numbers speak.
    """

    question: str
    plan: str
    rows: tuple[str, ...]
    measure: str = "success"
    reason: str = ""


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "How do results change with the size of the memory?",
        "memory_size",
        ("capacity 10", "capacity 100", "capacity 500", "capacity 1000",
         "10 records at random", "100 records at random", "500 records at random", "no limit"),
        reason="In the shop the number of records hardly matters, and the rule of eviction does: a"
        " page before and after a click on an option is the most similar pair of all, so "
        "the records that say “choose an option” go first. A limit that is reached costs "
        "about as much as the whole memory gains. Wiki screens differ in their tags, and the rule "
        "does little harm there.",
    ),
    Claim(
        "Does experience transfer between tasks of different observation spaces?",
        "transfer",
        ("foreign records alone", "E0 and 0 goals + foreign", "E0 and 50 goals + foreign",
         "E0 and 50 goals + foreign, capacity 500"),
        reason="Neither help nor harm: each similarity sees nothing of its own world in the "
        "other's records, and hardly ever shows one. Harm comes only where foreign records "
        "fill a memory and own ones are evicted.",
    ),
    Claim(
        "Which λ is best, and does it depend on the domain?",
        "lambda",
        tuple(f"λ = {w:g}" for w in (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)),
        reason="No best one can be told, in either domain; only the task alone (λ = 1) is clearly "
        "worse. All pages of a task tie in the task part, so the slightest weight of the "
        "page decides between them.",
    ),
    Claim(
        "Check: does the similarity tell known similar states from dissimilar ones?",
        "similarity",
        ("the paper's, λ = 0.5", "task only", "observation only", "richer observation, λ = 0.5",
         "drawn by lot"),
        measure="precision_1",
        reason="The label is the kind of action that an expert takes. In the shop a pattern that "
        "also sees whether options are open does better than the paper's four page "
        "patterns.",
    ),
    Claim(
        "Check: when does the experience of other goals help, and when does it hurt?",
        "transfer",
        ("own 0 + other 50", "own 5 + other 50", "own 10 + other 50", "own 25 + other 50",
         "own 50 + other 50"),
        reason="The sign changes as own goals are added; where exactly it turns these seeds do not"
        " settle. One row of five clears 0, which by luck alone is not rare.",
    ),
    Claim(
        "Check: how does the depth n change results?",
        "depth",
        ("n = 1", "n = 2", "n = 3", "n = 5", "whole episode"),
        reason="With n = 1 an unknown next page borrows from the page just left, which has no "
        "value yet; in the shop pages before and after a click look the same.",
    ),
    Claim(
        "Check: how does the depth n change the scatter of Q, and the cost?",
        "depth",
        ("n = 1", "n = 2", "n = 3", "n = 5", "whole episode"),
        measure="q_variance",
        reason="Against the textbook, whole returns scatter least here: the value that a shorter "
        "target borrows depends on which record happens to be the nearest. Updates and time are "
        "nearly the same for all depths; a step costs one call of the model whatever n is.",
    ),
    Claim(
        "Reported for the paper: similarity of observations matters more than that of tasks.",
        "ablation",
        ("task similarity only", "observation similarity only",
         "whole episode, task similarity only", "whole episode, observation similarity only"),
        reason="With whole episodes both worlds lean that way. With n = 1 it holds in the shop and"
        " is the other way round on the wiki, where the page alone does not say which step "
        "is due.",
    ),
    Claim(
        "Reported for the paper: bootstrapping helps.",
        "ablation",
        ("n = 1, bootstrapped", "n = 1, not bootstrapped", "whole episode"),
        reason="Not told apart from none here. The record that is being updated is often the "
        "nearest to its own next state, so it borrows its own 0.",
    ),
    Claim(
        "Reported for the paper: discouraged actions help.",
        "ablation",
        ("no discouraged", "whole episode, no discouraged"),
        reason="Not told apart from none. The stand-in gives a warning a tenth of the weight of an"
        " advice, so it could hardly show; with a real model ask again.",
    ),
    Claim(
        "How many exemplars, and how many tokens for them?",
        "exemplars",
        ("m = 0, 4000 tokens", "m = 1, 4000 tokens", "m = 2, 4000 tokens", "m = 6, 4000 tokens",
         "m = 2, 8000 tokens", "m = 6, 16000 tokens"),
        reason="More exemplars help as long as they fit. Wiki screens are long: within 4000 tokens"
        " hardly two find room.",
    ),
    Claim(
        "Which memory policy beats well-chosen initial records, in which domain, and why?",
        "policies",
        ("the paper's rule from E1", "solved episodes only, from E1",
         "higher values preferred, from E1", "γ = 0.9, from E1", "judged by neighbours, from E1"),
        reason="In the shop none: E1 is a whole careful purchase, and a half-right purchase earns "
        "two thirds and stands as an example. Keeping solved episodes, or showing the "
        "records of higher value, loses least. On the wiki E1 has two records and leaves "
        "much to be learnt; there both beat it.",
    ),
)  # fmt: skip
