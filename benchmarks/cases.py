"""Random cases for the benchmarks: values of facts, always the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from klappts_engine.rules.expressions import facts_read
from klappts_engine.rules.facts_needed import thresholds
from klappts_engine.rules.rulebook import Rulebook

Values = dict[str, Any]
TOLD = {"safe_origin_grandfathered_work"}
"""Facts that are told although a rule could give them, so that the function written by hand need
not know that rule."""


def random_cases(
    rulebook: Rulebook, conclusions: Sequence[str], number: int, unknown: float = 0.0, seed: int = 1
) -> list[Values]:
    """Cases that tell every fact `conclusions` read, save for a share `unknown` and for facts that
    a rule gives (but `TOLD`).

    Numbers and days lie at and beside the bounds that rules compare them with; each case has its
    own share of yes among its yes-or-no facts, so that conditions which ask for many things at once
    come true as well.
    """
    chance = random.Random(seed)
    cone = rulebook.cone(conclusions)
    bounds = thresholds(rulebook, cone)
    read = {
        fact
        for id in cone
        for version in rulebook.rules[id].versions
        for fact in facts_read(version.when)
    }
    facts = sorted(read - set(rulebook.vocabulary.by_rule) | (read & TOLD))

    def value(fact: str, yes: float) -> Any:
        kind = rulebook.vocabulary.facts[fact].type
        if kind == "bool":
            return chance.random() < yes
        if kind in ("number", "date"):
            return max(0, int(chance.choice(sorted(bounds[fact]))) + chance.choice((-1, 0, 1)))
        values = rulebook.vocabulary.values_of(fact)
        if kind == "set":
            return frozenset(chance.sample(values, chance.randint(0, min(2, len(values)))))
        return chance.choice(values)

    cases = []
    for _ in range(number):
        yes = chance.random()
        cases.append({fact: value(fact, yes) for fact in facts if chance.random() >= unknown})
    return cases
