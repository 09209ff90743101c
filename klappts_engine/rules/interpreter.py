"""The plain recursive reading of the rules in strong Kleene logic: slow, short, and the oracle of the other executors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any as AnyValue

from klappts_engine.rules.expressions import All, Any, Expr, Not, Ref, leaf_value
from klappts_engine.rules.rulebook import Rulebook


class Interpreter:
    """Answers rule by rule; see `Executor`."""

    name = "interpreter"

    def __init__(self, rulebook: Rulebook, rules: Iterable[str]) -> None:
        self._rules = {id: rulebook.rules[id] for id in rules}

    def evaluate(self, values: Mapping[str, AnyValue], day: dt.date) -> dict[str, bool | None]:
        """See `Executor.evaluate`."""
        answers: dict[str, bool | None] = {}

        def answer(id: str) -> bool | None:
            if id not in answers:
                version = self._rules[id].version(day)
                answers[id] = truth(version.when) if version else False
            return answers[id]

        def truth(expr: Expr) -> bool | None:
            match expr:
                case All(parts):
                    found = [truth(part) for part in parts]
                    return False if False in found else None if None in found else True
                case Any(parts):
                    found = [truth(part) for part in parts]
                    return True if True in found else None if None in found else False
                case Not(part):
                    inner = truth(part)
                    return None if inner is None else not inner
                case Ref(rule):
                    return answer(rule)
                case _:
                    return leaf_value(expr, values)

        for id in self._rules:
            answer(id)
        return answers
