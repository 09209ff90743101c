"""What of a state can still help: the steps that lead to the goal, and the values they ask for.

Ladders never fall, so a step that admits only lower rungs is over for good. What only such steps
asked for matters no longer, and states that differ in nothing that matters are one: the search
compares projected states only.

A step leads to the goal if it changes what the goal asks for, or what another step asks for that
leads there, or if its months may be secured where those of waiting are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, product
from math import prod
from typing import Any as AnyValue

from klappts_engine.facts.derive import Mapped
from klappts_engine.memo import memo
from klappts_engine.pathways.steps import Rungs
from klappts_engine.rules.expressions import Compare, Leaf, leaf_value
from klappts_engine.ways.horizon import NO_CHANGES, Changes
from klappts_engine.ways.transitions import Outcome, State, Transitions

Signature = tuple[AnyValue, ...]
Bound = tuple[str | None, str | None]
"""The lowest and the highest rung that a step admits."""

Reach = tuple[int, int]
"""One bit for each step that is still open, and one for each gain that is still one."""

NOTHING_MERGED: Mapping[AnyValue, AnyValue] = {}
MOST_STATES = 64
"""So many combinations of values are tried to settle what pays for months; beyond it nothing is."""


@dataclass(frozen=True)
class Relevant:
    """The steps that can still lead to the goal, and for each fact that matters to them the value
    that stands for others."""

    steps: frozenset[str]
    stand_ins: Mapping[str, Mapping[AnyValue, AnyValue]]
    caps: Mapping[str, float]


class Projection:
    """What of a state matters to the ways to one goal, to those with hopes or to those without.
    `barred` steps are left out."""

    def __init__(
        self,
        known: Transitions,
        goal: str,
        barred: frozenset[str] = frozenset(),
        hopes: bool = True,
    ) -> None:
        self.known = known
        self.goal = goal
        self.hopes = hopes
        self._doors = known.doors
        self.vocabulary = known.doors.rulebook.vocabulary
        self.start = known.horizon.today(NO_CHANGES)
        self._idle = known.catalogue.head.search.idle
        self._asked = self._doors.matter(goal, [goal]).leaves_left
        self._asked |= known.ledger.matters(self._idle, NO_CHANGES).leaves_left
        changeable = sorted(self._doors.changeable)
        self.ladders = tuple(fact for fact in changeable if self.vocabulary.facts[fact].ladder)
        self.steps: list[str] = [
            id
            for id, step in known.catalogue.steps.items()
            if step.role == "main" and id not in barred and self._possible(id)
        ]
        self.companions = [id for id in known.companions if id not in barred]
        requires = {id: known.catalogue.steps[id].requires for id in self.steps}
        self._bounds = {
            id: [(fact, (one.from_, one.to)) for fact, one in requires[id].items()]
            for id in self.steps
        }
        self._numbers = {id: number for number, id in enumerate(self.steps)}
        self.gains = [(id, *gain) for id in self.steps for gain in self._gained(id)]
        self._merged: dict[tuple[AnyValue, ...], Mapping[AnyValue, AnyValue]] = {}
        self.reach = self._reaches()
        self._all: Reach = (1 << len(self.steps)) - 1, (1 << len(self.gains)) - 1
        # What does not matter at the start never will: the steps that lead on only get fewer.
        start = self.relevant(NO_CHANGES).stand_ins
        self.ladders = tuple(fact for fact in self.ladders if fact in start)

    @memo
    def outcomes(self, id: str) -> list[Outcome]:
        """The outcomes of a step that such a way can count on."""
        return [one for one in self.known.outcomes(id) if self.hopes or not one.hope]

    def firmness(self, id: str) -> int:
        """The firmest level on which a step can open."""
        return self._doors.least_level(id)

    def levels(self) -> list[int]:
        """The levels that ways can have: those on which a step can open, and any by what is done
        beside the step that is under way."""
        unknown = self._doors.unknown_level
        if self.companions:
            return list(range(unknown + 1))
        opening = {
            level
            for id in self.steps
            for level in self._doors.levels(id)
            if level >= self.firmness(id)
        }
        return sorted({0, unknown} | opening)

    def helping(self, changes: Changes) -> frozenset[str]:
        """The steps that can still help in a state, and admit its rungs."""
        return self.relevant(changes).steps & self.admitting(changes)

    @memo
    def project(self, state: State) -> State:
        """A state with everything left out that makes no difference any more.

        A ladder that matters no longer stands at its top: so no step is open again that was left
        behind. While the running step goes on, facts are left out whole.
        """
        if state.running:
            read = self._read_beside
            changes = frozenset(item for item in state.changes if item[0] in read)
            return state._replace(changes=changes)
        less = state._replace(changes=self._less(state.changes))
        return less if less == state else self.project(less)

    def _less(self, changes: Changes) -> Changes:
        """A state with what makes no difference in it left out: on the rungs that remain that may
        be more."""
        relevant, known = self.relevant(changes), dict(changes)
        found: dict[str, AnyValue] = {}
        for fact in (*self.ladders, *(fact for fact in known if fact not in self.ladders)):
            start = self.start.get(fact)
            value = self._stand_in(relevant, fact, known.get(fact, start))
            same = start if fact in self.ladders else self._stand_in(relevant, fact, start)
            ends = fact in known and fact in self.known.horizon.varying
            if value is not None and (value != same or ends):
                found[fact] = value
        return frozenset(found.items())

    def _stand_in(self, relevant: Relevant, fact: str, value: AnyValue) -> AnyValue:
        """The value that stands for `value`; None for what is unknown, or matters no longer."""
        if value is None:
            return None
        if fact in relevant.caps:
            return min(value, relevant.caps[fact])
        if fact in relevant.stand_ins:
            return relevant.stand_ins[fact].get(value, value)
        return self.vocabulary.facts[fact].values[-1] if fact in self.ladders else None

    @memo
    def relevant(self, changes: Changes) -> Relevant:
        """What still matters in a state."""
        known, (open_, useful) = dict(changes), self._all
        for fact in self.ladders:
            more = self.reach[fact, known.get(fact, self.start.get(fact))]
            open_, useful = open_ & more[0], useful & more[1]
        return self._left(open_, useful)

    @memo
    def _left(self, open_: int, useful: int) -> Relevant:
        """What matters while these steps and gains are left; one bit for each."""
        return self._of(self._leading(open_, useful))

    @memo
    def admitting(self, changes: Changes) -> frozenset[str]:
        """The steps that admit the rungs of a state; an unknown rung is no reason against one."""
        known, left = dict(changes), (1 << len(self.steps)) - 1
        for fact, by_value in self._admits.items():
            left &= by_value.get(self.known.horizon.value(known, fact), left)
        return frozenset(id for id, number in self._numbers.items() if left >> number & 1)

    @cached_property
    def _admits(self) -> dict[str, dict[AnyValue, int]]:
        """For each rung that steps ask for one bit for each step that admits it."""
        requires = [self.known.catalogue.steps[id].requires for id in self.steps]
        return {
            fact: {
                value: bits(self._within(fact, one.get(fact, Rungs()), value) for one in requires)
                for value in self.vocabulary.facts[fact].values
            }
            for fact in {fact for one in requires for fact in one}
        }

    def _within(self, fact: str, rungs: Rungs, value: str) -> bool:
        rank = self._rank(fact, value)
        low = rungs.from_ is None or self._rank(fact, rungs.from_) <= rank
        return low and (rungs.to is None or rank <= self._rank(fact, rungs.to))

    @cached_property
    def _read_beside(self) -> frozenset[str]:
        """The facts that can matter while the running step goes on."""
        everything = self._left(*self._all)
        found = everything.stand_ins.keys() | everything.caps.keys()
        left = {id: {fact for one in self._facts_of(id) for fact in one} for id in self.companions}
        while fitting := [id for id, gains in left.items() if not gains.isdisjoint(found)]:
            for id in fitting:
                found |= self._doors.read(id) & self._doors.changeable
                del left[id]
        return frozenset(found)

    def _facts_of(self, id: str) -> Iterable[Mapping[str, AnyValue]]:
        return (outcome.facts for outcome in self.outcomes(id))

    @cached_property
    def savers(self) -> frozenset[str]:
        """The steps that can help though they change nothing: whose months may be secured where
        those of waiting are not; and the training that is held on to, which comes first."""
        states = self._combined(self._living_facts([]))
        if states is not None and not any(self.known.ledger.waiting(one)[-1] for one in states):
            return self.known.held.intersection(self.steps)
        held = self.known.held
        return frozenset(id for id in self.steps if id in held or self._saves(id))

    def _saves(self, id: str) -> bool:
        combined = self._combined(self._living_facts([id]))
        return combined is None or any(
            self.known.ledger.can_save(id, changes) for changes in combined
        )

    def _living_facts(self, ids: Iterable[str]) -> frozenset[str]:
        """The facts that what pays for waiting, and for some steps, depends on."""
        idle = self.known.ledger.matters(self._idle, NO_CHANGES).facts
        return idle.union(*(self.known.reads(id).living for id in ids))

    def _combined(self, facts: frozenset[str]) -> list[Changes] | None:
        """Every combination of values that some facts can come to have; None if there are too
        many."""
        values = {fact: self._values(fact) for fact in sorted(facts)}
        if any(one is None for one in values.values()):
            return None
        known = {fact: one for fact, one in values.items() if one is not None}
        if prod(map(len, known.values())) > MOST_STATES:
            return None
        return [
            frozenset(item for item in zip(known, chosen, strict=True) if item[1] is not None)
            for chosen in product(*known.values())
        ]

    def _values(self, fact: str) -> list[AnyValue] | None:
        kind = self.vocabulary.facts[fact]
        if kind.type == "bool":
            return [None, False, True]
        return [None, *kind.values] if kind.values else None

    def _possible(self, id: str) -> bool:
        opens = self.known.starts(id) and not self._doors.matters(id).never
        return bool(opens) and self.firmness(id) <= self._doors.unknown_level

    def _leading(self, open_: int, useful: int) -> frozenset[str]:
        """The steps that lead to the goal."""
        gains: dict[str, list[str]] = {}
        for number, (id, fact, _) in enumerate(self.gains):
            if useful >> number & 1 and open_ >> self._numbers[id] & 1:
                gains.setdefault(id, []).append(fact)
        found = {id for id in self.savers if open_ >> self._numbers[id] & 1}
        read = self._facts(self._asked).union(*(self.known.reads(id).facts for id in found))
        while fitting := [id for id in gains if not read.isdisjoint(gains[id])]:
            found.update(fitting)
            for id in fitting:
                del gains[id]
            read = read.union(*(self.known.reads(id).facts for id in fitting))
        return frozenset(found)

    @memo
    def _of(self, steps: frozenset[str]) -> Relevant:
        """What matters to the steps that lead to the goal."""
        reads = [self.known.reads(id) for id in steps]
        asks = self._asked.union(*(one.leaves for one in reads))
        exact: frozenset[str] = frozenset().union(*(one.exact for one in reads))
        read = self._facts(asks).union(*(one.facts for one in reads)) & self._doors.changeable
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
        return Relevant(steps, {**dict.fromkeys(exact & read, NOTHING_MERGED), **merged}, caps)

    def _reaches(self) -> dict[tuple[str, AnyValue], Reach]:
        """For each rung of each ladder which steps admit it or a higher one, and which gains lead
        beyond it."""
        found: dict[tuple[str, AnyValue], Reach] = {}
        for fact in self.ladders:
            tops = [
                self.known.catalogue.steps[id].requires.get(fact, Rungs()).to for id in self.steps
            ]
            found[fact, None] = bits(True for _ in self.steps), bits(True for _ in self.gains)
            for rung, value in enumerate(self.vocabulary.facts[fact].values):
                open_ = (top is None or self._rank(fact, top) >= rung for top in tops)
                useful = (other != fact or gain > rung for _, other, gain in self.gains)
                found[fact, value] = bits(open_), bits(useful)
        return found

    def _gained(self, id: str) -> dict[tuple[str, int], None]:
        """What a step can change, on a ladder the rung it leads to; better outcomes included."""
        return {
            (fact, self._rank(fact, value) if fact in self.ladders else 0): None
            for outcome in self.outcomes(id)
            for fact, value in outcome.facts.items()
        }

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
            # the highest: it leaves behind what the others left behind
            found.update(dict.fromkeys(rungs, rungs[-1]))
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


def bits(truths: Iterable[bool]) -> int:
    """A number with one bit for each truth."""
    return sum(1 << number for number, truth in enumerate(truths) if truth)
