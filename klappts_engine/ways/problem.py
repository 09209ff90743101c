"""The search problem: where it begins, what can be done next, what that costs, and the goal.

This is the only place where the search moves from state to state.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from klappts_engine.memo import memo
from klappts_engine.rules.residual import NEVER
from klappts_engine.ways.projection import Projection
from klappts_engine.ways.transitions import START, Leg, Openings, Outcome, State, Transitions


class Kind(NamedTuple):
    """How sure a way is: whether it hopes, and its weakest level. Along a way both only grow."""

    hopes: bool
    level: int

    def within(self, other: Kind) -> bool:
        """Whether it is at least as sure as another kind."""
        return self.hopes <= other.hopes and self.level <= other.level

    def with_(self, hope: bool, level: int) -> Kind:
        """The kind of a way that goes on through a door of `level`, with a hope or without."""
        return Kind(self.hopes or hope, max(self.level, level))


SURE = Kind(False, 0)


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
    kind: Kind
    price: int
    tie: int
    leg: Leg | None = None
    before: Label | None = None
    ran: str | None = None


class Move(NamedTuple):
    """One outcome of a step from a state: when it can begin and how firm it is then, the state
    after it, its usual months, and what each start adds to the price (None: nothing, whenever it
    begins)."""

    number: int
    step: str
    outcome: Outcome
    doors: Openings
    after: State
    months: int
    costs: list[int] | None


class Problem:
    """What can be done next from a label on the way to one goal."""

    def __init__(self, projection: Projection, begin: Begin) -> None:
        self.projection = projection
        self.known: Transitions = projection.known
        self.goal = projection.goal
        self.days = self.known.horizon.days
        self.months = len(self.days)
        self._begin = begin
        self._ledger = self.known.ledger
        self._outcomes = [
            (id, outcome)
            for id in projection.steps
            for outcome in self.known.outcomes(id)
            if self.known.least_hope_level(id, outcome.grade) < NEVER
        ]
        self._aims = {id: n for n, (id, one) in enumerate(self._outcomes) if not one.hope}
        self._companions = [
            (id, one) for id in projection.companions for one in self.known.outcomes(id)
        ]

    @cached_property
    def kinds(self) -> list[Kind]:
        """The kinds that ways can be of, the surest first."""
        return [Kind(hopes, level) for hopes in (False, True) for level in self.projection.levels()]

    def start(self) -> Label:
        """The label with which the search begins; the step that is under way counts as one."""
        state, day = self.projection.project(self._begin.state), self._begin.day
        month = self.known.horizon.index(day)
        if state.running:
            return Label(state, month, day, 1, SURE, 0, 0, self.known.running)
        return Label(state, month, day, 0, SURE, -self._ledger.waiting(state.changes)[month], 0)

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

    # --- Planned steps ---------------------------------------------------------------------------

    def steps(self, label: Label, kind: Kind) -> Iterator[tuple[int, int]]:
        """The outcomes of steps, by number, that can make a label of `kind` out of a label, each
        with the first month in which the step can be over."""
        least = kind.level if kind.level > label.kind.level else 0
        hoping = kind.hopes and not label.kind.hopes
        for number, hope, occurring, over in self._open(label.state):
            month = over[label.month]
            fits = kind.hopes if hope else not hoping
            opens = any(least <= level <= kind.level for level in occurring)
            if fits and opens and month < self.months:
                yield number, month

    @memo
    def _open(self, state: State) -> list[tuple[int, bool, frozenset[int], list[int]]]:
        """The outcomes of steps that can help in a state and open at some time, by number: whether
        it is a hope, the levels on which it opens, and for each month when it can be over."""
        helping, found = self.projection.helping(state.changes), []
        for number, (id, outcome) in enumerate(self._outcomes):
            if id in helping:
                occurring = self.known.openings(id, outcome.grade, state).occurring
                if occurring:
                    over = self.known.earliest_over(id)
                    found.append((number, outcome.hope, occurring, over))
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
        doors, months = known.openings(id, outcome.grade, state), known.doors.duration(id, changes)
        costs = self._ledger.costs(id, changes, after.changes)
        return Move(number, id, outcome, doors, after, months, costs)

    def next(self, label: Label, move: Move, kind: Kind) -> Iterator[Label]:
        """The labels of a kind after one outcome of one step: of its starts those that no earlier
        one beats."""
        (starts, levels, best_from, _), costs = move.doors, move.costs
        first = bisect_left(starts, label.month)
        if first == len(starts) or best_from[first] > kind.level:
            return
        least = kind.level if kind.level > label.kind.level else 0
        # A later start is worth a label only if it costs less; so is a step that changes nothing.
        best = 0 if move.after == label.state else None
        for place in range(first, len(starts) if costs is None else len(costs)):
            level, cost = levels[place], costs[place] if costs else 0
            if least <= level <= kind.level and (best is None or cost < best):
                month, end = self.known.end(move.step, starts[place], move.months)
                if month >= self.months:
                    return
                best, day = cost, self.days[starts[place]]
                leg = Leg("step", move.step, day, end, move.outcome.grade)
                yield self._label(label, move.after, month, level, label.price + cost, move, leg)
                if costs is None:
                    return

    # --- Beside the step that is under way -------------------------------------------------------

    def next_beside(self, label: Label) -> Iterator[Label]:
        """The labels, of any kind, when the running step is over, or one more step beside it."""
        running = self.known.running
        assert running is not None
        until = self.known.horizon.index(running.end)
        if until < self.months:
            for ran, more in self._ran():
                yield self._freed(label, ran, more, until, running.end)
        for move in self._moves_beside(label.state):
            best: int | None = None
            for start, level in zip(move.doors.starts, move.doors.levels, strict=True):
                if start < label.month or level == NEVER:
                    continue
                month, end = self.known.end(move.step, start, move.months)
                if month >= self.months:
                    break
                leg = Leg("beside", move.step, self.days[start], end, move.outcome.grade)
                taken = self._label(label, move.after, month, level, label.price, move, leg)
                if end > running.end:
                    yield from self._longer(label, taken, move.outcome, until)
                elif move.after != label.state and (best is None or level < best):
                    best = level
                    yield taken

    @memo
    def _moves_beside(self, state: State) -> list[Move]:
        """The outcomes of steps that can be taken beside the running one in a state."""
        found = []
        for number, (id, outcome) in enumerate(self._companions):
            doors = self.known.openings(id, outcome.grade, state)
            raised = self.known.outcome(outcome.facts, state.changes)
            after = self.projection.project(State(raised, running=True))
            months = self.known.doors.duration(id, state.changes)
            found.append(Move(number, id, outcome, doors, after, months, None))
        return found

    def _longer(self, before: Label, taken: Label, outcome: Outcome, until: int) -> Iterator[Label]:
        """The labels when a step beside the running one is over that is over after it."""
        leg = taken.leg
        assert leg is not None
        for ran, level in self._ran():
            between = self.known.finished(before.state, ran.grade).changes
            unpaid = self._while_running(until) + self._ledger.doing(
                leg.step, before.state.changes, leg.start, until, taken.month, between
            )
            after = self.projection.project(State(self.known.outcome(outcome.facts, between)))
            price = unpaid - self._ledger.waiting(after.changes)[taken.month]
            kind = taken.kind.with_(ran.hope, level)
            yield Label(
                after,
                taken.month,
                taken.end,
                taken.steps,
                kind,
                price,
                taken.tie,
                leg,
                before,
                ran.grade,
            )

    def _freed(self, label: Label, ran: Outcome, level: int, month: int, end: dt.date) -> Label:
        """The label when the running step is over with an outcome."""
        after = self.projection.project(self.known.finished(label.state, ran.grade))
        price = self._while_running(month) - self._ledger.waiting(after.changes)[month]
        kind = label.kind.with_(ran.hope, level)
        return Label(after, month, end, label.steps, kind, price, label.tie, None, label, ran.grade)

    @memo
    def _ran(self) -> list[tuple[Outcome, int]]:
        """The outcomes of the running step that can come about, each with the level that it
        adds."""
        running = self.known.running
        assert running is not None
        found = [
            (one, self.known.hope_level(running.step, one.grade, START, self.days[0]))
            for one in self.known.outcomes(running.step)
        ]
        return [(outcome, level) for outcome, level in found if level < NEVER]

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
        return Label(
            after,
            month,
            leg.end,
            label.steps + 1,
            label.kind.with_(move.outcome.hope, level),
            price,
            label.tie + level * 100 + move.number,
            leg,
            label,
        )

    @memo
    def _after(self, number: int, state: State) -> State:
        raised = self.known.outcome(self._outcomes[number][1].facts, state.changes)
        return state if raised == state.changes else self.projection.project(State(raised))
