"""Published statements as cases: facts, a day, the expected answer and its source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any as AnyValue
from typing import Literal

from pydantic import Field

from klappts_engine.errors import DataError, Mistake
from klappts_engine.facts.case import Case
from klappts_engine.facts.values import Values, derive_all, encode
from klappts_engine.rules.assessment import ANSWERS, Answer, Strengths
from klappts_engine.rules.executors.port import Executor, make_executor
from klappts_engine.rules.expressions import Expr
from klappts_engine.rules.open_facts import open_facts
from klappts_engine.rules.rulebook import Rulebook, references_of
from klappts_engine.validation import Data, Day, validate
from klappts_engine.yamlfile import Map, Seq, line_of, read

EXPECTED = ("holds", "fails", "unknown")


class PublishedCase(Data):
    """One statement of a source. Further fields of the file are kept by it and read by nobody here.

    `like` names an earlier case of the same file: everything is as there, but for what is written,
    and facts are added to those there (null takes one away). An unknown name is refused.
    `conclusion` is a rule id, a condition, or a tree of both; the answer must be `expected` on
    `as_of` and on every day of `also_as_of`, with exactly `facts` known. `assumed` names facts that
    the source presupposes without saying so. Without `assert` a case is shown, not counted.
    `strength` is what the source says; a difference is shown, not counted.
    """

    model_config = Data.model_config | {"extra": "ignore"}

    id: str
    topic: str = ""
    conclusion: AnyValue
    as_of: Day
    also_as_of: tuple[Day, ...] = ()
    horizon: str = "inside"
    facts: dict[str, AnyValue]
    assumed: tuple[str, ...] = ()
    expected: Literal["holds", "fails", "unknown"]
    assert_: bool = Field(True, alias="assert")
    strength: str | None = None
    like: str | None = None
    source: AnyValue = None

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Every day on which the answer is expected."""
        return (self.as_of, *self.also_as_of)

    @property
    def origin(self) -> str:
        """Publisher, title and date of the source in one line."""
        if not isinstance(self.source, Mapping):
            return str(self.source or "")
        return ", ".join(
            str(self.source[key]) for key in ("publisher", "title", "date") if self.source.get(key)
        )


class Difference(Data):
    """Why a case is known to differ: the paragraph that decides, and the reason in a sentence."""

    decides: str
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What the rulebook says of a case: `got` None if it cannot be run, `missing` names what the
    rulebook does not know.

    `day` is the first day on which the answer differs, else the case's own; `deciding` the told
    facts that already decide the answer, or for an unknown answer the untold facts it may hang on.
    """

    case: PublishedCase
    got: Answer | None
    day: dt.date
    strength: str | None = None
    deciding: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    known: Difference | None = None

    @property
    def agrees(self) -> bool | None:
        """Whether the answer is the expected one; None if the case cannot be run."""
        return None if self.got is None else self.got == self.case.expected


@dataclass(frozen=True)
class Report:
    """The outcomes of all cases; the numbers count asserted cases only."""

    outcomes: tuple[Outcome, ...]
    asserted: tuple[Outcome, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "asserted", tuple(one for one in self.outcomes if one.case.assert_)
        )

    @property
    def differing(self) -> tuple[Outcome, ...]:
        """Asserted cases with another answer than expected."""
        return tuple(one for one in self.asserted if one.agrees is False)

    @property
    def unexplained(self) -> tuple[Outcome, ...]:
        """Those of them for which no known difference is written down."""
        return tuple(one for one in self.differing if one.known is None)

    @property
    def not_runnable(self) -> tuple[Outcome, ...]:
        """Asserted cases that ask for something the rulebook does not know."""
        return tuple(one for one in self.asserted if one.agrees is None)

    def data(self) -> dict[str, AnyValue]:
        """The report as plain data."""
        return {
            "total": len(self.asserted),
            "agree": sum(one.agrees is True for one in self.asserted),
            "disagree": len(self.differing),
            "not_runnable": len(self.not_runnable),
            "cases": [
                {
                    "id": one.case.id,
                    "expected": one.case.expected,
                    "got": one.got,
                    "agrees": one.agrees,
                    "assert": one.case.assert_,
                }
                for one in self.outcomes
            ],
        }


def read_casebook(paths: Iterable[Path]) -> list[PublishedCase]:
    """The cases of all files. Raises DataError with every mistake of every file."""
    cases: dict[str, PublishedCase] = {}
    mistakes: list[Mistake] = []
    for path in paths:
        try:
            document = read(path)
        except DataError as problem:
            mistakes.extend(problem.mistakes)
            continue
        entries = document.get("cases")
        if not isinstance(entries, Seq):
            mistakes.append(
                Mistake("section_missing", {"field": "cases"}, path.name, document.line)
            )
            continue
        written: dict[str, Map] = {}
        for entry in entries:
            raw = _like(entry, written)
            case, found = validate(PublishedCase, raw, file=path.name, id=_id(raw))
            mistakes.extend(found)
            if case and case.like is not None:
                mistakes.append(
                    Mistake(
                        "like_unknown", {"name": case.like}, path.name, line_of(raw, ()), case.id
                    )
                )
            if case and case.id in cases:
                mistakes.append(
                    Mistake("id_twice", {"other": path.name}, path.name, line_of(raw, ()), case.id)
                )
            elif case:
                cases[case.id] = case
    if mistakes:
        raise DataError(mistakes)
    return list(cases.values())


def _like(entry: object, written: dict[str, Map]) -> object:
    """An entry with what it takes over from the earlier one of its file that it names under
    `like`."""
    if not isinstance(entry, Map):
        return entry
    base = written.get(str(entry.get("like")))
    if base is None:
        written[str(entry.get("id"))] = entry
        return entry
    raw = Map(entry.line)
    raw.update({**base, **{key: value for key, value in entry.items() if key != "like"}})
    raw.lines.update({**base.lines, **entry.lines})
    if isinstance(base.get("facts"), Map) and isinstance(entry.get("facts"), Map):
        facts = Map(entry["facts"].line)
        facts.update({**base["facts"], **entry["facts"]})
        facts.lines.update({**base["facts"].lines, **entry["facts"].lines})
        raw["facts"] = facts
    written[str(entry.get("id"))] = raw
    return raw


def _id(raw: object) -> str | None:
    return str(raw["id"]) if isinstance(raw, Map) and "id" in raw else None


def read_differences(path: Path) -> dict[str, Difference]:
    """The known differences in a file, by case id. Raises DataError."""
    document = read(path)
    entries = document.get("known_differences")
    if not isinstance(entries, Map):
        raise DataError(
            Mistake("section_missing", {"field": "known_differences"}, path.name, document.line)
        )
    found: dict[str, Difference] = {}
    mistakes: list[Mistake] = []
    for id, raw in entries.items():
        one, more = validate(Difference, raw, file=path.name, id=id)
        mistakes.extend(more)
        if one:
            found[id] = one
    if mistakes:
        raise DataError(mistakes)
    return found


class Casebook:
    """Runs published cases on a rulebook: told facts win over computed ones, and hold as told on
    every day of a case."""

    def __init__(
        self,
        rulebook: Rulebook,
        case: type[Case],
        cases: Sequence[PublishedCase],
        known: Mapping[str, Difference] | None = None,
        executor: str = "function",
    ) -> None:
        self._case = case
        self._cases = cases
        self._known = known or {}
        self._vocabulary = rulebook.vocabulary
        read_ = {
            one.id: rulebook.expression(condition_of(one.conclusion, rulebook)) for one in cases
        }
        self._missing = {
            id: tuple(str(m.params.get("name", m.code)) for m in found)
            for id, (_, found) in read_.items()
        }
        asked: dict[str, Expr] = {
            _name(id): expr for id, (expr, found) in read_.items() if not found
        }
        self._book = rulebook.with_expressions(asked)
        self._executor: Executor = make_executor(executor, self._book, asked)

    @property
    def asked(self) -> set[str]:
        """The rules that the cases ask for directly."""
        return {
            rule
            for id in self._book.rules
            if id.startswith("case:")
            for rule in references_of(self._book.rules[id])
        }

    def run(self) -> Report:
        """The answers of all cases."""
        return Report(tuple(self._outcome(one) for one in self._cases))

    def _outcome(self, one: PublishedCase) -> Outcome:
        missing = [
            *self._missing[one.id],
            *(fact for fact in one.facts if fact not in self._vocabulary.facts),
        ]
        if missing:
            return Outcome(one, None, one.as_of, missing=tuple(missing))
        _, found = validate(self._case, one.facts)
        if found:
            return Outcome(
                one,
                None,
                one.as_of,
                missing=tuple(str(m.params.get("field", m.code)) for m in found),
            )
        told = self._case(**one.facts).told
        answers = [(self._answer(one.id, self._values(told, day), day), day) for day in one.days]
        answer, day = next(
            (pair for pair in answers if ANSWERS[pair[0]] != one.expected), answers[0]
        )
        return self._explained(one, told, answer, day)

    def _explained(
        self, one: PublishedCase, told: Mapping[str, AnyValue], answer: bool | None, day: dt.date
    ) -> Outcome:
        values = self._values(told, day)
        name = _name(one.id)
        asked = str(one.conclusion) if str(one.conclusion) in self._book.rules else name
        word, _ = Strengths(self._book, self._executor.evaluate(values, day), values, day).of(asked)
        version = next(iter(self._asked_versions(name, day)), None)
        return Outcome(
            one,
            ANSWERS[answer],
            day,
            word if answer is not False else None,
            tuple(self._deciding(one.id, told, answer, day))
            if ANSWERS[answer] != one.expected
            else (),
            version.cited if version else (),
            known=self._known.get(one.id),
        )

    def _asked_versions(self, name: str, day: dt.date) -> Iterator[AnyValue]:
        for id in reversed(self._book.cone([name])):
            rule = self._book.rules[id]
            if not rule.internal and (version := rule.version(day)):
                yield version

    def _deciding(
        self, id: str, told: Mapping[str, AnyValue], answer: bool | None, day: dt.date
    ) -> list[str]:
        """Told facts that already decide the answer, none of which can be spared; for unknown:
        untold facts that are read."""
        if answer is None:
            values = self._values(told, day)
            return open_facts(
                self._book, self._executor.evaluate(values, day), values, day, [_name(id)]
            )
        kept = dict(told)
        for fact in told:
            fewer = {key: value for key, value in kept.items() if key != fact}
            if self._answer(id, self._values(fewer, day), day) is answer:
                kept = fewer
        return list(kept)

    def _answer(self, id: str, values: Values, day: dt.date) -> bool | None:
        return self._executor.evaluate(values, day)[_name(id)]

    def _values(self, told: Mapping[str, AnyValue], day: dt.date) -> Values:
        return {
            id: encode(value)
            for id, value in (derive_all(told, self._vocabulary, day) | dict(told)).items()
        }


def _name(id: str) -> str:
    return f"case:{id}"


def condition_of(node: object, rulebook: Rulebook) -> object:
    """The condition a conclusion stands for: a bare rule id means the answer of that rule."""
    if isinstance(node, str):
        return (
            f"@{node}"
            if node in rulebook.conclusions or ("." in node and " " not in node)
            else node
        )
    if isinstance(node, Mapping):
        return {key: condition_of(value, rulebook) for key, value in node.items()}
    return [condition_of(part, rulebook) for part in node] if isinstance(node, list) else node
