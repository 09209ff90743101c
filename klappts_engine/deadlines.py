"""What ends for a case, what has to be done before, and what hangs on its running step."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from klappts_engine.facts.calendar import ONE_DAY, add_months
from klappts_engine.facts.vocabulary import Vocabulary
from klappts_engine.pathways.catalogue import Catalogue
from klappts_engine.pathways.conditions import Conditions
from klappts_engine.pathways.endings import Ending
from klappts_engine.pathways.steps import Todo
from klappts_engine.pathways.told import under_way
from klappts_engine.rules.timeline import Stretch
from klappts_engine.validation import Data, Text
from klappts_engine.ways.model import Range

SATURDAY = 5


class Deadline(Data):
    """Something that ends. `day` is the last day on which it stands, `last_day_to_act` the last
    weekday up to then; public holidays are not looked at.

    `what` ends, by the norms in `cites`; `act` is to be done before, with `body`; `advice_first`:
    independent advice comes before that. `follow` are the rules that can follow. `counted`: the day
    is counted from others, the paper says it exactly. `paper`: everything later needs a new paper.
    """

    id: str
    day: dt.date
    last_day_to_act: dt.date
    what: Text
    cites: tuple[str, ...]
    act: Text
    body: str
    advice_first: bool
    follow: tuple[str, ...]
    counted: bool
    paper: bool


class Bond(Data):
    """What hangs on the step that is under way, and how to keep it."""

    id: str
    what: Text
    keep: Text
    body: str
    cites: tuple[str, ...]


class Running(Data):
    """The step that is under way since a day, and when it may end: with its shortest, usual and
    longest length, at the earliest today; no last day is known beyond the longest.

    `at_risk`: its success is told to be at risk; null: not told. `keep`: what hangs on it.
    """

    step: str
    since: dt.date
    end_range: Range
    at_risk: bool | None
    keep: tuple[Bond, ...]


class Agreement(Data):
    """A training that is agreed: the steps that it can be, the day on which it begins (null: not
    told), how far the contract is (`contract`, a value of `fact`), whether it binds, and what is
    still to be done before."""

    steps: tuple[str, ...]
    begins: dt.date | None
    fact: str
    contract: str
    binds: bool
    todo: tuple[Todo, ...]


@dataclass(frozen=True)
class Ahead:
    """What deadlines are made of: the facts that a case tells, the truth of a condition of the
    catalogue today, and its answers up to the horizon."""

    catalogue: Catalogue
    vocabulary: Vocabulary
    on: dt.date
    told: Mapping[str, Any]
    condition: Callable[[str], bool | None]
    answers: Callable[[Sequence[str]], Mapping[str, Sequence[Stretch]]]


def deadlines(ahead: Ahead) -> tuple[Deadline, ...]:
    """Everything that ends for a case, the soonest first."""
    endings = {
        id: one
        for id, one in ahead.catalogue.endings.items()
        if (one.unless is None or ahead.told.get(one.unless) is None)
        and ahead.condition(Conditions.ends_for(id)) is True
    }
    conditions = [Conditions.ends_with(id) for id, one in endings.items() if one.until is not None]
    stretches = ahead.answers(conditions) if conditions else {}
    found = [
        _deadline(id, one, day)
        for id, one in endings.items()
        if (day := _last_day(ahead, one, stretches.get(Conditions.ends_with(id), ()))) is not None
        and one.past == (day < ahead.on)
    ]
    return tuple(sorted(found, key=lambda one: one.day))


def _last_day(ahead: Ahead, ending: Ending, stretches: Sequence[Stretch]) -> dt.date | None:
    """The last day of an ending; None where it is not known, or never comes."""
    if ending.fact is not None:
        day: dt.date | None = ahead.told.get(ending.fact)
        return day
    if ending.since is not None:
        since, months = ahead.told.get(ending.since), ending.months
        number = ahead.told.get(months) if isinstance(months, str) else months
        return None if since is None or number is None else add_months(since, int(number)) - ONE_DAY
    for now, later in pairwise(stretches):
        if now.answer == "holds" and later.answer == "fails":
            return now.to
    return None


def _deadline(id: str, ending: Ending, day: dt.date) -> Deadline:
    return Deadline(
        id=id,
        day=day,
        last_day_to_act=weekday_before(day),
        what=ending.title,
        cites=ending.cite,
        act=ending.act,
        body=ending.body,
        advice_first=ending.advice_first,
        follow=ending.follow,
        counted=ending.since is not None,
        paper=ending.paper,
    )


def weekday_before(day: dt.date) -> dt.date:
    """The last day up to `day` that is no Saturday or Sunday."""
    return day - max(0, day.weekday() - SATURDAY + 1) * ONE_DAY


def running(ahead: Ahead) -> Running | None:
    """The step that is under way; None if none is told, or it is yet to begin."""
    facts, told = ahead.catalogue.head.facts, ahead.told
    found = under_way(ahead.catalogue, ahead.vocabulary, told, ahead.on)
    if found is None:
        return None
    step, since = found
    months = ahead.catalogue.steps[step].months
    shortest, usual, longest = (add_months(since, math.ceil(one)) for one in months)
    # What is told to be under way is not over, however long it has lasted.
    typical = usual if usual > ahead.on else add_months(ahead.on.replace(day=1), 1)
    return Running(
        step=step,
        since=since,
        end_range=Range(
            min=max(shortest, ahead.on),
            typical=typical,
            max=longest if longest >= typical else None,
        ),
        at_risk=told.get(facts.at_risk) if facts.at_risk else None,
        keep=tuple(
            Bond(id=id, what=one.title, keep=one.keep, body=one.body, cites=one.cite)
            for id, one in ahead.catalogue.carried.items()
            if ahead.condition(Conditions.carried(id)) is True
        ),
    )
