"""How a fact follows from other facts and a day: a closed set of small pure functions, chosen in the data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple

from pydantic import Field

from klappts_engine.facts.calendar import ONE_DAY, add_months, birthday, completed_years, months_elapsed, months_left
from klappts_engine.validation import Data

Get = Callable[[str], Any]
"""Reads a fact of the case as it stands: a value, or None where it is unknown."""


class StayPeriod(Data):
    """One period of the stay history, both days included; an open `to` runs on."""

    from_: dt.date = Field(alias="from")
    to: dt.date | None = None
    kind: Literal["lawful", "gestattet", "geduldet", "geduldet_60b", "unlawful", "abroad"]


class Clock(NamedTuple):
    """A duration that runs: since `start` (or, counting down, until it), stopped at `frozen` if that is set."""

    start: dt.date
    kind: Literal["up", "down", "age"] = "up"
    frozen: dt.date | None = None

    def value(self, day: dt.date) -> float | None:
        """The duration on `day`: months (see `calendar.months_elapsed`), or completed years for an age."""
        if self.kind == "age":
            return completed_years(self.start, day)
        if self.kind == "down":
            return months_left(day, self.start)
        return months_elapsed(self.start, min(day, self.frozen) if self.frozen else day)

    def turns(self, number: float) -> Iterable[dt.date]:
        """The days from which a comparison of this duration with `number` can answer differently."""
        whole = int(number)
        if self.kind == "age":
            return (birthday(self.start, whole), birthday(self.start, whole + 1))
        day = add_months(self.start, -whole if self.kind == "down" else whole)
        return (self.start, day, day + ONE_DAY)


class Derivation(Data):
    """Base of the kinds of derivation. `inputs` are the facts it reads."""

    @property
    def inputs(self) -> tuple[str, ...]:
        raise NotImplementedError

    def value(self, get: Get, day: dt.date) -> Any:
        """The value on `day`, or None where the inputs do not decide it."""
        clock = self.clock(get, day)
        return clock.value(day) if isinstance(clock, Clock) else clock

    def clock(self, get: Get, day: dt.date) -> Clock | float | None:
        """For a duration: the clock that shows it on `day`, a fixed number, or None (unknown)."""
        return None

    def resume(self, get: Get, told: float, as_of: dt.date) -> Clock | None:
        """For a duration told as a number on `as_of`: the clock that it proves to run, or None."""
        return None

    def turns(self, get: Get) -> Iterable[dt.date]:
        """Days from which the value, or the clock that shows it, can be another one, thresholds apart."""
        return ()


class Age(Derivation):
    """Completed years since a day of birth."""

    age: str

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.age,)

    def clock(self, get: Get, day: dt.date) -> Clock | float | None:
        birth = get(self.age)
        return Clock(birth, "age") if birth else None

    def resume(self, get: Get, told: float, as_of: dt.date) -> Clock | None:
        return Clock(birthday(as_of, -int(told)), "age")


class MonthsSince(Derivation):
    """Exact months since a day; `otherwise` where the fact in `while` has none of the values there."""

    months_since: str
    while_: dict[str, tuple[str, ...]] | None = Field(None, alias="while")
    otherwise: float | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.months_since, *(self.while_ or {}))

    def clock(self, get: Get, day: dt.date) -> Clock | float | None:
        for fact, values in (self.while_ or {}).items():
            value = get(fact)
            if value is None:
                return None
            if value not in values:
                return self.otherwise
        start = get(self.months_since)
        return Clock(start) if start else None

    def resume(self, get: Get, told: float, as_of: dt.date) -> Clock | None:
        if self.while_ and not all(get(fact) in values for fact, values in self.while_.items()):
            return None
        return Clock(_back(as_of, told))


class MonthsUntil(Derivation):
    """Exact months until a day; zero or negative once it is reached."""

    months_until: str

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.months_until,)

    def clock(self, get: Get, day: dt.date) -> Clock | float | None:
        end = get(self.months_until)
        return Clock(end, "down") if end else None

    def resume(self, get: Get, told: float, as_of: dt.date) -> Clock | None:
        return Clock(_back(as_of, -told), "down")


class MonthsBetween(Derivation):
    """Exact months from a first day to a second one, counted back from the second."""

    months_between: tuple[str, str]

    @property
    def inputs(self) -> tuple[str, ...]:
        return self.months_between

    def value(self, get: Get, day: dt.date) -> Any:
        first, second = (get(fact) for fact in self.months_between)
        return months_left(first, second) if first and second else None


class StayMonths(Derivation):
    """Exact months of the last unbroken run of stay of the kinds in `counts`.

    Time of the kinds in `skips` neither counts nor breaks the run: the start moves later by as many days. Any other
    kind breaks it. A gap in the history makes the count unknown unless the run was broken after it.
    """

    stay_months: str
    counts: frozenset[str]
    skips: frozenset[str] = frozenset()
    status: str | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.stay_months,) + ((self.status,) if self.status else ())

    def clock(self, get: Get, day: dt.date) -> Clock | float | None:
        periods: tuple[StayPeriod, ...] = get(self.stay_months) or ()
        past = [period for period in periods if period.from_ <= day]
        if not past or (past[-1].to or dt.date.max) < day:
            return None
        start: dt.date | None = None
        frozen: dt.date | None = None
        skipped, later = dt.timedelta(0), None
        for period in reversed(past):
            if later is not None and period.to is not None and period.to + ONE_DAY != later:
                return None
            end = min(period.to or day, day)
            if period.kind in self.counts:
                if start is None and end < day:
                    frozen = end + ONE_DAY
                start = period.from_
            elif period.kind in self.skips:
                skipped += end - period.from_ + ONE_DAY if start is not None else dt.timedelta(0)
            else:
                break
            later = period.from_
        if start is None:
            return 0.0
        return Clock(start + skipped, "up", frozen)

    def resume(self, get: Get, told: float, as_of: dt.date) -> Clock | None:
        kind = get(self.status) if self.status else None
        return Clock(_back(as_of, told)) if kind in self.counts else None

    def turns(self, get: Get) -> Iterable[dt.date]:
        for period in get(self.stay_months) or ():
            yield period.from_
            if period.to:
                yield period.to + ONE_DAY


class LeastOf(Derivation):
    """The smaller of two durations; unknown while one of them is."""

    least_of: tuple[str, str]

    @property
    def inputs(self) -> tuple[str, ...]:
        return self.least_of

    def value(self, get: Get, day: dt.date) -> Any:
        first, second = (get(fact) for fact in self.least_of)
        return None if first is None or second is None else min(first, second)


class Mapped(Derivation):
    """A coarser value of another fact."""

    map: str
    to: dict[str, str]

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.map,)

    def value(self, get: Get, day: dt.date) -> Any:
        return self.to.get(get(self.map))


class Instead(Derivation):
    """The value of `fact`, or that of another fact where `fact` is one of the keys of `use`."""

    instead_of: str
    use: dict[str, str]

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.instead_of, *self.use.values())

    def value(self, get: Get, day: dt.date) -> Any:
        value = get(self.instead_of)
        return get(self.use[value]) if value in self.use else value


class Reached(Derivation):
    """Whether the day in another fact is reached."""

    reached: str

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.reached,)

    def value(self, get: Get, day: dt.date) -> Any:
        when = get(self.reached)
        return None if when is None else when <= day

    def turns(self, get: Get) -> Iterable[dt.date]:
        when = get(self.reached)
        return (when,) if when else ()


class Listed(Derivation):
    """Whether all countries in another fact stand on a dated list; unknown where one stands only in `unsure`."""

    all_of: str
    listed: dict[str, dt.date | None]
    unsure: frozenset[str] = frozenset()
    from_: dt.date | None = Field(None, alias="from")

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.all_of,)

    def value(self, get: Get, day: dt.date) -> Any:
        countries = get(self.all_of)
        if not countries:
            return None
        if self.from_ and day < self.from_:
            return False
        listed = [country for country in countries if country in self.listed and (self.listed[country] or day) <= day]
        if len(listed) == len(countries):
            return True
        return None if all(c in listed or c in self.unsure for c in countries) else False

    def turns(self, get: Get) -> Iterable[dt.date]:
        return [day for day in (*self.listed.values(), self.from_) if day]


class ByRule(Derivation):
    """The answer (or, for a classification, the value) of a rule; told instead of derived where the case tells it.

    `values` translates the values of the rule into those of the fact. A value of a set that nothing translates into
    stays unknown until it is told.
    """

    rule: str
    values: dict[str, str] = {}

    @property
    def inputs(self) -> tuple[str, ...]:
        return ()


KINDS: Mapping[str, type[Derivation]] = {
    "age": Age, "months_since": MonthsSince, "months_until": MonthsUntil, "months_between": MonthsBetween,
    "stay_months": StayMonths, "least_of": LeastOf, "map": Mapped, "instead_of": Instead, "reached": Reached,
    "all_of": Listed, "rule": ByRule,
}  # fmt: skip


def kind_of(spec: object) -> type[Derivation] | None:
    """The kind of derivation that a mapping in a data file asks for, by its leading key."""
    if not isinstance(spec, Mapping):
        return None
    return next((kind for key, kind in KINDS.items() if key in spec), None)


def _back(day: dt.date, months: float) -> dt.date:
    """The day `months` before `day`; a part of a month counts thirty days to the month."""
    whole = int(months)
    return add_months(day, -whole) - dt.timedelta(days=round((months - whole) * 30))
