"""What can run beside a step: accompaniment and courses whose door is open meanwhile and whose hours fit into the week."""

from __future__ import annotations

import datetime as dt

from klappts_engine.pathways.doors import Doors
from klappts_engine.pathways.future import Changes, joined
from klappts_engine.pathways.model import Beside, Step
from klappts_engine.pathways.moves import FULL, Moves


def beside(moves: Moves, id: str, changes: Changes, day: dt.date) -> tuple[str, ...]:
    """The steps that can run beside step `id`, begun on `day` when `changes` have come about.

    Of courses that lead on by themselves only those that would change something. Each fits alone; together they may not.
    """
    doors, catalogue = moves.doors, moves.catalogue
    host = catalogue.steps[id]
    now = joined(changes, doors.activity(id, changes, 0))
    return tuple(
        other
        for other, step in catalogue.steps.items()
        if other != id
        and _fits(catalogue.head.weekly_hours, host, step)
        and _allowed(doors, id, other)
        and (step.role == "companion" or _course(moves, other, changes))
        and doors.meanwhile(other, now, day).answer == "holds"
    )


def _fits(weekly: int, host: Step, other: Step) -> bool:
    """Whether the hours fit into the week: all that the step may take, and the least that the other asks for."""
    return host.hours[1] + other.hours[0] <= weekly


def _allowed(doors: Doors, id: str, other: str) -> bool:
    steps, strands = doors.catalogue.steps, doors.catalogue.strands
    return _names(steps[id].beside, other, strands[other]) or _names(steps[other].beside, id, strands[id])


def _names(beside: Beside, id: str, strand: str) -> bool:
    return beside.all or id in beside.steps or strand in beside.strands


def _course(moves: Moves, id: str, changes: Changes) -> bool:
    """Whether a step is one that can run beside others, and would change something."""
    catalogue = moves.catalogue
    if catalogue.steps[id].role != "main" or catalogue.strands[id] not in catalogue.head.accompanying:
        return False
    aim = next(result.facts for result in moves.results(id) if result.grade == FULL)
    return moves.outcome(aim, changes) != changes
