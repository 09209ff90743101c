"""A slow search that tries everything: the oracle of the search for ways.

It knows the models of the data, the rules and the calendar, and nothing of `klappts_engine.ways`:
its transition, its ledger and its comparison of ways are its own. States are full: whatever steps
have changed. Nothing is left out because it seems to make no difference, and any step may be taken.
Labels are compared only in equal states, with all five costs.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil
from typing import Any as AnyValue

from klappts_engine.facts.case import Case
from klappts_engine.facts.episodes import Episode, project
from klappts_engine.facts.values import values_on
from klappts_engine.pathways.catalogue import Catalogue
from klappts_engine.pathways.steps import Beside, Step, Todo
from klappts_engine.rules.assessment import conclude
from klappts_engine.rules.executors.port import Executor, make_executor
from klappts_engine.rules.expressions import All, Any, Expr, Ref, truth_of
from klappts_engine.rules.rulebook import Rulebook

Costs = tuple[dt.date, int, int, int, bool]
"""End, number of steps, weakest level, unsecured months, and whether it hopes."""

Facts = Mapping[str, AnyValue]


def later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Taken:
    """One step of a way, with the number of its outcome."""

    step: str
    number: int
    start: dt.date
    end: dt.date
    beside: bool = False


@dataclass(frozen=True)
class Label:
    """How it stands after some steps: `over` is when the last is over, `month` the first month of
    the grid that begins then or later, `unsecured` counts the months before it."""

    changes: tuple[tuple[str, AnyValue], ...]
    running: bool
    ahead: bool
    month: int
    over: dt.date
    level: int
    unsecured: int
    hopes: bool
    steps: tuple[Taken, ...]

    @property
    def count(self) -> int:
        return len(self.steps)


class Oracle:
    """All ways to a goal from today on that no other way beats."""

    def __init__(
        self,
        rulebook: Rulebook,
        catalogue: Catalogue,
        case: Case,
        months: int,
        goal: str,
        executor: str = "interpreter",
    ) -> None:
        assert case.as_of is not None
        self._book = rulebook
        self._full = rulebook.with_expressions(catalogue.conditions)
        self._catalogue = catalogue
        self._case = case
        self._today = case.as_of
        self._goal = f"goal:{goal}"
        self._executor_name = executor
        self._executors: dict[str, Executor] = {}
        first = self._today.replace(day=1)
        self._days = [self._today, *(later(first, k) for k in range(1, months + 1))]
        self._unknown = len(rulebook.scale.grades)
        self._answers: dict[AnyValue, AnyValue] = {}
        self._running = self._under_way()

    # --- Ways ------------------------------------------------------------------------------------

    def costs(self, changes: Facts | None = None, day: dt.date | None = None) -> set[Costs]:
        """The costs of every way that no other way beats; begun when `changes` have come about on
        `day`, or today."""
        return set(self.ways(changes, day))

    def ways(
        self, changes: Facts | None = None, day: dt.date | None = None
    ) -> dict[Costs, tuple[Taken, ...]]:
        """The costs of every way that no other beats, each with one way that costs so much."""
        day, known = day or self._today, tuple(sorted((changes or {}).items()))
        if self._reached(known, False, day):
            return {(dt.date.min, 0, 0, 0, False): ()}
        running = self._running is not None
        month = self._month(day)
        assert month is not None
        ahead = bool(self._held) and changes is None
        first = Label(known, running, ahead, month, day, 0, 0, False, ())
        kept: dict[AnyValue, list[Label]] = {}
        found: dict[Costs, tuple[Taken, ...]] = {}
        queue = [first]
        for label in queue:  # grows meanwhile
            for more in self._next(label):
                here = kept.setdefault((more.changes, more.running, more.ahead), [])
                if any(self._no_worse(other, more) for other in here):
                    continue
                here[:] = [other for other in here if not self._no_worse(more, other)] + [more]
                if self._at_goal(more):
                    count = more.count + running
                    costs = (more.over, count, more.level, more.unsecured, more.hopes)
                    found.setdefault(costs, more.steps)
                else:
                    queue.append(more)
        return {one: way for one, way in found.items() if not any(_beats(o, one) for o in found)}

    def strikes(self, way: Iterable[Taken]) -> Iterator[tuple[Taken, Costs]]:
        """The steps of a way that can be struck: without them the rest can still be taken on the
        same days and reaches the goal; with what the rest costs."""
        steps = list(way)
        for number, struck in enumerate(steps):
            rest = steps[:number] + steps[number + 1 :]
            running, ahead = self._running is not None, bool(self._held)
            labels = [Label((), running, ahead, 0, self._today, 0, 0, False, ())]
            for step in rest:
                labels = [
                    more
                    for label in self._with_free(labels)
                    for more in self._next(label)
                    if more.steps[-1:] == (step,) and more.count == label.count + 1
                ]
            for label in self._with_free(labels):
                if (label.steps or not label.running) and self._at_goal(label):
                    count = label.count + (self._running is not None)
                    costs = (label.over, count, label.level, label.unsecured, label.hopes)
                    yield struck, costs

    def _with_free(self, labels: list[Label]) -> Iterator[Label]:
        """Labels, and those with which the running step is over."""
        for label in labels:
            yield label
            if label.running:
                yield from self._free(label)

    def _no_worse(self, one: Label, other: Label) -> bool:
        """Whether a label costs no more than another of the same state, waiting until then
        included."""
        if one.over > other.over:
            return False
        unsecured = one.unsecured
        if not one.running:
            changes = dict(one.changes)
            unsecured += sum(self._unpaid_waiting(changes, one.month, other.month))
        return (
            one.count <= other.count
            and one.level <= other.level
            and unsecured <= other.unsecured
            and one.hopes <= other.hopes
        )

    def _at_goal(self, label: Label) -> bool:
        if label.running:
            assert self._running is not None
            if not label.steps or label.over >= self._running.end:
                return False
        return self._reached(label.changes, label.running, label.over)

    def _reached(
        self, changes: tuple[tuple[str, AnyValue], ...], running: bool, day: dt.date
    ) -> bool:
        more = self._running.facts(day) if running and self._running else {}
        return self._truths("goal", [self._goal], dict(changes), more, day)[self._goal] is True

    def _next(self, label: Label) -> Iterator[Label]:
        if label.running:
            yield from self._free(label)
            yield from self._beside(label)
            return
        changes = dict(label.changes)
        for id, step in self._catalogue.steps.items():
            if step.role == "main":
                for start, late in self._starts(id, step).items():
                    if start >= label.month:
                        yield from self._after(label, id, step, start, changes, late)

    def _after(
        self,
        label: Label,
        id: str,
        step: Step,
        start: int,
        changes: dict[str, AnyValue],
        late: tuple[int, bool],
    ) -> Iterator[Label]:
        """The labels after a step that begins with a month of the grid."""
        day = self._days[start]
        door = self._door(id, changes, {}, day)
        over = self._over(step, day, self._months(step, changes))
        month = self._month(over)
        if door is None or month is None or self._gives_way(label, id, month):
            return
        unsecured = label.unsecured + sum(self._unpaid_waiting(changes, label.month, start))
        profile = step.livelihood or self._catalogue.head.search.idle
        for number in range(start, month):
            facts = self.meanwhile(id, changes, day, self._days[number])
            unsecured += not self._paid(profile, changes, facts, self._days[number])
        for number, outcome in enumerate((step.outcomes.full, *step.outcomes.best)):
            hope = self._hope(id, number, changes, {}, day)
            if hope is None:
                continue
            yield Label(
                self._with(outcome, changes),
                False,
                label.ahead and id not in self._held,
                month,
                over,
                max(label.level, door, hope, late[0]),
                unsecured,
                label.hopes or number > 0 or late[1],
                (*label.steps, Taken(id, number, day, over)),
            )

    # --- The step that is under way --------------------------------------------------------------

    def _under_way(self) -> UnderWay | None:
        head, told = self._catalogue.head, self._case.told
        id = told.get(head.facts.running) if head.facts.running else None
        since = told.get(head.facts.running_since) if head.facts.running_since else None
        if id is None:
            id, since = self._in_training(), self._begins
        if id is None or since is None or since > self._today:
            return None
        step = self._catalogue.steps[id]
        over = self._over(step, since, self._months(step, {}))
        # What is told to be under way is not over today, however long it has lasted.
        return UnderWay(self, id, step, since, over if over > self._today else self._days[1])

    def _in_training(self) -> str | None:
        """The training that a contract says has begun, where its terms are told."""
        facts, told, begins = self._catalogue.head.facts, self._case.told, self._begins
        if not self._rung or begins is None or begins > self._today:
            return None
        if any(told.get(fact) is None for fact in facts.contract_terms):
            return None
        for id in self._catalogue.steps:
            step = self._catalogue.steps[id]
            asked = [todo for todo in step.todo if todo.fact == facts.contract]
            ahead = {todo.fact for todo in self._undone(step, told)}
            lasts = later(begins, ceil(step.months[2])) > self._today
            if asked and self._by_terms(step) and facts.contract not in ahead and lasts:
                return id
        return None

    def _while_running(self, until: int) -> int:
        """The unsecured months of the running step before a month of the grid."""
        running = self._running
        assert running is not None
        profile = running.step.livelihood or self._catalogue.head.search.idle
        return sum(
            not self._paid(profile, {}, running.facts(day), day)
            for day in self._days[:until]
            if day < running.end
        )

    def _free(self, label: Label) -> Iterator[Label]:
        """The labels when the running step is over."""
        running = self._running
        assert running is not None
        month = self._month(running.end)
        for number, outcome in enumerate((running.step.outcomes.full, *running.step.outcomes.best)):
            hope = self._hope(running.id, number, {}, {}, self._today)
            if hope is not None and month is not None:
                yield replace(
                    label,
                    changes=self._with(outcome, dict(label.changes)),
                    running=False,
                    month=month,
                    over=running.end,
                    level=max(label.level, hope),
                    unsecured=self._while_running(month),
                    hopes=label.hopes or number > 0,
                )

    def _beside(self, label: Label) -> Iterator[Label]:
        """The labels after one more step beside the running one."""
        running, changes = self._running, dict(label.changes)
        assert running is not None
        for id, step in self._catalogue.steps.items():
            if not self._may_stand_beside(running, id, step):
                continue
            for start, late in self._starts(id, step).items():
                day = self._days[start]
                if start < label.month or day >= running.end:
                    continue
                facts = running.facts(day)
                door = self._door(id, changes, facts, day)
                over = self._over(step, day, self._months(step, changes))
                month = self._month(over)
                if door is None or month is None or self._gives_way(label, id, month):
                    continue
                for number, outcome in enumerate((step.outcomes.full, *step.outcomes.best)):
                    hope = self._hope(id, number, changes, facts, day)
                    if hope is None:
                        continue
                    taken = replace(
                        label,
                        month=month,
                        over=over,
                        level=max(label.level, door, hope, late[0]),
                        ahead=label.ahead and id not in self._held,
                        hopes=label.hopes or number > 0 or late[1],
                        steps=(*label.steps, Taken(id, number, day, over, beside=True)),
                    )
                    if over <= running.end:
                        after = self._with(outcome, changes)
                        unsecured = self._while_running(month)
                        yield replace(taken, changes=after, unsecured=unsecured)
                    else:
                        yield from self._longer(taken, id, day, changes, outcome)

    def _longer(
        self, taken: Label, id: str, begun: dt.date, before: Facts, outcome: Facts
    ) -> Iterator[Label]:
        """The labels after a step beside the running one that is over after it."""
        step = self._catalogue.steps[id]
        assert self._running is not None
        for free in self._free(replace(taken, month=0)):
            unsecured, between = free.unsecured, dict(free.changes)
            for day in self._days[free.month : taken.month]:
                facts = self.meanwhile(id, before, begun, day)
                profile = step.livelihood or self._catalogue.head.search.idle
                unsecured += not self._paid(profile, between, facts, day)
            yield replace(
                free,
                changes=self._with(outcome, between),
                month=taken.month,
                over=taken.over,
                unsecured=unsecured,
            )

    def _may_stand_beside(self, running: UnderWay, id: str, step: Step) -> bool:
        head, strands = self._catalogue.head, self._catalogue.strands
        alone = step.role == "main" and not step.during and not step.phases
        quiet = (
            step.livelihood in (None, head.search.idle) and strands[id] in head.search.accompanying
        )
        fits = running.step.hours[1] + step.hours[0] <= head.search.weekly_hours
        named = self._names(running.step.beside, id) or self._names(step.beside, running.id)
        return id != running.id and alone and quiet and fits and named

    def _names(self, beside: Beside, id: str) -> bool:
        return beside.all or id in beside.steps or self._catalogue.strands[id] in beside.strands

    # --- Days and months -------------------------------------------------------------------------

    def _month(self, day: dt.date) -> int | None:
        """The first month of the grid that begins on a day or later; None beyond the grid."""
        return next((k for k, first in enumerate(self._days) if first >= day), None)

    def _starts(self, id: str, step: Step) -> dict[int, tuple[int, bool]]:
        """The months on whose first day a step can begin, with the level that being late adds, and
        whether it is a hope."""
        begins = self._begins
        if begins is not None and id in self._agreed:
            within = [k for k, day in enumerate(self._days) if day <= begins]
            return {within[-1]: (0, False)} if begins < later(self._days[-1], 1) else {}
        found: dict[int, tuple[int, bool]] = {}
        for number, day in enumerate(self._days):
            soon = day < later(self._today, step.lead_months)
            missed = not (step.exams or self._in_time(step, day))
            usual = not step.starts or (day.day == 1 and day.month in step.starts)
            if usual and not soon and not missed:
                found[number] = (0, False)
            elif step.starts and day.day == 1 and number:
                late = self._late(step, day, soon, missed)
                if late is not None:
                    found[number] = late
        return found

    def _late(self, step: Step, day: dt.date, soon: bool, missed: bool) -> tuple[int, bool] | None:
        """The level that a start outside the usual time adds, and whether it is a hope; None if
        there is none."""
        asking, windows = self._catalogue.head.search.late_strength, step.windows
        soft = (windows.lead, windows.apply_by)
        if asking is None or (soon and soft[0] != "usual") or (missed and soft[1] != "usual"):
            return None
        inside = day.month in step.starts
        open_to = [late for late in windows.late if inside or day.month in late.months]
        for late in open_to:
            if late.rule and self._truths(late.rule, [late.rule], {}, {}, day)[late.rule]:
                return 0, False
        near = day <= later(self._days[0].replace(day=1), self._catalogue.head.search.late_within)
        free = inside or (near and any(late.rule is None for late in open_to))
        return (self._level(asking), not inside) if free else None

    # --- The training that is agreed -------------------------------------------------------------

    @cached_property
    def _agreed(self) -> set[str]:
        """The steps ahead that a contract or an offer can be about."""
        facts = self._catalogue.head.facts
        if not self._rung or (self._begins is not None and self._begins <= self._today):
            return set()
        return {
            id
            for id, step in self._catalogue.steps.items()
            if any(todo.fact == facts.contract for todo in step.todo) and self._by_terms(step)
        }

    def _by_terms(self, step: Step) -> bool:
        """Whether a step agrees with what is told of the contract."""
        told, terms = self._case.told, self._catalogue.head.facts.contract_terms
        return all(told.get(f) in (None, step.during[f]) for f in terms if f in step.during)

    @property
    def _rung(self) -> int:
        """How far the contract is; 0: there is none."""
        fact = self._catalogue.head.facts.contract
        told = self._case.told.get(fact) if fact else None
        return self._book.vocabulary.facts[fact].values.index(told) if fact and told else 0

    @property
    def _begins(self) -> dt.date | None:
        begins: dt.date | None = self._case.told.get(
            self._catalogue.head.facts.contract_start or ""
        )
        return begins

    @cached_property
    def _held(self) -> set[str]:
        """The firmest of the steps that a signed contract is about, if its door is open then."""
        facts, begins = self._catalogue.head.facts, self._begins
        if begins is None or facts.contract is None or facts.contract_binds is None:
            return set()
        order = self._book.vocabulary.facts[facts.contract].values
        over = self._running is None or self._running.end <= begins
        if self._rung < order.index(facts.contract_binds) or not over:
            return set()
        doors = {
            id: self._door(id, {}, {}, self._days[start])
            for id in self._agreed
            for start in self._starts(id, self._catalogue.steps[id])
        }
        levels = [level for level in doors.values() if level is not None]
        return {id for id, level in doors.items() if levels and level == min(levels)}

    def _gives_way(self, label: Label, id: str, month: int) -> bool:
        """Whether a step would last beyond the start of the training that is signed."""
        if not label.ahead or id in self._held:
            return False
        return month > min(
            start for one in self._held for start in self._starts(one, self._catalogue.steps[one])
        )

    # --- Days of steps ---------------------------------------------------------------------------

    def _in_time(self, step: Step, day: dt.date) -> bool:
        """Whether the last day to apply for a start is not over today."""
        before = [last for last in self._last_days(step) if last <= day]
        return not step.apply_by or max(before) >= self._today

    def _last_days(self, step: Step) -> list[dt.date]:
        if not step.apply_by:
            return []
        month, day = map(int, step.apply_by.split("-"))
        return [dt.date(year, month, day) for year in range(self._today.year - 2, 2060)]

    def _months(self, step: Step, changes: Facts) -> int:
        """The usual months of a step that is begun after `changes`."""
        values = self._values(changes, {}, self._today)
        for fact, by_rung in step.by_entry.items():
            if values.get(fact) in by_rung:
                return by_rung[values[fact]]
        return ceil(step.months[1])

    def _over(self, step: Step, begun: dt.date, months: int) -> dt.date:
        """The day on which a step is over; with exams after the next one that can be sat."""
        ready = later(begun, months)
        if not step.exams:
            return ready
        first = ready.replace(day=1)
        exams = (later(first, k) for k in range(240))
        held = next(
            exam
            for exam in exams
            if exam >= ready
            and exam.month in step.exams
            and (
                not step.apply_by
                or any(d >= begun and d.year == exam.year for d in self._last_days(step))
            )
        )
        return later(held, 1)

    def meanwhile(self, id: str, begun: Facts, since: dt.date, day: dt.date) -> Facts:
        """What holds on a day because a step is under way that began on `since`."""
        step = self._catalogue.steps[id]
        values = self._values(begun, {}, self._today)
        facts = {todo.fact: todo.value for todo in self._todos(id, step, values)} | step.during
        elapsed = 0
        while later(since, elapsed + 1) <= day:
            elapsed += 1
        lengths = [ceil(step.months[1])]
        lengths += [months for rungs in step.by_entry.values() for months in rungs.values()]
        elapsed += max(lengths) - self._months(step, begun)
        for phase in step.phases:
            facts |= phase.facts if phase.from_month <= elapsed else {}
        return facts

    # --- Facts, doors, pay -----------------------------------------------------------------------

    def _with(self, outcome: Facts, changes: Facts) -> tuple[tuple[str, AnyValue], ...]:
        """The changes after an outcome: ladders rise, counters grow, other facts take the value."""
        values = self._values(changes, {}, self._today)
        new, facts = dict(changes), self._book.vocabulary.facts
        for fact, value in outcome.items():
            now = values.get(fact)
            if isinstance(value, str) and value.startswith("+"):
                value = (now or 0) + int(value)
            elif facts[fact].ladder and now is not None:
                value = max(now, value, key=facts[fact].values.index)
            days = (self._values(changes, {}, day) for day in self._days)
            if any(there.get(fact) != value for there in days):
                new[fact] = value
        return tuple(sorted(new.items()))

    def _values(self, changes: Facts, more: Facts, day: dt.date) -> dict[str, AnyValue]:
        key = ("values", tuple(sorted(changes.items())), _key(more), day)
        if key not in self._answers:
            episodes = [
                Episode(**{"fact": fact, "value": value, "from": day, "origin": "x"})
                for fact, value in {**changes, **more}.items()
            ]
            vocabulary = self._book.vocabulary
            there = project(self._case, episodes, day, vocabulary)
            self._answers[key] = values_on(there, vocabulary)
        values: dict[str, AnyValue] = self._answers[key]
        return values

    def _truths(
        self, name: str, ids: Iterable[str], changes: Facts, more: Facts, day: dt.date
    ) -> Mapping[str, bool | None]:
        key = (name, tuple(sorted(changes.items())), _key(more), day)
        if key not in self._answers:
            if name not in self._executors:
                self._executors[name] = make_executor(self._executor_name, self._full, ids)
            values = self._values(changes, more, day)
            self._answers[key] = self._executors[name].evaluate(values, day)
        answers: Mapping[str, bool | None] = self._answers[key]
        return answers

    def _unpaid_waiting(self, changes: Facts, first: int, last: int) -> Iterator[int]:
        """For each month of the grid from `first` to `last` whether waiting is unsecured."""
        for day in self._days[first:last]:
            yield not self._paid(self._catalogue.head.search.idle, changes, {}, day)

    def _paid(self, profile: str, changes: Facts, facts: Facts, day: dt.date) -> bool:
        """Whether a month is surely paid for in full."""
        one, name = self._catalogue.profiles[profile], f"pay:{profile}"
        ids = [f"livelihood:{profile}:{n}" for n in range(len(one.options))]
        ids += [f"presumed:{profile}:{fact}" for fact in one.presume]
        truths = self._truths(name, ids, changes, facts, day)
        told = self._values(changes, facts, day)
        presumed = {}
        for fact, guess in one.presume.items():
            if told.get(fact) is None or told[fact] in guess.replaces:
                truth = truths[f"presumed:{profile}:{fact}"]
                presumed[fact] = None if truth is None else guess.then if truth else guess.otherwise
        if presumed:
            truths = self._truths(name, ids, changes, {**facts, **presumed}, day)
        return any(
            truths[f"livelihood:{profile}:{n}"] is True and option.share in ("full", "topup")
            for n, option in enumerate(one.options)
        )

    def _hope(self, id: str, number: int, changes: Facts, facts: Facts, day: dt.date) -> int | None:
        """The level that the condition of an outcome adds; None if it fails."""
        name = f"step:{id}:only_if:best.{number - 1}"
        if not number or name not in self._catalogue.conditions:
            return 0
        truth = self._truths(name, [name], changes, facts, day)[name]
        return 0 if truth else self._unknown if truth is None else None

    def _todos(self, id: str, step: Step, values: Facts) -> list[Todo]:
        """What has to be brought about before a step; a contract counts for its own training."""
        contract, undone = self._catalogue.head.facts.contract, self._undone(step, values)
        other = self._rung > 0 and id not in self._agreed
        return [todo for todo in step.todo if todo in undone or (other and todo.fact == contract)]

    def _undone(self, step: Step, values: Facts) -> list[Todo]:
        facts, found = self._book.vocabulary.facts, []
        for todo in step.todo:
            value, rungs = values.get(todo.fact), facts[todo.fact].values
            there = value == todo.value
            if value is not None and facts[todo.fact].ladder:
                there = rungs.index(value) >= rungs.index(todo.value)
            if not there:
                found.append(todo)
        return found

    def _suspended(self, day: dt.date, rule: str | None = None, step: str | None = None) -> bool:
        return any(
            note.state == "suspended"
            and note.region in self._catalogue.region.areas
            and note.in_force(day)
            and (rule in note.rules or step in note.steps)
            for note in self._catalogue.practice.values()
        )

    def _door(self, id: str, changes: Facts, facts: Facts, day: dt.date) -> int | None:
        """The level of a door, from first principles; None is shut. `facts` hold meanwhile."""
        key = ("door", id, tuple(sorted(changes.items())), _key(facts), day)
        if key not in self._answers:
            self._answers[key] = self._door_level(id, changes, facts, day)
        level: int | None = self._answers[key]
        return level

    def _door_level(self, id: str, changes: Facts, facts: Facts, day: dt.date) -> int | None:
        step, head = self._catalogue.steps[id], self._catalogue.head
        state = step.status.on(day)
        if state == "outside" or self._suspended(day, step=id):
            return None
        asked = [f"step:{id}:{part}" for part in ("access", "facts", "age")]
        asked += [rule for todo in step.todo for rule in (todo.rule, todo.unless) if rule]
        if step.presence == "daytime_full" and head.search.childcare:
            asked.append(head.search.childcare)
        now, name = self._values(changes, facts, day), f"step:{id}"
        truths_now = self._truths(name, asked, changes, facts, day)
        todos = [
            todo for todo in self._todos(id, step, now) if not truths_now.get(todo.unless or "")
        ]
        first = {fact: v for p in step.phases if p.from_month <= 0 for fact, v in p.facts.items()}
        planned = {
            **facts,
            **{todo.fact: todo.value for todo in todos},
            **step.during,
            **first,
        }
        truths = self._truths(name, asked, changes, planned, day)
        then = self._values(changes, planned, day)
        needs = [truths_now[one] for one in asked[1:3]]
        for todo in todos:
            found = truths if todo == head.search.childcare_todo else truths_now
            needs += [found[todo.rule]] if todo.rule else []
        if head.search.childcare_todo not in todos:
            needs += [truths_now[one] for one in asked[3:] if one == head.search.childcare]
        needs += [None] if state in ("unclear", "planned") else []
        for fact, rungs in step.requires.items():
            order, value = self._book.vocabulary.facts[fact].values, now.get(fact)
            low = order.index(rungs.from_) if rungs.from_ is not None else 0
            high = order.index(rungs.to) if rungs.to is not None else len(order)
            if rungs.from_ is not None or rungs.to is not None:
                needs.append(None if value is None else low <= order.index(value) <= high)
        if False in needs:
            return None
        words = [step.strength, *(head.search.to_do_strength[todo.kind] for todo in todos)]
        words += [self._word(todo.rule, truths, then, day) for todo in todos if todo.rule]
        access = self._access(self._catalogue.conditions[f"step:{id}:access"], truths, then, day)
        if access is None:
            return None
        if None in needs or access == self._unknown:
            return self._unknown
        return max(access, *(self._level(word) for word in words))

    def _word(
        self, rule: str, truths: Mapping[str, bool | None], then: dict[str, AnyValue], day: dt.date
    ) -> str | None:
        """The strength of a rule, also of one that fails."""
        if truths[rule] is not False:
            return conclude(self._full, truths, then, day, [rule])[rule].strength
        version = self._full.rules[rule].version(day)
        return version.strength if version else None

    def _level(self, word: str | None) -> int:
        return self._book.scale.level(word) or 0

    def _access(
        self,
        expr: Expr,
        truths: Mapping[str, bool | None],
        then: dict[str, AnyValue],
        day: dt.date,
    ) -> int | None:
        if isinstance(expr, Ref):
            truth = truths[expr.rule]
            if truth is False or self._suspended(day, rule=expr.rule):
                return None
            if truth is None:
                return self._unknown
            return self._level(self._word(expr.rule, truths, then, day))
        if isinstance(expr, (All, Any)):
            parts = [self._access(part, truths, then, day) for part in expr.parts]
            open_ = [part for part in parts if part is not None]
            if isinstance(expr, All):
                return None if None in parts else max(open_, default=0)
            return min(open_, default=None)
        truth = truth_of(expr, truths, then)
        return 0 if truth else self._unknown if truth is None else None


@dataclass(frozen=True)
class UnderWay:
    """The step that is under way today."""

    oracle: Oracle
    id: str
    step: Step
    since: dt.date
    end: dt.date

    def facts(self, day: dt.date) -> Facts:
        """What holds on a day because it is running."""
        return self.oracle.meanwhile(self.id, {}, self.since, day)


def _key(facts: Facts) -> tuple[tuple[str, AnyValue], ...]:
    return tuple(sorted(facts.items(), key=lambda item: item[0]))


def _beats(one: Costs, other: Costs) -> bool:
    good = all(a <= b for a, b in zip(one[1:], other[1:], strict=True))
    return one != other and one[0] <= other[0] and good
