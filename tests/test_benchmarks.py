"""What `make bench` compares gives the same answers, on cases that turn every rule both ways; every
section of it runs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest

from benchmarks import __main__ as bench
from benchmarks import field, paths, solver
from benchmarks.cases import random_cases
from benchmarks.comparison import Question, compare
from benchmarks.contest import Contestant, difference
from benchmarks.instance import instance
from benchmarks.persons import examples, persons
from benchmarks.subset import RULES, by_hand
from klappts_engine import CaseError, Engine
from klappts_engine.facts.case import Case
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.ways.moves import Moves
from tests.shipped import shipped


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return shipped().rulebook


def test_everybody_gives_the_same_answers(rulebook: Rulebook) -> None:
    skipped: list[str] = []
    contestants = field.on_subset(rulebook, number=150, say=skipped.append)
    assert len(contestants) + len(skipped) == 6
    assert difference(contestants, RULES) is None


def test_the_cases_turn_every_rule_both_ways(rulebook: Rulebook) -> None:
    answer = by_hand(rulebook.vocabulary.sets)
    answers = [answer(case) for case in random_cases(rulebook, RULES, 150)]
    assert {id: {given[id] for given in answers} for id in RULES} == {
        id: {True, False} for id in RULES
    }


def test_a_wrong_answer_is_named(rulebook: Rulebook) -> None:
    cases = random_cases(rulebook, RULES, 150)
    right = Contestant("right", by_hand(rulebook.vocabulary.sets), cases)
    wrong = Contestant("wrong", lambda case: {**right.answer(case), "asylblg.basic": False}, cases)
    found = difference([right, wrong], RULES)
    assert found is not None
    assert found.startswith("asylblg.basic in case ")
    assert found.endswith("right says True, wrong says False")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> dict[str, Case]:
    """Sections cut down to one person and goal."""
    monkeypatch.setattr(bench, "GOALS", ("beruf",))
    monkeypatch.setattr(bench, "GROWING", ("p20",))
    monkeypatch.setattr(bench, "NUMBERS", (10,))
    monkeypatch.setattr(bench, "QUESTIONS", (Question("p09", "beruf", "ermessen", 10),))
    return {
        person: case for person, case in paths.persons(engine).items() if person in ("p09", "p20")
    }


def test_all_persons_take_part(engine: Engine) -> None:
    assert len(paths.persons(engine)) == 24


def test_the_ways_of_every_person_are_timed(
    engine: Engine, small: dict[str, Case], capsys: pytest.CaptureFixture[str]
) -> None:
    bench.every_person(engine, small)
    printed = capsys.readouterr().out
    assert "2 persons on 2026-11-22" in printed
    assert "goal: below 200" in printed


def test_a_percentile_is_one_of_the_values() -> None:
    assert paths.percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert paths.percentile(map(float, range(1, 101)), 0.95) == 95.0
    assert paths.percentile([1.0], 0.95) == 1.0


def test_the_growth_is_printed(
    engine: Engine, small: dict[str, Case], capsys: pytest.CaptureFixture[str]
) -> None:
    bench.growth(engine, small)
    title, numbers, row = capsys.readouterr().out.strip().splitlines()
    assert title.startswith("Engine.paths by steps")
    assert numbers.split() == ["10", str(len(engine.catalogue.steps))]
    assert row.split()[:3] == ["p20,", "goal", "beruf"]


def test_smaller_catalogues_keep_the_steps_of_the_ways(
    engine: Engine, small: dict[str, Case]
) -> None:
    needed = paths.steps_on_ways(engine, small["p20"], "beruf", bench.CASE_DAY)
    ten, twenty = (paths.some_steps(engine, needed, number) for number in (10, 20))
    assert needed and needed <= set(ten) < set(twenty)
    assert len(ten) == 10
    smaller = paths.with_steps(engine, ten)
    assert set(smaller.catalogue.steps) == set(ten)
    assert not any(
        name.startswith("step:") and name.split(":")[1] not in ten
        for name in smaller.catalogue.conditions
    )


def test_all_steps_give_the_same_ways(engine: Engine, small: dict[str, Case]) -> None:
    whole = paths.with_steps(engine, list(engine.catalogue.steps))
    assert whole.paths(small["p20"], "beruf", bench.CASE_DAY) == engine.paths(
        small["p20"], "beruf", bench.CASE_DAY
    )


def test_the_constraint_solver_gives_the_same_answer(
    engine: Engine, small: dict[str, Case], capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("ortools", reason="OR-tools, which the extra dev brings, is not installed")
    question = bench.QUESTIONS[0]
    found = compare(
        solver.cp_sat(), engine, small[question.person], question, bench.CASE_DAY, rounds=1
    )
    assert found.ours
    assert found.difference() is None
    bench.against_solver(question, found, "")
    assert "from both" in capsys.readouterr().out
    name, one = next(iter(found.solved.items()))
    wrong = replace(found, solved={**found.solved, name: replace(one, points={(1, 1, 0)})})
    bench.against_solver(question, wrong, "")
    assert (
        f"NOT the same answers. CP-SAT, {name}: only there [(1, 1, 0)]" in capsys.readouterr().out
    )


def test_without_the_solver_one_line_says_so(
    engine: Engine,
    small: dict[str, Case],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def absent() -> None:
        raise ImportError

    monkeypatch.setattr(solver, "cp_sat", absent)
    bench.constraint_solver(engine, small)
    assert (
        capsys.readouterr()
        .out.strip()
        .endswith("pip install -c constraints.txt -e '.[dev]' brings it")
    )


def test_what_tables_cannot_express_is_refused(engine: Engine) -> None:
    there, _ = engine._on(paths.persons(engine)["p11"], bench.CASE_DAY, ())
    with pytest.raises(ValueError, match="a step is under way"):
        instance(Moves(engine._doors(there, 12)), "for", 0, 2)


def test_the_same_seed_gives_the_same_persons(engine: Engine) -> None:
    some = persons(engine, 40)
    assert some == persons(engine, 40) == persons(engine, 60)[:40]
    assert some != persons(engine, 40, seed=2)
    assert len({json.dumps(one.as_json(), sort_keys=True) for one in some}) == 40


def test_persons_differ_as_lives_do(engine: Engine) -> None:
    """All statuses, twelve days of the year, and no part of a life is the same for all."""
    all_of_them = persons(engine)
    assert len(all_of_them) == 300
    statuses = {one.facts["status"] for one in all_of_them}
    assert statuses == set(engine.rulebook.vocabulary.statuses)
    days = Counter(one.day for one in all_of_them)
    months = [day.strftime("%Y-%m") for day in sorted(days)]
    assert months == ["2026-12", *(f"2027-{month:02}" for month in range(1, 12))]
    assert min(days.values()) >= 10
    for fact in ("birth_date", "entry_date", "german_ladder", "school_level", "municipality"):
        assert len({str(one.facts[fact]) for one in all_of_them}) > 4, fact
    for fact in ("permit_valid_until", "running_step", "identity_clarified_on", "childcare_need"):
        assert 10 <= sum(fact in one.facts for one in all_of_them) <= 290, fact


def test_persons_do_not_contradict_themselves(engine: Engine) -> None:
    """Neither as they are drawn nor as the file that another program reads."""
    for one in persons(engine):
        case = engine.case(**one.facts)
        assert case == engine.case(**one.as_json())
        assert engine.assess(case, one.day, ["rechtskreis"]).conclusions


def test_a_contradiction_is_drawn_anew(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = persons(engine, 1)[0], persons(engine, 2)[1]
    refused: list[object] = []

    def once(**facts: object) -> Case:
        if not refused:
            refused.append(facts)
            raise CaseError([])
        return engine.case_class(**facts)

    monkeypatch.setattr(engine, "case", once)
    again = persons(engine, 2)
    assert again[0] != first
    assert again[1] == second


def test_the_examples_are_read_as_they_stand(engine: Engine) -> None:
    told = examples(bench.CASE_DAY)
    assert {one.name: engine.case(**one.facts) for one in told} == paths.persons(engine)
