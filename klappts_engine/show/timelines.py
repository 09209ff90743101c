"""How a timeline reads: for each conclusion its stretches, and a bar of letters."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from string import ascii_uppercase
from typing import NamedTuple

from klappts_engine.engine import Engine
from klappts_engine.rules.timeline import Stretch, Timeline
from klappts_engine.show.answers import mark
from klappts_engine.show.context import Context
from klappts_engine.show.screen import Bar, Block, Cell, Mark, Screen, Section, Table
from klappts_engine.show.terminal import WIDTH, foot
from klappts_engine.show.words import Words

INDENT = "  "
BAR = 72
"""Letters of a bar."""


class StretchRow(NamedTuple):
    """One stretch in words; `letters` is its share of the bar, `cause` why it begins (empty: not
    told)."""

    start: dt.date
    end: dt.date
    mark: Mark
    letters: int
    cause: str = ""


def stretch_rows(words: Words, line: Timeline, rule: str) -> list[StretchRow]:
    """The stretches of one conclusion. Values of a classification are lettered A, B, C in the order
    in which they come."""
    stretches = line.stretches[rule]
    values = list(dict.fromkeys(one.result for one in stretches if one.result))
    letters = shares([(one.to - one.from_).days + 1 for one in stretches], BAR)
    return [
        StretchRow(one.from_, one.to, _mark(words, rule, one, values), number)
        for one, number in zip(stretches, letters, strict=True)
    ]


def shares(days: Sequence[int], width: int) -> list[int]:
    """How many letters of a bar each stretch takes: as its days, but at least one."""
    spare, total = max(width - len(days), 0), sum(days)
    ends = (spare * end // total for end in accumulate(days, initial=0))
    return [1 + end - start for start, end in pairwise(ends)]


def _mark(words: Words, rule: str, stretch: Stretch, values: list[str]) -> Mark:
    if stretch.result is None:
        return mark(words, stretch.answer)
    return Mark(
        stretch.answer,
        ascii_uppercase[values.index(stretch.result) % 26],
        words.result(rule, stretch.result),
    )


def timeline_lines(
    engine: Engine, line: Timeline, lang: str, everything: bool = False
) -> list[str]:
    """For each conclusion its title, the bar, and from which day which answer stands; then the
    foot."""
    words = Words(engine, lang)
    lines: list[str] = []
    for rule in line.stretches:
        rows = stretch_rows(words, line, rule)
        bar = "".join(row.mark.letter * row.letters for row in rows)
        told = "; ".join(_said(words, row) for row in rows)
        lines += textwrap.wrap(words.rule(rule), WIDTH)
        for text in (bar, told):
            lines += textwrap.wrap(text, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
    return [*lines, "", *foot(words, line, everything)]


def _said(words: Words, row: StretchRow) -> str:
    said = words.text(
        "screen.stretch", day=words.day(row.start), answer=row.mark.word, letter=row.mark.letter
    )
    return f"{said} ({row.cause})" if row.cause else said


def timeline_screen(context: Context, line: Timeline) -> Screen:
    """A section for each conclusion, with bar and table, and the foot."""
    sections = (
        Section(
            context.words.rule(rule),
            tuple(_blocks(context, stretch_rows(context.words, line, rule))),
        )
        for rule in line.stretches
    )
    return context.screen(
        "timeline", sections, context.foot(line.on, line.caveats, line.assumptions)
    )


def stretches_bar(words: Words, rows: list[StretchRow]) -> Bar:
    """Stretches as a bar of letters, with the same in words."""
    return Bar(
        tuple((row.mark, row.letters) for row in rows), "; ".join(_said(words, row) for row in rows)
    )


def _blocks(context: Context, rows: list[StretchRow]) -> Iterable[Block]:
    """The bar, and the table that says the same with its days; causes have a column where one is
    told."""
    words, caused = context.words, any(row.cause for row in rows)
    yield stretches_bar(words, rows)
    caption = words.text(
        "screen.caption.stretches", start=words.day(rows[0].start), end=words.day(rows[-1].end)
    )
    heads = context.heads("start", "end", "answer", *(["cause"] if caused else []))
    yield Table(caption, heads, tuple(_cells(context, row, caused) for row in rows))


def _cells(context: Context, row: StretchRow, caused: bool) -> tuple[Cell, ...]:
    cells: tuple[Cell, ...] = (context.day(row.start), context.day(row.end), row.mark)
    return (*cells, row.cause) if caused else cells
