"""One checked rulebook: all rules of a jurisdiction with their vocabulary and scale."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cached_property

from klappts_engine.errors import Mistake, UsageError
from klappts_engine.facts.calendar import ONE_DAY
from klappts_engine.facts.derive import ByRule
from klappts_engine.facts.vocabulary import Fact, Vocabulary
from klappts_engine.memo import memo
from klappts_engine.rules.expressions import (
    All,
    Any,
    Expr,
    Has,
    In,
    Is,
    Known,
    Leaf,
    Not,
    Ref,
    parse,
    references,
)
from klappts_engine.rules.law import Law
from klappts_engine.rules.model import Rule, Version
from klappts_engine.rules.strength import Scale
from klappts_engine.translations import NO_TRANSLATIONS, Translations
from klappts_engine.validation import Data, Day, Text, nearest
from klappts_engine.yamlfile import line_of

OUTSIDE = "internal"
"""The layer of a condition that stands outside the rule files."""


class Book(Data):
    """The head of a rulebook: its id, title, the day up to which the law was checked, and what
    every answer leaves open.

    `layers` and `evidence` name the words that rules and versions may use for these; without them
    any word will do. `known_by` says who the facts name as knowing them. `contradictory` lists
    pairs of rules that must never hold together; the checks prove it. `unread` lists facts that may
    be told although nothing reads them yet.
    """

    id: str
    title: Text
    rechtsstand: Day
    caveats: tuple[Text, ...] = ()
    layers: dict[str, Text] = {}
    evidence: dict[str, Text] = {}
    known_by: dict[str, Text] = {}
    contradictory: tuple[tuple[str, str], ...] = ()
    unread: frozenset[str] = frozenset()


class Rulebook:
    """All rules of one jurisdiction. Immutable; safe to share between threads."""

    def __init__(
        self,
        book: Book,
        vocabulary: Vocabulary,
        scale: Scale,
        rules: Mapping[str, Rule],
        fingerprint: str,
        titles: Mapping[str, Text] = {},
        translations: Translations = NO_TRANSLATIONS,
    ) -> None:
        self.book = book
        self.vocabulary = vocabulary
        self.scale = scale
        self.rules = dict(rules)
        self.fingerprint = fingerprint
        self.titles = dict(titles)
        """What each rule file is called."""
        self.translations = translations

    @cached_property
    def conclusions(self) -> tuple[str, ...]:
        """The ids of the rules that stand in the files, in their order."""
        return tuple(id for id, rule in self.rules.items() if not rule.internal)

    @property
    def label(self) -> str:
        """Id, Rechtsstand and fingerprint in one line, for receipts."""
        return f"{self.book.id} {self.book.rechtsstand.isoformat()} {self.fingerprint[:12]}"

    def rule(self, id: str) -> Rule:
        """The rule `id`; a condition that stands outside the rule files is none. Raises UsageError,
        with the nearest id, if there is none."""
        if not self.knows(id):
            guess = nearest(id, self.conclusions)
            raise UsageError(Mistake("conclusion_unknown", {"name": id, "guess": guess}))
        return self.rules[id]

    def knows(self, id: str) -> bool:
        """Whether there is a rule `id`, other than the conditions that stand outside the rule
        files."""
        return id in self.rules and self.rules[id].layer != OUTSIDE

    def law(self, day: dt.date) -> Law:
        """What is in force on a day; the same object for all days without a change of law."""
        return self._law(bisect_right(self._changes, day))

    @cached_property
    def _changes(self) -> list[dt.date]:
        """The days from which another version is in force, or none."""
        versions = [version for rule in self.rules.values() for version in rule.versions]
        starts = {version.start for version in versions if version.start}
        return sorted(starts | {version.end + ONE_DAY for version in versions if version.end})

    @memo
    def _law(self, number: int) -> Law:
        return Law(self.rules, self.scale, self._changes[number - 1] if number else dt.date.min)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All rule ids, referenced rules first."""
        return tuple(self.cone(self.rules))

    def cone(self, ids: Iterable[str]) -> list[str]:
        """The rules needed to answer `ids`, referenced rules first."""
        order: dict[str, None] = {}
        stack = [(id, False) for id in reversed(list(ids))]
        while stack:
            id, ready = stack.pop()
            if ready:
                order[id] = None
            elif id not in order:
                stack.append((id, True))
                stack.extend(
                    (other, False)
                    for other in sorted(references_of(self.rules[id]), reverse=True)
                    if other not in order
                )
        return list(order)

    def with_expressions(self, expressions: Mapping[str, Expr]) -> Rulebook:
        """The same rulebook with further internal rules, so that a catalogue's conditions run on
        the same executors."""
        rules = {**self.rules, **{id: internal_rule(id, expr) for id, expr in expressions.items()}}
        return self._with(self.vocabulary, rules)

    def with_facts(self, facts: Mapping[str, Fact]) -> Rulebook:
        """The same rulebook over other facts of the same ids, such as those of a region."""
        vocabulary = Vocabulary(facts, self.vocabulary.statuses, self.vocabulary.set_titles)
        return self._with(vocabulary, self.rules)

    def _with(self, vocabulary: Vocabulary, rules: Mapping[str, Rule]) -> Rulebook:
        about = (self.fingerprint, self.titles, self.translations)
        return Rulebook(self.book, vocabulary, self.scale, rules, *about)

    def expression(self, node: object, file: str = "", id: str = "") -> tuple[Expr, list[Mistake]]:
        """A condition over the facts and rules of this book, as read from another data file, and
        the mistakes in it."""
        expr, found = parse(node, self.vocabulary, set(self.conclusions))
        mistakes = [Mistake(e.code, e.params, file, line_of(node, path), id) for path, e in found]
        return told_or_ruled(expr, self.vocabulary, self.rules), mistakes


def rule_of(id: str) -> str:
    """The rule of a file that an internal rule made from its sugar belongs to."""
    return re.split("[~=>]", id)[0]


def internal_rule(id: str, expr: Expr) -> Rule:
    """A rule without title and source, for a condition that stands outside the rule files."""
    version = Version(None, None, expr, "definition", "", ())
    return Rule(id, Text(id), None, OUTSIDE, (version,), "", None, internal=True)


def references_of(rule: Rule) -> set[str]:
    """The rules that any version of `rule` refers to."""
    return {id for version in rule.versions for tree in version.trees for id in references(tree)}


def told_or_ruled(expr: Expr, vocabulary: Vocabulary, rules: Mapping[str, Rule]) -> Expr:
    """Replaces every leaf over a fact that a rule gives by: what the case tells, else what the rule
    says."""
    match expr:
        case All(parts):
            return All(tuple(told_or_ruled(part, vocabulary, rules) for part in parts))
        case Any(parts):
            return Any(tuple(told_or_ruled(part, vocabulary, rules) for part in parts))
        case Not(part):
            return Not(told_or_ruled(part, vocabulary, rules))
        case Is(fact) | In(fact) | Has(fact):
            derive = vocabulary.facts[fact].derive
            ruled = _ruled(expr, derive, rules) if isinstance(derive, ByRule) else None
            return (
                expr
                if ruled is None
                else Any((All((Known(fact), expr)), All((Not(Known(fact)), ruled))))
            )
        case _:
            return expr


def as_written(expr: Expr) -> Leaf | None:
    """The leaf over a fact that a rule gives from which `told_or_ruled` made a condition; None for
    any other condition."""
    if isinstance(expr, Any) and len(expr.parts) == 2:
        told = expr.parts[0]
        if isinstance(told, All) and len(told.parts) == 2 and isinstance(told.parts[0], Known):
            leaf = told.parts[1]
            return leaf if isinstance(leaf, (Is, In, Has)) else None
    return None


def _ruled(leaf: Leaf, derive: ByRule, rules: Mapping[str, Rule]) -> Expr | None:
    """What the rule says about the question a leaf asks; None where the rule says nothing about
    it."""
    if isinstance(leaf, Is):
        return Ref(derive.rule)
    wanted = (
        leaf.values if isinstance(leaf, In) else {leaf.value} if isinstance(leaf, Has) else set()
    )
    values = rules[derive.rule].values
    chosen = {value for value in values if derive.values.get(value, value) in wanted}
    if isinstance(leaf, Has) and not chosen:
        return None
    return one_of(derive.rule, values, chosen)


def one_of(rule: str, values: Iterable[str], chosen: set[str]) -> Expr:
    """That a classification gives one of the `chosen` values: one of them applies, and no other
    value before it."""
    alternatives: list[Expr] = []
    before: list[Expr] = []
    for value in values:
        applies = Ref(f"{rule}~{value}")
        if value in chosen:
            alternatives.append(All((applies, *before)))
        else:
            before.append(Not(applies))
    return Any(tuple(alternatives))
