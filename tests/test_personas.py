"""The made-up persons of examples/ fare as expected or differ for a written reason, and their ways
keep what ways promise."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from klappts_engine.engine import Engine
from klappts_engine.errors import CaseError
from klappts_engine.facts.case import Case
from klappts_engine.pathways.region import Offer
from klappts_engine.ways.model import Way, WayStep
from klappts_engine.ways.transitions import Leg, StepKind, Transitions
from klappts_engine.ways.walk import replay
from tests.persona_table import (
    EXAMPLES,
    Found,
    Page,
    case,
    differences,
    engine,
    find,
    found,
    personas,
)

PAGE = Path(__file__).parent.parent / "docs" / "personas.md"
IDS = sorted(personas().personas)
QUICK = ("p04", "p17", "p20", "p24")
"""Examples whose ways are found soon, for what is tried many times."""


def test_every_example_has_its_expectations_and_every_reason_is_given_for_something() -> None:
    assert [f"{id}.yaml" for id in IDS] == sorted(
        path.name for path in EXAMPLES.glob("p[0-9][0-9].yaml")
    )
    given_for = [
        name
        for persona in personas().personas.values()
        for one in persona.differs
        for name in one.reasons
    ]
    assert set(given_for) == set(personas().reasons)
    assert all(one.reasons for persona in personas().personas.values() for one in persona.differs)


@pytest.mark.parametrize("id", IDS)
def test_a_person_fares_as_expected_or_differs_for_a_written_reason(id: str) -> None:
    persona = personas().personas[id]
    assert differences(id) == {one.what: one.got for one in persona.differs}
    searches = [found(id, goal) for goal in persona.goals]
    searches += [
        found(id, goal, name)
        for name, scenario in persona.scenarios.items()
        for goal in scenario.ways
    ]
    for one in searches:
        _keeps_its_promises(one)
    assert os.environ.get("KLAPPTS_UPDATE") or Page().rows(id) in PAGE.read_text(
        encoding="utf-8"
    ), "see the test of the page"


def _keeps_its_promises(one: Found) -> None:
    """No step begins before or after it is offered, and at usual durations nobody arrives later
    than a way says."""
    known = one.known
    for way in one.paths.paths:
        taken = [_leg(known, step) for step in way.steps]
        replayed = replay(known, taken, known.doors.duration, longer=False)
        assert replayed is not None
        assert [leg.step for leg in replayed] == [step.id for step in way.steps]
        assert all(again.end <= leg.end for again, leg in zip(replayed, taken, strict=True))
        for step in way.steps:
            status, start = known.catalogue.steps[step.id].status, step.start_range.typical
            assert step.running or not status.over(start)
            assert step.running or status.from_ is None or status.from_ <= start


def _leg(known: Transitions, step: WayStep) -> Leg:
    grade = next(one.grade for one in known.outcomes(step.id) if one.facts == step.gives)
    kind: StepKind = "running" if step.running else "beside" if step.meanwhile else "step"
    return Leg(kind, step.id, step.start_range.typical, step.end_range.typical, grade)


# --- The same persons, a little changed -----------------------------------------------------------

CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "german_ladder": st.sampled_from(["B1", "B2", "C1", None]),
        "school_level": st.sampled_from(["none", "ESA", "EESA"]),
        "municipality": st.sampled_from(["Neuss", "Kaarst", None]),
        "employment_weekly_hours": st.sampled_from([0, 20]),
        "volunteer_months_qualified": st.sampled_from([0, 6]),
        "childcare_need": st.booleans(),
        "foreign_school": st.sampled_from(["none", "held_unassessed", None]),
        "permit_valid_until": st.dates(dt.date(2027, 1, 1), dt.date(2029, 1, 1)),
        "ba_consent": st.booleans(),
    },
)


def _changed(id: str, changes: dict[str, Any]) -> Case:
    try:
        return case(id, changes)
    except CaseError:
        reject()


@settings(max_examples=4)
@given(id=st.sampled_from(QUICK), changes=CHANGES, goal=st.sampled_from(["for", "beruf"]))
def test_ways_keep_their_promises_whatever_changes(
    id: str, changes: dict[str, Any], goal: str
) -> None:
    _keeps_its_promises(find(_changed(id, changes), goal))


@settings(max_examples=2)
@given(id=st.sampled_from(QUICK), changes=CHANGES, goal=st.sampled_from(["for", "beruf"]))
def test_a_policy_only_filters_and_a_weaker_one_keeps_what_a_stricter_one_has(
    id: str, changes: dict[str, Any], goal: str
) -> None:
    """The weakest policy keeps every way, also those through unknown doors."""
    changed, scale = _changed(id, changes), engine().rulebook.scale
    every = engine().paths(changed, goal, personas().on).paths
    kept: list[Way] = []
    for policy in scale.policies:
        grades = list(scale.grades)[: scale.cut(policy) + 1]
        weakest = len(grades) == len(scale.grades)
        ways = list(engine().paths(changed, goal, personas().on, policy).paths)
        assert ways == [
            way
            for way in every
            if weakest or (not way.conditional and way.criteria.strength in grades)
        ]
        assert all(way in ways for way in kept)
        kept = ways


@settings(max_examples=2)
@given(id=st.sampled_from(QUICK), goal=st.sampled_from(["for", "beruf"]), data=st.data())
def test_one_more_confirmed_offer_never_makes_the_best_way_later(
    id: str, goal: str, data: st.DataObject
) -> None:
    steps = data.draw(
        st.lists(
            st.sampled_from(sorted(engine().catalogue.steps)), min_size=1, max_size=5, unique=True
        )
    )
    region = engine().catalogue.region
    offer = Offer(
        steps=tuple(steps),
        provider=min(region.institutions),
        municipalities=tuple(region.municipalities),
        state="confirmed",
        seen="2026-11",
        stale=False,
    )
    richer = dataclasses.replace(region, offers={**region.offers, "one_more": offer})
    more = Engine(
        engine().rulebook,
        dataclasses.replace(engine().catalogue, region=richer),
        engine().case_class,
        "function",
    )
    ways = more.paths(case(id), goal, personas().on).paths
    for way in found(id, goal).paths.paths:
        assert any(
            other.criteria.end <= way.criteria.end
            and other.conditional <= way.conditional
            and _grade(other.criteria.strength) <= _grade(way.criteria.strength)
            for other in ways
        )


def _grade(strength: str | None) -> int:
    grades = list(engine().rulebook.scale.grades)
    return grades.index(strength) if strength else len(grades)


def test_the_page_is_up_to_date() -> None:
    """Its rows are checked with each person; here what stands around them."""
    head, foot = Page().head(), Page().foot()
    if os.environ.get("KLAPPTS_UPDATE"):
        PAGE.write_text(head + "".join(map(Page().rows, IDS)) + foot, encoding="utf-8")
    text = PAGE.read_text(encoding="utf-8")
    assert text.startswith(head) and text.endswith(foot), (
        "KLAPPTS_UPDATE=1 pytest tests/test_personas.py"
    )
    rows = text.removeprefix(head).removesuffix(foot).splitlines()
    assert len(rows) == sum(len(persona.goals) for persona in personas().personas.values())
