"""Exact search for ways: every way that no other way beats in end, number of steps, firmness and unsecured months.

A way is a sequence of steps, each begun on the day asked for or on the first of a month. Its state is the value of every
fact that steps change and anything reads; counters are cut where no rule can tell the difference. A step that changes
nothing of this is never part of a way. Costs are compared only between equal states. A way that arrives earlier may wait,
at the price of the unsecured months in between, so unsecured months are compared after subtracting that price.
"""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any as AnyValue
from typing import NamedTuple

from klappts_engine.errors import Mistake, UsageError
from klappts_engine.facts.calendar import add_months
from klappts_engine.pathways.catalogue import is_increment
from klappts_engine.pathways.doors import Doors, during
from klappts_engine.pathways.future import Changes, changed
from klappts_engine.rules.facts_needed import facts_needed
from klappts_engine.rules.timeline import thresholds

MAX_LABELS = 200_000


@dataclass(frozen=True)
class Move:
    """One step of a way: begun on `start`, over on `end`; `running`: it is under way already."""

    step: str
    start: dt.date
    end: dt.date
    running: bool = False


@dataclass(frozen=True)
class Way:
    """A way to the goal. `level` is the weakest on the strength scale; one beyond its end: an unknown door is on it."""

    moves: tuple[Move, ...]
    level: int
    unsecured: int


@dataclass(slots=True)
class _Label:
    month: int
    end: dt.date
    steps: int
    level: int
    unsecured: int
    effort: int
    changes: Changes
    move: Move | None
    before: _Label | None


class _Openings(NamedTuple):
    """The months in which a step can begin, its level at each (None: shut), and the best level from each on."""

    starts: list[int]
    levels: list[int | None]
    best: list[int]


class _Busy(NamedTuple):
    """The unsecured months of a step for each of its starts, and whether there are any."""

    months: list[int]
    any: bool


_SHUT = 1_000


class Search:
    """The ways of one case through one catalogue."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._future = doors.future
        self._catalogue = doors.catalogue
        self._vocabulary = doors.rulebook.vocabulary
        self._horizon = len(doors.future.days)
        self._start_months: dict[str, list[int]] = {}
        self._opened: dict[tuple[str, Changes], _Openings] = {}
        self._unsecured: dict[tuple[str, Changes, int], _Busy] = {}
        self._idling: dict[Changes, list[int]] = {}
        self._main = [id for id, step in doors.catalogue.steps.items() if step.role == "main"]

    def ways(self, goal: str) -> list[Way]:
        """All ways to `goal` that no other beats, best known ones first. Raises UsageError beyond `MAX_LABELS` labels."""
        if self._holds(goal, frozenset(), self._future.days[0]):
            return [Way((), 0, 0)]
        found: list[tuple[_Label, int]] = []
        settled: dict[Changes, list[_Label]] = {}
        count = itertools.count()
        first = self._first()
        queue: list[tuple[int, int, int, int, int, _Label]] = [(first.month, 0, first.steps, 0, next(count), first)]
        while queue:
            *_, label = heapq.heappop(queue)
            if self._beaten(label, settled.get(label.changes, ())):
                continue
            settled.setdefault(label.changes, []).append(label)
            total = self._total(label)
            if self._holds(goal, label.changes, label.end):
                found.append((label, total))
                continue
            if any(self._no_better(label, total, other, least) for other, least in found):
                continue
            for after in self._moves(label):
                if not self._beaten(after, settled.get(after.changes, ())):
                    heapq.heappush(queue, (after.month, after.level, after.steps, after.effort, next(count), after))
            if len(queue) > MAX_LABELS:
                raise UsageError(Mistake("search_too_large", {"limit": MAX_LABELS}))
        return self._best([self._way(label, total) for label, total in found])

    def _first(self) -> _Label:
        """Where a way begins: today, or at the end of the step that is under way, which no way breaks off."""
        start = _Label(0, self._future.days[0], 0, 0, 0, 0, frozenset(), None, None)
        running = self._doors.running
        if running is None:
            return start
        id, since = running
        months = self.duration(id, start.changes)
        end = add_months(since, months)
        month = self._future.index(end)
        if end <= self._future.days[0] or month >= self._horizon:
            return start
        after = self.outcome(id, start.changes)
        unpaid = self._unpaid(id, start.changes, since, months)
        price = unpaid - self._idle(after)[month]
        return _Label(month, end, 1, 0, price, 0, after, Move(id, since, end, running=True), start)

    def _unpaid(self, id: str, changes: Changes, since: dt.date, months: int) -> int:
        """The months left of a running step that nothing is known to pay for."""
        step = self._catalogue.steps[id]
        found = 0
        for k in range(months):
            day = add_months(since, k)
            if day >= self._future.days[0]:
                found += self._doors.living(step.livelihood, changed(changes, during(step, k)), day).secured is not True
        return found

    def replay(self, way: Way, months: Callable[[str, Changes], float]) -> list[Move] | None:
        """The same steps, each begun as early as its door lets it and lasting `months`; None if one stays shut.

        A step under way keeps its start, and is over today at the earliest.
        """
        moves: list[Move] = []
        changes: Changes = frozenset()
        month = 0
        for move in way.moves:
            id = move.step
            if move.running:
                end = max(add_months(move.start, math.ceil(months(id, changes))), self._future.days[0])
                moves.append(Move(id, move.start, end, running=True))
                changes = self.outcome(id, changes)
                month = self._future.index(end)
                continue
            doors = self._openings(id, changes)
            open_ = (m for m, level in zip(doors.starts, doors.levels, strict=True) if m >= month and level is not None)
            start = next(open_, None)
            if start is None:
                return None
            day = self._future.days[start]
            end = add_months(day, math.ceil(months(id, changes)))
            moves.append(Move(id, day, end))
            changes = self.outcome(id, changes)
            month = self._future.index(end)
        return moves

    def duration(self, id: str, changes: Changes) -> int:
        """The usual months of a step, by the rung on which it is begun where the catalogue says so."""
        step = self._catalogue.steps[id]
        values = self._future.values(changes, self._future.days[0])
        for fact, by_rung in step.by_entry.items():
            if values.get(fact) in by_rung:
                return by_rung[values[fact]]
        return math.ceil(step.months[1])

    def outcome(self, id: str, changes: Changes) -> Changes:
        """The changes after the full outcome of a step, as far as anything reads them.

        A counter that is unknown becomes what the step adds: at least so much is known.
        """
        values = self._future.values(changes, self._future.days[0])
        new: dict[str, AnyValue] = {}
        for fact, value in self._catalogue.steps[id].outcomes.full.items():
            if fact not in self._read:
                continue
            now = values.get(fact)
            if is_increment(value):
                value = min((now or 0) + int(value), self._caps.get(fact, math.inf))
            elif self._vocabulary.facts[fact].ladder and now is not None:
                value = max(now, value, key=self._vocabulary.facts[fact].values.index)
            if value != now:
                new[fact] = value
        return changed(changes, new)

    def _moves(self, label: _Label) -> Iterator[_Label]:
        """The labels one step further; of several starts those that no earlier one beats."""
        for order, id in enumerate(self._main):
            after = self.outcome(id, label.changes)
            if after == label.changes:
                continue
            months = self.duration(id, label.changes)
            doors = self._openings(id, label.changes)
            busy = self._busy(id, label.changes, months)
            idle, later = self._idle(label.changes), self._idle(after)
            free = not (busy.any or idle[-1] or later[-1])  # everything is paid for, whenever the step begins
            kept: list[tuple[int, int]] = []
            for k in range(bisect_left(doors.starts, label.month), len(doors.starts)):
                if free and kept and kept[-1][0] <= doors.best[k]:
                    break
                level, start = doors.levels[k], doors.starts[k]
                if level is None:
                    continue
                day = self._future.days[start]
                end = add_months(day, months)
                month = self._future.index(end)
                if month >= self._horizon:
                    break
                price = label.unsecured + idle[start] + busy.months[k] - later[month]
                if any(level >= other and price >= cost for other, cost in kept):
                    continue
                kept.append((level, price))
                yield _Label(
                    month, end, label.steps + 1, max(label.level, level), price,
                    label.effort + level * 100 + order, after, Move(id, day, end), label,
                )  # fmt: skip

    def _starts(self, id: str) -> list[int]:
        """The months of the grid in which the step can begin: after its lead time, in its start months."""
        if id not in self._start_months:
            step = self._catalogue.steps[id]
            earliest = self._future.index(add_months(self._future.days[0], step.lead_months))
            days = self._future.days
            self._start_months[id] = [
                m
                for m in range(earliest, self._horizon)
                if not step.starts or (days[m].day == 1 and days[m].month in step.starts)
            ]
        return self._start_months[id]

    def _openings(self, id: str, changes: Changes) -> _Openings:
        """The door of a step at each of its starts."""
        key = (id, self._doors.concerning_door(id, changes))
        if key not in self._opened:
            starts = self._starts(id)
            levels = [self._doors.door(id, changes, self._future.days[m]).level for m in starts]
            best = list(accumulate((_SHUT if level is None else level for level in reversed(levels)), min))
            self._opened[key] = _Openings(starts, levels, best[::-1])
        return self._opened[key]

    def _busy(self, id: str, changes: Changes, months: int) -> _Busy:
        """For each start of a step the months of it that nothing is known to pay for."""
        step = self._catalogue.steps[id]
        key = (id, self._doors.concerning(step.livelihood, changes), months)
        if key not in self._unsecured:
            then = [changed(changes, during(step, k)) for k in range(months)]
            found = [
                sum(
                    self._doors.living(step.livelihood, then[k], add_months(self._future.days[m], k)).secured is not True
                    for k in range(months)
                )
                for m in self._starts(id)
            ]
            self._unsecured[key] = _Busy(found, any(found))
        return self._unsecured[key]

    def _idle(self, changes: Changes) -> list[int]:
        """For each month of the grid the unsecured months before it if nothing is done."""
        profile = self._catalogue.head.idle
        key = self._doors.concerning(profile, changes)
        if key not in self._idling:
            unpaid = (self._doors.living(profile, changes, day).secured is not True for day in self._future.days)
            self._idling[key] = list(accumulate(unpaid, initial=0))
        return self._idling[key]

    def _holds(self, goal: str, changes: Changes, day: dt.date) -> bool:
        id = f"goal:{goal}"
        return self._doors.truth(id, [id], changes, day)[id] is True

    @staticmethod
    def _beaten(label: _Label, others: Iterable[_Label]) -> bool:
        """Whether another label with the same changes is at least as good in everything."""
        return any(
            other.end <= label.end
            and other.steps <= label.steps
            and other.level <= label.level
            and other.unsecured <= label.unsecured
            for other in others
        )

    @staticmethod
    def _no_better(label: _Label, total: int, goal: _Label, least: int) -> bool:
        """Whether nothing that follows `label` can beat a way found: every further step costs time and a step.

        `total` and `least` are the unsecured months up to the arrival of `label` and `goal`.
        """
        return goal.end <= label.end and goal.steps <= label.steps + 1 and goal.level <= label.level and least <= total

    def _total(self, label: _Label) -> int:
        """The unsecured months up to the arrival of a label."""
        return label.unsecured + self._idle(label.changes)[label.month]

    def _way(self, label: _Label, total: int) -> Way:
        moves: list[Move] = []
        at: _Label | None = label
        while at is not None and at.move is not None:
            moves.append(at.move)
            at = at.before
        return Way(tuple(reversed(moves)), label.level, total)

    def _best(self, ways: list[Way]) -> list[Way]:
        """The ways that no other beats; known before unknown, then the earlier, the firmer, the shorter."""

        def beats(a: Way, b: Way) -> bool:
            better = _end(a) <= _end(b) and len(a.moves) <= len(b.moves) and a.level <= b.level and a.unsecured <= b.unsecured
            return better and _costs(a) != _costs(b)

        unknown = self._doors.unknown_level
        kept = [way for way in ways if not any(beats(other, way) for other in ways)]
        return sorted(kept, key=lambda way: (way.level >= unknown, _end(way), way.level, len(way.moves), way.unsecured))

    @cached_property
    def _read(self) -> frozenset[str]:
        """The facts that any door, livelihood or goal reads, or from which one of these is derived."""
        facts = set(facts_needed(self._doors.rulebook, self._catalogue.conditions))
        for step in self._catalogue.steps.values():
            facts |= set(step.requires) | set(step.by_entry)
        return frozenset(facts)

    @cached_property
    def _caps(self) -> dict[str, float]:
        """For each counter the largest number it is compared with, and one more."""
        found = thresholds(self._doors.rulebook, self._doors.rulebook.rules)
        return {fact: max(numbers) + 1 for fact, numbers in found.items()}


def _end(way: Way) -> dt.date:
    return way.moves[-1].end if way.moves else dt.date.min


def _costs(way: Way) -> tuple[dt.date, int, int, int]:
    return _end(way), len(way.moves), way.level, way.unsecured
