"""The one way into the future: episodes, and the case as it stands on another day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from pydantic import Field

from klappts_engine.errors import CaseError, Mistake
from klappts_engine.facts.calendar import ONE_DAY
from klappts_engine.facts.case import Case
from klappts_engine.facts.derive import StayPeriod
from klappts_engine.facts.vocabulary import Vocabulary
from klappts_engine.validation import Data


class Episode(Data):
    """This fact has this value, from a day, up to but not including another, because of `origin`, if `needs` are met.

    `value` None makes the fact unknown. `origin` names a step, an outcome, a scenario or a notice; `needs` names what
    somebody has to do for it.
    """

    fact: str
    value: Any
    from_: dt.date = Field(alias="from")
    to: dt.date | None = None
    origin: str
    needs: tuple[str, ...] = ()

    def holds_on(self, day: dt.date) -> bool:
        """Whether the episode covers `day`."""
        return self.from_ <= day and (self.to is None or day < self.to)


def project(case: Case, episodes: Sequence[Episode], day: dt.date, vocabulary: Vocabulary) -> Case:
    """The case as it stands on `day` if the episodes come about; of two that cover the day, the later one counts.

    A duration told as a number goes on where the case proves that it runs, else it becomes unknown. A new residence
    status continues the stay history. Raises CaseError for an unknown fact or value in an episode.
    """
    as_of = case.as_of or day
    facts = case.told
    for id, derive in vocabulary.derived.items():
        if id in facts and day != as_of and vocabulary.facts[id].type == "number":
            clock = derive.resume(facts.get, facts[id], as_of)
            value = clock.value(day) if clock else None
            if value is None:
                del facts[id]
            else:
                facts[id] = value
    for episode in episodes:
        if episode.fact not in vocabulary.facts:
            raise CaseError(Mistake("field_unknown", {"field": episode.fact}))
        if not episode.holds_on(day):
            continue
        if vocabulary.facts[episode.fact].type == "status" and "stay_history" in facts:
            facts["stay_history"] = _continued(facts["stay_history"], episode, vocabulary)
        facts[episode.fact] = episode.value
    return type(case)(**facts, assumptions=case.assumptions, as_of=day)


def _continued(history: tuple[StayPeriod, ...], episode: Episode, vocabulary: Vocabulary) -> tuple[StayPeriod, ...]:
    """The stay history with the kind of stay of a new status from its first day on."""
    status = vocabulary.statuses.get(str(episode.value))
    kept = [period for period in history if period.from_ < episode.from_]
    if kept and (kept[-1].to is None or kept[-1].to >= episode.from_):
        kept[-1] = StayPeriod(**{"from": kept[-1].from_, "to": episode.from_ - ONE_DAY, "kind": kept[-1].kind})
    if status and status.stay:
        kept.append(StayPeriod(**{"from": episode.from_, "kind": status.stay}))
    return tuple(kept)
