"""Any server that speaks OpenAI's chat completions, through the `openai` package.

The package repeats failed calls by itself, in silence and for up to two minutes at a time; here
it is told not to. This class repeats them in sight, within bounds, and turns whatever goes wrong
into one exception, `LLMError`, that names the cause and the fix.
"""

from __future__ import annotations

import logging
import math
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NoReturn
from urllib.parse import urlsplit, urlunsplit

from rememberer_lite.llm.base import LLMError, Reply
from rememberer_lite.llm.budget import Budget, Call
from rememberer_lite.llm.faults import Fault, of_error, read_answer
from rememberer_lite.llm.secret import Secret
from rememberer_lite.tokens import CHAT_OVERHEAD, count_tokens

log = logging.getLogger("rememberer_lite.llm")

OPENAI = "https://api.openai.com/v1"
#: What a model may refuse to be told, and what to tell it instead (None: nothing).
_INSTEAD = {"max_tokens": "max_completion_tokens", "temperature": None, "stop": None}


class OpenAILLM:
    """A model behind an OpenAI-compatible server; safe to share between threads.

    Args:
        model: its name on the server.
        base_url: the root of the server's API, for example http://localhost:11434/v1 (Ollama);
            None reads OPENAI_BASE_URL, else it is OpenAI's own.
        api_key: None reads OPENAI_API_KEY; a local server mostly needs none.
        temperature: of the sampling (paper: 0.1).
        max_output_tokens: the longest reply (published runs: 200 on WebShop, 100 on WikiHow).
        stop: the reply ends before any of these words (paper: "Discouraged").
        timeout: seconds without a byte of the answer.
        max_retries: how often a call that may yet succeed is repeated.
        backoff: seconds before the first repetition, doubled for each further one.
        max_wait: the longest wait, in seconds, before one repetition; a server that asks for more
            (Retry-After) ends the run, which can be resumed.
        budget: what may be used; None counts without a limit.

    Raises:
        LLMError: where base_url is no address, or there is no key for a server that needs one.

    >>> OpenAILLM("llama3.2", base_url="http://localhost:11434/v1")
    OpenAILLM('llama3.2', base_url='http://localhost:11434/v1', temperature=0.1)
    """

    def __init__(
        self,
        model: str,
        base_url: str | None = None,
        api_key: str | None = None,
        temperature: float = 0.1,
        max_output_tokens: int = 200,
        stop: Sequence[str] = ("Discouraged",),
        timeout: float = 120.0,
        max_retries: int = 4,
        backoff: float = 1.0,
        max_wait: float = 60.0,
        budget: Budget | None = None,
    ) -> None:
        self.model = model
        self.base_url = _address(base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI)
        self._key = _key(api_key, self.base_url)
        self.temperature = temperature
        self.max_output_tokens = max_output_tokens
        self.stop = (stop,) if isinstance(stop, str) else tuple(stop)
        self.timeout = timeout
        self.max_retries = max_retries
        self.backoff = backoff
        self.max_wait = max_wait
        self.budget = budget or Budget()
        self._options: dict[str, Any] = {
            "temperature": temperature,
            "max_tokens": max_output_tokens,
        }
        if self.stop:
            self._options["stop"] = list(self.stop)
        self._lock = threading.Lock()
        self._client: Any = None  # an openai.OpenAI, made at the first call
        self._answered = False  # whether the server has ever answered
        self._quiet_until = 0.0  # no thread calls before this moment
        self._correction = 1.0  # the server's count of tokens / our estimate, where above 1

    def complete(self, prompt: str) -> Reply:
        """Ask once, and again where the failure may pass.

        Raises:
            BudgetExceeded: where the call could pass the budget; it was not made.
            LLMError: where no answer can be had; the message names the cause and the fix.
        """
        estimated = count_tokens(prompt) + CHAT_OVERHEAD
        attempt = 0
        while True:
            self._keep_quiet()
            tokens = math.ceil(estimated * self._correction)
            with self.budget.call(tokens, self.max_output_tokens) as call:
                outcome = self._ask(prompt, tokens, call)
            if isinstance(outcome, Reply):
                self._compare(estimated, outcome.prompt_tokens)
                return outcome
            if not outcome.passing:
                raise LLMError(self._tell(outcome))
            if attempt == self.max_retries:
                raise LLMError(self._tell(outcome, f" (asked {attempt + 1} times)"))
            wait = self.backoff * 2**attempt if outcome.wait is None else outcome.wait
            if outcome.wait is not None and wait > self.max_wait:
                asked = f"it asks for a pause of {wait:g} s, longer than max_wait={self.max_wait:g}"
                raise LLMError(self._tell(outcome, f"; {asked}"))
            attempt += 1
            self._pause(min(wait, self.max_wait), outcome, attempt)

    def _ask(self, prompt: str, tokens: int, call: Call) -> Reply | Fault:
        """One call to the server, and what it came to; nothing is raised."""
        options = self._options
        try:
            answer = self._connect().chat.completions.with_raw_response.create(
                model=self.model, messages=[{"role": "user", "content": prompt}], **options
            )
            outcome = read_answer(answer.content, self.model, tokens, self.max_output_tokens)
        except Exception as error:
            # Only the words leave this block: the exception itself holds the request and, with
            # it, the key.
            outcome = of_error(error, self.model, self._shown_url, self._answered)
            refused = _refused_option(error, options)
            if refused:
                self._leave_out(refused)
                outcome = replace(outcome, passing=True, wait=0.0)
        if isinstance(outcome, Fault):
            if outcome.billed:
                call.used(tokens, self.max_output_tokens)
            return replace(outcome, cause=self._key.hide_alike(outcome.cause))
        self._answered = True
        call.used(outcome.prompt_tokens, outcome.completion_tokens)
        hide = self._key.hide  # a server may echo it
        return replace(outcome, text=hide(outcome.text), model=hide(outcome.model))

    def _connect(self) -> Any:
        """The client of the `openai` package."""
        with self._lock:
            if self._client is None:
                import openai

                self._client = openai.OpenAI(
                    api_key=self._key.reveal(),
                    base_url=self.base_url,
                    timeout=self.timeout,
                    max_retries=0,
                    # A proxy cannot reach this machine's own servers.
                    http_client=openai.DefaultHttpxClient(trust_env=False, timeout=self.timeout)
                    if urlsplit(self.base_url).hostname in ("localhost", "127.0.0.1", "::1")
                    else None,
                )
            return self._client

    def _leave_out(self, name: str) -> None:
        """Some models take fewer options: reasoning models no temperature, for example."""
        with self._lock:
            options = dict(self._options)
            value = options.pop(name, None)
            instead = _INSTEAD[name]
            if value is not None and instead:
                options[instead] = value
            self._options = options
        what = f"{instead} instead" if instead else "the server's default"
        log.warning("%s does not take %s: using %s", self.model, name, what)

    def _compare(self, estimated: int, counted: int) -> None:
        """Correct the estimate, and say so, where the server counted more."""
        ratio = counted / estimated
        if ratio > self._correction:
            self._correction = ratio
            log.warning(
                "%s counted %d tokens where at most %d were estimated: give the agent a budget of "
                "%d %% of the context",
                self.model,
                counted,
                estimated,
                int(100 / ratio),
            )

    def _pause(self, wait: float, fault: Fault, attempt: int) -> None:
        """Hold all threads back for `wait` seconds, and say so."""
        log.warning(
            "%s: %s; asking again in %.3g s (repetition %d of %d)",
            self.model,
            fault.cause,
            wait,
            attempt,
            self.max_retries,
        )
        with self._lock:
            self._quiet_until = max(self._quiet_until, time.monotonic() + wait)

    def _keep_quiet(self) -> None:
        while (left := self._quiet_until - time.monotonic()) > 0:
            time.sleep(left)

    @property
    def _shown_url(self) -> str:
        """The address without a user's name and password."""
        parts = urlsplit(self.base_url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=""))

    def _tell(self, fault: Fault, more: str = "") -> str:
        return f"{self.model}: {fault.cause}{more}. Fix: {fault.fix}"

    def __deepcopy__(self, memo: object) -> OpenAILLM:
        return self  # copies of an agent share one client, its budget and its pauses

    def __reduce__(self) -> NoReturn:
        raise LLMError(
            f"{self!r} cannot be sent to another process or saved: its key would go along. Make it "
            "where it is used, or play side by side in threads with evaluate(…, workers=8)"
        )

    def __del__(self) -> None:
        """Give the connections back."""
        client = getattr(self, "_client", None)
        if client is not None:
            client.close()

    def __repr__(self) -> str:
        return (
            f"OpenAILLM({self.model!r}, base_url={self._shown_url!r}, "
            f"temperature={self.temperature:g})"
        )


def _address(url: str) -> str:
    """`url`, if it can be one."""
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname:
            return url
    except ValueError:  # an IPv6 address without its bracket
        pass
    raise LLMError(
        "base_url is no address. Fix: write it such as http://localhost:11434/v1, with http:// or "
        "https:// before the host"
    )


def _key(given: str | None, base_url: str) -> Secret:
    """The key to send; a server other than OpenAI's may do without."""
    key = (given or os.environ.get("OPENAI_API_KEY") or "").strip()
    if not key and urlsplit(base_url).hostname == urlsplit(OPENAI).hostname:
        raise LLMError(
            "no key: set the environment variable OPENAI_API_KEY, or name a server that needs none "
            "with base_url=, or use OfflineLLM(), which needs neither"
        )
    return Secret(key or "none")


def _refused_option(error: Exception, options: dict[str, Any]) -> str:
    """The option that the model does not take, if that is what the error says."""
    code, name = str(getattr(error, "code", "")), str(getattr(error, "param", ""))
    known = code.startswith("unsupported") and name in _INSTEAD and name in options
    return name if known else ""
