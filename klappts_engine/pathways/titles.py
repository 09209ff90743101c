"""The names of the ids that an answer holds, in every language, each kind of id apart."""

from __future__ import annotations

from collections.abc import Iterable

from klappts_engine.pathways.catalogue import Catalogue
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.validation import Data, Text


class Titles(Data):
    """What ids are called: goals and steps by their short names, facts by their meaning and by the
    question that asks for them, values by their label (by fact)."""

    goals: dict[str, Text] = {}
    conclusions: dict[str, Text] = {}
    steps: dict[str, Text] = {}
    facts: dict[str, Text] = {}
    questions: dict[str, Text] = {}
    values: dict[str, dict[str, Text]] = {}
    practice: dict[str, Text] = {}
    benefits: dict[str, Text] = {}
    bodies: dict[str, Text] = {}
    owners: dict[str, Text] = {}
    payers: dict[str, Text] = {}


def titles(
    rulebook: Rulebook,
    catalogue: Catalogue,
    conclusions: Iterable[str] = (),
    steps: Iterable[str] = (),
    facts: Iterable[str] = (),
    practice: Iterable[str] = (),
    goals: Iterable[str] = (),
    bodies: Iterable[str] = (),
) -> Titles:
    """The names of these ids, and of everything that the steps among them name: bodies, owners,
    payers, benefits."""
    known, ids = rulebook.vocabulary.facts, list(dict.fromkeys(facts))
    used = {id: catalogue.steps[id] for id in steps}
    return Titles(
        goals={id: catalogue.goals[id].short for id in goals},
        conclusions={id: rulebook.rules[id].title for id in conclusions},
        steps={id: step.short for id, step in used.items()},
        facts={id: known[id].meaning for id in ids},
        questions={id: asked for id in ids if (asked := known[id].question)},
        values={id: labels for id in ids if (labels := _labels(rulebook, id))},
        practice={id: catalogue.practice[id].title for id in practice},
        benefits={id: benefit.title for id, benefit in catalogue.benefits.items()},
        bodies=_terms(catalogue, "bodies", [*(step.body for step in used.values()), *bodies]),
        owners=_terms(catalogue, "owners", (step.owner for step in used.values())),
        payers=_terms(catalogue, "payers", (payer for one in used.values() for payer in one.payer)),
    )


def _labels(rulebook: Rulebook, fact: str) -> dict[str, Text]:
    """The labels of the values of a fact; of a status its title."""
    vocabulary = rulebook.vocabulary
    if vocabulary.facts[fact].type == "status":
        return {id: status.title for id, status in vocabulary.statuses.items()}
    return dict(vocabulary.facts[fact].labels)


def _terms(catalogue: Catalogue, kind: str, ids: Iterable[str]) -> dict[str, Text]:
    return {id: catalogue.terms[kind][id] for id in dict.fromkeys(ids)}
