"""The scores of the offline stand-in, with a slider for the value of the prompt's examples."""

from __future__ import annotations

from collections.abc import Callable

from rememberer_lite.view.html.stand_in import stand_in_html
from rememberer_lite.view.widgets.panel import Panel, fraction_slider, html_area


def open_stand_in(
    prompt_of: Callable[[float], str], value: float = 0.65, temperature: float = 0.1
) -> Panel:
    """The scores of the offline stand-in, with a slider for the value of the prompt's examples.

    Args:
        prompt_of: the prompt whose examples have this value, from 0 to 1.
        value: where the slider begins.
        temperature: of the draw.
    """
    static = stand_in_html(prompt_of(value), temperature)
    area = html_area(static)
    slider = fraction_slider("v, value of the examples", value)
    panel = Panel([slider], [area], static, "move v")

    def update() -> None:
        area.value = stand_in_html(prompt_of(slider.value), temperature)

    panel.watch(update, slider)
    return panel
