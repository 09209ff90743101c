"""A case on a day that can be asked everything: what `Engine.at` hands out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from klappts_engine import texts
from klappts_engine.deadlines import Agreement, Ahead, Deadline, Running, deadlines, running
from klappts_engine.errors import Mistake, UsageError
from klappts_engine.explain.changes import changed, turns
from klappts_engine.explain.explain import days_until, explain
from klappts_engine.explain.model import (
    Differences,
    Explanation,
    Instead,
    Questions,
    Turns,
    WhyNot,
)
from klappts_engine.explain.questions import Remaining
from klappts_engine.explain.repairs import why_not
from klappts_engine.explain.situation import Situation
from klappts_engine.facts.assumptions import assume
from klappts_engine.facts.calendar import add_months, months_elapsed
from klappts_engine.facts.case import Case
from klappts_engine.facts.episodes import Episode, project
from klappts_engine.intake import DayLike, as_day, as_names
from klappts_engine.memo import memo
from klappts_engine.overview import Known, Overview, overview
from klappts_engine.pathways.catalogue import Catalogue, leading_to
from klappts_engine.pathways.conditions import Conditions
from klappts_engine.rules.assessment import Assessment, conclude
from klappts_engine.rules.executors.port import Executors
from klappts_engine.rules.expressions import TRUE, facts_read, references
from klappts_engine.rules.open_facts import open_facts
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.rules.standing import Standing
from klappts_engine.rules.timeline import Stretch, Timeline, timeline
from klappts_engine.validation import Text
from klappts_engine.ways.access import Doors
from klappts_engine.ways.choice import told_first
from klappts_engine.ways.horizon import Horizon
from klappts_engine.ways.model import Saving, StepState, Way, Ways
from klappts_engine.ways.search import Budget, Found, Kind, Solution, search
from klappts_engine.ways.telling import step_state, tell
from klappts_engine.ways.transitions import Transitions


class Inquiry(Standing):
    """A standing with the questions that can be asked of it.

    It stands beside the engine and not in `rules/`, because the questions reach into explanations,
    the catalogue and the search, of which the law knows nothing. `without` names facts that shall
    not be assumed. Safe to share between threads; what was made for one question serves the next.

    Raises UsageError for a day beyond human reach, an unknown assumption set, or a municipality of
    another region.
    """

    def __init__(
        self,
        executors: Executors,
        catalogue: Catalogue,
        case: Case,
        on: DayLike,
        without: Iterable[str] = (),
    ) -> None:
        rulebook, on = executors.rulebook, as_day(on, "on")
        _check(rulebook, catalogue, case)
        self.catalogue = catalogue
        self._given, self._without = case, as_names(without, "without")
        doubtful = _doubtful(executors, catalogue, case, on, self._without)
        filled, assumed = assume(case, catalogue.assumptions, (*self._without, *doubtful))
        there = project(filled, (), on, rulebook.vocabulary)
        super().__init__(executors, there, assumed, caveats(rulebook, catalogue, on))

    def assess(self, conclusions: Iterable[str] | None = None) -> Assessment:
        """The answers of `conclusions` (default: all).

        Raises UsageError for an unknown conclusion, CaseError for a contradiction in the case.
        """
        ids = self._ids(conclusions)
        truths, values = self.truths(*ids), self.values_for(*ids)
        return Assessment.model_construct(
            on=self.day,
            rechtsstand=self.rulebook.book.rechtsstand,
            rulebook=self.rulebook.label,
            assumptions=self.assumptions,
            caveats=self.caveats,
            conclusions=conclude(self.rulebook, truths, values, self.day, ids),
        )

    def timeline(
        self, conclusions: Iterable[str], until: DayLike, episodes: Sequence[Episode] = ()
    ) -> Timeline:
        """Every flip of `conclusions` up to `until`, because of the person, the law or the
        episodes. Raises UsageError for an unknown conclusion or if `until` lies before the day."""
        ids, last = self._ids(conclusions), self._last(until)
        return timeline(
            self.rulebook,
            self.executors.of(*ids),
            self.case,
            ids,
            last,
            episodes,
            self.assumptions,
            caveats(self.rulebook, self.catalogue, last),
        )

    def possible(self, classification: str) -> list[str]:
        """The values that a classification can still take, in the order in which they are tried.
        Raises UsageError for an unknown one."""
        rule = self.rulebook.rule(classification)
        truths = self.truths(rule.id)
        return [value for value in rule.values if truths[f"{rule.id}={value}"] is not False]

    def condition(self, name: str) -> bool | None:
        """The truth of a condition of the catalogue; one that is not there holds."""
        return self.truths(name)[name] if name in self.catalogue.conditions else True

    def open_facts(self, conclusions: Iterable[str]) -> list[str]:
        """The untold facts on which unknown answers of `conclusions` hang, in the order in which
        the rules read them. Raises UsageError for an unknown conclusion."""
        ids = self._ids(conclusions)
        return open_facts(self.rulebook, self.truths(*ids), self.values, self.day, ids)

    def why(self, conclusion: str, instead: bool = False) -> Explanation:
        """Why a conclusion is answered as it is: the tree with every value read, the version of the
        law, a smallest set of facts that decides, and the assumptions among them.

        `instead`: after a no also what is open instead. Raises UsageError for an unknown
        conclusion.
        """
        id = self.rulebook.rule(conclusion).id
        situation = self._about(id)
        shut = situation.truths[id] is False
        asked = (self.instead(id) if shut else Instead()) if instead else None
        return explain(situation, id, instead=asked)

    def reasons(self, conclusions: Iterable[str] | None = None) -> dict[str, Explanation]:
        """The short form of `why` for many conclusions (default: all), without their trees. Raises
        UsageError for an unknown conclusion."""
        ids = self._ids(conclusions)
        situation = self._about(*ids)
        return {id: explain(situation, id, with_tree=False) for id in ids}

    def why_not(self, conclusion: str, until: DayLike | None = None) -> WhyNot:
        """What stands against a conclusion, every smallest set of changes that turns it up to
        `until` (default: the horizon of the catalogue), and what is open instead.

        Raises UsageError for an unknown conclusion, or if `until` lies before the day.
        """
        last = self._last(until)
        id = self.rulebook.rule(conclusion).id
        situation = self._about(id)
        holds = situation.truths[id]
        return why_not(situation, id, last, Instead() if holds else self.instead(id))

    @memo
    def instead(self, conclusion: str) -> Instead:
        """What is open if a conclusion is not: kindred conclusions, and steps.

        First steps that build something, and of these those of strands whose doors ask for the
        conclusion. Raises UsageError for an unknown conclusion.
        """
        id = self.rulebook.rule(conclusion).id
        family = id.split(".")[0]
        conclusions = (other for other in self.rulebook.conclusions if other != id)
        kin = [other for other in conclusions if other.split(".")[0] == family]
        level = self.rulebook.scale.level
        beside = {
            other: one.answer
            for other, one in self.assess(kin).conclusions.items()
            if level(one.strength) is not None
        }
        strands, steps = self.catalogue.strands, self.catalogue.steps
        trees = {
            step: self.catalogue.conditions.get(Conditions.access(step), TRUE) for step in steps
        }
        near = {strands[step] for step, tree in trees.items() if id in references(tree)}
        opened = [
            step
            for step, state in self.steps().items()
            if state.answer == "holds" and steps[step].role == "main"
        ]
        opened.sort(
            key=lambda step: (steps[step].builds_nothing is not None, strands[step] not in near)
        )
        return Instead(steps=tuple(opened), beside=beside)

    def when(self, conclusions: Iterable[str], until: DayLike | None = None) -> Turns:
        """Every turn of `conclusions` up to `until` (default: the horizon of the catalogue), each
        with its cause.

        Raises UsageError for an unknown conclusion, or if `until` lies before the day.
        """
        ids, last = self._ids(conclusions), self._last(until)
        return turns(days_until(self._about(*ids), last), ids, last)

    def changed(self, before: Inquiry, conclusions: Iterable[str] | None = None) -> Differences:
        """What moved of `conclusions` (default: all) since `before`: another day, another state of
        the case, or another rulebook; what only one of two rulebooks knows is left out.

        Raises UsageError for an unknown conclusion.
        """
        known = [id for id in self._ids(conclusions) if id in before.rulebook.rules]
        return changed(before._about(*known), self._about(*known), known)

    def leaning(self, conclusions: Iterable[str] | None = None) -> dict[str, Differences]:
        """For each assumed fact what of `conclusions` (default: all) moves if it is dropped; those
        without which every answer stays are left out."""
        ids = self._ids(conclusions)
        found: dict[str, Differences] = {}
        for fact in self.assumed:
            what = self.dropping(fact).changed(self, ids)
            if any(one.before.answer != one.after.answer for one in what.moved):
                found[fact] = what
        return found

    def dropping(self, *facts: str) -> Inquiry:
        """The same case on the same day if these facts were not assumed."""
        without = {*self._without}.union(facts)
        return Inquiry(self.executors, self.catalogue, self._given, self.day, without)

    def ask(self, conclusions: Iterable[str] | None = None, goal: str | None = None) -> Questions:
        """What to ask next, best first, for `conclusions`, or else for the doors of all steps that
        lead to `goal`.

        Raises UsageError for an unknown conclusion or goal.
        """
        ids = self._doors_to(goal or "any") if conclusions is None else self._ids(conclusions)
        return Remaining(self._about(*ids), ids).questions()

    def overview(self) -> Overview:
        """What is said first: money, work, German, school, what to clarify and what to do, as data;
        and every conclusion below it."""
        found, until = self.assess(), add_months(self.day, self.catalogue.head.search.horizon)
        known = Known(
            rulebook=self.rulebook,
            catalogue=self.catalogue,
            on=self.day,
            conclusions=found.conclusions,
            states=self.steps(),
            possible=self.possible,
            condition=self.condition,
            open_facts=lambda rule: self.open_facts([rule]),
            ahead=lambda rules: self.timeline(rules, until).stretches,
            deadlines=self.deadlines(),
            running=self.running(),
            agreed=self.agreed(),
        )
        return overview(known, found.assumptions, found.caveats)

    def deadlines(self) -> tuple[Deadline, ...]:
        """What ends up to the horizon of the catalogue, the soonest first, and what has to be done
        before; and the paper, if it is over."""
        return self._endings()

    @memo
    def _endings(self) -> tuple[Deadline, ...]:
        return deadlines(self._ahead)

    def running(self) -> Running | None:
        """The step that is under way: when it may end, and what hangs on it."""
        return running(self._ahead)

    def agreed(self) -> Agreement | None:
        """The training ahead that a contract or an offer is about; None if none is told."""
        catalogue, doors = self.catalogue, self.doors(1)
        found, contract = doors.agreed, catalogue.head.facts.contract
        if found is None or contract is None or not found.steps:
            return None
        levels = {id: doors.today(id).level for id in found.steps}
        firmest = min((level for level in levels.values() if level is not None), default=None)
        return Agreement(
            steps=tuple(id for id in found.steps if levels[id] == firmest),
            begins=found.begins,
            fact=contract,
            contract=self.case.told[contract],
            binds=found.binds,
            todo=doors.today(found.steps[0]).todo,
        )

    @property
    def _ahead(self) -> Ahead:
        until = add_months(self.day, self.catalogue.head.search.horizon)

        def answers(ids: Sequence[str]) -> Mapping[str, Sequence[Stretch]]:
            executor = self.executors.executor(("ahead", *ids), lambda: ids)
            return timeline(self.rulebook, executor, self.case, ids, until).stretches

        vocabulary, told = self.rulebook.vocabulary, self._given.told
        return Ahead(self.catalogue, vocabulary, self.day, told, self.condition, answers)

    def steps(self) -> dict[str, StepState]:
        """Every step of the catalogue as it stands: open, shut or unknown, with practice, place and
        reasons."""
        doors = self.doors(1)
        return {id: step_state(doors, id) for id in self.catalogue.steps}

    def paths(
        self,
        goal: str,
        policy: str | None = None,
        within: Budget | float | None = None,
        barred: Iterable[str] = (),
        episodes: Iterable[Episode] = (),
        questions: bool = False,
    ) -> Ways:
        """The ways to `goal` that no other way beats; `policy` keeps those that it accepts: the
        weakest one also ways through doors of which nobody knows whether they are open. A training
        that is signed is on every way that does not end before; of one that is offered there are
        ways with it and without; both is left aside if the training is `barred`.
        `questions`: also what is worth asking since it would shorten the way that is told first.

        Where too little is told to know whether the goal is reached, no way is looked for: `asks`
        says what to ask first. `within` bounds the search, in seconds or by a budget: what is found
        by then is handed out, and `complete` says whether that is all. `barred` steps are on no
        way. `episodes` are changes of the case that lie ahead. Raises UsageError for an unknown
        goal, policy or step.
        """
        self.catalogue.goal(goal)
        scale, head = self.rulebook.scale, self.catalogue.head
        if policy is not None and policy not in scale.policies:
            raise UsageError(
                Mistake("policy_unknown", {"name": policy, "known": ", ".join(scale.policies)})
            )
        without = frozenset(self.catalogue.step_id(step) for step in barred)
        budget = within if isinstance(within, Budget) else Budget(seconds=within)
        asks = self._untold_of(goal)
        known = self.transitions(*episodes)
        agreed = known.doors.agreed
        if agreed and agreed.steps and without.issuperset(agreed.steps):
            return self._not_agreed.paths(goal, policy, budget, barred, episodes, questions)
        found = (
            Found((), complete=True) if asks else search(known, goal, barred=without, budget=budget)
        )
        taken = [(known, way) for way in found.ways]
        if agreed and agreed.steps and not agreed.binds and not asks:
            taken += self._ways_that_hold(goal, known, without, budget)
        taken = [
            (there, way)
            for there, way in taken
            if policy is None or scale.accepts(policy, way.level)
        ]
        told = tuple(tell(there, goal, way) for there, way in taken if way.legs)
        first = told_first(self.rulebook, told) if questions else None
        return Ways(
            goal=goal,
            on=self.day,
            rulebook=self.rulebook.label,
            assumptions=self.assumptions,
            caveats=self.caveats,
            horizon_months=head.search.horizon,
            complete=found.complete and not budget.spent,
            reached=any(not way.legs for _, way in taken),
            asks=asks,
            paper_until=next((one.day for one in self.deadlines() if one.paper), None),
            questions=tuple(self._savings(goal, first, budget)) if first else (),
            paths=told,
        )

    def _savings(self, goal: str, first: Way, budget: Budget) -> list[Saving]:
        """What is worth asking: with which values that are not told a way as firm as `first` would
        be over earlier; the most months first."""
        scale, asked = self.rulebook.scale, self.catalogue.head.search.worth_asking
        grade = first.criteria.strength
        if grade is None or first.criteria.hopes:
            return []
        kind, doors, found = Kind(False, scale.place(grade)), self.doors(1), list[Saving]()
        read = frozenset().union(*(doors.read(step.id) for step in first.steps))
        for fact, value in asked.items():
            if fact not in read or (fact in self._given.told and fact not in self.assumed):
                continue
            case = self._given.with_facts({fact: value}, self.day)
            other = Inquiry(self.executors, self.catalogue, case, self.day, self._without)
            ways = search(other.transitions(), goal, budget=budget, as_sure_as=kind).ways
            end = min((way.end for way in ways), default=first.criteria.end)
            months = months_elapsed(end, first.criteria.end) or 0
            if months >= 1:
                found.append(Saving(fact=fact, value=value, end=end, months=int(months)))
        return sorted(found, key=lambda one: -one.months)

    def _ways_that_hold(
        self, goal: str, known: Transitions, barred: frozenset[str], budget: Budget
    ) -> list[tuple[Transitions, Solution]]:
        """The ways that end with a training that is offered, if no other step takes its place:
        they are told even where another way beats them."""
        agreed, held = known.doors.agreed, Transitions(known.doors, holds=True)
        assert agreed is not None
        found = search(held, goal, barred=barred, budget=budget).ways
        return [(held, way) for way in found if way.legs and way.legs[-1].step in agreed.steps]

    @property
    def _not_agreed(self) -> Inquiry:
        """The same case without its contract or offer."""
        contract = self.catalogue.head.facts.contract
        case = self._given.with_facts({contract: None}, self.day) if contract else self._given
        return Inquiry(self.executors, self.catalogue, case, self.day, self._without)

    def _untold_of(self, goal: str) -> tuple[str, ...]:
        """The facts without which it is not known whether a goal is reached; none if it is."""
        name = Conditions.goal(goal)
        if self.condition(name) is not None:
            return ()
        asked = facts_read(self.catalogue.conditions[name])
        return tuple(sorted(fact for fact in asked if self.values.get(fact) is None))

    @memo
    def transitions(self, *episodes: Episode) -> Transitions:
        """What every step means for the case, up to the horizon of the catalogue: what a search for
        ways moves on. `episodes` are changes of the case that lie ahead.

        A paper that ends is taken as prolonged; what is told for later days says so.
        """
        return Transitions(self.doors(self.catalogue.head.search.horizon, *episodes))

    @memo
    def doors(self, months: int, *episodes: Episode) -> Doors:
        """The doors of all steps, today and over the next `months`."""
        catalogue = self.catalogue
        borders = [_borders(note.from_, note.to) for note in catalogue.practice.values()]
        turning = [day for days in borders for day in days]
        turning += [day for step in catalogue.steps.values() for day in step.status.turns]
        horizon = Horizon(self.rulebook, self._prolonged, months, turning, episodes)
        return Doors(self.executors, catalogue, horizon)

    @property
    def _prolonged(self) -> Case:
        """The case as if its paper did not end, unless it is over already."""
        facts, on = self.rulebook.vocabulary.facts, self.day
        papers = {
            id: None
            for id, ended in self.rulebook.vocabulary.ending
            if any(facts[one].type == "status" for one in ended)
            and (last := self.case.told.get(id)) is not None
            and last >= on
        }
        return self.case.with_facts(papers, on) if papers else self.case

    @memo
    def _about(self, *ids: str) -> Situation:
        return Situation(self, ids)

    def _doors_to(self, goal: str) -> list[str]:
        """The conditions of the doors of all steps that can be part of a way to a goal."""
        steps = leading_to(self.catalogue, goal)
        names = (name for id in steps for name in Conditions.door(id))
        return [name for name in names if name in self.catalogue.conditions]

    def _ids(self, conclusions: Iterable[str] | None) -> Sequence[str]:
        """The conclusions asked for, all if none are named. Raises UsageError for an unknown
        one."""
        if conclusions is None:
            return self.rulebook.conclusions
        return [self.rulebook.rule(id).id for id in as_names(conclusions, "conclusions")]

    def _last(self, until: DayLike | None) -> dt.date:
        last = None if until is None else as_day(until, "until")
        if last is not None and last < self.day:
            raise UsageError(Mistake("until_before_on"))
        return last or add_months(self.day, self.catalogue.head.search.horizon)


def caveats(rulebook: Rulebook, catalogue: Catalogue, on: dt.date) -> tuple[Text, ...]:
    """What no answer for the day `on` has checked."""
    stand = rulebook.book.rechtsstand
    always = (*rulebook.book.caveats, *catalogue.head.caveats)
    if on <= stand:
        return always
    return (_beyond(stand), *always)


@cache
def _beyond(stand: dt.date) -> Text:
    """That the law was checked up to a day only."""
    return Text(
        **{
            lang: texts.text("after", lang, stand=texts.day(stand, lang))
            for lang in texts.LANGUAGES
        }
    )


def _check(rulebook: Rulebook, catalogue: Catalogue, case: Case) -> None:
    """Raises UsageError for a municipality of another region."""
    place = catalogue.head.facts.municipality
    here = rulebook.vocabulary.values_of(place)
    if here and getattr(case, place, None) not in (None, *here):
        raise UsageError(Mistake("choice_unknown", {"kind": place, "known": ", ".join(here)}))


def _doubtful(
    executors: Executors, catalogue: Catalogue, case: Case, on: dt.date, without: Iterable[str]
) -> list[str]:
    """The facts that the sets of a case do not presuppose for this person; see `AssumptionSet`."""
    names = {
        fact: Conditions.doubted(name, fact)
        for name in case.assumptions
        if name in catalogue.assumptions
        for fact in catalogue.assumptions[name].unless
        if fact not in case.told
    }
    if not names:
        return []
    told, _ = assume(case, catalogue.assumptions, (*without, *names))
    there = Standing(executors, project(told, (), on, executors.rulebook.vocabulary))
    return [fact for fact, name in names.items() if there.truths(name)[name] is not False]


def _borders(start: dt.date | None, end: dt.date | None) -> Iterator[dt.date]:
    if start:
        yield start
    if end:
        yield end + dt.timedelta(days=1)
