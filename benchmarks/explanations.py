"""How quick explanations are, and how many questions are asked: ours, those missed most often
first, those read first."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from benchmarks.contest import clock
from klappts_engine import Engine
from klappts_engine.facts.assumptions import assume
from klappts_engine.facts.calendar import add_months
from klappts_engine.facts.case import Case
from klappts_engine.facts.episodes import project
from klappts_engine.facts.values import values_on
from klappts_engine.rules.executors.port import make_executor
from klappts_engine.rules.open_facts import open_facts

IDS = (
    "bafoeg.claim",
    "dul60c.claim",
    "bsk.access",
    "ik.participation",
    "asylblg.analog",
    "sgb3.bab.training",
    "sgb2.entitled",
)
Told = dict[str, Any]
Choice = Callable[[Engine, Told, Sequence[str], dt.date], Iterable[str]]
"""The facts that a strategy would ask for, best first, once some are told."""


def seconds_for_all(engine: Engine, case: Case, day: dt.date) -> float:
    """The short explanations of all conclusions."""
    return clock(partial(engine.reasons, case, day), rounds=3)


def seconds_for_turns(engine: Engine, case: Case, day: dt.date) -> float:
    """All turns of all conclusions over ten years, with their causes."""
    return clock(
        partial(engine.when, case, engine.rulebook.conclusions, day, add_months(day, 120)), rounds=3
    )


def seconds_for_questions(engine: Engine, case: Case, day: dt.date) -> list[float]:
    """The next questions for the goals when a third, two thirds and all of the case is told."""
    facts = list(case.told.items())
    parts = [
        engine.case(**dict(facts[: len(facts) * n // 3]), assumptions=case.assumptions)
        for n in (1, 2, 3)
    ]
    return [clock(partial(engine.ask, part, day), rounds=3) for part in parts]


def questions(engine: Engine, case: Case, ids: Sequence[str], day: dt.date, choose: Choice) -> int:
    """How many questions it takes, from nothing told, until a strategy has none left. Untold facts
    are answered with "?"."""
    full = assume(case, engine.catalogue.assumptions)[0].told
    told: Told = {}
    unknown: set[str] = set()
    while fact := next(
        (fact for fact in choose(engine, told, ids, day) if fact not in unknown), None
    ):
        if fact in full:
            told[fact] = full[fact]
        else:
            unknown.add(fact)
    return len(told) + len(unknown)


def ours(engine: Engine, told: Told, ids: Sequence[str], day: dt.date) -> Iterable[str]:
    """What `Engine.ask` says."""
    return (one.fact for one in engine.ask(engine.case(**told), day, ids).questions)


def authors(engine: Engine, told: Told, ids: Sequence[str], day: dt.date) -> Iterable[str]:
    """The facts that can still matter, in the order in which they stand in the files."""
    found = set(ours(engine, told, ids, day))
    return (fact for fact in engine.rulebook.vocabulary.facts if fact in found)


def most_missed(engine: Engine, told: Told, ids: Sequence[str], day: dt.date) -> Iterable[str]:
    """The untold facts of undecided rules, those first that the most such rules miss."""
    book = engine.rulebook
    cone = book.cone(ids)
    there = project(engine.case(**told), (), day, book.vocabulary)
    values = values_on(there, book.vocabulary)
    truths: Mapping[str, bool | None] = make_executor("interpreter", book, ids).evaluate(
        values, day
    )
    needed = open_facts(book, truths, values, day, ids)
    missed = Counter(
        fact
        for id in cone
        if truths[id] is None
        for fact in open_facts(book, truths, values, day, [id])
    )
    return sorted(needed, key=lambda fact: -missed[fact])


STRATEGIES: dict[str, Choice] = {
    "ours": ours,
    "missed most often first": most_missed,
    "in the order of the files": authors,
}
