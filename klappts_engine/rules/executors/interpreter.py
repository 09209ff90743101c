"""The plain recursive reading of rules in strong Kleene logic: slow, short, and the oracle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any as AnyValue

from klappts_engine.rules.expressions import truth_of
from klappts_engine.rules.rulebook import Rulebook


class Interpreter:
    """Answers rule by rule; `rules` name referenced rules first. See `Executor`."""

    name = "interpreter"

    def __init__(self, rulebook: Rulebook, rules: Iterable[str]) -> None:
        self._rules = {id: rulebook.rules[id] for id in rules}

    def evaluate(self, values: Mapping[str, AnyValue], day: dt.date) -> dict[str, bool | None]:
        """See `Executor.evaluate`."""
        answers: dict[str, bool | None] = {}
        for id, rule in self._rules.items():
            version = rule.version(day)
            answers[id] = truth_of(version.when, answers, values) if version else False
        return answers
