"""Statute texts are cut where they are cited, and a changed, moved, new or vanished text is named
with its rules."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from klappts_engine.errors import UsageError
from klappts_engine.folders import data_folder
from klappts_engine.rules.citations import parse_citation
from klappts_engine.rules.expressions import Is
from klappts_engine.rules.loader import load_rulebook
from klappts_engine.rules.model import Rule, Version
from klappts_engine.rules.rulebook import Book, Rulebook
from klappts_engine.rules.upkeep.drift import (
    Fingerprints,
    drift,
    load_fingerprints,
    spell_fingerprints,
    take_fingerprints,
)
from klappts_engine.rules.upkeep.statute import fingerprint, read_section
from tests.small_world import SCALE, VOCABULARY, T

TEXTS = Path(__file__).parent.parent.parent / "shared" / "law" / "text"
BEFORE = """# § 7 Zugang

(1) Zugang hat, wer nach § 3 Abs. 2 Nr. 1

1. wohnt,

2. arbeitet a) im Hafen oder b) auf See,

und den Antrag bis zum 1. August stellt. Der Antrag ist frei. Satz 2 gilt nicht nach § 9. Die Frist endet nie.

(2) Wer reist, hat keinen Zugang.

(2a) Die Behörde entscheidet.
"""
AFTER = """# § 7 – Zugang

(1) Zugang hat, wer nach § 3 Absatz 2 Nummer 1 1. wohnt, 1a. lernt, 2. arbeitet a) im Hafen oder b) an Land, und den Antrag
bis zum 1. August stellt. Der Antrag ist frei. Satz 2 gilt nicht nach § 9. Die Frist endet nie.

(2) Die Behörde entscheidet.

(3) Es gibt ein Amt.
"""


def _file(folder: Path, text: str, name: str = "InselG/7.md") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _book(*cites: str) -> Rulebook:
    citations = [parse_citation(cite) for cite in cites]
    rules = {
        f"r{k}": Rule(
            f"r{k}",
            T,
            "InselG",
            "x",
            (Version(None, None, Is("permit"), "claim", "", (cite,)),),
            "x.yaml",
            1,
        )
        for k, cite in enumerate(citations)
        if cite
    }
    return Rulebook(
        Book(id="x", title=T, rechtsstand=dt.date(2026, 1, 1)), VOCABULARY, SCALE, rules, "0" * 64
    )


@pytest.mark.parametrize(
    ("cite", "piece"),
    [
        ("§ 7 Abs. 1 Satz 1 Nr. 1", "wohnt,"),
        ("§ 7 Abs. 1 Nr. 2 Buchst. a", "im Hafen oder"),
        ("§ 7 Abs. 1 Satz 2", "Der Antrag ist frei."),
        ("§ 7 Abs. 1 Satz 4", "Die Frist endet nie."),
        ("§ 7 Abs. 2a", "Die Behörde entscheidet."),
        ("§ 7 Abs. 1 Satz 5", None),
        ("§ 7 Abs. 1 Nr. 3", None),
        ("§ 7 Abs. 4", None),
    ],
)
def test_a_cited_place_is_cut_out(tmp_path: Path, cite: str, piece: str | None) -> None:
    citation = parse_citation(cite, "InselG")
    assert citation is not None
    assert read_section(_file(tmp_path, BEFORE)).cut(citation) == piece


def test_layout_and_old_spellings_do_not_count() -> None:
    assert fingerprint("daß  er, nach § 3 Abs. 2") == fingerprint("dass er nach § 3 Absatz 2")
    assert fingerprint("wohnt") != fingerprint("wohnte")


def test_changes_are_told_apart_with_place_and_rules(tmp_path: Path) -> None:
    book = _book(
        "InselG § 7 Abs. 1 Nr. 1",
        "InselG § 7 Abs. 1 Nr. 2 Buchst. a",
        "InselG § 7 Abs. 1 Nr. 2 Buchst. b",
        "InselG § 7 Abs. 2",
        "InselG § 7 Abs. 2a",
        "InselG § 8",
    )
    _file(tmp_path / "old", BEFORE)
    _file(tmp_path / "old", "# § 8 Hafen\n\nDer Hafen ist für alle offen.\n", "InselG/8.md")
    _file(tmp_path / "new", AFTER)
    _file(tmp_path / "new", "# § 8 – (weggefallen)\n", "InselG/8.md")
    known = take_fingerprints(
        book, tmp_path / "old", dt.date(2025, 1, 1), Fingerprints(sections={}, places={})
    )
    assert drift(book, known, tmp_path / "old") == []
    found = {
        (one.change, one.citation, one.rules, one.to)
        for one in drift(book, known, tmp_path / "new")
    }
    everyone = ("r0", "r1", "r2", "r3", "r4")
    assert found == {
        ("changed", "InselG § 7 Abs. 1 Nr. 2 Buchst. b", ("r2",), ""),
        ("changed", "InselG § 7 Abs. 2", ("r3",), ""),
        ("moved", "InselG § 7 Abs. 2a", ("r4",), "Abs. 2 Satz 1"),
        ("new_beside", "InselG § 7 Abs. 1", everyone, "Nr. 1a"),
        ("new_beside", "InselG § 7", everyone, "Abs. 3"),
        ("gone", "InselG § 8", ("r5",), ""),
    }


def test_fingerprints_survive_being_written(tmp_path: Path) -> None:
    book = _book("InselG § 7 Abs. 1 Nr. 1", "InselG § 7 Abs. 1 Nr. 3")
    known = take_fingerprints(
        book,
        _file(tmp_path, BEFORE).parent.parent,
        dt.date(2025, 1, 1),
        Fingerprints(sections={}, places={}),
    )
    (tmp_path / "basics").mkdir()
    (tmp_path / "basics" / "fingerprints.yaml").write_text(
        spell_fingerprints(known), encoding="utf-8"
    )
    assert load_fingerprints(tmp_path) == known
    assert known.places["InselG § 7 Abs. 1 Nr. 3"]["2025-01-01"].whole


def test_texts_and_days_that_are_not_there_are_named(tmp_path: Path) -> None:
    book = _book("InselG § 7 Abs. 1")
    nothing = Fingerprints(sections={}, places={})
    with pytest.raises(UsageError, match=r"GESETZ/PARAGRAPH\.md"):
        take_fingerprints(book, tmp_path, dt.date(2025, 1, 1), nothing)
    with pytest.raises(UsageError, match="noch keine Fingerabdrücke"):
        drift(book, nothing, tmp_path)
    known = take_fingerprints(
        book, _file(tmp_path, BEFORE).parent.parent, dt.date(2025, 1, 1), nothing
    )
    with pytest.raises(UsageError, match="2024-01-01"):
        drift(book, known, tmp_path, dt.date(2024, 1, 1))


def test_every_structured_citation_of_a_version_now_in_force_has_a_fingerprint() -> None:
    book, known = load_rulebook(data_folder("rules")), load_fingerprints(data_folder("rules"))
    cited = {
        (str(citation), f"{citation.law} § {citation.section}")
        for id in book.conclusions
        for version in book.rules[id].versions
        if version.end is None and version.evidence.startswith("statute_2026")
        for citation in version.citations
        if citation.law
    }
    missing = {
        place for place, section in cited if section in known.sections and place not in known.places
    }
    assert missing == set()
    assert len({place for place, _ in cited if place in known.places}) > 400


@pytest.mark.skipif(
    not TEXTS.is_dir(),
    reason="the statute texts are not part of the project; "
    "they lie beside this checkout or nowhere",
)
def test_the_changes_of_2026_are_found_and_nothing_drifts_from_the_newest_text() -> None:
    book, known = load_rulebook(data_folder("rules")), load_fingerprints(data_folder("rules"))
    assert drift(book, known, TEXTS / "2026-08-19") == []
    found = {one.citation for one in drift(book, known, TEXTS / "2026-08-19", dt.date(2026, 4, 29))}
    for section in (
        "AsylG § 47",
        "AsylG § 61",
        "AsylbLG § 1 Abs. 1",
        "AsylbLG § 1 Abs. 4",
        "AsylbLG § 1a Abs. 3",
        "AsylbLG § 1a",
        "AufenthG § 16g",
        "AufenthG § 60a Abs. 6",
        "AufenthG § 60c Abs. 2",
        "AufenthG § 44a",
        "AufenthG § 45a",
        "AufenthG § 104 Abs. 18",
        "DeuFöV § 4",
        "DeuFöV § 13 Abs. 2",
        "IntV § 5 Abs. 4",
        "SGB II § 3",
        "SGB II § 15",
        "SGB II § 16f",
        "SGB II § 16h",
        "SGB II § 22",
    ):
        assert any(
            citation == section or citation.startswith(f"{section} ") for citation in found
        ), section
    assert not any(
        citation.startswith(("BAföG", "AFBG", "SGB VIII", "BeschV")) for citation in found
    )
