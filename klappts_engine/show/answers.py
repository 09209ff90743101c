"""How conclusions read: answer, strength and citation; those of an assessment as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from klappts_engine.rules.assessment import Answer, Assessment, Conclusion
from klappts_engine.show.context import Context
from klappts_engine.show.screen import Mark, Screen, Table
from klappts_engine.show.words import Words

LETTERS: dict[Answer, str] = {"holds": "#", "fails": ".", "unknown": "?"}
"""What stands for an answer in bars."""
FEW_CITATIONS = 2


class AnswerRow(NamedTuple):
    """One conclusion in words; `value` is what a classification gives."""

    title: str
    answer: Answer
    value: str
    strength: str
    cite: str


def answer_rows(words: Words, conclusions: Mapping[str, Conclusion]) -> Iterable[AnswerRow]:
    """Every conclusion in the order in which it was asked for."""
    for id, found in conclusions.items():
        value = words.result(id, found.result) if found.result else ""
        cite = "; ".join(found.citations[:FEW_CITATIONS])
        yield AnswerRow(words.rule(id), found.answer, value, words.grade(found.strength), cite)


def mark(words: Words, answer: Answer) -> Mark:
    """An answer with its letter."""
    return Mark(answer, LETTERS[answer], words.text(f"answer.{answer}"))


def answer_table(
    words: Words, conclusions: Mapping[str, Conclusion], heads: tuple[str, ...]
) -> Table:
    """Conclusions as a table; how often each answer is given stands above."""
    rows = tuple(
        (
            row.title,
            (mark(words, row.answer), f": {row.value}" if row.value else ""),
            row.strength,
            row.cite,
        )
        for row in answer_rows(words, conclusions)
    )
    counted = Counter(found.answer for found in conclusions.values())
    numbers = ", ".join(
        f"{counted[answer]} {words.text(f'answer.{answer}')}"
        for answer in LETTERS
        if counted[answer]
    )
    return Table(
        words.text("screen.caption.answers", number=len(rows), numbers=numbers), heads, rows
    )


def assessment_screen(context: Context, answer: Assessment) -> Screen:
    """The conclusions, and the foot."""
    table = answer_table(
        context.words, answer.conclusions, context.heads("rule", "answer", "strength", "cite")
    )
    return context.screen(
        "answers", [table], context.foot(answer.on, answer.caveats, answer.assumptions)
    )
