"""The interview on the terminal: one question after the other, left and taken up any time."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any as AnyValue

import yaml

from klappts_engine.engine import Engine
from klappts_engine.errors import CaseError, Mistake
from klappts_engine.explain.model import Question, Questions
from klappts_engine.facts.case import Case, write_private
from klappts_engine.facts.vocabulary import Fact
from klappts_engine.show.explanations import ExplanationView
from klappts_engine.show.terminal import row
from klappts_engine.show.words import Words
from klappts_engine.validation import nearest
from klappts_engine.yamlfile import read_text

LEAVE, UNKNOWN, NOT_APPLICABLE = "q", "?", "-"
YES, NO = {"ja", "j", "yes", "y", "true"}, {"nein", "n", "no", "false"}
NOWHERE = {"stay"}
"""Types of facts that are too long for one line."""


class Interview:
    """Asks for facts until nothing more can change an answer; what has no question for a person is
    for others to say, and is not asked. `first` are asked before, whatever they change.

    `path` is the case file that is taken up and written to after each answer, readable by its owner
    alone; without it nothing is written. What is not known stands there as null, and is not asked
    again. `text` is the case file as far as it got, `answers` how many were given.
    """

    def __init__(
        self, engine: Engine, path: Path | None, lang: str, first: Sequence[str] = ()
    ) -> None:
        self._engine = engine
        self._first = first
        self._path = path
        self._words = Words(engine, lang)
        self._lang = lang
        there = path if path and os.path.lexists(path) else None
        self.case: Case = engine.read_case(there) if there else engine.case()
        self.text = read_text(there, there.name, CaseError) if there else ""
        self.answers = 0

    def run(
        self,
        asked: Callable[[Case], Questions],
        say: Callable[[str], None],
        hear: Callable[[], str | None],
        told: Callable[[Case], Iterable[str]] = lambda case: (),
    ) -> None:
        """Asks with `say`, reads with `hear` (None: nobody answers any more) until there is nothing
        left to ask. What can be `told` of the case is said after what is asked first, and at the
        end."""
        say(self._words.text("explain.how"))
        for fact in self._first:
            known = fact in self.case.model_fields_set
            if not (known or self._asked(Question(fact=fact, gain=0), say, hear)):
                return
        if self._first:
            self._tell(told, say)
        since = self.answers
        while question := self.next(left := asked(self.case)):
            if not left.checked:
                say(self._words.text("explain.left_unchecked", number=len(left.questions)))
            if not self._asked(question, say, hear):
                break
        else:
            say(self._words.text("explain.nothing_to_ask"))
        if self.answers > since:
            self._tell(told, say)

    def _tell(self, told: Callable[[Case], Iterable[str]], say: Callable[[str], None]) -> None:
        lines = list(told(self.case))
        for line in ("", *lines) if lines else ():
            say(line)

    def next(self, left: Questions) -> Question | None:
        """The best question of those left that was not asked yet and that a person can answer."""
        asked = self.case.model_fields_set
        facts = self._engine.rulebook.vocabulary.facts
        return next(
            (one for one in left.questions if one.fact not in asked and facts[one.fact].question),
            None,
        )

    def _asked(
        self, question: Question, say: Callable[[str], None], hear: Callable[[], str | None]
    ) -> bool:
        """Asks one question; False if the interview is left."""
        rows = ExplanationView(self._words).question(question)
        for line in [
            "",
            *(line for label, parts in rows for line in row(label, parts)),
            *self._choices(question.fact),
        ]:
            say(line)
        return self._answered(question.fact, say, hear)

    def _answered(
        self, fact: str, say: Callable[[str], None], hear: Callable[[], str | None]
    ) -> bool:
        """Takes one answer; False if the interview is left."""
        while True:
            heard = hear()
            if heard is None or heard.strip() == LEAVE:
                return False
            try:
                self.keep(fact, self.value(fact, heard.strip()))
            except CaseError as problem:
                say(self._words.text("explain.wrong", problem=problem.text(self._lang)))
                continue
            if self._kind(fact).type in NOWHERE and heard.strip() not in (UNKNOWN, NOT_APPLICABLE):
                say(self._words.text("explain.not_here"))
            return True

    def keep(self, fact: str, value: AnyValue) -> None:
        """The case with one more answer, in memory and in its file. Raises CaseError, and then
        keeps nothing."""
        told = {name: getattr(self.case, name) for name in self.case.model_fields_set}
        case = self._engine.case(**{**told, fact: value})
        line = yaml.safe_dump({fact: _plain(value)}, allow_unicode=True, default_flow_style=False)
        text = self.text + ("" if not self.text or self.text.endswith("\n") else "\n") + line
        if self._path:
            write_private(self._path, text)
        self.case, self.text, self.answers = case, text, self.answers + 1

    def value(self, fact: str, heard: str) -> AnyValue:
        """The value that an answer stands for; None for what is not known. Raises CaseError."""
        kind = self._kind(fact)
        if heard in ("", UNKNOWN) or kind.type in NOWHERE:
            return None
        if heard == NOT_APPLICABLE:
            return _not_applicable(kind)
        if kind.type == "bool":
            return self._yes_or_no(fact, heard)
        if kind.type in ("enum", "status"):
            return self._choice(fact, heard)
        if kind.type in ("countries", "set"):
            parts = [part.strip() for part in heard.split(",")]
            return (
                tuple(part.upper() for part in parts)
                if kind.type == "countries"
                else frozenset(parts)
            )
        return _day_or_number(kind, heard)

    def _yes_or_no(self, fact: str, heard: str) -> bool:
        word = heard.lower()
        if word not in YES | NO:
            allowed = ", ".join((self._words.text("yes"), self._words.text("no")))
            raise CaseError(Mistake("field_value", {"field": fact, "allowed": allowed}))
        return word in YES

    def _choice(self, fact: str, heard: str) -> str:
        """A value by its number, its id or its label."""
        values = self._engine.rulebook.vocabulary.values_of(fact)
        if re.fullmatch(r"[0-9]{1,4}", heard) and 0 < int(heard) <= len(values):
            return values[int(heard) - 1]
        labels = {self._label(fact, value).lower(): value for value in values}
        found = (
            heard
            if heard in values
            else labels.get(heard.lower()) or labels.get(nearest(heard.lower(), labels) or "")
        )
        return found or heard

    def _choices(self, fact: str) -> list[str]:
        """The values that can be chosen, numbered."""
        kind = self._kind(fact)
        if kind.type not in ("enum", "status", "set"):
            return []
        values = self._engine.rulebook.vocabulary.values_of(fact)
        said = [f"{number} {self._label(fact, value)}" for number, value in enumerate(values, 1)]
        return [self._words.text("explain.choices", values="; ".join(said))]

    def _label(self, fact: str, value: str) -> str:
        return self._words.value(fact, value)

    def _kind(self, fact: str) -> Fact:
        return self._engine.rulebook.vocabulary.facts[fact]


def _not_applicable(kind: Fact) -> AnyValue:
    """What "not applicable" says of a fact: no, nothing of it, or else nothing that is known."""
    if kind.type == "bool":
        return False
    if kind.type == "set":
        return frozenset()
    return "none" if "none" in kind.values else None


def _day_or_number(kind: Fact, heard: str) -> AnyValue:
    """A day in either spelling, or a number; anything else as it was said, for the case to
    refuse."""
    german = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", heard)
    if kind.type == "date":
        return f"{german[3]}-{int(german[2]):02}-{int(german[1]):02}" if german else heard
    number = heard.replace(",", ".")
    return (
        float(number)
        if re.fullmatch(r"-?[0-9]{1,18}\.[0-9]{1,18}", number)
        else int(number)
        if re.fullmatch(r"-?[0-9]{1,18}", number)
        else heard
    )


def _plain(value: AnyValue) -> AnyValue:
    if isinstance(value, (frozenset, tuple)):
        return sorted(value) if isinstance(value, frozenset) else list(value)
    return (
        dt.date.fromisoformat(value)
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)
        else value
    )
