"""What can still help from a state on: the steps that lead to the goal, and the values of facts that make a difference to them.

Ladders never fall, so a step that admits only lower rungs is over for good. What only such steps asked for matters no longer,
and states that differ in nothing that matters are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any as AnyValue

from klappts_engine.facts.derive import Mapped
from klappts_engine.pathways.future import NO_CHANGES, Changes
from klappts_engine.pathways.moves import Moves, Result
from klappts_engine.rules.expressions import Compare, Leaf, leaf_value

Signature = tuple[AnyValue, ...]
Bound = tuple[str | None, str | None]
"""The lowest and the highest rung that a step admits."""

NOTHING_MERGED: Mapping[AnyValue, AnyValue] = {}


@dataclass(frozen=True)
class Stage:
    """The steps that can still lead to the goal, and for each fact that matters to them the value that stands for others."""

    steps: tuple[str, ...]
    stands_for: Mapping[str, Mapping[AnyValue, AnyValue]]
    caps: Mapping[str, float]


class Stages:
    """The stages of ways to one goal whose doors are at least as firm as `cut`, with hopes or without."""

    def __init__(self, moves: Moves, goal: str, cut: int, hopes: bool) -> None:
        self._moves = moves
        self._doors = moves.doors
        self._vocabulary = moves.doors.rulebook.vocabulary
        self._hopes = hopes
        self._start = moves.future.today(NO_CHANGES)
        self._asked = moves.doors.matter(goal, [goal]).asks
        self._asked |= moves.doors.matters_for_living(moves.catalogue.head.idle, NO_CHANGES).asks
        self._ladders = tuple(f for f in sorted(moves.doors.changeable) if self._vocabulary.facts[f].ladder)
        self._stages: dict[Signature, Stage] = {}
        self._merged: dict[tuple[AnyValue, ...], Mapping[AnyValue, AnyValue]] = {}
        self._reduced: dict[Changes, Changes] = {}
        self.steps: list[str] = [
            id for id, step in moves.catalogue.steps.items() if step.role == "main" and self._possible(id, cut)
        ]

        self._tops = {id: self._highest(id) for id in self.steps}
        requires = {id: moves.catalogue.steps[id].requires for id in self.steps}
        self._bounds = {id: [(fact, (one.from_, one.to)) for fact, one in requires[id].items()] for id in self.steps}
        self._gains = {id: self._gained(id) for id in self.steps}

        # What does not matter at the start never will: stages only lose steps.
        self._ladders = tuple(fact for fact in self._ladders if fact in self.of(NO_CHANGES).stands_for)
        self._stages.clear()

    def _possible(self, id: str, cut: int) -> bool:
        return bool(self._moves.starts(id)) and not self._doors.matters(id).never and self._doors.least_level(id) <= cut

    def counted(self, id: str) -> Iterable[Result]:
        """The outcomes of a step that ways count on."""
        return (result for result in self._moves.results(id) if self._hopes or not result.hope)

    def of(self, changes: Changes) -> Stage:
        """The stage of a state."""
        known = dict(changes)
        rungs = tuple(known.get(fact, self._start.get(fact)) for fact in self._ladders)
        if rungs not in self._stages:
            pairs = zip(self._ladders, rungs, strict=True)
            self._stages[rungs] = self._stage({fact: self._rank(fact, rung) for fact, rung in pairs if rung is not None})
        return self._stages[rungs]

    def reduced(self, changes: Changes) -> Changes:
        """A state with everything left out that makes no difference any more.

        A ladder that matters no longer stands at its top: so no step is open again that was left behind.
        """
        if changes not in self._reduced:
            less = self._less(changes)
            self._reduced[changes] = less if less == changes else self.reduced(less)
        return self._reduced[changes]

    def _less(self, changes: Changes) -> Changes:
        """A state with what makes no difference at its own stage left out: on the rungs that remain that may be more."""
        stage, known = self.of(changes), dict(changes)
        found: dict[str, AnyValue] = {}
        for fact in (*self._ladders, *(fact for fact in known if fact not in self._ladders)):
            start = self._start.get(fact)
            value = self._stand_in(stage, fact, known.get(fact, start))
            if value is not None and value != (start if fact in self._ladders else self._stand_in(stage, fact, start)):
                found[fact] = value
        return frozenset(found.items())

    def _stand_in(self, stage: Stage, fact: str, value: AnyValue) -> AnyValue:
        """The value that stands for `value`; None for what is unknown, or matters no longer."""
        if value is None:
            return None
        if fact in stage.caps:
            return min(value, stage.caps[fact])
        if fact in stage.stands_for:
            return stage.stands_for[fact].get(value, value)
        return self._vocabulary.facts[fact].values[-1] if fact in self._ladders else None

    def _stage(self, rungs: Mapping[str, int]) -> Stage:
        left = {id for id in self.steps if self._open_above(id, rungs)}
        asks, chosen = set(self._asked), set[str]()
        read = self._facts(asks)
        while fitting := {id for id in left if self._changes(id, read, rungs)}:
            left -= fitting
            chosen |= fitting
            for id in fitting:
                concern = self._moves.concern(id)
                asks |= concern.asks
                read |= concern.facts
        read = (read | self._facts(asks)) & self._doors.changeable
        steps = tuple(id for id in self.steps if id in chosen)
        by_fact = {fact: self._asks_of(fact, asks) for fact in read}
        caps = {fact: cap for fact in read if (cap := self._cap(fact, by_fact[fact])) is not None}
        bounds: dict[str, set[Bound]] = {}
        for id in steps:
            for fact, bound in self._bounds[id]:
                bounds.setdefault(fact, set()).add(bound)
        exact = set().union(*(self._moves.concern(id).exact for id in steps))
        merged = {fact: self._merge(fact, by_fact[fact], frozenset(bounds.get(fact, ()))) for fact in read - caps.keys() - exact}
        return Stage(steps, {**dict.fromkeys(exact & read, NOTHING_MERGED), **merged}, caps)

    def _open_above(self, id: str, rungs: Mapping[str, int]) -> bool:
        """Whether nobody on these rungs has left the step behind."""
        return all(rungs.get(fact, -1) <= highest for fact, highest in self._tops[id])

    def _changes(self, id: str, read: set[str], rungs: Mapping[str, int]) -> bool:
        """Whether a step can change a fact that is read: on a ladder only upwards."""
        return any(fact in read and gain > rungs.get(fact, -1) for fact, gain in self._gains[id])

    def _gained(self, id: str) -> set[tuple[str, int]]:
        """What a step can change: on a ladder the rung it leads to."""
        facts = {(fact, value) for result in self.counted(id) for fact, value in result.facts.items()}
        return {(fact, self._rank(fact, value) if fact in self._ladders else 0) for fact, value in facts}

    def _highest(self, id: str) -> list[tuple[str, int]]:
        """The highest rungs a step admits."""
        requires = self._moves.catalogue.steps[id].requires
        return [(fact, self._rank(fact, one.to)) for fact, one in requires.items() if one.to is not None]

    def _facts(self, asks: Iterable[int]) -> set[str]:
        return {fact for number in asks for fact in self._doors.leaves[number][1]}

    def _asks_of(self, fact: str, asks: Iterable[int]) -> frozenset[int]:
        return frozenset(number for number in asks if fact in self._doors.leaves[number][1])

    def _rank(self, fact: str, value: str) -> int:
        return self._vocabulary.rank(fact, value)

    def _cap(self, fact: str, asks: Iterable[int]) -> float | None:
        """For a counter one more than the largest number that matters; beyond it no difference is told."""
        if self._vocabulary.facts[fact].type != "number":
            return None
        leaves = [self._doors.leaves[number][0] for number in asks]
        direct = [leaf.value for leaf in leaves if isinstance(leaf, Compare) and leaf.fact == fact]
        return max(direct) + 1 if len(direct) == len(leaves) and direct else self._doors.caps.get(fact)

    def _merge(self, fact: str, asks: frozenset[int], bounds: frozenset[Bound]) -> Mapping[AnyValue, AnyValue]:
        """For each value of a fact the one that stands for all that make no difference."""
        key = (fact, asks, bounds)
        if key not in self._merged:
            self._merged[key] = self._stand_ins(fact, [self._doors.leaves[n][0] for n in asks], bounds)
        return self._merged[key]

    def _stand_ins(self, fact: str, leaves: list[Leaf], bounds: Iterable[Bound]) -> Mapping[AnyValue, AnyValue]:
        kind = self._vocabulary.facts[fact]
        values: tuple[AnyValue, ...] = (False, True) if kind.type == "bool" else kind.values
        signed = [(self._signature(fact, value, leaves, bounds), value) for value in values]
        if any(signature is None for signature, _ in signed):
            return {}
        if not kind.ladder:
            return {value: next(other for sign, other in signed if sign == signature) for signature, value in signed}
        found: dict[AnyValue, AnyValue] = {}
        for _, run in groupby(signed, key=lambda pair: pair[0]):
            rungs = [value for _, value in run]
            found.update(dict.fromkeys(rungs, rungs[-1]))  # the highest: it leaves behind what the others left behind
        return found

    def _signature(self, fact: str, value: AnyValue, leaves: list[Leaf], bounds: Iterable[Bound]) -> Signature | None:
        """What a value of a fact answers; None where that depends on other facts, too."""
        found: list[AnyValue] = []
        for leaf in leaves:
            derive = self._vocabulary.facts[leaf.fact].derive
            if leaf.fact == fact:
                found.append(leaf_value(leaf, {fact: value}))
            elif isinstance(derive, Mapped) and derive.map == fact:
                mapped = None if value in derive.unsure else derive.to.get(value, derive.otherwise)
                found.append(leaf_value(leaf, {leaf.fact: mapped}))
            else:
                return None
        for low, high in bounds:
            found.append(low is None or self._rank(fact, value) >= self._rank(fact, low))
            found.append(high is None or self._rank(fact, value) <= self._rank(fact, high))
        return tuple(found)
