"""One wrong value anywhere in a file: the project's own error, which names the file, or a load."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from webshop_shops import ATTRIBUTES, HUMAN, ITEMS
from wrong_kinds import replaced

from rememberer_lite.envs.webshop import Catalogue, WebShopEnv
from rememberer_lite.envs.webshop.products import CatalogueError
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.similarity import from_function
from rememberer_lite.state import ActionValue, Experience, Recent, State
from rememberer_lite.storage import StorageError, load, load_published_pool, save

EXACT = from_function(lambda query, key: float(query == key))


def test_memory_files(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    memory = ExperienceMemory(EXACT, gamma=0.9, n_steps=2, capacity=7)
    actions = {"search[tea]": ActionValue(0.5, 0.25, 2, "why")}
    memory.insert(
        Experience(State("t", "o", ("a",), "i"), 0, actions, 2, Recent(("b",), ("c",), 0.1, 0.2))
    )
    save(memory, path)
    refused = loaded = 0
    for place, document in replaced(json.loads(path.read_text("utf-8"))):
        path.write_text(json.dumps(document), "utf-8")
        try:
            read = load(path, EXACT)
        except StorageError as error:
            refused += 1
            assert "m.json" in str(error), place
            if place.startswith("records/0"):
                assert "record 0" in str(error) or "line 1" in str(error), (place, error)
        else:
            loaded += 1
            read.start(State("t", "o", ("a",), "i"))
            read.observe("search[tea]", 1.0, None, done=True)
            save(read, path)  # what loads can be learnt from, saved and loaded again
            assert list(load(path, EXACT)) == list(read)
    assert refused > loaded > 0


def test_pools(tmp_path: Path) -> None:
    path = tmp_path / "pool.yaml"
    record = {
        "action_dict": {("CLICK(0)", "why"): {"number": 1, "qvalue": 2.0, "reward": 1.0}},
        "other_info": {
            "action_history": [("a", "b")],
            "last_reward": 0.0,
            "number": 4,
            "total_reward": 0.5,
        },
        "id": 7,
    }
    cases = [*replaced(record)]
    documents = [(place, {("<p>", "task", ""): entry}) for place, entry in cases]
    documents += [
        ("key", {key: record}) for _, key in replaced(("<p>", "task", "")) if _hashable(key)
    ]
    documents += [
        ("action", {("<p>", "task", ""): {**record, "action_dict": {key: value}}})
        for value in record["action_dict"].values()  # type: ignore[attr-defined]
        for _, key in replaced(("CLICK(0)", "why"))
        if _hashable(key)
    ]
    refused = 0
    for place, document in documents:
        text = yaml.dump(document, allow_unicode=True)
        path.write_text(text, "utf-8", errors="replace")
        try:
            memory = load_published_pool(path, EXACT)
        except StorageError as error:
            refused += 1
            assert "pool.yaml" in str(error), place
            if "not YAML" not in str(error) and "holds no records" not in str(error):
                assert "record 0" in str(error), (place, error)
        else:
            save(memory, tmp_path / "m.json")
            assert list(load(tmp_path / "m.json", EXACT)) == list(memory)
    assert refused > len(documents) // 2


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


@pytest.mark.parametrize("changed", ["items", "attributes", "human"])
def test_catalogues(tmp_path: Path, changed: str) -> None:
    item = next(entry for entry in ITEMS if entry.get("customization_options"))
    asin = item["asin"]
    whole: dict[str, Any] = {
        "items": [item],
        "attributes": {asin: ATTRIBUTES[asin]},
        "human": {asin: HUMAN[asin][:1]},
    }
    paths = {name: tmp_path / f"{name}.json" for name in whole}
    for name, document in whole.items():
        paths[name].write_text(json.dumps(document), "utf-8")
    refused = loaded = 0
    for place, document in replaced(whole[changed]):
        paths[changed].write_text(json.dumps(document), "utf-8")
        for human in (paths["human"], None):
            try:
                shop = Catalogue.from_files(paths["items"], paths["attributes"], human)
            except CatalogueError as error:
                refused += 1
                assert f"{changed}.json" in str(error), place
                continue
            loaded += 1
            env = WebShopEnv(shop)
            env.reset(options={"goal": 0})
            env.step(f"search[{shop.products[0].title}]")
            for action in (f"click[{asin.lower()}]", "click[description]", "click[buy now]"):
                _, reward, *_ = env.step(action)
            assert 0.0 <= float(reward) <= 1.0
    assert refused and loaded
