"""Why a conclusion is answered as it is: its tree, and a smallest set of facts that decides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from klappts_engine.explain.model import Chosen, Node, Read
from klappts_engine.explain.situation import Facts, Situation
from klappts_engine.facts.calendar import ONE_DAY
from klappts_engine.rules.assessment import ANSWERS, InForce, in_force
from klappts_engine.rules.expressions import All, Any, Expr, Leaf, Not, Ref, leaf_value, spell
from klappts_engine.rules.rulebook import as_written, rule_of


def chosen(situation: Situation, id: str) -> Chosen:
    """The version of a rule that answers, and where its neighbours end and begin."""
    rule, day = situation.rulebook.rules[id], situation.day
    version = rule.version(day)
    ends = [other.end for other in rule.versions if other.end and other.end < day]
    starts = [other.start for other in rule.versions if other.start and other.start > day]
    before = max(ends, default=None)
    if version and version.start:
        before = (
            version.start - ONE_DAY
            if any(other.end == version.start - ONE_DAY for other in rule.versions)
            else None
        )
    return Chosen(
        version=in_force(version),
        citations=version.cited if version else (),
        before=before,
        after=min(starts, default=None),
    )


def deciding(situation: Situation, id: str) -> tuple[str, ...]:
    """Told facts that alone give the same answer, none of which can be left out; none for an
    unknown answer."""
    answer = situation.truths[id]
    if answer is None:
        return ()
    facts = situation.proof.facts(id)
    while True:
        spare = next(
            (fact for fact in sorted(facts) if _decides(situation, id, facts - {fact}, answer)),
            None,
        )
        if spare is None:
            return tuple(fact for fact in situation.vocabulary.facts if fact in facts)
        facts = facts - {spare}


def _decides(situation: Situation, id: str, facts: Facts, answer: bool) -> bool:
    return situation.standing.truth_if(id, {fact: situation.told[fact] for fact in facts}) is answer


def tree(situation: Situation, id: str) -> Node:
    """The decided tree of a rule, with each rule below it spelled out once."""
    return _Tree(situation).rule(id, decides=True)


class _Tree:
    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._versions = situation.rulebook.law(situation.day).versions
        self._truths = situation.truths
        self._proof = situation.proof
        self._spelled: set[str] = set()

    def rule(self, id: str, decides: bool) -> Node:
        version, truth = self._versions[id], self._truths[id]
        again = id in self._spelled
        self._spelled.add(id)
        return _node(
            "rule",
            truth,
            decides,
            condition=f"@{id}",
            rule=rule_of(id),
            strength=None if truth is False else self._situation.strengths.of(id)[0],
            citations=version.cited if version else (),
            version=in_force(version),
            again=again,
            parts=(self.node(version.when, decides),) if version and not again else (),
        )

    def node(self, expr: Expr, decides: bool) -> Node:
        expr = self._plain(expr)
        decides = decides and self._proof.truth(expr) is not None
        match expr:
            case Ref(rule):
                return self.rule(rule, decides)
            case Not(part):
                return self._group("not", expr, (part,), (part,) if decides else ())
            case All(parts) | Any(parts):
                kind: Literal["all", "any"] = "all" if isinstance(expr, All) else "any"
                return self._group(kind, expr, parts, self._proof.needed(expr) if decides else ())
            case _:
                return self._leaf(expr, decides)

    def _group(
        self,
        kind: Literal["all", "any", "not"],
        expr: Expr,
        parts: Iterable[Expr],
        needed: tuple[Expr, ...],
    ) -> Node:
        nodes = tuple(self.node(part, part in needed) for part in parts)
        return _node(kind, self._proof.truth(expr), bool(needed), parts=nodes)

    def _leaf(self, leaf: Leaf, decides: bool) -> Node:
        truth, read = leaf_value(leaf, self._situation.values), self._situation.read(leaf.fact)
        return _node("fact", truth, decides, condition=spell(leaf), read=read)

    def _plain(self, expr: Expr) -> Expr:
        """A condition over a fact that a rule gives: the fact where it is told, else what the rule
        says."""
        leaf = as_written(expr)
        if leaf is None or not isinstance(expr, Any):
            return expr
        if leaf.fact in self._situation.values:
            return leaf
        ruled = expr.parts[1]
        return ruled.parts[1] if isinstance(ruled, All) else ruled


def _node(
    kind: Literal["all", "any", "not", "rule", "fact"],
    truth: bool | None,
    decides: bool,
    condition: str | None = None,
    rule: str | None = None,
    read: Read | None = None,
    strength: str | None = None,
    citations: tuple[str, ...] = (),
    version: InForce | None = None,
    again: bool = False,
    parts: tuple[Node, ...] = (),
) -> Node:
    """A node of parts that are right already; every field is given, as looking up defaults is what
    takes long."""
    return Node.model_construct(
        kind=kind,
        answer=ANSWERS[truth],
        decides=decides,
        condition=condition,
        rule=rule,
        read=read,
        strength=strength,
        citations=citations,
        version=version,
        again=again,
        parts=parts,
    )


def reads(situation: Situation, facts: Iterable[str]) -> tuple[Read, ...]:
    """Facts as they were read."""
    return tuple(situation.read(fact) for fact in facts)
