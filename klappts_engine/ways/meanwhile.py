"""What can be done while the step runs that is under way today.

Only a step that leaves the livelihood as it is stands beside it in a way: one of the profile
between steps that brings no facts of its own while it runs. So the running step is paid for as if
it ran alone.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from klappts_engine.facts.calendar import months_elapsed
from klappts_engine.ways.access import Door
from klappts_engine.ways.beside import runs_beside
from klappts_engine.ways.horizon import NO_CHANGES, Changes, joined
from klappts_engine.ways.moves import Move, Moves, months_between, or_never


class Opening(NamedTuple):
    """A start of a step, by its number on the grid, the month and day on which it is over then, and
    its level."""

    start: int
    month: int
    end: dt.date
    level: int


class Meanwhile:
    """The time until `running` is over."""

    def __init__(self, moves: Moves, running: Move) -> None:
        self.running = running
        self.moves = moves
        self._doors = moves.doors
        self._days = moves.future.days
        self._openings: dict[tuple[str, str, Changes], list[Opening]] = {}
        self._unsecured: dict[dt.date, int] = {}

    @cached_property
    def steps(self) -> list[str]:
        """The steps that a way can take beside the running one, by the catalogue."""
        return [id for id in self.moves.catalogue.steps if self._admits(id)]

    def _admits(self, id: str) -> bool:
        catalogue = self.moves.catalogue
        step = catalogue.steps[id]
        alone = step.role == "main" and not step.during and not step.phases
        return (
            alone
            and catalogue.livelihood(id) == catalogue.head.search.idle
            and runs_beside(catalogue, self.running.step, id)
        )

    def levels(self) -> range:
        """The levels that ways can have by what is done beside: any, if something can be."""
        return range(self._doors.unknown_level + 1 if self.steps else 0)

    def activity(self, day: dt.date) -> Changes:
        """The facts of the running step on a day; what is done beside it changes nothing of
        them."""
        month = int(months_elapsed(self.running.start, day) or 0)
        return self._doors.activity(self.running.step, NO_CHANGES, month)

    def door(self, id: str, changes: Changes, day: dt.date) -> Door:
        """The door of a step on a day while the other one is running, when `changes` have come
        about beside it."""
        return self._doors.meanwhile(id, joined(changes, self.activity(day)), day)

    def openings(self, id: str, grade: str, changes: Changes) -> list[Opening]:
        """Each start of a step while the other one is running."""
        key = (id, grade, changes)
        if key not in self._openings:
            self._openings[key] = list(self._opened(*key))
        return self._openings[key]

    def _opened(self, id: str, grade: str, changes: Changes) -> Iterator[Opening]:
        months = self._doors.duration(id, changes)
        levels: dict[tuple[int, Changes], int] = {}
        for start in self.starts(id, self.running.end):
            turn = self._turns[start]
            if turn not in levels:
                levels[turn] = self.level(id, grade, changes, start)
            yield Opening(start, *self.moves.end(id, start, months), levels[turn])

    @cached_property
    def _turns(self) -> list[tuple[int, Changes]]:
        """For each day of the grid while the step is running what time can change about doors: its
        stretch, and the activity."""
        days = itertools.takewhile(lambda day: day < self.running.end, self._days)
        return [(self.moves.future.stretch(day), self.activity(day)) for day in days]

    def level(self, id: str, grade: str, changes: Changes, start: int) -> int:
        """The level of a step that begins on a day of the grid, with that of the hope for
        `grade`."""
        day = self._days[start]
        hope = self.moves.hope_level(id, grade, changes, day, self.activity(day))
        return max(or_never(self.door(id, changes, day).level), hope)

    def starts(self, id: str, until: dt.date) -> Iterable[int]:
        """The days of the grid, by number, on which a step can begin before the day `until`."""
        return (start for start in self.moves.starts(id) if self._days[start] < until)

    def reached(self, goal: str, changes: Changes, day: dt.date) -> bool:
        """Whether a goal is reached on a day though the step is still running."""
        return self._doors.truth(goal, [goal], changes, day, self.activity(day))[goal] is True

    def unsecured(self, until: dt.date) -> int:
        """The months of the running step from today to a day, at most to its end, that nothing is
        known to pay for."""
        until = min(until, self.running.end)
        if until not in self._unsecured:
            self._unsecured[until] = self.moves.unsecured_left(
                self.running.step, NO_CHANGES, self.running.start, until
            )
        return self._unsecured[until]

    def unsecured_after(self, move: Move, before: Changes, after: Changes) -> int:
        """The months of a step beside that come after the end of the running one and that nothing
        is known to pay for.

        `before` had come about when it began, `after` when the running one was over.
        """
        doors, profile = self._doors, self.moves.catalogue.livelihood(move.step)
        return sum(
            doors.living(profile, after, doors.activity(move.step, before, number), day).secured
            is not True
            for number, day in months_between(move.start, move.end)
            if day >= self.running.end
        )


def stands(known: Moves, moves: Iterable[Move]) -> list[Changes]:
    """What has come about when each move of a way begins, and after all of them.

    What is done beside the running step comes about at its own end: before the outcome of the
    running step if it is not over later.
    """
    found: list[Changes] = []
    changes, running = NO_CHANGES, None
    for move in moves:
        if running and not move.meanwhile:
            changes, running = known.after(running, changes), None
        found.append(changes)
        if running and move.end > running.end:
            changes, running = known.after(running, changes), None
        if move.running:
            running = move
        else:
            changes = known.after(move, changes)
    return [*found, known.after(running, changes) if running else changes]
