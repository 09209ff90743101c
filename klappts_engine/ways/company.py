"""What can run beside a step: accompaniment and courses whose door is open meanwhile."""

from __future__ import annotations

from klappts_engine.facts.calendar import months_elapsed
from klappts_engine.pathways.beside import runs_beside
from klappts_engine.ways.horizon import Changes
from klappts_engine.ways.transitions import FULL, Leg, Transitions

CLOSED = ("outside", "unclear", "planned")
"""States of an offer in which no door is open."""


def company(known: Transitions, leg: Leg, changes: Changes) -> tuple[str, ...]:
    """The steps that can be begun beside a step when it begins, or today if it is under way;
    `changes` have come about.

    Of courses that lead on by themselves only those that would change something. Each fits alone;
    together they may not.
    """
    doors, catalogue = known.doors, known.catalogue
    day = max(leg.start, known.horizon.days[0])
    month = int(months_elapsed(leg.start, day) or 0)
    activity = doors.activity(leg.step, changes, month)
    return tuple(
        other
        for other, step in catalogue.steps.items()
        if step.status.on(day) not in CLOSED
        and runs_beside(catalogue, leg.step, other)
        and (step.role == "companion" or _changes_something(known, other, changes))
        and doors.door(other, changes, day, activity).answer == "holds"
    )


def _changes_something(known: Transitions, id: str, changes: Changes) -> bool:
    return known.outcome(known.result(id, FULL).facts, changes) != changes
