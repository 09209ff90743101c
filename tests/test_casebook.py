"""Published cases: how they are read, counted and reported, on an invented rulebook."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from klappts_engine.cli import app
from klappts_engine.errors import DataError
from klappts_engine.rules.upkeep.casebook import read_casebook, read_differences

ROOT = Path(__file__).parent.parent
GOOD = """
cases:
  - {id: a, topic: work, conclusion: work.title.free, as_of: 2026-08-19, facts: {status: ne}, expected: holds, strength: kann}
  - {id: b, topic: work, conclusion: {all: [work.title.free, status in @TITLE]}, as_of: 2026-08-19, also_as_of: [2019-01-01],
     facts: {status: ne}, expected: holds}
  - {id: c, topic: work, conclusion: work.title.free, as_of: 2026-08-19, facts: {status: duldung_60b}, expected: holds,
     source: {publisher: Verband, title: Merkblatt, date: 2020-01-01}}
  - {id: d, topic: work, conclusion: work.title.free, as_of: 2026-08-19, facts: {}, expected: fails, assert: false}
  - {id: e, topic: work, conclusion: work.titel.frei, as_of: 2026-08-19, facts: {}, expected: fails}
  - {id: f, topic: work, conclusion: work.title.free, as_of: 2026-08-19, facts: {staatus: ne}, expected: fails}
  - {id: g, topic: stay, conclusion: months_stay_de >= 36, as_of: 2026-08-19, also_as_of: [2030-01-01], expected: fails,
     facts: {months_stay_de: 35, stay_history: [{from: 2020-01-01, kind: geduldet}]}}
"""


def _run(*arguments: object) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["cases", *map(str, arguments)])
    return found.exit_code, found.output


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_cases_are_counted_by_whether_they_are_asserted(book: Path) -> None:
    code, output = _run(book, "--json")
    data = json.loads(output)
    assert code == 1
    assert set(data) == {"total", "agree", "disagree", "not_runnable", "cases"}
    assert (data["total"], data["agree"], data["disagree"], data["not_runnable"]) == (6, 3, 1, 2)
    assert set(data["cases"][0]) == {"id", "expected", "got", "agrees", "assert"}
    got = {case["id"]: (case["got"], case["agrees"]) for case in data["cases"]}
    assert got == {
        "a": ("holds", True),
        "b": ("holds", True),
        "c": ("fails", False),
        "d": ("unknown", False),
        "e": (None, None),
        "f": (None, None),
        "g": ("fails", True),
    }


def test_the_report_names_what_decides_what_is_missing_and_where_it_comes_from(book: Path) -> None:
    _, output = _run(book)
    text = " ".join(output.split())
    assert "c (2026-08-19): erwartet ja, hier nein. Entscheidend: status." in text
    assert "Quelle: Verband, Merkblatt, 2020-01-01." in text
    assert "e (2026-08-19): erwartet nein, hier keine Antwort. Unbekannt: work.titel.frei." in text
    assert "Unbekannt: staatus." in text
    assert "a: Quelle kann, hier anspruch" in text
    assert "d (2026-08-19): erwartet nein, hier unklar." in text


def test_a_known_difference_is_shown_and_does_not_fail(book: Path) -> None:
    (book.parent / "known_differences.yaml").write_text(
        "known_differences: {c: {decides: AufenthG § 4a, reason: The leaflet is wrong.}}",
        encoding="utf-8",
    )
    code, output = _run(book)
    assert code == 0
    assert "The leaflet is wrong. (AufenthG § 4a)" in " ".join(output.split())
    other = book.parent / "other.yaml"
    other.write_text("known_differences: {}", encoding="utf-8")
    assert _run(book, "--known-differences", other)[0] == 1


def test_the_example_of_a_case_file_agrees() -> None:
    assert _run(ROOT / "examples" / "own_cases.yaml")[0] == 0


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(
        GOOD.replace("expected: holds", "expected: yes", 1).replace(
            "as_of: 2026-08-19", "as_of: 2026-13-19", 1
        )
    )
    two.write_text(
        "cases: [{id: z, conclusion: x, as_of: 2020-01-01, facts: {}, expected: holds}, {id: z}]\n"
    )
    with pytest.raises(DataError) as caught:
        read_casebook([one, two, tmp_path / "three.yaml"])
    found = {(mistake.file, mistake.code) for mistake in caught.value.mistakes}
    assert found == {
        ("one.yaml", "field_value"),
        ("one.yaml", "expected.date"),
        ("two.yaml", "field_missing"),
        ("three.yaml", "file_missing"),
    }
    with pytest.raises(DataError):
        read_differences(two)
