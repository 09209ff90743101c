"""A case on a day: one inquiry answers as the shorthands do, whatever was asked before."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klappts_engine import CaseError, Engine, UsageError
from klappts_engine.inquiry import Inquiry
from klappts_engine.memo import Filled, memo
from klappts_engine.rules.standing import Standing
from tests.shipped import shipped
from tests.strategies import PATHWAYS, RULES

ON = dt.date(2026, 2, 10)
LATER = dt.date(2027, 5, 1)
NORTH = Engine.load(RULES, PATHWAYS, region="nordinsel")
IDS = NORTH.rulebook.conclusions
FACTS: dict[str, Any] = {
    "birth_date": dt.date(2008, 5, 20),
    "harbour": "Nordhafen",
    "status": "tolerated",
    "entry_date": dt.date(2025, 6, 1),
    "tongue_rung": "none",
    "school_rung": "none",
    "trade_rung": "none",
}
cases = st.builds(
    lambda kept, sets: NORTH.case(**{id: FACTS[id] for id in kept}, assumptions=sets),
    st.sets(st.sampled_from(sorted(FACTS))),
    st.sampled_from([(), ("usual",)]),
)
questions = st.lists(
    st.one_of(
        st.tuples(st.just("assess"), st.lists(st.sampled_from(IDS), unique=True)),
        st.tuples(st.just("why"), st.sampled_from(IDS)),
        st.tuples(st.just("why_not"), st.sampled_from(IDS)),
        st.tuples(st.just("reasons"), st.lists(st.sampled_from(IDS), unique=True)),
        st.tuples(st.just("ask"), st.lists(st.sampled_from(IDS), unique=True)),
        st.tuples(st.just("open_facts"), st.lists(st.sampled_from(IDS), unique=True)),
    ),
    min_size=1,
    max_size=5,
)


@given(cases, questions)
def test_what_was_asked_before_changes_no_answer(case: Any, asked: list[tuple[str, Any]]) -> None:
    here = NORTH.at(case, ON)
    for verb, what in asked:
        assert getattr(here, verb)(what) == getattr(NORTH.at(case, ON), verb)(what)


@given(cases, st.sampled_from(IDS))
def test_one_conclusion_is_answered_as_among_all(case: Any, id: str) -> None:
    assert NORTH.assess(case, ON, [id]).conclusions[id] == NORTH.assess(case, ON).conclusions[id]


@settings(max_examples=20)
@given(cases)
def test_the_shorthands_answer_as_the_inquiry_does(case: Any) -> None:
    here = NORTH.at(case, ON)
    assert NORTH.assess(case, ON) == here.assess()
    assert NORTH.steps(case, ON) == here.steps()
    assert NORTH.when(case, IDS, ON, LATER) == here.when(IDS, LATER)
    assert NORTH.timeline(case, IDS, LATER, ON) == here.timeline(IDS, LATER)
    assert NORTH.leaning(case, ON) == here.leaning()
    for goal in NORTH.catalogue.goals:
        assert NORTH.ask(case, ON, goal=goal) == here.ask(goal=goal)
        assert NORTH.paths(case, goal, ON) == here.paths(goal)


@given(cases)
def test_a_fact_that_is_not_assumed_is_as_if_no_set_named_it(case: Any) -> None:
    here = NORTH.at(case, ON)
    for fact in here.assumed:
        without = here.dropping(fact)
        assert fact not in without.told and fact not in without.assumed
        assert without.assess() == NORTH.assess(case, ON, without=[fact])


def test_the_standing_on_a_later_day_is_that_of_the_day() -> None:
    here = NORTH.at(NORTH.case(**FACTS, assumptions=("usual",)), ON)
    then = here.on(LATER)
    assert type(then) is Standing and isinstance(here, Inquiry)
    assert then.values == NORTH.at(NORTH.case(**FACTS, assumptions=("usual",)), LATER).values


def test_a_case_that_contradicts_itself_is_refused_by_every_question() -> None:
    case = shipped().case(birth_date="2006-05-01", age_years=30)
    here, id = shipped().at(case, ON), shipped().rulebook.conclusions[0]
    for ask in (
        here.assess,
        lambda: here.assess([id]),
        lambda: here.why(id),
        lambda: here.ask([id]),
    ):
        with pytest.raises(CaseError):
            ask()


def test_a_condition_of_the_catalogue_is_no_conclusion() -> None:
    here = NORTH.at(NORTH.case(), ON)
    name = next(iter(NORTH.catalogue.conditions))
    for ask in (lambda: here.assess([name]), lambda: here.why(name)):
        with pytest.raises(UsageError):
            ask()


def test_a_standing_needs_a_day() -> None:
    with pytest.raises(CaseError):
        Standing(NORTH.executors, NORTH.case())


def test_one_inquiry_answers_several_threads() -> None:
    case = NORTH.case(**FACTS, assumptions=("usual",))
    expected = {id: NORTH.why(case, id, ON) for id in IDS}
    for _ in range(5):
        here = NORTH.at(case, ON)
        with ThreadPoolExecutor(4) as pool:
            found = dict(zip(IDS, pool.map(here.why, IDS), strict=True))
        assert found == expected


def test_nothing_is_derived_from_nothing() -> None:
    """What lets a derivation be passed over of which no input is known."""
    for derive in shipped().rulebook.vocabulary.derived.values():
        assert derive.value(lambda fact: None, ON) is None


def test_the_law_is_the_same_object_until_it_changes() -> None:
    book = shipped().rulebook
    days = sorted(
        {version.start for rule in book.rules.values() for version in rule.versions} - {None},
        key=str,
    )
    for day in days:
        assert day is not None
        before = day - dt.timedelta(days=1)
        for on in (before, day):
            assert book.law(on).versions == {
                id: rule.version(on) for id, rule in book.rules.items()
            }
        assert book.law(before) is not book.law(day)
        assert book.law(day) is book.law(day)


class Counted:
    """Squares, and how often they were worked out."""

    def __init__(self) -> None:
        self.worked = 0

    @memo
    def square(self, number: int) -> int:
        """A number times itself."""
        self.worked += 1
        return number * number


@given(st.lists(st.integers()))
def test_a_kept_answer_is_worked_out_once_for_each_argument(numbers: list[int]) -> None:
    counted = Counted()
    assert [counted.square(n) for n in numbers] == [n * n for n in numbers]
    assert counted.worked == len(set(numbers))


def test_kept_answers_belong_to_one_instance_and_no_pickle_carries_them() -> None:
    one, other = Counted(), Counted()
    one.square(3)
    other.square(3)
    assert (one.worked, other.worked) == (1, 1)
    for again in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one)):
        assert again.square(3) == 9 and again.worked == 2
    one.square(3)
    assert one.worked == 1


def test_a_mapping_fills_itself_once() -> None:
    made: list[int] = []

    def make(key: int) -> str:
        made.append(key)
        return str(key)

    filled = Filled(make)
    assert [filled[1], filled[2], filled[1]] == ["1", "2", "1"]
    assert made == [1, 2]
