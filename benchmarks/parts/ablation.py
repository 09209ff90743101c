"""What each idea of the search saves: all ways of some persons again, with one of them left out."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from benchmarks.tables import CASE_DAY, GOALS, head, row, say
from klappts_engine import Engine
from klappts_engine.facts.case import Case
from klappts_engine.ways.access import Doors
from klappts_engine.ways.problem import Bound, Problem
from klappts_engine.ways.projection import Projection
from klappts_engine.ways.search import MAX_LABELS, Budget, Solution, search

Answers = dict[tuple[str, str], tuple[Any, ...]]
"""For each person and goal the costs of the ways, the labels expanded, and the seconds taken."""

EVERY = 4
"""Every so manieth person is asked."""


PARTS: Mapping[str, tuple[type, str, Any]] = {
    "bounds": (Problem, "bound", lambda _, label, level: Bound(label.end, label.steps)),
    "conditions of doors in the bounds": (Doors, "needed", lambda *_: frozenset()),
    "values that make no difference merged": (Projection, "_stand_ins", lambda *_: {}),
    "steps that lead nowhere left out": (
        Projection,
        "_leading",
        lambda self, open_, useful: frozenset(self.steps),
    ),
}
"""What can be left out, and the method that is replaced for that."""


@contextmanager
def without(part: str | None) -> Iterator[None]:
    """The search without one of its ideas."""
    if part is None:
        yield
        return
    owner, name, other = PARTS[part]
    with patch.object(owner, name, other):
        yield


def ablation(engine: Engine, cases: Mapping[str, Case]) -> None:
    """Prints for each idea how much more is expanded, and how much longer it takes, without it.

    Raises SystemExit if the ways are not the same.
    """
    chosen = dict(list(cases.items())[::EVERY])
    head("the search without one of its ideas", "labels", "time", "slowest")
    _all_ways(engine, chosen, CASE_DAY)  # so that nothing is compiled while time is taken
    whole = _all_ways(engine, chosen, CASE_DAY)
    slowest = max(whole, key=lambda asked: float(whole[asked][2]))
    row("whole", 1, 1, 1)
    for part in PARTS:
        say(f"ablation: {part}")
        with without(part):
            found = _all_ways(engine, chosen, CASE_DAY)
        for asked, (costs, *_) in whole.items():
            if found[asked][0] != costs:
                raise SystemExit(f"without {part!r} other ways are found for {asked}")
        labels, seconds = (_sum(found, n) / _sum(whole, n) for n in (1, 2))
        row(f"without: {part}", labels, seconds, found[slowest][2] / whole[slowest][2])


def _sum(found: Answers, number: int) -> float:
    return sum(float(one[number]) for one in found.values())


def _all_ways(engine: Engine, cases: Mapping[str, Case], day: dt.date) -> Answers:
    answers: Answers = {}
    for person, case in cases.items():
        for goal in GOALS:
            known, budget = engine.at(case, on=day).transitions(), Budget()
            begun = time.process_time()
            found: tuple[Solution, ...] = search(known, goal, budget=budget).ways
            spent = time.process_time() - begun
            answers[person, goal] = (
                {way.costs for way in found},
                MAX_LABELS - budget.labels,
                spent,
            )
    return answers
