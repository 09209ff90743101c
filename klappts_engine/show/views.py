"""The overview of a case and the ways to goals as displays, of the rows of the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from klappts_engine.show.answers import answer_table
from klappts_engine.show.context import Context
from klappts_engine.show.overview import AssessmentView
from klappts_engine.show.screen import (
    Block,
    Branch,
    Cell,
    Items,
    Screen,
    Section,
    Table,
    When,
    around,
)
from klappts_engine.show.terminal import sentences
from klappts_engine.show.ways import PathsView, StepRow
from klappts_engine.ways.telling import Path, Paths


def overview_screen(context: Context, view: AssessmentView) -> Screen:
    """Money, work, German, school, what to clarify, what to do now; every conclusion folded; and
    the foot."""
    context, answer = replace(context, words=view.words), view.assessment
    rows = tuple((label, sentences(parts)) for label, parts in view.rows())
    table = Table(
        context.words.text("screen.caption.overview"), context.heads("area", "what"), rows
    )
    answers = answer_table(
        context.words, answer, context.heads("rule", "answer", "strength", "cite")
    )
    folded = Section(context.words.text("screen.title.answers"), (answers,), folded=True)
    return context.screen(
        "overview", [table, folded], context.foot(answer.on, answer.caveats, answer.assumptions)
    )


def ways_screen(context: Context, view: PathsView) -> Screen:
    """For each goal the best way, the others folded; what all share, where they get stuck, and the
    foot."""
    context, first = replace(context, words=view.words), view.answers[0]
    goals = [Section(view.label(answer), tuple(_goal(view, answer))) for answer in view.answers]
    shared = [Section(label, (sentences([said]),)) for label, said in view.shared()]
    return context.screen(
        "ways", [*goals, *shared], context.foot(first.on, first.caveats, first.assumptions)
    )


def paths_screen(context: Context, answer: Paths) -> Screen:
    """The ways to one goal."""
    return ways_screen(context, PathsView(context.words.engine, [answer], context.words.lang))


def path_screen(context: Context, path: Path) -> Screen:
    """One way alone; the day and what it assumes are told with all ways together."""
    engine, words = context.words.engine, context.words
    view = PathsView(engine, [], words.lang)
    foot = context.foot(words.text("screen.part"), engine.caveats(path.end_range.typical), ())
    return context.screen("way", [sentences([view.ends(path)]), *_way(view, path)], foot)


def _goal(view: PathsView, answer: Paths) -> Iterable[Block]:
    head = view.head(answer)
    if head:
        yield head
    if answer.reached or not answer.paths:
        return
    best = view.best(answer)
    for path in (best, *(path for path in answer.paths if path is not best)):
        yield Section(
            sentences([view.dates(answer.on, path)]),
            tuple(_way(view, path)),
            folded=path is not best,
        )


def _way(view: PathsView, path: Path) -> Iterable[Block]:
    yield Items(tuple(_step(view, step) for step in view.steps(path)), ordered=True)
    yield view.living(path)


def _step(view: PathsView, step: StepRow) -> Cell | Branch:
    line = around(step.text, When(step.start, view.words.month(step.start)))
    return Branch(line, Items((step.company,))) if step.company else line
