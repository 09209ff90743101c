"""What the rulebook says of a case on a day: answers with strength, version and citations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any as AnyValue
from typing import Literal

from pydantic import Field

from klappts_engine.facts.assumptions import Assumed
from klappts_engine.rules.executors.port import Truths
from klappts_engine.rules.expressions import All, Any, Expr, Ref, truth_of
from klappts_engine.rules.model import Version
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.validation import Data, Text

Answer = Literal["holds", "fails", "unknown"]
ANSWERS: dict[bool | None, Answer] = {True: "holds", False: "fails", None: "unknown"}


class InForce(Data):
    """The dates of the version that answered."""

    from_: dt.date | None = Field(alias="from")
    to: dt.date | None
    evidence: str


class Conclusion(Data):
    """One answer. `strength` is that of an answer that holds or may hold; `version` null: no norm
    in force that day.

    `strength_open` marks a strength that a fact still unknown could weaken; the weaker one is
    given.
    """

    answer: Answer
    strength: str | None
    strength_open: bool = False
    result: str | None
    version: InForce | None
    citations: tuple[str, ...]


class Assessment(Data):
    """What the rulebook says of a case on a day, with the assumptions it built on and what was not
    checked."""

    on: dt.date
    rechtsstand: dt.date
    rulebook: str
    assumptions: tuple[Assumed, ...]
    caveats: tuple[Text, ...]
    conclusions: dict[str, Conclusion]


def in_force(version: Version | None) -> InForce | None:
    """The dates of a version, if there is one."""
    if version is None:
        return None
    return InForce.model_construct(from_=version.start, to=version.end, evidence=version.evidence)


class Strengths:
    """The strength of rules under given truths: `all` takes the weakest, `any` the strongest of
    those that hold."""

    def __init__(
        self, rulebook: Rulebook, truths: Truths, values: dict[str, AnyValue], day: dt.date
    ) -> None:
        self._book = rulebook
        self._truths = truths
        self._values = values
        self._day = day
        self._known: dict[str, tuple[str | None, bool]] = {}

    def of(self, id: str) -> tuple[str | None, bool]:
        """The strength of rule `id`, and whether an unknown downgrade was assumed to apply."""
        if id not in self._known:
            rule = self._book.rules[id]
            version = rule.version(self._day)
            self._known[id] = self._of_version(version, rule.firm) if version else (None, False)
        return self._known[id]

    def _of_version(self, version: Version, firm: bool) -> tuple[str | None, bool]:
        downgrades = [(self._truth(when), weaker) for when, weaker in version.downgrades]
        tree, marked = (None, False) if firm else self._of_tree(version.when)
        words = (
            version.strength,
            tree,
            *(weaker for truth, weaker in downgrades if truth is not False),
        )
        return self._book.scale.weakest(words) or version.strength, marked or any(
            truth is None for truth, _ in downgrades
        )

    def _of_tree(self, expr: Expr) -> tuple[str | None, bool]:
        match expr:
            case Ref(rule):
                word, marked = self.of(rule)
                return (word if self._book.scale.level(word) is not None else None), marked
            case All(parts):
                found = [self._of_tree(part) for part in parts]
                return self._book.scale.weakest(word for word, _ in found), any(
                    mark for _, mark in found
                )
            case Any(parts):
                truths = [(self._truth(part), part) for part in parts]
                best = True if any(truth is True for truth, _ in truths) else None
                open_ = [self._of_tree(part) for truth, part in truths if truth is best]
                return self._book.scale.strongest(word for word, _ in open_), any(
                    mark for _, mark in open_
                )
            case _:
                return None, False

    def _truth(self, expr: Expr) -> bool | None:
        return truth_of(expr, self._truths, self._values)


def conclude(
    rulebook: Rulebook,
    truths: Truths,
    values: dict[str, AnyValue],
    day: dt.date,
    ids: Iterable[str],
) -> dict[str, Conclusion]:
    """The conclusions `ids` under answers an executor gave for `values` on `day`."""
    strengths = Strengths(rulebook, truths, values, day)
    found: dict[str, Conclusion] = {}
    for id in ids:
        rule, truth = rulebook.rules[id], truths[id]
        version = rule.version(day)
        word, marked = strengths.of(id) if truth is not False else (None, False)
        result = next((value for value in rule.values if truths[f"{id}={value}"] is True), None)
        if version and version.result and truth is True:
            result = version.result[1]
        found[id] = Conclusion(
            answer=ANSWERS[truth],
            strength=word,
            strength_open=marked,
            result=result,
            version=in_force(version),
            citations=version.cited if version else (),
        )
    return found
