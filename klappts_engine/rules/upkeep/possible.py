"""Whether a condition can hold or fail at all: a complete search over finite cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from typing import Any as AnyValue
from typing import NamedTuple

from klappts_engine.rules.cells import cells, truth_in, variable
from klappts_engine.rules.expressions import (
    All,
    Any,
    Compare,
    Expr,
    Has,
    In,
    Is,
    Known,
    Leaf,
    Not,
    Ref,
    leaves,
)
from klappts_engine.rules.rulebook import Rulebook

LIMIT = 100_000
"""Nodes of one search; beyond it the question counts as not decided."""


class Seen(NamedTuple):
    """The truth of a condition under a partial assignment, and for an open one a variable that
    matters."""

    truth: bool | None
    open: Hashable = None


class Possible:
    """Searches for values of facts on a day; facts that a rule gives are not told. Facts count as
    independent of each other."""

    def __init__(self, rulebook: Rulebook, day: dt.date) -> None:
        self._rules = rulebook.rules
        self._vocabulary = rulebook.vocabulary
        self._day = day
        self._trees: dict[str, Expr] = {}
        self._sizes: dict[int, int] = {}

    def find(self, expr: Expr, wanted: bool) -> Mapping[Hashable, AnyValue] | bool | None:
        """Values under which `expr` is `wanted`; False if there are none, None if the search was
        too large."""
        tree = self._expanded(expr)
        self._cells = cells(leaves(tree), self._vocabulary)
        self._left = LIMIT
        found = self._search(tree, wanted, {})
        return None if self._left <= 0 and found is False else found

    def _expanded(self, expr: Expr) -> Expr:
        """The tree with every rule in place of its reference, small parts first: they are the
        quickest to refute."""
        found: All | Any | Not
        match expr:
            case All(parts) | Any(parts):
                found = type(expr)(tuple(sorted(map(self._expanded, parts), key=self._size)))
            case Not(part):
                found = Not(self._expanded(part))
            case Ref(rule):
                if rule not in self._trees:
                    version = self._rules[rule].version(self._day)
                    self._trees[rule] = self._expanded(version.when) if version else Any(())
                return self._trees[rule]
            case Known():
                return Any(())
            case _:
                return expr
        self._sizes[id(found)] = 1 + sum(
            map(self._size, found.parts if isinstance(found, (All, Any)) else (found.part,))
        )
        return found

    def _size(self, expr: Expr) -> int:
        return self._sizes.get(id(expr), 1)

    def _search(
        self, expr: Expr, wanted: bool, values: dict[Hashable, AnyValue]
    ) -> Mapping[Hashable, AnyValue] | bool:
        self._left -= 1
        seen = self._see(expr, values, {})
        if seen.truth is not None:
            return dict(values) if seen.truth is wanted else False
        for cell in self._cells[seen.open]:
            if self._left <= 0:
                return False
            values[seen.open] = cell
            found = self._search(expr, wanted, values)
            del values[seen.open]
            if found is not False:
                return found
        return False

    def _see(self, expr: Expr, values: Mapping[Hashable, AnyValue], known: dict[int, Seen]) -> Seen:
        if isinstance(expr, (All, Any)):
            if id(expr) not in known:
                known[id(expr)] = self._see_parts(expr, values, known)
            return known[id(expr)]
        if isinstance(expr, Not):
            seen = self._see(expr.part, values, known)
            return Seen(None if seen.truth is None else not seen.truth, seen.open)
        assert isinstance(expr, (Is, In, Has, Compare))
        return _leaf(expr, values)

    def _see_parts(
        self, expr: All | Any, values: Mapping[Hashable, AnyValue], known: dict[int, Seen]
    ) -> Seen:
        decisive = isinstance(expr, Any)
        open_: Seen | None = None
        for part in expr.parts:
            seen = self._see(part, values, known)
            if seen.truth is decisive:
                return seen
            if seen.truth is None and open_ is None:
                open_ = seen
        return open_ or Seen(not decisive)


def _leaf(leaf: Leaf, values: Mapping[Hashable, AnyValue]) -> Seen:
    name = variable(leaf)
    return Seen(truth_in(leaf, values[name])) if name in values else Seen(None, name)
