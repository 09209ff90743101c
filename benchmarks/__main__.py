"""Prints how fast the engine is: all parts, or those that are named.

Everything that is compared is first proven to give the same answers. A figure that misses its goal
fails nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from benchmarks import paths
from benchmarks.parts import ablation, baseline, explanations, rules, solver, ways
from benchmarks.tables import say
from klappts_engine import Engine, KlapptsError
from klappts_engine.facts.case import Case

Part = Callable[[Engine, Mapping[str, Case]], None]


def parts(persons: int) -> dict[str, Part]:
    """Every part by name, in the order in which they run."""
    return {
        "paths": ways.every_person,  # first, so that the memory is that of the engine alone
        "baseline": partial(baseline.beside_baseline, number=persons),
        "ablation": ablation.ablation,
        "growth": ways.growth,
        "explanations": explanations.explaining,
        "rules": rules.twelve_rules,
        "rulebook": rules.whole_rulebook,
        "solver": solver.constraint_solver,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the parts asked for, one after the other. Exits with 1 and a sentence if the data are
    damaged or two contestants disagree."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"one of {', '.join(parts(0))}; default: all")
    parser.add_argument(
        "--persons",
        type=int,
        default=baseline.PERSONS,
        help="how many of the 300 perturbed persons are asked in the part baseline",
    )
    options = parser.parse_args(arguments)
    known = parts(options.persons)
    if unknown := [name for name in options.part if name not in known]:
        parser.error(f"no part {unknown[0]!r}; there are {', '.join(known)}")
    say("loading")
    try:
        engine = Engine.load()
    except KlapptsError as problem:
        raise SystemExit(str(problem)) from None
    cases = paths.persons(engine)
    for name in options.part or known:
        known[name](engine, cases)


if __name__ == "__main__":
    main()
