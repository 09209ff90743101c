"""What a display is made of, before it is HTML or text: headings, tables, lists, bars, a foot."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


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


Piece = str | When | Mark | Hidden
Cell = Piece | tuple[Piece, ...]
"""One line of text; of several pieces where a part of it is a day or an answer."""


@dataclass(frozen=True)
class Branch:
    """An item of a list with a list of its own below it."""

    line: Cell
    below: Items


@dataclass(frozen=True)
class Items:
    """A list; `ordered` where the order counts."""

    items: tuple[Cell | Branch, ...]
    ordered: bool = False


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
class Section:
    """Blocks under a heading; `folded` ones are opened by the reader."""

    title: str
    blocks: tuple[Block, ...]
    folded: bool = False


Block = Cell | Items | Table | Bar | Section


@dataclass(frozen=True)
class Screen:
    """A whole display. `foot` says the day, what is assumed and what was not checked."""

    lang: str
    title: str
    blocks: tuple[Block, ...]
    foot: tuple[Block, ...]


def around(text: str, piece: When) -> tuple[Piece, ...]:
    """A text with a piece in the place of its word, where that first stands."""
    before, found, after = text.partition(piece.word)
    return (before, piece, after) if found else (text,)
