"""JSON Schemas of what goes in and comes out, for systems that are not written in Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from klappts_engine.engine import Assessment
from klappts_engine.explain.model import Differences, Explanation, Grounds, Questions, Turns, WhyNot
from klappts_engine.facts.case import Case
from klappts_engine.interop.answers import PathsAnswer
from klappts_engine.overview import Overview
from klappts_engine.ways.choice import Choice
from klappts_engine.ways.telling import Path as WayPath
from klappts_engine.ways.telling import Paths


def schemas(case: type[Case]) -> dict[str, dict[str, Any]]:
    """The schemas by name: case, assessment, overview (`klappts assess --json`), paths and path,
    choice, paths_answer (`klappts paths --json`), and those of explanations.

    `case` is the case class of the vocabulary in use.
    """
    explained: dict[str, type[Grounds]] = {
        "explanation": Explanation,
        "why_not": WhyNot,
        "turns": Turns,
        "differences": Differences,
        "questions": Questions,
    }
    return {
        **{
            name: model.model_json_schema(by_alias=True, mode="serialization")
            for name, model in explained.items()
        },
        "case": case.model_json_schema(by_alias=True, mode="validation"),
        "overview": Overview.model_json_schema(by_alias=True, mode="serialization"),
        "choice": Choice.model_json_schema(by_alias=True, mode="serialization"),
        "paths_answer": PathsAnswer.model_json_schema(by_alias=True, mode="serialization"),
        "assessment": Assessment.model_json_schema(by_alias=True, mode="serialization"),
        "paths": Paths.model_json_schema(by_alias=True, mode="serialization"),
        "path": WayPath.model_json_schema(by_alias=True, mode="serialization"),
    }


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
