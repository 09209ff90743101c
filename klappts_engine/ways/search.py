"""Exact search for ways: every way that no other way beats.

A way is a sequence of steps, each begun on the day asked for or on the first of a month. Its state
is the value of every fact that steps change and anything that leads to the goal can still hang on
(see `Relevance`); counters are cut where no rule can tell the difference. A step that changes
nothing of this is never part of a way. Costs are compared only between equal states. A way that
arrives earlier may wait, at the price of the unsecured months in between, so unsecured months are
compared after subtracting that price. An outcome better than a step's aim is a hope; a way that
hopes never beats one that does not.

No way breaks off the step that is under way today, or leaves it out; what can be done beside it is
taken, too (`begins.py`). Steps that a way plans follow one another: what could run beside them is
told (`beside.py`), not searched.

The search runs once for each kind of way: as firm as a level, without hopes or with them. Only the
steps that can be that firm take part, so that it is settled among few steps that there is no way of
claims alone. A run leaves out whatever cannot be better than a way that an earlier one found.
"""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from klappts_engine.errors import Mistake, UsageError
from klappts_engine.rules.expressions import facts_read, truth_of
from klappts_engine.ways.begins import Begins
from klappts_engine.ways.bounds import Bounds, Edge, State
from klappts_engine.ways.horizon import NO_CHANGES, Changes
from klappts_engine.ways.meanwhile import Meanwhile
from klappts_engine.ways.moves import Move, Moves, Openings, Result
from klappts_engine.ways.projection import Ground, Stages

MAX_LABELS = 200_000
_WEAK, _HOPE = 1, 2


@dataclass(frozen=True)
class Way:
    """A way to the goal. `level` is the weakest on the strength scale; one beyond its end: an
    unknown door is on it.

    `hopes`: an outcome on it is better than the aim of its step. `unsecured`: its months that
    nothing is known to pay for. `end`: when the goal is reached; a step that is under way may go on
    after it.
    """

    moves: tuple[Move, ...]
    level: int
    unsecured: int
    hopes: bool
    end: dt.date

    @property
    def costs(self) -> tuple[dt.date, int, int, int, bool]:
        """What ways are compared by: end, steps, level, unsecured months, hopes."""
        return self.end, len(self.moves), self.level, self.unsecured, self.hopes


@dataclass(slots=True)
class _Label:
    month: int
    end: dt.date
    steps: int
    level: int
    unsecured: int
    hopes: bool
    effort: int
    changes: Changes
    moves: tuple[Move, ...]
    before: _Label | None


def search(moves: Moves, goal: str) -> list[Way]:
    """All ways to `goal` that no other beats, known ones first. Raises UsageError beyond
    `MAX_LABELS` labels."""
    id = f"goal:{goal}"
    doors = moves.doors
    if doors.truth(id, [id], NO_CHANGES, doors.future.days[0])[id] is True:
        return [Way((), 0, 0, False, dt.date.min)]
    found: list[Way] = []
    ground = Ground(moves, id)
    meanwhile = Meanwhile(moves, moves.under_way) if moves.under_way else None
    for hopes in (False, True):
        for cut in sorted({*ground.levels(), *(meanwhile.levels() if meanwhile else ())}):
            found += Run(ground, id, cut, hopes, found, meanwhile).ways()
    kept = [way for way in found if not any(beats(other, way) for other in found)]
    unknown = doors.unknown_level
    return sorted(kept, key=lambda way: (way.level >= unknown, way.hopes, *way.costs))


def beats(one: Way, other: Way) -> bool:
    """Whether a way is at least as good as another in everything, and better in something."""
    (end, steps, *rest), (other_end, other_steps, *others) = one.costs, other.costs
    good = (
        end <= other_end
        and steps <= other_steps
        and all(a <= b for a, b in zip(rest, others, strict=True))
    )
    return good and one.costs != other.costs


class Run:
    """The search for ways whose doors all are as firm as the level `cut`, with hopes or without;
    `known`: ways found before.

    `meanwhile`: the time until the step is over that is under way today, if one is.
    """

    def __init__(
        self,
        ground: Ground,
        goal: str,
        cut: int,
        hopes: bool,
        known: list[Way],
        meanwhile: Meanwhile | None = None,
    ) -> None:
        self._moves = moves = ground.moves
        self._doors = moves.doors
        self._future = moves.future
        self._catalogue = moves.catalogue
        self._goal = goal
        self._cut = cut
        self._hopes = hopes
        self._horizon = len(moves.future.days)
        self._found = [way for way in known if way.level <= cut]
        self._start = ground.start
        self._stages = Stages(ground, cut, hopes)
        self._over = {
            id: moves.earliest_over(id)
            for id in self._stages.steps
            if id in self._stages.of(NO_CHANGES).steps
        }
        self._outcomes = [
            (id, result, self._brings(id, result))
            for id in self._over
            for result in self._stages.counted(id)
            if moves.least_hope_level(id, result.grade) <= cut
        ]
        self._onward: dict[Changes, list[tuple[int, State]]] = {}
        self._afters: dict[tuple[int, Changes], Changes] = {}
        self._bounds = self._lower_bounds()
        self._states: dict[Changes, State] = {}
        self._begins = Begins(meanwhile, self._stages, goal, cut) if meanwhile else None

    def ways(self) -> list[Way]:
        """The ways found, none of them beaten by one that was known."""
        new = list(self._at_goal())
        settled: dict[Changes, list[_Label]] = {}
        count = itertools.count()
        queue: list[tuple[int, int, int, int, int, _Label]] = []
        for first in self._first():
            heapq.heappush(queue, (0, first.steps, 0, 0, next(count), first))
        while queue:
            *_, label = heapq.heappop(queue)
            if self._beaten(label, settled.get(label.changes, ())) or self._no_better(label):
                continue
            settled.setdefault(label.changes, []).append(label)
            if not self._lacks(label) and self._holds(label.changes, label.end):
                new.append(self._way(label))
                self._found.append(new[-1])
                continue
            for after in self._next(label):
                if not self._beaten(after, settled.get(after.changes, ())) and not self._no_better(
                    after
                ):
                    heapq.heappush(
                        queue,
                        (
                            self._arrival(after),
                            after.steps,
                            after.unsecured,
                            after.effort,
                            next(count),
                            after,
                        ),
                    )
            if len(queue) > MAX_LABELS:
                raise UsageError(Mistake("search_too_large", {"limit": MAX_LABELS}))
        return new

    def _at_goal(self) -> Iterator[Way]:
        """The ways that reach the goal while the step is still running that is under way today."""
        for begin in self._begins.at_goal if self._begins else ():
            way = Way(begin.moves, begin.level, begin.unsecured, begin.hopes, begin.end)
            if not self._lacking(way.level, way.hopes) and not self._known(
                way.unsecured, len(way.moves), way.end
            ):
                self._found.append(way)
                yield way

    def _first(self) -> Iterator[_Label]:
        """Where ways begin: today, or at the end of the step that is under way, which no way breaks
        off."""
        if self._begins is None:
            today = self._future.days[0]
            yield _Label(0, today, 0, 0, 0, False, 0, self._stages.reduced(NO_CHANGES), (), None)
            return
        for one in self._begins.later():
            after = self._stages.reduced(one.changes)
            price = one.unsecured - self._moves.idle(after)[one.month]
            yield _Label(
                one.month,
                one.end,
                len(one.moves),
                one.level,
                price,
                one.hopes,
                one.effort,
                after,
                one.moves,
                None,
            )

    def _helping(self, changes: Changes) -> list[tuple[int, State]]:
        """The outcomes, by number, of the steps that can still help and admit the rungs; each with
        the rungs after it."""
        if changes not in self._onward:
            steps = self._stages.of(changes).steps
            admitted = self._bounds.admitted(self._rungs(changes))
            self._onward[changes] = [
                (number, rungs) for number, rungs in admitted if self._outcomes[number][0] in steps
            ]
        return self._onward[changes]

    def _after(self, number: int, changes: Changes) -> Changes:
        """The state after an outcome."""
        if (number, changes) not in self._afters:
            raised = self._moves.outcome(self._outcomes[number][1].facts, changes)
            self._afters[number, changes] = self._stages.reduced(raised)
        return self._afters[number, changes]

    def _next(self, label: _Label) -> Iterator[_Label]:
        """The labels one step further."""
        aim: tuple[str, Changes] | None = None
        lacks = self._lacks(label)
        for number, rungs in self._helping(label.changes):
            id, result, brings = self._outcomes[number]
            month = self._over[id][label.month]
            if month >= self._horizon or self._settled(
                label, rungs, month, None, label.steps + 1, lacks & ~brings
            ):
                continue
            doors = self._moves.openings(id, result.grade, label.changes)
            first = bisect_left(doors.starts, label.month)
            if first == len(doors.starts) or doors.best[first] > self._cut:
                continue
            after = self._after(number, label.changes)
            if after != label.changes and (id, after) != aim:
                yield from self._starting(label, number, doors, first, after)
            if not result.hope:
                aim = (id, after)

    def _starting(
        self, label: _Label, number: int, doors: Openings, first: int, after: Changes
    ) -> Iterator[_Label]:
        """The labels after one outcome of one step; of its starts from the `first` in time on those
        that no earlier one beats."""
        id, result, _ = self._outcomes[number]
        months = self._doors.duration(id, label.changes)
        busy = self._moves.busy(id, label.changes)
        idle, later = self._moves.idle(label.changes), self._moves.idle(after)
        free = not (
            idle[-1] or later[-1] or any(unpaid[-1] for _, unpaid in busy)
        )  # paid for, whenever the step begins
        cheapest: int | None = None
        for k in range(first, len(doors.starts)):
            if doors.best[k] > self._cut or (free and cheapest is not None):
                break
            level, start = doors.levels[k], doors.starts[k]
            if level > self._cut:
                continue
            month, end = self._moves.end(id, start, months)
            if month >= self._horizon:
                break
            price = label.unsecured + idle[start] - later[month]
            price += self._moves.unsecured(id, label.changes, busy, start, end)
            if cheapest is not None and price >= cheapest:
                continue
            cheapest = price
            yield _Label(
                month,
                end,
                label.steps + 1,
                max(label.level, level),
                price,
                label.hopes or result.hope,
                label.effort + level * 100 + number,
                after,
                (Move(id, self._future.days[start], end, result.grade),),
                label,
            )

    def _lower_bounds(self) -> Bounds:
        edges = [
            Edge(self._catalogue.steps[id].requires, result.facts, self._over[id], brings)
            for id, result, brings in self._outcomes
        ]
        goal = self._catalogue.conditions[self._goal]
        nothing: defaultdict[str, bool | None] = defaultdict(lambda: None)
        facts = frozenset(facts_read(goal)) & self._doors.changeable
        vocabulary = self._doors.rulebook.vocabulary
        return Bounds(
            vocabulary,
            edges,
            lambda values: truth_of(goal, nothing, values) is not False,
            facts,
            self._start,
        )

    def _arrival(self, label: _Label) -> int:
        """The month in which ways on from a label can end at the earliest."""
        least = self._bounds.least(self._rungs(label.changes), label.month, self._lacks(label))
        return least.month if least else self._horizon

    def _lacks(self, label: _Label) -> int:
        """What a label lacks of what no earlier run has: a door as weak as the cut, and a hope."""
        return self._lacking(label.level, label.hopes)

    def _lacking(self, level: int, hopes: bool) -> int:
        return (_WEAK if self._cut and level < self._cut else 0) | (
            _HOPE if self._hopes and not hopes else 0
        )

    def _brings(self, id: str, result: Result) -> int:
        return (_WEAK if self._cut in self._doors.levels(id) else 0) | (_HOPE if result.hope else 0)

    def _rungs(self, changes: Changes) -> State:
        if changes not in self._states:
            self._states[changes] = self._bounds.state({**self._start, **dict(changes)})
        return self._states[changes]

    def _no_better(self, label: _Label) -> bool:
        """Whether nothing that follows a label can be better than a way found."""
        return self._settled(
            label,
            self._rungs(label.changes),
            label.month,
            label.end,
            label.steps,
            self._lacks(label),
        )

    def _settled(
        self, label: _Label, rungs: State, month: int, end: dt.date | None, steps: int, lacks: int
    ) -> bool:
        """Whether no way is better that goes on from `label` and comes to `rungs` in `month` after
        `steps`.

        `end` is the day of arrival where it is known.
        """
        least = self._bounds.least(rungs, month, lacks)
        if least is None:
            return True
        total, count = self._total(label), steps + least.steps
        over = end if end and not least.steps else self._first_day(least.month, label.month)
        return self._known(total, count, over)

    def _known(self, unsecured: int, steps: int, end: dt.date) -> bool:
        """Whether a way found is at least as good."""
        return any(
            way.unsecured <= unsecured and len(way.moves) <= steps and way.end <= end
            for way in self._found
        )

    def _first_day(self, month: int, since: int) -> dt.date:
        """The earliest day that counts as `month`; what begins today may be over in the middle of
        the month before."""
        return self._future.days[month] if since else self._future.days[max(month - 1, 0)]

    def _holds(self, changes: Changes, day: dt.date) -> bool:
        return self._doors.truth(self._goal, [self._goal], changes, day)[self._goal] is True

    @staticmethod
    def _beaten(label: _Label, others: Iterable[_Label]) -> bool:
        """Whether another label with the same changes is at least as good in everything but the
        level, which the cut bounds."""
        return any(
            other.end <= label.end
            and other.steps <= label.steps
            and other.unsecured <= label.unsecured
            for other in others
        )

    def _total(self, label: _Label) -> int:
        """The unsecured months up to the arrival of a label."""
        return label.unsecured + self._moves.idle(label.changes)[label.month]

    def _way(self, label: _Label) -> Way:
        moves: tuple[Move, ...] = ()
        at: _Label | None = label
        while at is not None:
            moves = at.moves + moves
            at = at.before
        return Way(moves, label.level, self._total(label), label.hopes, label.end)
