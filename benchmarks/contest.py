"""Several ways to the same answers: first held against each other, then timed in turns."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Contestant:
    """One way to answer a case, and the cases in the form it reads."""

    name: str
    answer: Callable[[Any], Mapping[str, bool | None]]
    cases: Sequence[Any]


def difference(contestants: Sequence[Contestant], conclusions: Iterable[str]) -> str | None:
    """The first answer that is not the same for all, in a sentence; None if there is none."""
    first, *others = contestants
    wanted = tuple(conclusions)
    for number, case in enumerate(first.cases):
        expected = first.answer(case)
        for other in others:
            given = other.answer(other.cases[number])
            for id in wanted:
                if given[id] != expected[id]:
                    return (
                        f"{id} in case {number}: {first.name} says {expected[id]}, "
                        f"{other.name} says {given[id]}"
                    )
    return None


def race(
    contestants: Sequence[Contestant], rounds: int = 15, slice_seconds: float = 0.01
) -> dict[str, list[float]]:
    """Seconds per case in each of several rounds, in which everyone has a turn of about the same
    length, the fastest first.

    Ratios are best taken round by round: a machine that slows down for a while then slows down both
    sides.
    """
    single = {one.name: min(_turn(one, 1) for _ in range(3)) for one in contestants}
    found: dict[str, list[float]] = {
        one.name: [] for one in sorted(contestants, key=lambda one: single[one.name])
    }
    turns = {name: max(1, round(slice_seconds / seconds)) for name, seconds in single.items()}
    by_name = {one.name: one for one in contestants}
    for _ in range(rounds):
        for name, times in found.items():
            times.append(_turn(by_name[name], turns[name]) / turns[name] / len(by_name[name].cases))
    return found


def ratio(times: Sequence[float], base: Sequence[float]) -> float:
    """How many times longer than `base`: the median over the rounds."""
    return statistics.median(one / other for one, other in zip(times, base, strict=True))


def clock(action: Callable[[], object], rounds: int = 5, repeats: int = 1) -> float:
    """Seconds that `action` takes: the median of several rounds, in each of which it runs `repeats`
    times."""
    return statistics.median(_timed(action, repeats) / repeats for _ in range(rounds))


def _turn(one: Contestant, repeats: int) -> float:
    answer, cases = one.answer, one.cases

    def run() -> None:
        for case in cases:
            answer(case)

    return _timed(run, repeats)


def _timed(action: Callable[[], object], repeats: int) -> float:
    """Without the garbage collector, whose pauses would fall on whoever happens to run."""
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        for _ in range(repeats):
            action()
        return time.perf_counter() - start
    finally:
        gc.enable()
