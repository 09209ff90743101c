"""Ways as they are handed out: dated steps, each with access, practice, place, payer, livelihood and what to do before."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import Field

from klappts_engine.facts.assumptions import Assumed
from klappts_engine.pathways import practice
from klappts_engine.pathways.alternatives import alternatives
from klappts_engine.pathways.beside import beside
from klappts_engine.pathways.doors import Block, Door, Doors
from klappts_engine.pathways.future import NO_CHANGES, Changes
from klappts_engine.pathways.model import PracticeState, Share, Step, Todo
from klappts_engine.pathways.moves import FULL, Move, Moves
from klappts_engine.pathways.practice import Place
from klappts_engine.pathways.search import Way
from klappts_engine.validation import Data, Text


class Range(Data):
    """A day under the shortest, the usual and the longest durations; null where the way does not come about so."""

    min: dt.date | None
    typical: dt.date
    max: dt.date | None


class Practice(Data):
    """What administrations do with a step at its start, and the notes that say so."""

    state: PracticeState
    notes: tuple[str, ...] = ()


class Paid(Data):
    """Who pays for the livelihood from a month on, and whether that is enough (null: not known)."""

    from_: dt.date = Field(alias="from")
    benefits: dict[str, Share]
    secured: bool | None


class System(Data):
    """The benefit system from a month on; null where it is not known."""

    from_: dt.date = Field(alias="from")
    value: str | None


class Reason(Data):
    """Why a step is not open, or not known to be: see `Block`."""

    kind: str
    what: str
    unknown: bool


class StepState(Data):
    """A step on one day: law, practice and place apart, with every reason."""

    id: str
    answer: Literal["holds", "fails", "unknown"]
    strength: str | None
    via: tuple[str, ...]
    citations: tuple[str, ...]
    practice: Practice
    offer: Place
    payer: tuple[str, ...]
    owner: str
    body: str
    todo: tuple[Todo, ...]
    sanction: Text | None
    advice_first: bool
    reasons: tuple[Reason, ...] = ()


class PathStep(StepState):
    """A step of a way, with its dates, livelihood by stretch and benefit system by stretch; `running`: it is under way.

    `gives` is the outcome the way counts on; `hoped` what of it is better than the aim of the step. `less` are smaller
    outcomes that still count as certificates. `alternatives` could take its place at the same costs of the way; `beside`
    can run beside it.
    """

    start_range: Range
    end_range: Range
    livelihood: tuple[Paid, ...]
    rechtskreis: tuple[System, ...]
    running: bool = False
    gives: dict[str, Any]
    hoped: tuple[str, ...] = ()
    less: tuple[dict[str, Any], ...] = ()
    alternatives: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


class Criteria(Data):
    """What ways are compared by."""

    end: dt.date
    steps: int
    strength: str | None
    unsecured_months: int
    hopes: bool


class Path(Data):
    """One way. `conditional`: it leads through at least one door of which nobody knows whether it is open.

    `criteria.hopes`: one of its steps has to give more than it aims at.
    """

    end_range: Range
    criteria: Criteria
    conditional: bool
    steps: tuple[PathStep, ...]


class Paths(Data):
    """All ways to a goal that no other way beats, best known ones first. `reached`: the goal is reached already."""

    goal: str
    on: dt.date
    rulebook: str
    assumptions: tuple[Assumed, ...]
    caveats: tuple[Text, ...]
    horizon_months: int
    reached: bool
    paths: tuple[Path, ...]


def step_state(doors: Doors, id: str) -> StepState:
    """The state of a step on the first day."""
    return StepState(**_state(doors, id, doors.today(id), NO_CHANGES, doors.future.days[0]))


def _state(doors: Doors, id: str, door: Door, changes: Changes, day: dt.date) -> dict[str, Any]:
    catalogue, rulebook = doors.catalogue, doors.rulebook
    step = catalogue.steps[id]
    rules = [rulebook.rules[rule] for rule in door.via]
    state, notes = practice.state(catalogue, day, id, door.via)
    entitled = {"holds": True, "fails": False, "unknown": None}[door.answer]
    municipality = doors.future.values(changes, day).get(catalogue.head.municipality)
    versions = [version for rule in rules if (version := rule.version(day))]
    return {
        "id": id,
        "answer": door.answer,
        "strength": door.word,
        "via": door.via,
        "citations": tuple(dict.fromkeys(cited for version in versions for cited in version.cited)),
        "practice": Practice(state=state, notes=notes),
        "offer": practice.place(catalogue.region, id, municipality, entitled),
        "payer": step.payer,
        "owner": step.owner,
        "body": step.body,
        "todo": door.todo,
        "sanction": next((rule.sanction for rule in rules if rule.sanction), None),
        "advice_first": any(rule.advice_first for rule in rules),
        "reasons": tuple(_reason(block) for block in door.blocks),
    }


def _reason(block: Block) -> Reason:
    return Reason(kind=block.kind, what=block.what, unknown=block.unknown)


def path(known: Moves, goal: str, way: Way) -> Path:
    """A way to `goal` found by the search, with everything that belongs to its steps."""
    doors = known.doors
    others = alternatives(known, goal, way)
    shortest = known.replay(way.moves, lambda id, changes: min(doors.catalogue.steps[id].months[0], doors.duration(id, changes)))
    longest = known.replay(way.moves, lambda id, _changes: doors.catalogue.steps[id].months[2])
    changes = NO_CHANGES
    steps: list[PathStep] = []
    for number, move in enumerate(way.moves):
        step = _path_step(known, move, changes, _at(shortest, number), _at(longest, number))
        company = beside(known, move.step, changes, max(move.start, doors.future.days[0]))
        steps.append(step.model_copy(update={"alternatives": others[number], "beside": company}))
        changes = known.after(move, changes)
    ends = (_at(shortest, -1), _at(longest, -1))
    end = way.moves[-1].end if way.moves else doors.future.days[0]
    unknown = way.level >= doors.unknown_level
    return Path(
        end_range=Range(min=ends[0].end if ends[0] else None, typical=end, max=ends[1].end if ends[1] else None),
        criteria=Criteria(
            end=end,
            steps=len(way.moves),
            strength=None if unknown else doors.rulebook.scale.grade(way.level),
            unsecured_months=way.unsecured,
            hopes=way.hopes,
        ),
        conditional=unknown,
        steps=tuple(steps),
    )


def _at(moves: list[Move] | None, number: int) -> Move | None:
    return moves[number] if moves else None


def _path_step(known: Moves, move: Move, changes: Changes, shortest: Move | None, longest: Move | None) -> PathStep:
    doors = known.doors
    step = doors.catalogue.steps[move.step]
    today = doors.future.days[0]
    start = max(move.start, today)
    state = _state(doors, move.step, doors.door(move.step, changes, start), changes, start)
    if move.running:  # the door was passed already
        state |= {"answer": "holds", "strength": None, "todo": (), "reasons": ()}
    return PathStep(
        **state,
        start_range=Range(min=shortest and shortest.start, typical=move.start, max=longest and longest.start),
        end_range=Range(min=shortest and shortest.end, typical=move.end, max=longest and longest.end),
        livelihood=tuple(_paid(known, changes, move)),
        rechtskreis=tuple(_systems(known, changes, move)),
        running=move.running,
        **_outcome(step, move),
    )


def _outcome(step: Step, move: Move) -> dict[str, Any]:
    """What a way counts on from a step, and what would be less."""
    outcomes = step.outcomes
    gives = outcomes.full if move.grade == FULL else outcomes.best[int(move.grade.removeprefix("best."))]
    hoped = tuple(fact for fact, value in gives.items() if outcomes.full.get(fact) != value)
    return {"gives": gives, "hoped": hoped, "less": outcomes.partial}


def _paid(known: Moves, changes: Changes, move: Move) -> list[Paid]:
    found: list[Paid] = []
    doors = known.doors
    for number, day in known.months_left(move.start, move.end):
        living = doors.living(doors.catalogue.livelihood(move.step), changes, doors.activity(move.step, changes, number), day)
        benefits = dict(living.benefits)
        if not found or (found[-1].benefits, found[-1].secured) != (benefits, living.secured):
            found.append(Paid(**{"from": day, "benefits": benefits, "secured": living.secured}))
    return found


def _systems(known: Moves, changes: Changes, move: Move) -> list[System]:
    found: list[System] = []
    doors = known.doors
    for number, day in known.months_left(move.start, move.end):
        value = doors.system(changes, doors.activity(move.step, changes, number), day)
        if not found or found[-1].value != value:
            found.append(System(**{"from": day, "value": value}))
    return found
