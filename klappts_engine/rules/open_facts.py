"""On which untold facts an unknown answer hangs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any as AnyValue

from klappts_engine.facts.vocabulary import Vocabulary
from klappts_engine.rules.executors.port import Truths
from klappts_engine.rules.expressions import All, Any, Expr, Known, Not, Ref, truth_of
from klappts_engine.rules.rulebook import Rulebook


def open_facts(
    rulebook: Rulebook,
    truths: Truths,
    values: Mapping[str, AnyValue],
    day: dt.date,
    ids: Iterable[str],
) -> list[str]:
    """The facts that could be told and that may turn an unknown answer of `ids`, in the order in
    which the rules read them.

    Parts that are decided, or that belong to a decided whole, are not looked into; a derived fact
    is traced to what it is derived from.
    """
    found: dict[str, None] = {}
    seen: set[str] = set()

    def look(expr: Expr) -> None:
        if truth_of(expr, truths, values) is not None:
            return
        match expr:
            case All(parts) | Any(parts):
                for part in parts:
                    look(part)
            case Not(part):
                look(part)
            case Ref(rule):
                look_at(rule)
            case Known():
                pass
            case _:
                found.update(dict.fromkeys(untold(rulebook.vocabulary, expr.fact, values)))

    def look_at(rule: str) -> None:
        version = rulebook.rules[rule].version(day)
        if rule not in seen and version:
            seen.add(rule)
            look(version.when)

    for id in ids:
        look_at(id)
    return list(found)


def untold(vocabulary: Vocabulary, fact: str, values: Mapping[str, AnyValue]) -> Iterator[str]:
    """The facts to be told for an unknown fact: itself, or those it is derived from."""
    derive = vocabulary.facts[fact].derive
    if fact in values:
        return
    if derive is None or not derive.inputs:
        yield fact
        return
    for other in derive.inputs:
        yield from untold(vocabulary, other, values)
