"""How a list of offers reads: by alliance field; and what nobody is known to offer."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import NamedTuple

from klappts_engine.engine import Engine
from klappts_engine.pathways.offers import OfferLine, OfferList
from klappts_engine.show.context import Context
from klappts_engine.show.screen import Block, Items, Screen, Section, Table
from klappts_engine.show.terminal import WIDTH
from klappts_engine.show.words import Words


class OfferRow(NamedTuple):
    """One offer in words."""

    step: str
    provider: str
    places: str
    state: str
    seen: str


def offer_rows(words: Words, found: OfferList) -> dict[str, list[tuple[OfferRow, str]]]:
    """By the name of the alliance field each offer, and the note on it."""
    rows: dict[str, list[tuple[OfferRow, str]]] = {}
    for line in found.offers:
        note = line.note.in_(words.lang) if line.note else ""
        rows.setdefault(words.term("owners", line.field), []).append((_row(words, line), note))
    return rows


def _row(words: Words, line: OfferLine) -> OfferRow:
    seen = words.text(
        "offer.stale" if line.stale else "offer.seen", seen=line.seen or words.text("offer.never")
    )
    return OfferRow(
        words.step(line.step),
        line.provider,
        _places(words, line),
        words.text(f"offer.state.{line.state}"),
        seen,
    )


def _places(words: Words, line: OfferLine) -> str:
    catalogue = words.engine.catalogue
    towns = catalogue.region.municipalities
    if len(line.municipalities) == len(towns):
        return words.text("offer.everywhere")
    return ", ".join(
        words.value(catalogue.head.facts.municipality, towns[id]) for id in line.municipalities
    )


def missing(words: Words, found: OfferList) -> Iterable[str]:
    """What nobody is known to offer, and what was looked for in vain."""
    if found.without_offer:
        yield words.text("offer.without", steps=words.steps(found.without_offer))
    for gap in found.gaps:
        yield words.text(
            "offer.gap", text=words.engine.catalogue.region.gaps[gap].text.in_(words.lang)
        )


def state_of(words: Words, found: OfferList) -> str:
    """The region, and how old the whole list is."""
    return words.text(
        "offer.foot", region=words.engine.catalogue.region.title.in_(words.lang), stand=found.stand
    )


def offer_lines(engine: Engine, found: OfferList, lang: str) -> list[str]:
    """A heading for each alliance field, one line an offer, then the steps without one and the
    foot."""
    words = Words(engine, lang)
    lines: list[str] = []
    for field, rows in offer_rows(words, found).items():
        lines.append(field)
        for row, note in rows:
            text = words.text("offer.line", **row._asdict())
            told = f"{text}; {note}" if note else text
            lines += textwrap.wrap(told, WIDTH, initial_indent="  ", subsequent_indent="    ")
    if not found.offers:
        lines.append(words.text("offer.none"))
    lines += [""] if found.without_offer else []
    for text in missing(words, found):
        lines += textwrap.wrap(text, WIDTH)
    return [*lines, "", state_of(words, found)]


def offers_screen(context: Context, found: OfferList) -> Screen:
    """A table for each alliance field, what is missing, and the foot."""
    words = context.words
    return context.screen(
        "offers", _blocks(context, found), [state_of(words, found), words.text("disclaimer")]
    )


def _blocks(context: Context, found: OfferList) -> Iterable[Block]:
    heads = context.heads("step", "provider", "places", "state", "seen", "note")
    for field, rows in offer_rows(context.words, found).items():
        caption = context.words.text("screen.caption.offers", number=len(rows))
        yield Section(field, (Table(caption, heads, tuple((*row, note) for row, note in rows)),))
    if not found.offers:
        yield context.words.text("offer.none")
    if lines := tuple(missing(context.words, found)):
        yield Items(lines)
