"""Rules as they stand in the files, and as the executors see them after the sugar is removed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import Field

from klappts_engine.rules.citations import Citation
from klappts_engine.rules.expressions import Compare, Expr, leaves
from klappts_engine.validation import Data, Day, Text


class DowngradeData(Data):
    """A condition under which a version is weaker; it never changes the answer."""

    when: Any
    to: str


class VersionData(Data):
    """One version in a rule file: from and to (both included), sources, and one of the forms of
    condition."""

    from_: Day | None = Field(None, alias="from")
    to: Day | None = None
    cite: tuple[str, ...] = ()
    evidence: str
    strength: str | None = None
    result: dict[str, str] | None = Field(None, min_length=1, max_length=1)
    when: Any = None
    first_match: tuple[dict[str, Any], ...] | None = None
    collect: tuple[str, ...] | None = None
    otherwise: dict[str, Any] | None = None
    downgrade: tuple[DowngradeData, ...] = ()
    note: Text | None = None


class RuleData(Data):
    """One rule in a rule file.

    `firm`: the norm asks only that other things are possible; how firm these are does not weaken
    what it gives.
    """

    title: Text
    strength: str
    versions: tuple[VersionData, ...] = Field(min_length=1)
    layer: str | None = None
    note: Text | None = None
    open_norm: Text | None = None
    other_reading: Text | None = None
    sanction: Text | None = None
    advice_first: bool = False
    firm: bool = False


class RuleFile(Data):
    """The head of a rule file; its rules are validated one by one, so that every mistake is
    found."""

    law: str | None = None
    title: Text
    layer: str = "federal"
    rules: Any


@dataclass(frozen=True)
class Version:
    """A version without sugar: in force from `start` to `end`, both included; None is open."""

    start: dt.date | None
    end: dt.date | None
    when: Expr
    strength: str
    evidence: str
    citations: tuple[Citation, ...]
    result: tuple[str, str] | None = None
    downgrades: tuple[tuple[Expr, str], ...] = ()
    note: Text | None = None

    @cached_property
    def cited(self) -> tuple[str, ...]:
        """The citations as they are written."""
        return tuple(str(citation) for citation in self.citations)

    @property
    def trees(self) -> tuple[Expr, ...]:
        """All its conditions: its own, and those of its downgrades."""
        return (self.when, *(when for when, _ in self.downgrades))

    @cached_property
    def comparisons(self) -> tuple[Compare, ...]:
        """The comparisons of numbers and days in its conditions."""
        return tuple(
            leaf for tree in self.trees for leaf in leaves(tree) if isinstance(leaf, Compare)
        )

    def in_force(self, day: dt.date) -> bool:
        """Whether this version answers for `day`."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule without sugar. `values` lists the values of a classification, each answered by the
    rule `id=value`."""

    id: str
    title: Text
    law: str | None
    layer: str
    versions: tuple[Version, ...]
    file: str
    line: int | None
    values: tuple[str, ...] = ()
    internal: bool = False
    note: Text | None = None
    open_norm: Text | None = None
    other_reading: Text | None = None
    sanction: Text | None = None
    advice_first: bool = False
    firm: bool = False

    def version(self, day: dt.date) -> Version | None:
        """The version in force on `day`. A repealed rule does not bring back its predecessor."""
        return next((version for version in self.versions if version.in_force(day)), None)
