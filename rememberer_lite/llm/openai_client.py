"""Any server that speaks OpenAI's chat completions, through the `openai` package.

The package itself would repeat failed calls silently, for up to two minutes at a time; that is
turned off here. This class repeats them visibly and within limits, and turns whatever goes wrong
into one exception, `LLMError`, that names the cause and the fix.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NoReturn

from rememberer_lite.llm import checked
from rememberer_lite.llm.address import read_address
from rememberer_lite.llm.answers import read_answer
from rememberer_lite.llm.base import LLMError, Reply
from rememberer_lite.llm.budget import Budget, Call
from rememberer_lite.llm.connections import Connections
from rememberer_lite.llm.errors import Fault
from rememberer_lite.llm.network import of_error
from rememberer_lite.llm.schema import as_line, response_format
from rememberer_lite.llm.secret import Secret, key_for
from rememberer_lite.prompts.choices import Choices
from rememberer_lite.storage.log import logger
from rememberer_lite.text import encodable
from rememberer_lite.tokens import CHAT_OVERHEAD, count_tokens

log = logger("rememberer_lite.llm")

OPENAI = "https://api.openai.com/v1"
#: a reply ends before the first of these, where an invented page begins; OpenAI accepts four
STOP = ("Discouraged", "### Now", "### Example", "\nObservation:")


class OpenAILLM:
    """A model behind an OpenAI-compatible server; safe to share between threads.

    Args:
        model: its name on the server.
        base_url: the root of the server's API, for example http://localhost:11434/v1 (Ollama);
            None reads OPENAI_BASE_URL, else it is OpenAI's own.
        api_key: None reads OPENAI_API_KEY; a local server usually needs none.
        temperature: of the sampling (paper: 0.1); None sends none: the server's default.
        max_output_tokens: the longest reply (published runs: 200 on WebShop, 100 on WikiHow); a
            model that thinks first needs thousands. None sends no limit.
        stop: the reply ends before any of these words (paper: "Discouraged"); () sends none.
        timeout: seconds for one answer to its last byte, however slow it is; None: no limit.
        max_retries: how often a call that may still succeed is repeated.
        backoff: seconds before the first repetition, doubled for each further one.
        max_wait: the longest wait, in seconds, before one repetition; a server that asks for more
            (Retry-After) ends the run, which you can resume.
        budget: what may be used; None counts without a limit.

    Raises:
        SettingError: if a number or a text is not one that can be sent.
        LLMError: if base_url is not an address, or a server that needs a key has none.

    >>> OpenAILLM("llama3.2", base_url="http://localhost:11434/v1")
    OpenAILLM('llama3.2', base_url='http://localhost:11434/v1', temperature=0.1)
    """

    def __init__(
        self,
        model: str,
        base_url: str | None = None,
        api_key: str | None = None,
        temperature: float | None = 0.1,
        max_output_tokens: int | None = 200,
        stop: Sequence[str] | None = STOP,
        timeout: float | None = 120.0,
        max_retries: int = 4,
        backoff: float = 1.0,
        max_wait: float = 60.0,
        budget: Budget | None = None,
    ) -> None:
        self.model = checked.text("model", model)
        self._address = read_address(base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI)
        self.base_url = self._address.root  # without a password, and without a key after "?"
        self._key = Secret(
            key_for(api_key, needed=self._address.host == read_address(OPENAI).host),
            self._address.secrets,
        )
        self.temperature = checked.number_or_none("temperature", temperature)
        self.max_output_tokens = checked.whole_or_none("max_output_tokens", max_output_tokens, 1)
        self.stop = checked.texts("stop", stop)
        self.timeout = checked.number_or_none("timeout", timeout, above=True)
        self.max_retries = checked.whole("max_retries", max_retries)
        self.backoff = checked.number("backoff", backoff)
        self.max_wait = checked.number("max_wait", max_wait)
        self.budget = checked.kind("budget", budget or Budget(), Budget)
        options = {
            "temperature": self.temperature,
            "max_tokens": self.max_output_tokens,
            "stop": list(self.stop) or None,
            "stream": False,
        }
        self._options = {name: value for name, value in options.items() if value is not None}
        self._lock = threading.Lock()
        self._connections = Connections(self._address, self._key, self.timeout)
        self._takes_schema = True  # until the server says that it does not
        self._answered = False  # whether the server has ever answered
        self._quiet_until = 0.0  # no thread calls before this moment
        self._correction = 1.0  # the server's count of tokens / our estimate, where above 1

    def complete(self, prompt: str, choices: Choices | None = None) -> Reply:
        """Ask once, and again if the failure may be temporary.

        `choices` are sent as a JSON schema; a server that refuses it is asked without one.

        Raises:
            BudgetExceeded: if the call could pass the budget; it was not made.
            LLMError: if there is no answer; the message names the cause and the fix.
        """
        estimated = count_tokens(prompt := encodable(prompt)) + CHAT_OVERHEAD
        attempt = 0
        while True:
            self._keep_quiet()
            tokens = math.ceil(estimated * self._correction)
            options: dict[str, Any] = dict(self._options)
            if choices is not None and self._takes_schema:
                options["response_format"] = response_format(choices)
            with self.budget.call(tokens, self.max_output_tokens or 0) as call:
                outcome = self._ask(prompt, tokens, call, options)
            if isinstance(outcome, Reply):
                self._compare(estimated, outcome.prompt_tokens)
                return outcome if choices is None else as_line(outcome)
            if set(outcome.without) & set(options):
                self._leave_out(outcome)
                continue
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

    def _ask(self, prompt: str, tokens: int, call: Call, options: dict[str, Any]) -> Reply | Fault:
        """One call to the server, and its outcome; nothing is raised."""
        try:
            with self._connections.client() as client:
                answer = client.chat.completions.with_raw_response.create(
                    model=self.model, messages=[{"role": "user", "content": prompt}], **options
                )
            outcome = read_answer(answer.content, self.model, self._address, tokens, options)
        except Exception as error:
            # Only the words leave this block: the exception itself holds the request and, with
            # it, the key.
            outcome = of_error(error, self.model, self._address, self._answered, options)
        if isinstance(outcome, Fault):
            if outcome.billed:
                call.used(tokens, self.max_output_tokens or 0)
            return replace(outcome, cause=self._key.hide_alike(outcome.cause))
        self._answered = True
        call.used(outcome.prompt_tokens, outcome.completion_tokens)
        hide = self._key.hide  # a server may echo it
        return replace(outcome, text=hide(outcome.text), model=hide(outcome.model))

    def _leave_out(self, fault: Fault) -> None:
        """Go on without options: reasoning models take no temperature, for example."""
        with self._lock:
            left = [name for name in fault.without if name in self._options]
            if self._takes_schema and "response_format" in fault.without:
                self._takes_schema = False
                left.append("response_format")
            options = {name: value for name, value in self._options.items() if name not in left}
            if "max_tokens" in left and fault.instead:
                options[fault.instead] = self._options["max_tokens"]
            self._options = options
        if left:  # otherwise another thread has already dropped them
            instead = f", with {fault.instead}" if fault.instead in options else ""
            log.warning(
                "%s: %s; from now on asked without %s%s",
                self.model,
                fault.cause,
                " and ".join(left),
                instead,
            )

    def _compare(self, estimated: int, counted: int) -> None:
        """Correct the estimate, and log it, if the server counted more."""
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
        """Hold back all threads for `wait` seconds, and log it."""
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
    def settings(self) -> dict[str, Any]:
        """What decides the replies; no key, and nothing that only decides how long a call takes."""
        return {"model": self.model, "base_url": self.base_url, "temperature": self.temperature,
                "max_output_tokens": self.max_output_tokens, "stop": list(self.stop)}  # fmt: skip

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
        """Close the connections."""
        if connections := getattr(self, "_connections", None):
            connections.close()

    def __repr__(self) -> str:
        heat = "None" if self.temperature is None else f"{self.temperature:g}"
        return f"OpenAILLM({self.model!r}, base_url={self.base_url!r}, temperature={heat})"
