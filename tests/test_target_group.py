"""The target group of the notice: who belongs to it and when, and that nothing else in rules and
catalogue asks for it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klappts_engine import Case
from klappts_engine.rules.expressions import references
from klappts_engine.rules.rulebook import references_of
from tests.shipped import shipped

EXAMPLES = Path(__file__).parent.parent / "examples"
ON = dt.date(2026, 11, 22)
DURING = [dt.date(2019, 6, 1), dt.date(2022, 12, 31)]
AFTER = [dt.date(2023, 1, 1), ON]
STATUSES = [
    "duldung_60a_2_s1",
    "duldung_60b",
    "aufenthaltsgestattung",
    "asylgesuch",
    "ae_25_2_gfk",
    "ae_25_3",
    "ne",
    "deutsch",
    "vollziehbar_ausreisepflichtig",
]
GROUP = {"gk.need", "gk.target_group", "gk.extra_measures"}
WHO: dict[str, list[Any]] = {
    "age_years": [17, 18, 27, 28],
    "no_education_or_training_chance": [True, False, None],
    "education_success_at_risk": [True, False, None],
    "refugee_background": [True, False, None],
}


def answers(on: dt.date, **facts: Any) -> dict[str, str]:
    """The answers of the three conclusions for a case that tells these facts and nothing else."""
    found = shipped().assess(shipped().case(**facts), on, sorted(GROUP))
    return {id: conclusion.answer for id, conclusion in found.conclusions.items()}


def expected(age_years: int, **signs: bool | None) -> str:
    """The notice by hand: 18 to 27, come as a refugee, a chance lacking or success at risk."""
    chance, risk = signs["no_education_or_training_chance"], signs["education_success_at_risk"]
    either = True if True in (chance, risk) else None if None in (chance, risk) else False
    parts = [18 <= age_years <= 27, signs["refugee_background"], either]
    return "fails" if False in parts else "unknown" if None in parts else "holds"


@settings(max_examples=300)
@given(
    st.fixed_dictionaries({fact: st.sampled_from(values) for fact, values in WHO.items()}),
    st.sampled_from(STATUSES),
)
def test_the_group_is_that_of_the_notice_whatever_the_status(
    who: dict[str, Any], status: str
) -> None:
    for on in (*DURING, *AFTER):
        found = answers(on, status=status, **who)
        assert found["gk.need"] == expected(**who)
        assert found["gk.target_group"] == (expected(**who) if on in DURING else "fails")
        assert found["gk.extra_measures"] == found["gk.target_group"]


@pytest.mark.parametrize("status", [*STATUSES, None])
@pytest.mark.parametrize(("age", "inside"), [(17, False), (18, True), (27, True), (28, False)])
@pytest.mark.parametrize("endangered", [True, False])
def test_both_borders_of_age_with_and_without_endangered_success(
    status: str | None, age: int, inside: bool, endangered: bool
) -> None:
    who = {"age_years": age, "refugee_background": True, "no_education_or_training_chance": False}
    for on in (*DURING, *AFTER):
        found = answers(on, status=status, education_success_at_risk=endangered, **who)
        assert (found["gk.need"] == "holds") is (inside and endangered)
        assert (found["gk.target_group"] == "holds") is (inside and endangered and on in DURING)
        assert "unknown" not in found.values()


def test_a_birthday_opens_and_ends_it() -> None:
    case = shipped().case(
        birth_date=dt.date(2001, 3, 10), refugee_background=True, education_success_at_risk=True
    )
    found = (
        shipped()
        .timeline(case, ["gk.need"], until=dt.date(2030, 1, 1), on=dt.date(2019, 1, 1))
        .stretches["gk.need"]
    )
    assert [(one.from_, one.answer) for one in found] == [
        (dt.date(2019, 1, 1), "fails"),
        (dt.date(2019, 3, 10), "holds"),
        (dt.date(2029, 3, 10), "fails"),
    ]


def test_the_programme_ends_where_the_need_goes_on() -> None:
    case = shipped().case(
        birth_date=dt.date(2004, 3, 10),
        refugee_background=True,
        no_education_or_training_chance=True,
    )
    found = shipped().timeline(case, sorted(GROUP), until=ON, on=dt.date(2022, 12, 1)).stretches
    assert [(one.from_, one.answer) for one in found["gk.need"]] == [
        (dt.date(2022, 12, 1), "holds")
    ]
    for id in GROUP - {"gk.need"}:
        assert [(one.from_, one.answer) for one in found[id]][-1] == (dt.date(2023, 1, 1), "fails")


def test_those_with_sgb_ii_are_not_shut_out_of_the_extra_measures_but_it_is_an_open_question() -> (
    None
):
    who = {
        "age_years": 20,
        "refugee_background": True,
        "education_success_at_risk": True,
        "assumptions": ("regelfall",),
    }
    strengths = {
        status: shipped()
        .assess(shipped().case_class(status=status, **who), dt.date(2021, 5, 1))
        .conclusions
        for status in ("ae_25_2_gfk", "duldung_60a_2_s1")
    }
    assert strengths["ae_25_2_gfk"]["sgb2.entitled"].answer == "holds"
    assert strengths["ae_25_2_gfk"]["gk.extra_measures"].strength == "offen"
    assert strengths["duldung_60a_2_s1"]["gk.extra_measures"].strength == "projekt"


@pytest.mark.parametrize(
    ("block", "first", "last"),
    [
        ("durchstarten.f1", dt.date(2020, 1, 1), dt.date(2023, 6, 30)),
        ("durchstarten.f2", dt.date(2020, 1, 1), dt.date(2023, 6, 30)),
        ("durchstarten.f3", dt.date(2020, 1, 1), dt.date(2023, 6, 30)),
        ("durchstarten.f4", dt.date(2020, 1, 1), dt.date(2023, 6, 30)),
        ("durchstarten.f5", dt.date(2020, 1, 1), dt.date(2023, 6, 30)),
        ("durchstarten.f6", dt.date(2019, 11, 1), dt.date(2022, 6, 30)),
    ],
)
def test_each_block_was_open_in_its_window_and_never_as_a_claim(
    block: str, first: dt.date, last: dt.date
) -> None:
    case = shipped().case(
        status="duldung_60a_2_s1",
        age_years=20,
        must_live_in_reception_centre=False,
        security_or_offender_exclusion=False,
        school_level="none",
        employment_weekly_hours=20,
        work_mode="may",
    )
    for on in (first, last):
        found = shipped().assess(case, on, [block]).conclusions[block]
        assert (found.answer, found.strength) == ("holds", "projekt")
    for on in (first - dt.timedelta(1), last + dt.timedelta(1)):
        assert shipped().assess(case, on, [block]).conclusions[block].answer == "fails"


# Never a gate.


def test_no_other_rule_and_nothing_in_the_catalogue_asks_for_the_group() -> None:
    rules, catalogue = shipped().rulebook.rules, shipped().catalogue
    readers = {id: references_of(rule) & GROUP for id, rule in rules.items()}
    assert {id: read for id, read in readers.items() if read} == {
        "gk.target_group": {"gk.need"},
        "gk.extra_measures": {"gk.need"},
    }
    head, practice = catalogue.head, catalogue.practice.values()
    points = {id for point in head.overview.clarify for id in (point.rule, point.otherwise)}
    conditions = {id for expr in catalogue.conditions.values() for id in references(expr)}
    asked = (
        shipped().rules_asked()
        | conditions
        | points
        | {id for note in practice for id in note.rules}
    )
    assert not GROUP & set(shipped().rulebook.cone(id for id in asked if id))


SIGNS = ["no_education_or_training_chance", "education_success_at_risk"]


def _with(case: Case, **signs: bool | None) -> Case:
    return shipped().case(
        **{**case.told, **signs, "assumptions": case.assumptions, "as_of": case.as_of}
    )


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("p[0-9]*.yaml")), ids=lambda path: path.stem)
def test_belonging_to_the_group_changes_no_other_answer_and_no_step(file: Path) -> None:
    case = shipped().read_case(file)
    inside = _with(case, refugee_background=True, **dict.fromkeys(SIGNS, True))
    outside = _with(case, refugee_background=False, **dict.fromkeys(SIGNS, False))
    for on in (dt.date(2021, 5, 1), ON):
        here, there = (
            shipped().assess(inside, on).conclusions,
            shipped().assess(outside, on).conclusions,
        )
        assert {id for id in here if here[id] != there[id]} <= GROUP
        assert shipped().steps(inside, on) == shipped().steps(outside, on)


def test_belonging_to_the_group_changes_no_way() -> None:
    case = shipped().read_case(EXAMPLES / "p07.yaml")
    ways = [
        shipped()
        .paths(_with(case, refugee_background=sign, **dict.fromkeys(SIGNS, sign)), "for", ON)
        .paths
        for sign in (True, False, None)
    ]
    assert ways[0] and ways[0] == ways[1] == ways[2]
