"""How a fact follows from other facts and a day: a closed set of small pure functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from math import ceil, floor
from typing import Annotated, Any, Literal, NamedTuple, cast

from pydantic import (
    BeforeValidator,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    field_validator,
)

from klappts_engine.facts.calendar import (
    ONE_DAY,
    add_months,
    birthday,
    completed_years,
    months_elapsed,
    months_left,
)
from klappts_engine.intake import day_of, scalar
from klappts_engine.validation import Data, Day, MonthNumber, Months

Get = Callable[[str], Any]
"""Reads a fact of the case as it stands: a value, or None where it is unknown."""


class StayPeriod(Data):
    """One period of the stay history, both days included; an open `to` runs on."""

    from_: Day = Field(alias="from")
    to: Day | None = None
    kind: Literal["lawful", "gestattet", "geduldet", "geduldet_60b", "unlawful", "abroad"]

    _missing = field_validator("to", mode="before")(scalar)


def _plainly(value: object) -> object:
    """A value as JSON brings it back: a set sorted, a list as a tuple, a day as a day."""
    if isinstance(value, (frozenset, set)):
        return tuple(sorted(value))
    if isinstance(value, list):
        return tuple(value)
    return (day_of(value) or value) if isinstance(value, str) else scalar(value)


_Known = Annotated[
    StrictBool
    | StrictInt
    | StrictFloat
    | Day
    | StrictStr
    | tuple[StayPeriod, ...]
    | tuple[StrictStr, ...],
    Field(union_mode="left_to_right"),
]
FactValue = Annotated[_Known | None, BeforeValidator(_plainly)]
"""The value of a fact in an answer, the same before and after JSON: a text that is a day is that
day, a set is a tuple in rising order; None where the fact is unknown."""


class Clock(NamedTuple):
    """A duration that runs: since `start` (or, counting down, until it), stopped at `frozen` if
    that is set."""

    start: dt.date
    kind: Literal["up", "down", "age"] = "up"
    frozen: dt.date | None = None

    def value(self, day: dt.date) -> float | None:
        """The duration on `day`: months (see `calendar.months_elapsed`), or completed years for an
        age."""
        if self.kind == "age":
            return completed_years(self.start, day)
        if self.kind == "down":
            return months_left(day, self.start)
        return months_elapsed(self.start, min(day, self.frozen) if self.frozen else day)

    def turns(self, number: float) -> Iterable[dt.date]:
        """The days from which a comparison of this duration with `number` can answer
        differently."""
        if self.kind == "age":
            return (birthday(self.start, floor(number)), birthday(self.start, floor(number) + 1))
        days = {
            add_months(self.start, -n if self.kind == "down" else n)
            for n in (floor(number), ceil(number))
        }
        return (self.start, *days, *(day + ONE_DAY for day in days))


class Derivation(Data):
    """Base of the kinds of derivation. `inputs` are the facts it reads.

    A case that tells another value than the derived one contradicts itself, unless `told_wins`:
    then the derived value is only what holds as a rule.
    """

    told_wins: bool = False

    @property
    def inputs(self) -> tuple[str, ...]:
        raise NotImplementedError

    def value(self, get: Get, day: dt.date) -> Any:
        """The value on `day`, or None where the inputs do not decide it, as where none is known."""
        clock = self.clock(get, day)
        return clock.value(day) if isinstance(clock, Clock) else clock

    def clock(self, get: Get, day: dt.date) -> Clock | float | None:
        """For a duration: the clock that shows it on `day`, a fixed number, or None (unknown)."""
        return None

    def resume(self, get: Get, told: float, as_of: dt.date) -> Clock | None:
        """For a duration told as a number on `as_of`: the clock that it proves to run, or None."""
        return None

    def turns(self, get: Get) -> Iterable[dt.date]:
        """Days from which the value, or the clock that shows it, can be another one, thresholds
        apart."""
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
    """Exact months since a day; `otherwise` where the fact in `while` has none of the values
    there."""

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
    """Exact months from a first day to a second one, negative if the second comes first.

    A lead time ("at most seven months before the start") is counted back from the second day, a
    time limit that an event sets going ("within six months of entry") on from the first.
    """

    months_between: tuple[str, str]
    counted_from: Literal["first", "second"] = "second"

    @property
    def inputs(self) -> tuple[str, ...]:
        return self.months_between

    def value(self, get: Get, day: dt.date) -> Any:
        first, second = (get(fact) for fact in self.months_between)
        if not first or not second:
            return None
        onward = months_elapsed(first, second) if self.counted_from == "first" else None
        return months_left(first, second) if onward is None else onward


class StayMonths(Derivation):
    """Exact months of the last unbroken run of stay of the kinds in `counts`.

    Time of the kinds in `skips` neither counts nor breaks the run: the count stands still. For the
    facts and values in `skips_not_for` it counts after all. Any other kind breaks the run. Nothing
    counts before the day in the fact `since`. A gap in the history makes the count unknown unless
    the run was broken after it. Without a history it is the number in the fact `untold`. `running`
    are the statuses that add to the count; loading the vocabulary fills it from the kinds of stay.
    """

    stay_months: str
    counts: frozenset[str]
    skips: frozenset[str] = frozenset()
    skips_not_for: dict[str, tuple[str, ...]] = {}
    since: str | None = None
    status: str | None = None
    untold: str | None = None
    running: frozenset[str] = frozenset()

    @property
    def inputs(self) -> tuple[str, ...]:
        return (
            self.stay_months,
            *(fact for fact in (self.status, self.since, self.untold) if fact),
            *self.skips_not_for,
        )

    def clock(self, get: Get, day: dt.date) -> Clock | float | None:
        periods: tuple[StayPeriod, ...] = get(self.stay_months) or ()
        if not periods and self.untold:
            return cast("float | None", get(self.untold))
        past = [period for period in periods if period.from_ <= day]
        earliest = get(self.since) if self.since else dt.date.min
        counts = self._counted(get, {period.kind for period in past})
        if not past or (past[-1].to or dt.date.max) < day or earliest is None or counts is None:
            return None
        blocks: list[
            tuple[dt.date, dt.date]
        ] = []  # what counts, newest first: first day, day after the last
        later = dt.date.max
        for period in reversed(past):
            end = min(period.to or day, day)
            if end < earliest:
                break
            if later < dt.date.max and end + ONE_DAY != later:
                return None
            if period.kind in counts:
                blocks.append((max(period.from_, earliest), end + ONE_DAY))
            elif period.kind not in self.skips:
                break
            later = period.from_
        if not blocks:
            return 0.0
        start, stop = blocks.pop()
        for begin, end in reversed(blocks):
            start = start if begin == stop else _resumed(start, stop, begin)
            stop = end
        return Clock(start, "up", stop if stop <= day else None)

    def _counted(self, get: Get, kinds: set[str]) -> frozenset[str] | None:
        """The kinds that count for this person; None where that is unknown and matters."""
        if not self.skips_not_for or not kinds & self.skips:
            return self.counts
        found = [
            None if get(fact) is None else get(fact) in values
            for fact, values in self.skips_not_for.items()
        ]
        return self.counts | self.skips if True in found else None if None in found else self.counts

    def resume(self, get: Get, told: float, as_of: dt.date) -> Clock | None:
        return (
            Clock(_back(as_of, told)) if self.status and get(self.status) in self.running else None
        )

    def turns(self, get: Get) -> Iterable[dt.date]:
        for period in get(self.stay_months) or ():
            yield period.from_
            if period.to:
                yield period.to + ONE_DAY
        if self.since and get(self.since):
            yield get(self.since)


class StayOn(Derivation):
    """Whether the stay on one day, fixed or the eve of the day in the fact `before`, was of the
    kinds in `kinds`; before a history begins, the person was abroad."""

    stay_on: str
    on: Day | None = None
    before: str | None = None
    kinds: frozenset[str]

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.stay_on, *((self.before,) if self.before else ()))

    def value(self, get: Get, day: dt.date) -> Any:
        periods: tuple[StayPeriod, ...] = get(self.stay_on) or ()
        on = self._on(get)
        if not periods or on is None or day < on:
            return None
        if on < periods[0].from_:
            return "abroad" in self.kinds
        found = [
            period.kind in self.kinds
            for period in periods
            if period.from_ <= on <= (period.to or dt.date.max)
        ]
        return found[0] if found else None

    def _on(self, get: Get) -> dt.date | None:
        before = get(self.before) if self.before else None
        return before - ONE_DAY if before else self.on

    def turns(self, get: Get) -> Iterable[dt.date]:
        on = self._on(get)
        return (on,) if on else ()


class YearOfAge(Derivation):
    """Whether the year is running in which a year of life is completed (BGB § 187 Abs. 2: at the
    end of the day before the birthday); years begin with the first day of `from_month`."""

    year_of: str
    completes: Months
    from_month: MonthNumber

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.year_of,)

    def value(self, get: Get, day: dt.date) -> Any:
        year = list(self.turns(get))
        return year[0] <= day < year[1] if year else None

    def turns(self, get: Get) -> Iterable[dt.date]:
        birth = get(self.year_of)
        if birth is None:
            return ()
        done = birthday(birth, self.completes) - ONE_DAY
        start = dt.date(done.year - (done.month < self.from_month), self.from_month, 1)
        return (start, add_months(start, 12))


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
    """The value that goes with that of another fact; for one that `to` does not name `otherwise`,
    unless it is in `unsure`."""

    map: str
    to: dict[str, str | bool]
    otherwise: str | bool | None = None
    unsure: frozenset[str] = frozenset()

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.map,)

    def value(self, get: Get, day: dt.date) -> Any:
        value = get(self.map)
        return None if value is None or value in self.unsure else self.to.get(value, self.otherwise)


class Turn(Data):
    """What a status counts as once another fact has a value: `of` names the statuses (`@SET` for
    those of a set)."""

    fact: str
    is_: str = Field(alias="is")
    of: tuple[str, ...]
    to: str


class Instead(Derivation):
    """The value of `fact`, or that of another fact where `fact` is one of the keys of `use`, or
    that which `turn` puts in its place."""

    instead_of: str
    use: dict[str, str]
    turn: Turn | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.instead_of, *self.use.values(), *((self.turn.fact,) if self.turn else ()))

    def value(self, get: Get, day: dt.date) -> Any:
        value = get(self.instead_of)
        turn = self.turn
        if turn and value in turn.of and get(turn.fact) == turn.is_:
            return turn.to
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


class Begun(Derivation):
    """Whether what another fact names has begun: the day `on` is reached, or no months are `left`.

    What is not said to have begun is only planned, so False.
    """

    begun: str
    on: str
    left: str

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.begun, self.on, self.left)

    def value(self, get: Get, day: dt.date) -> Any:
        kind, start, left = (get(fact) for fact in self.inputs)
        if kind is None or kind == "none":
            return None if kind is None else False
        return start <= day if start else left is not None and left <= 0

    def turns(self, get: Get) -> Iterable[dt.date]:
        start = get(self.on)
        return (start,) if start else ()


class MonthEnd(Derivation):
    """Whether a day, moved on by `months`, is reached and its month not yet over.

    False with another status than those in `statuses`, and where the day is not told: what lasts
    to the end of a month is computed only from a day.
    """

    month_end: str
    months: Months = 0
    status: str
    statuses: frozenset[str]

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.month_end, self.status)

    def value(self, get: Get, day: dt.date) -> Any:
        status = get(self.status)
        if status is None:
            return None
        month = list(self.turns(get)) if status in self.statuses else []
        return bool(month) and month[0] <= day < month[1]

    def turns(self, get: Get) -> Iterable[dt.date]:
        start = get(self.month_end)
        if start is None:
            return ()
        end = add_months(start, self.months)
        return (end, add_months(end.replace(day=1), 1))


class Listed(Derivation):
    """Whether all countries in another fact stand on a dated list; unknown where one stands only in
    `unsure`."""

    all_of: str
    listed: dict[str, Day | None]
    unsure: frozenset[str] = frozenset()
    from_: Day | None = Field(None, alias="from")

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.all_of,)

    def value(self, get: Get, day: dt.date) -> Any:
        countries = get(self.all_of)
        if not countries:
            return None
        if self.from_ and day < self.from_:
            return False
        listed = [
            country
            for country in countries
            if country in self.listed and (self.listed[country] or day) <= day
        ]
        if len(listed) == len(countries):
            return True
        return None if all(c in listed or c in self.unsure for c in countries) else False

    def turns(self, get: Get) -> Iterable[dt.date]:
        return [day for day in (*self.listed.values(), self.from_) if day]


class ByRule(Derivation):
    """The answer (or, for a classification, the value) of a rule; told instead of derived where the
    case tells it.

    `values` translates the values of the rule into those of the fact. A value of a set that nothing
    translates into stays unknown until it is told.
    """

    rule: str
    values: dict[str, str] = {}

    @property
    def inputs(self) -> tuple[str, ...]:
        return ()


KINDS: Mapping[str, type[Derivation]] = {
    "age": Age,
    "months_since": MonthsSince,
    "months_until": MonthsUntil,
    "months_between": MonthsBetween,
    "stay_months": StayMonths,
    "stay_on": StayOn,
    "year_of": YearOfAge,
    "least_of": LeastOf,
    "map": Mapped,
    "instead_of": Instead,
    "reached": Reached,
    "begun": Begun,
    "month_end": MonthEnd,
    "all_of": Listed,
    "rule": ByRule,
}


def kind_of(spec: object) -> type[Derivation] | None:
    """The kind of derivation that a mapping in a data file asks for, by its leading key."""
    if not isinstance(spec, Mapping):
        return None
    return next((kind for key, kind in KINDS.items() if key in spec), None)


def _resumed(start: dt.date, stop: dt.date, begin: dt.date) -> dt.date:
    """The start of a count that stood still from `stop` to `begin`: as many months and days back
    from `begin`."""
    months = int(months_elapsed(start, stop) or 0)
    return add_months(begin - (stop - add_months(start, months)), -months)


def _back(day: dt.date, months: float) -> dt.date:
    """The day `months` before `day`; a part of a month counts thirty days to the month."""
    whole = int(months)
    return add_months(day, -whole) - dt.timedelta(days=round((months - whole) * 30))
