"""What the months of one case cost: each month of the grid once, for what is done on its first day.

Month k of the grid begins on `horizon.days[k]`: month 0 today, every other on a first of a month.
It belongs to the step that is under way on that day, or to waiting. So no month is counted twice
and none is left out, whenever a step begins and whenever it is over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any as AnyValue
from typing import NamedTuple

from klappts_engine.facts.calendar import add_months, months_elapsed
from klappts_engine.memo import memo
from klappts_engine.pathways.conditions import Conditions
from klappts_engine.pathways.money import Presumed, Share
from klappts_engine.rules.residual import Residual
from klappts_engine.ways.access import Doors
from klappts_engine.ways.horizon import NO_CHANGES, Changes, changed, joined, restrict


@dataclass(frozen=True)
class Living:
    """What pays for one month: benefits with their share, and whether it is secured (None: not
    known)."""

    benefits: tuple[tuple[str, Share], ...]
    secured: bool | None


class Month(NamedTuple):
    """A month of the grid: its first day, the facts changed by then, the profile of what pays, and
    the facts of what is done."""

    day: dt.date
    changes: Changes
    profile: str
    activity: Changes


class Ledger:
    """Counts the months that nothing is known to pay for."""

    def __init__(self, doors: Doors) -> None:
        self.doors = doors
        self._horizon = doors.horizon
        self._catalogue = doors.catalogue
        self._days = doors.horizon.days
        self._cells = [doors.horizon.cell(day) for day in self._days]
        self._living: dict[tuple[str, Changes, Changes, int], Living] = {}

    def waiting(self, changes: Changes) -> list[int]:
        """For each month of the grid the unsecured months before it if nothing is done."""
        return self._unpaid(self._catalogue.head.search.idle, changes, NO_CHANGES)

    def doing(
        self,
        id: str,
        begun: Changes,
        since: dt.date,
        first: int,
        last: int,
        meanwhile: Changes | None = None,
    ) -> int:
        """The unsecured months of the grid from month `first` up to, not including, month `last`,
        if step `id` is under way that was begun on `since` after `begun`.

        `meanwhile`: what has come about by then, if it is more.
        """
        profile, found = self._profile(id), 0
        there = begun if meanwhile is None else meanwhile
        for begin, end, activity in self._phases(id, begun, since):
            low, high = max(begin, first), min(end, last)
            if low < high:
                unpaid = self._unpaid(profile, there, activity)
                found += unpaid[high] - unpaid[low]
        return found

    def costs(self, id: str, before: Changes, after: Changes) -> list[int] | None:
        """For each start of a step that is over within the grid what it adds to the price of a
        way: the unsecured months of waiting until it begins and of the step itself, less those of
        waiting after it, up to the same month. None: nothing, whenever it begins.

        `before` has come about when it begins, `after` when it is over.
        """
        idle = self.matters(self._catalogue.head.search.idle, NO_CHANGES).facts
        return self._costs(id, restrict(before, self._read(id) | idle), restrict(after, idle))

    @memo
    def _costs(self, id: str, before: Changes, after: Changes) -> list[int] | None:
        waiting, later, profile = self.waiting(before), self.waiting(after), self._profile(id)
        busy = (self._unpaid(profile, before, one)[-1] for one in self._activities(id, before))
        if not (waiting[-1] or later[-1] or any(busy)):
            return None
        months, found = self.doors.duration(id, before), list[int]()
        for start in self.doors.starts(id):
            month, _ = self.doors.end(id, start, months)
            if month >= len(self._days):
                break
            spent = self.doing(id, before, self._days[start], start, month)
            found.append(waiting[start] + spent - later[month])
        return found

    @memo
    def residuals(self, id: str) -> list[Residual]:
        """What each month of a step depends on for what pays for it."""
        step = self._catalogue.steps[id]
        months = (
            range(max(step.lengths) + 1) if step.by_entry else self._phase_months(id, NO_CHANGES)
        )
        activities = {self.doors.activity(id, NO_CHANGES, month) for month in months}
        return [self.matters(self._profile(id), activity) for activity in activities]

    @memo
    def _read(self, id: str) -> frozenset[str]:
        """The facts on which the phases of a step and what pays for them depend."""
        facts = (residual.facts for residual in self.residuals(id))
        return self.doors.read_at_begin(id).union(*facts)

    def _activities(self, id: str, changes: Changes) -> set[Changes]:
        """The facts of a step that is begun after `changes`, phase by phase."""
        months = self._phase_months(id, changes)
        return {self.doors.activity(id, changes, month) for month in months}

    def _profile(self, id: str) -> str:
        return self._catalogue.livelihood(id)

    def can_save(self, id: str, changes: Changes) -> bool:
        """Whether some month of a step may be secured in which waiting is not."""
        profile, idle = self._profile(id), self._catalogue.head.search.idle
        waiting = self._unpaid_months(idle, changes, NO_CHANGES)
        return any(
            unpaid and not busy
            for one in self._activities(id, changes)
            for unpaid, busy in zip(
                waiting, self._unpaid_months(profile, changes, one), strict=True
            )
        )

    def _unpaid_months(self, profile: str, changes: Changes, activity: Changes) -> list[int]:
        return [
            after - before for before, after in pairwise(self._unpaid(profile, changes, activity))
        ]

    def months(
        self, id: str | None, changes: Changes, since: dt.date, first: int, last: int
    ) -> Iterator[Month]:
        """The months from `first` up to `last` of a step, or of waiting."""
        for day in self._days[first:last]:
            activity = NO_CHANGES
            if id is not None:
                activity = self.doors.activity(id, changes, int(months_elapsed(since, day) or 0))
            profile = self._catalogue.head.search.idle if id is None else self._profile(id)
            yield Month(day, changes, profile, activity)

    def living(self, month: Month) -> Living:
        """What pays for a month."""
        profile, activity = month.profile, month.activity
        matters = self.matters(profile, activity)
        changes = restrict(month.changes, matters.facts)
        key = (profile, changes, activity, matters.cell_class[self._horizon.cell(month.day)])
        if key not in self._living:
            self._living[key] = self._paid(profile, changes, activity, month.day)
        return self._living[key]

    def system(self, month: Month) -> str | None:
        """The benefit system of a month; None where it is not known. Told by the case, or given by
        its rule."""
        return self.doors.system(month.changes, month.activity, month.day)

    def matters(self, profile: str, activity: Changes) -> Residual:
        """What the livelihood can depend on while `activity` is under way."""
        return self.doors.matter(f"livelihood:{profile}", self._rules(profile), activity)

    @memo
    def _phases(self, id: str, changes: Changes, since: dt.date) -> list[tuple[int, int, Changes]]:
        """The months of the grid between which the facts of a step begun on `since` stay the same,
        with these facts."""
        begins = [
            (self._horizon.index(add_months(since, month)), month)
            for month in self._phase_months(id, changes)
        ]
        ends = [begin for begin, _ in begins[1:]] + [len(self._days)]
        return [
            (begin, end, self.doors.activity(id, changes, month))
            for (begin, month), end in zip(begins, ends, strict=True)
        ]

    def _phase_months(self, id: str, changes: Changes) -> list[int]:
        """The months of a step with which its facts change."""
        skipped, phases = self.doors.skipped(id, changes), self._catalogue.steps[id].phases
        return sorted({0} | {max(0, phase.from_month - skipped) for phase in phases})

    @memo
    def _unpaid(self, profile: str, changes: Changes, activity: Changes) -> list[int]:
        """For each month of the grid the months before it that nothing is known to pay for."""
        return self._counted(
            profile, restrict(changes, self.matters(profile, activity).facts), activity
        )

    @memo
    def _counted(self, profile: str, changes: Changes, activity: Changes) -> list[int]:
        alike = self.matters(profile, activity).cell_class
        known: dict[int, bool] = {}
        for cell, day in zip(self._cells, self._days, strict=True):
            if alike[cell] not in known:
                month = Month(day, changes, profile, activity)
                known[alike[cell]] = self.living(month).secured is not True
        return list(accumulate((known[alike[cell]] for cell in self._cells), initial=0))

    def _paid(self, profile: str, changes: Changes, activity: Changes, day: dt.date) -> Living:
        executor = self.doors.executors.executor(
            f"livelihood:{profile}", lambda: self._rules(profile)
        )
        one = self._catalogue.profiles[profile]
        there = joined(changes, activity)
        told = self._horizon.values(there, day)
        truths = executor.evaluate(told, day)
        presumed = {
            fact: _presumed(presume, truths[Conditions.presumed(profile, fact)])
            for fact, presume in one.presume.items()
            if told.get(fact) is None or told[fact] in presume.replaces
        }
        if presumed:
            truths = executor.evaluate(self._horizon.values(changed(there, presumed), day), day)
        answers = (
            truths[Conditions.livelihood(profile, number)] for number in range(len(one.options))
        )
        return _living(zip(one.options, answers, strict=True))

    @memo
    def _rules(self, profile: str) -> list[str]:
        one = self._catalogue.profiles[profile]
        options = [Conditions.livelihood(profile, number) for number in range(len(one.options))]
        return options + [Conditions.presumed(profile, fact) for fact in one.presume]


def _presumed(presumed: Presumed, truth: bool | None) -> AnyValue:
    return None if truth is None else presumed.then if truth else presumed.otherwise


def _living(options: Iterable[tuple[AnyValue, bool | None]]) -> Living:
    held: list[tuple[str, Share]] = []
    secured: bool | None = False
    for option, truth in options:
        if truth:
            held.append((option.benefit, option.share))
        if option.share in ("full", "topup") and secured is not True:
            secured = True if truth else None if truth is None else secured
    return Living(tuple(held), secured)
