"""Bad input: each mistake is named once, with its line and the way out; nothing is executed,
nothing half-written."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from klappts_engine import (
    Case,
    CaseError,
    DataError,
    Engine,
    KlapptsError,
    Mistake,
    UsageError,
)
from klappts_engine.cli import app
from klappts_engine.explain import diagram
from klappts_engine.explain.model import Question, Questions
from klappts_engine.facts.case import write_private
from klappts_engine.show.interview import Interview
from klappts_engine.texts import LANGUAGES
from klappts_engine.yamlfile import MAX_BYTES, MAX_DEPTH
from tests.shipped import shipped
from tests.strategies import FICTION

ON = dt.date(2026, 11, 22)
LAUGHS = "a: &a [x, x]\n" + "".join(f"b{k}: &b{k} [*a, *a, *a]\n" for k in range(9))

BAD: dict[str, tuple[bytes, list[tuple[str, int | None]]]] = {
    "unknown field": (b"needy: true\nberuf: 3\n", [("field_unknown", 2)]),
    "misspelt field": (b"statuss: duldung\n", [("field_unknown", 1)]),
    "field that is no name": (b"'../../x y': 1\n", [("field_unnameable", 1)]),
    "word for a truth value": (b"needy: ja\n", [("expected.bool", 1)]),
    "number for a truth value": (b"needy: 1\n", [("expected.bool", 1)]),
    "impossible date": (b"birth_date: 2026-02-30\n", [("expected.date", 1)]),
    "number for a date": (b"birth_date: 20060315\n", [("expected.date", 1)]),
    "German date": (b"birth_date: 15.03.2006\n", [("expected.date", 1)]),
    "time for a date": (b"birth_date: 2006-03-15T00:00:00\n", [("expected.date", 1)]),
    "impossible day of the case": (b"as_of: 2026-13-01\n", [("expected.date", 1)]),
    "text for a list": (b"nationalities: GIN\n", [("expected.list", 1)]),
    "country in small letters": (b"nationalities: [gin]\n", [("expected.pattern", 1)]),
    "unknown status": (b"\nstatus: asyl\n", [("field_value", 2)]),
    "value not on the ladder": (b"german_ladder: D1\n", [("field_value", 1)]),
    "value not in the set": (b"asylblg_restriction:\n  - x\n", [("field_value", 2)]),
    "kind of stay": (b"stay_history:\n  - {from: 2024-05-01, kind: x}\n", [("field_value", 2)]),
    "stay without a beginning": (b"stay_history:\n  - {kind: geduldet}\n", [("field_missing", 2)]),
    "reversed stay": (
        b"stay_history: [{from: 2024-05-01, to: 2024-04-01, kind: geduldet}]\n",
        [("stay_reversed", 1)],
    ),
    "overlapping stays": (
        b"stay_history: [{from: 2024-05-01, kind: geduldet}, {from: 2025-05-01, kind: geduldet}]\n",
        [("stay_overlap", 1)],
    ),
    "four mistakes": (
        b"needy: ja\nbirth_date: 2026-02-30\nstatus: x\nberuf: 1\n",
        [("expected.bool", 1), ("expected.date", 2), ("field_unknown", 4), ("field_value", 3)],
    ),
    "tag": (b"needy: !!bool true\n", [("yaml_tag", 1)]),
    "local tag": (b"needy: !x true\n", [("yaml_tag", 1)]),
    "alias bomb": (LAUGHS.encode(), [("yaml_alias", 1)]),
    "merge key": (b"a: 1\n<<: *b\n", [("yaml_alias", 2)]),
    "deep nesting": (b"a: " + b"[" * 500, [("yaml_too_deep", 1)]),
    "deep nesting in blocks": (
        b"\n".join(b" " * k + b"a:" for k in range(60)),
        [("yaml_too_deep", MAX_DEPTH + 1)],
    ),
    "two documents": (b"needy: true\n---\nneedy: false\n", [("yaml_documents", 2)]),
    "duplicate key": (b"needy: true\nneedy: false\n", [("yaml_duplicate", 2)]),
    "mapping for a key": (b"? {a: b}\n: 1\n", [("yaml_key", 1)]),
    "not closed": (b"nationalities: [GIN\n", [("yaml_syntax", 2)]),
    "tab for indentation": (b"stay_history:\n\t- x\n", [("yaml_syntax", 2)]),
    "control character": (b"status: a\x01b\n", [("yaml_syntax", None)]),
    "not UTF-8": ("status: Müller\n".encode("latin-1"), [("file_not_utf8", None)]),
    "UTF-16": ("needy: true\n".encode("utf-16"), [("file_not_utf8", None)]),
    "binary garbage": (bytes(range(256)), [("file_not_utf8", None)]),
    "enormous": (b"# " + b"x" * MAX_BYTES, [("file_too_large", None)]),
    "list": (b"- needy\n", [("not_a_mapping", 1)]),
    "plain text": (b"eine junge Person\n", [("not_a_mapping", 1)]),
    "JSON list": (b"[1, 2]", [("not_a_mapping", 1)]),
    "JSON cut off": (b'{"needy": true\n', [("yaml_syntax", 2)]),
    "JSON with a wrong type": (b'{\n  "needy": "true"\n}', [("expected.bool", 2)]),
}


@pytest.fixture(autouse=True)
def one_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line takes the engine that is loaded already; loading it is not what is tested
    here."""
    engine = shipped()
    monkeypatch.setattr(Engine, "load", lambda *_folders: engine)


def found(path: Path) -> list[tuple[str, int | None]]:
    """The codes and lines of the mistakes in a case file."""
    with pytest.raises(CaseError) as caught:
        shipped().read_case(path)
    assert all(mistake.file == path.name for mistake in caught.value.mistakes)
    return [(mistake.code, mistake.line) for mistake in caught.value.mistakes]


def refused(*arguments: str) -> str:
    """What a refused command says: exit code 2, nothing on standard output, one line a mistake."""
    result = CliRunner().invoke(app, list(arguments))
    assert isinstance(result.exception, SystemExit), result.exception
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr


@pytest.mark.parametrize("name", BAD)
def test_a_bad_case_file_is_refused_with_code_and_line(name: str, tmp_path: Path) -> None:
    content, expected = BAD[name]
    file = tmp_path / "fall.yaml"
    file.write_bytes(content)
    assert sorted(found(file), key=str) == sorted(expected, key=str)
    for lang in LANGUAGES:
        said = refused("assess", str(file), "--on", "2026-11-22", "--lang", lang)
        assert len(said.splitlines()) == len(expected)
        assert all(line.startswith("fall.yaml") and line[-1] in ".?" for line in said.splitlines())
    assert refused("paths", str(file)) == refused("assess", str(file))


@pytest.mark.parametrize(
    "content", ["age_years: zwanzig\n", "age_years: true\n", "age_years: [20]\n"]
)
def test_a_wrong_number_is_one_mistake_that_names_the_field(content: str, tmp_path: Path) -> None:
    file = tmp_path / "fall.yaml"
    file.write_text(content)
    assert found(file) == [("expected.number", 1)]
    assert "age_years " in refused("assess", str(file))


def test_a_file_that_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "datei").write_text("needy: true\n")
    assert found(tmp_path / "fehlt.yaml") == [("file_missing", None)]
    assert found(tmp_path) == [("file_unreadable", None)]
    assert found(tmp_path / "datei" / "fall.yaml") == [("file_unreadable", None)]
    assert found(tmp_path / ("x" * 300)) == [("file_unreadable", None)]
    assert "fehlt.yaml" in refused("assess", str(tmp_path / "fehlt.yaml"))
    assert refused("assess", str(tmp_path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "fall.yaml"
    file.write_text("needy: true\n")
    file.chmod(0)
    assert found(file) == [("file_unreadable", None)]


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    pipe = tmp_path / "fall.yaml"
    os.mkfifo(pipe)
    codes: list[str] = []

    def look() -> None:
        try:
            shipped().read_case(pipe)
        except CaseError as problem:
            codes.extend(mistake.code for mistake in problem.mistakes)

    reader = threading.Thread(target=look, daemon=True)
    reader.start()
    reader.join(1)
    waited = reader.is_alive()
    if waited:
        with pipe.open("w"):
            pass
        reader.join()
    assert not waited
    assert codes == ["file_unreadable"]


def test_nothing_in_a_file_is_executed(tmp_path: Path) -> None:
    trace = tmp_path / "executed"
    file = tmp_path / "fall.yaml"
    for tag in (
        "python/object/apply:os.mkdir",
        "python/object/new:os.mkdir",
        "python/name:os.mkdir",
        "python/module:os",
    ):
        file.write_text(f"needy: !!{tag} ['{trace}']\n")
        assert found(file) == [("yaml_tag", 1)]
    file.write_text(f"needy: \"__import__('os').mkdir('{trace}')\"\n")
    assert found(file) == [("expected.bool", 1)]
    assert not trace.exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["paths", "--goal", "abitur"], "abitur"),
        (["assess", "--lang", "fr"], "fr"),
        (["assess", "--on", "2026-02-30"], "--on"),
        (["assess", "--on", "morgen"], "--on"),
        (["assess", "--on", "22.11.2026"], "--on"),
        (["paths", "--on", ""], "--on"),
        (["assess", "--nix"], "--nix"),
    ],
)
def test_a_wrong_call_is_refused(arguments: list[str], code: str) -> None:
    command, *options = arguments
    assert code in refused(command, "examples/p07.yaml", *options)


@pytest.mark.parametrize(
    "arguments", [["assess"], ["paths"], ["nix"], ["case", "nix"], ["assess", "a.yaml", "b.yaml"]]
)
def test_a_call_that_misses_its_form_is_refused(arguments: list[str]) -> None:
    assert refused(*arguments)


def test_unknown_names_are_refused_by_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    engine = shipped()
    case = engine.case()
    calls: dict[str, Callable[[], object]] = {
        "goal_unknown": lambda: engine.paths(case, "x", ON),
        "policy_unknown": lambda: engine.paths(case, "for", ON, policy="x"),
        "conclusion_unknown": lambda: engine.assess(case, ON, ["x"]),
        "assumptions_unknown": lambda: engine.assess(engine.case(assumptions=["x"]), ON),
        "until_before_on": lambda: engine.timeline(case, [], ON, ON + dt.timedelta(1)),
        "region_unknown": lambda: Engine.load(region="../x"),
        "executor_unknown": lambda: Engine.load(executor="x"),
    }
    for code, call in calls.items():
        with pytest.raises(UsageError) as caught:
            call()
        assert [mistake.code for mistake in caught.value.mistakes] == [code]
        assert caught.value.text("en") != caught.value.text("de")


def test_a_missing_data_folder_names_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.undo()
    for option in ("--rules", "--pathways"):
        assert refused("assess", "examples/p07.yaml", option, str(tmp_path / "nix"))


OUT_OF_RANGE = [
    {"birth_date": dt.date(9999, 12, 31)},
    {"age_years": 5000},
    {"age_years": float("inf")},
    {"age_years": 10**5000},
    {
        "stay_history": [
            {"from": dt.date(2024, 5, 1), "to": dt.date(9999, 12, 31), "kind": "geduldet"}
        ]
    },
]


@pytest.mark.parametrize("facts", OUT_OF_RANGE, ids=lambda facts: next(iter(facts)))
def test_a_value_out_of_any_human_range_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(CaseError):
        shipped().assess(shipped().case_class(**facts), ON)


def test_a_day_out_of_any_human_range_is_refused() -> None:
    assert "--on" in refused("assess", "examples/p07.yaml", "--on", "9999-12-31")


@pytest.mark.parametrize(
    "facts",
    [{"as_of": 0}, {"stay_history": [{"from": 0, "kind": "geduldet"}]}],
    ids=["as_of", "stay"],
)
def test_a_number_is_no_date_in_any_field(facts: dict[str, object]) -> None:
    with pytest.raises(CaseError):
        shipped().case_class(**facts)


def test_a_case_that_contradicts_itself_is_refused() -> None:
    case = shipped().case(birth_date=dt.date(2006, 3, 15), age_years=35)
    with pytest.raises(CaseError) as caught:
        shipped().assess(case, ON)
    assert [mistake.code for mistake in caught.value.mistakes] == ["contradiction"]


def test_a_json_file_is_read_like_a_yaml_file(tmp_path: Path) -> None:
    yaml = tmp_path / "fall.yaml"
    yaml.write_text(
        "needy: true\nbirth_date: 2006-03-15\nasylblg_restriction: []\nage_years: null\n"
    )
    facts = {
        "needy": True,
        "birth_date": "2006-03-15",
        "asylblg_restriction": [],
        "age_years": None,
    }
    for number, indent in enumerate((None, 2, "\t")):
        file = tmp_path / f"fall{number}.json"
        file.write_text(json.dumps(facts, indent=indent))
        assert shipped().read_case(file).told == shipped().read_case(yaml).told


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(KlapptsError) as caught:
        write_private(tmp_path / "fall.yaml", "needy: true\n")
    assert [mistake.code for mistake in caught.value.mistakes] == ["file_unwritable"]
    assert list(tmp_path.iterdir()) == []


def test_the_class_of_cases_refuses_what_the_file_refuses() -> None:
    for facts in (
        {"beruf": 3},
        {"needy": "ja"},
        {"birth_date": "2026-02-30"},
        {"status": "x"},
        {"nationalities": ["gin"]},
    ):
        with pytest.raises(CaseError) as caught:
            Case(**facts)
        assert len(caught.value.mistakes) == 1


LONG = "x" * 1_000_000
NEW_BAD: dict[str, tuple[bytes, str]] = {
    "too many periods": (
        b"stay_history: [" + b"{from: 2024-05-01, kind: geduldet}, " * 300 + b"]\n",
        "expected.shorter",
    ),
    "too many countries": (b"nationalities: [" + b"SYR, " * 300 + b"]\n", "expected.shorter"),
    "too many assumptions": (b"assumptions: [" + b"x, " * 300 + b"]\n", "expected.shorter"),
    "too many values": (b"nationalities: [" + b"[], " * 90_000 + b"]\n", "yaml_too_much"),
}


@pytest.mark.parametrize("name", NEW_BAD)
def test_a_case_is_bounded_in_number(name: str, tmp_path: Path) -> None:
    content, code = NEW_BAD[name]
    file = tmp_path / "fall.yaml"
    file.write_bytes(content)
    assert found(file) == [(code, 1)]


def test_a_message_repeats_no_more_than_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    engine = shipped()
    case = engine.case()
    for name in (LONG, "\x1b[31mrot\nzwei"):
        for call in (
            lambda: engine.assess(case, ON, [name]),  # noqa: B023
            lambda: engine.paths(case, name, ON),  # noqa: B023
            lambda: engine.assess(engine.case(assumptions=[name]), ON),  # noqa: B023
            lambda: engine.offers(name),  # noqa: B023
            lambda: Engine.load(region=name),  # noqa: B023
            lambda: Engine.load(rules=name),  # noqa: B023
            lambda: engine.read_case(name),  # noqa: B023
        ):
            with pytest.raises(KlapptsError) as caught:
                call()
            for said in (str(caught.value), caught.value.text("en"), repr(caught.value)):
                assert len(said) < 3000
                assert "\x1b" not in said
    for number in (10**5000, [[LONG]] * 1000):
        assert len(Mistake("value_type", {"value": number, "fact": "x", "type": "y"}).text()) < 600


def test_many_mistakes_are_counted_where_they_are_too_long_to_tell() -> None:
    problem = CaseError([Mistake("field_missing", {"field": "x" * 200})] * 1000)
    lines = problem.text().splitlines()
    assert len(problem.text()) < 20_000
    assert f"{1001 - len(lines)} weitere" in lines[-1]
    assert len(problem.mistakes) == 1000


@pytest.mark.parametrize("arguments", [[LONG], ["assess", "a", LONG], ["assess", "a", f"--{LONG}"]])
def test_a_wrong_call_is_cut_too(arguments: list[str]) -> None:
    assert len(refused(*arguments)) < 1000


@pytest.mark.parametrize("day", [dt.date.max, dt.date.min, dt.date(2200, 1, 1)])
def test_a_day_beyond_reach_is_refused_at_the_door(
    day: dt.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    engine = shipped()
    case, id = engine.case(), engine.rulebook.conclusions[0]
    for call in (
        lambda: engine.why_not(case, id, day),
        lambda: engine.why_not(case, id, ON, day),
        lambda: engine.when(case, [id], day),
        lambda: engine.when(case, [id], ON, day),
        lambda: engine.timeline(case, [id], day, ON),
        lambda: engine.paths(case, "for", day),
        lambda: engine.ask(case, day),
    ):
        with pytest.raises(UsageError) as caught:
            call()
        assert [mistake.code for mistake in caught.value.mistakes] == ["day_unreachable"]
    assert engine.why_not(case, id, dt.date(2199, 12, 31)).on == dt.date(2199, 12, 31)


def test_a_draft_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "fall.yaml"
    file.write_bytes("# Müller\nneedy: true\n".encode("latin-1"))
    assert refused("ask", str(file)).startswith("fall.yaml: ")


@pytest.mark.parametrize(
    "answer", ["9" * 5000, "9" * 5000 + ".5", "²", "٣.٤.٢٠٢٤", LONG, "\udcff", "\x00"]
)
@pytest.mark.parametrize("fact", ["age_years", "birth_date", "status", "needy", "nationalities"])
def test_an_answer_that_is_no_value_is_asked_again(fact: str, answer: str) -> None:
    talk = Interview(shipped(), None, "de")
    said: list[str] = []
    heard = iter([answer])
    question = Question(fact=fact, gain=1)
    asked = Questions(
        on=ON, asked=(), decided=(), questions=(question,), assumptions=(), caveats=()
    )
    talk.run(lambda _: asked, said.append, lambda: next(heard, None))
    assert talk.answers == 0
    assert len(said[-1]) < 2000


def test_questions_say_when_it_was_not_checked_what_still_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    engine = shipped()
    asked = engine.ask(engine.case(), ON)
    assert asked.checked
    monkeypatch.setattr(diagram, "LIMIT", 100)
    rough = engine.ask(engine.case(), ON)
    assert not rough.checked
    assert {one.fact for one in asked.questions} <= {one.fact for one in rough.questions}
    said: list[str] = []
    Interview(engine, None, "en").run(lambda _: rough, said.append, lambda: None)
    assert any("not checked" in line for line in said)


def test_a_kind_of_to_do_without_a_strength_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    folder = Path(shutil.copytree(FICTION, tmp_path / "island"))
    file = folder / "pathways" / "catalogue.yaml"
    text = file.read_text(encoding="utf-8")
    assert "contract: handschlag, " in text
    file.write_text(text.replace("contract: handschlag, ", ""), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        Engine.load(folder / "rules", folder / "pathways", region="nordinsel")
    (mistake,) = caught.value.mistakes
    assert (mistake.code, mistake.params["field"]) == (
        "field_missing",
        "search.to_do_strength.contract",
    )


def test_a_file_is_named_where_its_name_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "f\udcffll.yaml"
    result = CliRunner().invoke(app, ["ask", str(file)], input="?\nq\n")
    assert result.exit_code == 0
    assert "f·ll.yaml" in result.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_lacks_letters_is_no_traceback(encoding: str) -> None:
    command = [sys.executable, "-m", "klappts_engine", "assess", "examples/p07.yaml"]
    done = subprocess.run(
        [*command, "--on", "2026-11-22"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        cwd=FICTION.parent.parent,
    )
    assert (done.returncode, done.stderr) == (0, b"")


KINDS = {"list": "- x\n", "text": "x\n", "number": "1\n", "null": "null\n", "empty": ""}
SECTIONS = ["[]", "x", "1", "null", "[[]]", "{x: 1}", "{x: [1]}", "{x: null}"]
FILES = sorted(
    path.relative_to(FICTION).as_posix()
    for path in FICTION.rglob("*.yaml")
    if path.name != "not_modelled.yaml"
)


@pytest.mark.parametrize("name", FILES)
def test_a_data_file_of_a_wrong_kind_is_refused_whole_or_in_part(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    folder = Path(shutil.copytree(FICTION, tmp_path / "island"))
    file = folder / name
    region = file.stem if "regions" in name else "nordinsel"
    text = file.read_text(encoding="utf-8")
    keys = [line.split(":")[0] for line in text.splitlines() if re.match(r"[a-z_]+:", line)]
    for content in KINDS.values():
        file.write_text(content, encoding="utf-8")
        with pytest.raises(DataError):
            Engine.load(folder / "rules", folder / "pathways", region=region)
    for key in keys:
        for section in SECTIONS:
            file.write_text(
                re.sub(rf"(?ms)^{key}:.*?(?=^[a-z_]+:|\Z)", f"{key}: {section}\n", text)
            )
            with contextlib.suppress(KlapptsError):
                Engine.load(folder / "rules", folder / "pathways", region).check()
