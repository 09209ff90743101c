"""The steps of a way once more, with other durations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from klappts_engine.rules.residual import NEVER
from klappts_engine.ways.horizon import Changes
from klappts_engine.ways.meanwhile import Meanwhile, stands
from klappts_engine.ways.moves import Move, Moves


def replay(
    known: Moves, moves: Iterable[Move], months: Callable[[str, Changes], float]
) -> list[Move] | None:
    """The same steps, each begun as early as its door lets it and lasting `months`; None if one
    stays shut.

    A step under way keeps its start, and is over today at the earliest. A step beside it that
    cannot begin before that begins afterwards.
    """
    found: list[Move] = []
    for move in moves:
        begun = _begun(known, move, found)
        if begun is None:
            return None
        changes = stands(known, [*found, begun])[-2]
        end = max(
            known.over(begun.step, begun.start, months(begun.step, changes)), known.future.days[0]
        )
        found.append(
            Move(begun.step, begun.start, end, begun.grade, begun.running, begun.meanwhile)
        )
    return found


def arrival(moves: Sequence[Move], while_running: bool) -> dt.date:
    """The day on which a way is over; `while_running`: its last step leads to the goal while
    another one is still running."""
    return moves[-1].end if while_running else max(move.end for move in moves)


def _begun(known: Moves, move: Move, before: list[Move]) -> Move | None:
    """A move that comes next, begun as early as can be; its end is not settled yet."""
    if move.running:
        return move
    day = _meanwhile(known, move, before) if move.meanwhile else None
    if day is not None:
        return Move(move.step, day, day, move.grade, meanwhile=True)
    changes, month = (
        stands(known, before)[-1],
        known.future.index(max((one.end for one in before), default=dt.date.min)),
    )
    doors = known.openings(move.step, move.grade, changes)
    open_ = (
        m
        for m, level in zip(doors.starts, doors.levels, strict=True)
        if m >= month and level < NEVER
    )
    return next(
        (Move(move.step, known.future.days[m], known.future.days[m], move.grade) for m in open_),
        None,
    )


def _meanwhile(known: Moves, move: Move, before: list[Move]) -> dt.date | None:
    """The first day on which a step can begin while the one under way is running; None if it is
    over by then."""
    running, *others = before
    if any(not other.meanwhile for other in others):
        return None
    beside = Meanwhile(known, running)
    changes, month = (
        stands(known, others)[-1],
        known.future.index(max((one.end for one in others), default=dt.date.min)),
    )
    starts = (start for start in beside.starts(move.step, running.end) if start >= month)
    return next(
        (
            known.future.days[k]
            for k in starts
            if beside.level(move.step, move.grade, changes, k) < NEVER
        ),
        None,
    )
