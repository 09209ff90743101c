"""What commands share: their options, help in the language asked for, mistakes in sentences."""

from __future__ import annotations

import datetime as dt
import inspect
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, NoReturn, get_type_hints

import typer
from pydantic import BaseModel, TypeAdapter
from pydantic_core import PydanticSerializationError
from typer.core import TyperCommand, TyperGroup

from klappts_engine import texts
from klappts_engine.engine import Engine
from klappts_engine.errors import KlapptsError, Mistake, UsageError, echo
from klappts_engine.folders import data_folder
from klappts_engine.validation import Day

LANG = "KLAPPTS_LANG"
"""The environment variable that names the language of help and answers."""
REGION = "rhein-kreis-neuss"

# Help is a code of the message catalogue; it becomes words when it is printed.
Lang = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="de|en|einfach",
        help="cli.lang",
        envvar=LANG,
        show_envvar=False,
        is_eager=True,
    ),
]
CaseFile = Annotated[str, typer.Argument(metavar="CASE", help="cli.case")]
On = Annotated[str | None, typer.Option("--on", metavar="DAY", help="cli.on")]
Json = Annotated[bool, typer.Option("--json", help="cli.json")]
Html = Annotated[str | None, typer.Option("--html", metavar="FILE", help="cli.html")]
All = Annotated[bool, typer.Option("--all", help="cli.all")]
Region = Annotated[str, typer.Option("--region", help="cli.region")]
Rules = Annotated[str | None, typer.Option("--rules", metavar="FOLDER", help="cli.rules")]
Pathways = Annotated[str | None, typer.Option("--pathways", metavar="FOLDER", help="cli.pathways")]
Executor = Annotated[
    str,
    typer.Option("--executor", metavar="function|interpreter|durable", help="cli.executor"),
]
Goal = Annotated[str, typer.Option("--goal", metavar="for|beruf|both|any", help="cli.goal")]
Within = Annotated[
    float | None, typer.Option("--within", metavar="SECONDS", min=0, help="cli.within")
]
Until = Annotated[str | None, typer.Option("--until", metavar="DAY", help="cli.until")]


@dataclass(frozen=True)
class Spoken:
    """What every command takes: the language."""

    lang: Lang = None

    @property
    def language(self) -> str:
        """The language to answer in."""
        return self.lang or texts.LANGUAGES[0]

    def text(self, code: str, **params: object) -> str:
        """A sentence of the message catalogue."""
        return texts.text(code, self.language, **params)


@dataclass(frozen=True)
class OnRules(Spoken):
    """What a command takes that reads a rulebook alone."""

    rules: Rules = None

    @property
    def rules_folder(self) -> Path:
        """The folder of the rules."""
        return Path(self.rules) if self.rules else data_folder("rules")


@dataclass(frozen=True)
class OnFolders(OnRules):
    """What a command takes that needs an engine."""

    region: Region = REGION
    pathways: Pathways = None

    def engine(self, executor: str = "function") -> Engine:
        """The engine on these folders."""
        return Engine.load(self.rules, self.pathways, self.region, executor)


@dataclass(frozen=True)
class Listing(OnFolders):
    """What a command takes that prints words or data."""

    as_json: Json = False


@dataclass(frozen=True)
class Asking(Listing):
    """What a command takes that answers for a case on a day."""

    on: On = None
    everything: All = False

    @property
    def day(self) -> dt.date:
        """The day asked for. Raises UsageError if it is none."""
        return dt.date.today() if self.on is None else day_of(self.on)


@dataclass(frozen=True)
class Paging(Asking):
    """What a command takes whose answer can also be a page."""

    html: Html = None

    @property
    def new_page(self) -> Path | None:
        """The file to write the page into. Raises UsageError if it is there already, or if more
        than the page is asked for."""
        if self.html is None:
            return None
        if self.as_json or self.everything:
            raise UsageError(Mistake("html_alone"))
        return new_file(self.html)


def new_file(name: str) -> Path:
    """The path of a file that is yet to be written. Raises UsageError if there is one."""
    path = Path(name)
    if os.path.lexists(path):
        raise UsageError(Mistake("file_exists", {}, path.name))
    return path


def day_of(text: str, name: str = "--on") -> dt.date:
    """The day that an option names. Raises UsageError if it is none."""
    try:
        return TypeAdapter(Day).validate_python(text)
    except ValueError:
        raise UsageError(Mistake("day_malformed", {"name": name})) from None


def output(answer: BaseModel | dict[str, Any] | list[str]) -> None:
    """Prints lines, or data as JSON."""
    if isinstance(answer, list):
        typer.echo("\n".join(answer))
        return
    data = (
        answer.model_dump(mode="json", by_alias=True) if isinstance(answer, BaseModel) else answer
    )
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


Command = Callable[..., None]


def command(app: typer.Typer, name: str, help: str, shared: type[Spoken]) -> Callable[..., Command]:
    """Adds a function to an application. Its last parameter, `options`, gathers the options of the
    dataclass `shared`; what the user can mend is said in sentences, with exit code 2."""

    def add(run: Command) -> Command:
        own = list(inspect.signature(run, eval_str=True).parameters.values())[:-1]
        hints = get_type_hints(shared, include_extras=True)
        common = [
            inspect.Parameter(
                one.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=one.default,
                annotation=hints[one.name],
            )
            for one in fields(shared)
        ]

        def called(**given: Any) -> None:
            options = shared(**{one.name: given.pop(one.name) for one in common})
            _guarded(lambda: run(**given, options=options), options.language)

        kinds = [*own, *common]
        vars(called)["__signature__"] = inspect.Signature(
            [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in kinds]
        )
        called.__annotations__ = {one.name: one.annotation for one in kinds}
        app.command(name, help=help, cls=SpokenCommand)(called)
        return run

    return add


def group(help: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(
        cls=SpokenGroup,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help=help,
    )


class SpokenCommand(TyperCommand):
    """A command whose help is printed in the language asked for."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As every command does; a language named before the command is taken over."""
        rest = super().parse_args(ctx, args)
        ctx.params["lang"] = ctx.params.get("lang") or _language(ctx)
        return rest

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """As every command does."""
        _translate(self, ctx)
        super().format_help(ctx, formatter)


class SpokenGroup(TyperGroup):
    """A group of commands whose help is printed in the language asked for; what a refusal of a
    wrong call repeats of it is cut."""

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """As every group does."""
        with _cut():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        """As every group does."""
        with _cut():
            return super().invoke(ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """As every group does."""
        _translate(self, ctx)
        for one in self.commands.values():
            _translate(one, ctx)
        super().format_help(ctx, formatter)


@contextmanager
def _cut() -> Iterator[None]:
    try:
        yield
    except Exception as problem:
        if isinstance(getattr(problem, "message", None), str):
            vars(problem)["message"] = echo(vars(problem)["message"])
        raise


def _language(ctx: Any) -> str | None:
    """The language named on the command line so far, or by the environment."""
    while ctx:
        if lang := ctx.params.get("lang"):
            return str(lang)
        ctx = ctx.parent
    return os.environ.get(LANG)


def _translate(command: Any, ctx: Any) -> None:
    """Puts words in the place of the codes in the help of a command and its options."""
    asked = _language(ctx)
    spoken = texts.catalogue(asked if asked in texts.LANGUAGES else texts.LANGUAGES[0])
    helping = command.get_help_option(ctx)
    if helping:
        helping.help = spoken["cli.help"]
    for one in (command, *command.params):
        one.help = spoken.get(one.help or "", one.help)


def _guarded(run: Callable[[], None], lang: str) -> None:
    """Runs a command; what the user can mend is said in sentences, with exit code 2 and no
    traceback."""
    if lang not in texts.LANGUAGES:
        known = {"name": lang, "known": ", ".join(texts.LANGUAGES)}
        _fail(UsageError(Mistake("lang_unknown", known)), texts.LANGUAGES[0])
    try:
        run()
    except KlapptsError as problem:
        _fail(problem, lang)
    except PydanticSerializationError as problem:  # a language file is damaged
        if not isinstance(problem.__cause__, KlapptsError):
            raise
        _fail(problem.__cause__, lang)


def _fail(problem: KlapptsError, lang: str) -> NoReturn:
    typer.echo(problem.text(lang), err=True)
    raise typer.Exit(2)
