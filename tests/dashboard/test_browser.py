"""The app in a real browser: every control, two worlds, reasons, recipes, no request elsewhere."""

import re
import shlex
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from abm.dashboard.order import Order
from abm.dashboard.views.boxes import BOXES
from abm.dashboard.worlds import Worlds
from abm.market import Market
from abm.scenario import Scenario

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.xdist_group("browser")

WIDE = {"width": 1366, "height": 768}

expect.set_options(timeout=15_000)

Open = Callable[[], Page]


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Open]:
    """Opens pages; whatever they ask for or complain about is looked at when the test is over."""
    context = browser.new_context(viewport=WIDE)
    asked: list[str] = []
    complaints: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("weberror", lambda error: complaints.append(str(error.error)))

    def listen(message: Any) -> None:
        # A date picker that nobody uses here renames its languages at length.
        if message.type == "error":
            complaints.append(message.text)

    context.on("console", listen)

    def opening() -> Page:
        page = context.new_page()
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.goto(address)
        expect(page.locator(".month strong")).to_have_text("Oct 2023")
        return page

    yield opening
    context.close()
    assert complaints == []
    places = {urlsplit(url).hostname for url in asked if not url.startswith(("data:", "blob:"))}
    assert places == {"127.0.0.1"}


@pytest.fixture
def page(opened: Open) -> Page:
    return opened()


def month(page: Page, number: int, of: int = 36) -> None:
    expect(page.locator(".month span")).to_have_text(f"month {number} of {of}")


def view(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def text(page: Page, selector: str) -> str:
    return page.locator(selector).first.inner_text()


def test_step_year_reset_and_the_end(page: Page) -> None:
    month(page, 1)
    page.get_by_role("button", name="Step").click()
    month(page, 2)
    page.get_by_role("button", name="+ 1 year").click()
    month(page, 14)
    expect(page.locator(".month strong")).to_have_text("Nov 2024")
    for _ in range(2):
        page.get_by_role("button", name="+ 1 year").click()
    month(page, 36)
    page.get_by_role("button", name="Reset").click()
    month(page, 1)
    expect(page.locator("#feed .feed-month")).to_have_count(1)


def test_play_for_two_years_and_pause(page: Page) -> None:
    page.get_by_label("Speed").select_option("20")
    start = time.perf_counter()
    page.get_by_role("button", name="Play").first.click()
    page.wait_for_function(
        "Number(document.querySelector('[role=progressbar]').ariaValueNow) >= 25"
    )
    seconds = time.perf_counter() - start
    assert seconds / 24 < 1  # a month in well under a second, on a busy machine too
    pause = page.get_by_role("button", name="Pause")
    if pause.count():
        pause.click()
    expect(page.locator("#play")).to_have_text("▶ Play")
    page.wait_for_timeout(400)
    shown = text(page, ".month span")
    page.wait_for_timeout(600)
    assert text(page, ".month span") == shown


def test_the_numbers_are_those_of_a_run(page: Page) -> None:
    page.get_by_role("spinbutton", name="Seed").fill("11")
    page.get_by_role("spinbutton", name="Seed").press("Tab")
    page.get_by_role("button", name="+ 1 year").click()
    month(page, 13)
    market = Market("classroom", seed=11)
    for _ in range(13):
        market.step()
    for box in BOXES:
        shown = page.locator(".box", has_text=box.heading).locator("dd")
        expect(shown).to_have_text(box.told(float(market.recorder.market[box.column][-1])))


def test_every_view_shows_itself(page: Page) -> None:
    page.get_by_role("button", name="+ 1 year").click()
    month(page, 13)
    seen = {
        "Curves": "#curves .chart svg .curve",
        "Musical chairs": "#chairs_A svg .mark",
        "Who leads": "#shares_A svg .band",
        "Hosting": "#hosting_A td.listed",
        "Network": "#network_A svg .node",
        "Reproduce this": "#recipes pre",
    }
    for name, selector in seen.items():
        view(page, name)
        expect(page.locator(selector).first).to_be_visible()
    assert page.locator("#curves svg").count() == 4
    assert page.locator(".world.B:visible").count() == 0


def test_two_worlds_that_are_identical_are_said_to_be(page: Page) -> None:
    page.get_by_label("a policy").check()
    page.get_by_label("Policy", exact=True).select_option("placebo")
    expect(page.locator(".parting")).to_contain_text("both worlds are identical")
    page.get_by_role("button", name="+ 1 year").click()
    month(page, 13)
    expect(page.locator(".parting")).to_contain_text("to the last bit")
    expect(page.locator("p.same")).to_have_count(5)
    expect(page.locator(".box small")).to_have_count(len(BOXES))


def test_a_policy_parts_the_worlds_and_its_event_says_where(page: Page) -> None:
    page.get_by_label("a policy").check()
    page.get_by_label("Starts later by (months)").fill("2")
    page.get_by_label("Starts later by (months)").press("Tab")
    expect(page.locator(".parting")).to_be_visible()
    for _ in range(2):
        page.get_by_role("button", name="+ 1 year").click()
    month(page, 25)
    worlds = Worlds(Order("classroom", 7, policy="mandatory-data-disclosure@2", paired=True))
    worlds.play(24)
    assert worlds.parting is not None
    expect(page.locator(".parting")).to_contain_text("Identical until they part in Jun 2024")
    view(page, "Musical chairs")
    expect(page.locator("#chairs_B svg")).to_be_visible()
    expect(page.locator("#chairs_B h3")).to_contain_text("mandatory-data-disclosure@2")


def test_one_parameter_is_changed_within_its_range_and_unit(page: Page) -> None:
    page.get_by_label("one parameter").check()
    page.locator("#twin-key").evaluate("box => box.selectize.setValue('race.growth')")
    field = page.get_by_role("spinbutton", name=re.compile("^Growth"))
    expect(field).to_be_visible()
    setting = page.locator("#twin-setting")
    expect(setting).to_contain_text("Plausible:")
    expect(setting).to_contain_text("Source:")
    expect(page.locator(".parting")).to_contain_text("identical")
    field.fill("5")
    field.press("Tab")
    expect(page.locator("body.paired")).to_be_attached()
    page.get_by_role("button", name="+ 1 year").click()
    view(page, "Reproduce this")
    expect(page.locator("#command-B")).to_have_text(
        "abm run classroom --seed 7 --set race.growth=5.0"
    )


def test_a_change_in_both_worlds_is_in_both_recipes(page: Page) -> None:
    page.locator("#both-key").evaluate("box => box.selectize.setValue('litigation.enabled')")
    page.get_by_label("The whole mechanism: on").uncheck()
    page.get_by_label("a policy").check()
    view(page, "Reproduce this")
    for world in "AB":
        expect(page.locator(f"#command-{world}")).to_contain_text("--set litigation.enabled=false")


def test_the_recipe_is_what_ran(page: Page) -> None:
    page.get_by_label("a policy").check()
    page.get_by_label("Policy", exact=True).select_option("data-commons")
    for _ in range(3):
        page.get_by_role("button", name="+ 1 year").click()
    month(page, 36)
    view(page, "Reproduce this")
    snippet = text(page, "#python-B")
    names: dict[str, Any] = {}
    exec(snippet, names)
    last = names["run"].market.row(-1, named=True)
    for box in BOXES:
        shown = page.locator(".box", has_text=box.heading).locator("dd").inner_text()
        assert box.told(last[box.column]) in shown
    assert shlex.split(text(page, "#command-B"))[-2:] == ["--policy", "data-commons"]


def test_an_event_opens_its_reason_by_keyboard_and_stays_open(page: Page) -> None:
    summary = page.locator("#feed summary:visible").first
    summary.focus()
    page.keyboard.press("Enter")
    reason = page.locator("#feed details[open] .reasons")
    expect(reason).to_be_visible()
    assert len(reason.inner_text()) > 20
    page.get_by_role("button", name="Step").click()
    month(page, 2)
    expect(reason).to_be_visible()


def test_a_mark_of_the_timeline_opens_its_event(page: Page) -> None:
    page.get_by_role("button", name="+ 1 year").click()
    view(page, "Musical chairs")
    mark = page.locator("#chairs_A .mark[data-event]").last
    lab = mark.locator("title").text_content()
    mark.click()
    opened = page.locator("#feed details[open]")
    expect(opened).to_have_count(1)
    assert lab is not None
    expect(opened.locator("summary")).to_contain_text(lab.split(":")[0])


def test_small_events_are_shown_on_request(page: Page) -> None:
    page.get_by_role("button", name="+ 1 year").click()
    month(page, 13)
    minor = page.locator("#feed .minor")
    expect(minor.first).to_be_hidden()
    page.get_by_label("small events too").check()
    expect(minor.first).to_be_visible()


def test_settings_changed_in_the_middle_wait_for_a_reset(page: Page) -> None:
    page.get_by_role("button", name="Step").click()
    month(page, 2)
    page.get_by_label("Scenario").select_option("status-quo-2023")
    expect(page.locator(".alert-line.note")).to_contain_text("press Reset")
    month(page, 2)
    page.get_by_role("button", name="Reset").click()
    months = Scenario.load("status-quo-2023").months
    month(page, 1, months)
    expect(page.locator(".alert-line")).to_have_count(0)


@pytest.mark.parametrize(
    ("label", "value", "said"),
    [
        ("Seed", "-3", "the seed must be a whole number"),
        ("Seed", "1.5", "the seed must be a whole number"),
        ("Seed", "", "the seed must be a whole number"),
        ("Strength (1: as written)", "9", "at this strength"),
    ],
)
def test_what_cannot_be_played_is_said_in_words(
    page: Page, label: str, value: str, said: str
) -> None:
    page.get_by_label("a policy").check()
    field = page.get_by_role("spinbutton", name=label, exact=True)
    field.fill(value)
    field.press("Tab")
    expect(page.locator("[role=alert]")).to_contain_text(said)
    assert "Traceback" not in page.content()


def test_what_is_sent_by_hand_reaches_no_file(page: Page, tmp_path: Path) -> None:
    page.evaluate("Shiny.setInputValue('scenario', '../../etc/passwd.toml')")
    expect(page.locator("[role=alert]")).to_contain_text("choose one of the scenarios")
    page.evaluate("Shiny.setInputValue('scenario', ['classroom'])")
    expect(page.locator("[role=alert]")).to_be_visible()
    page.evaluate("Shiny.setInputValue('both-key', 'title')")
    page.evaluate("Shiny.setInputValue('speed', 'x')")
    page.evaluate("Shiny.setInputValue('scenario', 'classroom')")
    page.get_by_role("button", name="Step").click()
    month(page, 2)
    assert list(tmp_path.iterdir()) == []


def test_fast_clicks_are_all_counted(page: Page) -> None:
    page.evaluate("for (let n = 0; n < 30; n++) document.querySelector('#step').click()")
    month(page, 31)
    page.evaluate(
        "for (let n = 0; n < 40; n++) { document.querySelector('#reset').click();"
        " document.querySelector('#play').click(); document.querySelector('#year').click(); }"
    )
    page.get_by_role("button", name="Reset").click()
    month(page, 1)


def test_everything_is_labelled_and_can_be_reached_by_keyboard(page: Page) -> None:
    unnamed = page.evaluate(
        """[...document.querySelectorAll('button, select, input:not([type=hidden])')]
           .filter(e => e.offsetParent && !e.labels?.length && !e.ariaLabel && !e.title
                        && !e.innerText.trim() && !e.getAttribute('aria-labelledby'))
           .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert unnamed == []
    seen = set()
    page.locator("body").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.id"))
        if page.evaluate("document.activeElement === document.body"):
            continue  # past the last one, on the way round
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        inside = page.evaluate("document.activeElement.closest('.selectize-control') !== null")
        focused = page.evaluate("document.activeElement.outerHTML.slice(0, 150)")
        assert outline != "none" or inside, focused
    assert {"scenario", "seed", "play", "step", "year", "reset", "speed", "small"} <= seen


@pytest.mark.parametrize("width", [820, 1366, 1920])
def test_nothing_overflows_the_window(page: Page, width: int) -> None:
    page.get_by_label("a policy").check()
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_role("button", name="+ 1 year").click()
    for name in ("Curves", "Musical chairs", "Hosting", "Network"):
        view(page, name)
        page.wait_for_timeout(250)
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_a_narrow_window_begins_with_what_there_is_to_see(page: Page) -> None:
    expect(page.get_by_label("Scenario")).to_be_visible()
    page.set_viewport_size({"width": 820, "height": 900})
    page.reload()
    month(page, 1)
    expect(page.get_by_label("Scenario")).to_be_hidden()
    page.get_by_role("button", name="Toggle sidebar").click()
    expect(page.get_by_label("Scenario")).to_be_visible()
