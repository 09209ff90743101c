"""Prints how fast the engine is: at rules beside a function written by hand and two peers, at ways
beside a constraint solver.

Everything that is compared is first proven to give the same answers. A figure that misses its goal
fails nothing.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import textwrap
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import explanations, field, paths, solver
from benchmarks.cases import random_cases
from benchmarks.comparison import Comparison, Question, compare
from benchmarks.contest import Contestant, clock, difference, race, ratio
from benchmarks.subset import DAY, RULES
from klappts_engine import Engine, KlapptsError
from klappts_engine.facts.assumptions import assume
from klappts_engine.facts.case import Case
from klappts_engine.facts.episodes import project
from klappts_engine.facts.values import values_on

CASE = Path(__file__).resolve().parent.parent / "examples" / "p07.yaml"
CASE_DAY = dt.date(2026, 11, 22)
GOALS = ("for", "beruf")
GROWING = ("p03", "p07", "p13")
NUMBERS = (20, 40, 60, 80)
QUESTIONS = (
    Question("p09", "for", "ermessen", 15),  # the longer of two ways has fewer unsecured months
    Question("p09", "for", "ermessen", None),
    Question("p07", "for", None, 15),  # every month is paid for: little to weigh
)


def main() -> None:
    """All parts, one after the other. Exits with 1 and a sentence if the data are damaged or two
    contestants disagree."""
    say("loading")
    try:
        engine = Engine.load()
    except KlapptsError as problem:
        raise SystemExit(str(problem)) from None
    cases = paths.persons(engine)
    every_person(engine, cases)  # first, so that the memory is that of the engine alone
    growth(engine, cases)
    explaining(engine, cases)
    twelve_rules(engine)
    whole_rulebook(engine)
    constraint_solver(engine, cases)
    loading_and_commands(engine)


def every_person(engine: Engine, cases: Mapping[str, Case]) -> None:
    """All ways that no other beats, for every person and goal."""
    say(f"timing the ways of {len(cases)} persons")
    spent = paths.warm(engine, cases, GOALS, CASE_DAY)
    head(
        f"Engine.paths, {len(cases)} persons on {CASE_DAY}, each asked once before, ms",
        "median",
        "95 %",
        "longest",
    )
    for goal in (*GOALS, None):
        some = [one for one in spent if goal in (one.goal, None)]
        name = f"goal {goal}" if goal else "all"
        spread(
            f"{name}, processor",
            [one.processor for one in some],
            "" if goal else "goal: median 150, 95 % 600",
        )
        spread(f"{name}, on the clock", [one.wall for one in some])
    print(
        f"  {'most memory of this process so far, MB':44}"
        f"{paths.peak_memory():12.0f}  goal: below 200"
    )


def spread(name: str, seconds: Sequence[float], goal: str = "") -> None:
    """One row in milliseconds: median, 95 of 100, longest."""
    figures = (median(seconds), paths.percentile(seconds, 0.95), max(seconds))
    print(
        f"  {name:44}{figures[0] * 1e3:12.0f}{figures[1] * 1e3:14.0f}"
        f"{figures[2] * 1e3:16.0f}  {goal}".rstrip()
    )


def explaining(engine: Engine, cases: Mapping[str, Case]) -> None:
    """All conclusions explained, all turns of ten years, the next question; and how many questions
    are asked."""
    say(f"explaining {len(cases)} persons")
    for case in cases.values():  # each asked once before
        engine.reasons(case, CASE_DAY)
        engine.when(case, engine.rulebook.conclusions, CASE_DAY)
        engine.ask(case, CASE_DAY)
    head(
        f"Explanations, {len(cases)} persons on {CASE_DAY}, each asked once before, ms",
        "median",
        "95 %",
        "longest",
    )
    spread(
        "why, all conclusions",
        [explanations.seconds_for_all(engine, case, CASE_DAY) for case in cases.values()],
        "goal: 50",
    )
    turns = [explanations.seconds_for_turns(engine, case, CASE_DAY) for case in cases.values()]
    spread("when, all conclusions, ten years", turns, "goal: 50")
    next_ones = [
        one
        for case in cases.values()
        for one in explanations.seconds_for_questions(engine, case, CASE_DAY)
    ]
    spread("next question for all goals", next_ones, "goal: 20")
    head("Questions until nothing matters any more, from nothing told", "mean", "times ours")
    own = 0.0
    for name, choose in explanations.STRATEGIES.items():
        say(f"asking {name}")
        counts = [
            explanations.questions(engine, case, [id], CASE_DAY, choose)
            for case in cases.values()
            for id in explanations.IDS
        ]
        mean = sum(counts) / len(counts)
        own = own or mean
        print(f"  {name:44}{mean:12.2f}{mean / own:14.2f}")


def growth(engine: Engine, cases: Mapping[str, Case]) -> None:
    """The same persons on catalogues of fewer steps."""
    numbers = (*NUMBERS, len(engine.catalogue.steps))
    say("timing the ways in smaller catalogues")
    print(
        "\nEngine.paths by steps in the catalogue: those of the ways found, "
        "and others by lot; ms (ways)"
    )
    print(f"  {'':44}" + "".join(f"{number:12}" for number in numbers))
    for person in GROWING:
        for goal in GOALS:
            found = paths.growth(engine, cases[person], goal, CASE_DAY, numbers)
            cells = (f"{one.seconds * 1e3:.0f} ({one.ways})" for one in found)
            print(f"  {f'{person}, goal {goal}':44}" + "".join(f"{cell:>12}" for cell in cells))


def constraint_solver(engine: Engine, cases: Mapping[str, Case]) -> None:
    """The search and a constraint solver on the same questions. Tables of doors and months are
    filled by our own code."""
    try:
        cp = solver.cp_sat()
    except ImportError:
        print(
            "\nno constraint solver: OR-tools is not installed; "
            "pip install -c constraints.txt -e '.[dev]' brings it"
        )
        return
    for question in QUESTIONS:
        say(f"asking OR-tools about {question.person}, {question.steps or 'all'} steps")
        found = compare(cp, engine, cases[question.person], question, CASE_DAY)
        against_solver(question, found, "goal: at least 50" if question is QUESTIONS[0] else "")


def against_solver(question: Question, found: Comparison, goal: str) -> None:
    """What was asked, and what both took if they gave the same answer."""
    name = f"ways of {question.person} to {question.goal}"
    wrong = found.difference()
    if wrong:
        print(f"\n{name}: NOT the same answers. {wrong}")
        return
    firmness = (
        f"as firm as {question.firmness}"
        if question.firmness
        else "of any firmness, unknown doors too"
    )
    head(
        f"{name}, {firmness}, without hopes: the same {len(found.ours)} from both",
        "ms",
        "times ours",
    )
    rows = {
        "our search, its answers on doors kept": found.kept,
        "our search with the answers on doors": found.anew,
        "our search for every firmness, and hopes": found.everything,
        **{f"CP-SAT, {setting}": one.solving for setting, one in found.solved.items()},
    }
    first = f"CP-SAT, {next(iter(found.solved))}"
    for row, seconds in rows.items():
        print(
            f"  {row:44}{seconds * 1e3:12.1f}{seconds / found.kept:14.1f}"
            f"  {goal if row == first else ''}".rstrip()
        )
    building = median(one.building for one in found.solved.values())
    about = (
        f"Given to both: {len(found.given)} steps. To CP-SAT as tables of doors, changes and "
        f"unsecured months, for ways of up to "
        f"{found.longest} steps: {found.tables.states} states, "
        f"{len(found.tables.steps)} steps that open. "
        f"Not counted: {found.tabulating * 1e3:.0f} ms for the tables, "
        f"{building * 1e3:.0f} ms for its models."
    )
    if question.steps:
        about += f" The steps: {', '.join(found.given)}."
    print(
        textwrap.fill(
            about, 128, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
        )
    )


def twelve_rules(engine: Engine) -> None:
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


def whole_rulebook(engine: Engine) -> None:
    """All rules for one case, on each executor, and what comes around the answers."""
    rulebook = engine.rulebook
    some = [
        *random_cases(rulebook, rulebook.conclusions, 20),
        *random_cases(rulebook, rulebook.conclusions, 20, unknown=0.3),
    ]
    prove(field.on_all_rules(rulebook, some, DAY, say), rulebook.conclusions)
    case = engine.read_case(CASE)
    there = project(
        assume(case, engine.catalogue.assumptions)[0], (), CASE_DAY, rulebook.vocabulary
    )
    values = values_on(there, rulebook.vocabulary)
    say("timing the whole rulebook")
    times = race(field.on_all_rules(rulebook, [values], CASE_DAY, say))
    head(
        f"whole rulebook: {len(rulebook.conclusions)} rules in files, "
        f"{len(rulebook.rules)} without sugar, {CASE.name}",
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


def loading_and_commands(engine: Engine) -> None:
    """What is paid once: loading, a process, a search."""
    case = engine.read_case(CASE)
    command = [
        sys.executable,
        "-m",
        "klappts_engine.cli",
        "assess",
        str(CASE),
        "--on",
        CASE_DAY.isoformat(),
    ]
    say("timing load, process and paths")
    head("once", "ms")
    line("Engine.load()", clock(Engine.load), 0.5)
    line(
        "klappts assess, as a process",
        clock(partial(subprocess.run, command, check=True, capture_output=True)),
        1.0,
    )
    for goal in ("for", "beruf"):
        line(f"Engine.paths, goal {goal}", clock(partial(engine.paths, case, goal, CASE_DAY)))


def prove(contestants: Sequence[Contestant], conclusions: Sequence[str]) -> None:
    """Stops if two contestants disagree: a figure for another answer is worth nothing."""
    say(f"comparing {', '.join(one.name for one in contestants)}")
    found = difference(contestants, conclusions)
    if found:
        raise SystemExit(f"Not the same answers, so nothing is timed. {found}")


def head(title: str, *columns: str) -> None:
    """Title of a table and its columns."""
    print(
        f"\n{title}\n  {'':44}"
        + "".join(f"{column:>{12 + 2 * index}}" for index, column in enumerate(columns))
    )


def line(name: str, seconds: float, goal: float | None = None) -> None:
    """One row in milliseconds."""
    print(f"  {name:44}{seconds * 1e3:12.3f}" + (f"  goal: at most {goal * 1e3:g}" if goal else ""))


def say(text: str) -> None:
    """Progress, apart from the tables."""
    print(f"... {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
