"""What taking a step means for one case: when it begins, its level, changes, unpaid months."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any as AnyValue
from typing import NamedTuple

from klappts_engine.facts.calendar import add_months
from klappts_engine.pathways import dates
from klappts_engine.pathways.catalogue import is_increment
from klappts_engine.rules.residual import NEVER
from klappts_engine.ways.access import Doors
from klappts_engine.ways.bounds import never_over
from klappts_engine.ways.horizon import NO_CHANGES, Changes, changed, restrict

FULL = "full"


@dataclass(frozen=True)
class Move:
    """One step of a way: begun on `start`, over on `end`, with the outcome `grade`.

    `running`: it is under way already. `meanwhile`: it is begun beside the step that is under way
    already.
    """

    step: str
    start: dt.date
    end: dt.date
    grade: str = FULL
    running: bool = False
    meanwhile: bool = False


class Result(NamedTuple):
    """One outcome of a step: its grade, what it changes, and whether it is a hope."""

    grade: str
    facts: dict[str, AnyValue]
    hope: bool


class Concern(NamedTuple):
    """What a step concerns: the changeable facts it can hang on, the leaves through which it does
    (by number), the facts of which every value makes a difference, and those on which the
    livelihood meanwhile can hang."""

    facts: frozenset[str]
    asks: frozenset[int]
    exact: frozenset[str]
    living: frozenset[str]


Busy = list[tuple[int, list[int]]]
"""For each phase of a step the month of it in which it begins, and the unsecured months before each
day of the grid."""


class Openings(NamedTuple):
    """The months in which a step can begin, its level at each (`NEVER`: shut), and the best level
    from each on."""

    starts: list[int]
    levels: list[int]
    best: list[int]


class Moves:
    """The steps of one case. What is found is kept by the changes that can matter for it."""

    def __init__(self, doors: Doors) -> None:
        self.doors = doors
        self.future = doors.future
        self.catalogue = doors.catalogue
        self._vocabulary = doors.rulebook.vocabulary
        self._ends: dict[tuple[str, int, int], tuple[int, dt.date]] = {}
        self._earliest: dict[str, list[int]] = {}
        self._results: dict[str, list[Result]] = {}
        self._start_months: dict[str, list[int]] = {}
        self._opened: dict[tuple[str, str, Changes], Openings] = {}
        self._turns: dict[tuple[str, str], tuple[list[int], list[int]]] = {}
        self._least_hopes: dict[tuple[str, str], int] = {}
        self._idle: dict[Changes, list[int]] = {}
        self._busy: dict[tuple[str, Changes], Busy] = {}
        self._paid: dict[tuple[str, Changes, Changes], list[int]] = {}
        self._from_today: dict[tuple[str, Changes, dt.date], int] = {}
        self._concerns: dict[str, Concern] = {}

    @cached_property
    def _stretches(self) -> list[int]:
        """For each day of the grid the number of its stretch."""
        return [self.future.stretch(day) for day in self.future.days]

    @cached_property
    def under_way(self) -> Move | None:
        """The step that is under way today, until its end; None if none is, or it is over today."""
        if self.doors.running is None:
            return None
        id, since = self.doors.running
        end = self.over(id, since, self.doors.duration(id, NO_CHANGES))
        return Move(id, since, end, running=True) if end > self.future.days[0] else None

    def results(self, id: str) -> list[Result]:
        """The outcomes a way can count on, or hope for."""
        if id not in self._results:
            outcomes = self.catalogue.steps[id].outcomes
            hopes = (
                Result(f"best.{number}", facts, True) for number, facts in enumerate(outcomes.best)
            )
            self._results[id] = [Result(FULL, outcomes.full, False), *hopes]
        return self._results[id]

    def outcome(self, facts: dict[str, AnyValue], changes: Changes) -> Changes:
        """The changes after an outcome.

        A ladder only rises. A counter that is unknown becomes what the step adds: at least so much
        is known.
        """
        values = self.future.today(changes)
        new: dict[str, AnyValue] = {}
        for fact, value in facts.items():
            now = values.get(fact)
            if is_increment(value):
                value = min((now or 0) + int(value), self.doors.caps.get(fact, math.inf))
            elif self._vocabulary.facts[fact].ladder and now is not None:
                value = max(now, value, key=self._vocabulary.facts[fact].values.index)
            if value != now:
                new[fact] = value
        return changed(changes, new)

    def after(self, move: Move, changes: Changes) -> Changes:
        """The changes after a move."""
        return self.outcome(
            next(one.facts for one in self.results(move.step) if one.grade == move.grade), changes
        )

    def earliest_over(self, id: str) -> list[int]:
        """For each month of the grid the first month in which a step can be over that begins then
        or later."""
        if id not in self._earliest:
            self._earliest[id] = self._earliest_over(id)
        return self._earliest[id]

    def _earliest_over(self, id: str) -> list[int]:
        step = self.catalogue.steps[id]
        shortest = min(step.lengths)
        found = never_over(len(self.future.days))
        for start in reversed(self.starts(id)):
            end = (
                start + shortest
                if not step.exams
                else self.future.index(self.over(id, self.future.days[start], shortest))
            )
            found[start] = end if end < len(self.future.days) else found[start]
        for month in range(len(found) - 2, -1, -1):
            found[month] = min(found[month], found[month + 1])
        return found

    def over(self, id: str, start: dt.date, months: float) -> dt.date:
        """The day on which a step is over."""
        return dates.over(self.catalogue.steps[id], start, math.ceil(months))

    def end(self, id: str, start: int, months: int) -> tuple[int, dt.date]:
        """The month in which a step is over that begins on a day of the grid and lasts `months`,
        and the day."""
        key = (id, start, months)
        if key not in self._ends:
            day = self.over(id, self.future.days[start], months)
            self._ends[key] = (self.future.index(day), day)
        return self._ends[key]

    def starts(self, id: str) -> list[int]:
        """The numbers of the days of the grid on which a step can begin."""
        if id not in self._start_months:
            self._start_months[id] = dates.starts(self.catalogue.steps[id], self.future.days)
        return self._start_months[id]

    def openings(self, id: str, grade: str, changes: Changes) -> Openings:
        """The level of a step at each of its starts, with that of the hope for `grade`."""
        key = (id, grade, changes)
        if key not in self._opened:
            facts = self.doors.matters(id).facts | self.hope_facts(id, grade)
            less = (id, grade, restrict(changes, facts))
            if less not in self._opened:
                self._opened[less] = self._openings(*less)
            self._opened[key] = self._opened[less]
        return self._opened[key]

    def _openings(self, id: str, grade: str, changes: Changes) -> Openings:
        starts, (turns, firsts) = self.starts(id), self._turning(id, grade)
        days = [self.future.days[start] for start in firsts]
        by_turn = [
            max(
                or_never(self.doors.door(id, changes, day).level),
                self.hope_level(id, grade, changes, day),
            )
            for day in days
        ]
        levels = [by_turn[turn] for turn in turns]
        best = list(accumulate(reversed(levels), min))
        return Openings(starts, levels, best[::-1])

    def _turning(self, id: str, grade: str) -> tuple[list[int], list[int]]:
        """The starts of a step by what time can change about its level: a number for each start,
        and its first start."""
        if (id, grade) not in self._turns:
            name = self._only_if(id, grade)
            hope = (self.doors.matter(name, [name]).alike,) if name else ()
            alike = (self.doors.matters(id).alike, *hope)
            numbers: dict[tuple[int, ...], int] = {}
            firsts: list[int] = []
            turns: list[int] = []
            for start in self.starts(id):
                turn = tuple(one[self._stretches[start]] for one in alike)
                if turn not in numbers:
                    numbers[turn] = len(firsts)
                    firsts.append(start)
                turns.append(numbers[turn])
            self._turns[id, grade] = (turns, firsts)
        return self._turns[id, grade]

    def hope_level(
        self, id: str, grade: str, changes: Changes, day: dt.date, activity: Changes = NO_CHANGES
    ) -> int:
        """The level that the condition of an outcome adds: none if it holds, that of an unknown
        door if it is open."""
        name = self._only_if(id, grade)
        if name is None:
            return 0
        truth = self.doors.truth(name, [name], changes, day, activity)[name]
        return 0 if truth else self.doors.unknown_level if truth is None else NEVER

    def least_hope_level(self, id: str, grade: str) -> int:
        """A level that the condition of an outcome cannot be better than: exact where nothing that
        steps change bears on it."""
        key = (id, grade)
        if key not in self._least_hopes:
            name = self._only_if(id, grade)
            settled = name and not self.doors.matter(name, [name]).asks
            days = (self.future.days[start] for start in self._turning(id, grade)[1])
            self._least_hopes[key] = (
                min((self.hope_level(id, grade, NO_CHANGES, day) for day in days), default=NEVER)
                if settled
                else 0
            )
        return self._least_hopes[key]

    def hope_facts(self, id: str, grade: str) -> frozenset[str]:
        """The facts that the condition of an outcome can hang on."""
        name = self._only_if(id, grade)
        return self.doors.matter(name, [name]).facts if name else frozenset()

    def idle(self, changes: Changes) -> list[int]:
        """For each day of the grid the unsecured months before it if nothing is done."""
        if changes not in self._idle:
            self._idle[changes] = self._unpaid_until(
                self.catalogue.head.search.idle, changes, NO_CHANGES
            )
        return self._idle[changes]

    def busy(self, id: str, changes: Changes) -> Busy:
        """For each phase of a step the month of it in which it begins, and the unsecured months
        before each day of the grid."""
        if (id, changes) not in self._busy:
            livelihood = self.catalogue.livelihood(id)
            self._busy[id, changes] = [
                (
                    month,
                    self._unpaid_until(
                        livelihood, changes, self.doors.activity(id, changes, month)
                    ),
                )
                for month in self._phases(id, changes)
            ]
        return self._busy[id, changes]

    def unsecured(self, id: str, changes: Changes, busy: Busy, start: int, end: dt.date) -> int:
        """The months of a step from a start to its end that nothing is known to pay for."""
        if start == 0:  # its months begin on the day asked for, not on the first
            return self._unsecured_from_today(id, changes, end)
        found, stop = 0, self.future.index(end)
        for number, (begin, unpaid) in enumerate(busy):
            until = start + busy[number + 1][0] if number + 1 < len(busy) else stop
            found += max(0, unpaid[min(until, stop)] - unpaid[min(start + begin, stop)])
        return found

    def _unsecured_from_today(self, id: str, changes: Changes, end: dt.date) -> int:
        key = (id, restrict(changes, self.concern(id).living), end)
        if key not in self._from_today:
            self._from_today[key] = self.unsecured_left(id, changes, self.future.days[0], end)
        return self._from_today[key]

    def unsecured_left(self, id: str, changes: Changes, since: dt.date, end: dt.date) -> int:
        """The months of a step begun on the day `since` that nothing is known to pay for, from
        today on."""
        livelihood = self.catalogue.livelihood(id)
        return sum(
            self.doors.living(
                livelihood, changes, self.doors.activity(id, changes, number), day
            ).secured
            is not True
            for number, day in self.months_left(since, end)
        )

    def months_left(self, since: dt.date, end: dt.date) -> Iterator[tuple[int, dt.date]]:
        """The months from a day to an end that begin today or later, each with its number and first
        day."""
        return (
            (number, day)
            for number, day in months_between(since, end)
            if day >= self.future.days[0]
        )

    def concern(self, id: str) -> Concern:
        """What a step concerns before it is over."""
        if id not in self._concerns:
            step, doors, livelihood = (
                self.catalogue.steps[id],
                self.doors,
                self.catalogue.livelihood(id),
            )
            exact = ({todo.fact for todo in step.todo} | set(step.by_entry)) & doors.changeable
            months = range(max(step.lengths)) if step.by_entry else self._phases(id, NO_CHANGES)
            activities = {doors.activity(id, NO_CHANGES, month) for month in months}
            parts = [
                doors.matters(id),
                *(doors.matters_for_living(livelihood, activity) for activity in activities),
            ]
            hopes = (self._only_if(id, result.grade) for result in self.results(id))
            parts += [doors.matter(name, [name]) for name in hopes if name]
            self._concerns[id] = Concern(
                facts=frozenset(exact).union(*(part.facts for part in parts)),
                asks=frozenset().union(*(part.asks for part in parts)),
                exact=frozenset(exact),
                living=frozenset(exact).union(
                    *(part.facts for part in parts[1 : 1 + len(activities)])
                ),
            )
        return self._concerns[id]

    def _only_if(self, id: str, grade: str) -> str | None:
        """The condition of an outcome of a step, if it has one."""
        name = f"step:{id}:only_if:{grade}"
        return name if name in self.catalogue.conditions else None

    def _phases(self, id: str, changes: Changes) -> list[int]:
        """The months of a step in which its facts change."""
        skipped = self.doors.skipped(id, changes)
        return sorted(
            {0, *(max(0, phase.from_month - skipped) for phase in self.catalogue.steps[id].phases)}
        )

    def _unpaid_until(self, profile: str, changes: Changes, activity: Changes) -> list[int]:
        """For each day of the grid the months before it that nothing is known to pay for."""
        key = (
            profile,
            restrict(changes, self.doors.matters_for_living(profile, activity).facts),
            activity,
        )
        if key not in self._paid:
            alike = self.doors.matters_for_living(profile, activity).alike
            known: dict[int, bool] = {}
            for stretch, day in zip(self._stretches, self.future.days, strict=True):
                if alike[stretch] not in known:
                    known[alike[stretch]] = (
                        self.doors.living(profile, changes, activity, day).secured is not True
                    )
            self._paid[key] = list(
                accumulate((known[alike[stretch]] for stretch in self._stretches), initial=0)
            )
        return self._paid[key]


def months_between(start: dt.date, end: dt.date) -> Iterator[tuple[int, dt.date]]:
    """The months from `start` to `end`, each with its number and first day."""
    return itertools.takewhile(
        lambda month: month[1] < end, ((k, add_months(start, k)) for k in itertools.count())
    )


def or_never(level: int | None) -> int:
    """The level of a door as a number; a shut one never opens."""
    return NEVER if level is None else level
