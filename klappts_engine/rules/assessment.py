"""What the rulebook says of a case on a day: answers with strength, version and citations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal
from typing import Any as AnyValue

from pydantic import Field

from klappts_engine.facts.assumptions import Assumed
from klappts_engine.rules.model import Version
from klappts_engine.rules.strength import Kind
from klappts_engine.validation import Data, Text

if TYPE_CHECKING:
    from klappts_engine.rules.executors.port import Truths
    from klappts_engine.rules.rulebook import Rulebook

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

    `kind` says what is answered: a right, a duty of the person, an act that asks nobody, or what a
    word of the law means; null where no norm is in force.

    `strength_open` marks a strength that a fact still unknown could weaken; the weaker one is
    given.
    """

    answer: Answer
    kind: Kind | None
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
        self,
        rulebook: Rulebook,
        truths: Truths,
        values: Mapping[str, AnyValue],
        day: dt.date,
    ) -> None:
        self.truths = truths
        self.values = values
        self._law = rulebook.law(day)
        self._ranks: dict[str, tuple[int, bool]] = {}

    def of(self, id: str) -> tuple[str | None, bool]:
        """The strength of rule `id`, and whether an unknown downgrade was assumed to apply."""
        version = self._law.versions[id]
        if version is None:
            return None, False
        rank, marked = self.rank(id)
        return (self._law.scale.graded[rank] if rank >= 0 else version.strength), marked

    def rank(self, id: str) -> tuple[int, bool]:
        """The same with the rank instead of the word; -1 for a word that carries no grade."""
        found = self._ranks.get(id)
        if found is None:
            weight = self._law.weights[id]
            found = weight if isinstance(weight, tuple) else weight(self)
            self._ranks[id] = found
        return found


def conclude(
    rulebook: Rulebook,
    truths: Truths,
    values: Mapping[str, AnyValue],
    day: dt.date,
    ids: Iterable[str],
) -> dict[str, Conclusion]:
    """The conclusions `ids` under answers an executor gave for `values` on `day`."""
    strength, reached = Strengths(rulebook, truths, values, day).of, rulebook.law(day).conclusions
    found: dict[str, Conclusion] = {}
    for id in ids:
        truth = truths[id]
        word, marked = (None, False) if truth is False else strength(id)
        value = None
        for one in rulebook.rules[id].values:
            if truths[f"{id}={one}"] is True:
                value = one
                break
        found[id] = reached[id, truth, word, marked, value]
    return found
