"""Plain German: nothing that a person reads lacks it, and its sentences are short."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from klappts_engine import texts
from klappts_engine.folders import data_folder
from klappts_engine.yamlfile import read

FOR_PROFESSIONALS = {"note", "notes", "builds_nothing"}
"""Notes on rules and steps, for whoever keeps or checks them; German stands in for them."""
NOT_SHOWN = {"planning.yaml", "not_modelled.yaml", "school_codes.yaml"}
"""Figures, and reasons for what is left out; they stand on pages for professionals."""
LONGEST = 18
"""Words in a sentence."""
FILES = [
    path for folder in ("rules", "pathways") for path in sorted(data_folder(folder).rglob("*.yaml"))
]

Entry = tuple[str, dict[str, str]]


def written(node: Any, place: str = "") -> Iterator[Entry]:
    """Every text of a data file, with its place."""
    if isinstance(node, dict) and {"de", "en"} <= set(node):
        yield place, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from written(value, f"{place}/{key}")
    elif isinstance(node, list):
        for value in node:
            yield from written(value, place)


def shown(path: Path) -> list[Entry]:
    if path.name in NOT_SHOWN:
        return []
    return [
        entry
        for entry in written(read(path))
        if entry[0].rpartition("/")[-1] not in FOR_PROFESSIONALS
    ]


def missing(entries: list[Entry]) -> list[str]:
    return [place for place, words in entries if not words.get("einfach", "").strip()]


def sentences(text: str) -> list[str]:
    """The sentences and their parts: what stands between signs, without brackets; a dot ends one
    before a capital letter."""
    return re.split(r"(?<=[?!;:])\s+|(?<=[\w)“]\.)\s+(?=[A-ZÄÖÜ„])", re.sub(r" \(.*?\)", "", text))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_that_a_person_reads_lacks_plain_german(path: Path) -> None:
    assert missing(shown(path)) == []


def test_what_is_missing_is_found() -> None:
    entries = [entry for path in FILES for entry in shown(path)]
    assert len(entries) > 1_200
    for number in (0, 500, -1):
        place, words = entries[number]
        gap = (place, {lang: words[lang] for lang in ("de", "en")})
        assert missing([*entries[:number], gap]) == [place]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_plain_sentences_are_short(path: Path) -> None:
    for place, words in shown(path):
        for sentence in sentences(words["einfach"]):
            assert len(re.findall(r"\w{2,}", sentence)) <= LONGEST, f"{place}: {sentence}"


def test_questions_in_plain_german_address_the_person() -> None:
    for path in FILES:
        for place, words in shown(path):
            if place.endswith("/question"):
                assert "die Person" not in words["einfach"], place


def test_nobody_calls_it_leichte_sprache() -> None:
    everything = [
        *texts.catalogue("einfach").values(),
        *(words["einfach"] for path in FILES for _, words in shown(path)),
    ]
    assert not [text for text in everything if "leichte sprache" in text.lower()]
