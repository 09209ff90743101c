"""Exact search for ways: label setting over states of a person.

A way is a sequence of steps, each begun today or on the first of a month, no step of which can be
struck so that the rest can still be taken on the same days, as firm, no less paid, and reaches the
goal. Of these the search finds all that no other way beats in end, number of steps, firmness,
unsecured months and hopes. (A way with a step that can be struck is beaten by the rest of it, so
what nothing beats has none.)

It runs once for each kind of way: as firm as a level, without hopes and then with them, the firmest
first. Only the steps that can be that firm take part, so that it is settled among few steps that
there is no way of claims alone; and what an earlier run found prunes the later ones.

Multi-objective label setting: Martins, European Journal of Operational Research 16 (1984).
"""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from klappts_engine.pathways.conditions import Conditions
from klappts_engine.ways.problem import Begin, Label, Problem
from klappts_engine.ways.projection import Candidates, Projection
from klappts_engine.ways.transitions import Leg, State, Transitions

MAX_LABELS = 200_000


@dataclass(frozen=True)
class Solution:
    """A way to the goal. `level` is the weakest on the strength scale; one beyond its end: an
    unknown door is on it.

    `hopes`: an outcome on it is better than the aim of its step. `unsecured`: its months that
    nothing is known to pay for. `end`: when the goal is reached; a step that is under way may go on
    after it.
    """

    legs: tuple[Leg, ...]
    level: int
    unsecured: int
    hopes: bool
    end: dt.date

    @property
    def costs(self) -> tuple[dt.date, int, int, int, bool]:
        """What ways are compared by: end, steps, level, unsecured months, hopes."""
        return self.end, len(self.legs), self.level, self.unsecured, self.hopes

    def beats(self, other: Solution) -> bool:
        """Whether it is at least as good as another way in everything, and better in something."""
        good = all(a <= b for a, b in zip(self.costs[1:], other.costs[1:], strict=True))
        return self.end <= other.end and good and self.costs != other.costs


@dataclass
class Budget:
    """How much a search may take: labels it may expand, and seconds from when the budget was made.

    `spent`: it ran out, so the search was stopped.
    """

    labels: int = MAX_LABELS
    seconds: float | None = None
    spent: bool = False
    _begun: float = field(default_factory=time.monotonic)

    def left(self) -> bool:
        """Whether one more label may be expanded; counts it."""
        self.labels -= 1
        late = self.seconds is not None and time.monotonic() - self._begun > self.seconds
        self.spent = self.spent or late or self.labels < 0
        return not self.spent


@dataclass(frozen=True)
class Found:
    """The ways found, known ones first; `complete`: nothing was left unsearched.

    Every way in it is one that no other way beats, whether the search was stopped or not.
    """

    ways: tuple[Solution, ...]
    complete: bool


def search(
    known: Transitions,
    goal: str,
    begin: Begin | None = None,
    barred: frozenset[str] = frozenset(),
    budget: Budget | None = None,
) -> Found:
    """All ways to `goal` from `begin` (default: today) without the steps `barred`."""
    key, today = Conditions.goal(goal), known.horizon.days[0]
    begin, budget = begin or Begin(known.start, today), budget or Budget()
    if known.doors.truth(key, [key], begin.state.changes, begin.day)[key] is True:
        return Found((Solution((), 0, 0, False, dt.date.min),), True)
    candidates = Candidates(known, key, barred)
    found: list[Solution] = []
    for hopes in (False, True):
        for cut in candidates.levels():
            projection = Projection(candidates, cut, hopes)
            found += run(Problem(candidates, cut, hopes, begin, projection), found, budget)
    unknown = known.doors.unknown_level
    kept = [way for way in found if not any(other.beats(way) for other in found)]
    kept.sort(key=lambda way: (way.level >= unknown, way.hopes, *way.costs))
    return Found(tuple(kept), not budget.spent)


def run(problem: Problem, earlier: list[Solution], budget: Budget) -> list[Solution]:
    """The ways of one problem that none of those of earlier runs equals or beats."""
    ways = [way for way in earlier if way.level <= problem.cut]
    new: list[Solution] = []
    settled: dict[State, list[Label]] = {}
    count = itertools.count()

    def known(unsecured: int, steps: int, end: dt.date) -> bool:
        """Whether a way found costs no more in anything. Costs only grow along a way, so nothing
        that follows can be better than it either."""
        return any(w.unsecured <= unsecured and len(w.legs) <= steps and w.end <= end for w in ways)

    def dominated(label: Label) -> bool:
        """Whether another label of the same state is no later, has no more steps and no higher
        price: then every way on from this one can be taken from the other, on the same days and at
        no higher cost. Firmness and hopes need no comparison: all ways of a run are as firm as its
        cut, and a firmer one was found by an earlier run."""
        return any(
            other.end <= label.end and other.steps <= label.steps and other.price <= label.price
            for other in settled.get(label.state, ())
        )

    def useless(label: Label) -> bool:
        return dominated(label) or known(problem.unsecured(label), label.steps, label.end)

    def onward(label: Label) -> Iterator[Label]:
        if label.state.running:
            yield from problem.next_beside(label)
            return
        unsecured, days = problem.unsecured(label), problem.known.horizon.days
        for move in problem.moves(label.state):
            month = move.over[label.month]
            if month < problem.horizon:
                # What is begun today may be over in the middle of the month before.
                day = days[month] if label.month else days[max(month - 1, 0)]
                if not known(unsecured, label.steps + 1, day):
                    yield from problem.next(label, move)

    # 1. Begin today, or where the caller says.
    label = problem.start()
    queue = [(label.end, label.steps, label.price, label.tie, next(count), label)]
    while queue and budget.left():
        # 2. Settle the label that is first in end, then steps, then price. No later label can
        #    dominate it, because no step ends before it begins and each adds to the steps.
        *_, label = heapq.heappop(queue)
        if useless(label):
            continue
        settled.setdefault(label.state, []).append(label)
        # 3. At the goal a way is complete.
        if problem.reached(label):
            unsecured = problem.unsecured(label)
            way = Solution(legs_of(label), label.level, unsecured, label.hopes, label.end)
            new.append(way)
            ways.append(way)
            continue
        # 4. Else go one step on, and keep what is not useless already.
        for after in onward(label):
            if not useless(after):
                key = (after.end, after.steps, after.price, after.tie, next(count), after)
                heapq.heappush(queue, key)
    return new


def legs_of(label: Label) -> tuple[Leg, ...]:
    """The legs that lead to a label, the first one first."""
    legs: list[Leg] = []
    ran, at = None, label
    while True:
        ran = ran or at.ran
        if at.leg is not None:
            legs.append(at.leg)
        if at.before is None:
            break
        at = at.before
    legs.reverse()
    if ran and legs and legs[0].kind == "running":
        legs[0] = replace(legs[0], grade=ran)
    return tuple(legs)
