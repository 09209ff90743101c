"""Ways as they are handed out: dated steps and contiguous legs, each with what is known of it."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from klappts_engine.facts.assumptions import Assumed
from klappts_engine.facts.derive import FactValue
from klappts_engine.pathways.money import Share
from klappts_engine.pathways.practice import Place
from klappts_engine.pathways.region import PracticeState
from klappts_engine.pathways.steps import Todo
from klappts_engine.validation import Data, Text

ReasonKind = Literal[
    "rung",
    "beyond",
    "age",
    "too_old",
    "condition",
    "law",
    "practice",
    "childcare",
    "status",
    "todo",
]
WaitKind = Literal[
    "agreed", "lead", "window", "deadline", "door", "firmer", "paid", "first_of_month"
]
LegKind = Literal["running", "step", "beside", "wait"]


class Reason(Data):
    """Why a step is not open, or not known to be: `what` names the fact, rule or practice note;
    `unknown`: not known, not refused.

    `rung`: a rung is missing; `beyond`: the person has left this step behind.
    """

    kind: ReasonKind
    what: str
    unknown: bool = False


class Range(Data):
    """A day under the shortest, the usual and the longest durations; null where the way does not
    come about so."""

    min: dt.date | None
    typical: dt.date
    max: dt.date | None


class Practice(Data):
    """What administrations do with a step at its start, and the notes that say so."""

    state: PracticeState
    notes: tuple[str, ...] = ()


class Paid(Data):
    """Who pays for the livelihood from a month on, and whether that is enough (null: not known)."""

    from_: dt.date = Field(alias="from")
    benefits: dict[str, Share]
    secured: bool | None

    @classmethod
    def of(cls, day: dt.date, benefits: dict[str, Share], secured: bool | None) -> Paid:
        """Who pays from a day on."""
        return cls.model_validate({"from": day, "benefits": benefits, "secured": secured})


class System(Data):
    """The benefit system from a month on; null where it is not known."""

    from_: dt.date = Field(alias="from")
    value: str | None

    @classmethod
    def of(cls, day: dt.date, value: str | None) -> System:
        """The benefit system from a day on."""
        return cls.model_validate({"from": day, "value": value})


class StepState(Data):
    """A step on one day: law, practice and place apart, with every reason."""

    id: str
    answer: Literal["holds", "fails", "unknown"]
    strength: str | None
    via: tuple[str, ...]
    citations: tuple[str, ...]
    practice: Practice
    offer: Place
    payer: tuple[str, ...]
    owner: str
    body: str
    todo: tuple[Todo, ...]
    sanction: Text | None
    advice_first: bool
    reasons: tuple[Reason, ...] = ()


class WayStep(StepState):
    """A step of a way, with its dates, livelihood by stretch and benefit system by stretch;
    `running`: it is under way.

    `meanwhile`: it is begun beside the step that is under way; the months in which both run are
    told with that one. `agreed`: a contract or an offer is about it. `late`: it begins outside the
    usual time, so that a place has to be asked for. `gives` is the outcome the way counts on;
    `hoped` what of it is better than the aim of the step. `less` are smaller outcomes that still
    count as certificates. `alternatives` could take its place at the same costs of the way;
    `beside` can run beside it.
    """

    start_range: Range
    end_range: Range
    livelihood: tuple[Paid, ...]
    rechtskreis: tuple[System, ...]
    running: bool = False
    meanwhile: bool = False
    agreed: bool = False
    late: bool = False
    gives: dict[str, FactValue]
    hoped: tuple[str, ...] = ()
    less: tuple[dict[str, FactValue], ...] = ()
    alternatives: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


class WaitReason(Data):
    """Why a way waits before the step `step`.

    `agreed`: a contract or an offer names the day; `lead`: the time from application to start;
    `window`: it begins only in certain months; `deadline`: the last day to apply for an earlier
    start is over; `door`: law, practice, age or stay open it only then, for `reasons`; `firmer`: an
    earlier start would be less firm; `paid`: an earlier start would leave more months unsecured;
    `first_of_month`: it begins on a first of a month.
    """

    kind: WaitKind
    step: str
    reasons: tuple[Reason, ...] = ()


class WayLeg(Data):
    """One leg of a way. The legs of a way follow one another without a hole from the day asked for
    to the end; only legs `beside` stand at the same time as the one that is under way.

    `id` is the step, null for a wait. `livelihood` and `rechtskreis` tell every month of the grid
    once: that of today, and each that begins within the leg. `slack_days` are the days by which
    its usual end can slip and nothing after it moves; null where nothing comes after it.
    `reason` says why a wait is there.
    """

    kind: LegKind
    id: str | None
    start_range: Range
    end_range: Range
    livelihood: tuple[Paid, ...]
    rechtskreis: tuple[System, ...]
    slack_days: int | None
    reason: WaitReason | None = None


class Criteria(Data):
    """What ways are compared by."""

    end: dt.date
    steps: int
    strength: str | None
    unsecured_months: int
    hopes: bool


class Way(Data):
    """One way. `conditional`: it leads through at least one door of which nobody knows whether it
    is open. `steps` are the legs without the waits, with all that is known of them.

    `criteria.hopes`: one of its steps has to give more than it aims at.
    """

    end_range: Range
    criteria: Criteria
    conditional: bool
    steps: tuple[WayStep, ...]
    legs: tuple[WayLeg, ...]


class Saving(Data):
    """A fact that is not told, or only assumed, and worth asking for: with `value` the way that is
    told first would be over on `end`, so many months earlier."""

    fact: str
    value: FactValue
    end: dt.date
    months: int


class Ways(Data):
    """All ways to a goal that no other way beats, best known ones first.

    `reached`: the goal is reached already. `complete`: the search was not stopped by its budget;
    otherwise every way told is one that no other beats, but there may be more. `asks`: the facts
    that say whether the goal is reached, where too little is told to know that; no way is looked
    for before. `paper_until`: the last day of the present paper; what is told for later days stands
    under a new one of the same kind. `questions`: what is worth asking, the most months first, if
    that was asked for.
    """

    goal: str
    on: dt.date
    rulebook: str
    assumptions: tuple[Assumed, ...]
    caveats: tuple[Text, ...]
    horizon_months: int
    reached: bool
    complete: bool = True
    asks: tuple[str, ...] = ()
    questions: tuple[Saving, ...] = ()
    paper_until: dt.date | None = None
    paths: tuple[Way, ...]
