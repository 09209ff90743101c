"""Times the engine of one tree of files and answers in JSON; run as a program, today or then.

It uses nothing but the standard library and what every commit since 9ab345c has, so that one file
measures two trees. Two uses, both with the tree on PYTHONPATH:

    python -P timing.py            reads requests, one JSON list a line: a name below, arguments
    python -P timing.py start      once from nothing: import, load, read, assess, in seconds
"""

from __future__ import annotations

import datetime as dt
import gc
import importlib
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Answer = Any


def timed(action: Callable[..., Any], *arguments: Any, calls: int = 1) -> tuple[float, Any]:
    """What one of `calls` calls takes of the processor, in seconds, and the last result; what else
    the machine does is not counted."""
    result = None
    start = time.process_time()
    for _ in range(calls):
        result = action(*arguments)
    return (time.process_time() - start) / calls, result


def seconds(action: Callable[..., Any], *arguments: Any, calls: int = 1) -> float:
    """What one call takes of the processor."""
    return timed(action, *arguments, calls=calls)[0]


class Tree:
    """The engine of a tree, the persons it is asked about, and what can be asked."""

    def __init__(self) -> None:
        self.engine = importlib.import_module("klappts_engine").Engine.load()
        self.evaluate = executor(self.engine)
        self.told: dict[str, tuple[dict[str, Any], dt.date]] = {}

    def facts(self) -> list[str]:
        """The facts that the vocabulary knows."""
        return list(self.engine.rulebook.vocabulary.facts)

    def conclusions(self) -> list[str]:
        """What can be concluded."""
        return list(self.engine.rulebook.conclusions)

    def persons(self, told: Mapping[str, tuple[dict[str, Any], str]]) -> list[str]:
        """Takes persons by name, with facts and a day; the names of those it understands."""
        for name, (facts, day) in told.items():
            try:
                self.engine.assess(self.engine.case(**facts), dt.date.fromisoformat(day), ())
            except Exception:  # whatever a tree has against a person, it is asked for no time
                continue
            self.told[name] = facts, dt.date.fromisoformat(day)
        return list(self.told)

    def paths(self, name: str, goal: str) -> tuple[float, int]:
        """Seconds of one search, and how many ways it finds."""
        facts, day = self.told[name]
        case = self.engine.case(**facts)
        gc.collect()
        gc.disable()  # its pauses would fall on whoever happens to run
        try:
            spent, found = timed(self.engine.paths, case, goal, day)
        finally:
            gc.enable()
        return spent, len(found.paths)

    def door(self, asked: Mapping[str, Sequence[str]]) -> dict[str, dict[str, Any]]:
        """One pass over persons, each with the conclusions it is asked about: seconds of each call.

        The executor alone runs warm. What is set against it is asked once, of a new case each
        time, so that no answer kept from the last question is read again.
        """
        gc.collect()
        gc.disable()
        try:
            return {name: self._door(name, ids) for name, ids in asked.items()}
        finally:
            gc.enable()

    def _door(self, name: str, ids: Sequence[str]) -> dict[str, Any]:
        facts, day = self.told[name]
        engine = self.engine

        def new() -> Any:
            return engine.case(**facts)

        values = ready_values(engine, new(), day)
        return {
            "executor": seconds(self.evaluate, values, day, calls=20),
            "all": seconds(engine.assess, new(), day),
            "one": seconds(engine.assess, new(), day, ids[:1]),
            "why": [seconds(engine.why, new(), id, day) for id in ids],
        }


def executor(engine: Any) -> Callable[[Any, dt.date], object]:
    """The executor of the engine; where it keeps none in sight, a new one of the same kind."""
    kept = getattr(engine, "_executor", None)
    if kept is None:
        try:
            port = importlib.import_module("klappts_engine.rules.executors.port")
        except ModuleNotFoundError:
            port = importlib.import_module("klappts_engine.rules.executor")
        kept = port.make_executor("function", engine.rulebook)
    evaluate: Callable[[Any, dt.date], object] = kept.evaluate
    return evaluate


def ready_values(engine: Any, case: Any, day: dt.date) -> Any:
    """The values of all facts on a day, assumptions included, as an executor reads them."""
    if hasattr(engine, "at") and hasattr(standing := engine.at(case, day), "values"):
        return standing.values
    facts = {
        name: importlib.import_module(f"klappts_engine.facts.{name}")
        for name in ("assumptions", "episodes", "values")
    }
    vocabulary = engine.rulebook.vocabulary
    filled, _ = facts["assumptions"].assume(case, engine.catalogue.assumptions)
    return facts["values"].values_on(
        facts["episodes"].project(filled, (), day, vocabulary), vocabulary
    )


def from_nothing(case: str, day: str) -> dict[str, float]:
    """What the parts of a process take, each for the first time."""
    found: dict[str, float] = {}
    found["import"] = seconds(importlib.import_module, "klappts_engine.cli")
    package = importlib.import_module("klappts_engine")
    found["load"], engine = timed(package.Engine.load)
    found["read"], told = timed(engine.read_case, case)
    found["assess"] = seconds(engine.assess, told, dt.date.fromisoformat(day))
    return found


def serve() -> None:
    """Answers requests until there are none."""
    tree = Tree()
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(getattr(tree, name)(*arguments)), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["start"]:
        print(json.dumps(from_nothing(*sys.argv[2:])))
    else:
        serve()
