"""The values of all facts of a case on its day: told or derived; what is unknown is absent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Mapping
from typing import Any

from klappts_engine.errors import CaseError, Mistake
from klappts_engine.facts.calendar import ONE_DAY
from klappts_engine.facts.case import Case
from klappts_engine.facts.derive import Clock
from klappts_engine.facts.vocabulary import Vocabulary

Values = dict[str, Any]
"""Known facts only. Dates stand as ordinals (`date.toordinal`), sets as frozensets, lists as
tuples."""


def values_on(case: Case, vocabulary: Vocabulary) -> Values:
    """The values on `case.as_of`. Raises CaseError where a told value contradicts the one the dates
    decide."""
    if case.as_of is None:
        raise CaseError(Mistake("case_without_day"))
    known = known_on(case.told, vocabulary, case.as_of)
    return {id: encode(value) for id, value in known.items()}


def known_on(told: Mapping[str, Any], vocabulary: Vocabulary, day: dt.date) -> dict[str, Any]:
    """Told and derived facts on a day, not encoded. Raises CaseError where a told value contradicts
    the one the dates decide."""
    known = derive_all(told, vocabulary, day)
    contradictions = [
        Mistake("contradiction", {"fact": id, "inputs": ", ".join(derive.inputs)})
        for id, derive in vocabulary.derived.items()
        if id in told and not derive.told_wins and differ(told[id], derive.value(known.get, day))
    ]
    if contradictions:
        raise CaseError(contradictions)
    return known


def derive_all(
    told: Mapping[str, Any],
    vocabulary: Vocabulary,
    day: dt.date,
    only: Container[str] | None = None,
) -> dict[str, Any]:
    """Told and derived facts, not encoded; derived are those of `only` (default: all), which names
    what they rest on too.

    A computed duration replaces the same one told as a number: it is exacter.
    """
    known = dict(told)
    for id, derive in vocabulary.derived.items():
        if only is not None and id not in only:
            continue
        value = derive.value(known.get, day)
        if value is not None and (id not in told or not differ(told[id], value)):
            known[id] = value
    return known


def encode(value: Any) -> Any:
    """A value as the executors compare it."""
    return value.toordinal() if isinstance(value, dt.date) else value


def clocks(case: Case, vocabulary: Vocabulary) -> Iterable[tuple[str, Clock]]:
    """Every clock that shows a duration of the case on some day from `case.as_of` on, with the fact
    it shows."""
    if case.as_of is None:
        raise CaseError(Mistake("case_without_day"))
    told = case.told
    known = derive_all(told, vocabulary, case.as_of)
    for id, derive in vocabulary.derived.items():
        for day in (case.as_of, *derive.turns(told.get)):
            if day < case.as_of:
                continue
            clock = derive.clock(derive_all(told, vocabulary, day).get, day)
            if isinstance(clock, Clock):
                yield id, clock
        if id in told and vocabulary.facts[id].type == "number":
            running = derive.resume(known.get, told[id], case.as_of)
            yield (
                id,
                running or Clock(case.as_of + ONE_DAY),
            )  # what nothing proves to run is unknown from the next day on


def differ(told: Any, computed: Any) -> bool:
    """Whether a told and a computed value contradict each other; durations are told in whole
    units."""
    if computed is None:
        return False
    if isinstance(computed, float) and isinstance(told, (int, float)):
        return int(told // 1) != int(computed // 1)
    return bool(told != computed)
