"""When answers change: every flip up to a horizon, from the days on which a rule can turn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from pydantic import Field

from klappts_engine.facts.assumptions import Assumed
from klappts_engine.facts.calendar import ONE_DAY
from klappts_engine.facts.case import Case
from klappts_engine.facts.episodes import Episode, project, running_out
from klappts_engine.facts.values import clocks, values_on
from klappts_engine.rules.assessment import ANSWERS, Answer
from klappts_engine.rules.executors.port import Executor
from klappts_engine.rules.facts_needed import thresholds
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.validation import Data, Text


class Stretch(Data):
    """One answer and the days for which it stands, both included; `result` is the value of a
    classification."""

    from_: dt.date = Field(alias="from")
    to: dt.date
    answer: Answer
    result: str | None = None


class Timeline(Data):
    """For each conclusion its answers from `on` to `until`, without a gap; and what they build on
    and leave out."""

    on: dt.date
    until: dt.date
    assumptions: tuple[Assumed, ...] = ()
    caveats: tuple[Text, ...] = ()
    stretches: dict[str, tuple[Stretch, ...]]


def turning_days(
    rulebook: Rulebook,
    case: Case,
    ids: Iterable[str],
    until: dt.date,
    episodes: Sequence[Episode] = (),
) -> list[dt.date]:
    """The days after `case.as_of`, up to `until`, on which an answer of `ids` can change: law,
    person or episode."""
    ids = list(ids)
    vocabulary = rulebook.vocabulary
    days: set[dt.date] = set()
    for id in ids:
        for version in rulebook.rules[id].versions:
            days.update(
                day for day in (version.start, version.end and version.end + ONE_DAY) if day
            )
    known = (*running_out(case, vocabulary), *episodes)
    for episode in known:
        days.update(day for day in (episode.from_, episode.to) if day)
    bounds = _bounds(rulebook, ids)
    start = case.as_of or until
    borders = sorted(
        day
        for day in {day for e in known for day in (e.from_, e.to) if day}
        if start < day <= until
    )
    for state in (case, *(project(case, episodes, day, vocabulary) for day in borders)):
        if state.as_of:
            days.add(
                state.as_of + ONE_DAY
            )  # a duration told as a number holds on its day; from the next on it runs or is open
        for derive in vocabulary.derived.values():
            days.update(derive.turns(state.told.get))
        for fact, clock in clocks(state, vocabulary):
            for number in bounds.get(fact, ()):
                days.update(clock.turns(number))
    return sorted(day for day in days if start < day <= until)


def _bounds(rulebook: Rulebook, ids: list[str]) -> dict[str, set[float]]:
    """Thresholds by fact, those of a fact handed down to the durations it is made of."""
    bounds = thresholds(rulebook, ids)
    for id, derive in reversed(list(rulebook.vocabulary.derived.items())):
        for other in derive.inputs if id in bounds else ():
            bounds.setdefault(other, set()).update(bounds[id])
    return bounds


def timeline(
    rulebook: Rulebook,
    executor: Executor,
    case: Case,
    conclusions: Iterable[str],
    until: dt.date,
    episodes: Sequence[Episode] = (),
    assumptions: tuple[Assumed, ...] = (),
    caveats: tuple[Text, ...] = (),
) -> Timeline:
    """The answers of `conclusions` on every day from `case.as_of` to `until`, as stretches; with
    what they build on and leave out."""
    wanted = list(conclusions)
    on = case.as_of or until
    days = [on, *turning_days(rulebook, case, rulebook.cone(wanted), until, episodes)]
    answers = [
        _answers(rulebook, executor, project(case, episodes, day, rulebook.vocabulary), day, wanted)
        for day in days
    ]
    stretches = {id: _merge(days, [answer[id] for answer in answers], until) for id in wanted}
    return Timeline(
        on=on, until=until, assumptions=assumptions, caveats=caveats, stretches=stretches
    )


def _answers(
    rulebook: Rulebook, executor: Executor, case: Case, day: dt.date, ids: list[str]
) -> Mapping[str, tuple[Answer, str | None]]:
    truths = executor.evaluate(values_on(case, rulebook.vocabulary), day)
    return {
        id: (
            ANSWERS[truths[id]],
            next((value for value in rulebook.rules[id].values if truths[f"{id}={value}"]), None),
        )
        for id in ids
    }


def _merge(
    days: list[dt.date], answers: list[tuple[Answer, str | None]], until: dt.date
) -> tuple[Stretch, ...]:
    """Neighbouring days with the same answer become one stretch."""
    starts = [i for i in range(len(days)) if i == 0 or answers[i] != answers[i - 1]]
    ends = [days[i] - ONE_DAY for i in starts[1:]] + [until]
    return tuple(
        Stretch.model_construct(from_=days[i], to=end, answer=answers[i][0], result=answers[i][1])
        for i, end in zip(starts, ends, strict=True)
    )
