"""What the files of sources, figures and school codes hold."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from klappts_engine.validation import Data, Text

Finite = Annotated[float, Field(strict=True, allow_inf_nan=False)]
_PERIOD = re.compile(r"[0-9]{4}(-[0-9]{2})?(\.\.([0-9]{4}(-[0-9]{2})?)?)?")


class Source(Data):
    """Where a statement of the catalogue comes from."""

    title: str
    url: str | None = None
    date: str | dt.date
    kind: str


class Figure(Data):
    """A figure to plan slack and buffers with: a value, between which it lies, of whom and when;
    never a forecast for a person.

    `period` is a year or month, or from..to of them, open at the end where it still holds; null:
    undated. `grade`: A official statistic or statute, B study with a method, C report, press or one
    place, D analogy only. `rate` and `share` are parts of one; those of different populations must
    not be multiplied.
    """

    what: Text
    population: Text
    value: Finite
    low: Finite | None
    high: Finite | None
    unit: Literal["units", "units_per_week", "weeks", "months", "rate", "share", "persons_per_post"]
    period: str | None
    grade: Literal["A", "B", "C", "D"]
    source: str

    @field_validator("source")
    @classmethod
    def _named(cls, source: str) -> str:
        if not source.strip():
            raise ValueError("field_missing")
        return source

    @field_validator("period")
    @classmethod
    def _dated(cls, period: str | None) -> str | None:
        if period is not None and not _PERIOD.fullmatch(period):
            raise ValueError("figure_period")
        return period

    @model_validator(mode="after")
    def _within(self) -> Figure:
        low, high = (self.value if bound is None else bound for bound in (self.low, self.high))
        if not low <= self.value <= high:
            raise ValueError("figure_order")
        if low < 0 or (high > 1 and self.unit in ("rate", "share")):
            raise ValueError("figure_range")
        return self


class SchoolTable(Data):
    """The code tables of the schools, as far as steps can be held against them.

    `courses` gives for each course the pairs "vocational/general" of certificates it can end in,
    `options` for each option of the transition system the certificates it is entered with.
    `certificates` and `entries` say for which rung of the ladder `school` a name stands, `degrees`
    for which rungs of the ladder `vocational`; other names are not compared. A step needs codes or
    a reason if it raises `school`, lies in one of `strands`, or has one of the values of
    `school_based` while it runs.
    """

    source: str
    school: str
    vocational: str
    strands: tuple[str, ...] = ()
    school_based: dict[str, tuple[str, ...]] = {}
    certificates: dict[str, str]
    degrees: dict[str, tuple[str, ...]]
    entries: dict[str, str]
    courses: dict[str, tuple[str, ...]]
    options: dict[str, tuple[str, ...]]
