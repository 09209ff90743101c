"""What exists where: the offers of a region by alliance field, with state and age."""

from __future__ import annotations

from collections.abc import Iterable

from klappts_engine.errors import Mistake, UsageError
from klappts_engine.pathways.catalogue import Catalogue
from klappts_engine.validation import Data, Text, nearest


class OfferLine(Data):
    """One offer for one step. `seen`: the newest date of the information; `stale`: too old to
    count; null: not known."""

    id: str
    step: str
    field: str
    strand: str
    provider: str
    municipalities: tuple[str, ...]
    state: str
    seen: str | None
    stale: bool
    capacity: int | None
    free_places: int | None
    note: Text | None


class OfferList(Data):
    """The offers that match, and the steps of the catalogue for which there is none; `gaps` were
    looked for in vain."""

    region: str
    stand: str
    offers: tuple[OfferLine, ...]
    without_offer: tuple[str, ...]
    gaps: tuple[str, ...]


def offers(
    catalogue: Catalogue,
    municipality: str | None = None,
    field: str | None = None,
    strand: str | None = None,
    stale: bool | None = None,
) -> OfferList:
    """The offers at a place, of an alliance field, of a strand; `stale` keeps only those whose
    information is old, or is not.

    `municipality` is an id or a name. Raises UsageError for a municipality, field or strand that is
    not known.
    """
    region = catalogue.region
    _known("municipality", municipality, [*region.municipalities, *region.municipalities.values()])
    _known("field", field, catalogue.terms["owners"])
    _known("strand", strand, catalogue.terms["strands"])
    place = next(
        (id for id, name in region.municipalities.items() if municipality in (id, name)), None
    )

    def fits(step: str) -> bool:
        owner, line = catalogue.steps[step].owner, catalogue.strands[step]
        return field in (None, owner) and strand in (None, line)

    lines = [
        OfferLine(
            id=id,
            step=step,
            field=catalogue.steps[step].owner,
            strand=catalogue.strands[step],
            provider=region.institutions[offer.provider].name,
            municipalities=offer.municipalities,
            state=offer.state,
            seen=offer.seen,
            stale=offer.stale,
            capacity=offer.capacity,
            free_places=offer.free_places,
            note=offer.note,
        )
        for id, offer in region.offers.items()
        for step in offer.steps
        if fits(step)
        and (place is None or place in offer.municipalities)
        and stale in (None, offer.stale)
    ]
    there = {line.step for line in lines if line.state != "ended"}
    wanted = [
        id
        for id, step in catalogue.steps.items()
        if fits(id) and step.role == "main" and step.status.state != "ended"
    ]
    gaps = [
        id
        for id, gap in region.gaps.items()
        if any(map(fits, gap.steps)) and (place is None or place in gap.municipalities)
    ]
    return OfferList(
        region=region.id,
        stand=catalogue.head.stand.isoformat(),
        offers=tuple(sorted(lines, key=lambda line: (line.field, line.strand, line.step, line.id))),
        without_offer=tuple(id for id in wanted if id not in there) if stale is None else (),
        gaps=tuple(gaps),
    )


def _known(kind: str, name: str | None, known: Iterable[str]) -> None:
    names = list(known)
    if name is not None and name not in names:
        raise UsageError(
            Mistake(
                "choice_unknown",
                {"kind": kind, "known": ", ".join(names), "guess": nearest(name, names)},
            )
        )
