"""Each widget in its notebook in JupyterLab, worked by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import nbformat
import pytest
from lab import Lab
from looks import assert_looks
from playwright.sync_api import Locator, Page, expect

from rememberer_lite import view
from rememberer_lite.training import Interval

pytestmark = pytest.mark.browser

SHOP = "import view_demo as demo\nfrom rememberer_lite import view\nagent, history = demo.trained()"
WIKI = SHOP.replace("trained()", "trained('wikihow')")


@contextmanager
def shown(lab: Lab, name: str, *cells: str) -> Iterator[tuple[Page, Locator]]:
    """A notebook that has been run, and the output of its last cell; its looks are checked."""
    page = lab.page()
    output = lab.run(page, lab.write(name, list(cells)))
    yield page, output
    assert page.evaluate("window.hacked") == 0
    assert_looks(lab, page, output, name)
    lab.close(page)


def slide(page: Page, slider: Locator, key: str, times: int = 1) -> None:
    """Move a slider by keyboard."""
    slider.focus()
    for _ in range(times):
        page.keyboard.press(key)


def drag(page: Page, slider: Locator, share: float) -> None:
    """Move a slider by mouse, to a share of its track."""
    track = slider.locator("xpath=ancestor::div[contains(@class,'noUi-target')]").bounding_box()
    assert track is not None
    middle = track["y"] + track["height"] / 2
    slider.hover()
    page.mouse.down()
    page.mouse.move(track["x"] + share * track["width"], middle, steps=5)
    page.mouse.up()


def test_inspect_exemplars(lab: Lab) -> None:
    cell = "state = history.episodes[-1].steps[2].state\nview.inspect_exemplars(agent, state)"
    with shown(lab, "inspect_shop", SHOP, cell) as (page, output):
        slider = output.get_by_role("slider")
        expect(output).to_contain_text("0.50·")
        drag(page, slider, 1.0)
        expect(output).to_contain_text("f = λ·task + (1 − λ)·page = 1.00·")
        slide(page, slider, "Home")
        expect(output).to_contain_text("f = λ·task + (1 − λ)·page = 0.00·")
        slide(page, slider, "ArrowRight", 2)
        expect(output).to_contain_text("f = λ·task + (1 − λ)·page = 0.10·")
        whole = output.get_by_text("The whole prompt")
        whole.focus()
        page.keyboard.press("Enter")
        expect(output.get_by_text("Principles:")).to_be_visible()


def test_inspect_exemplars_on_screens(lab: Lab) -> None:
    cell = "state = history.episodes[-1].steps[2].state\nview.inspect_exemplars(agent, state)"
    with shown(lab, "inspect_wiki", WIKI, cell) as (_, output):
        expect(output.get_by_text("longest common subsequence").first).to_be_visible()


def test_browse_memory(lab: Lab) -> None:
    with shown(lab, "browse", SHOP, "view.browse_memory(agent.memory)") as (page, output):
        rows = output.locator(".rl-press")
        output.get_by_label("Search").fill("click[buy now]")
        expect(rows.first).not_to_contain_text("#0 ")
        output.get_by_label("Search").fill("")
        expect(rows.first).to_contain_text("#0 ")
        rows.nth(2).click()
        expect(output).to_contain_text("Nearest neighbours of record #2")
        rows.nth(1).focus()
        page.keyboard.press("Enter")
        expect(output).to_contain_text("Nearest neighbours of record #1")
        output.get_by_label("Sort by").select_option("record, newest first")
        expect(rows.first).not_to_contain_text("#0 ")
        output.get_by_role("button", name="Next page").click()
        expect(output).to_contain_text("records 9 to")
        output.get_by_label("Kind of page").select_option("search")
        expect(output).to_contain_text("records 1 to")


def test_replay_episode(lab: Lab) -> None:
    cell = "view.replay_episode(history.episodes[0], agent.domain)"
    with shown(lab, "replay", WIKI, cell) as (page, output):
        expect(output).to_contain_text("Step 1 of 2")
        output.get_by_role("button", name="Next step").click()
        expect(output).to_contain_text("Step 2 of 2")
        output.get_by_role("button", name="Previous step").focus()
        page.keyboard.press("Enter")
        expect(output).to_contain_text("Step 1 of 2")
        slide(page, output.get_by_role("slider"), "ArrowRight")
        expect(output.locator(".rl-taken")).to_contain_text("▶")


def test_compare_states(lab: Lab) -> None:
    cell = (
        "a, b = (history.episodes[i].steps[2].state for i in (0, 1))\n"
        "view.compare_states(a, b, agent.memory.similarity)"
    )
    with shown(lab, "compare", SHOP, cell) as (page, output):
        before = output.get_by_role("row", name="mix f").inner_text()
        drag(page, output.get_by_role("slider"), 0.0)
        expect(output.get_by_role("row", name="mix f")).not_to_have_text(before)
        slide(page, output.get_by_role("slider"), "End")
        expect(output).to_contain_text("= 1.00·")


def test_explain_update(lab: Lab) -> None:
    cell = "view.explain_update(max(history.episodes, key=lambda e: len(e.steps)), agent.memory)"
    with shown(lab, "update", SHOP, cell) as (page, output):
        expect(output).to_contain_text("Here: the whole episode, γ = 1.00.")
        n, gamma = output.get_by_role("slider").all()
        drag(page, n, 0.0)
        expect(output).to_contain_text("Here: n = 1, γ = 1.00.")
        slide(page, gamma, "ArrowLeft", 2)
        expect(output).to_contain_text("Here: n = 1, γ = 0.90.")
        expect(output).to_contain_text("0.90·")


def test_play_the_shop(lab: Lab) -> None:
    with shown(lab, "play_shop", SHOP, "view.play(demo.WebShopEnv())") as (page, output):
        output.get_by_label("Search for").fill("hot sauce")
        page.keyboard.press("Enter")
        expect(output).to_contain_text("Total results")
        expect(output.get_by_label("Search for")).to_have_value("")
        expect(output.get_by_label("Search for")).to_have_count(1)
        output.get_by_role("button", name="Next >").click()
        expect(output).to_contain_text("Page 2")
        product = output.locator(".rl-name").first
        product.focus()
        page.keyboard.press("Space")
        expect(output).to_contain_text("Price:")
        output.get_by_role("button", name="Buy Now").click()
        expect(output).to_contain_text(" wishes")
        expect(output).to_contain_text("Total reward")
        output.get_by_role("button", name="Keep this episode").click()
        expect(output).to_contain_text("Kept: records #0, #1")


def test_a_press_on_a_button_that_stays_outlasts_a_change_of_the_page(lab: Lab) -> None:
    """A browser drops a click whose button moves away between press and release."""
    cell = "game = view.play(demo.WebShopEnv())\ngame"
    with shown(lab, "play_press", SHOP, cell) as (page, output):
        output.get_by_label("Any action").fill("search[hot sauce]")
        output.get_by_role("button", name="Do it").click()
        expect(output).to_contain_text("Your actions")  # the last part to change
        stays = ("Start the goal", "Keep this episode", "Do it")
        places = [output.get_by_role("button", name=name) for name in stays]
        before = [place.bounding_box() for place in places]
        places[1].hover()
        page.mouse.down()
        # by script, for the mouse is busy
        output.locator(".rl-name").first.evaluate("one => one.click()")
        expect(output.get_by_role("table")).to_contain_text("click[b0")
        page.mouse.up()
        expect(output).to_contain_text("Kept: records #0, #1")
        assert [place.bounding_box() for place in places] == before, "a button has moved"


def test_play_the_wiki(lab: Lab) -> None:
    with shown(lab, "play_wiki", SHOP, "view.play(demo.WikiHowEnv())") as (page, output):
        output.get_by_label("Search for").fill("campfire rain")
        page.keyboard.press("Enter")
        expect(output).to_contain_text("INPUT(2, campfire rain)")
        output.get_by_role("button", name="GOBACK").click()
        output.get_by_label("Any action").fill("CLICK(99)")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(output).to_contain_text("No effect:")
        output.get_by_label("Goal").fill("1000000")
        page.keyboard.press("Tab")
        output.get_by_role("button", name="Start the goal").click()
        expect(output.get_by_role("alert")).to_contain_text("SettingError")


def test_watch_training(lab: Lab) -> None:
    cell = (
        "agent = demo.Rememberer(agent.llm, demo.WEBSHOP.initial_memory('E0'), demo.WEBSHOP)\n"
        "history = view.watch_training(agent, demo.WebShopEnv(), range(500, 503), range(2), 1)"
    )
    with shown(lab, "live", SHOP, cell) as (_, output):
        figure = output.locator("svg.rl-figure")
        expect(figure).to_have_count(1)  # the live one is gone when the training is over
        assert "goals never met" in (figure.get_attribute("aria-label") or "")


def test_a_figure(lab: Lab) -> None:
    cell = (
        "from rememberer_lite.training import Interval\n"
        "view.forest_plot({'a': Interval(0.5, 0.4, 0.6)}, 'Success', 'A title')"
    )
    with shown(lab, "figure", SHOP, cell) as (page, output):
        figure = output.locator("svg.rl-figure")
        expect(figure).to_be_visible()
        expect(output.locator("img")).to_be_hidden()
        inks = []
        for theme in ("light", "dark"):
            lab.theme(page, theme)
            inks.append(figure.evaluate("e => getComputedStyle(e).color"))
        assert inks[0] != inks[1], "the figure has the text colour of the theme"


def test_in_a_notebook_that_is_not_trusted_an_image_takes_the_figures_place(lab: Lab) -> None:
    plot = view.forest_plot({"a": Interval(0.5, 0.4, 0.6)}, "Success", "A title")
    bundle = plot._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data=bundle)
    page = lab.page()
    lab.open(page, lab.write("untrusted_figure", ["1"], [[output]]))
    area = page.locator(".jp-OutputArea").first
    expect(area.locator("img")).to_be_visible()
    expect(area.locator("svg.rl-figure")).to_have_count(0)
    assert area.locator("img").get_attribute("alt") == plot.reading
    assert area.inner_text().strip().startswith("The numbers"), "no loose words of the drawing"
    lab.close(page)
