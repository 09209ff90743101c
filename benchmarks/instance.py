"""One question to the search as plain tables of numbers, such as a constraint solver reads.

The question: which ways to a goal, all of whose doors are as firm as a level and none of whose
outcomes is a hope, are beaten by no other in end, number of steps and unsecured months? States are
full states; nothing of how the search merges them or bounds them goes into the tables.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from klappts_engine.ways.access import Doors
from klappts_engine.ways.horizon import NO_CHANGES, Changes, restrict
from klappts_engine.ways.search import Kind, Solution, search
from klappts_engine.ways.transitions import FULL, State, Transitions

Point = tuple[int, int, int]
"""Days to the end of a way, number of its steps, unsecured months."""

Answer = TypeVar("Answer")


class Span(NamedTuple):
    """One start of a step: its month, the month and day (from today) in which it is over, the
    unsecured months meanwhile."""

    start: int
    month: int
    day: int
    unsecured: int


class Table(NamedTuple):
    """For every combination of values of some facts that occurs: the numbers of the values, then
    the answer."""

    facts: tuple[str, ...]
    rows: list[tuple[int, ...]]


@dataclass(frozen=True)
class Instance:
    """A question as tables. Values of facts are numbered from 0, the value today."""

    months: int
    steps: tuple[str, ...]
    facts: dict[str, int]
    """How many values of each fact occur."""
    states: int
    doors: dict[str, Table]
    """For each step which of `spans` it has."""
    spans: list[tuple[Span, ...]]
    changes: dict[str, list[tuple[int, int, int]]]
    """For each fact: number of a step, value before, value after."""
    goal: Table
    idle: Table
    """Which of `unpaid` counts while nothing is done."""
    unpaid: list[tuple[int, ...]]
    """The unsecured months before each month."""


def ways_at(known: Transitions, goal: str, level: int) -> list[Solution]:
    """What our own search answers to the question."""
    return list(search(known, goal, as_sure_as=Kind(False, level)).ways)


def points(known: Transitions, ways: Iterable[Solution]) -> set[Point]:
    """What ways cost, without those that another beats."""
    today = known.horizon.days[0]
    found = {((way.end - today).days, len(way.legs), way.unsecured) for way in ways if way.legs}
    return {one for one in found if not any(_beats(other, one) for other in found)}


def _beats(one: Point, other: Point) -> bool:
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


def instance(known: Transitions, goal: str, level: int, longest: int) -> Instance:
    """The tables for ways of up to `longest` steps. Raises ValueError for a question that they
    cannot express."""
    return _Tables(known, f"goal:{goal}", level, longest).instance()


class _Tables:
    """The tables of one question."""

    def __init__(self, known: Transitions, goal: str, level: int, longest: int) -> None:
        self._known = known
        self._doors: Doors = known.doors
        self._goal = goal
        self._level = level
        self._today = known.horizon.days[0]
        if self._doors.running:
            raise ValueError("a step is under way")
        if len(set(self._doors.matter(goal, [goal]).cell_class)) > 1:
            raise ValueError("time alone changes the goal")
        if self._holds(NO_CHANGES):
            raise ValueError("the goal is reached")
        self._start = known.horizon.values(NO_CHANGES, self._today)
        self._found: dict[tuple[str, Changes], tuple[Span, ...]] = {}
        self._main = [id for id, step in known.catalogue.steps.items() if step.role == "main"]
        self._states = self._reached(longest)
        facts = sorted({fact for state in self._states for fact, _ in state})
        self._values = {
            fact: list(dict.fromkeys(self._value(state, fact) for state in self._states))
            for fact in facts
        }

    def _reached(self, longest: int) -> list[Changes]:
        """The states that up to `longest` steps lead to."""
        depth = {NO_CHANGES: 0}
        queue = deque([NO_CHANGES])
        while queue:
            state = queue.popleft()
            if depth[state] == longest or self._holds(state):
                continue
            for id in self._main:
                after = self._after(id, state)
                if after not in depth and self._spans(id, state):
                    depth[after] = depth[state] + 1
                    queue.append(after)
        return list(depth)

    def instance(self) -> Instance:
        """All tables."""
        spans = dict[tuple[Span, ...], int]()
        unpaid = dict[tuple[int, ...], int]()
        steps = tuple(
            id for id in self._main if any(self._spans(id, state) for state in self._states)
        )
        idle = self._known.ledger.matters(self._known.catalogue.head.search.idle, NO_CHANGES).facts
        months = len(self._known.horizon.days)
        return Instance(
            months=months,
            steps=steps,
            facts={fact: len(values) for fact, values in self._values.items()},
            states=len(self._states),
            doors={id: self._door(id, spans) for id in steps},
            spans=list(spans),
            changes={fact: self._changes(fact, steps) for fact in self._values},
            goal=self._table(self._doors.matter(self._goal, [self._goal]).facts, self._holds, int),
            idle=self._table(
                idle,
                lambda state: tuple(self._known.ledger.waiting(state)[:months]),
                _numbered(unpaid),
            ),
            unpaid=list(unpaid),
        )

    def _door(self, id: str, spans: dict[tuple[Span, ...], int]) -> Table:
        return self._table(
            self._known.reads(id).facts, lambda state: self._spans(id, state), _numbered(spans)
        )

    def _spans(self, id: str, state: Changes) -> tuple[Span, ...]:
        """Every start of a step from a state whose door is firm enough, and that is over in
        time."""
        key = (id, restrict(state, self._known.reads(id).facts))
        if key not in self._found:
            self._found[key] = tuple(self._starts(id, state))
        return self._found[key]

    def _starts(self, id: str, state: Changes) -> Iterator[Span]:
        known = self._known
        openings = known.openings(id, FULL, State(state))
        months = self._doors.duration(id, state)
        for start, level in zip(openings.starts, openings.levels, strict=True):
            month, end = known.end(id, start, months)
            if level <= self._level and month < len(known.horizon.days):
                yield Span(
                    start,
                    month,
                    (end - self._today).days,
                    known.ledger.doing(id, state, known.horizon.days[start], start, month),
                )

    def _changes(self, fact: str, steps: Iterable[str]) -> list[tuple[int, int, int]]:
        """What steps make of the values of a fact; values beyond the longest ways are left out."""
        values, found = self._values[fact], dict[tuple[int, int, int], None]()
        for number, id in enumerate(steps):
            for state in self._states:
                before, after = self._value(state, fact), self._value(self._after(id, state), fact)
                if after in values:
                    found[number, values.index(before), values.index(after)] = None
        return list(found)

    def _table(
        self,
        facts: Iterable[str],
        ask: Callable[[Changes], Answer],
        number: Callable[[Answer], int],
    ) -> Table:
        """The answers of `ask`, which reads nothing but `facts`."""
        chosen = tuple(fact for fact in self._values if fact in set(facts))
        found: dict[tuple[int, ...], int] = {}
        for state in self._states:
            key = tuple(self._values[fact].index(self._value(state, fact)) for fact in chosen)
            if key not in found:
                found[key] = number(ask(state))
        return Table(chosen, [(*key, answer) for key, answer in found.items()])

    def _after(self, id: str, state: Changes) -> Changes:
        return self._known.outcome(self._known.catalogue.steps[id].outcomes.full, state)

    def _value(self, state: Changes, fact: str) -> Any:
        return dict(state).get(fact, self._start.get(fact))

    def _holds(self, state: Changes) -> bool:
        return self._doors.truth(self._goal, [self._goal], state, self._today)[self._goal] is True


def _numbered(known: dict[Answer, int]) -> Callable[[Answer], int]:
    """Numbers answers in the order in which they come."""
    return lambda answer: known.setdefault(answer, len(known))
