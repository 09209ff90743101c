"""The legs of a way: contiguous, every month told once, ranges in order, waits with reasons."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right

import pytest
from hypothesis import given, settings

from klappts_engine.ways.horizon import Horizon
from klappts_engine.ways.model import Range, Way, WayLeg
from klappts_engine.ways.search import search
from klappts_engine.ways.telling import tell
from klappts_engine.ways.transitions import Transitions
from tests.shipped import shipped
from tests.small_world import World, worlds

PERSONS = ["p04", "p07", "p09", "p10", "p17", "p21", "p24"]
DAYS = [dt.date(2026, 11, 22), dt.date(2027, 3, 1), dt.date(2027, 6, 15)]


def _holds_together(way: Way, horizon: Horizon) -> None:
    _contiguous(way, horizon.days[0])
    _every_month_once(way, horizon)
    for leg in way.legs:
        _in_order(leg.start_range)
        _in_order(leg.end_range)
        assert (leg.reason is not None) == (leg.kind == "wait") == (leg.id is None)
    _in_order(way.end_range)
    told = [leg for leg in way.legs if leg.kind != "wait"]
    assert [leg.id for leg in told] == [step.id for step in way.steps]
    for leg, step in zip(told, way.steps, strict=True):
        assert (leg.start_range, leg.end_range) == (step.start_range, step.end_range)
        assert (leg.livelihood, leg.rechtskreis) == (step.livelihood, step.rechtskreis)


def _in_order(one: Range) -> None:
    days = [day for day in (one.min, one.typical, one.max) if day is not None]
    assert days == sorted(days)


def _contiguous(way: Way, today: dt.date) -> None:
    over = today
    for leg in way.legs:
        start, end = leg.start_range.typical, leg.end_range.typical
        if leg.kind == "running":
            assert start <= today < end
        elif leg.kind == "beside":
            assert start >= today
        else:
            assert start == over
        assert end >= start
        over = max(over, end)
    assert over >= way.criteria.end
    _slack(way.legs)


def _slack(legs: tuple[WayLeg, ...]) -> None:
    """The days until the next planned step; a wait is all slack."""
    for number, leg in enumerate(legs):
        later = [one.start_range.typical for one in legs[number + 1 :] if one.kind == "step"]
        if leg.kind == "wait":
            wait = leg.end_range.typical - leg.start_range.typical
            assert leg.slack_days == wait.days > 0
        else:
            assert leg.slack_days == ((later[0] - leg.end_range.typical).days if later else None)


def _every_month_once(way: Way, horizon: Horizon) -> None:
    """Each month of the grid stands in the stretch that began last, and what is not secured is what
    the way counts."""
    stretches = [paid for leg in way.legs for paid in leg.livelihood]
    begins = [paid.from_ for paid in stretches]
    assert begins == sorted(set(begins))
    months = [day for day in horizon.days if day < way.criteria.end]
    unsecured = 0
    for day in months:
        place = bisect_right(begins, day) - 1
        assert place >= 0
        unsecured += stretches[place].secured is not True
    assert unsecured == way.criteria.unsecured_months


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("name", PERSONS)
def test_the_legs_of_ways_hold_together(name: str, day: dt.date) -> None:
    here = shipped().at(shipped().read_case(f"examples/{name}.yaml"), day)
    for goal in ("for", "beruf"):
        for way in here.paths(goal).paths:
            _holds_together(way, here.transitions().horizon)


@settings(max_examples=100)
@given(worlds())
def test_the_legs_of_ways_in_small_worlds_hold_together(world: World) -> None:
    known = Transitions(world.doors())
    for way in search(known, "g").ways:
        if way.legs:
            _holds_together(tell(known, "g", way), known.horizon)


def test_a_wait_says_why() -> None:
    ways = shipped().paths(shipped().read_case("examples/p09.yaml"), "for", DAYS[0]).paths
    waits = [leg for way in ways for leg in way.legs if leg.kind == "wait"]
    reasons = {(leg.reason.kind, leg.reason.step) for leg in waits if leg.reason}
    assert ("window", "sch.wbk_vorkurs") in reasons


def test_with_too_little_told_there_is_no_way_but_what_to_ask_first() -> None:
    engine, day = shipped(), dt.date(2026, 11, 22)
    case = engine.case(status="duldung_60a_2_s3")
    for goal, fact in (("for", "school_level"), ("beruf", "vocational_level")):
        answer = engine.paths(case, goal, day)
        assert answer.asks == (fact,) and not answer.paths and not answer.reached
        told = engine.case_class(status="duldung_60a_2_s3", **{fact: "none"})
        assert not engine.paths(told, goal, day).asks
