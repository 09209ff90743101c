"""A display as lines of plain text, for where HTML cannot be shown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from klappts_engine.show.screen import (
    Bar,
    Blank,
    Block,
    Branch,
    Cards,
    Cell,
    Course,
    Hidden,
    Items,
    Mark,
    Piece,
    Screen,
    Section,
    Table,
    TimeLine,
    When,
)
from klappts_engine.show.terminal import WIDTH

INDENT = "  "
BLANK = 30


def text_lines(screen: Screen) -> list[str]:
    """The title, the blocks and the foot."""
    about = _wrapped(" · ".join(map(cell_text, screen.about)), 0)
    lines = [
        screen.title,
        *about,
        *(line for block in screen.blocks for line in block_lines(block)),
    ]
    return [*lines, "", *(line for block in screen.foot for line in block_lines(block))]


def block_lines(block: Block, depth: int = 0) -> Iterator[str]:
    """One block, indented by its depth; of a folded section only its title."""
    match block:
        case Section(title, _, "folded"):
            yield from _wrapped(title, depth)
        case Section(title, blocks):
            yield from ("", *_wrapped(title, depth))
            for one in blocks:
                yield from block_lines(one, depth + 1)
        case Table(caption, _, rows):
            yield from _wrapped(caption, depth)
            for row in rows:
                yield from _wrapped(
                    " · ".join(said for cell in row if (said := cell_text(cell))), depth + 1
                )
        case Items():
            yield from _items(block, depth)
        case Cards(sections):
            for one in sections:
                yield from block_lines(one, depth)
        case TimeLine(points=points):
            told = tuple((point.day, ": ", point.what) for point in points)
            yield from _items(Items(told, ordered=True), depth)
        case Course(words=words):
            yield from _wrapped(words, depth)
        case Bar(parts, _):
            yield from _wrapped("".join(mark.letter * number for mark, number in parts), depth)
        case _:
            yield from _wrapped(cell_text(block), depth)


def _items(items: Items, depth: int) -> Iterator[str]:
    for number, item in enumerate(items.items, 1):
        sign = f"{number}. " if items.ordered else "- "
        yield from _wrapped(
            sign + cell_text(item.line if isinstance(item, Branch) else item), depth
        )
        if isinstance(item, Branch):
            yield from _items(item.below, depth + 1)


def cell_text(cell: Cell) -> str:
    """A line of text without marks."""
    return "".join(map(_piece, cell)) if isinstance(cell, tuple) else _piece(cell)


def _piece(piece: Piece) -> str:
    match piece:
        case Mark(_, letter, word):
            return f"{letter} {word}"
        case When(_, word) | Hidden(word):
            return word
        case Blank(word):
            return f"{word}: {'_' * BLANK}"
        case _:
            return piece


def _wrapped(text: str, depth: int) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=INDENT * depth, subsequent_indent=INDENT * (depth + 1)
    )
