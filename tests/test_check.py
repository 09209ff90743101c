"""The check of a catalogue finds each planted defect and nothing besides; the code tables are those
of the ministry."""

from __future__ import annotations

import copy
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from klappts_engine.cli import app
from klappts_engine.errors import Mistake
from klappts_engine.folders import data_folder
from klappts_engine.pathways.tables import SchoolTable
from klappts_engine.texts import LANGUAGES
from tests.shipped import shipped, with_catalogue
from tests.strategies import PATHWAYS, RULES
from tests.test_texts import filled

REGION = "rhein-kreis-neuss"
PLACE = f"regions/{REGION}.yaml"
CODES = (
    Path(__file__).parent.parent.parent / "shared" / "product" / "samples" / "nrw_school_codes.json"
)
Params = dict[str, Any]
Found = tuple[str, str | None, str | None, str]

# A step without a defect: the full-time preparation for training, made up anew.
STEP: dict[str, Any] = {
    "title": {"de": "x", "en": "x"},
    "short": {"de": "x", "en": "x"},
    "owner": "bildung",
    "body": "berufskolleg",
    "payer": ["land"],
    "requires": {"german_ladder": {"from": "A2"}, "school_level": {"to": "ESA"}},
    "age": {"from": 16},
    "facts": "school_duty_done",
    "access": "@open.door",
    "todo": [
        {
            "fact": "ba_registration",
            "value": "training_seeker",
            "kind": "act",
            "by": "person",
            "step": "supp.berufsberatung",
        },
    ],
    "outcomes": {
        "full": {"school_level": "ESA", "vocational_level": "orientation", "german_ladder": "B1"},
        "partial": [{"vocational_level": "orientation", "work_months_total": "+6"}],
        "only_if": {"partial.0": "school_duty_done"},
    },
    "months": [6, 12, 24],
    "phases": [
        {"from_month": 0, "facts": {"needy": True}},
        {"from_month": 6, "facts": {"employment_weekly_hours": 10}},
    ],
    "by_entry": {"school_level": {"none": 24, "ESA": 6}},
    "starts": [1, 12],
    "exams": [6],
    "hours": [20, 30],
    "units": [900, 1000],
    "beside": {"strands": ["ehrenamt"]},
    "uses": {"ik_hours": 10},
    "grants": {"ik_repeat_300": 1},
    "school_codes": {
        "courses": ["A12"],
        "kaoa": "AV",
        "pairs": {"full": [["ASZBK/HA9A"]], "partial": [["ASZBK/OA"]], "offramp": [["OA/OA"]]},
    },
    "instead": ["lang.bsk_b1"],
}
REASON = {"school_codes": {"reason": "x"}}

# What is changed in that step (by dotted place; None strikes it), the code of the finding, what it
# says.
STEPS: dict[str, tuple[Params, str, Params]] = {
    "leads nowhere": (
        {"outcomes": {"full": {"vocational_level": "orientation"}}, **REASON},
        "step_not_reaching",
        {},
    ),
    "lower rung": (
        {"outcomes.full.german_ladder": "A1"},
        "outcome_lowers",
        {"outcome": "full", "value": "A1", "fact": "german_ladder", "entry": "A2"},
    ),
    "lower rung at best": (
        {"outcomes.best": [{"german_ladder": "A1"}], **REASON},
        "outcome_lowers",
        {"outcome": "best.0", "value": "A1", "fact": "german_ladder", "entry": "A2"},
    ),
    "no gain on the ladder": (
        {"outcomes.partial": [{"german_ladder": "A2"}], **REASON},
        "outcome_no_gain",
        {"outcome": "partial.0"},
    ),
    "no gain by the facts": (
        {
            "facts": {"all": ["school_level == ESA", "school_duty_done"]},
            "outcomes.partial": [{"school_level": "ESA", "school_duty_done": True}],
            **REASON,
        },
        "outcome_no_gain",
        {"outcome": "partial.0"},
    ),
    "no gain at all": (
        {"outcomes.partial": [{}], **REASON},
        "outcome_no_gain",
        {"outcome": "partial.0"},
    ),
    "facts that exclude each other": (
        {"facts": {"all": ["german_ladder == A1"]}},
        "step_never_open",
        {"day": "2026-11-22"},
    ),
    "fallback to itself": ({"instead": ["itself"]}, "fallback_itself", {}),
    "fallback that asks for more": (
        {"requires.german_ladder.to": "B1", "instead": ["lang.bsk_c1"]},
        "fallback_shut",
        {"name": "lang.bsk_c1", "fact": "german_ladder"},
    ),
    "fallback that asks for less": (
        {"requires.literacy_ladder.from": "latin", "instead": ["lang.vhs_alpha"]},
        "fallback_shut",
        {"name": "lang.vhs_alpha", "fact": "literacy_ladder"},
    ),
    "fallback that has ended": (
        {"instead": ["prog.ds_f2_beruf_sprache"]},
        "step_over",
        {"field": "instead", "name": "prog.ds_f2_beruf_sprache"},
    ),
    "fallback whose dates are over": (
        {"instead": ["voc.werkstattjahr"]},
        "step_over",
        {"field": "instead", "name": "voc.werkstattjahr"},
    ),
    "helping step that has ended": (
        {"todo.0.step": "prog.ds_f1_coaching"},
        "step_over",
        {"field": "todo", "name": "prog.ds_f1_coaching"},
    ),
    "rungs": (
        {"requires.german_ladder.to": "A1"},
        "range_reversed",
        {"field": "requires.german_ladder", "low": "A2", "high": "A1"},
    ),
    "ages": (
        {"age": {"from": 26, "to": 25}},
        "range_reversed",
        {"field": "age", "low": "26", "high": "25"},
    ),
    "dates": (
        {"status": {"from": "2027-02-01", "to": "2027-01-01"}},
        "range_reversed",
        {"field": "status", "low": "2027-02-01", "high": "2027-01-01"},
    ),
    "hours": ({"hours": [30, 20]}, "range_reversed", {"field": "hours", "low": "30", "high": "20"}),
    "units": (
        {"units": [900, 800]},
        "range_reversed",
        {"field": "units", "low": "900", "high": "800"},
    ),
    "phase": (
        {"phases.0.from_month": 24},
        "months_outside",
        {"field": "phases", "month": "24", "first": "6", "last": "24"},
    ),
    "by entry": (
        {"by_entry.school_level.ESA": 5},
        "months_outside",
        {"field": "by_entry", "month": "5", "first": "6", "last": "24"},
    ),
    "rung of entry": (
        {"by_entry.school_level": {"XSA": 6}},
        "value_not_in_enum",
        {"value": "XSA", "fact": "school_level"},
    ),
    "condition of no outcome": (
        {"outcomes.only_if": {"best.0": "school_duty_done"}},
        "only_if_unknown",
        {"name": "best.0", "known": "partial.0"},
    ),
    "condition of the full outcome": (
        {"outcomes.only_if": {"full": "school_duty_done"}},
        "only_if_unknown",
        {"name": "full", "known": "partial.0"},
    ),
    "strand beside": (
        {"beside.strands": ["schach"]},
        "term_unknown",
        {"name": "schach", "kind": "strands"},
    ),
    "strand of the file": (
        {"strand": "schach"},
        "term_unknown",
        {"name": "schach", "kind": "strands"},
    ),
    "who brings it about": (
        {"todo.0.by": "agentuer"},
        "term_unknown",
        {"name": "agentuer", "kind": "bodies", "guess": "agentur"},
    ),
    "rule of access": (
        {"access": {"any": ["@open.door", "@ik.special.youth"]}},
        "rule_not_in_force",
        {"name": "ik.special.youth", "day": "2026-11-22"},
    ),
    "rule of an outcome": (
        {"outcomes.only_if": {"partial.0": "@durchstarten.f3"}},
        "rule_not_in_force",
        {"name": "durchstarten.f3", "day": "2026-11-22"},
    ),
    "rule of a to-do": (
        {"todo.0.rule": "durchstarten.f3"},
        "rule_not_in_force",
        {"name": "durchstarten.f3", "day": "2026-11-22"},
    ),
    "rule that ends before the step begins": (
        {"access": "@pfa_nrw.admission", "status": {"from": "2027-01-01"}},
        "rule_not_in_force",
        {"name": "pfa_nrw.admission", "day": "2027-01-01"},
    ),
    "granted and never used": (
        {"grants": {"ik_hour": 1}},
        "allowance_unused",
        {"name": "ik_hour", "guess": "ik_hours"},
    ),
    "used by one alone": (
        {"uses": {"ik_repeat_30": 1}},
        "allowance_alone",
        {"name": "ik_repeat_30", "guess": "ik_repeat_300"},
    ),
    "course": (
        {"school_codes.courses": ["A12", "A1Z"]},
        "code_unknown",
        {"name": "A1Z", "kind": "courses"},
    ),
    "course in spite of a reason": (
        {"school_codes.courses": ["A12", "A1Z"], "school_codes.reason": "x"},
        "code_unknown",
        {"name": "A1Z", "kind": "courses"},
    ),
    "option": (
        {"school_codes.kaoa": "AVV"},
        "code_unknown",
        {"name": "AVV", "kind": "options", "guess": "AV"},
    ),
    "pair of no course": (
        {"school_codes.pairs.offramp": [["OA/XX"]]},
        "code_unknown",
        {"name": "OA/XX", "kind": "pairs"},
    ),
    "pair of another course": (
        {"school_codes.pairs.offramp": [["OA/MSA"]]},
        "pair_not_in_table",
        {"pair": "OA/MSA", "courses": "A12"},
    ),
    "certificate of another rung": (
        {"outcomes.full.school_level": "EESA"},
        "pair_not_outcome",
        {"pair": "ASZBK/HA9A", "outcome": "full"},
    ),
    "certificate that the outcome does not give": (
        {"school_codes.pairs.partial": [["ASZBK/HA9A"]]},
        "pair_not_outcome",
        {"pair": "ASZBK/HA9A", "outcome": "partial.0"},
    ),
    "certificate that the pair does not give": (
        {"school_codes.pairs.full": [["ASZBK/OA"]]},
        "pair_not_outcome",
        {"pair": "ASZBK/OA", "outcome": "full"},
    ),
    "degree that the pair does not give": (
        {"outcomes.full.vocational_level": "degree2"},
        "pair_not_outcome",
        {"pair": "ASZBK/HA9A", "outcome": "full"},
    ),
    "pair of no outcome": (
        {"school_codes.pairs.best": [["ASZBK/OA"]]},
        "pair_not_outcome",
        {"pair": "ASZBK/OA", "outcome": "best.0"},
    ),
    "own outcome in spite of a reason": (
        {"outcomes.full.school_level": "EESA", "school_codes.reason": "x"},
        "pair_not_outcome",
        {"pair": "ASZBK/HA9A", "outcome": "full"},
    ),
    "wider door": (
        {"requires.school_level.to": "EESA"},
        "entry_differs",
        {"option": "AV", "here": "EESA", "there": "-"},
    ),
    "narrower door": (
        {"requires.school_level.to": "none"},
        "entry_differs",
        {"option": "AV", "here": "-", "there": "ESA"},
    ),
    "school without codes": ({"school_codes": None}, "codes_missing", {"field": "school_codes"}),
    "school degree without codes": (
        {
            "strand": "sprache",
            "school_codes": None,
            "during": {"training_kind": "school_vocational"},
            "outcomes": {"full": {"vocational_level": "degree2"}},
        },
        "codes_missing",
        {"field": "school_codes"},
    ),
    "certificate without codes": (
        {"strand": "sprache", "school_codes": None},
        "codes_missing",
        {"field": "school_codes"},
    ),
    "no option": ({"school_codes.kaoa": None}, "codes_missing", {"field": "school_codes.kaoa"}),
    "no pair": (
        {"school_codes.pairs": {"full": [["ASZBK/HA9A"]]}},
        "codes_missing",
        {"field": "school_codes.pairs.partial"},
    ),
    "course without pairs": (
        {"school_codes.pairs": {}, "outcomes": {"full": {"german_ladder": "B1"}}},
        "codes_missing",
        {"field": "school_codes.pairs.full"},
    ),
    "certificate without pairs": (
        {"strand": "sprache", "school_codes": {"kaoa": "AV"}},
        "codes_missing",
        {"field": "school_codes.pairs.full, school_codes.pairs.partial"},
    ),
    "school without a certificate and without codes": (
        {"school_codes": None, "outcomes": {"full": {"german_ladder": "B1"}}},
        "codes_missing",
        {"field": "school_codes"},
    ),
}

NOTE = "  {id}: {{title: {{de: x, en: x}}, state: open, region: DE, "
OFFER = "  {id}: {{provider: loc.tsk, seen: '2026', stale: false, "
GAP = "  {id}: {{text: {{de: x, en: x}}, "
GOAL = "  {id}: {{short: {{de: x, en: x}}, title: {{de: x, en: x}}, "
SOURCE = "  {id}: {{title: x, date: '2026', kind: x}}"
TERM = "  {id}: {{de: x, en: x}}"
# What is added to a file behind a line (None: at its end), the code of the finding, what it says.
FILES: dict[str, tuple[str, str | None, str, str, Params]] = {
    "goal beyond every step": (
        "goals.yaml",
        None,
        GOAL + "test: german_ladder == C2}}",
        "goal_unreachable",
        {},
    ),
    "part of a goal": (
        "goals.yaml",
        None,
        GOAL + "parts: [fur], test: german_ladder == B1}}",
        "term_unknown",
        {"name": "fur", "kind": "goals", "guess": "for"},
    ),
    "note on a step that has ended": (
        "practice.yaml",
        None,
        NOTE + "steps: [lang.ik_jugend]}}",
        "step_over",
        {"field": "steps", "name": "lang.ik_jugend"},
    ),
    "note that ends on the day": (
        "practice.yaml",
        None,
        NOTE + "steps: [lang.ik_jugend], to: 2026-11-22}}",
        "step_over",
        {"field": "steps", "name": "lang.ik_jugend"},
    ),
    "note that points to one": (
        "practice.yaml",
        None,
        NOTE + "instead: [lang.ik_jugend]}}",
        "step_over",
        {"field": "instead", "name": "lang.ik_jugend"},
    ),
    "offer": (
        PLACE,
        "offers:",
        OFFER + "steps: [lang.ik_jugend], municipalities: [neuss], state: plausible}}",
        "step_over",
        {"field": "steps", "name": "lang.ik_jugend"},
    ),
    "gap": (
        PLACE,
        "gaps:",
        GAP + "steps: [lang.ik_jugend], municipalities: [neuss]}}",
        "step_over",
        {"field": "steps", "name": "lang.ik_jugend"},
    ),
    "place of an offer": (
        PLACE,
        "offers:",
        OFFER + "steps: [], municipalities: [nuess], state: plausible}}",
        "term_unknown",
        {"name": "nuess", "kind": "municipalities", "guess": "neuss"},
    ),
    "place of a gap": (
        PLACE,
        "gaps:",
        GAP + "steps: [], municipalities: [nuess]}}",
        "term_unknown",
        {"name": "nuess", "kind": "municipalities", "guess": "neuss"},
    ),
    "source": ("sources.yaml", None, SOURCE, "source_unused", {}),
    "owner": ("terms.yaml", "owners:", TERM, "term_unused", {"kind": "owners"}),
    "body": ("terms.yaml", "bodies:", TERM, "term_unused", {"kind": "bodies"}),
    "payer": ("terms.yaml", "payers:", TERM, "term_unused", {"kind": "payers"}),
    "strand": ("terms.yaml", "strands:", TERM, "term_unused", {"kind": "strands"}),
    "rule of a livelihood": (
        "livelihood.yaml",
        None,
        "  {id}: {{options: [{{benefit: own, share: full, when: '@ik.special.youth'}}]}}",
        "rule_not_in_force",
        {"name": "ik.special.youth", "day": "2026-11-22"},
    ),
    "source of the region": (PLACE, "sources:", SOURCE, "source_unused", {}),
}
# A part of catalogue.yaml that is replaced, by what; the part that the finding names, its code,
# what it says.
HEAD: dict[str, tuple[str, str, str, str, Params]] = {
    "line of an overview": (
        "  lines:",
        "  lines:\n    schach: [schach]",
        "lines",
        "term_unknown",
        {"name": "schach", "kind": "strands"},
    ),
    "strand instead of work": (
        "  work_instead: [ehrenamt]",
        "  work_instead: [schach]",
        "work_instead",
        "term_unknown",
        {"name": "schach", "kind": "strands"},
    ),
    "rule of childcare": (
        "  childcare: childcare.ok",
        "  childcare: ik.special.youth",
        "childcare",
        "rule_not_in_force",
        {"name": "ik.special.youth", "day": "2026-11-22"},
    ),
    "rule to clarify": (
        "  clarify:",
        "  clarify:\n    - {rule: ik.special.youth}",
        "clarify",
        "rule_not_in_force",
        {"name": "ik.special.youth", "day": "2026-11-22"},
    ),
    "condition to clarify": (
        "    - {rule: rechtskreis}",
        "    - {rule: rechtskreis, when: '@durchstarten.f3'}",
        "clarify",
        "rule_not_in_force",
        {"name": "durchstarten.f3", "day": "2026-11-22"},
    ),
}

# What is no defect, in that step and beside it.
SOUND_STEPS: dict[str, Params] = {
    "unchanged": {},
    "companion": {"role": "companion", "outcomes": {"full": {}}, **REASON},
    "exit": {"role": "exit", "outcomes": {"full": {"vocational_level": "orientation"}}, **REASON},
    "recommended": {"outcomes": {"full": {"readiness_level": "school_ready"}}, **REASON},
    "door and reason": {"requires.school_level.to": "MSA", "school_codes.reason": "x"},
    "pairs and reason": {
        "school_codes.pairs": {"full": [["ASZBK/HA9A"]]},
        "school_codes.reason": "x",
    },
    "no school": {
        "strand": "sprache",
        "school_codes": None,
        "outcomes": {"full": {"german_ladder": "B1"}},
    },
    "option of no school": {
        "strand": "sprache",
        "school_codes": {"kaoa": "AV"},
        "outcomes": {"full": {"german_ladder": "B1"}},
    },
    "alone": {"uses": {"alone_one": 1}},
    "alone, too": {"uses": {"alone_two": 1}},
    "ended": {"status": {"state": "ended"}, "access": "@durchstarten.f3"},
    "over": {"status": {"to": "2026-11-21"}, "access": "@durchstarten.f3"},
    "planned": {"status": {"from": "2027-01-01"}, "access": "@pfa_bund.admission"},
    "fallback after a partial outcome": {
        "requires.literacy_ladder": {"to": "partial"},
        "outcomes.partial.0.literacy_ladder": "latin",
    },
}
SOUND_FILES: dict[str, tuple[str, str | None, str]] = {
    "note that has ended": (
        "practice.yaml",
        None,
        NOTE + "steps: [lang.ik_jugend], to: 2025-04-30}}",
    ),
    "offer that has ended": (
        PLACE,
        "offers:",
        OFFER + "steps: [lang.ik_jugend], municipalities: [neuss], state: ended}}",
    ),
}


def ids(names: Iterable[str]) -> dict[str, str]:
    """An id for each name."""
    return {name: "plant." + re.sub("[^a-z]+", "_", name) for name in names}


IDS = ids([*STEPS, *SOUND_STEPS]) | {
    name: f"{id}.beside" for name, id in ids([*FILES, *SOUND_FILES]).items()
}


@cache
def before() -> Counter[Found]:
    """The findings in the shipped catalogue."""
    return Counter(map(known, shipped().findings()))


def known(mistake: Mistake) -> Found:
    """A finding without its line, which moves with what stands above."""
    return mistake.code, mistake.file, mistake.id, str(sorted(mistake.params.items(), key=str))


def more(folder: Path) -> list[Mistake]:
    """The findings that the shipped catalogue does not have; none of its own may be gone."""
    found = with_catalogue(folder).findings()
    assert not before() - Counter(map(known, found))
    return [mistake for mistake in found if known(mistake) not in before()]


def plant(folder: Path, id: str, changes: Params) -> None:
    """Writes the sound step with these changes into a file of its strand, on one line."""
    step = copy.deepcopy(STEP)
    strand = changes.get("strand", "schule")
    for place, value in changes.items():
        *path, last = [int(part) if part.isdigit() else part for part in place.split(".")]
        at: Any = step
        for part in path:
            at = at[part] if isinstance(part, int) else at.setdefault(part, {})
        if value is None:
            del at[last]
        elif place != "strand":
            at[last] = value
    file = folder / "steps" / f"planted_{strand}.yaml"
    text = file.read_text(encoding="utf-8") if file.exists() else f"strand: {strand}\nsteps:\n"
    file.write_text(text + f"  {id}: {json.dumps(step)}\n", encoding="utf-8")


def append(folder: Path, file: str, after: str | None, text: str) -> None:
    """Adds a line at the end of a file, or behind the line `after`."""
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    at = len(lines) if after is None else lines.index(after) + 1
    (folder / file).write_text("\n".join([*lines[:at], text, *lines[at:]]) + "\n", encoding="utf-8")


def line_of(folder: Path, file: str, id: str) -> int:
    """The line on which a planted entry stands."""
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(f"  {id}:"))


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Mistake]]:
    """A copy of the shipped catalogue with everything above planted in it, and the findings that it
    has more."""
    folder = Path(
        shutil.copytree(data_folder("pathways"), tmp_path_factory.mktemp("planted") / "pathways")
    )
    for name, changes in {
        **{name: changes for name, (changes, _, _) in STEPS.items()},
        **SOUND_STEPS,
    }.items():
        own = [
            IDS[name] if other == "itself" else other
            for other in changes.get("instead", STEP["instead"])
        ]
        plant(folder, IDS[name], {**changes, "instead": own})
    for name, (file, after, text) in {
        **{name: one[:3] for name, one in FILES.items()},
        **SOUND_FILES,
    }.items():
        append(folder, file, after, text.format(id=IDS[name]))
    head = folder / "catalogue.yaml"
    for old, new, *_ in HEAD.values():
        text = head.read_text(encoding="utf-8")
        assert text.count(old + "\n") == 1
        head.write_text(text.replace(old + "\n", new + "\n"), encoding="utf-8")
    return folder, more(folder)


def says_all(found: Mistake, says: Params) -> bool:
    """Whether a finding has these parameters, and both languages tell them."""
    german, english = found.text("de"), found.text("en")
    told = all(value in german and value in english for value in says.values())
    return (
        told
        and german != english
        and says.items() <= {name: str(value) for name, value in found.params.items()}.items()
    )


@pytest.mark.parametrize("name", STEPS)
def test_a_defect_of_a_step_is_found_once_and_where_it_stands(
    name: str, planted: tuple[Path, list[Mistake]]
) -> None:
    folder, mistakes = planted
    changes, code, says = STEPS[name]
    file, id = f"steps/planted_{changes.get('strand', 'schule')}.yaml", IDS[name]
    found = [mistake for mistake in mistakes if mistake.id == id]
    assert [(one.code, one.file, one.line) for one in found] == [
        (code, file, line_of(folder, file, id))
    ]
    assert says_all(found[0], says)


@pytest.mark.parametrize("name", FILES)
def test_a_defect_beside_the_steps_is_found_once_and_where_it_stands(
    name: str, planted: tuple[Path, list[Mistake]]
) -> None:
    folder, mistakes = planted
    file, after, _, code, says = FILES[name]
    found = [mistake for mistake in mistakes if mistake.id == IDS[name]]
    line = None if (file, after) == (PLACE, "sources:") else line_of(folder, file, IDS[name])
    assert [(one.code, one.file, one.line) for one in found] == [(code, file, line)]
    assert says_all(found[0], says)


@pytest.mark.parametrize("name", HEAD)
def test_a_defect_of_the_head_is_found_once(name: str, planted: tuple[Path, list[Mistake]]) -> None:
    *_, part, code, says = HEAD[name]
    found = [mistake for mistake in planted[1] if mistake.id == part and says_all(mistake, says)]
    assert [(one.code, one.file, one.line) for one in found] == [(code, "catalogue.yaml", None)]


def test_nothing_is_found_but_the_defects(planted: tuple[Path, list[Mistake]]) -> None:
    defects = [IDS[name] for name in (*STEPS, *FILES)] + [
        part for _, _, part, _, _ in HEAD.values()
    ]
    assert Counter(mistake.id for mistake in planted[1]) == Counter(defects)


def test_every_finding_that_there_is_has_a_defect_planted() -> None:
    codes = {
        code.removeprefix("mistake.")
        for where, code, _ in filled()
        if where.startswith("pathways/check.py")
    }
    planted = {code for _, code, _ in STEPS.values()} | {
        code for *_, code, _ in (*FILES.values(), *HEAD.values())
    }
    assert codes == planted


# The code tables.


def table() -> SchoolTable:
    found = shipped().catalogue.school_codes
    assert found is not None
    return found


def test_without_code_tables_the_schools_are_not_checked(folder: Path) -> None:
    (folder / "school_codes.yaml").unlink()
    plant(folder, "plant.x", {"school_codes": None})
    engine = with_catalogue(folder)
    assert engine.catalogue.school_codes is None
    assert engine.check().edges == 0
    assert [mistake.text() for mistake in engine.findings() if known(mistake) not in before()] == []


def test_every_pair_and_every_way_in_is_counted(folder: Path) -> None:
    """The sound step has three pairs, and none and ESA as ways in here and there; one more way in
    if its door is wider."""
    done = shipped().check()
    catalogue = shipped().catalogue
    assert (done.steps, done.goals, done.findings) == (
        len(catalogue.steps),
        len(catalogue.goals),
        tuple(shipped().findings()),
    )
    plant(folder, "plant.x", {})
    assert with_catalogue(folder).check().edges == done.edges + 5
    plant(
        folder,
        "plant.y",
        {"requires.school_level": {"from": "ESA", "to": "EESA"}, "school_codes.reason": "x"},
    )
    assert with_catalogue(folder).check().edges == done.edges + 5 + 6


@cache
def ministry() -> Any:
    if not CODES.exists():
        pytest.skip(
            "the extract of the ministry's code lists lies beside the checkout, "
            "in ../shared, and is not here"
        )
    return json.loads(CODES.read_text(encoding="utf-8"))


def test_courses_and_options_are_those_of_the_ministry() -> None:
    courses = {one["code"]: one["attainable"] for one in ministry()["bildungsgaenge"]}
    assert courses == {code: list(pairs) for code, pairs in table().courses.items()}
    entered = {
        one["code"]: set(one["entry"]) & set(table().entries)
        for one in ministry()["anschlussoptionen"]
    }
    assert entered == {code: set(names) for code, names in table().options.items()}


def test_old_names_of_certificates_stand_for_the_rungs_of_the_new_ones() -> None:
    degrees = ministry()["general_degrees"]
    new = {one["stat_key"]: one["code"] for one in degrees if one["to_school_year"] is None}
    old = {
        one["code"]: new[one["stat_key"]] for one in degrees if one["to_school_year"] is not None
    }
    renamed = {name: rung for name, rung in table().certificates.items() if name in old}
    assert set(renamed) == {"HA9A", "HA9_FOE", "HA10"}
    for name, rung in renamed.items():
        assert rung in (old[name], old[name].removesuffix("_FOE"), old[name].removesuffix("A"))
    assert set(table().certificates) <= {one["code"] for one in degrees}
    assert set(table().degrees) <= {one["code"] for one in ministry()["vocational_degrees"]}
    assert set(table().entries) <= set(ministry()["entry_legend"])


def test_the_tables_name_the_day_of_their_source() -> None:
    commit, day = ministry()["head"].split()
    source = str(shipped().catalogue.sources[table().source].date)
    assert day in source
    assert commit[:7] in source


# The command.


def run(*options: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(app, ["pathways", "check", *options])
    assert result.stderr == ""
    return result.exit_code, result.stdout.splitlines()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command_prints_every_finding_and_ends_with_one(lang: str, folder: Path) -> None:
    plant(folder, "plant.x", {"school_codes": None, "hours": [30, 20]})
    code, lines = run("--pathways", str(folder), "--lang", lang)
    done = with_catalogue(folder).check()
    assert code == 1
    assert lines[:-1] == [mistake.text(lang) for mistake in done.findings]
    for number in (done.steps, done.goals, done.rules, done.edges, len(done.findings)):
        assert str(number) in lines[-1]


def test_the_command_ends_with_nought_where_nothing_is_found() -> None:
    code, lines = run(
        "--rules", str(RULES), "--pathways", str(PATHWAYS), "--region", "nordinsel", "--lang", "en"
    )
    assert (code, lines) == (
        0,
        ["Catalogue checked: 5 steps, 2 goals, 7 rules asked, 0 school edges; findings: 0."],
    )
