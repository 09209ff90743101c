"""The case as it will stand on any later month when steps have changed some of its facts."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from klappts_engine.facts.calendar import add_months
from klappts_engine.facts.case import Case
from klappts_engine.facts.episodes import Episode, project
from klappts_engine.facts.values import Values, derive_all, differ, encode
from klappts_engine.rules.residual import varying
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.rules.timeline import turning_days

Changes = frozenset[tuple[str, Any]]
"""Facts that steps have changed, with their values."""

NO_CHANGES: Changes = frozenset()


class Horizon:
    """One case over the months of a search. `days[0]` is the day asked for, the others are firsts
    of months: month k of the grid lasts from `days[k]` up to the next.

    `turns` are further days on which a door can change: practice and offers begin and end.
    `episodes` are changes of the case that lie ahead, such as a decision on its status.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        case: Case,
        months: int,
        turns: Iterable[dt.date] = (),
        episodes: Sequence[Episode] = (),
    ) -> None:
        assert case.as_of is not None
        self._episodes = tuple(episodes)
        self._rulebook = rulebook
        self._vocabulary = rulebook.vocabulary
        self._case = case
        self._more_turns = tuple(turns)
        first = case.as_of.replace(day=1)
        self.days = [case.as_of, *(add_months(first, k) for k in range(1, months + 1))]
        self._told: dict[dt.date, dict[str, Any]] = {}
        self._plain: dict[dt.date, tuple[dict[str, Any], Values]] = {}
        self._values: dict[tuple[Changes, dt.date], Values] = {}

    @cached_property
    def _turns(self) -> list[dt.date]:
        """Every day up to the horizon on which any answer can change while the changed facts stay
        as they are."""
        first, last = self.days[0], self.days[-1]
        more = (day for day in self._more_turns if first < day <= last)
        return sorted(
            {
                *turning_days(
                    self._rulebook, self._case, self._rulebook.rules, last, self._episodes
                ),
                *more,
            }
        )

    @cached_property
    def cells(self) -> list[dt.date]:
        """The first day of each cell of time within which no answer changes."""
        return [self.days[0], *self._turns]

    def cell(self, day: dt.date) -> int:
        """The number of the cell that `day` lies in."""
        return bisect_right(self._turns, day)

    @cached_property
    def varying(self) -> frozenset[str]:
        """The facts that time alone changes."""
        return varying([self.values(NO_CHANGES, day) for day in self.cells])

    def index(self, day: dt.date) -> int:
        """The first month of the grid that does not start before `day`; beyond the grid: its
        length."""
        if day <= self.days[0]:
            return 0
        first = self.days[0]
        months = (day.year - first.year) * 12 + day.month - first.month
        return months if day.day == 1 else months + 1

    def values(self, changes: Changes, day: dt.date) -> Values:
        """The values of all facts on `day` if `changes` have come about."""
        key = (changes, day)
        if key not in self._values:
            self._values[key] = self._changed(dict(changes), day) if changes else self._on(day)[1]
        return self._values[key]

    def today(self, changes: Changes) -> Values:
        """The values of all facts on the first day if `changes` have come about."""
        return self.values(changes, self.days[0])

    def value(self, changes: Mapping[str, Any], fact: str) -> Any:
        """The value of one fact on the first day if `changes` have come about."""
        if fact in self._vocabulary.derived:
            return self.today(frozenset(changes.items())).get(fact)
        return encode(changes[fact]) if fact in changes else self.today(NO_CHANGES).get(fact)

    def _changed(self, changes: dict[str, Any], day: dt.date) -> Values:
        """The values of the unchanged case with the changed facts and what is derived from them."""
        plain, encoded = self._on(day)
        told = self.told(day)
        known = {**plain, **changes}
        touched = set(changes)
        for id, derive in self._vocabulary.derived.items():
            if touched.isdisjoint(derive.inputs) and id not in changes:
                continue
            touched.add(id)
            known[id] = changes.get(id, told.get(id))
            value = derive.value(known.get, day)
            if value is not None and (known[id] is None or not differ(known[id], value)):
                known[id] = value
        values = dict(encoded)
        for id in touched:
            if known[id] is None:
                values.pop(id, None)
            else:
                values[id] = encode(known[id])
        return values

    def _on(self, day: dt.date) -> tuple[dict[str, Any], Values]:
        """The facts of the unchanged case on `day`, plain and as the executors compare them."""
        if day not in self._plain:
            known = derive_all(self.told(day), self._vocabulary, day)
            self._plain[day] = (known, {id: encode(value) for id, value in known.items()})
        return self._plain[day]

    def told(self, day: dt.date) -> dict[str, Any]:
        """The facts the case tells for `day`."""
        if day not in self._told:
            self._told[day] = project(self._case, self._episodes, day, self._vocabulary).told
        return self._told[day]


def restrict(changes: Changes, facts: frozenset[str]) -> Changes:
    """The changes that concern `facts`."""
    return frozenset([item for item in changes if item[0] in facts])


def changed(changes: Changes, more: Mapping[str, Any]) -> Changes:
    """The changes with further ones on top."""
    return frozenset({**dict(changes), **more}.items()) if more else changes


def joined(changes: Changes, activity: Changes) -> Changes:
    """The changes with the facts of an activity on top."""
    return changed(changes, dict(activity))
