"""What is said first: the step that is under way, what hangs on it, and what ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from klappts_engine.deadlines import Agreement, Deadline, Running
from klappts_engine.facts.calendar import add_months
from klappts_engine.overview import SOON, Overview
from klappts_engine.show.words import Words

MOST = 3
"""So many ends are told in a short overview."""


def first_sentences(words: Words, what: Overview, everything: bool) -> Iterator[str]:
    """The step that is under way and what hangs on it, the training that is agreed, then what ends
    within a year; with `everything` also, by name, what ends later."""
    if what.running:
        yield from _running(words, what.running)
    if what.agreed:
        yield _agreed(words, what.agreed)
    until = add_months(what.on, SOON)
    soon = [one for one in what.deadlines if one.day <= until]
    for one in soon if everything else soon[:MOST]:
        yield _deadline(words, one, over=one.day < what.on)
        if one.advice_first:
            yield words.text("advice_first")
    if everything:
        yield from later_sentence(words, what, until)


def later_sentence(words: Words, what: Overview, until: dt.date) -> Iterator[str]:
    """By name what ends after a day."""
    named = [
        words.text("first_later_one", what=one.what.in_(words.lang), day=words.day(one.day))
        for one in what.deadlines
        if one.day > until
    ]
    if named:
        yield words.text("first_later", what="; ".join(named))


def _running(words: Words, running: Running) -> Iterator[str]:
    usual, last = running.end_range.typical, running.end_range.max
    if last is None:
        end = words.text("first_end_unknown")
    elif last == usual:
        end = words.text("first_end", month=words.month(usual))
    else:
        end = words.text("first_end_between", month=words.month(usual), last=words.month(last))
    step, since = words.step(running.step), words.month(running.since)
    yield words.text("first_running", step=step, since=since, end=end)
    for bond in running.keep:
        what, keep = bond.what.in_(words.lang), bond.keep.in_(words.lang)
        yield words.text("first_bond", what=what, keep=keep, cite=bond.cites[0])
    if running.at_risk:
        yield words.text("first_risk")


def _agreed(words: Words, agreed: Agreement) -> str:
    """The training that is agreed, from when, how far the contract is, and what is still to do."""
    contract = words.value(agreed.fact, agreed.contract)
    begins = agreed.begins and words.day(agreed.begins)
    step = words.text("choice").join(map(words.step, agreed.steps))
    key = "first_agreed" if begins else "first_agreed_some_day"
    told = words.text(key, step=step, day=begins, contract=contract)
    if not agreed.todo:
        return told
    todo = ", ".join(map(words.todo, agreed.todo))
    return words.text("first_agreed_before", told=told, todo=todo)


def _deadline(words: Words, one: Deadline, over: bool) -> str:
    return words.text(
        "first_over" if over else "first_deadline",
        day=words.day(one.day if over else one.last_day_to_act),
        what=one.what.in_(words.lang),
        cite=one.cites[0],
        act=one.act.in_(words.lang),
        body=words.term("bodies", one.body),
    )
