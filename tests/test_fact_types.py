"""The types of the facts are those of the vocabulary, and a type checker knows them."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import typing
from pathlib import Path

import pytest

from klappts_engine import Case, Facts
from klappts_engine.interop.fact_types import FILE, fact_types
from tests.shipped import shipped

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = """
from __future__ import annotations

import datetime as dt
from typing import Unpack

import numpy as np

from klappts_engine import Assessment, Case, Engine, Facts

engine = Engine.load()
case = engine.case(
    status="duldung_60b",
    needy=True,
    age_years=20,
    birth_date="2006-03-15",
    nationalities=["GIN"],
    municipality="Anderswo",
    asylblg_restriction=["1a_1"],
    stay_history=[{"from": "2024-05-01", "kind": "geduldet"}],
    assumptions=["regelfall"],
    as_of=dt.date(2026, 11, 22),
)
again: Case = Case(status=case.status, needy=None)
answer: Assessment = engine.assess(case, on="2026-11-22", conclusions=["bsk.access"])
row: Facts = {"status": "ae_25b", "age_years": 20.5}


def make(**facts: Unpack[Facts]) -> Case:
    return Case(**facts)


make(**row)
other = engine.case_class(facts_of=1, another="vocabulary")
reveal_type(case.status)
reveal_type(case.birth_date)
reveal_type(case.stay_history)
reveal_type(Case().nationalities)
reveal_type(engine.read_case("x").asylblg_restriction)
"""
WRONG = [
    ("Case(nonsense=3)", "nonsense"),
    ("engine.case(statuss='ae_25b')", 'did you mean "status"'),
    ("Case(status='asyl')", "status"),
    ("Case(needy='ja')", "needy"),
    ("Case(nationalities='GIN')", "nationalities"),
    ("Case(asylblg_restriction='1a_1')", "asylblg_restriction"),
    ("case.nonsense", "nonsense"),
    ("make(nonsense=3)", "nonsense"),
    ("engine.assess(case, on=3)", "on"),
]


def current() -> str:
    """The module as the vocabulary gives it."""
    engine = shipped()
    return fact_types(engine.rulebook.vocabulary, {engine.catalogue.head.facts.municipality})


def test_the_types_are_those_of_the_vocabulary() -> None:
    if os.environ.get("KLAPPTS_UPDATE"):
        FILE.write_text(current(), encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == current(), (
        "changed on purpose? KLAPPTS_UPDATE=1 pytest tests/test_fact_types.py"
    )


def test_every_fact_has_its_type() -> None:
    named = typing.get_type_hints(Facts)
    facts = shipped().rulebook.vocabulary.facts
    assert set(named) == {*facts, "assumptions", "as_of"} == set(Case.model_fields)
    assert named["needy"] == bool | None
    assert named["birth_date"] == dt.date | str | None
    assert str(shipped().rulebook.vocabulary.values_of("status")[0]) in str(named["status"])


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, list[str]]:
    """What mypy says of the program and of the wrong lines after it; and where these begin."""
    file = tmp_path_factory.mktemp("typed") / "program.py"
    file.write_text(PROGRAM + "\n".join(line for line, _ in WRONG) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary"]
    done = subprocess.run(
        [*command, "--cache-dir", str(ROOT / ".mypy_cache"), str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return len(PROGRAM.splitlines()) + 1, done.stdout.splitlines()


def lines(said: list[str], kind: str) -> dict[int, str]:
    """What mypy says by line."""
    return {int(line.split(":")[1]): line for line in said if f": {kind}: " in line}


def test_a_type_checker_accepts_what_the_engine_accepts(checked: tuple[int, list[str]]) -> None:
    first, said = checked
    assert [line for number, line in lines(said, "error").items() if number < first] == []
    revealed = " ".join(line for line in said if "Revealed type" in line)
    for kind in ("ae_25b", "datetime.date | None", "StayPeriod", "str, ...", "frozenset"):
        assert kind in revealed


@pytest.mark.parametrize("number", range(len(WRONG)), ids=[line for line, _ in WRONG])
def test_a_type_checker_refuses_what_is_wrong(number: int, checked: tuple[int, list[str]]) -> None:
    first, said = checked
    assert WRONG[number][1] in lines(said, "error")[first + number]
