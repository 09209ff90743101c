"""Finds the words for ids, days, places and reasons in one language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from klappts_engine import texts
from klappts_engine.engine import Engine
from klappts_engine.facts.derive import StayPeriod
from klappts_engine.overview import Availability, Ground
from klappts_engine.pathways.steps import Todo


class Words:
    """The words of one engine in one language. Codes without a dot prefix stand below `show` in the
    message catalogue. `discreet`: that something hangs on a fact of a special kind is said without
    its name, since others may read it."""

    def __init__(self, engine: Engine, lang: str, discreet: bool = False) -> None:
        self.engine = engine
        self.lang = lang
        self._discreet = discreet

    def text(self, code: str, **params: object) -> str:
        """A sentence of the message catalogue."""
        return texts.text(f"show.{code}", self.lang, **params)

    def step(self, id: str) -> str:
        """The short name of a step."""
        return self.engine.catalogue.steps[id].short.in_(self.lang)

    def steps(self, ids: Iterable[str]) -> str:
        """Short names of steps, in one row."""
        return ", ".join(dict.fromkeys(self.step(id) for id in ids))

    def rule(self, id: str) -> str:
        """The title of a rule."""
        return self.engine.rulebook.rules[id].title.in_(self.lang)

    def fact(self, id: str) -> str:
        """The meaning of a fact."""
        return self.engine.rulebook.vocabulary.facts[id].meaning.in_(self.lang)

    def question(self, id: str) -> str:
        """What one asks to learn a fact; its meaning where no question is written."""
        fact = self.engine.rulebook.vocabulary.facts[id]
        if self._discreet and fact.special:
            return self.text("screen.special")
        return (fact.question or fact.meaning).in_(self.lang)

    def value(self, fact: str, value: str) -> str:
        """The label of a value of a fact: of a status its title, of a step its short name."""
        vocabulary = self.engine.rulebook.vocabulary
        if vocabulary.facts[fact].type == "status":
            return vocabulary.statuses[value].title.in_(self.lang)
        if vocabulary.facts[fact].type == "id" and value in self.engine.catalogue.steps:
            return self.step(value)
        label = vocabulary.facts[fact].labels.get(value)
        return label.in_(self.lang) if label else value

    def spoken(self, fact: str, value: object) -> str:
        """Any value of a fact in words."""
        match value:
            case bool():
                return self.text("yes" if value else "no")
            case dt.date():
                return self.day(value)
            case int() | float():
                return self._number(value, self.engine.rulebook.vocabulary.facts[fact].unit)
            case StayPeriod():
                return self._period(value)
            case frozenset():
                return self.spoken(fact, sorted(value, key=str))
            case list() | tuple():
                return ", ".join(self.spoken(fact, item) for item in value) or "–"
        return self.value(fact, str(value))

    def _number(self, number: float, unit: str | None) -> str:
        return f"{number:g} {self.text(f'condition.unit.{unit}')}" if unit else f"{number:g}"

    def _period(self, period: StayPeriod) -> str:
        start, kind = self.day(period.from_), self.text(f"stay.{period.kind}")
        if period.to is None:
            return self.text("stay.since", start=start, kind=kind)
        return self.text("stay.period", start=start, end=self.day(period.to), kind=kind)

    def result(self, rule: str, value: str) -> str:
        """The label of the value that a classification gives."""
        vocabulary = self.engine.rulebook.vocabulary
        facts = (fact for fact, other in vocabulary.by_rule.items() if other == rule)
        return next(
            (self.value(fact, value) for fact in facts if value in vocabulary.facts[fact].labels),
            value,
        )

    def term(self, kind: str, id: str) -> str:
        """The name of an owner, body, payer or strand."""
        return self.engine.catalogue.terms[kind][id].in_(self.lang)

    def grade(self, word: str | None) -> str:
        """The title of the grade that a word of strength stands on; of a duty, an act or a silent
        word its own title."""
        title = self.engine.rulebook.scale.title(word)
        return title.in_(self.lang) if title else ""

    def day(self, day: dt.date) -> str:
        """A day as it is written in the language."""
        return texts.day(day, self.lang)

    def month(self, day: dt.date | None) -> str:
        """The month of a day; the word for an open end where there is none."""
        return f"{day:%m/%Y}" if day else self.text("never")

    def todo(self, todo: Todo) -> str:
        """What is to be done: the step that helps, else the value to bring about."""
        if todo.step:
            return self.step(todo.step)
        value = todo.value
        return (
            self.fact(todo.fact) if isinstance(value, bool) else self.value(todo.fact, str(value))
        )

    def place(self, there: Availability) -> str:
        """Place and practice of a step in a few words."""
        where = self.text(f"place.{there.place}", seen=there.seen)
        if there.practice == "open":
            return where
        return f"{where}, {self.text(f'practice.{there.practice}')}"

    def cite(self, rule: str | None, on: dt.date) -> str:
        """The first place that a rule cites, in short; nothing where no version is in force."""
        version = self.engine.rulebook.rules[rule].version(on) if rule else None
        return version.citations[0].short if version else ""

    def reason(self, ground: Ground) -> str:
        """Why a step is not open, in a few words."""
        what = self._what(ground)
        if ground.unknown:
            return self.text("reason.unknown", what=what)
        return self.text(f"reason.{ground.kind}", what=what)

    def _what(self, ground: Ground) -> str:
        match ground.names:
            case "practice":
                return self.engine.catalogue.practice[ground.what].title.in_(self.lang)
            case "rule":
                return self.rule(ground.what)
            case "fact":
                special = self.engine.rulebook.vocabulary.facts[ground.what].special
                if self._discreet and special:
                    return self.text("screen.special")
                return self.fact(ground.what)
            case None:
                return self.text(f"reason_about.{ground.kind}")
