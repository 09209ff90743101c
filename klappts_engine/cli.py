"""The command line: klappts assess, klappts paths, klappts case new."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import BaseModel

from klappts_engine import texts
from klappts_engine.engine import Engine
from klappts_engine.errors import KlapptsError, Mistake, UsageError
from klappts_engine.facts.case import blank_case, write_private

app = typer.Typer(
    name="klappts", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Was darf die Person, wer zahlt, was kommt zuerst? / What may this person do, who pays, what comes first?",
)  # fmt: skip
case_app = typer.Typer(no_args_is_help=True, help="Falldateien / case files")
app.add_typer(case_app, name="case")

CaseFile = Annotated[str, typer.Argument(metavar="CASE", help="Falldatei (YAML oder JSON) / case file")]
On = Annotated[str | None, typer.Option("--on", metavar="DAY", help="Stichtag JJJJ-MM-TT, sonst heute / day, default today")]
Lang = Annotated[str, typer.Option("--lang", metavar="de|en", help="Sprache / language")]
Json = Annotated[bool, typer.Option("--json", help="Daten statt Worte / data instead of words")]
All = Annotated[bool, typer.Option("--all", help="alles zeigen / show everything")]
Region = Annotated[str, typer.Option("--region", help="Region")]
Rules = Annotated[str | None, typer.Option("--rules", metavar="FOLDER", help="eigener Ordner der Regeln / own rules folder")]
Pathways = Annotated[
    str | None, typer.Option("--pathways", metavar="FOLDER", help="eigener Ordner der Wege / own pathways folder")
]
Executor = Annotated[str, typer.Option("--executor", metavar="function|interpreter|durable", help="Rechenwerk / executor")]

REGION = "rhein-kreis-neuss"


@app.command()
def assess(
    case: CaseFile, on: On = None, lang: Lang = "de", as_json: Json = False, everything: All = False,
    region: Region = REGION, rules: Rules = None, pathways: Pathways = None, executor: Executor = "function",
) -> None:  # fmt: skip
    """Was gilt an diesem Tag: Geld, Arbeit, Sprache, Schule / what holds on this day."""

    def run() -> None:
        from klappts_engine.show.terminal import AssessmentView

        engine = Engine.load(rules, pathways, region, executor)
        facts = engine.read_case(case)
        answer = engine.assess(facts, _day(on))
        _print(answer if as_json else AssessmentView(engine, facts, answer, lang).lines(everything))

    _guarded(run, lang)


@app.command()
def paths(
    case: CaseFile,
    goal: Annotated[str, typer.Option("--goal", metavar="for|beruf|both|any", help="Ziel / goal")] = "any",
    on: On = None, lang: Lang = "de", as_json: Json = False, everything: All = False,
    region: Region = REGION, rules: Rules = None, pathways: Pathways = None, executor: Executor = "function",
) -> None:  # fmt: skip
    """Wege zum Ziel, mit Tagen, Zahlern und zuständigen Stellen / ways to the goal."""

    def run() -> None:
        from klappts_engine.show.terminal import PathsView

        engine = Engine.load(rules, pathways, region, executor)
        facts = engine.read_case(case)
        answer = engine.paths(facts, goal, _day(on))
        _print(answer if as_json else PathsView(engine, [answer], lang).lines(everything))

    _guarded(run, lang)


@case_app.command("new")
def case_new(
    file: Annotated[str | None, typer.Argument(metavar="FILE", help="neue Datei, sonst Ausgabe / new file")] = None,
    lang: Lang = "de",
    assume: Annotated[str | None, typer.Option("--assume", help="Annahmen, auf denen der Fall baut / assumption set")] = None,
) -> None:
    """Eine leere, erklärte Falldatei / a blank, annotated case file."""

    def run() -> None:
        engine = Engine.load()
        sets = engine.catalogue.assumptions
        if assume is not None and assume not in sets:
            raise UsageError(Mistake("assumptions_unknown", {"name": assume, "known": ", ".join(sets)}))
        text = blank_case(engine.rulebook.vocabulary, lang, sets[assume].facts if assume else None, assume)
        if file is None:
            typer.echo(text, nl=False)
            return
        path = Path(file)
        if path.exists():
            raise UsageError(Mistake("file_exists", {}, path.name))
        write_private(path, text)

    _guarded(run, lang)


def main() -> None:
    """Entry point of the command `klappts`."""
    app()


def _guarded(run: Callable[[], None], lang: str) -> None:
    """Runs a command; what the user can mend is said in sentences, with exit code 2 and no traceback."""
    if lang not in texts.LANGUAGES:
        _fail(UsageError(Mistake("lang_unknown", {"name": lang, "known": ", ".join(texts.LANGUAGES)})), "de")
    try:
        run()
    except KlapptsError as problem:
        _fail(problem, lang)


def _fail(problem: KlapptsError, lang: str) -> NoReturn:
    typer.echo(problem.text(lang), err=True)
    raise typer.Exit(2)


def _day(on: str | None) -> dt.date:
    if on is None:
        return dt.date.today()
    try:
        return dt.datetime.strptime(on, "%Y-%m-%d").date()
    except ValueError:
        raise UsageError(Mistake("day_malformed", {"name": "--on"})) from None


def _print(answer: BaseModel | list[str]) -> None:
    if isinstance(answer, BaseModel):
        data: Any = answer.model_dump(mode="json", by_alias=True)
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(answer))


if __name__ == "__main__":
    main()
