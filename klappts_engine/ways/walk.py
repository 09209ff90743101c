"""A way taken leg by leg: on given days at what cost, or with other durations on which days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from klappts_engine.rules.residual import NEVER
from klappts_engine.ways.access import Late
from klappts_engine.ways.horizon import Changes
from klappts_engine.ways.transitions import START, Leg, State, StepKind, Transitions


class Account(NamedTuple):
    """How it stands after some legs: state, month of the grid, weakest level, unsecured months."""

    state: State
    month: int
    level: int
    unsecured: int


def taken(known: Transitions, at: Account, leg: Leg) -> Account | None:
    """How it stands after one more step; None if its door is shut, it comes too early, or does not
    end on its day."""
    changes, ledger = at.state.changes, known.ledger
    start = known.horizon.index(leg.start)
    months = known.doors.duration(leg.step, changes)
    level = known.openings(leg.step, leg.grade, at.state).level(start)
    if start < at.month or level == NEVER or known.end(leg.step, start, months)[1] != leg.end:
        return None
    waiting, month = ledger.waiting(changes), known.horizon.index(leg.end)
    unsecured = waiting[start] - waiting[at.month]
    unsecured += ledger.doing(leg.step, changes, leg.start, start, month)
    after = known.after(leg, at.state)
    return Account(after, month, max(at.level, level), at.unsecured + unsecured)


def begun(known: Transitions, first: Sequence[Leg]) -> Account:
    """How it stands after the step that is under way and what is done beside it; as at the start if
    none is."""
    if not first:
        return Account(known.start, 0, 0, 0)
    (running, *others), states = first, known.states_along(first)
    levels = [known.hope_level(running.step, running.grade, START, known.horizon.days[0])]
    levels += [
        known.level(leg.step, leg.grade, state._replace(running=True), leg.start)
        for leg, state in zip(others, states[1:], strict=False)
    ]
    until, end = known.horizon.index(running.end), max(leg.end for leg in first)
    month = known.horizon.index(end)
    unsecured = known.ledger.doing(running.step, START.changes, running.start, 0, until)
    if end > running.end:
        last, before = others[-1], states[-2]
        between = known.after(running, before).changes
        unsecured += known.ledger.doing(
            last.step, before.changes, last.start, until, month, between
        )
    return Account(states[-1], month, max(levels), unsecured)


def replay(
    known: Transitions,
    legs: Iterable[Leg],
    months: Callable[[str, Changes], float],
    longer: bool,
    asks: bool = False,
) -> list[Leg] | None:
    """The same steps, each lasting `months` and begun as early as its door lets it; None if one
    stays shut.

    `longer`: the durations are no shorter than usual, so no step begins before its usual start. A
    step under way keeps its start, and is over today at the earliest. A step beside it that cannot
    begin before its end begins afterwards. Not begun outside the usual time, unless it begins then
    already; with `asks` where one missed the time to apply.
    """
    found: list[Leg] = []
    for leg in legs:
        earliest = leg.start if longer else dt.date.min
        start = _begun(known, leg, found, earliest, asks)
        if start is None:
            return None
        kind, day = start
        changes = known.states_along([*found, Leg(kind, leg.step, day, day, leg.grade)])[-2].changes
        end = max(known.over(leg.step, day, months(leg.step, changes)), known.horizon.days[0])
        if kind == "running" and longer:
            end = max(end, leg.end)
        found.append(Leg(kind, leg.step, day, end, leg.grade))
    return found


def arrival(legs: Sequence[Leg], while_running: bool) -> dt.date:
    """The day on which a way is over; `while_running`: its last step leads to the goal while
    another one is still running."""
    return legs[-1].end if while_running else max(leg.end for leg in legs)


def _begun(
    known: Transitions, leg: Leg, before: list[Leg], earliest: dt.date, asks: bool
) -> tuple[StepKind, dt.date] | None:
    """The kind and the first day of a leg that comes next; its end is not settled yet."""
    if leg.kind == "running":
        return "running", leg.start
    beside = leg.kind == "beside" and all(one.kind != "step" for one in before)
    if beside and (day := _first(known, leg, before, earliest, asks, running=True)):
        return "beside", day
    day = _first(known, leg, before, earliest, asks, running=False)
    return ("step", day) if day else None


def _first(
    known: Transitions,
    leg: Leg,
    before: list[Leg],
    earliest: dt.date,
    asks: bool,
    running: bool,
) -> dt.date | None:
    """The first day on which a step can begin: beside the running one, or when all before it are
    over."""
    over = [one.end for one in before if not (running and one.kind == "running")]
    month = known.horizon.index(max(over, default=dt.date.min))
    legs = before[1:] if running else before
    state = known.states_along(legs)[-1]._replace(running=running)
    late, usual = known.doors.late(leg.step), known.horizon.index(leg.start)
    openings = known.openings(leg.step, leg.grade, state)
    days = (
        known.horizon.days[k]
        for k, there in zip(openings.starts, openings.levels, strict=True)
        if k >= month and there < NEVER and (k == usual or not _unusual(late.get(k), asks))
    )
    return next((day for day in days if day >= earliest), None)


def _unusual(late: Late | None, asks: bool) -> bool:
    """Whether a start is not one to count on: a hope, or one to ask for where nothing is asked."""
    return late is not None and (late.hope or (late.level > 0 and not asks))
