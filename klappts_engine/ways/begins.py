"""Where the planned part of a way begins: today, or when the step under way is over.

Beside the step that is under way today, and beside no other, a way can take steps one after the
other (see `Meanwhile`), each begun today or on the first of a month before the running one is over,
with a door that is open meanwhile. Each comes about at its own end: for the goal, for the doors
that come after it, and for the outcome of the running step. The running step itself stays as it was
begun: its end, its facts and what pays for it. If one begun beside it ends later, the way goes on
from there. A goal that is reached beside it is reached then, though the step goes on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from klappts_engine.ways.horizon import NO_CHANGES, Changes
from klappts_engine.ways.meanwhile import Meanwhile
from klappts_engine.ways.moves import Move, Result
from klappts_engine.ways.projection import Stages


class Begin(NamedTuple):
    """A way up to where its planned part begins, or up to the goal; `unsecured`: its months that
    nothing is known to pay for."""

    moves: tuple[Move, ...]
    changes: Changes
    month: int
    end: dt.date
    level: int = 0
    unsecured: int = 0
    hopes: bool = False
    effort: int = 0


class Begins:
    """The begins of ways that are as firm as the level `cut`, with the outcomes that the stages
    count on."""

    def __init__(self, meanwhile: Meanwhile, stages: Stages, goal: str, cut: int) -> None:
        self._beside = meanwhile
        self._moves = meanwhile.moves
        self._running = meanwhile.running
        self._stages = stages
        self._goal = goal
        self._cut = cut
        self._horizon = len(self._moves.future.days)
        self._outcomes = [(id, result) for id in meanwhile.steps for result in stages.counted(id)]
        self.at_goal: list[Begin] = []
        """The ways that reach the goal while the step is still running."""
        self._open = list(self._meanwhile())

    def later(self) -> Iterator[Begin]:
        """The begins at the end of the running step, or of what was begun beside it."""
        for ran, level in self._ran():
            for begin in self._open:
                if max(begin.level, level) <= self._cut:
                    yield from self._over(begin, ran, level)
                    yield from self._longer(begin, ran, level)

    def _meanwhile(self) -> Iterator[Begin]:
        """What can be done while the step is running and be over by then: nothing first, then with
        one more step each time."""
        queue = [Begin((), NO_CHANGES, 0, self._moves.future.days[0])]
        ends = {NO_CHANGES: queue[0].end}
        for begin in queue:  # grows meanwhile
            if self._reached(begin):
                self.at_goal.append(self._with_running(begin, self._beside.unsecured(begin.end)))
                continue
            yield begin
            for more in self._next(begin):
                if more.changes not in ends or more.end < ends[more.changes]:
                    ends[more.changes] = more.end
                    queue.append(more)

    def _reached(self, begin: Begin) -> bool:
        soon = begin.moves and begin.end < self._running.end
        return bool(soon) and self._beside.reached(self._goal, begin.changes, begin.end)

    def _with_running(self, begin: Begin, unsecured: int, ran: Result | None = None) -> Begin:
        running = replace(self._running, grade=ran.grade) if ran else self._running
        return begin._replace(moves=(running, *begin.moves), unsecured=unsecured)

    def _next(self, begin: Begin) -> Iterator[Begin]:
        """The first time for each further step that is over with the running one, at the latest."""
        for number, (_, result) in enumerate(self._outcomes):
            more = next(self._taken(begin, number, longer=False), None)
            after = self._moves.outcome(result.facts, begin.changes)
            if more and self._differ(begin.changes, after):
                yield more._replace(changes=after)

    def _taken(self, begin: Begin, number: int, longer: bool) -> Iterator[Begin]:
        """What comes of a further step for each start from which it runs longer, or not longer,
        than the running one.

        The changes are those of before.
        """
        id, result = self._outcomes[number]
        for start, month, end, level in self._beside.openings(id, result.grade, begin.changes):
            fits = start >= begin.month and month < self._horizon and level <= self._cut
            if not fits or (end > self._running.end) != longer:
                continue
            move = Move(id, self._moves.future.days[start], end, result.grade, meanwhile=True)
            yield begin._replace(
                moves=(*begin.moves, move),
                month=month,
                end=end,
                level=max(begin.level, level),
                hopes=begin.hopes or result.hope,
                effort=begin.effort + level * 100 + number,
            )

    def _ran(self) -> Iterator[tuple[Result, int]]:
        """The outcomes of the running step that ways count on, each with the level that it adds."""
        id = self._running.step
        for result in self._stages.counted(id):
            yield (
                result,
                self._moves.hope_level(id, result.grade, NO_CHANGES, self._moves.future.days[0]),
            )

    def _over(self, begin: Begin, ran: Result, level: int) -> Iterator[Begin]:
        """The begin at the end of the running step with the outcome `ran`, when all that was done
        beside it is over, too."""
        end = self._running.end
        month = self._moves.future.index(end)
        if month < self._horizon:
            there = begin._replace(
                changes=self._moves.outcome(ran.facts, begin.changes),
                month=month,
                end=end,
                level=max(begin.level, level),
                hopes=begin.hopes or ran.hope,
            )
            yield self._with_running(there, self._beside.unsecured(end), ran)

    def _longer(self, begin: Begin, ran: Result, level: int) -> Iterator[Begin]:
        """The begins at the end of one more step that is over after the running one: of its starts
        those that none beats."""
        between = self._moves.outcome(ran.facts, begin.changes)
        for number, (_, result) in enumerate(self._outcomes):
            taken = list(self._taken(begin, number, longer=True))
            after = self._moves.outcome(result.facts, between)
            if not taken or not self._differ(between, after):
                continue
            cheapest: int | None = None
            for more in taken:
                unsecured = self._beside.unsecured(self._running.end)
                unsecured += self._beside.unsecured_after(more.moves[-1], begin.changes, between)
                price = unsecured - self._moves.idle(after)[more.month]
                if cheapest is None or price < cheapest:
                    cheapest = price
                    there = more._replace(
                        changes=after, level=max(more.level, level), hopes=more.hopes or ran.hope
                    )
                    yield self._with_running(there, unsecured, ran)

    def _differ(self, before: Changes, after: Changes) -> bool:
        """Whether two states make a difference to what follows."""
        return before != after and self._stages.reduced(before) != self._stages.reduced(after)
