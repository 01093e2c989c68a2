"""Agents that ask a model, among them the baselines: always the same examples, or none."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rememberer_lite.agent.base import Agent, Turn
from rememberer_lite.agent.settings import choice, flag
from rememberer_lite.domain import Domain
from rememberer_lite.llm.base import (
    LLM,
    Reply,
    ask,
    counter_of,
    prefers_choices,
    reads,
    settings_of,
)
from rememberer_lite.llm.budget import Budget, budget_of
from rememberer_lite.llm.checked import whole
from rememberer_lite.prompts import (
    DEFAULT_BUDGET,
    Queries,
    ReplyError,
    Style,
    advise,
    answers_of,
    build,
    choices_of,
    chosen,
    parse_reply,
)
from rememberer_lite.prompts.choices import Choices
from rememberer_lite.state import Advice, Decision, Exemplar, Match, Recent, SettingError, State


class Prompted(Agent):
    """An agent that asks a model; subclasses choose the exemplars.

    Args:
        llm: the model that decides.
        domain: how the environment is written.
        budget: tokens of the whole prompt and the reply, counted by the model itself if it can.
        constrained: hold the model to the possible actions (paper: False); None: if it is made
            for that, as `LocalLLM` is.
        queries: "task" holds its searches to words of the task (paper: "free"); used only if the
            model is constrained.
        style: "short" writes pages without boilerplate, for small models (paper: "paper"); only
            if the model is constrained.
        no_repeats: leaves out what the episode has done already, as long as something else can be
            done (paper: False); only if the model is constrained.

    Raises:
        SettingError: if a setting needs a model that is constrained, or one that reads the style.
    """

    def __init__(
        self,
        llm: LLM,
        domain: Domain,
        budget: int = DEFAULT_BUDGET,
        constrained: bool | None = None,
        queries: Queries = "free",
        style: Style = "paper",
        no_repeats: bool = False,
    ) -> None:
        super().__init__(domain)
        self.llm = llm
        self.prompt_budget = whole("budget", budget)
        held = prefers_choices(llm) if constrained is None else constrained
        self.constrained = flag("constrained", held)
        self.queries: Queries = choice("queries", queries, Queries)
        self.style: Style = choice("style", style, Style)
        self.no_repeats = flag("no_repeats", no_repeats)
        for name, asked in (('style="short"', style == "short"), ("no_repeats", no_repeats)):
            if asked and not self.constrained:
                raise SettingError(f"{name} holds the model to a list: add constrained=True")
        if not reads(llm, style):
            raise SettingError(
                f"the model {llm.model!r} does not read prompts of the style {style!r}: take a "
                'language model, such as LocalLLM(), or style="paper"'
            )

    @property
    def model(self) -> str:
        """The name of the model that decides."""
        return self.llm.model

    @property
    def budget(self) -> Budget | None:
        """What the model may spend, where it counts."""
        return budget_of(self.llm)

    @property
    def settings(self) -> dict[str, Any]:
        """With the model's settings, the token budget, and what the model is held to."""
        return {
            **super().settings,
            "constrained": self.constrained,
            "queries": self.queries if self.constrained else None,
            "style": self.style,
            "no_repeats": self.no_repeats,
            "budget": self.prompt_budget,
            "model": settings_of(self.llm),
        }

    def exemplars(self, state: State, rng: random.Random) -> Sequence[Exemplar]:
        """The examples for the prompt, best first."""
        raise NotImplementedError

    def act(self, state: State, recent: Recent, rng: random.Random) -> Turn:
        """Retrieve → advise → write the prompt → ask the model → read its reply.

        Where the reply holds no action, the model is asked once more, with the complaint added.
        """
        exemplars = self.exemplars(state, rng)
        matches = tuple(exemplar.match for exemplar in exemplars)
        choices = None
        if self.constrained:
            done = recent if self.no_repeats else None
            choices = choices_of(self.domain, state, self.queries, self.style, done)
        refused, complaint = None, ""
        while True:
            prompt = build(
                self.domain,
                state,
                recent,
                exemplars,
                self.prompt_budget,
                complaint=complaint,
                count=counter_of(self.llm),
                style=self.style,
            )
            reply = ask(self.llm, prompt.text, choices)
            try:
                decision = self._read(reply, state, choices)
            except ReplyError as error:
                if refused is not None:
                    return Turn(None, matches, prompt, reply, str(error), refused)
                refused, complaint = reply, str(error)
                continue
            return Turn(decision, matches, prompt, reply, refused=refused)

    def _read(self, reply: Reply, state: State, choices: Choices | None) -> Decision:
        """The decision that a reply states; ReplyError where it states none."""
        if choices is not None and not choices.values:
            answers = answers_of(self.domain, state, self.style)
            if (answer := chosen(choices, reply.text)) is not None:
                return Decision(self.domain.normalise(answers.get(answer, answer)))
        said = parse_reply(reply.text, self.domain.lone_verbs, self.domain.verbs)
        return Decision(self.domain.resolve(said.action, state), said.value, said.reason)


class NoExemplars(Prompted):
    """The model alone: template and new input."""

    def exemplars(self, state: State, rng: random.Random) -> Sequence[Exemplar]:
        """None."""
        return ()


class FixedExemplars(Prompted):
    """The same hand-annotated records in every prompt, as in ordinary few-shot prompting.

    Args:
        llm: the model that decides.
        domain: how the environment is written.
        name: which of the domain's initial records are shown.
        budget and the settings after `values`: as in `Prompted`.
        values: False shows only the encouraged actions, without their values.
    """

    def __init__(
        self,
        llm: LLM,
        domain: Domain,
        name: str = "E0",
        budget: int = DEFAULT_BUDGET,
        values: bool = True,
        constrained: bool | None = None,
        queries: Queries = "free",
        style: Style = "paper",
        no_repeats: bool = False,
    ) -> None:
        super().__init__(llm, domain, budget, constrained, queries, style, no_repeats)
        self.set_name = name
        self.values = flag("values", values)
        rng = random.Random(f"fixed exemplars {name}")  # the same advice in every prompt
        shown = []
        for record in domain.initial_memory(name):
            advice = advise(record, record.state, domain, rng)
            shown.append(Exemplar(Match(record), advice if values else _without_values(advice)))
        # The last record counts as the best, so that the prompt shows the steps in their order.
        self._exemplars = tuple(reversed(shown))

    @property
    def settings(self) -> dict[str, Any]:
        """With the name of the records, and whether their values are shown."""
        return {**super().settings, "name": self.set_name, "values": self.values}

    def exemplars(self, state: State, rng: random.Random) -> Sequence[Exemplar]:
        """Always the same ones."""
        return self._exemplars


def _without_values(advice: Advice) -> Advice:
    good = advice.encouraged
    return Advice(good and replace(good, value=None), None)


class ReAct(FixedExemplars):
    """A ReAct-style prompt: worked steps with their actions and thoughts, and no values.

    It shows what few-shot prompting shows and no more: nothing is discouraged or retrieved, and
    the steps are the same in every prompt, in the order in which they were taken.

    Source: ReAct (arXiv 2210.03629) prompts with whole annotated episodes; here with the records
    of one initial memory, so that all that differs from `FixedExemplars` is how they are written.
    """

    def __init__(
        self,
        llm: LLM,
        domain: Domain,
        name: str = "E1",
        budget: int = DEFAULT_BUDGET,
        constrained: bool | None = None,
        queries: Queries = "free",
        style: Style = "paper",
        no_repeats: bool = False,
    ) -> None:
        super().__init__(llm, domain, name, budget, False, constrained, queries, style, no_repeats)
