"""A standing and the rules that are asked about: what explanations read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cached_property
from typing import Any as AnyValue

from klappts_engine.explain.model import Origin, Read
from klappts_engine.memo import memo
from klappts_engine.rules.assessment import Strengths
from klappts_engine.rules.executors.port import Truths
from klappts_engine.rules.expressions import All, Any, Expr, Known, Not, Ref, truth_of
from klappts_engine.rules.open_facts import open_facts, untold
from klappts_engine.rules.standing import Standing

Facts = frozenset[str]
NONE: Facts = frozenset()


class Situation:
    """What is asked of a standing: `ids` are the rules asked about, answered at once."""

    def __init__(self, standing: Standing, ids: Iterable[str]) -> None:
        self.standing = standing
        self.rulebook = standing.rulebook
        self.vocabulary = standing.vocabulary
        self.day = standing.day
        self.told = standing.told
        self.assumed = standing.assumed
        self.known = standing.known
        self.values = standing.values
        self.ids = list(ids)

    @cached_property
    def truths(self) -> Truths:
        """The answers of the rules asked about and of all below them."""
        return self.standing.truths(*self.ids)

    @cached_property
    def strengths(self) -> Strengths:
        """The strengths of these rules."""
        return Strengths(self.rulebook, self.truths, self.values, self.day)

    @cached_property
    def proof(self) -> Proof:
        """What is enough for their answers."""
        return Proof(self)

    def support(self, fact: str) -> frozenset[str]:
        """The told facts that the value of a fact can rest on."""
        return self.vocabulary.inputs[fact] & self.told.keys()

    @memo
    def read(self, fact: str) -> Read:
        """A fact as it was read."""
        value = self.known.get(fact)
        origin: Origin
        if fact in self.told:
            origin = "assumed" if fact in self.assumed else "told"
        else:
            origin = "unknown" if value is None else "derived"
        rests_on = tuple(sorted(self.support(fact) - {fact}))
        return Read(fact=fact, value=_whole(value), origin=origin, rests_on=rests_on)

    def untold(self, fact: str) -> Iterable[str]:
        """The facts to be told for an unknown fact: itself, or those it is derived from."""
        return untold(self.vocabulary, fact, self.values)

    def on(self, day: dt.date) -> Situation:
        """The situation on a later day if nothing but time passes."""
        return Situation(self.standing.on(day), self.ids)


class Proof:
    """For each decided condition a small set of told facts that is enough for it; assumed ones only
    where none is told."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._truths = situation.truths

    def truth(self, expr: Expr) -> bool | None:
        """The truth of a condition below the rule."""
        return truth_of(expr, self._truths, self._situation.values)

    @memo
    def facts(self, rule: str) -> Facts:
        """The facts that are enough for the answer of a rule."""
        version = self._situation.rulebook.rules[rule].version(self._situation.day)
        return self.of(version.when) if version else NONE

    def of(self, expr: Expr) -> Facts:
        """The facts that are enough for the truth of a condition."""
        match expr:
            case Ref(rule):
                return self.facts(rule)
            case Not(part):
                return self.of(part)
            case All() | Any():
                return NONE.union(*(self.of(part) for part in self.needed(expr)))
            case Known(fact):
                return self._situation.support(fact) & {fact}
            case _:
                return self._situation.support(expr.fact)

    def needed(self, expr: All | Any) -> tuple[Expr, ...]:
        """The parts that are enough: one that decides, with the fewest assumptions and facts, or
        else all."""
        decisive = isinstance(expr, Any)
        alone = [part for part in expr.parts if self.truth(part) is decisive]
        return (min(alone, key=lambda part: self._weight(self.of(part))),) if alone else expr.parts

    def _weight(self, facts: Facts) -> tuple[int, int]:
        return len(facts & self._situation.assumed.keys()), len(facts)


def unclear(situation: Situation, id: str) -> list[str]:
    """The untold facts on which an unknown answer hangs, in the order in which the rules read
    them."""
    if situation.truths[id] is not None:
        return []
    return open_facts(situation.rulebook, situation.truths, situation.values, situation.day, [id])


def _whole(value: AnyValue) -> AnyValue:
    """A value as it is told: a duration in whole units."""
    return int(value) if isinstance(value, float) else value
