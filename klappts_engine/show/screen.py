"""What a display is made of, before it is HTML or text: headings, tables, drawings, a foot."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class When:
    """A day, and how it is written."""

    day: dt.date
    word: str


@dataclass(frozen=True)
class Mark:
    """An answer: its word, and the letter that stands for it in bars. `kind` (holds, fails,
    unknown) only gives the colour."""

    kind: str
    letter: str
    word: str


@dataclass(frozen=True)
class Hidden:
    """Stands where a protected value would stand; `word` says that it is hidden."""

    word: str


@dataclass(frozen=True)
class Blank:
    """A line to write on by hand; `word` says what belongs there."""

    word: str


Piece = str | When | Mark | Hidden | Blank
Cell = Piece | tuple[Piece, ...]
"""One line of text; of several pieces where a part of it is a day or an answer."""


@dataclass(frozen=True)
class Branch:
    """An item of a list with a list of its own below it."""

    line: Cell
    below: Items


@dataclass(frozen=True)
class Items:
    """A list; `ordered` where the order counts, `tick` where each item is ticked off when done."""

    items: tuple[Cell | Branch, ...]
    ordered: bool = False
    tick: bool = False


@dataclass(frozen=True)
class Table:
    """A table; the first cell of each row names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Bar:
    """Answers side by side, each as many letters long as its number says; `words` says the same in
    a sentence."""

    parts: tuple[tuple[Mark, int], ...]
    words: str


@dataclass(frozen=True)
class Point:
    """A day on a line of time, and what is on it; `paper`: the present paper ends."""

    day: When
    what: str
    paper: bool = False


@dataclass(frozen=True)
class TimeLine:
    """Days on a line that begins on the day `since`, numbered in their order; what they are stands
    below. `words` says what the drawing is."""

    since: dt.date
    points: tuple[Point, ...]
    words: str


@dataclass(frozen=True)
class Leg:
    """A stretch of a drawn way: a step with its number, or a wait without one; `beside` what runs
    beside another."""

    number: int | None
    start: dt.date
    end: dt.date
    beside: bool = False


@dataclass(frozen=True)
class Course:
    """A way as a drawing from the day `since`, on a scale that ends on `until`: its legs, its end
    at the least, as usual and at the longest, the days on which one of its steps may begin, and the
    end of the paper. `words` says the same in a sentence."""

    since: dt.date
    until: dt.date
    legs: tuple[Leg, ...]
    least: dt.date | None
    usual: dt.date
    longest: dt.date | None
    windows: tuple[dt.date, ...]
    paper: dt.date | None
    words: str


Weight = Literal["plain", "first", "folded"]


@dataclass(frozen=True)
class Section:
    """Blocks under a heading; of those with the weight `first` the reader takes note first,
    `folded` ones are opened by the reader."""

    title: str
    blocks: tuple[Block, ...]
    weight: Weight = "plain"


@dataclass(frozen=True)
class Cards:
    """Sections side by side."""

    sections: tuple[Section, ...]


Block = Cell | Items | Table | Bar | TimeLine | Course | Section | Cards


@dataclass(frozen=True)
class Screen:
    """A whole display. `about` tells it from others of its kind; `foot` says the day, what is
    assumed and what was not checked; `roomy`: short enough to be printed large."""

    lang: str
    title: str
    blocks: tuple[Block, ...]
    foot: tuple[Block, ...]
    about: tuple[Piece, ...] = ()
    roomy: bool = False


def around(text: str, piece: When) -> tuple[Piece, ...]:
    """A text with a piece in the place of its word, where that first stands."""
    before, found, after = text.partition(piece.word)
    return (before, piece, after) if found else (text,)
