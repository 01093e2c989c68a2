"""A JupyterLab on this machine and a Chromium that drives it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

#: milliseconds: a busy machine answers late, and what never comes is still told
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)

HERE = Path(__file__).parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # every cell stands in the page, not only those in view
    "@jupyterlab/notebook-extension/tracker": {
        "windowingMode": "none",
        "autoStartDefaultKernel": True,
    },
}
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


@contextmanager
def jupyter_lab(folder: Path) -> Iterator[str]:
    """Serve a folder; gives the address. All that Jupyter writes stays inside the folder."""
    settings = folder / ".settings"
    for name, values in SETTINGS.items():
        file = settings / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {
        **os.environ,
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / ".workspaces"),
        "JUPYTER_CONFIG_DIR": str(folder / ".config"),
        "JUPYTER_RUNTIME_DIR": str(folder / ".runtime"),
        "IPYTHONDIR": str(folder / ".ipython"),
        "PYTHONPATH": str(HERE.parent),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    log = (folder / ".lab.log").open("w", encoding="utf-8")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}",
         "--ServerApp.port_retries=0", "--IdentityProvider.token=", "--ServerApp.password=",
         f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True",
         "--allow-root"],
        env=environ, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api/status", server, folder / ".lab.log")
        yield address
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")


@contextmanager
def chromium(executable: Path) -> Iterator[Browser]:
    """A headless browser with a fresh profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(executable), args=FLAGS)
        yield browser
        browser.close()


class Lab:
    """Opens notebooks in JupyterLab and runs them."""

    def __init__(self, folder: Path, address: str, browser: Browser) -> None:
        self.folder, self.address = folder, address
        # one context for all pages: JupyterLab's own files are fetched once
        self.context = browser.new_context()
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script("window.hacked = 0")

    def page(self, width: int = 1280) -> Page:
        """A fresh page."""
        page = self.context.new_page()
        page.set_viewport_size({"width": width, "height": 1400})
        return page

    def write(self, name: str, cells: list[str], outputs: list[list[Any]] | None = None) -> str:
        """Put a notebook of code cells into the folder."""
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells]
        )
        notebook.metadata["kernelspec"] = {
            "name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python",
        }  # fmt: skip
        for cell, stored in zip(notebook.cells, outputs or [], strict=False):
            cell.outputs, cell.execution_count = stored, 1
        nbformat.write(notebook, self.folder / f"{name}.ipynb")
        return f"{name}.ipynb"

    def open(self, page: Page, notebook: str) -> None:
        """Show a notebook without running it."""
        page.goto(f"{self.address}/doc/tree/{notebook}?reset")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        # before the kernel is there, "run all" would be lost
        page.locator("#jp-main-statusbar").get_by_text("Python 3 (ipykernel) | Idle").wait_for()

    def run(self, page: Page, notebook: str) -> Locator:
        """Open a notebook, run it to its end, and give the output of its last cell."""
        self.open(page, notebook)
        # not awaited: `evaluate` would wait for ever where a dialog asks something first
        page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
        cells = page.locator(".jp-Notebook .jp-Cell")
        output = cells.last.locator(".jp-Cell-outputArea")
        wrong = page.locator(
            "[data-mime-type='application/vnd.jupyter.stderr'], "
            "[data-mime-type='application/vnd.jupyter.error']"
        )
        shown = output.locator(".rl, svg.rl-figure, img, .jp-RenderedText").locator("visible=true")
        shown.or_(wrong).first.wait_for()
        expect(cells.last.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\d"))
        assert wrong.count() == 0, wrong.first.inner_text()
        return output

    def run_all(self, page: Page, seconds: float = 180) -> list[str]:
        """Run the notebook that is shown, to its end; gives the errors."""
        page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
        codes = page.locator(".jp-Notebook .jp-CodeCell")
        done = (
            "() => [...document.querySelectorAll('.jp-CodeCell')].every(cell => "
            "/\\d/.test(cell.querySelector('.jp-InputPrompt').textContent))"
        )
        page.wait_for_function(
            "() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]"
            ".some(prompt => prompt.textContent.includes('*'))"
        )
        page.wait_for_function(done, timeout=1000 * seconds)
        assert codes.count()
        wrong = page.locator("[data-mime-type='application/vnd.jupyter.error']").all()
        return [one.inner_text()[:200] for one in wrong]

    def theme(self, page: Page, name: str) -> None:
        """Choose "light" or "dark"."""
        page.evaluate(
            "name => {window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})}",
            THEMES[name],
        )
        page.wait_for_function(
            "name => document.body.dataset.jpThemeName === name", arg=THEMES[name]
        )

    def close(self, page: Page) -> None:
        """Leave the notebook; its kernel ends."""
        page.evaluate(
            "async () => { for (const s of window.jupyterapp.serviceManager.sessions.running())"
            " await window.jupyterapp.serviceManager.sessions.shutdown(s.id) }"
        )
        page.close()
