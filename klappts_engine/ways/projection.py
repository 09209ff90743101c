"""What of a state can still help: the steps that lead to the goal, and the values they ask for.

Ladders never fall, so a step that admits only lower rungs is over for good. What only such steps
asked for matters no longer, and states that differ in nothing that matters are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any as AnyValue

from klappts_engine.facts.derive import Mapped
from klappts_engine.pathways.model import Rungs
from klappts_engine.rules.expressions import Compare, Leaf, leaf_value
from klappts_engine.ways.horizon import NO_CHANGES, Changes
from klappts_engine.ways.moves import Moves, Result

Signature = tuple[AnyValue, ...]
Bound = tuple[str | None, str | None]
"""The lowest and the highest rung that a step admits."""

Reach = tuple[int, int]
"""One bit for each step that is still open, and one for each gain that is still one."""

NOTHING_MERGED: Mapping[AnyValue, AnyValue] = {}


@dataclass(frozen=True)
class Stage:
    """The steps that can still lead to the goal, and for each fact that matters to them the value
    that stands for others."""

    steps: frozenset[str]
    stands_for: Mapping[str, Mapping[AnyValue, AnyValue]]
    caps: Mapping[str, float]


class Ground:
    """What the stages of all ways to one goal share: the steps that can open at all, and what can
    be gained from them."""

    def __init__(self, moves: Moves, goal: str) -> None:
        self.moves = moves
        self._doors = moves.doors
        self.vocabulary = moves.doors.rulebook.vocabulary
        self.start = moves.future.today(NO_CHANGES)
        self._asked = moves.doors.matter(goal, [goal]).asks
        self._asked |= moves.doors.matters_for_living(
            moves.catalogue.head.search.idle, NO_CHANGES
        ).asks
        self.ladders = tuple(
            fact for fact in sorted(moves.doors.changeable) if self.vocabulary.facts[fact].ladder
        )
        self.steps: list[str] = [
            id
            for id, step in moves.catalogue.steps.items()
            if step.role == "main" and self._possible(id)
        ]
        requires = {id: moves.catalogue.steps[id].requires for id in self.steps}
        self._bounds = {
            id: [(fact, (one.from_, one.to)) for fact, one in requires[id].items()]
            for id in self.steps
        }
        self._numbers = {id: number for number, id in enumerate(self.steps)}
        self.gains = [
            (id, *gain, hope) for id in self.steps for gain, hope in self._gained(id).items()
        ]
        self.reach = self._reaches()
        self._stages: dict[Reach, Stage] = {}
        self._by_steps: dict[frozenset[str], Stage] = {}
        self._merged: dict[tuple[AnyValue, ...], Mapping[AnyValue, AnyValue]] = {}

    def firmness(self, id: str) -> int:
        """The firmest level on which a step can open."""
        return self._doors.least_level(id)

    def levels(self) -> list[int]:
        """The levels that ways can have: those on which a step can open, and those of a step under
        way and its hopes."""
        opening = {
            level
            for id in self.steps
            for level in self._doors.levels(id)
            if level >= self.firmness(id)
        }
        return sorted({0, self._doors.unknown_level} | opening)

    def stage(self, open_: int, useful: int) -> Stage:
        """The stage of the steps and gains that are left; one bit for each."""
        if (open_, useful) not in self._stages:
            self._stages[open_, useful] = self._stage(open_, useful)
        return self._stages[open_, useful]

    def _possible(self, id: str) -> bool:
        opens = self.moves.starts(id) and not self._doors.matters(id).never
        return bool(opens) and self.firmness(id) <= self._doors.unknown_level

    def _stage(self, open_: int, useful: int) -> Stage:
        steps = self._leading(open_, useful)
        if steps not in self._by_steps:
            self._by_steps[steps] = self._of(steps)
        return self._by_steps[steps]

    def _leading(self, open_: int, useful: int) -> frozenset[str]:
        """The steps that change what the goal asks for, or what another of these steps asks for."""
        gains: dict[str, list[str]] = {}
        for number, (id, fact, _, _) in enumerate(self.gains):
            if useful >> number & 1 and open_ >> self._numbers[id] & 1:
                gains.setdefault(id, []).append(fact)
        found, read = set[str](), self._facts(self._asked)
        while fitting := [id for id in gains if not read.isdisjoint(gains[id])]:
            found.update(fitting)
            for id in fitting:
                del gains[id]
            read = read.union(*(self.moves.concern(id).facts for id in fitting))
        return frozenset(found)

    def _of(self, steps: frozenset[str]) -> Stage:
        """The stage of the steps that lead to the goal."""
        concerns = [self.moves.concern(id) for id in steps]
        asks = self._asked.union(*(one.asks for one in concerns))
        exact: frozenset[str] = frozenset().union(*(one.exact for one in concerns))
        read = self._facts(asks).union(*(one.facts for one in concerns)) & self._doors.changeable
        by_fact = {fact: asks & self._doors.asking[fact] for fact in read}
        caps = {fact: cap for fact in read if (cap := self._cap(fact, by_fact[fact])) is not None}
        bounds: dict[str, set[Bound]] = {}
        for id in steps:
            for fact, bound in self._bounds[id]:
                bounds.setdefault(fact, set()).add(bound)
        merged = {
            fact: self._merge(fact, by_fact[fact], frozenset(bounds.get(fact, ())))
            for fact in read - caps.keys() - exact
        }
        return Stage(steps, {**dict.fromkeys(exact & read, NOTHING_MERGED), **merged}, caps)

    def _reaches(self) -> dict[tuple[str, AnyValue], Reach]:
        """For each rung of each ladder which steps admit it or a higher one, and which gains lead
        beyond it."""
        found: dict[tuple[str, AnyValue], Reach] = {}
        for fact in self.ladders:
            tops = [
                self.moves.catalogue.steps[id].requires.get(fact, Rungs()).to for id in self.steps
            ]
            found[fact, None] = bits(True for _ in self.steps), bits(True for _ in self.gains)
            for rung, value in enumerate(self.vocabulary.facts[fact].values):
                open_ = (top is None or self._rank(fact, top) >= rung for top in tops)
                useful = (other != fact or gain > rung for _, other, gain, _ in self.gains)
                found[fact, value] = bits(open_), bits(useful)
        return found

    def _gained(self, id: str) -> dict[tuple[str, int], bool]:
        """What a step can change, on a ladder the rung it leads to; and whether that is only a
        hope."""
        found: dict[tuple[str, int], bool] = {}
        for result in self.moves.results(id):
            for fact, value in result.facts.items():
                gain = fact, self._rank(fact, value) if fact in self.ladders else 0
                found[gain] = found.get(gain, True) and result.hope
        return found

    def _facts(self, asks: Iterable[int]) -> set[str]:
        return {fact for number in asks for fact in self._doors.leaves[number][1]}

    def _rank(self, fact: str, value: str) -> int:
        return self.vocabulary.rank(fact, value)

    def _cap(self, fact: str, asks: Iterable[int]) -> float | None:
        """For a counter one more than the largest number that matters; beyond it no difference is
        told."""
        if self.vocabulary.facts[fact].type != "number":
            return None
        leaves = [self._doors.leaves[number][0] for number in asks]
        direct = [leaf.value for leaf in leaves if isinstance(leaf, Compare) and leaf.fact == fact]
        return (
            max(direct) + 1 if len(direct) == len(leaves) and direct else self._doors.caps.get(fact)
        )

    def _merge(
        self, fact: str, asks: frozenset[int], bounds: frozenset[Bound]
    ) -> Mapping[AnyValue, AnyValue]:
        """For each value of a fact the one that stands for all that make no difference."""
        key = (fact, asks, bounds)
        if key not in self._merged:
            self._merged[key] = self._stand_ins(
                fact, [self._doors.leaves[n][0] for n in asks], bounds
            )
        return self._merged[key]

    def _stand_ins(
        self, fact: str, leaves: list[Leaf], bounds: Iterable[Bound]
    ) -> Mapping[AnyValue, AnyValue]:
        kind = self.vocabulary.facts[fact]
        values: tuple[AnyValue, ...] = (False, True) if kind.type == "bool" else kind.values
        signed = [(self._signature(fact, value, leaves, bounds), value) for value in values]
        if any(signature is None for signature, _ in signed):
            return {}
        if not kind.ladder:
            return {
                value: next(other for sign, other in signed if sign == signature)
                for signature, value in signed
            }
        found: dict[AnyValue, AnyValue] = {}
        for _, run in groupby(signed, key=lambda pair: pair[0]):
            rungs = [value for _, value in run]
            found.update(
                dict.fromkeys(rungs, rungs[-1])
            )  # the highest: it leaves behind what the others left behind
        return found

    def _signature(
        self, fact: str, value: AnyValue, leaves: list[Leaf], bounds: Iterable[Bound]
    ) -> Signature | None:
        """What a value of a fact answers; None where that depends on other facts, too."""
        found: list[AnyValue] = []
        for leaf in leaves:
            derive = self.vocabulary.facts[leaf.fact].derive
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


class Stages:
    """The stages of ways whose doors are at least as firm as `cut`, with hopes or without."""

    def __init__(self, ground: Ground, cut: int, hopes: bool) -> None:
        self._ground = ground
        self._vocabulary = ground.vocabulary
        self._start = ground.start
        self._hopes = hopes
        self._reduced: dict[Changes, Changes] = {}
        self.steps = [id for id in ground.steps if ground.firmness(id) <= cut]
        steps = set(self.steps)
        left = bits(id in steps for id in ground.steps)
        self._all: Reach = (
            left,
            bits(id in steps and (hopes or not hope) for id, _, _, hope in ground.gains),
        )
        # What does not matter at the start never will: stages only lose steps.
        self._ladders = ground.ladders
        self._ladders = tuple(
            fact for fact in self._ladders if fact in self.of(NO_CHANGES).stands_for
        )

    def counted(self, id: str) -> Iterable[Result]:
        """The outcomes of a step that ways count on."""
        return (
            result for result in self._ground.moves.results(id) if self._hopes or not result.hope
        )

    def of(self, changes: Changes) -> Stage:
        """The stage of a state."""
        known = dict(changes)
        open_, useful = self._all
        for fact in self._ladders:
            more = self._ground.reach[fact, known.get(fact, self._start.get(fact))]
            open_, useful = open_ & more[0], useful & more[1]
        return self._ground.stage(open_, useful)

    def reduced(self, changes: Changes) -> Changes:
        """A state with everything left out that makes no difference any more.

        A ladder that matters no longer stands at its top: so no step is open again that was left
        behind.
        """
        if changes not in self._reduced:
            less = self._less(changes)
            self._reduced[changes] = less if less == changes else self.reduced(less)
        return self._reduced[changes]

    def _less(self, changes: Changes) -> Changes:
        """A state with what makes no difference at its own stage left out: on the rungs that remain
        that may be more."""
        stage, known = self.of(changes), dict(changes)
        found: dict[str, AnyValue] = {}
        for fact in (*self._ladders, *(fact for fact in known if fact not in self._ladders)):
            start = self._start.get(fact)
            value = self._stand_in(stage, fact, known.get(fact, start))
            if value is not None and value != (
                start if fact in self._ladders else self._stand_in(stage, fact, start)
            ):
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


def bits(truths: Iterable[bool]) -> int:
    """A number with one bit for each truth."""
    return sum(1 << number for number, truth in enumerate(truths) if truth)
