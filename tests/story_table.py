"""Published step statements and pathway stories held against the engine, and the page that shows
what came out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from klappts_engine import Engine
from klappts_engine.facts.case import Case
from klappts_engine.validation import Data, Day, Text
from klappts_engine.ways.model import StepState
from tests.shipped import read_model, shipped

Answer = Literal["holds", "fails", "unknown"]
Expected = Literal["open", "closed", "discretionary", "depends"]
Facts = dict[str, Any]
CASES = Path(__file__).parent / "cases"


class Source(Data):
    """Where a statement or story stands."""

    id: str
    title: str
    publisher: str
    url: str
    date: str | dt.date


class Known(Data):
    """Why the engine answers otherwise: what decides, and for a statement the checks that
    differ."""

    decides: str
    reason: Text
    differs: tuple[str, ...] = ()


class Variant(Data):
    """One reading of a statement: facts on top of the others, and the answer expected for it."""

    id: str
    facts: Facts
    expected: Expected


class Statement(Data):
    """One published statement on access to steps; see the head of tests/cases/steps.yaml."""

    id: str
    steps: tuple[str, ...]
    of: Literal["all", "any"] = "all"
    as_of: Day
    also_as_of: dict[Day, Expected] = {}
    facts: Facts = {}
    assumed: Facts = {}
    expected: Expected
    variants: tuple[Variant, ...] = ()
    instead: tuple[str, ...] = ()
    unread: Text | None = None
    known: Known | None = None
    not_mapped: Text | None = None
    source: Source


class Statements(Data):
    """The file of statements."""

    vouched_from: Day
    statements: tuple[Statement, ...]


class Moment(Data):
    """A day with facts on top of those of the story, and for livelihood and doors the step that is
    asked for."""

    on: Day
    step: str | None = None
    facts: Facts = {}


class Ask(Data):
    """A question that would have shown a setback: a conclusion, or the `livelihood` or `door` of a
    step.

    `warns` is the answer that shows it; `against` a moment of the story at which the answer is
    another one.
    """

    what: str
    then: Moment
    warns: Literal["holds", "fails"]
    against: Moment | None = None


class Setback(Data):
    """What was lost and when; `unseen` says why not every question shows it, or why none can be
    asked."""

    on: Day
    coarse: bool = False
    lost: Literal["livelihood", "work", "place", "status", "course", "time"]
    happened: Text
    ask: tuple[Ask, ...] = ()
    unseen: Text | None = None


class Taken(Data):
    """One step of a story: a step of ours or the reason why none stands for it. `coarse`: the
    source is less exact than a day."""

    on: Day | None = None
    coarse: bool = False
    step: tuple[str, ...] = ()
    no_step: str | None = None
    happened: Text
    facts: Facts = {}
    assumed: Facts = {}
    known: Known | None = None


class Story(Data):
    """One person or group on the way; see the head of tests/cases/stories.yaml."""

    id: str
    title: Text
    source: Source
    facts: Facts = {}
    assumed: Facts = {}
    steps: tuple[Taken, ...]
    setbacks: tuple[Setback, ...] = ()
    note: Text | None = None


class Stories(Data):
    """The file of stories: assumption sets of all of them, the reasons why a step is none of ours,
    the words of the page."""

    assumptions: tuple[str, ...]
    no_step: dict[str, Text]
    stories: tuple[Story, ...]
    page: dict[str, str]


@dataclass(frozen=True)
class Check:
    """A statement on one day in one reading, with the states of its steps and of those named
    instead."""

    statement: Statement
    day: dt.date
    variant: str
    expected: Expected
    states: tuple[StepState, ...]
    instead: tuple[StepState, ...]
    levels: Mapping[str, int | None]

    @property
    def label(self) -> str:
        """How a known difference names this check."""
        return f"{self.day} {self.variant}".strip()

    @property
    def agrees(self) -> bool:
        """Whether the engine answers as expected; what the source names instead must be open
        too."""
        quantor = any if self.expected == "open" and self.statement.of == "any" else all
        return quantor(map(self._agrees, self.states)) and all(
            state.answer == "holds" for state in self.instead
        )

    @property
    def known(self) -> Known | None:
        """The known difference that speaks of this check."""
        known = self.statement.known
        return known if known and self.label in known.differs else None

    def _agrees(self, state: StepState) -> bool:
        match self.expected:
            case "open":
                return state.answer == "holds"
            case (
                "closed"
            ):  # shut by practice alone is a difference of practice, not the published no
                return state.answer == "fails" and any(
                    not one.unknown and one.kind != "practice" for one in state.reasons
                )
            case "discretionary":
                return state.answer != "fails" and (self.levels[state.id] or 0) > 0
            case "depends":
                raise ValueError(f"{self.statement.id}: a statement that depends needs variants")


@dataclass(frozen=True)
class Asked:
    """A question of a setback with its answers."""

    ask: Ask
    against: Answer | None
    then: Answer

    @property
    def warned(self) -> bool:
        """Whether the answer would have shown the setback, and is another one at the moment it is
        held against."""
        return self.then == self.ask.warns and self.against != self.ask.warns


class Held:
    """Both files, held against an engine."""

    def __init__(self, engine: Engine, statements: Statements, stories: Stories) -> None:
        self.engine = engine
        self.statements = statements
        self.stories = stories

    @cached_property
    def checks(self) -> list[Check]:
        """Every check of every statement that is mapped."""
        return [
            check
            for one in self.statements.statements
            if one.not_mapped is None
            for check in self._checks(one)
        ]

    def _checks(self, one: Statement) -> Iterable[Check]:
        for variant in one.variants or (Variant(id="", facts={}, expected=one.expected),):
            facts = {**one.assumed, **one.facts, **variant.facts}
            for day, expected in {one.as_of: variant.expected, **one.also_as_of}.items():
                states = self.engine.steps(self.engine.case(**facts), day)
                mine = tuple(states[id] for id in one.steps)
                levels = {
                    state.id: self.engine.rulebook.scale.level(state.strength) for state in mine
                }
                yield Check(
                    one,
                    day,
                    variant.id,
                    expected,
                    mine,
                    tuple(states[id] for id in one.instead),
                    levels,
                )

    def taken(self, story: Story, taken: Taken) -> tuple[StepState, ...]:
        """The states of the steps that may stand for one step of a story, on its day."""
        assert taken.on is not None, "a step of ours needs its day"
        states = self.engine.steps(self._case(story, {**taken.assumed, **taken.facts}), taken.on)
        return tuple(states[id] for id in taken.step)

    def asked(self, story: Story, setback: Setback) -> list[Asked]:
        """The questions of a setback with their answers."""
        return [
            Asked(
                ask,
                self._answer(story, ask, ask.against) if ask.against else None,
                self._answer(story, ask, ask.then),
            )
            for ask in setback.ask
        ]

    def _answer(self, story: Story, ask: Ask, moment: Moment) -> Answer:
        if ask.what == "livelihood":
            return _WORD[self._secured(story, moment)]
        case = self._case(story, moment.facts)
        if ask.what == "door":
            return self.engine.steps(case, moment.on)[moment.step or ""].answer
        return self.engine.assess(case, moment.on, [ask.what]).conclusions[ask.what].answer

    def _secured(self, story: Story, moment: Moment) -> bool | None:
        """Whether the livelihood is secured in the first month of a step: its profile, with the
        facts that hold meanwhile."""
        step = self.engine.catalogue.steps[moment.step or ""]
        name = self.engine.catalogue.livelihood(moment.step or "")
        profile = self.engine.catalogue.profiles[name]
        there = {**moment.facts, **{todo.fact: todo.value for todo in step.todo}, **step.during}

        def holds(condition: str) -> bool | None:
            return self.engine.condition(self._case(story, there), condition, moment.on)

        for fact, one in profile.presume.items():
            truth = holds(f"presumed:{name}:{fact}")
            there[fact] = None if truth is None else one.then if truth else one.otherwise
        enough = {
            holds(f"livelihood:{name}:{n}")
            for n, o in enumerate(profile.options)
            if o.share in ("full", "topup")
        }
        return True if True in enough else None if None in enough else False

    def _case(self, story: Story, facts: Facts) -> Case:
        """The story with the assumption sets of the file; a fact told as null is unknown, and not
        assumed either."""
        sets = (self.engine.catalogue.assumptions[name].facts for name in self.stories.assumptions)
        assumed = {id: value for one in sets for id, value in one.items()}
        told = {**assumed, **story.assumed, **story.facts, **facts}
        return self.engine.case(**{id: value for id, value in told.items() if value is not None})


@cache
def held() -> Held:
    """Both files of tests/cases, held against the shipped data."""
    return Held(
        shipped(),
        read_model(CASES / "steps.yaml", Statements),
        read_model(CASES / "stories.yaml", Stories),
    )


_WORD: dict[bool | None, Answer] = {True: "holds", False: "fails", None: "unknown"}


def is_open(states: Iterable[StepState]) -> bool:
    """Whether one of the steps that may stand for a step of a story was open."""
    return any(state.answer == "holds" for state in states)


def seen(asked: list[Asked]) -> str:
    """Whether the engine saw a setback coming: yes, partly, unknown, no, or not asked."""
    warned = [one.warned for one in asked]
    if not asked:
        return "not_asked"
    if any(warned):
        return "yes" if all(warned) else "partly"
    return "unknown" if any(one.then == "unknown" for one in asked) else "no"


PASSING = ("event", "benefit", "decision", "result", "within", "planned")
"""Reasons for no step that leave nothing out: such an entry is none."""


class Page:
    """The page docs/stories.md, in German."""

    def __init__(self, held: Held) -> None:
        self.held = held
        self._rulebook = held.engine.rulebook
        self._steps = held.engine.catalogue.steps

    def text(self) -> str:
        """The whole page."""
        statements, stories = self.held.statements.statements, self.held.stories.stories
        checks = {
            one.id: [check for check in self.held.checks if check.statement is one]
            for one in statements
        }
        parts = [
            [self._head()],
            [
                self._word("statements_head"),
                *(row for one in statements for row in self._statement(checks[one.id])),
            ],
            [
                self._word("not_mapped_head"),
                *(self._not_mapped(one) for one in statements if one.not_mapped),
            ],
            [self._word("stories_head"), *(row for story in stories for row in self._story(story))],
            [
                self._word("others_head"),
                *(self._other(story, taken) for story in stories for taken in _others(story)),
            ],
        ]
        return "\n\n".join("\n".join(lines) for lines in parts) + "\n"

    def _head(self) -> str:
        statements, stories, checks = self.held.statements, self.held.stories, self.held.checks
        nominal = [check for check in checks if check.day < statements.vouched_from]
        entries = [(story, taken) for story in stories.stories for taken in story.steps]
        steps = [(story, taken) for story, taken in entries if taken.step]
        came = Counter(
            seen(self.held.asked(story, setback))
            for story in stories.stories
            for setback in story.setbacks
        )
        sets = (
            self.held.engine.catalogue.assumptions[name].title.de for name in stories.assumptions
        )
        return self._word(
            "head",
            rechtsstand=f"{self._rulebook.book.rechtsstand:%d.%m.%Y}",
            vouched=f"{statements.vouched_from:%d.%m.%Y}",
            statements=len(statements.statements),
            mapped=sum(one.not_mapped is None for one in statements.statements),
            not_mapped=sum(one.not_mapped is not None for one in statements.statements),
            checks=len(checks),
            agree=sum(check.agrees for check in checks),
            differ=sum(not check.agrees for check in checks),
            nominal=len(nominal),
            nominal_agree=sum(check.agrees for check in nominal),
            stories=len(stories.stories),
            entries=len(entries),
            steps=len(steps),
            sets=", ".join(sets),
            events=sum(taken.no_step in PASSING for _, taken in entries),
            others=sum(len(_others(story)) for story in stories.stories),
            open=sum(is_open(self.held.taken(story, taken)) for story, taken in steps),
            setbacks=came.total(),
            **{kind: came[kind] for kind in ("yes", "partly", "unknown", "no", "not_asked")},
        )

    def _statement(self, checks: list[Check]) -> Iterable[str]:
        for check in checks:
            one, first = check.statement, check is checks[0]
            known = [_known(check.known)] if check.known else []
            unread = [one.unread.de] if one.unread and first else []
            steps, source = (self._titles(one.steps), _link(one.source)) if first else ("", "")
            yield _row(
                f"`{one.id}`" + (f" ({check.variant})" if check.variant else ""),
                steps,
                self._day(check.day),
                self._word(check.expected),
                self._answer(check),
                self._word("agrees" if check.agrees else "differs"),
                "<br>".join(known + unread),
                source,
            )

    def _answer(self, check: Check) -> str:
        """The answers of the steps: in one word where they are alike, with all reasons; else one by
        one."""
        words = {self._opening(state) for state in check.states}
        if len(words) == 1:
            answers = [words.pop() + self._reasons(check.states)]
        else:
            answers = [f"{self._title(state.id)}: {self._state(state)}" for state in check.states]
        if check.instead:
            answers.append(
                self._word("instead", steps=self._titles(state.id for state in check.instead))
            )
        return "<br>".join(answers)

    def _not_mapped(self, one: Statement) -> str:
        why = one.not_mapped.de if one.not_mapped else ""
        return _row(
            f"`{one.id}`",
            self._titles(one.steps),
            self._day(one.as_of),
            self._word(one.expected),
            why,
            _link(one.source),
        )

    def _story(self, story: Story) -> Iterable[str]:
        rows = [(one.on, self._taken(story, one)) for one in story.steps if one.on and one.step]
        rows += [(setback.on, self._setback(story, setback)) for setback in story.setbacks]
        name, source = f"{story.title.de} (`{story.id}`)", _link(story.source)
        for _, cells in sorted(rows, key=lambda row: row[0]):
            yield _row(name, *cells, source)
            name, source = "", ""

    def _taken(self, story: Story, taken: Taken) -> list[str]:
        states = self.held.taken(story, taken)
        best = [state for state in states if state.answer == "holds"] or list(states)
        answers = "<br>".join(dict.fromkeys(self._state(state) for state in best))
        why = _known(taken.known) if taken.known else ""
        steps = f"{taken.happened.de} ({self._titles(state.id for state in best)})"
        return [steps, self._day(taken.on, taken.coarse), answers, "", why]

    def _setback(self, story: Story, setback: Setback) -> list[str]:
        asked = self.held.asked(story, setback)
        lost = self._word("setback", lost=self._word(setback.lost), happened=setback.happened.de)
        came = "<br>".join([self._word(f"seen_{seen(asked)}"), *map(self._asked, asked)])
        why = " ".join(text.de for text in (setback.unseen, story.note) if text)
        return [lost, self._day(setback.on, setback.coarse), "", came, why]

    def _other(self, story: Story, taken: Taken) -> str:
        why = self.held.stories.no_step[taken.no_step or ""].de
        return _row(
            f"{story.title.de} (`{story.id}`)",
            self._day(taken.on, taken.coarse),
            taken.happened.de,
            why,
        )

    def _asked(self, one: Asked) -> str:
        then = self._moment(one.ask, one.ask.then, one.then)
        if one.ask.against is None or one.against is None:
            return then
        return self._word(
            "against", then=then, against=self._moment(one.ask, one.ask.against, one.against)
        )

    def _moment(self, ask: Ask, moment: Moment, answer: Answer) -> str:
        day = self._day(moment.on)
        if moment.step is None:
            title, words = (
                self._rulebook.rule(ask.what).title.de,
                self._word(f"conclusion_{answer}"),
            )
            return self._word("asked_conclusion", title=title, day=day, answer=words)
        words = self._word(answer if ask.what == "door" else f"livelihood_{answer}")
        return self._word(
            f"asked_{ask.what}", title=self._title(moment.step), day=day, answer=words
        )

    def _state(self, state: StepState) -> str:
        return self._opening(state) + self._reasons([state])

    def _opening(self, state: StepState) -> str:
        """Open, shut or unknown, for an open door with its strength."""
        level = self._rulebook.scale.level(state.strength)
        if state.answer != "holds" or level is None:
            return self._word(state.answer)
        return (
            f"{self._word('holds')} ({list(self._rulebook.scale.grades.values())[level].title.de})"
        )

    def _reasons(self, states: Iterable[StepState]) -> str:
        """Why doors are shut, or for unknown ones why they are not known; practice apart."""
        found = [
            one
            for state in states
            for one in state.reasons
            if one.unknown == (state.answer == "unknown")
        ]
        words = dict.fromkeys(
            self._word(f"reason_{one.kind}", name=self._name(one.what)) for one in found
        )
        return f" ({'; '.join(words)})" if words else ""

    def _name(self, what: str) -> str:
        facts, practice = self._rulebook.vocabulary.facts, self.held.engine.catalogue.practice
        return (
            facts[what].meaning.de
            if what in facts
            else practice[what].title.de
            if what in practice
            else what
        )

    def _day(self, day: dt.date | None, coarse: bool = False) -> str:
        if day is None:
            return self._word("no_day")
        before = day < self.held.statements.vouched_from
        return ("≈ " if coarse else "") + f"{day:%d.%m.%Y}" + (" °" if before else "")

    def _titles(self, steps: Iterable[str]) -> str:
        return "; ".join(map(self._title, steps))

    def _title(self, step: str) -> str:
        return self._steps[step].title.de

    def _word(self, key: str, **values: object) -> str:
        return self.held.stories.page[key].format(**values)


def _others(story: Story) -> list[Taken]:
    return [taken for taken in story.steps if taken.no_step and taken.no_step not in PASSING]


def _known(known: Known) -> str:
    return f"{known.reason.de} Entscheidend: {known.decides}."


def _link(source: Source) -> str:
    return f"[{source.title}]({source.url}), {source.publisher}, {source.date}"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
