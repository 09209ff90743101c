"""Calendar arithmetic of BGB sections 187 and 188: exact months and completed years."""

from __future__ import annotations

import calendar
import datetime as dt
from functools import lru_cache

ONE_DAY = dt.timedelta(days=1)


@lru_cache(maxsize=20_000)
def add_months(day: dt.date, months: int) -> dt.date:
    """The day `months` calendar months later (earlier if negative); a missing day becomes the
    month's last (BGB § 188 Abs. 3)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_elapsed(start: dt.date, day: dt.date) -> float | None:
    """Exact duration from `start` to `day` in calendar months; None before `start`.

    A whole number means exactly so many months to the day; `n + 0.5` means more than n and less
    than n + 1. So an ordinary comparison asks the calendar: `>= 7` holds from the day start + 7
    months, `<= 7` up to and including it, `> 7` from the day after.
    """
    if day < start:
        return None
    months = (day.year - start.year) * 12 + day.month - start.month
    if add_months(start, months) > day:
        months -= 1
    return float(months) if add_months(start, months) == day else months + 0.5


def months_left(day: dt.date, end: dt.date) -> float:
    """Exact duration from `day` to `end` in calendar months, counted back from `end`; 0 or less
    once it is reached.

    "At most six months before the start" begins on the day six calendar months before it.
    """
    if day > end:
        gone = months_elapsed(end, day)
        return -gone if gone else 0.0
    months = (end.year - day.year) * 12 + end.month - day.month
    if add_months(end, -months) < day:
        months -= 1
    return float(months) if add_months(end, -months) == day else months + 0.5


def birthday(birth: dt.date, age: int) -> dt.date:
    """The first day on which the year of life number `age` is completed (BGB § 187 Abs. 2, § 188
    Abs. 2)."""
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:  # born on 29 February: the year ends with 28 February
        return dt.date(birth.year + age, 3, 1)


def completed_years(birth: dt.date, day: dt.date) -> int | None:
    """Completed years of life on `day`; None before birth."""
    if day < birth:
        return None
    years = day.year - birth.year
    return years if birthday(birth, years) <= day else years - 1
