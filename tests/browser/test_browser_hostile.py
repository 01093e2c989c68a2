"""Texts that mean harm run no script, and a notebook without a kernel shows its views."""

from __future__ import annotations

import base64

import pytest
import view_demo as demo
from lab import Lab
from looks import assert_looks
from nbformat.v4 import new_output
from playwright.sync_api import Locator, Page, expect

from rememberer_lite import OfflineLLM, Rememberer, view
from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.envs.wikihow import WIKIHOW
from rememberer_lite.view.html.markup import Html

pytestmark = pytest.mark.browser

SETUP = """
import view_demo as demo
from rememberer_lite import OfflineLLM, Rememberer, view
from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.envs.wikihow import WIKIHOW
memory, episode = demo.hostile_memory(), demo.hostile_episode()
agent = Rememberer(OfflineLLM(), memory, WEBSHOP)
"""
VIEWS = [
    "view.state_html(demo.hostile_screen(), 'CLICK(1)', WIKIHOW)",
    "view.inspect_exemplars(agent, demo.hostile_state(7))",
    "view.browse_memory(memory)",
    "view.replay_episode(episode, WEBSHOP)",
    "view.compare_states(demo.hostile_state(), demo.hostile_state(1), WEBSHOP.similarity())",
    "view.explain_update(episode, memory)",
    "view.play(demo.HostileEnv(), domain=WEBSHOP)",
]


def assert_nothing_ran(page: Page, outputs: Locator) -> None:
    """No script ran, no formula was set, and what is dangerous stands there as text."""
    page.wait_for_timeout(500)
    assert page.evaluate("window.hacked") == 0
    assert outputs.locator("mjx-container, script, iframe, svg[onload], [onerror]").count() == 0
    expect(outputs.get_by_text("<script>window.hacked=1</script>").first).to_be_visible()


def test_no_script_runs_in_any_widget(lab: Lab) -> None:
    page = lab.page()
    last = lab.run(page, lab.write("hostile", [SETUP, *VIEWS]))
    outputs = page.locator(".jp-Cell-outputArea:has(.jp-OutputArea-child)")
    expect(outputs).to_have_count(len(VIEWS))
    assert_nothing_ran(page, outputs)
    browser = outputs.nth(2)
    browser.locator(".rl-press").nth(1).click()
    expect(browser).to_contain_text("In a save file")
    for summary in outputs.locator("summary").all():
        if summary.is_visible():
            summary.press("Enter")
    outputs.nth(3).get_by_role("button", name="Next step").click()
    expect(outputs.nth(3)).to_contain_text("Step 2 of 3")
    outputs.nth(1).get_by_role("slider").press("End")
    expect(outputs.nth(1)).to_contain_text("= 1.00·")
    last.locator("button").filter(has_text="onerror").first.click()
    expect(last).to_contain_text("No effect:")
    last.get_by_role("button", name="Keep this episode").click()
    expect(last).to_contain_text("Kept:")
    assert_nothing_ran(page, outputs)
    for number in range(len(VIEWS)):
        assert_looks(lab, page, outputs.nth(number), f"hostile_{number}", widths=(800,))
    lab.close(page)


def static_views() -> list[dict[str, str]]:
    """What a tidied notebook keeps of each view: no widget, but HTML and plain text."""
    memory, episode = demo.hostile_memory(), demo.hostile_episode()
    agent = Rememberer(OfflineLLM(), memory, WEBSHOP)
    shown: list[Html] = [
        view.state_html(demo.hostile_screen(), "CLICK(1)", WIKIHOW),
        view.inspect_exemplars(agent, demo.hostile_state(7)).static,
        view.browse_memory(memory).static,
        view.replay_episode(episode, WEBSHOP).static,
        view.compare_states(
            demo.hostile_state(), demo.hostile_state(1), WEBSHOP.similarity()
        ).static,
        view.explain_update(episode, memory).static,
        view.play(demo.HostileEnv(), domain=WEBSHOP).static,
    ]
    return [html._repr_mimebundle_() for html in shown]


def test_a_notebook_that_was_not_run_shows_its_views(lab: Lab) -> None:
    """As a reader sees it who only opens it: JupyterLab cleans the HTML of a stranger's file."""
    outputs = [[new_output("display_data", bundle)] for bundle in static_views()]
    page = lab.page()
    lab.open(page, lab.write("static", VIEWS, outputs))
    shown = page.locator(".jp-Cell-outputArea")
    expect(shown).to_have_count(len(VIEWS))
    assert_nothing_ran(page, shown)
    for number in range(len(VIEWS)):
        assert shown.nth(number).locator(".rl").count() == 1
        assert_looks(lab, page, shown.nth(number), f"static_{number}", widths=(800,))
    for number in (1, 2, 3, 4, 5):
        assert shown.nth(number).locator("table").count() >= 1
    lab.close(page)


def test_the_browser_notices_a_script_that_runs(lab: Lab) -> None:
    """The proof above can fail: the same page, its text not escaped."""
    payload = base64.b64encode(demo.HOSTILE[1].encode()).decode()
    cell = (
        "import base64, ipywidgets\n"
        f"ipywidgets.HTML('<div class=rl>x</div>' + base64.b64decode('{payload}').decode())"
    )
    page = lab.page()
    lab.run(page, lab.write("unsafe", [cell]))
    page.wait_for_function("window.hacked === 1")
    lab.close(page)
