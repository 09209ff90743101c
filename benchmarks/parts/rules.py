"""Prints what the rules take: beside a function written by hand, two peers, and as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from statistics import median

from benchmarks import field
from benchmarks.cases import random_cases
from benchmarks.contest import Contestant, clock, difference, race, ratio
from benchmarks.subset import DAY, RULES
from benchmarks.tables import CASE_DAY, head, line, say
from klappts_engine import Engine
from klappts_engine.facts.assumptions import assume
from klappts_engine.facts.case import Case
from klappts_engine.facts.episodes import project
from klappts_engine.facts.values import values_on

CASE = "p07"


def twelve_rules(engine: Engine, _: Mapping[str, Case]) -> None:
    """The subset: our executors, the hand-written function and the peers on complete cases."""
    contestants = field.on_subset(engine.rulebook, number=200, say=say)
    prove(contestants, RULES)
    say("timing twelve rules")
    times = race(contestants)
    head(
        f"{len(RULES)} rules on {DAY}, 200 complete cases, same answers from all",
        "µs a case",
        "times hand",
    )
    for name, rounds in times.items():
        goal = "goal: at most 3" if name == field.FUNCTION else ""
        print(
            f"  {name:44}{median(rounds) * 1e6:12.1f}"
            f"{ratio(rounds, times[field.HAND]):14.1f}  {goal}".rstrip()
        )


def whole_rulebook(engine: Engine, cases: Mapping[str, Case]) -> None:
    """All rules for one case, on each executor, and what comes around the answers."""
    rulebook = engine.rulebook
    some = [
        *random_cases(rulebook, rulebook.conclusions, 20),
        *random_cases(rulebook, rulebook.conclusions, 20, unknown=0.3),
    ]
    prove(field.on_all_rules(rulebook, some, DAY, say), rulebook.conclusions)
    case = cases[CASE]
    there = project(
        assume(case, engine.catalogue.assumptions)[0], (), CASE_DAY, rulebook.vocabulary
    )
    values = values_on(there, rulebook.vocabulary)
    say("timing the whole rulebook")
    times = race(field.on_all_rules(rulebook, [values], CASE_DAY, say))
    head(
        f"whole rulebook: {len(rulebook.conclusions)} rules in files, "
        f"{len(rulebook.rules)} without sugar, {CASE}",
        "ms",
    )
    for name, rounds in times.items():
        line(name, median(rounds), 0.2e-3 if name == field.FUNCTION else None)
    line(
        "before: the facts that follow from the case",
        clock(partial(values_on, there, rulebook.vocabulary), repeats=100),
    )
    line(
        "all of it and more: Engine.assess",
        clock(partial(engine.assess, case, CASE_DAY), repeats=20),
    )


def prove(contestants: Sequence[Contestant], conclusions: Sequence[str]) -> None:
    """Stops if two contestants disagree: a figure for another answer is worth nothing."""
    say(f"comparing {', '.join(one.name for one in contestants)}")
    found = difference(contestants, conclusions)
    if found:
        raise SystemExit(f"Not the same answers, so nothing is timed. {found}")
