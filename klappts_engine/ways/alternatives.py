"""Other steps that could stand in the place of one step of a way, at the same costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from klappts_engine.ways.horizon import NO_CHANGES, Changes
from klappts_engine.ways.meanwhile import Meanwhile, stands
from klappts_engine.ways.moves import FULL, Move, Moves, Result
from klappts_engine.ways.search import Way


class Account(NamedTuple):
    """How it stands after some moves: changes, month, weakest level and unsecured months."""

    changes: Changes
    month: int
    level: int
    unsecured: int


def alternatives(moves: Moves, goal: str, way: Way) -> list[tuple[str, ...]]:
    """For each step of a way to `goal` the steps that could take its place and change none of its
    costs.

    None are looked for in the place of the step that is under way, and of what is done beside it.
    """
    first = [move for move in way.moves if move.running or move.meanwhile]
    found: list[tuple[str, ...]] = [()] * len(first)
    before = _begun(moves, first)
    for number, move in enumerate(way.moves[len(first) :], len(first)):
        found.append(tuple(dict.fromkeys(_Place(moves, goal, way, number, before).others())))
        before = _taken(moves, before, move) or before
    return found


class _Place:
    """The place of one step in a way; `before`: how it stands when the step could begin."""

    def __init__(self, moves: Moves, goal: str, way: Way, number: int, before: Account) -> None:
        self._moves = moves
        self._goal = f"goal:{goal}"
        self._way = way
        self._move = way.moves[number]
        self._rest = way.moves[number + 1 :]
        self._before = before
        self._until: dt.date = self._rest[0].start if self._rest else self._move.end

    def others(self) -> Iterator[str]:
        """The steps that fit into the place."""
        moves, until = self._moves, self._moves.future.index(self._until)
        for id, step in moves.catalogue.steps.items():
            if (
                id == self._move.step
                or step.role != "main"
                or moves.earliest_over(id)[self._before.month] > until
            ):
                continue
            if moves.doors.matters(id).never or moves.doors.least_level(id) > self._way.level:
                continue
            for result in moves.results(id):
                if result.hope == (self._move.grade != FULL) and self._fits(id, result):
                    yield id

    def _fits(self, id: str, result: Result) -> bool:
        """Whether the way costs the same with this outcome of this step; what follows it keeps its
        days."""
        moves, before = self._moves, self._before
        after, until = moves.outcome(result.facts, before.changes), moves.future.index(self._until)
        end = self._followed(Account(after, until, before.level, 0), self._rest)
        if end is None or end.level > self._way.level:
            return False
        doors, months = (
            moves.openings(id, result.grade, before.changes),
            moves.doors.duration(id, before.changes),
        )
        idle = moves.idle(after)
        for start, level in zip(doors.starts, doors.levels, strict=True):
            if start < before.month or level > self._way.level:
                continue
            month, over = moves.end(id, start, months)
            if over > self._until:
                return False
            one = _taken(moves, before, Move(id, moves.future.days[start], over, result.grade))
            if one is None or (not self._rest and over != self._until):
                continue
            unsecured = one.unsecured + idle[until] - idle[month] + end.unsecured
            if (max(one.level, end.level), unsecured) == (self._way.level, self._way.unsecured):
                return True
        return False

    def _followed(self, at: Account, rest: Sequence[Move]) -> Account | None:
        """How it stands at the goal after the rest of the way; None if a step cannot be taken, or
        the goal is not reached."""
        for move in rest:
            after = _taken(self._moves, at, move)
            if after is None:
                return None
            at = after
        reached = self._moves.doors.truth(
            self._goal, [self._goal], at.changes, self._moves.future.days[at.month]
        )
        return at if reached[self._goal] is True else None


def _begun(moves: Moves, first: Sequence[Move]) -> Account:
    """How it stands after the step that is under way and what is done beside it; as at the start if
    none is."""
    if not first:
        return Account(NO_CHANGES, 0, 0, 0)
    running, *others = first
    beside, known = Meanwhile(moves, running), stands(moves, first)
    levels = [moves.hope_level(running.step, running.grade, NO_CHANGES, moves.future.days[0])]
    levels += [
        beside.level(move.step, move.grade, changes, moves.future.index(move.start))
        for move, changes in zip(others, known[1:], strict=False)
    ]
    unsecured, end = beside.unsecured(running.end), max(move.end for move in first)
    if end > running.end:
        before = known[-2]
        unsecured += beside.unsecured_after(others[-1], before, moves.after(running, before))
    return Account(known[-1], moves.future.index(end), max(levels), unsecured)


def _taken(moves: Moves, at: Account, move: Move) -> Account | None:
    """How it stands after one more move; None if its door is shut, it comes too early, or does not
    end on its day."""
    start = moves.future.index(move.start)
    doors, months = (
        moves.openings(move.step, move.grade, at.changes),
        moves.doors.duration(move.step, at.changes),
    )
    if (
        start < at.month
        or start not in doors.starts
        or moves.end(move.step, start, months)[1] != move.end
    ):
        return None
    idle = moves.idle(at.changes)
    unsecured = at.unsecured + idle[start] - idle[at.month]
    unsecured += moves.unsecured(
        move.step, at.changes, moves.busy(move.step, at.changes), start, move.end
    )
    level = max(at.level, doors.levels[doors.starts.index(start)])
    return Account(moves.after(move, at.changes), moves.future.index(move.end), level, unsecured)
