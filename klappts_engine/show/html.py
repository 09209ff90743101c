"""A display as HTML: everything escaped, no script, nothing from outside, own styles."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib.resources import files

from klappts_engine.show.screen import (
    Bar,
    Block,
    Branch,
    Cell,
    Hidden,
    Items,
    Mark,
    Piece,
    Screen,
    Section,
    Table,
    When,
)

PREFIX = "klappts"
TAGS = {"einfach": "de"}
"""Languages that have no language tag of their own."""
EMPTY = ("meta",)
"""Elements without an end."""
TOP = 2
"""The level of the first heading within a notebook; a page of its own begins one higher."""


@cache
def style() -> str:
    """The style sheet."""
    return files(__package__).joinpath("screen.css").read_text(encoding="utf-8")


def tag(element: str, *inside: str, **attributes: str) -> str:
    """An element; `inside` is HTML already, attributes are plain text (`class_`, `aria_label`
    ...)."""
    said = "".join(
        f' {key.strip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    return f"<{element}{said}>" + ("" if element in EMPTY else f"{''.join(inside)}</{element}>")


def fragment(screen: Screen, level: int = TOP) -> str:
    """The display as one section with its styles, to stand in a notebook or within a page."""
    blocks = (block_html(block, level + 1) for block in screen.blocks)
    foot = tag("footer", *(block_html(block, level + 1) for block in screen.foot))
    head = tag(f"h{level}", escape(screen.title))
    return tag(
        "section", tag("style", style()), head, *blocks, foot, class_=PREFIX, lang=_language(screen)
    )


def page(screen: Screen) -> str:
    """The display as a page that can be saved and printed."""
    head = tag("head", tag("meta", charset="utf-8"), tag("title", escape(screen.title)))
    return (
        "<!DOCTYPE html>"
        + tag("html", head, tag("body", fragment(screen, TOP - 1)), lang=_language(screen))
        + "\n"
    )


def block_html(block: Block, level: int) -> str:
    """One block; headings inside it begin at `level`."""
    match block:
        case Section(title, blocks, True):
            inside = (block_html(one, level) for one in blocks)
            return tag("details", tag("summary", escape(title)), *inside)
        case Section(title, blocks):
            inside = (block_html(one, min(level + 1, 6)) for one in blocks)
            return tag("section", tag(f"h{level}", escape(title)), *inside)
        case Table():
            return _table(block)
        case Items():
            return _items(block)
        case Bar(parts, words):
            letters = (
                tag("span", escape(mark.letter) * number, class_=_coloured(mark))
                for mark, number in parts
            )
            return tag("p", *letters, class_=f"{PREFIX}-bar", role="img", aria_label=words)
        case _:
            return tag("p", cell_html(block))


def _table(table: Table) -> str:
    head = tag("thead", tag("tr", *(tag("th", escape(word), scope="col") for word in table.head)))
    rows = (
        tag(
            "tr",
            tag("th", cell_html(first), scope="row"),
            *(tag("td", cell_html(cell)) for cell in rest),
        )
        for first, *rest in table.rows
    )
    return tag("table", tag("caption", escape(table.caption)), head, tag("tbody", *rows))


def _items(items: Items) -> str:
    return tag("ol" if items.ordered else "ul", *(tag("li", _item(item)) for item in items.items))


def _item(item: Cell | Branch) -> str:
    return (
        cell_html(item.line) + _items(item.below) if isinstance(item, Branch) else cell_html(item)
    )


def cell_html(cell: Cell) -> str:
    """A line of text."""
    return "".join(map(_piece, cell)) if isinstance(cell, tuple) else _piece(cell)


def _piece(piece: Piece) -> str:
    match piece:
        case When(day, word):
            return tag("time", escape(word), datetime=day.isoformat())
        case Mark(_, letter, word):
            return tag(
                "span",
                tag("span", escape(letter), aria_hidden="true"),
                " ",
                escape(word),
                class_=_coloured(piece),
            )
        case Hidden(word):
            return tag("em", escape(word), class_=f"{PREFIX}-hidden")
        case _:
            return escape(piece)


def _coloured(mark: Mark) -> str:
    return f"{PREFIX}-answer {PREFIX}-{mark.kind}"


def _language(screen: Screen) -> str:
    return TAGS.get(screen.lang, screen.lang)
