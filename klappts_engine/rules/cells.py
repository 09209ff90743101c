"""The finite cells of a fact's values within which no condition tells a difference."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from itertools import pairwise
from typing import Any as AnyValue

from klappts_engine.facts.vocabulary import Vocabulary
from klappts_engine.rules.expressions import Compare, Has, In, Is, Leaf, leaf_value


def variable(leaf: Leaf) -> Hashable:
    """What a leaf asks about: its fact; of a fact that is a set each value by itself."""
    return (leaf.fact, leaf.value) if isinstance(leaf, Has) else leaf.fact


def truth_in(leaf: Leaf, cell: AnyValue) -> bool:
    """The truth of a leaf in one cell of its variable."""
    return bool(cell) if isinstance(leaf, Has) else leaf_value(leaf, {leaf.fact: cell}) is True


def cells(leaves: Iterable[Leaf], vocabulary: Vocabulary) -> dict[Hashable, list[AnyValue]]:
    """For each variable one value of each cell."""
    found: dict[Hashable, set[Leaf]] = {}
    for leaf in leaves:
        found.setdefault(variable(leaf), set()).add(leaf)
    return {name: _values(same, vocabulary) for name, same in found.items()}


def _values(leaves: set[Leaf], vocabulary: Vocabulary) -> list[AnyValue]:
    first = next(iter(leaves))
    if isinstance(first, (Is, Has)):
        return [True, False]
    if isinstance(first, Compare):
        bounds = sorted({leaf.value for leaf in leaves if isinstance(leaf, Compare)})
        between = [(a + b) / 2 for a, b in pairwise(bounds)]
        return [bounds[0] - 1, *bounds, *between, bounds[-1] + 1]
    groups = [leaf.values for leaf in leaves if isinstance(leaf, In)]
    by_group: Mapping[AnyValue, str] = {
        tuple(value in group for group in groups): value
        for value in vocabulary.values_of(first.fact)
    }
    return list(by_group.values())
