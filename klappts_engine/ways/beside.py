"""What can run beside a step: accompaniment and courses that fit into the week."""

from __future__ import annotations

from klappts_engine.facts.calendar import months_elapsed
from klappts_engine.pathways.catalogue import Catalogue
from klappts_engine.pathways.model import Beside, Step
from klappts_engine.ways.horizon import Changes, joined
from klappts_engine.ways.moves import FULL, Move, Moves

CLOSED = ("outside", "unclear", "planned")
"""States of an offer in which no door is open."""


def beside(moves: Moves, move: Move, changes: Changes) -> tuple[str, ...]:
    """The steps that can be begun beside a step when it begins, or today if it is under way;
    `changes` have come about.

    Of courses that lead on by themselves only those that would change something. Each fits alone;
    together they may not.
    """
    doors, catalogue = moves.doors, moves.catalogue
    day = max(move.start, moves.future.days[0])
    now = joined(
        changes, doors.activity(move.step, changes, int(months_elapsed(move.start, day) or 0))
    )
    return tuple(
        other
        for other, step in catalogue.steps.items()
        if step.status.on(day) not in CLOSED
        and runs_beside(catalogue, move.step, other)
        and (step.role == "companion" or _changes_something(moves, other, changes))
        and doors.meanwhile(other, now, day).answer == "holds"
    )


def runs_beside(catalogue: Catalogue, id: str, other: str) -> bool:
    """Whether a step is one to run beside step `id`: as accompaniment or as a course, by name and
    by hours."""
    step = catalogue.steps[other]
    kind = step.role == "companion" or (
        step.role == "main" and catalogue.strands[other] in catalogue.head.search.accompanying
    )
    return (
        other != id
        and kind
        and _fits(catalogue.head.search.weekly_hours, catalogue.steps[id], step)
        and _allowed(catalogue, id, other)
    )


def _fits(weekly: int, host: Step, other: Step) -> bool:
    """Whether the hours fit into the week: all that the step may take, and the least that the other
    asks for."""
    return host.hours[1] + other.hours[0] <= weekly


def _allowed(catalogue: Catalogue, id: str, other: str) -> bool:
    steps, strands = catalogue.steps, catalogue.strands
    return _names(steps[id].beside, other, strands[other]) or _names(
        steps[other].beside, id, strands[id]
    )


def _names(beside: Beside, id: str, strand: str) -> bool:
    return beside.all or id in beside.steps or strand in beside.strands


def _changes_something(moves: Moves, id: str, changes: Changes) -> bool:
    aim = next(result.facts for result in moves.results(id) if result.grade == FULL)
    return moves.outcome(aim, changes) != changes
