"""Every public model reads back what it writes, without being told how; its days stay days."""

from __future__ import annotations

import datetime as dt
import json
import pickle
import re
import types
import typing
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

import klappts_engine
from klappts_engine import Engine, Episode
from klappts_engine.facts.derive import StayPeriod
from klappts_engine.validation import Data
from tests.shipped import shipped

ON, LATER = dt.date(2026, 11, 22), dt.date(2028, 1, 1)
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PERSONS = sorted(file.stem for file in EXAMPLES.glob("*.yaml") if file.stem != "own_cases")
WALKED = PERSONS[::4]
"""Those whose ways are searched here: a search takes a second."""
ORDINAL = re.compile(r"\b7[0-9]{5}\b")
"""What a day of our time is as a bare number."""


@cache
def answers(person: str) -> tuple[BaseModel, ...]:
    """Everything that the engine says of a person, and the person."""
    engine = shipped()
    case = engine.read_case(EXAMPLES / f"{person}.yaml")
    ids = ["dul60c.claim", "asylblg.analog", "bsk.access"]
    return (
        case,
        engine.assess(case, ON),
        *engine.reasons(case, ON).values(),
        *(engine.why(case, id, ON) for id in ids),
        *(engine.why_not(case, id, ON, LATER) for id in ids),
        engine.when(case, ids, ON, LATER),
        engine.timeline(case, ids, LATER, ON),
        engine.ask(case, ON, ids),
        engine.changed((case, ON), (case, LATER)),
        *([engine.paths(case, "for", ON)] if person in WALKED else []),
        *engine.steps(case, ON).values(),
    )


def models(one: Any) -> Iterator[BaseModel]:
    """All models within a model, itself first."""
    if isinstance(one, BaseModel):
        yield one
        yield from (
            inner for name in type(one).model_fields for inner in models(getattr(one, name))
        )
    elif isinstance(one, (tuple, list, frozenset)):
        yield from (inner for part in one for inner in models(part))
    elif isinstance(one, dict):
        yield from (inner for part in one.values() for inner in models(part))


def reads_back(one: BaseModel) -> None:
    """Held for JSON, for plain data, by alias and by name, and for pickle."""
    kind = type(one)
    text = one.model_dump_json()
    assert kind.model_validate_json(text) == one
    assert kind.model_validate(json.loads(text)) == one
    assert kind.model_validate(one.model_dump()) == one
    assert kind.model_validate(one.model_dump(mode="json", by_alias=True)) == one
    assert kind.model_validate(one.model_dump(by_alias=False)) == one
    assert kind.model_validate_json(text).model_dump_json() == text
    assert pickle.loads(pickle.dumps(one)) == one


@pytest.mark.parametrize("person", PERSONS)
def test_every_answer_for_every_person_reads_back(person: str) -> None:
    for answer in answers(person):
        reads_back(answer)
        assert not ORDINAL.search(answer.model_dump_json())


@pytest.mark.parametrize("person", PERSONS[:6])
def test_every_model_within_an_answer_reads_back_alone(person: str) -> None:
    for answer in answers(person):
        for one in {type(inner): inner for inner in models(answer)}.values():
            reads_back(one)


def test_the_offers_of_the_region_read_back() -> None:
    found = shipped().offers()
    for one in (found, *found.offers):
        reads_back(one)


ids = st.sampled_from(sorted(shipped().rulebook.vocabulary.facts))
days = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
periods = st.builds(
    lambda start, end, kind: StayPeriod(from_=start, to=end, kind=kind),
    days,
    st.none() | days,
    st.sampled_from(["lawful", "geduldet", "abroad"]),
)
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1200, 1200),
    st.floats(-1200, 1200),
    days,
    st.text(max_size=20),
    st.lists(st.text(max_size=5), max_size=3).map(tuple),
    st.frozensets(st.text(max_size=5), max_size=3),
    st.lists(periods, max_size=3).map(tuple),
)


@given(ids, values, days, st.none() | days)
def test_an_episode_reads_back(fact: str, value: Any, start: dt.date, end: dt.date | None) -> None:
    one = Episode(fact=fact, value=value, from_=start, to=end, origin="x", needs=("y",))
    reads_back(one)
    if not isinstance(value, (frozenset, str)):
        assert one.value == value
        assert type(one.value) is type(value)


def classes(kind: Any, seen: set[type[BaseModel]]) -> set[type[BaseModel]]:
    """All models that a type is made of."""
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
        seen.add(kind)
        for field in kind.model_fields.values():
            classes(field.annotation, seen)
    for part in typing.get_args(kind):
        classes(part, seen)
    return seen


ANSWERED = {
    **vars(klappts_engine.engine),
    "nx": types.SimpleNamespace(DiGraph=list),
    "Check": int,
    "ShippedCase": int,
}


def results() -> set[type[BaseModel]]:
    """All models that a question to the engine is answered with."""
    found: set[type[BaseModel]] = set()
    for name, method in vars(Engine).items():
        if isinstance(method, types.FunctionType) and not name.startswith("_"):
            said = types.FunctionType(method.__code__, ANSWERED)
            said.__annotations__ = {"return": method.__annotations__["return"]}
            classes(typing.get_type_hints(said)["return"], found)
    return {kind for kind in found if issubclass(kind, Data)}


def test_every_model_of_an_answer_is_a_public_name_that_says_what_it_is() -> None:
    assert len(results()) > 30
    for kind in results():
        assert getattr(klappts_engine, kind.__name__, None) is kind, kind
        assert kind.__name__ in klappts_engine.__all__
        assert "__doc__" in vars(kind) and len(kind.__doc__ or "") > 20


def test_no_field_of_an_answer_is_of_any_type() -> None:
    def vague(kind: Any) -> bool:
        return kind is Any or kind is object or any(map(vague, typing.get_args(kind)))

    kinds: set[type[BaseModel]] = {*results(), Episode}
    for kind in kinds:
        for name, field in kind.model_fields.items():
            assert not vague(field.annotation), (kind, name)
