"""The shape of the terminal: labelled rows, and the foot that every answer carries."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from klappts_engine.explain.model import Grounds
from klappts_engine.overview import Overview
from klappts_engine.rules.timeline import Timeline
from klappts_engine.show.words import Words
from klappts_engine.validation import Text
from klappts_engine.ways.choice import Choice

WIDTH = 100
LABEL = 11
TIED = "\N{NO-BREAK SPACE}"
"""Keeps a number on the line of its paragraph sign."""


def row(label: str, parts: Iterable[str], width: int = WIDTH) -> list[str]:
    """A labelled row: long ones are wrapped under their own start."""
    told = sentences(parts).replace("§ ", f"§{TIED}")
    lines = textwrap.wrap(
        told, width, initial_indent=label.ljust(LABEL), subsequent_indent=" " * LABEL
    )
    return [line.replace(TIED, " ") for line in lines]


def sentences(parts: Iterable[str]) -> str:
    """Parts in one row, each as a sentence."""
    begun = [part[:1].upper() + part[1:] for part in parts if part]
    return " ".join(sentence if sentence[-1] in ".?!" else f"{sentence}." for sentence in begun)


def standing(words: Words, first: str, caveats: Iterable[Text]) -> list[str]:
    """What is said of the day, then the Rechtsstand, told once, with what comes after it or alone,
    and what was not checked."""
    told = [caveat.in_(words.lang) for caveat in caveats]
    stand = words.day(words.engine.rulebook.book.rechtsstand)
    if not any(stand in caveat for caveat in told):
        told.insert(0, sentences([words.text("page.state", stand=stand)]))
    return [first, *told]


def foot(
    words: Words, answer: Overview | Choice | Timeline | Grounds, everything: bool
) -> list[str]:
    """The day, the Rechtsstand, the assumptions in force and what was not checked."""
    sets = words.engine.catalogue.assumptions
    parts = standing(words, words.text("foot", on=words.day(answer.on)), answer.caveats)
    used = [assumed for assumed in answer.assumptions if assumed.facts]
    if everything:
        for assumed in used:
            values = sets[assumed.set].facts
            facts = "; ".join(
                words.text("told", fact=words.fact(fact), value=words.spoken(fact, values[fact]))
                for fact in assumed.facts
            )
            parts.append(
                words.text("assumed_all", set=sets[assumed.set].title.in_(words.lang), facts=facts)
            )
    elif used:
        titles = ", ".join(sets[assumed.set].title.in_(words.lang) for assumed in used)
        parts.append(
            words.text("assumed", sets=titles, number=sum(len(assumed.facts) for assumed in used))
        )
    parts.append(words.text("disclaimer"))
    if not everything:
        parts.append(words.text("more"))
    return textwrap.wrap(" ".join(parts), WIDTH)
