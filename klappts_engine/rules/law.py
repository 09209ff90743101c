"""A rulebook on days without a change of law: what can be made ready for all persons at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any as AnyValue
from typing import Protocol

from klappts_engine.memo import Filled
from klappts_engine.rules.assessment import ANSWERS, Conclusion, in_force
from klappts_engine.rules.expressions import All, Any, Expr, Not, Ref, leaf_value
from klappts_engine.rules.model import Rule
from klappts_engine.rules.strength import Scale


class Answers(Protocol):
    """What a strength is read from: the truth and the strength of rules, the values of facts."""

    truths: Mapping[str, bool | None]
    values: Mapping[str, AnyValue]

    def rank(self, id: str) -> tuple[int, bool]:
        """The strength of a rule."""
        ...


Rank = tuple[int, bool]
"""A place on the scale of words (see `Scale.ranks`), and whether an unknown downgrade counted."""
Weigh = Callable[[Answers], Rank]
Weight = Rank | Weigh
"""A strength: always the same, or read from the answers."""
Truth = Callable[[Answers], bool | None]
UNGRADED = -1
"""The rank of a word that carries no grade: it weakens nothing."""
SILENT: Rank = (UNGRADED, False)
Reached = tuple[str, bool | None, str | None, bool, str | None]
"""A rule with its truth, the word of its strength, whether that is open, and the value of a
classification."""


class Law:
    """The versions in force on a day, with what is made of them once for all persons.

    `weights`: the strength of each rule. `conclusions`: each conclusion that was ever reached.
    """

    def __init__(self, rules: Mapping[str, Rule], scale: Scale, day: dt.date) -> None:
        self.versions = {id: rule.version(day) for id, rule in rules.items()}
        self.scale = scale
        self.weights = Filled(self._weight_of)
        self.conclusions = Filled(self._conclusion)
        self._rules = rules

    def _conclusion(self, reached: Reached) -> Conclusion:
        id, truth, word, marked, value = reached
        version = self.versions[id]
        given = version.result[1] if version and version.result and truth is True else value
        return Conclusion.model_construct(
            answer=ANSWERS[truth],
            kind=self.scale.words[version.strength] if version else None,
            strength=word,
            strength_open=marked,
            result=given,
            version=in_force(version),
            citations=version.cited if version else (),
        )

    def _weight_of(self, id: str) -> Weight:
        """The weakest of a rule's own word, of its condition and of the downgrades that apply; a
        duty is not weakened by the rights it builds on."""
        version = self.versions[id]
        if version is None:
            return SILENT
        ranks = self.scale.ranks
        alone = self._rules[id].firm or version.strength in self.scale.duties
        tree = SILENT if alone else self._weight(version.when)
        weight = _weakest([(ranks.get(version.strength, UNGRADED), False), tree])
        downgrades = [
            (_truth(when), ranks.get(weaker, UNGRADED)) for when, weaker in version.downgrades
        ]
        return _downgraded(weight, downgrades) if downgrades else weight

    def _weight(self, expr: Expr) -> Weight:
        """The strength of a condition: `all` takes the weakest, `any` the strongest of those that
        hold; what asks no rule weakens nothing."""
        match expr:
            case Ref(rule):
                weight = self.weights[rule]
                return weight if isinstance(weight, tuple) else lambda answers: answers.rank(rule)
            case All(parts):
                return _weakest([self._weight(part) for part in parts])
            case Any(parts):
                weights = [self._weight(part) for part in parts]
                silent = all(one is SILENT for one in weights)
                pairs = [(_truth(part), one) for part, one in zip(parts, weights, strict=True)]
                return SILENT if silent else _strongest(pairs)
            case _:
                return SILENT


def _weakest(parts: list[Weight]) -> Weight:
    least = max((part[0] for part in parts if isinstance(part, tuple)), default=UNGRADED)
    marked = any(part[1] for part in parts if isinstance(part, tuple))
    others = [part for part in parts if not isinstance(part, tuple)]
    if not others:
        return (least, marked) if marked or least > UNGRADED else SILENT

    def weigh(answers: Answers) -> Rank:
        rank, mark = least, marked
        for part in others:
            one, open_ = part(answers)
            if one > rank:
                rank = one
            mark = mark or open_
        return rank, mark

    return weigh


def _strongest(parts: list[tuple[Truth, Weight]]) -> Weigh:
    def weigh(answers: Answers) -> Rank:
        rank, mark, best = None, False, None
        for truth, part in parts:
            found = truth(answers)
            if found is False or (found is None and best):
                continue
            if found and not best:  # what only may hold counts no more
                rank, mark, best = None, False, True
            one, open_ = part if isinstance(part, tuple) else part(answers)
            rank = one if rank is None or one < rank else rank
            mark = mark or open_
        return (UNGRADED if rank is None else rank), mark

    return weigh


def _downgraded(weight: Weight, downgrades: list[tuple[Truth, int]]) -> Weigh:
    def weigh(answers: Answers) -> Rank:
        rank, mark = weight if isinstance(weight, tuple) else weight(answers)
        for applies, weaker in downgrades:
            truth = applies(answers)
            if truth is not False:
                rank, mark = max(rank, weaker), mark or truth is None
        return rank, mark

    return weigh


def _truth(expr: Expr) -> Truth:
    """The truth of a condition as a function; see `truth_of`."""
    match expr:
        case Ref(rule):
            return lambda answers: answers.truths[rule]
        case Not(part):
            return _negated(_truth(part))
        case All(parts):
            return _joined([_truth(part) for part in parts], False)
        case Any(parts):
            return _joined([_truth(part) for part in parts], True)
        case _:
            return lambda answers: leaf_value(expr, answers.values)


def _negated(part: Truth) -> Truth:
    def truth(answers: Answers) -> bool | None:
        inner = part(answers)
        return None if inner is None else not inner

    return truth


def _joined(parts: list[Truth], decisive: bool) -> Truth:
    def truth(answers: Answers) -> bool | None:
        found: bool | None = not decisive
        for part in parts:
            one = part(answers)
            if one is decisive:
                return decisive
            if one is None:
                found = None
        return found

    return truth
