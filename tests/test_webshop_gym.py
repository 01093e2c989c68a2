"""The original gym environment behind our interface, played by doubles of exactly its interface."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest
from gymnasium.utils.env_checker import check_env
from webshop_shops import recorded_shop, tiny_shop, traces

from rememberer_lite import evaluate
from rememberer_lite.agent import Random
from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv, WebShopGymEnv, pages
from rememberer_lite.envs.webshop.goals import Goal
from rememberer_lite.envs.webshop.products import Product
from rememberer_lite.envs.webshop.real import judged
from rememberer_lite.envs.webshop.real.gym_env import ShopEnvError
from rememberer_lite.envs.webshop.reward import score
from rememberer_lite.state import SettingError


class Recorded:
    """A `WebAgentTextEnv` that answers one recorded episode, and nothing else."""

    observation_mode = "text_rich"

    def __init__(self, recording: dict[str, Any], steps: list[dict[str, Any]]) -> None:
        self._texts = recording["observations"]
        self._steps = steps
        self._at = 0

    def reset(self, session: object = None, instruction_text: object = None) -> tuple[str, None]:
        assert (session, instruction_text) == (self._steps[0]["reset"], None)
        self._at = 0
        return self._text, None

    def step(self, action: str) -> tuple[str, float, bool, None]:
        self._at += 1
        step = self._steps[self._at]
        while step["reward_type"] == "int":  # without effect: we do not ask
            self._at += 1
            step = self._steps[self._at]
        assert pages.parse_action(action) == pages.parse_action(step["action"])
        return self._text, step["reward"], step["done"], None

    def get_available_actions(self) -> dict[str, Any]:
        bar, clickables = self._steps[self._at]["available"]
        return {"has_search_bar": bar, "clickables": list(clickables)}

    def get_instruction_text(self) -> str:
        return str(self._steps[0]["instruction"])

    @property
    def _text(self) -> str:
        return str(self._texts[str(self._steps[self._at]["obs"])])


class Simulated:
    """A `WebAgentTextEnv` with its server, played by our simulator in parity mode."""

    num_prev_obs = num_prev_actions = 0

    def __init__(self, observation_mode: str = "text_rich") -> None:
        self.observation_mode = observation_mode
        self._env = WebShopEnv(tiny_shop(), observation_mode, parity=True)  # type: ignore[arg-type]
        self.server = _Server(self._env)
        self.session = ""
        self.reset()

    def reset(self, session: int | None = None, instruction_text: None = None) -> tuple[str, None]:
        self.session = str(session)
        text, self._info = self._env.reset(options={"goal": session})
        return text, None

    def step(self, action: str) -> tuple[str, float, bool, None]:
        text, reward, done, _, self._info = self._env.step(action)
        if self._info["no_effect"]:
            return text, 0, False, None
        if done:
            self.server.judge(self.session, self._info["goal"])
        return text, reward, done, None

    def get_available_actions(self) -> dict[str, Any]:
        actions = list(self._info["actions"])
        return {"has_search_bar": actions == ["search"], "clickables": actions}

    def get_instruction_text(self) -> str:
        return f"Instruction: {self._info['state'].task}"

    def close(self) -> None:
        pass


class _Server:
    def __init__(self, env: WebShopEnv) -> None:
        self._env = env
        self.goals = [_as_dict(goal) for goal in env.goals]
        self.user_sessions: dict[str, Any] = {}
        self.product_item_dict = {p.asin: _item(p) for p in env.catalogue.products}
        self.product_prices = {p.asin: p.price for p in env.catalogue.products}

    def judge(self, session: str, goal: int) -> None:
        product, wanted = self._env._session.product, self._env.goals[goal]
        assert product is not None
        options = self._env._session.options
        parts = score(product, options, wanted, self._env.catalogue.nouns, "original")
        self.user_sessions[session] = {
            "asin": product.asin,
            "options": dict(options),
            "goal": self.goals[goal],
            "verbose_info": {
                "r_type": parts.type_factor,
                "r_att": len(parts.attributes_matched) / len(wanted.attributes),
                "query_match": parts.query_match,
                "category_match": parts.category_match,
                "title_score": parts.title_score,
                "r_option": len(parts.options_matched) / max(1, len(wanted.options)),
                "r_price": parts.price_ok,
            },
        }


def _as_dict(goal: Goal) -> dict[str, Any]:
    return {
        "attributes": list(goal.attributes),
        "goal_options": list(goal.options),
        "price_upper": goal.price_limit or 1_000_000,
    }


def _item(product: Product) -> dict[str, Any]:
    return {
        "Title": product.title,
        "Description": product.description,
        "BulletPoints": list(product.bullets),
        "Attributes": list(product.attributes) or ["DUMMY_ATTR"],
    }


# -- the recordings ------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["rememberer", "text_rich"])
def test_recorded_episodes_pass_through_unchanged(reference_data: Path, form: str) -> None:
    recording = traces(reference_data)["envs"][form]
    played = 0
    for steps in [*(e["steps"] for e in recording["episodes"]), *recording["probes"].values()]:
        if not isinstance(steps[0]["reset"], int):
            continue
        env = WebShopGymEnv(Recorded(recording, steps))
        text, info = env.reset(options={"goal": steps[0]["reset"]})
        for step in steps[1:]:
            assert text == info["state"].observation
            assert info["state"].task == steps[0]["instruction"].removeprefix("Instruction: ")
            if step["reward_type"] == "int":
                continue
            text, reward, done, truncated, info = env.step(step["action"])
            assert text == recording["observations"][str(step["obs"])]
            assert (reward, done, truncated) == (step["reward"], step["done"], False)
            assert info["actions"] == tuple(step["available"][1])
            assert not info["no_effect"]
            assert ("reward_parts" in info) == step["done"]
            played += 1
    assert played > 250


def test_the_parts_of_a_reward_are_those_of_the_simulator(reference_data: Path) -> None:
    """The original reports shares; which attributes and options they are is found again."""
    recorded, shop = traces(reference_data), recorded_shop(reference_data)
    products = {product.asin: product for product in shop.products}
    for goal, asin, options, reward, details in recorded["rewards"]:
        product, wanted = products[asin], recorded["goals"][goal]
        found = judged.reward_parts(reward, details, wanted, product, options, product.price)
        expected = score(product, options, shop.goals[goal], shop.nouns, "original").as_dict()
        assert found == expected


# -- our simulator in its place ------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["text", "text_rich"])
def test_gymnasiums_checker_has_nothing_to_say(mode: str) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        check_env(WebShopGymEnv(Simulated(mode), render_mode="ansi"))
    said = [str(warning.message) for warning in caught]
    assert not [text for text in said if "not having a spec" not in text]


def test_an_agent_plays_it_as_the_simulator() -> None:
    played = [
        evaluate(Random(WEBSHOP, seed=4), env, [0, 1] * 6, max_steps=40, progress=False)
        for env in (
            WebShopGymEnv(Simulated()),
            WebShopEnv(tiny_shop(), "text_rich", parity=True),
        )
    ]
    ours, theirs = ([(e.steps, e.reward_parts) for e in found.episodes] for found in played)
    assert ours == theirs
    assert any(parts for _, parts in ours)


def test_actions_are_understood_and_what_has_no_effect_is_counted() -> None:
    env = WebShopGymEnv(Simulated())
    text, info = env.reset(options={"goal": 0})
    assert info["goal"] == 0
    for number, (action, why) in enumerate(
        [
            ("fly", "no action"),
            ("click[search]", "cannot be clicked"),
            ("click[b0nowhere0]", "not on the page"),
            ("search[<c>]", "needs a category"),
            ("search[<a> hand made]", "not supported"),
        ]
    ):
        again, reward, done, _, info = env.step(action)
        assert (again, reward, done) == (text, 0.0, False)
        assert why in info["no_effect"]
        assert info["no_effects"] == number + 1
    assert env.step("Search[Mug]")[4]["no_effect"] == ""
    assert env.step("Click[B0MUG00001]")[4]["state"].observation.startswith("Instruction")
    assert env.settings == {"environment": "webshop gym", "observation": "text_rich", "goals": 2}


def test_an_action_that_the_original_reads_otherwise_has_no_effect() -> None:
    double = Simulated()
    env = WebShopGymEnv(double)
    text, _ = env.reset(options={"goal": 0})
    double.get_available_actions = lambda: {"clickables": ["a [b]"]}  # type: ignore[method-assign]
    env.reset(options={"goal": 0})
    again, reward, done, _, info = env.step("click[a [b]]")
    assert (again, reward, done) == (text, 0.0, False)
    assert "something else" in info["no_effect"]


def test_a_goal_that_does_not_exist_is_an_error_where_the_number_is_known() -> None:
    with pytest.raises(SettingError, match="0 to 1"):
        WebShopGymEnv(Simulated()).reset(options={"goal": 2})


def test_without_its_server_only_the_reward_is_known() -> None:
    double = Simulated()
    env = WebShopGymEnv(double)
    env.reset(options={"goal": 0})
    del double.server.user_sessions
    double.server.judge = lambda *_: None  # type: ignore[method-assign]
    for action in ("search[mug]", "click[b0mug00001]", "click[buy now]"):
        _, reward, done, _, info = env.step(action)
    assert done
    assert info["reward_parts"] == {"reward": reward}


class _Wrapped:
    """A wrapper of a later gym: five values from step, attributes passed on."""

    def __init__(self, env: Any) -> None:
        self._inner = env

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def step(self, action: str) -> tuple[Any, ...]:
        text, reward, done, info = self._inner.step(action)
        return text, reward, done, False, info


def test_gyms_wrappers_make_no_difference() -> None:
    envs = [WebShopGymEnv(env) for env in (Simulated(), _Wrapped(Simulated()))]
    for env in envs:
        env.reset(options={"goal": 1})
    for action in ("search[mug]", "click[b0mug00001]", "click[small]", "click[buy now]"):
        assert envs[0].step(action) == envs[1].step(action)


# -- what cannot be wrapped ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"observation_mode": "html"}, "text_rich"),
        ({"observation_mode": "url"}, "text_rich"),
        ({"num_prev_obs": 1}, "num_prev_obs=0"),
        ({"num_prev_actions": 2}, "num_prev_actions=0"),
    ],
)
def test_an_environment_whose_observations_are_no_pages_is_refused(
    change: dict[str, Any], says: str
) -> None:
    double = Simulated()
    vars(double).update(change)
    with pytest.raises(SettingError, match=says):
        WebShopGymEnv(double)


@pytest.mark.parametrize("env", [None, "WebAgentTextEnv-v0", WebShopEnv])
def test_what_is_no_such_environment_is_refused(env: Any) -> None:
    with pytest.raises(SettingError, match="no WebAgentTextEnv"):
        WebShopGymEnv(env)


@pytest.mark.parametrize(
    "answer",
    [None, ("page", 0.0, False), (5, 0.0, False, None), ("page", "much", True, None), "page"],
)
def test_answers_of_another_form_are_an_error(answer: Any) -> None:
    double = Simulated()
    env = WebShopGymEnv(double)
    env.reset(options={"goal": 0})
    double.step = lambda action: answer  # type: ignore[method-assign]
    with pytest.raises(ShopEnvError):
        env.step("search[mug]")
