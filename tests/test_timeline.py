"""A timeline names every day on which an answer turns: it equals asking the rulebook day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings

from klappts_engine import Engine, Episode, Timeline
from klappts_engine.errors import CaseError, UsageError
from klappts_engine.facts.assumptions import assume
from klappts_engine.facts.case import Case
from klappts_engine.facts.episodes import project
from klappts_engine.facts.values import values_on
from klappts_engine.rules.executors.port import make_executor
from klappts_engine.rules.model import Rule, Version
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.rules.timeline import timeline
from klappts_engine.validation import Text
from tests.strategies import PATHWAYS, RULES, START, Raw, episodes, lives, timed_rules

UNTIL = START + dt.timedelta(120)
ROOT = Path(__file__).parent.parent
ISLAND = Engine.load(RULES, PATHWAYS, region="nordinsel")


def _with(rules: Raw) -> Rulebook:
    """The rulebook of the island state with further rules."""
    base, title = ISLAND.rulebook, Text(de="x", en="x")
    more: dict[str, Rule] = {}
    for id, raw in rules.items():
        versions = []
        for version in raw:
            when, mistakes = base.expression(version["when"])
            assert not mistakes
            versions.append(
                Version(version.get("from"), version.get("to"), when, "begriff", "invented", ())
            )
        more[id] = Rule(id, title, None, "invented", tuple(versions), "", None)
    return Rulebook(
        base.book, base.vocabulary, base.scale, {**base.rules, **more}, base.fingerprint
    )


def _on(found: Timeline, id: str, day: dt.date) -> tuple[str, str | None]:
    (stretch,) = [stretch for stretch in found.stretches[id] if stretch.from_ <= day <= stretch.to]
    return stretch.answer, stretch.result


def _asked(
    rulebook: Rulebook, case: Case, day: dt.date, changes: Sequence[Episode], ids: list[str]
) -> dict[str, object]:
    values = values_on(project(case, changes, day, rulebook.vocabulary), rulebook.vocabulary)
    truths = make_executor("interpreter", rulebook, ids).evaluate(values, day)
    words = {True: "holds", False: "fails", None: "unknown"}
    results = {
        id: [value for value in rulebook.rules[id].values if truths[f"{id}={value}"]] for id in ids
    }
    return {id: (words[truths[id]], results[id][0] if results[id] else None) for id in ids}


def _check(rulebook: Rulebook, case: Case, changes: Sequence[Episode], until: dt.date) -> None:
    ids = list(rulebook.conclusions)
    found = timeline(rulebook, make_executor("function", rulebook), case, ids, until, changes)
    assert case.as_of
    day = case.as_of
    while day <= until:
        assert {id: _on(found, id, day) for id in ids} == _asked(
            rulebook, case, day, changes, ids
        ), day
        day += dt.timedelta(1)
    for stretches in found.stretches.values():
        assert all((a.answer, a.result) != (b.answer, b.result) for a, b in pairwise(stretches))


@settings(max_examples=60)
@given(timed_rules(), lives())
def test_a_timeline_equals_asking_day_by_day(rules: Raw, facts: Raw) -> None:
    _check(_with(rules), ISLAND.case_class(**facts, as_of=START), (), UNTIL)


@settings(max_examples=60)
@given(timed_rules(), lives(), episodes())
def test_a_timeline_with_episodes_equals_asking_day_by_day(
    rules: Raw, facts: Raw, changes: list[Episode]
) -> None:
    _check(_with(rules), ISLAND.case_class(**facts, as_of=START), changes, UNTIL)


def test_flips_by_hand() -> None:
    case = ISLAND.case_class(
        birth_date=dt.date(2009, 5, 20),
        status="tolerated",
        needy=True,
        volunteer=True,
        harbour_ban=False,
        entry_date=dt.date(2025, 10, 15),
        stay_history=[{"from": "2025-10-15", "kind": "gestattet"}],
    )
    ids = ["work.guest", "evening.school", "tongue.course", "harbour.toll"]
    found = ISLAND.timeline(case, ids, until=dt.date(2026, 12, 31), on=dt.date(2026, 1, 1))
    days = {
        id: [(stretch.from_, stretch.answer) for stretch in stretches]
        for id, stretches in found.stretches.items()
    }
    assert days == {
        "work.guest": [(dt.date(2026, 1, 1), "fails"), (dt.date(2026, 4, 15), "holds")],
        "evening.school": [(dt.date(2026, 1, 1), "fails"), (dt.date(2026, 5, 20), "holds")],
        "tongue.course": [(dt.date(2026, 1, 1), "fails"), (dt.date(2026, 1, 15), "holds")],
        "harbour.toll": [(dt.date(2026, 1, 1), "fails")],
    }
    assert all(stretches[-1].to == dt.date(2026, 12, 31) for stretches in found.stretches.values())


def test_a_counter_that_an_episode_sets_going_turns_the_answer() -> None:
    case = ISLAND.case_class(
        status="hidden",
        harbour_ban=False,
        stay_history=[{"from": "2025-01-01", "kind": "unlawful"}],
        as_of=dt.date(2026, 1, 1),
    )
    notice = Episode(
        **{"fact": "status", "value": "tolerated", "from": dt.date(2026, 2, 10), "origin": "notice"}
    )
    found = ISLAND.timeline(
        case, ["work.guest"], until=dt.date(2026, 12, 31), on=dt.date(2026, 1, 1), episodes=[notice]
    )
    assert [(stretch.from_, stretch.answer) for stretch in found.stretches["work.guest"]] == [
        (dt.date(2026, 1, 1), "fails"),
        (dt.date(2026, 8, 10), "holds"),
    ]


def test_a_told_duration_does_not_run_on_after_the_status_that_carries_it() -> None:
    case = ISLAND.case_class(
        status="tolerated", months_guest=4, harbour_ban=False, as_of=dt.date(2026, 1, 1)
    )
    lost = Episode(
        **{"fact": "status", "value": "hidden", "from": dt.date(2026, 2, 1), "origin": "notice"}
    )
    back = Episode(
        **{"fact": "status", "value": "tolerated", "from": dt.date(2026, 5, 1), "origin": "notice"}
    )
    found = ISLAND.timeline(
        case, ["work.guest"], dt.date(2026, 12, 31), dt.date(2026, 1, 1), [lost, back]
    )
    assert _on(found, "work.guest", dt.date(2026, 6, 1))[0] == "unknown"
    assert (
        _on(
            ISLAND.timeline(case, ["work.guest"], UNTIL, dt.date(2026, 1, 1)),
            "work.guest",
            dt.date(2026, 3, 1),
        )[0]
        == "holds"
    )


@pytest.mark.parametrize(
    ("facts", "day"),
    [
        ({"birth_date": dt.date(2008, 3, 15), "age": 17}, dt.date(2026, 3, 20)),
        ({"entry_date": dt.date(2025, 9, 16), "months_here": 4}, dt.date(2026, 2, 20)),
    ],
)
def test_what_agrees_with_the_dates_today_does_not_contradict_them_later(
    facts: Raw, day: dt.date
) -> None:
    case = ISLAND.case_class(**facts, as_of=START)
    assert ISLAND.assess(case, START).conclusions
    dates = {name: value for name, value in facts.items() if isinstance(value, dt.date)}
    assert (
        ISLAND.assess(case, day).conclusions
        == ISLAND.assess(ISLAND.case_class(**dates), day).conclusions
    )


def test_what_contradicts_the_dates_is_refused_on_any_day() -> None:
    case = ISLAND.case_class(birth_date=dt.date(2008, 3, 15), age=20, as_of=START)
    for day in (START, START + dt.timedelta(60)):
        with pytest.raises(CaseError):
            ISLAND.assess(case, day)


def test_a_timeline_needs_an_end_after_its_beginning() -> None:
    with pytest.raises(UsageError):
        ISLAND.timeline(ISLAND.case_class(), ["support"], until=START, on=START + dt.timedelta(1))
    one_day = ISLAND.timeline(ISLAND.case_class(), ["support"], until=START, on=START)
    assert [(stretch.from_, stretch.to) for stretch in one_day.stretches["support"]] == [
        (START, START)
    ]


def test_the_real_rulebook_over_two_years_of_one_case() -> None:
    engine = Engine.load()
    rulebook, ids = engine.rulebook, list(engine.rulebook.conclusions)
    on, until = dt.date(2026, 5, 1), dt.date(2028, 5, 1)
    case = engine.read_case(ROOT / "examples" / "p07.yaml")
    found = engine.timeline(case, ids, until, on)
    filled, _ = assume(case, engine.catalogue.assumptions)
    there = project(filled, (), on, rulebook.vocabulary)
    turns = {stretch.from_ for stretches in found.stretches.values() for stretch in stretches}
    assert dt.date(2027, 5, 1) in turns  # 36 months of stay: analog benefits
    sampled = {on + dt.timedelta(n) for n in range(0, (until - on).days, 11)}
    days = sampled | turns | {day - dt.timedelta(1) for day in turns}
    for day in sorted(day for day in days if day >= on):
        assert {id: _on(found, id, day) for id in ids} == _asked(rulebook, there, day, (), ids), day


def test_a_told_duration_can_turn_an_answer_on_the_day_after_it_was_told() -> None:
    """A told part of a month is not the calendar's: the running count passes a threshold overnight,
    on a day that lies at no whole number of months from its start."""
    day = dt.date(2026, 5, 31)
    rulebook = _with({"x": [{"when": "months_here >= 4"}]})
    case = ISLAND.case_class(months_here=3.99, as_of=day)
    found = timeline(
        rulebook, make_executor("function", rulebook, ["x"]), case, ["x"], day + dt.timedelta(60)
    )
    assert [(one.from_, one.answer) for one in found.stretches["x"]] == [
        (day, "fails"),
        (day + dt.timedelta(1), "holds"),
    ]
