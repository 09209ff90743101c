"""Commands for the upkeep of the data: check, compare with the law, write pages and graphs."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from klappts_engine.errors import DataError, Mistake, UsageError, echo
from klappts_engine.options import Json, OnFolders, OnRules, command, day_of, group, output

rules_app, pathways_app = group("cli.book"), group("cli.catalogue")

TextFolder = Annotated[str, typer.Argument(metavar="TEXTDIR", help="cli.textdir")]


@command(rules_app, "check", "cli.rules_check", OnFolders)
def rules_check(
    files: Annotated[
        list[str] | None, typer.Option("--cases", metavar="FILE", help="cli.each_rule")
    ] = None,
    *,
    options: OnFolders,
) -> None:
    """Checks the rulebook."""
    from klappts_engine.rules.upkeep.casebook import Casebook, read_casebook
    from klappts_engine.rules.upkeep.drift import load_fingerprints
    from klappts_engine.rules.upkeep.lint import findings, unreached, words

    engine = options.engine()
    book = engine.rulebook
    found = findings(book, load_fingerprints(options.rules_folder), engine.facts_read())
    found += words(book, options.rules_folder)
    if files:
        told = Casebook(book, engine.case_class, read_casebook(map(Path, files)))
        found += unreached(book, told.asked | engine.rules_asked())
    if found:
        raise DataError(found)
    versions = sum(len(book.rules[id].versions) for id in book.conclusions)
    counted = {"rules": len(book.conclusions), "versions": versions}
    typer.echo(options.text("show.rules_checked", **counted))


@command(rules_app, "drift", "cli.drift", OnRules)
def rules_drift(
    folder: TextFolder,
    since: Annotated[str | None, typer.Option("--since", metavar="DAY", help="cli.since")] = None,
    as_json: Json = False,
    *,
    options: OnRules,
) -> None:
    """Which rules build on a text that has changed."""
    from klappts_engine.rules.loader import load_rulebook
    from klappts_engine.rules.upkeep.drift import drift, load_fingerprints
    from klappts_engine.show.drift import drift_lines

    known = load_fingerprints(options.rules_folder)
    day = day_of(since) if since else None
    if not os.path.isdir(folder):
        raise UsageError(Mistake("folder_missing", {"what": "TEXTDIR"}))
    found = drift(load_rulebook(options.rules_folder), known, Path(folder), day)
    said = day.isoformat() if day else known.days[-1]
    data = {"since": said, "drift": [asdict(one) for one in found]}
    output(data if as_json else drift_lines(found, said, options.language))


@command(rules_app, "fingerprint", "cli.fingerprint", OnRules)
def rules_fingerprint(
    folder: TextFolder,
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="cli.text_day")],
    *,
    options: OnRules,
) -> None:
    """Takes the fingerprints of the cited places."""
    from klappts_engine.rules.loader import load_rulebook
    from klappts_engine.rules.upkeep import drift

    place, day = options.rules_folder, day_of(on)
    before = drift.load_fingerprints(place)
    known = drift.take_fingerprints(load_rulebook(place), Path(folder), day, before)
    try:
        (place / drift.FILE).write_text(drift.spell_fingerprints(known), encoding="utf-8")
    except OSError:
        raise UsageError(Mistake("file_unwritable", {}, drift.FILE)) from None
    counted = {"places": len(known.places), "sections": len(known.sections)}
    typer.echo(options.text("show.fingerprinted", day=day.isoformat(), **counted))


@command(rules_app, "pages", "cli.pages", OnRules)
def rules_pages(
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="cli.pages_folder")],
    *,
    options: OnRules,
) -> None:
    """Writes the rulebook as pages to read."""
    from klappts_engine.rules.loader import load_rulebook
    from klappts_engine.show.pages import Pages

    place, target = options.rules_folder, Path(folder)
    pages = Pages(load_rulebook(place), place, options.language).all()
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            (target / name).write_text(text, encoding="utf-8")
    except OSError:
        raise UsageError(Mistake("file_unwritable", {}, target.name)) from None
    typer.echo(options.text("show.page.written_pages", number=len(pages), folder=echo(target.name)))


@command(pathways_app, "check", "cli.pathways_check", OnFolders)
def pathways_check(*, options: OnFolders) -> None:
    """Checks the catalogue."""
    done = options.engine().check()
    last = options.text(
        "show.checked",
        steps=done.steps,
        goals=done.goals,
        rules=done.rules,
        edges=done.edges,
        findings=len(done.findings),
    )
    output([*(mistake.text(options.language) for mistake in done.findings), last])
    if done.findings:
        raise typer.Exit(1)


@command(pathways_app, "graph", "cli.graph", OnFolders)
def pathways_graph(
    file: Annotated[str, typer.Argument(metavar="FILE", help="cli.graph_file")],
    *,
    options: OnFolders,
) -> None:
    """Writes milestones and steps as a graph."""
    from klappts_engine.pathways.graph import export_graph

    try:
        export_graph(options.engine().graph(), Path(file))
    except OSError:
        raise UsageError(Mistake("file_unwritable", {}, Path(file).name)) from None
    typer.echo(options.text("show.written", file=echo(Path(file).name)))
