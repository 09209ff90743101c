"""Plain German: nothing that a person reads lacks it, and its sentences are short."""

from __future__ import annotations

import re
from functools import cache

import pytest

from klappts_engine import texts
from klappts_engine.folders import data_folder
from klappts_engine.rules.upkeep.left_out import load_left_out
from klappts_engine.translations import IN_GERMAN, Key, Translations
from klappts_engine.yamlfile import read
from tests.shipped import shipped

FOR_PROFESSIONALS = {"note", "notes", "builds_nothing"}
"""Notes on rules and steps, for whoever keeps or checks them; German stands in for them."""
NOT_SHOWN = {"figures", "not_modelled"}
"""Figures, and reasons for what is left out; they stand on pages for professionals."""
LONGEST = 18
"""Words in a sentence."""
FOLDERS = ("rules", "pathways", "pathways/regions")

Entry = tuple[str, str]


@cache
def translations(folder: str) -> Translations:
    engine = shipped()
    load_left_out(data_folder("rules"), engine.rulebook.translations)
    found = (engine.rulebook.translations, *engine.catalogue.translations)
    return dict(zip(FOLDERS, found, strict=True))[folder]


def is_shown(key: Key) -> bool:
    field = [step for step in key if isinstance(step, str)][-1]
    return field not in FOR_PROFESSIONALS and key[0] not in NOT_SHOWN


@cache
def shown(folder: str) -> list[Entry]:
    """The place and the plain German of each text that a person reads; empty where there is
    none."""
    files = translations(folder)
    return [
        ("/".join(map(str, key)), files.find("einfach", key) or "")
        for key in files.keys
        if is_shown(key)
    ]


def sentences(text: str) -> list[str]:
    """The sentences and their parts: what stands between signs, without brackets; a dot ends one
    before a capital letter."""
    return re.split(r"(?<=[?!;:])\s+|(?<=[\w)“]\.)\s+(?=[A-ZÄÖÜ„])", re.sub(r" \(.*?\)", "", text))


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_that_a_person_reads_lacks_plain_german(folder: str) -> None:
    assert [place for place, words in shown(folder) if not words.strip()] == []


def test_all_that_a_person_reads_is_looked_at() -> None:
    assert sum(len(shown(folder)) for folder in FOLDERS) > 1_200


@pytest.mark.parametrize("folder", FOLDERS)
def test_only_what_professionals_read_may_stay_german(folder: str) -> None:
    """What the file names as German is not asked for by the checks, so it names no more."""
    kept = read(
        data_folder(folder.split("/")[0]).joinpath(*folder.split("/")[1:], "texts/einfach.yaml")
    )
    assert set(kept[IN_GERMAN]) <= FOR_PROFESSIONALS | NOT_SHOWN


@pytest.mark.parametrize("folder", FOLDERS)
def test_plain_sentences_are_short(folder: str) -> None:
    for place, words in shown(folder):
        for sentence in sentences(words):
            assert len(re.findall(r"\w{2,}", sentence)) <= LONGEST, f"{place}: {sentence}"


def test_questions_in_plain_german_address_the_person() -> None:
    questions = [entry for entry in shown("rules") if entry[0].endswith("/question")]
    assert len(questions) > 100
    for place, words in questions:
        assert "die Person" not in words, place


def test_nobody_calls_it_leichte_sprache() -> None:
    everything = [
        *texts.catalogue("einfach").values(),
        *(words for folder in FOLDERS for _, words in shown(folder)),
    ]
    assert not [text for text in everything if "leichte sprache" in text.lower()]
