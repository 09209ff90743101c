"""No fact value in any message, exception, repr or traceback; files with facts are for their owner
alone."""

from __future__ import annotations

import ast
import datetime as dt
import json
import os
import stat
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from typer.testing import CliRunner

import klappts_engine
from klappts_engine import CaseError, Engine, Episode, KlapptsError
from klappts_engine.cli import app
from klappts_engine.facts.case import write_private
from klappts_engine.facts.episodes import project
from tests.shipped import shipped

ON = dt.date(2026, 11, 22)
PACKAGE = Path(klappts_engine.__file__).parent


fields = st.deferred(
    lambda: st.sampled_from(sorted({*shipped().rulebook.vocabulary.facts, "as_of"}))
)
markers = st.text("QXZJ", min_size=9, max_size=12)
shapes = st.sampled_from(
    [
        "{}",
        "[{}]",
        "[{}, {}]",
        "{{from: {}, kind: {}}}",
        "[{{from: 2024-05-01, kind: {}}}]",
        '"{}"',
        "{}: [",
        "!x {}",
    ]
)


def everything(problem: BaseException) -> Iterator[str]:
    """All that an exception, and those behind it, can show of itself."""
    yield "".join(traceback.format_exception(problem))
    seen: BaseException | None = problem
    while seen is not None:
        yield f"{seen} {seen!r} {seen.args!r} {getattr(seen, '__notes__', '')}"
        seen = seen.__cause__ or seen.__context__
    if isinstance(problem, ValidationError):
        yield repr(problem.errors()) + problem.json()
    if isinstance(problem, KlapptsError):
        yield problem.text("de") + problem.text("en") + repr(problem.mistakes)


def lines_of_code() -> Iterator[tuple[Path, ast.AST]]:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield path, node


@settings(max_examples=150)
@given(st.dictionaries(fields, st.tuples(markers, shapes), min_size=1, max_size=4))
def test_no_value_of_a_bad_file_is_ever_shown(told: dict[str, tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fall.yaml"
        file.write_text(
            "".join(
                f"{id}: {shape.format(marker, marker)}\n" for id, (marker, shape) in told.items()
            )
        )
        with pytest.raises(CaseError) as caught:
            shipped().read_case(file)
        said = "".join(everything(caught.value))
        assert not any(marker in said for marker, _ in told.values())


@settings(max_examples=100)
@given(fields, markers, st.sampled_from([0, 1, 2]))
def test_no_bad_value_given_in_python_is_ever_shown(field: str, marker: str, form: int) -> None:
    value: Any = (marker, [marker, marker], {marker: marker})[form]
    calls: tuple[Callable[[], object], ...] = (
        lambda: shipped().case(**{field: value}),
        lambda: shipped().case_class.model_validate({field: value}),
        lambda: shipped().case_class.model_validate_json(json.dumps({field: value})),
    )
    for call in calls:
        with pytest.raises((CaseError, ValidationError)) as caught:
            call()
        # The lines of this very test stand in the traceback, but they hold no marker.
        assert not any(marker in said for said in everything(caught.value))


@settings(max_examples=40)
@given(fields, markers)
def test_no_value_is_shown_on_the_command_line(field: str, marker: str) -> None:
    engine = shipped()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "load", lambda *_folders: engine)
        file = Path(folder) / "fall.yaml"
        file.write_text(f"{field}: {marker}\n")
        result = CliRunner().invoke(app, ["assess", str(file), "--on", "2026-11-22"])
        assert isinstance(result.exception, SystemExit)
        assert result.exit_code == 2
        assert marker not in result.output + result.stderr


def test_a_file_that_is_not_utf8_is_not_kept_behind_its_error(tmp_path: Path) -> None:
    file = tmp_path / "fall.yaml"
    file.write_bytes(b"municipality: QXZJQXZJ\xff\n")
    with pytest.raises(CaseError) as caught:
        shipped().read_case(file)
    assert not any("QXZJQXZJ" in said for said in everything(caught.value))


def test_a_contradiction_names_facts_and_no_values() -> None:
    case = shipped().case(birth_date=dt.date(1993, 3, 15), age_years=19)
    with pytest.raises(CaseError) as caught:
        shipped().assess(case, ON)
    said = "".join(everything(caught.value))
    assert "age_years" in said
    assert "1993" not in said
    assert " 33" not in said


def test_a_wrong_episode_names_no_value() -> None:
    for fact in ("status", "needy", "QXZJQXZJ"):
        episode = Episode(**{"fact": fact, "value": "ZZZZQQQQ", "from": ON, "origin": "x"})
        with pytest.raises(CaseError) as caught:
            project(shipped().case(), [episode], ON, shipped().rulebook.vocabulary)
        assert not any("ZZZZQQQQ" in said for said in everything(caught.value))


def test_a_case_shows_no_value_of_itself() -> None:
    case = shipped().read_case(PACKAGE.parent / "examples" / "p07.yaml")
    for shown in (repr(case), str(case), f"{case}", f"{[case]!r}"):
        assert "GIN" not in shown
        assert "2006" not in shown
        assert str(len(case.told)) in shown


def test_the_package_writes_no_log_and_prints_nothing_but_answers() -> None:
    for path, node in lines_of_code():
        if isinstance(node, ast.Import):
            names = {alias.name for alias in node.names}
            if path.name == "__init__.py":
                names.discard("warnings")  # says that a public name is outdated, and no more
            assert not {"logging", "warnings"} & names, path
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print", path


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_case_file_is_for_its_owner_alone(umask: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        write_private(tmp_path / "a.yaml", "needy: true\n")
        CliRunner().invoke(app, ["case", "new", str(tmp_path / "b.yaml")])
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "b.yaml"]
