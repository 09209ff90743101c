"""The tables that the benchmarks print: a title with columns, rows in milliseconds, goals."""

from __future__ import annotations

import datetime as dt
import math
import sys
from collections.abc import Iterable, Sequence
from statistics import median

CASE_DAY = dt.date(2026, 11, 22)
GOALS = ("for", "beruf")


def head(title: str, *columns: str) -> None:
    """Title of a table and its columns."""
    print(
        f"\n{title}\n  {'':44}"
        + "".join(f"{column:>{12 + 2 * index}}" for index, column in enumerate(columns))
    )


def line(name: str, seconds: float, goal: float | None = None) -> None:
    """One row in milliseconds."""
    print(f"  {name:44}{seconds * 1e3:12.3f}" + (f"  goal: at most {goal * 1e3:g}" if goal else ""))


def row(name: str, *figures: float, goal: str = "", digits: int = 2) -> None:
    """One row of plain figures below the columns of `head`; what is not a number stays empty."""
    cells = (
        f"{'' if math.isnan(figure) else f'{figure:.{digits}f}':>{12 + 2 * index}}"
        for index, figure in enumerate(figures)
    )
    print(f"  {name:44}{''.join(cells)}  {goal and f'goal: {goal}'}".rstrip())


def spread(name: str, seconds: Sequence[float], goal: str = "") -> None:
    """One row in milliseconds: median, 95 of 100, longest."""
    row(name, *(1e3 * one for one in spread_of(seconds)), goal=goal, digits=0)


def spread_of(values: Sequence[float]) -> tuple[float, float, float]:
    """The median, the value that 95 of 100 do not exceed, and the largest."""
    return median(values), percentile(values, 0.95), max(values)


def percentile(values: Iterable[float], part: float) -> float:
    """The smallest of `values` that at least `part` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def say(text: str) -> None:
    """Progress, apart from the tables."""
    print(f"... {text}", file=sys.stderr, flush=True)
