"""How soon a goal can be reached at best if each condition could be met on a way of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any as AnyValue
from typing import NamedTuple

from klappts_engine.memo import memo
from klappts_engine.pathways.catalogue import is_increment
from klappts_engine.rules.expressions import All, Any, Expr, In, Leaf, Not, Ref, leaf_value
from klappts_engine.ways.projection import Projection
from klappts_engine.ways.transitions import State

Truths = tuple[bool | None, ...]


class Action(NamedTuple):
    """One outcome of a step as a bound sees it: the firmest level of its door, the conditions that
    the door needs and those that the outcome can meet (by number), and for each month when the
    step can be over."""

    step: str
    level: int
    needs: Sequence[int]
    gains: Sequence[int]
    over: Sequence[int]


class Bounds:
    """Lower bounds for the ways to a goal, from any state.

    A step counts as open as soon as each condition that its door needs can have been met by some
    step, on whatever way (h_max: Bonet and Geffner, Artificial Intelligence 129 (2001), with months
    that depend on the start). So no way is over sooner or has fewer steps than its bound.
    """

    def __init__(self, projection: Projection) -> None:
        self._projection = projection
        self._facts = projection.vocabulary.facts
        self._beyond = len(projection.known.horizon.days)
        self._unknown = projection.known.doors.unknown_level
        self._goal: Expr = projection.known.catalogue.conditions[projection.goal]
        self._numbers: dict[Leaf, int] = {}
        needs = {id: [*map(self._number, self._needed(id))] for id in projection.steps}
        self._asked = {leaf: self._number(leaf) for leaf in _leaves(self._goal)}
        self._start = tuple(leaf_value(leaf, projection.start) for leaf in self._numbers)
        self._actions = [
            Action(
                id,
                max(projection.firmness(id), projection.known.least_hope_level(id, one.grade)),
                needs[id],
                [number for leaf, number in self._numbers.items() if _met(leaf, one.facts)],
                projection.known.earliest_over(id),
            )
            for id in projection.steps
            for one in projection.outcomes(id)
        ]

    def _needed(self, id: str) -> Iterable[Leaf]:
        """The conditions without which the door of a step is not open."""
        for fact, rungs in self._projection.known.catalogue.steps[id].requires.items():
            values = self._facts[fact].values
            if rungs.from_ is not None and fact in self._projection.ladders:
                yield In(fact, frozenset(values[values.index(rungs.from_) :]))
        yield from sorted(self._projection.known.doors.needed(id), key=repr)

    def _number(self, leaf: Leaf) -> int:
        return self._numbers.setdefault(leaf, len(self._numbers))

    def month(self, state: State, now: int, level: int) -> int:
        """The first month of the grid in which a way through doors of `level` or firmer can reach
        the goal that goes on from a state in month `now`; beyond the grid: its length."""
        return self._least(*self._there(state), level, now, 0)

    def steps(self, state: State, level: int) -> int:
        """How many steps such a way takes at least."""
        return self._least(*self._there(state), level, 0, 1)

    @memo
    def _there(self, state: State) -> tuple[frozenset[str], Truths]:
        """The steps that can still help in a state, and which conditions it meets."""
        changed = dict(state.changes)
        truths = tuple(
            leaf_value(leaf, changed) if leaf.fact in changed else self._start[number]
            for leaf, number in self._numbers.items()
        )
        return self._projection.relevant(state.changes).steps, truths

    @memo
    def _least(self, steps: frozenset[str], truths: Truths, level: int, now: int, each: int) -> int:
        """The least cost of reaching the goal: `each` for a step; if that is 0, the month in which
        it is over."""
        beyond = self._beyond
        # What is not known keeps a door from being known to be open.
        met = (True, None) if level == self._unknown else (True,)
        costs = [now if truth in met else beyond for truth in truths]
        left = [
            ([number for number in one.needs if costs[number] > now], one.gains, one.over)
            for one in self._actions
            if one.level <= level and one.step in steps
        ]
        gained = {number: beyond for number in self._asked.values()}
        moved = True
        while moved:
            moved = False
            for needs, gains, over in left:
                begin = now
                for number in needs:
                    if costs[number] > begin:
                        begin = costs[number]
                if begin >= beyond:
                    continue
                cost = begin + each if each else over[begin]
                for number in gains:
                    if number in gained and gained[number] > cost:
                        gained[number] = cost
                    if costs[number] > cost:
                        costs[number] = cost
                        moved = True
        for number in gained:
            if truths[number]:
                gained[number] = now
        return min(self._reaching(self._goal, gained, now), beyond)

    def _reaching(self, expr: Expr, costs: Mapping[int, int], now: int) -> int:
        """The least cost of making a condition hold; nothing but leaves over changeable facts is
        weighed."""
        match expr:
            case All(parts):
                return max((self._reaching(part, costs, now) for part in parts), default=now)
            case Any(parts):
                reached = (self._reaching(part, costs, now) for part in parts)
                return min(reached, default=self._beyond)
            case Not() | Ref():
                return now
            case _:
                return costs[self._asked[expr]]


def _leaves(expr: Expr) -> Iterable[Leaf]:
    """The leaves of a goal that steps have to meet."""
    match expr:
        case All(parts) | Any(parts):
            for part in parts:
                yield from _leaves(part)
        case Not() | Ref():
            return
        case _:
            yield expr


def _met(leaf: Leaf, facts: Mapping[str, AnyValue]) -> bool:
    """Whether an outcome may meet a condition; what it adds to a counter may always suffice."""
    value = facts.get(leaf.fact)
    return value is not None and (is_increment(value) or leaf_value(leaf, facts) is True)
