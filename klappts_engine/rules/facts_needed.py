"""Which facts can matter for a rule: those it reads, and those from which these are derived."""

from __future__ import annotations

from collections.abc import Iterable

from klappts_engine.rules.expressions import facts_read
from klappts_engine.rules.rulebook import Rulebook


def facts_needed(rulebook: Rulebook, ids: Iterable[str]) -> frozenset[str]:
    """The facts that can matter for the rules `ids`: those they read, and those from which these are derived."""
    found: set[str] = set()
    for id in rulebook.cone(ids):
        for version in rulebook.rules[id].versions:
            for tree in version.trees:
                found |= facts_read(tree)
    stack = list(found)
    while stack:
        derive = rulebook.vocabulary.facts[stack.pop()].derive
        for fact in derive.inputs if derive else ():
            if fact not in found:
                found.add(fact)
                stack.append(fact)
    return frozenset(found)
