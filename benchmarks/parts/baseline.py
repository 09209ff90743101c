"""Prints what ways, answers, loading and a process take, beside an earlier commit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks import baseline
from benchmarks.baseline import COMMIT, FULL, NOW, Door, Parts, Search, Sizes
from benchmarks.paths import EXAMPLES
from benchmarks.persons import NUMBER, Person, examples, persons
from benchmarks.tables import CASE_DAY, GOALS, head, row, say, spread_of
from klappts_engine import Engine
from klappts_engine.facts.case import Case

PERSONS = 40
CASE = EXAMPLES / "p07.yaml"
WORDS = {
    "process": "klappts assess, a whole process",
    "python": "of it: Python itself",
    "import": "importing the command",
    "load": "Engine.load",
    "read": "reading the case",
    "assess": "the first assessment",
    "rest": "words, printing, the end",
}
LIMITS = {"process": 0.6, "load": 0.5}
WORDS_OF_SPREAD = ("median", "95 %", "longest")


def beside_baseline(
    engine: Engine,
    cases: Mapping[str, Case],
    number: int = PERSONS,
    sizes: Sizes = FULL,
    commit: str = COMMIT,
) -> None:
    """Examples and `number` of the perturbed persons, asked in this tree and in that of `commit`.

    All times are of the processor; both trees are asked in turns.
    """
    shown = [one for one in examples(CASE_DAY) if one.name in cases]
    drawn = persons(engine, number)
    with baseline.trees(commit) as trees:
        names = baseline.introduce(trees, [*shown, *drawn])
        say("timing processes")
        began = baseline.starts(trees, CASE, CASE_DAY.isoformat(), sizes)
        say(f"timing answers for {len(names)} persons")
        doors = baseline.doors(trees, names, sizes)
        found = baseline.searches(trees, names, GOALS, say)
    left = len(shown) + len(drawn) - len(names)
    if left:
        print(f"\n{left} persons are left out: one of the trees does not understand them")
    print_searches(found, shown, f"{len(drawn)} of {NUMBER} perturbed persons")
    print_doors(doors)
    print_starts(began)


def _title(text: str, trees: Sequence[str]) -> None:
    """A table with one column for each tree, and their ratio."""
    head(text, *trees, *(["ratio"] if len(trees) > 1 else []))


def _beside(name: str, seconds: Mapping[str, float], goal: str = "", digits: int = 0) -> None:
    """Milliseconds of each tree, and how many times longer this one takes."""
    ms = [one * 1e3 for one in seconds.values()]
    if len(ms) == 1:
        row(name, *ms, goal=goal, digits=digits)
        return
    ratio = ms[0] / ms[1] if ms[1] else math.nan
    print(f"  {name:44}{ms[0]:12.{digits}f}{ms[1]:14.{digits}f}{ratio:16.2f}", end="")
    print(f"  goal: {goal}" if goal else "")


def print_searches(found: Sequence[Search], shown: Sequence[Person], drawn: str) -> None:
    """What the searches took, by group of persons, and how many ways they found."""
    trees = list(found[0].seconds)
    names = {one.name for one in shown}
    _title(f"Engine.paths, {len(shown)} examples and {drawn}, both goals, ms", trees)
    groups = {
        "examples": [one for one in found if one.person in names],
        "perturbed": [one for one in found if one.person not in names],
        "all": list(found),
    }
    goals = ("at most 0.80 times", "at most 0.70 times", "at most 2000 ms")
    for group, some in groups.items():
        if not some:
            continue
        spreads = {tree: spread_of([one.seconds[tree] for one in some]) for tree in trees}
        for index, word in enumerate(WORDS_OF_SPREAD):
            wanted = goals[index] if group == "all" else ""
            _beside(f"{group}, {word}", {tree: spreads[tree][index] for tree in trees}, wanted)
    ways = {tree: sum(one.ways[tree] for one in found) for tree in trees}
    print("  ways found: " + ", ".join(f"{number} {tree}" for tree, number in ways.items()))


def print_doors(doors: Mapping[str, Sequence[Door]]) -> None:
    """What answers cost, beside the executor alone."""
    _title("Answers at the door, in times the executor alone on ready values", list(doors))
    every = {tree: [one.all / one.executor for one in some] for tree, some in doors.items()}
    single = {tree: [one.one / one.executor for one in some] for tree, some in doors.items()}
    for name, ratios, most in (("all conclusions", every, 12), ("one conclusion", single, 5)):
        for index, word in enumerate(WORDS_OF_SPREAD):
            goal = f"at most {most}" if not index else ""
            figures = [spread_of(some)[index] for some in ratios.values()]
            row(f"assess, {name}, {word}", *figures, goal=goal, digits=1)
    _title("The same, and why, in ms", list(doors))
    for name, times in {
        "executor alone": {tree: [one.executor for one in some] for tree, some in doors.items()},
        "assess, all conclusions": {
            tree: [one.all for one in some] for tree, some in doors.items()
        },
        "assess, one conclusion": {tree: [one.one for one in some] for tree, some in doors.items()},
    }.items():
        _beside(f"{name}, median", {tree: median(some) for tree, some in times.items()}, digits=2)
    why = {tree: [one for door in some for one in door.why] for tree, some in doors.items()}
    for index, word in enumerate(WORDS_OF_SPREAD):
        goal = "at most 5 ms" if word == "longest" else ""
        of_all = {tree: spread_of(some)[index] for tree, some in why.items()}
        _beside(f"why, {word}", of_all, goal, digits=2)


def print_starts(began: Mapping[str, Parts]) -> None:
    """What a process is made of."""
    _title("A process from nothing, ms of the processor", list(began))
    for part in began[NOW]:
        limit = f"at most {LIMITS[part]:.2f} times" if part in LIMITS else ""
        _beside(WORDS[part], {tree: parts[part] for tree, parts in began.items()}, limit, digits=1)
