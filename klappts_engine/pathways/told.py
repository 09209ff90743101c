"""What a case tells of steps: which is under way, and which one a contract or an offer is about."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from klappts_engine.facts.calendar import add_months
from klappts_engine.facts.vocabulary import Vocabulary
from klappts_engine.pathways.catalogue import Catalogue
from klappts_engine.pathways.head import FactNames
from klappts_engine.pathways.steps import Step, Todo

Told = Mapping[str, Any]


class Agreed(NamedTuple):
    """The training that a contract or an offer is about: the steps ahead that it can be, when it
    begins (None: not told), and whether it binds. No step is ahead where it has begun already."""

    steps: tuple[str, ...]
    begins: dt.date | None
    binds: bool


def under_way(
    catalogue: Catalogue, vocabulary: Vocabulary, told: Told, today: dt.date
) -> tuple[str, dt.date] | None:
    """The step that is under way, and since when; None if none is told.

    It is told by name, or by a contract of a training whose kind and length are told, that has
    begun and is not beyond its longest length.
    """
    facts = catalogue.head.facts
    step, since = (told.get(id) if id else None for id in (facts.running, facts.running_since))
    if step is not None:
        id = catalogue.step_id(step)
        return None if since is None or since > today else (id, since)
    since = told.get(facts.contract_start) if facts.contract_start else None
    if since is None or since > today or any(told.get(id) is None for id in facts.contract_terms):
        return None
    for id in _meant(catalogue, vocabulary, told):
        one = catalogue.steps[id]
        done = all(reached(vocabulary, todo, told) for todo in _contracts(facts, one))
        if done and add_months(since, math.ceil(one.months[2])) > today:
            return id, since
    return None


def agreed(
    catalogue: Catalogue, vocabulary: Vocabulary, told: Told, today: dt.date
) -> Agreed | None:
    """The training that a contract or an offer is about; None if neither is told."""
    facts = catalogue.head.facts
    if facts.contract is None or (rung := _rung(vocabulary, facts.contract, told)) <= 0:
        return None
    begins = told.get(facts.contract_start) if facts.contract_start else None
    binding = facts.contract_binds
    binds = binding is not None and rung >= vocabulary.rank(facts.contract, binding)
    over = begins is not None and begins <= today
    return Agreed(() if over else tuple(_meant(catalogue, vocabulary, told)), begins, binds)


def reached(vocabulary: Vocabulary, todo: Todo, values: Told) -> bool:
    """Whether the fact of a to-do already has its value, or on a ladder a further one."""
    value = values.get(todo.fact)
    if value is None:
        return False
    if vocabulary.facts[todo.fact].ladder:
        return vocabulary.rank(todo.fact, value) >= vocabulary.rank(todo.fact, str(todo.value))
    return bool(value == todo.value)


def _meant(catalogue: Catalogue, vocabulary: Vocabulary, told: Told) -> Iterable[str]:
    """The steps that begin with a contract and agree with what is told of it."""
    facts = catalogue.head.facts
    if facts.contract is None or _rung(vocabulary, facts.contract, told) <= 0:
        return
    for id, step in catalogue.steps.items():
        terms = [fact for fact in facts.contract_terms if fact in step.during]
        differ = (told.get(fact) not in (None, step.during[fact]) for fact in terms)
        if _contracts(facts, step) and not any(differ):
            yield id


def _contracts(facts: FactNames, step: Step) -> list[Todo]:
    return [todo for todo in step.todo if todo.fact == facts.contract]


def _rung(vocabulary: Vocabulary, fact: str, told: Told) -> int:
    value = told.get(fact)
    return -1 if value is None else vocabulary.rank(fact, value)
