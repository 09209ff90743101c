"""What to ask next: the facts that can still change a conclusion, the most telling first.

A fact that can no longer matter is never asked, however often a rule names it; where that was not
found out, the question says so. Then comes what a fact settles on average over its values, then
what it costs to ask, then the order of the authors.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from functools import cached_property
from itertools import islice, product

from klappts_engine.explain.diagram import FALSE, TRUE, Diagrams, TooLarge
from klappts_engine.explain.model import Question, Questions
from klappts_engine.explain.situation import Situation
from klappts_engine.rules.assessment import ANSWERS, Answer
from klappts_engine.rules.cells import cells, variable
from klappts_engine.rules.expressions import Leaf, leaf_value, leaves
from klappts_engine.rules.open_facts import open_facts

COMBINATIONS = 16
"""How many values of a fact are looked at that several conditions cut differently."""
DEEP = 20_000
"""Nodes times facts up to which it is tried out what each fact would settle; beyond it facts are
weighed by their share."""
FIRST = 3
"""For how many questions it is found out what their answers alone open or close."""
SENSITIVE = {"health": 3, "conviction": 3, "residence": 2, "family": 2}


class Remaining:
    """What conclusions can still depend on in a situation; `diagrams` hold them as functions of
    what is untold."""

    def __init__(self, situation: Situation, ids: Iterable[str]) -> None:
        self._situation = situation
        self.ids = list(dict.fromkeys(ids))
        self._cone = situation.rulebook.cone(self.ids)
        self._truths = situation.truths
        trees = {
            id: version.when
            for id in self._cone
            if (version := situation.rulebook.rules[id].version(situation.day))
        }
        self._trees = {id: tree for id, tree in trees.items() if self._truths[id] is None}
        self.diagrams = Diagrams(cells(self._open_leaves(), situation.vocabulary))

    @cached_property
    def nodes(self) -> dict[str, int] | None:
        """The diagram of each conclusion; None if they are too large together."""
        found: dict[str, int] = {}
        try:
            for id in self._cone:
                truth = self._truths[id]
                found[id] = (
                    self.diagrams.of(self._trees[id], found, self._decided)
                    if id in self._trees
                    else int(truth is True)
                )
        except TooLarge:
            return None
        return {id: found[id] for id in self.ids}

    def forced(self, id: str) -> tuple[Answer | None, bool]:
        """What an unknown answer can only be whatever is still to be told, or None; and whether
        that was found out."""
        if self.nodes is None:
            return None, False
        node = self.nodes[id]
        return (ANSWERS[node == TRUE] if node in (FALSE, TRUE) else None), self.independent

    @cached_property
    def independent(self) -> bool:
        """Whether no two open conditions rest on the same untold fact through different derived
        ones."""
        names = {_fact(name) for name in self.diagrams.variables}
        bases = [base for name in names for base in dict.fromkeys(self._situation.untold(name))]
        return len(bases) == len(set(bases))

    def questions(self) -> Questions:
        """The facts that can still matter, best first."""
        decided = tuple(id for id in self.ids if self._truths[id] is not None or self.forced(id)[0])
        try:
            found = None if self.nodes is None else self._checked(self.nodes)
        except TooLarge:
            found = None
        return Questions(
            on=self._situation.day,
            assumptions=self._situation.standing.assumptions,
            caveats=self._situation.standing.caveats,
            asked=tuple(self.ids),
            decided=decided,
            questions=tuple(self._unchecked() if found is None else found),
            checked=found is not None,
        )

    def _checked(self, nodes: dict[str, int]) -> list[Question]:
        support = frozenset[Hashable]().union(
            *(self.diagrams.support(node) for node in nodes.values())
        )
        by_fact: dict[str, list[Hashable]] = {}
        for name in self.diagrams.variables:
            if name in support:
                for fact in dict.fromkeys(self._situation.untold(_fact(name))):
                    by_fact.setdefault(fact, []).append(name)
        deep = len(self.diagrams.below(nodes.values())) * len(by_fact) <= DEEP
        gain = self._settled if deep else self._share
        gains = {fact: round(gain(names), 6) for fact, names in by_fact.items()}
        order = sorted(by_fact, key=lambda fact: (-gains[fact], self._cost(fact)))
        return [
            self._question(fact, by_fact[fact], gains[fact], number < FIRST)
            for number, fact in enumerate(order)
        ]

    def _settled(self, names: Sequence[Hashable]) -> float:
        """On how many variables fewer the conclusions together hang once a fact is known, on
        average over its values."""
        left = [self._size_after(names, cell) for cell in self._combinations(names)]
        return self._size_after((), ()) - sum(left) / len(left)

    def _share(self, names: Sequence[Hashable]) -> float:
        """How much of what the conclusions still hang on is one fact, each conclusion counting as
        one."""
        assert self.nodes is not None
        supports = (self.diagrams.support(node) for node in self.nodes.values())
        return sum(
            len(support.intersection(names)) / len(support) for support in supports if support
        )

    def _question(self, fact: str, names: Sequence[Hashable], gain: float, first: bool) -> Question:
        assert self.nodes is not None
        opens: list[str] = []
        closes: list[str] = []
        touches: list[str] = []
        for id, node in self.nodes.items():
            if self.diagrams.support(node).isdisjoint(names):
                continue
            after = (
                {self._after(node, names, cell) for cell in self._combinations(names)}
                if first
                else set()
            )
            opens += [id] if TRUE in after else []
            closes += [id] if FALSE in after else []
            touches += [] if after & {TRUE, FALSE} else [id]
        return Question(
            fact=fact,
            opens=tuple(opens),
            closes=tuple(closes),
            touches=tuple(touches),
            gain=gain,
            checked=self.independent,
        )

    def _combinations(self, names: Sequence[Hashable]) -> Iterable[tuple[int, ...]]:
        """What a fact can be, as a cell of each variable that rests on it."""
        return islice(
            product(*(range(len(self.diagrams.cells[name])) for name in names)), COMBINATIONS
        )

    def _after(self, node: int, names: Sequence[Hashable], chosen: Sequence[int]) -> int:
        for name, cell in zip(names, chosen, strict=True):
            node = self.diagrams.restrict(node, name, cell)
        return node

    def _size_after(self, names: Sequence[Hashable], chosen: Sequence[int]) -> int:
        """On how many variables the conclusions together still hang once a fact is known."""
        supports = (
            self.diagrams.support(self._after(node, names, chosen)) for node in self._undecided
        )
        return len(frozenset[Hashable]().union(*supports))

    @cached_property
    def _undecided(self) -> frozenset[int]:
        """The diagrams that are not settled, each once."""
        return frozenset(self.nodes.values() if self.nodes else ()) - {FALSE, TRUE}

    def _unchecked(self) -> Iterable[Question]:
        """Where the diagrams are too large: what unknown parts of the rules read, in their
        order."""
        here = self._situation
        facts = open_facts(here.rulebook, self._truths, here.values, here.day, self.ids)
        open_ = tuple(id for id in self.ids if self._truths[id] is None)
        return (Question(fact=fact, gain=0, touches=open_, checked=False) for fact in facts)

    def _cost(self, fact: str) -> int:
        """What it costs to ask: sensitive, hard to prove, known to somebody else."""
        kind = self._situation.vocabulary.facts[fact]
        hard = kind.kind != "plain"
        return (
            (SENSITIVE[kind.sensitive] if kind.sensitive else 0)
            + hard
            + (kind.known_by != "person")
        )

    def _open_leaves(self) -> Iterable[Leaf]:
        """The leaves over untold facts in the rules that are not decided, in the order of the
        authors."""
        order = {fact: number for number, fact in enumerate(self._situation.vocabulary.facts)}
        found = {
            node
            for tree in self._trees.values()
            for node in leaves(tree)
            if self._decided(node) is None
        }
        return sorted(found, key=lambda leaf: (order[leaf.fact], str(variable(leaf))))

    def _decided(self, leaf: Leaf) -> bool | None:
        return leaf_value(leaf, self._situation.values)


def _fact(name: Hashable) -> str:
    return str(name[0] if isinstance(name, tuple) else name)
