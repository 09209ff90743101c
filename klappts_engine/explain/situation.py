"""One case on one day under one rulebook, and its answers if facts were dropped or changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any as AnyValue

from klappts_engine.explain.model import Read
from klappts_engine.facts.case import Case
from klappts_engine.facts.episodes import project
from klappts_engine.facts.values import Values, derive_all, encode
from klappts_engine.rules.assessment import Strengths
from klappts_engine.rules.executors.port import Parts, Truths
from klappts_engine.rules.expressions import All, Any, Expr, Known, Not, Ref, truth_of
from klappts_engine.rules.open_facts import open_facts, untold

Facts = frozenset[str]
NONE: Facts = frozenset()


class Situation:
    """A case with its assumptions, as it stands on its day.

    `assumed`: the facts of it that are assumed, with their set. `ids`: the rules that are asked
    about, answered at once.
    """

    def __init__(
        self, parts: Parts, case: Case, assumed: Mapping[str, str], ids: Iterable[str]
    ) -> None:
        assert case.as_of is not None
        self.parts = parts
        self.rulebook = parts.rulebook
        self.vocabulary = parts.rulebook.vocabulary
        self.case = case
        self.day: dt.date = case.as_of
        self.told = case.told
        self.assumed = assumed
        self.known = derive_all(self.told, self.vocabulary, self.day)
        self.values: Values = {id: encode(value) for id, value in self.known.items()}
        self.ids = list(ids)
        self._reads: dict[str, Read] = {}

    @cached_property
    def truths(self) -> Truths:
        """The answers of the rules asked about and of all below them."""
        executor = self.parts.executor(f"explain:{' '.join(self.ids)}", lambda: self.ids)
        return executor.evaluate(self.values, self.day)

    @cached_property
    def strengths(self) -> Strengths:
        """The strengths of these rules."""
        return Strengths(self.rulebook, self.truths, self.values, self.day)

    @cached_property
    def proof(self) -> Proof:
        """What is enough for their answers."""
        return Proof(self)

    def truths_for(self, id: str, values: Values) -> Truths:
        """The answers of `id` and all rules below it if the facts had these values."""
        return self.parts.executor(f"explain:{id}", lambda: [id]).evaluate(values, self.day)

    def truth_if(self, id: str, told: Mapping[str, AnyValue]) -> bool | None:
        """The answer of `id` if exactly these facts were told."""
        return self.truths_for(id, self.values_if(id, told))[id]

    def values_if(self, id: str, told: Mapping[str, AnyValue]) -> Values:
        """The values that `id` can read if exactly these facts were told."""
        known = derive_all(told, self.vocabulary, self.day, only=self.parts.facts_by_rule[id])
        return {fact: encode(value) for fact, value in known.items()}

    def support(self, fact: str) -> frozenset[str]:
        """The told facts that the value of a fact can rest on."""
        return self.vocabulary.inputs[fact] & self.told.keys()

    def read(self, fact: str) -> Read:
        """A fact as it was read."""
        if fact not in self._reads:
            self._reads[fact] = self._read(fact)
        return self._reads[fact]

    def _read(self, fact: str) -> Read:
        value = self.known.get(fact)
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
        return Situation(
            self.parts, project(self.case, (), day, self.vocabulary), self.assumed, self.ids
        )


class Proof:
    """For each decided condition a small set of told facts that is enough for it; assumed ones only
    where none is told."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._truths = situation.truths
        self._rules: dict[str, Facts] = {}

    def truth(self, expr: Expr) -> bool | None:
        """The truth of a condition below the rule."""
        return truth_of(expr, self._truths, self._situation.values)

    def facts(self, rule: str) -> Facts:
        """The facts that are enough for the answer of a rule."""
        if rule not in self._rules:
            version = self._situation.rulebook.rules[rule].version(self._situation.day)
            self._rules[rule] = self.of(version.when) if version else NONE
        return self._rules[rule]

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
