"""What is odd in a catalogue although it can be loaded: dead ends, dead names, other codes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any as AnyValue
from typing import NamedTuple

from klappts_engine.errors import Mistake
from klappts_engine.facts.vocabulary import Vocabulary
from klappts_engine.pathways.catalogue import Catalogue
from klappts_engine.pathways.conditions import Conditions
from klappts_engine.pathways.graph import dead_ends, step_graph, unreachable_goals
from klappts_engine.pathways.region import PracticeNote
from klappts_engine.pathways.steps import SchoolCodes, Step
from klappts_engine.pathways.tables import SchoolTable
from klappts_engine.rules.expressions import TRUE, All, Any, Expr, In, Is, Not, references
from klappts_engine.rules.rulebook import Rulebook, rule_of
from klappts_engine.rules.upkeep.possible import Possible
from klappts_engine.validation import nearest


class Check(NamedTuple):
    """What was found, and how much was looked at: steps, goals, rules that the catalogue asks,
    edges of the schools."""

    findings: tuple[Mistake, ...]
    steps: int
    goals: int
    rules: int
    edges: int


def check(catalogue: Catalogue, rulebook: Rulebook, asked: Iterable[str]) -> Check:
    """Holds a catalogue against itself, the rules in force on its day (`stand`) and the code tables
    of the schools.

    `rulebook` is the one with the conditions of the catalogue, `asked` names the rules that these
    ask.
    """
    found = list(_Look(catalogue, rulebook).findings())
    found += catalogue.outdated
    found += (one for files in catalogue.translations for one in files.findings())
    edges = 0
    if catalogue.school_codes:
        schools = _Schools(catalogue, catalogue.school_codes, rulebook)
        found += schools.findings()
        edges = sum(schools.edges(step) for step in catalogue.steps.values())
    return Check(
        tuple(found),
        len(catalogue.steps),
        len(catalogue.goals),
        len({rule_of(id) for id in asked}),
        edges,
    )


def _at(catalogue: Catalogue, key: str, code: str, **params: object) -> Mistake:
    file, line = catalogue.places.get(key, ("catalogue.yaml", None))
    return Mistake(code, params, file, line, key.split(":", 1)[1])


def _outcomes(step: Step) -> Iterator[tuple[str, dict[str, AnyValue]]]:
    """The outcomes of a step by the names that `only_if` uses."""
    yield "full", step.outcomes.full
    for grade, outcomes in (("best", step.outcomes.best), ("partial", step.outcomes.partial)):
        yield from ((f"{grade}.{number}", outcome) for number, outcome in enumerate(outcomes))


def _window(vocabulary: Vocabulary, step: Step, fact: str) -> tuple[str, ...]:
    """The rungs of a ladder that a step admits."""
    rungs, values = step.requires.get(fact), vocabulary.facts[fact].values
    first = values.index(rungs.from_) if rungs and rungs.from_ else 0
    return values[first : values.index(rungs.to) + 1 if rungs and rungs.to else None]


def _pairs_of(codes: SchoolCodes) -> list[str]:
    """The pairs of certificates of all grades."""
    return [pair for slots in codes.pairs.values() for pairs in slots for pair in pairs]


class _Look:
    """One look at all but the schools."""

    def __init__(self, catalogue: Catalogue, rulebook: Rulebook) -> None:
        self._catalogue = catalogue
        self._rulebook = rulebook
        self._vocabulary = rulebook.vocabulary
        self._stand = catalogue.head.stand
        self._possible: dict[dt.date, Possible] = {}
        self._over = {id for id, step in catalogue.steps.items() if step.status.over(self._stand)}
        graph = step_graph(catalogue, rulebook)
        graph.remove_nodes_from(self._over)
        self._goals = unreachable_goals(graph)
        self._nowhere = {
            id
            for id in dead_ends(graph)
            if catalogue.steps[id].role == "main" and not catalogue.steps[id].builds_nothing
        }

    def findings(self) -> Iterator[Mistake]:
        """All of them, step by step and then the other files."""
        yield from (self._at(f"goals:{id}", "goal_unreachable") for id in self._goals)
        for id, step in self._catalogue.steps.items():
            if id in self._nowhere:
                yield self._at(f"steps:{id}", "step_not_reaching")
            shut = [*self._ranges(id, step), *self._rules_of(id, step)]
            yield from shut
            yield from self._months(id, step)
            yield from self._names(id, step)
            yield from self._lowering(id, step)
            if not shut:
                yield from self._door(id, step)
            yield from self._fallbacks(id, step)
        yield from self._rules_beside()
        yield from self._allowances()
        yield from self._ended()
        yield from self._names_beside()
        yield from self._unused()

    def _at(self, key: str, code: str, **params: object) -> Mistake:
        return _at(self._catalogue, key, code, **params)

    def _ranges(self, id: str, step: Step) -> Iterator[Mistake]:
        """Ranges whose beginning lies behind their end, so that nothing is in them."""
        for fact, rungs in step.requires.items():
            if not _window(self._vocabulary, step, fact):
                yield self._at(
                    f"steps:{id}",
                    "range_reversed",
                    field=f"requires.{fact}",
                    low=rungs.from_,
                    high=rungs.to,
                )
        ranges: dict[str, tuple[AnyValue, AnyValue]] = {
            "age": (step.age.from_, step.age.to),
            "status": (step.status.from_, step.status.to),
            "hours": step.hours,
            "units": step.units or (None, None),
        }
        for field, (low, high) in ranges.items():
            if low is not None and high is not None and low > high:
                yield self._at(f"steps:{id}", "range_reversed", field=field, low=low, high=high)

    def _months(self, id: str, step: Step) -> Iterator[Mistake]:
        """Months of a step that lie outside it."""
        first, _, last = step.months
        inside = [
            ("phases", phase.from_month, 0 <= phase.from_month < last) for phase in step.phases
        ]
        inside += [
            ("by_entry", n, first <= n <= last)
            for by_rung in step.by_entry.values()
            for n in by_rung.values()
        ]
        for field, month, fits in inside:
            if not fits:
                yield self._at(
                    f"steps:{id}",
                    "months_outside",
                    field=field,
                    month=month,
                    first=f"{first:g}",
                    last=f"{last:g}",
                )

    def _names(self, id: str, step: Step) -> Iterator[Mistake]:
        """Names in a step that loading leaves unchecked."""
        for fact, by_rung in step.by_entry.items():
            kind = self._vocabulary.facts[fact]
            for rung in by_rung:
                if rung not in kind.values:
                    yield self._at(
                        f"steps:{id}",
                        "value_not_in_enum",
                        value=rung,
                        fact=fact,
                        allowed=", ".join(kind.values),
                    )
        known = [name for name, _ in _outcomes(step) if name != "full"]
        for name in step.outcomes.only_if:
            if name not in known:
                yield self._at(
                    f"steps:{id}", "only_if_unknown", name=name, known=", ".join(known) or "-"
                )
        terms = self._catalogue.terms
        named = [
            ("strands", strand) for strand in (self._catalogue.strands[id], *step.beside.strands)
        ]
        for kind_of_term, name in [*named, *(("bodies", todo.by) for todo in step.todo)]:
            yield from self._term(f"steps:{id}", name, terms[kind_of_term], kind_of_term)

    def _term(self, key: str, name: str, known: Iterable[str], kind: str) -> Iterator[Mistake]:
        known = list(known)
        if name not in known:
            yield self._at(key, "term_unknown", name=name, kind=kind, guess=nearest(name, known))

    def _day(self, id: str, step: Step) -> dt.date | None:
        """The day on which the door of a step is looked at: that of the catalogue, its first one if
        it is yet to come."""
        return None if id in self._over else max(self._stand, step.status.from_ or self._stand)

    def _rules_of(self, id: str, step: Step) -> Iterator[Mistake]:
        day = self._day(id, step)
        names = Conditions.of_step(id, self._catalogue.conditions)
        asked = {rule for name in names for rule in references(self._catalogue.conditions[name])}
        asked |= {rule for todo in step.todo for rule in todo.rules}
        asked |= {late.rule for late in step.windows.late if late.rule}
        return self._not_in_force(f"steps:{id}", asked, day) if day else iter(())

    def _rules_beside(self) -> Iterator[Mistake]:
        """Rules that goals, livelihood and the head ask though they are not in force on the day of
        the catalogue."""
        head = self._catalogue.head
        asked = {
            "catalogue:childcare": {id for id in (head.search.childcare,) if id},
            "catalogue:clarify": {
                id for point in head.overview.clarify for id in (point.rule, point.otherwise) if id
            },
        }
        for name, expr in self._catalogue.conditions.items():
            kind, id = Conditions.entry(name)
            if kind != "steps":
                key = "catalogue:clarify" if kind == "clarify" else f"{kind}:{id}"
                asked.setdefault(key, set()).update(references(expr))
        for key, rules in asked.items():
            yield from self._not_in_force(key, rules, self._stand)

    def _not_in_force(self, key: str, rules: Iterable[str], day: dt.date) -> Iterator[Mistake]:
        """Rules without a version on `day`: they fail for everybody."""
        for rule in sorted(
            {rule_of(id) for id in rules if self._rulebook.rules[id].version(day) is None}
        ):
            yield self._at(key, "rule_not_in_force", name=rule, day=day)

    def _lowering(self, id: str, step: Step) -> Iterator[Mistake]:
        """Rungs of an outcome that lie below the lowest rung with which the step is entered.

        Nobody loses a rung in the search, which keeps the higher one; but such a rung can never
        raise anybody, so the outcome or the door is wrong.
        """
        for name, outcome in _outcomes(step):
            for fact, value in outcome.items():
                rungs = step.requires.get(fact)
                if (
                    rungs
                    and rungs.from_
                    and self._vocabulary.rank(fact, value)
                    < self._vocabulary.rank(fact, rungs.from_)
                ):
                    yield self._at(
                        f"steps:{id}",
                        "outcome_lowers",
                        outcome=name,
                        value=value,
                        fact=fact,
                        entry=rungs.from_,
                    )

    def _door(self, id: str, step: Step) -> Iterator[Mistake]:
        """A step that can admit nobody, or outcomes that change nothing for anybody it admits.

        Facts count as independent of each other, so that what is found is certain; what is too
        large to be decided is left.
        """
        day = self._day(id, step)
        if day is None:
            return
        possible = self._possible.setdefault(day, Possible(self._rulebook, day))
        parts = [self._catalogue.conditions[name] for name in Conditions.door(id)]
        door = All(
            (
                *parts,
                *(
                    In(fact, frozenset(_window(self._vocabulary, step, fact)))
                    for fact in step.requires
                ),
            )
        )
        if possible.find(door, True) is False:
            yield self._at(f"steps:{id}", "step_never_open", day=day)
            return
        lowered = {mistake.params["outcome"] for mistake in self._lowering(id, step)}
        for name, outcome in _outcomes(step):
            told = name in lowered or id in self._nowhere or (not outcome and step.role != "main")
            gain = Any(tuple(self._gain(fact, value) for fact, value in outcome.items()))
            if not told and possible.find(All((door, gain)), True) is False:
                yield self._at(f"steps:{id}", "outcome_no_gain", outcome=name)

    def _gain(self, fact: str, value: AnyValue) -> Expr:
        """That the fact still stands below the value on its ladder, or has another value."""
        kind = self._vocabulary.facts[fact]
        if kind.ladder:
            return In(fact, frozenset(kind.values[: kind.values.index(value)]))
        if kind.type == "bool":
            return Not(Is(fact)) if value else Is(fact)
        return Not(In(fact, frozenset({value}))) if kind.type == "enum" else TRUE

    def _fallbacks(self, id: str, step: Step) -> Iterator[Mistake]:
        """Fallbacks that are no way out: the step itself, or a step that admits nobody who has
        failed here.

        Who has failed stands on a rung that the step admits, or on one to which a partial outcome
        raises; only a fallback that admits none of them is surely shut.
        """
        for other in step.instead:
            if other == id:
                yield self._at(f"steps:{id}", "fallback_itself")
                continue
            fallback = self._catalogue.steps[other]
            for fact in {**step.requires, **fallback.requires}:
                here, there = (_window(self._vocabulary, one, fact) for one in (step, fallback))
                raised = {outcome[fact] for outcome in step.outcomes.partial if fact in outcome}
                if here and there and raised.union(here).isdisjoint(there):
                    yield self._at(f"steps:{id}", "fallback_shut", name=other, fact=fact)

    def _allowances(self) -> Iterator[Mistake]:
        """Allowances that are granted and never used, and names that one step uses alone and
        another spells almost alike."""
        steps = self._catalogue.steps
        used = Counter(name for step in steps.values() for name in step.uses)
        granted = Counter(name for step in steps.values() for name in step.grants)
        for id, step in steps.items():
            for name in step.grants:
                if not used[name]:
                    guess = nearest(name, used)
                    yield self._at(f"steps:{id}", "allowance_unused", name=name, guess=guess)
            for name in step.uses:
                guess = nearest(name, {*used, *granted} - {name})
                if (
                    used[name] == 1
                    and not granted[name]
                    and guess
                    and used[guess] + granted[guess] > 1
                ):
                    yield self._at(f"steps:{id}", "allowance_alone", name=name, guess=guess)

    def _ended(self) -> Iterator[Mistake]:
        """What leads to a step that has ended; notes and offers that have ended themselves may."""
        region = self._catalogue.region
        named: list[tuple[str, str, Iterable[str]]] = []
        for id, step in self._catalogue.steps.items():
            named.append((f"steps:{id}", "instead", step.instead))
            named.append((f"steps:{id}", "todo", (todo.step for todo in step.todo if todo.step)))
        for id, note in self._catalogue.practice.items():
            if note.to is None or note.to >= self._stand:
                about = [step for step in note.steps if not self._tells_of_end(note, step)]
                named += [
                    (f"practice:{id}", "steps", about),
                    (f"practice:{id}", "instead", note.instead),
                ]
        named += [
            (f"offers:{id}", "steps", offer.steps)
            for id, offer in region.offers.items()
            if offer.state != "ended"
        ]
        named += [(f"gaps:{id}", "steps", gap.steps) for id, gap in region.gaps.items()]
        for key, field, names in named:
            yield from (
                self._at(key, "step_over", field=field, name=name)
                for name in names
                if name in self._over
            )

    def _tells_of_end(self, note: PracticeNote, id: str) -> bool:
        """Whether a note begins after the last day of a step: it tells what came of it."""
        last = self._catalogue.steps[id].status.to
        return last is not None and note.from_ is not None and note.from_ > last

    def _names_beside(self) -> Iterator[Mistake]:
        """Names outside the steps that loading leaves unchecked."""
        head, goals, region = self._catalogue.head, self._catalogue.goals, self._catalogue.region
        named = [
            ("catalogue:lines", strand)
            for strands in head.overview.lines.values()
            for strand in strands
        ]
        for key, strand in [
            *named,
            *(("catalogue:work_instead", strand) for strand in head.overview.work_instead),
        ]:
            yield from self._term(key, strand, self._catalogue.terms["strands"], "strands")
        for id, goal in goals.items():
            for part in goal.parts:
                yield from self._term(f"goals:{id}", part, goals, "goals")
        towns = [(f"offers:{id}", offer.municipalities) for id, offer in region.offers.items()]
        towns += [(f"gaps:{id}", gap.municipalities) for id, gap in region.gaps.items()]
        for key, names in towns:
            for name in names:
                yield from self._term(key, name, region.municipalities, "municipalities")

    def _unused(self) -> Iterator[Mistake]:
        """Sources that nothing cites, and terms that nothing is called by."""
        catalogue, steps = self._catalogue, self._catalogue.steps.values()
        cited = {source for step in steps for source in step.sources}
        cited |= {source for note in catalogue.practice.values() for source in note.sources}
        cited |= {catalogue.school_codes.source} if catalogue.school_codes else set()
        at_place = {
            source for offer in catalogue.region.offers.values() for source in offer.sources
        }
        yield from (
            self._at(f"sources:{id}", "source_unused")
            for id in catalogue.sources
            if id not in cited
        )
        file = f"regions/{catalogue.region.id}.yaml"
        yield from (
            Mistake("source_unused", {}, file, None, id)
            for id in catalogue.region.sources
            if id not in at_place
        )
        used = {
            "owners": {step.owner for step in steps},
            "bodies": {step.body for step in steps}
            | {todo.by for step in steps for todo in step.todo}
            | {ending.body for ending in catalogue.endings.values()}
            | {carried.body for carried in catalogue.carried.values()},
            "payers": {payer for step in steps for payer in step.payer},
            "strands": set(catalogue.strands.values()),
        }
        for kind, names in used.items():
            yield from (
                self._at(f"{kind}:{id}", "term_unused", kind=kind)
                for id in catalogue.terms[kind]
                if id not in names
            )


class _Schools:
    """The steps held against the code tables of the schools. A step that gives a reason may differ
    from the tables."""

    def __init__(self, catalogue: Catalogue, table: SchoolTable, rulebook: Rulebook) -> None:
        self._catalogue = catalogue
        self._table = table
        self._vocabulary = rulebook.vocabulary
        self._all_pairs = {pair for pairs in table.courses.values() for pair in pairs}

    def findings(self) -> Iterator[Mistake]:
        """Codes that there are not, what differs without a reason, and steps without codes."""
        for id, step in self._catalogue.steps.items():
            codes = step.school_codes or SchoolCodes()
            yield from self._unknown(id, codes)
            yield from self._own(id, step, codes)
            if not codes.reason:
                yield from self._pairs(id, codes)
                yield from self._entry(id, step, codes)
                yield from self._missing(id, step, codes)

    def edges(self, step: Step) -> int:
        """How many edges of a step are compared: its pairs of certificates, and the certificates it
        is entered with."""
        codes = step.school_codes or SchoolCodes()
        option = self._table.options.get(codes.kaoa or "")
        entered = 0 if option is None else len(self._listed(option) | self._admitted(step))
        return entered + len(_pairs_of(codes))

    def _at(self, id: str, code: str, **params: object) -> Mistake:
        return _at(self._catalogue, f"steps:{id}", code, **params)

    def _unknown(self, id: str, codes: SchoolCodes) -> Iterator[Mistake]:
        named: list[tuple[str, str, Collection[str]]] = [
            ("courses", name, self._table.courses) for name in codes.courses
        ]
        named += [("options", codes.kaoa, self._table.options)] if codes.kaoa else []
        named += [("pairs", pair, self._all_pairs) for pair in _pairs_of(codes)]
        for kind, name, known in named:
            if name not in known:
                yield self._at(id, "code_unknown", name=name, kind=kind, guess=nearest(name, known))

    def _pairs(self, id: str, codes: SchoolCodes) -> Iterator[Mistake]:
        """Pairs that the tables give for none of the courses."""
        possible = {
            pair for course in codes.courses for pair in self._table.courses.get(course, ())
        }
        for pair in _pairs_of(codes):
            if pair in self._all_pairs and pair not in possible:
                yield self._at(
                    id, "pair_not_in_table", pair=pair, courses=", ".join(codes.courses) or "-"
                )

    def _own(self, id: str, step: Step, codes: SchoolCodes) -> Iterator[Mistake]:
        """Pairs that are not what the step says of its own outcome; leaving without any is no
        outcome."""
        outcomes = dict(_outcomes(step))
        for grade, slots in codes.pairs.items():
            for number, pairs in enumerate(slots if grade != "offramp" else ()):
                name = grade if grade == "full" and not number else f"{grade}.{number}"
                for pair in pairs:
                    if name not in outcomes or not self._agrees(pair, step, outcomes[name]):
                        yield self._at(id, "pair_not_outcome", pair=pair, outcome=name)

    def _agrees(self, pair: str, step: Step, outcome: dict[str, AnyValue]) -> bool:
        """Whether an outcome gives the certificates of a pair; a degree may be there before, or
        come with the step around."""
        school, vocational = self._table.school, self._table.vocational
        degree, _, certificate = pair.partition("/")
        given = outcome.get(school, self._vocabulary.facts[school].values[0])
        held = outcome.get(vocational, _window(self._vocabulary, step, vocational)[0])
        agrees = self._table.certificates.get(certificate, given) == given
        return agrees and (bool(step.within) or held in self._table.degrees.get(degree, (held,)))

    def _entry(self, id: str, step: Step, codes: SchoolCodes) -> Iterator[Mistake]:
        """Certificates with which a step is entered here and not in the tables, or the other way
        round."""
        option = self._table.options.get(codes.kaoa or "")
        if option is None:
            return
        here, there = self._admitted(step), self._listed(option)
        if here != there:
            rungs = self._vocabulary.facts[self._table.school].values
            more, fewer = (
                ", ".join(rung for rung in rungs if rung in only) or "-"
                for only in (here - there, there - here)
            )
            yield self._at(id, "entry_differs", option=codes.kaoa, here=more, there=fewer)

    def _listed(self, option: tuple[str, ...]) -> set[str]:
        return {self._table.entries[name] for name in option if name in self._table.entries}

    def _admitted(self, step: Step) -> set[str]:
        return set(_window(self._vocabulary, step, self._table.school))

    def _missing(self, id: str, step: Step, codes: SchoolCodes) -> Iterator[Mistake]:
        """Codes that a step of the schools lacks: its option, and the pairs of each outcome if it
        gives certificates."""
        table, outcomes = self._table, step.outcomes
        certifies = bool(codes.courses or codes.pairs) or any(
            table.school in outcome for _, outcome in _outcomes(step)
        )
        based = any(step.during.get(fact) in values for fact, values in table.school_based.items())
        missing: list[str] = []
        if codes.kaoa is None and (
            certifies or based or self._catalogue.strands[id] in table.strands
        ):
            missing.append("school_codes.kaoa")
        if certifies:
            numbers = {"full": 1, "best": len(outcomes.best), "partial": len(outcomes.partial)}
            missing += [
                f"school_codes.pairs.{grade}"
                for grade, n in numbers.items()
                if len(codes.pairs.get(grade, ())) < n
            ]
        if missing:
            field = "school_codes" if codes == SchoolCodes() else ", ".join(missing)
            yield self._at(id, "codes_missing", field=field)
