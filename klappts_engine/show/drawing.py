"""Drawings of lines of time and of ways, as SVG.

Positions are in percent, so that words keep their size on a narrow screen and in print.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from klappts_engine.facts.calendar import add_months, months_elapsed
from klappts_engine.show.markup import PREFIX, tag
from klappts_engine.show.screen import Course, Leg, TimeLine

LEFT, RIGHT = 2.0, 96.0
"""Where a scale begins and ends, in percent of the width."""
ROOM = 6.5
"""Marks that are nearer to one another, in percent, are stacked."""
ROW = 20
"""The height of a row in pixels."""
STEPS = (1, 3, 6, 12, 24, 48)
"""Months between two ticks of a scale."""
TICKS, FEW_TICKS = 7, 5
"""How many ticks a line of time has at most, and a way on its card."""
WIDE = 4.0
"""A leg has room for its number from here on, in percent."""
LEAST_MONTHS = 12

Place = Callable[[dt.date], float]


def time_line(line: TimeLine) -> str:
    """The points of a line of time as numbered marks; the end of the paper is a square on a bar,
    and the line is broken after it."""
    year = add_months(line.since, LEAST_MONTHS)
    until = max([year, *(point.day.day for point in line.points)])
    at = _scale(line.since, until)
    rows = _rows([at(point.day.day) for point in line.points])
    base = ROW * (max(rows) + 1) + 8
    papers = [point.day.day for point in line.points if point.paper]
    turn = at(min(papers)) if papers else 100
    parts = [
        _line("axis", LEFT, turn, base),
        *([_line("after", turn, 100, base)] if papers else []),
        *_ticks(at, line.since, until, (base, base + 16), TICKS),
    ]
    stems: list[str] = []
    marks: list[str] = []
    for number, (point, row) in enumerate(zip(line.points, rows, strict=True), 1):
        x, y = at(point.day.day), base - ROW * row - 18
        stems.append(_upright("paper" if point.paper else "stem", x, y, base))
        if point.paper:
            box = {"x": f"{x:.1f}%", "y": f"{y - 9}", "width": "18", "height": "18"}
            marks.append(tag("rect", **box, class_=f"{PREFIX}-end"))
        else:
            marks.append(tag("circle", cx=f"{x:.1f}%", cy=f"{y}", r="9", class_=f"{PREFIX}-mark"))
        marks.append(_text(str(number), x, y + 4, "number"))
    return _drawing(line.words, base + 20, [*parts, *stems, *marks])


def course(way: Course) -> str:
    """The legs of a way as numbered boxes; below them a line that is thick up to the least end,
    double up to the usual one and broken up to the longest; the days on which a step may begin as
    triangles; the end of the paper as a bar."""
    at = _scale(way.since, way.until)
    beside = any(leg.beside for leg in way.legs)
    line = ROW * (2 if beside else 1) + 14
    base = line + 14
    parts = []
    if way.paper and way.paper <= way.until:
        parts.append(_upright("paper", at(way.paper), 0, base))
    parts += [part for leg in way.legs for part in _leg(leg, at)]
    least = way.least or way.usual
    parts += [
        _line("least", LEFT, at(least), line),
        _line("usual", at(least), at(way.usual), line - 2),
        _line("usual", at(least), at(way.usual), line + 2),
        _line("longest", at(way.usual), at(way.longest or way.usual), line),
        _upright("tick", at(least), line - 4, line + 4),
        _upright("goal", at(way.usual), line - 7, line + 7),
        _upright("tick", at(way.longest or way.usual), line - 4, line + 4),
        _line("axis", LEFT, RIGHT, base),
        *_ticks(at, way.since, way.until, (base, base + 24), FEW_TICKS),
        *(_text("▲", at(day), base + 10, "window") for day in way.windows),
    ]
    return _drawing(way.words, base + 28, parts)


def _leg(leg: Leg, at: Place) -> Iterator[str]:
    start, end = at(leg.start), at(leg.end)
    top = ROW + 2 if leg.beside else 1
    if leg.number is None:
        yield _line("wait", start, end, top + 9)
        return
    yield _box("beside" if leg.beside else "step", start, top, end - start, 18)
    if end - start >= WIDE:
        yield _text(str(leg.number), (start + end) / 2, top + 13, "number")


def _scale(since: dt.date, until: dt.date) -> Place:
    days = max((until - since).days, 1)

    def at(day: dt.date) -> float:
        return LEFT + (RIGHT - LEFT) * min(max((day - since).days / days, 0), 1)

    return at


def _rows(places: list[float]) -> list[int]:
    """The lowest row in which each mark has room."""
    ends: list[float] = []
    rows = []
    for x in places:
        row = next((row for row, end in enumerate(ends) if x - end >= ROOM), len(ends))
        ends[row : row + 1] = [x]
        rows.append(row)
    return rows


def _ticks(
    at: Place, since: dt.date, until: dt.date, rows: tuple[int, int], most: int
) -> Iterator[str]:
    """The firsts of months that divide a scale, with their names; `rows`: how high both stand."""
    (base, text), months = rows, int(months_elapsed(since, until) or 0)
    step = next((one for one in STEPS if months / one <= most), STEPS[-1])
    day = dt.date(since.year, 1, 1)
    while day <= until:
        if day >= since and at(day) <= 100 - ROOM:
            yield _upright("tick", at(day), base - 3, base + 3)
            word = f"{day:%Y}" if step >= LEAST_MONTHS else f"{day:%m/%y}"
            yield _text(word, at(day), text, "word")
        day = add_months(day, step)


def _drawing(words: str, height: int, parts: list[str]) -> str:
    return tag(
        "svg",
        *parts,
        width="100%",
        height=f"{height}",
        role="img",
        aria_label=words,
        class_=f"{PREFIX}-drawing",
    )


def _line(kind: str, start: float, end: float, y: int) -> str:
    return tag(
        "line",
        x1=f"{start:.1f}%",
        x2=f"{end:.1f}%",
        y1=f"{y}",
        y2=f"{y}",
        class_=f"{PREFIX}-{kind}",
    )


def _upright(kind: str, x: float, top: int, bottom: int) -> str:
    at = f"{x:.1f}%"
    return tag("line", x1=at, x2=at, y1=f"{top}", y2=f"{bottom}", class_=f"{PREFIX}-{kind}")


def _box(kind: str, x: float, y: int, width: float, height: int) -> str:
    return tag(
        "rect",
        x=f"{x:.1f}%",
        y=f"{y}",
        width=f"{width:.1f}%",
        height=f"{height}",
        class_=f"{PREFIX}-{kind}",
    )


def _text(word: str, x: float, y: float, kind: str) -> str:
    return tag("text", word, x=f"{x:.1f}%", y=f"{y}", class_=f"{PREFIX}-{kind}")
