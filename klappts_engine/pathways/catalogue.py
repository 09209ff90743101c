"""Reads the pathways folder and one region, checked against the rulebook as a whole."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args

from klappts_engine.errors import DataError, Mistake, UsageError
from klappts_engine.facts.assumptions import AssumptionSet, load_assumptions
from klappts_engine.facts.case import Case
from klappts_engine.facts.vocabulary import Fact, Vocabulary
from klappts_engine.intake import reachable
from klappts_engine.pathways.conditions import Conditions
from klappts_engine.pathways.endings import Carried, Ending
from klappts_engine.pathways.head import CatalogueHead
from klappts_engine.pathways.money import Benefit, Profile
from klappts_engine.pathways.region import Gap, Institution, Offer, PracticeNote, RegionFile
from klappts_engine.pathways.steps import Goal, Step, Todo, TodoKind
from klappts_engine.pathways.tables import Figure, SchoolTable, Source
from klappts_engine.rules.expressions import TRUE, All, Compare, Expr, facts_read, references
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.translations import FOLDER as TEXTS
from klappts_engine.translations import Key, Translations
from klappts_engine.validation import LARGEST, Text, TextPlace, nearest, validate
from klappts_engine.yamlfile import Map, line_of, read

Model = TypeVar("Model")
Place = tuple[str, int | None]
"""The file of an entry, and its line."""
SCHOOL_CODES = "school_codes.yaml"
PLANNING = "planning.yaml"
ENDINGS = "endings.yaml"
ASSUMPTIONS = "assumption_sets.yaml"
OLD_KEYS = {"fallback": "instead"}
"""Keys of entries that have a new name, and are still read for one release."""


@dataclass(frozen=True)
class Region:
    """One region: what exists there."""

    id: str
    title: Text
    areas: tuple[str, ...]
    municipalities: Mapping[str, str]
    sources: Mapping[str, Source]
    institutions: Mapping[str, Institution]
    offers: Mapping[str, Offer]
    gaps: Mapping[str, Gap]


@dataclass(frozen=True)
class Catalogue:
    """All steps and what belongs to them, with their conditions parsed. Immutable."""

    head: CatalogueHead
    steps: Mapping[str, Step]
    strands: Mapping[str, str]
    goals: Mapping[str, Goal]
    benefits: Mapping[str, Benefit]
    profiles: Mapping[str, Profile]
    practice: Mapping[str, PracticeNote]
    sources: Mapping[str, Source]
    terms: Mapping[str, Mapping[str, Text]]
    assumptions: Mapping[str, AssumptionSet]
    region: Region
    conditions: Mapping[str, Expr] = field(repr=False)
    """Every condition of the catalogue by its name; see `Conditions`."""
    school_codes: SchoolTable | None = field(default=None, repr=False)
    """The code tables of the schools, where the folder has them."""
    places: Mapping[str, Place] = field(default_factory=dict, repr=False)
    """Where each entry stands, by section and id ("steps:lang.eok")."""
    figures: Mapping[str, Figure] = field(default_factory=dict, repr=False)
    """Figures to plan with, where the folder has them; no search and no answer about a person reads
    them."""
    endings: Mapping[str, Ending] = field(default_factory=dict, repr=False)
    """What ends for whom, where the folder says so."""
    carried: Mapping[str, Carried] = field(default_factory=dict, repr=False)
    """What can hang on the step that is under way."""
    translations: tuple[Translations, ...] = field(default=(), repr=False)
    """The other languages of its texts: those of the folder, and those of the regions."""
    outdated: tuple[Mistake, ...] = field(default=(), repr=False)
    """Keys that have a new name and are still read for one release."""

    def livelihood(self, id: str) -> str:
        """The profile of what pays for the livelihood during a step; a step that has none changes
        nothing of it."""
        return self.steps[id].livelihood or self.head.search.idle

    def step_id(self, id: str) -> str:
        """The id of a step. Raises UsageError if there is none."""
        if id not in self.steps:
            raise UsageError(
                Mistake("step_unknown", {"name": id, "guess": nearest(id, self.steps)})
            )
        return id

    def goal(self, id: str) -> Goal:
        """The goal `id`. Raises UsageError if there is none."""
        if id not in self.goals:
            raise UsageError(Mistake("goal_unknown", {"name": id, "known": ", ".join(self.goals)}))
        return self.goals[id]


def load_catalogue(folder: Path, region: str, rulebook: Rulebook, case: type[Case]) -> Catalogue:
    """The catalogue in `folder` with one region. Raises DataError with every mistake of every file,
    UsageError for the region."""
    reader = _Reader(folder, rulebook)
    if not os.path.isdir(folder):
        raise UsageError(Mistake("folder_missing", {"what": folder.name}))
    known = sorted(path.stem for path in (folder / "regions").glob("*.yaml"))
    if region not in known:
        raise UsageError(Mistake("region_unknown", {"name": region, "known": ", ".join(known)}))
    head = reader.one("catalogue.yaml", CatalogueHead, ("catalogue",))
    sources = reader.many("sources.yaml", "sources", Source)
    goals = reader.many("goals.yaml", "goals", Goal)
    benefits = reader.many("livelihood.yaml", "benefits", Benefit)
    profiles = reader.many("livelihood.yaml", "profiles", Profile)
    practice = reader.many("practice.yaml", "practice", PracticeNote)
    terms = {
        kind: reader.many("terms.yaml", kind, Text)
        for kind in ("owners", "bodies", "payers", "strands")
    }
    steps, strands = reader.steps()
    place = reader.region(region, frozenset(known))
    table = (
        reader.one(SCHOOL_CODES, SchoolTable, ("school_codes",))
        if os.path.lexists(folder / SCHOOL_CODES)
        else None
    )
    reader.places["table:school_codes"] = (SCHOOL_CODES, 1)
    figures = reader.many(PLANNING, "figures", Figure) if os.path.lexists(folder / PLANNING) else {}
    ends = os.path.lexists(folder / ENDINGS)
    endings = reader.many(ENDINGS, "endings", Ending) if ends else {}
    carried = reader.many(ENDINGS, "carried", Carried) if ends else {}
    assumptions, found = load_assumptions(
        folder / ASSUMPTIONS, rulebook.vocabulary, case, reader.translations
    )
    reader.mistakes.extend(found)
    if head is None or place is None or reader.incomplete:
        raise DataError(reader.mistakes)
    steps = _with_childcare(steps, head.search.childcare_todo)
    conditions = reader.conditions(head.facts.age)
    catalogue = Catalogue(
        head,
        steps,
        strands,
        goals,
        benefits,
        profiles,
        practice,
        sources,
        terms,
        assumptions,
        place,
        conditions,
        table,
        reader.places,
        figures,
        endings,
        carried,
        (reader.translations, reader.of_regions),
        tuple(reader.outdated),
    )
    reader.mistakes.extend(_Checker(catalogue, rulebook).mistakes())
    if reader.mistakes:
        raise DataError(reader.mistakes)
    return catalogue


def _with_childcare(steps: Mapping[str, Step], todo: Todo | None) -> dict[str, Step]:
    """The steps, those with full daytime presence with what to do first for childcare."""
    return {
        id: step.model_copy(update={"todo": (*step.todo, todo)})
        if todo and step.presence == "daytime_full"
        else step
        for id, step in steps.items()
    }


class _Reader:
    """Reads and validates the files, and remembers where each entry stands."""

    def __init__(self, folder: Path, rulebook: Rulebook) -> None:
        self._folder = folder
        self._rulebook = rulebook
        self.translations = Translations(folder)
        self.of_regions = Translations(folder / "regions", f"regions/{TEXTS}", 2)
        self._documents: dict[str, Map] = {}
        self._raw: dict[str, Map] = {}
        self.mistakes = [*self.translations.mistakes, *self.of_regions.mistakes]
        self.outdated: list[Mistake] = []
        self.incomplete = False
        """Whether a file or a section is missing or cannot be read, so that names in it cannot be
        held against others."""
        self.places: dict[str, Place] = {}

    def _document(self, name: str) -> Map:
        if name not in self._documents:
            try:
                self._documents[name] = read(self._folder / name, name)
            except DataError as problem:
                self.mistakes.extend(problem.mistakes)
                self._documents[name] = Map(1)
                self.incomplete = True
        return self._documents[name]

    def one(
        self, name: str, model: type[Model], key: Key, of: Translations | None = None
    ) -> Model | None:
        """The file as a whole; `key` is where its texts stand in the files of the languages `of`
        (default: those of the folder)."""
        document = self._document(name)
        if not document:
            return None
        place = TextPlace(of or self.translations, key)
        found, mistakes = validate(model, document, file=name, place=place)
        self.mistakes.extend(mistakes)
        return found

    def many(self, name: str, section: str, model: type[Model]) -> dict[str, Model]:
        """The entries of one section, by id."""
        document = self._document(name)
        entries = document.get(section)
        if not isinstance(entries, Map):
            if document:
                self.mistakes.append(
                    Mistake(
                        "section_missing", {"field": section}, name, line_of(document, (section,))
                    )
                )
            self.incomplete = True
            return {}
        found: dict[str, Model] = {}
        for id, raw in entries.items():
            place = TextPlace(self.translations, (section, id))
            entry, mistakes = validate(model, raw, file=name, id=id, place=place)
            self.mistakes.extend(mistakes)
            key = f"{section}:{id}"
            if key in self.places:
                self.mistakes.append(
                    Mistake(
                        "id_twice",
                        {"other": self.places[key][0]},
                        name,
                        line_of(document, (section, id)),
                        id,
                    )
                )
            self.places[key] = (name, line_of(document, (section, id)))
            if entry is not None:
                found[id] = entry
                self._raw[key] = raw
                self._old_keys(raw, name, id)
        return found

    def _old_keys(self, raw: object, file: str, id: str) -> None:
        for old, new in OLD_KEYS.items():
            if isinstance(raw, Map) and old in raw:
                params = {"old": old, "new": new}
                self.outdated.append(Mistake("key_old", params, file, raw.lines[old], id))

    def steps(self) -> tuple[dict[str, Step], dict[str, str]]:
        """All steps of all strand files, and the strand of each."""
        steps: dict[str, Step] = {}
        strands: dict[str, str] = {}
        paths = sorted((self._folder / "steps").glob("*.yaml"))
        if not paths:
            self.mistakes.append(
                Mistake("folder_empty", {"what": "steps/*.yaml"}, self._folder.name)
            )
        for path in paths:
            name = f"steps/{path.name}"
            found = self.many(name, "steps", Step)
            steps.update(found)
            strands.update(dict.fromkeys(found, str(self._document(name).get("strand"))))
        return steps, strands

    def region(self, id: str, known: frozenset[str]) -> Region | None:
        """The region file, entry by entry; `known` are all regions of the folder."""
        self.of_regions.elsewhere = known - {id}
        file = self.one(f"regions/{id}.yaml", RegionFile, (id,), self.of_regions)
        if file is None:
            return None
        for section in ("offers", "gaps"):
            for entry in getattr(file, section):
                place = (
                    f"regions/{id}.yaml",
                    line_of(self._document(f"regions/{id}.yaml"), (section, entry)),
                )
                self.places[f"{section}:{entry}"] = place
        return Region(
            id,
            file.title,
            file.areas,
            file.municipalities,
            file.sources,
            file.institutions,
            file.offers,
            file.gaps,
        )

    def conditions(self, age: str) -> dict[str, Expr]:
        """All conditions, parsed; mistakes are collected with their lines. `age` is the fact that
        holds the age."""
        found: dict[str, Expr] = {}
        overview = self._document("catalogue.yaml").get("overview") or {}
        for number, point in enumerate(overview.get("clarify") or ()):
            if isinstance(point, Map) and point.get("when") is not None:
                expr, mistakes = self._rulebook.expression(
                    point["when"], "catalogue.yaml", "clarify"
                )
                found[Conditions.clarify(number)] = expr
                self.mistakes.extend(mistakes)
        sets = self._document(ASSUMPTIONS).get("sets")
        for id, raw in sets.items() if isinstance(sets, Map) else ():
            doubts = raw.get("unless") if isinstance(raw, Map) else None
            for fact, condition in doubts.items() if isinstance(doubts, Map) else ():
                expr, mistakes = self._rulebook.expression(condition, ASSUMPTIONS, id)
                found[Conditions.doubted(id, fact)] = expr
                self.mistakes.extend(mistakes)
        for key, raw in self._raw.items():
            kind, id = key.split(":", 1)
            if kind == "steps":
                found[Conditions.access(id)] = self._parse(raw.get("access"), key, raw)
                facts = raw.get("facts")
                found[Conditions.facts(id)] = (
                    self._parse(facts, key, raw) if facts is not None else All(())
                )
                found[Conditions.age(id)] = _ages(raw.get("age") or {}, age)
                for grade, condition in ((raw.get("outcomes") or {}).get("only_if") or {}).items():
                    found[Conditions.only_if(id, grade)] = self._parse(condition, key, raw)
            elif kind == "goals":
                found[Conditions.goal(id)] = self._parse(raw.get("test"), key, raw)
            elif kind == "profiles":
                for number, option in enumerate(raw.get("options") or ()):
                    found[Conditions.livelihood(id, number)] = self._parse(
                        option.get("when"), key, option
                    )
                for fact, presumed in (raw.get("presume") or {}).items():
                    found[Conditions.presumed(id, fact)] = self._parse(
                        presumed.get("when"), key, presumed
                    )
            elif kind == "endings":
                for name, field in (
                    (Conditions.ends_for(id), "when"),
                    (Conditions.ends_with(id), "until"),
                ):
                    if raw.get(field) is not None:
                        found[name] = self._parse(raw[field], key, raw)
            elif kind == "carried":
                found[Conditions.carried(id)] = self._parse(raw.get("when"), key, raw)
        return found

    def _parse(self, node: object, key: str, raw: Map) -> Expr:
        file, _ = self.places[key]
        expr, mistakes = self._rulebook.expression(node, file, key.split(":", 1)[1])
        self.mistakes.extend(
            mistake
            if mistake.line
            else Mistake(mistake.code, mistake.params, mistake.file, raw.line, mistake.id)
            for mistake in mistakes
        )
        return expr


def leading_to(catalogue: Catalogue, goal: str) -> list[str]:
    """The steps that change what a goal asks for, or what another such step asks for. Raises
    UsageError for an unknown goal."""
    catalogue.goal(goal)
    asked, found = _asked(catalogue, Conditions.goal(goal)), dict[str, None]()
    main = {id: step for id, step in catalogue.steps.items() if step.role == "main"}
    while more := [id for id in main if id not in found and _gains(main[id]) & asked]:
        found.update(dict.fromkeys(more))
        asked = asked.union(
            *(main[id].requires for id in more),
            *(_asked(catalogue, Conditions.facts(id)) for id in more),
        )
    return [id for id in main if id in found]


def _asked(catalogue: Catalogue, condition: str) -> frozenset[str]:
    """The facts that a condition reads, and those of the goals that it names."""
    tree = catalogue.conditions.get(condition, TRUE)
    return frozenset(facts_read(tree)).union(
        *(_asked(catalogue, id) for id in references(tree) if id in catalogue.conditions)
    )


def _gains(step: Step) -> frozenset[str]:
    return frozenset(fact for outcome in step.outcomes.all for fact in outcome)


SECTIONS = {"step_unknown": "steps", "profile_unknown": "profiles", "source_unknown": "sources"}
"""In which section an entry stands that a code speaks of; that of a term is its kind."""


class _Checker:
    """Holds the catalogue against itself and the rulebook."""

    def __init__(self, catalogue: Catalogue, rulebook: Rulebook) -> None:
        self._catalogue = catalogue
        self._rulebook = rulebook
        self._vocabulary: Vocabulary = rulebook.vocabulary
        self._places = catalogue.places

    def mistakes(self) -> Iterable[Mistake]:
        """Every unknown id and every value that does not fit its fact."""
        for id, step in self._catalogue.steps.items():
            yield from self._step(id, step)
        yield from self._head()
        if self._catalogue.school_codes:
            yield from self._school_codes(self._catalogue.school_codes)
        for id, profile in self._catalogue.profiles.items():
            for option in profile.options:
                yield from self._known(
                    f"profiles:{id}",
                    option.benefit,
                    self._catalogue.benefits,
                    "term_unknown",
                    "benefits",
                )
            for fact, presumed in profile.presume.items():
                for value in (presumed.then, presumed.otherwise):
                    yield from self._value(f"profiles:{id}", fact, value)
        for id, note in self._catalogue.practice.items():
            for rule in note.rules:
                yield from self._known(
                    f"practice:{id}", rule, self._rulebook.conclusions, "rule_unknown"
                )
            for step_id in (*note.steps, *note.instead):
                yield from self._known(
                    f"practice:{id}", step_id, self._catalogue.steps, "step_unknown"
                )
            for source in note.sources:
                yield from self._known(
                    f"practice:{id}", source, self._catalogue.sources, "source_unknown"
                )
        yield from self._endings()
        region = self._catalogue.region
        for id, offer in region.offers.items():
            for step_id in offer.steps:
                yield from self._known(
                    f"offers:{id}", step_id, self._catalogue.steps, "step_unknown"
                )
            for source in offer.sources:
                yield from self._known(f"offers:{id}", source, region.sources, "source_unknown")
            yield from self._known(
                f"offers:{id}", offer.provider, region.institutions, "term_unknown", "institutions"
            )
        for id, gap in region.gaps.items():
            for step_id in gap.steps:
                yield from self._known(f"gaps:{id}", step_id, self._catalogue.steps, "step_unknown")

    def _endings(self) -> Iterable[Mistake]:
        facts, bodies = self._vocabulary.facts, self._catalogue.terms["bodies"]
        for id, ending in self._catalogue.endings.items():
            key, months = f"endings:{id}", ending.months
            days = [fact for fact in (ending.fact, ending.since) if fact is not None]
            others = [months] if isinstance(months, str) else []
            for fact in (*days, *others, *([ending.unless] if ending.unless else [])):
                yield from self._known(key, fact, facts, "fact_unknown")
            for fact in days:
                if fact in facts and facts[fact].type != "date":
                    yield self._at(key, "ending_no_day", fact=fact)
            for rule in ending.follow:
                yield from self._known(key, rule, self._rulebook.conclusions, "rule_unknown")
            yield from self._known(key, ending.body, bodies, "term_unknown", "bodies")
        for id, carried in self._catalogue.carried.items():
            yield from self._known(f"carried:{id}", carried.body, bodies, "term_unknown", "bodies")

    def _head(self) -> Iterable[Mistake]:
        head = self._catalogue.head
        risks = (point.risk_of for point in head.overview.clarify)
        asked = (*head.search.worth_asking, *head.overview.first_talk)
        contract = (
            head.facts.contract,
            head.facts.contract_start,
            *head.facts.contract_terms,
        )
        for fact in (
            head.facts.age,
            head.facts.municipality,
            head.facts.system,
            *(id for id in (head.facts.work, *contract, *risks, *asked) if id),
        ):
            yield from self._named(fact, self._vocabulary.facts, "fact_unknown")
        points = [id for point in head.overview.clarify for id in (point.rule, point.otherwise)]
        for rule in (head.search.childcare, *points):
            if rule is not None:
                yield from self._named(rule, self._rulebook.conclusions, "rule_unknown")
        yield from self._named(head.search.idle, self._catalogue.profiles, "profile_unknown")
        for kind in get_args(TodoKind):
            if kind not in head.search.to_do_strength:
                field = f"search.to_do_strength.{kind}"
                yield Mistake("field_missing", {"field": field}, "catalogue.yaml")
        late = head.search.late_strength
        for word in (*head.search.to_do_strength.values(), *([late] if late else [])):
            if word not in self._rulebook.scale.words:
                allowed = ", ".join(sorted(self._rulebook.scale.words))
                yield Mistake(
                    "strength_unknown", {"word": word, "allowed": allowed}, "catalogue.yaml"
                )

    def _named(self, name: str, known: Iterable[str], code: str) -> Iterable[Mistake]:
        known = list(known)
        if name not in known:
            yield Mistake(
                code, {"name": name, "leaf": name, "guess": nearest(name, known)}, "catalogue.yaml"
            )

    def _school_codes(self, table: SchoolTable) -> Iterable[Mistake]:
        key, facts = "table:school_codes", self._vocabulary.facts
        yield from self._known(key, table.source, self._catalogue.sources, "source_unknown")
        for strand in table.strands:
            yield from self._known(
                key, strand, self._catalogue.terms["strands"], "term_unknown", "strands"
            )
        ladders = {
            table.school: (*table.certificates.values(), *table.entries.values()),
            table.vocational: tuple(rung for rungs in table.degrees.values() for rung in rungs),
        }
        for fact, values in (*ladders.items(), *table.school_based.items()):
            yield from self._known(key, fact, facts, "fact_unknown")
            if fact in facts and fact in ladders and not facts[fact].ladder:
                yield self._at(key, "ladder_unknown", name=fact)
            for value in values if fact in facts else ():
                if value not in facts[fact].values:
                    yield self._at(
                        key,
                        "value_not_in_enum",
                        value=value,
                        fact=fact,
                        allowed=", ".join(facts[fact].values),
                    )

    def _step(self, id: str, step: Step) -> Iterable[Mistake]:
        key = f"steps:{id}"
        for fact, rungs in step.requires.items():
            kind = self._vocabulary.facts.get(fact)
            if kind is None or not kind.ladder:
                yield self._at(key, "ladder_unknown", name=fact)
                continue
            for rung in (rungs.from_, rungs.to, rungs.recommended):
                if rung is not None and rung not in kind.values:
                    yield self._at(
                        key,
                        "value_not_in_enum",
                        value=rung,
                        fact=fact,
                        allowed=", ".join(kind.values),
                    )
        told = [
            step.during,
            *(phase.facts for phase in step.phases),
            {todo.fact: todo.value for todo in step.todo},
        ]
        for facts in (*told, step.outcomes.full, *step.outcomes.best, *step.outcomes.partial):
            for fact, value in facts.items():
                yield from self._value(key, fact, value)
        if step.strength is not None and step.strength not in self._rulebook.scale.words:
            yield self._at(
                key,
                "strength_unknown",
                word=step.strength,
                allowed=", ".join(sorted(self._rulebook.scale.words)),
            )
        for fact in step.by_entry:
            yield from self._known(key, fact, self._vocabulary.facts, "fact_unknown")
        for todo in step.todo:
            if todo.step:
                yield from self._known(key, todo.step, self._catalogue.steps, "step_unknown")
            for rule in todo.rules:
                yield from self._known(key, rule, self._rulebook.conclusions, "rule_unknown")
        for late in step.windows.late:
            if late.rule:
                yield from self._known(key, late.rule, self._rulebook.conclusions, "rule_unknown")
        for other in (*step.instead, *step.beside.steps, *step.within):
            yield from self._known(key, other, self._catalogue.steps, "step_unknown")
        for source in step.sources:
            yield from self._known(key, source, self._catalogue.sources, "source_unknown")
        yield from self._known(
            key, self._catalogue.livelihood(id), self._catalogue.profiles, "profile_unknown"
        )
        for term, names in (
            ("owners", (step.owner,)),
            ("bodies", (step.body,)),
            ("payers", step.payer),
        ):
            for name in names:
                yield from self._known(key, name, self._catalogue.terms[term], "term_unknown", term)

    def _value(self, key: str, fact: str, value: Any) -> Iterable[Mistake]:
        kind = self._vocabulary.facts.get(fact)
        if kind is None:
            yield self._at(
                key, "fact_unknown", name=fact, guess=nearest(fact, self._vocabulary.facts)
            )
        elif not _fits(kind, value, self._vocabulary.values_of(fact)):
            yield self._at(key, "value_type", value=value, fact=fact, type=kind.type)

    def _known(
        self, key: str, name: str, known: Iterable[str], code: str, kind: str = ""
    ) -> Iterable[Mistake]:
        """A mistake if `name` is neither among the known ones nor an entry that is there but faulty
        itself."""
        known = list(known)
        if name not in known and f"{SECTIONS.get(code, kind)}:{name}" not in self._places:
            yield self._at(key, code, name=name, guess=nearest(name, known), leaf=name, kind=kind)

    def _at(self, key: str, code: str, **params: object) -> Mistake:
        file, line = self._places.get(key, (None, None))
        return Mistake(code, params, file, line, key.split(":", 1)[1])


def _ages(ages: Mapping[str, Any], fact: str) -> Expr:
    """The condition that the age lies within its limits."""
    bounds = ((">=", ages.get("from")), ("<=", ages.get("to")))
    return All(
        tuple(Compare(fact, op, float(limit)) for op, limit in bounds if isinstance(limit, int))
    )


def _fits(fact: Fact, value: Any, values: tuple[str, ...]) -> bool:
    """Whether a step may give a fact this value; a status is never changed by a step, only by a
    scenario."""
    match fact.type:
        case "bool":
            return isinstance(value, bool)
        case "number":
            return (
                isinstance(value, (int, float))
                and not isinstance(value, bool)
                and abs(value) <= LARGEST
            ) or is_increment(value)
        case "date":
            return isinstance(value, dt.date) and reachable(value)
        case "enum":
            return value in values
        case _:
            return False


def is_increment(value: Any) -> bool:
    """Whether a value is an increment of a number, written "+6"."""
    return isinstance(value, str) and re.fullmatch(r"\+[0-9]{1,4}", value) is not None
