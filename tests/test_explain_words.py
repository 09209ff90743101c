"""What is said when somebody asks why, why not, when, what changed; and the interview on the
terminal."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from klappts_engine import Case, Engine, texts
from klappts_engine.cli import app
from klappts_engine.explain.model import Explanation, Grounds, WhyNot
from klappts_engine.show.display import as_html
from klappts_engine.show.explanations import explanation_lines
from klappts_engine.show.interview import Interview
from klappts_engine.show.words import Words
from tests.shipped import shipped

ON = dt.date(2026, 11, 22)
UNTIL = dt.date(2030, 12, 31)
EXAMPLES = Path(__file__).parent.parent / "examples"
APPROVED = Path(__file__).parent / "snapshots" / "explained"
PERSONS = sorted(path.stem for path in EXAMPLES.glob("*.yaml") if path.stem != "own_cases")
ASKED = {
    "gestattung": ["bafoeg.claim", "sgb3.bab.training", "ik.participation"],
    "identitaet": ["dul60c.claim", "dul60c.discretion_identity"],
    "abendrealschule": ["sgb2.entitled", "sgb2.trainee.excluded", "sgb2.trainee.exception"],
}


def case_of(name: str) -> Case:
    return shipped().read_case(EXAMPLES / f"{name}.yaml")


def explained(name: str) -> list[Grounds]:
    """Why and, for what does not hold, why not; when all of it turns."""
    engine, case = shipped(), case_of(name)
    found: list[Grounds] = []
    for id in ASKED[name]:
        why = engine.why(case, id, ON, instead=True)
        found += [why] if why.answer == "holds" else [why, engine.why_not(case, id, ON, UNTIL)]
    return [*found, engine.when(case, ASKED[name], ON, UNTIL)]


@pytest.mark.parametrize("lang", texts.LANGUAGES)
@pytest.mark.parametrize("name", ASKED)
def test_what_is_explained_is_what_was_approved(name: str, lang: str) -> None:
    words = Words(shipped(), lang)
    parts = [explanation_lines(words, what) for what in explained(name)]
    bodies = ["\n".join(lines[: len(lines) - 1 - lines[::-1].index("")]) for lines in parts]
    assert max(len(line) for lines in parts for line in lines) <= 100
    text = "\n\n".join(bodies) + "\n"
    path = APPROVED / f"{name}-{lang}.txt"
    if os.environ.get("KLAPPTS_UPDATE"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


# It must not harm.


@pytest.mark.parametrize("name", PERSONS)
def test_every_no_is_followed_by_what_is_open_instead_and_by_the_remedy(name: str) -> None:
    engine, case, words = shipped(), case_of(name), Words(shipped(), "de")
    for id in ("bafoeg.claim", "dul60c.claim", "ik.participation"):
        for what in (
            engine.why(case, id, ON, instead=True),
            engine.why_not(case, id, ON, dt.date(2027, 6, 1)),
        ):
            assert isinstance(what, (Explanation, WhyNot))
            if what.answer != "fails":
                continue
            said = " ".join(" ".join(explanation_lines(words, what)).split())
            open_now = [one for one in what.instead or () if words.step(one) in said]
            assert open_now or texts.text("show.explain.instead_none", "de") in said
            if isinstance(what, WhyNot):
                assert said.index(words.text("explain.remedy")) < said.index(
                    words.text("explain.against")
                )


def test_clarifying_identity_is_told_with_its_risk_never_under_protection() -> None:
    engine, case = shipped(), case_of("identitaet")
    risk = engine.rulebook.vocabulary.facts["identity_clarified"].lever
    assert risk and risk.risk
    said = " ".join(
        " ".join(
            explanation_lines(Words(engine, "de"), engine.why_not(case, "dul60c.claim", ON, UNTIL))
        ).split()
    )
    assert risk.risk.de in said
    assert texts.text("show.explain.advice", "de", risk="").strip() in said
    told = {
        fact: value
        for fact, value in case.told.items()
        if fact not in ("asylum_state", "stay_history", "status")
    }
    for facts in (
        {"asylum_state": "pending"},
        {"status": "aufenthaltsgestattung"},
        {"status": "ae_25_2_gfk"},
    ):
        other = engine.case(
            **{**told, "status": case.told["status"], **facts}, assumptions=case.assumptions
        )
        found = engine.why_not(other, "dul60c.claim", ON, UNTIL)
        assert not [one for one in found.obstacles if one.change]
        assert not found.repairs


def test_a_permit_for_training_is_told_with_advice_and_what_follows_if_it_is_broken_off() -> None:
    engine, words = shipped(), Words(shipped(), "de")
    facts = {
        **case_of("identitaet").told,
        "identity_clarified": True,
        "identity_measures_in_time": True,
    }
    case = engine.case(**facts, assumptions=("regelfall",))
    what = engine.why(case, "dul60c.claim", ON, instead=True)
    assert what.answer == "holds"
    sanction = engine.rulebook.rules["dul60c.claim"].sanction
    assert sanction
    said = " ".join(" ".join(explanation_lines(words, what)).split())
    assert sanction.de in said
    assert texts.text("show.advice_first", "de") in said
    refused = explanation_lines(
        words, engine.why_not(case_of("identitaet"), "dul60c.claim", ON, UNTIL)
    )
    assert texts.text("show.advice_first", "de") in " ".join(" ".join(refused).split())


def test_what_was_not_asked_is_not_told_as_nothing() -> None:
    here = shipped().at(case_of("gestattung"), ON)
    asked, unasked = (here.why("dul60c.claim", instead) for instead in (True, False))
    assert asked.answer == unasked.answer == "fails"
    assert unasked.instead is None and asked.instead
    said = " ".join(" ".join(explanation_lines(Words(shipped(), "de"), unasked)).split())
    assert texts.text("show.explain.instead_unasked", "de") in said
    assert texts.text("show.explain.instead_none", "de") not in said


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_no_other_status_is_ever_held_out(lang: str) -> None:
    engine, words = shipped(), Words(shipped(), lang)
    said = "\n".join(
        explanation_lines(
            words, engine.why_not(case_of("gestattung"), "bafoeg.claim", ON, UNTIL), everything=True
        )
    )
    titles = [
        engine.rulebook.vocabulary.set_titles[name].in_(lang)
        for name in ("GEDULDET", "BAFOEG_NR1", "TEMP_PROTECTION")
    ]
    assert not [title for title in titles if title in said]
    assert texts.text("show.explain.other_status", lang) in said


def test_cannot_change_is_said_of_the_law_of_today_only() -> None:
    for lang, words in (
        ("de", "nach heutigem Recht"),
        ("en", "today's law"),
        ("einfach", "nach dem Gesetz heute"),
    ):
        assert words in texts.text("show.explain.mark.fixed", lang)


@settings(max_examples=40)
@given(
    st.sampled_from(PERSONS),
    st.sampled_from(["bafoeg.claim", "dul60c.claim", "asylblg.analog", "sgb2.entitled"]),
)
def test_protected_values_stand_in_no_html_unless_asked(name: str, id: str) -> None:
    engine, case = shipped(), case_of(name)
    facts = engine.rulebook.vocabulary.facts
    what = engine.why(case, id, ON, instead=True)
    words = Words(engine, "de")
    hidden, open_ = (
        " ".join(as_html(engine, what, sensitive=sensitive).split()) for sensitive in (False, True)
    )
    for one in what.deciding:
        if facts[one.fact].sensitive and facts[one.fact].type in ("status", "date"):
            value = (
                words.day(one.value)
                if isinstance(one.value, dt.date)
                else words.spoken(one.fact, one.value)
            )
            assert (
                f": {value}" not in hidden
            )  # titles of rules may speak of it, as they do for everybody
            assert f": {value}" in open_
            assert words.text("screen.hidden") in hidden


# The commands.


def run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(app, arguments, input=given, catch_exceptions=False)


@pytest.fixture(autouse=True)
def one_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = shipped()
    monkeypatch.setattr(Engine, "load", lambda *_, **__: loaded)


P07 = str(EXAMPLES / "p07.yaml")
DAY = ("--on", ON.isoformat())
COMMANDS = {
    "why": ("why", P07, "bafoeg.claim", *DAY),
    "why-not": ("why-not", P07, "bafoeg.claim", *DAY),
    "when": ("when", P07, "asylblg.analog", "bafoeg.claim", *DAY, "--until", "2030-12-31"),
    "changed": ("changed", P07, *DAY, "--then", "2027-11-22"),
    "ask": ("ask", P07, "--for", "bsk.access", *DAY),
}


@pytest.mark.parametrize("lang", texts.LANGUAGES)
@pytest.mark.parametrize("name", ["why", "why-not", "when", "changed"])
def test_each_command_speaks_and_carries_the_foot(name: str, lang: str) -> None:
    for more in ((), ("--all",)):
        done = run(*COMMANDS[name], "--lang", lang, *more)
        assert done.exit_code == 0
        assert texts.text("show.disclaimer", lang) in " ".join(done.stdout.split())
        assert not re.search(r"\bNone\b(?! of)", done.stdout)
        assert max(map(len, done.stdout.splitlines())) <= 130


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_gives_data(name: str) -> None:
    found: dict[str, Any] = json.loads(run(*COMMANDS[name], "--json").stdout)
    assert found["on"] in (ON.isoformat(), "2027-11-22")
    assert found["assumptions"]
    assert found["caveats"]


@pytest.mark.parametrize("name", ["why", "why-not", "when"])
def test_an_unknown_conclusion_gets_a_guess(name: str) -> None:
    done = run(name, P07, "bafoeg.clam", *DAY)
    assert done.exit_code == 2
    assert "bafoeg.claim" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_malformed_last_day_is_named() -> None:
    done = run("when", P07, "bafoeg.claim", *DAY, "--until", "2030-13-01")
    assert done.exit_code == 2
    assert "--until" in done.stderr


# The interview.


def test_an_interview_is_left_taken_up_again_and_ends(tmp_path: Path) -> None:
    path = tmp_path / "fall.yaml"
    first = run("ask", str(path), "--for", "bafoeg.age", *DAY, given="quatsch\n01.04.2005\nq\n")
    assert first.exit_code == 0
    assert "birth_date: 2005-04-01" in path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert texts.text("show.explain.saved", "de", file="fall.yaml") in first.stdout
    before = path.read_text(encoding="utf-8")
    again = run("ask", str(path), "--for", "bafoeg.age", *DAY)
    assert texts.text("show.explain.nothing_to_ask", "de") in again.stdout
    assert path.read_text(encoding="utf-8") == before


def test_what_is_not_known_or_does_not_apply_is_kept_and_not_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "fall.yaml"
    path.write_text("# Notiz bleibt\nstatus: duldung_60a_2_s1\n", encoding="utf-8")
    run("ask", str(path), "--for", "work.duldung.outside", *DAY, given="?\n-\nq\n")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Notiz bleibt\nstatus: duldung_60a_2_s1\n")
    assert len(re.findall("null", text)) >= 1
    first = Interview(shipped(), path, "de")
    asked = {one.fact for one in shipped().ask(first.case, ON, ["work.duldung.outside"]).questions}
    assert (
        first.next(shipped().ask(first.case, ON, ["work.duldung.outside"])) is None
        or asked - first.case.model_fields_set
    )


def test_without_a_file_nothing_is_written_and_the_case_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("ask", "--for", "bafoeg.age", *DAY, given="2005-04-01\n")
    assert "birth_date: 2005-04-01" in done.stdout
    assert not list(tmp_path.iterdir())


def test_every_kind_of_answer_is_taken() -> None:
    engine = shipped()
    talk = Interview(engine, None, "de")
    for fact, heard, value in (
        ("needy", "ja", True),
        ("needy", "nein", False),
        ("needy", "-", False),
        ("needy", "?", None),
        ("german_ladder", "2", engine.rulebook.vocabulary.facts["german_ladder"].values[1]),
        ("german_ladder", "B1", "B1"),
        ("vocational_level", "-", "none"),
        ("nationalities", "syr, afg", ("SYR", "AFG")),
        ("entry_date", "1.3.2025", dt.date(2025, 3, 1)),
        ("employment_weekly_hours", "19,5", 19.5),
        ("stay_history", "egal", None),
    ):
        talk.keep(fact, talk.value(fact, heard))
        assert getattr(talk.case, fact) == value, (fact, heard)
    assert talk.answers == 11
