"""The search problem: where it begins, what can be done next, what that costs, and the goal.

This is the only place where the search moves from state to state.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from klappts_engine.memo import memo
from klappts_engine.rules.residual import NEVER
from klappts_engine.ways.bounds import Bounds
from klappts_engine.ways.projection import Projection
from klappts_engine.ways.transitions import START, Leg, Openings, Outcome, State, Transitions


class Begin(NamedTuple):
    """Where a search begins: a state, and the day on which it is there."""

    state: State
    day: dt.date


class Bound(NamedTuple):
    """What a way takes at least: when it ends, and how many steps it has."""

    end: dt.date
    steps: int


Tie = tuple[int, ...]
"""The sum of the levels of all doors; that of the months in which steps begin that lead up a
ladder; then for each step the month of its start, and its number."""


@dataclass(slots=True)
class Label:
    """One way to a state, with its costs; `month` is the first month of the grid after `end`.

    `price`: the unsecured months so far less those of waiting in the state up to `month`. So of two
    labels of one state the price alone tells which costs less, whenever they arrive: waiting from
    either to any later month adds the same to both. `ran`: the outcome of the running step, on the
    label with which it is over. `tie` decides between labels of equal costs: the firmer doors, then
    the sooner starts of what leads up a ladder, then of all, then the order of the catalogue.
    """

    state: State
    month: int
    end: dt.date
    steps: int
    price: int
    tie: Tie
    leg: Leg | None = None
    before: Label | None = None
    ran: str | None = None


class Move(NamedTuple):
    """One outcome of a step from a state: when it can begin and how firm it is then, the state
    after it, its usual months, what each start adds to the price (None: nothing, whenever it
    begins), and whether it leads up a ladder."""

    number: int
    step: str
    outcome: Outcome
    doors: Openings
    after: State
    months: int
    costs: list[int] | None
    rises: bool


class Problem:
    """What can be done next from a label on the way to one goal."""

    def __init__(self, projection: Projection, begin: Begin) -> None:
        self.projection = projection
        self.known: Transitions = projection.known
        self.goal = projection.goal
        self.days = self.known.horizon.days
        self.months = len(self.days)
        self._begin = begin
        self._hopes = projection.hopes
        self._ledger = self.known.ledger
        self._outcomes = [
            (id, outcome)
            for id in projection.steps
            for outcome in projection.outcomes(id)
            if self.known.least_hope_level(id, outcome.grade) < NEVER
        ]
        self._aims = {id: n for n, (id, one) in enumerate(self._outcomes) if not one.hope}
        self._bounds = Bounds(projection)
        self._companions = [
            (id, one) for id in projection.companions for one in projection.outcomes(id)
        ]

    def start(self) -> Label:
        """The label with which the search begins; the step that is under way counts as one."""
        state, day = self.projection.project(self._begin.state), self._begin.day
        month = self.known.horizon.index(day)
        if state.running:
            return Label(state, month, day, 1, 0, (0, 0), self.known.running)
        return Label(state, month, day, 0, -self._ledger.waiting(state.changes)[month], (0, 0))

    def unsecured(self, label: Label) -> int:
        """The unsecured months of the grid up to where a label arrives."""
        if label.state.running:
            return self._while_running(label.month)
        return label.price + self._ledger.waiting(label.state.changes)[label.month]

    def reached(self, label: Label) -> bool:
        """Whether the goal is reached with a label; the step that is under way alone reaches it
        when it is over."""
        state, goal = label.state, self.goal
        running = self.known.running if state.running else None
        if running and (label.before is None or label.end >= running.end):
            return False
        activity = self.known.busy_with(state, label.end)
        truths = self.known.doors.truth(goal, [goal], state.changes, label.end, activity)
        return truths[goal] is True

    def bound(self, label: Label, level: int) -> Bound | None:
        """What a whole way through doors of `level` or firmer takes at least that goes on from a
        label; None if it cannot reach the goal before the horizon ends."""
        if label.state.running:
            return Bound(label.end, label.steps)
        month = self._bounds.month(label.state, label.month, level)
        if month >= self.months:
            return None
        if month == label.month:
            return Bound(label.end, label.steps)
        steps = label.steps + self._bounds.steps(label.state, level)
        return Bound(self._soonest(label, month), steps)

    # --- Planned steps ---------------------------------------------------------------------------

    def steps(self, label: Label, level: int) -> Iterator[tuple[int, Bound]]:
        """The outcomes of steps, by number, that can be next, each with what the way takes at
        least when it is over."""
        for number, least, over in self._open(label.state):
            month = over[label.month]
            if least <= level and month < self.months:
                yield number, Bound(self._soonest(label, month), label.steps + 1)

    def _soonest(self, label: Label, month: int) -> dt.date:
        """The first day in a month of the grid on which a way can be over that goes on from a
        label: what is begun today may be over in the middle of the month before."""
        return self.days[month if label.month else max(month - 1, 0)]

    @memo
    def _open(self, state: State) -> list[tuple[int, int, list[int]]]:
        """The outcomes of steps that can help in a state and open at some time, by number: the
        firmest level on which it opens, and for each month when it can be over."""
        helping, found = self.projection.helping(state.changes), []
        for number, (id, outcome) in enumerate(self._outcomes):
            if id in helping:
                best = self.known.openings(id, outcome.grade, state, self._hopes).best
                if best and best[0] != NEVER:
                    over = self.known.earliest_over(id)
                    found.append((number, best[0], over))
        return found

    @memo
    def move(self, state: State, number: int) -> Move | None:
        """One outcome of a step from a state; made once for all labels of the state.

        None for a better outcome that makes no difference, and for a step that changes nothing and
        cannot save an unsecured month.
        """
        known, changes, (id, outcome) = self.known, state.changes, self._outcomes[number]
        after = self._after(number, state)
        if after == state and id not in self.projection.savers:
            return None
        if outcome.hope and after == self._after(self._aims[id], state):
            return None
        doors = known.openings(id, outcome.grade, state, self._hopes)
        months = known.doors.duration(id, changes)
        costs = self._ledger.costs(id, changes, after.changes)
        rises = self._rises(outcome, state)
        return Move(number, id, outcome, doors, after, months, costs, rises)

    def next(self, label: Label, move: Move, level: int) -> Iterator[Label]:
        """The labels after one outcome of one step: of its starts those that no earlier one
        beats."""
        (starts, levels, best_from), costs = move.doors, move.costs
        first = bisect_left(starts, label.month)
        if first == len(starts) or best_from[first] > level:
            return
        # A later start is worth a label only if it costs less; so is a step that changes nothing.
        best = 0 if move.after == label.state else None
        for place in range(first, len(starts) if costs is None else len(costs)):
            there, cost = levels[place], costs[place] if costs else 0
            if there <= level and (best is None or cost < best):
                month, end = self.known.end(move.step, starts[place], move.months)
                if month >= self.months:
                    return
                best, day = cost, self.days[starts[place]]
                leg = Leg("step", move.step, day, end, move.outcome.grade)
                yield self._label(label, move.after, month, there, label.price + cost, move, leg)
                if costs is None:
                    return

    # --- Beside the step that is under way -------------------------------------------------------

    def next_beside(self, label: Label, level: int) -> Iterator[Label]:
        """The labels when the running step is over, or one more step beside it."""
        running = self.known.running
        assert running is not None
        until = self.known.horizon.index(running.end)
        if until < self.months:
            for ran in self._ran(level):
                yield self._freed(label, ran, until, running.end)
        for move in self._moves_beside(label.state):
            begun = False
            for start, there in zip(move.doors.starts, move.doors.levels, strict=True):
                if start < label.month or there > level:
                    continue
                month, end = self.known.end(move.step, start, move.months)
                if month >= self.months:
                    break
                leg = Leg("beside", move.step, self.days[start], end, move.outcome.grade)
                taken = self._label(label, move.after, month, there, label.price, move, leg)
                if end > running.end:
                    yield from self._longer(label, taken, move.outcome, until, level)
                elif move.after != label.state and not begun:
                    begun = True
                    yield taken

    @memo
    def _moves_beside(self, state: State) -> list[Move]:
        """The outcomes of steps that can be taken beside the running one in a state."""
        found = []
        for number, (id, outcome) in enumerate(self._companions):
            doors = self.known.openings(id, outcome.grade, state, self._hopes)
            after = self.projection.project(self.known.taken(id, outcome.facts, state))
            months = self.known.doors.duration(id, state.changes)
            rises = self._rises(outcome, state)
            found.append(Move(number, id, outcome, doors, after, months, None, rises))
        return found

    def _longer(
        self, before: Label, taken: Label, outcome: Outcome, until: int, level: int
    ) -> Iterator[Label]:
        """The labels when a step beside the running one is over that is over after it."""
        leg = taken.leg
        assert leg is not None
        for ran in self._ran(level):
            freed = self.known.finished(before.state, ran.grade)
            between = freed.changes
            unpaid = self._while_running(until) + self._ledger.doing(
                leg.step, before.state.changes, leg.start, until, taken.month, between
            )
            after = self.projection.project(self.known.taken(leg.step, outcome.facts, freed))
            price = unpaid - self._ledger.waiting(after.changes)[taken.month]
            yield Label(
                after,
                taken.month,
                taken.end,
                taken.steps,
                price,
                taken.tie,
                leg,
                before,
                ran.grade,
            )

    def _freed(self, label: Label, ran: Outcome, month: int, end: dt.date) -> Label:
        """The label when the running step is over with an outcome."""
        after = self.projection.project(self.known.finished(label.state, ran.grade))
        price = self._while_running(month) - self._ledger.waiting(after.changes)[month]
        return Label(after, month, end, label.steps, price, label.tie, None, label, ran.grade)

    @memo
    def _ran(self, level: int) -> list[Outcome]:
        """The outcomes of the running step that a way of a kind can count on."""
        running = self.known.running
        assert running is not None
        today = self.days[0]
        return [
            one
            for one in self.projection.outcomes(running.step)
            if self.known.hope_level(running.step, one.grade, START, today) <= level
        ]

    def _while_running(self, month: int) -> int:
        """The unsecured months of the running step from today up to a month."""
        running = self.known.running
        assert running is not None
        last = min(month, self.known.horizon.index(running.end))
        return self._ledger.doing(running.step, START.changes, running.start, 0, last)

    # --- Both ------------------------------------------------------------------------------------

    def _label(
        self, label: Label, after: State, month: int, level: int, price: int, move: Move, leg: Leg
    ) -> Label:
        start = self.known.horizon.index(leg.start)
        return Label(
            after,
            month,
            leg.end,
            label.steps + 1,
            price,
            (
                label.tie[0] + level,
                label.tie[1] + (start if move.rises else 0),
                *label.tie[2:],
                start,
                move.number,
            ),
            leg,
            label,
        )

    def _rises(self, outcome: Outcome, state: State) -> bool:
        """Whether an outcome leads up a ladder that matters."""
        raised = self.known.outcome(outcome.facts, state.changes) - state.changes
        return any(fact in self.projection.ladders for fact, _ in raised)

    @memo
    def _after(self, number: int, state: State) -> State:
        id, outcome = self._outcomes[number]
        after = self.known.taken(id, outcome.facts, state)
        return state if after == state else self.projection.project(after)
