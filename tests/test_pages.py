"""The reference pages are those of the present rulebook, in both languages, and leave no rule and
no fact out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from klappts_engine.folders import data_folder
from klappts_engine.rules.loader import load_rulebook
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.show.pages import Pages
from klappts_engine.texts import LANGUAGES

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook(data_folder("rules"))


def test_the_pages_in_the_documents_are_up_to_date(rulebook: Rulebook) -> None:
    pages = Pages(rulebook, data_folder("rules"), "de").all()
    if os.environ.get("KLAPPTS_UPDATE"):
        for name, text in pages.items():
            (REFERENCE / name).write_text(text, encoding="utf-8")
    assert {path.name for path in REFERENCE.glob("*.md")} == set(pages)
    for name, text in pages.items():
        assert (REFERENCE / name).read_text(encoding="utf-8") == text, (
            f"{name}: klappts rules pages docs/reference"
        )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_rule_version_and_fact_is_there(rulebook: Rulebook, lang: str) -> None:
    pages = Pages(rulebook, data_folder("rules"), lang).all()
    text = "\n".join(pages.values())
    for id in rulebook.conclusions:
        rule = rulebook.rules[id]
        assert f"`{id}`." in pages[rule.file.replace(".yaml", ".md")]
        assert all(cited in text for version in rule.versions for cited in version.cited)
    assert all(f"`{id}`" in pages["facts.md"] for id in rulebook.vocabulary.facts)
    assert "None" not in text
