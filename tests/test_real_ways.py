"""On cuts of the shipped catalogue the search finds what trying everything finds."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random

import pytest

from klappts_engine.facts.assumptions import assume
from klappts_engine.facts.case import Case
from klappts_engine.facts.episodes import project
from klappts_engine.pathways.catalogue import Catalogue
from klappts_engine.rules.executors.port import Executors
from klappts_engine.ways.access import Doors
from klappts_engine.ways.horizon import Horizon
from klappts_engine.ways.search import search
from klappts_engine.ways.transitions import Transitions
from tests.oracle import Oracle
from tests.shipped import shipped

MONTHS = 24
STEPS = 5
PERSONS: dict[str, dict[str, object]] = {
    "p03": {},
    "p07": {"permit_valid_until": dt.date(2027, 9, 30)},
    "p09": {},
    "p10": {},
    "p13": {},
    "p15": {"permit_valid_until": dt.date(2027, 5, 14)},
    "p20": {},
    "p21": {},
    "p24": {"running_step": "voc.dual_2y", "running_since": dt.date(2026, 2, 1)},
}
DAYS = [dt.date(2026, 11, 22), dt.date(2027, 3, 1), dt.date(2027, 6, 30)]


def _there(name: str, day: dt.date) -> Case:
    engine = shipped()
    case = engine.read_case(f"examples/{name}.yaml")
    case = engine.case(**{**case.told, **PERSONS[name], "assumptions": case.assumptions})
    filled, _ = assume(case, engine.catalogue.assumptions)
    return project(filled, (), day, engine.rulebook.vocabulary)


def _cut(catalogue: Catalogue, whole: Transitions, goal: str, lot: random.Random) -> Catalogue:
    """The steps of some ways, and others by lot that can open at all."""
    known = dict.fromkeys(leg.step for way in search(whole, goal).ways for leg in way.legs)
    open_ = [
        id
        for id, step in catalogue.steps.items()
        if step.role == "main" and id not in known and not whole.doors.matters(id).never
    ]
    chosen = {*[*known][:3], *lot.sample(open_, min(STEPS, len(open_)))}
    running = whole.running.step if whole.running else None
    steps = {id: one for id, one in catalogue.steps.items() if id in chosen or id == running}
    return dataclasses.replace(catalogue, steps=steps)


def _transitions(catalogue: Catalogue, case: Case, months: int) -> Transitions:
    full = shipped().rulebook.with_expressions(shipped().catalogue.conditions)
    turns = [day for step in catalogue.steps.values() for day in step.status.turns]
    for note in catalogue.practice.values():
        turns += [note.from_] if note.from_ else []
        turns += [note.to + dt.timedelta(days=1)] if note.to else []
    return Transitions(
        Doors(Executors(full, "function"), catalogue, Horizon(full, case, months, turns))
    )


@pytest.mark.parametrize(
    ("name", "day"), [(name, DAYS[n % len(DAYS)]) for n, name in enumerate(PERSONS)]
)
def test_on_cuts_of_the_catalogue_the_search_finds_what_trying_everything_finds(
    name: str, day: dt.date
) -> None:
    engine, lot = shipped(), random.Random(f"{name}{day}")
    case = _there(name, day)
    for goal in ("for", "beruf"):
        whole = _transitions(engine.catalogue, case, engine.catalogue.head.search.horizon)
        catalogue = _cut(engine.catalogue, whole, goal, lot)
        found = search(_transitions(catalogue, case, MONTHS), goal).ways
        oracle = Oracle(engine.rulebook, catalogue, case, MONTHS, goal, "function")
        assert {way.costs for way in found} == oracle.costs(), [*catalogue.steps]
