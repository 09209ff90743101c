"""The wheel alone: built without network, installed without extras and without a compiler, it
answers for a case."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = """
import datetime, json, sys
import klappts_engine
from klappts_engine import Engine
from klappts_engine.folders import data_folder

engine = Engine.load()
case = engine.read_case(sys.argv[1])
day = datetime.date(2026, 11, 22)
try:
    Engine.load(executor="durable")
    durable = "there"
except klappts_engine.EngineUnavailable:
    durable = "not there"
print(json.dumps({
    "package": klappts_engine.__file__,
    "rules": str(data_folder("rules")),
    "durable": durable,
    "assessment": engine.assess(case, day).model_dump(mode="json", by_alias=True),
    "paths": engine.paths(case, "for", day).model_dump(mode="json", by_alias=True),
}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout by hatchling as it is installed here."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(ROOT),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """An environment that holds the wheel and its core dependencies, and nothing else; skips where
    no index is at hand."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=True, symlinks=True)
    pip = [
        str(folder / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--only-binary",
        ":all:",
    ]
    core = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "dependencies"
    ]
    done = subprocess.run(
        [*pip, *core], env=bare(folder), capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(
            f"pip cannot get the core dependencies here: {done.stderr.strip().splitlines()[-1]}"
        )
    subprocess.run([*pip, "--no-deps", str(wheel)], env=bare(folder), check=True)
    return folder


def bare(folder: Path) -> dict[str, str]:
    """The variables of this process, with a PATH on which no compiler stands, and nothing of this
    checkout."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "CC", "CXX"))
    }
    return {**kept, "PATH": str(folder / "bin")}


def test_the_wheel_holds_code_texts_and_both_data_folders(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("rules", "pathways"):
        for file in (ROOT / folder).rglob("*.yaml"):
            assert f"klappts_engine/data/{file.relative_to(ROOT).as_posix()}" in names
    for file in (ROOT / "klappts_engine").rglob("*"):
        if file.suffix in (".py", ".yaml", ".css", ".typed"):
            assert file.relative_to(ROOT).as_posix() in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"klappts_engine"}
    assert not [
        name
        for name in names
        if name.startswith("klappts_engine/tests") or name.endswith((".pyc", ".json"))
    ]


def test_the_wheel_answers_in_an_empty_environment_without_a_compiler(
    empty: Path, tmp_path: Path
) -> None:
    assert not any(
        shutil.which(name, path=bare(empty)["PATH"])
        for name in ("cc", "gcc", "clang", "c++", "g++")
    )
    case = shutil.copy(ROOT / "examples" / "p07.yaml", tmp_path)
    done = subprocess.run(
        [str(empty / "bin" / "python"), "-I", "-c", PROGRAM, str(case)],
        cwd=tmp_path,
        env=bare(empty),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert Path(said["package"]).is_relative_to(empty)
    assert Path(said["rules"]).is_relative_to(empty)
    assert said["durable"] == "not there"
    here = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(case)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    for part in ("assessment", "paths"):
        assert said[part] == json.loads(here.stdout)[part]


def test_the_command_without_its_extra_says_what_is_missing(empty: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [str(empty / "bin" / "klappts"), "assess", "x"],
        cwd=tmp_path,
        env=bare(empty),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "klappts-engine[cli]" in done.stderr
    assert "Traceback" not in done.stderr
