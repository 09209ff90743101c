"""Changes the Python code of the engine at one place at a time and counts the changes that tests
notice.

Run by `make mutation`. Each change is made in a copy of the tree; the test files nearest to the
module run until one fails. A change that runs longer than the limit counts as noticed. Which
changes are tried is drawn by line from a seed; all properties run with the same examples each time.
"""

from __future__ import annotations

import argparse
import ast
import fnmatch
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TESTS: Mapping[str, tuple[str, ...]] = {
    "klappts_engine/ways/telling.py": ("personas", "running", "search"),
    "klappts_engine/ways/*.py": ("search", "running", "personas"),
    "klappts_engine/explain/diagram.py": ("explain_words", "explain"),
    "klappts_engine/explain/*.py": ("explain", "explain_words"),
    "klappts_engine/facts/*.py": ("facts", "timeline", "bad_input"),
    "klappts_engine/pathways/check.py": ("check", "catalogue"),
    "klappts_engine/pathways/graph.py": ("graph",),
    "klappts_engine/pathways/offers.py": ("offers",),
    "klappts_engine/pathways/*.py": ("catalogue", "check", "region"),
    "klappts_engine/rules/residual.py": ("search", "personas", "running"),
}
"""Modules, where the first pattern that fits counts, and the tests/test_*.py nearest to them."""
NUMBER, SEED = 3, 1
SLOWER, GRACE = 4, 20
"""The limit of a change: so many times what the tests take without one, and so many seconds."""
PLUGIN = "same_examples"
PROFILE = '''"""Properties with the same examples each time; a failing one is not made smaller."""
from hypothesis import HealthCheck, Phase, settings

def pytest_configure():
    settings.register_profile(
        "mutation", derandomize=True, database=None, deadline=None, print_blob=False,
        phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutation")
'''


@dataclass(frozen=True)
class Change:
    """One change of a module: its line, what becomes what, and the whole text after it."""

    module: str
    line: int
    what: str
    source: str


@dataclass(frozen=True)
class Verdict:
    """Whether tests notice a change, and in how many seconds."""

    change: Change
    noticed: bool
    seconds: float


SWAPPED: Mapping[type[ast.AST], tuple[Any, ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
}
RENAMED = {"min": "max", "max": "min", "any": "all", "all": "any"}
UNSEEN = ("__repr__", "__str__")
"""Functions whose result no answer depends on."""


def changes(module: str, source: str) -> list[Change]:
    """Every single change of a module that can matter.

    Left out: docstrings, type annotations, aliases of types, what runs for a type checker only,
    `UNSEEN`, assertions, and what stands within an f-string.
    """
    lines = source.encode().splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    text = source.encode()
    found = []
    for node, asked in _mattering(ast.parse(source)):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        for new in _variants(node, asked):
            spelled = ast.unparse(new)
            inserted = f"({spelled})" if isinstance(new, ast.expr) else spelled
            after = text[:start] + inserted.encode() + text[end:]
            what = f"{_short(ast.unparse(node))} -> {_short(spelled)}"
            found.append(Change(module, node.lineno, what, after.decode()))
    return found


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 70 else flat[:67] + "..."


def _mattering(node: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, bool]]:
    """All expressions and statements below `node` that are worth a change, and whether they are
    what an `if` or `while` asks."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "type_comment", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _left_out(child, node):
                continue
            if isinstance(child, (ast.expr, ast.stmt)):
                yield child, field in ("test", "ifs")
            yield from _mattering(child)


def _left_out(node: ast.AST, parent: ast.AST) -> bool:
    match node:
        case ast.Assert() | ast.JoinedStr() | ast.Import() | ast.ImportFrom():
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.FunctionDef(name=name):
            return name in UNSEEN
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
        case ast.Assign(value=value) if isinstance(parent, ast.Module):
            return _is_type(value)
        case _:
            return False


def _is_type(value: ast.expr) -> bool:
    """Whether a value at the top of a module is an alias of a type."""
    match value:
        case ast.Subscript(value=ast.Name(id=name)):
            return name[:1].isupper() or name in ("dict", "list", "tuple", "set", "frozenset")
        case ast.BinOp(left=left, op=ast.BitOr()):
            return isinstance(left, ast.Name) or _is_type(left)
        case ast.Call(func=ast.Name(id="TypeVar")):
            return True
        case _:
            return False


def _variants(node: ast.expr | ast.stmt, asked: bool) -> Iterator[ast.expr | ast.stmt]:
    """What can stand in place of one expression or statement."""
    if asked and isinstance(
        node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.NamedExpr)
    ):
        yield ast.UnaryOp(ast.Not(), node)
    match node:
        case ast.Compare(left=left, ops=[op], comparators=right):
            for other in SWAPPED[type(op)]:
                yield ast.Compare(left, [other()], right)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(SWAPPED[type(op)][0](), values)
            for k in range(len(values)):
                rest = [*values[:k], *values[k + 1 :]]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(op, rest)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(left=left, op=op, right=value) if type(op) in SWAPPED:
            yield ast.BinOp(left, SWAPPED[type(op)][0](), value)
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(1 - value if value in (0, 1) else value + 1)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in RENAMED:
            yield ast.Call(ast.Name(RENAMED[name]), args, keywords)
        case ast.Return(value=value) if value is not None and not _is_none(value):
            yield ast.Return(ast.Constant(None))
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.Expr() | ast.AugAssign() | ast.Raise() | ast.Delete():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case _:
            return


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def sample(found: Sequence[Change], number: int, seed: int) -> list[Change]:
    """`number` of the changes, in the order of the lines: each line as likely as any other, and of
    one line no second change before all others had one. A larger number keeps a smaller one."""
    by_line: dict[int, list[Change]] = defaultdict(list)
    for change in found:
        by_line[change.line].append(change)
    chance = random.Random(f"{seed} {found[0].module if found else ''}")
    for some in by_line.values():
        chance.shuffle(some)
    lines = list(by_line)
    chance.shuffle(lines)
    drawn: list[Change] = []
    while len(drawn) < min(number, len(found)):
        drawn += [by_line[line].pop() for line in lines if by_line[line]]
    return sorted(drawn[:number], key=lambda change: change.line)


class Copy:
    """A copy of the tree in which modules are changed and tests run."""

    def __init__(self, root: Path, folder: Path) -> None:
        ignored = shutil.ignore_patterns(".*", "__pycache__", "dist", "build", "*.egg-info")
        self.folder = Path(shutil.copytree(root, folder, ignore=ignored))
        (self.folder / f"{PLUGIN}.py").write_text(PROFILE, encoding="utf-8")
        self._written = 0

    def passes(self, module: str, source: str, tests: Sequence[str], limit: float | None) -> bool:
        """Whether the tests pass while a module has another text; not where they take longer than
        `limit` seconds."""
        path = self.folder / module
        before = path.read_text("utf-8")
        self._write(path, source)
        try:
            return self._run(tests, limit)
        finally:
            self._write(path, before)

    def _write(self, path: Path, source: str) -> None:
        """Each time with a later time of change, so that no compiled file stands for it."""
        path.write_text(source, encoding="utf-8")
        self._written += 1
        os.utime(path, (10**9 + self._written, 10**9 + self._written))

    def _run(self, tests: Sequence[str], limit: float | None) -> bool:
        kept = {name: value for name, value in os.environ.items() if name[:6] != "PYTHON"}
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "pytest", "-x", "-q"),
                *("-p", PLUGIN, "-p", "no:cacheprovider"),
                *tests,
            ],
            cwd=self.folder,
            env={**kept, "PYTHONPATH": str(self.folder), "PYTHONHASHSEED": "0"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            return process.wait(limit) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def nearest(module: str, table: Mapping[str, Sequence[str]]) -> list[str]:
    """The test files nearest to a module."""
    names = next(names for pattern, names in table.items() if fnmatch.fnmatch(module, pattern))
    return [f"tests/test_{name}.py" for name in names]


def modules(root: Path, table: Mapping[str, Sequence[str]]) -> list[str]:
    """The modules of the table, as paths from the root; those in which nothing can be changed are
    left out."""
    paths = {path for pattern in table for path in root.glob(pattern)}
    return [
        module
        for path in sorted(paths)
        if changes(module := path.relative_to(root).as_posix(), path.read_text("utf-8"))
    ]


def judge(
    root: Path,
    table: Mapping[str, Sequence[str]],
    drawn: Sequence[Change],
    workers: int = 2,
    slower: float = SLOWER,
    grace: float = GRACE,
) -> Iterator[Verdict]:
    """Runs the tests for each change, several at once, and gives verdicts as they come in.

    Raises RuntimeError if the tests of a module fail without a change.
    """
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(workers) as pool:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for number in range(workers):
            copies.put(Copy(root, Path(folder) / str(number)))
        limits: dict[tuple[str, ...], float] = {}

        def unchanged(module: str) -> tuple[str, float]:
            copy, start = copies.get(), time.monotonic()
            try:
                source = (root / module).read_text("utf-8")
                if not copy.passes(module, source, nearest(module, table), None):
                    raise RuntimeError(f"the tests nearest to {module} fail without a change")
            finally:
                copies.put(copy)
            return module, (time.monotonic() - start) * slower + grace

        def changed(change: Change) -> Verdict:
            copy, start = copies.get(), time.monotonic()
            tests = nearest(change.module, table)
            try:
                passed = copy.passes(change.module, change.source, tests, limits[tuple(tests)])
            finally:
                copies.put(copy)
            return Verdict(change, not passed, time.monotonic() - start)

        one_each = {tuple(nearest(one.module, table)): one.module for one in drawn}
        try:
            for module, limit in pool.map(unchanged, one_each.values()):
                limits[tuple(nearest(module, table))] = limit
            yield from pool.map(changed, drawn)
        finally:  # where somebody stops it, nothing more is begun
            pool.shutdown(cancel_futures=True)


def report(verdicts: Sequence[Verdict]) -> str:
    """A table of modules, and every survivor with its place."""
    by_module: dict[str, list[Verdict]] = defaultdict(list)
    for one in verdicts:
        by_module[one.change.module].append(one)
    rows = [f"{'module':<44}{'changes':>9}{'noticed':>9}{'share':>8}"]
    for module, some in [*by_module.items(), ("all", list(verdicts))]:
        noticed = sum(one.noticed for one in some)
        share = noticed / max(len(some), 1)
        rows.append(f"{module:<44}{len(some):>9}{noticed:>9}{share:>8.0%}")
    survivors = [
        f"{one.change.module}:{one.change.line}  {one.change.what}"
        for one in verdicts
        if not one.noticed
    ]
    return "\n".join([*rows, "", f"survivors: {len(survivors)}", *survivors])


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints what was noticed and what survived; exit code 1 below the share asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation_code", description=__doc__)
    parser.add_argument("--number", type=int, default=NUMBER, help="changes of each module")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--module", action="append", help="only modules whose path holds this")
    parser.add_argument("--least", type=float, default=0.0, help="share that must be noticed")
    parser.add_argument("--write", type=Path, help="file to write the report to")
    options = parser.parse_args(arguments)
    drawn = [
        change
        for module in modules(ROOT, TESTS)
        if not options.module or any(part in module for part in options.module)
        for change in sample(
            changes(module, (ROOT / module).read_text("utf-8")), options.number, options.seed
        )
    ]
    verdicts: list[Verdict] = []
    for verdict in judge(ROOT, TESTS, drawn, options.workers):
        verdicts.append(verdict)
        _progress(len(verdicts), len(drawn), verdict.change.module)
    told = report(verdicts)
    print(told)
    if options.write:
        head = f"# Changes of the code that the tests notice\n\nSeed {options.seed}, "
        head += f"up to {options.number} changes of each module.\n\n"
        options.write.write_text(f"{head}```\n{told}\n```\n", encoding="utf-8")
    noticed = sum(one.noticed for one in verdicts)
    return int(noticed < options.least * len(verdicts))


def _progress(done: int, all: int, module: str) -> None:
    bar = "#" * (30 * done // max(all, 1))
    print(f"\r[{bar:<30}] {done}/{all} {module:<44}", end="", file=sys.stderr, flush=True)
    if done == all:
        print(file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
