"""The overview and the ways of all made-up persons, as they were read aloud and approved
(KLAPPTS_UPDATE=1 rewrites them)."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from klappts_engine.show.overview import overview_lines
from klappts_engine.show.ways import ways_lines
from klappts_engine.show.words import Words
from klappts_engine.ways.choice import choose
from tests.shipped import shipped

ON = dt.date(2026, 11, 22)
ROOT = Path(__file__).parent.parent
APPROVED = Path(__file__).parent / "snapshots" / "persons"
PERSONS = sorted(path.stem for path in (ROOT / "examples").glob("p*.yaml"))


@pytest.mark.parametrize("person", PERSONS)
def test_what_a_case_manager_reads_is_what_was_approved(person: str) -> None:
    engine = shipped()
    case = engine.read_case(ROOT / "examples" / f"{person}.yaml")
    words = Words(engine, "de")
    overview = overview_lines(words, engine.overview(case, ON))
    goals = [engine.paths(case, goal, ON) for goal in engine.catalogue.goal("any").parts]
    ways = ways_lines(words, choose(engine.rulebook, goals))
    assert max(len(line) for line in overview + ways) <= 100
    assert len(_body(overview)) <= 15
    text = "\n".join([*_body(overview), "", *_body(ways)]) + "\n"
    path = APPROVED / f"{person}.txt"
    if os.environ.get("KLAPPTS_UPDATE"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def _body(lines: list[str]) -> list[str]:
    """The lines without the foot, which has a test of its own."""
    return lines[: lines.index("")]
