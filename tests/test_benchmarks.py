"""What `make bench` compares gives the same answers, on cases that turn every rule both ways; every
section of it runs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as bench
from benchmarks import baseline, field, paths, solver
from benchmarks.baseline import Door, Search
from benchmarks.cases import random_cases
from benchmarks.comparison import Question, compare
from benchmarks.contest import Contestant, difference
from benchmarks.instance import instance
from benchmarks.parts import baseline as baseline_part
from benchmarks.parts import rules as rules_part
from benchmarks.parts import solver as solver_part
from benchmarks.parts import ways as ways_part
from benchmarks.persons import Person, examples, persons
from benchmarks.subset import RULES, by_hand
from benchmarks.tables import CASE_DAY, percentile
from klappts_engine import CaseError, Engine
from klappts_engine.facts.case import Case
from klappts_engine.rules.rulebook import Rulebook
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
    answers = [answer(case) for case in random_cases(rulebook, RULES, 300)]
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
    monkeypatch.setattr(ways_part, "GOALS", ("beruf",))
    monkeypatch.setattr(ways_part, "GROWING", ("p20",))
    monkeypatch.setattr(ways_part, "NUMBERS", (10,))
    monkeypatch.setattr(solver_part, "QUESTIONS", (Question("p09", "beruf", "ermessen", 10),))
    return {
        person: case for person, case in paths.persons(engine).items() if person in ("p09", "p20")
    }


def test_all_persons_take_part(engine: Engine) -> None:
    assert len(paths.persons(engine)) == 24


def test_the_ways_of_every_person_are_timed(
    engine: Engine, small: dict[str, Case], capsys: pytest.CaptureFixture[str]
) -> None:
    ways_part.every_person(engine, small)
    printed = capsys.readouterr().out
    assert "2 persons on 2026-11-22" in printed
    assert "goal: below 200" in printed


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile(map(float, range(1, 101)), 0.95) == 95.0
    assert percentile([1.0], 0.95) == 1.0


def test_the_growth_is_printed(
    engine: Engine, small: dict[str, Case], capsys: pytest.CaptureFixture[str]
) -> None:
    ways_part.growth(engine, small)
    title, numbers, row = capsys.readouterr().out.strip().splitlines()
    assert title.startswith("Engine.paths by steps")
    assert numbers.split() == ["10", str(len(engine.catalogue.steps))]
    assert row.split()[:3] == ["p20,", "goal", "beruf"]


def test_smaller_catalogues_keep_the_steps_of_the_ways(
    engine: Engine, small: dict[str, Case]
) -> None:
    needed = paths.steps_on_ways(engine, small["p20"], "beruf", CASE_DAY)
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
    assert whole.paths(small["p20"], "beruf", CASE_DAY) == engine.paths(
        small["p20"], "beruf", CASE_DAY
    )


def test_the_constraint_solver_gives_the_same_answer(
    engine: Engine, small: dict[str, Case], capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("ortools", reason="OR-tools, which the extra dev brings, is not installed")
    question = solver_part.QUESTIONS[0]
    found = compare(solver.cp_sat(), engine, small[question.person], question, CASE_DAY, rounds=1)
    assert found.ours
    assert found.difference() is None
    solver_part.against_solver(question, found, "")
    assert "from both" in capsys.readouterr().out
    name, one = next(iter(found.solved.items()))
    wrong = replace(found, solved={**found.solved, name: replace(one, points={(1, 1, 0)})})
    solver_part.against_solver(question, wrong, "")
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
    solver_part.constraint_solver(engine, small)
    assert (
        capsys.readouterr()
        .out.strip()
        .endswith("pip install -c constraints.txt -e '.[dev]' brings it")
    )


def test_what_tables_cannot_express_is_refused(engine: Engine) -> None:
    known = engine.at(paths.persons(engine)["p11"], CASE_DAY).transitions()
    with pytest.raises(ValueError, match="a step is under way"):
        instance(known, "for", 0, 2)


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
    told = examples(CASE_DAY)
    assert {one.name: engine.case(**one.facts) for one in told} == paths.persons(engine)


@pytest.fixture
def two_persons(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> dict[str, Case]:
    """One example and one perturbed person, one goal."""
    monkeypatch.setattr(baseline_part, "GOALS", ("beruf",))
    return {"p20": paths.persons(engine)["p20"]}


def test_this_tree_is_measured_beside_another(
    engine: Engine, two_persons: dict[str, Case], capsys: pytest.CaptureFixture[str]
) -> None:
    """The other tree is the last commit where there is a history, so that it is always there."""
    baseline_part.beside_baseline(engine, two_persons, 1, baseline.QUICK, "HEAD")
    printed, said = capsys.readouterr()
    alone = "not here" in said
    tables = [block.splitlines() for block in printed.strip().split("\n\n")]
    assert [table[0].split(",")[0] for table in tables] == [
        "Engine.paths",
        "Answers at the door",
        "The same",
        "A process from nothing",
    ]
    for table in tables:
        assert table[1].split()[:2] == (["now"] if alone else ["now", "HEAD"])
        assert len(table) > 5
    shares = {line[2:46].strip(): line[46:].split() for table in tables for line in table[2:]}
    assert float(shares["why, longest"][0]) > 0
    assert float(shares["klappts assess, a whole process"][0]) > float(
        shares["of it: Python itself"][0]
    )
    assert "1 examples and 1 of 300 perturbed persons" in printed


def test_without_a_history_only_today_is_measured(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert not baseline.unpack("no-such-commit", tmp_path)
    with baseline.trees("no-such-commit") as found:
        assert [tree.name for tree in found] == ["now"]
        assert set(baseline.introduce(found, examples(CASE_DAY)[:2])) == {"p01", "p02"}
    assert "commit no-such-commit is not here" in capsys.readouterr().err


GOAL = ("goal:", "at", "most")


def test_figures_stand_beside_those_of_the_commit_and_the_goals(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = [
        Search("p01", "for", {"now": 0.1, "then": 0.2}, {"now": 3, "then": 3}),
        Search("v000", "for", {"now": 0.3, "then": 0.4}, {"now": 2, "then": 1}),
    ]
    baseline_part.print_searches(found, examples(CASE_DAY)[:1], "1 perturbed person")
    door = {"now": [Door(0.001, 0.02, 0.004, (0.001, 0.003))]}
    baseline_part.print_doors(door)
    began = {"now": {"process": 1.0, "python": 0.1, "load": 0.5, "rest": 0.4}}
    baseline_part.print_starts({**began, "then": {**began["now"], "load": 2.0}})
    rows = {line[:46].strip(): line[46:].split() for line in capsys.readouterr().out.splitlines()}
    assert rows["all, median"] == ["200", "300", "0.67", *GOAL, "0.80", "times"]
    assert rows["all, longest"][:3] == ["300", "400", "0.75"]
    assert rows["perturbed, 95 %"] == ["300", "400", "0.75"]
    assert rows["ways found: 5 now, 4 then"] == []
    assert rows["assess, all conclusions, median"] == ["20.00"]
    assert rows["assess, one conclusion, 95 %"] == ["4.0"]
    assert rows["why, longest"] == ["3.00", *GOAL, "5", "ms"]
    assert rows["Engine.load"][:3] == ["500.0", "2000.0", "0.25"]


def test_both_trees_are_told_what_both_understand() -> None:
    """Facts that one of them does not know are left out, persons whom one refuses as well."""

    class Fake(baseline.Tree):
        def __init__(self, facts: set[str], refused: str) -> None:
            self.facts, self.refused, self.told = facts, refused, dict[str, Any]()

        def ask(self, name: str, *arguments: Any) -> Any:
            if name == "facts":
                return sorted(self.facts)
            (self.told,) = arguments
            return [one for one in self.told if one != self.refused]

    trees = [Fake({"status", "needy"}, "b"), Fake({"status"}, "")]
    told = [Person(name, CASE_DAY, {"status": "x", "needy": True}) for name in "abc"]
    assert baseline.introduce(trees, told) == ["a", "c"]
    assert all(tree.told["a"] == ({"status": "x"}, "2026-11-22") for tree in trees)


def test_the_parts_asked_for_are_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ways_part, "NUMBERS", ())
    monkeypatch.setattr(ways_part, "GROWING", ())
    bench.main(["growth"])
    assert capsys.readouterr().out.startswith("\nEngine.paths by steps")
    with pytest.raises(SystemExit):
        bench.main(["speed"])
    assert "no part 'speed'" in capsys.readouterr().err


def test_contestants_that_disagree_stop_the_part(rulebook: Rulebook) -> None:
    cases = random_cases(rulebook, RULES, 3)
    yes = Contestant("yes", lambda case: dict.fromkeys(RULES, True), cases)
    no = Contestant("no", lambda case: dict.fromkeys(RULES, False), cases)
    with pytest.raises(SystemExit, match="Not the same answers"):
        rules_part.prove([yes, no], RULES)
