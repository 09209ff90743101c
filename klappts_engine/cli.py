"""The command line `klappts`: assess, paths, explanations, cases, and the upkeep of the data."""

from __future__ import annotations

import datetime as dt
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from klappts_engine.engine import Engine
from klappts_engine.errors import Mistake, UsageError, echo
from klappts_engine.explain.model import Grounds, Questions
from klappts_engine.facts.case import Case, blank_case, write_private
from klappts_engine.options import (
    Asking,
    CaseFile,
    Executor,
    Goal,
    Lang,
    Listing,
    Paging,
    Spoken,
    Until,
    Within,
    command,
    day_of,
    group,
    new_file,
    output,
)
from klappts_engine.upkeep import pathways_app, rules_app
from klappts_engine.validation import nearest

app = group("cli.klappts")
case_app = group("cli.cases")
app.add_typer(case_app, name="case")
app.add_typer(rules_app, name="rules")
app.add_typer(pathways_app, name="pathways")

ConclusionId = Annotated[str, typer.Argument(metavar="CONCLUSION", help="cli.conclusion")]
ConclusionIds = Annotated[
    list[str], typer.Argument(metavar="CONCLUSION...", help="cli.conclusions")
]


@app.callback(help="cli.klappts")
def language(lang: Lang = None) -> None:
    """The language may be named before the command."""


@command(app, "assess", "cli.assess", Paging)
def assess(
    case: CaseFile,
    executor: Executor = "function",
    ids: Annotated[bool, typer.Option("--ids", help="cli.ids")] = False,
    *,
    options: Paging,
) -> None:
    """What holds on a day: money, work, German, school."""
    from klappts_engine.show.display import as_page
    from klappts_engine.show.overview import overview_lines
    from klappts_engine.show.words import Words

    page, engine = options.new_page, options.engine(executor)
    answer = engine.overview(engine.read_case(case), options.day)
    if page:
        write_private(page, as_page(engine, answer, options.language))
        return
    words = Words(engine, options.language)
    told = overview_lines(words, answer, options.everything, ids)
    output(answer if options.as_json else told)


@command(app, "paths", "cli.paths", Paging)
def paths(
    case: CaseFile,
    goal: Goal = "any",
    within: Within = None,
    executor: Executor = "function",
    *,
    options: Paging,
) -> None:
    """Ways to a goal, with days, payers and bodies."""
    from klappts_engine.interop.answers import paths_answer
    from klappts_engine.show.display import as_page
    from klappts_engine.show.ways import ways_lines
    from klappts_engine.show.words import Words
    from klappts_engine.ways.choice import choose

    page, engine = options.new_page, options.engine(executor)
    facts, day = engine.read_case(case), options.day
    goals = engine.catalogue.goal(goal).parts or (goal,)
    answers = {one: engine.paths(facts, one, day, within=within, questions=True) for one in goals}
    choice = choose(engine.rulebook, list(answers.values()))
    if page:
        write_private(page, as_page(engine, choice, options.language))
    elif options.as_json:
        whole = answers.get(goal) or engine.paths(facts, goal, day, within=within)
        output(paths_answer(engine, choice, whole))
    else:
        output(ways_lines(Words(engine, options.language), choice, options.everything))


@command(app, "why", "cli.why", Asking)
def why(
    case: CaseFile,
    conclusion: Annotated[
        str | None, typer.Argument(metavar="[CONCLUSION]", help="cli.conclusion")
    ] = None,
    line: Annotated[int | None, typer.Option("--line", metavar="N", help="cli.line")] = None,
    *,
    options: Asking,
) -> None:
    """Why an answer is what it is; asked by its id, or by its line in the overview."""
    from klappts_engine.show.overview import row_at
    from klappts_engine.show.words import Words

    if (conclusion is None) == (line is None):
        raise UsageError(Mistake("conclusion_or_line"))

    def answer(engine: Engine, facts: Case, day: dt.date) -> Grounds:
        words = Words(engine, options.language)
        asked = (conclusion,) if line is None else row_at(words, engine.overview(facts, day), line)
        return engine.why(facts, str(asked[0]), day, instead=True)

    _explain(case, options, answer)


@command(app, "why-not", "cli.why_not", Asking)
def why_not(
    case: CaseFile, conclusion: ConclusionId, until: Until = None, *, options: Asking
) -> None:
    """What stands against an answer, and what would change it."""
    _explain(
        case,
        options,
        lambda engine, facts, day: engine.why_not(facts, conclusion, day, _until(until)),
    )


@command(app, "when", "cli.when", Asking)
def when(
    case: CaseFile, conclusions: ConclusionIds, until: Until = None, *, options: Asking
) -> None:
    """When answers change, and through what."""
    _explain(
        case,
        options,
        lambda engine, facts, day: engine.when(facts, conclusions, day, _until(until)),
    )


@command(app, "changed", "cli.changed", Asking)
def changed(
    case: CaseFile,
    other: Annotated[str | None, typer.Argument(metavar="[CASE]", help="cli.other")] = None,
    then: Annotated[str | None, typer.Option("--then", metavar="DAY", help="cli.then")] = None,
    rules_then: Annotated[
        str | None, typer.Option("--rules-then", metavar="FOLDER", help="cli.rules_then")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="FACT", help="cli.without")
    ] = None,
    *,
    options: Asking,
) -> None:
    """What changed between two days, cases or rulebooks."""

    def answer(engine: Engine, facts: Case, day: dt.date) -> Grounds:
        later = day_of(then) if then else day
        after = engine
        if rules_then is not None:
            after = Engine.load(rules_then, options.pathways, options.region)
        return engine.changed(
            (facts, day),
            (after.read_case(other) if other else facts, later),
            then=after,
            without=without or (),
        )

    _explain(case, options, answer)


@command(app, "ask", "cli.ask", Asking)
def ask(
    case: Annotated[str | None, typer.Argument(metavar="[CASE]", help="cli.continued")] = None,
    conclusions: Annotated[
        list[str] | None, typer.Option("--for", metavar="ID", help="cli.asked_for")
    ] = None,
    goal: Annotated[
        str | None, typer.Option("--goal", metavar="for|beruf|both|any", help="cli.goal")
    ] = None,
    *,
    options: Asking,
) -> None:
    """Asks for what still matters."""
    from klappts_engine.show.interview import Interview
    from klappts_engine.show.overview import overview_lines
    from klappts_engine.show.words import Words

    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # what is no text is a wrong answer
    engine, day = options.engine(), options.day
    first = () if conclusions else engine.catalogue.head.overview.first_talk
    talk = Interview(engine, Path(case) if case else None, options.language, first)

    def asked(facts: Case) -> Questions:
        return engine.ask(facts, day, conclusions or None, goal)

    if options.as_json:
        output(asked(talk.case))
        return
    words = Words(engine, options.language)

    def told(facts: Case) -> list[str]:
        return [] if conclusions else overview_lines(words, engine.overview(facts, day))

    talk.run(asked, typer.echo, _heard, told)
    if talk.answers and case:
        typer.echo(options.text("show.explain.saved", file=echo(Path(case).name)))
    elif talk.answers:
        typer.echo(options.text("show.explain.not_saved"))
        typer.echo(talk.text)


@command(app, "offers", "cli.offers", Listing)
def offers(
    municipality: Annotated[
        str | None, typer.Option("--municipality", metavar="NAME", help="cli.municipality")
    ] = None,
    field: Annotated[str | None, typer.Option("--field", metavar="FIELD", help="cli.field")] = None,
    strand: Annotated[
        str | None, typer.Option("--strand", metavar="STRAND", help="cli.strand")
    ] = None,
    stale: Annotated[bool | None, typer.Option("--stale/--fresh", help="cli.stale")] = None,
    *,
    options: Listing,
) -> None:
    """What exists where, and how old the information is."""
    from klappts_engine.show.offers import offer_lines

    engine = options.engine()
    found = engine.offers(municipality, field, strand, stale)
    output(found if options.as_json else offer_lines(engine, found, options.language))


@command(app, "cases", "cli.casebooks", Listing)
def cases(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="cli.casebook")],
    known: Annotated[
        str | None, typer.Option("--known-differences", metavar="FILE", help="cli.known")
    ] = None,
    executor: Executor = "function",
    *,
    options: Listing,
) -> None:
    """Holds published cases against the rules."""
    from klappts_engine.rules.upkeep import casebook as books
    from klappts_engine.show.casebook import case_lines

    engine = options.engine(executor)
    beside = {Path(file).parent / "known_differences.yaml" for file in files}
    differences: dict[str, books.Difference] = {}
    for path in [Path(known)] if known else sorted(filter(os.path.lexists, beside)):
        differences |= books.read_differences(path)
    told = books.read_casebook(map(Path, files))
    report = books.Casebook(engine.rulebook, engine.case_class, told, differences, executor).run()
    output(report.data() if options.as_json else case_lines(report, options.language))
    if report.unexplained:
        raise typer.Exit(1)


@command(case_app, "new", "cli.case_new", Spoken)
def case_new(
    file: Annotated[str | None, typer.Argument(metavar="FILE", help="cli.new_file")] = None,
    assume: Annotated[str | None, typer.Option("--assume", help="cli.assume")] = None,
    *,
    options: Spoken,
) -> None:
    """A blank, annotated case file."""
    engine = Engine.load()
    sets = engine.catalogue.assumptions
    if assume is not None and assume not in sets:
        known = {"known": ", ".join(sets), "guess": nearest(assume, sets)}
        raise UsageError(Mistake("assumptions_unknown", known))
    facts = sets[assume].facts if assume else None
    text = blank_case(engine.rulebook.vocabulary, options.language, facts, assume)
    if file is None:
        typer.echo(text, nl=False)
        return
    write_private(new_file(file), text)


def main() -> None:
    """Entry point of the command `klappts`; what a terminal cannot show becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app()


def _explain(
    case: str, options: Asking, answer: Callable[[Engine, Case, dt.date], Grounds]
) -> None:
    """Prints one kind of explanation of a case, with the foot that every answer carries."""
    from klappts_engine.show.explanations import explanation_lines
    from klappts_engine.show.words import Words

    engine, day = options.engine(), options.day
    what = answer(engine, engine.read_case(case), day)
    words = Words(engine, options.language)
    output(what if options.as_json else explanation_lines(words, what, options.everything))


def _heard() -> str | None:
    """One line from the person who answers; None at the end of the input."""
    try:
        return input("> ")
    except EOFError:
        return None


def _until(day: str | None) -> dt.date | None:
    return None if day is None else day_of(day, "--until")


if __name__ == "__main__":
    main()
