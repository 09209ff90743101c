"""The notebook runs from top to bottom, stores no output, and finds what its text says; nothing but
the package is needed."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from klappts_engine import Engine, Timeline, Ways
from tests.fake_notebook import FakeNotebook, start

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "examples" / "first_steps.ipynb"
CELLS: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
CODE = [cell for cell in CELLS if cell["cell_type"] == "code"]


def _run(cells: list[dict[str, Any]], notebook: FakeNotebook) -> dict[str, Any]:
    """The names that the cells leave behind, run in order in one namespace as a kernel would."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in cells:
        notebook.run("".join(cell["source"]), f"{NOTEBOOK.name}:{cell['id']}", names)
    return names


def test_the_file_is_a_notebook_without_stored_results() -> None:
    whole = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (whole["nbformat"], whole["metadata"]["language_info"]["name"]) == (4, "python")
    assert len({cell["id"] for cell in CELLS}) == len(CELLS)
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in CODE)


def test_it_runs_and_finds_what_it_tells(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    notebook = start(monkeypatch)
    names = _run(CODE, notebook)
    assert isinstance(names["engine"], Engine)
    assert {one.answer for one in names["answer"].conclusions.values()} == {
        "holds",
        "fails",
        "unknown",
    }
    assert set(names["states"]) == set(names["engine"].catalogue.steps)
    ways, secure, line = names["ways"], names["secure"], names["line"]
    assert isinstance(ways, Ways) and isinstance(line, Timeline)
    assert secure.paths and all(way in ways.paths for way in secure.paths)
    assert [stretch.answer for stretch in line.stretches["sgb2.entitled"]] == ["fails", "holds"]
    change = line.stretches["sgb2.entitled"][1].from_
    changed = next(month for _, month, benefits, _ in names["livelihood"] if "sgb2" in benefits)
    assert (
        changed.replace(day=1) == change == dt.date(2027, 3, 1)
    )  # the months of a step count from its own start
    assert names["reason"].deciding or names["reason"].open
    assert "goal:for" in names["course_leads_on"] and names["graph"].number_of_edges() > 0
    assert names["offers"].offers and names["stuck"]
    assert len(names["systems"]) == 24
    told = capsys.readouterr().out
    assert all(name in told for name in ("Regelwerk", "Analogleistungen", "gesichert: True"))
    shown = [html.partition("<h2>")[2].partition("</h2>")[0] for html in notebook.shown]
    assert shown == [
        "Angaben",
        "Antworten",
        "Überblick",
        "Wege",
        "Wann sich Antworten ändern",
        "Erklärung",
        "Angebote",
    ]


def test_it_finds_the_examples_from_their_own_folder_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(NOTEBOOK.parent)
    assert (_run(CODE[:3], start(monkeypatch))["folder"] / "p16.yaml").is_file()
