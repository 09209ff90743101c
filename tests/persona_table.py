"""The made-up persons of examples/ held against what a rough run of the catalogue expected of them,
and the page of both."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from klappts_engine import Engine
from klappts_engine.facts.calendar import months_elapsed
from klappts_engine.facts.case import Case
from klappts_engine.validation import Data, Day, Text
from klappts_engine.ways.access import Doors
from klappts_engine.ways.horizon import NO_CHANGES
from klappts_engine.ways.moves import Move, Moves, months_between
from klappts_engine.ways.replay import replay
from klappts_engine.ways.telling import Path as Way
from klappts_engine.ways.telling import Paths
from tests.shipped import read_model, shipped

FILE = Path(__file__).parent / "cases" / "personas.yaml"
EXAMPLES = Path(__file__).parent.parent / "examples"
POLICIES = ("secure", "discretion", "all")
Facts = dict[str, Any]


class Walk(Data):
    """A way that the rough run found: the months it takes, and its steps."""

    months: int
    via: tuple[str, ...]


class Difference(Data):
    """Where the engine answers otherwise: what was asked, its answer, and the reasons by their
    names."""

    what: str
    got: Any
    reasons: tuple[str, ...]


class Scenario(Data):
    """The same person if some facts were others: what is expected with discretion."""

    facts: Facts
    ways: dict[str, Walk | None]


class Persona(Data):
    """What is expected of one example; see the head of tests/cases/personas.yaml."""

    title: Text
    system: str
    open: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    goals: dict[str, str | None]
    ways: dict[str, dict[str, Walk | None]]
    living: dict[str, str] = {}
    scenarios: dict[str, Scenario] = {}
    differs: tuple[Difference, ...] = ()

    def way(self, what: str) -> tuple[str, str, str | None, Walk | None]:
        """The goal, the policy and the scenario that a difference speaks of, and the way expected
        there."""
        _, goal, policy, *scenario = what.replace(",", "").split()
        if scenario:
            return goal, policy, scenario[0], self.scenarios[scenario[0]].ways[goal]
        return goal, policy, None, self.ways[goal][policy]


class Reason(Data):
    """Why an answer is another one, and what decides that; `open_error`: the expectation is right
    and the engine is not yet."""

    because: Text
    decided_by: str
    open_error: bool = False


class Pay(Data):
    """What pays from a month of a step on, each with its share, and whether it is enough (null: not
    known)."""

    day: Day
    benefits: dict[str, str]
    secured: bool | None
    system: str | None


class Trap(Data):
    """A step in which the livelihood is easily misjudged, and what pays by law."""

    title: Text
    like: str
    facts: Facts = {}
    step: str
    start: Day
    pays: tuple[Pay, ...]
    because: Text
    cite: tuple[str, ...]


class Personas(Data):
    """The file: the day, the steps whose livelihood is sampled, the reasons, the persons, the
    traps, the words of the page."""

    on: Day
    sample: tuple[str, ...]
    reasons: dict[str, Reason]
    personas: dict[str, Persona]
    traps: dict[str, Trap]
    page: dict[str, str]


@cache
def engine() -> Engine:
    """The shipped data, which stay: the searches that follow need not look through them for
    garbage."""
    loaded = shipped()
    gc.freeze()
    return loaded


@cache
def personas() -> Personas:
    """The file of expectations. Raises DataError with every mistake."""
    return read_model(FILE, Personas)


def case(id: str, facts: Mapping[str, Any] | None = None) -> Case:
    """The example `id` with other facts on top; null takes a fact away."""
    told = engine().read_case(EXAMPLES / f"{id}.yaml")
    known = {**told.told, **(facts or {}), "assumptions": told.assumptions}
    return engine().case(**{id: value for id, value in known.items() if value is not None})


class Found(NamedTuple):
    """What the engine answers for a case and a goal, and what its steps mean for the case."""

    paths: Paths
    moves: Moves

    def firm(self, policy: str) -> list[Way]:
        """The ways without hopes that are as firm as a policy asks, earliest first; under the
        weakest also unknown doors."""
        weakest = policy == POLICIES[-1]
        firm = [
            way
            for way in self.paths.paths
            if not way.criteria.hopes and (weakest or self.is_firm(way, policy))
        ]
        return sorted(
            firm,
            key=lambda way: (way.criteria.end, way.criteria.steps, way.criteria.unsecured_months),
        )

    def is_firm(self, way: Way, policy: str) -> bool:
        """Whether all doors of a way are known, and as firm as a policy asks."""
        scale = self.moves.doors.rulebook.scale
        return not way.conditional and scale.place(way.criteria.strength or "") <= scale.cut(policy)


def find(case: Case, goal: str) -> Found:
    """The ways of a case to a goal on the day of the file."""
    return Found(engine().paths(case, goal, personas().on), Moves(_doors(case)))


def _doors(case: Case) -> Doors:
    there, _ = engine()._on(case, personas().on, ())
    return engine()._doors(there, engine().catalogue.head.search.horizon)


@cache
def found(id: str, goal: str, scenario: str | None = None) -> Found:
    """`find` for an example, kept."""
    return find(
        case(id, personas().personas[id].scenarios[scenario].facts if scenario else None), goal
    )


def strictest(found: Found) -> str | None:
    """The strictest policy under which there is a way; None if there is none."""
    return next((policy for policy in POLICIES if found.paths.reached or found.firm(policy)), None)


def months(day: dt.date) -> int:
    """The whole months from the day of the file to `day`."""
    return int(months_elapsed(personas().on, day) or 0)


def best(found: Found, policy: str) -> dict[str, int | None]:
    """The months of the earliest way under a policy and those of them that nobody is known to pay,
    and of a hoped earlier one."""
    if found.paths.reached:
        return {"best": 0, "unsecured": 0, "hoped": None}
    firm = found.firm(policy)
    least = months(firm[0].criteria.end) if firm else None
    hoped = [way for way in found.paths.paths if way.criteria.hopes and found.is_firm(way, policy)]
    sooner = min((months(way.criteria.end) for way in hoped), default=None)
    return {
        "best": least,
        "unsecured": firm[0].criteria.unsecured_months if firm else 0,
        "hoped": sooner if sooner is not None and (least is None or sooner < least) else None,
    }


def walked(found: Found, goal: str, walk: Walk, policy: str) -> int | None:
    """The months that the steps of `walk` take by our rules; None if they do not lead to the goal
    under the policy."""
    moves, doors, today = found.moves, found.moves.doors, personas().on
    running = doors.running
    under_way = running if running and walk.via[:1] == running[:1] else None
    starts = [
        under_way[1] if under_way and not number else today for number in range(len(walk.via))
    ]
    steps = [
        Move(id, day, day, running=day != today) for id, day in zip(walk.via, starts, strict=True)
    ]
    replayed = replay(moves, steps, doors.duration)
    if replayed is None:
        return None
    changes = NO_CHANGES
    for move in replayed:
        level = 0 if move.running else doors.door(move.step, changes, move.start).level
        if level is None or not doors.rulebook.scale.accepts(policy, level):
            return None
        changes = moves.after(move, changes)
    end = replayed[-1].end if replayed else today
    name = f"goal:{goal}"
    return months(end) if doors.truth(name, [name], changes, end)[name] else None


def _way(found: Found, goal: str, walk: Walk | None, policy: str) -> dict[str, int | None]:
    through = walked(found, goal, walk, policy) if walk else None
    return {"walked": through, **best(found, policy)}


def answers(id: str) -> Iterator[tuple[str, Any, Any]]:
    """Everything that is expected of an example: what is asked, what is expected, what the engine
    answers."""
    persona, me = personas().personas[id], case(id)
    possible = engine().possible(me, "rechtskreis", personas().on)
    yield "system", persona.system, possible[0] if len(possible) == 1 else "unknown"
    states = engine().steps(me, personas().on)
    for expected, steps in (
        ("holds", persona.open),
        ("fails", persona.closed),
        ("unknown", persona.unknown),
    ):
        for step in steps:
            yield f"step {step}", expected, states[step].answer
    for step in personas().sample:
        yield (
            f"living {step}",
            persona.living.get(step, "covered"),
            living_now(found(id, "beruf").moves.doors, step),
        )
    for goal, policy in persona.goals.items():
        yield f"goal {goal}", policy, strictest(found(id, goal))
    for goal, walks in persona.ways.items():
        for policy, walk in walks.items():
            yield f"way {goal} {policy}", walk, _way(found(id, goal), goal, walk, policy)
    for name, scenario in persona.scenarios.items():
        for goal, walk in scenario.ways.items():
            there = found(id, goal, name)
            yield f"way {goal} discretion, {name}", walk, _way(there, goal, walk, "discretion")


def differences(id: str) -> dict[str, Any]:
    """What the engine answers otherwise than expected of an example."""
    return {what: got for what, expected, got in answers(id) if not _agrees(expected, got)}


def _agrees(expected: Any, got: Any) -> bool:
    if isinstance(got, dict):
        least = expected.months if expected else None
        return bool(got["walked"] == got["best"] == least)
    return bool(expected == got)


def living_now(doors: Doors, id: str) -> str:
    """Whether the livelihood is covered in a step that is entered today, phase by phase."""
    step, day = doors.catalogue.steps[id], doors.future.days[0]
    words: list[str] = []
    for month in sorted({0, *(phase.from_month for phase in step.phases)}):
        living = doors.living(
            doors.catalogue.livelihood(id), NO_CHANGES, doors.activity(id, NO_CHANGES, month), day
        )
        shares = {share for _, share in living.benefits}
        if living.secured:
            words.append("covered")
        elif "contribution" in shares:
            words.append("pay_only")
        else:
            words.append(
                "unknown" if living.secured is None else "kann" if "kann" in shares else "gap"
            )
    return "/".join(words) if len(set(words)) > 1 else words[0]


def pays(trap: Trap) -> tuple[Pay, ...]:
    """What the engine says pays in a trap, in the months in which who pays or the benefit system
    changes."""
    doors = _doors(case(trap.like, {"running_step": None, "running_since": None, **trap.facts}))
    moves = Moves(doors)
    found: list[Pay] = []
    for number, day in months_between(
        trap.start, moves.over(trap.step, trap.start, moves.doors.duration(trap.step, NO_CHANGES))
    ):
        activity = doors.activity(trap.step, NO_CHANGES, number)
        living = doors.living(doors.catalogue.livelihood(trap.step), NO_CHANGES, activity, day)
        system = doors.system(NO_CHANGES, activity, day)
        pay = Pay(day=day, benefits=dict(living.benefits), secured=living.secured, system=system)
        if not found or pay.model_copy(update={"day": found[-1].day}) != found[-1]:
            found.append(pay)
    return tuple(found)


class Page:
    """The page docs/personas.md, in German: a head, one block of rows for each example, and what
    stands below."""

    def head(self) -> str:
        """What the page is and how to read it, and the head of the table."""
        file = personas()
        differs = [one for persona in file.personas.values() for one in persona.differs]
        errors = [
            one for one in differs if any(file.reasons[name].open_error for name in one.reasons)
        ]
        return self._word(
            "head",
            on=f"{file.on:%d.%m.%Y}",
            rechtsstand=f"{engine().rulebook.book.rechtsstand:%d.%m.%Y}",
            personas=len(file.personas),
            answers=sum(map(_asked, file.personas.values())),
            differs=len(differs),
            errors=len(errors),
        )

    def rows(self, id: str) -> str:
        """The rows of one example: a goal each."""
        persona = personas().personas[id]
        title = f"{persona.title.de} (`{id}`)"
        return "".join(
            self._row(id, "" if number else title, goal)
            for number, goal in enumerate(persona.goals)
        )

    def _row(self, id: str, title: str, goal: str) -> str:
        there = found(id, goal)
        got = strictest(there)
        way = there.firm(got)[0] if got and not there.paths.reached else None
        told = ["–"] * 3
        if way:
            told = [
                str(months(way.criteria.end)),
                str(way.criteria.unsecured_months),
                self._chain(way),
            ]
        expected = self._word(f"policy_{personas().personas[id].goals[goal]}")
        return _cells(
            title,
            self._goal(goal),
            expected,
            self._word("reached" if there.paths.reached else f"policy_{got}"),
            *told,
        )

    def foot(self) -> str:
        """The reasons, the differences with the numbers of their reasons, and the traps."""
        file = personas()
        reasons = [
            self._word(
                "reason",
                number=number,
                mark=self._word("error") if one.open_error else "",
                because=one.because.de,
                by=one.decided_by,
            )
            for number, one in enumerate(file.reasons.values(), 1)
        ]
        differs = [
            self._difference(id, persona, one)
            for id, persona in file.personas.items()
            for one in persona.differs
        ]
        traps = [self._trap(trap) for trap in file.traps.values()]
        heads = (self._word(key) for key in ("reasons_head", "differences_head", "traps_head"))
        return "".join(
            head + "".join(lines)
            for head, lines in zip(heads, (reasons, differs, traps), strict=True)
        )

    def _difference(self, id: str, persona: Persona, one: Difference) -> str:
        numbers = ", ".join(str(list(personas().reasons).index(name) + 1) for name in one.reasons)
        kind, asked, *_ = one.what.split()
        if kind == "way":
            goal, policy, scenario, walk = persona.way(one.what)
            name = f"`{id}`, {self._word(scenario)}" if scenario else f"`{id}`"
            question = f"{self._goal(goal)} {self._word(f'policy_{policy}')}"
            return _cells(
                name,
                question,
                self._months(walk.months if walk else None),
                self._way(one.got, walk),
                numbers,
            )
        if kind == "goal":
            question, words = (
                self._goal(asked),
                [f"policy_{persona.goals[asked]}", f"policy_{one.got}"],
            )
        else:
            question = self._steps([asked])
            words = [
                "holds"
                if asked in persona.open
                else "fails"
                if asked in persona.closed
                else "unknown",
                one.got,
            ]
        return _cells(f"`{id}`", question, *map(self._word, words), numbers)

    def _way(self, got: Mapping[str, Any], walk: Walk | None) -> str:
        words = [self._months(got["best"])]
        words += [self._word("unsecured", months=got["unsecured"])] if got["unsecured"] else []
        words += [self._word("hoped", months=got["hoped"])] if got["hoped"] is not None else []
        words += [self._word("not_walked")] if walk and got["walked"] is None else []
        return ", ".join(words)

    def _months(self, months: int | None) -> str:
        return self._word("no_way") if months is None else self._word("months", months=months)

    def _trap(self, trap: Trap) -> str:
        cells = (
            self._steps([trap.step]),
            self._paid(trap.pays),
            trap.because.de,
            ", ".join(trap.cite),
        )
        return _cells(trap.title.de, *cells)

    def _paid(self, pays: Iterable[Pay]) -> str:
        return "<br>".join(
            self._word(
                "paid",
                day=f"{pay.day:%m/%Y}",
                secured=self._word(f"secured_{pay.secured}"),
                benefits=" + ".join(engine().catalogue.benefits[id].title.de for id in pay.benefits)
                or self._word("nothing"),
            )
            for pay in pays
        )

    def _steps(self, steps: Iterable[str]) -> str:
        return " → ".join(engine().catalogue.steps[id].short.de for id in steps)

    def _chain(self, way: Way) -> str:
        """The steps of a way; those beside the one under way stand with it."""
        told = ""
        for step in way.steps:
            name = self._steps([step.id])
            after = f"{told} → {name}" if told else name
            told = self._word("meanwhile", steps=told, step=name) if step.meanwhile else after
        return told

    def _goal(self, goal: str) -> str:
        return engine().catalogue.goals[goal].short.de

    def _word(self, key: str, **values: object) -> str:
        return personas().page[key].format(**values)


def _asked(persona: Persona) -> int:
    """How much is asked of an example."""
    steps = len(persona.open) + len(persona.closed) + len(persona.unknown) + len(personas().sample)
    ways = sum(map(len, persona.ways.values())) + sum(
        len(one.ways) for one in persona.scenarios.values()
    )
    return 1 + steps + len(persona.goals) + ways


def _cells(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |\n"
