"""One object that holds a rulebook, a catalogue and a region, and answers for cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, TypeVar

from klappts_engine import texts
from klappts_engine.errors import Mistake, UsageError
from klappts_engine.explain.changes import changed, turns
from klappts_engine.explain.explain import days_until, explain
from klappts_engine.explain.model import Differences, Explanation, Grounds, Questions, Turns, WhyNot
from klappts_engine.explain.questions import Remaining
from klappts_engine.explain.repairs import why_not
from klappts_engine.explain.situation import Situation
from klappts_engine.facts.assumptions import Assumed, assume
from klappts_engine.facts.calendar import add_months
from klappts_engine.facts.case import Case, case_class, read_case
from klappts_engine.facts.episodes import Episode, project
from klappts_engine.facts.values import values_on
from klappts_engine.folders import data_folder
from klappts_engine.pathways.catalogue import Catalogue, leading_to, load_catalogue
from klappts_engine.pathways.offers import OfferList, offers
from klappts_engine.pathways.places import at_place
from klappts_engine.rules.assessment import Conclusion, conclude
from klappts_engine.rules.executors.port import Parts, make_executor
from klappts_engine.rules.expressions import TRUE, references
from klappts_engine.rules.facts_needed import facts_needed
from klappts_engine.rules.loader import load_rulebook
from klappts_engine.rules.open_facts import open_facts
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.rules.timeline import Timeline, timeline
from klappts_engine.validation import FIRST_YEAR, LAST_YEAR, Data, Text
from klappts_engine.ways.access import Doors
from klappts_engine.ways.horizon import Future
from klappts_engine.ways.moves import Moves
from klappts_engine.ways.search import search
from klappts_engine.ways.telling import Paths, StepState, path, step_state

if TYPE_CHECKING:
    import networkx as nx

    from klappts_engine.pathways.check import Check


Explained = TypeVar("Explained", bound=Grounds)


class Assessment(Data):
    """What the rulebook says of a case on a day, with the assumptions it built on and what was not
    checked."""

    on: dt.date
    rechtsstand: dt.date
    rulebook: str
    assumptions: tuple[Assumed, ...]
    caveats: tuple[Text, ...]
    conclusions: dict[str, Conclusion]


class Engine:
    """Everything that can be asked. Immutable after loading and safe to share between threads.

    `rulebook` is the law, `catalogue` the steps, practice and region, `case_class` the class of
    cases of this vocabulary.
    """

    def __init__(
        self, rulebook: Rulebook, catalogue: Catalogue, case: type[Case], executor: str
    ) -> None:
        self.rulebook = rulebook
        self.catalogue = catalogue
        self.case_class = case
        self._executor = make_executor(executor, rulebook)
        self._full = rulebook.with_expressions(catalogue.conditions)
        self._parts = Parts(self._full, executor)

    @classmethod
    def load(
        cls,
        rules: FilePath | str | None = None,
        pathways: FilePath | str | None = None,
        region: str = "rhein-kreis-neuss",
        executor: str = "function",
    ) -> Engine:
        """An engine on the shipped data, or on other folders of the same form.

        `executor` is "function", "interpreter" or "durable". Raises DataError with every mistake of
        the files, UsageError for an unknown region or executor, EngineUnavailable if "durable"
        cannot be used here.
        """
        folder = FilePath(pathways) if pathways else data_folder("pathways")
        rulebook = at_place(
            load_rulebook(FilePath(rules) if rules else data_folder("rules")), folder, region
        )
        case = case_class(rulebook.vocabulary)
        catalogue = load_catalogue(folder, region, rulebook, case)
        return cls(rulebook, catalogue, case, executor)

    def case(self, **facts: Any) -> Case:
        """A case that tells these facts. Raises CaseError with every mistake."""
        return self.case_class(**facts)

    def read_case(self, path: FilePath | str) -> Case:
        """The case in a YAML or JSON file. Raises CaseError with every mistake, its line and the
        way out."""
        return read_case(FilePath(path), self.case_class)

    def assess(
        self,
        case: Case,
        on: dt.date,
        conclusions: Iterable[str] | None = None,
        without: Iterable[str] = (),
    ) -> Assessment:
        """The answers of `conclusions` (default: all) on the day `on`. `without` names facts that
        shall not be assumed.

        Raises UsageError for an unknown conclusion or assumption set, CaseError for a contradiction
        in the case.
        """
        wanted = self._ids(conclusions)
        there, assumed = self._on(case, on, without)
        values = values_on(there, self.rulebook.vocabulary)
        truths = self._executor.evaluate(values, on)
        return Assessment(
            on=on,
            rechtsstand=self.rulebook.book.rechtsstand,
            rulebook=self.rulebook.label,
            assumptions=assumed,
            caveats=self.caveats(on),
            conclusions=conclude(self.rulebook, truths, values, on, wanted),
        )

    def timeline(
        self,
        case: Case,
        conclusions: Iterable[str],
        until: dt.date,
        on: dt.date,
        episodes: Sequence[Episode] = (),
        without: Iterable[str] = (),
    ) -> Timeline:
        """Every flip of `conclusions` from `on` to `until`, because of the person, the law or the
        episodes.

        Raises UsageError for an unknown conclusion or if `until` lies before `on`.
        """
        wanted, last = self._ids(conclusions), self._last(on, until)
        there, assumed = self._on(case, on, without)
        found = timeline(self.rulebook, self._executor, there, wanted, last, episodes)
        return found.model_copy(update={"assumptions": assumed, "caveats": self.caveats(until)})

    def steps(self, case: Case, on: dt.date, without: Iterable[str] = ()) -> dict[str, StepState]:
        """Every step of the catalogue as it stands on `on`: open, shut or unknown, with practice,
        place and reasons."""
        doors = self._doors(self._on(case, on, without)[0], months=1)
        return {id: step_state(doors, id) for id in self.catalogue.steps}

    def paths(
        self,
        case: Case,
        goal: str,
        on: dt.date,
        policy: str | None = None,
        without: Iterable[str] = (),
    ) -> Paths:
        """The ways to `goal` from `on` that no other way beats; `policy` keeps those that it
        accepts: the weakest one also ways through doors of which nobody knows whether they are
        open.

        Raises UsageError for an unknown goal or policy.
        """
        self.catalogue.goal(goal)
        scale = self.rulebook.scale
        if policy is not None and policy not in scale.policies:
            raise UsageError(
                Mistake("policy_unknown", {"name": policy, "known": ", ".join(scale.policies)})
            )
        there, assumed = self._on(case, on, without)
        doors = self._doors(there, self.catalogue.head.horizon)
        moves = Moves(doors)
        ways = search(moves, goal)
        if policy is not None:
            ways = [way for way in ways if scale.accepts(policy, way.level)]
        return Paths(
            goal=goal,
            on=on,
            rulebook=self.rulebook.label,
            assumptions=assumed,
            caveats=self.caveats(on),
            horizon_months=self.catalogue.head.horizon,
            reached=any(not way.moves for way in ways),
            paths=tuple(path(moves, goal, way) for way in ways if way.moves),
        )

    def offers(
        self,
        municipality: str | None = None,
        field: str | None = None,
        strand: str | None = None,
        stale: bool | None = None,
    ) -> OfferList:
        """What exists in the region: see `pathways.offers.offers`."""
        return offers(self.catalogue, municipality, field, strand, stale)

    def rules_asked(self) -> set[str]:
        """The rules that the catalogue asks for directly, in steps, goals, livelihood and
        to-dos."""
        conditions = {id for expr in self.catalogue.conditions.values() for id in references(expr)}
        todos = {
            todo.rule for step in self.catalogue.steps.values() for todo in step.todo if todo.rule
        }
        head = self.catalogue.head
        system = self.rulebook.vocabulary.by_rule.get(head.system)
        return conditions | todos | {id for id in (head.childcare, system) if id}

    def facts_read(self) -> frozenset[str]:
        """The facts that the catalogue reads or names."""
        steps = self.catalogue.steps.values()
        named = {
            fact
            for step in steps
            for fact in (*step.requires, *step.by_entry, *(todo.fact for todo in step.todo))
        }
        head = self.catalogue.head
        told = (head.age, head.municipality, head.system, head.running, head.running_since)
        return (
            facts_needed(self._full, self.catalogue.conditions)
            | named
            | {fact for fact in told if fact}
        )

    def graph(self) -> nx.DiGraph[str]:
        """Milestones, steps and goals of the catalogue as a networkx graph; see
        `pathways.graph.step_graph`."""
        from klappts_engine.pathways.graph import step_graph

        return step_graph(self.catalogue, self._full)

    def check(self) -> Check:
        """The catalogue held against itself, its day and the code tables of the schools; see
        `pathways.check.check`."""
        from klappts_engine.pathways.check import check

        return check(self.catalogue, self._full, self.rules_asked())

    def findings(self) -> list[Mistake]:
        """What is odd in the catalogue though it can be loaded, each with the way out."""
        return list(self.check().findings)

    def possible(self, case: Case, classification: str, on: dt.date) -> list[str]:
        """The values that a classification can still take on `on`, in the order in which they are
        tried."""
        rule = self.rulebook.rule(classification)
        there, _ = self._on(case, on, ())
        truths = self._executor.evaluate(values_on(there, self.rulebook.vocabulary), on)
        return [value for value in rule.values if truths[f"{rule.id}={value}"] is not False]

    def condition(self, case: Case, name: str, on: dt.date) -> bool | None:
        """The truth of a condition of the catalogue on `on`; one that is not there holds."""
        if name not in self.catalogue.conditions:
            return True
        there, _ = self._on(case, on, ())
        executor = self._parts.executor(name, lambda: [name])
        return executor.evaluate(values_on(there, self.rulebook.vocabulary), on)[name]

    def open_facts(self, case: Case, conclusions: Iterable[str], on: dt.date) -> list[str]:
        """The untold facts on which unknown answers of `conclusions` hang, in the order in which
        the rules read them."""
        there, _ = self._on(case, on, ())
        values = values_on(there, self.rulebook.vocabulary)
        return open_facts(
            self.rulebook, self._executor.evaluate(values, on), values, on, conclusions
        )

    def why(
        self, case: Case, conclusion: str, on: dt.date, without: Iterable[str] = ()
    ) -> Explanation:
        """Why a conclusion is answered as it is on `on`: the tree with every value read, the
        version of the law, a smallest set of facts that decides, and the assumptions among them.
        Raises UsageError for an unknown conclusion."""
        id = self.rulebook.rule(conclusion).id
        what = explain(self._situation(case, on, without, [id]), id)
        more = self._instead(case, id, on, without) if what.answer == "fails" else {}
        return self._grounded(what.model_copy(update=more), case, on, without)

    def reasons(
        self,
        case: Case,
        on: dt.date,
        conclusions: Iterable[str] | None = None,
        without: Iterable[str] = (),
    ) -> dict[str, Explanation]:
        """The short form of `why` for many conclusions (default: all), without their trees."""
        ids = self._ids(conclusions)
        situation = self._situation(case, on, without, ids)
        grounds = self._grounds(case, on, without)
        return {
            id: explain(situation, id, with_tree=False).model_copy(update=grounds) for id in ids
        }

    def why_not(
        self,
        case: Case,
        conclusion: str,
        on: dt.date,
        until: dt.date | None = None,
        without: Iterable[str] = (),
    ) -> WhyNot:
        """What stands against a conclusion on `on`, and every smallest set of changes that turns it
        up to `until` (default: the horizon of the catalogue). Raises UsageError for an unknown
        conclusion, or if `until` lies before `on`."""
        last = self._last(on, until)
        id = self.rulebook.rule(conclusion).id
        what = why_not(self._situation(case, on, without, [id]), id, last)
        more = self._instead(case, id, on, without) if what.answer != "holds" else {}
        return self._grounded(what.model_copy(update=more), case, on, without)

    def when(
        self,
        case: Case,
        conclusions: Iterable[str],
        on: dt.date,
        until: dt.date | None = None,
        without: Iterable[str] = (),
    ) -> Turns:
        """Every turn of `conclusions` from `on` to `until` (default: the horizon of the catalogue),
        each with its cause.

        Raises UsageError for an unknown conclusion, or if `until` lies before `on`.
        """
        ids, last = self._ids(conclusions), self._last(on, until)
        states = days_until(self._situation(case, on, without, ids), last)
        return self._grounded(turns(states, ids, last), case, on, without)

    def changed(
        self,
        before: tuple[Case, dt.date],
        after: tuple[Case, dt.date],
        conclusions: Iterable[str] | None = None,
        then: Engine | None = None,
        without: Iterable[str] = (),
    ) -> Differences:
        """What moved between two days or two states of a case; `then` is the engine that answers
        after (default: this one), for two rulebooks; `without` names assumed facts that are
        dropped after. Raises UsageError for an unknown conclusion.
        """
        other = then or self
        known = [id for id in other._ids(conclusions) if id in self.rulebook.rules]
        what = changed(
            self._situation(*before, (), known), other._situation(*after, without, known), known
        )
        return other._grounded(what, *after, without)

    def leaning(
        self, case: Case, on: dt.date, conclusions: Iterable[str] | None = None
    ) -> dict[str, Differences]:
        """For each assumed fact what of `conclusions` (default: all) moves if it is dropped; those
        without which every answer stays are left out."""
        ids = self._ids(conclusions)
        before = self._situation(case, on, (), ids)
        found: dict[str, Differences] = {}
        for fact in before.assumed:
            what = changed(before, self._situation(case, on, [fact], ids), ids)
            if any(one.before.answer != one.after.answer for one in what.moved):
                found[fact] = self._grounded(what, case, on, [fact])
        return found

    def ask(
        self,
        case: Case,
        on: dt.date,
        conclusions: Iterable[str] | None = None,
        goal: str | None = None,
        without: Iterable[str] = (),
    ) -> Questions:
        """What to ask next, best first, for `conclusions`, or else for the doors of all steps that
        lead to `goal`.

        Raises UsageError for an unknown conclusion or goal.
        """
        ids = self._doors_to(goal or "any") if conclusions is None else self._ids(conclusions)
        return self._grounded(
            Remaining(self._situation(case, on, without, ids), ids).questions(), case, on, without
        )

    def _doors_to(self, goal: str) -> list[str]:
        """The conditions of the doors of all steps that can be part of a way to a goal."""
        steps = leading_to(self.catalogue, goal)
        names = (f"step:{id}:{part}" for id in steps for part in ("access", "facts", "age"))
        return [name for name in names if name in self.catalogue.conditions]

    def _instead(
        self, case: Case, conclusion: str, on: dt.date, without: Iterable[str]
    ) -> dict[str, Any]:
        """What is open after a no: kindred conclusions, and steps.

        First steps that build something, and of these those of strands whose doors ask for the
        conclusion.
        """
        family = conclusion.split(".")[0]
        kin = [
            id
            for id in self.rulebook.conclusions
            if id.split(".")[0] == family and id != conclusion
        ]
        found = self.assess(case, on, kin, without).conclusions
        beside = {
            id: one.answer
            for id, one in found.items()
            if self.rulebook.scale.level(one.strength) is not None
        }
        strands, steps = self.catalogue.strands, self.catalogue.steps
        trees = {id: self.catalogue.conditions.get(f"step:{id}:access", TRUE) for id in steps}
        near = {strands[id] for id, tree in trees.items() if conclusion in references(tree)}
        states = self.steps(case, on, without)
        opened = [
            id for id, step in steps.items() if states[id].answer == "holds" and step.role == "main"
        ]
        opened.sort(key=lambda id: (steps[id].builds_nothing is not None, strands[id] not in near))
        return {"instead": tuple(opened), "beside": beside}

    def _grounded(
        self, what: Explained, case: Case, on: dt.date, without: Iterable[str]
    ) -> Explained:
        """An explanation with what it rests on besides the case."""
        return what.model_copy(update=self._grounds(case, on, without))

    def _grounds(self, case: Case, on: dt.date, without: Iterable[str]) -> dict[str, Any]:
        _, assumed = assume(case, self.catalogue.assumptions, without)
        return {"assumptions": assumed, "caveats": self.caveats(on)}

    def _situation(
        self, case: Case, on: dt.date, without: Iterable[str], ids: Iterable[str]
    ) -> Situation:
        there, assumed = self._on(case, on, without)
        return Situation(
            self._parts, there, {fact: one.set for one in assumed for fact in one.facts}, ids
        )

    def _ids(self, conclusions: Iterable[str] | None) -> list[str]:
        """The conclusions asked for, all if none are named. Raises UsageError for an unknown
        one."""
        return [
            self.rulebook.rule(id).id
            for id in (self.rulebook.conclusions if conclusions is None else conclusions)
        ]

    def _last(self, on: dt.date, until: dt.date | None) -> dt.date:
        _reachable(on)
        _reachable(until or on)
        if until is not None and until < on:
            raise UsageError(Mistake("until_before_on"))
        return until or add_months(on, self.catalogue.head.horizon)

    def caveats(self, on: dt.date) -> tuple[Text, ...]:
        """What no answer for the day `on` has checked."""
        stand = self.rulebook.book.rechtsstand
        always = (*self.rulebook.book.caveats, *self.catalogue.head.caveats)
        if on <= stand:
            return always
        after = Text(
            **{
                lang: texts.text("after", lang, stand=texts.day(stand, lang))
                for lang in texts.LANGUAGES
            }
        )
        return (after, *always)

    def _on(
        self, case: Case, on: dt.date, without: Iterable[str]
    ) -> tuple[Case, tuple[Assumed, ...]]:
        """The case with its assumptions, as it stands on `on`.

        Raises UsageError for a day beyond human reach and for a municipality of another region.
        """
        _reachable(on)
        here = self.rulebook.vocabulary.values_of(self.catalogue.head.municipality)
        if here and case.told.get(self.catalogue.head.municipality, here[0]) not in here:
            raise UsageError(
                Mistake(
                    "choice_unknown",
                    {"kind": self.catalogue.head.municipality, "known": ", ".join(here)},
                )
            )
        filled, assumed = assume(case, self.catalogue.assumptions, without)
        return project(filled, (), on, self.rulebook.vocabulary), assumed

    def _doors(self, case: Case, months: int) -> Doors:
        turns = [
            day
            for note in self.catalogue.practice.values()
            for day in _borders(note.from_, note.to)
        ]
        turns += [day for step in self.catalogue.steps.values() for day in step.status.turns]
        return Doors(self._parts, self.catalogue, Future(self._full, case, months, turns))


def _reachable(day: dt.date) -> None:
    """Raises UsageError for a day beyond human reach."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UsageError(Mistake("day_unreachable"))


def _borders(start: dt.date | None, end: dt.date | None) -> Iterable[dt.date]:
    if start:
        yield start
    if end:
        yield end + dt.timedelta(days=1)
