"""Whether a step is open at a point of a way: law, practice, rungs, age and to-dos together."""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any as AnyValue
from typing import Literal, NamedTuple

from klappts_engine.facts.calendar import add_months
from klappts_engine.memo import memo
from klappts_engine.pathways import dates, practice
from klappts_engine.pathways.catalogue import Catalogue
from klappts_engine.pathways.conditions import Conditions
from klappts_engine.pathways.steps import Step, Todo
from klappts_engine.pathways.told import Agreed, agreed, reached, under_way
from klappts_engine.rules.assessment import Strengths
from klappts_engine.rules.executors.port import Executor, Executors, Truths
from klappts_engine.rules.expressions import (
    All,
    Any,
    Compare,
    Expr,
    Leaf,
    Not,
    Ref,
    references,
    truth_of,
)
from klappts_engine.rules.residual import OPEN, UNSETTLED, Relevance, Residual
from klappts_engine.rules.strength import Scale
from klappts_engine.ways.horizon import NO_CHANGES, Changes, Horizon, changed, joined, restrict
from klappts_engine.ways.model import Reason, ReasonKind


@dataclass(frozen=True)
class Door:
    """The state of a step: `level` on the strength scale, one beyond its end for an unknown door,
    None for a shut one.

    `word` is the weakest word on the way in, `via` the rules that open it, `todo` what has to be
    brought about before.
    """

    level: int | None
    word: str | None
    via: tuple[str, ...] = ()
    todo: tuple[Todo, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def answer(self) -> Literal["holds", "fails", "unknown"]:
        """The door as an answer of the rulebook would put it."""
        if self.level is None:
            return "fails"
        return "unknown" if any(reason.unknown for reason in self.reasons) else "holds"


class Late(NamedTuple):
    """A start outside the usual time: the level that it adds, and whether it is a hope."""

    level: int
    hope: bool


class Doors:
    """Answers doors and livelihood for one case; answers are shared by all states and days that
    agree in what matters."""

    def __init__(self, executors: Executors, catalogue: Catalogue, horizon: Horizon) -> None:
        self.rulebook = executors.rulebook
        self.catalogue = catalogue
        self.horizon = horizon
        self.executors = executors
        self._matters: dict[tuple[str, Changes], Residual] = {}
        self._doors: dict[tuple[str, Changes, int], Door] = {}
        self._beside: dict[tuple[str, Changes, int], Door] = {}
        self._truths: dict[tuple[str, Changes, Changes, int], Truths] = {}

    @property
    def unknown_level(self) -> int:
        """The level of an unknown door: weaker than everything known."""
        return len(self.rulebook.scale.grades)

    @cached_property
    def running(self) -> tuple[str, dt.date] | None:
        """The step that is under way today, and since when; None if none is."""
        today = self.horizon.days[0]
        told = self.horizon.told(today)
        return under_way(self.catalogue, self.rulebook.vocabulary, told, today)

    @cached_property
    def agreed(self) -> Agreed | None:
        """The training that a contract or an offer is about; None if neither is told."""
        today = self.horizon.days[0]
        return agreed(self.catalogue, self.rulebook.vocabulary, self.horizon.told(today), today)

    def today(self, step: str) -> Door:
        """The door of `step` on the first day; one executor answers all of them, which is made
        sooner than one for each."""
        executor = self.executors.executor(
            "steps", lambda: chain.from_iterable(map(self._door_rules, self.catalogue.steps))
        )
        return _Evaluation(self, executor, step, frozenset(), self.horizon.days[0]).door()

    def door(
        self, step: str, changes: Changes, day: dt.date, activity: Changes = NO_CHANGES
    ) -> Door:
        """The door of `step` on `day` when `changes` have come about, and while another step is
        under way whose facts are `activity`."""
        if activity:
            return self._door_beside(step, joined(changes, activity), day)
        matters = self.matters(step)
        key = (step, restrict(changes, matters.facts), matters.cell_class[self.horizon.cell(day)])
        if key not in self._doors:
            self._doors[key] = self._evaluated(step, key[1], day)
        return self._doors[key]

    def _door_beside(self, step: str, now: Changes, day: dt.date) -> Door:
        key = (step, restrict(now, self.read(step)), self.horizon.cell(day))
        if key not in self._beside:
            self._beside[key] = self._evaluated(step, key[1], day)
        return self._beside[key]

    def _evaluated(self, step: str, now: Changes, day: dt.date) -> Door:
        executor = self.executors.executor(("door", step), lambda: self._door_rules(step))
        return _Evaluation(self, executor, step, now, day).door()

    @memo
    def read(self, step: str) -> frozenset[str]:
        """The facts that the door of a step reads, whatever is settled for the case."""
        by_rule = (self.executors.facts_by_rule[rule] for rule in self._door_rules(step))
        todos = {todo.fact for todo in self.catalogue.steps[step].todo}
        return frozenset(self.catalogue.steps[step].requires).union(todos, *by_rule)

    @memo
    def suspended(self, day: dt.date) -> tuple[dict[str, str], dict[str, str]]:
        """The rules and the steps that practice shuts on a day, each with its note."""
        return practice.suspended(self.catalogue, day)

    @memo
    def matters(self, id: str) -> Residual:
        """What the door of a step can depend on."""
        step, access = self.catalogue.steps[id], Conditions.access(id)
        read = frozenset(step.requires).union(todo.fact for todo in step.todo)
        direct = read & self.changeable
        masks = [self._relevance.mask(day, None) for day in step.status.turns]
        if not read.isdisjoint(self.horizon.varying):
            masks += [self._relevance.mask(day, day) for day in self.horizon.cells]
        entered = references(self.catalogue.conditions[access])
        for note in self.catalogue.practice.values():
            if id in note.steps or not entered.isdisjoint(note.rules):
                masks.append(self._relevance.mask(note.from_, note.to))
        ahead, fixed = {todo.rule for todo in self._ahead(id) if todo.rule}, self._fixed(id)
        may_be_ahead = {rule for todo in step.todo for rule in todo.rules} - ahead
        now = [rule for rule in self._door_rules(id) if rule != access and rule not in may_be_ahead]
        sure = self._relevance.of(now, {}, masks).with_(
            self._relevance.of([access, *ahead], fixed), direct
        )
        open_ = self._relevance.of(may_be_ahead, {}).with_(
            self._relevance.of(may_be_ahead, fixed), direct
        )
        return sure.with_(open_._replace(never=False), direct)

    @memo
    def needed(self, id: str) -> frozenset[Leaf]:
        """Leaves over changeable facts without which the door of a step cannot be open."""
        access, *others = Conditions.door(id)
        there = self._relevance.needed(others, {})
        return there | self._relevance.needed([access], self._fixed(id))

    def _fixed(self, id: str) -> dict[str, AnyValue]:
        """The facts known to hold once a step begins, whatever other steps change."""
        step = self.catalogue.steps[id]
        varying = self.horizon.varying
        # Whether it has to be brought about is for the rule `unless` to say, which is folded apart.
        asked = {todo.fact: UNSETTLED for todo in step.todo if todo.unless}
        passing = {todo.fact: OPEN for todo in step.todo if todo.fact in varying}
        return {
            **asked,
            **passing,
            **{todo.fact: todo.value for todo in self._ahead(id)},
            **step.during_month(0),
        }

    def _ahead(self, id: str) -> list[Todo]:
        """What has to be brought about before a step in any case: what neither a step nor time
        brings."""
        values = self.horizon.today(NO_CHANGES)
        moving = self.changeable | self.horizon.varying
        ahead = self.ahead(id, values)
        return [todo for todo in ahead if todo.fact not in moving and todo.unless is None]

    def ahead(self, id: str, values: Mapping[str, AnyValue]) -> tuple[Todo, ...]:
        """What has to be brought about before a step if the facts have these values; a contract
        counts for the training alone that it is about."""
        contract, one = self.catalogue.head.facts.contract, self.agreed
        other = contract if one and id not in one.steps else None
        return tuple(
            todo
            for todo in self.catalogue.steps[id].todo
            if todo.fact == other or not reached(self.rulebook.vocabulary, todo, values)
        )

    @memo
    def least_level(self, id: str) -> int:
        """A level that the door of a step cannot be better than."""
        fixed, ahead = self._fixed(id), self._ahead(id)
        access = self._relevance.least_level(
            self.catalogue.conditions[Conditions.access(id)], fixed, self._level_of_rule
        )
        todos = [
            self._level(self.catalogue.head.search.to_do_strength[todo.kind]) for todo in ahead
        ]
        rules = [self._level_of_rule(todo.rule) for todo in ahead if todo.rule]
        return max(access, *todos, *rules, self._level(self.catalogue.steps[id].strength))

    @memo
    def levels(self, id: str) -> frozenset[int]:
        """The levels on which the door of a step can stand at all, that of an unknown door
        included."""
        step = self.catalogue.steps[id]
        words = {
            step.strength,
            *(self.catalogue.head.search.to_do_strength[todo.kind] for todo in step.todo),
        }
        for rule in self._relevance.possible(self._door_rules(id), self._fixed(id)):
            for version in self.rulebook.rules[rule].versions:
                words |= {version.strength, *(weaker for _, weaker in version.downgrades)}
        late = {one.level for one in self.late(id).values()}
        return frozenset({self._level(word) for word in words} | late | {0, self.unknown_level})

    def _level_of_rule(self, rule: str) -> int:
        return min(
            (self._level(version.strength) for version in self.rulebook.rules[rule].versions),
            default=0,
        )

    def _level(self, word: str | None) -> int:
        return self.rulebook.scale.level(word) or 0

    def activity(self, id: str, changes: Changes, month: int) -> Changes:
        """The facts of a step under way in a month of it, with what had to be brought about
        before."""
        return self._activity(id, restrict(changes, self.read_at_begin(id)), month)

    @memo
    def _activity(self, id: str, changes: Changes, month: int) -> Changes:
        step, values = self.catalogue.steps[id], self.horizon.today(changes)
        todos = {todo.fact: todo.value for todo in self.ahead(id, values)}
        during = step.during_month(month + self.skipped(id, changes))
        return frozenset({**todos, **during}.items())

    @memo
    def read_at_begin(self, id: str) -> frozenset[str]:
        """The facts that decide what a step brings with it when it begins."""
        step = self.catalogue.steps[id]
        return frozenset(todo.fact for todo in step.todo).union(step.by_entry)

    def duration(self, id: str, changes: Changes) -> int:
        """The usual months of a step, by the rung on which it is begun where the catalogue says
        so."""
        if self.catalogue.steps[id].by_entry:
            values = self.horizon.today(changes)
            for fact, by_rung in self.catalogue.steps[id].by_entry.items():
                if values.get(fact) in by_rung:
                    return by_rung[values[fact]]
        return self._lengths(id)[0]

    @memo
    def _lengths(self, id: str) -> tuple[int, ...]:
        return self.catalogue.steps[id].lengths

    def skipped(self, id: str, changes: Changes) -> int:
        """The first months of a step that are left out for whoever begins it on a higher rung."""
        return max(self._lengths(id)) - self.duration(id, changes)

    @memo
    def starts(self, id: str) -> list[int]:
        """The months of the grid on whose first day a step can begin; of a training that is agreed
        for a day the month of that day alone, whatever is usual."""
        days = self.horizon.days
        if self._told_to_begin(id) and self.agreed and self.agreed.begins:
            month = bisect_right(days, self.agreed.begins) - 1
            return [month] if self.agreed.begins < add_months(days[-1], 1) else []
        usual = dates.starts(self.catalogue.steps[id], days)
        return sorted({*usual, *self.late(id)})

    def _told_to_begin(self, id: str) -> bool:
        """Whether a contract or an offer names the day on which a step begins."""
        return bool(self.agreed and self.agreed.begins and id in self.agreed.steps)

    @memo
    def late(self, id: str) -> dict[int, Late]:
        """The months outside the usual time in which a step can begin after all: like any other
        where a rule lets the person in then, as the case is told today; else it has to be asked
        for, and between the usual months it is a hope."""
        search, found = self.catalogue.head.search, dict[int, Late]()
        asking = search.late_strength
        if asking is None or self._told_to_begin(id):
            return found
        for start in dates.late_starts(self.catalogue.steps[id], self.horizon.days):
            day = self.horizon.days[start.number]
            truths = self.truth(f"late:{start.rules}", start.rules, NO_CHANGES, day)
            if True in truths.values():
                one = Late(0, False)
            elif start.asked and (start.missed or start.number <= search.late_within):
                one = Late(self._level(asking), not start.missed)
            else:
                continue
            found[start.number] = min(one, found.get(start.number, one))
        return found

    def over(self, id: str, start: dt.date, months: float) -> dt.date:
        """The day on which a step is over."""
        return dates.over(self.catalogue.steps[id], start, math.ceil(months))

    def end(self, id: str, start: int, months: int) -> tuple[int, dt.date]:
        """The month in which a step is over that begins with a month of the grid and lasts
        `months`, and the day."""
        if start and not self.catalogue.steps[id].exams and start + months < len(self.horizon.days):
            return start + months, self.horizon.days[start + months]
        return self._end(id, start, months)

    @memo
    def _end(self, id: str, start: int, months: int) -> tuple[int, dt.date]:
        day = self.over(id, self.horizon.days[start], months)
        return self.horizon.index(day), day

    @cached_property
    def _relevance(self) -> Relevance:
        cells = self.horizon.cells
        values = [self.horizon.values(NO_CHANGES, day) for day in cells]
        return Relevance(self.executors, cells, values, self.changeable)

    @cached_property
    def changeable(self) -> frozenset[str]:
        """The facts that the outcome of any step changes, or that are presumed while one runs."""
        outcomes = {
            fact
            for step in self.catalogue.steps.values()
            for one in step.outcomes.all
            for fact in one
        }
        return frozenset(
            outcomes.union(*(profile.presume for profile in self.catalogue.profiles.values()))
        )

    @property
    def leaves(self) -> list[tuple[Leaf, frozenset[str]]]:
        """The leaves by whose numbers `Residual.leaves_left` speaks, with the changeable facts
        they depend on."""
        return self._relevance.leaves

    @property
    def asking(self) -> Mapping[str, set[int]]:
        """For each changeable fact the numbers of the leaves over it."""
        return self._relevance.asking

    @property
    def caps(self) -> Mapping[str, float]:
        """For each counter one more than the largest number it is compared with."""
        return self.executors.caps

    def system(self, changes: Changes, activity: Changes, day: dt.date) -> str | None:
        """The benefit system on `day`; None where it is not known. Told by the case, or given by
        its rule."""
        fact = self.catalogue.head.facts.system
        told = self.horizon.told(day).get(fact)
        rule = self.rulebook.vocabulary.by_rule.get(fact)
        if told is not None or rule is None:
            return told
        values = self.rulebook.rules[rule].values
        truths = self.truth(
            "system", [f"{rule}={value}" for value in values], changes, day, activity
        )
        return next((value for value in values if truths[f"{rule}={value}"]), None)

    def truth(
        self,
        name: str,
        ids: Iterable[str],
        changes: Changes,
        day: dt.date,
        activity: Changes = NO_CHANGES,
    ) -> Truths:
        """The answers of `ids`, through an executor kept under `name`."""
        matters = self.matter(name, ids, activity)
        changes = restrict(changes, matters.facts)
        key = (name, changes, activity, matters.cell_class[self.horizon.cell(day)])
        if key not in self._truths:
            executor = self.executors.executor(name, lambda: ids)
            self._truths[key] = executor.evaluate(
                self.horizon.values(joined(changes, activity), day), day
            )
        return self._truths[key]

    def matter(self, name: str, ids: Iterable[str], activity: Changes = NO_CHANGES) -> Residual:
        """What the answers of `ids`, kept under `name`, can depend on while `activity` is under
        way."""
        key = (name, activity)
        if key not in self._matters:
            self._matters[key] = self._relevance.of(ids, dict(activity))
        return self._matters[key]

    def _door_rules(self, id: str) -> list[str]:
        step = self.catalogue.steps[id]
        ids = [
            *Conditions.door(id),
            *(rule for todo in step.todo for rule in todo.rules),
        ]
        if step.presence == "daytime_full" and self.catalogue.head.search.childcare:
            ids.append(self.catalogue.head.search.childcare)
        return ids


class _Evaluation:
    """One look at one door."""

    def __init__(
        self, doors: Doors, executor: Executor, step: str, changes: Changes, day: dt.date
    ) -> None:
        self._catalogue = doors.catalogue
        self._rulebook = doors.rulebook
        self._scale: Scale = doors.rulebook.scale
        self._unknown_level = doors.unknown_level
        self._id = step
        self._step: Step = doors.catalogue.steps[step]
        self._day = day
        self._suspended = doors.suspended(day)
        self._now = doors.horizon.values(changes, day)
        self._truths_now = executor.evaluate(self._now, day)
        self._todo = tuple(
            todo
            for todo in doors.ahead(step, self._now)
            if todo.unless is None or self._truths_now[todo.unless] is not True
        )
        planned = {**{todo.fact: todo.value for todo in self._todo}, **self._step.during_month(0)}
        self._then = doors.horizon.values(changed(changes, planned), day)
        self._truths = executor.evaluate(self._then, day)
        self._strengths = Strengths(self._rulebook, self._truths, self._then, day)

    def door(self) -> Door:
        """All requirements together: shut if one is missing, unknown if one is unknown, else as
        firm as the weakest."""
        reasons = [*self._status(), *self._rungs(), *self._conditions(), *self._todo_reasons()]
        word, via, access_reasons = self._access(
            self._catalogue.conditions[Conditions.access(self._id)]
        )
        reasons.extend(access_reasons)
        words = [
            word,
            self._step.strength,
            *(self._catalogue.head.search.to_do_strength[todo.kind] for todo in self._todo),
        ]
        words += [self._strength(todo.rule) for todo in self._todo if todo.rule]
        weakest = self._scale.weakest(words)
        if any(not reason.unknown for reason in reasons):
            return Door(None, weakest, via, self._todo, tuple(reasons))
        level = self._unknown_level if reasons else self._scale.level(weakest) or 0
        return Door(level, weakest, via, self._todo, tuple(reasons))

    def _status(self) -> Iterable[Reason]:
        status, state = self._step.status, self._step.status.on(self._day)
        if state == "outside":
            yield Reason(kind="status", what=status.state)
        elif state in ("unclear", "planned"):
            yield Reason(kind="status", what=state, unknown=True)
        note = self._suspended[1].get(self._id)
        if note:
            yield Reason(kind="practice", what=note)

    def _rungs(self) -> Iterable[Reason]:
        for fact, rungs in self._step.requires.items():
            if rungs.from_ is None and rungs.to is None:
                continue
            value = self._now.get(fact)
            if value is None:
                yield Reason(kind="rung", what=fact, unknown=True)
                continue
            rank = self._rulebook.vocabulary.rank
            if rungs.from_ is not None and rank(fact, value) < rank(fact, rungs.from_):
                yield Reason(kind="rung", what=fact)
            if rungs.to is not None and rank(fact, value) > rank(fact, rungs.to):
                yield Reason(kind="beyond", what=fact)

    def _conditions(self) -> Iterable[Reason]:
        ids: list[tuple[ReasonKind, str]] = [
            ("age", Conditions.age(self._id)),
            ("condition", Conditions.facts(self._id)),
        ]
        search = self._catalogue.head.search
        asked = self._step.presence == "daytime_full" and search.childcare_todo not in self._todo
        if asked and search.childcare:
            ids.append(("childcare", search.childcare))
        for kind, id in ids:
            if self._truths_now[id] is not True:
                what = self._unmet(self._catalogue.conditions[id]) if kind == "condition" else id
                kind = "too_old" if kind == "age" and self._too_old(id) else kind
                yield Reason(kind=kind, what=what, unknown=self._truths_now[id] is None)

    def _too_old(self, id: str) -> bool:
        """Whether it is the upper limit of age that a condition fails at: time will not open it."""
        match self._catalogue.conditions[id]:
            case All(parts):
                limits = [part for part in parts if isinstance(part, Compare) and part.op == "<="]
                return any(truth_of(part, self._truths_now, self._now) is False for part in limits)
            case _:
                return False

    def _unmet(self, expr: Expr, wanted: bool = True) -> str:
        """The first fact or rule in a condition that keeps it from having the answer that is
        wanted."""
        match expr:
            case All(parts) | Any(parts):
                truths = [truth_of(part, self._truths_now, self._now) for part in parts]
                against = (not wanted) if (not wanted) in truths else None
                return self._unmet(parts[truths.index(against)], wanted)
            case Not(part):
                return self._unmet(part, not wanted)
            case Ref(rule):
                return rule
            case _:
                return expr.fact

    def _todo_reasons(self) -> Iterable[Reason]:
        for todo in self._todo:
            care = todo == self._catalogue.head.search.childcare_todo
            truths = self._truths if care else self._truths_now  # the step itself calls for care
            if todo.rule and truths[todo.rule] is not True:
                kind: ReasonKind = "childcare" if care else "todo"
                yield Reason(kind=kind, what=todo.rule, unknown=truths[todo.rule] is None)

    def _strength(self, rule: str) -> str | None:
        word, _ = self._strengths.of(rule)
        return word

    def _access(self, expr: Expr) -> tuple[str | None, tuple[str, ...], list[Reason]]:
        """The weakest word, the rules used and the reasons against, for the best way through an
        access condition."""
        match expr:
            case Ref(rule):
                truth = self._truths[rule]
                note = self._suspended[0].get(rule)
                if truth is False:
                    return None, (rule,), [Reason(kind="law", what=rule)]
                if note:
                    return None, (rule,), [Reason(kind="practice", what=note)]
                reasons = [] if truth else [Reason(kind="law", what=rule, unknown=True)]
                return self._strength(rule), (rule,), reasons
            case All(parts):
                found = [self._access(part) for part in parts]
                return (
                    self._scale.weakest(word for word, _, _ in found),
                    _joined(found),
                    [b for _, _, part in found for b in part],
                )
            case Any(parts):
                found = [self._access(part) for part in parts]
                best = min(found, key=self._firmness)
                if any(not reason.unknown for reason in best[2]):
                    return (
                        None,
                        _joined(found),
                        [reason for _, _, reasons in found for reason in reasons],
                    )
                return best
            case _:
                truth = truth_of(expr, self._truths, self._then)
                return (
                    None,
                    (),
                    [] if truth else [Reason(kind="law", what=self._id, unknown=truth is None)],
                )

    def _firmness(self, found: tuple[str | None, tuple[str, ...], list[Reason]]) -> tuple[int, int]:
        word, _, reasons = found
        shut = 2 if any(not reason.unknown for reason in reasons) else 1 if reasons else 0
        return shut, self._scale.level(word) or 0


def _joined(found: Iterable[tuple[str | None, tuple[str, ...], list[Reason]]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule for _, rules, _ in found for rule in rules))
