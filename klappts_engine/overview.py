"""What an assessment says first, as data: money, work, German, school, to clarify, to do now."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from klappts_engine.deadlines import Agreement, Deadline, Running, weekday_before
from klappts_engine.facts.assumptions import Assumed
from klappts_engine.facts.calendar import add_months
from klappts_engine.pathways.beside import runs_beside
from klappts_engine.pathways.catalogue import Catalogue
from klappts_engine.pathways.conditions import Conditions
from klappts_engine.pathways.dates import LateStart, last_day_to_apply, late_starts, starts
from klappts_engine.pathways.region import PracticeState
from klappts_engine.pathways.steps import Step, Todo
from klappts_engine.pathways.titles import Titles, titles
from klappts_engine.rules.assessment import Conclusion
from klappts_engine.rules.expressions import references, truth_of
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.rules.timeline import Stretch
from klappts_engine.validation import Data, Text
from klappts_engine.ways.model import Reason, StepState

AreaId = Literal["geld", "arbeit", "sprache", "schule", "klaeren", "jetzt"]
Telling = Literal["always", "if_room", "short", "all"]
"""Whether an item is told: always; in the short form where it has room; in the short form alone;
only where everything is asked for."""
StepKind = Literal[
    "open",
    "discretion",
    "unknown",
    "level_missing",
    "not_yet",
    "no_longer",
    "stopped",
    "closed",
]
Group = Literal["open", "unknown", "not_yet", "no_longer", "stopped", "closed"]
GROUPS: dict[StepKind, Group] = {
    "open": "open",
    "discretion": "open",
    "unknown": "unknown",
    "level_missing": "not_yet",
    "not_yet": "not_yet",
    "no_longer": "no_longer",
    "stopped": "stopped",
    "closed": "closed",
}
"""The kinds of steps that are told together, in the order in which they are told."""
PlaceKind = Literal["available", "stale", "gap", "unknown"]
MOST_QUESTIONS = 2
MONTHS_AHEAD = 24
"""So far ahead the next start of a step is looked for."""
SOON = 12
"""Months within which an end is urgent."""


class Item(Data):
    """One thing that an overview says."""

    told: Telling = "always"


class Later(Data):
    """The next value that time alone brings, and the day from which it stands."""

    value: str
    since: dt.date


class ValueItem(Item):
    """What a classification gives today. `kind`: it stands, it means that work is closed, or it is
    unknown; then `possible` are the values that are left.

    `rule` is the classification, `given_by` the rule that gives the value, which is cited.
    """

    about: Literal["value"] = "value"
    kind: Literal["stands", "closed", "unknown"]
    fact: str
    value: str | None
    possible: tuple[str, ...] = ()
    rule: str
    given_by: str | None
    citations: tuple[str, ...]
    later: Later | None


class Ground(Reason):
    """Why a step is not open, or not known to be. `what` is the id of a rule, a fact or a practice
    note, as `names` says; null: a condition of the step without a name of its own.

    `opens` is the first day on which the rule holds where time alone opens it.
    """

    names: Literal["rule", "fact", "practice"] | None
    citations: tuple[str, ...] = ()
    opens: dt.date | None = None

    @property
    def same(self) -> tuple[object, ...]:
        """What is equal for reasons that are told in the same words."""
        unnamed = not self.unknown and self.kind in ("age", "too_old", "childcare", "status")
        what = None if unnamed or self.names is None else self.what
        return self.unknown, self.kind, what, self.opens


class Availability(Data):
    """What is known of places for a step: confirmed, not confirmed (`seen`: the newest date of the
    information), looked for in vain, unknown; the state of practice; and who promises it."""

    place: PlaceKind
    seen: str | None
    practice: PracticeState
    offers: tuple[str, ...]
    gap: str | None
    body: str
    owner: str


class StepItem(Item):
    """A step as it stands. `about` instead: it stays open where work is closed.

    `kind`: open by a claim or an own act; open if somebody who may refuse agrees (discretion); not
    known; a level is missing; not yet for another reason; no longer; stopped by practice; closed by
    law. `rules` are those that open it or stand against it; the first of `reasons` is told first.
    """

    about: Literal["step", "instead"] = "step"
    kind: StepKind
    step: str
    strength: str | None
    rules: tuple[str, ...]
    citations: tuple[str, ...]
    reasons: tuple[Ground, ...]
    availability: Availability
    payer: tuple[str, ...]
    todo: tuple[Todo, ...]
    sanction: Text | None
    advice_first: bool


class QuestionItem(Item):
    """A fact to be learnt, since the answer of `rule` depends on it; the risk of doing something
    about it; and the rule that helps by discretion where the answer is no."""

    about: Literal["question"] = "question"
    kind: Literal["unknown"] = "unknown"
    fact: str
    rule: str
    risk: Text | None
    otherwise: str | None
    citations: tuple[str, ...]


class AdviceItem(Item):
    """Independent advice on residence comes before any step; `facts` are why."""

    about: Literal["advice"] = "advice"
    kind: Literal["advice_first"] = "advice_first"
    facts: tuple[str, ...]


class ActItem(Item):
    """What can be done today: a step that other open steps ask for first."""

    about: Literal["act"] = "act"
    kind: Literal["todo"] = "todo"
    step: str
    before: tuple[str, ...]


class PlaceItem(Item):
    """An open step for which a place has to be asked for; `kind` says what is known of places.

    `begins` is its next start, `by` the last weekday to apply for that (null: at any time), `firm`
    whether nothing goes after it; `late` is a start before that for which one can still ask.
    `providers` are the institutions here that are known to offer it.
    """

    about: Literal["place"] = "place"
    kind: PlaceKind
    step: str
    availability: Availability
    begins: dt.date | None
    by: dt.date | None
    firm: bool
    late: dt.date | None = None
    providers: tuple[str, ...]


class NothingItem(Item):
    """Nothing open is known, so that the gap goes to the alliance; or nothing is urgent; or what is
    under way goes on."""

    about: Literal["nothing"] = "nothing"
    kind: Literal["nothing_open", "nothing_urgent", "go_on"]


class HelpItem(Item):
    """An accompaniment that is open and runs beside what is under way."""

    about: Literal["help"] = "help"
    kind: Literal["beside"] = "beside"
    step: str
    availability: Availability


AnyItem = Annotated[
    ValueItem | StepItem | QuestionItem | AdviceItem | ActItem | PlaceItem | HelpItem | NothingItem,
    Field(discriminator="about"),
]


class Area(Data):
    """What is said of one area, in the order in which it is said."""

    id: AreaId
    items: tuple[AnyItem, ...]


class Overview(Data):
    """What an assessment says first, and below it every conclusion; with the assumptions it built
    on, what was not checked, and the names of all ids."""

    on: dt.date
    rechtsstand: dt.date
    rulebook: str
    assumptions: tuple[Assumed, ...]
    caveats: tuple[Text, ...]
    running: Running | None = None
    agreed: Agreement | None = None
    deadlines: tuple[Deadline, ...] = ()
    areas: tuple[Area, ...] = Field(alias="overview")
    conclusions: dict[str, Conclusion]
    titles: Titles

    def area(self, id: AreaId) -> Area:
        """The area `id`."""
        return next(area for area in self.areas if area.id == id)

    def rules_behind(self, row: str) -> tuple[str, ...]:
        """The conclusions behind what an area says, or behind what ends ("zuerst"), each once:
        what can be asked further with `why`."""
        if row == "zuerst":
            return tuple(dict.fromkeys(rule for one in self.deadlines for rule in one.follow))
        items = [item for area in self.areas if area.id == row for item in area.items]
        opened = {
            item.step: item.rules
            for area in self.areas
            for item in area.items
            if isinstance(item, StepItem)
        }
        found: list[str] = []
        for item in items:
            match item:
                case ValueItem():
                    found.append(item.given_by or item.rule)
                case QuestionItem():
                    found.append(item.rule)
                case StepItem() if item.told != "all":
                    found += item.rules
                case PlaceItem() | HelpItem():
                    found += opened.get(item.step, ())
        return tuple(rule for rule in dict.fromkeys(found) if rule in self.conclusions)


@dataclass(frozen=True)
class Known:
    """What an overview is made of: the answers of the rulebook and the steps as they stand, for one
    case on one day.

    `possible` gives the values that a classification can still take, `condition` the truth of a
    condition of the catalogue, `open_facts` the facts on which a rule hangs, `ahead` the answers of
    rules up to the horizon.
    """

    rulebook: Rulebook
    catalogue: Catalogue
    on: dt.date
    conclusions: Mapping[str, Conclusion]
    states: Mapping[str, StepState]
    possible: Callable[[str], Iterable[str]]
    condition: Callable[[str], bool | None]
    open_facts: Callable[[str], Iterable[str]]
    ahead: Callable[[Sequence[str]], Mapping[str, Sequence[Stretch]]]
    deadlines: tuple[Deadline, ...] = ()
    running: Running | None = None
    agreed: Agreement | None = None


def overview(known: Known, assumptions: tuple[Assumed, ...], caveats: tuple[Text, ...]) -> Overview:
    """The overview of a case on a day."""
    areas = tuple(_Areas(known).all())
    return Overview(
        on=known.on,
        rechtsstand=known.rulebook.book.rechtsstand,
        rulebook=known.rulebook.label,
        assumptions=assumptions,
        caveats=caveats,
        running=known.running,
        agreed=known.agreed,
        deadlines=known.deadlines,
        areas=areas,
        conclusions=dict(known.conclusions),
        titles=_titles(known, areas),
    )


def availability(state: StepState) -> Availability:
    """What is known of places for a step; an offer whose information is old never counts as
    there."""
    offer = state.offer
    seen = max((one.seen for one in offer.offers if one.seen), default=None)
    if offer.verdict in ("entitled_and_available", "available_not_entitled"):
        place: PlaceKind = "available"
    elif offer.gap:
        place = "gap"
    else:
        place = "stale" if seen else "unknown"
    return Availability(
        place=place,
        seen=seen,
        practice=state.practice.state,
        offers=tuple(one.id for one in offer.offers),
        gap=offer.gap,
        body=state.body,
        owner=state.owner,
    )


def together(items: Iterable[StepItem], everything: bool) -> list[tuple[StepItem, ...]]:
    """Steps of one group by the reasons that are told: the first one, or all."""
    found: dict[tuple[object, ...], list[StepItem]] = {}
    for item in items:
        told = item.reasons if everything else item.reasons[:1]
        found.setdefault(tuple(ground.same for ground in told), []).append(item)
    return [tuple(group) for group in found.values()]


class _Step(NamedTuple):
    """A step before it is decided whether it is told."""

    state: StepState
    kind: StepKind
    grounds: tuple[Ground, ...]

    @property
    def group(self) -> Group:
        return GROUPS[self.kind]


class _Areas:
    """Decides what stands in each area."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._head = known.catalogue.head
        self._states = sorted(known.states.values(), key=lambda one: not self._leads_to_goal(one))
        self._lines = {state.id: self._line_of(state.id) for state in self._states}
        vocabulary = known.rulebook.vocabulary
        shutting = (
            reason.what
            for state in self._states
            for reason in state.reasons
            if self._lines[state.id] and reason.kind == "law" and not reason.unknown
        )
        read = (self._head.facts.system, self._head.facts.work or "")
        rules = [
            *(vocabulary.by_rule[fact] for fact in read if fact in vocabulary.by_rule),
            *(rule for rule in shutting if known.rulebook.knows(rule)),
        ]
        self._ahead = known.ahead(list(dict.fromkeys(rules)))

    def all(self) -> Iterator[Area]:
        """The areas in their order."""
        yield Area(id="geld", items=(self._value(self._head.facts.system),))
        yield Area(id="arbeit", items=tuple(self._work_and_training()))
        yield Area(id="sprache", items=tuple(self._steps("sprache")))
        yield Area(id="schule", items=tuple(self._steps("schule")))
        yield Area(id="klaeren", items=tuple(self._clarify()))
        yield Area(id="jetzt", items=tuple(self._now()))

    def _leads_to_goal(self, state: StepState) -> bool:
        """Whether the aim of a step is a goal, and its door as firm as one can ask for; such steps
        are named first."""
        scale, catalogue = self._known.rulebook.scale, self._known.catalogue
        if (scale.level(state.strength) or 0) > scale.cut("discretion"):
            return False
        aim = catalogue.steps[state.id].outcomes.full
        goals = (catalogue.conditions[Conditions.goal(goal)] for goal in catalogue.goals)
        return any(truth_of(goal, {}, aim) is True for goal in goals if not references(goal))

    def _line_of(self, id: str) -> str | None:
        """The line on which a step stands; what only helps stands on none, and a course that
        accompanies only where it runs beside what is under way."""
        catalogue = self._known.catalogue
        role, strand = catalogue.steps[id].role, catalogue.strands[id]
        course = role == "companion" and strand in catalogue.head.search.accompanying
        beside = course and self._known.running is not None and self._fits(id)
        if role not in ("main", "exit") and not beside:
            return None
        lines = self._head.overview.lines
        return next((line for line, strands in lines.items() if strand in strands), None)

    def _value(self, fact: str, shut: str | None = None) -> ValueItem:
        """What a classification gives today, and the next other value that time brings; `shut` is
        the value that means closed."""
        rule = self._known.rulebook.vocabulary.by_rule[fact]
        value = self._known.conclusions[rule].result
        given_by = None if value is None else self._giving(rule, value)
        return ValueItem(
            kind="unknown" if value is None else "closed" if value == shut else "stands",
            fact=fact,
            value=value,
            possible=tuple(self._known.possible(rule)) if value is None else (),
            rule=rule,
            given_by=given_by,
            citations=self._cited(given_by),
            later=None if value is None else self._later(rule),
        )

    def _giving(self, rule: str, value: str) -> str | None:
        """The rule that gives a classification its value; the classification itself where none
        does."""
        rules = self._known.rulebook.rules
        for id, found in self._known.conclusions.items():
            version = rules[id].version(self._known.on)
            if version and version.result == (rule, value) and found.answer == "holds":
                return id
        return rule if rules[rule].version(self._known.on) else None

    def _cited(self, rule: str | None) -> tuple[str, ...]:
        version = self._known.rulebook.rules[rule].version(self._known.on) if rule else None
        return version.cited if version else ()

    def _later(self, rule: str) -> Later | None:
        first, *others = self._ahead[rule]
        for stretch in others:
            if stretch.result and stretch.result != first.result:
                return Later(value=stretch.result, since=stretch.from_)
        return None

    def _work_and_training(self) -> Iterator[AnyItem]:
        """Access to work; where there is none, what is open instead; then the steps of training:
        that these are shut by a ban on work is said once."""
        head = self._head
        if (
            head.facts.work is None
            or head.facts.work not in self._known.rulebook.vocabulary.by_rule
        ):
            yield from self._steps("arbeit")
            return
        work = self._value(head.facts.work, head.overview.work_shut)
        yield work
        if work.kind == "closed":
            strands = self._known.catalogue.strands
            instead = [
                _item(self._step(state, "open"), about="instead")
                for state in self._states
                if state.answer == "holds" and strands[state.id] in head.overview.work_instead
            ]
            yield from instead
            if not instead:
                yield NothingItem(kind="nothing_open")
        yield from self._steps("arbeit", shut=work.kind == "closed")

    def _steps(self, line: str, shut: bool = False) -> Iterator[AnyItem]:
        """The steps of a line: open ones, then unclear, not yet, no longer, stopped and closed
        ones; `shut`: that they are closed is said already."""
        steps = [
            self._step(state, kind)
            for state in self._states
            if self._lines[state.id] == line and (kind := _kind(state))
        ]
        shown = [one for one in steps if one.group == "open" or not _over(one.state)]
        groups = {one.group for one in shown}
        for group in dict.fromkeys(GROUPS.values()):
            telling = _telling(group, shut or "open" in groups, "unknown" in groups)
            told = _commonest([one for one in shown if one.group == group])
            for one in steps:
                if one.group == group:
                    fits = one.state.id in told and self._fits(one.state.id)
                    yield _item(one, telling if fits else "all")
        if not shown:
            yield NothingItem(kind="nothing_open", told="short" if steps else "always")

    def _fits(self, id: str) -> bool:
        """Whether a step can be taken now: nothing is under way, or it runs beside that; and it is
        over before a training begins that is signed, or runs beside that."""
        known, running, agreed = self._known, self._known.running, self._known.agreed
        if running is not None and not runs_beside(known.catalogue, running.step, id):
            return False
        if agreed is None or not agreed.binds or agreed.begins is None or id in agreed.steps:
            return True
        if any(runs_beside(known.catalogue, one, id) for one in agreed.steps):
            return True
        step = known.catalogue.steps[id]
        begins, late, _ = self._starts(step)
        first = min((day for day in (begins, late) if day), default=None)
        return first is not None and add_months(first, math.ceil(step.months[0])) <= agreed.begins

    def _step(self, state: StepState, kind: StepKind) -> _Step:
        if kind == "open":
            return _Step(state, "discretion" if self._by_discretion(state) else kind, ())
        grounds = self._grounds(state, kind)
        missing = kind == "not_yet" and bool(grounds) and grounds[0].kind == "rung"
        return _Step(state, "level_missing" if missing else kind, grounds)

    def _by_discretion(self, state: StepState) -> bool:
        """Whether somebody who opens a step may refuse."""
        scale = self._known.rulebook.scale
        return (scale.level(state.strength) or 0) > scale.cut("secure")

    def _grounds(self, state: StepState, kind: StepKind) -> tuple[Ground, ...]:
        """What is known to stand against a step, else what is unknown; what closes it by law
        first."""
        reasons = [one for one in state.reasons if not one.unknown] or list(state.reasons)
        if kind == "closed":
            reasons.sort(key=lambda reason: reason.kind != "law")
        return tuple(map(self._ground, reasons))

    def _ground(self, reason: Reason) -> Ground:
        what, rulebook = reason.what, self._known.rulebook
        rule, opens = rulebook.knows(what), None
        if rule and reason.kind == "law" and not reason.unknown:
            ahead = self._ahead.get(what, ())
            opens = next((one.from_ for one in ahead if one.answer == "holds"), None)
        practice, fact = what in self._known.catalogue.practice, what in rulebook.vocabulary.facts
        return Ground(
            kind=reason.kind,
            what=what,
            unknown=reason.unknown,
            names="practice" if practice else "rule" if rule else "fact" if fact else None,
            citations=self._cited(what) if rule else (),
            opens=opens,
        )

    def _clarify(self) -> Iterator[AnyItem]:
        """The first open questions behind the answers that an overview looks at, and who advises
        before anything is done."""
        facts, asked = self._known.rulebook.vocabulary.facts, list[str]()
        for number, point in enumerate(self._head.overview.clarify):
            if self._known.condition(Conditions.clarify(number)) is not True:
                continue
            fact = self._first_question(point.rule)
            if fact is None or fact in asked or len(asked) == MOST_QUESTIONS:
                continue
            asked.append(fact)
            lever = facts[point.risk_of].lever if point.risk_of else None
            cited = self._cited(point.otherwise)
            yield QuestionItem(
                fact=fact,
                rule=point.rule,
                risk=lever.risk if lever else None,
                otherwise=point.otherwise if cited else None,
                citations=cited,
            )
        residence = tuple(fact for fact in asked if facts[fact].sensitive == "residence")
        if residence:
            yield AdviceItem(facts=residence)
        if not asked and not self._ends_soon():
            yield NothingItem(kind="nothing_urgent")

    def _ends_soon(self) -> bool:
        """Whether something ends within a year, or is over already."""
        year = add_months(self._known.on, SOON)
        return any(one.day <= year for one in self._known.deadlines)

    def _first_question(self, rule: str) -> str | None:
        """The first fact with a question on which an unknown answer hangs."""
        if self._known.conclusions[rule].answer != "unknown":
            return None
        facts = self._known.rulebook.vocabulary.facts
        return next((fact for fact in self._known.open_facts(rule) if facts[fact].question), None)

    def _now(self) -> Iterator[AnyItem]:
        """What can be done today for the open steps: what they ask for first, and places."""
        lines = list(self._head.overview.lines)
        opened = [
            one
            for one in self._states
            if one.answer == "holds" and self._lines[one.id] and self._fits(one.id)
            if self._known.catalogue.steps[one.id].role != "exit"
        ]
        opened.sort(key=lambda state: lines.index(self._lines[state.id] or lines[0]))
        acts: dict[str, list[str]] = {}
        for state in opened:
            for todo in state.todo:
                if todo.step:
                    acts.setdefault(todo.step, []).append(state.id)
        yield from (ActItem(step=id, before=tuple(before)) for id, before in acts.items())
        agreed = self._known.agreed.steps if self._known.agreed else ()
        places = [
            one
            for one in opened
            if one.offer.verdict != "entitled_and_available" and one.id not in agreed
        ]
        for state in places:
            yield self._place(state)
        if self._known.running:
            yield from self._help()
            yield NothingItem(kind="go_on")
        elif not (acts or places):
            yield NothingItem(kind="nothing_open")

    def _place(self, state: StepState) -> PlaceItem:
        """A place to be asked for: with whom, by when, for which start."""
        known, there = self._known, availability(state)
        step, region = known.catalogue.steps[state.id], known.catalogue.region
        begins, late, by = self._starts(step)
        kind = step.windows.apply_by if step.apply_by else step.windows.lead
        return PlaceItem(
            kind=there.place,
            step=state.id,
            availability=there,
            begins=begins,
            by=weekday_before(by) if by else None,
            firm=kind in ("last", "legal"),
            late=late,
            providers=tuple(
                dict.fromkeys(
                    region.institutions[one.provider].name
                    for one in state.offer.offers
                    if one.provider in region.institutions
                )
            ),
        )

    def _starts(self, step: Step) -> tuple[dt.date | None, dt.date | None, dt.date | None]:
        """The next start of a step, one before it for which one can still ask, and the last day to
        apply for the next (None: at any time)."""
        on, first = self._known.on, self._known.on.replace(day=1)
        days = [on, *(add_months(first, month) for month in range(1, MONTHS_AHEAD + 1))]
        usual, late = starts(step, days), list(late_starts(step, days))
        let_in = {one.number for one in late if self._lets_in(one)}
        number = min({*usual, *let_in}, default=None)
        if number is None:
            return None, None, None
        asked = [one.number for one in late if one.asked and one.number < number]
        by = last_day_to_apply(step, days[number]) if number in usual else None
        return days[number], (days[min(asked)] if asked else None), by

    def _lets_in(self, late: LateStart) -> bool:
        """Whether a rule lets the person in outside the usual time."""
        return any(self._known.conclusions[rule].answer == "holds" for rule in late.rules)

    def _help(self) -> Iterator[HelpItem]:
        """What accompanies the step that is under way, and is open; what stands beside anything
        comes last."""
        steps = self._known.catalogue.steps
        for one in sorted(self._states, key=lambda state: steps[state.id].beside.all):
            helps = steps[one.id].role == "companion" and not self._lines[one.id]
            if one.answer == "holds" and helps and self._fits(one.id):
                yield HelpItem(step=one.id, availability=availability(one))


def _item(
    step: _Step, told: Telling = "always", about: Literal["step", "instead"] = "step"
) -> StepItem:
    state, grounds = step.state, step.grounds
    against = tuple(dict.fromkeys(one.what for one in grounds if one.names == "rule"))
    cited = tuple(dict.fromkeys(citation for one in grounds for citation in one.citations))
    opened = step.group == "open"
    return StepItem(
        told=told,
        about=about,
        kind=step.kind,
        step=state.id,
        strength=state.strength,
        rules=state.via if opened else against,
        citations=state.citations if opened else cited,
        reasons=grounds,
        availability=availability(state),
        payer=state.payer,
        todo=state.todo,
        sanction=state.sanction,
        advice_first=state.advice_first,
    )


def _kind(state: StepState) -> StepKind | None:
    """Which kind of open or shut a step is; None if the person has left it behind."""
    kinds = {reason.kind for reason in state.reasons if not reason.unknown}
    if state.answer == "holds":
        return "open"
    if "beyond" in kinds:
        return None
    if state.answer == "unknown":
        return "unknown"
    if "too_old" in kinds:
        return "no_longer"
    if "law" in kinds and not kinds & {"rung", "age", "condition"}:
        return "closed"
    return "stopped" if kinds == {"practice"} else "not_yet"


def _over(state: StepState) -> bool:
    """Whether a step is shut because its offer has ended or does not exist yet, or because it is
    meant for others or younger."""
    kinds = {reason.kind for reason in state.reasons if not reason.unknown}
    return not kinds.isdisjoint({"status", "too_old"}) or kinds == {"condition"}


def _telling(group: Group, opened: bool, unclear: bool) -> Telling:
    """Whether a group of steps is told where others are open, or unclear."""
    if group == "closed":
        return "all" if opened or unclear else "always"
    return "if_room" if group == "not_yet" and opened else "always"


def _commonest(steps: Iterable[_Step]) -> tuple[str, ...]:
    """The steps that share the commonest first reason: of those that are not open, no others are
    told in short."""
    found: dict[tuple[object, ...], list[str]] = {}
    for one in steps:
        found.setdefault(tuple(ground.same for ground in one.grounds[:1]), []).append(one.state.id)
    most: list[str] = max(found.values(), key=len, default=[])
    return tuple(most)


def _facts_of(agreed: Agreement) -> Iterator[str]:
    yield agreed.fact
    yield from (todo.fact for todo in agreed.todo)


def _titles(known: Known, areas: Sequence[Area]) -> Titles:
    """The names of all ids in an overview."""
    items = [item for area in areas for item in area.items]
    steps = [item for item in items if isinstance(item, StepItem)]
    todos = [todo for item in steps for todo in item.todo]
    grounds = [ground for item in steps for ground in item.reasons]
    helping = [item.step for item in items if isinstance(item, ActItem | HelpItem)]
    asked = [item.fact for item in items if isinstance(item, ValueItem | QuestionItem)]
    rules = [ground.what for ground in grounds if ground.names == "rule"]
    opening = [rule for item in steps for rule in item.rules]
    bonds = known.running.keep if known.running else ()
    return titles(
        known.rulebook,
        known.catalogue,
        conclusions=dict.fromkeys([*known.conclusions, *rules, *opening]),
        steps=dict.fromkeys(
            [
                *(one.step for one in steps),
                *helping,
                *(one.step for one in todos if one.step),
                *([known.running.step] if known.running else []),
                *(known.agreed.steps if known.agreed else ()),
            ]
        ),
        bodies=[*(one.body for one in known.deadlines), *(one.body for one in bonds)],
        facts=[
            *asked,
            *(one.what for one in grounds if one.names == "fact"),
            *(todo.fact for todo in todos),
            *(_facts_of(known.agreed) if known.agreed else ()),
        ],
        practice=dict.fromkeys(one.what for one in grounds if one.names == "practice"),
    )
