"""Explanations in words: why, why not, when, what changed, what to ask; and after every no what is open instead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any as AnyValue

from klappts_engine.engine import Engine
from klappts_engine.explain.model import (
    Change,
    Differences,
    Explanation,
    Moved,
    Node,
    Obstacle,
    Question,
    Questions,
    Read,
    Repair,
    Said,
    Turns,
    WhyNot,
)
from klappts_engine.facts.assumptions import Assumed
from klappts_engine.facts.case import Case
from klappts_engine.rules.expressions import Compare, Expr, Is, parse_leaf, references
from klappts_engine.rules.rulebook import rule_of
from klappts_engine.show.conditions import Conditions
from klappts_engine.show.lines import row
from klappts_engine.show.words import Words

FEW = 3
"""How many obstacles, questions or names are told where not everything is asked for."""


class ExplanationView:
    """The words for what is explained of one case."""

    def __init__(self, engine: Engine, case: Case, on: dt.date, lang: str) -> None:
        self._engine = engine
        self._case = case
        self._on = on
        self._words = Words(engine, lang)
        self._conditions = Conditions(engine.rulebook, lang)

    def why(self, what: Explanation, everything: bool = False) -> list[str]:
        """The answer, the facts that decide, the law, the assumptions; for a no what is open instead."""
        lines = [self._head(what.conclusion, Said(answer=what.answer, result=what.result, strength=what.strength))]
        lines += self._row("because", self._because(what))
        lines += self._row("open", self._open(what))
        lines += self._row("law", self._law(what))
        lines += self._row("assumed", (self._without(one.fact, one.set, one.without) for one in what.assumptions))
        if what.answer == "fails":
            lines += self._instead(what.conclusion)
        if everything and what.tree:
            lines += ["", self._text("tree"), *self._tree(what.tree, 0)]
        return lines

    def why_not(self, what: WhyNot, everything: bool = False) -> list[str]:
        """What stands against an answer and what would turn it; then what is open instead."""
        lines = [self._head(what.conclusion, Said(answer=what.answer))]
        if what.answer == "holds":
            return [*lines, *self._row("helps", [self._text("holds_already")])]
        lines += self._row("remedy", [self._text("first_remedy")])
        shown = what.obstacles if everything else what.obstacles[:FEW]
        lines += [line for one in shown for line in self._row("against", [self._obstacle(one)])]
        if len(what.obstacles) > len(shown):
            lines += self._row("against", [self._text("more_steps", number=len(what.obstacles) - len(shown))])
        for number, repair in enumerate(what.repairs, 1):
            lines += self._row("helps", self._repair(number, repair))
        if not what.repairs:
            lines += self._row("helps", [self._text("no_repair", bound=what.bound, until=self._words.day(what.until))])
        return [*lines, *self._instead(what.conclusion)]

    def when(self, what: Turns) -> list[str]:
        """For each conclusion what it is today, and every turn with its cause."""
        lines: list[str] = []
        for id, first in what.first.items():
            moves = [turn for turn in what.turns if turn.move.conclusion == id]
            lines += ["", self._head(id, first)] if lines else [self._head(id, first)]
            told = [self._text("turn", day=self._words.day(turn.day), **self._moved(turn.move)) for turn in moves]
            for part in told or [self._text("no_turn", until=self._words.day(what.until))]:
                lines += self._row("when", [part])
        return lines

    def changed(self, what: Differences) -> list[str]:
        """What moved, from what to what, through what."""
        lines = []
        for one in what.moved:
            lines += row("", [self._text("moved", title=self._words.rule(rule_of(one.conclusion)), **self._moved(one))])
        return lines or row("", [self._text("nothing_moved")])

    def ask(self, what: Questions, everything: bool = False) -> list[str]:
        """The next questions, each with what it could open or close."""
        if not what.questions:
            return row("", [self._text("nothing_to_ask")])
        shown = what.questions if everything else what.questions[:FEW]
        lines = [line for one in shown for line in self.question(one)]
        return [*lines, *self._row("open", [self._text("left", number=len(what.questions))])]

    def question(self, one: Question) -> list[str]:
        """One question and why it is asked."""
        return [*self._row("asked", [self._words.question(one.fact)]), *self._row("reason", self._reasons(one))]

    def _reasons(self, one: Question) -> Iterable[str]:
        for code, ids in (("could_open", one.opens), ("could_close", one.closes), ("bears_on", one.touches)):
            names = list(dict.fromkeys(self._asked_about(id) for id in ids))
            if names and (code != "bears_on" or not (one.opens or one.closes)):
                more = len(names) - 2
                what = ", ".join(names[:2])
                yield self._text(code, what=self._words.text("and_more", what=what, number=more) if more > 0 else what)

    def _asked_about(self, id: str) -> str:
        """What a conclusion, or the condition of a step's door, is called."""
        kind, _, rest = id.partition(":")
        return self._words.step(rest.split(":")[0]) if kind == "step" else self._words.rule(rule_of(id))

    def _because(self, what: Explanation) -> Iterable[str]:
        if what.answer == "unknown":
            return
        yield from (self._read(one) for one in what.deciding)
        if not what.deciding:
            yield self._text("no_fact" if what.chosen.version else "no_version")

    def _open(self, what: Explanation) -> Iterable[str]:
        if what.answer != "unknown":
            return
        yield self._text("hangs_on", questions=self._few([self._words.question(fact) for fact in what.open], " "))
        if what.forced:
            yield self._text("whatever", answer=self._words.text(f"answer.{what.forced}"))
        elif not what.checked:
            yield self._text("unchecked")

    def _law(self, what: Explanation) -> Iterable[str]:
        version, day = what.chosen.version, self._words.day
        if version is None:
            return
        since = self._text("since", day=day(version.from_)) if version.from_ else self._text("always")
        yield self._text("version", cite="; ".join(what.chosen.citations[:2]), since=since)
        if what.chosen.before:
            yield self._text("before", day=day(what.chosen.before))
        if what.chosen.after:
            yield self._text("after", day=day(what.chosen.after))

    def _without(self, fact: str, set: str, answer: str) -> str:
        title = self._engine.catalogue.assumptions[set].title.in_(self._words.lang)
        return self._text("without", fact=self._words.fact(fact), set=title, answer=self._words.text(f"answer.{answer}"))

    def _read(self, one: Read) -> str:
        read = self._text("read", fact=self._words.fact(one.fact), value=self._value(one.fact, one.value))
        names = ", ".join(self._words.fact(fact) for fact in one.rests_on)
        return self._text("rests_on", read=read, facts=names) if names else read

    def _value(self, fact: str, value: AnyValue) -> str:
        if value is None:
            return self._text("not_told")
        return self._words.day(value) if isinstance(value, dt.date) else self._words.spoken(fact, value)

    def _obstacle(self, one: Obstacle) -> str:
        leaf = self._leaf(one.condition)
        condition = self._conditions.leaf(leaf)
        if one.negated:
            condition = self._text("unless", condition=condition)
        who = self._who(one.who) if one.who else ""
        code = "knows" if one.mark == "clarify" else "who"
        named = self._text(code, who=who) if who else ""
        mark = self._text(f"mark.{one.mark}", who=named, day=self._words.day(one.day) if one.day else "")
        return self._text("obstacle", condition=condition, cite="; ".join(one.citations[:1]), mark=mark)

    def _leaf(self, condition: str) -> Expr:
        book = self._engine.rulebook
        fact, _, rest = condition.partition(" ")
        op, _, value = rest.partition(" ")
        if book.vocabulary.facts[fact].type == "date" and op:
            return Compare(fact, op, float(value))
        return parse_leaf(condition, book.vocabulary, set(book.rules))

    def _repair(self, number: int, repair: Repair) -> Iterable[str]:
        parts = [self._change(one) for one in repair.changes]
        if repair.day:
            parts.append(self._text("time", day=self._words.day(repair.day)))
        yield self._text("repair", number=number, changes=self._text("and").join(parts))
        for one in repair.changes:
            if one.advice_first:
                yield self._text("advice", risk=one.risk.in_(self._words.lang) if one.risk else "").strip()

    def _change(self, one: Change) -> str:
        who = self._who(one.who) if one.who else self._text(f"by.{one.by}")
        return self._text("change", fact=self._words.fact(one.fact), value=self._value(one.fact, one.to), who=who)

    def _moved(self, one: Moved) -> dict[str, str]:
        facts = ", ".join(self._words.fact(fact) for fact in one.facts)
        rules = "; ".join("; ".join(amended.citations[:1]) or self._words.rule(amended.rule) for amended in one.amendments)
        cause = self._text(f"cause.{one.cause}", facts=facts, rules=rules)
        before, after = (self._said(one.conclusion, said) for said in (one.before, one.after))
        return {"before": before, "after": after, "cause": cause}

    def _said(self, id: str, said: Said) -> str:
        answer = self._words.text(f"answer.{said.answer}")
        what = self._result(id, said.result) if said.result else self._words.grade(said.strength)
        return self._text("answer_with", answer=answer, what=what) if what else answer

    def _result(self, id: str, value: str) -> str:
        facts = self._engine.rulebook.vocabulary.by_rule
        fact = next((fact for fact, rule in facts.items() if rule == id), None)
        return self._words.value(fact, value) if fact else value

    def _head(self, id: str, said: Said) -> str:
        return self._text("head", title=self._words.rule(rule_of(id)), answer=self._said(id, said))

    def _who(self, id: str) -> str:
        known = self._engine.rulebook.book.known_by
        return known[id].in_(self._words.lang) if id in known else id

    def _instead(self, conclusion: str) -> list[str]:
        """What is open: first steps of the strands whose doors ask for the conclusion."""
        catalogue = self._engine.catalogue
        near = {
            catalogue.strands[name.split(":")[1]]
            for name, tree in catalogue.conditions.items()
            if name.startswith("step:") and conclusion in references(tree)
        }
        states = self._engine.steps(self._case, self._on).values()
        opened = [state.id for state in states if state.answer == "holds" and catalogue.steps[state.id].role == "main"]
        opened.sort(key=lambda id: catalogue.strands[id] not in near)
        told = self._few([self._words.step(id) for id in opened])
        return self._row("instead", [self._text("instead_open", steps=told) if opened else self._text("instead_none")])

    def _tree(self, node: Node, depth: int) -> Iterable[str]:
        """The decided tree, one condition a line; what decides is marked."""
        mark = self._words.text(f"answer.{node.answer}") + (" *" if node.decides else "")
        yield f"{'  ' * depth}{mark}  {self._condition(node)}"
        for part in node.parts:
            yield from self._tree(part, depth + 1)

    def _condition(self, node: Node) -> str:
        if node.kind in ("all", "any"):
            return self._words.text(f"condition.{node.kind}")
        if node.kind == "not":
            return self._words.text("condition.not_group")
        if node.rule:
            cite = "; ".join(node.citations[:1])
            return f"{self._words.rule(node.rule)} ({cite})" if cite else self._words.rule(node.rule)
        leaf = self._leaf(node.condition or "")
        said = self._conditions.leaf(leaf)
        is_plain = isinstance(leaf, Is) or node.read is None
        return said if is_plain or node.read is None else f"{said} [{self._value(node.read.fact, node.read.value)}]"

    def _few(self, parts: Sequence[str], between: str = ", ") -> str:
        told = between.join(parts[:FEW])
        left = len(parts) - FEW
        return self._words.text("and_more", what=told, number=left) if left > 0 else told

    def _row(self, code: str, parts: Iterable[str]) -> list[str]:
        told = list(parts)
        return row(self._text(code), told) if told else []

    def _text(self, code: str, **params: object) -> str:
        return self._words.text(f"explain.{code}", **params)


def used(what: Explanation) -> list[Assumed]:
    """The assumptions an explanation rests on, by set."""
    sets: dict[str, list[str]] = {}
    for one in what.assumptions:
        sets.setdefault(one.set, []).append(one.fact)
    return [Assumed(set=set, facts=tuple(facts)) for set, facts in sets.items()]
