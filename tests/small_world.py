"""Random small catalogues over a small invented law, with a case: what the search is tried on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any as AnyValue

from hypothesis import strategies as st

from klappts_engine.facts.case import Case, case_class
from klappts_engine.facts.derive import Age, MonthsSince
from klappts_engine.facts.vocabulary import Fact, Vocabulary
from klappts_engine.pathways.catalogue import Catalogue, Region
from klappts_engine.pathways.head import CatalogueHead, FactNames, SearchSettings
from klappts_engine.pathways.money import Option, Profile
from klappts_engine.pathways.region import PracticeNote
from klappts_engine.pathways.steps import (
    Ages,
    Beside,
    Goal,
    Late,
    Outcomes,
    Phase,
    Rungs,
    Step,
    StepStatus,
    Todo,
    Windows,
)
from klappts_engine.rules.executors.port import Executors
from klappts_engine.rules.expressions import All, Any, Compare, Expr, In, Is, Not, Ref
from klappts_engine.rules.model import Rule, Version
from klappts_engine.rules.rulebook import Book, Rulebook
from klappts_engine.rules.strength import Grade, Scale
from klappts_engine.validation import Text
from klappts_engine.ways.access import Doors
from klappts_engine.ways.horizon import Horizon
from klappts_engine.ways.search import Solution, search
from klappts_engine.ways.transitions import Transitions
from tests.oracle import Oracle

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
    "paper_until": Fact(type="date", meaning=T, ends=("registered", "permit")),
    "town": Fact(type="enum", values=("A", "B"), meaning=T),
    "system": Fact(type="enum", values=("x", "y"), meaning=T),
    "deal": Fact(type="enum", ladder=True, values=("d0", "d1", "d2", "d3"), meaning=T),
    "deal_from": Fact(type="date", meaning=T),
    "trade": Fact(type="enum", values=("u", "v"), meaning=T),
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

    def oracle(self) -> Oracle:
        """The slow search for the same ways."""
        return Oracle(self.rulebook, self.catalogue, self.case, MONTHS, "g")

    def ways(self, executor: str = "function") -> list[Solution]:
        """What the search under test finds."""
        return list(search(Transitions(self.doors(executor)), "g").ways)

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
        return Doors(
            Executors(full, executor), self.catalogue, Horizon(full, self.case, MONTHS, turns)
        )


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

_late = st.sampled_from(
    [(), (), (Late(months=(4, 7)),), (Late(months=(4,), rule="r1"), Late(months=(7, 9)))]
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
                (Todo(fact="deal", value="d3", kind="contract", by="x"),),
            ]
        )
    )
    lead = draw(st.integers(0, 2))
    starts = draw(st.sampled_from([(), (), (), (2, 5, 8), (3, 6)]))
    apply_by = draw(st.sampled_from([None, None, None, "01-10", "04-15"]))
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
        during=draw(st.sampled_from([{}, {"busy": True}, {"trade": "u"}, {"trade": "v"}])),
        livelihood=draw(st.sampled_from([None, "idle", "work"])),
        outcomes=Outcomes(
            full={**(outcome or {}), **draw(_outcome)}
            if outcome is None or draw(st.booleans())
            else outcome,
            best=draw(st.sampled_from(_BEST)),
        ),
        months=(months, months, months + 1),
        phases=draw(st.sampled_from([(), (), (Phase(from_month=1, facts={"busy": True}),)])),
        lead_months=lead,
        starts=starts,
        apply_by=apply_by,
        windows=Windows(
            starts=(starts and "usual") or None,
            apply_by=apply_by and draw(st.sampled_from(["usual", "last", None])),
            lead=(lead and draw(st.sampled_from(["usual", "legal", None]))) or None,
            late=draw(_late) if starts else (),
        ),
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
        "windows": Windows(),
        "requires": {},
    }
    rises = all(
        FACTS[fact].ladder for one in step.outcomes.all for fact in one
    )  # else it could be taken again and again
    months = (0, 0, 1, 2, 3) if rises else (1, 1, 2, 3)
    return st.sampled_from(
        [step, *(step.model_copy(update={**calm, "months": (k, k, k + 1)}) for k in months)]
    )


_deal: st.SearchStrategy[dict[str, AnyValue]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {"deal": st.sampled_from(["d1", "d2", "d3"])},
        optional={
            "deal_from": st.sampled_from(
                [
                    dt.date(2025, 12, 1),
                    ON,
                    dt.date(2026, 1, 20),
                    dt.date(2026, 3, 1),
                    dt.date(2026, 4, 15),
                    dt.date(2026, 9, 30),
                    dt.date(2027, 1, 1),
                ]
            ),
            "trade": st.sampled_from(["u", "v"]),
        },
    ),
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
            contract="deal",
            contract_binds="d2",
            contract_start="deal_from",
            contract_terms=("trade",),
        ),
        search=SearchSettings(
            idle="idle",
            horizon=MONTHS,
            to_do_strength={"act": "act", "contract": "contract", "prognosis": "open"},
            late_strength=draw(st.sampled_from([None, "may", "open"])),
            late_within=draw(st.sampled_from([4, 12])),
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
                "paper_until": st.sampled_from([dt.date(2026, 3, 31), dt.date(2026, 5, 12)]),
            },
        )
    )
    told |= draw(_deal)
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
