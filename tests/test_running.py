"""A step under way is never broken off and ends by its own start; a permit that expires opens what comes after it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.paths import with_steps
from klappts_engine.engine import Engine
from klappts_engine.errors import UsageError
from klappts_engine.facts.calendar import add_months
from klappts_engine.facts.case import Case
from klappts_engine.facts.episodes import Episode

ON = dt.date(2026, 11, 22)


def _with(engine: Engine, name: str, **facts: object) -> Case:
    case = engine.read_case(f"examples/{name}.yaml")
    return engine.case(**{**case.told, **facts, "assumptions": case.assumptions})


@settings(max_examples=15)
@given(months=st.integers(0, 30))
def test_a_running_step_is_first_in_every_way_and_ends_by_its_own_start(engine: Engine, months: int) -> None:
    since = add_months(ON, -months)
    paths = engine.paths(_with(engine, "p24", running_step="voc.dual_2y", running_since=since), "beruf", ON).paths
    end = add_months(since, 24)
    if end <= ON:
        assert all(not step.running for path in paths for step in path.steps)
        return
    assert [step.id for step in paths[0].steps] == ["voc.dual_2y"]
    assert paths[0].end_range.typical == end
    for path in paths:
        assert path.steps[0].running
        assert path.steps[0].end_range.typical == end
        assert all(paid.from_ >= ON for paid in path.steps[0].livelihood)
        assert all(step.start_range.typical >= end for step in path.steps[1:])


@pytest.mark.parametrize("firm", [True, False])
def test_a_running_step_is_a_way_where_no_other_step_is_as_firm(engine: Engine, firm: bool) -> None:
    steps = ["voc.dual_2y", *([] if firm else ["work.job"])]  # a job is found at discretion at best
    alone = with_steps(engine, steps)
    case = _with(engine, "p24", running_step="voc.dual_2y", running_since=add_months(ON, -3))
    assert [[step.id for step in path.steps] for path in alone.paths(case, "beruf", ON).paths] == [["voc.dual_2y"]]


def test_a_goal_that_is_reached_is_reached_whatever_is_under_way(engine: Engine) -> None:
    found = engine.paths(_with(engine, "p24", running_step="voc.dual_2y", running_since=dt.date(2025, 8, 1)), "for", ON)
    assert found.reached
    assert found.paths == ()


def test_a_running_step_that_the_catalogue_does_not_know_is_refused(engine: Engine) -> None:
    with pytest.raises(UsageError, match=r"voc\.dual_2y"):
        engine.paths(_with(engine, "p24", running_step="voc.dual_2", running_since=dt.date(2025, 8, 1)), "beruf", ON)


def test_after_a_permit_expires_nothing_is_known_until_it_is_told(engine: Engine) -> None:
    until = dt.date(2027, 3, 31)
    case = _with(engine, "p07", permit_valid_until=until)
    line = engine.timeline(case, ["work.duldung.outside", "asylblg.entitled"], dt.date(2028, 1, 1), ON)
    for stretches in line.stretches.values():
        assert [(one.to, one.answer) for one in stretches] == [(until, "holds"), (line.until, "unknown")]
    next_day = until + dt.timedelta(days=1)
    renewed = Episode(**{"fact": "status", "value": "duldung_60a_2_s1", "from": next_day, "origin": "renewal"})
    line = engine.timeline(case, ["asylblg.entitled"], dt.date(2028, 1, 1), ON, episodes=[renewed])
    assert [one.answer for one in line.stretches["asylblg.entitled"]] == ["holds"]


def test_no_way_leads_through_the_time_after_a_permit_as_if_nothing_had_changed(engine: Engine) -> None:
    free = engine.paths(_with(engine, "p07"), "for", ON).paths
    ended = engine.paths(_with(engine, "p07", permit_valid_until=dt.date(2027, 3, 31)), "for", ON).paths
    assert not free[0].conditional
    assert all(path.conditional or path.criteria.unsecured_months > free[0].criteria.unsecured_months for path in ended)
