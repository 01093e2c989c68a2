"""Our actions in the form of Mobile-Env's `VhIoWrapper`, which makes them touches and texts."""

from __future__ import annotations

from typing import Any

import numpy as np

from rememberer_lite.envs.wikihow.actions import Parsed, parse_action
from rememberer_lite.envs.wikihow.mobile_answers import elements_of
from rememberer_lite.envs.wikihow.view_hierarchy import MobileEnvError, View
from rememberer_lite.text import short


def translated(action: str, view: View, env: Any) -> dict[str, Any] | str:
    """What `VhIoWrapper.step` takes for an action, or the reason why it has no effect.

    Args:
        action: as the agent writes it.
        view: the screen that it is for.
        env: the `VhIoWrapper`: its enumerations and its count of the elements.

    Raises:
        MobileEnvError: if the wrapper counts other elements, or lacks the kind of action.

    Source: `android_env/wrappers/vh_io_wrapper.py` of X-LANCE/Mobile-Env.
    """
    parsed = parse_action(action) if isinstance(action, str) else None
    if parsed is None:
        return (
            f"{short(str(action), 40)!r} is no action: write INPUT(id, text), CLICK(id), "
            "SCROLL(UP|DOWN|LEFT|RIGHT) or GOBACK"
        )
    kind = {"action_type": number_of(env, "ActionType", parsed.verb)}
    if parsed.verb == "GOBACK":
        return kind
    if parsed.verb == "SCROLL":
        return {**kind, "direction": number_of(env, "ScrollDirection", parsed.text)}
    reason = _why_not(parsed, view)
    if reason:
        return reason
    element = _counted(parsed.element, view, env)
    if element is None:
        return f"element {parsed.element} is cut off at an edge: scroll first"
    sent = {**kind, "element_id": np.array(element)}
    return {**sent, "text": np.array(parsed.text, dtype=np.object_)} if parsed.text else sent


def _why_not(parsed: Parsed, view: View) -> str:
    elements = view.screen.elements
    if parsed.element >= len(elements):
        return f"no element {parsed.element}: the screen has 0 to {len(elements) - 1}"
    if not elements[parsed.element].clickable:
        return f"element {parsed.element} is not clickable"
    return "nothing to type" if parsed.verb == "INPUT" and not parsed.text else ""


def _counted(number: int, view: View, env: Any) -> int | None:
    """The wrapper's number of an element; None if it does not count it.

    Some versions of the wrapper leave out the boxes that are cut off, and the numbers shift.
    """
    counted = elements_of(env)
    if counted == max(1, len(view.upright)):
        return number
    if counted != max(1, sum(view.upright)):
        raise MobileEnvError(
            f"VhIoWrapper counts {counted} elements on a screen of {len(view.upright)}: leave its "
            "filter_elements as it is"
        )
    return sum(view.upright[:number]) if view.upright[number] else None


def number_of(env: Any, kind: str, name: str) -> Any:
    """The number of an action or a direction, which differs between versions of the wrapper.

    Raises:
        MobileEnvError: if the wrapper has none of this name.
    """
    try:
        return np.array(int(getattr(env, kind)[name]))
    except KeyError as error:
        raise MobileEnvError(
            f"this VhIoWrapper has no {kind}.{name}: use a later version of Mobile-Env"
        ) from error
