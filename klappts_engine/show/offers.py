"""How a list of offers reads: by alliance field, with state and age; and what nobody is known to offer."""

from __future__ import annotations

import textwrap

from klappts_engine.engine import Engine
from klappts_engine.pathways.offers import OfferLine, OfferList
from klappts_engine.show.lines import WIDTH
from klappts_engine.show.words import Words


def offer_lines(engine: Engine, found: OfferList, lang: str) -> list[str]:
    """A heading for each alliance field, one line an offer, then the steps without one and the foot."""
    words = Words(engine, lang)
    region = engine.catalogue.region

    def one(line: OfferLine) -> str:
        here = engine.catalogue.head.municipality
        places = ", ".join(words.value(here, region.municipalities[id]) for id in line.municipalities)
        if len(line.municipalities) == len(region.municipalities):
            places = words.text("offer.everywhere")
        state = words.text(f"offer.state.{line.state}")
        seen = words.text("offer.stale" if line.stale else "offer.seen", seen=line.seen or words.text("offer.never"))
        text = words.text("offer.line", step=words.step(line.step), provider=line.provider, places=places, state=state, seen=seen)
        return f"{text}; {line.note.in_(lang)}" if line.note else text

    lines: list[str] = []
    for field in dict.fromkeys(line.field for line in found.offers):
        lines.append(words.term("owners", field))
        for line in found.offers:
            if line.field == field:
                lines += textwrap.wrap(one(line), WIDTH, initial_indent="  ", subsequent_indent="    ")
    if not found.offers:
        lines.append(words.text("offer.none"))
    if found.without_offer:
        lines += ["", *textwrap.wrap(words.text("offer.without", steps=words.steps(found.without_offer)), WIDTH)]
    for gap in found.gaps:
        lines += textwrap.wrap(words.text("offer.gap", text=region.gaps[gap].text.in_(lang)), WIDTH)
    return [*lines, "", words.text("offer.foot", region=region.title.in_(lang), stand=found.stand)]
