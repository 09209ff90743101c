"""What ends and what is under way: told first, with a source, and never forgotten."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klappts_engine import Engine
from klappts_engine.deadlines import weekday_before
from klappts_engine.facts.calendar import add_months
from klappts_engine.overview import SOON
from klappts_engine.show.overview import overview_lines
from klappts_engine.show.words import Words

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
DAY = dt.date(2026, 11, 22)
DAYS = st.dates(dt.date(2026, 9, 1), dt.date(2029, 12, 31))
LIVES = st.fixed_dictionaries(
    {
        "status": st.sampled_from(
            ["ae_104c", "ae_25_2_gfk", "duldung_60a_2_s1", "aufenthaltsgestattung", "ne"]
        ),
        "birth_date": st.dates(dt.date(1999, 1, 1), dt.date(2009, 12, 31)),
    },
    optional={
        "permit_valid_until": st.dates(dt.date(2026, 1, 1), dt.date(2030, 12, 31)),
        "title_issued_on": st.dates(dt.date(2024, 1, 1), dt.date(2026, 8, 31)),
        "title_total_validity_months": st.integers(6, 36),
        "youth_help_running": st.booleans(),
        "asylblg_restriction_until": st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)),
    },
)


def deadlines(engine: Engine, day: dt.date = DAY, **facts: Any) -> dict[str, dt.date]:
    """The days of everything that ends for a person."""
    return {one.id: one.day for one in engine.at(engine.case(**facts), on=day).deadlines()}


@settings(max_examples=60, deadline=None)
@given(LIVES, DAYS)
def test_a_deadline_has_a_source_a_body_and_a_day_to_act(
    engine: Engine, life: dict[str, Any], day: dt.date
) -> None:
    inquiry = engine.at(engine.case(**life), on=day)
    found = inquiry.deadlines()
    assert [one.day for one in found] == sorted(one.day for one in found)
    for one in found:
        assert one.cites and one.what.de and one.act.de
        assert one.body in engine.catalogue.terms["bodies"]
        assert one.last_day_to_act <= one.day and one.last_day_to_act.weekday() < 5
        assert (one.day - one.last_day_to_act).days <= 2
        assert (one.day < day) == engine.catalogue.endings[one.id].past
    overview = inquiry.overview()
    kinds = {item.kind for item in overview.area("klaeren").items}
    if any(one.day <= add_months(day, SOON) for one in found):
        assert "nothing_urgent" not in kinds
        assert overview_lines(Words(engine, "de"), overview)[0].startswith("Zuerst")


@settings(max_examples=40, deadline=None)
@given(LIVES, DAYS, st.integers(1, 400))
def test_a_deadline_stays_where_it_is_until_it_is_over(
    engine: Engine, life: dict[str, Any], day: dt.date, later: int
) -> None:
    """Time alone moves no deadline; each one that is still to come is told again, on its day."""
    after = day + dt.timedelta(days=later)
    first, second = deadlines(engine, day, **life), deadlines(engine, after, **life)
    paper = life.get("permit_valid_until")
    for id, one in first.items():
        status_is_known = paper is None or after <= paper
        if one >= after and status_is_known and id in engine.catalogue.endings:
            assert second.get(id) == one, id


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {"status": "ae_104c", "permit_valid_until": dt.date(2027, 1, 31)},
            {"paper_104c": dt.date(2027, 1, 31)},
        ),
        (
            {
                "status": "ae_104c",
                "title_issued_on": dt.date(2025, 10, 15),
                "title_total_validity_months": 18,
            },
            {"paper_104c_counted": dt.date(2027, 4, 14)},
        ),
        (
            {"status": "duldung_60a_2_s1", "birth_date": dt.date(2000, 2, 1)},
            {"age_27_25a": dt.date(2027, 1, 31)},
        ),
        ({"status": "duldung_60a_2_s1", "birth_date": dt.date(1999, 2, 1)}, {}),
        (
            {"youth_help_running": True, "birth_date": dt.date(2009, 2, 10)},
            {"youth_help_18": dt.date(2027, 2, 9)},
        ),
        ({"youth_help_running": False, "birth_date": dt.date(2009, 2, 10)}, {}),
        (
            {"status": "ae_25_2_gfk", "permit_valid_until": dt.date(2026, 10, 31)},
            {"paper_over": dt.date(2026, 10, 31)},
        ),
        ({"status": "ne"}, {}),
        (
            {
                "status": "ae_25_2_gfk",
                "title_issued_on": dt.date(2026, 9, 1),
                "title_total_validity_months": 36,
                "ik_state": "none",
                "attends_school": "none",
                "low_integration_need": False,
                "german_ladder": "A1",
            },
            {"ik_claim_year": dt.date(2027, 9, 1), "paper_title_counted": dt.date(2029, 8, 31)},
        ),
    ],
)
def test_what_ends(engine: Engine, facts: dict[str, Any], expected: dict[str, dt.date]) -> None:
    assert deadlines(engine, **facts) == expected


@pytest.mark.parametrize(
    ("day", "expected"), [("2027-01-31", "2027-01-29"), ("2027-01-30", "2027-01-29")]
)
def test_an_office_is_asked_on_a_weekday(day: str, expected: str) -> None:
    assert weekday_before(dt.date.fromisoformat(day)) == dt.date.fromisoformat(expected)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["p11", "p24"]), st.integers(0, 3000))
def test_what_is_under_way_is_never_forgotten(engine: Engine, person: str, later: int) -> None:
    case = engine.read_case(EXAMPLES / f"{person}.yaml")
    since: dt.date = case.told["running_since"]
    day = since + dt.timedelta(days=later)
    running = engine.at(case, on=day).running()
    assert running is not None and running.since == since
    ends = running.end_range
    assert ends.typical >= day and (ends.max is None or ends.max >= ends.typical)
    assert {bond.id for bond in running.keep} == {"duldung_60c" if person == "p11" else "titel_16g"}


@pytest.mark.parametrize("person", ["p11", "p24"])
def test_nobody_is_sent_away_from_a_training_that_carries_the_residence(
    engine: Engine, person: str
) -> None:
    overview = engine.overview(engine.read_case(EXAMPLES / f"{person}.yaml"), on=DAY)
    told = [item for area in overview.areas for item in area.items if item.told != "all"]
    steps = {step for item in told if (step := getattr(item, "step", None))}
    assert not {step for step in steps if step.startswith(("voc.dual", "sch.bfs", "work."))}


@settings(max_examples=6, deadline=None)
@given(st.sampled_from(["p01", "p07", "p19", "p24"]), st.integers(0, 900), st.data())
def test_a_paper_that_ends_is_said_with_the_ways_and_bends_none(
    engine: Engine, person: str, days: int, data: st.DataObject
) -> None:
    case = engine.read_case(EXAMPLES / f"{person}.yaml")
    until = DAY + dt.timedelta(days=days)
    goal = data.draw(st.sampled_from(["for", "beruf"]))
    told = case.with_facts({"permit_valid_until": until}, DAY)
    ways, before = engine.paths(told, goal, DAY), engine.paths(case, goal, DAY)
    assert ways.paper_until == until
    assert [way.criteria for way in ways.paths] == [way.criteria for way in before.paths]
