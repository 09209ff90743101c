"""Prints what the search takes beside a constraint solver, on the same questions."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from statistics import median

from benchmarks import solver
from benchmarks.comparison import Comparison, Question, compare
from benchmarks.tables import CASE_DAY, head, say
from klappts_engine import Engine
from klappts_engine.facts.case import Case

QUESTIONS = (
    Question("p09", "for", "ermessen", 15),  # the longer of two ways has fewer unsecured months
    Question("p09", "for", "ermessen", None),
    Question("p07", "for", None, 15),  # every month is paid for: little to weigh
)


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
