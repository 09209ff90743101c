"""Mistakes planted in a copy of the pathways folder, and the layers beside the law: practice and
place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from klappts_engine import DataError, StepState
from klappts_engine.facts.case import Case
from klappts_engine.folders import data_folder
from klappts_engine.pathways.catalogue import Region
from klappts_engine.pathways.practice import place
from klappts_engine.pathways.region import Gap, Institution, Offer
from klappts_engine.pathways.steps import Late, Step
from klappts_engine.validation import Text
from tests.shipped import shipped, with_catalogue

ON = dt.date(2026, 11, 22)
REGION = "rhein-kreis-neuss"
T = Text(de="x", en="x")
Mistakes = set[tuple[str, str | None, int | None, str | None]]


def refused(folder: Path) -> Mistakes:
    """Code, file, line and id of every mistake in a catalogue."""
    with pytest.raises(DataError) as caught:
        with_catalogue(folder)
    for mistake in caught.value.mistakes:
        assert mistake.text("de") != mistake.text("en")
    return {
        (mistake.code, mistake.file, mistake.line, mistake.id) for mistake in caught.value.mistakes
    }


STEP = """\
  plant.{id}:
    title: {{de: x, en: x}}
    short: {{de: x, en: x}}
    owner: {owner}
    body: {body}
    payer: [{payer}]
    requires: {{{requires}}}
    facts: {facts}
    access: {access}
    livelihood: {livelihood}
    outcomes: {{full: {{{full}}}}}
    months: {months}
    instead: [{instead}]
    beside: {{steps: [{beside}]}}
    within: [{within}]
    todo: [{todo}]
    sources: [{sources}]
"""
SOUND = {
    "requires": "german_ladder: {from: A1}",
    "facts": "school_duty_done",
    "access": '"@open.door"',
    "full": "german_ladder: A2",
    "months": "[1, 2, 3]",
    "instead": "",
    "beside": "",
    "within": "",
    "todo": "",
    "sources": "",
}


def sound() -> dict[str, str]:
    """The parts of a step without a defect, with names that the shipped catalogue knows."""
    terms = shipped().catalogue.terms
    named = {
        part: next(iter(terms[kind]))
        for part, kind in (("owner", "owners"), ("body", "bodies"), ("payer", "payers"))
    }
    return {**SOUND, **named, "livelihood": shipped().catalogue.head.search.idle}


def plant(
    folder: Path, steps: dict[str, dict[str, str]], file: str = "planted.yaml"
) -> dict[str, int]:
    """Writes a strand file with steps that are sound but for the given parts; the line of each."""
    lines = "strand: sprache\nsteps:\n" + "".join(
        STEP.format(id=id, **{**sound(), **parts}) for id, parts in steps.items()
    )
    (folder / "steps" / file).write_text(lines, encoding="utf-8")
    return {id: 3 + number * STEP.count("\n") for number, id in enumerate(steps)}


def append(folder: Path, file: str, text: str, after: str | None = None) -> int:
    """Adds an entry at the end of a file, or behind the line `after`; its line."""
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines()
    at = len(lines) if after is None else lines.index(after) + 1
    path.write_text("\n".join([*lines[:at], text, *lines[at:]]) + "\n", encoding="utf-8")
    return at + 1


# One defect a step, found when the catalogue is held against itself and the rulebook.
DEFECTS: dict[str, tuple[dict[str, str], str]] = {
    "instead": ({"instead": "lang.bsk_a3"}, "step_unknown"),
    "instead_no_step": (
        {"instead": "po.bamf_44_4"},
        "step_unknown",
    ),  # an id, but that of a practice note
    "beside": ({"beside": "lang.bsk_a3"}, "step_unknown"),
    "within": ({"within": "lang.bsk_a3"}, "step_unknown"),
    "profile": ({"livelihood": "kurs"}, "profile_unknown"),
    "source": ({"sources": "intvv"}, "source_unknown"),
    "owner": ({"owner": "sport"}, "term_unknown"),
    "body": ({"body": "sport"}, "term_unknown"),
    "payer": ({"payer": "sport"}, "term_unknown"),
    "ladder": ({"requires": "needy: {from: A1}"}, "ladder_unknown"),
    "rung": ({"requires": "german_ladder: {from: D9}"}, "value_not_in_enum"),
    "upper_rung": ({"requires": "german_ladder: {from: A1, to: D9}"}, "value_not_in_enum"),
    "outcome_fact": ({"full": "german_laddr: A2"}, "fact_unknown"),
    "outcome_value": ({"full": "german_ladder: D9"}, "value_type"),
    "outcome_type": ({"full": "needy: ja"}, "value_type"),
    "outcome_number": ({"full": 'work_months_total: "+x"'}, "value_type"),
    "status": ({"full": "status: duldung_60a_2_s1"}, "value_type"),
    "todo_fact": (
        {"todo": "{fact: ba_consnt, value: true, kind: act, by: person}"},
        "fact_unknown",
    ),
    "todo_step": (
        {"todo": "{fact: ba_consent, value: true, kind: act, by: person, step: supp.x}"},
        "step_unknown",
    ),
    "todo_rule": (
        {"todo": "{fact: ba_consent, value: true, kind: act, by: person, rule: ba.x}"},
        "rule_unknown",
    ),
    "todo_unless": (
        {"todo": "{fact: ba_consent, value: true, kind: act, by: person, unless: ba.x}"},
        "rule_unknown",
    ),
}
# One defect a step in its conditions.
CONDITIONS: dict[str, tuple[dict[str, str], str]] = {
    "rule": ({"access": '"@bsk.acces"'}, "rule_unknown"),
    "fact": ({"facts": "school_duty_dne"}, "fact_unknown"),
    "value": ({"facts": "german_ladder in [D9]"}, "value_not_in_enum"),
    "leaf": ({"facts": "'german ladder = A1'"}, "leaf_malformed"),
    "node": ({"facts": "{beide: [needy]}"}, "node_malformed"),
    "type": ({"facts": "german_ladder"}, "leaf_not_bool"),
}
# One defect a step in its form.
FORMS: dict[str, tuple[dict[str, str], str]] = {
    "order": ({"months": "[3, 2, 1]"}, "months_order"),
    "zero": ({"months": "[-1, 2, 3]"}, "months_order"),
    "short": ({"months": "[1, 2]"}, "field_missing"),
    "kind": ({"todo": "{fact: ba_consent, value: true, kind: hope, by: person}"}, "field_value"),
    "field": ({"sources": "]\n    farbe: [rot"}, "field_unknown"),
}


def expected(
    defects: dict[str, tuple[dict[str, str], str]], lines: dict[str, int]
) -> set[tuple[str, str, str]]:
    return {
        (code, "steps/planted.yaml", f"plant.{id}")
        for id, (_, code) in defects.items()
        if id in lines
    }


@pytest.mark.parametrize(
    "defects", [DEFECTS, CONDITIONS, FORMS], ids=["names and values", "conditions", "form"]
)
def test_all_defects_of_a_kind_are_reported_at_once(
    defects: dict[str, tuple[dict[str, str], str]], folder: Path
) -> None:
    lines = plant(folder, {id: parts for id, (parts, _) in defects.items()})
    found = refused(folder)
    assert {(code, file, id) for code, file, _, id in found} == expected(defects, lines)
    for _, _, line, id in found:
        first = lines[str(id).removeprefix("plant.")]
        assert line is not None
        assert first <= line < first + STEP.count("\n") + 1


def test_defects_of_every_kind_are_reported_at_once(folder: Path) -> None:
    defects = {**DEFECTS, **CONDITIONS, **FORMS}
    lines = plant(folder, {id: parts for id, (parts, _) in defects.items()})
    assert {(code, file, id) for code, file, _, id in refused(folder)} == expected(defects, lines)


def test_defects_of_every_file_are_reported_at_once(folder: Path) -> None:
    region = f"regions/{REGION}.yaml"
    practice = """  po.x:
    {title: {de: x, en: x}, rules: [bsk.x], steps: [lang.x], state: open, region: DE, sources: [x], instead: [x]}"""
    of = """  of.x:
    {steps: [lang.x], provider: loc.x, municipalities: [neuss], state: confirmed, seen: '2026', stale: false}"""
    at = {
        "po.x": append(folder, "practice.yaml", practice),
        "px": append(
            folder,
            "livelihood.yaml",
            "  px: {options: [{benefit: lotto, share: full, when: needy}]}",
        ),
        "of.x": append(folder, region, of, "offers:"),
        "gap.x": append(
            folder,
            region,
            "  gap.x: {steps: [lang.x], municipalities: [neuss], text: {de: x, en: x}}",
            "gaps:",
        ),
    }
    at["of.x"] += at["of.x"] > at["gap.x"]
    assert refused(folder) == {
        ("rule_unknown", "practice.yaml", at["po.x"], "po.x"),
        ("step_unknown", "practice.yaml", at["po.x"], "po.x"),
        ("source_unknown", "practice.yaml", at["po.x"], "po.x"),
        ("term_unknown", "livelihood.yaml", at["px"], "px"),
        ("step_unknown", region, at["of.x"], "of.x"),
        ("term_unknown", region, at["of.x"], "of.x"),
        ("step_unknown", region, at["gap.x"], "gap.x"),
    }


def test_a_wrong_goal_is_reported(folder: Path) -> None:
    line = append(
        folder,
        "goals.yaml",
        "  gx: {short: {de: x, en: x}, title: {de: x, en: x}, test: 'school_level in [ABITUR]'}",
    )
    assert refused(folder) == {("value_not_in_enum", "goals.yaml", line, "gx")}


def test_a_wrong_assumption_is_reported(folder: Path) -> None:
    sets = "  sx: {title: {de: x, en: x}, meaning: {de: x, en: x}, facts: {needy: ja, nix: 1}}"
    line = append(folder, "assumption_sets.yaml", sets)
    assert refused(folder) == {
        ("expected.bool", "assumption_sets.yaml", line, "sx"),
        ("field_unknown", "assumption_sets.yaml", line, "sx"),
    }


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("source: N_SVWS", "source: N_SWVS", "source_unknown"),
        ("strands: [schule]", "strands: [schulen]", "term_unknown"),
        ("school: school_level", "school: school_levl", "fact_unknown"),
        ("vocational: vocational_level", "vocational: training_kind", "ladder_unknown"),
        ("HA10: EESA, MSA: MSA,", "HA10: HA10, MSA: MSA,", "value_not_in_enum"),
        ("BAB: [degree2, degree3]", "BAB: [degree2, degree4]", "value_not_in_enum"),
        ("FOR_Q: MSA_Q", "FOR_Q: FOR_Q", "value_not_in_enum"),
        ("school_vocational, care_pflbg", "school_vocational, care", "value_not_in_enum"),
        ("options:", "choices:", "field_unknown"),
    ],
)
def test_a_wrong_name_in_the_code_tables_is_reported(
    old: str, new: str, code: str, folder: Path
) -> None:
    path = folder / "school_codes.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert code in {found for found, file, _, _ in refused(folder) if file == "school_codes.yaml"}


def test_a_name_like_no_other_gets_no_suggestion(folder: Path) -> None:
    plant(folder, {"a": {"instead": "zzzzzzzz", "access": '"@qqqqqqqq"'}})
    with pytest.raises(DataError) as caught:
        with_catalogue(folder)
    assert "None" not in caught.value.text("de") + caught.value.text("en")


def test_the_same_step_in_two_files_is_reported(folder: Path) -> None:
    plant(folder, {"a": {}})
    lines = plant(folder, {"b": {}, "a": {}}, "planted_again.yaml")
    assert refused(folder) == {("id_twice", "steps/planted_again.yaml", lines["a"], "plant.a")}


def test_files_that_are_missing_or_broken_are_reported_together(folder: Path) -> None:
    (folder / "terms.yaml").unlink()
    (folder / "goals.yaml").write_text("- x\n")
    (folder / "practice.yaml").write_text("praxis: {}\n")
    (folder / "livelihood.yaml").write_text("benefits: {}\nprofiles: &a {}\n")
    (folder / "steps" / "sprache.yaml").write_text("strand: sprache\nsteps: [\n")
    found = {(code, file) for code, file, _, _ in refused(folder)}
    assert found == {
        ("file_missing", "terms.yaml"),
        ("not_a_mapping", "goals.yaml"),
        ("section_missing", "practice.yaml"),
        ("yaml_alias", "livelihood.yaml"),
        ("yaml_syntax", "steps/sprache.yaml"),
    }


def test_a_sound_step_is_accepted_and_can_be_asked(folder: Path) -> None:
    plant(folder, {"good": {}})
    assert "plant.good" in with_catalogue(folder).steps(shipped().case(german_ladder="A1"), ON)


# Practice: what administrations do, in a region and from a day to a day.

NOTE = "  po.plant: {{title: {{de: x, en: x}}, {what}, state: {state}, from: 2026-03-10, to: 2026-05-09, region: {region}}}"
DAYS = {
    dt.date(2026, 3, 9): False,
    dt.date(2026, 3, 10): True,
    dt.date(2026, 4, 1): True,
    dt.date(2026, 5, 9): True,
    dt.date(2026, 5, 10): False,
}


def p07() -> Case:
    return shipped().read_case(data_folder("rules").parent / "examples" / "p07.yaml")


@pytest.mark.parametrize("what", ["rules: [open.door]", "steps: [ehr.engagement]"])
def test_a_suspended_note_shuts_its_door_in_its_dates_and_nowhere_else(
    what: str, folder: Path
) -> None:
    append(folder, "practice.yaml", NOTE.format(what=what, state="suspended", region="DE-NW"))
    engine = with_catalogue(folder)
    for day, shut in DAYS.items():
        state = engine.steps(p07(), day)["ehr.engagement"]
        assert (state.answer, state.practice.state) == (
            ("fails", "suspended") if shut else ("holds", "open")
        ), day
        assert [reason.what for reason in state.reasons] == (["po.plant"] if shut else [])
        assert [reason.kind for reason in state.reasons] == (["practice"] if shut else [])


@pytest.mark.parametrize("region", ["DE-BY", "Neuss", "de-nw"])
def test_a_note_of_another_region_shuts_nothing(region: str, folder: Path) -> None:
    append(
        folder,
        "practice.yaml",
        NOTE.format(what="rules: [open.door]", state="suspended", region=region),
    )
    state = with_catalogue(folder).steps(p07(), dt.date(2026, 4, 1))["ehr.engagement"]
    assert (state.answer, state.practice.state, state.practice.notes) == ("holds", "open", ())


@pytest.mark.parametrize("state", ["open", "waitlist", "quota", "unknown"])
def test_a_note_that_does_not_suspend_leaves_the_door_as_the_law_has_it(
    state: str, folder: Path
) -> None:
    append(
        folder, "practice.yaml", NOTE.format(what="rules: [open.door]", state=state, region="DE")
    )
    found = with_catalogue(folder).steps(p07(), dt.date(2026, 4, 1))["ehr.engagement"]
    assert (found.answer, found.practice.state, found.practice.notes) == (
        "holds",
        state,
        ("po.plant",),
    )


def test_of_several_notes_the_least_open_state_counts(folder: Path) -> None:
    for number, state in enumerate(("open", "quota", "waitlist")):
        text = NOTE.format(what="steps: [ehr.engagement]", state=state, region="DE").replace(
            "po.plant", f"po.plant{number}"
        )
        append(folder, "practice.yaml", text)
    found = with_catalogue(folder).steps(p07(), dt.date(2026, 4, 1))["ehr.engagement"]
    assert found.practice.state == "quota"
    assert found.practice.notes == ("po.plant0", "po.plant1", "po.plant2")


def test_practice_never_changes_a_conclusion_of_the_law(folder: Path) -> None:
    append(
        folder,
        "practice.yaml",
        NOTE.format(what="rules: [open.door, bsk.access]", state="suspended", region="DE"),
    )
    day = dt.date(2026, 4, 1)
    assert with_catalogue(folder).assess(p07(), day) == shipped().assess(p07(), day)


# Place: what exists, and how sure that is.


def offer(
    state: str = "confirmed",
    stale: bool = False,
    steps: tuple[str, ...] = ("s",),
    towns: tuple[str, ...] = ("a",),
) -> Offer:
    return Offer.model_validate(
        {
            "steps": steps,
            "provider": "loc",
            "municipalities": towns,
            "state": state,
            "seen": "2026-11",
            "stale": stale,
        }
    )


def region(offers: Iterable[Offer], gaps: Iterable[Gap] = ()) -> Region:
    towns = {"a": "Astadt", "b": "Bedorf"}
    return Region(
        "here",
        T,
        ("X",),
        towns,
        {},
        {"loc": Institution(name="Haus")},
        {f"of{number}": one for number, one in enumerate(offers)},
        {f"gap{number}": one for number, one in enumerate(gaps)},
    )


GAP = Gap(steps=("s",), municipalities=("a",), text=T)
OPEN, NO_GAPS = [offer()], list[Gap]()


@pytest.mark.parametrize(
    ("offers", "gaps", "town", "entitled", "verdict"),
    [
        (OPEN, NO_GAPS, "Astadt", True, "entitled_and_available"),
        (OPEN, NO_GAPS, None, True, "entitled_and_available"),
        (OPEN, [GAP], "Astadt", True, "entitled_and_available"),
        (OPEN, NO_GAPS, "Astadt", False, "available_not_entitled"),
        (OPEN, NO_GAPS, "Astadt", None, "unknown"),
        (OPEN, NO_GAPS, "Bedorf", True, "unknown"),
        (OPEN, NO_GAPS, "Cehausen", True, "unknown"),
        ([], [GAP], "Astadt", True, "entitled_gap"),
        ([], [GAP], None, True, "entitled_gap"),
        ([offer("plausible")], [GAP], "Astadt", True, "entitled_gap"),
        ([], [GAP], "Astadt", False, "unknown"),
        ([], [GAP], "Astadt", None, "unknown"),
        ([], [GAP], "Bedorf", True, "unknown"),
        ([], NO_GAPS, "Astadt", True, "unknown"),
        ([offer(steps=("t",))], NO_GAPS, "Astadt", True, "unknown"),
        ([offer(stale=True)], NO_GAPS, "Astadt", True, "unknown"),
        ([offer("ended")], NO_GAPS, "Astadt", True, "unknown"),
    ],
)
def test_law_and_place_together(
    offers: list[Offer], gaps: list[Gap], town: str | None, entitled: bool | None, verdict: str
) -> None:
    assert place(region(offers, gaps), "s", town, entitled).verdict == verdict


_offers = st.lists(
    st.builds(
        offer,
        st.sampled_from(["confirmed", "plausible", "unverified", "unknown", "ended"]),
        st.booleans(),
        st.sampled_from([("s",), ("t",), ("s", "t")]),
        st.sampled_from([("a",), ("b",), ("a", "b"), ()]),
    ),
    max_size=4,
)
_towns = st.sampled_from([None, "Astadt", "Bedorf", "Cehausen"])


@settings(max_examples=200)
@given(_offers, st.lists(st.just(GAP), max_size=1), _towns, st.sampled_from([True, False, None]))
def test_an_offer_is_available_only_if_confirmed_fresh_and_near(
    offers: list[Offer], gaps: list[Gap], town: str | None, entitled: bool | None
) -> None:
    found = place(region(offers, gaps), "s", town, entitled)
    near = {None: {"a", "b"}, "Astadt": {"a"}, "Bedorf": {"b"}, "Cehausen": set[str]()}[town]
    sure = any(
        one.state == "confirmed"
        and not one.stale
        and "s" in one.steps
        and near & set(one.municipalities)
        for one in offers
    )
    assert (found.verdict in ("entitled_and_available", "available_not_entitled")) == (
        sure and entitled is not None
    )
    assert found.verdict != "entitled_and_available" or entitled
    assert found.verdict != "available_not_entitled" or entitled is False
    assert found.verdict != "entitled_gap" or (entitled and gaps)
    assert all(one.state != "ended" for one in found.offers)


PLANTED = """  of.plant:
    {{steps: [{step}], provider: loc.tsk, municipalities: [{town}], state: {state}, seen: '2026-11', stale: {stale}}}"""


def stands(folder: Path, **parts: str) -> Callable[[str], StepState]:
    """The steps of p07 when an offer is planted in the region."""
    text = PLANTED.format(
        **{
            "step": "lang.bsk_a2, lang.bsk_b1",
            "town": "neuss",
            "state": "confirmed",
            "stale": "false",
            **parts,
        }
    )
    append(folder, f"regions/{REGION}.yaml", text, "offers:")
    return with_catalogue(folder).steps(p07(), ON).__getitem__


def test_a_step_says_all_four_verdicts(folder: Path) -> None:
    before = shipped().steps(p07(), ON)
    step = stands(folder)
    assert (step("lang.bsk_a2").answer, step("lang.bsk_a2").offer.verdict) == (
        "holds",
        "entitled_and_available",
    )
    assert (step("lang.bsk_b1").answer, step("lang.bsk_b1").offer.verdict) == (
        "fails",
        "available_not_entitled",
    )
    assert before["lang.bsk_a2"].offer.verdict == "entitled_gap"
    assert before["ehr.engagement"].offer.verdict == "unknown"


@pytest.mark.parametrize(
    "parts", [{"stale": "true"}, {"state": "plausible"}, {"town": "dormagen"}, {"state": "ended"}]
)
def test_an_offer_that_is_old_unsure_or_elsewhere_does_not_close_a_gap(
    parts: dict[str, str], folder: Path
) -> None:
    assert stands(folder, **parts)("lang.bsk_a2").offer.verdict == "entitled_gap"


def test_no_shipped_offer_counts_as_available_unless_it_is_confirmed_and_fresh() -> None:
    offers = shipped().catalogue.region.offers
    assert offers
    for one in offers.values():
        assert one.seen is None or re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", one.seen)
        if one.stale or one.state != "confirmed":
            for id in one.steps:
                others = [
                    other for other in offers.values() if id in other.steps and other is not one
                ]
                alone = not any(other.state == "confirmed" and not other.stale for other in others)
                assert not alone or shipped().steps(p07(), ON)[id].offer.verdict not in (
                    "entitled_and_available",
                    "available_not_entitled",
                )


@pytest.mark.parametrize(
    ("windows", "sound"),
    [
        ({}, True),
        ({"starts": "usual", "apply_by": "last", "lead": "legal"}, True),
        ({"late": [{"months": [10]}]}, True),
        ({"late": [{"months": [8]}]}, False),
        ({"late": [{"months": []}]}, False),
        ({"starts": "mostly"}, False),
    ],
)
def test_windows_say_what_a_start_is_worth(windows: dict[str, Any], sound: bool) -> None:
    raw = shipped().catalogue.steps["sch.av_vz"].model_dump(by_alias=True)
    raw |= {"lead_months": 1, "windows": windows}
    if sound:
        assert Step.model_validate(raw).windows.late == tuple(
            Late(**late) for late in windows.get("late", ())
        )
    else:
        with pytest.raises(ValidationError):
            Step.model_validate(raw)


@pytest.mark.parametrize("said", ["starts", "apply_by", "lead"])
def test_no_window_is_said_of_what_a_step_does_not_have(said: str) -> None:
    raw = shipped().catalogue.steps["sch.av_vz"].model_dump(by_alias=True)
    raw |= {"starts": (), "apply_by": None, "lead_months": 0, "windows": {said: "usual"}}
    with pytest.raises(ValidationError, match="windows_without"):
        Step.model_validate(raw)
