"""The shipped rulebook against published cases, frozen answers and the index of its
specification."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from klappts_engine import Engine, yamlfile
from klappts_engine.facts.case import case_class
from klappts_engine.facts.values import derive_all, encode
from klappts_engine.folders import data_folder
from klappts_engine.rules.executors.port import make_executor
from klappts_engine.rules.loader import load_rulebook
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.rules.upkeep.casebook import Casebook, read_casebook, read_differences
from klappts_engine.rules.upkeep.lint import unreached

CASES = Path(__file__).parent / "cases"
ANSWERS = {"holds": True, "fails": False, "unknown": None}


@cache
def book() -> Rulebook:
    """The shipped rulebook, loaded once."""
    return load_rulebook(data_folder("rules"))


CASE_FILES = sorted(path for path in CASES.glob("*.yaml") if "cases" in yamlfile.read(path))


@pytest.mark.parametrize("file", CASE_FILES, ids=lambda path: path.stem)
def test_asserted_cases_agree_or_differ_for_a_written_reason(file: Path) -> None:
    known = read_differences(CASES / "known_differences.yaml")
    report = Casebook(book(), case_class(book().vocabulary), read_casebook([file]), known).run()
    assert [
        (one.case.id, one.case.expected, one.got, one.deciding) for one in report.unexplained
    ] == []
    assert [(one.case.id, one.missing) for one in report.not_runnable] == []
    assert report.asserted


def test_the_number_of_published_cases_is_what_was_taken_over() -> None:
    for name, number in (("published.yaml", 176), ("statute_2026_08.yaml", 214)):
        assert sum(case.assert_ for case in read_casebook([CASES / name])) == number


def test_some_case_reaches_every_rule() -> None:
    cases = Casebook(book(), case_class(book().vocabulary), read_casebook(CASE_FILES))
    fixtures = {
        id
        for row in yamlfile.read(CASES / "fixtures.yaml")["rows"]
        for word in ANSWERS
        for id in row.get(word, ())
    }
    assert [mistake.id for mistake in unreached(book(), cases.asked | fixtures)] == []


def test_no_known_difference_is_out_of_date() -> None:
    known = read_differences(CASES / "known_differences.yaml")
    cases = read_casebook(CASE_FILES)
    differing = {
        one.case.id
        for one in Casebook(book(), case_class(book().vocabulary), cases, known).run().differing
    }
    assert set(known) <= differing


def _fixture_differences(executor: str) -> tuple[set[tuple[str, str, str]], int]:
    """(status, day, conclusion) of each frozen answer that differs, and how many answers were
    compared."""
    fixtures = yamlfile.read(CASES / "fixtures.yaml")
    run = make_executor(executor, book())
    model = case_class(book().vocabulary)
    found: set[tuple[str, str, str]] = set()
    compared = 0
    for row in fixtures["rows"]:
        day: dt.date = row["as_of"]
        told = model(
            **{**fixtures["base"], "status": row["status"], **row.get("overrides", {})}
        ).told
        values = {
            id: encode(value)
            for id, value in {**derive_all(told, book().vocabulary, day), **told}.items()
        }
        truths = run.evaluate(values, day)
        for word, expected in ANSWERS.items():
            for id in row.get(word, ()):
                compared += 1
                if truths[id] is not expected:
                    found.add((row["status"], day.isoformat(), id))
        for id in ("rechtskreis", "work_mode"):
            if id in row:
                compared += 1
                if not _same_value(id, row[id], truths):
                    found.add((row["status"], day.isoformat(), id))
    return found, compared


def _same_value(id: str, expected: str, truths: Any) -> bool:
    """`unknown@x`: every value before x is ruled out, and x itself is undecided."""
    values = book().rules[id].values
    word, _, undecided = expected.partition("@")
    if word != "unknown":
        return truths[f"{id}={word}"] is True
    if undecided:
        return truths[f"{id}~{undecided}"] is None and all(
            truths[f"{id}~{value}"] is False for value in values[: values.index(undecided)]
        )
    return not any(truths[f"{id}={value}"] for value in values)


@pytest.mark.parametrize("executor", ["function", "durable"])
def test_frozen_answers_agree_except_where_a_rule_was_corrected(executor: str) -> None:
    differences = yamlfile.read(CASES / "fixture_differences.yaml")["differences"]
    expected = {
        (one["status"], day.isoformat(), id)
        for one in differences
        for day in one["on"]
        for id in one["conclusions"]
    }
    found, compared = _fixture_differences(executor)
    assert found == expected
    assert compared == 3648


def test_every_rule_of_the_specification_is_there_with_its_dates() -> None:
    index = yamlfile.read(CASES / "spec_index.yaml")
    reasons = yamlfile.read(CASES / "spec_differences.yaml")["differences"]
    rules = book().rules
    differing: set[str] = set()
    for id, dates in {**index["law"], **index["land"]}.items():
        rule = rules.get(id)
        if rule is None or [[v.start, v.end] for v in rule.versions] != [
            list(pair) for pair in dates
        ]:
            differing.add(id)
    assert differing == set(reasons)
    assert all(len(reason) > 20 for reason in reasons.values())


def test_a_claim_is_not_weakened_by_work_that_need_only_be_possible() -> None:
    engine = Engine.load()
    case = engine.read_case(Path(__file__).parent.parent / "examples" / "p07.yaml")
    found = engine.assess(
        case,
        dt.date(2026, 11, 22),
        ["work.allowed_or_allowable", "sgb3.activation_persons", "train.lawful"],
    )
    strengths = {
        id: conclusion.strength
        for id, conclusion in found.conclusions.items()
        if conclusion.answer == "holds"
    }
    assert strengths["work.allowed_or_allowable"] == "soll"
    assert strengths.get("sgb3.activation_persons", "definition") == "definition"


SIXTEEN: Any = {"status": "duldung_60a_2_s1", "age_years": 16, "residence_nrw": True}


def test_a_duty_is_no_right_and_opens_what_it_opens() -> None:
    engine = Engine.load()
    told = engine.assess(engine.case(**SIXTEEN), on=dt.date(2026, 11, 22)).conclusions
    duty, place, own = (told[id] for id in ("school.duty_sek2", "bk.admission.duty", "open.door"))
    assert (duty.answer, duty.kind, duty.strength) == ("holds", "duty", "pflicht")
    assert (place.answer, place.kind, place.strength) == ("holds", "right", "anspruch")
    assert (own.answer, own.kind) == ("holds", "act")


def test_no_duty_stands_on_a_grade_and_every_rule_says_what_it_speaks_of() -> None:
    scale = book().scale
    assert not {*scale.duties, *scale.acts, *scale.silent} & {*scale.graded}
    kinds = {
        scale.words[version.strength] for rule in book().rules.values() for version in rule.versions
    }
    assert kinds == {"right", "duty", "act", "term"}


def test_what_the_law_makes_likely_is_not_presupposed() -> None:
    engine = Engine.load()
    told = {
        "assumptions": ["regelfall"],
        "status": "aufenthaltsgestattung",
        "asylum_state": "pending",
        "birth_date": "2006-02-01",
        "nationalities": ["SYR"],
        "entry_date": "2026-08-20",
    }
    home, kind = "must_live_in_reception_centre", "asylum_rejection_kind"
    new = engine.at(engine.case_class(**told), "2026-11-22")
    assert home not in new.assumed and kind in new.assumed
    long_here = engine.at(engine.case_class(**{**told, "entry_date": "2022-08-20"}), "2026-11-22")
    assert home in long_here.assumed
    rejected = engine.case_class(**{**told, "asylum_state": "rejected_not_final"})
    assert kind not in engine.at(rejected, "2026-11-22").assumed
    assert kind in engine.at(engine.case_class(**{**told, kind: "simple"}), "2026-11-22").told
