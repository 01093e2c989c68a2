"""The form of every widget here: a box of core widgets with a static view and room for errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from rememberer_lite.similarity import Similarity
from rememberer_lite.view.html.markup import Html, join, tag, text
from rememberer_lite.view.html.style import view

_WIDGET = "application/vnd.jupyter.widget-view+json"
_WIDE = {"description_width": "initial"}


class Panel(widgets.VBox):  # type: ignore[misc]
    """A widget that also carries its first view as plain HTML and as plain text.

    With a kernel the widget is shown; without one (on GitHub, in a PDF, in a notebook that was
    not run) its `static` view. An error in a callback is shown in the widget.

    Args:
        controls: sliders, buttons and the like, shown first.
        views: what the controls change.
        static: what is shown if there is no kernel.
        verb: what a reader can do once the cell has been run, "play".
    """

    def __init__(
        self,
        controls: Sequence[widgets.Widget],
        views: Sequence[widgets.Widget],
        static: Html,
        verb: str,
    ) -> None:
        invitation = tag("div", f"▶ Run this cell to {verb}", class_="rl-invite")
        self.static = join([invitation, static])
        self.alert = widgets.HTML()
        super().__init__([row(controls), self.alert, *views], layout=widgets.Layout(width="100%"))

    def guard(self, callback: Callable[..., None]) -> Callable[..., None]:
        """The callback, with its errors shown in the panel instead of lost in a log."""

        def guarded(*arguments: Any) -> None:
            self.alert.value = ""
            try:
                callback(*arguments)
            except Exception as error:
                self.alert.value = alert_html(error)

        return guarded

    def watch(self, callback: Callable[[], None], *inputs: widgets.Widget) -> None:
        """Call back whenever one of the inputs changes its value."""
        guarded = self.guard(callback)
        for widget in inputs:
            widget.observe(lambda change: guarded(), names="value")

    def on_click(self, button: widgets.Button, callback: Callable[[], None]) -> None:
        """Call back whenever the button is pressed."""
        guarded = self.guard(callback)
        button.on_click(lambda pressed: guarded())

    def on_enter(self, field: widgets.Text, callback: Callable[[], None]) -> None:
        """Call back whenever Enter is pressed in the field."""
        guarded = self.guard(callback)

        def told(_: widgets.Widget, content: dict[str, Any], __: Any) -> None:
            if content.get("event") == "submit":
                guarded()

        field.on_msg(told)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            _WIDGET: {"version_major": 2, "version_minor": 0, "model_id": self.model_id},
            **self.static._repr_mimebundle_(),
        }


def alert_html(error: BaseException) -> Html:
    """An error in a form on which a learner can act."""
    name = tag("strong", f"Error: {type(error).__name__}. ")
    return view(tag("div", name, text(error), role="alert", class_="rl-alert"))


def row(pieces: Sequence[widgets.Widget], gap: str = "2px 14px") -> widgets.Box:
    """Widgets side by side, on more lines if there is no room for one."""
    return widgets.Box(
        list(pieces),
        layout=widgets.Layout(
            flex_flow="row wrap", align_items="center", grid_gap=gap, width="100%"
        ),
    )


def replace_children(box: widgets.Box, children: Sequence[widgets.Widget]) -> None:
    """Put new widgets into a box and close the old ones, which a browser would keep."""
    old = box.children
    box.children = tuple(children)
    waiting = list(old)
    while waiting:
        widget = waiting.pop()
        waiting += getattr(widget, "children", ())
        widget.close()


def html_area(value: str = "") -> widgets.HTML:
    """Room for a view."""
    # a widget has a margin of 2 px on each side
    return widgets.HTML(value, layout=widgets.Layout(width="calc(100% - 4px)"))


def button(label: str, icon: str = "") -> widgets.Button:
    """A button as wide as its label."""
    return widgets.Button(description=label, icon=icon, layout=widgets.Layout(width="auto"))


def fraction_slider(label: str, value: float) -> widgets.FloatSlider:
    """A slider from 0 to 1 in steps of 0.05, with its full label."""
    return widgets.FloatSlider(
        value,
        min=0.0,
        max=1.0,
        step=0.05,
        description=label,
        tooltip=label,
        style=_WIDE,
        readout_format=".2f",
        layout=widgets.Layout(width="min(420px, 98%)"),
    )


def weight_slider(similarity: Similarity | None) -> widgets.FloatSlider:
    """A slider for λ that begins at the similarity's own; disabled if there is nothing to weigh."""
    weight = None if similarity is None else similarity.weight
    slider = fraction_slider("λ, weight of the task part", 0.5 if weight is None else weight)
    slider.disabled = weight is None
    return slider


def whole_slider(label: str, value: int, low: int, high: int) -> widgets.IntSlider:
    """A slider over whole numbers, with its full label."""
    return widgets.IntSlider(
        value,
        min=low,
        max=high,
        description=label,
        tooltip=label,
        style=_WIDE,
        layout=widgets.Layout(width="min(420px, 98%)"),
    )


def steps_slider(label: str, count: int, value: int) -> widgets.SelectionSlider:
    """A slider over 1, 2, … steps and, last, the whole episode (0)."""
    options = [*((str(n), n) for n in range(1, count + 1)), ("all", 0)]
    return widgets.SelectionSlider(
        options=options,
        value=value,
        description=label,
        tooltip=label,
        style=_WIDE,
        layout=widgets.Layout(width="min(520px, 98%)"),
    )


def choice(label: str, options: Sequence[Any], value: Any = None) -> widgets.Dropdown:
    """A drop-down list with its full label; the first option is chosen unless `value` is given.

    JupyterLab takes the arrow keys for itself while the list is closed; the space bar opens it.
    """
    found = {} if value is None else {"value": value}
    return widgets.Dropdown(
        options=options,
        description=label,
        tooltip=f"{label} (by keyboard: open with the space bar)",
        style=_WIDE,
        layout=widgets.Layout(width="auto", max_width="98%"),
        **found,
    )


def text_field(label: str, placeholder: str = "", continuous: bool = True) -> widgets.Text:
    """A field for a line of text; reports each character, or, unless `continuous`, the whole."""
    return widgets.Text(
        description=label,
        tooltip=label,
        placeholder=placeholder,
        style=_WIDE,
        continuous_update=continuous,
        layout=widgets.Layout(width="min(420px, 98%)"),
    )
