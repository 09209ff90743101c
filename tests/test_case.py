"""A case as a good citizen: one class per vocabulary; equal, hashed and sent to other processes."""

from __future__ import annotations

import concurrent.futures
import copy
import datetime as dt
import io
import multiprocessing
import pickle
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from rich.console import Console

import klappts_engine
from klappts_engine import Assessment, CaseError, Engine, UsageError
from klappts_engine.facts.case import Case, case_class
from klappts_engine.facts.vocabulary import Vocabulary, load_vocabulary
from klappts_engine.folders import data_folder
from tests.shipped import shipped

ROOT = Path(__file__).resolve().parent.parent
FICTION = ROOT / "tests" / "fiction"
ON = dt.date(2026, 11, 22)
PERSONS = sorted(path for path in (ROOT / "examples").glob("*.yaml") if path.stem != "own_cases")


@cache
def fiction() -> Engine:
    """An engine with a vocabulary of its own."""
    return Engine.load(FICTION / "rules", FICTION / "pathways", "nordinsel")


def own(engine: Engine, **facts: Any) -> Case:
    """A case of the vocabulary of an engine."""
    return engine.case_class(**facts)


def assessed(engine: Engine, case: Case) -> Assessment:
    """The answers of an engine, in a process that may be another one."""
    return engine.assess(case, ON)


def told(case: Case) -> tuple[bool, dict[str, Any], int]:
    """What a case is in a process that may be another one."""
    return isinstance(case, klappts_engine.Case), case.told, hash(case)


def refused(facts: dict[str, Any]) -> None:
    """Makes a case of facts that are wrong."""
    klappts_engine.Case(**facts)


def read(name: str) -> Vocabulary:
    """The shipped vocabulary, read anew."""
    vocabulary, _ = load_vocabulary(data_folder(name))
    return vocabulary


def test_equal_vocabularies_give_the_same_class() -> None:
    assert case_class(read("rules")) is case_class(read("rules")) is klappts_engine.Case
    assert shipped().case_class is Engine.load().case_class is klappts_engine.Case
    assert isinstance(shipped().case(), klappts_engine.Case)


def test_a_vocabulary_that_differs_has_another_class() -> None:
    vocabulary = read("rules")
    facts = dict(vocabulary.facts)
    for change in ({"type": "bool"}, {"values": ("a", "b")}):
        changed = facts | {"municipality": facts["municipality"].model_copy(update=change)}
        other = case_class(Vocabulary(changed, vocabulary.statuses, vocabulary.set_titles))
        assert other is not klappts_engine.Case
        assert other() != klappts_engine.Case()
    del facts["needy"]
    other = case_class(Vocabulary(facts, vocabulary.statuses, vocabulary.set_titles))
    with pytest.raises(CaseError):
        other(needy=True)
    assert not isinstance(own(fiction()), klappts_engine.Case)
    assert isinstance(own(fiction()), Case)


def test_classes_made_at_the_same_time_are_one() -> None:
    vocabulary = read("rules")
    facts = {id: fact for id, fact in vocabulary.facts.items() if id != "needy"}
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        made = pool.map(
            case_class,
            [Vocabulary(facts, vocabulary.statuses, vocabulary.set_titles) for _ in range(8)],
        )
        assert len(set(made)) == 1


@pytest.mark.parametrize("file", PERSONS, ids=lambda file: file.stem)
def test_a_case_equals_its_copies_and_what_is_read_anew(file: Path) -> None:
    case, again = shipped().read_case(file), Engine.read_case(shipped(), file)
    copies = [
        again,
        copy.copy(case),
        copy.deepcopy(case),
        case.model_copy(),
        pickle.loads(pickle.dumps(case)),
        type(case)(**case.told, assumptions=case.assumptions, as_of=case.as_of),
    ]
    for one in copies:
        assert one == case
        assert hash(one) == hash(case)
        assert type(one) is type(case)
        assert one.told == case.told
    assert len({case, *copies}) == 1
    assert case != shipped().case()


def test_a_case_of_an_own_vocabulary_is_pickled() -> None:
    engine = fiction()
    facts = {
        id: True for id, fact in engine.rulebook.vocabulary.facts.items() if fact.type == "bool"
    }
    case = own(engine, **facts)
    assert pickle.loads(pickle.dumps(case)) == case
    assert engine.assess(pickle.loads(pickle.dumps(case)), ON) == engine.assess(case, ON)


@pytest.mark.parametrize("executor", ["function", "interpreter"])
def test_an_engine_is_pickled_by_its_parts(executor: str) -> None:
    base = fiction()
    engine = Engine(base.rulebook, base.catalogue, base.case_class, executor)
    again, case = pickle.loads(pickle.dumps(engine)), own(base)
    assert again.case_class is engine.case_class
    assert again.assess(case, ON) == engine.assess(case, ON)
    for goal in engine.catalogue.goals:
        assert again.paths(case, goal, ON) == engine.paths(case, goal, ON)


def test_the_engine_of_the_shipped_data_is_pickled() -> None:
    again, case = pickle.loads(pickle.dumps(shipped())), shipped().read_case(PERSONS[0])
    assert again.case_class is klappts_engine.Case
    assert again.assess(case, ON) == shipped().assess(case, ON)
    assert again.steps(case, ON) == shipped().steps(case, ON)


def test_mistakes_travel_with_their_exception() -> None:
    with pytest.raises(CaseError) as caught:
        shipped().case_class(statuss="x", needy="ja")
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is CaseError
    assert again.mistakes == caught.value.mistakes


@pytest.fixture(scope="module")
def other_process() -> Any:
    """A process that shares nothing with this one."""
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        yield pool


def test_a_spawned_process_answers_alike(other_process: Any) -> None:
    engine, case = shipped(), shipped().read_case(PERSONS[0])
    assert other_process.submit(told, case).result()[:2] == (True, case.told)
    assert other_process.submit(assessed, engine, case).result() == engine.assess(case, ON)
    mine = own(fiction())
    assert other_process.submit(assessed, fiction(), mine).result() == fiction().assess(mine, ON)
    assert other_process.submit(copy.copy, mine).result() == mine


def test_a_spawned_process_hands_back_what_was_refused(other_process: Any) -> None:
    with pytest.raises(CaseError) as caught:
        other_process.submit(refused, {"needy": "QXZJ"}).result()
    assert [one.code for one in caught.value.mistakes] == ["expected.bool"]
    assert "QXZJ" not in repr(caught.value)
    with pytest.raises(UsageError):
        other_process.submit(assessed, shipped(), shipped().case(assumptions=["x"])).result()


def test_nothing_that_prints_prettily_shows_a_value() -> None:
    case = shipped().case(nationalities=["GIN"], birth_date="2006-03-15")

    class Letter(BaseModel):
        case: Case

    console = Console(record=True, file=io.StringIO())
    for one in (case, [case], Letter(case=case)):
        console.print(one)
        console.print(repr(one))
    said = console.export_text()
    assert "Case" in said
    assert not any(value in said for value in ("GIN", "2006"))
    assert list(case.__repr_args__()) == []
