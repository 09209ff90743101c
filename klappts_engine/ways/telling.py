"""Ways as they are handed out: dated steps with access, practice, place, payer, livelihood."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from pydantic import Field

from klappts_engine.facts.assumptions import Assumed
from klappts_engine.pathways import practice
from klappts_engine.pathways.model import PracticeState, Share, Step, Todo
from klappts_engine.pathways.practice import Place
from klappts_engine.validation import Data, Text
from klappts_engine.ways.access import Block, Door, Doors
from klappts_engine.ways.alternatives import alternatives
from klappts_engine.ways.beside import beside
from klappts_engine.ways.horizon import NO_CHANGES, Changes
from klappts_engine.ways.meanwhile import Meanwhile, stands
from klappts_engine.ways.moves import FULL, Move, Moves
from klappts_engine.ways.replay import arrival, replay
from klappts_engine.ways.search import Way


class Range(Data):
    """A day under the shortest, the usual and the longest durations; null where the way does not
    come about so."""

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
    """A step of a way, with its dates, livelihood by stretch and benefit system by stretch;
    `running`: it is under way.

    `meanwhile`: it is begun beside the step that is under way; the stretches in which both run are
    told with that one.

    `gives` is the outcome the way counts on; `hoped` what of it is better than the aim of the step.
    `less` are smaller outcomes that still count as certificates. `alternatives` could take its
    place at the same costs of the way; `beside` can run beside it.
    """

    start_range: Range
    end_range: Range
    livelihood: tuple[Paid, ...]
    rechtskreis: tuple[System, ...]
    running: bool = False
    meanwhile: bool = False
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
    """One way. `conditional`: it leads through at least one door of which nobody knows whether it
    is open.

    `criteria.hopes`: one of its steps has to give more than it aims at.
    """

    end_range: Range
    criteria: Criteria
    conditional: bool
    steps: tuple[PathStep, ...]


class Paths(Data):
    """All ways to a goal that no other way beats, best known ones first. `reached`: the goal is
    reached already."""

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
    municipality = doors.future.values(changes, day).get(catalogue.head.facts.municipality)
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
    shortest = replay(
        known,
        way.moves,
        lambda id, changes: min(doors.catalogue.steps[id].months[0], doors.duration(id, changes)),
    )
    longest = replay(known, way.moves, lambda id, _changes: doors.catalogue.steps[id].months[2])
    befores = stands(known, way.moves)
    steps: list[PathStep] = []
    for number, move in enumerate(way.moves):
        place = _Place(
            known, move, befores[number], Meanwhile(known, way.moves[0]) if move.meanwhile else None
        )
        step = _path_step(place, _at(shortest, number), _at(longest, number))
        steps.append(
            step.model_copy(update={"alternatives": others[number], "beside": place.company(way)})
        )
    unknown = way.level >= doors.unknown_level
    return Path(
        end_range=Range(min=_over(shortest, way), typical=way.end, max=_over(longest, way)),
        criteria=Criteria(
            end=way.end,
            steps=len(way.moves),
            strength=None if unknown else doors.rulebook.scale.grade(way.level),
            unsecured_months=way.unsecured,
            hopes=way.hopes,
        ),
        conditional=unknown,
        steps=tuple(steps),
    )


def _over(moves: list[Move] | None, way: Way) -> dt.date | None:
    """When a way is over whose moves lie otherwise."""
    return (
        arrival(moves, while_running=way.end < arrival(way.moves, while_running=False))
        if moves
        else None
    )


def _at(moves: list[Move] | None, number: int) -> Move | None:
    return moves[number] if moves else None


class _Place(NamedTuple):
    """The place of one move in a way: what has come about before it, and beside which step it is
    taken, if beside one."""

    known: Moves
    move: Move
    changes: Changes
    beside: Meanwhile | None

    @property
    def start(self) -> dt.date:
        """The day of the start, or today for what is under way."""
        return max(self.move.start, self.known.future.days[0])

    def door(self) -> Door:
        """The door of the step at its start."""
        if self.beside:
            return self.beside.door(self.move.step, self.changes, self.start)
        return self.known.doors.door(self.move.step, self.changes, self.start)

    def company(self, way: Way) -> tuple[str, ...]:
        """What can run beside the step and is not on the way; of what is taken beside another step
        nothing is said."""
        taken = {move.step for move in way.moves if move.meanwhile}
        return (
            ()
            if self.beside
            else tuple(id for id in beside(self.known, self.move, self.changes) if id not in taken)
        )

    def months(self) -> Iterator[tuple[dt.date, Changes, Changes]]:
        """The months that are told with the step, each with what has come about by then and the
        facts of its activity.

        Those beside the step that is under way are told with that one.
        """
        there = self.known.after(self.beside.running, self.changes) if self.beside else self.changes
        for number, day in self.known.months_left(self.move.start, self.move.end):
            if self.beside is None or day >= self.beside.running.end:
                yield day, there, self.known.doors.activity(self.move.step, self.changes, number)


def _path_step(place: _Place, shortest: Move | None, longest: Move | None) -> PathStep:
    doors, move = place.known.doors, place.move
    step = doors.catalogue.steps[move.step]
    state = _state(doors, move.step, place.door(), place.changes, place.start)
    if move.running:  # the door was passed already
        state |= {"answer": "holds", "strength": None, "todo": (), "reasons": ()}
    return PathStep(
        **state,
        start_range=Range(
            min=shortest and shortest.start, typical=move.start, max=longest and longest.start
        ),
        end_range=Range(
            min=shortest and shortest.end, typical=move.end, max=longest and longest.end
        ),
        livelihood=tuple(_paid(place)),
        rechtskreis=tuple(_systems(place)),
        running=move.running,
        meanwhile=move.meanwhile,
        **_outcome(step, move),
    )


def _outcome(step: Step, move: Move) -> dict[str, Any]:
    """What a way counts on from a step, and what would be less."""
    outcomes = step.outcomes
    gives = (
        outcomes.full
        if move.grade == FULL
        else outcomes.best[int(move.grade.removeprefix("best."))]
    )
    hoped = tuple(fact for fact, value in gives.items() if outcomes.full.get(fact) != value)
    return {"gives": gives, "hoped": hoped, "less": outcomes.partial}


def _paid(place: _Place) -> list[Paid]:
    found: list[Paid] = []
    doors = place.known.doors
    profile = doors.catalogue.livelihood(place.move.step)
    for day, changes, activity in place.months():
        living = doors.living(profile, changes, activity, day)
        benefits = dict(living.benefits)
        if not found or (found[-1].benefits, found[-1].secured) != (benefits, living.secured):
            found.append(Paid(**{"from": day, "benefits": benefits, "secured": living.secured}))
    return found


def _systems(place: _Place) -> list[System]:
    found: list[System] = []
    for day, changes, activity in place.months():
        value = place.known.doors.system(changes, activity, day)
        if not found or found[-1].value != value:
            found.append(System(**{"from": day, "value": value}))
    return found
