"""A display as HTML: everything escaped, no script, nothing from outside, own styles."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib.resources import files

from klappts_engine.show.drawing import course, time_line
from klappts_engine.show.markup import PREFIX, tag
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
from klappts_engine.show.text import cell_text

TAGS = {"einfach": "de"}
"""Languages that have no language tag of their own."""
SEALED = {"default-src": "'none'", "style-src": "'unsafe-inline'"}
"""What a page may load: nothing but the styles within it."""
COLUMNS = {1: "one", 2: "two", 4: "two"}
"""How many cards stand side by side in print; of other numbers three."""
TOP = 2
"""The level of the first heading within a notebook; a page of its own begins one higher."""


@cache
def style(sheet: str) -> str:
    """A style sheet: `screen.css` of every display, `page.css` of what surrounds it on a page."""
    return files(__package__).joinpath(sheet).read_text(encoding="utf-8")


def fragment(screen: Screen) -> str:
    """The display as one section with its styles, to stand in a notebook."""
    return _section(screen, TOP, tag("style", style("screen.css")))


def page(screen: Screen) -> str:
    """The display as a page that can be saved and printed. It loads nothing."""
    told = [screen.title, *(cell_text(one) for one in screen.about if not isinstance(one, Blank))]
    sealed = "; ".join(map(" ".join, SEALED.items()))
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=sealed),
        tag("meta", name="viewport", content="width=device-width"),
        tag("title", escape(" · ".join(told))),
        tag("style", style("screen.css"), style("page.css")),
    )
    body = tag("body", tag("main", _section(screen, TOP - 1)))
    return "<!DOCTYPE html>" + tag("html", head, body, lang=_language(screen)) + "\n"


def _section(screen: Screen, level: int, *before: str) -> str:
    head = tag(f"h{level}", escape(screen.title))
    about = (" ".join(tag("span", _piece(one)) for one in screen.about),) if screen.about else ()
    return tag(
        "section",
        *before,
        head,
        *(tag("p", one, class_=f"{PREFIX}-about") for one in about),
        *(block_html(block, level + 1) for block in screen.blocks),
        tag("footer", *(block_html(block, level + 1) for block in screen.foot)),
        class_=f"{PREFIX} {PREFIX}-roomy" if screen.roomy else PREFIX,
        lang=_language(screen),
    )


def block_html(block: Block, level: int) -> str:
    """One block; headings inside it begin at `level`."""
    match block:
        case Section(title, blocks, "folded"):
            inside = (block_html(one, level) for one in blocks)
            return tag("details", tag("summary", escape(title)), *inside)
        case Section(title, blocks, weight):
            inside = (block_html(one, min(level + 1, 6)) for one in blocks)
            looks = {"class_": f"{PREFIX}-first"} if weight == "first" else {}
            return tag("section", tag(f"h{level}", escape(title)), *inside, **looks)
        case Cards(sections):
            inside = (block_html(one, level) for one in sections)
            columns = COLUMNS.get(len(sections), "three")
            return tag("div", *inside, class_=f"{PREFIX}-cards {PREFIX}-{columns}")
        case TimeLine(points=points):
            told = tuple(((point.day, ": ", point.what)) for point in points)
            return tag(
                "div", time_line(block), _items(Items(told, ordered=True)), class_=f"{PREFIX}-line"
            )
        case Course():
            return course(block)
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
    looks = {"class_": f"{PREFIX}-tick"} if items.tick else {}
    inside = (tag("li", _item(item)) for item in items.items)
    return tag("ol" if items.ordered else "ul", *inside, **looks)


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
        case Blank(word):
            return tag("span", escape(f"{word}:"), class_=f"{PREFIX}-blank")
        case _:
            return escape(piece)


def _coloured(mark: Mark) -> str:
    return f"{PREFIX}-answer {PREFIX}-{mark.kind}"


def _language(screen: Screen) -> str:
    return TAGS.get(screen.lang, screen.lang)
