"""Everything about one conclusion of a case on a day, put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from klappts_engine.explain.changes import said
from klappts_engine.explain.model import Explanation, Instead, Used
from klappts_engine.explain.questions import Remaining
from klappts_engine.explain.situation import Situation, unclear
from klappts_engine.explain.why import chosen, deciding, reads, tree
from klappts_engine.rules.assessment import ANSWERS
from klappts_engine.rules.timeline import turning_days


def explain(
    situation: Situation, id: str, with_tree: bool = True, instead: Instead | None = None
) -> Explanation:
    """Why `id` is answered as it is; of a classification, why it has its value. `instead`: what is
    open instead, if that was asked for."""
    what = said(situation, id)
    asked = f"{id}={what.result}" if what.result else id
    facts = deciding(situation, asked)
    forced, checked = (
        Remaining(situation, [asked]).forced(asked) if what.answer == "unknown" else (None, True)
    )
    return Explanation(
        conclusion=id,
        on=situation.day,
        answer=what.answer,
        result=what.result,
        strength=what.strength,
        chosen=chosen(situation, id),
        tree=tree(situation, asked) if with_tree else None,
        deciding=reads(situation, facts),
        open=tuple(unclear(situation, asked)),
        forced=forced,
        checked=checked,
        used=tuple(_used(situation, asked, facts)),
        instead=instead.steps if instead else None,
        beside=instead.beside if instead else {},
        assumptions=situation.standing.assumptions,
        caveats=situation.standing.caveats,
    )


def _used(situation: Situation, id: str, facts: tuple[str, ...]) -> Iterator[Used]:
    """The assumptions that an answer builds on, each with the answer if it were dropped."""
    for fact in facts:
        if fact in situation.assumed:
            without = {other: value for other, value in situation.told.items() if other != fact}
            yield Used(
                fact=fact,
                set=situation.assumed[fact],
                without=ANSWERS[situation.standing.truth_if(id, without)],
            )


def days_until(situation: Situation, until: dt.date) -> Iterator[Situation]:
    """The situation today and on every later day up to `until` on which an answer can change."""
    yield situation
    for day in turning_days(
        situation.rulebook, situation.standing.case, situation.rulebook.cone(situation.ids), until
    ):
        yield situation.on(day)
