"""The parts of the page of results: each question with its answer, its picture and its numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.plans import PLANS
from rememberer_lite.experiments.real import READING, REAL, ROWS, contrasts
from rememberer_lite.experiments.reasons import CLAIMS, Claim
from rememberer_lite.experiments.results import Result
from rememberer_lite.experiments.tables import Row, paired, show, table
from rememberer_lite.training import Interval

#: rows, what the values are, the finding, whether they are differences → (SVG, what it shows)
Draw = Callable[[Mapping[str, Interval], str, str, bool], tuple[str, str]]
_WORDS = {"above": "a gain", "below": "a loss", "same": "not distinguished from no effect"}


def is_real(result: Result) -> bool:
    """Whether the result is one of a language model."""
    plan = PLANS.get(result["plan"])
    return plan is not None and plan.language_model


def direction(difference: Interval | None) -> str:
    """ "above", "below" or "same", as the interval of a difference says."""
    if difference is None or difference.low <= 0 <= difference.high:
        return "same"
    return "above" if difference.mean > 0 else "below"


def folded(summary: str, lines: Iterable[str]) -> list[str]:
    """Lines that are shown when they are asked for."""
    return [f"<details><summary>{summary}</summary>", "", *lines, "", "</details>", ""]


class Sheet:
    """Collects the pictures while the sections are written.

    Args:
        folder: the name of the folder of the results.
        draw: makes the picture of a comparison.
    """

    def __init__(self, folder: str, draw: Draw) -> None:
        self.folder, self.draw = folder, draw
        self.pictures: dict[str, str] = {}

    def claims(self, results: Sequence[Result]) -> list[str]:
        """Each question with its answer in one sentence, a picture and, folded, the numbers."""
        found = {
            (result["plan"], result["env"]): {row.condition: row for row in table(result)}
            for result in results
        }
        lines = []
        for number, claim in enumerate(CLAIMS, start=1):
            rows = {
                env: [named[name] for name in claim.rows if name in named]
                for (plan, env), named in found.items()
                if plan == claim.plan
            }
            if not any(rows.values()):
                continue
            for env in rows:
                check(claim, env, found[claim.plan, env])
            lines += [f"### {claim.question}", "", f"**{claim.answer}**"]
            if claim.reason:
                lines[-1] += f" Likely reason: {claim.reason}"
            lines += [
                "",
                self.picture(f"{number:02}_{claim.plan}", rows, claim.measure, claim.answer),
            ]
            lines += ["", *folded("The numbers", _numbers(rows, claim.measure))]
        return lines

    def real(self, result: Result) -> list[str]:
        """What a language model does with and without a memory, on each kind of goals."""
        rows, env = table(result), result["env"]
        measure = result["measures"][0]
        title = "A real model" if result["plan"] == REAL.name else "The settings for small models"
        lines = [f"## {title}: {env} ({result['model']})", ""]
        if result["plan"] == REAL.name and not self.pictures:  # once is enough
            lines += folded("What was done, and what the rows are", [READING, "", ROWS])
        kinds = list(dict.fromkeys(_split(row.condition)[1] for row in rows))
        for kind in kinds:
            of_kind = [row for row in rows if _split(row.condition)[1] == kind]
            said = [
                f"{_split(row.condition)[0]} {show(gap, '+')}, {_WORDS[direction(gap)]}"
                for row in of_kind
                if (gap := row.differences.get(measure)) is not None
            ]
            if not said:
                continue
            gains, losses = (
                [
                    _split(row.condition)[0]
                    for row in of_kind
                    if direction(row.differences.get(measure)) == wanted
                ]
                for wanted in ("above", "below")
            )
            where = f"On {kind}" if kind else "In this experiment"
            reference = _split(next(r for r in of_kind if r.differences).reference)[0]
            answer = f"{where}, {len(gains)} of {len(said)} rows gain over {reference}" + (
                f": {', '.join(gains)}." if gains else "."
            )
            if losses:
                answer += f" {len(losses)} lose: {'; '.join(losses)}."
            name = re.sub(r"\W+", "_", f"{result['plan']}_{env}_{kind}").strip("_")
            picture = self.picture(name, {env: of_kind}, measure, answer)
            numbers = [f"- {text}" for text in said]
            pairs, more = self._contrasts(result, kind, measure)
            lines += [" ".join(f"**{text}**" for text in (answer, *pairs)), "", picture, ""]
            lines += folded("The numbers", [*numbers, *more])
        return lines

    def _contrasts(self, result: Result, kind: str, measure: str) -> tuple[list[str], list[str]]:
        """Pairs of rows that a question of their own is about, paired by seed: answer, numbers."""
        if result["plan"] != REAL.name or result["env"] not in REAL.conditions:
            return [], []
        gaps = {
            f"{one} − {other}": paired(result, f"{one}, {kind}", f"{other}, {kind}", measure)
            for one, other in contrasts(result["env"])
        }
        said = [f"{name}: {show(gap, '+')}, {_WORDS[direction(gap)]}" for name, gap in gaps.items()]
        clear = [
            f"{name} ({'above' if direction(gap) == 'above' else 'below'} 0)"
            for name, gap in gaps.items()
            if direction(gap) != "same"
        ]
        answer = f"On {kind}, of these {len(gaps)} pairs " + (
            f"{len(clear)} can be distinguished: {'; '.join(clear)}."
            if clear
            else "none can be distinguished from chance."
        )
        name = re.sub(r"\W+", "_", f"{result['plan']}_{result['env']}_{kind}_pairs")
        svg, alt = self.draw(gaps, f"{measure}, first − second, paired by seed", answer, True)
        return [answer], ["", self._shown(name, svg, alt), "", *(f"- {text}" for text in said)]

    def picture(
        self, name: str, rows: Mapping[str, Sequence[Row]], measure: str, finding: str
    ) -> str:
        """Draws the rows and gives the line that shows the picture."""
        several = sum(bool(found) for found in rows.values()) > 1
        differences = {
            f"{env}: {row.condition}" if several else row.condition: row.differences[measure]
            for env, found in rows.items()
            for row in found
            if measure in row.differences
        }
        means = {
            f"{env}: {row.condition}" if several else row.condition: row.means[measure]
            for env, found in rows.items()
            for row in found
        }
        if differences:
            svg, alt = self.draw(differences, f"{measure}, this − its reference", finding, True)
        else:
            svg, alt = self.draw(means, measure, finding, False)
        return self._shown(name, svg, alt)

    def _shown(self, name: str, svg: str, alt: str) -> str:
        self.pictures[name] = svg
        plain = re.sub(r"[\[\]]", "", alt.replace("[", "(").replace("]", ")"))
        return f"![{plain}]({self.folder}/plots/{name}.svg)"


def check(claim: Claim, env: str, named: Mapping[str, Row]) -> None:
    """An answer is written by hand; it is printed only while the numbers say the same.

    Raises:
        ExperimentError: if a row says otherwise.
    """
    for of, verdict, names in claim.holds:
        for name in names:
            if of != env or name not in named:
                continue
            found = direction(named[name].differences.get(claim.measure))
            if found != verdict:
                raise ExperimentError(
                    f"{claim.answer!r} does not hold: in {env}, {name!r} is {found!r}, not "
                    f"{verdict!r}. Write the answer again, in reasons.py"
                )
    for of, low, high in claim.lower:
        if of == env and low in named and high in named:
            one, other = (named[name].means[claim.measure].mean for name in (low, high))
            if one >= other:
                raise ExperimentError(
                    f"{claim.answer!r} does not hold: in {env}, {low!r} is {one:.3f} and {high!r} "
                    f"{other:.3f}. Write the answer again, in reasons.py"
                )


def _numbers(rows: Mapping[str, Sequence[Row]], measure: str) -> Iterable[str]:
    for env, found in rows.items():
        yield f"- {env}, {measure}:"
        for row in found:
            gap = row.differences.get(measure)
            against = "" if gap is None else f" ({show(gap, '+')} against {row.reference})"
            yield f"  - {row.condition}: {show(row.means[measure])}{against}"


def _split(condition: str) -> tuple[str, str]:
    """A condition's name and the kind of goals that it is tested on.

    >>> _split("trained from E1, goals never met")
    ('trained from E1', 'goals never met')
    """
    name, comma, kind = condition.rpartition(", ")
    return (name, kind) if comma and kind.startswith("goals ") else (condition, "")
