"""Other steps that could stand in the place of one step of a way, at the same costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from klappts_engine.pathways.conditions import Conditions
from klappts_engine.ways.search import Solution
from klappts_engine.ways.transitions import FULL, Leg, Outcome, Transitions
from klappts_engine.ways.walk import Account, begun, taken


def alternatives(known: Transitions, goal: str, way: Solution) -> list[tuple[str, ...]]:
    """For each step of a way to `goal` the steps that could take its place and change none of its
    costs.

    None are looked for in the place of the step that is under way, and of what is done beside it.
    """
    first = [leg for leg in way.legs if leg.kind != "step"]
    found: list[tuple[str, ...]] = [()] * len(first)
    before = begun(known, first)
    for number, leg in enumerate(way.legs[len(first) :], len(first)):
        found.append(tuple(dict.fromkeys(_Place(known, goal, way, number, before).others())))
        before = taken(known, before, leg) or before
    return found


class _Place:
    """The place of one step in a way; `before`: how it stands when the step could begin."""

    def __init__(
        self, known: Transitions, goal: str, way: Solution, number: int, before: Account
    ) -> None:
        self._known = known
        self._goal = Conditions.goal(goal)
        self._way = way
        self._leg = way.legs[number]
        self._rest = way.legs[number + 1 :]
        self._before = before
        self._until: dt.date = self._rest[0].start if self._rest else self._leg.end

    def others(self) -> Iterator[str]:
        """The steps that fit into the place."""
        known, until = self._known, self._known.horizon.index(self._until)
        for id, step in known.catalogue.steps.items():
            if id == self._leg.step or step.role != "main":
                continue
            if known.earliest_over(id)[self._before.month] > until:
                continue
            if known.doors.matters(id).never or known.doors.least_level(id) > self._way.level:
                continue
            for outcome in known.outcomes(id):
                if outcome.hope == (self._leg.grade != FULL) and self._fits(id, outcome):
                    yield id

    def _fits(self, id: str, outcome: Outcome) -> bool:
        """Whether the way costs the same with this outcome of this step; what follows it keeps its
        days."""
        known, before = self._known, self._before
        after = known.taken(id, outcome.facts, before.state)
        until = known.horizon.index(self._until)
        end = self._followed(Account(after, until, before.level, 0), self._rest)
        if end is None or end.level > self._way.level:
            return False
        doors = known.openings(id, outcome.grade, before.state, self._way.hopes)
        months = known.doors.duration(id, before.state.changes)
        waiting = known.ledger.waiting(after.changes)
        for start, level in zip(doors.starts, doors.levels, strict=True):
            if start < before.month or level > self._way.level:
                continue
            month, over = known.end(id, start, months)
            if over > self._until:
                return False
            leg = Leg("step", id, known.horizon.days[start], over, outcome.grade)
            one = taken(known, before, leg)
            if one is None or (not self._rest and over != self._until):
                continue
            unsecured = one.unsecured + waiting[until] - waiting[month] + end.unsecured
            costs = max(one.level, end.level), unsecured
            if costs == (self._way.level, self._way.unsecured):
                return True
        return False

    def _followed(self, at: Account, rest: Sequence[Leg]) -> Account | None:
        """How it stands at the goal after the rest of the way; None if a step cannot be taken, or
        the goal is not reached."""
        for leg in rest:
            after = taken(self._known, at, leg)
            if after is None:
                return None
            at = after
        goal, day = self._goal, self._known.horizon.days[at.month]
        reached = self._known.doors.truth(goal, [goal], at.state.changes, day)
        return at if reached[goal] is True else None
