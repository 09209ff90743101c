"""Which steps can run beside which, by the catalogue: by kind, by name and by hours."""

from __future__ import annotations

from klappts_engine.pathways.catalogue import Catalogue
from klappts_engine.pathways.steps import Beside, Step


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
