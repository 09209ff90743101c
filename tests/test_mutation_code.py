"""Single changes of code: which there are, which are drawn, and which the tests of a small tree
notice."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.mutation_code import (
    ROOT,
    TESTS,
    Change,
    changes,
    judge,
    main,
    modules,
    nearest,
    report,
    sample,
)

SMALL = '''"""A small module: 1 < 2."""
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from x import y
Alias = dict[str, int] | None

def grown(age: "int < 1", least: int = 0) -> bool:
    """Whether 1 < 2."""
    assert age > 0
    if not age:
        return None
    return age >= 18 and least < age

def __repr__():
    return 1
'''
LOOP = """def first(rows, wanted):
    found = []
    for row in rows:
        if row:
            continue
        found.append(max(row, 2) & 3)
    return found
"""


def test_what_can_matter_is_changed_and_nothing_else() -> None:
    found = [(one.line, one.what) for one in changes("small.py", SMALL)]
    assert found == [
        (7, "0 -> 1"),
        (10, "not age -> age"),
        (12, "return age >= 18 and least < age -> return None"),
        (12, "age >= 18 and least < age -> age >= 18 or least < age"),
        (12, "age >= 18 and least < age -> least < age"),
        (12, "age >= 18 and least < age -> age >= 18"),
        (12, "age >= 18 -> age > 18"),
        (12, "age >= 18 -> age < 18"),
        (12, "18 -> 19"),
        (12, "least < age -> least <= age"),
        (12, "least < age -> least >= age"),
    ]


def test_loops_calls_and_statements_are_changed() -> None:
    assert {one.what for one in changes("loop.py", LOOP)} == {
        "row -> not row",
        "continue -> break",
        "found.append(max(row, 2) & 3) -> pass",
        "max(row, 2) & 3 -> max(row, 2) | 3",
        "max(row, 2) -> min(row, 2)",
        "2 -> 3",
        "3 -> 4",
        "return found -> return None",
    }


@pytest.mark.parametrize("source", [SMALL, LOOP])
def test_a_change_is_in_one_place_and_can_be_read(source: str) -> None:
    for one in changes("any.py", source):
        assert ast.dump(ast.parse(one.source)) != ast.dump(ast.parse(source))
        different = [
            number
            for number, (old, new) in enumerate(
                zip(source.splitlines(), one.source.splitlines(), strict=True), 1
            )
            if old != new
        ]
        assert different == [one.line]


def test_every_module_of_the_engine_has_changes_that_can_be_read() -> None:
    found = modules(ROOT, TESTS)
    assert {Path(module).parent.name for module in found} == {
        "ways",
        "explain",
        "facts",
        "pathways",
        "rules",
    }
    for module in found:
        assert all((ROOT / test).is_file() for test in nearest(module, TESTS)), module
        for one in sample(changes(module, (ROOT / module).read_text("utf-8")), 3, 1):
            ast.parse(one.source)


def test_lines_are_drawn_alike() -> None:
    found = changes("small.py", SMALL)
    drawn = sample(found, 3, 1)
    assert {one.line for one in drawn} == {7, 10, 12}
    assert drawn == sample(found, 3, 1)
    assert set(drawn) <= set(sample(found, 5, 1))
    assert len({tuple(sample(found, 3, seed)) for seed in range(20)}) > 1
    assert sorted(sample(found, 99, 1), key=found.index) == found
    assert sample([], 3, 1) == []


def tree(folder: Path, test: str) -> Path:
    """A tree of one module and one test file."""
    (folder / "tests").mkdir()
    (folder / "small.py").write_text(LOOP.replace("if row:", "if row > 5:"), encoding="utf-8")
    (folder / "tests" / "test_small.py").write_text(test, encoding="utf-8")
    return folder


TABLE = {"small.py": ("small",)}


def test_tests_notice_some_changes_and_survivors_are_named(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        "from small import first\ndef test_it(): assert first([7, 1], 0) == [2]\n",
    )
    source = (root / "small.py").read_text("utf-8")
    found = [
        one
        for one in changes("small.py", source)
        if one.what in ("row > 5 -> row >= 5", "return found -> return None")
    ]
    endless = source.replace("found = []", "while True: pass")
    verdicts = list(
        judge(root, TABLE, [*found, Change("small.py", 2, "endless", endless)], slower=2, grace=1)
    )
    assert {one.change.what: one.noticed for one in verdicts} == {
        "row > 5 -> row >= 5": False,
        "return found -> return None": True,
        "endless": True,
    }
    assert (root / "small.py").read_text("utf-8") == source
    told = report(verdicts).splitlines()
    assert told[1].split() == ["small.py", "3", "2", "67%"]
    assert told[-2:] == ["survivors: 1", "small.py:4  row > 5 -> row >= 5"]


def test_tests_that_fail_without_a_change_stop_it(tmp_path: Path) -> None:
    root = tree(tmp_path, "def test_it(): assert False\n")
    found = changes("small.py", (root / "small.py").read_text("utf-8"))
    with pytest.raises(RuntimeError, match=r"nearest to small\.py fail without a change"):
        list(judge(root, TABLE, found[:1]))


def test_nothing_asked_for_is_nothing_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--module", "no such module"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["all", "0", "0", "0%"]
