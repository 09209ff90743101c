"""Displays of the models that the engine hands out, as HTML, as a page, and as plain text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from klappts_engine import texts
from klappts_engine.engine import Engine
from klappts_engine.errors import Mistake, UsageError
from klappts_engine.explain.model import Differences, Explanation, Questions, Turns, WhyNot
from klappts_engine.facts.case import Case
from klappts_engine.overview import Overview
from klappts_engine.pathways.offers import OfferList
from klappts_engine.rules.assessment import Assessment
from klappts_engine.rules.timeline import Timeline
from klappts_engine.show.answers import assessment_screen
from klappts_engine.show.case import case_screen
from klappts_engine.show.context import Context
from klappts_engine.show.explanations import explanation_screen
from klappts_engine.show.html import fragment, page
from klappts_engine.show.offers import offers_screen
from klappts_engine.show.overview import overview_screen
from klappts_engine.show.screen import Screen
from klappts_engine.show.text import text_lines
from klappts_engine.show.timelines import timeline_screen
from klappts_engine.show.ways import path_screen, paths_screen, ways_screen
from klappts_engine.show.words import Words
from klappts_engine.ways.choice import Choice
from klappts_engine.ways.model import Way, Ways

DISPLAYS: Mapping[type, Callable[[Context, Any], Screen]] = {
    Assessment: assessment_screen,
    Case: case_screen,
    **dict.fromkeys((Explanation, WhyNot, Turns, Differences, Questions), explanation_screen),
    OfferList: offers_screen,
    Choice: ways_screen,
    Overview: overview_screen,
    Way: path_screen,
    Ways: paths_screen,
    Timeline: timeline_screen,
}
"""What can be shown, and how. A further model needs one function and one line here."""


def screen_of(engine: Engine, model: object, lang: str = "de", sensitive: bool = False) -> Screen:
    """The display of a model. Raises UsageError for a language that is not there and for what has
    no display."""
    check_language(lang)
    for kind, build in DISPLAYS.items():
        if isinstance(model, kind):
            return build(Context(Words(engine, lang, discreet=not sensitive), sensitive), model)
    known = ", ".join(kind.__name__ for kind in DISPLAYS)
    raise UsageError(Mistake("display_unknown", {"name": type(model).__name__, "known": known}))


def check_language(lang: str) -> None:
    """Raises UsageError for a language that is not there."""
    if lang not in texts.LANGUAGES:
        raise UsageError(
            Mistake("lang_unknown", {"name": lang, "known": ", ".join(texts.LANGUAGES)})
        )


def as_html(engine: Engine, model: object, lang: str = "de", sensitive: bool = False) -> str:
    """A model as a section of HTML. Values of protected facts are hidden unless `sensitive`."""
    return fragment(screen_of(engine, model, lang, sensitive))


def as_page(engine: Engine, model: object, lang: str = "de", sensitive: bool = False) -> str:
    """A model as a page that can be saved and printed; see `as_html`."""
    return page(screen_of(engine, model, lang, sensitive))


def as_text(engine: Engine, model: object, lang: str = "de", sensitive: bool = False) -> str:
    """A model as lines of plain text; see `as_html`."""
    return "\n".join(text_lines(screen_of(engine, model, lang, sensitive)))
