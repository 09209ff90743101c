"""Partial evaluation: what of a condition can still matter for one case, cell by cell of time.

The search asks the same door for thousands of states and days. Most of a rulebook is settled for
one person: the status, the country, what was told. Folding finds which changeable facts an answer
can still hang on, and between which stretches of time it can differ. It decides nothing: every
answer comes from the executors, and states and days that agree in what matters share it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any as AnyValue
from typing import NamedTuple

from klappts_engine.facts.derive import Mapped
from klappts_engine.facts.values import Values
from klappts_engine.rules.executors.port import Parts
from klappts_engine.rules.expressions import All, Any, Expr, Leaf, Not, Ref, leaf_value
from klappts_engine.rules.model import Rule
from klappts_engine.rules.rulebook import references_of

_NOTHING: frozenset[int] = frozenset()
OPEN = object()
"""The value of a fixed fact that can have any value at any time."""
NEVER = 1_000
"""The level of a door that never opens."""


class Fold(NamedTuple):
    """What is settled of a condition: one bit a stretch in which it surely holds, one in which it
    surely fails.

    `asks` are the numbers of the leaves over changeable facts it can hang on, `columns` the bits of
    time that can matter.
    """

    holds: int
    fails: int
    asks: frozenset[int] = _NOTHING
    columns: frozenset[int] = _NOTHING


class Matters(NamedTuple):
    """What an answer can hang on: `facts` that steps change, and for each stretch the first one
    that answers alike.

    `asks` are the leaves through which it hangs on them, by number. `never`: it fails on every
    stretch, whatever steps change.
    """

    never: bool
    facts: frozenset[str]
    asks: frozenset[int]
    alike: tuple[int, ...]

    def with_(self, other: Matters, facts: frozenset[str]) -> Matters:
        """What two answers together can hang on, and further facts."""
        first: dict[tuple[int, int], int] = {}
        alike = tuple(
            first.setdefault(pair, k)
            for k, pair in enumerate(zip(self.alike, other.alike, strict=True))
        )
        return Matters(
            self.never or other.never,
            self.facts | other.facts | facts,
            self.asks | other.asks,
            alike,
        )


class Relevance:
    """Folds conditions for one case. `days` are the first days of the cells of time, with the
    values of all facts on each; `changeable` are the facts that may come to have another value."""

    def __init__(
        self,
        parts: Parts,
        days: Sequence[dt.date],
        values: Sequence[Values],
        changeable: frozenset[str],
    ) -> None:
        self._rules = parts.rulebook.rules
        self._vocabulary = parts.rulebook.vocabulary
        self._read_by = parts.facts_by_rule
        self._days = days
        self._values = values
        self._varying = varying(values)
        self._changeable = changeable
        self._each = frozenset(1 << k for k in range(len(self._days)))
        self._columns: dict[tuple[dt.date | None, dt.date | None], int] = {}
        self.all = self.column(None, None)
        self._plain: dict[str, Fold] = {}
        self._numbers: dict[Leaf, int] = {}
        self.leaves: list[tuple[Leaf, frozenset[str]]] = []
        """Leaves over changeable facts, with these facts."""
        self.asking: defaultdict[str, set[int]] = defaultdict(set)
        """For each changeable fact the numbers of the leaves over it."""

    def of(
        self,
        ids: Iterable[str],
        fixed: Mapping[str, AnyValue] | None = None,
        columns: Iterable[int] = (),
    ) -> Matters:
        """What the answers of `ids` together can hang on, with the facts of `fixed` known;
        `columns`: further turns of time."""
        folding = _Folding(self, fixed or {})
        folds = [folding.rule(id) for id in ids]
        asks = _NOTHING.union(*(fold.asks for fold in folds))
        return Matters(
            never=any(fold.fails == self.all for fold in folds),
            facts=frozenset(fact for number in asks for fact in self.leaves[number][1]),
            asks=asks,
            alike=self._alike(_NOTHING.union(*(fold.columns for fold in folds), columns)),
        )

    def number(self, leaf: Leaf, facts: frozenset[str]) -> int:
        """The number of a leaf over changeable facts."""
        if leaf not in self._numbers:
            self._numbers[leaf] = len(self.leaves)
            self.leaves.append((leaf, facts))
            for fact in facts:
                self.asking[fact].add(self._numbers[leaf])
        return self._numbers[leaf]

    def least_level(
        self, expr: Expr, fixed: Mapping[str, AnyValue], level: Callable[[str], int]
    ) -> int:
        """The level of the firmest way through a condition that is not settled to fail; `level`
        gives that of a rule."""
        return _Folding(self, fixed).least_level(expr, level)

    def possible(self, ids: Iterable[str], fixed: Mapping[str, AnyValue]) -> set[str]:
        """The rules `ids` and those they refer to, without those that are settled to fail."""
        folding = _Folding(self, fixed)
        found: set[str] = set()
        stack = list(ids)
        while stack:
            id = stack.pop()
            if id not in found and folding.rule(id).fails != self.all:
                found.add(id)
                stack.extend(references_of(self._rules[id]))
        return found

    def column(self, start: dt.date | None, end: dt.date | None) -> int:
        """The stretches that lie from `start` to `end`, both included."""
        if (start, end) not in self._columns:
            self._columns[start, end] = self._column(start, end)
        return self._columns[start, end]

    def _column(self, start: dt.date | None, end: dt.date | None) -> int:
        return sum(
            1 << k
            for k, day in enumerate(self._days)
            if (not start or start <= day) and (not end or day <= end)
        )

    def _alike(self, columns: frozenset[int]) -> tuple[int, ...]:
        first: dict[tuple[int, ...], int] = {}
        ordered = sorted(columns - {0, self.all})
        return tuple(
            first.setdefault(tuple([column >> k & 1 for column in ordered]), k)
            for k in range(len(self._days))
        )


class _Folding:
    """One folding with some facts fixed; what does not read them is shared with the folding that
    fixes nothing."""

    def __init__(self, about: Relevance, fixed: Mapping[str, AnyValue]) -> None:
        self._about = about
        self._fixed = fixed
        self._folds: dict[str, Fold] = {} if fixed else about._plain
        self._without = _Folding(about, {}) if fixed else None

    def rule(self, id: str) -> Fold:
        """The fold of a rule; where several versions are in force one after the other, of all of
        them."""
        about = self._about
        if self._without and about._read_by[id].isdisjoint(self._fixed):
            return self._without.rule(id)
        if id not in self._folds:
            self._folds[id] = self._versions(about._rules[id])
        return self._folds[id]

    def _versions(self, rule: Rule) -> Fold:
        holds, fails = 0, self._about.all
        asks: set[int] = set()
        columns: set[int] = set()
        for version in rule.versions:
            during = self._about.column(version.start, version.end)
            if not during:
                continue
            fold = self.fold(version.when)
            holds |= during & fold.holds
            fails &= ~during | fold.fails
            for part in (fold, *(self.fold(when) for when, _ in version.downgrades)):
                asks |= part.asks
                columns |= part.columns
            columns.add(during)
        return self._unless_never(Fold(holds, fails, frozenset(asks), frozenset(columns)))

    def fold(self, expr: Expr) -> Fold:
        """The fold of a condition."""
        match expr:
            case Ref(rule):
                return self.rule(rule)
            case Not(part):
                fold = self.fold(part)
                settled = fold.holds | fold.fails == self._about.all
                return Fold(
                    fold.fails, fold.holds, _NOTHING if settled else fold.asks, fold.columns
                )
            case All(parts):
                folds = []
                holds, fails = self._about.all, 0
                for part in parts:
                    folds.append(fold := self.fold(part))
                    holds &= fold.holds
                    fails |= fold.fails
                    if fails == self._about.all:
                        break  # always fails, whatever the other parts are
                return self._joined(holds, fails, folds)
            case Any(parts):
                folds = [self.fold(part) for part in parts]
                holds, fails = 0, self._about.all
                for fold in folds:
                    holds |= fold.holds
                    fails &= fold.fails
                return self._joined(holds, fails, folds)
            case _:
                return self._leaf(expr)

    def _joined(self, holds: int, fails: int, folds: list[Fold]) -> Fold:
        if fails == self._about.all:
            return Fold(0, fails)
        asks = _NOTHING.union(*[fold.asks for fold in folds if fold.asks])
        columns = _NOTHING.union(*[fold.columns for fold in folds if fold.columns])
        return Fold(holds, fails, asks, columns)

    def _unless_never(self, fold: Fold) -> Fold:
        """A condition that always fails hangs on nothing. One that always holds may still be more
        or less firm."""
        return Fold(0, fold.fails) if fold.fails == self._about.all else fold

    def least_level(self, expr: Expr, level: Callable[[str], int]) -> int:
        """See `Relevance.least_level`."""
        match expr:
            case Ref(rule):
                return NEVER if self.rule(rule).fails == self._about.all else level(rule)
            case All(parts):
                return max((self.least_level(part, level) for part in parts), default=0)
            case Any(parts):
                return min((self.least_level(part, level) for part in parts), default=NEVER)
            case _:
                return 0

    def _leaf(self, leaf: Leaf) -> Fold:
        about, fact = self._about, leaf.fact
        if self._fixed.get(fact) is OPEN:
            return Fold(0, 0, _NOTHING, about._each)
        if fact in self._fixed:
            return self._always(leaf_value(leaf, self._fixed))
        inputs = self._inputs(fact)
        changing = inputs & about._changeable
        if changing or not inputs.isdisjoint(self._fixed):
            derive = about._vocabulary.facts[fact].derive
            timeless = derive is None or isinstance(derive, Mapped)
            changing -= self._fixed.keys()
            asks = frozenset({about.number(leaf, changing)}) if changing else _NOTHING
            return Fold(0, 0, asks, _NOTHING if timeless else about._each)
        if fact not in about._varying:
            return self._always(leaf_value(leaf, about._values[0]))
        truths = [leaf_value(leaf, values) for values in about._values]
        holds = sum(1 << k for k, truth in enumerate(truths) if truth)
        fails = sum(1 << k for k, truth in enumerate(truths) if truth is False)
        return Fold(holds, fails, _NOTHING, frozenset((holds, fails)))

    def _always(self, truth: bool | None) -> Fold:
        """The fold of what has the same truth on every stretch."""
        return Fold(self._about.all if truth else 0, self._about.all if truth is False else 0)

    def _inputs(self, fact: str) -> frozenset[str]:
        """A fact and those it is derived from."""
        return self._about._vocabulary.inputs[fact]


def varying(values: Sequence[Values]) -> frozenset[str]:
    """The facts whose value is not the same on all days."""
    first, *later = values
    ids = {id for one in values for id in one}
    return frozenset(id for id in ids if any(one.get(id) != first.get(id) for one in later))
