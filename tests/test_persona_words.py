"""The overview and the ways of all made-up persons, as they were read aloud and approved
(KLAPPTS_UPDATE=1 rewrites them); and as their JSON has them."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from klappts_engine import texts
from klappts_engine.interop.answers import paths_answer
from klappts_engine.overview import Overview
from klappts_engine.show.overview import overview_lines
from klappts_engine.show.ways import ways_lines
from klappts_engine.show.words import Words
from klappts_engine.ways.choice import Choice, choose
from tests.shipped import shipped
from tests.words_from_data import areas, ways

ON = dt.date(2026, 11, 22)
ROOT = Path(__file__).parent.parent
APPROVED = Path(__file__).parent / "snapshots" / "persons"
PERSONS = sorted(path.stem for path in (ROOT / "examples").glob("p*.yaml"))
MORE = ("abendrealschule", "gestattung", "identitaet")


@pytest.mark.parametrize("person", [*PERSONS, *MORE])
def test_what_is_read_is_what_was_approved_and_what_the_data_say(person: str) -> None:
    engine = shipped()
    case = engine.read_case(ROOT / "examples" / f"{person}.yaml")
    overview = engine.overview(case, ON)
    goals = [engine.paths(case, goal, ON) for goal in engine.catalogue.goal("any").parts]
    choice = choose(engine.rulebook, goals)
    if person in PERSONS:
        _approved(person, overview, choice)
    said = _as_json(overview)
    for lang in texts.LANGUAGES:
        for everything in (False, True):
            rows = _rows(overview_lines(Words(engine, lang), overview, everything))
            patterns = areas(said, lang, everything)
            assert len(rows) == len(patterns)
            for row, (area, pattern) in zip(rows, patterns.items(), strict=True):
                assert re.fullmatch(pattern.replace(r"\-\ ", r"\-"), row), (
                    area,
                    lang,
                    everything,
                    row,
                    pattern,
                )
        told = _body(ways_lines(Words(engine, lang), choice))
        data = _as_json(paths_answer(engine, choice, goals[0]))
        assert _joined(told) == ways(data, lang).replace("- ", "-")


def _approved(person: str, overview: Overview, choice: Choice) -> None:
    words = Words(shipped(), "de")
    first, second = overview_lines(words, overview), ways_lines(words, choice)
    assert max(len(line) for line in first + second) <= 100
    assert len(_body(first)) <= 20
    text = "\n".join([*_body(first), "", *_body(second)]) + "\n"
    path = APPROVED / f"{person}.txt"
    if os.environ.get("KLAPPTS_UPDATE"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def _as_json(answer: Any) -> dict[str, Any]:
    """An answer as the command line prints it."""
    data: dict[str, Any] = json.loads(json.dumps(answer.model_dump(mode="json", by_alias=True)))
    return data


def _rows(lines: list[str]) -> list[str]:
    """The labelled rows, each in one line."""
    rows: list[str] = []
    for line in _body(lines):
        if line.startswith(" "):
            rows[-1] += f" {line}"
        else:
            rows.append(line)
    return [_joined([row]) for row in rows]


def _joined(lines: list[str]) -> str:
    """Lines in one; words that were divided at a hyphen are whole again."""
    return " ".join(" ".join(lines).split()).replace("- ", "-")


def _body(lines: list[str]) -> list[str]:
    """The lines without the foot, which has a test of its own."""
    return lines[: lines.index("")]
