"""Explanations in words; and after every no what is open instead."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any as AnyValue
from typing import NamedTuple

from klappts_engine.explain.model import (
    Change,
    Differences,
    Explanation,
    Grounds,
    Moved,
    Node,
    Obstacle,
    Opening,
    Question,
    Questions,
    Read,
    Repair,
    Said,
    Turns,
    WhyNot,
)
from klappts_engine.facts.calendar import ONE_DAY
from klappts_engine.rules.expressions import Expr, Is, parse_leaf
from klappts_engine.rules.rulebook import rule_of
from klappts_engine.rules.timeline import Stretch, Timeline
from klappts_engine.show.conditions import Conditions
from klappts_engine.show.context import Context
from klappts_engine.show.screen import Bar, Block, Branch, Cell, Items, Screen, Section, Table
from klappts_engine.show.terminal import LABEL, WIDTH, foot, row, sentences
from klappts_engine.show.timelines import stretch_rows, stretches_bar
from klappts_engine.show.words import Words

FEW = 3
"""How many obstacles, questions or names are told where not everything is asked for."""

Row = tuple[str, list[str]]
"""A label and the sentences behind it."""


class Part(NamedTuple):
    """A title with rows below it; `bar` draws answers over time."""

    title: str
    rows: list[Row]
    bar: Bar | None = None


class ExplanationView:
    """The words for what is explained. `hidden` says of which facts the value is not told."""

    def __init__(self, words: Words, hidden: Callable[[str], bool] = lambda fact: False) -> None:
        self._hidden = hidden
        self._engine = words.engine
        self._words = words
        self._conditions = Conditions(words.engine.rulebook, words.lang)
        self._facts = words.engine.rulebook.vocabulary.facts

    def why(self, what: Explanation) -> Part:
        """The answer, the facts that decide, the law, the assumptions; for a no what is open
        instead."""
        rows = [
            self._row("because", self._because(what)),
            self._row("open", self._open(what)),
            self._row("law", self._law(what)),
            self._row(
                "assumed", (self._without(one.fact, one.set, one.without) for one in what.used)
            ),
            self._row("caution", self._caution(what.conclusion, told=what.answer != "fails")),
            self._row("instead", self._instead(what) if what.answer == "fails" else ()),
        ]
        head = self._head(
            what.conclusion, Said(answer=what.answer, result=what.result, strength=what.strength)
        )
        return Part(head, [one for one in rows if one[1]])

    def why_not(self, what: WhyNot, everything: bool = False) -> Part:
        """What stands against an answer and what would turn it; then what is open instead."""
        head = self._head(what.conclusion, Said(answer=what.answer))
        if what.answer == "holds":
            return Part(head, [self._row("helps", [self._text("holds_already")])])
        groups: dict[tuple[object, ...], list[Obstacle]] = {}
        for one in what.obstacles:
            groups.setdefault((one.read.fact, one.negated, one.mark, one.day), []).append(one)
        shown = list(groups.values()) if everything else list(groups.values())[:FEW]
        left = len(groups) - len(shown)
        against = [list(self._obstacle(same)) for same in shown] + (
            [[self._text("more_steps", number=left)]] if left else []
        )
        none = self._text("no_repair", bound=what.bound, until=self._words.day(what.until))
        rows = [
            self._row("remedy", [self._text("first_remedy")]),
            *(self._row("against", one) for one in against),
            *(
                self._row("helps", self._repair(number, one))
                for number, one in enumerate(what.repairs, 1)
            ),
            self._row("helps", [] if what.repairs else [none]),
            self._row("opens_with", self._openings(what.opens_with)),
            self._row("caution", self._caution(what.conclusion, told=bool(what.repairs))),
            self._row("instead", self._instead(what)),
        ]
        return Part(head, [one for one in rows if one[1]])

    def when(self, what: Turns) -> list[Part]:
        """For each conclusion what it is today, and every turn with its cause."""
        parts = []
        for id, first in what.first.items():
            moves = [turn for turn in what.turns if turn.move.conclusion == id]
            told = [
                self._text("turn", day=self._words.day(turn.day), **self._moved(turn.move))
                for turn in moves
            ]
            none = self._text("no_turn", until=self._words.day(what.until))
            bar = stretches_bar(self._words, stretch_rows(self._words, _line(what, id), id))
            parts.append(
                Part(
                    self._head(id, first), [self._row("when", [one]) for one in told or [none]], bar
                )
            )
        return parts

    def changed(self, what: Differences) -> Part:
        """What moved, from what to what, through what."""
        told = [
            self._text("moved", title=self._words.rule(rule_of(one.conclusion)), **self._moved(one))
            for one in what.moved
        ]
        days = {"before": self._words.day(what.before), "after": self._words.day(what.on)}
        return Part(
            self._text("between", **days),
            [self._row("changed", [one]) for one in told or [self._text("nothing_moved")]],
        )

    def ask(self, what: Questions, everything: bool = False) -> Part:
        """The next questions, each with what it could open or close."""
        number = len(what.questions)
        code = "left" if what.checked else "left_unchecked"
        head = self._text(code, number=number) if number else self._text("nothing_to_ask")
        shown = what.questions if everything else what.questions[:FEW]
        return Part(head, [told for one in shown for told in self.question(one)])

    def question(self, one: Question) -> list[Row]:
        """One question and why it is asked."""
        return [
            self._row("asked", [self._words.question(one.fact)]),
            self._row("reason", self._reasons(one)),
        ]

    def tree(self, node: Node, depth: int = 0) -> Iterator[tuple[int, str]]:
        """The decided tree, one condition a line with its depth; what decides is marked."""
        mark = self._words.text(f"answer.{node.answer}") + (" *" if node.decides else "")
        yield depth, f"{mark}  {self._condition(node)}"
        for part in node.parts:
            yield from self.tree(part, depth + 1)

    def _reasons(self, one: Question) -> Iterable[str]:
        for code, ids in (
            ("could_open", one.opens),
            ("could_close", one.closes),
            ("bears_on", one.touches),
        ):
            names = list(dict.fromkeys(self._asked_about(id) for id in ids))
            if names and (code != "bears_on" or not (one.opens or one.closes)):
                yield self._text(code, what=self._few(names, most=2))

    def _asked_about(self, id: str) -> str:
        """What a conclusion, or the condition of a step's door, is called."""
        kind, _, rest = id.partition(":")
        return (
            self._words.step(rest.split(":")[0])
            if kind == "step"
            else self._words.rule(rule_of(id))
        )

    def _because(self, what: Explanation) -> Iterable[str]:
        if what.answer == "unknown":
            return
        yield from (self._read(one) for one in what.deciding)
        if not what.deciding:
            yield self._text("no_fact" if what.chosen.version else "no_version")

    def _open(self, what: Explanation) -> Iterable[str]:
        if what.answer != "unknown":
            return
        yield self._text(
            "hangs_on", questions=self._few([self._words.question(fact) for fact in what.open], " ")
        )
        if what.forced:
            yield self._text("whatever", answer=self._words.text(f"answer.{what.forced}"))
        elif not what.checked:
            yield self._text("unchecked")

    def _law(self, what: Explanation) -> Iterable[str]:
        version, day = what.chosen.version, self._words.day
        if version is None:
            return
        since = (
            self._text("since", day=day(version.from_)) if version.from_ else self._text("always")
        )
        yield self._text("version", cite="; ".join(what.chosen.citations[:2]), since=since)
        if what.chosen.before:
            yield self._text("before", day=day(what.chosen.before))
        if what.chosen.after:
            yield self._text("after", day=day(what.chosen.after))

    def _without(self, fact: str, set: str, answer: str) -> str:
        title = self._engine.catalogue.assumptions[set].title.in_(self._words.lang)
        return self._text(
            "without",
            fact=self._words.fact(fact),
            set=title,
            answer=self._words.text(f"answer.{answer}"),
        )

    def _read(self, one: Read) -> str:
        read = self._text(
            "read", fact=self._words.fact(one.fact), value=self._value(one.fact, one.value)
        )
        names = ", ".join(self._words.fact(fact) for fact in one.rests_on)
        return self._text("rests_on", read=read, facts=names) if names else read

    def _value(self, fact: str, value: AnyValue) -> str:
        if value is None:
            return self._text("not_told")
        if self._hidden(fact):
            return self._words.text("screen.hidden")
        return (
            self._words.day(value)
            if isinstance(value, dt.date)
            else self._words.spoken(fact, value)
        )

    def _obstacle(self, same: Sequence[Obstacle]) -> Iterable[str]:
        """Conditions over one fact that stand against an answer, what could move them, and what to
        know before."""
        one = same[0]
        first, *others = dict.fromkeys(self._said_leaf(other.condition) for other in same)
        fact = self._text("read", fact=self._words.fact(one.read.fact), value="")
        said = self._words.text("condition.or").join(
            [first, *(other.removeprefix(fact) for other in others)]
        )
        if self._facts[one.read.fact].type == "status" and not one.negated:
            said = self._text(
                "other_status"
            )  # which one would do is not said: nobody shall wish for a worse one
        condition = said
        if one.negated:
            before = fact if said.startswith(fact) else ""
            condition = before + self._text("unless", condition=said.removeprefix(before))
        code = "knows" if one.mark == "clarify" else "who"
        named = self._text(code, who=self._who(one.who)) if one.who else ""
        mark = self._text(
            f"mark.{one.mark}", who=named, day=self._words.day(one.day) if one.day else ""
        )
        yield self._text(
            "obstacle", condition=condition, cite="; ".join(one.citations[:1]), mark=mark
        )
        if one.change:
            yield from self._advice(one.change)

    def _caution(self, conclusion: str, told: bool) -> Iterable[str]:
        """Who is to be asked before anything is done for a conclusion, and what follows if it is
        broken off (if `told`)."""
        rule = self._engine.rulebook.rules[conclusion]
        if rule.advice_first:
            yield self._words.text("advice_first")
        if rule.sanction and told:
            yield rule.sanction.in_(self._words.lang)

    def _advice(self, one: Change) -> Iterable[str]:
        """That somebody independent has to be asked before a change, and its risk."""
        risk = one.risk.in_(self._words.lang) if one.risk else ""
        if one.advice_first:
            yield self._text("advice", risk=risk).strip()
        elif risk:
            yield risk

    def _leaf(self, condition: str) -> Expr:
        book = self._engine.rulebook
        return parse_leaf(condition, book.vocabulary, book.rules.keys())

    def _repair(self, number: int, repair: Repair) -> Iterable[str]:
        parts = [self._change(one) for one in repair.changes]
        if repair.day:
            parts.append(self._text("time", day=self._words.day(repair.day)))
        yield self._text("repair", number=number, changes=self._text("and").join(parts))
        for one in repair.changes:
            yield from self._advice(one)

    def _openings(self, openings: Sequence[Opening]) -> Iterator[str]:
        """What would open an answer, and that nobody is advised to it."""
        yield from map(self._opening, openings)
        if openings:
            yield self._text("opening_note")

    def _opening(self, one: Opening) -> str:
        """Facts that would open an answer."""
        choice = self._words.text("choice")
        said = self._text("and").join(
            self._text(
                "read",
                fact=self._words.fact(fact),
                value=choice.join(self._words.spoken(fact, value) for value in values),
            )
            for fact, values in one.facts.items()
        )
        return self._text("opening" if one.sure else "opening_unsure", said=said)

    def _change(self, one: Change) -> str:
        who = self._who(one.who) if one.who else self._text(f"by.{one.by}")
        value = (
            self._words.day(one.to)
            if isinstance(one.to, dt.date)
            else self._words.spoken(one.fact, one.to)
        )
        return self._text("change", fact=self._words.fact(one.fact), value=value, who=who)

    def _moved(self, one: Moved) -> dict[str, str]:
        facts = ", ".join(self._words.fact(fact) for fact in one.facts)
        rules = "; ".join(
            "; ".join(amended.citations[:1]) or self._words.rule(amended.rule)
            for amended in one.amendments
        )
        cause = self._text(f"cause.{one.cause}", facts=facts, rules=rules)
        before, after = (self._said(one.conclusion, said) for said in (one.before, one.after))
        return {"before": before, "after": after, "cause": cause}

    def _said(self, id: str, said: Said) -> str:
        answer = self._words.text(f"answer.{said.answer}")
        what = (
            self._words.result(id, said.result) if said.result else self._words.grade(said.strength)
        )
        return self._text("answer_with", answer=answer, what=what) if what else answer

    def _head(self, id: str, said: Said) -> str:
        return self._text("head", title=self._words.rule(rule_of(id)), answer=self._said(id, said))

    def _who(self, id: str) -> str:
        known = self._engine.rulebook.book.known_by
        return known[id].in_(self._words.lang) if id in known else id

    def _instead(self, what: Explanation | WhyNot) -> Iterable[str]:
        """What is open: kindred rules, and steps."""
        steps = what.instead
        if steps is None:
            yield self._text("instead_unasked")
            return
        answer = self._words.text
        kin = [
            f"{self._words.rule(id)} ({answer(f'answer.{said}')})"
            for id, said in what.beside.items()
        ]
        if kin:
            yield self._text("kin", rules=self._few(kin))
        told = self._few([self._words.step(id) for id in steps])
        yield self._text("instead_open", steps=told) if steps else self._text("instead_none")

    def _condition(self, node: Node) -> str:
        if node.kind in ("all", "any"):
            return self._words.text(f"condition.{node.kind}")
        if node.kind == "not":
            return self._words.text("condition.not_group")
        if node.rule:
            cite = "; ".join(node.citations[:1])
            return (
                f"{self._words.rule(node.rule)} ({cite})" if cite else self._words.rule(node.rule)
            )
        said = self._said_leaf(node.condition or "")
        if (
            node.read is None
            or self._hidden(node.read.fact)
            or isinstance(self._leaf(node.condition or ""), Is)
        ):
            return said
        return f"{said} [{self._value(node.read.fact, node.read.value)}]"

    def _said_leaf(self, condition: str) -> str:
        """A condition over a fact; where the value is hidden, what is asked for is hidden as well:
        the answer would tell."""
        fact = condition.partition(" ")[0]
        if self._hidden(fact):
            return self._text(
                "read", fact=self._words.fact(fact), value=self._words.text("screen.hidden")
            )
        return self._conditions.leaf(self._leaf(condition))

    def _few(self, parts: Sequence[str], between: str = ", ", most: int = FEW) -> str:
        told = between.join(parts[:most])
        left = len(parts) - most
        return self._words.text("and_more", what=told, number=left) if left > 0 else told

    def _row(self, code: str, parts: Iterable[str]) -> Row:
        return self._text(code), list(parts)

    def _text(self, code: str, **params: object) -> str:
        return self._words.text(f"explain.{code}", **params)


def part_lines(part: Part) -> list[str]:
    """A title and its rows as the terminal prints them."""
    bar = (
        [" " * LABEL + "".join(mark.letter * number for mark, number in part.bar.parts)]
        if part.bar
        else []
    )
    return [
        *textwrap.wrap(part.title, WIDTH),
        *bar,
        *(line for label, parts in part.rows for line in row(label, parts)),
    ]


def explanation_lines(words: Words, what: Grounds, everything: bool = False) -> list[str]:
    """An explanation of any kind as the terminal prints it, with the foot that every answer
    carries."""
    view = ExplanationView(words)
    lines: list[str] = []
    for part in _parts(view, what, everything):
        lines += [*([""] if lines else []), *part_lines(part)]
    if everything and isinstance(what, Explanation) and what.tree:
        lines += ["", words.text("explain.tree")]
        for depth, told in view.tree(what.tree):
            lines += textwrap.wrap(
                told, WIDTH, initial_indent="  " * depth, subsequent_indent="  " * depth + "      "
            )
    return [*lines, "", *foot(words, what, everything)]


def _parts(view: ExplanationView, what: Grounds, everything: bool) -> list[Part]:
    match what:
        case Explanation():
            return [view.why(what)]
        case WhyNot():
            return [view.why_not(what, everything)]
        case Turns():
            return view.when(what)
        case Differences():
            return [view.changed(what)]
        case Questions():
            return [view.ask(what, everything)]
        case _:
            raise TypeError(type(what).__name__)


def explanation_screen(context: Context, what: Grounds) -> Screen:
    """An explanation of any kind as a display; the whole tree is folded."""
    view = ExplanationView(context.words, context.protected)
    blocks: list[Block] = []
    for part in _parts(view, what, everything=False):
        rows = tuple((label, sentences(parts)) for label, parts in part.rows)
        caption = context.words.text("screen.caption.explained")
        table = (Table(caption, context.heads("area", "what"), rows),) if rows else ()
        blocks.append(Section(part.title, (*([part.bar] if part.bar else []), *table)))
    if isinstance(what, Explanation) and what.tree:
        lines = list(view.tree(what.tree))
        blocks.append(
            Section(
                context.words.text("explain.tree"), (Items(_nested(lines, 0)),), weight="folded"
            )
        )
    return context.screen(
        "explained", blocks, context.foot(what.on, what.caveats, what.assumptions)
    )


def _line(what: Turns, id: str) -> Timeline:
    """The turns of one conclusion as stretches."""
    moves = [turn for turn in what.turns if turn.move.conclusion == id]
    starts = [what.on, *(turn.day for turn in moves)]
    ends = [*(day - ONE_DAY for day in starts[1:]), what.until]
    said = [what.first[id], *(turn.move.after for turn in moves)]
    stretches = (
        Stretch(**{"from": start, "to": end, "answer": one.answer, "result": one.result})
        for start, end, one in zip(starts, ends, said, strict=True)
    )
    return Timeline(on=what.on, until=what.until, stretches={id: tuple(stretches)})


def _nested(lines: Sequence[tuple[int, str]], depth: int) -> tuple[Cell | Branch, ...]:
    """Lines with their depths as a list with lists below."""
    starts = [number for number, (at, _) in enumerate(lines) if at == depth]
    found: list[Cell | Branch] = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        below = lines[start + 1 : end]
        found.append(
            Branch(lines[start][1], Items(_nested(below, depth + 1))) if below else lines[start][1]
        )
    return tuple(found)
