"""What taking a step means for one case: when it can begin, how firm it is, what it changes.

A state is what steps have changed so far, whether the step is still running that is under way
today, and whether the training that is signed is still ahead. While the running step goes on,
others can be taken beside it, one after the other. Only a step that leaves the livelihood as it is
stands beside it: one of the profile between steps that brings no facts of its own. So the running
step is paid for as if it ran alone. Until the training that is signed has begun, no other step
lasts beyond its start.
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any as AnyValue
from typing import Literal, NamedTuple

from klappts_engine.facts.calendar import months_elapsed
from klappts_engine.memo import memo
from klappts_engine.pathways.beside import runs_beside
from klappts_engine.pathways.catalogue import is_increment
from klappts_engine.pathways.conditions import Conditions
from klappts_engine.rules.residual import NEVER
from klappts_engine.ways.access import Doors
from klappts_engine.ways.horizon import NO_CHANGES, Changes, changed, restrict
from klappts_engine.ways.ledger import Ledger

FULL = "full"
StepKind = Literal["running", "step", "beside"]


class State(NamedTuple):
    """What steps have changed, whether the step that is under way today is still running, and
    whether the training that is agreed is still ahead (see `Transitions.held`)."""

    changes: Changes
    running: bool = False
    ahead: bool = False


START = State(NO_CHANGES)


@dataclass(frozen=True, slots=True)
class Leg:
    """One step of a way: begun on `start`, over on `end`, with the outcome `grade`.

    `running`: it is under way today. `beside`: it is begun beside the one that is.
    """

    kind: StepKind
    step: str
    start: dt.date
    end: dt.date
    grade: str = FULL


class Outcome(NamedTuple):
    """One outcome of a step: its grade, what it changes, and whether it is a hope."""

    grade: str
    facts: dict[str, AnyValue]
    hope: bool


class Openings(NamedTuple):
    """The months in which a step can begin, its level at each (`NEVER`: shut), and the best level
    from each on."""

    starts: Sequence[int]
    levels: Sequence[int]
    best: Sequence[int]

    def level(self, month: int) -> int:
        """The level of a start in a month; `NEVER` if there is none."""
        place = bisect_left(self.starts, month)
        there = place < len(self.starts) and self.starts[place] == month
        return self.levels[place] if there else NEVER


class Reads(NamedTuple):
    """What a step depends on before it is over: the facts that steps can change, the leaves
    through which it does (by number), the facts of which every value makes a difference, and those
    on which the livelihood meanwhile depends."""

    facts: frozenset[str]
    leaves: frozenset[int]
    exact: frozenset[str]
    living: frozenset[str]


class Transitions:
    """The steps of one case. What is found is kept by the changes that can matter for it.

    `holds`: a training that is only offered is held on to as if it were signed.
    """

    def __init__(self, doors: Doors, holds: bool = False) -> None:
        self.doors = doors
        self._holds = holds
        self.ledger = Ledger(doors)
        self.horizon = doors.horizon
        self.catalogue = doors.catalogue
        self._vocabulary = doors.rulebook.vocabulary

    # --- The step that is under way today --------------------------------------------------------

    @cached_property
    def running(self) -> Leg | None:
        """The step that is under way today, until its end; None if none is told.

        A step that has lasted as long as usual, or longer, is not over as long as it is told to be
        under way: it goes on at least until the next first of a month.
        """
        if self.doors.running is None:
            return None
        id, since = self.doors.running
        usual = self.over(id, since, self.doors.duration(id, NO_CHANGES))
        today, next_first = self.horizon.days[:2]
        return Leg("running", id, since, usual if usual > today else next_first)

    @cached_property
    def start(self) -> State:
        """The state today."""
        return State(NO_CHANGES, self.running is not None, bool(self.held))

    @cached_property
    def companions(self) -> list[str]:
        """The steps that a way can take beside the running one, by the catalogue."""
        if self.running is None:
            return []
        return [id for id in self.catalogue.steps if self._accompanies(self.running.step, id)]

    def _accompanies(self, host: str, id: str) -> bool:
        step, idle = self.catalogue.steps[id], self.catalogue.head.search.idle
        quiet = step.role == "main" and not step.during and not step.phases
        fits = runs_beside(self.catalogue, host, id)
        return quiet and self.catalogue.livelihood(id) == idle and fits

    @memo
    def activity(self, day: dt.date) -> Changes:
        """The facts of the running step on a day; what is done beside it changes nothing of
        them."""
        assert self.running is not None
        month = int(months_elapsed(self.running.start, day) or 0)
        return self.doors.activity(self.running.step, NO_CHANGES, month)

    def busy_with(self, state: State, day: dt.date) -> Changes:
        """The facts of what is under way in a state."""
        return self.activity(day) if state.running else NO_CHANGES

    def finished(self, state: State, grade: str = FULL) -> State:
        """The state when the running step is over with an outcome."""
        assert self.running is not None
        facts = self.result(self.running.step, grade).facts
        return State(self.outcome(facts, state.changes), ahead=state.ahead)

    # --- Outcomes --------------------------------------------------------------------------------

    @memo
    def outcomes(self, id: str) -> list[Outcome]:
        """The outcomes a way can count on, or hope for."""
        outcomes = self.catalogue.steps[id].outcomes
        hopes = (Outcome(f"best.{n}", facts, True) for n, facts in enumerate(outcomes.best))
        return [Outcome(FULL, outcomes.full, False), *hopes]

    def result(self, id: str, grade: str) -> Outcome:
        """The outcome of a step by its grade."""
        return next(one for one in self.outcomes(id) if one.grade == grade)

    def outcome(self, facts: dict[str, AnyValue], changes: Changes) -> Changes:
        """The changes after an outcome.

        A ladder only rises. A counter that is unknown becomes what the step adds: at least so much
        is known.
        """
        known, new = dict(changes), dict[str, AnyValue]()
        for fact, value in facts.items():
            now = self.horizon.value(known, fact)
            if is_increment(value):
                value = min((now or 0) + int(value), self.doors.caps.get(fact, math.inf))
            elif self._vocabulary.facts[fact].ladder and now is not None:
                value = max(now, value, key=self._vocabulary.facts[fact].values.index)
            if value != now or fact in self.horizon.varying:  # what time would end now stays
                new[fact] = value
        return changed(changes, new)

    def after(self, leg: Leg, state: State) -> State:
        """The state when a leg that begins in `state` is over; what is taken beside the running
        step and is over later comes about after it."""
        if leg.kind == "running":
            return self.finished(state, leg.grade)
        return self.taken(leg.step, self.result(leg.step, leg.grade).facts, state)

    def taken(self, id: str, facts: dict[str, AnyValue], state: State) -> State:
        """The state after a step with an outcome."""
        ahead = state.ahead and id not in self.held
        return State(self.outcome(facts, state.changes), state.running, ahead)

    def states_along(self, legs: Iterable[Leg]) -> list[State]:
        """The state in which each leg of a way begins, and that after all of them.

        What is taken beside the running step comes about at its own end: before the outcome of the
        running step if it is not over later.
        """
        found: list[State] = []
        state, running = self.start, None
        for leg in legs:
            if running and leg.kind == "step":
                state, running = self.after(running, state), None
            found.append(state)
            if leg.kind == "running":
                running = leg
                continue
            if running and leg.end > running.end:
                state, running = self.after(running, state), None
            state = self.after(leg, state)
        return [*found, self.after(running, state) if running else state]

    # --- Days ------------------------------------------------------------------------------------

    def starts(self, id: str) -> list[int]:
        """The months of the grid on whose first day a step can begin."""
        return self.doors.starts(id)

    def over(self, id: str, start: dt.date, months: float) -> dt.date:
        """The day on which a step is over."""
        return self.doors.over(id, start, months)

    def end(self, id: str, start: int, months: int) -> tuple[int, dt.date]:
        """The month in which a step is over that begins with a month of the grid, and the day."""
        return self.doors.end(id, start, months)

    @memo
    def earliest_over(self, id: str) -> list[int]:
        """For each month of the grid the first one in which a step can be over that begins then or
        later; beyond the grid: its length."""
        shortest, beyond = min(self.catalogue.steps[id].lengths), len(self.horizon.days)
        found = [beyond] * (beyond + 1)
        for start in self.starts(id):
            found[start] = self.end(id, start, shortest)[0]
        return list(accumulate(reversed(found), min))[::-1]

    # --- Doors -----------------------------------------------------------------------------------

    def openings(self, id: str, grade: str, state: State, hopes: bool = True) -> Openings:
        """The level of a step at each of its starts, with that of the hope for `grade`; without
        `hopes` it does not begin late where that is one."""
        if state.running:
            return self._openings_beside(id, grade, state, hopes)
        changes = restrict(state.changes, self._read_at_start(id, grade))
        return self._openings(id, grade, State(changes, ahead=state.ahead), hopes)

    @memo
    def _read_at_start(self, id: str, grade: str) -> frozenset[str]:
        """The facts on which it depends when a step can begin, and how firm it is then."""
        found = self.doors.matters(id).facts | self._hope_facts(id, grade)
        return found.union(self.catalogue.steps[id].by_entry)

    @memo
    def _openings(self, id: str, grade: str, state: State, hopes: bool) -> Openings:
        starts, (turns, firsts) = self.starts(id), self._turning(id, grade)
        by_turn = [self.level(id, grade, state, self.horizon.days[k]) for k in firsts]
        return self._opened(id, state, hopes, starts, [by_turn[turn] for turn in turns])

    def _opened(
        self, id: str, state: State, hopes: bool, starts: Sequence[int], levels: Sequence[int]
    ) -> Openings:
        """The openings of a step whose door has these levels: a late start adds its own; and while
        the training that is held on to is ahead, what is not over by then does not begin."""
        levels, late = list(levels), self.doors.late(id)
        for place, start in enumerate(starts):
            if one := late.get(start):
                levels[place] = NEVER if one.hope and not hopes else max(levels[place], one.level)
        if state.ahead and id not in self.held:
            months, until = self.doors.duration(id, state.changes), self._begins
            for place, start in enumerate(starts):
                if self.end(id, start, months)[0] > until:
                    levels[place] = NEVER
        return Openings(starts, levels, list(accumulate(reversed(levels), min))[::-1])

    # --- The training that is agreed -------------------------------------------------------------

    @cached_property
    def held(self) -> frozenset[str]:
        """The steps that a training can be that is signed, or held on to: the firmest of them on
        its day. None where no day is told, its door is shut then as the case is told, or the
        running step is not over by then."""
        agreed = self.doors.agreed
        if agreed is None or agreed.begins is None or not (agreed.binds or self._holds):
            return frozenset()
        if self.running and self.running.end > agreed.begins:
            return frozenset()
        levels = {
            id: self.level(id, FULL, START, self.horizon.days[start])
            for id in agreed.steps
            for start in self.starts(id)
        }
        firmest = min(levels.values(), default=NEVER)
        return frozenset(id for id, level in levels.items() if level == firmest != NEVER)

    @cached_property
    def _begins(self) -> int:
        """The month of the grid in which the training begins that is held on to."""
        return next(start for id in self.held for start in self.starts(id))

    @memo
    def _openings_beside(self, id: str, grade: str, state: State, hopes: bool) -> Openings:
        assert self.running is not None
        levels: dict[tuple[int, Changes], int] = {}
        starts = [k for k in self.starts(id) if self.horizon.days[k] < self.running.end]
        turns = []
        for day in (self.horizon.days[start] for start in starts):
            turn = (self.horizon.cell(day), self.activity(day))
            if turn not in levels:
                levels[turn] = self.level(id, grade, state, day)
            turns.append(turn)
        return self._opened(id, state, hopes, starts, [levels[turn] for turn in turns])

    def level(self, id: str, grade: str, state: State, day: dt.date) -> int:
        """The level of a step that begins on a day, with that of the hope for `grade`; `NEVER` for
        a shut door."""
        level = self.doors.door(id, state.changes, day, self.busy_with(state, day)).level
        hope = self.hope_level(id, grade, state, day)
        return NEVER if level is None else max(level, hope)

    @memo
    def _turning(self, id: str, grade: str) -> tuple[list[int], list[int]]:
        """The starts of a step by what time can change about its level: a number for each start,
        and its first start."""
        name = self._only_if(id, grade)
        hope = (self.doors.matter(name, [name]).cell_class,) if name else ()
        alike = (self.doors.matters(id).cell_class, *hope)
        numbers: dict[tuple[int, ...], int] = {}
        firsts: list[int] = []
        turns: list[int] = []
        for start in self.starts(id):
            turn = tuple(one[self._cells[start]] for one in alike)
            if turn not in numbers:
                numbers[turn] = len(firsts)
                firsts.append(start)
            turns.append(numbers[turn])
        return turns, firsts

    @cached_property
    def _cells(self) -> list[int]:
        return [self.horizon.cell(day) for day in self.horizon.days]

    # --- Hopes -----------------------------------------------------------------------------------

    def hope_level(self, id: str, grade: str, state: State, day: dt.date) -> int:
        """The level that the condition of an outcome adds: none if it holds, that of an unknown
        door if it is open."""
        name = self._only_if(id, grade)
        if name is None:
            return 0
        truths = self.doors.truth(name, [name], state.changes, day, self.busy_with(state, day))
        truth = truths[name]
        return 0 if truth else self.doors.unknown_level if truth is None else NEVER

    @memo
    def least_hope_level(self, id: str, grade: str) -> int:
        """A level that the condition of an outcome cannot be better than: exact where nothing that
        steps change bears on it."""
        name = self._only_if(id, grade)
        if not name or self.doors.matter(name, [name]).leaves_left:
            return 0
        days = (self.horizon.days[start] for start in self._turning(id, grade)[1])
        return min((self.hope_level(id, grade, START, day) for day in days), default=NEVER)

    def _hope_facts(self, id: str, grade: str) -> frozenset[str]:
        """The facts that the condition of an outcome can depend on."""
        name = self._only_if(id, grade)
        return self.doors.matter(name, [name]).facts if name else frozenset()

    def _only_if(self, id: str, grade: str) -> str | None:
        """The condition of an outcome of a step, if it has one."""
        name = Conditions.only_if(id, grade)
        return name if name in self.catalogue.conditions else None

    # --- What a step depends on ------------------------------------------------------------------

    @memo
    def reads(self, id: str) -> Reads:
        """What a step depends on before it is over."""
        doors, living = self.doors, self.ledger.residuals(id)
        exact = doors.read_at_begin(id) & doors.changeable
        hopes = (self._only_if(id, result.grade) for result in self.outcomes(id))
        parts = [doors.matters(id), *living, *(doors.matter(n, [n]) for n in hopes if n)]
        return Reads(
            facts=exact.union(*(part.facts for part in parts)),
            leaves=frozenset().union(*(part.leaves_left for part in parts)),
            exact=exact,
            living=exact.union(*(part.facts for part in living)),
        )
