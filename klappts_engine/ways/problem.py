"""The search problem: where it begins, what can be done next, what that costs, and the goal.

All ways of one problem are as firm as a level, `cut`, without hopes or with them. This is the only
place where the search moves from state to state.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from klappts_engine.memo import memo
from klappts_engine.ways.horizon import Changes
from klappts_engine.ways.projection import Candidates, Projection
from klappts_engine.ways.transitions import START, Leg, Openings, Outcome, State


class Begin(NamedTuple):
    """Where a search begins: a state, and the day on which it is there."""

    state: State
    day: dt.date


@dataclass(slots=True)
class Label:
    """One way to a state, with its costs; `month` is the first month of the grid after `end`.

    `price`: the unsecured months so far less those of waiting in the state up to `month`. So of two
    labels of one state the price alone tells which costs less, whenever they arrive: waiting from
    either to any later month adds the same to both. `ran`: the outcome of the running step, on the
    label with which it is over. `tie` decides between labels of equal costs.
    """

    state: State
    month: int
    end: dt.date
    steps: int
    level: int
    price: int
    hopes: bool
    tie: int
    leg: Leg | None = None
    before: Label | None = None
    ran: str | None = None


class Move(NamedTuple):
    """One outcome of a step from a state: when it can begin and how firm it is then, the state
    after it and the unsecured months of waiting there, its usual months, whether all its months are
    secured, and for each month the first one in which it can be over."""

    number: int
    step: str
    outcome: Outcome
    doors: Openings
    after: State
    later: list[int]
    months: int
    paid: bool
    over: list[int]


class Problem:
    """What can be done next from a label, as firm as `cut`, with hopes or without."""

    def __init__(
        self, candidates: Candidates, cut: int, hopes: bool, begin: Begin, projection: Projection
    ) -> None:
        self.known = candidates.known
        self.cut = cut
        self.goal = candidates.goal
        self._ledger = self.known.ledger
        self._begin = begin
        self._candidates = candidates
        self._savers = candidates.savers
        self.projection = projection
        self.horizon = len(self.known.horizon.days)
        self._outcomes = [
            (id, outcome)
            for id in projection.steps
            for outcome in projection.counted(id)
            if self.known.least_hope_level(id, outcome.grade) <= cut
        ]
        self._companions = [
            (id, outcome) for id in candidates.companions for outcome in projection.counted(id)
        ]

    def start(self) -> Label:
        """The label with which the search begins; the step that is under way counts as one."""
        state, day = self.projection.project(self._begin.state), self._begin.day
        month = self.known.horizon.index(day)
        if state.running:
            return Label(state, month, day, 1, 0, 0, False, 0, self.known.running)
        return Label(state, month, day, 0, 0, -self._ledger.waiting(state.changes)[month], False, 0)

    def unsecured(self, label: Label) -> int:
        """The unsecured months of the grid up to where a label arrives."""
        if label.state.running:
            return self._while_running(label.month)
        return label.price + self._ledger.waiting(label.state.changes)[label.month]

    def reached(self, label: Label) -> bool:
        """Whether the goal is reached with a label; the step that is under way alone reaches it
        when it is over."""
        running = self.known.running if label.state.running else None
        if running and (label.before is None or label.end >= running.end):
            return False
        activity = self.known.busy_with(label.state, label.end)
        truth = self.known.doors.truth
        return (
            truth(self.goal, [self.goal], label.state.changes, label.end, activity)[self.goal]
            is True
        )

    @memo
    def moves(self, state: State) -> list[Move]:
        """The outcomes of steps that can follow a state; made once for all labels of it.

        A better outcome that makes no difference is left out, and so is a step that changes nothing
        and cannot save an unsecured month.
        """
        known, found = self.known, list[Move]()
        aims: dict[str, State] = {}
        for number in self._fitting(state.changes):
            id, outcome = self._outcomes[number]
            doors = known.openings(id, outcome.grade, state)
            if not doors.best or doors.best[0] > self.cut:
                continue
            after = self._after(outcome, state)
            if aims.get(id) == after or (after == state and id not in self._savers):
                continue
            if not outcome.hope:
                aims[id] = after
            later = self._ledger.waiting(after.changes)
            waits = self._ledger.waiting(state.changes)[-1] or later[-1]
            found.append(
                Move(
                    number,
                    id,
                    outcome,
                    doors,
                    after,
                    later,
                    known.doors.duration(id, state.changes),
                    not waits and self._ledger.always_paid(id, state.changes),
                    known.earliest_over(id),
                )
            )
        return found

    def next(self, label: Label, move: Move) -> Iterator[Label]:
        """The labels after one outcome of one step: of its starts those that no earlier one
        beats."""
        doors, days, changes = move.doors, self.known.horizon.days, label.state.changes
        first = bisect_left(doors.starts, label.month)
        if first == len(doors.starts) or doors.best[first] > self.cut:
            return
        waiting = self._ledger.waiting(changes)
        # A later start is worth a label only if it costs less; so is a step that changes nothing.
        best = label.price if move.after == label.state else None
        for start, level in islice(zip(doors.starts, doors.levels, strict=True), first, None):
            if level > self.cut:
                continue
            month, end = self.known.end(move.step, start, move.months)
            if month >= self.horizon:
                return
            busy = self._ledger.doing(move.step, changes, days[start], start, month)
            price = label.price + waiting[start] - move.later[month] + busy
            if best is None or price < best:
                best = price
                leg = Leg("step", move.step, days[start], end, move.outcome.grade)
                yield self._label(label, move.after, month, level, price, move, leg)
            if move.paid:
                return

    def next_beside(self, label: Label) -> Iterator[Label]:
        """The labels when the running step is over, or when one more step beside it is."""
        running = self.known.running
        assert running is not None
        until = self.known.horizon.index(running.end)
        for ran, more in self._ran():
            if max(label.level, more) <= self.cut and until < self.horizon:
                yield self._freed(label, ran, more, until, running.end)
        for move in self._moves_beside(label.state):
            within = False
            for start, level in zip(move.doors.starts, move.doors.levels, strict=True):
                if start < label.month or level > self.cut:
                    continue
                month, end = self.known.end(move.step, start, move.months)
                if month >= self.horizon:
                    break
                leg = Leg(
                    "beside", move.step, self.known.horizon.days[start], end, move.outcome.grade
                )
                taken = self._label(label, move.after, month, level, label.price, move, leg)
                if end > running.end:
                    yield from self._longer(label, taken, move.outcome, until)
                elif not within and move.after != label.state:
                    within = True
                    yield taken

    @memo
    def _moves_beside(self, state: State) -> list[Move]:
        """The outcomes of steps that can be taken beside the running one in a state."""
        return [
            Move(
                number,
                id,
                outcome,
                self.known.openings(id, outcome.grade, state),
                self._after(outcome, state),
                [],
                self.known.doors.duration(id, state.changes),
                True,
                [],
            )
            for number, (id, outcome) in enumerate(self._companions)
        ]

    def _longer(self, before: Label, taken: Label, outcome: Outcome, until: int) -> Iterator[Label]:
        """The labels when a step beside the running one is over that is over after it."""
        leg = taken.leg
        assert leg is not None
        for ran, more in self._ran():
            if max(taken.level, more) > self.cut:
                continue
            between = self.known.finished(before.state, ran.grade).changes
            unpaid = self._while_running(until) + self._ledger.doing(
                leg.step, before.state.changes, leg.start, until, taken.month, between
            )
            after = self.projection.project(State(self.known.outcome(outcome.facts, between)))
            price = unpaid - self._ledger.waiting(after.changes)[taken.month]
            yield Label(
                after,
                taken.month,
                taken.end,
                taken.steps,
                max(taken.level, more),
                price,
                taken.hopes or ran.hope,
                taken.tie,
                leg,
                before,
                ran.grade,
            )

    def _freed(self, label: Label, ran: Outcome, level: int, month: int, end: dt.date) -> Label:
        """The label when the running step is over with an outcome."""
        after = self.projection.project(self.known.finished(label.state, ran.grade))
        price = self._while_running(month) - self._ledger.waiting(after.changes)[month]
        return Label(
            after,
            month,
            end,
            label.steps,
            max(label.level, level),
            price,
            label.hopes or ran.hope,
            label.tie,
            None,
            label,
            ran.grade,
        )

    def _label(
        self, label: Label, after: State, month: int, level: int, price: int, move: Move, leg: Leg
    ) -> Label:
        return Label(
            after,
            month,
            leg.end,
            label.steps + 1,
            max(label.level, level),
            price,
            label.hopes or move.outcome.hope,
            label.tie + level * 100 + move.number,
            leg,
            label,
        )

    def _ran(self) -> Iterator[tuple[Outcome, int]]:
        """The outcomes of the running step that ways count on, each with the level that it adds."""
        running, today = self.known.running, self.known.horizon.days[0]
        assert running is not None
        for outcome in self.projection.counted(running.step):
            yield outcome, self.known.hope_level(running.step, outcome.grade, START, today)

    def _while_running(self, month: int) -> int:
        """The unsecured months of the running step from today up to a month."""
        running = self.known.running
        assert running is not None
        last = min(month, self.known.horizon.index(running.end))
        return self._ledger.doing(running.step, START.changes, running.start, 0, last)

    def _fitting(self, changes: Changes) -> list[int]:
        """The numbers of the outcomes of steps that can still help and admit the rungs."""
        helping = self.projection.of(changes).steps & self._candidates.admitting(changes)
        return [number for number, (id, _) in enumerate(self._outcomes) if id in helping]

    def _after(self, outcome: Outcome, state: State) -> State:
        raised = self.known.outcome(outcome.facts, state.changes)
        return self.projection.project(State(raised, state.running))
