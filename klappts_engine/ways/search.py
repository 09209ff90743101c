"""Exact search for ways: label setting over states of a person.

A way is a sequence of steps, each begun today or on the first of a month, no step of which can be
struck so that the rest can still be taken on the same days, as firm, no less paid, and reaches the
goal by the same day. Of these the search finds all that no other way beats in end, number of steps,
firmness, unsecured months and hopes. (A way with a step that can be struck is beaten by the rest of
it, so what nothing beats has none.)

Labels are settled kind by kind: without hopes before with them, the firmest level first. Along a
way hopes and level only grow, so what is settled stays; and that there is no way of claims alone is
known before anything weaker is looked at.

Multi-objective label setting: Martins, European Journal of Operational Research 16 (1984).
"""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from klappts_engine.pathways.conditions import Conditions
from klappts_engine.ways.problem import Begin, Kind, Label, Problem
from klappts_engine.ways.projection import Projection
from klappts_engine.ways.transitions import Leg, State, Transitions

MAX_LABELS = 200_000
Entry = tuple[dt.date, int, int, int, int, Label]


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
    as_sure_as: Kind | None = None,
) -> Found:
    """All ways to `goal` from `begin` (default: today) without the steps `barred`, or those that
    are at least as sure as a kind."""
    key, begin = Conditions.goal(goal), begin or Begin(known.start, known.horizon.days[0])
    if known.doors.truth(key, [key], begin.state.changes, begin.day)[key] is True:
        return Found((Solution((), 0, 0, False, dt.date.min),), True)
    budget = budget or Budget()
    problem = Problem(Projection(known, key, barred), begin)
    kinds = [kind for kind in problem.kinds if as_sure_as is None or kind.within(as_sure_as)]
    ways = _search(problem, kinds, budget)
    unknown = known.doors.unknown_level
    ways.sort(key=lambda way: (way.level >= unknown, way.hopes, *way.costs))
    return Found(tuple(ways), not budget.spent)


def _search(problem: Problem, kinds: Iterable[Kind], budget: Budget) -> list[Solution]:
    """The ways of some kinds that no other way beats."""
    ways: list[Solution] = []
    settled: dict[State, list[Label]] = {}
    waiting: dict[Kind, list[Entry]] = {}
    count = itertools.count()

    def known(kind: Kind, unsecured: int, steps: int, end: dt.date) -> bool:
        """Whether a way found costs no more in anything. Costs only grow along a way, so nothing
        that follows can be better than it either."""
        return any(
            way.unsecured <= unsecured
            and len(way.legs) <= steps
            and way.end <= end
            and way.level <= kind.level
            and way.hopes <= kind.hopes
            for way in ways
        )

    def dominated(label: Label) -> bool:
        """Whether another label of the same state is as sure, no later, has no more steps and no
        higher price: then every way on from this one can be taken from the other, on the same days
        and at no higher cost."""
        return any(
            other.end <= label.end
            and other.steps <= label.steps
            and other.price <= label.price
            and other.kind.within(label.kind)
            for other in settled.get(label.state, ())
        )

    def useless(label: Label) -> bool:
        return dominated(label) or known(
            label.kind, problem.unsecured(label), label.steps, label.end
        )

    def push(label: Label) -> None:
        if not useless(label):
            entry = (label.end, label.steps, label.price, label.tie, next(count), label)
            heapq.heappush(waiting.setdefault(label.kind, []), entry)

    def extend(label: Label, kind: Kind) -> None:
        """The labels of a kind one step further."""
        unsecured, days = problem.unsecured(label), problem.days
        for number, month in problem.steps(label, kind):
            # What is begun today may be over in the middle of the month before.
            soonest = days[month] if label.month else days[max(month - 1, 0)]
            if not known(kind, unsecured, label.steps + 1, soonest):
                move = problem.move(label.state, number)
                for after in problem.next(label, move, kind) if move else ():
                    push(after)

    # 1. Begin today, or where the caller says.
    push(problem.start())
    for kind in kinds:
        # 2. What was settled as a surer kind goes on through doors that are just as weak as this
        #    one, or with a hope.
        for label in [one for labels in settled.values() for one in labels]:
            if not label.state.running and label.kind.within(kind):
                extend(label, kind)
        queue = waiting.setdefault(kind, [])
        while queue and budget.left():
            # 3. Settle the label that is first in end, then steps, then price. No later one of this
            #    kind can dominate it: no step ends before it begins, and each adds to the steps.
            label = heapq.heappop(queue)[-1]
            if useless(label):
                continue
            settled.setdefault(label.state, []).append(label)
            # 4. At the goal a way is complete.
            if problem.reached(label):
                settled[label.state].pop()
                legs, unsecured = legs_of(label), problem.unsecured(label)
                ways.append(Solution(legs, kind.level, unsecured, kind.hopes, label.end))
            # 5. Else go one step on; beside the running step to labels of all kinds.
            elif label.state.running:
                for after in problem.next_beside(label):
                    push(after)
            else:
                extend(label, kind)
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
