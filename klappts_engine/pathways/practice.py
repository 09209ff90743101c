"""The layers beside the law: what administrations do, and what exists at a place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal

from klappts_engine.pathways.catalogue import Catalogue, Region
from klappts_engine.pathways.region import PracticeNote, PracticeState
from klappts_engine.validation import Data

_WORST: tuple[PracticeState, ...] = ("open", "waitlist", "quota", "unknown", "suspended")

Verdict = Literal["entitled_and_available", "entitled_gap", "available_not_entitled", "unknown"]


def suspended(catalogue: Catalogue, day: dt.date) -> tuple[dict[str, str], dict[str, str]]:
    """The rules and the steps that practice shuts on `day`, each with the first note that does."""
    rules: dict[str, str] = {}
    steps: dict[str, str] = {}
    for id, note in _notes(catalogue, day):
        if note.state == "suspended":
            rules.update((rule, id) for rule in note.rules if rule not in rules)
            steps.update((step, id) for step in note.steps if step not in steps)
    return rules, steps


def state(
    catalogue: Catalogue, day: dt.date, step: str, rules: Iterable[str]
) -> tuple[PracticeState, tuple[str, ...]]:
    """The least open state of practice for a step that is entered through `rules`, and the notes
    that say so."""
    rules = set(rules)
    found = [
        (note.state, id)
        for id, note in _notes(catalogue, day)
        if step in note.steps or rules & set(note.rules)
    ]
    states: list[PracticeState] = [state for state, _ in found]
    return max(states, key=_WORST.index, default="open"), tuple(id for _, id in found)


def _notes(catalogue: Catalogue, day: dt.date) -> Iterable[tuple[str, PracticeNote]]:
    return (
        (id, note)
        for id, note in catalogue.practice.items()
        if note.in_force(day) and note.region in catalogue.region.areas
    )


class PlaceOffer(Data):
    """One offer at the place, with the age of what is known about it."""

    id: str
    provider: str
    state: str
    seen: str | None
    stale: bool


class Place(Data):
    """What exists for a step at a place: the verdict on entitlement and place together, the offers,
    and a known gap."""

    verdict: Verdict
    offers: tuple[PlaceOffer, ...] = ()
    gap: str | None = None


def place(region: Region, step: str, municipality: str | None, entitled: bool | None) -> Place:
    """Law and place together. An offer counts as available only if it is confirmed and the
    information is not stale.

    Without a municipality the offers of the whole region count.
    """
    here = {id for id, name in region.municipalities.items() if municipality in (None, name)}
    offers = tuple(
        PlaceOffer(
            id=id,
            provider=region.institutions[offer.provider].name,
            state=offer.state,
            seen=offer.seen,
            stale=offer.stale,
        )
        for id, offer in region.offers.items()
        if step in offer.steps and here & set(offer.municipalities) and offer.state != "ended"
    )
    gap = next(
        (
            id
            for id, gap in region.gaps.items()
            if step in gap.steps and here & set(gap.municipalities)
        ),
        None,
    )
    available = any(offer.state == "confirmed" and not offer.stale for offer in offers)
    verdict: Verdict = "unknown"
    if available and entitled is not None:
        verdict = "entitled_and_available" if entitled else "available_not_entitled"
    elif gap and entitled:
        verdict = "entitled_gap"
    return Place(verdict=verdict, offers=offers, gap=gap)
