"""What the step and goal files hold."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AliasChoices, Field, model_validator

from klappts_engine.facts.derive import FactValue
from klappts_engine.validation import LARGEST, Count, Data, Day, MonthNumber, Months, Text, within

Basis = Literal["law", "practice"]
TodoKind = Literal["act", "contract", "prognosis"]
WindowKind = Literal["usual", "last", "legal"]
Length = Annotated[float, within(-LARGEST, LARGEST)]


def _every_year(text: str) -> str:
    """Refuses what is no day that every year has, as MM-DD."""
    try:
        if not re.fullmatch(r"[0-9]{2}-[0-9]{2}", text):
            raise ValueError
        dt.date.fromisoformat(f"2001-{text}")
    except ValueError:
        raise ValueError("expected.month_day") from None
    return text


MonthDay = Annotated[str, AfterValidator(_every_year)]


class Rungs(Data):
    """The part of a ladder a step admits, both ends included; `basis` says whether law or practice
    asks for it."""

    from_: str | None = Field(None, alias="from")
    to: str | None = None
    recommended: str | None = None
    basis: Basis = "practice"


class Ages(Data):
    """The completed years of life a step admits, both ends included."""

    from_: Months | None = Field(None, alias="from")
    to: Months | None = None
    basis: Basis = "practice"


class Todo(Data):
    """A fact to be brought about before the start: an act of the person, a contract, or a prognosis
    of an authority.

    `step` names the step that helps, `rule` the rule under which it is possible. Where the rule
    `unless` holds, nothing has to be done.
    """

    fact: str
    value: FactValue
    kind: TodoKind
    by: str
    step: str | None = None
    rule: str | None = None
    unless: str | None = None

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules it names."""
        return tuple(rule for rule in (self.rule, self.unless) if rule)


class Phase(Data):
    """Facts that hold from a month of the step on."""

    from_month: Months
    facts: dict[str, Any]


class Outcomes(Data):
    """What a step changes, by grade: `full` is its aim; `best` asks for more and is never assumed;
    `partial` still counts.

    A ladder fact rises to the value, a number written "+6" grows by it, any other fact takes the
    value.
    """

    full: dict[str, Any]
    best: tuple[dict[str, Any], ...] = ()
    partial: tuple[dict[str, Any], ...] = ()
    only_if: dict[str, Any] = {}
    """A condition for an outcome named by its grade and number, such as "partial.1"."""

    @property
    def all(self) -> tuple[dict[str, Any], ...]:
        """The outcomes of all grades."""
        return (self.full, *self.best, *self.partial)


class StepStatus(Data):
    """Whether the offer exists as a kind: its state, and from when to when (both included).

    `since`: the state is known for the time from this day on; before it the offer existed.
    """

    state: Literal["active", "restricted", "planned", "unclear", "ended"] = "active"
    from_: Day | None = Field(None, alias="from")
    to: Day | None = None
    since: Day | None = None

    def on(self, day: dt.date) -> str:
        """The state on a day; "outside" where the offer does not exist yet, or any more."""
        if (
            (self.from_ and day < self.from_)
            or (self.to and day > self.to)
            or (self.state == "ended" and self.to is None)
        ):
            return "outside"
        return self.state if self.since is None or day >= self.since else "active"

    @property
    def turns(self) -> tuple[dt.date, ...]:
        """The days from which the state can be another one."""
        after = self.to and self.to + dt.timedelta(days=1)
        return tuple(day for day in (self.from_, after, self.since) if day)

    def over(self, day: dt.date) -> bool:
        """Whether it has ended before `day`."""
        return self.state == "ended" or (self.to is not None and self.to < day)


class Beside(Data):
    """What can run beside a step: named steps, all steps of a strand, activities such as a
    mini-job; `all`: anything."""

    all: bool = False
    steps: tuple[str, ...] = ()
    strands: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()


class Repeat(Data):
    """Whether a step can be begun again after it failed, and how often."""

    allowed: Literal[
        "unlimited", "limited", "no", "unknown", "own_cost", "other_employer", "extension_2_months"
    ] = "unlimited"
    attempts: Count | None = None


class Late(Data):
    """Further months in which a step can begin after all: for everybody, or for whom `rule`
    holds."""

    months: tuple[MonthNumber, ...] = Field(min_length=1)
    rule: str | None = None


class Windows(Data):
    """What the start months, the day to apply by and the lead time of a step are worth.

    usual: another time is to be asked for; last: nothing goes after it; legal: a norm sets it;
    null: not known. `late` are starts outside the usual months.
    """

    starts: WindowKind | None = None
    apply_by: WindowKind | None = None
    lead: WindowKind | None = None
    late: tuple[Late, ...] = ()


class SchoolCodes(Data):
    """The codes of the school statistics: courses, the option of the transition system, and pairs
    of certificates by grade."""

    courses: tuple[str, ...] = ()
    kaoa: str | None = None
    reason: str | None = None
    pairs: dict[str, tuple[tuple[str, ...], ...]] = {}


class Step(Data):
    """One step of education, training, language or work; all durations in calendar months, hours a
    week.

    `owner` is the alliance field that answers for it, `body` the one that must promise it, `payer`
    who pays the step; nobody where it costs nothing. `strength` is a word that makes the step
    weaker than the rule that opens it, such as studying alone for an exam. `months` is shortest,
    usual, longest; `lead_months` the time from application to start, counted from today. `during`
    and `phases` are facts that hold while the step runs. `livelihood` names the profile of what
    pays meanwhile; without one it stays as it is between steps. `instead` names the steps for
    whoever fails here. `builds_nothing` says what the step is for though no goal and no other step
    builds on its outcome.
    """

    title: Text
    short: Text
    owner: str
    body: str
    payer: tuple[str, ...]
    role: Literal["main", "companion", "byproduct", "exit"] = "main"
    requires: dict[str, Rungs] = {}
    age: Ages = Ages()
    facts: Any = None
    access: Any
    strength: str | None = None
    todo: tuple[Todo, ...] = ()
    during: dict[str, Any] = {}
    phases: tuple[Phase, ...] = ()
    livelihood: str | None = None
    outcomes: Outcomes
    months: tuple[Length, Length, Length]
    by_entry: dict[str, dict[str, Months]] = {}
    lead_months: Months = 0
    starts: tuple[MonthNumber, ...] = ()
    hours: tuple[Count, Count] = (0, 0)
    presence: Literal["daytime_full", "daytime_part", "evening_possible", "none"] = "none"
    mode: Literal["part_or_full", "full", "part", "none", "self_study", "inside_training"] = (
        "part_or_full"
    )
    units: tuple[Count, Count] | None = None
    apply_by: MonthDay | None = None
    exams: tuple[MonthNumber, ...] = ()
    windows: Windows = Windows()
    beside: Beside = Beside()
    within: tuple[str, ...] = ()
    uses: dict[str, Count] = {}
    grants: dict[str, Count] = {}
    repeat: Repeat = Repeat()
    cost: Literal["free", "partial", "full_fee", "ik_rule", "bsk_rule"] = "free"
    limits: dict[str, Count] = {}
    school_codes: SchoolCodes | None = None
    instead: tuple[str, ...] = Field((), validation_alias=AliasChoices("instead", "fallback"))
    builds_nothing: Text | None = None
    status: StepStatus = StepStatus()
    sources: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _rising(self) -> Step:
        if not 0 <= self.months[0] <= self.months[1] <= self.months[2]:
            raise ValueError("months_order")
        return self

    @model_validator(mode="after")
    def _windows_of_what_is_there(self) -> Step:
        said, late = self.windows, {n for one in self.windows.late for n in one.months}
        there = (self.starts or not (said.starts or late), self.apply_by or not said.apply_by)
        if not all((*there, self.lead_months or not said.lead)) or late & {*self.starts}:
            raise ValueError("windows_without")
        return self

    @property
    def lengths(self) -> tuple[int, ...]:
        """The usual whole months, and those of whoever enters on a certain rung."""
        return (
            math.ceil(self.months[1]),
            *(months for by_rung in self.by_entry.values() for months in by_rung.values()),
        )

    def during_month(self, month: int) -> dict[str, Any]:
        """The facts that hold in month number `month` of the step, from 0."""
        facts = dict(self.during)
        for phase in self.phases:
            if phase.from_month <= month:
                facts.update(phase.facts)
        return facts


class Goal(Data):
    """What a way leads to: a condition over facts. `parts` are goals that are shown side by side in
    its place."""

    short: Text
    title: Text
    test: Any
    cite: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
