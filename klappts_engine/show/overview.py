"""The overview in words: a row for each area; as many names as fit into a short one."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from klappts_engine.deadlines import Deadline
from klappts_engine.errors import Mistake, UsageError
from klappts_engine.facts.calendar import add_months
from klappts_engine.overview import (
    GROUPS,
    ActItem,
    AdviceItem,
    AnyItem,
    Area,
    Ground,
    HelpItem,
    NothingItem,
    Overview,
    PlaceItem,
    QuestionItem,
    StepItem,
    ValueItem,
    together,
)
from klappts_engine.show.answers import answer_rows
from klappts_engine.show.context import Context
from klappts_engine.show.deadlines import first_sentences, later_sentence
from klappts_engine.show.screen import (
    Blank,
    Block,
    Cards,
    Items,
    Point,
    Screen,
    Section,
    TimeLine,
    When,
)
from klappts_engine.show.terminal import WIDTH, foot, row, sentences
from klappts_engine.show.words import Words

MOST_DATES = 3
"""So many days to apply are told in a short overview."""
LINES = 20
"""How long an overview is at most where not everything is asked for."""


class Brief(NamedTuple):
    """How many names are told: of open steps, and of every other kind; is there room for what is
    told only `if_room`?"""

    opened: int
    others: int
    room: bool = True


BRIEFER = (Brief(4, 2), Brief(3, 2), Brief(3, 1), Brief(3, 1, room=False))
"""From the longest to the shortest: the first that fits is taken, else the last."""
FIRST = ("zuerst", "jetzt")
"""The rows that a page begins with."""
LINE_MONTHS = 24
"""So far ahead a line of time goes."""


class Row(NamedTuple):
    """An area, and the sentences of it."""

    id: str
    label: str
    parts: list[str]

    def line(self) -> list[str]:
        """The row on the terminal; what is to be done is one sentence there."""
        return row(self.label, ["; ".join(self.parts)] if self.id == "jetzt" else self.parts)


class Ask(NamedTuple):
    """Places to be asked for with the same institutions, for the same start, by the same day."""

    by: dt.date
    begins: dt.date | None
    firm: bool
    who: str
    steps: tuple[str, ...]


def overview_lines(
    words: Words, what: Overview, everything: bool = False, ids: bool = False
) -> list[str]:
    """Money, work, German, school, what to clarify, what to do now, and the foot; with `ids` below
    each row its number, and the conclusions behind it."""
    _, rows = _fitting(words, what, everything)
    lines: list[str] = []
    for number, one in enumerate(rows, 1):
        lines += one.line()
        if ids:
            behind = ", ".join(what.rules_behind(one.id)) or words.text("never")
            lines += row("", [words.text("row_ids", number=number, ids=behind)])
    told = ["", *_conclusions(words, what)] if everything else []
    return [*lines, *told, "", *foot(words, what, everything)]


def row_at(words: Words, what: Overview, number: int) -> tuple[str, ...]:
    """The conclusions behind a row of the short overview, by its number from 1. Raises UsageError
    if there is no such row, or nothing behind it can be asked further."""
    _, rows = _fitting(words, what, everything=False)
    behind = what.rules_behind(rows[number - 1].id) if 0 < number <= len(rows) else ()
    if not behind:
        raise UsageError(Mistake("row_unknown", {"number": number, "rows": len(rows)}))
    return behind


def overview_screen(context: Context, what: Overview) -> Screen:
    """The same rows on one page: what comes first and what is to be done now, the days on a line
    of time, what to clarify, the areas side by side, and the foot."""
    told, rows = _fitting(context.words, what, False)
    first = [
        Section(one.label, (_list(one),), weight="first")
        for id in FIRST
        for one in rows
        if one.id == id
    ]
    areas = [one for one in rows if one.id not in (*FIRST, "klaeren")]
    clarify = [Section(one.label, (_list(one),)) for one in rows if one.id == "klaeren"]
    beside = (Section(one.label, tuple(_sentences(one))) for one in areas)
    blocks: list[Block] = [*first, *told.line(context), *clarify, Cards(tuple(beside))]
    foot = context.foot(what.on, what.caveats, what.assumptions)
    return context.screen("overview", blocks, foot, context.about(what.on), roomy=True)


def _sentences(told: Row) -> Iterator[str]:
    """What a row says, sentence by sentence."""
    return (sentences([part]) for part in told.parts if part)


def _list(told: Row) -> Items:
    """What a row says as a list; what is to be done can be ticked off."""
    return Items(tuple(_sentences(told)), tick=told.id == "jetzt")


def _fitting(words: Words, what: Overview, everything: bool) -> tuple[_Sentences, list[Row]]:
    """Each area with what is to be said of it; without `everything` as much as fits into a short
    overview."""
    for brief in BRIEFER:
        told = _Sentences(words, what, brief, everything)
        rows = told.rows()
        if everything or sum(len(one.line()) for one in rows) <= LINES:
            break
    return told, rows


def _conclusions(words: Words, what: Overview) -> Iterable[str]:
    """Every conclusion with its answer, strength and citation."""
    for told in answer_rows(words, what.conclusions):
        said = words.text(f"answer.{told.answer}")
        if told.strength:
            said = words.text("strength", answer=said, strength=told.strength)
        line = words.text("citation", title=told.title, answer=said, cite=told.cite)
        yield from textwrap.wrap(line, WIDTH, subsequent_indent="    ")


class _Sentences:
    """The sentences for the items of an overview."""

    def __init__(self, words: Words, what: Overview, brief: Brief, everything: bool) -> None:
        self._words = words
        self._overview = what
        self._brief = brief
        self._everything = everything

    def rows(self) -> list[Row]:
        """What protects what is there and what ends; then the areas in their order."""
        rows = [
            ("zuerst", list(first_sentences(self._words, self._overview, self._everything))),
            *((area.id, list(self._area(area))) for area in self._overview.areas),
        ]
        return [Row(id, self._words.text(f"row.{id}"), said) for id, said in rows if any(said)]

    def line(self, context: Context) -> Iterator[Section]:
        """What ends, and places to be asked for, as days on a line of time; in words what ends
        after it; and a line to write on where no end of the paper is told."""
        words, what = self._words, self._overview
        until = add_months(what.on, LINE_MONTHS)
        points = [
            Point(context.day(one.last_day_to_act), self._ending(one), one.paper)
            for one in what.deadlines
            if one.last_day_to_act <= until
        ]
        now = what.area("jetzt").items
        for ask in _asks(words, [item for item in now if isinstance(item, PlaceItem)])[:MOST_DATES]:
            code = "screen.ask_by" if ask.firm else "screen.ask_about"
            said = words.text(code, steps=self._few(ask.steps))
            points.append(Point(context.day(ask.by), said))
        if what.running and what.running.end_range.typical <= until:
            running = what.running
            said = words.text("screen.running_ends", step=words.step(running.step))
            end = running.end_range.typical
            points.append(Point(When(end, words.month(end)), said))
        points.sort(key=lambda point: point.day.day)
        blocks: list[Block] = []
        if points:
            blocks.append(TimeLine(what.on, tuple(points), words.text("screen.line_drawn")))
        blocks += map(str, later_sentence(words, what, until))
        if not any(one.paper for one in what.deadlines):
            blocks.append(Blank(words.text("screen.paper_unknown")))
        yield Section(words.text("screen.line"), tuple(blocks))

    def _ending(self, one: Deadline) -> str:
        if not one.paper:
            return one.what.in_(self._words.lang)
        return self._words.text("screen.paper_about" if one.counted else "screen.paper_ends")

    def _area(self, area: Area) -> Iterator[str]:
        if area.id == "jetzt":
            yield from self._now(area.items)
            return
        told = filter(self._is_told, area.items)
        for _, alike in groupby(told, key=lambda item: (item.about, _group(item))):
            items = list(alike)
            for item in items:
                yield from self._alone(area, item)
            yield from self._steps([item for item in items if isinstance(item, StepItem)])

    def _is_told(self, item: AnyItem) -> bool:
        if self._everything:
            return item.told != "short"
        return item.told != "all" and (self._brief.room or item.told != "if_room")

    def _alone(self, area: Area, item: AnyItem) -> Iterator[str]:
        """The sentences for what stands alone."""
        match item:
            case ValueItem():
                yield from self._money(item) if area.id == "geld" else self._work(item)
            case QuestionItem():
                yield self._words.question(item.fact)
                yield item.risk.in_(self._words.lang) if item.risk else ""
                if item.otherwise:
                    yield self._words.text("discretion_possible", cite=self._cite(item.otherwise))
            case AdviceItem():
                yield self._words.text("advice_first")
            case NothingItem(kind="nothing_urgent"):
                yield self._words.text("nothing_to_clarify")
            case NothingItem():
                yield self._words.text("nothing")

    def _money(self, item: ValueItem) -> Iterator[str]:
        """The benefit system today, and the next one that time brings."""
        if item.value is None:
            left = (self._words.value(item.fact, value) for value in item.possible)
            choices = self._words.text("choice").join(left)
            yield self._words.text("money_unknown", choices=choices)
            return
        now, later = self._words.value(item.fact, item.value), self._later(item)
        yield f"{now}; {later}" if later else now

    def _work(self, item: ValueItem) -> Iterator[str]:
        """The best access to work, with the norm that gives it; where there is none, when there
        will be."""
        if item.value is None:
            yield self._words.text("work_unknown")
            return
        mode, shut = self._words.value(item.fact, item.value), item.kind == "closed"
        code = "work_banned" if shut else "work_cited"
        yield self._words.text(code, mode=mode, cite=self._cite(item.given_by))
        yield self._later(item) if shut else ""

    def _later(self, item: ValueItem) -> str:
        later = item.later
        return (
            self._words.text(
                "later",
                what=self._words.value(item.fact, later.value),
                month=self._words.month(later.since),
            )
            if later
            else ""
        )

    def _cite(self, rule: str | None) -> str:
        return self._words.cite(rule, self._overview.on)

    def _steps(self, items: Sequence[StepItem]) -> Iterator[str]:
        """The sentences for steps of one group."""
        if not items:
            return
        group = GROUPS[items[0].kind]
        if items[0].about == "instead":
            steps = self._few([self._words.step(item.step) for item in items])
            yield self._words.text("open", steps=steps)
        elif group == "open":
            yield from self._open(items)
        else:
            yield self._words.text(group, steps=self._with_reasons(items))

    def _open(self, items: Sequence[StepItem]) -> Iterator[str]:
        """Open steps by what is known of places; what comes before those that are named; what
        follows from not taking part."""
        named = items if self._everything else items[: self._brief.opened]
        by_place: dict[str, list[str]] = {}
        for item in named:
            by_place.setdefault(self._words.place(item.availability), []).append(item.step)
        told = (
            self._words.text("at_place", steps=self._words.steps(ids), place=place)
            for place, ids in by_place.items()
        )
        left = len(items) - len(named)
        yield self._words.text("open", steps=self._and_more(", ".join(told), left))
        todos = [self._words.todo(todo) for item in named for todo in item.todo]
        if todos:
            yield self._words.text("before", todo=self._few(todos, self._everything))
        yield from dict.fromkeys(
            item.sanction.in_(self._words.lang) for item in items if item.sanction
        )

    def _with_reasons(self, items: Sequence[StepItem]) -> str:
        """Steps that are not open, those with the same reasons together."""
        parts: list[str] = []
        for alike in together(items, self._everything):
            grounds = alike[0].reasons if self._everything else alike[0].reasons[:1]
            reasons = "; ".join(dict.fromkeys(map(self._reason, grounds)))
            names = self._few([self._words.step(item.step) for item in alike], self._everything)
            parts.append(self._words.text("step_reason", step=names, reasons=reasons))
        return "; ".join(parts)

    def _reason(self, ground: Ground) -> str:
        """Why a step is not open; where time alone opens a rule, from when."""
        if ground.opens is None:
            return self._words.reason(ground)
        month = self._words.month(ground.opens)
        return self._words.text("later", what=self._words.rule(ground.what), month=month)

    def _now(self, items: Iterable[AnyItem]) -> Iterator[str]:
        """What is to be done: what open steps ask for first, then places."""
        items = list(items)
        acts = (self._words.step(item.step) for item in items if isinstance(item, ActItem))
        yield from dict.fromkeys(acts)
        places = [item for item in items if isinstance(item, PlaceItem)]
        yield from self._late_places(places)
        yield from self._dated_places(places)
        at_any_time = [self._words.step(item.step) for item in places if item.by is None]
        if at_any_time:
            yield self._words.text("ask_place", steps=self._few(at_any_time, self._everything))
        beside = [self._words.step(item.step) for item in items if isinstance(item, HelpItem)]
        if beside:
            yield self._words.text("help_beside", steps=self._few(beside, self._everything))
        for item in items:
            if isinstance(item, NothingItem):
                yield self._words.text("go_on" if item.kind == "go_on" else "nothing")

    def _late_places(self, places: Iterable[PlaceItem]) -> Iterator[str]:
        """Places for which one can still ask though the usual time is over, the soonest first."""
        groups: dict[dt.date, list[str]] = {}
        for item in places:
            if item.late is not None:
                groups.setdefault(item.late, []).append(self._words.step(item.step))
        told = sorted(groups.items())
        for begins, steps in told if self._everything else told[:1]:
            names, month = self._few(steps, self._everything), self._words.month(begins)
            yield self._words.text("place_late", steps=names, month=month)

    def _dated_places(self, places: Iterable[PlaceItem]) -> Iterator[str]:
        """Places that have to be asked for by a day."""
        told = _asks(self._words, places)
        for ask in told if self._everything else told[:MOST_DATES]:
            yield self._words.text(
                "place_by" if ask.firm else "place_about",
                day=self._words.day(ask.by),
                who=ask.who,
                steps=self._few(ask.steps, self._everything),
                month=self._words.month(ask.begins),
            )

    def _few(self, names: Iterable[str], everything: bool = False) -> str:
        """Different names; without `everything` the first few, and how many more."""
        different = list(dict.fromkeys(names))
        shown = different if everything else different[: self._brief.others]
        return self._and_more(", ".join(shown), len(different) - len(shown))

    def _and_more(self, told: str, left: int) -> str:
        return self._words.text("and_more", what=told, number=left) if left else told


def _asks(words: Words, places: Iterable[PlaceItem]) -> list[Ask]:
    """Places that have to be asked for by a day: the soonest first, those with the same
    institutions and the same start together."""
    groups: dict[tuple[dt.date, dt.date | None, bool, str], list[str]] = {}
    for item in places:
        if item.by is not None:
            there = ", ".join(item.providers)
            who = there or words.term("bodies", item.availability.body)
            key = (item.by, item.begins, item.firm, who)
            groups.setdefault(key, []).append(words.step(item.step))
    told = (Ask(*key, tuple(steps)) for key, steps in groups.items())
    return sorted(told, key=lambda ask: ask.by)


def _group(item: AnyItem) -> str:
    return GROUPS[item.kind] if isinstance(item, StepItem) else item.kind
