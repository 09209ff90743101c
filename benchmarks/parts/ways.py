"""Prints what the search for ways takes: for every example, and with the number of steps."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks import paths
from benchmarks.tables import CASE_DAY, GOALS, head, say, spread
from klappts_engine import Engine
from klappts_engine.facts.case import Case

GROWING = ("p03", "p07", "p13")
NUMBERS = (20, 40, 60, 80)


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
