"""Attack: seeded mutations of everything that is read, and what must never come of them.

`make fuzz` runs it long (SEED=, N=), tests/test_fuzz.py a short form. Each input ends well or with
one of our own exceptions: no foreign one, no other exit code, no long message, no fact value in a
message, and no more work than `WORK` calls of functions.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import random
import re
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from types import FrameType
from typing import Any as AnyValue
from unittest.mock import patch

import yaml
from typer.testing import CliRunner

from klappts_engine import Engine, KlapptsError, yamlfile
from klappts_engine.cli import app
from klappts_engine.facts.case import Case
from klappts_engine.facts.vocabulary import STATUSES
from klappts_engine.folders import data_folder
from klappts_engine.rules.loader import HEAD
from klappts_engine.rules.upkeep.casebook import Casebook, read_casebook, read_differences
from klappts_engine.rules.upkeep.drift import FILE as FINGERPRINTS
from klappts_engine.rules.upkeep.drift import drift, load_fingerprints, take_fingerprints
from klappts_engine.rules.upkeep.lint import findings
from klappts_engine.show.interview import Interview
from klappts_engine.texts import LANGUAGES
from tests.shipped import shipped

ON = dt.date(2026, 11, 22)
MARKER = "geheimnis"
"""Stands in fact values; it must never come back."""
LONGEST = 20_000
"""Letters of all that one refusal says."""
WORK = 8_000_000
"""Calls of Python functions for one input."""
HERE = Path(__file__).parent
FICTION = HERE / "fiction"
ISLAND = next((FICTION / "pathways" / "regions").glob("*.yaml")).stem
SHARES = {
    "case": 24,
    "case book": 7,
    "differences": 3,
    "rules": 12,
    "rulebook and strengths": 5,
    "statuses": 3,
    "facts": 10,
    "steps": 10,
    "practice": 3,
    "region": 4,
    "planning": 2,
    "assumption sets": 3,
    "other catalogue files": 6,
    "fingerprints": 2,
    "statute text": 2,
    "draft": 3,
    "answers": 6,
    "command line": 4,
    "call": 6,
}
"""Of about a hundred inputs, how many of which kind."""


class TooMuch(BaseException):
    """One input took more than `WORK` calls. No `Exception`, so that nothing swallows it."""


@dataclass
class Report:
    """What came of many inputs: how many of each kind, by what they were refused, and faults."""

    tried: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    most: int = 0
    longest: int = 0

    def add(self, other: Report) -> None:
        """Takes in another report."""
        self.tried += other.tried
        self.refused += other.refused
        self.faults += other.faults
        self.most = max(self.most, other.most)
        self.longest = max(self.longest, other.longest)


# --- What is put in -------------------------------------------------------------------------------

LONG = "x" * 200_000
VALUES = [
    "", "~", "null", "true", "false", "0", "-1", "1", "13", "1200", "1201", "999999999", "1e308",
    "-0.5", "1.5", ".inf", ".nan", "1" * 30, "1" * 5000, "0x10", "2026-02-30", "1900-01-01",
    "2199-12-31", "9999-12-31", "0001-01-01", "2026-11-22", "2026-11-22T00:00:00", "'2026-11-22'",
    "[]", "{}", "[[]]", "[null]", "{a: 1}", "[a, a]", "{a: {b: {c: []}}}", "x", "'+6'", "'+²'",
    "'+99999'", "MARKER", "[MARKER]", "{KEY: MARKER}", "{KEY: 1}", "[MARKER, MARKER]",
    "'@x'", "'@MARKER'", "'age_years >= 99999999'", "'not a leaf !!'", "{all: []}", "{any: []}",
    "{not: {not: {not: x}}}", "{all: x}", "{all: [1, null, {}]}", "'\\u0000'", '"\\x1b[31mrot"',
    '"zwei\\nZeilen"', "'../../etc'", "ß", "🙂", "'{field}'", "'%s'", "02-29", "'02-30'", "LONG",
    "[" * 40 + "]" * 40, "&a x", "*a", "!!python/name:os.system x", "|\n  x", "? x", "- x", "#",
]  # fmt: skip
KEYS = ["x", "KEY", "null", "1", "'a b'", "''", "from", "to", "when", "all", "2026-11-22", "LONG"]


ODD: list[AnyValue] = [
    None, True, 1, -1, 10**5000, 1e308, float("nan"), MARKER, [MARKER], {"schluessel": MARKER},
    dt.date.max, dt.date.min, dt.datetime(2026, 1, 1), b"x", [], [[]] * 3000, object(),
]  # fmt: skip
"""Values as a program might hand them over."""


@lru_cache(maxsize=200)
def _nodes(text: str) -> tuple[tuple[tuple[int, int, bool], ...], tuple[tuple[int, int], ...]]:
    """Where the values of a YAML text stand (start, end, in block style), and its keys."""
    values: list[tuple[int, int, bool]] = []
    keys: list[tuple[int, int]] = []
    stack: list[AnyValue] = [yaml.compose(text, Loader=yaml.CSafeLoader)]
    while stack:
        node = stack.pop()
        if node is None:
            continue
        block = not isinstance(node, yaml.ScalarNode) and not node.flow_style
        values.append((node.start_mark.index, node.end_mark.index, block))
        if isinstance(node, yaml.MappingNode):
            keys += [(key.start_mark.index, key.end_mark.index) for key, _ in node.value]
            stack += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            stack += node.value
    return tuple(values), tuple(keys)


def _filled(text: str) -> str:
    return text.replace("MARKER", MARKER).replace("KEY", "schluessel").replace("LONG", LONG)


def _replaced(rng: random.Random, text: str) -> str:
    """One value is another one."""
    start, end, block = rng.choice(_nodes(text)[0])
    new = _filled(rng.choice(VALUES))
    if block:
        end = text.rfind("\n", 0, end) + 1 or end
        return text[:start] + new + "\n" + text[end:]
    return text[:start] + new + text[end:]


def _renamed(rng: random.Random, text: str) -> str:
    keys = _nodes(text)[1]
    if not keys:
        return text + "\nx: 1\n"
    start, end = rng.choice(keys)
    other = rng.choice(keys)
    new = rng.choice([text[other[0] : other[1]], _filled(rng.choice(KEYS))])
    return text[:start] + new + text[end:]


def _swapped(rng: random.Random, text: str) -> str:
    """One value stands where another one stood."""
    values = [(a, b) for a, b, block in _nodes(text)[0] if not block]
    if len(values) < 2:
        return _replaced(rng, text)
    (a, b), (c, d) = rng.choice(values), rng.choice(values)
    return text[:a] + text[c:d] + text[b:]


def _lines(rng: random.Random, text: str) -> str:
    """Lines are missing, twice, elsewhere, or there a thousand times."""
    lines = text.splitlines(keepends=True) or ["\n"]
    k = rng.randrange(len(lines))
    match rng.randrange(5):
        case 0:
            del lines[k : k + rng.choice([1, 1, 5])]
        case 1:
            lines.insert(rng.randrange(len(lines)), lines[k])
        case 2:
            lines = lines[:k]
        case 3:
            lines[k] = lines[k] * rng.choice([2, 1000])
        case _:
            lines[k] = " " * rng.choice([1, 2, 40]) + lines[k]
    return "".join(lines)


def mutated(rng: random.Random, text: str) -> bytes:
    """A YAML text with one to three changes, as bytes."""
    kinds = [_replaced] * 6 + [_renamed, _renamed, _swapped, _swapped, _lines]
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        try:
            text = rng.choice(kinds)(rng, text)
        except (yaml.YAMLError, ValueError, IndexError):
            break  # broken or emptied by the change before
    raw = text.encode("utf-8", "surrogatepass")
    match rng.randrange(40):
        case 0:
            raw = raw[: rng.randrange(len(raw) + 1)]
        case 1:
            k = rng.randrange(len(raw) + 1)
            raw = raw[:k] + bytes(rng.randrange(256) for _ in range(4)) + raw[k:]
        case 2:
            raw = raw.decode("utf-8").encode(rng.choice(["utf-16", "utf-32", "latin-1"]), "replace")
        case 3:
            raw = _filled(
                rng.choice(["[", "[1, 2]", "MARKER", "1", "null", "", "- a", "LONG"])
            ).encode()
    return raw


# --- What is done with it -------------------------------------------------------------------------


def _ask_all(engine: Engine, case: Case, rng: random.Random, *, ways: bool = True) -> None:
    """The questions a case can be asked; on a loaded engine all have to answer or to refuse."""
    on = rng.choice([ON, ON, dt.date(1900, 1, 1), dt.date(2199, 12, 31)])
    ids = engine.rulebook.conclusions
    id = rng.choice(ids)
    verbs: list[Callable[[], object]] = [
        lambda: engine.assess(case, on),
        lambda: engine.assess(case, on),
        lambda: engine.why(case, id, on),
        lambda: engine.why_not(case, id, on),
        lambda: engine.when(case, [id], on),
        lambda: engine.ask(case, on, [id]),
        lambda: engine.steps(case, on),
    ]
    if ways:
        verbs.append(lambda: engine.paths(case, rng.choice(list(engine.catalogue.goals)), on))
    rng.choice(verbs)()


class Attack:
    """Makes one input after the other in a folder of its own, and holds what comes of each against
    what must never come of it."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.report = Report()
        self._rng = random.Random(seed)
        self._folder = folder
        self._kinds = list(SHARES)
        self._runner = CliRunner()
        for name in ("rules", "pathways"):
            shutil.copytree(FICTION / name, folder / "island" / name)
            shutil.copytree(data_folder(name), folder / "land" / name)
        shutil.copy(folder / "land" / "pathways" / "planning.yaml", folder / "island" / "pathways")
        for name in ("known", "changed"):
            (folder / name / "basics").mkdir(parents=True)
        (folder / "known" / FINGERPRINTS).write_text(_fingerprints(), encoding="utf-8")

    def reseed(self, seed: int) -> None:
        """Begins the inputs of another seed."""
        self._rng.seed(seed)

    def run(self, number: int) -> Report:
        """Tries `number` inputs."""
        for kind in self._rng.choices(self._kinds, list(SHARES.values()), k=number):
            self.one(kind)
        return self.report

    def one(self, kind: str) -> None:
        """Tries one input of a kind."""
        self.report.tried[kind] += 1
        name = kind.replace(" ", "_")
        try:
            with self._counted(kind):
                getattr(self, f"_{name}", lambda: self._data(kind))()
        except KlapptsError as problem:
            self._refusal(kind, problem)
        except (Exception, TooMuch) as problem:
            where = traceback.extract_tb(problem.__traceback__)
            inside = [f for f in where if "klappts_engine" in f.filename] or where
            self._fault(
                kind,
                f"{type(problem).__name__}: {str(problem)[:120]} in "
                f"{Path(inside[-1].filename).name}:{inside[-1].lineno}",
            )

    @contextlib.contextmanager
    def _counted(self, kind: str) -> Iterator[None]:
        """Counts calls of functions; too many end the input."""
        calls = 0

        def count(_frame: FrameType, _event: str, _arg: AnyValue) -> None:
            nonlocal calls
            calls += 1
            if calls > WORK:
                raise TooMuch(kind)

        before = sys.gettrace()
        sys.settrace(count)  # told of calls alone: it traces no frame
        try:
            yield
        finally:
            sys.settrace(before)
            self.report.most = max(self.report.most, calls)

    def _fault(self, kind: str, what: str) -> None:
        self.report.faults.append(f"{kind}: {what}")

    def _refusal(self, kind: str, problem: KlapptsError) -> None:
        self.report.refused[kind, type(problem).__name__] += 1
        for lang in LANGUAGES:
            self._said(kind, problem.text(lang))
        self._said(kind, str(problem))

    def _said(self, kind: str, said: str) -> None:
        """Holds the words of a refusal against what they must not be."""
        self.report.longest = max(self.report.longest, len(said))
        if len(said) > LONGEST:
            self._fault(kind, f"{len(said)} letters: {said[:80]}")
        if MARKER in said and kind in ("case", "draft", "answers", "call"):
            at = said.index(MARKER)
            self._fault(kind, f"value repeated: {said[max(0, at - 60) : at + 20]!r}")
        if "\x1b" in said:
            self._fault(kind, "control characters")

    # Cases ------------------------------------------------------------------------------------

    def _case_file(self) -> Path:
        rng = self._rng
        base = rng.choice(_examples()) if rng.random() < 0.5 else _mixed(rng)
        file = self._folder / "fall.yaml"
        if rng.random() < 0.3:
            file.write_text(base, encoding="utf-8")
            return file
        file.write_bytes(self._big(base) or mutated(self._rng, base))
        return file

    def _big(self, base: str) -> bytes | None:
        """Now and then a file that is large in one respect."""
        big = {
            "periods": "stay_history: [" + "{from: 2024-05-01, kind: geduldet}, " * 3000 + "]\n",
            "countries": "nationalities: [" + "SYR, " * 5000 + "]\n",
            "assumptions": "assumptions: [" + f"{MARKER}, " * 5000 + "]\n",
            "one assumption": f"assumptions: [{MARKER}{LONG}]\n",
            "fields": "".join(f"feld{k}: {MARKER}\n" for k in range(5000)),
            "fields of one letter": "".join(f"a{k}: 1\n" for k in range(30_000)),
            "entries": "nationalities: [" + "[], " * 90_000 + "]\n",
        }
        return big[self._rng.choice(list(big))].encode() if self._rng.random() < 0.01 else None

    def _case(self) -> None:
        case = shipped().read_case(self._case_file())
        _ask_all(shipped(), case, self._rng, ways=self._rng.random() < 0.02)

    def _draft(self) -> None:
        talk = Interview(shipped(), self._case_file(), self._rng.choice(LANGUAGES))
        shipped().ask(talk.case, ON, [self._rng.choice(shipped().rulebook.conclusions)])

    def _answers(self) -> None:
        """An interview with answers of every sort; it may refuse them, and goes on."""
        engine, rng = shipped(), self._rng
        file = self._folder / "gespraech.yaml"
        file.unlink(missing_ok=True)
        said: list[str] = []
        ids = rng.sample(engine.rulebook.conclusions, rng.choice([1, 1, 2]))
        answers = iter(self._answer() for _ in range(4))
        talk = Interview(engine, rng.choice([None, file]), rng.choice(LANGUAGES))
        talk.run(lambda case: engine.ask(case, ON, ids), said.append, lambda: next(answers, None))
        self._said("answers", "\n".join(said))

    def _answer(self) -> str:
        rng = self._rng
        return rng.choice(
            [
                rng.choice(["ja", "nein", "?", "-", "", "1", "2", "99", "1,5", "-3", "q "]),
                _filled(rng.choice(VALUES)),
                "9" * 5000,
                f"{'9' * 5000}.5",
                f"{MARKER} {rng.randrange(9)}",
                "15.03.2006", "31.02.2006", "٣.٤.٢٠٢٤", "²", "\udcff\udcfe", "SYR,AFG",
                ",".join(["SYR"] * 4000), f"{MARKER},{MARKER}", "\x00", "\x1b[31m",
            ]
        )  # fmt: skip

    # Case books and texts ---------------------------------------------------------------------

    def _case_book(self) -> None:
        file = self._folder / "buch.yaml"
        file.write_bytes(mutated(self._rng, _book()))
        Casebook(shipped().rulebook, shipped().case_class, read_casebook([file])).run()

    def _differences(self) -> None:
        file = self._folder / "abweichungen.yaml"
        file.write_bytes(mutated(self._rng, _text(HERE / "cases" / "known_differences.yaml")))
        read_differences(file)

    def _fingerprints(self) -> None:
        changed = self._folder / "changed"
        (changed / FINGERPRINTS).write_bytes(mutated(self._rng, _fingerprints()))
        known = load_fingerprints(changed)
        drift(shipped().rulebook, known, self._folder / "texte", None)

    def _statute_text(self) -> None:
        rng, folder = self._rng, self._folder / "texte"
        place = folder / "SGB_II"
        shutil.rmtree(folder, ignore_errors=True)
        place.mkdir(parents=True)
        parts = [
            "(1) ",
            "(2) ",
            "1. ",
            "a) ",
            "Ein Satz. ",
            "Nr. 3 ",
            "\n",
            "§ 7 ",
            "# § 7\n",
            "<sup>1</sup>",
        ]
        parts += ["(" + "1" * 5000 + ") ", "(١) ", "---\n", LONG[:50_000], "(1a) ", "²) ", "z) "]
        text = "".join(rng.choice(parts) for _ in range(rng.randrange(40)))
        raw = text.encode() + rng.choice([b"", b"", b"", b"", b"\xff\xfe"])
        (place / f"{rng.choice(['7', '8', '16f'])}.md").write_bytes(raw)
        known = take_fingerprints(
            shipped().rulebook, folder, ON, load_fingerprints(self._folder / "known")
        )
        drift(shipped().rulebook, known, folder, None)

    # Data files -------------------------------------------------------------------------------

    def _data(self, kind: str) -> None:
        """One file of a data folder is changed, and the folder is loaded: mostly the small one of
        the island state, sometimes the shipped one."""
        rng = self._rng
        land = rng.random() < 0.015
        root = self._folder / ("land" if land else "island")
        files = sorted(_files(root, kind))
        if not files:
            root = self._folder / "land"
            files = sorted(_files(root, kind))
            land = True
        file = rng.choice(files)
        before = file.read_bytes()
        try:
            file.write_bytes(mutated(rng, before.decode()))
            self._load(root, land)
        finally:
            file.write_bytes(before)

    def _load(self, root: Path, land: bool) -> None:
        region = shipped().catalogue.region.id if land else ISLAND
        with patch.object(yamlfile, "parse", _parse_once):
            engine = Engine.load(root / "rules", root / "pathways", region)
        rng = self._rng
        facts: dict[str, AnyValue] = {}
        for id in rng.sample(sorted(engine.rulebook.vocabulary.facts), 3):
            kind = engine.rulebook.vocabulary.facts[id]
            values = engine.rulebook.vocabulary.values_of(id)
            facts[id] = {"bool": True, "number": 3, "date": ON}.get(kind.type)
            if values and kind.type in ("enum", "status"):
                facts[id] = rng.choice(values)
        case = engine.case_class(**facts)
        match rng.randrange(6):
            case 0:
                engine.check()
            case 1 if not land:  # the shipped rulebook is checked by `make lint`
                findings(engine.rulebook, load_fingerprints(root / "rules"), engine.facts_read())
            case 2:
                engine.offers()
            case _:
                _ask_all(engine, case, rng, ways=not land)

    # Calls ------------------------------------------------------------------------------------

    def _call(self) -> None:
        """A call of the library with days, names and values as they come."""
        engine, rng = shipped(), self._rng
        days = [ON, dt.date.min, dt.date.max, dt.date(1900, 1, 1), dt.date(2199, 12, 31)]
        name = rng.choice(
            ["x", LONG, "", "\x00", "asylblg", "sgb2.alg2", *engine.rulebook.conclusions[:5]]
        )
        facts: dict[str, AnyValue] = {}
        for id in rng.sample(sorted(engine.rulebook.vocabulary.facts), rng.choice([0, 1, 2])):
            facts[id] = rng.choice(ODD)
        if rng.random() < 0.3:
            case = engine.case_class(**facts)
        elif rng.random() < 0.1:
            case = engine.case_class(assumptions=rng.choice([[name], [name] * 3000, name]))
        else:
            case = engine.case_class()
        on, until = rng.choice(days), rng.choice([None, *days])
        verbs: list[Callable[[], object]] = [
            lambda: engine.assess(case, on, [name]),
            lambda: engine.assess(case, on, without=[name]),
            lambda: engine.why(case, name, on),
            lambda: engine.why_not(case, name, on, until),
            lambda: engine.when(case, [name], on, until),
            lambda: engine.timeline(case, [name], until or on, on),
            lambda: engine.paths(case, name, on),
            lambda: engine.ask(case, on, [name]),
            lambda: engine.ask(case, on, goal=name),
            lambda: engine.changed((case, on), (case, until or on)),
            lambda: engine.offers(name),
            lambda: engine.read_case(name),
            lambda: Engine.load(rules=name),
            lambda: Engine.load(pathways=name),
            lambda: Engine.load(region=name),
            lambda: Engine.load(executor=name),
        ]
        rng.choice(verbs)()

    def _command_line(self) -> None:
        rng = self._rng
        file = self._case_file()
        if rng.random() < 0.5:
            file.write_text(rng.choice(_examples()), encoding="utf-8")
        case = str(file)
        word = rng.choice(
            [LONG[:100_000], "x", "", MARKER, "\x1b[31m", "a\nb", "ü" * 300, "\udcff"]
        )
        missing = str(self._folder / word.replace("/", "")[:5000].replace("\x00", ""))
        id = rng.choice([word, *shipped().rulebook.conclusions[:4]])
        lost, rules = "/dev/null/x.json", str(self._folder / "land" / "rules")
        commands = [
            ["assess", case], ["assess", missing], ["why", case, id], ["why-not", case, id],
            ["when", case, id], ["changed", case, "--then", "2199-12-31"], ["ask", case],
            ["ask", missing], ["ask", case, "--for", id], ["offers", "--municipality", word],
            ["offers", "--field", word], ["cases", case], ["cases", missing],
            ["case", "new", f"{missing}/x"], ["case", "new", "--assume", word],
            ["rules", "drift", missing], ["rules", "pages", lost], ["rules", word], [word],
            ["rules", "fingerprint", missing, "--on", "2026-08-19", "--rules", rules],
            ["pathways", "graph", lost],
            ["assess"], ["assess", case, word], ["assess", case, f"--{word}"],
            ["paths", case, "--goal", word],
        ]  # fmt: skip
        arguments = list(rng.choice(commands))
        options = [
            ["--on", rng.choice(["9999-12-31", "2199-12-31", "1900-01-01", word, "2026-02-30"])],
            ["--lang", rng.choice([*LANGUAGES, word])],
            ["--region", word],
            ["--until", rng.choice(["9999-12-31", "1900-01-01", word])],
            ["--json"],
            ["--all"],
        ]
        for option in rng.sample(options, rng.choice([0, 1, 1, 2])):
            arguments += option
        heard = "\n".join(self._answer().replace("\x00", "") for _ in range(4))
        raw = heard.encode("utf-8", "surrogateescape") + rng.choice([b"", b"\xff\xfe\n"])
        engine = shipped()
        with patch.object(Engine, "load", lambda *_: engine):
            result = self._runner.invoke(app, arguments, input=raw)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        if result.exit_code not in (0, 1, 2):
            self._fault("command line", f"exit code {result.exit_code}")
        if result.exit_code == 2:
            self.report.refused["command line", "exit code 2"] += 1
        self._said("command line", result.stderr)


def _files(root: Path, kind: str) -> list[Path]:
    rules, paths = root / "rules", root / "pathways"
    match kind:
        case "rules":
            return list(rules.glob("*.yaml"))
        case "rulebook and strengths":
            return [rules / HEAD, rules / "basics" / "strengths.yaml"]
        case "statuses":
            return [rules / STATUSES]
        case "facts":
            return list((rules / "facts").glob("*.yaml"))
        case "steps":
            return list((paths / "steps").glob("*.yaml"))
        case "region":
            return list((paths / "regions").glob("*.yaml"))
        case "other catalogue files":
            names = {"practice.yaml", "planning.yaml", "assumption_sets.yaml"}
            return [file for file in paths.glob("*.yaml") if file.name not in names]
        case _:
            file = paths / f"{kind.replace(' ', '_')}.yaml"
            return [file] if file.exists() else []


_parse = yamlfile.parse


@lru_cache(maxsize=400)
def _parsed(raw: bytes, name: str) -> yamlfile.Map:
    return _parse(raw, name)


def _parse_once(raw: bytes, name: str, _error: object = None) -> yamlfile.Map:
    """As `yamlfile.parse` of data files; those that stay as they are are parsed once."""
    return _parsed(raw, name)


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def _examples() -> list[str]:
    return [_text(path) for path in sorted((HERE.parent / "examples").glob("*.yaml"))]


@cache
def _told() -> dict[str, list[str]]:
    """The lines with which the examples tell each fact."""
    found: dict[str, list[str]] = {}
    for text in _examples():
        for line in text.splitlines():
            if re.match(r"[a-z_]+: .", line):
                found.setdefault(line.split(":")[0], []).append(line)
    return found


def _mixed(rng: random.Random) -> str:
    """A person made of what different examples tell; it may contradict itself."""
    facts = rng.sample(sorted(_told()), rng.choice([1, 2, 5, 12]))
    return "".join(rng.choice(_told()[fact]) + "\n" for fact in facts)


@cache
def _book() -> str:
    """A case book that is quickly run: the first cases of a longer one."""
    text = _text(HERE / "cases" / "own_land.yaml")
    cuts = [k for k in range(len(text)) if text.startswith("\n  - {id:", k)]
    return text[: cuts[12]] + "\n" if len(cuts) > 12 else text


@cache
def _fingerprints() -> str:
    """The first entries of each section of the shipped fingerprints."""
    sections, places = _text(data_folder("rules") / FINGERPRINTS).split("\nplaces:\n")
    few = re.split(r"\n(?=  \S)", sections)[:10]
    return "\n".join(few) + "\nplaces:\n" + "\n".join(places.splitlines()[:40]) + "\n"


# --- The long run ---------------------------------------------------------------------------------


def attack(seed: int, number: int) -> Report:
    """Tries `number` inputs made from one seed."""
    with tempfile.TemporaryDirectory() as folder:
        return Attack(seed, Path(folder)).run(number)


def main() -> int:
    """Runs the attack in two processes and prints what came of it; exit code 1 if anything did."""
    seed, number = int(os.environ.get("SEED", "1")), int(os.environ.get("N", "20000"))
    slice_ = 200
    report = Report()
    slices = [min(slice_, number - at) for at in range(0, number, slice_)]
    with ProcessPoolExecutor(max_workers=2) as pool:
        running = [pool.submit(attack, seed * 100_003 + k, n) for k, n in enumerate(slices)]
        for done, one in enumerate(as_completed(running), 1):
            report.add(one.result())
            for fault in one.result().faults:
                sys.stderr.write(f"\n{fault}\n")
            filled = 40 * done // len(slices)
            bar = "#" * filled + "." * (40 - filled)
            sys.stderr.write(
                f"\r[{bar}] {report.tried.total()} of {number}, {len(report.faults)} faults"
            )
            sys.stderr.flush()
    sys.stderr.write("\n")
    for kind, tried in sorted(report.tried.items()):
        by = {error: n for (of, error), n in sorted(report.refused.items()) if of == kind}
        said = ", ".join(f"{error} {n}" for error, n in by.items()) or "none"
        print(f"{kind:24} {tried:6}   refused: {said}")
    print(
        f"inputs {report.tried.total()}, seed {seed}; most calls of functions for one input "
        f"{report.most} (bound {WORK}); longest refusal {report.longest} (bound {LONGEST})"
    )
    print(f"faults {len(report.faults)}")
    for what, n in Counter(report.faults).most_common(40):
        print(f"  {n:5} {what}")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
