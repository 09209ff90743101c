"""The facts a case may tell: types, meanings, questions, sensitivity and derivation, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from klappts_engine.errors import DataError, Mistake
from klappts_engine.facts.derive import (
    ByRule,
    Derivation,
    Instead,
    MonthEnd,
    StayMonths,
    Turn,
    kind_of,
)
from klappts_engine.translations import Translations
from klappts_engine.validation import Data, Day, Text, TextPlace, nearest, validate
from klappts_engine.yamlfile import Map, line_of, read

STATUSES = "basics/statuses.yaml"
FactType = Literal["bool", "number", "date", "enum", "set", "status", "countries", "stay", "id"]


class Lever(Data):
    """Who can change a fact, in which direction, at which risk. Only facts with a lever are ever
    proposed as one.

    `unless` names values of other facts, or sets of statuses (`@NAME`), with which it is not
    proposed at all.
    """

    by: Literal["person", "authority", "third_party", "time"]
    direction: str
    risk: Text | None = None
    advice_first: bool = False
    unless: dict[str, tuple[str, ...]] = {}


class Fact(Data):
    """One fact of the vocabulary.

    `sensitive` names why a value is shown only on request: health (Art. 9 GDPR), convictions (Art.
    10 GDPR), residence, family. `ladder` marks an enum whose values stand in rising order. `ends`
    names, for a day, the facts that are open from the day after it: a permit that expires says
    nothing about what comes next.
    """

    type: FactType
    values: tuple[str, ...] = ()
    ladder: bool = False
    unit: Literal["months", "years", "hours_per_week"] | None = None
    meaning: Text
    question: Text | None = None
    labels: dict[str, Text] = {}
    kind: Literal["plain", "finding", "prognosis"] = "plain"
    known_by: str = "person"
    sensitive: Literal["health", "conviction", "residence", "family"] | None = None
    lever: Lever | None = None
    cite: tuple[str, ...] = ()
    derive: Derivation | None = None
    ends: tuple[str, ...] = ()

    @property
    def special(self) -> bool:
        """Whether the law protects data of this kind most (Art. 9 and 10 GDPR)."""
        return self.sensitive in ("health", "conviction")


class Status(Data):
    """A residence status: what it is called, its legal basis, the kind of stay it stands for, the
    sets it belongs to."""

    title: Text
    basis: str
    stay: Literal["lawful", "gestattet", "geduldet", "geduldet_60b", "unlawful"] | None
    sets: tuple[str, ...]
    from_: Day | None = None
    to: Day | None = None
    note: str | None = None

    model_config = Data.model_config | {"alias_generator": lambda name: name.rstrip("_")}


class Vocabulary:
    """All facts and statuses of one rulebook. Immutable after loading."""

    def __init__(
        self, facts: Mapping[str, Fact], statuses: Mapping[str, Status], sets: Mapping[str, Text]
    ) -> None:
        self.facts = dict(facts)
        self.statuses = dict(statuses)
        self.set_titles = dict(sets)

    @cached_property
    def sets(self) -> dict[str, frozenset[str]]:
        """The members of each status set."""
        return {
            name: frozenset(id for id, status in self.statuses.items() if name in status.sets)
            for name in self.set_titles
        }

    @cached_property
    def derived(self) -> dict[str, Derivation]:
        """Derivations that need no rule, inputs first."""
        order: dict[str, Derivation] = {}

        def visit(id: str) -> None:
            derive = self.facts[id].derive
            if id in order or derive is None or isinstance(derive, ByRule):
                return
            for fact in derive.inputs:
                visit(fact)
            order[id] = derive

        for id in self.facts:
            visit(id)
        return order

    @cached_property
    def derivations(self) -> tuple[tuple[str, Derivation, tuple[str, ...]], ...]:
        """The same with the inputs of each, as `derive_all` walks them."""
        return tuple((id, derive, derive.inputs) for id, derive in self.derived.items())

    @cached_property
    def refutable(self) -> tuple[str, ...]:
        """The derived facts that contradict a told value that is another one."""
        return tuple(id for id, derive in self.derived.items() if not derive.told_wins)

    @cached_property
    def dates(self) -> tuple[str, ...]:
        """The facts whose values are days."""
        return tuple(id for id, fact in self.facts.items() if fact.type == "date")

    @cached_property
    def ending(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The days after which other facts are open, with these facts."""
        return tuple((id, fact.ends) for id, fact in self.facts.items() if fact.ends)

    @cached_property
    def by_rule(self) -> dict[str, str]:
        """Facts whose value a rule gives: fact id to rule id."""
        return {
            id: fact.derive.rule
            for id, fact in self.facts.items()
            if isinstance(fact.derive, ByRule)
        }

    @cached_property
    def inputs(self) -> dict[str, frozenset[str]]:
        """Each fact with itself and all facts it is derived from."""
        found: dict[str, frozenset[str]] = {}
        for id in (*self.derived, *self.facts):
            derive = self.derived.get(id)
            others = derive.inputs if derive else ()
            found.setdefault(
                id,
                frozenset({id}).union(*(found.get(other, frozenset({other})) for other in others)),
            )
        return found

    def values_of(self, id: str) -> tuple[str, ...]:
        """The values an enum, set or status fact can have."""
        return tuple(self.statuses) if self.facts[id].type == "status" else self.facts[id].values

    def rank(self, id: str, value: str) -> int:
        """The place of `value` on the ladder `id`, from 0."""
        return self.facts[id].values.index(value)


def load_vocabulary(
    folder: Path, translations: Translations | None = None
) -> tuple[Vocabulary, list[Mistake]]:
    """The vocabulary below `folder` (facts/*.yaml, basics/statuses.yaml) and every mistake found in
    it. `translations` are those of the folder, where they are read already."""
    translations = translations or Translations(folder)
    mistakes = list(translations.mistakes)
    statuses, sets = _statuses(folder / STATUSES, translations, mistakes)
    facts: dict[str, Fact] = {}
    places: dict[str, tuple[str, int | None]] = {}
    paths = sorted((folder / "facts").glob("*.yaml"))
    if not paths:
        mistakes.append(Mistake("folder_empty", {"what": "facts/*.yaml"}, folder.name))
    for path in paths:
        name = f"facts/{path.name}"
        try:
            document = read(path, name)
        except DataError as problem:
            mistakes.extend(problem.mistakes)
            continue
        for id, raw in _section(document, "facts", name, mistakes):
            line = line_of(document, ("facts", id))
            if id in facts:
                mistakes.append(Mistake("id_twice", {"other": places[id][0]}, name, line, id))
                continue
            places[id] = (name, line)
            fact = _fact(raw, name, id, statuses, TextPlace(translations, ("facts", id)), mistakes)
            if fact:
                facts[id] = fact
    mistakes.extend(_check(facts, statuses, places))
    return Vocabulary(facts, statuses, sets), mistakes


def _section(
    document: Map, key: str, name: str, mistakes: list[Mistake]
) -> Iterable[tuple[str, Any]]:
    section = document.get(key)
    if isinstance(section, Map):
        return section.items()
    mistakes.append(Mistake("section_missing", {"field": key}, name, line_of(document, (key,))))
    return ()


def _fact(
    raw: object,
    name: str,
    id: str,
    statuses: Mapping[str, Status],
    place: TextPlace,
    mistakes: list[Mistake],
) -> Fact | None:
    derive: Derivation | None = None
    data = raw
    if isinstance(raw, Map) and raw.get("derive") is not None:
        kind = kind_of(raw["derive"])
        if kind is None:
            mistakes.append(Mistake("derive_unknown", {}, name, raw.lines["derive"], id))
            return None
        derive, found = validate(kind, raw["derive"], file=name, id=id)
        mistakes.extend(found)
        derive = _with_statuses(derive, statuses)
        data = Map(raw.line)
        data.update(raw)
        data.lines.update(raw.lines)
        data["derive"] = derive
    fact, found = validate(Fact, data, file=name, id=id, place=place)
    mistakes.extend(found)
    return fact


def _with_statuses(derive: Derivation | None, statuses: Mapping[str, Status]) -> Derivation | None:
    """A derivation that says which statuses it means: those that add to its count, those of the
    sets (`@SET`) it names."""

    def members(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(
            id for id, data in statuses.items() for name in names if name in (id, *_named(data))
        )

    match derive:
        case StayMonths():
            running = frozenset(id for id, data in statuses.items() if data.stay in derive.counts)
            return derive.model_copy(update={"running": running})
        case Instead(turn=Turn() as turn):
            return derive.model_copy(
                update={"turn": turn.model_copy(update={"of": members(turn.of)})}
            )
        case MonthEnd():
            return derive.model_copy(update={"statuses": frozenset(members(derive.statuses))})
    return derive


def _named(status: Status) -> tuple[str, ...]:
    """The sets of a status as a list of values names them."""
    return tuple(f"@{name}" for name in status.sets)


def _statuses(
    path: Path, translations: Translations, mistakes: list[Mistake]
) -> tuple[dict[str, Status], dict[str, Text]]:
    try:
        document = read(path, STATUSES)
    except DataError as problem:
        mistakes.extend(problem.mistakes)
        return {}, {}
    sets: dict[str, Text] = {}
    for id, raw in _section(document, "sets", STATUSES, mistakes):
        place = TextPlace(translations, ("sets", id))
        title, found = validate(Text, raw, file=STATUSES, id=id, place=place)
        mistakes.extend(found)
        if title:
            sets[id] = title
    statuses: dict[str, Status] = {}
    for id, raw in _section(document, "statuses", STATUSES, mistakes):
        place = TextPlace(translations, ("statuses", id))
        status, found = validate(Status, raw, file=STATUSES, id=id, place=place)
        mistakes.extend(found)
        if status:
            statuses[id] = status
            for name in status.sets:
                if name not in sets:
                    mistakes.append(
                        Mistake(
                            "set_unknown",
                            {"name": name, "guess": nearest(name, sets)},
                            STATUSES,
                            raw.line,
                            id,
                        )
                    )
    return statuses, sets


def _check(
    facts: Mapping[str, Fact],
    statuses: Mapping[str, Status],
    places: Mapping[str, tuple[str, int | None]],
) -> Iterable[Mistake]:
    for id, fact in facts.items():
        file, line = places[id]
        if fact.type in ("enum", "set") and not fact.values:
            yield Mistake("field_missing", {"field": "values"}, file, line, id)
        for label in fact.labels:
            if label not in fact.values:
                yield Mistake(
                    "value_not_in_enum",
                    {"value": label, "fact": id, "allowed": ", ".join(fact.values)},
                    file,
                    line,
                    id,
                )
        for other, values in (fact.lever.unless if fact.lever else {}).items():
            named = {name for status in statuses.values() for name in _named(status)}
            allowed = (facts[other].values or (*statuses, *sorted(named))) if other in facts else ()
            yield from (
                Mistake(
                    "value_not_in_enum",
                    {"value": value, "fact": other, "allowed": ", ".join(allowed[:12])},
                    file,
                    line,
                    id,
                )
                for value in values
                if value not in allowed
            )
        for other in (*fact.ends, *(fact.lever.unless if fact.lever else ())):
            if other not in facts:
                yield Mistake(
                    "fact_unknown", {"name": other, "guess": nearest(other, facts)}, file, line, id
                )
        if fact.derive is None:
            continue
        for other in fact.derive.inputs:
            if other not in facts:
                yield Mistake(
                    "fact_unknown", {"name": other, "guess": nearest(other, facts)}, file, line, id
                )
        cycle = _cycle(facts, id)
        if cycle:
            yield Mistake("cycle", {"path": " → ".join(cycle)}, file, line, id)


def _cycle(facts: Mapping[str, Fact], start: str) -> list[str] | None:
    """A way from `start` back to itself through derivations, if there is one."""
    stack = [[start]]
    seen: set[str] = set()
    while stack:
        path = stack.pop()
        fact = facts.get(path[-1])
        for other in fact.derive.inputs if fact and fact.derive else ():
            if other == start:
                return [*path, start]
            if other not in seen:
                seen.add(other)
                stack.append([*path, other])
    return None
