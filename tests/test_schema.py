"""The JSON Schemas in docs/schema are those of the code, and what goes in and comes out keeps to
them."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

from klappts_engine import Case
from klappts_engine.interop.answers import paths_answer
from klappts_engine.interop.schema import ANSWERS, schemas, spell, write_schemas
from klappts_engine.ways.choice import choose
from klappts_engine.yamlfile import read
from tests.shipped import shipped

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "schema"
ON = dt.date(2026, 11, 22)
NAMES = sorted(["case", *ANSWERS])


@cache
def validator(name: str) -> Any:
    """The validator of a schema, with formats (days) checked."""
    schema = schemas(shipped().case_class)[name]
    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    kind.check_schema(schema)
    return kind(schema, format_checker=kind.FORMAT_CHECKER)


def test_every_schema_has_its_file_and_every_file_its_schema() -> None:
    if os.environ.get("KLAPPTS_UPDATE"):
        write_schemas(shipped().case_class, FOLDER)
    assert sorted(schemas(shipped().case_class)) == NAMES
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_file_is_the_schema_of_the_code(name: str) -> None:
    written = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert written == spell(schemas(shipped().case_class)[name]), (
        "changed on purpose? KLAPPTS_UPDATE=1 pytest tests/test_schema.py"
    )


def test_every_example_keeps_to_the_schema_of_cases() -> None:
    files = [
        file for file in sorted((ROOT / "examples").glob("*.yaml")) if "cases" not in read(file)
    ]
    assert files
    for file in files:
        case = shipped().read_case(file)
        validator("case").validate(case.model_dump(mode="json", by_alias=True))


@pytest.mark.parametrize(
    "wrong",
    [
        {"beruf": 3},
        {"needy": "ja"},
        {"status": "x"},
        {"german_ladder": "D1"},
        {"birth_date": 20060315},
        {"age_years": 1201},
        {"nationalities": ["gin"]},
    ],
)
def test_the_schema_of_cases_refuses_what_the_engine_refuses(wrong: dict[str, Any]) -> None:
    assert not validator("case").is_valid(wrong)
    assert validator("case").is_valid({})


def test_the_schema_of_cases_explains_every_fact() -> None:
    properties = schemas(shipped().case_class)["case"]["properties"]
    facts = shipped().rulebook.vocabulary.facts
    assert set(properties) == {*facts, "assumptions", "as_of"}
    assert all(properties[id]["description"] == fact.meaning.en for id, fact in facts.items())


@cache
def answers() -> dict[str, list[dict[str, Any]]]:
    """Answers as data, by the name of their schema."""
    engine = shipped()
    full, empty = engine.read_case(ROOT / "examples" / "p07.yaml"), engine.case()
    asked = [(full, "for"), (full, "beruf"), (empty, "any")]
    ways = [engine.paths(case, goal, ON) for case, goal in asked]
    choices = [choose(engine.rulebook, ways[:2]), choose(engine.rulebook, ways[2:])]
    found: dict[str, Sequence[BaseModel]] = {
        "assessment": [engine.assess(case, ON) for case in (full, empty)],
        "overview": [engine.overview(case, ON) for case in (full, empty)],
        "paths": ways,
        "path": [path for answer in ways for path in answer.paths],
        "choice": choices,
        "paths_answer": [paths_answer(engine, one, ways[0]) for one in choices],
    }
    ids = ["dul60c.claim", "asylblg.analog"]
    explained: dict[str, Sequence[BaseModel]] = {
        "explanation": [engine.why(case, id, ON) for case in (full, empty) for id in ids],
        "why_not": [
            engine.why_not(case, id, ON, dt.date(2028, 1, 1))
            for case in (full, empty)
            for id in ids
        ],
        "turns": [engine.when(case, ids, ON) for case in (full, empty)],
        "differences": [
            engine.changed((full, ON), (full, dt.date(2028, 1, 1))),
            engine.changed((full, ON), (empty, ON)),
        ],
        "questions": [engine.ask(case, ON, ids) for case in (full, empty)],
        "timeline": [engine.timeline(case, ids, "2028-01-01", ON) for case in (full, empty)],
        "offers": [engine.offers(), engine.offers(stale=True)],
        "step_state": [*engine.steps(full, ON).values(), *engine.steps(empty, ON).values()],
    }
    data = {
        name: [one.model_dump(mode="json", by_alias=True) for one in models]
        for name, models in {**found, **explained}.items()
    }
    return data


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_answers_keep_to_their_schemas(name: str) -> None:
    assert len(answers()[name]) >= 2
    for answer in answers()[name]:
        validator(name).validate(answer)
        assert json.loads(json.dumps(answer)) == answer


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_with_a_key_too_many_or_too_few_is_refused(name: str) -> None:
    data = answers()[name][0]
    assert not validator(name).is_valid({**data, "mehr": 1})
    for key in data:
        assert not validator(name).is_valid(
            {other: value for other, value in data.items() if other != key}
        )


def test_the_public_class_of_cases_has_the_same_schema() -> None:
    assert Case.model_json_schema() == shipped().case_class.model_json_schema()
