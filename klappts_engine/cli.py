"""The command line `klappts`: assess, paths, explanations, cases, and the upkeep of the data."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import BaseModel, TypeAdapter
from typer.core import TyperGroup

from klappts_engine import texts
from klappts_engine.engine import Engine
from klappts_engine.errors import DataError, KlapptsError, Mistake, UsageError, echo
from klappts_engine.explain.model import Grounds, Questions
from klappts_engine.facts.case import Case, blank_case, write_private
from klappts_engine.folders import data_folder
from klappts_engine.validation import Day, nearest


class Commands(TyperGroup):
    """The commands; what a refusal of a wrong call repeats of it is cut."""

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """As every group does."""
        with _cut():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        """As every group does."""
        with _cut():
            return super().invoke(ctx)


@contextmanager
def _cut() -> Iterator[None]:
    try:
        yield
    except Exception as problem:
        if isinstance(getattr(problem, "message", None), str):
            vars(problem)["message"] = echo(vars(problem)["message"])
        raise


app = typer.Typer(
    name="klappts",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Was darf die Person, wer zahlt, was kommt zuerst? / "
    "What may this person do, who pays, what comes first?",
)
case_app = typer.Typer(no_args_is_help=True, help="Falldateien / case files")
app.add_typer(case_app, name="case")
rules_app = typer.Typer(no_args_is_help=True, help="Das Regelwerk / the rulebook")
app.add_typer(rules_app, name="rules")
pathways_app = typer.Typer(
    no_args_is_help=True, help="Der Katalog der Schritte / the catalogue of steps"
)
app.add_typer(pathways_app, name="pathways")

CaseFile = Annotated[
    str, typer.Argument(metavar="CASE", help="Falldatei (YAML oder JSON) / case file")
]
On = Annotated[
    str | None,
    typer.Option(
        "--on", metavar="DAY", help="Stichtag JJJJ-MM-TT, sonst heute / day, default today"
    ),
]
Lang = Annotated[str, typer.Option("--lang", metavar="de|en|einfach", help="Sprache / language")]
Json = Annotated[bool, typer.Option("--json", help="Daten statt Worte / data instead of words")]
All = Annotated[bool, typer.Option("--all", help="alles zeigen / show everything")]
Region = Annotated[str, typer.Option("--region", help="Region")]
Rules = Annotated[
    str | None,
    typer.Option("--rules", metavar="FOLDER", help="eigener Ordner der Regeln / own rules folder"),
]
Pathways = Annotated[
    str | None,
    typer.Option(
        "--pathways", metavar="FOLDER", help="eigener Ordner der Wege / own pathways folder"
    ),
]
Executor = Annotated[
    str,
    typer.Option(
        "--executor", metavar="function|interpreter|durable", help="Rechenwerk / executor"
    ),
]

ConclusionId = Annotated[
    str, typer.Argument(metavar="CONCLUSION", help="Kennung der Regel / id of the rule")
]
ConclusionIds = Annotated[
    list[str], typer.Argument(metavar="CONCLUSION...", help="Kennungen der Regeln / ids of rules")
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DAY", help="letzter Tag JJJJ-MM-TT / last day")
]
Answering = Callable[[Engine, Case, dt.date], Grounds]

REGION = "rhein-kreis-neuss"


@app.command()
def assess(
    case: CaseFile,
    on: On = None,
    lang: Lang = "de",
    as_json: Json = False,
    everything: All = False,
    region: Region = REGION,
    rules: Rules = None,
    pathways: Pathways = None,
    executor: Executor = "function",
) -> None:
    """Was gilt an diesem Tag: Geld, Arbeit, Sprache, Schule / what holds on this day."""

    def run() -> None:
        from klappts_engine.show.overview import AssessmentView

        engine = Engine.load(rules, pathways, region, executor)
        facts = engine.read_case(case)
        answer = engine.assess(facts, _day(on))
        _print(answer if as_json else AssessmentView(engine, facts, answer, lang).lines(everything))

    _guarded(run, lang)


@app.command()
def paths(
    case: CaseFile,
    goal: Annotated[
        str, typer.Option("--goal", metavar="for|beruf|both|any", help="Ziel / goal")
    ] = "any",
    on: On = None,
    lang: Lang = "de",
    as_json: Json = False,
    everything: All = False,
    region: Region = REGION,
    rules: Rules = None,
    pathways: Pathways = None,
    executor: Executor = "function",
) -> None:
    """Wege zum Ziel, mit Tagen, Zahlern und zuständigen Stellen / ways to the goal."""

    def run() -> None:
        from klappts_engine.show.ways import PathsView

        engine = Engine.load(rules, pathways, region, executor)
        facts = engine.read_case(case)
        if as_json:
            _print(engine.paths(facts, goal, _day(on)))
            return
        goals = engine.catalogue.goal(goal).parts or (goal,)
        answers = [engine.paths(facts, one, _day(on)) for one in goals]
        _print(PathsView(engine, answers, lang).lines(everything))

    _guarded(run, lang)


@app.command()
def why(
    case: CaseFile,
    conclusion: ConclusionId,
    on: On = None,
    lang: Lang = "de",
    as_json: Json = False,
    everything: All = False,
    region: Region = REGION,
    rules: Rules = None,
    pathways: Pathways = None,
) -> None:
    """Warum eine Antwort so lautet: Angaben, Fassung, Annahmen / why an answer is what it is."""

    def answer(engine: Engine, facts: Case, day: dt.date) -> Grounds:
        return engine.why(facts, conclusion, day)

    _explain(answer, case, on, lang, as_json, everything, region, rules, pathways)


@app.command("why-not")
def why_not(
    case: CaseFile,
    conclusion: ConclusionId,
    until: Until = None,
    on: On = None,
    lang: Lang = "de",
    as_json: Json = False,
    everything: All = False,
    region: Region = REGION,
    rules: Rules = None,
    pathways: Pathways = None,
) -> None:
    """Was dagegen steht, was es ändern würde, und was sonst offen ist / what stands against it,
    what would change it."""

    def answer(engine: Engine, facts: Case, day: dt.date) -> Grounds:
        return engine.why_not(facts, conclusion, day, _until(until))

    _explain(answer, case, on, lang, as_json, everything, region, rules, pathways)


@app.command()
def when(
    case: CaseFile,
    conclusions: ConclusionIds,
    until: Until = None,
    on: On = None,
    lang: Lang = "de",
    as_json: Json = False,
    everything: All = False,
    region: Region = REGION,
    rules: Rules = None,
    pathways: Pathways = None,
) -> None:
    """Wann sich Antworten ändern, und wodurch / when answers change, and through what."""

    def answer(engine: Engine, facts: Case, day: dt.date) -> Grounds:
        return engine.when(facts, conclusions, day, _until(until))

    _explain(answer, case, on, lang, as_json, everything, region, rules, pathways)


@app.command()
def changed(
    case: CaseFile,
    other: Annotated[
        str | None,
        typer.Argument(metavar="[CASE]", help="Falldatei danach, sonst dieselbe / case after"),
    ] = None,
    then: Annotated[
        str | None,
        typer.Option("--then", metavar="DAY", help="Tag danach, sonst derselbe / day after"),
    ] = None,
    rules_then: Annotated[
        str | None,
        typer.Option("--rules-then", metavar="FOLDER", help="Regeln danach / rules after"),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="FACT", help="Annahme weglassen / drop")
    ] = None,
    on: On = None,
    lang: Lang = "de",
    as_json: Json = False,
    everything: All = False,
    region: Region = REGION,
    rules: Rules = None,
    pathways: Pathways = None,
) -> None:
    """Was sich zwischen zwei Tagen, Fällen oder Regelwerken geändert hat / what changed between
    days, cases, rulebooks."""

    def answer(engine: Engine, facts: Case, day: dt.date) -> Grounds:
        later = _day(then) if then else day
        after = engine if rules_then is None else Engine.load(rules_then, pathways, region)
        return engine.changed(
            (facts, day),
            (after.read_case(other) if other else facts, later),
            then=after,
            without=without or (),
        )

    _explain(answer, case, on, lang, as_json, everything, region, rules, pathways)


@app.command()
def ask(
    case: Annotated[
        str | None,
        typer.Argument(metavar="[CASE]", help="Falldatei; wird fortgeschrieben / is continued"),
    ] = None,
    conclusions: Annotated[
        list[str] | None, typer.Option("--for", metavar="ID", help="wofür gefragt wird / asked for")
    ] = None,
    goal: Annotated[
        str | None, typer.Option("--goal", metavar="for|beruf|both|any", help="Ziel / goal")
    ] = None,
    on: On = None,
    lang: Lang = "de",
    as_json: Json = False,
    everything: All = False,
    region: Region = REGION,
    rules: Rules = None,
    pathways: Pathways = None,
) -> None:
    """Fragt nach, was noch zählt; mit --json nur die nächsten Fragen / asks for what still
    matters."""

    def run() -> None:
        from klappts_engine.show.interview import Interview

        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")  # what is no text is a wrong answer
        engine, day = Engine.load(rules, pathways, region), _day(on)
        talk = Interview(engine, Path(case) if case else None, lang)

        def asked(facts: Case) -> Questions:
            return engine.ask(facts, day, conclusions or None, goal)

        if as_json:
            _print(asked(talk.case))
            return
        talk.run(asked, typer.echo, _heard)
        if talk.answers and case:
            typer.echo(texts.text("show.explain.saved", lang, file=Path(case).name))
        elif talk.answers:
            typer.echo(texts.text("show.explain.not_saved", lang))
            typer.echo(talk.text)

    _guarded(run, lang)


def _heard() -> str | None:
    """One line from the person who answers; None at the end of the input."""
    try:
        return input("> ")
    except EOFError:
        return None


@app.command()
def offers(
    municipality: Annotated[
        str | None, typer.Option("--municipality", metavar="NAME", help="Gemeinde / municipality")
    ] = None,
    field: Annotated[
        str | None, typer.Option("--field", metavar="FIELD", help="Handlungsfeld / alliance field")
    ] = None,
    strand: Annotated[
        str | None, typer.Option("--strand", metavar="STRAND", help="Strang / strand")
    ] = None,
    stale: Annotated[
        bool | None, typer.Option("--stale/--fresh", help="nur alte, nur frische / only old, fresh")
    ] = None,
    lang: Lang = "de",
    as_json: Json = False,
    region: Region = REGION,
    rules: Rules = None,
    pathways: Pathways = None,
) -> None:
    """Was es wo gibt, und wie alt die Auskunft ist / what exists where, and how old the information
    is."""

    def run() -> None:
        from klappts_engine.show.offers import offer_lines

        engine = Engine.load(rules, pathways, region)
        found = engine.offers(municipality, field, strand, stale)
        _print(found if as_json else offer_lines(engine, found, lang))

    _guarded(run, lang)


@app.command()
def cases(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Dateien mit Fällen / case books")
    ],
    known: Annotated[
        str | None,
        typer.Option(
            "--known-differences", metavar="FILE", help="bekannte Abweichungen / known differences"
        ),
    ] = None,
    lang: Lang = "de",
    as_json: Json = False,
    region: Region = REGION,
    rules: Rules = None,
    pathways: Pathways = None,
    executor: Executor = "function",
) -> None:
    """Veröffentlichte Fälle gegen die Regeln halten / hold published cases against the rules."""

    def run() -> None:
        from klappts_engine.rules.upkeep.casebook import (
            Casebook,
            Difference,
            read_casebook,
            read_differences,
        )
        from klappts_engine.show.cases import case_lines

        engine = Engine.load(rules, pathways, region, executor)
        beside = {Path(file).parent / "known_differences.yaml" for file in files}
        differences: dict[str, Difference] = {}
        for path in [Path(known)] if known else sorted(filter(os.path.lexists, beside)):
            differences |= read_differences(path)
        book = Casebook(
            engine.rulebook,
            engine.case_class,
            read_casebook(map(Path, files)),
            differences,
            executor,
        )
        report = book.run()
        _print(report.data() if as_json else case_lines(report, lang))
        if report.unexplained:
            raise typer.Exit(1)

    _guarded(run, lang)


@case_app.command("new")
def case_new(
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="neue Datei, sonst Ausgabe / new file")
    ] = None,
    lang: Lang = "de",
    assume: Annotated[
        str | None,
        typer.Option("--assume", help="Annahmen, auf denen der Fall baut / assumption set"),
    ] = None,
) -> None:
    """Eine leere, erklärte Falldatei / a blank, annotated case file."""

    def run() -> None:
        engine = Engine.load()
        sets = engine.catalogue.assumptions
        if assume is not None and assume not in sets:
            raise UsageError(
                Mistake(
                    "assumptions_unknown",
                    {"known": ", ".join(sets), "guess": nearest(assume, sets)},
                )
            )
        text = blank_case(
            engine.rulebook.vocabulary, lang, sets[assume].facts if assume else None, assume
        )
        if file is None:
            typer.echo(text, nl=False)
            return
        path = Path(file)
        if os.path.lexists(path):
            raise UsageError(Mistake("file_exists", {}, path.name))
        write_private(path, text)

    _guarded(run, lang)


@rules_app.command("check")
def rules_check(
    files: Annotated[
        list[str] | None,
        typer.Option("--cases", metavar="FILE", help="Fälle für jede Regel / cases"),
    ] = None,
    lang: Lang = "de",
    region: Region = REGION,
    rules: Rules = None,
    pathways: Pathways = None,
) -> None:
    """Das Regelwerk prüfen: alle Fehler aller Dateien / check the rulebook."""

    def run() -> None:
        from klappts_engine.rules.upkeep.casebook import Casebook, read_casebook
        from klappts_engine.rules.upkeep.drift import load_fingerprints
        from klappts_engine.rules.upkeep.lint import findings, unreached

        engine = Engine.load(rules, pathways, region)
        book = engine.rulebook
        found = findings(book, load_fingerprints(_rules_folder(rules)), engine.facts_read())
        if files:
            cases = Casebook(book, engine.case_class, read_casebook(map(Path, files)))
            found += unreached(book, cases.asked | engine.rules_asked())
        if found:
            raise DataError(found)
        versions = sum(len(book.rules[id].versions) for id in book.conclusions)
        typer.echo(
            texts.text("show.rules_checked", lang, rules=len(book.conclusions), versions=versions)
        )

    _guarded(run, lang)


@rules_app.command("drift")
def rules_drift(
    folder: Annotated[
        str, typer.Argument(metavar="TEXTDIR", help="GESETZ/PARAGRAPH.md / LAW/SECTION.md")
    ],
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DAY", help="verglichener Tag / day compared with"),
    ] = None,
    lang: Lang = "de",
    as_json: Json = False,
    rules: Rules = None,
) -> None:
    """Welche Regeln beruhen auf geändertem Text / which rules build on a text that has changed."""

    def run() -> None:
        from klappts_engine.rules.loader import load_rulebook
        from klappts_engine.rules.upkeep.drift import drift, load_fingerprints
        from klappts_engine.show.rules import drift_lines

        place = _rules_folder(rules)
        known = load_fingerprints(place)
        day = _day(since) if since else None
        if not os.path.isdir(folder):
            raise UsageError(Mistake("folder_missing", {"what": "TEXTDIR"}))
        found = drift(load_rulebook(place), known, Path(folder), day)
        said = day.isoformat() if day else known.days[-1]
        _print(
            {"since": said, "drift": [asdict(one) for one in found]}
            if as_json
            else drift_lines(found, said, lang)
        )

    _guarded(run, lang)


@rules_app.command("fingerprint")
def rules_fingerprint(
    folder: Annotated[
        str, typer.Argument(metavar="TEXTDIR", help="GESETZ/PARAGRAPH.md / LAW/SECTION.md")
    ],
    on: Annotated[
        str, typer.Option("--on", metavar="DAY", help="Tag der Texte / day of the texts")
    ],
    lang: Lang = "de",
    rules: Rules = None,
) -> None:
    """Fingerabdrücke der zitierten Stellen festhalten / take the fingerprints of the cited
    places."""

    def run() -> None:
        from klappts_engine.rules.loader import load_rulebook
        from klappts_engine.rules.upkeep.drift import (
            FILE,
            load_fingerprints,
            spell_fingerprints,
            take_fingerprints,
        )

        place, day = _rules_folder(rules), _day(on)
        known = take_fingerprints(load_rulebook(place), Path(folder), day, load_fingerprints(place))
        try:
            (place / FILE).write_text(spell_fingerprints(known), encoding="utf-8")
        except OSError:
            raise UsageError(Mistake("file_unwritable", {}, FILE)) from None
        counted = {"places": len(known.places), "sections": len(known.sections)}
        typer.echo(texts.text("show.fingerprinted", lang, day=day.isoformat(), **counted))

    _guarded(run, lang)


@rules_app.command("pages")
def rules_pages(
    folder: Annotated[
        str, typer.Argument(metavar="FOLDER", help="Ordner der Seiten / folder of the pages")
    ],
    lang: Lang = "de",
    rules: Rules = None,
) -> None:
    """Das Regelwerk als Seiten zum Lesen schreiben / write the rulebook as pages to read."""

    def run() -> None:
        from klappts_engine.rules.loader import load_rulebook
        from klappts_engine.show.pages import Pages

        place = _rules_folder(rules)
        pages = Pages(load_rulebook(place), place, lang).all()
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
            for name, text in pages.items():
                (Path(folder) / name).write_text(text, encoding="utf-8")
        except OSError:
            raise UsageError(Mistake("file_unwritable", {}, Path(folder).name)) from None
        typer.echo(
            texts.text("show.page.written_pages", lang, number=len(pages), folder=Path(folder).name)
        )

    _guarded(run, lang)


@pathways_app.command("check")
def pathways_check(
    lang: Lang = "de",
    region: Region = REGION,
    rules: Rules = None,
    pathways: Pathways = None,
) -> None:
    """Den Katalog prüfen: alle Befunde aller Dateien / check the catalogue."""

    def run() -> None:
        done = Engine.load(rules, pathways, region).check()
        last = texts.text(
            "show.checked",
            lang,
            steps=done.steps,
            goals=done.goals,
            rules=done.rules,
            edges=done.edges,
            findings=len(done.findings),
        )
        _print([*(mistake.text(lang) for mistake in done.findings), last])
        if done.findings:
            raise typer.Exit(1)

    _guarded(run, lang)


@pathways_app.command("graph")
def pathways_graph(
    file: Annotated[str, typer.Argument(metavar="FILE", help=".graphml, .json")],
    lang: Lang = "de",
    region: Region = REGION,
    rules: Rules = None,
    pathways: Pathways = None,
) -> None:
    """Meilensteine und Schritte als Graph schreiben / write milestones and steps as a graph."""

    def run() -> None:
        from klappts_engine.pathways.graph import export_graph

        try:
            export_graph(Engine.load(rules, pathways, region).graph(), Path(file))
        except OSError:
            raise UsageError(Mistake("file_unwritable", {}, Path(file).name)) from None
        typer.echo(texts.text("show.written", lang, file=Path(file).name))

    _guarded(run, lang)


def main() -> None:
    """Entry point of the command `klappts`."""
    app()


def _guarded(run: Callable[[], None], lang: str) -> None:
    """Runs a command; what the user can mend is said in sentences, with exit code 2 and no
    traceback."""
    if lang not in texts.LANGUAGES:
        _fail(
            UsageError(
                Mistake("lang_unknown", {"name": lang, "known": ", ".join(texts.LANGUAGES)})
            ),
            "de",
        )
    try:
        run()
    except KlapptsError as problem:
        _fail(problem, lang)


def _fail(problem: KlapptsError, lang: str) -> NoReturn:
    typer.echo(problem.text(lang), err=True)
    raise typer.Exit(2)


def _explain(
    answer: Answering,
    case: str,
    on: str | None,
    lang: str,
    as_json: bool,
    everything: bool,
    region: str,
    rules: str | None,
    pathways: str | None,
) -> None:
    """Prints one kind of explanation of a case, with the foot that every answer carries."""

    def run() -> None:
        from klappts_engine.show.explanations import explanation_lines
        from klappts_engine.show.words import Words

        engine, day = Engine.load(rules, pathways, region), _day(on)
        what = answer(engine, engine.read_case(case), day)
        _print(what if as_json else explanation_lines(Words(engine, lang), what, everything))

    _guarded(run, lang)


def _until(day: str | None) -> dt.date | None:
    return None if day is None else _day(day, "--until")


def _rules_folder(rules: str | None) -> Path:
    return Path(rules) if rules else data_folder("rules")


def _day(on: str | None, name: str = "--on") -> dt.date:
    if on is None:
        return dt.date.today()
    try:
        return TypeAdapter(Day).validate_python(on)
    except ValueError:
        raise UsageError(Mistake("day_malformed", {"name": name})) from None


def _print(answer: BaseModel | dict[str, Any] | list[str]) -> None:
    if isinstance(answer, list):
        typer.echo("\n".join(answer))
        return
    data = (
        answer.model_dump(mode="json", by_alias=True) if isinstance(answer, BaseModel) else answer
    )
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
