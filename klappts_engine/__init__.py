"""klappts-engine: rules and ways for young refugees on the way to a certificate or a degree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from klappts_engine.engine import Engine
from klappts_engine.errors import (
    CaseError,
    DataError,
    EngineUnavailable,
    KlapptsError,
    Mistake,
    UsageError,
)
from klappts_engine.facts.episodes import Episode
from klappts_engine.rules.assessment import Assessment, Conclusion
from klappts_engine.rules.timeline import Timeline
from klappts_engine.ways.model import StepState, Way, Ways

if TYPE_CHECKING:
    from klappts_engine.facts.case import Case

__version__ = "0.1.0"
__all__ = [
    "Assessment",
    "Case",
    "CaseError",
    "Conclusion",
    "DataError",
    "Engine",
    "EngineUnavailable",
    "Episode",
    "KlapptsError",
    "Mistake",
    "StepState",
    "Timeline",
    "UsageError",
    "Way",
    "Ways",
]


def __getattr__(name: str) -> object:
    """`Case`, the class of cases of the shipped vocabulary, is made when it is first asked for."""
    if name == "Case":
        from klappts_engine.facts.shipped import shipped_case

        return shipped_case()
    raise AttributeError(name)
