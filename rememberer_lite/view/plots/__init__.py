"""Views as figures: each function returns a `Plot`, which says its finding and keeps its numbers.

| File | Shows |
|---|---|
| `figure` | `Plot` and the style that all figures share |
| `picture` | a figure in the page's theme, and as a file |
| `forest` | dots with intervals, for every comparison |
| `lines` | lines and dots of any values with their intervals |
| `curves` | success on goals never met, while an agent trains |
| `grids` | similarities as a grid |
| `maps` | the map of a memory |
"""

from rememberer_lite.view.plots.curves import success_curve
from rememberer_lite.view.plots.figure import Plot
from rememberer_lite.view.plots.forest import forest_plot
from rememberer_lite.view.plots.grids import similarity_matrix
from rememberer_lite.view.plots.lines import line_chart, scatter_chart
from rememberer_lite.view.plots.maps import memory_map

__all__ = [
    "Plot",
    "forest_plot",
    "line_chart",
    "memory_map",
    "scatter_chart",
    "similarity_matrix",
    "success_curve",
]
