"""When a step can begin and when it is over: lead times, start months, last days, exams."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from klappts_engine.facts.calendar import add_months
from klappts_engine.pathways.steps import Step


def starts(step: Step, days: Sequence[dt.date]) -> list[int]:
    """The numbers of the days on which a step can begin, if it is applied for on `days[0]` or
    later.

    A step with exams is begun at any time: its last day to apply belongs to the exam (see `over`).
    """
    today = days[0]
    earliest = add_months(today, step.lead_months)
    return [
        number
        for number, day in enumerate(days)
        if day >= earliest
        and (not step.starts or (day.day == 1 and day.month in step.starts))
        and not _applied_late(step, day, today)
    ]


class LateStart(NamedTuple):
    """A start outside the usual time: like any other where one of `rules` holds, else to be asked
    for where that makes sense (`asked`). `missed`: it was too late to apply for a usual month."""

    number: int
    rules: tuple[str, ...]
    asked: bool
    missed: bool


def late_starts(step: Step, days: Sequence[dt.date]) -> Iterator[LateStart]:
    """The days outside the usual time on which a step can begin after all, by what its windows are
    worth (see `Windows`), the first of next month at the earliest. A step that begins in any month
    has none: its lead time is a wait."""
    if not step.starts:
        return
    windows, today, usual = step.windows, days[0], frozenset(starts(step, days))
    earliest = add_months(today, step.lead_months)
    rules = tuple(dict.fromkeys(late.rule for late in windows.late if late.rule))
    for number, day in enumerate(days):
        hard = (
            day.day != 1
            or (day < earliest and windows.lead != "usual")
            or (_applied_late(step, day, today) and windows.apply_by != "usual")
        )
        if number == 0 or number in usual or hard:
            continue
        if day.month in step.starts:
            yield LateStart(number, rules, asked=True, missed=True)
        for late in windows.late:
            if day.month in late.months:
                named = (late.rule,) if late.rule else ()
                yield LateStart(number, named, asked=not named, missed=False)


def _applied_late(step: Step, day: dt.date, today: dt.date) -> bool:
    """Whether the last day to apply for a start is over."""
    ends = step.apply_by is not None and not step.exams
    return ends and _last_before(str(step.apply_by), day) < today


def over(step: Step, start: dt.date, months: int) -> dt.date:
    """The day on which a step is over that is begun on `start` and lasts `months`.

    Where it ends with an exam: the first of the month after the next exam that the time suffices
    for and that could still be registered for on `start`.
    """
    ready = add_months(start, months)
    if not step.exams:
        return ready
    month = ready if ready.day == 1 else add_months(ready.replace(day=1), 1)
    while month.month not in step.exams or (
        step.apply_by and dt.date(month.year, *_month_day(step.apply_by)) < start
    ):
        month = add_months(month, 1)
    return add_months(month, 1)


def last_day_to_apply(step: Step, begins: dt.date) -> dt.date | None:
    """The last usual day to apply for a start; None for a step that can begin at any time."""
    if step.apply_by is not None and not step.exams:
        return _last_before(step.apply_by, begins)
    return add_months(begins, -step.lead_months) if step.starts else None


def _last_before(month_day: str, day: dt.date) -> dt.date:
    """The last day of this name that is not after `day`."""
    this_year = dt.date(day.year, *_month_day(month_day))
    return this_year if this_year <= day else dt.date(day.year - 1, *_month_day(month_day))


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)
