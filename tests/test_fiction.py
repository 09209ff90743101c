"""An invented island state through the public door: expected answers are read off its rules and
steps by hand."""

from __future__ import annotations

import datetime as dt
import importlib.util
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from klappts_engine import Case, Engine, UsageError, Ways
from tests.strategies import PATHWAYS, RULES

ON = dt.date(2026, 2, 10)
EXECUTORS = ["function", "interpreter"]
if importlib.util.find_spec("durable_rules_engine"):
    EXECUTORS.append("durable")
NORTH = Engine.load(RULES, PATHWAYS, region="nordinsel")
SOUTH = Engine.load(RULES, PATHWAYS, region="suedinsel")


def _guest(engine: Engine = NORTH, **facts: Any) -> Case:
    """Seventeen, landed eight months ago, tolerated since the turn of the year, nothing learnt
    yet."""
    told: dict[str, Any] = {
        "assumptions": ("usual",),
        "birth_date": dt.date(2008, 5, 20),
        "harbour": "Nordhafen",
        "status": "tolerated",
        "entry_date": dt.date(2025, 6, 1),
        "stay_history": [
            {"from": "2025-06-01", "to": "2025-12-31", "kind": "gestattet"},
            {"from": "2026-01-01", "kind": "geduldet"},
        ],
        "tongue_rung": "none",
        "school_rung": "none",
        "trade_rung": "none",
    }
    return engine.case(**{**told, **facts})


@pytest.mark.parametrize("executor", EXECUTORS)
def test_answers_by_hand(executor: str) -> None:
    engine = Engine.load(RULES, PATHWAYS, region="nordinsel", executor=executor)
    found = engine.assess(_guest(engine), ON)
    short = {
        id: (c.answer, c.strength, c.strength_open, c.result) for id, c in found.conclusions.items()
    }
    assert short == {
        "guest.entitled": ("holds", "anrecht", False, None),
        "guest.extended": ("fails", None, False, None),
        "support": ("holds", "anrecht", False, "hearth"),
        "harbour.toll": ("fails", None, False, None),
        "work.settled": ("fails", None, False, None),
        "work.guest": ("holds", "gunst", True, "by_licence"),
        "work_mode": ("holds", "gunst", True, "by_licence"),
        "work.allowed": ("holds", "gunst", True, None),
        "tongue.course": ("holds", "anrecht", False, None),
        "evening.school": ("fails", None, False, None),
        "training.start": ("fails", None, False, None),
        "open.quay": ("holds", "anrecht", False, None),
        "care.ok": ("holds", "begriff", False, None),
    }
    assert found.rulebook.startswith("inselstaat 2026-06-30 ")
    assert found.conclusions["guest.entitled"].citations == ("InselG § 4 Abs. 1 Satz 1",)
    assert found.conclusions["harbour.toll"].version is None
    (assumed,) = found.assumptions
    assert assumed.set == "usual" and set(assumed.facts) == set(
        NORTH.catalogue.assumptions["usual"].facts
    )


@pytest.mark.parametrize(
    ("facts", "on", "id", "expected"),
    [
        ({"identity_unclear": False}, ON, "work.allowed", ("holds", "regel", None)),
        ({"identity_unclear": True}, ON, "work.allowed", ("holds", "gunst", None)),
        ({"harbour_ban": True}, ON, "work_mode", ("holds", "zuordnung", "barred")),
        ({"status": "settled"}, ON, "work_mode", ("holds", "anrecht", "free")),
        ({"status": "hidden"}, ON, "work_mode", ("fails", None, None)),
        ({"work_access": "barred"}, ON, "work.allowed", ("fails", None, None)),
        ({"work_access": "free"}, ON, "work.allowed", ("holds", "begriff", None)),
        ({"entry_date": dt.date(2023, 2, 10)}, ON, "support", ("holds", "anrecht", "purse")),
        ({"entry_date": dt.date(2023, 2, 11)}, ON, "support", ("holds", "anrecht", "hearth")),
        ({"status": "hidden", "needy": False}, ON, "support", ("holds", "zuordnung", "own")),
        (
            {"status": "hidden", "child_here": True},
            dt.date(2026, 6, 30),
            "guest.entitled",
            ("fails", None, None),
        ),
        (
            {"status": "hidden", "child_here": True},
            dt.date(2026, 7, 1),
            "guest.entitled",
            ("holds", "anrecht", None),
        ),
        ({"volunteer": True}, ON, "evening.school", ("holds", "anrecht", None)),
        ({"harbour_months": 4}, dt.date(2026, 7, 31), "evening.school", ("fails", None, None)),
        ({"harbour_months": 4}, dt.date(2026, 8, 1), "evening.school", ("holds", "anrecht", None)),
        ({"contract": "signed"}, ON, "training.start", ("holds", "gunst", None)),
        ({}, dt.date(2014, 12, 31), "training.start", ("fails", None, None)),
    ],
)
def test_single_answers_by_hand(
    facts: dict[str, Any], on: dt.date, id: str, expected: tuple[Any, ...]
) -> None:
    found = NORTH.assess(_guest(**facts), on, [id]).conclusions[id]
    assert (found.answer, found.strength, found.result) == expected


def test_time_under_a_bound_paper_neither_counts_nor_breaks() -> None:
    history = [
        {"from": "2025-06-01", "to": "2025-08-31", "kind": "gestattet"},
        {"from": "2025-09-01", "to": "2025-11-30", "kind": "geduldet_60b"},
        {"from": "2025-12-01", "kind": "geduldet"},
    ]
    found = NORTH.timeline(
        _guest(stay_history=history), ["work.guest"], until=dt.date(2026, 12, 31), on=ON
    )
    # Three months before the bound time, three after it.
    assert [(s.from_, s.answer) for s in found.stretches["work.guest"]] == [
        (ON, "fails"),
        (dt.date(2026, 3, 1), "holds"),
    ]


def test_nothing_told_and_nothing_assumed_leaves_it_open() -> None:
    found = NORTH.assess(NORTH.case(), ON).conclusions
    settled = {id: c.answer for id, c in found.items() if c.answer != "unknown"}
    assert settled == {"harbour.toll": "fails", "open.quay": "holds"}


def test_a_later_day_carries_the_caveat() -> None:
    assert NORTH.assess(_guest(), dt.date(2026, 6, 30)).caveats == NORTH.rulebook.book.caveats
    later = NORTH.assess(_guest(), dt.date(2026, 7, 1)).caveats
    assert "2026-06-30" in later[0].en and later[1:] == NORTH.rulebook.book.caveats


def _ways(found: Ways) -> list[list[tuple[str, dt.date, dt.date]]]:
    return [
        [(s.id, s.start_range.typical, s.end_range.typical) for s in way.steps]
        for way in found.paths
    ]


@pytest.mark.parametrize("executor", EXECUTORS)
def test_the_way_to_school_by_hand(executor: str) -> None:
    engine = Engine.load(RULES, PATHWAYS, region="nordinsel", executor=executor)
    found = engine.paths(_guest(engine), "school", ON)
    (way,) = found.paths
    assert {step.id for step in way.steps[:2]} == {"quay.help", "tongue.basic"}
    assert [(s.id, s.start_range.typical) for s in way.steps[2:]] == [
        ("school.evening", dt.date(2027, 2, 1))
    ]
    assert (way.criteria.end, way.criteria.steps, way.criteria.strength) == (
        dt.date(2028, 2, 1),
        3,
        "firm",
    )
    assert (way.criteria.unsecured_months, way.conditional) == (0, False)
    last = way.steps[-1]
    assert (last.practice.state, last.practice.notes, last.offer.verdict, last.offer.gap) == (
        "waitlist",
        ("pr.wait",),
        "entitled_gap",
        "gap.evening",
    )
    assert [(stretch.from_, stretch.value) for stretch in last.rechtskreis] == [
        (dt.date(2027, 2, 1), "hearth")
    ]


def test_the_way_to_a_trade_by_hand() -> None:
    found = NORTH.paths(_guest(), "trade", ON)
    assert _ways(found) == [
        [
            ("tongue.basic", dt.date(2026, 4, 1), dt.date(2026, 8, 1)),
            ("tongue.good", dt.date(2026, 8, 1), dt.date(2026, 12, 1)),
            ("trade.boat", dt.date(2027, 8, 1), dt.date(2029, 8, 1)),
        ]
    ]
    (way,) = found.paths
    assert way.criteria.strength == "asked"
    assert [(todo.fact, todo.by) for todo in way.steps[-1].todo] == [("contract", "werft")]
    assert [step.offer.verdict for step in way.steps] == [
        "entitled_and_available",
        "unknown",
        "unknown",
    ]
    living = way.steps[-1].livelihood
    assert [(paid.benefits, paid.secured) for paid in living] == [
        ({"pay": "contribution", "hearth": "topup"}, True)
    ]
    # From 2028-06-01 on, after thirty-six months, the support is another one.
    assert [(stretch.from_, stretch.value) for stretch in way.steps[-1].rechtskreis] == [
        (dt.date(2027, 8, 1), "hearth"),
        (dt.date(2028, 6, 1), "purse"),
    ]
    assert NORTH.paths(_guest(), "trade", ON, policy="secure").paths == ()
    assert NORTH.paths(_guest(), "trade", ON, policy="discretion") == found


def test_practice_of_the_other_island_delays_the_way() -> None:
    case = _guest(SOUTH, harbour="Suedhafen")
    (way,) = SOUTH.paths(case, "school", ON).paths
    starts = {step.id: step.start_range.typical for step in way.steps}
    assert starts["tongue.basic"] == dt.date(2027, 1, 1)
    assert (starts["school.evening"], way.criteria.end) == (
        dt.date(2027, 8, 1),
        dt.date(2028, 8, 1),
    )
    shut = SOUTH.steps(case, dt.date(2026, 3, 1))["tongue.basic"]
    assert (shut.answer, shut.practice.state) == ("fails", "suspended")
    assert [(reason.kind, reason.what) for reason in shut.reasons] == [
        ("practice", "pr.no_courses")
    ]
    assert SOUTH.assess(case, dt.date(2026, 3, 1)).conclusions["tongue.course"].answer == "holds"
    assert SOUTH.steps(case, dt.date(2026, 2, 28))["tongue.basic"].answer == "holds"


def test_a_goal_already_reached_needs_no_way() -> None:
    found = NORTH.paths(_guest(school_rung="captain"), "school", ON)
    assert found.reached and found.paths == ()


def test_an_unknown_door_makes_a_way_conditional_and_never_ranks_first() -> None:
    found = NORTH.paths(_guest(), "school", ON, without=["volunteer"])
    assert [way.conditional for way in found.paths] == sorted(
        way.conditional for way in found.paths
    )
    assert [[step.id for step in way.steps] for way in found.paths if way.conditional] == [
        ["tongue.basic", "school.evening"]
    ]
    assert _ways(found)[0] == _ways(NORTH.paths(_guest(), "school", ON))[0]


def test_names_that_do_not_exist_are_refused_with_those_that_do() -> None:
    for call, known in (
        (lambda: Engine.load(RULES, PATHWAYS, region="westinsel"), "nordinsel, suedinsel"),
        (lambda: Engine.load(RULES, PATHWAYS, region="nordinsel", executor="abacus"), "function"),
        (lambda: NORTH.paths(_guest(), "riches", ON), "school, trade"),
        (lambda: NORTH.paths(_guest(), "school", ON, policy="bold"), "secure"),
        (lambda: NORTH.assess(_guest(), ON, ["guest.entitle"]), "guest.entitled"),
        (lambda: NORTH.assess(_guest(assumptions=("odd",)), ON), "usual"),
    ):
        with pytest.raises(UsageError, match=known):
            call()


def test_loading_twice_gives_the_same_and_moving_the_folder_changes_nothing(tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    copy.mkdir()
    for path in sorted(RULES.rglob("*.yaml")):
        target = copy / path.relative_to(RULES)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    assert Engine.load(copy, PATHWAYS, region="nordinsel").assess(_guest(), ON) == NORTH.assess(
        _guest(), ON
    )


@pytest.mark.parametrize("executor", EXECUTORS)
def test_one_engine_answers_several_threads(executor: str) -> None:
    engine = Engine.load(RULES, PATHWAYS, region="nordinsel", executor=executor)
    statuses = ("tolerated", "settled", "hidden")
    cases = [
        _guest(engine, needy=n % 2 == 0, harbour_months=n, status=statuses[n % 3]) for n in range(6)
    ]

    def ask(n: int) -> Any:
        case = cases[n % len(cases)]
        goals = engine.paths(case, "trade", ON) if n < len(cases) else None
        return (
            engine.assess(case, ON),
            engine.timeline(case, ["support", "work_mode"], dt.date(2026, 12, 31), ON),
            goals,
        )

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(ask, range(12)))
    alone = [
        (
            NORTH.assess(case, ON),
            NORTH.timeline(case, ["support", "work_mode"], dt.date(2026, 12, 31), ON),
            NORTH.paths(case, "trade", ON),
        )
        for case in cases
    ]
    for n, (assessed, flips, goals) in enumerate(together):
        expected = alone[n % len(cases)]
        assert (assessed, flips) == expected[:2]
        assert goals in (expected[2], None)
