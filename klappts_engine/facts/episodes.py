"""The one way into the future: episodes, and the case as it stands on another day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from klappts_engine.errors import CaseError, Mistake
from klappts_engine.facts.calendar import ONE_DAY
from klappts_engine.facts.case import Case
from klappts_engine.facts.derive import FactValue, StayPeriod
from klappts_engine.facts.values import derive_all, differ
from klappts_engine.facts.vocabulary import Vocabulary
from klappts_engine.validation import Data, Day


class Episode(Data):
    """This fact has this value, from a day, up to but not including another, because of `origin`,
    if `needs` are met.

    `value` None makes the fact unknown. `origin` names a step, an outcome, a scenario or a notice;
    `needs` names what somebody has to do for it.
    """

    fact: str
    value: FactValue
    from_: Day = Field(alias="from")
    to: Day | None = None
    origin: str
    needs: tuple[str, ...] = ()

    def holds_on(self, day: dt.date) -> bool:
        """Whether the episode covers `day`."""
        return self.from_ <= day and (self.to is None or day < self.to)


def project(case: Case, episodes: Sequence[Episode], day: dt.date, vocabulary: Vocabulary) -> Case:
    """The case as it stands on `day` if the episodes come about; of two that cover the day, the
    later one counts.

    A fact that another one ends is unknown from the day after, unless an episode says what follows
    (see `running_out`). A duration told as a number goes on where the case proves that it runs,
    else it becomes unknown. A new residence status continues the stay history. Raises CaseError for
    an unknown fact or value in an episode.
    """
    as_of = case.as_of or day
    told_only = not episodes
    for episode in episodes:
        if episode.fact not in vocabulary.facts:
            raise CaseError(Mistake("field_unknown", {"field": episode.fact}))
    told = case.told
    episodes = (*_running_out(told, vocabulary), *episodes)
    facts = _with(told, episodes, day, vocabulary)
    if day != as_of:
        facts.update(_durations(told, episodes, as_of, day, vocabulary))
    if told_only:  # what the case told and was checked with it, and durations that went on
        return case.with_facts(facts, day)
    return type(case)(**facts, assumptions=case.assumptions, as_of=day)


def running_out(case: Case, vocabulary: Vocabulary) -> tuple[Episode, ...]:
    """What the case itself says about its end: each fact that a told day ends is open from the day
    after."""
    return _running_out(case.told, vocabulary)


def _running_out(told: Mapping[str, Any], vocabulary: Vocabulary) -> tuple[Episode, ...]:
    return tuple(
        Episode.model_construct(fact=ended, value=None, from_=told[id] + ONE_DAY, origin=id)
        for id, ends in vocabulary.ending
        if id in told
        for ended in ends
    )


def _with(
    told: Mapping[str, Any], episodes: Sequence[Episode], day: dt.date, vocabulary: Vocabulary
) -> dict[str, Any]:
    """The told facts with those of the episodes that cover `day`."""
    facts = dict(told)
    for episode in episodes:
        if episode.holds_on(day):
            if vocabulary.facts[episode.fact].type == "status" and "stay_history" in facts:
                facts["stay_history"] = _continued(facts["stay_history"], episode, vocabulary)
            facts[episode.fact] = episode.value
    return facts


def _durations(
    told: Mapping[str, Any],
    episodes: Sequence[Episode],
    as_of: dt.date,
    day: dt.date,
    vocabulary: Vocabulary,
) -> dict[str, Any]:
    """Durations told as numbers as they stand on `day`: None where the dates decide them, or where
    they may have stopped."""
    ids = [id for id in vocabulary.derived if id in told and vocabulary.facts[id].type == "number"]
    if not ids:
        return {}
    changed = {episode.fact for episode in episodes if episode.holds_on(day)}
    borders = [
        turn
        for episode in episodes
        for turn in (episode.from_, episode.to)
        if turn and as_of < turn <= day
    ]
    states = [
        derive_all(_with(told, episodes, turn, vocabulary), vocabulary, turn)
        for turn in (as_of, *borders)
    ]
    dated = derive_all(
        {id: value for id, value in told.items() if id not in ids}, vocabulary, as_of
    )
    found: dict[str, Any] = {}
    for id in ids:
        derive = vocabulary.derived[id]
        if id in dated and not derive.told_wins and differ(told[id], dated[id]):
            raise CaseError(
                Mistake("contradiction", {"fact": id, "inputs": ", ".join(derive.inputs)})
            )
        if id in changed:
            continue
        runs = id not in dated and all(
            derive.resume(state.get, told[id], as_of) for state in states
        )
        clock = derive.resume(states[0].get, told[id], as_of) if runs else None
        redated = changed & set(derive.inputs) and derive.value(states[-1].get, day) is not None
        found[id] = clock.value(day) if clock and not redated else None
    return found


def _continued(
    history: tuple[StayPeriod, ...], episode: Episode, vocabulary: Vocabulary
) -> tuple[StayPeriod, ...]:
    """The stay history with the kind of stay of a new status from its first day on."""
    status = vocabulary.statuses.get(str(episode.value))
    kept = [period for period in history if period.from_ < episode.from_]
    if kept and (kept[-1].to is None or kept[-1].to >= episode.from_):
        kept[-1] = StayPeriod.model_construct(
            from_=kept[-1].from_, to=episode.from_ - ONE_DAY, kind=kept[-1].kind
        )
    if status and status.stay:
        kept.append(StayPeriod.model_construct(from_=episode.from_, kind=status.stay))
    return tuple(kept)
