"""llama.cpp inside this process: loaded once, and asked by one thread at a time."""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

from rememberer_lite.llm.base import LLMError
from rememberer_lite.llm.local.weights import require
from rememberer_lite.text import encodable

_LOADED: dict[tuple[object, ...], Engine] = {}
_LOADING = threading.Lock()
#: of the engine, each with room for one prompt: 90 MB for this model
SLOTS = 3


def engine(path: Path, threads: int, context: int) -> Engine:
    """The engine with this model: one for the whole process."""
    key = (os.getpid(), path, threads, context)  # a forked child has none of its threads
    with _LOADING:
        if key not in _LOADED:
            _LOADED[key] = Engine(path, threads, context)
        return _LOADED[key]


class Engine:
    """A loaded model, behind llama.cpp's own server on this machine.

    Attributes:
        version: of the package `xllamacpp`.
        url: where it speaks OpenAI's chat completions.
        key: what each request needs: the address is on this machine, but not for all.

    Raises:
        LLMError: if the package is missing, or it cannot load the file.
    """

    def __init__(
        self, path: Path, threads: int, context: int, port: int = 0, slots: int = SLOTS
    ) -> None:
        import http.client

        xllamacpp = require("xllamacpp")
        self.context = context
        from importlib.metadata import version  # a slow import

        self.version = version("xllamacpp")
        self._lock = threading.Lock()
        self.key = secrets.token_urlsafe()
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx = context * slots
        params.n_parallel = slots
        params.kv_unified = False  # so that no slot sees what another one holds
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        params.port = port
        params.cache_ram_mib = 0
        params.api_keys = [self.key]
        params.verbosity = -1
        try:
            self._server = xllamacpp.Server(params)
        except Exception as error:  # it raises many kinds of errors
            raise LLMError(
                f"llama.cpp cannot load {path} ({error}): the file is damaged, is of a kind that "
                f"xllamacpp {self.version} does not know, or needs more memory than there is"
            ) from error
        self.url = f"{self._server.listening_address}/v1"
        address = self._server.listening_address.removeprefix("http://")
        self._http = http.client.HTTPConnection(address, timeout=60)
        self.tokens = lru_cache(maxsize=256)(self._tokens)
        self._kept = KeptPrefixes(slots)

    def _tokens(self, text: str) -> tuple[int, ...]:
        """The tokens of a text; markers that control a chat are plain text here."""
        text = encodable(text)
        body = json.dumps({"content": text, "add_special": True, "parse_special": False})
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        with self._lock:
            for attempt in (1, 2):
                try:
                    self._http.request("POST", "/tokenize", body, headers)
                    return tuple(json.load(self._http.getresponse())["tokens"])
                except Exception as error:
                    self._http.close()  # it was idle for long: the next attempt reopens it
                    if attempt == 2:
                        raise LLMError(
                            f"llama.cpp does not count tokens ({error}): is something on this "
                            "machine in the way of 127.0.0.1?"
                        ) from error
        raise AssertionError("unreachable")

    def complete(self, tokens: tuple[int, ...], prefix: int = 0, **options: Any) -> dict[str, Any]:
        """What llama.cpp answers to a prompt, in the form of OpenAI's completions.

        Args:
            tokens: the prompt.
            prefix: how many of its first tokens are read as a part of their own, and kept for
                prompts that begin in the same way.
            options: of llama.cpp's completions.
        """
        with self._lock:
            slot, known = self._kept.slot(tokens[:prefix])
            # What a slot holds would change the last digits of the result. So the prefix is asked
            # for first: that cuts the slot back to it, and reads its last token again, alone.
            for _ in range(1 if known else 2) if prefix else ():
                self._ask({"prompt": list(tokens[:prefix]), "id_slot": slot, "max_tokens": 0})
            return self._ask(
                {
                    "prompt": list(tokens),
                    "id_slot": slot,
                    "cache_prompt": bool(prefix),
                    **options,
                }
            )

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        answer = self._server.handle_completions(request)
        if "error" in answer:
            self._kept.clear()
            raise LLMError(
                f"llama.cpp refuses the prompt: {answer['error'].get('message', answer['error'])}"
            )
        return dict(answer)


class KeptPrefixes:
    """Which beginning of a prompt each slot of the engine holds.

    A prompt begins with its examples, and the same examples begin many prompts: what the engine
    has computed for them is used again. The slot whose prefix has saved the fewest tokens is
    reused for another one.

    >>> kept = KeptPrefixes(2)
    >>> [kept.slot((1, 2, 3)), kept.slot((7,)), kept.slot((8,)), kept.slot((1, 2, 3))]
    [(1, False), (0, False), (0, False), (1, True)]
    """

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self.clear()

    def clear(self) -> None:
        """Nothing is known any more of what the slots hold."""
        self._held: list[tuple[int, ...]] = [()] * self._slots
        self._used: Counter[tuple[int, ...]] = Counter()

    def slot(self, prefix: tuple[int, ...]) -> tuple[int, bool]:
        """(the slot for a prompt that begins so, whether it holds this prefix already)."""
        if prefix and prefix in self._held:
            self._used[prefix] += len(prefix)
            return self._held.index(prefix), True
        # of equal ones the last, so that prefixes that take turns do not drive each other out
        slot = min(range(self._slots), key=lambda n: (self._used[self._held[n]], -n))
        self._used.pop(self._held[slot], None)
        self._held[slot] = prefix
        self._used[prefix] = len(prefix)
        return slot, False
