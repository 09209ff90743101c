"""Measures this tree beside an earlier commit: the same program asks both the same, in turns."""

from __future__ import annotations

import io
import json
import os
import random
import resource
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.persons import Person
from benchmarks.tables import say

COMMIT = "9ab345c"
HERE = Path(__file__).resolve().parent.parent
PROGRAM = Path(__file__).resolve().parent / "timing.py"
NOW = "now"
Parts = dict[str, float]


@dataclass(frozen=True)
class Sizes:
    """How much is measured: questions of one person at the door, and rounds of each measurement."""

    conclusions: int = 2
    rounds: int = 3
    starts: int = 7


FULL = Sizes()
QUICK = Sizes(conclusions=1, rounds=1, starts=1)


@dataclass(frozen=True)
class Search:
    """What one search took in each tree, in seconds, and how many ways it found."""

    person: str
    goal: str
    seconds: Mapping[str, float]
    ways: Mapping[str, int]


@dataclass(frozen=True)
class Door:
    """What one person costs at the door in one tree, in seconds: medians over the rounds."""

    executor: float
    all: float
    one: float
    why: tuple[float, ...]


class Tree:
    """A tree of files, and a process that times its engine."""

    def __init__(self, name: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.folder = folder
        self.environment = {**environment, "PYTHONPATH": str(folder)}
        self._process = subprocess.Popen(
            self.python(str(PROGRAM)),
            cwd=folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @staticmethod
    def python(*arguments: str) -> list[str]:
        """A command of this Python that finds the package on PYTHONPATH alone."""
        return [sys.executable, "-P", *arguments]

    def ask(self, name: str, *arguments: Any) -> Any:
        """The answer of the timing program."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the tree of {self.name} gave no answer about {name}")
        return json.loads(answer)

    def clock(self, *arguments: str) -> float:
        """Seconds of the processor that a process of this tree takes."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.run(*arguments)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def run(self, *arguments: str) -> str:
        """What a process of this tree prints."""
        done = subprocess.run(
            self.python(*arguments),
            cwd=self.folder,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()


@contextmanager
def trees(commit: str = COMMIT) -> Iterator[list[Tree]]:
    """This tree, and that of `commit` if the history is here: else a sentence says it is not.

    No setting of Python is handed down, so that both keep compiled files, as for users.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kept = {name: value for name, value in os.environ.items() if name[:6] != "PYTHON"}
        environment = {**kept, "PYTHONHASHSEED": "0"}
        folders = {NOW: HERE}
        if unpack(commit, folder / "then"):
            folders[commit] = folder / "then"
        else:
            say(f"commit {commit} is not here (no history): only the figures of today")
        found = [Tree(name, where, environment) for name, where in folders.items()]
        for tree in found:
            stack.callback(tree.close)
        yield found


def unpack(commit: str, folder: Path, repository: Path = HERE) -> bool:
    """Writes the files of `commit` that run to `folder`; False if there is no such history."""
    command = ["git", "archive", "--format=tar", commit, "klappts_engine", "rules", "pathways"]
    try:
        found = subprocess.run(command, cwd=repository, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    with tarfile.open(fileobj=io.BytesIO(found.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return True


def introduce(trees: Sequence[Tree], persons: Sequence[Person]) -> list[str]:
    """Tells all trees the same persons: with the facts that all know, and only those that all
    understand. The names that are left."""
    known = set.intersection(*(set(tree.ask("facts")) for tree in trees)) | {"assumptions", "as_of"}
    told = {
        one.name: (
            {fact: value for fact, value in one.as_json().items() if fact in known},
            one.day.isoformat(),
        )
        for one in persons
    }
    understood = [set(tree.ask("persons", told)) for tree in trees]
    return [name for name in told if all(name in names for names in understood)]


def searches(
    trees: Sequence[Tree], names: Sequence[str], goals: Sequence[str], say: Callable[[str], object]
) -> list[Search]:
    """Every person and goal once in each tree, in turns, after a first question that is not
    counted."""
    found = []
    for goal in goals:
        for tree in trees:
            tree.ask("paths", names[0], goal)
    for number, name in enumerate(names):
        if number % 20 == 0:
            say(f"ways of person {number + 1} of {len(names)}")
        for goal in goals:
            order = trees if number % 2 else [*reversed(trees)]
            answers = {tree.name: tree.ask("paths", name, goal) for tree in order}
            found.append(
                Search(
                    name,
                    goal,
                    {tree.name: answers[tree.name][0] for tree in trees},
                    {tree.name: answers[tree.name][1] for tree in trees},
                )
            )
    return found


def doors(trees: Sequence[Tree], names: Sequence[str], sizes: Sizes) -> dict[str, list[Door]]:
    """What every person costs at the door of each tree."""
    ids = sorted(set.intersection(*(set(tree.ask("conclusions")) for tree in trees)))
    chance = random.Random(1)
    asked = {name: chance.sample(ids, sizes.conclusions) for name in names}
    rounds: dict[str, list[dict[str, Any]]] = {tree.name: [] for tree in trees}
    for tree in trees:
        tree.ask("door", asked)  # each asked once before
    for _ in range(sizes.rounds):
        for tree in trees:
            rounds[tree.name].append(tree.ask("door", asked))
    return {
        tree: [_door([one[name] for one in passes]) for name in names]
        for tree, passes in rounds.items()
    }


def _door(passes: Sequence[Mapping[str, Any]]) -> Door:
    """The medians of what one person cost in several passes."""
    return Door(
        median(one["executor"] for one in passes),
        median(one["all"] for one in passes),
        median(one["one"] for one in passes),
        tuple(map(median, zip(*(one["why"] for one in passes), strict=True))),
    )


def starts(trees: Sequence[Tree], case: Path, day: str, sizes: Sizes) -> dict[str, Parts]:
    """What `klappts assess` takes as a process in each tree, and what it is made of, in seconds.

    `rest` is what the parts do not explain: words, printing, the end of the process.
    """
    found: dict[str, list[Parts]] = {tree.name: [] for tree in trees}
    for _ in range(sizes.starts):
        for tree in trees:
            parts = {"python": tree.clock("-c", "pass")}
            parts |= json.loads(tree.run(str(PROGRAM), "start", str(case), day))
            whole = tree.clock("-m", "klappts_engine", "assess", str(case), "--on", day)
            rest = whole - sum(parts.values())
            found[tree.name].append({"process": whole, **parts, "rest": rest})
    return {
        tree: {part: median(one[part] for one in rounds) for part in rounds[0]}
        for tree, rounds in found.items()
    }
