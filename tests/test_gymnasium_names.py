"""Our environments by their names in Gymnasium, known without importing Gymnasium."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import gymnasium
import pytest
from gymnasium.utils.env_checker import check_env

import rememberer_lite.envs
from rememberer_lite import evaluate
from rememberer_lite.agent import Random
from rememberer_lite.envs.gym_names import NAMES
from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv

INFO = {
    "RemembererLite/WebShop-v0": {"state", "actions", "goal", "no_effect", "no_effects"},
    "RemembererLite/WikiHow-v0": {"state", "actions"},
}


@pytest.mark.parametrize("name", NAMES)
def test_an_environment_is_made_by_its_name(name: str) -> None:
    env = gymnasium.make(name)
    _, info = env.reset(options={"goal": 3})
    assert info.keys() >= INFO[name]
    *_, info = env.step("GOBACK" if "WikiHow" in name else "search[tea]")
    assert info.keys() >= INFO[name]
    assert info["state"].task
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gymnasium.make(name).unwrapped, skip_render_check=True)


def test_arguments_reach_the_environment_and_a_limit_truncates() -> None:
    env: Any = gymnasium.make(
        "RemembererLite/WebShop-v0", observation="text", parity=True, max_episode_steps=2
    )
    plain = env.unwrapped
    assert isinstance(plain, WebShopEnv)
    assert (plain.observation, plain.parity) == ("text", True)
    env.reset(options={"goal": 0})
    assert [env.step("search[tea]")[3] for _ in range(2)] == [False, True]


def test_wrappers_keep_the_info_that_an_agent_needs() -> None:
    wrapped: Any = gymnasium.wrappers.RecordEpisodeStatistics(
        gymnasium.make("RemembererLite/WebShop-v0")
    )
    played = evaluate(Random(WEBSHOP, seed=2), wrapped, range(5), progress=False)
    plain = evaluate(Random(WEBSHOP, seed=2), WebShopEnv(), range(5), progress=False)
    assert [e.steps for e in played.episodes] == [e.steps for e in plain.episodes]


@pytest.mark.parametrize(
    "imports",
    [
        "import rememberer_lite.envs, gymnasium",
        "import gymnasium, rememberer_lite.envs",
        "import rememberer_lite.envs; import gymnasium.spaces; import gymnasium",
        "import rememberer_lite.envs; from gymnasium import make; import gymnasium",
        "import rememberer_lite.envs.webshop, gymnasium",
    ],
)
def test_the_order_of_imports_does_not_matter(run_python: Callable[..., str], imports: str) -> None:
    told = run_python(
        f"{imports}\n"
        "import sys\n"
        "print(sorted(n for n in gymnasium.registry if n.startswith('Rem')))\n"
        "print(type(gymnasium.__spec__.loader).__name__, len([f for f in sys.meta_path\n"
        "    if 'Gymnasium' in type(f).__name__]))"
    )
    assert told.split("\n")[0] == str(sorted(NAMES))
    assert told.split("\n")[1] == "SourceFileLoader 0"


def test_the_worlds_are_as_light_as_before(run_python: Callable[..., str]) -> None:
    heavy = ["gymnasium", "httpx", "httpx2", "bs4", "scipy", "rememberer_lite.envs.webshop.env"]
    told = run_python(
        "import sys, rememberer_lite.envs\n"
        f"print([name for name in {heavy} if name in sys.modules])\n"
        "import rememberer_lite.envs.webshop\n"
        f"print([name for name in {heavy[1:4]} if name in sys.modules])"
    )
    assert told.split("\n")[:2] == ["[]", "[]"]


def test_a_second_import_changes_nothing() -> None:
    before = dict(gymnasium.registry)
    rememberer_lite.envs.register()
    assert gymnasium.registry == before
