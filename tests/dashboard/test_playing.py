"""Clicks are noted at once and acted on together; seats are counted."""

from abm.dashboard.playing import Wanted
from abm.dashboard.seats import Seats


class Clock:
    """A clock that is set by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_clicks_between_two_looks_are_one_act() -> None:
    wanted = Wanted(clock=Clock())
    for _ in range(5):
        wanted.step(1)
    assert wanted.take_months(playing=False, pace=1) == 5
    assert wanted.take_months(playing=False, pace=1) == 0


def test_a_reset_forgets_the_months_before_it_and_counts_once() -> None:
    wanted = Wanted(clock=Clock())
    wanted.step(3)
    wanted.again()
    wanted.again()
    wanted.step(1)
    assert wanted.take_reset()
    assert not wanted.take_reset()
    assert wanted.take_months(playing=False, pace=1) == 1


def test_a_play_keeps_its_pace() -> None:
    clock = Clock()
    wanted = Wanted(clock=clock)
    played = []
    for _ in range(20):
        played.append(wanted.take_months(playing=True, pace=2))
        clock.now += 0.25
    assert played == [1, 0] * 10


def test_a_late_play_does_not_hurry() -> None:
    clock = Clock()
    wanted = Wanted(clock=clock)
    wanted.take_months(playing=True, pace=2)
    clock.now += 60
    assert wanted.take_months(playing=True, pace=2) == 1


def test_seats_are_given_and_taken_back() -> None:
    seats = Seats(2)
    assert [seats.take(name) for name in "abc"] == [True, True, False]
    seats.leave("c")
    assert not seats.take("d")
    seats.leave("a")
    seats.leave("a")
    assert seats.take("d")
    assert seats.taken == 2
