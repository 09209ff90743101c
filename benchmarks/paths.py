"""How long the search for ways takes: for every person and goal, and on catalogues of fewer
steps."""

from __future__ import annotations

import datetime as dt
import random
import resource
import sys
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.contest import clock
from klappts_engine import Engine
from klappts_engine.facts.case import Case

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


@dataclass(frozen=True)
class Spent:
    """What one question took, in seconds."""

    person: str
    goal: str
    processor: float
    wall: float


def persons(engine: Engine) -> dict[str, Case]:
    """The made-up persons among the examples."""
    return {path.stem: engine.read_case(path) for path in sorted(EXAMPLES.glob("p[0-9]*.yaml"))}


def warm(
    engine: Engine, cases: Mapping[str, Case], goals: Iterable[str], day: dt.date
) -> list[Spent]:
    """What `Engine.paths` takes for every person and goal, each asked once before."""
    asked = [(person, goal) for goal in goals for person in cases]
    for person, goal in asked:
        engine.paths(cases[person], goal, day)
    return [_spent(engine, person, cases[person], goal, day) for person, goal in asked]


def _spent(engine: Engine, person: str, case: Case, goal: str, day: dt.date) -> Spent:
    processor, wall = time.process_time(), time.perf_counter()
    engine.paths(case, goal, day)
    return Spent(person, goal, time.process_time() - processor, time.perf_counter() - wall)


def peak_memory() -> float:
    """The most memory this process has held so far, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6


def steps_on_ways(engine: Engine, case: Case, goal: str, day: dt.date) -> set[str]:
    """The steps of all ways found."""
    return {step.id for way in engine.paths(case, goal, day).paths for step in way.steps}


def some_steps(engine: Engine, needed: Collection[str], number: int, seed: int = 1) -> list[str]:
    """`number` steps of the catalogue: those `needed`, then others in an order that is the same for
    the same seed.

    A larger number keeps what a smaller one has; never fewer than `needed`.
    """
    others = sorted(set(engine.catalogue.steps) - set(needed))
    random.Random(seed).shuffle(others)
    return [*sorted(needed), *others[: max(0, number - len(needed))]]


def with_steps(engine: Engine, steps: Collection[str]) -> Engine:
    """The engine with nothing but these steps in its catalogue."""
    catalogue = engine.catalogue
    kept = {id: step for id, step in catalogue.steps.items() if id in steps}
    conditions = {
        name: tree for name, tree in catalogue.conditions.items() if _step_of(name) in {None, *kept}
    }
    return Engine(
        engine.rulebook,
        replace(catalogue, steps=kept, conditions=conditions),
        engine.case_class,
        "function",
    )


def _step_of(condition: str) -> str | None:
    kind, _, rest = condition.partition(":")
    return rest.partition(":")[0] if kind == "step" else None


class Grown(NamedTuple):
    """What `Engine.paths` takes on a catalogue of some size, asked before, and how many ways it
    finds."""

    steps: int
    seconds: float
    ways: int


def growth(
    engine: Engine, case: Case, goal: str, day: dt.date, numbers: Sequence[int]
) -> list[Grown]:
    """The same question on catalogues of so many steps.

    The steps of the ways found in the whole catalogue are in all of them.
    """
    needed = steps_on_ways(engine, case, goal, day)
    found = []
    for number in numbers:
        smaller = with_steps(engine, some_steps(engine, needed, number))
        ways = len(smaller.paths(case, goal, day).paths)
        seconds = clock(partial(smaller.paths, case, goal, day), rounds=3)
        found.append(Grown(len(smaller.catalogue.steps), seconds, ways))
    return found
