"""A training that is agreed is taken as told; a start outside the usual time is said to be late."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klappts_engine import Case, Engine
from klappts_engine.facts.calendar import add_months
from klappts_engine.pathways.dates import late_starts, starts
from klappts_engine.show.overview import overview_lines
from klappts_engine.show.words import Words

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
YEAR = [dt.date(2026 + (month > 12), (month - 1) % 12 + 1, 15) for month in range(9, 21)]
"""A day in each month of a year."""
BEGINS = dt.date(2027, 8, 1)
LENGTHS = {2: "voc.dual_2y", 3: "voc.dual_3y", 3.5: "voc.dual_35y"}


def contract(case: Case, on: dt.date, state: str, begins: dt.date, years: float) -> Case:
    """A case with a training of a company that is agreed."""
    facts = {
        "training_kind": "dual",
        "training_contract": state,
        "training_start": begins,
        "training_duration_years": years,
    }
    return case.with_facts(facts, on)


@settings(max_examples=10, deadline=None)
@given(
    st.sampled_from(["p01", "p02", "p09", "p20", "identitaet"]),
    st.sampled_from(YEAR),
    st.sampled_from(["offer", "signed", "registered"]),
    st.sampled_from([BEGINS, dt.date(2027, 9, 1), dt.date(2027, 8, 16)]),
    st.sampled_from(sorted(LENGTHS)),
)
def test_a_told_start_is_never_earlier_or_later(
    engine: Engine, person: str, on: dt.date, state: str, begins: dt.date, years: float
) -> None:
    case = contract(engine.read_case(EXAMPLES / f"{person}.yaml"), on, state, begins, years)
    for goal in ("for", "beruf"):
        for way in engine.paths(case, goal, on).paths:
            for step in way.steps:
                if step.id == LENGTHS[years]:
                    assert step.agreed and not step.late
                    assert step.start_range.typical == begins
                    least, _, most = engine.catalogue.steps[step.id].months
                    months = (step.end_range.typical.year - begins.year) * 12
                    months += step.end_range.typical.month - begins.month
                    assert least <= months <= most
            ends = [step.end_range.typical for step in way.steps if not step.agreed]
            if state != "offer" and way.steps and not any(step.agreed for step in way.steps):
                # What is signed is on the way, unless the goal is reached before.
                door = engine.at(case, on).transitions().held
                assert not door or max(ends) <= begins


@pytest.mark.parametrize("on", YEAR)
def test_a_signed_training_is_the_way_on_every_day_of_the_year(engine: Engine, on: dt.date) -> None:
    """Recognised, with a registered contract of three years from August."""
    case = engine.case(
        assumptions=["regelfall"],
        birth_date=dt.date(2005, 3, 15),
        status="ae_25_2_gfk",
        municipality="Neuss",
        work_note="free",
        school_level="MSA",
        vocational_level="none",
        german_ladder="B2",
        literacy_ladder="latin",
    )
    told = contract(case, on, "registered", BEGINS, 3)
    best = engine.paths(told, "beruf", on)
    (step,) = best.paths[0].steps
    if on < BEGINS:
        assert (step.id, step.agreed, step.todo) == ("voc.dual_3y", True, ())
        assert (step.start_range.typical, step.strength) == (BEGINS, "anspruch")
        told_first = overview_lines(Words(engine, "de"), engine.overview(told, on))[0]
        assert "Vereinbart: dreijährige Ausbildung" in told_first
    else:  # it has begun: nobody has to tell the name of the step
        assert (step.id, step.running) == ("voc.dual_3y", True)
    assert step.end_range.typical == add_months(BEGINS, 36)


def test_an_offer_has_ways_of_its_own_and_the_contract_is_still_to_be_made(engine: Engine) -> None:
    on = dt.date(2026, 12, 1)
    case = contract(engine.read_case(EXAMPLES / "p20.yaml"), on, "offer", BEGINS, 3)
    found = engine.paths(case, "beruf", on)
    (offered,) = [way for way in found.paths if any(step.agreed for step in way.steps)]
    assert [todo.fact for todo in offered.steps[-1].todo] == ["training_contract"]
    assert any(not step.agreed for way in found.paths for step in way.steps)
    without = engine.at(case, on).paths("beruf", barred=["voc.dual_3y", "voc.dual_tz"])
    assert not any(step.agreed for way in without.paths for step in way.steps)


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(["p01", "p07", "p09", "p12", "p20"]), st.sampled_from(YEAR))
def test_a_start_outside_the_usual_time_is_said_to_be_late(
    engine: Engine, person: str, on: dt.date
) -> None:
    case = engine.read_case(EXAMPLES / f"{person}.yaml")
    inquiry = engine.at(case, on)
    days = inquiry.transitions().horizon.days
    for goal in ("for", "beruf"):
        for way in inquiry.paths(goal).paths:
            for step in way.steps:
                if step.running or step.agreed:
                    continue
                one, day = engine.catalogue.steps[step.id], step.start_range.typical
                usual = day in [days[number] for number in starts(one, days)]
                late = [found for found in late_starts(one, days) if days[found.number] == day]
                assert usual or late
                if step.late:
                    assert not usual and way.criteria.strength not in ("anspruch", "soll")
