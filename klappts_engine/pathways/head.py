"""What the head of a catalogue holds: facts it is wired to, settings of search and overview."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from klappts_engine.pathways.steps import Todo, TodoKind
from klappts_engine.validation import Count, Data, Text, within

Horizon = Annotated[int, within(1, 240)]


class Point(Data):
    """A rule whose open questions an overview asks for, if the condition `when` holds.

    `otherwise` names the rule that helps where the answer is no; `risk_of` a fact whose risk is
    said before anything is done.
    """

    rule: str
    when: Any = None
    otherwise: str | None = None
    risk_of: str | None = None


class FactNames(Data):
    """The facts a catalogue is wired to: those that hold the age, the place and the benefit system.

    `running` and `running_since` tell which step is under way, and since when, `at_risk` whether
    its success is in danger; `work` is the classification of access to work. `contract` is the
    ladder of a contract of training, which binds from the rung `contract_binds` on;
    `contract_start` is the day on which that begins, and by `contract_terms` one knows the step it
    is about.
    """

    age: str
    municipality: str
    system: str
    running: str | None = None
    running_since: str | None = None
    at_risk: str | None = None
    work: str | None = None
    contract: str | None = None
    contract_binds: str | None = None
    contract_start: str | None = None
    contract_terms: tuple[str, ...] = ()


class SearchSettings(Data):
    """The choices a search rests on. `idle` names the profile of months between steps, `horizon`
    the months searched.

    `to_do_strength` gives the word of strength that each kind of to-do adds; `childcare` the rule
    that full daytime presence asks for, `childcare_todo` what to do first where it does not hold:
    it joins the to-dos of every such step. `late_strength` is the word of a start outside the usual
    time that has to be asked for; without it no way begins a step then. Between the usual months it
    is asked for within `late_within` months only: nobody plans on it for later. `weekly_hours` are
    what fits into a week, `accompanying` the strands whose courses can run beside another step.
    `worth_asking` are facts that are asked for where a value shortens a way, with that value.
    """

    idle: str
    horizon: Horizon
    to_do_strength: dict[TodoKind, str]
    late_strength: str | None = None
    late_within: Count = 12
    childcare: str | None = None
    childcare_todo: Todo | None = None
    weekly_hours: Count = 40
    accompanying: tuple[str, ...] = ()
    worth_asking: dict[str, Any] = {}


class OverviewLayout(Data):
    """How an overview is laid out. `lines` says which strands stand on which line of it.

    `work_shut` is the value of the access to work for none, `work_instead` the strands that stay
    open then. `clarify` says what it asks. `first_talk` are the facts that a first talk yields, in
    the order in which they are asked.
    """

    lines: dict[str, tuple[str, ...]] = {}
    work_shut: str | None = None
    work_instead: tuple[str, ...] = ()
    clarify: tuple[Point, ...] = ()
    first_talk: tuple[str, ...] = ()


class CatalogueHead(Data):
    """The head of a catalogue: its id, title and day, the facts it is wired to, the settings of the
    search, the layout of an overview, and the caveats that every answer carries."""

    id: str
    title: Text
    stand: dt.date
    facts: FactNames
    search: SearchSettings
    overview: OverviewLayout = OverviewLayout()
    caveats: tuple[Text, ...] = ()
