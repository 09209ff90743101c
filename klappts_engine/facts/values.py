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
    return encoded(known_on(case.told, vocabulary, case.as_of), vocabulary)


def known_on(
    told: Mapping[str, Any],
    vocabulary: Vocabulary,
    day: dt.date,
    only: frozenset[str] | None = None,
) -> dict[str, Any]:
    """Told and derived facts on a day, not encoded; see `derive_all`. Raises CaseError where any
    told value contradicts the one the dates decide."""
    twice = [id for id in vocabulary.refutable if id in told]
    if only is not None and twice:
        only = only.union(*(vocabulary.inputs[id] for id in twice))
    known = derive_all(told, vocabulary, day, only)
    contradictions = [
        Mistake("contradiction", {"fact": id, "inputs": ", ".join(derive.inputs)})
        for id in twice
        if (derive := vocabulary.derived[id]) and differ(told[id], derive.value(known.get, day))
    ]
    if contradictions:
        raise CaseError(contradictions)
    return known


def encoded(known: Mapping[str, Any], vocabulary: Vocabulary) -> Values:
    """Known facts as the executors compare them."""
    values = dict(known)
    for id in vocabulary.dates:
        if id in values:
            values[id] = values[id].toordinal()
    return values


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
    for id, derive, inputs in vocabulary.derivations:
        if (only is not None and id not in only) or known.keys().isdisjoint(inputs):
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
