"""The command line: assess, paths and case new, in words and as JSON, held against snapshots of one
person."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from klappts_engine import CaseError, Engine
from klappts_engine.cli import app
from klappts_engine.facts.case import Case
from klappts_engine.texts import LANGUAGES, catalogue

ROOT = Path(__file__).resolve().parent.parent
P07 = str(ROOT / "examples" / "p07.yaml")
DAY = "2026-11-22"
SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = bool(os.environ.get("KLAPPTS_UPDATE"))
"""KLAPPTS_UPDATE=1 writes the snapshots (and the schemas) anew instead of comparing them."""

ASSESS = {"on", "rechtsstand", "rulebook", "assumptions", "caveats", "conclusions"}
MORE_ASSESS = {"overview", "agreed", "titles", "running", "deadlines"}
CONCLUSION = {"answer", "strength", "result", "version", "citations"}
PATHS = {"goal", "on", "rulebook", "assumptions", "caveats", "paths"}
PATH = {"end_range", "criteria", "conditional", "steps", "legs"}
LEG = {
    "kind",
    "id",
    "start_range",
    "end_range",
    "livelihood",
    "rechtskreis",
    "slack_days",
    "reason",
}
STEP = {
    "id",
    "start_range",
    "end_range",
    "answer",
    "strength",
    "practice",
    "offer",
    "payer",
    "livelihood",
    "rechtskreis",
    "owner",
    "todo",
    "sanction",
}
# What the answers hold beyond the agreed form.
MORE_CONCLUSION = {"strength_open", "kind"}
MORE_PATHS = {"horizon_months", "reached", "goals", "shared", "bottlenecks", "titles"}
MORE_STEP = {
    "via",
    "citations",
    "body",
    "advice_first",
    "reasons",
    "running",
    "agreed",
    "late",
    "meanwhile",
    "gives",
    "hoped",
    "less",
    "alternatives",
    "beside",
}


@cache
def shipped() -> Engine:
    """The shipped engine; what it is asked twice, in two languages or forms, it answers once."""
    engine = Engine.load()
    for verb in ("paths", "steps"):
        setattr(engine, verb, cache(getattr(engine, verb)))
    return engine


@cache
def printed_by(*arguments: str) -> str:
    """What a command prints, on the engine that is loaded already."""
    engine = shipped()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "load", lambda *_folders: engine)
        result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return str(result.stdout)


def body(printed: str) -> list[str]:
    """The lines above the foot."""
    return printed.split("\n\n")[0].splitlines()


COMMANDS = {
    "assess": ("assess", P07, "--on", DAY),
    "paths-for": ("paths", P07, "--goal", "for", "--on", DAY),
    "paths-beruf": ("paths", P07, "--goal", "beruf", "--on", DAY),
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", COMMANDS)
def test_what_the_terminal_prints_is_what_was_approved(name: str, lang: str) -> None:
    printed = printed_by(*COMMANDS[name], "--lang", lang)
    file = SNAPSHOTS / f"p07-{name}-{lang}.txt"
    if UPDATE:
        file.write_text(printed, encoding="utf-8")
    assert printed == file.read_text(encoding="utf-8"), (
        "changed on purpose? KLAPPTS_UPDATE=1 pytest tests/test_cli.py"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", COMMANDS)
def test_the_default_output_is_short_and_all_adds_to_it(name: str, lang: str) -> None:
    short, full = (
        printed_by(*COMMANDS[name], "--lang", lang),
        printed_by(*COMMANDS[name], "--lang", lang, "--all"),
    )
    assert (
        3 <= len(body(short)) <= (24 if lang == "einfach" else 20)
    )  # plain sentences are more of them
    assert len(full) > len(short)
    assert all(len(line) <= 100 for line in (short + full).splitlines())
    assert "None" not in short + full


@pytest.mark.parametrize(
    ("lang", "rows"),
    [
        ("de", ["Geld", "Arbeit", "Sprache", "Schule", "Klären", "Jetzt"]),
        ("en", ["Money", "Work", "German", "School", "Clarify", "Now"]),
    ],
)
def test_an_overview_keeps_its_order(lang: str, rows: list[str]) -> None:
    printed = printed_by(*COMMANDS["assess"], "--lang", lang)
    assert [line.split(" ", 1)[0] for line in body(printed) if not line.startswith(" ")] == rows


def test_every_answer_ends_with_day_law_assumptions_and_disclaimer() -> None:
    stand = shipped().rulebook.book.rechtsstand
    for command in COMMANDS.values():
        foot = " ".join(printed_by(*command).split("\n\n")[-1].split())
        for part in (
            "22.11.2026",
            f"{stand:%d.%m.%Y}",
            "ohne Wartezeit und Misserfolg",
            "Annahmen: Regelfall",
            "keine Rechtsauskunft",
        ):
            assert part in foot


def test_assess_as_data_has_exactly_the_agreed_keys() -> None:
    answer = json.loads(printed_by(*COMMANDS["assess"], "--json"))
    assert set(answer) == ASSESS | MORE_ASSESS
    assert list(answer["conclusions"]) == list(shipped().rulebook.conclusions)
    for found in answer["conclusions"].values():
        assert set(found) == CONCLUSION | MORE_CONCLUSION
        assert found["answer"] in ("holds", "fails", "unknown")
    assert answer["on"] == DAY
    assert answer["rechtsstand"] == shipped().rulebook.book.rechtsstand.isoformat()
    assert [assumed["set"] for assumed in answer["assumptions"]] == ["regelfall"]


@pytest.mark.parametrize("goal", ["for", "beruf", "both", "any"])
def test_paths_as_data_has_exactly_the_agreed_keys(goal: str) -> None:
    answer = json.loads(printed_by("paths", P07, "--goal", goal, "--on", DAY, "--json"))
    assert set(answer) == PATHS | MORE_PATHS
    assert answer["goal"] == goal
    parts = {"any": ["for", "beruf"]}.get(goal, [goal])
    assert [one["goal"] for one in answer["goals"]] == parts
    alone = shipped().paths(shipped().read_case(P07), goal, dt.date(2026, 11, 22))
    assert answer["paths"] == alone.model_dump(mode="json", by_alias=True)["paths"]
    assert answer["paths"]
    for path in (*answer["paths"], *(path for one in answer["goals"] for path in one["paths"])):
        assert set(path) == PATH
        assert path["criteria"]["steps"] == len(path["steps"])
        assert path["criteria"]["end"] == path["end_range"]["typical"]
        for leg in path["legs"]:
            assert set(leg) == LEG
        for step in path["steps"]:
            assert set(step) == STEP | MORE_STEP
            assert step["answer"] in ("holds", "unknown")
        assert path["conditional"] == any(step["answer"] == "unknown" for step in path["steps"])
        starts = [step["start_range"]["typical"] for step in path["steps"]]
        assert starts == sorted(starts)
        assert all(
            step["end_range"]["typical"] <= later
            for step, later in zip(path["steps"], starts[1:], strict=False)
        )


def test_data_are_the_same_in_every_language() -> None:
    german = json.loads(printed_by(*COMMANDS["assess"], "--json", "--lang", "de"))
    assert json.loads(printed_by(*COMMANDS["assess"], "--json", "--lang", "en", "--all")) == german


def test_the_day_is_today_unless_named() -> None:
    answer = json.loads(printed_by("assess", P07, "--json"))
    assert answer["on"] in {(dt.date.today() - dt.timedelta(days)).isoformat() for days in (0, 1)}


@pytest.mark.parametrize(
    "arguments", [["--help"], ["assess", "--help"], ["paths", "--help"], ["case", "new", "--help"]]
)
def test_help_is_given(arguments: list[str]) -> None:
    assert "--help" in printed_by(*arguments)


def commands(name: str = "", command: Any = None) -> Iterator[tuple[str, Any]]:
    """Every group and command with its name, as typer builds them."""
    command = command or typer.main.get_command(app)
    yield name, command
    for part, below in getattr(command, "commands", {}).items():
        yield from commands(f"{name} {part}".strip(), below)


def test_every_help_text_is_a_code_that_every_language_has() -> None:
    codes = [
        part.help for _, command in commands() for part in (command, *command.params) if part.help
    ]
    assert len(codes) > 100
    assert {"cli.help", *codes} == {code for code in catalogue("de") if code.startswith("cli.")}
    for _, command in commands():
        assert all(part.help for part in (command, *command.params))
    for lang in LANGUAGES:
        assert all(catalogue(lang)[code] for code in codes)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_help_speaks_the_language_asked_for(name: str, lang: str) -> None:
    command = dict(commands())[name]
    by_environment = CliRunner().invoke(
        app, [*name.split(), "--help"], env={"KLAPPTS_LANG": lang, "COLUMNS": "300"}
    )
    named_first = CliRunner().invoke(
        app, ["--lang", lang, *name.split(), "--help"], env={"COLUMNS": "300"}
    )
    assert by_environment.exit_code == named_first.exit_code == 0
    assert by_environment.stdout == named_first.stdout
    shown = "".join(named_first.stdout.split())
    for part in (command, *command.params):
        assert "".join(catalogue(lang)[part.help].split()) in shown
    assert "".join(catalogue(lang)["cli.help"].split()) in shown
    assert "cli." not in shown


def test_the_language_may_be_named_before_the_command_and_behind_it_wins() -> None:
    english = printed_by(*COMMANDS["assess"], "--lang", "en")
    assert printed_by("--lang", "en", *COMMANDS["assess"]) == english
    assert printed_by("--lang", "de", *COMMANDS["assess"], "--lang", "en") == english
    german = CliRunner().invoke(app, ["assess", "--help"]).stdout
    assert catalogue("de")["cli.assess"] in german
    english_help = CliRunner().invoke(app, ["assess", "--lang", "en", "--help"]).stdout
    assert catalogue("en")["cli.assess"] in english_help
    for wrong in (["--lang", "fr", "offers"], ["offers", "--lang", "fr"]):
        refused = CliRunner().invoke(app, wrong)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "fr" in refused.stderr


def test_the_command_runs_as_a_process(tmp_path: Path) -> None:
    """The whole way once: a process of its own, its exit codes and both of its outputs."""

    def process(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "klappts_engine.cli", *arguments]
        return subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
        )

    good = process("assess", P07, "--on", DAY)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.startswith("Geld ")
    bad = process("assess", str(tmp_path / "fehlt.yaml"))
    assert (bad.returncode, bad.stdout) == (2, "")
    assert bad.stderr.startswith("fehlt.yaml: ")
    assert "Traceback" not in bad.stderr


def test_a_new_case_file_is_private_and_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "fall.yaml"
    assert CliRunner().invoke(app, ["case", "new", str(file)]).exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("needy: true\n")
    again = CliRunner().invoke(app, ["case", "new", str(file)])
    assert (again.exit_code, again.stdout) == (2, "")
    assert file.read_text() == "needy: true\n"
    for wrong in (["--assume", "x"], ["--lang", "fr"]):
        refused = CliRunner().invoke(app, ["case", "new", str(tmp_path / "b.yaml"), *wrong])
        assert refused.exit_code == 2
    assert CliRunner().invoke(app, ["case", "new", str(tmp_path / "nix" / "b.yaml")]).exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["fall.yaml"]


@pytest.mark.parametrize("command", [["assess", P07], ["paths", P07, "--goal", "for"]])
def test_a_page_is_private_and_never_written_over(tmp_path: Path, command: list[str]) -> None:
    file = tmp_path / "seite.html"
    done = CliRunner().invoke(app, [*command, "--on", DAY, "--lang", "en", "--html", str(file)])
    assert (done.exit_code, done.output) == (0, "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = file.read_text(encoding="utf-8")
    assert written.startswith('<!DOCTYPE html><html lang="en">')
    for wrong in (
        [str(file)],
        [str(tmp_path / "nix" / "b.html")],
        [str(tmp_path / "b.html"), "--json"],
        [str(tmp_path / "b.html"), "--all"],
    ):
        refused = CliRunner().invoke(app, [*command, "--html", *wrong])
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert len(refused.stderr.splitlines()) == 1
    assert file.read_text(encoding="utf-8") == written
    assert [path.name for path in tmp_path.iterdir()] == ["seite.html"]


def test_a_file_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["case", "new", str(tmp_path / ("x" * 300))]).exit_code == 2


def load(text: str) -> Case:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fall.yaml"
        file.write_text(text, encoding="utf-8")
        return shipped().read_case(file)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("assume", [None, "regelfall"])
def test_a_blank_case_file_is_an_empty_case(assume: str | None, lang: str) -> None:
    options = ["--assume", assume] if assume else []
    case = load(printed_by("case", "new", "--lang", lang, *options))
    assert case.told == {}
    assert case.assumptions == ((assume,) if assume else ())


def offered(text: str) -> dict[str, list[str]]:
    """What a blank case file offers: by fact, the values that stand in brackets above it or behind
    its name."""
    found: dict[str, list[str]] = {}
    lines = text.splitlines()
    for number, line in enumerate(lines):
        match = re.fullmatch(r"# ([a-z0-9_]+):(?: (.+))?", line)
        if not match or match[1] not in shipped().rulebook.vocabulary.facts:
            continue
        choices = re.search(r" \[(.+)\]$", lines[number - 1])
        assert choices, line
        kind = shipped().rulebook.vocabulary.facts[match[1]].type
        values = (
            [choices[1]]
            if kind in ("countries", "stay")
            else [part for part in choices[1].split(", ") if part != "..."]
        )
        found[match[1]] = [
            *(f"[{value}]" for value in values if kind == "set"),
            *(values if kind != "set" else ()),
            *([match[2]] if match[2] else []),
        ]
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_value_that_a_blank_case_file_offers_is_accepted(lang: str) -> None:
    examples = offered(printed_by("case", "new", "--lang", lang, "--assume", "regelfall"))
    facts = shipped().rulebook.vocabulary.facts
    assert set(examples) == {id for id, fact in facts.items() if fact.derive is None}
    for id, values in examples.items():
        for value in values:
            assert id in load(f"{id}: {value}\n").told, f"{id}: {value}"
    every = load("".join(f"{id}: {values[-1]}\n" for id, values in examples.items()))
    assert set(every.told) == set(examples)


def values_of(id: str) -> st.SearchStrategy[Any]:
    """Values that a case may tell for a fact."""
    vocabulary = shipped().rulebook.vocabulary
    days = st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31))
    choices = vocabulary.values_of(id) or ("",)
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "bool": st.booleans(),
        "number": st.integers(0, 400) | st.floats(0, 400).map(lambda number: round(number, 3)),
        "id": st.sampled_from(sorted(shipped().catalogue.steps)),
        "date": days,
        "enum": st.sampled_from(choices),
        "status": st.sampled_from(choices),
        "set": st.frozensets(st.sampled_from(choices), max_size=3),
        "countries": st.lists(st.sampled_from(["SYR", "GIN", "AFG"]), max_size=2).map(tuple),
        "stay": days.map(
            lambda day: (
                {"from": day, "to": day, "kind": "gestattet"},
                {"from": day + dt.timedelta(1), "kind": "geduldet"},
            )
        ),
    }
    return kinds[vocabulary.facts[id].type]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Cases that tell some facts; what they tell need not fit together."""
    ids = draw(
        st.lists(
            st.sampled_from(sorted(shipped().rulebook.vocabulary.facts)), unique=True, max_size=8
        )
    )
    return shipped().case(
        **{id: draw(st.none() | values_of(id)) for id in ids},
        assumptions=draw(st.sampled_from([(), ("regelfall",)])),
    )


@settings(max_examples=100)
@given(cases())
def test_a_case_survives_a_file(case: Case) -> None:
    data = case.model_dump(mode="json", by_alias=True, exclude_unset=True)
    for text in (
        yaml.safe_dump(data, allow_unicode=True),
        json.dumps(data),
        yaml.safe_dump(data, default_flow_style=True),
    ):
        back = load(text)
        assert back == case
        assert back.told == case.told


@settings(max_examples=40)
@given(cases())
def test_a_case_is_answered_or_refused_with_a_sentence(case: Case) -> None:
    refused: CaseError | None = None
    try:
        answer = shipped().assess(case, dt.date(2026, 11, 22))
    except CaseError as problem:
        refused = problem
    if refused is None:
        assert set(answer.conclusions) == set(shipped().rulebook.conclusions)
    else:
        assert {mistake.code for mistake in refused.mistakes} == {"contradiction"}
        assert refused.text("de") != refused.text("en")


def test_every_line_of_the_overview_can_be_asked_further() -> None:
    told = printed_by(*COMMANDS["assess"], "--ids")
    numbered = re.findall(r"Zeile (\d+): ([\w.]+\w)", told)
    assert [number for number, _ in numbered] == [str(k) for k in range(1, len(numbered) + 1)]
    assert len(numbered) >= 5
    for number, first in numbered:
        by_line = printed_by("why", P07, "--line", number, "--on", DAY)
        assert by_line.endswith(printed_by("why", P07, first, "--on", DAY))


@pytest.mark.parametrize(
    "arguments", [(), ("rechtskreis", "--line", "1"), ("--line", "0"), ("--line", "99")]
)
def test_a_line_that_is_not_there_is_refused(arguments: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, ["why", P07, "--on", DAY, *arguments])
    assert done.exit_code == 2
    assert "Traceback" not in done.output and done.output.count("\n") == 1
