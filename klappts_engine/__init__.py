"""klappts-engine: rules and ways for young refugees on the way to a certificate or a degree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from klappts_engine.engine import Assessment, Engine
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
    Moved,
    Node,
    Obstacle,
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
from klappts_engine.pathways.model import Todo
from klappts_engine.pathways.offers import OfferLine, OfferList
from klappts_engine.pathways.practice import Place, PlaceOffer
from klappts_engine.rules.assessment import Conclusion, InForce
from klappts_engine.rules.timeline import Stretch, Timeline
from klappts_engine.validation import Text
from klappts_engine.ways.telling import (
    Criteria,
    Paid,
    Path,
    Paths,
    PathStep,
    Practice,
    Range,
    Reason,
    StepState,
    System,
)

if TYPE_CHECKING:
    from klappts_engine.facts.typed import Facts
    from klappts_engine.facts.typed import ShippedCase as Case

__version__ = "0.1.0"
__all__ = [
    "Amendment",
    "Assessment",
    "Assumed",
    "Case",
    "CaseError",
    "Change",
    "Chosen",
    "Conclusion",
    "Criteria",
    "DataError",
    "Differences",
    "Engine",
    "EngineUnavailable",
    "Episode",
    "Explanation",
    "Facts",
    "InForce",
    "KlapptsError",
    "Mistake",
    "Moved",
    "Node",
    "Obstacle",
    "OfferLine",
    "OfferList",
    "Paid",
    "Path",
    "PathStep",
    "Paths",
    "Place",
    "PlaceOffer",
    "Practice",
    "Question",
    "Questions",
    "Range",
    "Read",
    "Reason",
    "Repair",
    "Said",
    "StayPeriod",
    "StepState",
    "Stretch",
    "System",
    "Text",
    "Timeline",
    "Todo",
    "Turn",
    "Turns",
    "UsageError",
    "Used",
    "WhyNot",
]


def __getattr__(name: str) -> object:
    """`Case`, the class of cases of the shipped vocabulary, and `Facts`, its type for checkers,
    are made when they are first asked for."""
    if name == "Case":
        from klappts_engine.facts.shipped import shipped_case

        return shipped_case()
    if name == "Facts":
        from klappts_engine.facts.typed import Facts

        return Facts
    raise AttributeError(name)
