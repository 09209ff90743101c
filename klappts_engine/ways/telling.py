"""Tells a way that the search found: its dates, who pays, what it waits for and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from klappts_engine.facts.calendar import add_months
from klappts_engine.pathways import practice
from klappts_engine.pathways.steps import Step
from klappts_engine.rules.residual import NEVER
from klappts_engine.ways.access import Door, Doors, Late
from klappts_engine.ways.alternatives import alternatives
from klappts_engine.ways.company import company
from klappts_engine.ways.horizon import NO_CHANGES, Changes
from klappts_engine.ways.ledger import Month
from klappts_engine.ways.model import (
    Criteria,
    Paid,
    Practice,
    Range,
    Reason,
    StepState,
    System,
    WaitReason,
    Way,
    WayLeg,
    WayStep,
)
from klappts_engine.ways.search import Solution
from klappts_engine.ways.transitions import FULL, Leg, State, Transitions
from klappts_engine.ways.walk import arrival, replay


def step_state(doors: Doors, id: str) -> StepState:
    """The state of a step on the first day."""
    return _state(doors, id, doors.today(id), NO_CHANGES, doors.horizon.days[0])


def _state(doors: Doors, id: str, door: Door, changes: Changes, day: dt.date) -> StepState:
    catalogue, rulebook = doors.catalogue, doors.rulebook
    step = catalogue.steps[id]
    rules = [rulebook.rules[rule] for rule in door.via]
    state, notes = practice.state(catalogue, day, id, door.via)
    entitled = {"holds": True, "fails": False, "unknown": None}[door.answer]
    municipality = doors.horizon.values(changes, day).get(catalogue.head.facts.municipality)
    versions = [version for rule in rules if (version := rule.version(day))]
    return StepState(
        id=id,
        answer=door.answer,
        strength=door.word,
        via=door.via,
        citations=tuple(dict.fromkeys(cited for version in versions for cited in version.cited)),
        practice=Practice(state=state, notes=notes),
        offer=practice.place(catalogue.region, id, municipality, entitled),
        payer=step.payer,
        owner=step.owner,
        body=step.body,
        todo=door.todo,
        sanction=next((rule.sanction for rule in rules if rule.sanction), None),
        advice_first=any(rule.advice_first for rule in rules),
        reasons=door.reasons,
    )


def tell(known: Transitions, goal: str, way: Solution) -> Way:
    """A way to `goal` found by the search, with everything that belongs to its steps."""
    return _Telling(known, goal, way).way()


class _Dated(NamedTuple):
    """A leg of a way with its days under the shortest and the longest durations."""

    leg: Leg
    state: State
    start: Range
    end: Range


class _Telling:
    """One way being told."""

    def __init__(self, known: Transitions, goal: str, way: Solution) -> None:
        self._known = known
        self._doors = known.doors
        self._goal = goal
        self._way = way
        steps, asking = known.catalogue.steps, known.catalogue.head.search.late_strength
        late = known.doors.rulebook.scale.level(asking)
        self._asks = late is not None and way.level >= late
        self._shortest = replay(
            known,
            way.legs,
            lambda id, changes: min(steps[id].months[0], known.doors.duration(id, changes)),
            longer=False,
            asks=self._asks,
        )
        self._longest = replay(
            known,
            way.legs,
            lambda id, changes: max(steps[id].months[2], known.doors.duration(id, changes)),
            longer=True,
            asks=self._asks,
        )
        self._dated = list(self._dates())
        self._running = next((leg for leg in way.legs if leg.kind == "running"), None)

    def way(self) -> Way:
        """The way as it is handed out."""
        way, unknown = self._way, self._way.level >= self._doors.unknown_level
        others = alternatives(self._known, self._goal, way)
        return Way(
            end_range=Range(
                min=self._over(self._shortest), typical=way.end, max=self._over(self._longest)
            ),
            criteria=Criteria(
                end=way.end,
                steps=len(way.legs),
                strength=None if unknown else self._doors.rulebook.scale.grade(way.level),
                unsecured_months=way.unsecured,
                hopes=way.hopes,
            ),
            conditional=unknown,
            steps=tuple(map(self._step, self._dated, others)),
            legs=tuple(self._legs()),
        )

    def _dates(self) -> Iterator[_Dated]:
        states = self._known.states_along(self._way.legs)
        for number, leg in enumerate(self._way.legs):
            short = self._shortest[number] if self._shortest else None
            long = self._longest[number] if self._longest else None
            agreed = self._doors.agreed.begins if self._agreed(leg) and self._doors.agreed else None
            start = Range(min=short and short.start, typical=leg.start, max=long and long.start)
            if agreed:  # told to the day, where the grid knows months
                start = Range(min=short and agreed, typical=agreed, max=long and agreed)
            yield _Dated(
                leg,
                states[number]._replace(running=leg.kind == "beside"),
                start,
                Range(min=short and short.end, typical=leg.end, max=long and long.end),
            )

    def _over(self, legs: list[Leg] | None) -> dt.date | None:
        """When the way is over if its legs lie otherwise."""
        if legs is None:
            return None
        return arrival(legs, self._way.end < arrival(self._way.legs, while_running=False))

    # --- Steps -----------------------------------------------------------------------------------

    def _step(self, dated: _Dated, others: tuple[str, ...]) -> WayStep:
        leg, state = dated.leg, dated.state
        step = self._doors.catalogue.steps[leg.step]
        day = max(leg.start, self._known.horizon.days[0])
        activity = self._known.busy_with(state, day)
        door = self._doors.door(leg.step, state.changes, day, activity)
        there = _state(self._doors, leg.step, door, state.changes, day)
        passed = leg.kind == "running"  # its door was passed already
        gives = _gives(step, leg)
        return WayStep(
            id=there.id,
            answer="holds" if passed else there.answer,
            strength=None if passed else there.strength,
            via=there.via,
            citations=there.citations,
            practice=there.practice,
            offer=there.offer,
            payer=there.payer,
            owner=there.owner,
            body=there.body,
            todo=() if passed else there.todo,
            sanction=there.sanction,
            advice_first=there.advice_first,
            reasons=() if passed else there.reasons,
            start_range=dated.start,
            end_range=dated.end,
            livelihood=self._paid(self._months(dated)),
            rechtskreis=self._systems(self._months(dated)),
            running=passed,
            meanwhile=leg.kind == "beside",
            agreed=self._agreed(leg),
            late=self._late(leg),
            gives=gives,
            hoped=tuple(f for f, value in gives.items() if step.outcomes.full.get(f) != value),
            less=step.outcomes.partial,
            alternatives=others,
            beside=self._company(dated),
        )

    def _late(self, leg: Leg) -> bool:
        """Whether a leg begins at a time that has to be asked for."""
        one = self._doors.late(leg.step).get(self._known.horizon.index(leg.start))
        return leg.kind != "running" and one is not None and one.level > 0

    def _agreed(self, leg: Leg) -> bool:
        """Whether a contract or an offer is about the step of a leg."""
        agreed = self._doors.agreed
        return leg.kind != "running" and agreed is not None and leg.step in agreed.steps

    def _company(self, dated: _Dated) -> tuple[str, ...]:
        """What can run beside a step and is not on the way; of what is taken beside another step
        nothing is said."""
        if dated.leg.kind == "beside":
            return ()
        on_the_way = {leg.step for leg in self._way.legs if leg.kind == "beside"}
        found = company(self._known, dated.leg, dated.state.changes)
        return tuple(id for id in found if id not in on_the_way)

    # --- Months ----------------------------------------------------------------------------------

    def _months(self, dated: _Dated) -> list[Month]:
        """The months of the grid that are told with a step; those beside the step that is under way
        are told with that one."""
        leg, index = dated.leg, self._known.horizon.index
        first, changes = index(leg.start), dated.state.changes
        if leg.kind == "beside" and self._running:
            first = max(first, index(self._running.end))
            changes = self._known.after(self._running, dated.state).changes
        return list(self._known.ledger.months(leg.step, changes, leg.start, first, index(leg.end)))

    def _paid(self, months: Iterable[Month]) -> tuple[Paid, ...]:
        found: list[Paid] = []
        for month in months:
            living = self._known.ledger.living(month)
            benefits = dict(living.benefits)
            last = (found[-1].benefits, found[-1].secured) if found else None
            if last != (benefits, living.secured):
                found.append(Paid.of(month.day, benefits, living.secured))
        return tuple(found)

    def _systems(self, months: Iterable[Month]) -> tuple[System, ...]:
        found: list[System] = []
        for month in months:
            value = self._known.ledger.system(month)
            if not found or found[-1].value != value:
                found.append(System.of(month.day, value))
        return tuple(found)

    # --- Legs ------------------------------------------------------------------------------------

    def _legs(self) -> Iterator[WayLeg]:
        """The legs of the way without a hole: between what is over and what begins a wait."""
        today = self._known.horizon.days[0]
        over = Range(min=today, typical=today, max=today)
        for number, dated in enumerate(self._dated):
            if dated.leg.kind == "step" and dated.leg.start > over.typical:
                yield self._wait(over, dated)
            after = (one.leg.start for one in self._dated[number + 1 :] if one.leg.kind == "step")
            next_start = next(after, None)
            yield WayLeg(
                kind=dated.leg.kind,
                id=dated.leg.step,
                start_range=dated.start,
                end_range=dated.end,
                livelihood=self._paid(self._months(dated)),
                rechtskreis=self._systems(self._months(dated)),
                slack_days=(next_start - dated.leg.end).days if next_start else None,
            )
            over = _later(over, dated.end)

    def _wait(self, over: Range, dated: _Dated) -> WayLeg:
        """The time between what is over and the start of a step."""
        index = self._known.horizon.index
        first, last = index(over.typical), index(dated.leg.start)
        changes = dated.state.changes
        months = list(self._known.ledger.months(None, changes, over.typical, first, last))
        return WayLeg(
            kind="wait",
            id=None,
            start_range=over,
            end_range=dated.start,
            livelihood=self._paid(months),
            rechtskreis=self._systems(months),
            slack_days=(dated.leg.start - over.typical).days,
            reason=self._why_wait(dated, first, last - 1),
        )

    def _why_wait(self, dated: _Dated, first: int, month: int) -> WaitReason:
        """Why a step does not begin a month earlier; `first` is the month from which it could."""
        known, leg = self._known, dated.leg
        step = known.catalogue.steps[leg.step]
        if self._agreed(leg) and self._doors.agreed and self._doors.agreed.begins:
            return WaitReason(kind="agreed", step=leg.step)
        if month < first:
            return WaitReason(kind="first_of_month", step=leg.step)
        day, today = known.horizon.days[month], known.horizon.days[0]
        if day < add_months(today, step.lead_months):
            return WaitReason(kind="lead", step=leg.step)
        hoped = self._doors.late(leg.step).get(month, Late(0, False)).hope
        if month not in known.starts(leg.step) or (hoped and not self._way.hopes):
            late = not step.starts or (day.day == 1 and day.month in step.starts)
            return WaitReason(kind="deadline" if late else "window", step=leg.step)
        level = known.level(leg.step, leg.grade, dated.state, day)
        if level == NEVER:
            door = self._doors.door(leg.step, dated.state.changes, day)
            return WaitReason(kind="door", step=leg.step, reasons=_shut(door.reasons))
        return WaitReason(kind="firmer" if level > self._way.level else "paid", step=leg.step)


def _gives(step: Step, leg: Leg) -> dict[str, Any]:
    """What a way counts on from a step."""
    outcomes = step.outcomes
    if leg.grade == FULL:
        return outcomes.full
    return outcomes.best[int(leg.grade.removeprefix("best."))]


def _shut(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(reason for reason in reasons if not reason.unknown)


def _later(one: Range, other: Range) -> Range:
    """When both are over."""
    return Range(
        min=max(one.min, other.min) if one.min and other.min else None,
        typical=max(one.typical, other.typical),
        max=max(one.max, other.max) if one.max and other.max else None,
    )
