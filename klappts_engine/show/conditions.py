"""Conditions of rules in words: meanings of facts, labels of values, titles of rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from klappts_engine import texts
from klappts_engine.rules.expressions import All, Any, Compare, Expr, Has, In, Is, Not, Ref
from klappts_engine.rules.rulebook import Rulebook, as_written, rule_of

_WORD = {
    "==": "equal",
    "!=": "unequal",
    ">=": "at_least",
    ">": "more",
    "<=": "at_most",
    "<": "less",
}


class Conditions:
    """Says conditions of one rulebook in one language."""

    def __init__(self, rulebook: Rulebook, lang: str) -> None:
        self._rulebook = rulebook
        self._facts = rulebook.vocabulary.facts
        self._lang = lang

    def lines(self, expr: Expr, depth: int = 0) -> Iterator[tuple[int, str]]:
        """A tree as lines, each with its depth."""
        expr = _as_written(expr)
        match expr:
            case All(parts) | Any(parts):
                if len(parts) == 1:
                    yield from self.lines(parts[0], depth)
                    return
                code = ("all" if isinstance(expr, All) else "any") if parts else "always"
                yield depth, self._text(code)
                for part in parts:
                    yield from self.lines(part, depth + 1)
            case Not(part) if isinstance(_as_written(part), (All, Any)):
                yield depth, self._text("not_group")
                yield from self.lines(part, depth + 1)
            case Not(part):
                yield depth, self._text("not", what=self.leaf(_as_written(part)))
            case _:
                yield depth, self.leaf(expr)

    def leaf(self, expr: Expr) -> str:
        """A leaf or a reference in words."""
        match expr:
            case Ref(rule):
                base = rule_of(rule)
                return self._text(
                    "rule", title=self._rulebook.rules[base].title.in_(self._lang), id=base
                )
            case Is(fact):
                return self._meaning(fact)
            case In(fact, values, name):
                if name:
                    what = self._rulebook.vocabulary.set_titles[name].in_(self._lang)
                else:
                    what = self._text("or").join(
                        self._label(fact, value) for value in sorted(values, key=self._place(fact))
                    )
                return self._text("is", fact=self._meaning(fact), value=what)
            case Has(fact, value):
                return self._text(
                    "contains", fact=self._meaning(fact), value=self._label(fact, value)
                )
            case Compare(fact, op, value):
                return self._text(
                    _WORD[op], fact=self._meaning(fact), value=self._number(fact, value)
                )
            case _:
                raise ValueError(expr)

    def _number(self, fact: str, value: float) -> str:
        kind = self._facts[fact]
        if kind.type == "date":
            day = dt.date.fromordinal(int(value))
            return texts.day(day, self._lang)
        return f"{value:g} {self._text(f'unit.{kind.unit}')}" if kind.unit else f"{value:g}"

    def _meaning(self, fact: str) -> str:
        return self._facts[fact].meaning.in_(self._lang)

    def _label(self, fact: str, value: str) -> str:
        if self._facts[fact].type == "status":
            return self._rulebook.vocabulary.statuses[value].title.in_(self._lang)
        label = self._facts[fact].labels.get(value)
        return label.in_(self._lang) if label else value

    def _place(self, fact: str) -> Callable[[str], int]:
        return self._rulebook.vocabulary.values_of(fact).index

    def _text(self, code: str, **params: object) -> str:
        return texts.text(f"show.condition.{code}", self._lang, **params)


def _as_written(expr: Expr) -> Expr:
    """A leaf over a fact that a rule gives, as it stands in the file: without what loading put
    around it."""
    return as_written(expr) or expr
