"""Texts in further languages: read when asked for, checked for what is missing or left over."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from typer.testing import CliRunner

import klappts_engine
from klappts_engine import DataError, texts
from klappts_engine.cli import app
from klappts_engine.errors import Mistake
from klappts_engine.folders import data_folder
from klappts_engine.pathways.check import check
from klappts_engine.rules.loader import load_rulebook
from klappts_engine.rules.upkeep.lint import words
from klappts_engine.translations import Translations
from klappts_engine.validation import Data, Text, TextPlace, validate
from klappts_engine.yamlfile import parse
from tests.shipped import shipped, with_catalogue

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1).filter(
    str.strip
)


class Entry(Data):
    """An entry of a data file, as small as it can be."""

    title: Text
    notes: tuple[Text, ...] = ()
    labels: dict[str, Text] = {}


@given(de=WORDS, en=st.none() | WORDS, einfach=st.none() | WORDS)
def test_a_text_reads_back_what_it_writes(de: str, en: str | None, einfach: str | None) -> None:
    entry = Entry(title=Text(de, en=en, einfach=einfach))
    written = entry.model_dump(mode="json")
    assert written["title"] == {"de": de, "en": en or de, "einfach": einfach}
    assert Entry.model_validate(written) == entry
    assert Entry.model_validate_json(entry.model_dump_json()) == entry
    assert pickle.loads(pickle.dumps(entry)) == entry
    assert hash(pickle.loads(pickle.dumps(entry.title))) == hash(entry.title)


@given(one=st.tuples(WORDS, WORDS, WORDS), other=st.tuples(WORDS, WORDS, WORDS))
def test_texts_are_equal_if_all_their_languages_are(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    def text(words: tuple[str, str, str]) -> Text:
        return Text(words[0], en=words[1], einfach=words[2])

    assert (text(one) == text(other)) is (one == other)
    assert text(one) != one[0]


@pytest.mark.parametrize(
    ("title", "error", "place"),
    [
        (3, "string_type", ("title",)),
        (None, "string_type", ("title",)),
        (["x"], "string_type", ("title",)),
        ({"de": "x"}, "missing", ("title", "en")),
        ({"de": "x", "en": "x", "fr": "x"}, "extra_forbidden", ("title", "fr")),
        ({"de": "x", "en": 3}, "string_type", ("title", "en")),
    ],
)
def test_what_is_no_text_is_refused(title: object, error: str, place: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        Entry.model_validate({"title": title})
    assert [(one["type"], one["loc"]) for one in caught.value.errors()] == [(error, place)]


def test_a_text_cannot_be_changed() -> None:
    text = shipped().rulebook.book.title
    for name in ("de", "en", "other"):
        with pytest.raises(AttributeError):
            setattr(text, name, "x")
    with pytest.raises(AttributeError):
        del text.de


def test_a_loaded_text_is_equal_to_what_it_writes_and_pickles_to() -> None:
    for rule in list(shipped().rulebook.rules.values())[:40]:
        told = Entry.model_validate({"title": rule.title.words}).title
        assert told == rule.title == pickle.loads(pickle.dumps(rule.title))
        assert told.in_("en") == rule.title.in_("en") != ""


def entry(folder: Path, data: str) -> tuple[Entry, Translations]:
    """An entry `a` in a section `things`, with the languages that lie in a folder."""
    files = Translations(folder)
    raw = parse(data.encode(), "data.yaml")
    found, mistakes = validate(Entry, raw, place=TextPlace(files, ("things", "a")))
    assert found is not None, mistakes
    return found, files


def language(folder: Path, lang: str, content: str) -> None:
    (folder / "texts").mkdir(exist_ok=True)
    (folder / "texts" / f"{lang}.yaml").write_text(content, encoding="utf-8")


DATA = "title: eins\nnotes: [zwei, drei]\nlabels: {x: vier}\n"
ENGLISH = (
    "things:\n  a:\n    title: one\n    notes:\n      - two\n      - three\n    labels: {x: four}\n"
)


def test_other_languages_are_found_by_id_and_field(tmp_path: Path) -> None:
    language(tmp_path, "en", ENGLISH)
    found, files = entry(tmp_path, DATA)
    english = [found.title.en, *(note.en for note in found.notes), found.labels["x"].en]
    assert english == ["one", "two", "three", "four"]
    assert found.title.einfach is None and found.title.in_("einfach") == "eins"
    assert list(files.findings()) == []


def test_what_was_loaded_does_not_change_with_its_files(tmp_path: Path) -> None:
    language(tmp_path, "en", ENGLISH)
    found, _ = entry(tmp_path, DATA)
    shutil.rmtree(tmp_path / "texts")
    assert found.title.en == "one"


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "field"),
    [
        ("    title: one\n", "", "text_missing", 2, "things.a.title"),
        ("title: one", 'title: ""', "text_missing", 3, "things.a.title"),
        ("title: one", "title: 1", "text_missing", 3, "things.a.title"),
        ("      - three\n", "", "text_missing", 4, "things.a.notes.1"),
        ("x: four", "x: four, y: five", "text_left_over", 7, "things.a.labels.y"),
        ("      - three\n", "      - three\n      - x\n", "text_left_over", 7, "things.a.notes.2"),
        ("things:\n", "things:\n  b: {title: x}\n", "text_left_over", 2, "things.b.title"),
        ("things:\n", "gone: {x: y}\nthings:\n", "text_left_over", 1, "gone.x"),
    ],
)
def test_what_is_missing_or_left_over_is_found(
    old: str, new: str, code: str, line: int, field: str, tmp_path: Path
) -> None:
    assert ENGLISH.count(old) == 1
    language(tmp_path, "en", ENGLISH.replace(old, new))
    _, files = entry(tmp_path, DATA)
    [found] = files.findings()
    id = field.split(".")[1]
    assert (found.code, found.file, found.line, found.id) == (code, "texts/en.yaml", line, id)
    for lang in texts.LANGUAGES:
        assert field in found.text(lang)


def test_what_a_language_leaves_german_is_not_missing(tmp_path: Path) -> None:
    language(tmp_path, "einfach", "in_german: [notes, labels]\nthings: {a: {title: eins}}\n")
    _, files = entry(tmp_path, DATA)
    assert list(files.findings()) == []


def test_languages_beside_the_german_count(tmp_path: Path) -> None:
    """The form in which a text carries its languages itself."""
    language(tmp_path, "en", "things: {}\n")
    found, files = entry(tmp_path, "title: {de: eins, en: one}\n")
    assert (found.title.de, found.title.en) == ("eins", "one")
    assert list(files.findings()) == []


# The shipped data, and copies of them.


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[str], Path]:
    def copy(name: str) -> Path:
        shutil.copytree(data_folder(name), tmp_path / name)
        return tmp_path / name

    return copy


def strike(path: Path, start: str) -> int:
    """Takes the one line out of a file that begins so; its number."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    [number] = [number for number, line in enumerate(lines) if line.startswith(start)]
    path.write_text("".join(lines[:number] + lines[number + 1 :]), encoding="utf-8")
    return number + 1


def rules_of(folder: Path) -> list[Mistake]:
    return words(load_rulebook(folder), folder)


def pathways_of(folder: Path) -> list[Mistake]:
    engine = with_catalogue(folder)
    rulebook = engine.rulebook.with_expressions(engine.catalogue.conditions)
    return list(check(engine.catalogue, rulebook, ()).findings)


def test_the_shipped_languages_lack_nothing_and_nothing_is_left_over() -> None:
    assert rules_of(data_folder("rules")) == []
    assert [found for files in shipped().catalogue.translations for found in files.findings()] == []


def test_a_gap_in_the_law_is_told_by_the_check(copied: Callable[[str], Path]) -> None:
    folder = copied("rules")
    file = folder / "texts" / "einfach.yaml"
    line = strike(file, "    title: Prüfungen ohne Schulbesuch")
    [found] = rules_of(folder)
    assert (found.code, found.file, found.id) == (
        "text_missing",
        "texts/einfach.yaml",
        "pruefungen",
    )
    assert found.line == line - 1


def test_gaps_in_the_catalogue_and_its_region_are_told_by_the_check(
    copied: Callable[[str], Path],
) -> None:
    folder = copied("pathways")
    strike(folder / "texts" / "en.yaml", "  sprache: ")
    strike(folder / "regions" / "texts" / "en.yaml", "  title: Rhein-Kreis")
    with (folder / "texts" / "en.yaml").open("a") as file:
        file.write("  nosuch: {what: x}\n")
    found = [(one.code, one.file, one.id) for one in pathways_of(folder)]
    assert sorted(found) == [
        ("text_left_over", "texts/en.yaml", "nosuch"),
        ("text_missing", "regions/texts/en.yaml", "title"),
        ("text_missing", "texts/en.yaml", "sprache"),
    ]


def test_the_old_key_of_a_step_is_read_and_told_by_the_check(copied: Callable[[str], Path]) -> None:
    folder = copied("pathways")
    file = folder / "steps" / "ehrenamt.yaml"
    text = file.read_text(encoding="utf-8")
    assert "    instead: [" in text
    file.write_text(text.replace("    instead: [", "    fallback: [", 1), encoding="utf-8")
    [found] = pathways_of(folder)
    assert (found.code, found.file) == ("key_old", "steps/ehrenamt.yaml")
    steps = with_catalogue(folder).catalogue.steps
    assert steps == shipped().catalogue.steps


def test_a_damaged_language_stops_only_what_speaks_it(copied: Callable[[str], Path]) -> None:
    folder = copied("rules")
    (folder / "texts" / "en.yaml").write_text("rulebook:\n  title: [x\n", encoding="utf-8")
    book = load_rulebook(folder).book
    assert book.title.de and book.title.einfach
    with pytest.raises(DataError) as caught:
        _ = book.title.en
    [found] = caught.value.mistakes
    assert (found.code, found.file) == ("yaml_syntax", "texts/en.yaml")


def test_a_language_that_cannot_be_read_is_a_mistake_of_the_folder(
    copied: Callable[[str], Path],
) -> None:
    folder = copied("rules")
    (folder / "texts" / "en.yaml").unlink()
    (folder / "texts" / "en.yaml").mkdir()
    with pytest.raises(DataError) as caught:
        load_rulebook(folder)
    assert [one.code for one in caught.value.mistakes] == ["file_unreadable"]


def test_the_command_that_checks_the_rules_looks_at_the_languages(tmp_path: Path) -> None:
    fiction = Path(__file__).parent / "fiction"
    shutil.copytree(fiction / "rules", tmp_path / "rules")
    language(tmp_path / "rules", "en", "rules:\n  nosuch: {title: x}\n")
    folders = ["--rules", str(tmp_path / "rules"), "--pathways", str(fiction / "pathways")]
    said = CliRunner().invoke(app, ["rules", "check", "--region", "nordinsel", *folders])
    assert said.exit_code == 2
    assert "texts/en.yaml:2 [nosuch]: Zu rules.nosuch.title" in said.stderr


# An invented language: one more file beside each file of a language, and no line of code.

INVENTED = {
    "klappts_engine/texts/qx.yaml": "show:\n  row: {geld: Qeld}\ndate: '%d/%m/%Y'\n",
    "rules/texts/qx.yaml": "rulebook:\n  caveats: [Qix raliqaq]\n",
    "pathways/texts/qx.yaml": "benefits:\n  sgb2: {title: Qesqet}\n",
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and its data with one more language."""
    place = tmp_path_factory.mktemp("checkout")
    package = Path(klappts_engine.__file__).parent
    ignored = shutil.ignore_patterns("__pycache__", "data")
    shutil.copytree(package, place / package.name, ignore=ignored)
    for name in ("rules", "pathways"):
        shutil.copytree(data_folder(name), place / name)
    for name, content in INVENTED.items():
        (place / name).write_text(content, encoding="utf-8")
    return place


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "klappts_engine", *arguments],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_invented_language_comes_out_with_german_where_it_is_silent(checkout: Path) -> None:
    case = str(Path(__file__).parent.parent / "examples" / "p07.yaml")
    said = {
        lang: run(checkout, "assess", case, "--on", "2026-11-22", "--lang", lang)
        for lang in ("qx", "de")
    }
    assert [(one.returncode, one.stderr) for one in said.values()] == [(0, "")] * 2
    invented, german = (one.stdout for one in said.values())
    assert "Qeld" in invented and "Qix raliqaq" in invented and "19/08/2026" in invented
    assert not any(word in german for word in ("Qeld", "Qix", "19/08/2026"))
    assert "Arbeit" in invented and "Sprache" in invented
    silent = [line for line in german.splitlines() if line in invented.splitlines()]
    assert len(silent) > 5


def test_an_invented_language_stands_in_the_json(checkout: Path) -> None:
    case = str(Path(__file__).parent.parent / "examples" / "p07.yaml")
    written = run(checkout, "assess", case, "--on", "2026-11-22", "--json").stdout
    assert '"qx": "Qix raliqaq"' in written and '"qx": null' in written


def test_the_checks_tell_what_an_invented_language_lacks(checkout: Path) -> None:
    said = run(checkout, "pathways", "check").stdout
    assert "texts/qx.yaml" in said and "steps.sch.fos.title" in said
    assert "benefits.sgb2.title" not in said
