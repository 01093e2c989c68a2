"""An agent's settings, checked: a typo would measure something else."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np

from rememberer_lite.state import SettingError


def flag(name: str, value: Any) -> bool:
    """True or False.

    Raises:
        SettingError: if it is neither: "no" would count as True.
    """
    if not isinstance(value, bool | np.bool_):
        raise SettingError(f"{name} = {value!r}: choose True or False")
    return bool(value)


def choice(name: str, value: Any, literal: Any) -> Any:
    """One of the texts of a `Literal`.

    Raises:
        SettingError: if it is none of them.
    """
    if value not in get_args(literal):
        raise SettingError(
            f"{name} = {value!r}: choose {' or '.join(map(repr, get_args(literal)))}"
        )
    return value
