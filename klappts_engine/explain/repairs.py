"""What stands against a conclusion, and every smallest set of changes that turns it.

Only facts whose data name a lever are ever changed, in the direction the data name. Every set of up to `BOUND` changes is
tried; the passing of time counts as one. A set is kept if no part of it, waited for or not, turns the answer as early.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any as AnyValue
from typing import NamedTuple

from klappts_engine.explain.model import Change, Mark, Obstacle, Repair, WhyNot
from klappts_engine.explain.situation import Situation, unclear
from klappts_engine.explain.why import deciding
from klappts_engine.facts.episodes import project
from klappts_engine.facts.vocabulary import Lever
from klappts_engine.rules.assessment import ANSWERS
from klappts_engine.rules.expressions import All, Any, Compare, Expr, Known, Leaf, Not, Ref, leaf_value, spell, walk
from klappts_engine.rules.rulebook import rule_of
from klappts_engine.rules.timeline import turning_days

BOUND = 3
"""How many changes a set has at most, the passing of time included."""

PAST = {"date", "countries", "stay"}

Assignment = Mapping[str, AnyValue]


class _Place(NamedTuple):
    """A leaf that stands against an answer: its rule, and whether it should fail."""

    leaf: Leaf
    negated: bool
    rule: str


def why_not(situation: Situation, id: str, until: dt.date) -> WhyNot:
    """What stands against `id`, and what would turn it up to the day `until`."""
    answer = situation.truths[id]
    levers = Levers(situation, id)
    days = _Days(situation, id, until)
    return WhyNot(
        conclusion=id,
        on=situation.day,
        answer=ANSWERS[answer],
        obstacles=tuple(_obstacle(situation, place, levers, days) for place in _in_order(situation, id)) if not answer else (),
        clarify=tuple(unclear(situation, id)),
        repairs=tuple(_repairs(situation, id, levers, days)) if not answer else (),
        bound=BOUND,
        until=until,
    )


class Levers:
    """The changes that the data name as possible and that a rule can read."""

    def __init__(self, situation: Situation, id: str) -> None:
        self._situation = situation
        self._id = id
        facts = situation.vocabulary.facts
        self.by_fact = {fact: lever for fact in facts if (lever := facts[fact].lever) and fact in self._needed()}

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
        return Change(fact=fact, to=value, by=lever.by, who=who, advice_first=lever.advice_first, risk=lever.risk)

    def _needed(self) -> frozenset[str]:
        return self._situation.parts.facts_by_rule[self._id]

    def _further(self, fact: str, now: AnyValue, lever: Lever) -> bool:
        """Whether a value lies before the lever's: what stands in rising order is never set back."""
        values = self._situation.vocabulary.values_of(fact)
        return now is None or values.index(now) < values.index(lever.direction)

    def _thresholds(self, fact: str) -> list[float]:
        rules = self._situation.rulebook
        trees = (version.when for rule in rules.cone([self._id]) for version in rules.rules[rule].versions)
        leaves = (node for tree in trees for node in walk(tree) if isinstance(node, Compare) and node.fact == fact)
        return sorted({leaf.value for leaf in leaves})


class _Days:
    """The days up to a last one on which an answer can change because time passes, and what is known then."""

    def __init__(self, situation: Situation, id: str, until: dt.date) -> None:
        self._situation = situation
        rules = situation.rulebook.cone([id])
        self.later = turning_days(situation.rulebook, situation.case, rules, until)
        self._then: dict[dt.date, Situation] = {}

    def on(self, day: dt.date) -> Situation:
        """The situation on a later day if nothing but time passes."""
        if day not in self._then:
            here = self._situation
            self._then[day] = Situation(here.parts, project(here.case, (), day, here.vocabulary), here.assumed, here.ids)
        return self._then[day]


def _repairs(situation: Situation, id: str, levers: Levers, days: _Days) -> Iterator[Repair]:
    """All smallest sets of changes: first without waiting, then with."""
    found: list[tuple[Assignment, dt.date | None]] = []
    for size in range(1, BOUND + 1):
        found += [(one, None) for one in _turning(situation, id, levers, size, [known for known, _ in found])]
    for size in range(BOUND):
        for day in days.later:
            known = [one for one, when in found if when is None or when <= day]
            found += [(one, day) for one in _turning(days.on(day), id, levers, size, known)]
    for changed, when in found:
        yield Repair(changes=tuple(levers.change(fact, value) for fact, value in changed.items()), day=when)


def _turning(
    situation: Situation, id: str, levers: Levers, size: int, known: Sequence[Assignment]
) -> Iterator[dict[str, AnyValue]]:
    """The changes of `size` facts that make `id` hold in a situation, without those that contain known ones."""
    for facts in combinations(levers.by_fact, size):
        without = {fact: value for fact, value in situation.told.items() if fact not in facts}
        if situation.truth_if(id, without) is False:
            continue  # whatever these facts were
        for values in product(*map(levers.values, facts)):
            changed = dict(zip(facts, values, strict=True))
            if any(one.items() <= changed.items() for one in known):
                continue
            if situation.truth_if(id, {**without, **changed}):
                yield changed


def _against(situation: Situation, id: str) -> list[_Place]:
    """The conditions that stand against `id`: every one that keeps a needed part from holding."""
    proof = situation.proof
    found: dict[_Place, None] = {}
    seen: set[str] = set()

    def look(expr: Expr, wanted: bool, rule: str) -> None:
        if proof.truth(expr) is wanted:
            return
        match expr:
            case All(parts) | Any(parts):
                for part in parts:
                    look(part, wanted, rule)
            case Not(part):
                look(part, not wanted, rule)
            case Ref(other):
                look_at(other, wanted)
            case Known():
                pass
            case _:
                found[_Place(expr, not wanted, rule)] = None

    def look_at(rule: str, wanted: bool) -> None:
        version = situation.rulebook.rules[rule].version(situation.day)
        if rule not in seen and version:
            seen.add(rule)
            look(version.when, wanted, rule)

    look_at(id, True)
    return list(found)


def _in_order(situation: Situation, id: str) -> list[_Place]:
    """The conditions that stand against `id`: those first that decide, then those over told facts."""
    decides = frozenset(deciding(situation, id))
    told = situation.told.keys() - situation.assumed.keys()

    def place(one: _Place) -> tuple[bool, bool]:
        support = situation.support(one.leaf.fact)
        return support.isdisjoint(decides), support.isdisjoint(told)

    return sorted(_against(situation, id), key=place)


def _obstacle(situation: Situation, place: _Place, levers: Levers, days: _Days) -> Obstacle:
    version = situation.rulebook.rules[place.rule].version(situation.day)
    mark, who, day = _mark(situation, place, levers, days)
    return Obstacle(
        condition=spell(place.leaf),
        negated=place.negated,
        rule=rule_of(place.rule),
        citations=version.cited if version else (),
        read=situation.read(place.leaf.fact),
        mark=mark,
        who=who,
        day=day,
    )


def _mark(situation: Situation, place: _Place, levers: Levers, days: _Days) -> tuple[Mark, str | None, dt.date | None]:
    """What could move a condition, who that is, and the day where time alone does it."""
    leaf, wanted = place.leaf, not place.negated
    if leaf.fact not in situation.values:
        untold = next(iter(situation.untold(leaf.fact)), leaf.fact)
        return "clarify", situation.vocabulary.facts[untold].known_by, None
    day = next((day for day in days.later if leaf_value(leaf, days.on(day).values) is wanted), None)
    if day:
        return "time", None, day
    for fact in situation.vocabulary.inputs[leaf.fact] & levers.by_fact.keys():
        for value in levers.values(fact):
            values = situation.values_if(place.rule, {**situation.told, fact: value})
            if leaf_value(leaf, values) is wanted:
                change = levers.change(fact, value)
                return change.by, change.who, None
    return ("fixed" if _is_past(situation, leaf.fact) else "unproposed"), None, None


def _is_past(situation: Situation, fact: str) -> bool:
    """Whether a value rests on nothing but days that are over and on where a person is from."""
    facts = situation.vocabulary.facts
    return all(
        facts[other].type in PAST and not (facts[other].type == "date" and situation.told[other] > situation.day)
        for other in situation.support(fact)
    )
