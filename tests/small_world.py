"""Random small catalogues over a small invented law, and a slow search that tries everything: the
oracle of the real one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any as AnyValue

from hypothesis import strategies as st

from klappts_engine.facts.calendar import add_months
from klappts_engine.facts.case import Case, case_class
from klappts_engine.facts.derive import Age, MonthsSince
from klappts_engine.facts.episodes import Episode, project
from klappts_engine.facts.values import values_on
from klappts_engine.facts.vocabulary import Fact, Vocabulary
from klappts_engine.pathways.catalogue import Catalogue, Region
from klappts_engine.pathways.model import (
    Ages,
    Beside,
    CatalogueHead,
    FactNames,
    Goal,
    Option,
    Outcomes,
    Phase,
    PracticeNote,
    Profile,
    Rungs,
    SearchSettings,
    Step,
    StepStatus,
    Todo,
)
from klappts_engine.rules.assessment import conclude
from klappts_engine.rules.executors.port import Parts, make_executor
from klappts_engine.rules.expressions import All, Any, Compare, Expr, In, Is, Not, Ref
from klappts_engine.rules.model import Rule, Version
from klappts_engine.rules.rulebook import Book, Rulebook
from klappts_engine.rules.strength import Grade, Scale
from klappts_engine.validation import Text
from klappts_engine.ways.access import Doors
from klappts_engine.ways.horizon import Future
from klappts_engine.ways.moves import Moves
from klappts_engine.ways.projection import Ground, Stages
from klappts_engine.ways.search import Way, search

ON = dt.date(2026, 1, 15)
MONTHS = 9
T = Text(de="x", en="x")
SCALE = Scale(
    grades={
        "claim": Grade(title=T, words=("claim", "act")),
        "discretion": Grade(title=T, words=("may", "contract")),
        "open": Grade(title=T, words=("open",)),
    },
    silent={"definition": T},
    policies={"secure": "claim", "discretion": "discretion", "all": "open"},
)
FACTS = {
    "birth_date": Fact(type="date", meaning=T),
    "age": Fact(type="number", meaning=T, derive=Age(age="birth_date")),
    "entry_date": Fact(type="date", meaning=T),
    "months_here": Fact(type="number", meaning=T, derive=MonthsSince(months_since="entry_date")),
    "tongue": Fact(type="enum", ladder=True, values=("t0", "t1", "t2"), meaning=T),
    "school": Fact(type="enum", ladder=True, values=("s0", "s1"), meaning=T),
    "worked": Fact(type="number", meaning=T),
    "permit": Fact(type="bool", meaning=T),
    "registered": Fact(type="bool", meaning=T),
    "busy": Fact(type="bool", meaning=T),
    "town": Fact(type="enum", values=("A", "B"), meaning=T),
    "system": Fact(type="enum", values=("x", "y"), meaning=T),
    "under_way": Fact(type="id", meaning=T),
    "under_way_since": Fact(type="date", meaning=T),
}
VOCABULARY = Vocabulary(FACTS, {}, {})
CASE = case_class(VOCABULARY)

_LEAVES: list[Expr] = [
    Compare("age", ">=", 18.0),
    Compare("age", "<", 18.0),
    Compare("months_here", ">=", 9.0),
    Compare("months_here", "<=", 8.0),
    Compare("worked", ">=", 2.0),
    Compare("worked", "<", 4.0),
    In("tongue", frozenset({"t1"})),
    In("tongue", frozenset({"t1", "t2"})),
    In("school", frozenset({"s0"})),
    Is("permit"),
    Is("registered"),
    Not(Is("busy")),
    All(()),
]
_leaf = st.sampled_from(_LEAVES)


def _one_of(*choices: Expr) -> st.SearchStrategy[Expr]:
    return st.sampled_from(choices)


_condition: st.SearchStrategy[Expr] = st.one_of(
    _one_of(All(())),
    _one_of(All(()), Compare("months_here", ">=", 9.0), Compare("worked", ">=", 2.0)),
    _one_of(All(()), Compare("age", ">=", 18.0), Compare("months_here", "<=", 8.0)),
    st.builds(lambda a, b: Any((a, b)), _leaf, _leaf),
    st.builds(lambda a, b, c: Any((All((a, b)), c)), _leaf, _leaf, _leaf),
)
_word = st.sampled_from(["claim", "may", "open", "definition"])
_border = st.sampled_from([dt.date(2026, 3, 10), dt.date(2026, 6, 1)])


@dataclass(frozen=True)
class World:
    """A rulebook, a catalogue and a case."""

    rulebook: Rulebook
    catalogue: Catalogue
    case: Case

    def ways(self, executor: str = "function") -> list[Way]:
        """What the search under test finds."""
        return search(Moves(self.doors(executor)), "g")

    def doors(self, executor: str = "function") -> Doors:
        """Fresh doors of this world."""
        full = self.rulebook.with_expressions(self.catalogue.conditions)
        turns = [
            day
            for note in self.catalogue.practice.values()
            for day in (note.from_, note.to and note.to + dt.timedelta(1))
            if day
        ]
        turns += [day for step in self.catalogue.steps.values() for day in step.status.turns]
        return Doors(Parts(full, executor), self.catalogue, Future(full, self.case, MONTHS, turns))


def _rule(id: str, first: Expr, then: Expr | None, day: dt.date, word: str) -> Rule:
    versions = [Version(None, day - dt.timedelta(1), first, word, "invented", ())]
    if then is not None:
        versions.append(Version(day, None, then, word, "invented", ()))
    else:
        versions = [Version(None, None, first, word, "invented", ())]
    return Rule(id, T, None, "invented", tuple(versions), "", None)


_rungs = st.sampled_from(
    [
        None,
        None,
        None,
        Rungs(to="t0"),
        Rungs(to="t1"),
        Rungs(**{"from": "t1"}),
        Rungs(**{"from": "t1", "to": "t1"}),
    ]
)
_outcome = st.fixed_dictionaries(
    {},
    optional={
        "tongue": st.sampled_from(["t1", "t2"]),
        "school": st.just("s1"),
        "worked": st.sampled_from(["+1", "+2", 3]),
        "permit": st.booleans(),
    },
).filter(bool)

_STATUSES = [
    StepStatus(to=dt.date(2026, 4, 30)),
    StepStatus(state="unclear"),
    StepStatus(state="unclear", since=dt.date(2026, 6, 1)),
]
_BEST: tuple[tuple[dict[str, AnyValue], ...], ...] = (
    (),
    (),
    ({"tongue": "t2"},),
    ({"school": "s1"}, {"worked": "+2"}),
)


@st.composite
def _step(draw: st.DrawFn, outcome: dict[str, AnyValue] | None) -> tuple[Step, Expr, Expr]:
    rungs = draw(_rungs)
    months = draw(st.integers(1, 3))
    todo = draw(
        st.sampled_from(
            [
                (),
                (Todo(fact="registered", value=True, kind="act", by="x", rule="r1"),),
                (Todo(fact="registered", value=True, kind="contract", by="x"),),
            ]
        )
    )
    step = Step(
        title=T,
        short=T,
        owner="o",
        body="b",
        payer=("p",),
        requires={"tongue": rungs} if rungs else {},
        age=draw(st.sampled_from([Ages()] * 5 + [Ages(**{"from": 18}), Ages(to=17)])),
        access="",
        todo=todo,
        during=draw(st.sampled_from([{}, {"busy": True}])),
        livelihood=draw(st.sampled_from([None, "idle", "work"])),
        outcomes=Outcomes(
            full={**(outcome or {}), **draw(_outcome)}
            if outcome is None or draw(st.booleans())
            else outcome,
            best=draw(st.sampled_from(_BEST)),
        ),
        months=(months, months, months + 1),
        phases=draw(st.sampled_from([(), (), (Phase(from_month=1, facts={"busy": True}),)])),
        lead_months=draw(st.integers(0, 2)),
        starts=draw(st.sampled_from([(), (), (), (2, 5, 8), (3, 6)])),
        apply_by=draw(st.sampled_from([None, None, None, "01-10", "04-15"])),
        exams=draw(st.sampled_from([(), (), (), (5, 6), (3, 8)])),
        status=draw(st.sampled_from([StepStatus()] * 12 + _STATUSES)),
        hours=draw(st.sampled_from([(0, 0), (0, 20), (10, 30), (25, 40)])),
        beside=draw(
            st.sampled_from(
                [
                    Beside(),
                    Beside(all=True),
                    Beside(steps=("step0", "step1")),
                    Beside(strands=("t",)),
                ]
            )
        ),
    )
    access = draw(
        _one_of(
            Ref("r1"),
            Ref("r2"),
            Any((Ref("r1"), Ref("r2"))),
            All((Ref("r1"), Ref("r2"))),
            Ref("r3"),
        )
    )
    return (
        step,
        access,
        draw(_one_of(All(()), All(()), All(()), Not(Is("busy")), In("school", frozenset({"s0"})))),
    )


def _running(step: Step) -> st.SearchStrategy[Step]:
    """A step as one that is under way: long, and mostly such that others can stand beside it."""
    beside = st.sampled_from([step.beside, Beside(all=True)])
    hours = st.sampled_from([(0, 0), (0, 20), (0, 25)])
    return st.builds(
        lambda months, beside, hours: step.model_copy(
            update={
                "months": (months, months, months + 1),
                "beside": beside,
                "hours": hours,
                "exams": (),
            }
        ),
        st.sampled_from([2, 3, 4, 5]),
        beside,
        hours,
    )


def _calm(step: Step) -> st.SearchStrategy[Step]:
    """A step, or one like it that leaves the livelihood as it is, can begin soon and is done
    soon."""
    calm: dict[str, AnyValue] = {
        "livelihood": None,
        "during": {},
        "phases": (),
        "lead_months": 0,
        "starts": (),
        "apply_by": None,
        "requires": {},
    }
    rises = all(
        FACTS[fact].ladder for one in step.outcomes.all for fact in one
    )  # else it could be taken again and again
    months = (0, 0, 1, 2, 3) if rises else (1, 1, 2, 3)
    return st.sampled_from(
        [step, *(step.model_copy(update={**calm, "months": (k, k, k + 1)}) for k in months)]
    )


_SINCE = [dt.date(2025, 11, 1), dt.date(2025, 12, 20), dt.date(2026, 1, 1), ON]


@st.composite
def _goal(draw: st.DrawFn, steps: list[Step]) -> Expr:
    """A goal that the steps can reach as far as their outcomes go: one fact, or two."""
    wanted: dict[str, Expr] = {
        "tongue": In("tongue", frozenset({"t2"})),
        "school": In("school", frozenset({"s1"})),
        "worked": Compare("worked", ">=", 3.0),
        "permit": Is("permit"),
    }
    within = [
        goal
        for fact, goal in wanted.items()
        if any(fact in one for step in steps for one in step.outcomes.all)
    ]
    return All(tuple(draw(st.lists(st.sampled_from(within), min_size=1, max_size=2, unique=True))))


@st.composite
def worlds(draw: st.DrawFn, running: bool | None = None) -> World:
    """Small worlds: three rules with versions, two to four steps, notes of practice, a half-known
    case.

    `running`: whether a step is under way; without it in some.
    """
    rules = {
        id: _rule(
            id, draw(_condition), draw(st.one_of(st.none(), _condition)), draw(_border), draw(_word)
        )
        for id in ("r1", "r2", "r3")
    }
    book = Book(id="invented", title=T, rechtsstand=dt.date(2026, 1, 1))
    rulebook = Rulebook(book, VOCABULARY, SCALE, rules, "0" * 64)
    steps, conditions = {}, {}
    for number, outcome in enumerate(
        ({"tongue": "t1"}, {"tongue": "t2"}, None, None)[: draw(st.integers(2, 4))]
    ):
        id = f"step{number}"
        steps[id], conditions[f"step:{id}:access"], conditions[f"step:{id}:facts"] = draw(
            _step(outcome)
        )
        ages = steps[id].age
        if bool(steps[id].outcomes.best) and draw(st.booleans()):
            conditions[f"step:{id}:only_if:best.0"] = draw(_condition)
        bounds = [Compare("age", ">=", float(ages.from_))] if ages.from_ else []
        bounds += [Compare("age", "<=", float(ages.to))] if ages.to else []
        conditions[f"step:{id}:age"] = All(tuple(bounds))
    under_way = draw(
        st.sampled_from([None, *steps])
        if running is None
        else st.sampled_from([*steps] if running else [None])
    )
    if under_way:
        steps = {
            id: draw(_running(step) if id == under_way else _calm(step))
            for id, step in steps.items()
        }
    conditions["goal:g"] = draw(_goal(list(steps.values())))
    profiles = {}
    for name in ("idle", "work"):
        share = draw(st.sampled_from(["full", "topup", "contribution"]))
        profiles[name] = Profile(options=(Option(benefit="b", when="", share=share),))
        conditions[f"livelihood:{name}:0"] = draw(_condition)
    notes = (
        _note(rules=("r1",)),
        _note(rules=("r2",), start=dt.date(2026, 3, 20)),
        _note(steps=("step0",)),
    )
    practice = draw(st.sampled_from([{}, {}, {}, *({"n": note} for note in notes)]))
    region = Region("here", T, ("X",), {}, {}, {}, {}, {})
    head = CatalogueHead(
        id="c",
        title=T,
        stand=ON,
        facts=FactNames(
            age="age",
            municipality="town",
            system="system",
            running="under_way",
            running_since="under_way_since",
        ),
        search=SearchSettings(
            idle="idle",
            horizon=MONTHS,
            to_do_strength={"act": "act", "contract": "contract", "prognosis": "open"},
            weekly_hours=40,
            accompanying=draw(st.sampled_from([("s",), ("s", "t")])),
        ),
    )
    catalogue = Catalogue(
        head,
        steps,
        {id: draw(st.sampled_from(["s", "t"])) for id in steps},
        {"g": Goal(short=T, title=T, test="")},
        {},
        profiles,
        practice,
        {},
        {},
        {},
        region,
        conditions,
    )
    told = draw(
        st.fixed_dictionaries(
            {
                "birth_date": st.sampled_from([dt.date(2008, 4, 20), dt.date(2000, 1, 1)]),
                "tongue": st.just("t0"),
                "school": st.just("s0"),
                "worked": st.sampled_from([0, 0, 1, 3]),
            },
            optional={
                "entry_date": st.sampled_from([dt.date(2025, 6, 11), dt.date(2024, 1, 1)]),
                "permit": st.booleans(),
                "registered": st.booleans(),
                "busy": st.just(False),
            },
        )
    )
    if under_way:
        told |= {"under_way": under_way, "under_way_since": draw(st.sampled_from(_SINCE))}
    return World(rulebook, catalogue, CASE(**told, as_of=ON))


def _note(
    rules: tuple[str, ...] = (), steps: tuple[str, ...] = (), start: dt.date | None = None
) -> PracticeNote:
    return PracticeNote(
        **{
            "title": T,
            "rules": rules,
            "steps": steps,
            "state": "suspended",
            "from": start,
            "to": dt.date(2026, 5, 9),
            "region": "X",
        }
    )


Costs = tuple[dt.date, int, int, int, bool]


def _beats(one: Costs, other: Costs) -> bool:
    return (
        one != other
        and one[0] <= other[0]
        and all(a <= b for a, b in zip(one[1:], other[1:], strict=True))
    )


@dataclass(frozen=True)
class RunningStep:
    """The step that is under way today, from first principles."""

    id: str
    step: Step
    since: dt.date
    end: dt.date
    told: Mapping[str, AnyValue]

    @classmethod
    def of(cls, world: World, id: str, since: dt.date) -> RunningStep | None:
        """The step `id` as begun on `since`; None if it is over today."""
        step = world.catalogue.steps[id]
        end = _ready(step, since, add_months(since, int(step.months[1])))
        return cls(id, step, since, end, world.case.told) if end > ON else None

    def facts(self, day: dt.date) -> dict[str, AnyValue]:
        """What holds on a day because it is running."""
        months = max(k for k in range(60) if add_months(self.since, k) <= day)
        facts = {
            todo.fact: todo.value
            for todo in self.step.todo
            if self.told.get(todo.fact) != todo.value
        } | self.step.during
        for phase in self.step.phases:
            facts |= phase.facts if phase.from_month <= months else {}
        return facts

    def admits(self, catalogue: Catalogue, id: str) -> bool:
        """Whether another step may be taken beside it."""
        step, strands = catalogue.steps[id], catalogue.strands
        if id == self.id or step.during or step.phases or step.livelihood == "work":
            return False
        if (
            strands[id] not in catalogue.head.search.accompanying
            or self.step.hours[1] + step.hours[0] > 40
        ):
            return False
        pairs = ((self.step.beside, id), (step.beside, self.id))
        return any(
            one.all or other in one.steps or strands[other] in one.strands for one, other in pairs
        )


def _ready(step: Step, begun: dt.date, ready: dt.date) -> dt.date:
    """The end of a step begun on a day whose time is up on the day `ready`: with exams after the
    next one."""
    if not step.exams:
        return ready
    deadlines = [
        dt.date(year, int(step.apply_by[:2]), int(step.apply_by[3:]))
        for year in range(2020, 2040)
        if step.apply_by
    ]
    firsts = (add_months(dt.date(2025, 1, 1), k) for k in range(72))
    exams = (first for first in firsts if first >= ready and first.month in step.exams)
    held = next(
        first
        for first in exams
        if not deadlines or any(one >= begun and one.year == first.year for one in deadlines)
    )
    return add_months(held, 1)


class BruteForce:
    """Tries every order of steps and every start, without any pruning, on cases projected through
    episodes.

    A way is one as firm as a level, without hopes or with them; what makes no difference to such
    ways (`Stages.reduced`, which has a test of its own) is no reason to take a step.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._rulebook = world.rulebook.with_expressions(world.catalogue.conditions)
        self._executor = make_executor("interpreter", self._rulebook)
        self._days = [ON, *(add_months(ON.replace(day=1), k) for k in range(1, MONTHS + 1))]
        self._answers: dict[AnyValue, AnyValue] = {}

    def costs(self) -> set[Costs]:
        """The costs of every way that no other way beats."""
        moves = Moves(self._world.doors())
        found: set[Costs] = set()
        for cut in range(4):
            for hopes in (False, True):
                stages = Stages(Ground(moves, "goal:g"), cut, hopes)
                found |= set(self._begun(stages, cut, hopes))
        return {one for one in found if not any(_beats(other, one) for other in found)}

    def _begun(self, stages: Stages, cut: int, hopes: bool) -> Iterator[Costs]:
        """Ways from today on, or those that keep the step that is under way."""
        told = self._world.case.told
        running = (
            RunningStep.of(self._world, told["under_way"], told["under_way_since"])
            if "under_way" in told
            else None
        )
        if running is None or self._truths({}, {}, ON)["goal:g"]:
            yield from self._ways(stages, cut, hopes, {}, 0, (ON, 0, 0, 0, False))
        else:
            yield from self._beside(running, stages, cut, hopes, {}, 0, (ON, 1, 0, 0, False))

    def _beside(
        self,
        running: RunningStep,
        stages: Stages,
        cut: int,
        hopes: bool,
        changes: Mapping[str, AnyValue],
        month: int,
        costs: Costs,
    ) -> Iterator[Costs]:
        """Ways on from a day on which the step under way is running and nothing runs beside it;
        without its own unpaid months."""
        day, count, firm, _, hoped = costs
        if (
            count > 1
            and day < running.end
            and self._truths(changes, running.facts(day), day)["goal:g"]
        ):
            yield day, count, firm, self._unpaid_until(running, day), hoped
            return
        unpaid = self._unpaid_until(running, running.end)
        for level, outcome, hope in self._outcomes(running, cut, hopes):
            if (arrival := self._arrival(running.end)) is not None:
                after = self._after(outcome, changes)
                there = (running.end, count, max(firm, level), unpaid, hoped or hope)
                yield from self._ways(stages, cut, hopes, after, arrival, there)
        for id, number, start, over, level in self._companions(running, cut, hopes, changes, month):
            step = self._world.catalogue.steps[id]
            outcome = (step.outcomes.full, *step.outcomes.best)[number]
            new = (over, count + 1, max(firm, level), 0, hoped or number > 0)
            if over <= running.end:
                after = self._after(outcome, changes)
                if self._differ(stages, changes, after):
                    arrival = self._arrival(over)
                    assert arrival is not None or running.end > self._days[-1]
                    if arrival is not None:
                        yield from self._beside(running, stages, cut, hopes, after, arrival, new)
                continue
            for more, result, hope in self._outcomes(running, cut, hopes):
                between = self._after(result, changes)
                after = self._after(outcome, between)
                arrival = self._arrival(over)
                if arrival is not None and self._differ(stages, between, after):
                    left = unpaid + self._unpaid_after(
                        step, changes, between, start, over, running.end
                    )
                    there = (over, count + 1, max(firm, level, more), left, new[4] or hope)
                    yield from self._ways(stages, cut, hopes, after, arrival, there)

    def _companions(
        self,
        running: RunningStep,
        cut: int,
        hopes: bool,
        changes: Mapping[str, AnyValue],
        month: int,
    ) -> Iterator[tuple[str, int, int, dt.date, int]]:
        """Every step that may stand beside the running one, with the number of an outcome, a start,
        its end and its level."""
        for id, step in self._world.catalogue.steps.items():
            if not running.admits(self._world.catalogue, id):
                continue
            for number in range(1 + (len(step.outcomes.best) if hopes else 0)):
                for start in range(month, len(self._days)):
                    day = self._days[start]
                    over = self._over(step, start) if day < running.end else None
                    level = (
                        self._level(id, number, {**changes, **running.facts(day)}, day)
                        if over
                        else None
                    )
                    if over is not None and level is not None and level <= cut:
                        yield id, number, start, over, level

    def _outcomes(
        self, running: RunningStep, cut: int, hopes: bool
    ) -> Iterator[tuple[int, Mapping[str, AnyValue], bool]]:
        """The outcomes of the step under way, each with the level of its condition today and
        whether it is a hope."""
        outcomes = running.step.outcomes
        for number, outcome in enumerate((outcomes.full, *(outcomes.best if hopes else ()))):
            name = f"step:{running.id}:only_if:best.{number - 1}"
            truth = (
                self._truths({}, {}, ON).get(name, True)
                if name in self._world.catalogue.conditions
                else True
            )
            level = 0 if truth else 3
            if truth is not False and level <= cut:
                yield level, outcome, number > 0

    def _unpaid_until(self, running: RunningStep, until: dt.date) -> int:
        """The months of the step under way from today on, before a day, that nothing is known to
        pay for."""
        days = (add_months(running.since, k) for k in range(60))
        profile = running.step.livelihood or "idle"
        return sum(
            not self._paid(profile, {}, running.facts(day), day)
            for day in days
            if ON <= day < until
        )

    def _unpaid_after(
        self,
        step: Step,
        begun: Mapping[str, AnyValue],
        changes: Mapping[str, AnyValue],
        start: int,
        over: dt.date,
        end: dt.date,
    ) -> int:
        """The months of a step without facts of its own from the day `end` on that nothing is known
        to pay for."""
        values = {**self._world.case.told, **begun}
        planned = {
            todo.fact: todo.value for todo in step.todo if values.get(todo.fact) != todo.value
        }
        days = (add_months(self._days[start], k) for k in range(60))
        return sum(
            not self._paid("idle", changes, planned, day) for day in days if end <= day < over
        )

    def _arrival(self, over: dt.date) -> int | None:
        return next((k for k, day in enumerate(self._days) if day >= over), None)

    @staticmethod
    def _differ(
        stages: Stages, before: Mapping[str, AnyValue], after: Mapping[str, AnyValue]
    ) -> bool:
        return stages.reduced(frozenset(before.items())) != stages.reduced(frozenset(after.items()))

    def _ways(
        self,
        stages: Stages,
        cut: int,
        hopes: bool,
        changes: Mapping[str, AnyValue],
        month: int,
        costs: Costs,
    ) -> Iterator[Costs]:
        if self._truths(changes, {}, costs[0])["goal:g"]:
            yield (dt.date.min, 0, 0, 0, False) if not costs[1] else costs
            return
        before = stages.reduced(frozenset(changes.items()))
        for id, step in self._world.catalogue.steps.items():
            for number, outcome in enumerate(
                (step.outcomes.full, *(step.outcomes.best if hopes else ()))
            ):
                after = self._after(outcome, changes)
                if stages.reduced(frozenset(after.items())) == before:
                    continue
                for start in range(month, len(self._days)):
                    level = self._level(id, number, changes, self._days[start])
                    over = self._over(step, start)
                    if over is None or level is None or level > cut:
                        continue
                    arrival = self._arrival(over)
                    if arrival is None:
                        continue
                    unpaid = self._unpaid(step, changes, month, start, over)
                    new = (
                        over,
                        costs[1] + 1,
                        max(costs[2], level),
                        costs[3] + unpaid,
                        costs[4] or number > 0,
                    )
                    yield from self._ways(stages, cut, hopes, after, arrival, new)

    def _level(
        self, id: str, number: int, changes: Mapping[str, AnyValue], day: dt.date
    ) -> int | None:
        """The level of a door and of the condition of its outcome."""
        level = self._door(id, changes, day)
        name = f"step:{id}:only_if:best.{number - 1}"
        if level is None or not number or name not in self._world.catalogue.conditions:
            return level
        truth = self._truths(changes, {}, day)[name]
        return level if truth else 3 if truth is None else None

    def _over(self, step: Step, start: int) -> dt.date | None:
        """The day on which a step is over that begins on a day of the grid; None if it cannot begin
        then."""
        day = self._days[start]
        if day < add_months(ON, step.lead_months) or (
            step.starts and (day.day != 1 or day.month not in step.starts)
        ):
            return None
        deadlines = [
            dt.date(year, int(step.apply_by[:2]), int(step.apply_by[3:]))
            for year in range(2020, 2040)
            if step.apply_by
        ]
        ready = add_months(day, int(step.months[1]))
        if not step.exams:
            late = deadlines and max(deadline for deadline in deadlines if deadline <= day) < ON
            return None if late else ready
        return _ready(step, day, ready)

    def _unpaid(
        self, step: Step, changes: Mapping[str, AnyValue], month: int, start: int, over: dt.date
    ) -> int:
        """The months from `month` to the end of a step that nothing is known to pay for."""
        idle = sum(not self._paid("idle", changes, {}, self._days[k]) for k in range(month, start))
        values = {**self._world.case.told, **changes}
        planned = {
            todo.fact: todo.value for todo in step.todo if values.get(todo.fact) != todo.value
        }
        busy, number = 0, 0
        while (day := add_months(self._days[start], number)) < over:
            phases = {
                fact: value
                for phase in step.phases
                if phase.from_month <= number
                for fact, value in phase.facts.items()
            }
            busy += not self._paid(
                step.livelihood or "idle", changes, {**planned, **step.during, **phases}, day
            )
            number += 1
        return idle + busy

    def _after(
        self, outcome: Mapping[str, AnyValue], changes: Mapping[str, AnyValue]
    ) -> dict[str, AnyValue]:
        values = {**self._world.case.told, **changes}
        new = dict(changes)
        for fact, value in outcome.items():
            now = values.get(fact)
            if isinstance(value, str) and value.startswith("+"):
                value = min((now or 0) + int(value), 5)
            elif FACTS[fact].ladder and now is not None:
                value = max(now, value)
            if now != value:
                new[fact] = value
        return new

    def _truths(
        self, changes: Mapping[str, AnyValue], more: Mapping[str, AnyValue], day: dt.date
    ) -> Mapping[str, AnyValue]:
        key = ("truths", tuple(sorted(changes.items())), tuple(sorted(more.items())), day)
        if key not in self._answers:
            self._answers[key] = self._executor.evaluate(self._values(changes, more, day), day)
        return self._answers[key]  # type: ignore[no-any-return]

    def _values(
        self, changes: Mapping[str, AnyValue], more: Mapping[str, AnyValue], day: dt.date
    ) -> dict[str, AnyValue]:
        episodes = [
            Episode(**{"fact": fact, "value": value, "from": day, "origin": "x"})
            for fact, value in {**changes, **more}.items()
        ]
        return values_on(project(self._world.case, episodes, day, VOCABULARY), VOCABULARY)

    def _paid(
        self,
        profile: str,
        changes: Mapping[str, AnyValue],
        during: Mapping[str, AnyValue],
        day: dt.date,
    ) -> bool:
        options = self._world.catalogue.profiles[profile].options
        truths = self._truths(changes, during, day)
        return any(
            truths[f"livelihood:{profile}:{k}"] and option.share in ("full", "topup")
            for k, option in enumerate(options)
        )

    def _suspended(self, day: dt.date, rule: str | None = None, step: str | None = None) -> bool:
        return any(
            note.in_force(day) and (rule in note.rules or step in note.steps)
            for note in self._world.catalogue.practice.values()
        )

    def _door(self, id: str, changes: Mapping[str, AnyValue], day: dt.date) -> int | None:
        """The level of a door, from first principles: 3 is unknown, None is shut."""
        step = self._world.catalogue.steps[id]
        now = self._values(changes, {}, day)
        truths_now = self._truths(changes, {}, day)
        todos = [todo for todo in step.todo if now.get(todo.fact) != todo.value]
        planned = {**step.during, **{todo.fact: todo.value for todo in todos}}
        then = self._values(changes, planned, day)
        truths = self._truths(changes, planned, day)
        strengths = {
            rule: found.strength
            for rule, found in conclude(
                self._rulebook, truths, then, day, ("r1", "r2", "r3")
            ).items()
        }
        needs: list[bool | None] = [truths_now[f"step:{id}:facts"], truths_now[f"step:{id}:age"]]
        for fact, rungs in step.requires.items():
            value = now.get(fact)
            inside = None if value is None else (rungs.from_ or "t0") <= value <= (rungs.to or "t9")
            needs.append(inside)
        needs += [truths_now[todo.rule] for todo in todos if todo.rule]
        if (step.status.to and day > step.status.to) or self._suspended(day, step=id):
            return None
        if step.status.state == "unclear" and (step.status.since or day) <= day:
            needs.append(None)
        levels = [SCALE.level({"act": "act", "contract": "contract"}[todo.kind]) for todo in todos]
        levels += [
            SCALE.level(self._own_strength(todo.rule, truths, then, day))
            for todo in todos
            if todo.rule
        ]
        access = self._access(
            self._world.catalogue.conditions[f"step:{id}:access"], truths, strengths, day
        )
        if access is None or False in needs:
            return None
        if access == 3 or None in needs:
            return 3
        return max([access, *(level for level in levels if level is not None)])

    def _own_strength(
        self, rule: str, truths: Mapping[str, AnyValue], values: dict[str, AnyValue], day: dt.date
    ) -> str | None:
        version = self._rulebook.rules[rule].version(day)
        return version.strength if version else None

    def _access(
        self,
        expr: Expr,
        truths: Mapping[str, AnyValue],
        strengths: Mapping[str, str | None],
        day: dt.date,
    ) -> int | None:
        if isinstance(expr, Ref):
            truth = truths[expr.rule]
            if truth is False or self._suspended(day, rule=expr.rule):
                return None
            return 3 if truth is None else SCALE.level(strengths[expr.rule]) or 0
        assert isinstance(expr, (All, Any))
        parts = [self._access(part, truths, strengths, day) for part in expr.parts]
        if isinstance(expr, All):
            return None if None in parts else max(part for part in parts if part is not None)
        return min((part for part in parts if part is not None), default=None)
