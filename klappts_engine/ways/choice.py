"""The choice among ways: which is told first and why, what may be quicker, what all share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

from klappts_engine.facts.assumptions import Assumed
from klappts_engine.facts.calendar import months_elapsed
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.validation import Data, Text
from klappts_engine.ways.model import Saving, Way, Ways, WayStep

Firmness = Literal["secure", "discretion", "weak", "conditional"]
"""How firm a way is: claims and own acts; what may be refused; open questions or own money; it
leads through a door of which nobody knows whether it is open."""
FIRMEST: tuple[Firmness, ...] = ("secure", "discretion", "weak", "conditional")
Outlook = Literal["reached", "ask", "none", "no_secure", "secure"]
Why = Literal["agreed", "secure", "discretion", "known", "without_hopes", "only"]


class Hope(Data):
    """A way that is quicker if a step gives more than it aims at, or begins between its usual
    months: `way` is its place among the ways, `gains` what is hoped for, by fact and step by
    step."""

    way: int
    end: dt.date
    gains: tuple[tuple[str, Any], ...]
    steps_going_on: tuple[str, ...]


class First(Data):
    """The way that is told first, by its place among the ways, and why: it is the firmest through
    the training that is agreed; it is the first that is secure; that can be asked for; without a
    door of which nobody knows; without hopes; or there is no other kind."""

    way: int
    why: Why


class GoalChoice(Data):
    """The ways to one goal, and which of them is told first.

    `outlook`: the goal is reached; what `asks` names has to be asked first; there is no way; no way
    rests on claims and own acts alone; one does. `firmness` and `months` (from the day asked for to
    the usual end) are told way by way. `questions` are worth asking: an answer would shorten the
    way told first. `paper_until`: the last day of the present paper. `complete`: the search was not
    stopped; otherwise there may be more ways.
    """

    goal: str
    outlook: Outlook
    asks: tuple[str, ...] = ()
    questions: tuple[Saving, ...] = ()
    paper_until: dt.date | None = None
    paths: tuple[Way, ...]
    firmness: tuple[Firmness, ...]
    months: tuple[int, ...]
    first: First | None
    hope: Hope | None
    complete: bool = True

    @property
    def best(self) -> Way | None:
        """The way that is told first."""
        return self.paths[self.first.way] if self.first else None


class Choice(Data):
    """The ways to one or more goals side by side. `shared`: the steps that all known ways have in
    common where more than one goal is left; `bottlenecks`: common steps for which no place is
    known."""

    on: dt.date
    rulebook: str
    assumptions: tuple[Assumed, ...]
    caveats: tuple[Text, ...]
    horizon_months: int
    goals: tuple[GoalChoice, ...]
    shared: tuple[str, ...]
    bottlenecks: tuple[str, ...]


def told_first(rulebook: Rulebook, paths: Sequence[Way]) -> Way | None:
    """The way that is told first; None if there is none."""
    first = _first(paths, tuple(firmness(rulebook, path) for path in paths))
    return paths[first.way] if first else None


def choose(rulebook: Rulebook, answers: Sequence[Ways]) -> Choice:
    """The choice among the ways to one or more goals, asked for one case on one day."""
    first, common = answers[0], _common(answers)
    several = sum(not answer.reached for answer in answers) > 1
    stuck = [step for step in common if step.offer.verdict == "entitled_gap"]
    return Choice(
        on=first.on,
        rulebook=first.rulebook,
        assumptions=first.assumptions,
        caveats=first.caveats,
        horizon_months=first.horizon_months,
        goals=tuple(_goal(rulebook, answer) for answer in answers),
        shared=_ids(common) if several else (),
        bottlenecks=_ids(stuck),
    )


def firmness(rulebook: Rulebook, path: Way) -> Firmness:
    """How firm a way is."""
    if path.conditional:
        return "conditional"
    if _within(rulebook, path, "secure"):
        return "secure"
    return "discretion" if _within(rulebook, path, "discretion") else "weak"


def _within(rulebook: Rulebook, path: Way, policy: str) -> bool:
    """Whether a way is as firm as a policy asks; a way through an unknown door is not."""
    grade = path.criteria.strength
    return grade is not None and rulebook.scale.place(grade) <= rulebook.scale.cut(policy)


def _goal(rulebook: Rulebook, answer: Ways) -> GoalChoice:
    kinds = tuple(firmness(rulebook, path) for path in answer.paths)
    first = None if answer.reached else _first(answer.paths, kinds)
    return GoalChoice(
        goal=answer.goal,
        outlook=_outlook(answer, kinds),
        asks=answer.asks,
        questions=answer.questions,
        paper_until=answer.paper_until,
        paths=answer.paths,
        firmness=kinds,
        months=tuple(
            int(months_elapsed(answer.on, path.end_range.typical) or 0) for path in answer.paths
        ),
        first=first,
        hope=_hope(rulebook, answer.paths, kinds, first.way) if first else None,
        complete=answer.complete,
    )


def _outlook(answer: Ways, kinds: Sequence[Firmness]) -> Outlook:
    if answer.reached:
        return "reached"
    if answer.asks:
        return "ask"
    if not answer.paths:
        return "none"
    sure = (kind for path, kind in zip(answer.paths, kinds, strict=True) if not path.criteria.hopes)
    return "secure" if "secure" in sure else "no_secure"


def _first(paths: Sequence[Way], kinds: Sequence[Firmness]) -> First | None:
    """The firmest kind there is, without hopes and unclear doors where that can be."""
    sure = [number for number, path in enumerate(paths) if not path.criteria.hopes]
    agreed = [number for number in sure if any(step.agreed for step in paths[number].steps)]
    ranks: dict[Why, list[int]] = {
        "agreed": sorted(agreed, key=lambda number: FIRMEST.index(kinds[number])),
        "secure": [number for number in sure if kinds[number] == "secure"],
        "discretion": [number for number in sure if kinds[number] == "discretion"],
        "known": [number for number in sure if kinds[number] != "conditional"],
        "without_hopes": sure,
        "only": list(range(len(paths))),
    }
    return next((First(way=ways[0], why=why) for why, ways in ranks.items() if ways), None)


def _hope(
    rulebook: Rulebook, paths: Sequence[Way], kinds: Sequence[Firmness], first: int
) -> Hope | None:
    """The best way that is quicker than the first if a step gives more than it aims at: those that
    can be asked for before others, then the earlier. A hope needs a fact that supports it: on a way
    through an unclear door nothing does."""
    quicker = [
        number
        for number, path in enumerate(paths)
        if path.criteria.hopes
        and kinds[number] != "conditional"
        and path.criteria.end < paths[first].criteria.end
    ]
    if not quicker:
        return None

    def openness(number: int) -> tuple[bool, dt.date]:
        return kinds[number] == "weak", paths[number].criteria.end

    way = min(quicker, key=openness)
    path, facts = paths[way], rulebook.vocabulary.facts
    return Hope(
        way=way,
        end=path.criteria.end,
        gains=tuple(
            (fact, step.gives[fact])
            for step in path.steps
            for fact in step.hoped
            if facts[fact].ladder
        ),
        steps_going_on=tuple(
            step.id for step in path.steps if step.end_range.typical > path.criteria.end
        ),
    )


def _ids(steps: Sequence[WayStep]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(step.id for step in steps))


def _common(answers: Sequence[Ways]) -> list[WayStep]:
    """The steps on all ways whose doors are known, to all goals that are not reached yet; nothing
    where a goal has no such way."""
    by_goal = [
        [path for path in answer.paths if not path.conditional]
        for answer in answers
        if not answer.reached
    ]
    if not by_goal or not all(by_goal):
        return []
    ways = [{step.id for step in path.steps} for paths in by_goal for path in paths]
    first = by_goal[0][0]
    return [step for step in first.steps if all(step.id in way for way in ways)]
