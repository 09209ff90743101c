"""JSON Schemas of what goes in and comes out, for systems that are not written in Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from klappts_engine.explain.model import Differences, Explanation, Questions, Turns, WhyNot
from klappts_engine.facts.case import Case
from klappts_engine.interop.answers import PathsAnswer
from klappts_engine.overview import Overview
from klappts_engine.pathways.offers import OfferList
from klappts_engine.rules.assessment import Assessment
from klappts_engine.rules.timeline import Timeline
from klappts_engine.ways.choice import Choice
from klappts_engine.ways.model import StepState, Way, Ways

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ANSWERS: dict[str, type[BaseModel]] = {
    "assessment": Assessment,
    "choice": Choice,
    "differences": Differences,
    "explanation": Explanation,
    "offers": OfferList,
    "overview": Overview,
    "path": Way,
    "paths": Ways,
    "paths_answer": PathsAnswer,
    "questions": Questions,
    "step_state": StepState,
    "timeline": Timeline,
    "turns": Turns,
    "why_not": WhyNot,
}
"""What questions to the engine are answered with, by the name of the schema."""


def schemas(case: type[Case]) -> dict[str, dict[str, Any]]:
    """The schemas by name: the case, and every answer. `case` is the case class of the vocabulary
    in use."""
    found = {"case": case.model_json_schema(by_alias=True, mode="validation")}
    for name, model in ANSWERS.items():
        found[name] = model.model_json_schema(by_alias=True, mode="serialization")
    return {name: {"$schema": DIALECT, **schema} for name, schema in found.items()}


def write_schemas(case: type[Case], folder: Path) -> None:
    """Writes one file a schema into `folder`."""
    for name, schema in schemas(case).items():
        (folder / f"{name}.json").write_text(spell(schema), encoding="utf-8")


def spell(schema: dict[str, Any]) -> str:
    """A schema as text, the same on every machine; line breaks within a description are folded."""
    return json.dumps(_folded(schema), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _folded(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            key: _paragraphs(value)
            if key == "description" and isinstance(value, str)
            else _folded(value)
            for key, value in part.items()
        }
    return [_folded(one) for one in part] if isinstance(part, list) else part


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(one.split()) for one in text.split("\n\n"))
