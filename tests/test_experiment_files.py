"""Result files: of earlier versions, damaged ones, and those that two runs write at once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rememberer_lite.experiments import PLANS, Condition, Plan, load, run, save, table
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.measures import Cell
from rememberer_lite.experiments.results import empty, merged

OLD = Path(__file__).parent / "old_files" / "similarity_webshop.json"
PLAN = Plan("small", "?", {"webshop": (Condition("a"), Condition("b", "random"))}, reference="a")


def test_a_file_of_an_earlier_version_means_the_same(tmp_path: Path) -> None:
    raw = json.loads(OLD.read_text("utf-8"))
    assert raw["cells"][6]["condition"] == "drawn by lot", "the file is not the old one"
    result = load(OLD)
    assert result["conditions"] == list(PLANS["similarity"].conditions["webshop"])
    assert [cell.get("auc") for cell in result["cells"]] == [cell["auc"] for cell in raw["cells"]]
    rows = {row.condition: row for row in table(result)}
    found = {(c["seed"], c["condition"]): c["precision_1"] for c in raw["cells"]}
    gaps = [found[s, "drawn by lot"] - found[s, "the paper's, λ = 0.5"] for s in (100, 101)]
    assert rows["drawn at random"].differences["precision_1"].mean == pytest.approx(sum(gaps) / 2)
    # it is resumed, and nothing in it is recomputed
    out = tmp_path / "out.json"
    out.write_bytes(OLD.read_bytes())
    seeds = [cell["seed"] for cell in result["cells"]]
    assert run(PLANS["similarity"], "webshop", seeds, out, progress=False) == result
    out.write_bytes(b"\xef\xbb\xbf" + OLD.read_bytes())  # an editor's byte order mark
    assert load(out) == result


def test_a_file_keeps_its_format(tmp_path: Path) -> None:
    results = Path(__file__).parents[1] / "notebooks" / "results"
    for path in sorted(results.glob("*.json")):
        out = tmp_path / path.name
        save(load(path), out)
        assert out.read_text("utf-8") == path.read_text("utf-8")


Change = Callable[[dict[str, Any]], object]
DAMAGE: list[tuple[str, Change, str]] = [
    ("a text as number", lambda r: r["cells"][0].update(success="0.5"), r"cells\[0\]\['success'\]"),
    ("a measure unknown", lambda r: r["cells"][0].update(succes=0.5), "holds 'succes'"),
    ("a cell without seed", lambda r: r["cells"][0].pop("seed"), "no 'seed'"),
    ("a cell that is a list", lambda r: r["cells"].append([]), r"cells\[2\] is \[\]"),
    ("a cell twice", lambda r: r["cells"].append(r["cells"][0]), "repeats condition and seed"),
    ("a cell of no row", lambda r: r["cells"][0].update(condition="c"), "does not list"),
    ("too large", lambda r: r["cells"][0].update(calls=10**20), "too large"),
    ("an infinite sum", lambda r: r["cells"][0].update(score=1e308), "too large"),
    ("true as number", lambda r: r["cells"][0].update(calls=True), "whole number"),
    ("cells a dictionary", lambda r: r.update(cells={}), "cells is not a list"),
    ("no measures", lambda r: r.pop("measures"), "'measures' is missing"),
    ("a measure no text", lambda r: r["measures"].append(3), "measures"),
    ("versions a list", lambda r: r.update(versions=[]), "versions is not a dictionary"),
    ("plan a number", lambda r: r.update(plan=3), "plan is 3"),
    ("a row misspelt", lambda r: r["conditions"][0].update(values="shufled"), "'shuffled'"),
    (
        "a row's field unknown",
        lambda r: r["conditions"][0].update(vlaues="learnt"),
        "not a condition",
    ),
    ("a row without name", lambda r: r["conditions"][0].pop("name"), "not a condition"),
    ("a row no dictionary", lambda r: r["conditions"].append(7), "not a condition"),
    ("a row a text", lambda r: r["conditions"].append("name"), "not a condition"),
    ("goals flat", lambda r: r["conditions"][0].update(goals=["long", 50]), "goals"),
    ("memory a list", lambda r: r["conditions"][0].update(memory=[]), "dictionary"),
    ("γ of 2", lambda r: r["conditions"][0].update(memory={"gamma": 2}), "gamma"),
]


@pytest.mark.parametrize(("change", "said"), [d[1:] for d in DAMAGE], ids=[d[0] for d in DAMAGE])
def test_a_damaged_file_is_refused_with_its_place(
    tmp_path: Path, change: Change, said: str
) -> None:
    out = tmp_path / "out.json"
    cells: list[Cell] = [{"seed": 0, "condition": name, "success": 0.5} for name in "ab"]
    save({**empty(PLAN, "webshop", "m"), "cells": cells}, out)
    written = json.loads(out.read_text("utf-8"))
    change(written)
    out.write_text(json.dumps(written), "utf-8")
    with pytest.raises(ExperimentError, match=said) as error:
        load(out)
    assert str(out) in str(error.value)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e400", "1" * 5000])
def test_what_is_no_number_is_refused(tmp_path: Path, number: str) -> None:
    out = tmp_path / "out.json"
    cells: list[Cell] = [{"seed": 0, "condition": "a", "success": 0.125}]
    save({**empty(PLAN, "webshop", "m"), "cells": cells}, out)
    out.write_text(out.read_text("utf-8").replace("0.125", number), "utf-8")
    with pytest.raises(ExperimentError, match=r"out\.json"):
        load(out)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[]", "null", "\ufeff"])
def test_a_text_that_is_no_result_is_refused(tmp_path: Path, text: str) -> None:
    out = tmp_path / "out.json"
    out.write_text(text, "utf-8")
    with pytest.raises(ExperimentError, match="not the result of an experiment"):
        load(out)


def test_merging_keeps_what_was_computed() -> None:
    head = empty(PLAN, "webshop", "m")
    good: Cell = {"seed": 0, "condition": "b", "success": 1.0}
    bad: Cell = {"seed": 0, "condition": "b", "error": "killed"}
    first: Cell = {"seed": 0, "condition": "a", "success": 0.0}
    assert merged({**head, "cells": [good]}, [bad, first])["cells"] == [first, good]
    assert merged({**head, "cells": [bad]}, [good])["cells"] == [good]
    assert merged({**head, "cells": [bad]}, [first])["cells"] == [first, bad]


def test_another_experiment_is_not_written_over(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    save(empty(PLAN, "webshop", "m"), out)
    before = out.read_bytes()
    with pytest.raises(ExperimentError, match="another experiment"):
        save(empty(PLAN, "webshop", "another model"), out)
    assert out.read_bytes() == before


WRITER = """
import sys
from rememberer_lite.experiments import Condition, Plan, run
from rememberer_lite.llm import OfflineLLM

rows = Condition("a", "random", test="S0"), Condition("b", "random", test="S1")
plan = Plan("small", "?", {"webshop": rows}, reference="a")
asked = []

def model(seed):
    asked.append(seed)
    if len(asked) == 2:  # the file has been read, and nothing has been written yet
        print("ready", flush=True)
        sys.stdin.readline()
    return OfflineLLM(seed)

run(plan, "webshop", [int(seed) for seed in sys.argv[2:]], sys.argv[1], model=model, progress=False)
"""


def test_two_processes_write_one_file_and_no_cell_is_lost(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(out), *seeds],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for seeds in (("0", "2", "4"), ("1", "3", "5"))
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    cells = [(cell["seed"], cell["condition"]) for cell in load(out)["cells"]]
    assert cells == [(seed, name) for seed in range(6) for name in "ab"]
    assert [file.name for file in tmp_path.iterdir()] == ["out.json"]


SAVER = """
import sys
from rememberer_lite.experiments import Condition, Plan, save
from rememberer_lite.experiments.results import empty

plan = Plan("small", "?", {"webshop": (Condition("a"),)}, reference="a")
for seed in sys.argv[2:]:
    cells = [{"seed": int(seed), "condition": "a", "success": 0.5}]
    save({**empty(plan, "webshop", "m"), "cells": cells}, sys.argv[1])
"""


def test_three_processes_add_their_cells_at_once(tmp_path: Path) -> None:
    out, seeds = tmp_path / "out.json", [str(seed) for seed in range(150)]
    savers = [
        subprocess.Popen([sys.executable, "-c", SAVER, str(out), *seeds[i::3]]) for i in range(3)
    ]
    for saver in savers:
        assert saver.wait(timeout=120) == 0
    assert [cell["seed"] for cell in load(out)["cells"]] == list(range(150))
