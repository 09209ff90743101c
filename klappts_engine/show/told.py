"""How a case reads: the facts it tells, in words; protected values are hidden unless asked for."""

from __future__ import annotations

from collections.abc import Iterable

from klappts_engine.facts.assumptions import assume
from klappts_engine.facts.case import Case
from klappts_engine.show.parts import Block, Screen
from klappts_engine.show.showing import Showing


def case_screen(showing: Showing, case: Case) -> Screen:
    """The told facts, and a foot without a day, unless the case names the one for which its
    durations hold."""
    engine, told = showing.words.engine, case.told
    caveats = engine.caveats(case.as_of or engine.rulebook.book.rechtsstand)
    _, assumed = assume(case, engine.catalogue.assumptions)
    facts = {id: told[id] for id in engine.rulebook.vocabulary.facts if id in told}
    return showing.screen(
        "case",
        _blocks(showing, facts),
        showing.foot(case.as_of or showing.words.text("screen.no_day"), caveats, assumed),
    )


def _blocks(showing: Showing, facts: dict[str, object]) -> Iterable[Block]:
    yield showing.facts(facts)
    if any(map(showing.protected, facts)):
        yield showing.words.text("screen.hidden_note")
