"""How a case reads: the facts it tells, in words; protected values are hidden unless asked for."""

from __future__ import annotations

from collections.abc import Iterable

from klappts_engine.facts.assumptions import assume
from klappts_engine.facts.case import Case
from klappts_engine.show.context import Context
from klappts_engine.show.screen import Block, Screen


def case_screen(context: Context, case: Case) -> Screen:
    """The told facts, and a foot without a day, unless the case names the one for which its
    durations hold."""
    engine, told = context.words.engine, case.told
    caveats = engine.caveats(case.as_of or engine.rulebook.book.rechtsstand)
    _, assumed = assume(case, engine.catalogue.assumptions)
    facts = {id: told[id] for id in engine.rulebook.vocabulary.facts if id in told}
    return context.screen(
        "case",
        _blocks(context, facts),
        context.foot(case.as_of or context.words.text("screen.no_day"), caveats, assumed),
    )


def _blocks(context: Context, facts: dict[str, object]) -> Iterable[Block]:
    yield context.facts(facts)
    if any(map(context.protected, facts)):
        yield context.words.text("screen.hidden_note")
