"""What the files of a region and of its practice hold: offers, gaps, notes."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from klappts_engine.pathways.tables import Source
from klappts_engine.validation import Count, Data, Day, MonthNumber, Text

PracticeState = Literal["open", "waitlist", "quota", "suspended", "unknown"]
OfferState = Literal["confirmed", "plausible", "unverified", "unknown", "ended"]


class PracticeNote(Data):
    """What an administration does with a rule or a step, apart from the law, from when to when
    (both included)."""

    title: Text
    rules: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    state: PracticeState
    from_: Day | None = Field(None, alias="from")
    to: Day | None = None
    region: str
    sources: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()

    def in_force(self, day: dt.date) -> bool:
        """Whether the note speaks of `day`."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


class Institution(Data):
    """Who offers something at a place."""

    name: str
    municipality: str | None = None
    kind: str | None = None
    url: str | None = None


class Offer(Data):
    """Steps at a place. `seen` is the newest date of the information (a year, month or day); null:
    never seen, or unknown."""

    steps: tuple[str, ...]
    provider: str
    municipalities: tuple[str, ...]
    state: OfferState
    seen: str | None
    stale: bool
    starts: tuple[MonthNumber, ...] = ()
    capacity: Count | None = None
    free_places: Count | None = None
    sources: tuple[str, ...] = ()
    note: Text | None = None


class Gap(Data):
    """Steps for which nothing was found at a place; a finding of a search, not proof that nothing
    exists."""

    steps: tuple[str, ...]
    municipalities: tuple[str, ...]
    text: Text


class RegionFile(Data):
    """A region: the areas it lies in (for practice notes), its municipalities, institutions, offers
    and gaps.

    The names of the municipalities are the values that the fact of the place can have here;
    `residents` are facts that hold for whoever lives in one of them.
    """

    title: Text
    areas: tuple[str, ...]
    municipalities: dict[str, str]
    residents: dict[str, bool | str] = {}
    sources: dict[str, Source] = {}
    institutions: dict[str, Institution]
    offers: dict[str, Offer]
    gaps: dict[str, Gap] = {}
