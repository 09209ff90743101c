"""Partial evaluation: what of a condition can still matter for one case, cell by cell of time.

Most of a rulebook is settled for one person: the status, the country, what was told. Time is cut
into cells on which no settled answer changes. Folding finds which changeable facts an answer still
depends on, and between which cells it can differ. It decides nothing: every answer comes from the
executors, and questions that agree in what is left share it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any as AnyValue
from typing import NamedTuple

from klappts_engine.facts.derive import Mapped
from klappts_engine.facts.values import Values
from klappts_engine.memo import memo
from klappts_engine.rules.executors.port import Executors
from klappts_engine.rules.expressions import All, Any, Expr, Leaf, Not, Ref, leaf_value
from klappts_engine.rules.model import Rule
from klappts_engine.rules.rulebook import references_of

_NOTHING: frozenset[int] = frozenset()
OPEN = object()
"""The value of a fixed fact that can have any value at any time."""
UNSETTLED = object()
"""The value of a fixed fact that can have any value, which does not turn with time by itself."""
NEVER = 1_000
"""The level of a door that never opens."""


class Fold(NamedTuple):
    """What is settled of a condition: one bit for each cell in which it surely holds, one for each
    in which it surely fails.

    `leaves_left` are the numbers of the leaves over changeable facts it depends on, `masks` the
    sets of cells (as bits) between which it can differ.
    """

    holds: int
    fails: int
    leaves_left: frozenset[int] = _NOTHING
    masks: frozenset[int] = _NOTHING


class Residual(NamedTuple):
    """What an answer depends on: changeable `facts`, and for each cell the first one of its class,
    in which the answer is the same.

    `leaves_left` are the leaves through which it depends on them, by number. `never`: it fails in
    every cell, whatever the changeable facts are.
    """

    never: bool
    facts: frozenset[str]
    leaves_left: frozenset[int]
    cell_class: tuple[int, ...]

    def with_(self, other: Residual, facts: frozenset[str]) -> Residual:
        """What two answers together depend on, and further facts."""
        first: dict[tuple[int, int], int] = {}
        cell_class = tuple(
            first.setdefault(pair, k)
            for k, pair in enumerate(zip(self.cell_class, other.cell_class, strict=True))
        )
        return Residual(
            self.never or other.never,
            self.facts | other.facts | facts,
            self.leaves_left | other.leaves_left,
            cell_class,
        )


class Relevance:
    """Folds conditions for one case. `days` are the first days of the cells of time, with the
    values of all facts on each; `changeable` are the facts that may come to have another value."""

    def __init__(
        self,
        executors: Executors,
        days: Sequence[dt.date],
        values: Sequence[Values],
        changeable: frozenset[str],
    ) -> None:
        self._rules = executors.rulebook.rules
        self._vocabulary = executors.rulebook.vocabulary
        self._read_by = executors.facts_by_rule
        self._days = days
        self._values = values
        self._varying = varying(values)
        self._changeable = changeable
        self._each = frozenset(1 << k for k in range(len(self._days)))
        self.all = self.mask(None, None)
        self._numbers: dict[Leaf, int] = {}
        self.leaves: list[tuple[Leaf, frozenset[str]]] = []
        """Leaves over changeable facts, with these facts."""
        self.asking: defaultdict[str, set[int]] = defaultdict(set)
        """For each changeable fact the numbers of the leaves over it."""

    def of(
        self,
        ids: Iterable[str],
        fixed: Mapping[str, AnyValue] | None = None,
        masks: Iterable[int] = (),
    ) -> Residual:
        """What the answers of `ids` together depend on, with the facts of `fixed` known; `masks`:
        further turns of time."""
        folding = self._folding(fixed or {})
        folds = [folding.rule(id) for id in ids]
        leaves_left = _NOTHING.union(*(fold.leaves_left for fold in folds))
        return Residual(
            never=any(fold.fails == self.all for fold in folds),
            facts=frozenset(fact for number in leaves_left for fact in self.leaves[number][1]),
            leaves_left=leaves_left,
            cell_class=self._cell_class(_NOTHING.union(*(fold.masks for fold in folds), masks)),
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
        return self._folding(fixed).least_level(expr, level)

    def needed(self, ids: Iterable[str], fixed: Mapping[str, AnyValue]) -> frozenset[Leaf]:
        """Leaves over changeable facts without which `ids` cannot all hold, on no day: those that
        every way through the conditions needs."""
        folding = self._folding(fixed)
        return frozenset().union(*(folding.needed(Ref(id)) for id in ids))

    def possible(self, ids: Iterable[str], fixed: Mapping[str, AnyValue]) -> set[str]:
        """The rules `ids` and those they refer to, without those that are settled to fail."""
        folding = self._folding(fixed)
        found: set[str] = set()
        stack = list(ids)
        while stack:
            id = stack.pop()
            if id not in found and folding.rule(id).fails != self.all:
                found.add(id)
                stack.extend(references_of(self._rules[id]))
        return found

    def _folding(self, fixed: Mapping[str, AnyValue]) -> _Folding:
        return self._with_fixed(frozenset(fixed.items()))

    @memo
    def _with_fixed(self, fixed: frozenset[tuple[str, AnyValue]]) -> _Folding:
        return _Folding(self, dict(fixed))

    @memo
    def mask(self, start: dt.date | None, end: dt.date | None) -> int:
        """The cells that lie from `start` to `end`, both included."""
        return sum(
            1 << k
            for k, day in enumerate(self._days)
            if (not start or start <= day) and (not end or day <= end)
        )

    def _cell_class(self, masks: frozenset[int]) -> tuple[int, ...]:
        first: dict[tuple[int, ...], int] = {}
        ordered = sorted(masks - {0, self.all})
        return tuple(
            first.setdefault(tuple([mask >> k & 1 for mask in ordered]), k)
            for k in range(len(self._days))
        )


class _Folding:
    """One folding with some facts fixed; what does not read them is shared with the folding that
    fixes nothing."""

    def __init__(self, about: Relevance, fixed: Mapping[str, AnyValue]) -> None:
        self._about = about
        self._fixed = fixed
        self._folds: dict[str, Fold] = {}
        self._without = about._folding({}) if fixed else None

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
        leaves_left: set[int] = set()
        masks: set[int] = set()
        for version in rule.versions:
            during = self._about.mask(version.start, version.end)
            if not during:
                continue
            fold = self.fold(version.when)
            holds |= during & fold.holds
            fails &= ~during | fold.fails
            for part in (fold, *(self.fold(when) for when, _ in version.downgrades)):
                leaves_left |= part.leaves_left
                masks |= part.masks
            masks.add(during)
        return self._unless_never(Fold(holds, fails, frozenset(leaves_left), frozenset(masks)))

    def fold(self, expr: Expr) -> Fold:
        """The fold of a condition."""
        match expr:
            case Ref(rule):
                return self.rule(rule)
            case Not(part):
                fold = self.fold(part)
                settled = fold.holds | fold.fails == self._about.all
                return Fold(
                    fold.fails, fold.holds, _NOTHING if settled else fold.leaves_left, fold.masks
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
        leaves_left = _NOTHING.union(*[fold.leaves_left for fold in folds if fold.leaves_left])
        masks = _NOTHING.union(*[fold.masks for fold in folds if fold.masks])
        return Fold(holds, fails, leaves_left, masks)

    def _unless_never(self, fold: Fold) -> Fold:
        """A condition that always fails depends on nothing. One that always holds may still be more
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

    @memo
    def needed(self, expr: Expr) -> frozenset[Leaf]:
        """See `Relevance.needed`."""
        about, nothing = self._about, frozenset[Leaf]()
        match expr:
            case Ref(rule):
                always = [
                    version.when
                    for version in about._rules[rule].versions
                    if about.mask(version.start, version.end) == about.all
                ]
                return self.needed(always[0]) if always else nothing
            case All(parts):
                return nothing.union(*(self.needed(part) for part in parts))
            case Any(parts):
                open_ = [part for part in parts if self.fold(part).fails != about.all]
                each = [self.needed(part) for part in open_]
                return each[0].intersection(*each[1:]) if each else nothing
            case Not():
                return nothing
            case _:
                plain = self._inputs(expr.fact) == {expr.fact}
                settled = expr.fact in self._fixed or expr.fact in about._varying
                changes = expr.fact in about._changeable and plain and not settled
                return frozenset((expr,)) if changes else nothing

    def _leaf(self, leaf: Leaf) -> Fold:
        about, fact = self._about, leaf.fact
        if self._fixed.get(fact) is OPEN:
            return Fold(0, 0, _NOTHING, about._each)
        if self._fixed.get(fact) is UNSETTLED:
            return Fold(0, 0)
        if fact in self._fixed:
            return self._always(leaf_value(leaf, self._fixed))
        inputs = self._inputs(fact)
        changing = inputs & about._changeable
        if changing or not inputs.isdisjoint(self._fixed):
            derive = about._vocabulary.facts[fact].derive
            plain = derive is None or isinstance(derive, Mapped)
            timeless = plain and inputs.isdisjoint(about._varying)
            changing -= self._fixed.keys()
            leaves_left = frozenset({about.number(leaf, changing)}) if changing else _NOTHING
            return Fold(0, 0, leaves_left, _NOTHING if timeless else about._each)
        if fact not in about._varying:
            return self._always(leaf_value(leaf, about._values[0]))
        truths = [leaf_value(leaf, values) for values in about._values]
        holds = sum(1 << k for k, truth in enumerate(truths) if truth)
        fails = sum(1 << k for k, truth in enumerate(truths) if truth is False)
        return Fold(holds, fails, _NOTHING, frozenset((holds, fails)))

    def _always(self, truth: bool | None) -> Fold:
        """The fold of what has the same truth in every cell."""
        return Fold(self._about.all if truth else 0, self._about.all if truth is False else 0)

    def _inputs(self, fact: str) -> frozenset[str]:
        """A fact and those it is derived from."""
        return self._about._vocabulary.inputs[fact]


def varying(values: Sequence[Values]) -> frozenset[str]:
    """The facts whose value is not the same on all days."""
    first, *later = values
    ids = {id for one in values for id in one}
    return frozenset(id for id in ids if any(one.get(id) != first.get(id) for one in later))
