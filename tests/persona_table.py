"""The made-up persons of examples/ held against what a rough catalogue run expected of them, and the page that shows what came out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from klappts_engine import Engine
from klappts_engine.errors import DataError
from klappts_engine.facts.calendar import months_elapsed
from klappts_engine.facts.case import Case
from klappts_engine.pathways.doors import Doors
from klappts_engine.pathways.future import NO_CHANGES
from klappts_engine.pathways.moves import Move, Moves
from klappts_engine.pathways.search import Way, search
from klappts_engine.pathways.ways import PathStep, path
from klappts_engine.validation import Data, Day, Text, validate
from klappts_engine.yamlfile import read

FILE = Path(__file__).parent / "cases" / "personas.yaml"
EXAMPLES = Path(__file__).parent.parent / "examples"
POLICIES = ("secure", "discretion", "all")
Facts = dict[str, Any]


class Walk(Data):
    """A way that the rough run found: the months it takes, and its steps."""

    months: int
    via: tuple[str, ...]


class Difference(Data):
    """Where the engine answers otherwise: what was asked, its answer, and the reasons by their names."""

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
    running: tuple[str, Day] | None = None
    system: str
    open: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    goals: dict[str, str | None]
    ways: dict[str, dict[str, Walk | None]]
    living: dict[str, str] = {}
    scenarios: dict[str, Scenario] = {}
    differs: tuple[Difference, ...] = ()


class Reason(Data):
    """Why an answer is another one, and what decides that; `open_error`: the expectation is right and the engine is not yet."""

    because: Text
    decided_by: str
    open_error: bool = False


class Pay(Data):
    """What pays from a month of a step on, each with its share, and whether it is enough (null: not known)."""

    day: Day
    benefits: dict[str, str]
    secured: bool | None
    system: str | None


class Trap(Data):
    """A step in which the livelihood is easily misjudged: what pays by law, and what the engine says where it still errs."""

    title: Text
    like: str
    facts: Facts = {}
    step: str
    start: Day
    pays: tuple[Pay, ...]
    because: Text
    cite: tuple[str, ...]
    got: tuple[Pay, ...] | None = None


class Personas(Data):
    """The file: the day, the steps whose livelihood is sampled, the reasons, the persons, the traps, the words of the page."""

    on: Day
    sample: tuple[str, ...]
    reasons: dict[str, Reason]
    personas: dict[str, Persona]
    traps: dict[str, Trap]
    page: dict[str, str]


@cache
def engine() -> Engine:
    """The shipped data."""
    return Engine.load()


@cache
def personas() -> Personas:
    """The file of expectations. Raises DataError with every mistake."""
    found, mistakes = validate(Personas, read(FILE), file=FILE.name)
    if found is None:
        raise DataError(mistakes)
    return found


def case(id: str, facts: Mapping[str, Any] | None = None) -> Case:
    """The example `id` with the step under way, and with other facts on top; null takes a fact away."""
    told = engine().read_case(EXAMPLES / f"{id}.yaml")
    running = personas().personas[id].running
    under_way = dict(zip(("running_step", "running_since"), running, strict=True)) if running else {}
    known = {**told.told, **under_way, **(facts or {}), "assumptions": told.assumptions}
    return engine().case(**{id: value for id, value in known.items() if value is not None})


class Found(NamedTuple):
    """The doors of a case and its ways to a goal, as the search gives them."""

    doors: Doors
    ways: tuple[Way, ...]

    @property
    def reached(self) -> bool:
        """Whether the goal is reached already."""
        return any(not way.moves for way in self.ways)

    def firm(self, policy: str) -> list[Way]:
        """The ways that count on no hope and are as firm as a policy asks, earliest first; under the weakest also unknown doors."""
        scale = self.doors.rulebook.scale
        cut = self.doors.unknown_level if policy == POLICIES[-1] else scale.cut(policy)
        return sorted((way for way in self.ways if not way.hopes and way.level <= cut), key=lambda way: way.costs)


def find(case: Case, goal: str) -> Found:
    """The ways of a case to a goal on the day of the file, and its doors: what `engine.paths` makes its answer of."""
    there, _ = engine()._on(case, personas().on, ())
    doors = engine()._doors(there, engine().catalogue.head.horizon)
    return Found(doors, tuple(search(doors, goal)))


@cache
def found(id: str, goal: str, scenario: str | None = None) -> Found:
    """`find` for an example, kept."""
    return find(case(id, personas().personas[id].scenarios[scenario].facts if scenario else None), goal)


def strictest(found: Found) -> str | None:
    """The strictest policy under which there is a way; None if there is none."""
    return next((policy for policy in POLICIES if found.reached or found.firm(policy)), None)


def months(day: dt.date) -> int:
    """The whole months from the day of the file to `day`."""
    return int(months_elapsed(personas().on, day) or 0)


def _end(way: Way) -> int:
    return months(way.moves[-1].end) if way.moves else 0


def best(found: Found, policy: str) -> dict[str, int | None]:
    """The months of the earliest way under a policy and those of them that nobody is known to pay; what a hope would make of it."""
    firm = found.firm(policy)
    cut = found.doors.rulebook.scale.cut(policy)
    hoped = [_end(way) for way in found.ways if way.hopes and way.level <= cut]
    least = _end(firm[0]) if firm else None
    sooner = min(hoped, default=None)
    return {
        "best": least,
        "unsecured": firm[0].unsecured if firm else 0,
        "hoped": sooner if sooner is not None and (least is None or sooner < least) else None,
    }


def walked(found: Found, goal: str, walk: Walk, policy: str, running: tuple[str, dt.date] | None) -> int | None:
    """The months that the steps of `walk` take by our rules; None if a door is less firm than the policy or the goal is not reached."""
    moves, doors, today = Moves(found.doors), found.doors, personas().on
    under_way = running if running and walk.via[:1] == running[:1] else None
    starts = [under_way[1] if under_way and not number else today for number in range(len(walk.via))]
    steps = [Move(id, day, day, running=day != today) for id, day in zip(walk.via, starts, strict=True)]
    replayed = moves.replay(steps, moves.duration)
    if replayed is None:
        return None
    changes = NO_CHANGES
    for move in replayed:
        level = 0 if move.running else doors.door(move.step, changes, move.start).level
        if level is None or level > doors.rulebook.scale.cut(policy):
            return None
        changes = moves.after(move, changes)
    end = replayed[-1].end if replayed else today
    name = f"goal:{goal}"
    return months(end) if doors.truth(name, [name], changes, end)[name] else None


def _way(found: Found, goal: str, walk: Walk | None, policy: str, running: tuple[str, dt.date] | None) -> dict[str, int | None]:
    through = walked(found, goal, walk, policy, running) if walk else None
    return {"walked": through, **best(found, policy)}


def answers(id: str) -> Iterator[tuple[str, Any, Any]]:
    """Everything that is expected of an example: what is asked, what is expected, what the engine answers."""
    persona, me = personas().personas[id], case(id)
    possible = engine().possible(me, "rechtskreis", personas().on)
    yield "system", persona.system, possible[0] if len(possible) == 1 else "unknown"
    states = engine().steps(me, personas().on)
    for expected, steps in (("holds", persona.open), ("fails", persona.closed), ("unknown", persona.unknown)):
        for step in steps:
            yield f"step {step}", expected, states[step].answer
    for step in personas().sample:
        yield f"living {step}", persona.living.get(step, "covered"), living_now(found(id, "beruf").doors, step)
    for goal, policy in persona.goals.items():
        yield f"goal {goal}", policy, strictest(found(id, goal))
    for goal, walks in persona.ways.items():
        for policy, walk in walks.items():
            yield f"way {goal} {policy}", walk, _way(found(id, goal), goal, walk, policy, persona.running)
    for name, scenario in persona.scenarios.items():
        for goal, walk in scenario.ways.items():
            there = found(id, goal, name)
            yield f"way {goal} discretion, {name}", walk, _way(there, goal, walk, "discretion", None)


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
        living = doors.living(step.livelihood, NO_CHANGES, doors.activity(id, NO_CHANGES, month), day)
        shares = {share for _, share in living.benefits}
        if living.secured:
            words.append("covered")
        elif "contribution" in shares:
            words.append("pay_only")
        else:
            words.append("unknown" if living.secured is None else "kann" if "kann" in shares else "gap")
    return "/".join(words) if len(set(words)) > 1 else words[0]


def pays(trap: Trap) -> tuple[Pay, ...]:
    """What the engine says pays in a trap, month by month, as it stands in the step of a way."""
    there, _ = engine()._on(case(trap.like, {"running_step": None, "running_since": None, **trap.facts}), personas().on, ())
    doors = engine()._doors(there, engine().catalogue.head.horizon)
    moves = Moves(doors)
    end = moves.over(trap.step, trap.start, moves.duration(trap.step, NO_CHANGES))
    step = path(doors, Way((Move(trap.step, trap.start, end),), 0, 0, False)).steps[0]
    return tuple(_stretches(step))


def _stretches(step: PathStep) -> Iterator[Pay]:
    """The stretches of a step in which neither who pays nor the benefit system changes."""
    for day in sorted({paid.from_ for paid in step.livelihood} | {system.from_ for system in step.rechtskreis}):
        paid = [one for one in step.livelihood if one.from_ <= day][-1]
        system = [one for one in step.rechtskreis if one.from_ <= day][-1]
        yield Pay(day=day, benefits=dict(paid.benefits), secured=paid.secured, system=system.value)


class Page:
    """The page docs/personas.md, in German: a head, one block of rows for each example, and what stands below."""

    def head(self) -> str:
        """What the page is and how to read it, and the head of the table."""
        file = personas()
        differs = [one for persona in file.personas.values() for one in persona.differs]
        errors = [one for one in differs if self._error(one)]
        return self._word(
            "head", on=f"{file.on:%d.%m.%Y}", rechtsstand=f"{engine().rulebook.book.rechtsstand:%d.%m.%Y}",
            personas=len(file.personas), differs=len(differs), errors=len(errors),
        )  # fmt: skip

    def rows(self, id: str) -> str:
        """The rows of one example: a goal each."""
        persona = personas().personas[id]
        return "".join(self._row(id, persona, goal) for goal in persona.goals)

    def _row(self, id: str, persona: Persona, goal: str) -> str:
        there = found(id, goal)
        got = strictest(there)
        way = there.firm(got)[0] if got and not there.reached else None
        cells = [
            f"{persona.title.de} (`{id}`)", engine().catalogue.goals[goal].short.de,
            self._word(f"policy_{persona.goals[goal]}"), self._word("reached" if there.reached else f"policy_{got}"),
            str(_end(way)) if way else "–", str(way.unsecured) if way else "–",
            self._steps(move.step for move in way.moves) if way else "–",
        ]  # fmt: skip
        return "| " + " | ".join(cells) + " |\n"

    def foot(self) -> str:
        """The differences by their reasons, and the traps."""
        lines = [self._word("differences_head")]
        for name, reason in personas().reasons.items():
            told = [self._told(id, one) for id, one in self._differences() if name in one.reasons]
            mark = self._word("error") if reason.open_error else ""
            lines.append(self._word("reason", mark=mark, because=reason.because.de, by=reason.decided_by, cases="; ".join(told)))
        lines.append(self._word("traps_head"))
        lines += (self._trap(trap) for trap in personas().traps.values())
        return "\n".join(lines) + "\n"

    def _differences(self) -> Iterator[tuple[str, Difference]]:
        return ((id, one) for id, persona in personas().personas.items() for one in persona.differs)

    def _told(self, id: str, one: Difference) -> str:
        kind, *rest = one.what.split()
        if kind == "way":
            goal = engine().catalogue.goals[rest[0]].short.de
            walk = personas().personas[id].ways[rest[0]].get(rest[1].rstrip(","))
            if len(rest) > 2:
                walk = personas().personas[id].scenarios[rest[2]].ways[rest[0]]
            best, unsecured = one.got["best"], one.got["unsecured"]
            words = [self._word("months", months=best) if best is not None else self._word("no_way")]
            words += [self._word("unsecured", months=unsecured)] if unsecured else []
            words += [self._word("hoped", months=one.got["hoped"])] if one.got["hoped"] is not None else []
            expected = self._word("months", months=walk.months) if walk else self._word("no_way")
            policy = self._word(f"policy_{rest[1].rstrip(',')}")
            return self._word("way", id=id, goal=goal, policy=policy, expected=expected, got=", ".join(words))
        if kind == "goal":
            asked = engine().catalogue.goals[rest[0]].short.de
            expected, got = (self._word(f"policy_{word}") for word in (personas().personas[id].goals[rest[0]], one.got))
        else:
            asked = engine().catalogue.steps[rest[0]].short.de
            persona = personas().personas[id]
            expected = self._word("holds" if rest[0] in persona.open else "fails" if rest[0] in persona.closed else "unknown")
            got = self._word(one.got)
        return self._word("answer", id=id, asked=asked, expected=expected, got=got)

    def _trap(self, trap: Trap) -> str:
        told = self._paid(trap.pays)
        if trap.got is not None:
            told += f"<br>**{self._word('trap_error')}** {self._paid(trap.got)}"
        cells = [trap.title.de, self._steps([trap.step]), told, trap.because.de, ", ".join(trap.cite)]
        return "| " + " | ".join(cells) + " |"

    def _paid(self, pays: Iterable[Pay]) -> str:
        return "<br>".join(
            self._word(
                "paid", day=f"{pay.day:%m/%Y}", secured=self._word(f"secured_{pay.secured}"),
                benefits=" + ".join(engine().catalogue.benefits[id].title.de for id in pay.benefits) or self._word("nothing"),
            )
            for pay in pays
        )  # fmt: skip

    def _steps(self, steps: Iterable[str]) -> str:
        return " → ".join(engine().catalogue.steps[id].short.de for id in steps)

    def _error(self, one: Difference) -> bool:
        return any(personas().reasons[name].open_error for name in one.reasons)

    def _word(self, key: str, **values: object) -> str:
        return personas().page[key].format(**values)
