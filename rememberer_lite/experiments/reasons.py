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


CLAIMS: tuple[Claim, ...] = ()
