"""Prints how fast the engine is: beside a hand-written function and two peers, by executor, and as a command.

Everything that is compared is first proven to give the same answers. A figure that misses its goal fails nothing.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import field
from benchmarks.cases import random_cases
from benchmarks.contest import Contestant, clock, difference, race, ratio
from benchmarks.subset import DAY, RULES
from klappts_engine import Engine, KlapptsError
from klappts_engine.facts.assumptions import assume
from klappts_engine.facts.episodes import project
from klappts_engine.facts.values import values_on

CASE = Path(__file__).resolve().parent.parent / "examples" / "p07.yaml"
CASE_DAY = dt.date(2026, 11, 22)


def main() -> None:
    """All parts, one after the other. Exits with 1 and a sentence if the data are damaged or two contestants disagree."""
    say("loading")
    try:
        engine = Engine.load()
    except KlapptsError as problem:
        raise SystemExit(str(problem)) from None
    twelve_rules(engine)
    whole_rulebook(engine)
    loading_and_commands(engine)


def twelve_rules(engine: Engine) -> None:
    """The subset: our executors, the hand-written function and the peers on complete cases."""
    contestants = field.on_subset(engine.rulebook, number=200, say=say)
    prove(contestants, RULES)
    say("timing twelve rules")
    times = race(contestants)
    head(f"{len(RULES)} rules on {DAY}, 200 complete cases, same answers from all", "µs a case", "times hand")
    for name, rounds in times.items():
        goal = "goal: at most 3" if name == field.FUNCTION else ""
        print(f"  {name:44}{median(rounds) * 1e6:12.1f}{ratio(rounds, times[field.HAND]):14.1f}  {goal}".rstrip())


def whole_rulebook(engine: Engine) -> None:
    """All rules for one case, on each executor, and what comes around the answers."""
    rulebook = engine.rulebook
    some = [*random_cases(rulebook, rulebook.conclusions, 20), *random_cases(rulebook, rulebook.conclusions, 20, unknown=0.3)]
    prove(field.on_all_rules(rulebook, some, DAY, say), rulebook.conclusions)
    case = engine.read_case(CASE)
    there = project(assume(case, engine.catalogue.assumptions)[0], (), CASE_DAY, rulebook.vocabulary)
    values = values_on(there, rulebook.vocabulary)
    say("timing the whole rulebook")
    times = race(field.on_all_rules(rulebook, [values], CASE_DAY, say))
    head(f"whole rulebook: {len(rulebook.conclusions)} rules in files, {len(rulebook.rules)} without sugar, {CASE.name}", "ms")
    for name, rounds in times.items():
        line(name, median(rounds), 0.2e-3 if name == field.FUNCTION else None)
    line("before: the facts that follow from the case", clock(partial(values_on, there, rulebook.vocabulary), repeats=100))
    line("all of it and more: Engine.assess", clock(partial(engine.assess, case, CASE_DAY), repeats=20))


def loading_and_commands(engine: Engine) -> None:
    """What is paid once: loading, a process, a search."""
    case = engine.read_case(CASE)
    command = [sys.executable, "-m", "klappts_engine.cli", "assess", str(CASE), "--on", CASE_DAY.isoformat()]
    say("timing load, process and paths")
    head("once", "ms")
    line("Engine.load()", clock(Engine.load), 0.5)
    line("klappts assess, as a process", clock(partial(subprocess.run, command, check=True, capture_output=True)), 1.0)
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
    print(f"\n{title}\n  {'':44}" + "".join(f"{column:>{12 + 2 * index}}" for index, column in enumerate(columns)))


def line(name: str, seconds: float, goal: float | None = None) -> None:
    """One row in milliseconds."""
    print(f"  {name:44}{seconds * 1e3:12.3f}" + (f"  goal: at most {goal * 1e3:g}" if goal else ""))


def say(text: str) -> None:
    """Progress, apart from the tables."""
    print(f"... {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
