"""How the result of a casebook reads: agreement by topic, and every difference with its reason."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from klappts_engine import texts
from klappts_engine.rules.upkeep.casebook import Outcome, Report

WIDTH = 100
INSIDE = "inside"


def case_lines(report: Report, lang: str) -> list[str]:
    """One line a topic, then what differs or cannot be run, then the cases that are shown but not
    counted."""

    def text(code: str, **params: object) -> str:
        return texts.text(f"show.cases.{code}", lang, **params)

    def named(outcome: Outcome) -> str:
        case = outcome.case
        head = text(
            "line",
            id=case.id,
            day=outcome.day.isoformat(),
            expected=text(case.expected),
            got=text(outcome.got or "none"),
        )
        parts = [head]
        if outcome.missing:
            parts.append(text("missing", names=", ".join(outcome.missing)))
        if outcome.deciding:
            parts.append(text("deciding", facts=", ".join(outcome.deciding)))
        if outcome.citations:
            parts.append(text("version", cite="; ".join(outcome.citations[:3])))
        if outcome.known:
            parts.append(text("known", decides=outcome.known.decides, reason=outcome.known.reason))
        parts.append(text("source", source=case.origin))
        return " ".join(part for part in parts if part)

    def block(code: str, outcomes: Iterable[Outcome]) -> list[str]:
        lines = [
            line
            for one in outcomes
            for line in textwrap.wrap(
                named(one), WIDTH, initial_indent="  ", subsequent_indent="    "
            )
        ]
        return ["", text(code), *lines] if lines else []

    topics: dict[str, list[Outcome]] = {}
    for one in report.asserted:
        topics.setdefault(
            one.case.topic
            if one.case.horizon == INSIDE
            else f"{one.case.topic} ({one.case.horizon})",
            [],
        ).append(one)
    lines = [
        text(
            "topic",
            topic=topic,
            total=len(ones),
            agree=sum(o.agrees is True for o in ones),
            disagree=sum(o.agrees is False for o in ones),
            not_runnable=sum(o.agrees is None for o in ones),
        )
        for topic, ones in sorted(topics.items())
    ]
    explained = [one for one in report.differing if one.known]
    strengths = [
        one
        for one in report.asserted
        if one.agrees and one.case.strength and one.strength and one.case.strength != one.strength
    ]
    data = report.data()
    return [
        *lines,
        *block("unexplained", report.unexplained),
        *block("explained", explained),
        *block("not_runnable", report.not_runnable),
        *block(
            "not_counted",
            (one for one in report.outcomes if not one.case.assert_ and one.agrees is not True),
        ),
        *(["", text("strengths")] if strengths else []),
        *(text("strength", id=o.case.id, said=o.case.strength, got=o.strength) for o in strengths),
        "",
        text("total", **{key: data[key] for key in ("total", "agree", "disagree", "not_runnable")}),
    ]
