"""The search and a constraint solver on one question: the same steps for both, the answers side by
side, what each took."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from typing import Any

from benchmarks import solver
from benchmarks.contest import clock
from benchmarks.instance import Instance, Point, instance, points, ways_at
from benchmarks.paths import some_steps, steps_on_ways, with_steps
from klappts_engine import Engine
from klappts_engine.facts.case import Case
from klappts_engine.ways.moves import Moves
from klappts_engine.ways.search import search


@dataclass(frozen=True)
class Question:
    """Which ways, all of whose doors are as firm as `firmness`, does no other beat? Without hopes.

    `firmness` is a grade of the scale (None: even an unknown door is good enough), `steps` how many
    steps the catalogue has (None: all of them).
    """

    person: str
    goal: str
    firmness: str | None
    steps: int | None


@dataclass(frozen=True)
class Comparison:
    """The answers of both, and the seconds they took; `given`: the steps in the catalogue."""

    given: list[str]
    longest: int
    tables: Instance
    ours: set[Point]
    kept: float
    """Our search, with its answers about doors and months kept, as the solver has its tables."""
    anew: float
    """Our search, which has to find these answers first."""
    everything: float
    """Our search for ways of every firmness, and with hopes; its answers kept."""
    tabulating: float
    solved: Mapping[str, solver.Solved]
    """By name of the settings."""

    def difference(self) -> str | None:
        """Which answers are not the same, in a sentence; None if there is none."""
        for name, one in self.solved.items():
            if one.points != self.ours:
                only, missing = sorted(one.points - self.ours), sorted(self.ours - one.points)
                return (
                    f"CP-SAT, {name}: only there {only}, only ours {missing} "
                    "(days to the end, steps, unsecured months)"
                )
        return None


def compare(
    cp: Any, engine: Engine, case: Case, question: Question, day: dt.date, rounds: int = 3
) -> Comparison:
    """Both on one question; `cp` is the module of the solver. Raises ValueError for a question that
    tables cannot express."""
    goal = question.goal
    needed = steps_on_ways(engine, case, goal, day)
    given = some_steps(engine, needed, question.steps or len(engine.catalogue.steps))
    smaller = with_steps(engine, given)

    def fresh() -> Moves:
        there, _ = smaller._on(case, day, ())
        return Moves(smaller._doors(there, smaller.catalogue.head.search.horizon))

    moves = fresh()
    grades = list(moves.doors.rulebook.scale.grades)
    level = (
        moves.doors.unknown_level if question.firmness is None else grades.index(question.firmness)
    )
    ways = ways_at(moves, goal, level)
    longest = 1 + max((len(way.moves) for way in ways), default=0)
    tables = instance(moves, goal, level, longest)
    search(moves, goal)
    return Comparison(
        given=given,
        longest=longest,
        tables=tables,
        ours=points(moves, ways),
        kept=clock(partial(ways_at, moves, goal, level)),
        anew=clock(lambda: ways_at(fresh(), goal, level)),
        everything=clock(partial(search, moves, goal)),
        tabulating=clock(lambda: instance(fresh(), goal, level, longest), rounds=rounds),
        solved={
            name: _solve(cp, tables, longest, settings, rounds)
            for name, settings in solver.SETTINGS.items()
        },
    )


def _solve(
    cp: Any, tables: Instance, longest: int, settings: Mapping[str, int], rounds: int
) -> solver.Solved:
    """The answer of the solver, and the medians of what several rounds took."""
    turns = [solver.solve(cp, tables, longest, settings) for _ in range(rounds)]
    building, solving = median(one.building for one in turns), median(one.solving for one in turns)
    return replace(turns[0], building=building, solving=solving)
