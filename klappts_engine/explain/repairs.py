"""What stands against a conclusion, and every smallest set of changes that turns it.

Only facts whose data name a lever are ever changed, in the direction the data name. Every set of up
to `BOUND` changes is tried; the passing of time counts as one. A set is kept if no part of it,
waited for or not, turns the answer as early.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any as AnyValue
from typing import NamedTuple

from klappts_engine.explain.model import Change, Instead, Mark, Obstacle, Opening, Repair, WhyNot
from klappts_engine.explain.situation import Situation, unclear
from klappts_engine.facts.vocabulary import Lever
from klappts_engine.memo import memo
from klappts_engine.rules.assessment import ANSWERS
from klappts_engine.rules.expressions import (
    All,
    Any,
    Compare,
    Expr,
    Known,
    Leaf,
    Not,
    Ref,
    leaf_value,
    leaves,
    spell,
)
from klappts_engine.rules.rulebook import rule_of
from klappts_engine.rules.timeline import turning_days

BOUND = 3
"""How many changes a set has at most, the passing of time included."""
MOST_TOGETHER, MOST_NAMED = 2, 3
"""So many changes that nobody proposes are tried together, and so many such sets are named."""

NEVER = 1_000
"""More conditions than any rule has."""
PAST = {"date", "countries", "stay"}

NOTHING = Instead()

Assignment = Mapping[str, AnyValue]


class _Place(NamedTuple):
    """A leaf that stands against an answer: its rule, whether it should fail, and how many are
    unmet at least with it."""

    leaf: Leaf
    negated: bool
    rule: str
    least: int


class _Mover(NamedTuple):
    """What could move a condition; see `Obstacle`."""

    mark: Mark
    who: str | None = None
    day: dt.date | None = None
    change: Change | None = None


def why_not(situation: Situation, id: str, until: dt.date, instead: Instead = NOTHING) -> WhyNot:
    """What stands against `id`, and what would turn it up to the day `until`; `instead`: what is
    open instead."""
    answer = situation.truths[id]
    levers = Levers(situation, id)
    days = _Days(situation, id, until)
    repairs = tuple(_repairs(situation, id, levers, days)) if not answer else ()
    return WhyNot(
        conclusion=id,
        on=situation.day,
        answer=ANSWERS[answer],
        obstacles=tuple(
            _obstacle(situation, place, levers, days) for place in _in_order(situation, id)
        )
        if not answer
        else (),
        clarify=tuple(unclear(situation, id)),
        repairs=repairs,
        opens_with=() if answer or repairs else tuple(_unproposed(situation, id)),
        bound=BOUND,
        until=until,
        instead=instead.steps,
        beside=instead.beside,
        assumptions=situation.standing.assumptions,
        caveats=situation.standing.caveats,
    )


class Levers:
    """The changes that the data name as possible and that a rule can read."""

    def __init__(self, situation: Situation, id: str) -> None:
        self._situation = situation
        self._id = id
        facts = situation.vocabulary.facts
        needed = situation.standing.executors.facts_by_rule[id]
        self.by_fact = {
            fact: lever
            for fact in facts
            if (lever := facts[fact].lever) and fact in needed and self._may(lever)
        }
        self.facts = list(self.by_fact)

    def values(self, fact: str) -> list[AnyValue]:
        """The values a lever can bring a fact to, other than the present one."""
        kind, lever = self._situation.vocabulary.facts[fact], self.by_fact[fact]
        now = self._situation.known.get(fact)
        if kind.type == "bool":
            wanted: list[AnyValue] = [lever.direction == "true"]
        elif kind.type == "date":
            wanted = [self._situation.day] if now is None else []
        elif kind.type == "number":
            wanted = [number for number in self._thresholds(fact) if now is None or number > now]
        else:
            wanted = [lever.direction] if self._further(fact, now, lever) else []
        return [value for value in wanted if value != now]

    def change(self, fact: str, value: AnyValue) -> Change:
        """One change with who brings it about and what has to be known before."""
        kind, lever = self._situation.vocabulary.facts[fact], self.by_fact[fact]
        assert lever.by != "time"
        who = kind.known_by if lever.by == "authority" and kind.known_by != "person" else None
        return Change(
            fact=fact,
            to=value,
            by=lever.by,
            who=who,
            advice_first=lever.advice_first,
            risk=lever.risk,
        )

    def _may(self, lever: Lever) -> bool:
        """Whether a lever may be proposed to this person at all."""
        known, sets = self._situation.known, self._situation.vocabulary.sets
        return not any(
            known.get(fact) in (sets[value[1:]] if value.startswith("@") else {value})
            for fact, values in lever.unless.items()
            for value in values
        )

    def _further(self, fact: str, now: AnyValue, lever: Lever) -> bool:
        """Whether a value lies before the lever's: what stands in rising order is never set
        back."""
        values = self._situation.vocabulary.values_of(fact)
        return now is None or values.index(now) < values.index(lever.direction)

    def _thresholds(self, fact: str) -> list[float]:
        """The constants a number is compared with where an answer turns, not only its strength."""
        rules = self._situation.rulebook
        trees = (
            version.when
            for rule in rules.cone([self._id])
            for version in rules.rules[rule].versions
        )
        found = (leaf for tree in trees for leaf in leaves(tree) if leaf.fact == fact)
        return sorted({leaf.value for leaf in found if isinstance(leaf, Compare)})


class _Unproposed(Levers):
    """The changes that the data propose, and those of what stands against a conclusion that nobody
    is advised to bring about: what is told of school, work and training, nothing sensitive."""

    def __init__(self, situation: Situation, id: str) -> None:
        super().__init__(situation, id)
        facts, vocabulary = situation.vocabulary.facts, situation.vocabulary
        self._free = [
            fact
            for fact in dict.fromkeys(one.leaf.fact for one in _Against(situation, id).places())
            if fact not in self.by_fact
            and (fact not in vocabulary.derived or vocabulary.derived[fact].told_wins)
            and facts[fact].type in ("bool", "enum")
            and facts[fact].sensitive is None
            and facts[fact].lever is None
        ]
        self.facts = [*self._free, *self.by_fact]

    def values(self, fact: str) -> list[AnyValue]:
        """The values a fact could have, other than the present one."""
        if fact in self.by_fact:
            return super().values(fact)
        kind, now = self._situation.vocabulary.facts[fact], self._situation.known.get(fact)
        values: tuple[AnyValue, ...] = (True, False) if kind.type == "bool" else kind.values
        return [value for value in values if value != now]


def _unproposed(situation: Situation, id: str) -> Iterator[Opening]:
    """The first few sets of changes that open a conclusion at once, or leave it only unknown, and
    that are proposed to nobody; smaller ones first."""
    levers, named = _Unproposed(situation, id), list[frozenset[str]]()
    for size in range(1, MOST_TOGETHER + 1):
        for facts in combinations(levers.facts, size):
            if any(one <= frozenset(facts) for one in named):
                continue
            truths = {
                values: situation.standing.truth_if(
                    id, {**situation.told, **dict(zip(facts, values, strict=True))}
                )
                for values in product(*map(levers.values, facts))
            }
            sure = True in truths.values()
            opening = [
                values for values, truth in truths.items() if truth is (True if sure else None)
            ]
            if opening:
                named.append(frozenset(facts))
                columns = zip(*opening, strict=True)
                told = {
                    fact: tuple(dict.fromkeys(column if size == 1 else column[:1]))
                    for fact, column in zip(facts, columns, strict=True)
                }
                yield Opening(facts=told, sure=sure)
                if len(named) == MOST_NAMED:
                    return


class _Days:
    """The days up to a last one on which an answer can change because time passes, and what is
    known then."""

    def __init__(self, situation: Situation, id: str, until: dt.date) -> None:
        self._situation = situation
        rules = situation.rulebook.cone([id])
        self.later = turning_days(situation.rulebook, situation.standing.case, rules, until)

    @memo
    def on(self, day: dt.date) -> Situation:
        """The situation on a later day."""
        return self._situation.on(day)


def _repairs(situation: Situation, id: str, levers: Levers, days: _Days) -> Iterator[Repair]:
    """All smallest sets of changes: first without waiting, then with."""
    found: list[tuple[Assignment, dt.date | None]] = []
    for size in range(1, BOUND + 1):
        found += [
            (one, None)
            for one in _turning(situation, id, levers, size, [known for known, _ in found])
        ]
    for size in range(BOUND):
        for day in days.later:
            known = [one for one, when in found if when is None or when <= day]
            found += [(one, day) for one in _turning(days.on(day), id, levers, size, known)]
    for changed, when in found:
        yield Repair(
            changes=tuple(levers.change(fact, value) for fact, value in changed.items()), day=when
        )


def _turning(
    situation: Situation, id: str, levers: Levers, size: int, known: Sequence[Assignment]
) -> Iterator[dict[str, AnyValue]]:
    """The changes of `size` facts that make `id` hold in a situation, without those that contain
    known ones."""
    for facts in combinations(levers.facts, size):
        without = {fact: value for fact, value in situation.told.items() if fact not in facts}
        if situation.standing.truth_if(id, without) is False:
            continue  # whatever these facts were
        for values in product(*map(levers.values, facts)):
            changed = dict(zip(facts, values, strict=True))
            if any(one.items() <= changed.items() for one in known):
                continue
            if situation.standing.truth_if(id, {**without, **changed}):
                yield changed


class _Against:
    """The conditions that stand against a rule: every one that keeps a needed part from holding."""

    def __init__(self, situation: Situation, id: str) -> None:
        self._situation = situation
        self._proof = situation.proof
        self._found: dict[tuple[Leaf, bool, str], int] = {}
        self._seen: dict[tuple[str, bool], int] = {}
        self._look_at(id, True, 0)

    def places(self) -> list[_Place]:
        """All of them, in the order in which the rules read them."""
        return [_Place(*key, least) for key, least in self._found.items()]

    def _look(self, expr: Expr, wanted: bool, rule: str, more: int) -> None:
        """Looks into a condition; `more` are unmet at least besides it."""
        if self._proof.truth(expr) is wanted:
            return
        match expr:
            case All(parts) | Any(parts):
                needs = [self._unmet(part, wanted) for part in parts]
                together = isinstance(expr, All) is wanted
                for part, own in zip(parts, needs, strict=True):
                    self._look(part, wanted, rule, more + sum(needs) - own if together else more)
            case Not(part):
                self._look(part, not wanted, rule, more)
            case Ref(other):
                self._look_at(other, wanted, more)
            case Known():
                pass
            case _:
                key = (expr, not wanted, rule)
                self._found[key] = min(more + 1, self._found.get(key, more + 1))

    def _look_at(self, rule: str, wanted: bool, more: int) -> None:
        version = self._situation.rulebook.rules[rule].version(self._situation.day)
        if version and more < self._seen.get((rule, wanted), more + 1):
            self._seen[rule, wanted] = more
            self._look(version.when, wanted, rule, more)

    def _unmet(self, expr: Expr, wanted: bool) -> int:
        """How many leaves have to change at least until a condition is as wanted."""
        if self._proof.truth(expr) is wanted:
            return 0
        match expr:
            case All(parts) | Any(parts):
                needs = [self._unmet(part, wanted) for part in parts]
                return sum(needs) if isinstance(expr, All) is wanted else min(needs, default=NEVER)
            case Not(part):
                return self._unmet(part, not wanted)
            case Ref(rule):
                return self._unmet_rule(rule, wanted)
            case Known():
                return NEVER
            case _:
                return 1

    @memo
    def _unmet_rule(self, rule: str, wanted: bool) -> int:
        version = self._situation.rulebook.rules[rule].version(self._situation.day)
        return self._unmet(version.when, wanted) if version else NEVER


def _in_order(situation: Situation, id: str) -> list[_Place]:
    """The conditions that stand against `id`: those first with which the fewest are unmet, and of
    these those over told facts."""
    told = situation.told.keys() - situation.assumed.keys()
    places = _Against(situation, id).places()
    return sorted(
        places, key=lambda one: (one.least, situation.support(one.leaf.fact).isdisjoint(told))
    )


def _obstacle(situation: Situation, place: _Place, levers: Levers, days: _Days) -> Obstacle:
    version = situation.rulebook.rules[place.rule].version(situation.day)
    mover = _mover(situation, place, levers, days)
    return Obstacle(
        condition=spell(place.leaf),
        negated=place.negated,
        rule=rule_of(place.rule),
        citations=version.cited if version else (),
        read=situation.read(place.leaf.fact),
        least=place.least,
        mark=mover.mark,
        who=mover.who,
        day=mover.day,
        change=mover.change,
    )


def _mover(situation: Situation, place: _Place, levers: Levers, days: _Days) -> _Mover:
    """What could move a condition: time, a change and who brings it about, or somebody who
    knows."""
    leaf, wanted = place.leaf, not place.negated
    change = _change(situation, place, levers)
    if change:
        return _Mover(change.by, who=change.who, change=change)
    if leaf.fact not in situation.values:
        untold = next(iter(situation.untold(leaf.fact)), leaf.fact)
        return _Mover("clarify", who=situation.vocabulary.facts[untold].known_by)
    day = next((day for day in days.later if leaf_value(leaf, days.on(day).values) is wanted), None)
    if day:
        return _Mover("time", day=day)
    return _Mover("fixed" if _is_past(situation, leaf.fact) else "unproposed")


def _change(situation: Situation, place: _Place, levers: Levers) -> Change | None:
    """The first change of a lever that meets a condition."""
    for fact in sorted(situation.vocabulary.inputs[place.leaf.fact] & levers.by_fact.keys()):
        for value in levers.values(fact):
            values = situation.standing.values_if(place.rule, {**situation.told, fact: value})
            if leaf_value(place.leaf, values) is not place.negated:
                return levers.change(fact, value)
    return None


def _is_past(situation: Situation, fact: str) -> bool:
    """Whether a value rests on nothing but days that are over and on where a person is from."""
    facts = situation.vocabulary.facts
    return all(
        facts[other].type in PAST
        and not (facts[other].type == "date" and situation.told[other] > situation.day)
        for other in situation.support(fact)
    )
