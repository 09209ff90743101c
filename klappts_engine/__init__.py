"""klappts-engine: rules and ways for young refugees on the way to a certificate or a degree."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from klappts_engine.deadlines import Agreement, Bond, Deadline, Running
from klappts_engine.engine import Engine
from klappts_engine.errors import (
    CaseError,
    DataError,
    EngineUnavailable,
    KlapptsError,
    Mistake,
    UsageError,
)
from klappts_engine.explain.model import (
    Amendment,
    Change,
    Chosen,
    Differences,
    Explanation,
    Instead,
    Moved,
    Node,
    Obstacle,
    Opening,
    Question,
    Questions,
    Read,
    Repair,
    Said,
    Turn,
    Turns,
    Used,
    WhyNot,
)
from klappts_engine.facts.assumptions import Assumed
from klappts_engine.facts.derive import StayPeriod
from klappts_engine.facts.episodes import Episode
from klappts_engine.inquiry import Inquiry
from klappts_engine.overview import (
    ActItem,
    AdviceItem,
    Area,
    Availability,
    Ground,
    HelpItem,
    Later,
    NothingItem,
    Overview,
    PlaceItem,
    QuestionItem,
    StepItem,
    ValueItem,
)
from klappts_engine.pathways.offers import OfferLine, OfferList
from klappts_engine.pathways.practice import Place, PlaceOffer
from klappts_engine.pathways.steps import Todo
from klappts_engine.pathways.titles import Titles
from klappts_engine.rules.assessment import Assessment, Conclusion, InForce
from klappts_engine.rules.timeline import Stretch, Timeline
from klappts_engine.validation import Text
from klappts_engine.ways.choice import Choice, First, GoalChoice, Hope
from klappts_engine.ways.model import (
    Criteria,
    Paid,
    Practice,
    Range,
    Reason,
    Saving,
    StepState,
    System,
    WaitReason,
    Way,
    WayLeg,
    Ways,
    WayStep,
)
from klappts_engine.ways.search import Budget

if TYPE_CHECKING:
    from klappts_engine.facts.typed import Facts
    from klappts_engine.facts.typed import ShippedCase as Case

__version__ = "0.1.0"
__all__ = [
    "ActItem",
    "AdviceItem",
    "Agreement",
    "Amendment",
    "Area",
    "Assessment",
    "Assumed",
    "Availability",
    "Bond",
    "Budget",
    "Case",
    "CaseError",
    "Change",
    "Choice",
    "Chosen",
    "Conclusion",
    "Criteria",
    "DataError",
    "Deadline",
    "Differences",
    "Engine",
    "EngineUnavailable",
    "Episode",
    "Explanation",
    "Facts",
    "First",
    "GoalChoice",
    "Ground",
    "HelpItem",
    "Hope",
    "InForce",
    "Inquiry",
    "Instead",
    "KlapptsError",
    "Later",
    "Mistake",
    "Moved",
    "Node",
    "NothingItem",
    "Obstacle",
    "OfferLine",
    "OfferList",
    "Opening",
    "Overview",
    "Paid",
    "Place",
    "PlaceItem",
    "PlaceOffer",
    "Practice",
    "Question",
    "QuestionItem",
    "Questions",
    "Range",
    "Read",
    "Reason",
    "Repair",
    "Running",
    "Said",
    "Saving",
    "StayPeriod",
    "StepItem",
    "StepState",
    "Stretch",
    "System",
    "Text",
    "Timeline",
    "Titles",
    "Todo",
    "Turn",
    "Turns",
    "UsageError",
    "Used",
    "ValueItem",
    "WaitReason",
    "Way",
    "WayLeg",
    "WayStep",
    "Ways",
    "WhyNot",
]


_RENAMED: dict[str, type] = {"Path": Way, "Paths": Ways}


def __getattr__(name: str) -> object:
    """`Case`, the class of cases of the shipped vocabulary, and `Facts`, its type for checkers,
    are made when they are first asked for; names of before warn for one release."""
    if name == "Case":
        from klappts_engine.facts.shipped import shipped_case

        return shipped_case()
    if name == "Facts":
        from klappts_engine.facts.typed import Facts

        return Facts
    if name in _RENAMED:
        warnings.warn(f"{name} is now {_RENAMED[name].__name__}", DeprecationWarning, stacklevel=2)
        return _RENAMED[name]
    raise AttributeError(name)
