"""Exact search for ways: label setting over states of a person.

A way is a sequence of steps, each begun today or on the first of a month, no step of which can be
struck so that the rest can still be taken on the same days, as firm, no less paid, and reaches the
goal by the same day. Of these the search finds all that no other way beats in end, number of steps,
firmness, unsecured months and hopes. (A way with a step that can be struck is beaten by the rest of
it, so what nothing beats has none.)

One search for each kind of way: without hopes before with them, the firmest level first. So it is
known that there is no way of claims alone before anything weaker is looked at, and what a surer way
beats is not looked at again.

Multi-objective label setting: Martins, European Journal of Operational Research 16 (1984); in the
order of a lower bound: Mandow and Perez de la Cruz, Journal of the ACM 57 (2010).
"""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from klappts_engine.pathways.conditions import Conditions
from klappts_engine.ways.problem import Begin, Bound, Label, Problem, Tie
from klappts_engine.ways.projection import Projection
from klappts_engine.ways.transitions import Leg, State, Transitions

MAX_LABELS = 200_000
Order = tuple[dt.date, dt.date, int, int, Tie, int]


class Kind(NamedTuple):
    """How sure ways are: whether they may hope, and the weakest level that a door may have."""

    hopes: bool
    level: int

    def within(self, other: Kind) -> bool:
        """Whether it is at least as sure as another kind."""
        return self.hopes <= other.hopes and self.level <= other.level


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

    @property
    def kind(self) -> Kind:
        """How sure it is."""
        return Kind(self.hopes, self.level)

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
    as_sure_as: Kind | None = None,
) -> Found:
    """All ways to `goal` from `begin` (default: today) without the steps `barred`, or those that
    are at least as sure as a kind."""
    key, begin = Conditions.goal(goal), begin or Begin(known.start, known.horizon.days[0])
    if known.doors.truth(key, [key], begin.state.changes, begin.day)[key] is True:
        return Found((Solution((), 0, 0, False, dt.date.min),), True)
    budget = budget or Budget()
    ways: list[Solution] = []
    for hopes in (False, True):
        problem = Problem(Projection(known, key, barred, hopes), begin)
        for level in problem.projection.levels():
            kind = Kind(hopes, level)
            if as_sure_as is None or kind.within(as_sure_as):
                surer = [way for way in ways if way.kind.within(kind)]
                ways += _of_kind(problem, kind, surer, budget)
    unknown = known.doors.unknown_level
    ways.sort(key=lambda way: (way.level >= unknown, way.hopes, *way.costs))
    return Found(tuple(ways), not budget.spent)


def _of_kind(problem: Problem, kind: Kind, surer: list[Solution], budget: Budget) -> list[Solution]:
    """The ways of a kind that no other way beats; `surer`: the ways of surer kinds."""
    ways: list[Solution] = []
    settled: dict[State, list[Label]] = {}
    queue: list[tuple[Order, Label]] = []
    count = itertools.count()

    def dominated(label: Label) -> bool:
        """Whether another label of the same state is no later, has no more steps and no higher
        price: then every way on from this one can be taken from the other, on the same days and at
        no higher cost."""
        return any(
            other.end <= label.end and other.steps <= label.steps and other.price <= label.price
            for other in settled.get(label.state, ())
        )

    def beaten(bound: Bound, unsecured: int) -> bool:
        """Whether a way found costs no more in anything than any way of this kind must."""
        return any(
            way.end <= bound.end and len(way.legs) <= bound.steps and way.unsecured <= unsecured
            for way in (*surer, *ways)
        )

    def soonest(label: Label) -> dt.date | None:
        """When a way that goes on from a label can end; None if no such way is needed."""
        bound = None if dominated(label) else problem.bound(label, kind.level)
        if bound is None or beaten(bound, problem.unsecured(label)):
            return None
        return bound.end

    def push(label: Label, first: dt.date) -> None:
        if (end := soonest(label)) is not None:
            # What follows a label ends no sooner than its bound says.
            unsecured = problem.unsecured(label)
            order = (max(end, first), label.end, label.steps, unsecured, label.tie, next(count))
            heapq.heappush(queue, (order, label))

    def extended(label: Label) -> Iterator[Label]:
        """The labels one step further."""
        if label.state.running:
            yield from problem.next_beside(label, kind.level)
            return
        unsecured = problem.unsecured(label)
        for number, bound in problem.steps(label, kind.level):
            if not beaten(bound, unsecured) and (move := problem.move(label.state, number)):
                yield from problem.next(label, move, kind.level)

    # 1. Begin today, or where the caller says.
    push(problem.start(), dt.date.min)
    while queue and budget.left():
        # 2. Take the label whose ways can end first. No later one can dominate it: it would be no
        #    later than this one, and so would all that leads to it; they came before.
        (first, *_), label = heapq.heappop(queue)
        if soonest(label) is None:
            continue
        # 3. At the goal a way is complete.
        if problem.reached(label):
            unsecured = problem.unsecured(label)
            ways.append(Solution(legs_of(label), kind.level, unsecured, kind.hopes, label.end))
            continue
        # 4. Else settle it, and go one step on.
        settled.setdefault(label.state, []).append(label)
        for after in extended(label):
            push(after, first)
    return ways


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
