"""Planning figures: what is wrong with one is reported like every other mistake, and no answer
about a person reads them."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from klappts_engine import DataError
from klappts_engine.folders import data_folder
from klappts_engine.yamlfile import read
from tests.shipped import shipped, with_catalogue

ON = dt.date(2026, 11, 22)
FILE = "planning.yaml"
P07 = data_folder("rules").parent / "examples" / "p07.yaml"
SOUND = {
    "what": "{de: Dauer, en: length}",
    "population": "{de: alle, en: all}",
    "value": "6",
    "low": "3",
    "high": "20",
    "unit": "weeks",
    "period": '"2019"',
    "grade": "B",
    "source": "Amt",
}
# One defect a figure: the part that is written otherwise (None: left out), and the code it is
# reported with.
DEFECTS: dict[str, tuple[str, str | None, str]] = {
    "below": ("low", "7", "figure_order"),
    "above": ("high", "5", "figure_order"),
    "negative": ("low", "-1", "figure_range"),
    "grade": ("grade", "E", "field_value"),
    "unit": ("unit", "miles", "field_value"),
    "no_source": ("source", None, "field_missing"),
    "blank_source": ("source", '" "', "field_missing"),
    "no_population": ("population", None, "field_missing"),
    "no_bound": ("low", None, "field_missing"),
    "one_language": ("what", "{de: Dauer}", "field_missing"),
    "words": ("value", "viele", "expected.number"),
    "truth": ("value", "true", "expected.number"),
    "endless": ("high", ".inf", "expected.number"),
    "year": ("period", "2019", "expected.text"),
    "undated": ("period", '"um 2019"', "figure_period"),
    "more": ("note", "{de: x, en: x}", "field_unknown"),
}


def plant(folder: Path, figures: dict[str, dict[str, str | None]]) -> dict[str, int]:
    """Adds figures that are sound but for the given parts; the line of each."""
    path = folder / FILE
    lines = path.read_text(encoding="utf-8").splitlines()
    at: dict[str, int] = {}
    for id, parts in figures.items():
        at[id] = len(lines) + 1
        lines += [
            f"  {id}:",
            *(f"    {k}: {v}" for k, v in {**SOUND, **parts}.items() if v is not None),
        ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return at


def test_every_planted_mistake_is_reported_at_once_with_its_line(folder: Path) -> None:
    at = plant(folder, {id: {part: value} for id, (part, value, _) in DEFECTS.items()})
    with pytest.raises(DataError) as caught:
        with_catalogue(folder)
    found = {mistake.id: mistake for mistake in caught.value.mistakes}
    assert len(found) == len(caught.value.mistakes)
    assert {id: (found[id].code, found[id].file) for id in DEFECTS} == {
        id: (code, FILE) for id, (_, _, code) in DEFECTS.items()
    }
    assert set(found) == set(DEFECTS)
    for id, mistake in found.items():
        assert (
            mistake.line is not None and at[str(id)] <= mistake.line <= at[str(id)] + len(SOUND) + 1
        )
        assert mistake.text("de") != mistake.text("en")


def test_a_part_of_one_is_never_more_than_one(folder: Path) -> None:
    plant(folder, {"x": {"unit": "rate", "value": "0.5", "low": "0.4", "high": "1.2"}})
    with pytest.raises(DataError) as caught:
        with_catalogue(folder)
    assert [(mistake.code, mistake.id) for mistake in caught.value.mistakes] == [
        ("figure_range", "x")
    ]


def test_mistakes_of_figures_stand_beside_those_of_other_files(folder: Path) -> None:
    plant(folder, {"x": {"low": "7"}})
    (folder / "goals.yaml").write_text("- x\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        with_catalogue(folder)
    assert {(mistake.code, mistake.file) for mistake in caught.value.mistakes} >= {
        ("figure_order", FILE),
        ("not_a_mapping", "goals.yaml"),
    }


def test_a_file_without_its_section_is_reported(folder: Path) -> None:
    (folder / FILE).write_text("zahlen: {}\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        with_catalogue(folder)
    assert [(mistake.code, mistake.file) for mistake in caught.value.mistakes] == [
        ("section_missing", FILE)
    ]


def test_sound_figures_can_be_read(folder: Path) -> None:
    plant(
        folder,
        {
            "x": {},
            "y": {"low": "null", "high": "null", "period": "null"},
            "z": {"period": '"2017-08..2018-09"'},
        },
    )
    figures = with_catalogue(folder).catalogue.figures
    assert (figures["x"].value, figures["x"].low, figures["x"].high, figures["x"].unit) == (
        6,
        3,
        20,
        "weeks",
    )
    assert (figures["y"].low, figures["y"].high, figures["y"].period) == (None, None, None)
    assert figures["z"].period == "2017-08..2018-09"


def test_without_the_file_there_are_no_figures_and_every_answer_is_the_same(folder: Path) -> None:
    assert shipped().catalogue.figures
    (folder / FILE).unlink()
    bare = with_catalogue(folder)
    case = bare.read_case(P07)
    assert bare.catalogue.figures == {}
    assert bare.steps(case, ON) == shipped().steps(case, ON)
    assert bare.paths(case, "for", ON) == shipped().paths(case, "for", ON)


# The shipped figures.


def test_every_entry_of_the_file_is_there() -> None:
    assert list(shipped().catalogue.figures) == list(
        read(data_folder("pathways") / FILE)["figures"]
    )


def test_a_share_agrees_with_the_counts_it_is_said_to_come_from() -> None:
    counted = 0
    for id, figure in shipped().catalogue.figures.items():
        counts = re.match(r"([0-9.]+) von (?:etwa )?([0-9.]+)\b", figure.population.de)
        if counts:
            part, whole = (int(number.replace(".", "")) for number in counts.groups())
            counted += 1
            if figure.low is None or figure.high is None:
                assert round(part / whole, 3) == figure.value, id
            else:
                assert figure.low <= part / whole <= figure.high, id
    assert counted == 7
