"""A case on a day: its assumptions, caveats, values and answers, each made once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from klappts_engine.errors import CaseError, Mistake
from klappts_engine.facts.assumptions import Assumed
from klappts_engine.facts.case import Case
from klappts_engine.facts.episodes import project
from klappts_engine.facts.values import Values, derive_all, encoded, known_on
from klappts_engine.memo import memo
from klappts_engine.rules.executors.port import FEW, Executors, Truths
from klappts_engine.validation import Text


class Standing:
    """A case as it stands on its day under one rulebook. Immutable; all it holds is made when it is
    first asked for.

    `case` has its assumptions filled in; `assumptions` says which, set by set. `caveats` are what
    no answer for the day has checked. Raises CaseError for a case without a day.
    """

    def __init__(
        self,
        executors: Executors,
        case: Case,
        assumptions: tuple[Assumed, ...] = (),
        caveats: tuple[Text, ...] = (),
    ) -> None:
        if case.as_of is None:
            raise CaseError(Mistake("case_without_day"))
        self.executors = executors
        self.rulebook = executors.rulebook
        self.vocabulary = executors.rulebook.vocabulary
        self.case = case
        self.day: dt.date = case.as_of
        self.assumptions = assumptions
        self.caveats = caveats

    @cached_property
    def told(self) -> dict[str, Any]:
        """The facts that the case tells or assumes."""
        return self.case.told

    @cached_property
    def assumed(self) -> dict[str, str]:
        """The assumed facts, each with its set."""
        return {fact: one.set for one in self.assumptions for fact in one.facts}

    @cached_property
    def known(self) -> dict[str, Any]:
        """All known facts, told or derived. Raises CaseError where a told value contradicts the one
        the dates decide."""
        return known_on(self.told, self.vocabulary, self.day)

    @cached_property
    def values(self) -> Values:
        """The known facts as the executors compare them."""
        return encoded(self.known, self.vocabulary)

    @memo
    def values_for(self, *ids: str) -> Values:
        """The values that the rules `ids` can read; what only other rules read may be left out."""
        if "values" in self.__dict__ or len(ids) > FEW:
            return self.values
        read = self.executors.facts_by_rule
        only = frozenset().union(*(read[id] for id in ids))
        return encoded(known_on(self.told, self.vocabulary, self.day, only), self.vocabulary)

    @memo
    def truths(self, *ids: str) -> Truths:
        """The answers of the rules `ids` and of all below them."""
        values = self.values_for(*ids)
        if len(ids) > FEW:
            return self.executors.of(*ids).evaluate(values, self.day)
        each = [self.executors.of(id).evaluate(values, self.day) for id in ids]
        return {id: truth for truths in each for id, truth in truths.items()}

    def truths_for(self, id: str, values: Values) -> Truths:
        """The answers of `id` and all rules below it if the facts had these values."""
        return self.executors.of(id).evaluate(values, self.day)

    def truth_if(self, id: str, told: Mapping[str, Any]) -> bool | None:
        """The answer of `id` if exactly these facts were told."""
        return self.truths_for(id, self.values_if(id, told))[id]

    def values_if(self, id: str, told: Mapping[str, Any]) -> Values:
        """The values that `id` can read if exactly these facts were told."""
        known = derive_all(told, self.vocabulary, self.day, only=self.executors.facts_by_rule[id])
        return encoded(known, self.vocabulary)

    def on(self, day: dt.date) -> Standing:
        """The standing on a later day if nothing but time passes."""
        later = project(self.case, (), day, self.vocabulary)
        return Standing(self.executors, later, self.assumptions, self.caveats)
