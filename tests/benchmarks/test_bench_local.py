"""How fast the real model is, and how much of a decision is spent outside it.

`uv run pytest tests/benchmarks/test_bench_local.py -n 0` prints the figures. Beside other work they
are too low: the engine's threads wait for each other.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from time import perf_counter
from typing import Any

import pytest
from local_model import require_model

from rememberer_lite import LocalLLM, Rememberer
from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv
from rememberer_lite.llm.local.engine import Engine
from rememberer_lite.state import Recent

DECISIONS = 3


@pytest.mark.real_model
def test_where_the_time_of_a_decision_goes(
    figure: Callable[[str, object], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    require_model()
    answers: list[dict[str, Any]] = []
    inside = 0.0
    asked = Engine.complete

    def timed(
        self: Engine, tokens: tuple[int, ...], prefix: int = 0, **options: Any
    ) -> dict[str, Any]:
        nonlocal inside
        began = perf_counter()
        answers.append(asked(self, tokens, prefix, **options))
        inside += perf_counter() - began
        return answers[-1]

    llm = LocalLLM()
    llm.complete("warm up")
    monkeypatch.setattr(Engine, "complete", timed)
    agent = Rememberer(llm, WEBSHOP.initial_memory("E1"), WEBSHOP)
    env, recent, rng = WebShopEnv(), Recent(), random.Random(0)
    _, info = env.reset(options={"goal": 0})
    began = perf_counter()
    for _ in range(DECISIONS):
        turn = agent.act(info["state"], recent, rng)
        assert turn.decision is not None, turn.error
        _, reward, done, _, info = env.step(turn.decision.action)
        recent = recent.after(turn.decision.action, float(reward))
        if done:
            _, info = env.reset(options={"goal": 1})
            recent = Recent()
    whole = perf_counter() - began
    spent = {
        kind: (
            sum(a["timings"][f"{kind}_n"] for a in answers),
            sum(a["timings"][f"{kind}_ms"] for a in answers) / 1000,
        )
        for kind in ("prompt", "predicted")
    }
    for kind, name in (("prompt", "reading"), ("predicted", "writing")):
        count, seconds = spent[kind]
        figure(f"real model, {name}", f"{count / seconds:.0f} tokens a second")
    figure("real model, a decision", f"{whole / DECISIONS:.2f} s")
    figure("real model, tokens a prompt", round(spent["prompt"][0] / len(answers)))
    outside = 1 - inside / whole
    figure("real model, share of time outside the engine", f"{outside:.2%}")
    engine = sum(seconds for _, seconds in spent.values())
    figure("real model, engine called directly", f"{engine / DECISIONS:.2f} s a decision")
    assert outside < 0.02
