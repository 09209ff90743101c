"""Conditions as decision diagrams: what an answer can still hang on, exactly.

A reduced ordered decision diagram over the untold facts, each cut into the cells that the
conditions tell apart. A fact is in a reduced diagram exactly if there are values of the others with
which it matters (R. E. Bryant, Graph-Based Algorithms for Boolean Function Manipulation, 1986).
Facts count as independent of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any as AnyValue

from klappts_engine.rules.cells import truth_in, variable
from klappts_engine.rules.expressions import All, Any, Expr, Leaf, Not, Ref

FALSE, TRUE = 0, 1
LIMIT = 250_000
"""Steps of all work on diagrams together, each a node made, joined, restricted or looked into;
beyond it they count as too large. So an answer is bounded work, whatever is told."""
_LAST = 1_000_000


class TooLarge(Exception):
    """The diagrams need more than `LIMIT` steps."""


class Diagrams:
    """Diagrams over variables in a fixed order, each with its cells; equal conditions have the same
    number."""

    def __init__(self, cells: Mapping[Hashable, Sequence[AnyValue]]) -> None:
        self.cells = cells
        self.variables = list(cells)
        self._levels = {name: level for level, name in enumerate(self.variables)}
        self._nodes: list[tuple[int, tuple[int, ...]]] = [(_LAST, ()), (_LAST, ())]
        self._numbers: dict[tuple[int, tuple[int, ...]], int] = {}
        self._joined: dict[tuple[int, int, int], int] = {}
        self._negated: dict[int, int] = {FALSE: TRUE, TRUE: FALSE}
        self._support: dict[int, frozenset[Hashable]] = {FALSE: frozenset(), TRUE: frozenset()}
        self._restricted: dict[tuple[int, int, int], int] = {}
        self.steps = 0

    def of(
        self, expr: Expr, rules: Mapping[str, int], decided: Callable[[Leaf], bool | None]
    ) -> int:
        """The diagram of a condition; `rules` are the diagrams of the rules it refers to, `decided`
        the truth of a leaf over a known fact."""
        match expr:
            case Ref(rule):
                return rules[rule]
            case Not(part):
                return self.negate(self.of(part, rules, decided))
            case All(parts):
                return self.join([self.of(part, rules, decided) for part in parts], FALSE)
            case Any(parts):
                return self.join([self.of(part, rules, decided) for part in parts], TRUE)
            case _:
                truth = decided(expr)
                return self.leaf(expr) if truth is None else int(truth)

    def leaf(self, leaf: Leaf) -> int:
        """The diagram of one leaf over a variable."""
        level = self._levels[variable(leaf)]
        return self._node(
            level, tuple(int(truth_in(leaf, cell)) for cell in self.cells[self.variables[level]])
        )

    def join(self, parts: Sequence[int], decisive: int) -> int:
        """All parts (`decisive` FALSE), or any of them (`decisive` TRUE)."""
        found = 1 - decisive
        for part in parts:
            found = self._join(found, part, decisive)
        return found

    def negate(self, node: int) -> int:
        """The opposite."""
        if node not in self._negated:
            self._step()
            level, children = self._nodes[node]
            self._negated[node] = self._node(level, tuple(map(self.negate, children)))
        return self._negated[node]

    def support(self, node: int) -> frozenset[Hashable]:
        """The variables that a diagram hangs on."""
        if node not in self._support:
            self._step()
            level, children = self._nodes[node]
            self._support[node] = frozenset({self.variables[level]}).union(
                *map(self.support, children)
            )
        return self._support[node]

    def below(self, roots: Iterable[int]) -> set[int]:
        """All nodes of several diagrams."""
        found: set[int] = set()
        stack = list(roots)
        while stack:
            node = stack.pop()
            if node not in found:
                found.add(node)
                stack.extend(self._nodes[node][1])
        return found

    def restrict(self, node: int, name: Hashable, cell: int) -> int:
        """A diagram once a variable is known to be in one of its cells."""
        return self._restrict(node, self._levels[name], cell)

    def _restrict(self, node: int, wanted: int, cell: int) -> int:
        level, children = self._nodes[node]
        if level > wanted:
            return node
        if level == wanted:
            return children[cell]
        key = (node, wanted, cell)
        if key not in self._restricted:
            self._step()
            self._restricted[key] = self._node(
                level, tuple(self._restrict(child, wanted, cell) for child in children)
            )
        return self._restricted[key]

    def _join(self, one: int, other: int, decisive: int) -> int:
        if one == other or other == 1 - decisive:
            return one
        if one == 1 - decisive:
            return other
        if decisive in (one, other):
            return decisive
        key = (min(one, other), max(one, other), decisive)
        if key not in self._joined:
            self._step()
            level = min(self._nodes[one][0], self._nodes[other][0])
            pairs = zip(self._at(one, level), self._at(other, level), strict=True)
            self._joined[key] = self._node(
                level, tuple(self._join(a, b, decisive) for a, b in pairs)
            )
        return self._joined[key]

    def _at(self, node: int, level: int) -> Sequence[int]:
        """The children of a node for each cell of the variable at a level."""
        own, children = self._nodes[node]
        return children if own == level else [node] * len(self.cells[self.variables[level]])

    def _node(self, level: int, children: tuple[int, ...]) -> int:
        if all(child == children[0] for child in children):
            return children[0]
        key = (level, children)
        if key not in self._numbers:
            self._step()
            self._numbers[key] = len(self._nodes)
            self._nodes.append(key)
        return self._numbers[key]

    def _step(self) -> None:
        self.steps += 1
        if self.steps > LIMIT:
            raise TooLarge
