"""What an assumption costs is said as a question; more evidence makes no way longer."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klappts_engine import Engine
from klappts_engine.facts.case import Case
from klappts_engine.show.interview import Interview
from klappts_engine.show.overview import overview_lines
from klappts_engine.show.words import Words
from klappts_engine.ways.choice import told_first
from klappts_engine.ways.model import Way

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
ON = dt.date(2026, 11, 22)
EVIDENCE: dict[str, list[Any]] = {
    "work_months_total": [1, 6, 24],
    "work_abroad_credible": [True],
    "employment_weekly_hours": [5, 20],
    "volunteer_months_qualified": [6],
    "german_ladder": ["C1"],
    "school_level": ["EESA"],
}
PERSONS = ["p01", "p02", "p05", "p09", "p12", "p20"]


@pytest.mark.parametrize("person", ["p02", "p20"])
def test_what_is_worth_asking_shortens_the_way_by_as_much_as_is_said(
    engine: Engine, person: str
) -> None:
    case = engine.read_case(EXAMPLES / f"{person}.yaml")
    ways = engine.paths(case, "for", ON, questions=True)
    first = told_first(engine.rulebook, ways.paths)
    assert ways.questions and first
    assert {one.fact for one in ways.questions} <= {*engine.catalogue.head.search.worth_asking}
    for one in ways.questions:
        assert one.fact not in case.told
        told = engine.paths(case.with_facts({one.fact: one.value}, ON), "for", ON)
        shorter = told_first(engine.rulebook, told.paths)
        assert shorter and shorter.criteria.end == one.end < first.criteria.end
        later = first.criteria.end.year * 12 + first.criteria.end.month
        assert later - one.end.year * 12 - one.end.month == one.months >= 1


def test_what_is_told_is_not_asked_again(engine: Engine) -> None:
    case = engine.read_case(EXAMPLES / "p20.yaml")
    told = case.with_facts(
        {"work_months_total": 0, "employment_weekly_hours": 0, "work_abroad_credible": False}, ON
    )
    assert engine.paths(told, "for", ON, questions=True).questions == ()
    assert engine.paths(case, "for", ON).questions == ()


def _best(paths: tuple[Way, ...], level: int, engine: Engine) -> Way | None:
    """The way without hopes that is as firm as a level and ends soonest."""
    scale = engine.rulebook.scale
    ways = [
        way
        for way in paths
        if way.criteria.strength
        and not way.criteria.hopes
        and scale.place(way.criteria.strength) <= level
    ]
    return min(ways, key=lambda way: way.criteria.end, default=None)


def _shut(engine: Engine, way: Way, before: Case, after: Case) -> set[str]:
    """The norms that a way rests on, and that no longer hold: such as an order that only those
    get who do not work (AsylbLG § 5b Abs. 1)."""
    rules = {rule for step in way.steps for rule in step.via}
    was, is_ = (engine.assess(case, ON, rules).conclusions for case in (before, after))
    return {rule for rule in rules if was[rule].answer == "holds" and is_[rule].answer != "holds"}


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(PERSONS), st.sampled_from(sorted(EVIDENCE)), st.data())
def test_more_evidence_makes_no_way_longer_unless_a_norm_says_so(
    engine: Engine, person: str, fact: str, data: st.DataObject
) -> None:
    case = engine.read_case(EXAMPLES / f"{person}.yaml")
    values: list[Any] = EVIDENCE[fact]
    value = data.draw(st.sampled_from(values))
    kind = engine.rulebook.vocabulary.facts[fact]
    now = engine.at(case, ON).values.get(fact)
    if kind.ladder and now is not None and kind.values.index(now) >= kind.values.index(value):
        return
    more = case.with_facts({fact: value}, ON)
    for goal in ("for", "beruf"):
        before, after = engine.paths(case, goal, ON), engine.paths(more, goal, ON)
        for level in range(len(engine.rulebook.scale.grades)):
            best = _best(before.paths, level, engine)
            if best is not None and not after.reached:
                there = _best(after.paths, level, engine)
                later = there is None or there.criteria.end > best.criteria.end
                assert not later or _shut(engine, best, case, more), (goal, level)


def test_a_first_talk_yields_an_overview_within_twelve_questions(engine: Engine) -> None:
    first = engine.catalogue.head.overview.first_talk
    assert len(first) <= 12
    assert first[:3] == ("status", "permit_valid_until", "birth_date")
    facts = engine.rulebook.vocabulary.facts
    assert all(facts[fact].question for fact in first)
    talk = Interview(engine, None, "de", first)
    talk.case = engine.case(assumptions=["regelfall"], status="duldung_60a_2_s3")
    answers = iter(
        ["01.03.2027", "1.4.2005", "2021-05-01", "GMB", "B1", "latin", "ESA", "-", "?", "0", "nein"]
    )
    said: list[str] = []

    def told(case: Case) -> list[str]:
        return overview_lines(Words(engine, "de"), engine.overview(case, ON))

    talk.run(lambda case: engine.ask(case, ON), said.append, lambda: next(answers, None), told)
    text = "\n".join(said)
    assert text.count("Frage ") == len(first)  # the status is told, one more is asked at the end
    assert "01.03.2027: Die Bescheinigung über die Duldung endet" in text
    assert "Jetzt " in text
    assert talk.case.told["german_ladder"] == "B1"


def test_nothing_is_asked_that_only_an_office_can_say(engine: Engine) -> None:
    case = engine.case(assumptions=["regelfall"], status="duldung_60a_2_s3")
    left, talk = engine.ask(case, ON), Interview(engine, None, "de")
    talk.case = case
    facts = engine.rulebook.vocabulary.facts
    assert any(not facts[one.fact].question for one in left.questions)
    while question := talk.next(left):
        assert facts[question.fact].question
        talk.keep(question.fact, None)
