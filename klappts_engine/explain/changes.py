"""What moved between two states, and through what: facts of the person, or amendments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any as AnyValue

from klappts_engine.explain.model import Amendment, Cause, Differences, Moved, Said, Turn, Turns
from klappts_engine.explain.situation import Situation
from klappts_engine.facts.values import Values
from klappts_engine.rules.assessment import ANSWERS, Strengths
from klappts_engine.rules.executors.port import Truths
from klappts_engine.rules.expressions import truth_of
from klappts_engine.rules.rulebook import Rulebook, rule_of

Outcome = tuple[bool | None, str | None]
"""The truth of a conclusion, and the value of a classification."""


def changed(before: Situation, after: Situation, ids: Iterable[str]) -> Differences:
    """What moved of `ids` between two situations; they may differ in the case, the day and the
    rulebook."""
    pairs = (_Comparison(before, after, id) for id in ids)
    return Differences(
        before=before.day,
        on=after.day,
        assumptions=after.standing.assumptions,
        caveats=after.standing.caveats,
        moved=tuple(one.moved() for one in pairs if one.first != one.last),
    )


def turns(states: Iterable[Situation], ids: Sequence[str], until: dt.date) -> Turns:
    """Every turn of `ids` over situations in the order of their days."""
    states = list(states)
    found: list[Turn] = []
    outcomes = [{id: _outcome(state.rulebook, state.truths, id) for id in ids} for state in states]
    for (before, old), (after, new) in pairwise(zip(states, outcomes, strict=True)):
        for id in (id for id in ids if old[id] != new[id]):
            found.append(Turn(day=after.day, move=_Comparison(before, after, id).moved()))
    return Turns(
        on=states[0].day,
        until=until,
        assumptions=states[0].standing.assumptions,
        caveats=states[0].standing.caveats,
        first={id: said(states[0], id) for id in ids},
        turns=tuple(found),
    )


def said(situation: Situation, id: str) -> Said:
    """What a conclusion comes to in a situation."""
    return _said(situation.rulebook, situation.truths, situation.strengths, id)


def _said(rulebook: Rulebook, truths: Truths, strengths: Strengths, id: str) -> Said:
    truth, result = _outcome(rulebook, truths, id)
    return Said(
        answer=ANSWERS[truth],
        result=result,
        strength=None if truth is False else strengths.of(id)[0],
    )


def _outcome(rulebook: Rulebook, truths: Truths, id: str) -> Outcome:
    return truths[id], next(
        (value for value in rulebook.rules[id].values if truths[f"{id}={value}"]), None
    )


class _Comparison:
    """One conclusion in two situations: what of the difference is needed for the new answer."""

    def __init__(self, before: Situation, after: Situation, id: str) -> None:
        self._before = before
        self._after = after
        self._id = id
        self.first = said(before, id)
        self.last = said(after, id)

    def moved(self) -> Moved:
        """The move with its cause."""
        first, last = self.first, self.last
        person = self._says(self._after.values, law_of=self._before)
        law = self._says(self._before.values, law_of=self._after)
        facts = () if law == last else self._facts()
        amendments = () if person == last else self._amendments()
        return Moved(
            conclusion=self._id,
            before=first,
            after=last,
            cause=_cause(person == last, law == last),
            facts=facts,
            told=tuple(self._told(facts)),
            amendments=amendments,
        )

    def _says(self, values: Values, law_of: Situation) -> Said:
        """What the law of one situation says of the values of another."""
        book, truths = law_of.rulebook, law_of.standing.truths_for(self._id, values)
        return _said(book, truths, Strengths(book, truths, values, law_of.day), self._id)

    def _facts(self) -> tuple[str, ...]:
        """Facts whose new values are needed: put back to the old one each would change what is said
        now."""
        old, new = self._before.values, dict(self._after.values)
        read = self._after.standing.executors.facts_by_rule[self._id]
        needed = []
        for fact in (
            fact
            for fact in self._after.vocabulary.facts
            if fact in read and old.get(fact) != new.get(fact)
        ):
            back = _with(new, fact, old.get(fact))
            if self._says(back, law_of=self._after) == self.last:
                new = back
            else:
                needed.append(fact)
        return tuple(needed)

    @cached_property
    def _cone(self) -> list[str]:
        return self._after.rulebook.cone([self._id])

    def _told(self, facts: Iterable[str]) -> Iterable[str]:
        old, new = self._before.told, self._after.told
        behind = {other for fact in facts for other in self._after.vocabulary.inputs[fact]}
        return (
            fact
            for fact in self._after.vocabulary.facts
            if fact in behind and old.get(fact) != new.get(fact)
        )

    def _amendments(self) -> tuple[Amendment, ...]:
        """Rules whose new version is needed: with the old one each would change what is said
        now."""
        books = (self._before, self._after)
        versions = {id: tuple(_version(at, id) for at in books) for id in self._cone}
        new = {id for id, (old, now) in versions.items() if old != now}
        last = _outcome(self._after.rulebook, self._under(new), self._id)
        for id in sorted(new):
            if _outcome(self._after.rulebook, self._under(new - {id}), self._id) == last:
                new = new - {id}
        needed = new or {
            id for id, (old, now) in versions.items() if old != now
        }  # only the strength is another one
        found = {rule_of(id): versions[id][1] for id in self._cone if id in needed}
        return tuple(
            Amendment(rule=id, citations=version.cited if version else ())
            for id, version in found.items()
        )

    def _under(self, new: set[str]) -> Truths:
        """The answers for the values of now if only the rules `new` had their new versions."""
        truths: dict[str, bool | None] = {}
        for id in self._cone:
            version = _version(self._after if id in new else self._before, id)
            truths[id] = truth_of(version.when, truths, self._after.values) if version else False
        return truths


def _version(situation: Situation, id: str) -> AnyValue:
    rule = situation.rulebook.rules.get(id)
    return rule and rule.version(situation.day)


def _with(values: Values, fact: str, value: AnyValue) -> Values:
    changed = {**values, fact: value}
    if value is None:
        del changed[fact]
    return changed


def _cause(person: bool, law: bool) -> Cause:
    if person and law:
        return "either"
    return "person" if person else "law" if law else "together"
