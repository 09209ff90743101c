"""What is odd in a rulebook although it can be loaded: constant conditions, gaps, dead facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Set
from itertools import pairwise
from pathlib import Path

from klappts_engine.errors import Mistake
from klappts_engine.facts.calendar import ONE_DAY
from klappts_engine.rules.expressions import TRUE, All, Any, Expr, Ref, facts_read, walk
from klappts_engine.rules.model import Rule, Version
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.rules.upkeep.drift import Fingerprints, places_known
from klappts_engine.rules.upkeep.left_out import load_left_out
from klappts_engine.rules.upkeep.possible import Possible


def findings(
    rulebook: Rulebook, prints: Fingerprints, read_elsewhere: Set[str] = frozenset()
) -> list[Mistake]:
    """All findings; `read_elsewhere` names facts that a catalogue reads."""
    found: list[Mistake] = []
    for id in rulebook.conclusions:
        rule = rulebook.rules[id]
        found += _gaps(rule)
        for version in rule.versions:
            found += _constant(rulebook, rule, version)
            found += _subsumed(rule, version)
            found += _weaker_parts(rulebook, rule, version)
    return [
        *found,
        *_contradictions(rulebook),
        *_unread(rulebook, read_elsewhere),
        *places_known(prints, rulebook),
    ]


def words(rulebook: Rulebook, folder: Path) -> list[Mistake]:
    """What the languages of the rulebook in `folder` lack, and what is left over in them. Raises
    DataError for a damaged file."""
    load_left_out(folder, rulebook.translations)
    return list(rulebook.translations.findings())


def unreached(rulebook: Rulebook, asked: Iterable[str]) -> list[Mistake]:
    """Rules that no case and no catalogue ever asks, directly or through another rule."""
    reached = set(rulebook.cone(asked))
    return [
        _at(rulebook.rules[id], "rule_unreached")
        for id in rulebook.conclusions
        if id not in reached
    ]


def _at(rule: Rule, code: str, **params: object) -> Mistake:
    return Mistake(code, params, rule.file, rule.line, rule.id)


def _gaps(rule: Rule) -> Iterator[Mistake]:
    for before, after in pairwise(rule.versions):
        if before.end and after.start and before.end + ONE_DAY < after.start and after.note is None:
            yield _at(rule, "version_gap", start=before.end, end=after.start)


def _constant(rulebook: Rulebook, rule: Rule, version: Version) -> Iterator[Mistake]:
    """A condition that can never hold, or never fail, on any day of its version.

    `all: []` is meant to hold always, and a classification to give a value always.
    """
    if version.when == TRUE:
        return
    asked = ((True, "never_holds"), (False, "never_fails"))
    for wanted, code in asked[:1] if rule.values else asked:
        answers = [
            Possible(rulebook, day).find(version.when, wanted)
            for day in _days(rulebook, rule, version)
        ]
        if all(answer is False for answer in answers):
            yield _at(rule, code, start=version.start or "…", end=version.end or "…")
        elif all(answer is False or answer is None for answer in answers):
            yield _at(rule, "not_decided", start=version.start or "…", end=version.end or "…")


def _days(rulebook: Rulebook, rule: Rule, version: Version) -> list[dt.date]:
    """One day of each stretch of the version on which no rule it builds on changes."""
    first = version.start or dt.date(1990, 1, 1)
    last = version.end or dt.date(9000, 1, 1)
    days = {first}
    for id in rulebook.cone([rule.id]):
        for other in rulebook.rules[id].versions:
            days.update(
                day
                for day in (other.start, other.end and other.end + ONE_DAY)
                if day and first <= day <= last
            )
    return sorted(days, reverse=True)


def _subsumed(rule: Rule, version: Version) -> Iterator[Mistake]:
    """Alternatives that hold only when another alternative holds, too."""
    for node in walk(version.when):
        if isinstance(node, Any):
            sets = [_conjuncts(part) for part in node.parts]
            for k, part in enumerate(sets):
                if any(
                    other < part or (other == part and j < k)
                    for j, other in enumerate(sets)
                    if j != k
                ):
                    yield _at(rule, "alternative_subsumed", number=k + 1)


def _weaker_parts(rulebook: Rulebook, rule: Rule, version: Version) -> Iterator[Mistake]:
    """Rights that a right asks for though they are weaker: it can never be as firm as it says."""
    level = rulebook.scale.level
    own = None if rule.firm else level(version.strength)
    for part in _conjuncts(version.when) if own is not None else ():
        if not isinstance(part, Ref) or rulebook.rules[part.rule].firm:
            continue
        for other in rulebook.rules[part.rule].versions:
            there = level(other.strength)
            if there is not None and own is not None and there > own and _meet(version, other):
                yield _at(rule, "weaker_part", part=part.rule)
                break


def _meet(one: Version, other: Version) -> bool:
    """Whether some day lies in both versions."""
    first, last = dt.date.min, dt.date.max
    begins = max(one.start or first, other.start or first)
    return begins <= min(one.end or last, other.end or last)


def _conjuncts(expr: Expr) -> frozenset[Expr]:
    return frozenset(expr.parts) if isinstance(expr, All) else frozenset({expr})


def _contradictions(rulebook: Rulebook) -> Iterator[Mistake]:
    """Pairs that the rulebook declares to exclude each other, but which can hold together on the
    day of its Rechtsstand."""
    for one, other in rulebook.book.contradictory:
        both = All((Ref(one), Ref(other)))
        answer = Possible(rulebook, rulebook.book.rechtsstand).find(both, True)
        if answer is not False:
            yield _at(
                rulebook.rules[one],
                "not_decided" if answer is None else "hold_together",
                other=other,
                start="",
                end="",
            )


def _unread(rulebook: Rulebook, read_elsewhere: Set[str]) -> Iterator[Mistake]:
    """Facts that no rule, no other fact and no catalogue reads, but for those the rulebook lists as
    such."""
    read = set(read_elsewhere)
    for rule in rulebook.rules.values():
        for version in rule.versions:
            for tree in version.trees:
                read |= facts_read(tree)
    for fact in rulebook.vocabulary.facts.values():
        read |= set(fact.derive.inputs) if fact.derive else set()
    read |= {id for id, fact in rulebook.vocabulary.facts.items() if fact.ends}
    for id in rulebook.vocabulary.facts:
        if (id not in read) is not (id in rulebook.book.unread):
            yield Mistake("fact_read" if id in read else "fact_unused", {}, "facts", None, id)
