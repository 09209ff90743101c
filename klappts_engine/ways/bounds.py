"""How early a way to the goal can end at best, and how many steps it has at least.

Only a few ladders are looked at, and of each step only the rungs it asks for there, the rungs it
gives, when it can begin and when it is over then. Every real way is also a way here, so no real way
ends earlier than what is found here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any as AnyValue
from typing import NamedTuple

from klappts_engine.facts.vocabulary import Vocabulary
from klappts_engine.pathways.model import Rungs

LADDERS = 2
"""How many ladders are looked at besides those of the goal: those that most steps ask for."""

State = tuple[int, ...]
"""A rung on each ladder that is looked at."""

_TOP = 1_000


class Edge(NamedTuple):
    """One outcome of a step as far as it matters here.

    `over`: when it is over at the earliest, by the month of arrival. `brings`: what it can bring of
    what a way must have.
    """

    requires: Mapping[str, Rungs]
    gains: Mapping[str, AnyValue]
    over: Sequence[int]
    brings: int


class Least(NamedTuple):
    """The earliest month and the least steps of ways on."""

    month: int
    steps: int


class Bounds:
    """Lower bounds from any state and month to the goal. `start` holds the rungs from which ways
    begin.

    What a way must have and does not have yet is a set of bits, `lacks`: edges bring them, and only
    a way that lacks none counts as one to the goal.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        edges: Sequence[Edge],
        goal: Callable[[dict[str, str]], bool],
        goal_facts: frozenset[str],
        start: Mapping[str, AnyValue],
    ) -> None:
        self._vocabulary = vocabulary
        self._goal = goal
        self._ladders = self._looked_at(edges, goal_facts, start)
        self._ranks = [
            (fact, {rung: rank for rank, rung in enumerate(vocabulary.facts[fact].values)})
            for fact in self._ladders
        ]
        self._edges = [(*self._rungs(edge), edge) for edge in edges]
        self._admitted: dict[State, list[tuple[int, State]]] = {}
        self._reached: dict[State, bool] = {}
        self._onward: dict[State, list[tuple[State, int, list[Sequence[int]]]]] = {}
        self._least: dict[tuple[State, int, int], Least | None] = {}
        self._months: dict[tuple[State, int, int], int | None] = {}
        self._steps: dict[tuple[State, int], int | None] = {}

    def state(self, values: Mapping[str, AnyValue]) -> State:
        """The rungs of `values` on the ladders that are looked at."""
        return tuple(ranks[values[fact]] for fact, ranks in self._ranks)

    def least(self, state: State, month: int, lacks: int) -> Least | None:
        """What ways on from a state cost at least; None where no way is left in time."""
        key = (state, month, lacks)
        if key not in self._least:
            over, steps = self._month(state, month, lacks), self._count(state, lacks)
            self._least[key] = None if over is None or steps is None else Least(over, steps)
        return self._least[key]

    def admitted(self, state: State) -> list[tuple[int, State]]:
        """The numbers of the edges that admit a state, each with the state after it."""
        if state not in self._admitted:
            self._admitted[state] = [
                (number, tuple(map(max, state, gains)))
                for number, (low, high, gains, _) in enumerate(self._edges)
                if all(a <= rung <= b for rung, a, b in zip(state, low, high, strict=True))
            ]
        return self._admitted[state]

    def _looked_at(
        self, edges: Sequence[Edge], goal: frozenset[str], start: Mapping[str, AnyValue]
    ) -> tuple[str, ...]:
        """The ladders of the goal, and those that most steps ask for; where the rung to begin with
        is known."""
        asked = Counter(
            fact
            for edge in edges
            for fact, rungs in edge.requires.items()
            if rungs.from_ is not None
        )
        others = [fact for fact, _ in asked.most_common() if fact not in goal][:LADDERS]
        facts = self._vocabulary.facts
        return tuple(
            fact
            for fact in (*sorted(goal), *others)
            if facts[fact].ladder and start.get(fact) is not None
        )

    def _rungs(self, edge: Edge) -> tuple[State, State, State]:
        """The lowest and highest rungs an edge admits, and those it gives."""
        rank = self._vocabulary.rank
        rungs = [(fact, edge.requires.get(fact, Rungs())) for fact in self._ladders]
        low = tuple(rank(fact, one.from_) if one.from_ is not None else 0 for fact, one in rungs)
        high = tuple(rank(fact, one.to) if one.to is not None else _TOP for fact, one in rungs)
        return (
            low,
            high,
            tuple(
                rank(fact, edge.gains[fact]) if fact in edge.gains else 0 for fact in self._ladders
            ),
        )

    def _holds(self, state: State) -> bool:
        if state not in self._reached:
            values = {
                fact: self._vocabulary.facts[fact].values[rung]
                for fact, rung in zip(self._ladders, state, strict=True)
            }
            self._reached[state] = self._goal(values)
        return self._reached[state]

    def _next(self, state: State) -> list[tuple[State, int, list[Sequence[int]]]]:
        """The states one step further: what the steps that lead there bring, and the times at which
        they are over."""
        if state not in self._onward:
            found: dict[tuple[State, int], list[Sequence[int]]] = {}
            for number, after in self.admitted(state):
                edge = self._edges[number][-1]
                if after != state or edge.brings:
                    found.setdefault((after, edge.brings), []).append(edge.over)
            self._onward[state] = [
                (after, brings, times) for (after, brings), times in found.items()
            ]
        return self._onward[state]

    def _month(self, state: State, month: int, lacks: int) -> int | None:
        """The earliest month in which the goal can be reached from a state and month; None beyond
        the horizon."""
        if not lacks and self._holds(state):
            return month
        key = (state, month, lacks)
        if key not in self._months:
            best: int | None = None
            for after, brings, times in self._next(state):
                over = min([time[month] for time in times])
                if (
                    over < _TOP
                    and (best is None or over < best)
                    and (after != state or brings & lacks)
                ):
                    arrival = self._month(after, over, lacks & ~brings)
                    if arrival is not None and (best is None or arrival < best):
                        best = arrival
            self._months[key] = best
        return self._months[key]

    def _count(self, state: State, lacks: int) -> int | None:
        """The least number of steps from a state to the goal."""
        if not lacks and self._holds(state):
            return 0
        key = (state, lacks)
        if key not in self._steps:
            onward = ((after, lacks & ~brings) for after, brings, _ in self._next(state))
            counts = [self._count(*place) for place in onward if place != key]
            self._steps[key] = min(
                (count + 1 for count in counts if count is not None), default=None
            )
        return self._steps[key]


def never_over(horizon: int) -> list[int]:
    """The times of a step that is never over within the horizon."""
    return [_TOP] * (horizon + 1)
