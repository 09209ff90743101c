"""Values as callers hand them over: days, numbers and names, plain or from numpy and pandas."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from klappts_engine.errors import Mistake, UsageError

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""The years in which a day of a person can lie."""
DayLike = dt.date | str
"""A day as it may be handed over: a `date`, a text YYYY-MM-DD or a timestamp at midnight."""
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def scalar(value: object) -> object:
    """`value` without the wrapping of numpy, and None where it is a missing value.

    Missing are None, NaN of any kind (what is unequal to itself, NaT included) and `pandas.NA`.
    What has another form is handed on as it is: whoever asks for a fact refuses it. Neither
    library is imported.
    """
    if value is None or type(value) in (bool, int, str, dt.date):
        return value
    if type(value).__name__ == "NAType" or _unequal_to_itself(value):
        return None
    if getattr(value, "shape", None) != ():
        return value
    wrapped: Any = value
    match getattr(wrapped.dtype, "kind", None):
        case "b" | "i" | "u" | "f" | "U":
            return wrapped.item()
        case "M":  # counted in nanoseconds it would come out as a bare number
            day = wrapped.astype("datetime64[D]")
            return day.item() if day == wrapped else value
    return value


def _unequal_to_itself(value: object) -> bool:
    try:
        return getattr(value, "shape", ()) == () and bool(value != value)
    except (TypeError, ValueError):
        return False


def day_of(value: object) -> dt.date | None:
    """The day that a value names: a `date`, a text YYYY-MM-DD, or a timestamp at midnight without
    a time zone (`datetime`, `numpy.datetime64`, `pandas.Timestamp`). None for anything else, and
    for what is missing."""
    value = scalar(value)
    if isinstance(value, str) and _ISO.match(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, dt.datetime):
        finer = getattr(value, "nanosecond", 0)
        midnight = value.time() == dt.time() and value.tzinfo is None and not finer
        return value.date() if midnight else None
    return value if isinstance(value, dt.date) else None


def reachable(day: dt.date) -> bool:
    """Whether a day can be one of a person's life."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def as_day(value: object, what: str) -> dt.date:
    """The day that `value` names (see `day_of`), asked for as `what`. Raises UsageError for
    anything else, and for a day outside the years 1900 to 2199."""
    day = day_of(value)
    if day is None:
        raise UsageError(Mistake("day_expected", {"name": what}))
    if not reachable(day):
        raise UsageError(Mistake("day_unreachable"))
    return day


def as_names(value: Iterable[str], what: str) -> tuple[str, ...]:
    """The names in a list, asked for as `what`. Raises UsageError for a single text, and for
    anything that is no list of texts."""
    names = None if isinstance(value, (str, bytes)) or not isinstance(value, Iterable) else [*value]
    if names is None or not all(isinstance(name, str) for name in names):
        raise UsageError(Mistake("list_expected", {"name": what}))
    return tuple(names)
