"""Which facts can matter for a rule, and with which numbers it compares them."""

from __future__ import annotations

from collections.abc import Iterable

from klappts_engine.rules.expressions import facts_read
from klappts_engine.rules.rulebook import Rulebook, references_of


def facts_needed(rulebook: Rulebook, ids: Iterable[str]) -> frozenset[str]:
    """The facts that can matter for the rules `ids`: those they read, and those from which these
    are derived."""
    return frozenset().union(*(_read_directly(rulebook, id) for id in rulebook.cone(ids)))


def facts_by_rule(rulebook: Rulebook) -> dict[str, frozenset[str]]:
    """For every rule the facts that can matter for it."""
    found: dict[str, frozenset[str]] = {}
    for id in rulebook.order:
        others = (found[other] for other in references_of(rulebook.rules[id]))
        found[id] = _read_directly(rulebook, id).union(*others)
    return found


def _read_directly(rulebook: Rulebook, id: str) -> frozenset[str]:
    """The facts a rule reads itself, and those from which they are derived."""
    trees = (tree for version in rulebook.rules[id].versions for tree in version.trees)
    inputs = rulebook.vocabulary.inputs
    return frozenset().union(*(inputs[fact] for tree in trees for fact in facts_read(tree)))


def thresholds(rulebook: Rulebook, ids: Iterable[str]) -> dict[str, set[float]]:
    """For each number the rules `ids` read: the constants they compare it with."""
    found: dict[str, set[float]] = {}
    for id in ids:
        for version in rulebook.rules[id].versions:
            for leaf in version.comparisons:
                found.setdefault(leaf.fact, set()).add(leaf.value)
    return found
