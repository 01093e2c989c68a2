"""Two states side by side, with a slider for λ."""

from __future__ import annotations

from rememberer_lite.domain import Domain
from rememberer_lite.similarity import Similarity
from rememberer_lite.state import State
from rememberer_lite.view.html.comparison import comparison_html
from rememberer_lite.view.widgets.panel import Panel, html_area, weight_slider


def compare_states(
    a: State, b: State, similarity: Similarity, domain: Domain | None = None
) -> Panel:
    """Two states side by side, with a slider for λ.

    Args:
        a: the query.
        b: the key.
        similarity: if it has no parts to weigh, the slider is disabled.
        domain: knows the pages; may be left out for those of the built-in worlds.
    """
    static = comparison_html(a, b, similarity, domain)
    area = html_area(static)
    slider = weight_slider(similarity)
    panel = Panel([slider], [area], static, "move λ")

    def update() -> None:
        area.value = comparison_html(a, b, similarity.with_weight(slider.value), domain)

    panel.watch(update, slider)
    return panel
