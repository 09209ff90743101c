"""One object that holds a rulebook, a catalogue and a region, and answers for cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, cast

from klappts_engine.errors import Mistake
from klappts_engine.explain.model import Differences, Explanation, Questions, Turns, WhyNot
from klappts_engine.facts.case import Case, case_class, read_case
from klappts_engine.facts.episodes import Episode
from klappts_engine.folders import data_folder
from klappts_engine.inquiry import Inquiry, caveats
from klappts_engine.intake import DayLike, as_day
from klappts_engine.overview import Overview
from klappts_engine.pathways.catalogue import Catalogue, load_catalogue
from klappts_engine.pathways.offers import OfferList, offers
from klappts_engine.pathways.places import at_place
from klappts_engine.rules.assessment import Assessment
from klappts_engine.rules.executors.port import Executors
from klappts_engine.rules.expressions import references
from klappts_engine.rules.facts_needed import facts_needed
from klappts_engine.rules.loader import load_rulebook
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.rules.timeline import Timeline
from klappts_engine.validation import Text
from klappts_engine.ways.model import StepState, Ways
from klappts_engine.ways.search import Budget

if TYPE_CHECKING:
    from typing import Unpack

    import networkx as nx

    from klappts_engine.facts.typed import Facts, ShippedCase
    from klappts_engine.pathways.check import Check


class Engine:
    """Everything that can be asked. Immutable after loading and safe to share between threads.

    `rulebook` is the law, `catalogue` the steps, practice and region, `case_class` the class of
    cases of this vocabulary; `executors` answer the rules and the conditions of the catalogue.
    `at` gives a case on a day; the verbs that take a case and a day are shorthands of its own.
    """

    def __init__(
        self, rulebook: Rulebook, catalogue: Catalogue, case: type[Case], executor: str
    ) -> None:
        self.rulebook = rulebook
        self.catalogue = catalogue
        self.case_class = case
        self.executors = Executors(rulebook.with_expressions(catalogue.conditions), executor)

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

    def __reduce__(self) -> tuple[Any, ...]:
        """An engine goes to another process by its parts, as they were loaded; no file is read."""
        return _engine, (self.rulebook, self.catalogue, self.executors.name)

    def case(self, **facts: Unpack[Facts]) -> ShippedCase:
        """A case that tells these facts. Raises CaseError with every mistake.

        Type checkers know the facts of the shipped vocabulary here; `case_class` takes those of
        any other one.
        """
        return cast("ShippedCase", self.case_class(**facts))

    def read_case(self, path: FilePath | str) -> ShippedCase:
        """The case in a YAML or JSON file. Raises CaseError with every mistake, its line and the
        way out."""
        return cast("ShippedCase", read_case(FilePath(path), self.case_class))

    def at(self, case: Case, on: DayLike, without: Iterable[str] = ()) -> Inquiry:
        """The case on the day `on`, to be asked as often as needed: what one question has found
        out serves the next. `without` names facts that shall not be assumed.

        Raises UsageError for a day beyond human reach, an unknown assumption set, or a municipality
        of another region.
        """
        return Inquiry(self.executors, self.catalogue, case, on, without)

    def assess(
        self,
        case: Case,
        on: DayLike,
        conclusions: Iterable[str] | None = None,
        without: Iterable[str] = (),
    ) -> Assessment:
        """See `Inquiry.assess`."""
        return self.at(case, on, without).assess(conclusions)

    def timeline(
        self,
        case: Case,
        conclusions: Iterable[str],
        until: DayLike,
        on: DayLike,
        episodes: Sequence[Episode] = (),
        without: Iterable[str] = (),
    ) -> Timeline:
        """See `Inquiry.timeline`."""
        return self.at(case, on, without).timeline(conclusions, until, episodes)

    def overview(self, case: Case, on: DayLike, without: Iterable[str] = ()) -> Overview:
        """See `Inquiry.overview`."""
        return self.at(case, on, without).overview()

    def steps(self, case: Case, on: DayLike, without: Iterable[str] = ()) -> dict[str, StepState]:
        """See `Inquiry.steps`."""
        return self.at(case, on, without).steps()

    def paths(
        self,
        case: Case,
        goal: str,
        on: DayLike,
        policy: str | None = None,
        without: Iterable[str] = (),
        within: Budget | float | None = None,
        barred: Iterable[str] = (),
        episodes: Iterable[Episode] = (),
        questions: bool = False,
    ) -> Ways:
        """See `Inquiry.paths`."""
        return self.at(case, on, without).paths(goal, policy, within, barred, episodes, questions)

    def possible(self, case: Case, classification: str, on: DayLike) -> list[str]:
        """See `Inquiry.possible`."""
        return self.at(case, on).possible(classification)

    def condition(self, case: Case, name: str, on: DayLike) -> bool | None:
        """See `Inquiry.condition`."""
        return self.at(case, on).condition(name)

    def open_facts(self, case: Case, conclusions: Iterable[str], on: DayLike) -> list[str]:
        """See `Inquiry.open_facts`."""
        return self.at(case, on).open_facts(conclusions)

    def why(
        self,
        case: Case,
        conclusion: str,
        on: DayLike,
        without: Iterable[str] = (),
        instead: bool = False,
    ) -> Explanation:
        """See `Inquiry.why`."""
        return self.at(case, on, without).why(conclusion, instead)

    def reasons(
        self,
        case: Case,
        on: DayLike,
        conclusions: Iterable[str] | None = None,
        without: Iterable[str] = (),
    ) -> dict[str, Explanation]:
        """See `Inquiry.reasons`."""
        return self.at(case, on, without).reasons(conclusions)

    def why_not(
        self,
        case: Case,
        conclusion: str,
        on: DayLike,
        until: DayLike | None = None,
        without: Iterable[str] = (),
    ) -> WhyNot:
        """See `Inquiry.why_not`."""
        return self.at(case, on, without).why_not(conclusion, until)

    def when(
        self,
        case: Case,
        conclusions: Iterable[str],
        on: DayLike,
        until: DayLike | None = None,
        without: Iterable[str] = (),
    ) -> Turns:
        """See `Inquiry.when`."""
        return self.at(case, on, without).when(conclusions, until)

    def changed(
        self,
        before: tuple[Case, DayLike],
        after: tuple[Case, DayLike],
        conclusions: Iterable[str] | None = None,
        then: Engine | None = None,
        without: Iterable[str] = (),
    ) -> Differences:
        """What moved between two days or two states of a case; `then` is the engine that answers
        after (default: this one), for two rulebooks; `without` names assumed facts that are
        dropped after. See `Inquiry.changed`.
        """
        return (then or self).at(*after, without).changed(self.at(*before), conclusions)

    def leaning(
        self, case: Case, on: DayLike, conclusions: Iterable[str] | None = None
    ) -> dict[str, Differences]:
        """See `Inquiry.leaning`."""
        return self.at(case, on).leaning(conclusions)

    def ask(
        self,
        case: Case,
        on: DayLike,
        conclusions: Iterable[str] | None = None,
        goal: str | None = None,
        without: Iterable[str] = (),
    ) -> Questions:
        """See `Inquiry.ask`."""
        return self.at(case, on, without).ask(conclusions, goal)

    def caveats(self, on: DayLike) -> tuple[Text, ...]:
        """What no answer for the day `on` has checked."""
        return caveats(self.rulebook, self.catalogue, as_day(on, "on"))

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
        steps = self.catalogue.steps.values()
        todos = {rule for step in steps for todo in step.todo for rule in todo.rules}
        late = {one.rule for step in steps for one in step.windows.late if one.rule}
        head = self.catalogue.head
        system = self.rulebook.vocabulary.by_rule.get(head.facts.system)
        return conditions | todos | late | {id for id in (head.search.childcare, system) if id}

    def facts_read(self) -> frozenset[str]:
        """The facts that the catalogue reads or names."""
        steps = self.catalogue.steps.values()
        named = {
            fact
            for step in steps
            for fact in (*step.requires, *step.by_entry, *(todo.fact for todo in step.todo))
        }
        head = self.catalogue.head
        told = (
            head.facts.age,
            head.facts.municipality,
            head.facts.system,
            head.facts.running,
            head.facts.running_since,
            head.facts.contract,
            head.facts.contract_start,
            *head.facts.contract_terms,
            *head.search.worth_asking,
            *head.overview.first_talk,
        )
        return (
            facts_needed(self.executors.rulebook, self.catalogue.conditions)
            | named
            | {fact for fact in told if fact}
        )

    def graph(self) -> nx.DiGraph[str]:
        """Milestones, steps and goals of the catalogue as a networkx graph; see
        `pathways.graph.step_graph`."""
        from klappts_engine.pathways.graph import step_graph

        return step_graph(self.catalogue, self.executors.rulebook)

    def check(self) -> Check:
        """The catalogue held against itself, its day and the code tables of the schools; see
        `pathways.check.check`."""
        from klappts_engine.pathways.check import check

        return check(self.catalogue, self.executors.rulebook, self.rules_asked())

    def findings(self) -> list[Mistake]:
        """What is odd in the catalogue though it can be loaded, each with the way out."""
        return list(self.check().findings)


def _engine(rulebook: Rulebook, catalogue: Catalogue, executor: str) -> Engine:
    return Engine(rulebook, catalogue, case_class(rulebook.vocabulary), executor)
