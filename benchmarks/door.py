"""The public door against the executor behind it: `python -m benchmarks.door`, ratios in one run.

What is timed is processor time, each call the best of several, so that a busy machine changes
little. The executor alone answers on values that lie ready; the door takes a case and a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from time import process_time
from typing import NamedTuple

from klappts_engine import Case, Engine

DAY = dt.date(2026, 11, 22)
EXAMPLES = Path(__file__).parent.parent / "examples"
EVERY = 20
"""Of the conclusions every so manieth is asked by itself."""
ROUNDS = 3
AT_LEAST = 0.002
"""Seconds that one round lasts at least."""


class Row(NamedTuple):
    """Seconds for one person, and for single conclusions on average."""

    executor_all: float
    assess_all: float
    executor_one: float
    door: float
    assess_one: float
    why: float


def seconds(call: Callable[[], object]) -> float:
    """Processor seconds of one call, the best of several rounds."""
    start = process_time()
    call()
    number = max(1, int(AT_LEAST / max(process_time() - start, 1e-7)))
    best = float("inf")
    for _ in range(ROUNDS):
        start = process_time()
        for _ in range(number):
            call()
        best = min(best, (process_time() - start) / number)
    return best


def measure(engine: Engine, case: Case, day: dt.date) -> Row:
    """What the door costs for one person, each question asked once before."""
    every = engine.rulebook.conclusions
    alone, values = engine.executors.of(*every), engine.at(case, day).values
    engine.assess(case, day)
    ones = []
    for id in every[::EVERY]:
        cone = engine.executors.of(id)
        engine.why(case, id, day)
        ones.append(
            (
                seconds(lambda cone=cone: cone.evaluate(values, day)),  # type: ignore[misc]
                seconds(lambda id=id: engine.assess(case, day, [id])),  # type: ignore[misc]
                seconds(lambda id=id: engine.why(case, id, day)),  # type: ignore[misc]
            )
        )
    executor, assess, why = (sum(column) / len(ones) for column in zip(*ones, strict=True))
    return Row(
        executor_all=seconds(lambda: alone.evaluate(values, day)),
        assess_all=seconds(lambda: engine.assess(case, day)),
        executor_one=executor,
        door=seconds(lambda: engine.at(case, day)),
        assess_one=assess,
        why=why,
    )


def report(engine: Engine, cases: Mapping[str, Case], day: dt.date) -> None:
    """Medians over the persons, and the ratios that are promised."""
    rows = [measure(engine, case, day) for case in cases.values()]
    print(f"The public door, {len(rows)} persons on {day}, median, microseconds")
    for name in Row._fields:
        print(f"  {name:14}{median(getattr(row, name) for row in rows) * 1e6:12.1f}")
    print("Ratios, median (longest)")
    pairs = {
        "all conclusions, executor alone 1, goal 12": [r.assess_all / r.executor_all for r in rows],
        "one conclusion, its executor alone 1, goal 5": [
            r.assess_one / r.executor_one for r in rows
        ],
        "one conclusion, executor of all alone 1": [r.assess_one / r.executor_all for r in rows],
    }
    for name, ratios in pairs.items():
        print(f"  {name:48}{median(ratios):8.1f} ({max(ratios):.1f})")


def examples(engine: Engine) -> dict[str, Case]:
    """The persons in `examples/`."""
    paths = sorted(EXAMPLES.glob("*.yaml"))
    return {path.stem: engine.read_case(path) for path in paths if path.stem != "own_cases"}


if __name__ == "__main__":
    loaded = Engine.load()
    report(loaded, examples(loaded), DAY)
