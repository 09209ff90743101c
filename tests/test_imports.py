"""What may import what, what may never be imported, and the public names."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import klappts_engine

PACKAGE = Path(klappts_engine.__file__).parent
ROOT = PACKAGE.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
FORBIDDEN = {
    "socket",
    "ssl",
    "http",
    "urllib",
    "ftplib",
    "smtplib",
    "xmlrpc",
    "asyncio",
    "requests",
    "httpx",
    "aiohttp",
    "urllib3",
    "pickle",
    "marshal",
    "shelve",
    "subprocess",
    "multiprocessing",
    "ctypes",
    "webbrowser",
    "telnetlib",
    "socketserver",
}


NAMED_TUPLE = {"_replace", "_asdict", "_fields"}
"""Public in spite of their names, so that no field can have one of them."""


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, with their full names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_imports_go_one_way_only() -> None:
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or shutil.which(
        "lint-imports"
    )
    assert command is not None
    result = subprocess.run(
        [command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


def test_every_part_of_the_package_stands_in_the_contract() -> None:
    """A part that no layer names could import anything."""
    layers = (
        (ROOT / "pyproject.toml")
        .read_text(encoding="utf-8")
        .split("layers = [", 1)[1]
        .split("]", 1)[0]
    )
    parts = {
        path.stem if path.is_file() else path.name
        for path in PACKAGE.iterdir()
        if path.suffix in ("", ".py")
    }
    for part in parts - {"__init__", "__pycache__", "data"}:
        assert f"klappts_engine.{part}" in layers, part


def test_only_the_durable_executor_names_its_library() -> None:
    naming = {
        path.name for path in MODULES if "durable_rules_engine" in path.read_text(encoding="utf-8")
    }
    assert naming <= {"durable.py"}
    loading = [
        path.name
        for path in MODULES
        if any(name.split(".")[0] in ("durable", "durable_rules_engine") for name in imported(path))
    ]
    assert set(loading) <= {"durable.py"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_calls_no_network_and_runs_no_text(path: Path) -> None:
    """`compile` is given syntax nodes only, and the one module loaded by name is a constant."""
    assert not {name.split(".")[0] for name in imported(path)} & FORBIDDEN
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        match ast.unparse(node.func).removeprefix("builtins."):
            case "eval" | "exec" | "__import__" | "os.system" | "os.popen":
                pytest.fail(f"line {node.lineno}")
            case "compile":
                assert isinstance(node.args[0], ast.Call), f"line {node.lineno}"
                assert ast.unparse(node.args[0].func) == "ast.Module", f"line {node.lineno}"
            case "importlib.import_module" | "import_module":
                assert ast.unparse(node.args[0]) == "'durable_rules_engine'", f"line {node.lineno}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_opens_with_one_line_that_says_what_it_is(path: Path) -> None:
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert doc
    first = doc.split("\n", 1)[0]
    assert first.endswith((".", ":"))
    assert first == doc or doc.split("\n")[1] == ""


def test_nothing_outside_reaches_into_a_private_attribute() -> None:
    """What a test, a benchmark or a page needs of an object is public, or answered in public."""
    outside = (ROOT / "tests", ROOT / "benchmarks", PACKAGE / "show")
    for path in (path for folder in outside for path in sorted(folder.rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Attribute) or not re.match(r"_[a-z]", node.attr):
                continue
            own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            assert own or node.attr in NAMED_TUPLE, f"{path.name}:{node.lineno} {node.attr}"


def test_public_names_can_be_imported_and_say_what_they_are() -> None:
    assert list(klappts_engine.__all__) == sorted(klappts_engine.__all__)
    # The engine, the case, the errors, and every model that a question is answered with.
    assert len(klappts_engine.__all__) <= 80
    for name in set(klappts_engine.__all__) - {"Case"}:
        assert (getattr(klappts_engine, name).__doc__ or "").strip(), name
    with pytest.raises(AttributeError):
        klappts_engine.Nothing  # noqa: B018


def test_the_class_of_cases_says_what_it_is() -> None:
    assert klappts_engine.Case.__doc__


def test_public_methods_of_the_engine_say_what_they_are() -> None:
    for name, member in vars(klappts_engine.Engine).items():
        if callable(getattr(klappts_engine.Engine, name)) and not name.startswith("_"):
            assert getattr(klappts_engine.Engine, name).__doc__, name
            annotations = getattr(member, "__func__", member).__annotations__
            assert "return" in annotations, name


def test_the_core_is_imported_without_extras() -> None:
    """Loading an engine draws in none of the optional packages."""
    code = (
        "import sys, klappts_engine; klappts_engine.Engine.load();"
        "print([n for n in ('typer', 'rich', 'jinja2', 'polars', 'pandas', 'durable', "
        "'matplotlib') "
        "if n in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize(("before", "now"), [("Path", "Way"), ("Paths", "Ways")])
def test_a_name_of_before_warns(before: str, now: str) -> None:
    with pytest.warns(DeprecationWarning, match=now):
        assert getattr(klappts_engine, before) is getattr(klappts_engine, now)
