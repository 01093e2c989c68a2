"""The questions behind the experiments, and the likely reasons for the answers.

The numbers come from the result files. The reasons are ours, and a reason is not a measurement.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """A question, where to find its answer, and the likely reason.

    Attributes:
        question: the question.
        plan: the experiment that answers it.
        rows: the rows to read.
        answer: the answer, in one sentence.
        holds: (environment, "above", "below" or "same", rows): what the answer says of these rows
            and their references; a page whose numbers say otherwise is not written.
        lower: (environment, row, other): the first has the lower mean.
        measure: the measure to read.
        reason: the likely reason, in a sentence or two; "" if the numbers speak for themselves.
    """

    question: str
    plan: str
    rows: tuple[str, ...]
    answer: str
    holds: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    lower: tuple[tuple[str, str, str], ...] = ()
    measure: str = "success"
    reason: str = ""


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "How do results change with the size of the memory?",
        "memory_size",
        ("capacity 10", "capacity 100", "capacity 500", "capacity 1000",
         "10 records at random", "100 records at random", "500 records at random", "no limit"),
        answer="In the shop each of these limits costs success, and no cost of records drawn at "
        "random can be distinguished from 0; on the wiki only a limit of ten is distinguished.",
        holds=(
            ("webshop", "below", ("capacity 10", "capacity 100", "capacity 500", "capacity 1000",)),
            ("webshop", "same", (
             "10 records at random", "100 records at random", "500 records at random")),
            ("wikihow", "below", ("capacity 10",)),
            ("wikihow", "same", ("capacity 100", "capacity 500", "capacity 1000",)),
        ),
        reason="In the shop no number of records drawn at random can be distinguished from all of "
        "them, but the rule of eviction can: a page before and after a click on an option is the "
        "most similar pair of all, so the records that say “choose an option” go first. Wiki "
        "screens differ in their tags, so fewer of them are twins. The limit also holds during "
        "training: the episodes behind a limit and behind a random draw differ as well.",
    ),
    Claim(
        "Does experience transfer between tasks of different observation spaces?",
        "transfer",
        ("foreign records alone", "E0 and 0 goals + foreign", "E0 and 50 goals + foreign",
         "E0 and 50 goals + foreign, capacity 500"),
        answer="Neither help nor harm is seen between shop and wiki, but in the shop a full memory "
        "has to evict its own records, and that costs success.",
        holds=(
            ("webshop", "same", ("foreign records alone", "E0 and 50 goals + foreign",)),
            ("webshop", "below", ("E0 and 50 goals + foreign, capacity 500",)),
            ("wikihow", "same", ("foreign records alone", "E0 and 50 goals + foreign",
             "E0 and 50 goals + foreign, capacity 500")),
        ),
        reason="Beside own records, each similarity rarely retrieves one of the other world. With "
        "foreign records alone every example is one, and no effect is distinguished either: the "
        "stand-in gives little weight to an example whose page is built in another way.",
    ),
    Claim(
        "Which λ is best, and does it depend on the domain?",
        "lambda",
        tuple(f"λ = {w:g}" for w in (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)),
        answer="No best λ can be identified in either domain; only λ = 1, the "
        "task alone, is worse.",
        holds=(
            ("webshop", "below", ("λ = 1",)),
            ("wikihow", "below", ("λ = 1",)),
            ("webshop", "same", ("λ = 0", "λ = 0.1", "λ = 0.25", "λ = 0.75", "λ = 0.9",)),
            ("wikihow", "same", ("λ = 0", "λ = 0.1", "λ = 0.25", "λ = 0.75", "λ = 0.9",)),
        ),
        reason="All pages of a task tie in the task part, so the slightest weight of the page "
        "decides between them.",
    ),
    Claim(
        "Check: does the similarity distinguish known similar states from dissimilar ones?",
        "similarity",
        ("the paper's, λ = 0.5", "task only", "observation only", "richer observation, λ = 0.5",
         "drawn at random"),
        answer="Yes: in both domains it finds the right kind of state far more often than a random "
        "draw, and in the shop a richer view of the page does better still.",
        holds=(
            ("webshop", "below", ("drawn at random", "task only",)),
            ("wikihow", "below", ("drawn at random", "task only",)),
            ("webshop", "above", ("richer observation, λ = 0.5",)),
        ),
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
        answer="One row of five is distinguished: beside ten goals of its own, the experience of "
        "other goals hurts.",
        holds=(
            ("webshop", "below", ("own 10 + other 50",)),
            ("webshop", "same", (
             "own 0 + other 50", "own 5 + other 50", "own 25 + other 50", "own 50 + other 50")),
        ),
        reason="One row of five excludes 0, which is not rare by chance alone, and “own 10” is the "
        "highest of the rows without other goals: a single fortunate draw would look like this.",
    ),
    Claim(
        "Check: how does the depth n change results?",
        "depth",
        ("n = 1", "n = 2", "n = 3", "n = 5", "whole episode"),
        answer="Only n = 1 in the shop is worse than the whole episode; no other depth can be "
        "distinguished from it.",
        holds=(
            ("webshop", "below", ("n = 1",)),
            ("webshop", "same", ("n = 2", "n = 3", "n = 5",)),
            ("wikihow", "same", ("n = 1", "n = 2", "n = 3", "n = 5",)),
        ),
        reason="With n = 1 an unknown next page borrows its value from the page just left, which "
        "has none yet; in the shop pages before and after a click look the same.",
    ),
    Claim(
        "Check: how does the depth n change the scatter of Q, and the cost?",
        "depth",
        ("n = 1", "n = 2", "n = 3", "n = 5", "whole episode"),
        answer="In both domains the values of whole episodes scatter less, on average, than those "
        "of n = 1.",
        lower=(("webshop", "whole episode", "n = 1"), ("wikihow", "whole episode", "n = 1"),),
        measure="q_variance",
        reason="Unlike in the textbook, whole returns scatter less than n = 1 here: the value that "
        "a shorter target borrows depends on which record happens to be the nearest. Updates "
        "differ by about a fifth at most; a step costs one call of the model whatever n is.",
    ),
    Claim(
        "Which matters more here, similarity of observations or of tasks?",
        "ablation",
        ("task similarity only", "observation similarity only",
         "whole episode, task similarity only", "whole episode, observation similarity only"),
        answer="It depends: against both together the task alone is worse with whole episodes in "
        "both domains, and the page alone is not distinguished; with n = 1 the page alone is worse "
        "on the wiki.",
        holds=(
            ("webshop", "below", ("whole episode, task similarity only",)),
            ("wikihow", "below", ("whole episode, task similarity only",)),
            ("webshop", "same", ("whole episode, observation similarity only",)),
            ("wikihow", "same", ("whole episode, observation similarity only",)),
            ("wikihow", "below", ("observation similarity only",)),
        ),
        lower=(("wikihow", "observation similarity only", "task similarity only"),),
        reason="That one row is distinguished from the reference and the other is not does not yet "
        "distinguish the two from each other; chapter 10 prints their own differences. On the wiki "
        "the page alone does not show which step is due.",
    ),
    Claim(
        "Does bootstrapping help here?",
        "ablation",
        ("n = 1, bootstrapped", "n = 1, not bootstrapped", "whole episode"),
        answer="No effect is seen: with n = 1, bootstrapping cannot be distinguished from none in "
        "either domain.",
        holds=(
            ("webshop", "same", ("n = 1, not bootstrapped",)),
            ("wikihow", "same", ("n = 1, not bootstrapped",)),
        ),
        reason="The record being updated is often the nearest to its own next state, so it borrows "
        "its own 0.",
    ),
    Claim(
        "Do discouraged actions help here?",
        "ablation",
        ("no discouraged", "whole episode, no discouraged"),
        answer="No effect is seen in either domain.",
        holds=(
            ("webshop", "same", ("no discouraged", "whole episode, no discouraged",)),
            ("wikihow", "same", ("no discouraged", "whole episode, no discouraged",)),
        ),
        reason="The stand-in gives a warning a tenth of the weight of advice, so an effect could "
        "barely show; with a real model ask again.",
    ),
    Claim(
        "How many exemplars, and how many tokens for them?",
        "exemplars",
        ("m = 0, 4000 tokens", "m = 1, 4000 tokens", "m = 2, 4000 tokens", "m = 6, 4000 tokens",
         "m = 2, 8000 tokens", "m = 6, 16000 tokens",
         "m = 2, 8000 tokens, untrained", "m = 2, 8000 tokens, γ = 0.9"),
        answer="More exemplars help as long as they fit: six beat two at once in the shop, and on "
        "the wiki when the prompt has room for them. With room for two, training beats its own "
        "start in both; γ = 0.9 adds to that on the wiki, and costs in the shop.",
        holds=(
            ("webshop", "below", ("m = 0, 4000 tokens", "m = 1, 4000 tokens",)),
            ("webshop", "above", ("m = 6, 4000 tokens", "m = 6, 16000 tokens",)),
            ("wikihow", "below", ("m = 0, 4000 tokens",)),
            ("wikihow", "same", ("m = 6, 4000 tokens",)),
            ("wikihow", "above", ("m = 2, 8000 tokens", "m = 6, 16000 tokens",
             "m = 2, 8000 tokens, γ = 0.9")),
            ("wikihow", "below", ("m = 2, 8000 tokens, untrained",)),
            ("webshop", "below", ("m = 2, 8000 tokens, untrained", "m = 2, 8000 tokens, γ = 0.9")),
        ),
        reason="Wiki screens are long: within 4000 tokens there is barely room for two.",
    ),
    Claim(
        "Which memory policy beats well-chosen initial records, in which domain, and why?",
        "policies",
        ("plain rule from E1", "solved episodes only, from E1",
         "higher values preferred, from E1", "γ = 0.9, from E1", "judged by neighbours, from E1"),
        answer="In the shop none of them; on the wiki, to keep only solved episodes, to prefer "
        "higher values, and, only just, γ = 0.9.",
        holds=(
            ("webshop", "below", ("plain rule from E1", "solved episodes only, from E1",
             "higher values preferred, from E1", "γ = 0.9, from E1",
             "judged by neighbours, from E1")),
            ("wikihow", "above", ("solved episodes only, from E1",
             "higher values preferred, from E1", "γ = 0.9, from E1")),
            ("wikihow", "same", ("plain rule from E1",)),
        ),
        reason="E1 in the shop is a whole careful purchase, and a half-right purchase earns "
        "two thirds and is then shown as an example. Keeping solved episodes, or showing the "
        "records of higher value, loses least. On the wiki E1 has two records and leaves "
        "much to learn; there both beat it. Ten rows are compared: one that is only just clear "
        "of 0 may be chance.",
    ),
    Claim(
        "Do ideas of later works help on the same journal?",
        "later",
        ("two phases", "two phases, by use", "rules and records", "rules alone",
         "solved episodes of the journal"),
        answer="In the shop four of five do; the fifth, and on the wiki all of them, cannot be "
        "distinguished from the nearest records.",
        holds=(
            ("webshop", "above", ("two phases", "rules and records", "rules alone",
             "solved episodes of the journal")),
            ("webshop", "same", ("two phases, by use",)),
            ("wikihow", "same", ("two phases", "two phases, by use", "rules and records",
             "rules alone", "solved episodes of the journal")),
        ),
    ),
)  # fmt: skip
