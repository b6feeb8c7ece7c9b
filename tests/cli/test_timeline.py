"""The timeline picks what matters, once each."""

from abm.cli.timeline import LOOKS, Timeline
from abm.record.events import EVENT_KINDS, Event

DATES = ["2023-10", "2023-11"]


def release(lab: str, version: int, *, leads: bool, camp: str = "open") -> Event:
    reason = {"camp": camp, "version": version, "leads_camp": leads}
    return Event(0, "release", lab, "", 1.0, reason)


def texts(*events: Event) -> list[str]:
    return [line.text for line in Timeline(DATES).news(events)]


def test_only_first_releases_and_new_leaders_are_told() -> None:
    assert texts(
        release("Aster", 4, leads=True),
        release("Aster", 5, leads=True),
        release("Birch", 2, leads=False),
        release("Birch", 3, leads=True),
        release("Cedar", 2, leads=True, camp="closed"),
        release("Fir", 1, leads=False),
    ) == [
        "Birch takes the lead among open models from Aster",
        "Fir puts its first open model on the market",
    ]


def test_small_rounds_are_left_out() -> None:
    rounds = [Event(0, "funding", "Fir", "venture capital", x, {}) for x in (49.0, 50.0)]
    assert texts(*rounds) == ["Fir raises USD 50m from venture capital"]


def test_listings_of_a_cloud_share_a_line() -> None:
    hosted = [
        Event(0, "hosted", lab, cloud, 1.0, {"camp": "open"})
        for lab, cloud in (("Fir", "Harbour"), ("Cedar", "Meadow"), ("Elder", "Harbour"))
    ]
    assert texts(*hosted) == [
        "Harbour lists Fir (open) and Elder (open)",
        "Meadow lists Cedar (open)",
    ]


def test_news_are_told_once_and_with_their_month() -> None:
    timeline = Timeline(DATES)
    events = [Event(0, "shutdown", "Fir", "", -1.0, {})]
    assert [line.when for line in timeline.news(events)] == ["Oct 2023"]
    events.append(Event(1, "shutdown", "Elder", "", -1.0, {}))
    assert [(line.when, line.text) for line in timeline.news(events)] == [
        ("Nov 2023", "Elder shuts down")
    ]
    assert list(timeline.news(events)) == []


def test_kinds_that_are_told_exist() -> None:
    assert set(LOOKS) - {"lead"} <= set(EVENT_KINDS)
