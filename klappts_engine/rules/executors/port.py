"""The port behind which the executors stand, and the choice between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cached_property
from typing import Any, Protocol

from klappts_engine.errors import Mistake, UsageError
from klappts_engine.rules.facts_needed import facts_by_rule, thresholds
from klappts_engine.rules.rulebook import Rulebook

Truths = Mapping[str, bool | None]
"""The answer of each rule: True holds, False fails, None unknown."""

FEW = 3
"""Up to so many rules are answered each by itself, with only the facts that they read."""
EXECUTORS = ("function", "interpreter", "durable")


class Executor(Protocol):
    """Answers rules for known values on a day."""

    name: str

    def evaluate(self, values: Mapping[str, Any], day: dt.date) -> Truths:
        """The answers of all rules this executor was made for, internal ones included."""
        ...


def make_executor(
    name: str, rulebook: Rulebook, conclusions: Iterable[str] | None = None
) -> Executor:
    """The executor `name` for the rules that `conclusions` need (default: all).

    Raises UsageError for an unknown name and EngineUnavailable if "durable" cannot be imported
    here.
    """
    if name not in EXECUTORS:
        raise UsageError(Mistake("executor_unknown", {"name": name, "known": ", ".join(EXECUTORS)}))
    rules = rulebook.order if conclusions is None else rulebook.cone(conclusions)
    if name == "interpreter":
        from klappts_engine.rules.executors.interpreter import Interpreter

        return Interpreter(rulebook, rules)
    if name == "durable":
        from klappts_engine.rules.executors.durable import Durable

        return Durable(rulebook, rules)
    from klappts_engine.rules.executors.function import Function

    return Function(rulebook, rules)


class Executors:
    """Executors for parts of one rulebook, each made when it is first asked for, and kept under a
    name. Raises UsageError and EngineUnavailable as `make_executor` does."""

    def __init__(self, rulebook: Rulebook, name: str) -> None:
        make_executor(name, rulebook, ())
        self.rulebook = rulebook
        self.name = name
        self._made: dict[Hashable, Executor] = {}

    def executor(self, name: Hashable, rules: Callable[[], Iterable[str]]) -> Executor:
        """The executor of the part `name`; `rules` gives what it answers, and is called only if it
        is not there yet."""
        if name not in self._made:
            self._made[name] = make_executor(self.name, self.rulebook, rules())
        return self._made[name]

    def of(self, *ids: str) -> Executor:
        """An executor of the rules `ids` and all below them; where these are more than `FEW`
        conclusions it is that of all, so that not every selection has one of its own."""
        if len(ids) > FEW and self._conclusions.issuperset(ids):
            ids = self.rulebook.conclusions
        return self.executor(ids, lambda: ids)

    @cached_property
    def _conclusions(self) -> frozenset[str]:
        return frozenset(self.rulebook.conclusions)

    @cached_property
    def facts_by_rule(self) -> dict[str, frozenset[str]]:
        """For every rule the facts that can matter for it."""
        return facts_by_rule(self.rulebook)

    @cached_property
    def caps(self) -> dict[str, float]:
        """For each number one more than the largest constant it is compared with: beyond it no rule
        tells a difference."""
        return {
            fact: max(numbers) + 1
            for fact, numbers in thresholds(self.rulebook, self.rulebook.rules).items()
        }
