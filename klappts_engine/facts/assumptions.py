"""Named sets of what a counsellor presupposes: data, chosen by the caller, listed in results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from klappts_engine.errors import DataError, Mistake, UsageError
from klappts_engine.facts.case import META, Case
from klappts_engine.facts.vocabulary import Vocabulary
from klappts_engine.intake import as_names
from klappts_engine.translations import Translations
from klappts_engine.validation import Data, Text, TextPlace, nearest, validate
from klappts_engine.yamlfile import Map, line_of, read


class AssumptionSet(Data):
    """Facts that are presupposed where the case does not tell them; `unless` names conditions under
    which one of them is not, nor while they are unknown."""

    title: Text
    meaning: Text
    facts: dict[str, Any]
    unless: dict[str, Any] = {}


class Assumed(Data):
    """The facts of one set that a case really builds on: those it does not tell itself."""

    set: str
    facts: tuple[str, ...]


def load_assumptions(
    path: Path, vocabulary: Vocabulary, model: type[Case], translations: Translations
) -> tuple[dict[str, AssumptionSet], list[Mistake]]:
    """The assumption sets in the file at `path`, and every mistake found there."""
    try:
        document = read(path)
    except DataError as problem:
        return {}, list(problem.mistakes)
    sets: dict[str, AssumptionSet] = {}
    mistakes: list[Mistake] = []
    entries = document.get("sets")
    if not isinstance(entries, Map):
        line = line_of(document, ("sets",))
        return {}, [Mistake("section_missing", {"field": "sets"}, path.name, line)]
    for id, raw in entries.items():
        place = TextPlace(translations, ("assumption_sets", id))
        found_set, found = validate(AssumptionSet, raw, file=path.name, id=id, place=place)
        mistakes.extend(found)
        if found_set is None:
            continue
        facts = raw["facts"]
        mistakes.extend(
            Mistake(
                "fact_unknown",
                {"name": fact, "guess": nearest(fact, facts)},
                path.name,
                line_of(document, ("sets", id)),
                id,
            )
            for fact in found_set.unless
            if fact not in facts
        )
        checked, found = validate(model, facts, file=path.name, id=id, known=vocabulary.facts)
        mistakes.extend(found)
        if checked is not None:
            values = {fact: getattr(checked, fact) for fact in facts}
            found_set = found_set.model_copy(update={"facts": values})
        sets[id] = found_set
    return sets, mistakes


def assume(
    case: Case, sets: Mapping[str, AssumptionSet], without: Iterable[str] = ()
) -> tuple[Case, tuple[Assumed, ...]]:
    """The case with the facts of its assumption sets filled in, and what was filled in. What the
    case tells always wins.

    `without` names facts that shall not be assumed, or sets of which none shall be. Raises
    UsageError for an unknown set, and for a name in `without` that is neither a fact nor a set.
    """
    dropped = set(as_names(without, "without"))
    if dropped:
        _check_dropped(dropped, {*type(case).model_fields, *sets} - META)
    told = case.told
    filled: dict[str, Any] = {}
    used: list[Assumed] = []
    for name in case.assumptions:
        if name not in sets:
            raise UsageError(
                Mistake(
                    "assumptions_unknown", {"known": ", ".join(sets), "guess": nearest(name, sets)}
                )
            )
        new = {
            id: value
            for id, value in sets[name].facts.items()
            if id not in told and id not in filled and not {id, name} & dropped
        }
        filled.update(new)
        used.append(Assumed.model_construct(set=name, facts=tuple(new)))
    if not filled:
        return case, tuple(used)
    return case.with_facts(filled, case.as_of), tuple(used)


def _check_dropped(dropped: set[str], known: set[str]) -> None:
    for name in sorted(dropped - known):
        guess = nearest(name, sorted(known))
        raise UsageError(Mistake("without_unknown", {"name": name[:50], "guess": guess}))
