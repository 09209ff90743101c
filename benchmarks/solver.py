"""The same question to a constraint solver, CP-SAT of OR-tools: so many slots, and in each a step
and the month of its start.

The Pareto set by bounds on the criteria: for each number of steps the earliest end, and with it the
fewest unsecured months, again and again, each time with the demand to be better than everything
found in end or in unsecured months.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.instance import Instance, Point, Table

SETTINGS: dict[str, dict[str, int]] = {
    "one worker": {"num_workers": 1},
    "two workers": {"num_workers": 2},
    "one worker, short presolve": {
        "num_workers": 1,
        "cp_model_probing_level": 0,
        "max_presolve_iterations": 1,
        "symmetry_level": 0,
    },
}
"""What is set on the solver: its defaults but for the workers; and less of the presolve that small
questions hardly need."""


@dataclass(frozen=True)
class Solved:
    """The Pareto set, how often the solver ran, and the seconds for building the models and for
    solving them."""

    points: set[Point]
    runs: int
    building: float
    solving: float


def cp_sat() -> Any:
    """The solver's module. Raises ImportError if it is not installed."""
    return importlib.import_module("ortools.sat.python.cp_model")


def solve(cp: Any, question: Instance, longest: int, settings: Mapping[str, int]) -> Solved:
    """The Pareto set of ways of up to `longest` steps. Raises RuntimeError if the solver gives
    up."""
    found: list[Point] = []
    runs, building, solving = 0, 0.0, 0.0
    for steps in range(1, longest + 1):
        begun = time.perf_counter()
        model = _Model(cp, question, steps)
        for point in found:
            model.better_than(point)
        building += time.perf_counter() - begun
        begun = time.perf_counter()
        while best := model.best(settings):
            found.append(best)
            model.better_than(best)
            runs += 1
        runs += 1
        solving += time.perf_counter() - begun
    return Solved(set(found), runs, building, solving)


class _Model:
    """Ways of a fixed number of steps."""

    def __init__(self, cp: Any, question: Instance, steps: int) -> None:
        self._cp = cp
        self._question = question
        self._steps = steps
        self._model = cp.CpModel()
        self._spans = [
            (number, *span) for number, spans in enumerate(question.spans) for span in spans
        ]
        self._days = 1 + max((span.day for spans in question.spans for span in spans), default=0)
        self._most = 1 + max(
            (span.unsecured for spans in question.spans for span in spans), default=0
        )
        self._unpaid = [
            (n, month, count)
            for n, counts in enumerate(question.unpaid)
            for month, count in enumerate(counts)
        ]
        state = {fact: self._model.new_constant(0) for fact in question.facts}
        month = self._end = self._model.new_constant(0)
        unsecured = []
        for slot in range(steps):
            state, month, self._end, unpaid = self._slot(state, month, last=slot == steps - 1)
            unsecured.append(unpaid)
        most = 1 + steps * (self._most + question.months)
        self._unsecured = self._number(most)
        self._model.add(self._unsecured == sum(unsecured))
        self._model.minimize(self._end * most + self._unsecured)

    def _slot(
        self, state: dict[str, Any], month: Any, last: bool
    ) -> tuple[dict[str, Any], Any, Any, Any]:
        """One step from `state`, reached in `month`: the state, month and day after it, and the
        unsecured months until then."""
        question, model = self._question, self._model
        step, spans = self._number(len(question.steps)), self._number(len(question.spans))
        model.add_element(
            step,
            [self._answer(door, state, len(question.spans)) for door in question.doors.values()],
            spans,
        )
        start, over, day, busy = map(
            self._number, (question.months, question.months, self._days, self._most)
        )
        model.add_allowed_assignments([spans, start, over, day, busy], self._spans)
        model.add(start >= month)
        after = {fact: self._number(size) for fact, size in question.facts.items()}
        for fact, rows in question.changes.items():
            model.add_allowed_assignments([step, state[fact], after[fact]], rows)
        model.add(self._answer(question.goal, after, 2) == int(last))
        idle = self._answer(question.idle, state, len(question.unpaid))
        return after, over, day, busy + self._until(idle, start) - self._until(idle, month)

    def _until(self, idle: Any, month: Any) -> Any:
        """The unsecured months before a month if nothing is done."""
        count = self._number(self._question.months + 1)
        self._model.add_allowed_assignments([idle, month, count], self._unpaid)
        return count

    def _answer(self, table: Table, state: dict[str, Any], size: int) -> Any:
        answer = self._number(size)
        self._model.add_allowed_assignments(
            [*(state[fact] for fact in table.facts), answer], table.rows
        )
        return answer

    def _number(self, size: int) -> Any:
        return self._model.new_int_var(0, size - 1, "")

    def better_than(self, point: Point) -> None:
        """From now on only what ends earlier than `point` or has fewer unsecured months."""
        day, _, unsecured = point
        earlier = self._model.new_bool_var("")
        self._model.add(self._end < day).only_enforce_if(earlier)
        self._model.add(self._unsecured < unsecured).only_enforce_if(~earlier)

    def best(self, settings: Mapping[str, int]) -> Point | None:
        """The earliest end with the fewest unsecured months; None if nothing is left."""
        solver = self._cp.CpSolver()
        for name, value in settings.items():
            setattr(solver.parameters, name, value)
        status = solver.solve(self._model)
        if status == self._cp.INFEASIBLE:
            return None
        if status != self._cp.OPTIMAL:
            raise RuntimeError(solver.status_name(status))
        return solver.value(self._end), self._steps, solver.value(self._unsecured)
