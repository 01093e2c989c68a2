"""The course as web pages and as slides, made by nbconvert from the chapters as they are stored."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter, SlidesExporter
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from rememberer_lite.storage.files import write_whole


@dataclass(frozen=True)
class Session:
    """One session of a course: its title, and the chapters that it takes."""

    title: str
    chapters: tuple[str, ...]


#: the six sessions of notebooks/TEACHING.md
SESSIONS = (
    Session("An agent, and the shop it acts in", ("00", "01")),
    Session("Remember, and find again", ("02", "03")),
    Session("What an action is worth", ("04",)),
    Session("From a record to a decision", ("05", "06")),
    Session("The whole agent, and its faults", ("07", "12")),
    Session("Is it better, or is it chance?", ("09",)),
)

#: a stored output that a prediction asks for is shown once the reader opens it
_PAGE = """{%- extends 'lab/index.html.j2' -%}
{% block output_group %}
{%- if cell.metadata.get('jupyter', {}).get('outputs_hidden') -%}
<details class="prediction"><summary style="margin: .5em 0 .5em 75px;
font: var(--jp-content-font-size1) var(--jp-content-font-family)">Show the output (predict first)
</summary>
{{ super() }}
</details>
{%- else -%}
{{ super() }}
{%- endif -%}
{% endblock output_group %}"""

#: sections that snap to the window: no other program, and no network but for formulas
_SLIDES = """{%- extends 'reveal/base.html.j2' -%}
{% from 'mathjax.html.j2' import mathjax %}
{% block header %}<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{ nb.metadata.title }}</title>
{{ mathjax(resources.mathjax_url) }}
<style>
:root { color-scheme: light dark }
html { scroll-snap-type: y proximity; font: 1.3rem/1.5 system-ui, sans-serif }
body { margin: 0 }
section > section { box-sizing: border-box; min-height: 100vh; padding: 5vh 8vw;
  scroll-snap-align: start; display: flex; flex-direction: column; justify-content: center }
h1, h2, p { margin: 0 0 .6em } .anchor-link, .jp-InputPrompt, .jp-OutputPrompt { display: none }
img { display: block; width: 100%; max-height: 62vh; object-fit: contain }
.rl-figure > svg, svg.rl-figure, .rl-figure > img {
  width: min(84vw, 130vh); height: auto; max-width: none }
em { opacity: .8 } pre { font-size: .8em; white-space: pre-wrap }
table { border-collapse: collapse } td, th { padding: .2em .8em; text-align: left }
@media print { section > section { break-after: page } }
</style></head>{% endblock header %}
{% block body_header %}<body><main>{% endblock body_header %}
{% block body_footer %}</main>
<script>
const slides = [...document.querySelectorAll("section > section")];
const step = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1,
  ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };
addEventListener("keydown", event => {
  if (!(event.key in step) || event.target.closest("summary, button, input")) return;
  event.preventDefault();
  const tops = slides.map(slide => Math.abs(slide.getBoundingClientRect().top));
  const next = tops.indexOf(Math.min(...tops)) + step[event.key];
  slides[Math.max(0, Math.min(next, slides.length - 1))].scrollIntoView();
});
</script></body>{% endblock body_footer %}
{% block footer %}</html>{% endblock footer %}"""

_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)#:\s]+)(#[^)\s]*)?\)")
_IMAGE = re.compile(r"!\[([^\]]+)\]\((images/[\w.]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def pages(notebooks: Path, out: Path) -> Iterator[Path]:
    """Write each chapter as a web page; what would give a prediction away is behind a click."""
    exporter = HTMLExporter(embed_images=True)
    exporter.raw_template = _PAGE
    chapters = sorted(notebooks.glob("[0-9][0-9]_*.ipynb"))
    names = {chapter.name for chapter in chapters}
    for chapter in chapters:
        notebook = nbformat.read(chapter, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = _relinked(cell.source, names, notebooks, out)
        yield _written(exporter, notebook, chapter, out / f"{chapter.stem}.html")


def slides(notebooks: Path, out: Path) -> Iterator[Path]:
    """Write one file of slides for each session: its drawings, predictions and plots."""
    exporter = SlidesExporter(embed_images=True, exclude_input=True)
    exporter.raw_template = _SLIDES
    for number, session in enumerate(SESSIONS, start=1):
        paths = [next(iter(notebooks.glob(f"{name}_*.ipynb"))) for name in session.chapters]
        deck = new_notebook(metadata={"title": f"Session {number}: {session.title}"})
        deck.cells = [_slide(f"# Session {number}\n\n# {session.title}")]
        for path in paths:
            deck.cells += _shown(nbformat.read(path, as_version=4))
        for cell in deck.cells:
            if cell.cell_type == "markdown":
                cell.source = _relinked(cell.source, set(), notebooks, out)
        yield _written(exporter, deck, paths[0], out / f"session_{number}.html")


def _written(exporter: HTMLExporter, notebook: NotebookNode, beside: Path, target: Path) -> Path:
    """The notebook as a page; its images are looked up beside the chapter."""
    where = {"metadata": {"path": str(beside.parent), "name": target.stem}}
    text, _ = exporter.from_notebook_node(notebook, where)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, text)
    return target


def _shown(chapter: NotebookNode) -> Iterator[NotebookNode]:
    """Title and promise, then each drawing, each prediction and each plot, in their order."""
    title, promise = chapter.cells[0].source.split("\n\n")[:2]
    yield _slide(f"{title}\n\n{promise}")
    heading = ""
    for cell in chapter.cells:
        if cell.cell_type == "markdown":
            for part in re.split(r"^(?=#{1,3} )", _FENCE.sub("", cell.source), flags=re.MULTILINE):
                if part.startswith("## "):
                    heading = part.splitlines()[0]
                for image in _IMAGE.finditer(part):
                    yield _slide(f"{heading}\n\n{image[0]}\n\n*{image[1]}*")
                if part.startswith("### Predict first"):
                    yield _slide(f"{heading}\n\n{part.partition('<details')[0].strip()}")
        elif any("rl-figure" in _html(output) for output in cell.outputs):
            plot = deepcopy(cell)
            plot.outputs = [output for output in cell.outputs if "rl-figure" in _html(output)]
            plot.metadata = nbformat.from_dict({"slideshow": {"slide_type": "slide"}})
            yield plot


def _html(output: NotebookNode) -> str:
    return str(output.get("data", {}).get("text/html", ""))


def _slide(markdown: str) -> NotebookNode:
    slide = {"slideshow": {"slide_type": "slide"}}
    cell: NotebookNode = new_markdown_cell(markdown, metadata=slide)
    return cell


def _relinked(markdown: str, chapters: set[str], notebooks: Path, out: Path) -> str:
    """The text with links that lead from the page: to other pages, or back to the files."""

    def target(link: re.Match[str]) -> str:
        text, to, anchor = link[1], link[2], link[3] or ""
        if to in chapters:
            return f"[{text}]({Path(to).with_suffix('.html')}{anchor})"
        path = os.path.relpath(notebooks / to, out)
        return f"[{text}]({Path(path).as_posix()}{anchor})"

    return _LINK.sub(target, markdown)
