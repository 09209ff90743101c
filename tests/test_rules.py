"""Rule files: strengths, versions, and every mistake of a file in one go, each with its place and a
way out."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from klappts_engine.errors import DataError, Mistake
from klappts_engine.rules.assessment import Conclusion, conclude
from klappts_engine.rules.executors.port import make_executor
from klappts_engine.rules.loader import load_rulebook
from klappts_engine.rules.rulebook import Rulebook
from tests.strategies import (
    DAYS,
    RULES,
    Raw,
    Reading,
    lesser_and_fuller,
    load,
    partial_values,
    plain_rule_files,
)

ON = dt.date(2026, 2, 1)
TITLE = {"de": "x", "en": "x"}


def _conclude(rulebook: Rulebook, values: Raw, day: dt.date) -> dict[str, Conclusion]:
    truths = make_executor("interpreter", rulebook).evaluate(values, day)
    return conclude(rulebook, truths, values, day, rulebook.conclusions)


def _rule(when: Any = None, strength: str = "begriff", **more: Any) -> Raw:
    version: Raw = {"evidence": "invented", **({"when": when} if when is not None else {}), **more}
    return {"title": TITLE, "strength": strength, "versions": [version]}


def _rulebook(**rules: Raw) -> Rulebook:
    """These rules, beside those that give facts."""
    return load(
        {**{id: _rule("needy") for id in ("support", "work_mode", "work.allowed")}, **rules}
    )


# --- Strength -------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(plain_rule_files(), partial_values(), DAYS)
def test_strength_is_that_of_a_second_reading(rules: Raw, values: Raw, day: dt.date) -> None:
    rulebook = load(rules)
    reading = Reading(rules, values, day)
    for id, found in _conclude(rulebook, values, day).items():
        if found.answer != "fails" and "downgrade" in rules[id]["versions"][0]:
            level = rulebook.scale.level(found.strength)
            assert (-1 if level is None else level, found.strength_open) == reading.level(id), id


@settings(max_examples=80)
@given(plain_rule_files(), lesser_and_fuller(), DAYS)
def test_more_facts_never_weaken_an_answer_that_holds(
    rules: Raw, values: tuple[Raw, Raw], day: dt.date
) -> None:
    rulebook = load(rules)
    before, after = (_conclude(rulebook, known, day) for known in values)
    for id, found in before.items():
        if found.answer == "holds":
            weakest = rulebook.scale.weakest((found.strength, after[id].strength))
            assert rulebook.scale.level(weakest) == rulebook.scale.level(found.strength)


CLAIM = _rule("needy", "anrecht")
MAY = _rule("volunteer", "gunst")


@pytest.mark.parametrize(
    ("node", "values", "answer", "strength"),
    [
        ({"all": ["@claim", "@may"]}, {"needy": True, "volunteer": True}, "holds", "gunst"),
        ({"any": ["@claim", "@may"]}, {"needy": True, "volunteer": True}, "holds", "anrecht"),
        ({"any": ["@claim", "@may"]}, {"needy": False, "volunteer": True}, "holds", "gunst"),
        ({"any": ["@claim", "@may"]}, {"volunteer": True}, "holds", "gunst"),
        (
            {"all": ["@claim", {"not": "@may"}]},
            {"needy": True, "volunteer": False},
            "holds",
            "anrecht",
        ),
        ({"not": "@may"}, {"volunteer": False}, "holds", "begriff"),
        (
            {"any": ["@may", "child_here"]},
            {"volunteer": True, "child_here": True},
            "holds",
            "begriff",
        ),
        ({"all": ["@claim", "@may"]}, {"needy": True}, "unknown", "gunst"),
        ({"all": ["@claim", "@may"]}, {"needy": False}, "fails", None),
    ],
)
def test_strength_by_hand(node: Any, values: Raw, answer: str, strength: str | None) -> None:
    found = _conclude(_rulebook(claim=CLAIM, may=MAY, asked=_rule(node)), values, ON)["asked"]
    assert (found.answer, found.strength, found.strength_open) == (answer, strength, False)


@pytest.mark.parametrize(
    ("values", "strength", "open_"),
    [
        ({}, "gunst", True),
        ({"identity_unclear": True}, "gunst", False),
        ({"identity_unclear": False}, "anrecht", False),
    ],
)
def test_an_unknown_downgrade_gives_the_weaker_word_and_is_marked(
    values: Raw, strength: str, open_: bool
) -> None:
    weaker = [{"when": "identity_unclear", "to": "gunst"}]
    book = _rulebook(asked=_rule("needy", "anrecht", downgrade=weaker), user=_rule("@asked"))
    found = _conclude(book, {"needy": True, **values}, ON)
    assert (found["asked"].strength, found["asked"].strength_open) == (strength, open_)
    assert (found["user"].strength, found["user"].strength_open) == (strength, open_)


def test_of_two_downgrades_the_weaker_word_counts() -> None:
    weaker = [{"when": "identity_unclear", "to": "ungewiss"}, {"when": "volunteer", "to": "gunst"}]
    asked = _rulebook(asked=_rule("needy", "anrecht", downgrade=weaker))
    known = {"needy": True, "identity_unclear": True}
    assert _conclude(asked, {**known, "volunteer": True}, ON)["asked"].strength == "ungewiss"
    assert _conclude(asked, known, ON)["asked"].strength == "ungewiss"


# --- Versions -------------------------------------------------------------------------------------


def test_a_repealed_rule_does_not_bring_back_its_predecessor() -> None:
    book = load_rulebook(RULES)
    guest = {"status": "tolerated"}
    last_day, in_between, repealed = dt.date(2021, 12, 31), dt.date(2022, 1, 1), dt.date(2023, 1, 1)
    assert _conclude(book, guest, last_day)["harbour.toll"].answer == "holds"
    assert _conclude(book, guest, in_between)["harbour.toll"].answer == "fails"
    gone = _conclude(book, guest, repealed)["harbour.toll"]
    assert (gone.answer, gone.version, gone.strength, gone.citations) == ("fails", None, None, ())


def test_no_version_in_force_fails_even_if_everything_is_unknown() -> None:
    before = _conclude(load_rulebook(RULES), {}, dt.date(2009, 12, 31))["evening.school"]
    assert (before.answer, before.version) == ("fails", None)
    after = _conclude(load_rulebook(RULES), {}, dt.date(2010, 1, 1))["evening.school"]
    assert after.answer == "unknown" and after.version and after.version.to == dt.date(2026, 7, 31)


def _support(first: list[str], then: list[str]) -> Raw:
    """A classification whose second version, from 2025 on, tries its values in another order."""
    when = {"purse": "needy", "hearth": "volunteer", "own": "child_here"}
    versions = [
        {
            "to": "2024-12-31",
            "evidence": "invented",
            "first_match": [{value: when[value]} for value in first],
        },
        {
            "from": "2025-01-01",
            "evidence": "invented",
            "first_match": [{value: when[value]} for value in then],
        },
    ]
    return {"title": TITLE, "strength": "zuordnung", "versions": versions}


def test_a_value_added_later_stands_in_its_place() -> None:
    support = _support(["purse", "own"], ["purse", "hearth", "own"])
    asked = {value: _rule(f"support_circle == {value}") for value in ("hearth", "none")}
    book = _rulebook(support=support, **asked)
    known = {"needy": False, "volunteer": True, "child_here": True}
    for day, value, result in ((dt.date(2024, 6, 1), "none", "own"), (ON, "hearth", "hearth")):
        found = _conclude(book, known, day)
        assert found["support"].result == result
        assert {id for id in asked if found[id].answer == "holds"} == {value}


def test_values_that_change_places_are_refused() -> None:
    with pytest.raises(DataError) as caught:
        _rulebook(support=_support(["purse", "hearth"], ["hearth", "purse"]))
    assert [mistake.id for mistake in caught.value.mistakes] == ["support"]


# --- Mistakes -------------------------------------------------------------------------------------

TEN = """\
law: InselG
title: {de: x, en: x}
rules:
  one:
    title: {de: x, en: x}
    strength: begriff
    versions:
      - evidence: invented
        when: nedy
  two:
    title: {de: x, en: x}
    strength: begriff
    versions:
      - evidence: invented
        when:
          all:
            - needy
            - "@onee"
  three:
    title: {de: x, en: x}
    strength: anrehct
    versions:
      - evidence: invented
        when: needy
  four:
    title: {de: x, en: x}
    strength: begriff
    versions:
      - evidence: invented
        when: tongue_rung == fluent
  five:
    title: {de: x, en: x}
    strength: begriff
    versions:
      - evidence: invented
        when: needy >= 3
  six:
    title: {de: x, en: x}
    strength: begriff
    versions:
      - evidence: invented
        to: 2024-12-31
        when: needy
      - evidence: invented
        from: 2024-12-31
        when: needy
  seven:
    title: {de: x, en: x}
    strength: begriff
    versions:
      - evidence: invented
        from: 2024-12-31
        to: 2024-01-01
        when: needy
  eight:
    title: {de: x, en: x}
    strength: begriff
    versions:
      - evidence: invented
        when: status in @GUESTS
  nine:
    title: {de: x, en: x}
    strength: begriff
    versions:
      - evidence: invented
  ten:
    title: {de: x}
    strength: begriff
    versions:
      - evidence: invented
        wenn: needy
"""
EXPECTED = [
    ("one", 9, "fact_unknown", "needy"),
    ("two", 18, "rule_unknown", "one"),
    ("three", 21, "strength_unknown", "anrecht"),
    ("four", 30, "value_not_in_enum", "basic"),
    ("five", 36, "leaf_type", "bool"),
    ("six", 44, "version_overlap", "from"),
    ("seven", 51, "version_reversed", ""),
    ("eight", 60, "set_unknown", "GUEST"),
    ("nine", 65, "form_missing", "first_match"),
    ("ten", 67, "field_missing", "title.en"),
    ("ten", 71, "field_unknown", "wenn"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the island state's rules, to be spoilt."""
    return Path(shutil.copytree(RULES, tmp_path / "rules"))


def _mistakes(folder: Path, file: str | None = None) -> list[Mistake]:
    """All mistakes found in a folder; with `file`, all of them lie there."""
    with pytest.raises(DataError) as caught:
        load_rulebook(folder)
    assert file is None or {mistake.file for mistake in caught.value.mistakes} == {file}
    return list(caught.value.mistakes)


def test_ten_mistakes_are_reported_at_once_with_place_and_way_out(folder: Path) -> None:
    (folder / "spoilt.yaml").write_text(TEN, encoding="utf-8")
    found = {(mistake.id, mistake.code): mistake for mistake in _mistakes(folder, "spoilt.yaml")}
    assert {(id, code) for id, _, code, _ in EXPECTED} <= set(found)
    for id, line, code, way_out in EXPECTED:
        mistake = found[id, code]
        assert mistake.line == line, mistake.text("en")
        texts = [mistake.text(lang) for lang in ("de", "en")]
        assert texts[0] != texts[1]
        for text in texts:
            assert text.startswith(f"spoilt.yaml:{line} [{id}]: ")
            assert way_out in text
    assert set(found) == {(id, code) for id, _, code, _ in EXPECTED}


def test_mistakes_of_several_files_come_together(folder: Path) -> None:
    (folder / "spoilt.yaml").write_text(TEN, encoding="utf-8")
    (folder / "broken.yaml").write_text("title: [", encoding="utf-8")
    (folder / "facts" / "more.yaml").write_text(
        "facts:\n  extra: {type: colour, meaning: {de: x, en: x}}\n", encoding="utf-8"
    )
    assert {mistake.file for mistake in _mistakes(folder)} == {
        "spoilt.yaml",
        "broken.yaml",
        "facts/more.yaml",
    }


def _write(folder: Path, text: str) -> None:
    (folder / "more.yaml").write_text("title: {de: x, en: x}\nrules:\n" + text, encoding="utf-8")


def _line(id: str, rest: str) -> str:
    return f"  {id}: {{title: {{de: x, en: x}}, strength: begriff, versions: [{{evidence: x, {rest}}}]}}\n"


def test_no_likely_name_reads_as_such(folder: Path) -> None:
    _write(folder, _line("lost", "when: qqqq") + _line("gone", 'when: "@zzzz"'))
    for mistake in _mistakes(folder, "more.yaml"):
        assert "None" not in mistake.text("de") + mistake.text("en")


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ([("p", 'when: "@q"'), ("q", 'when: "@p"')], {"p", "q"}),
        ([("p", 'when: {not: "@p"}')], {"p"}),
        (
            [("p", 'when: needy, downgrade: [{when: "@q", to: gunst}]'), ("q", 'when: "@p"')],
            {"p", "q"},
        ),
    ],
)
def test_cycles_between_rules_are_refused(
    folder: Path, rules: list[tuple[str, str]], path: set[str]
) -> None:
    _write(folder, "".join(_line(id, rest) for id, rest in rules))
    found = _mistakes(folder, "more.yaml")
    assert {mistake.code for mistake in found} == {"cycle"}
    assert set(str(found[0].params["path"]).split(" → ")) == path


def test_cycles_through_a_fact_that_a_rule_gives_are_refused(folder: Path) -> None:
    source = folder / "inselg.yaml"
    source.write_text(
        source.read_text(encoding="utf-8").replace("- not: harbour_ban", "- work_permitted"),
        encoding="utf-8",
    )
    found = _mistakes(folder, "inselg.yaml")
    assert {mistake.code for mistake in found} == {"cycle"}
    assert found[0].line and all(
        id in str(found[0].params["path"]) for id in ("work.guest", "work_mode", "work.allowed")
    )


def test_a_cycle_is_reported_beside_other_mistakes(folder: Path) -> None:
    _write(
        folder, _line("p", 'when: "@q"') + _line("q", 'when: "@p"') + _line("other", "when: nosuch")
    )
    assert {mistake.code for mistake in _mistakes(folder, "more.yaml")} == {"cycle", "fact_unknown"}


def test_a_wrong_field_does_not_hide_a_wrong_condition(folder: Path) -> None:
    _write(folder, _line("p", "when: nosuch, wenn: 1"))
    assert {mistake.code for mistake in _mistakes(folder, "more.yaml")} == {
        "field_unknown",
        "fact_unknown",
    }


@pytest.mark.parametrize(
    "rest",
    [
        "when: needy, first_match: [{a: needy}]",
        "when: needy, otherwise: {a: needy}",
        "first_match: []",
        "collect: []",
        "first_match: [{a: needy}, {a: volunteer}]",
        "when: needy, result: {work_mode: free, support: purse}",
        "when: needy, result: {nowhere: free}",
        "when: needy, result: {work_mode: sideways}",
        "when: {}",
        "when: {all: needy}",
        "when: {all: [needy], any: [needy]}",
        "when: true",
        "when: needy, from: 86400",
    ],
)
def test_forms_that_say_nothing_or_two_things_are_refused(folder: Path, rest: str) -> None:
    _write(folder, _line("odd", rest))
    assert [mistake.id for mistake in _mistakes(folder, "more.yaml")] == ["odd"]


def test_an_id_may_stand_only_once(folder: Path) -> None:
    _write(folder, _line("guest.entitled", "when: needy"))
    found = _mistakes(folder)
    assert [(mistake.code, mistake.id) for mistake in found] == [("id_twice", "guest.entitled")]


def test_a_fact_given_by_a_rule_that_does_not_exist_is_refused(folder: Path) -> None:
    (folder / "facts" / "more.yaml").write_text(
        "facts:\n  lost: {type: bool, meaning: {de: x, en: x}, derive: {rule: work.alowed}}\n",
        encoding="utf-8",
    )
    (found,) = _mistakes(folder)
    assert (found.code, found.id) == ("rule_unknown", "lost") and "work.allowed" in found.text("en")
