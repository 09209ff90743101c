"""What explanations are made of, as data: trees, deciding facts, changes that help, turns."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from klappts_engine.facts.assumptions import Assumed
from klappts_engine.facts.derive import FactValue
from klappts_engine.rules.assessment import Answer, InForce
from klappts_engine.validation import Data, Text

Origin = Literal["told", "assumed", "derived", "unknown"]
Cause = Literal["person", "law", "either", "together"]
Mark = Literal["time", "person", "authority", "third_party", "clarify", "unproposed", "fixed"]


class Read(Data):
    """A fact that was read: its value, where that is from, and the told facts it rests on."""

    fact: str
    value: FactValue = None
    origin: Origin
    rests_on: tuple[str, ...] = ()


class Node(Data):
    """One condition and what it came to.

    `condition` is a leaf or reference as it stands in a rule file, `rule` the rule that answers
    here. `decides` marks the nodes that are enough for the answer. A rule that was spelled out
    before stands there without its parts (`again`).
    """

    kind: Literal["all", "any", "not", "rule", "fact"]
    answer: Answer
    decides: bool = False
    condition: str | None = None
    rule: str | None = None
    read: Read | None = None
    strength: str | None = None
    citations: tuple[str, ...] = ()
    version: InForce | None = None
    again: bool = False
    parts: tuple[Node, ...] = ()


class Chosen(Data):
    """Which version of a rule answered, and its neighbours: the last day of the one before, the
    first of the one after."""

    version: InForce | None
    citations: tuple[str, ...]
    before: dt.date | None
    after: dt.date | None


class Grounds(Data):
    """What every explanation rests on besides the case: its day, what is assumed, and what was not
    checked."""

    on: dt.date
    assumptions: tuple[Assumed, ...] = ()
    caveats: tuple[Text, ...] = ()


class Instead(Data):
    """What is open although a conclusion is not: steps, and kindred conclusions that hold or may
    hold, each with its answer."""

    steps: tuple[str, ...] = ()
    beside: dict[str, Answer] = {}


class Used(Data):
    """An assumed fact that an answer builds on, its set, and the answer without it."""

    fact: str
    set: str
    without: Answer


class Explanation(Grounds):
    """Why a conclusion is answered as it is.

    `deciding`: facts that are enough for the answer, none of them dispensable; empty where it is
    unknown or needs no fact. `open`: untold facts on which an unknown answer hangs. `forced`: what
    an unknown answer can only be, whatever they are; null where that was not found out (`checked`
    false) or both are possible. `used`: the assumptions among the deciding facts. `instead`: after
    a no the steps that are open, null where that was not asked; `beside`: kindred conclusions that
    hold or may hold. `tree` is left out where many are explained.
    """

    conclusion: str
    answer: Answer
    result: str | None
    strength: str | None
    chosen: Chosen
    tree: Node | None
    deciding: tuple[Read, ...]
    open: tuple[str, ...]
    forced: Answer | None = None
    checked: bool = True
    used: tuple[Used, ...]
    instead: tuple[str, ...] | None = None
    beside: dict[str, Answer] = {}


class Change(Data):
    """One change that the data name as possible: the fact, its new value, and who brings it
    about."""

    fact: str
    to: FactValue
    by: Literal["person", "authority", "third_party"]
    who: str | None = None
    advice_first: bool = False
    risk: Text | None = None


class Obstacle(Data):
    """A condition that stands against an answer, and what could move it.

    `mark`: time (on `day`), the person, an authority or somebody else (`who`), `clarify` where the
    fact is unknown, `unproposed` where the data name no change, `fixed` for what lies in the past
    and nothing can change under the law of today. `least`: how many conditions are unmet at least
    on any way to the answer that meets this one. `change`: the change that would meet it, with what
    has to be known before.
    """

    condition: str
    negated: bool
    rule: str
    citations: tuple[str, ...]
    read: Read
    mark: Mark
    least: int
    who: str | None = None
    day: dt.date | None = None
    change: Change | None = None


class Repair(Data):
    """Changes that together turn an answer, none of them dispensable; on `day` where time has to
    pass as well."""

    changes: tuple[Change, ...]
    day: dt.date | None = None


class Opening(Data):
    """Facts that would open a conclusion at once, each with the values that do, though nobody is
    advised to bring them about; not `sure`: if what is unknown does not stand against it."""

    facts: dict[str, tuple[FactValue, ...]]
    sure: bool


class WhyNot(Grounds):
    """What stands against a conclusion, and every smallest set of changes that turns it.

    At most `bound` changes, the passing of time being one, up to the day `until`. No order of
    merit: `repairs` stand in the order of the facts. `opens_with`: where there is none, what would
    open it at once though it is proposed to nobody. `instead`: the steps that are open; `beside`:
    kindred conclusions that hold or may hold.
    """

    conclusion: str
    answer: Answer
    obstacles: tuple[Obstacle, ...]
    clarify: tuple[str, ...]
    repairs: tuple[Repair, ...]
    bound: int
    until: dt.date
    opens_with: tuple[Opening, ...] = ()
    instead: tuple[str, ...] = ()
    beside: dict[str, Answer] = {}


class Amendment(Data):
    """A rule whose version changed: the citations of the one that now answers."""

    rule: str
    citations: tuple[str, ...]


class Said(Data):
    """What a conclusion comes to."""

    answer: Answer
    result: str | None = None
    strength: str | None = None


class Moved(Data):
    """A conclusion that moved: from what to what, and through what.

    `cause`: the person alone, the law alone, either of them alone, or only both together. `facts`:
    those whose change is needed for it; `told`: the told facts behind them that differ, if any.
    """

    conclusion: str
    before: Said
    after: Said
    cause: Cause
    facts: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    amendments: tuple[Amendment, ...] = ()


class Turn(Data):
    """The day on which a conclusion turns."""

    day: dt.date
    move: Moved


class Turns(Grounds):
    """When conclusions turn, from `on` to `until`: what each is on the first day, and every turn,
    day by day."""

    until: dt.date
    first: dict[str, Said]
    turns: tuple[Turn, ...]


class Differences(Grounds):
    """What moved between two days, two states of a case or two rulebooks: from the day `before` to
    the day `on`."""

    before: dt.date
    moved: tuple[Moved, ...]


class Question(Data):
    """A fact to ask for next: the conclusions that its answer alone could open or close, and those
    it bears on with others.

    `gain`: by how many open facts fewer hang on the answer, on average over what it can be.
    `checked`: whether it is proven that the fact can still matter; where the search was too large,
    it only may.
    """

    fact: str
    opens: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()
    touches: tuple[str, ...] = ()
    gain: float
    checked: bool = True


class Questions(Grounds):
    """What to ask next, best first, for the conclusions that are asked for; those decided already.

    `checked`: false where the conditions were too large together, so that it was not found out
    which facts can still matter; then all that the open rules read are there, in their order.
    """

    asked: tuple[str, ...]
    decided: tuple[str, ...]
    questions: tuple[Question, ...] = Field(default=())
    checked: bool = True
