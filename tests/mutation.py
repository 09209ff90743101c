"""Changes one leaf, bound, connective or date of the rulebook at a time and counts how many such
mutants some case catches.

Run by `make mutation`; prints the share by law book and the survivors. Cases: every asserted one in
tests/cases, and the frozen answers. A mutant is caught if one expected answer becomes another one.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any as AnyValue

from klappts_engine import yamlfile
from klappts_engine.facts.case import case_class
from klappts_engine.facts.values import derive_all, encode
from klappts_engine.folders import data_folder
from klappts_engine.rules.expressions import (
    All,
    Any,
    Compare,
    Expr,
    Has,
    In,
    Is,
    Not,
    Ref,
    leaf_value,
    references,
    spell,
)
from klappts_engine.rules.loader import load_rulebook
from klappts_engine.rules.model import Rule, Version
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.rules.upkeep.casebook import (
    Casebook,
    condition_of,
    read_casebook,
    read_differences,
)

CASES = Path(__file__).parent / "cases"
ONE_DAY = dt.timedelta(days=1)
STRICT = {">=": ">", ">": ">=", "<=": "<", "<": "<=", "==": "!=", "!=": "=="}


@dataclass(frozen=True)
class Point:
    """One expected answer: values on a day, the condition asked, and its truth."""

    values: Mapping[str, AnyValue]
    day: dt.date
    asked: Expr
    expected: bool | None


@dataclass(frozen=True)
class Mutant:
    """A rule with one change."""

    rule: Rule
    what: str


def mutants(rule: Rule) -> Iterator[Mutant]:
    """Every single change of a rule: conditions of each version, and the days on which versions
    change."""
    for k, version in enumerate(rule.versions):
        for expr, what in _changed(version.when):
            yield Mutant(
                _with(rule, k, replace(version, when=expr)), f"{version.start or '…'}: {what}"
            )
    for k, (before, after) in enumerate(pairwise(rule.versions)):
        if before.end and after.start:
            for days, word in ((ONE_DAY, "later"), (-ONE_DAY, "earlier")):
                moved = _with(rule, k, replace(before, end=before.end + days))
                yield Mutant(
                    _with(moved, k + 1, replace(after, start=after.start + days)),
                    f"{after.start}: a day {word}",
                )


def _with(rule: Rule, k: int, version: Version) -> Rule:
    return replace(rule, versions=(*rule.versions[:k], version, *rule.versions[k + 1 :]))


def _changed(expr: Expr) -> Iterator[tuple[Expr, str]]:
    match expr:
        case All(parts) | Any(parts):
            for k, part in enumerate(parts):
                for new, what in _changed(part):
                    yield type(expr)((*parts[:k], new, *parts[k + 1 :])), what
            if len(parts) > 1:
                other = Any(parts) if isinstance(expr, All) else All(parts)
                yield (
                    other,
                    f"{'all' if isinstance(expr, All) else 'any'} of {len(parts)} turned: "
                    f"{spell(expr)[:80]}",
                )
        case Not(part):
            for new, what in _changed(part):
                yield Not(new), what
        case Compare(fact, op, value):
            yield Compare(fact, STRICT[op], value), f"{spell(expr)} -> {STRICT[op]}"
            for step in (1, -1):
                yield Compare(fact, op, value + step), f"{spell(expr)} -> {value + step:g}"
        case In() | Has() | Is() | Ref():
            yield Not(expr), f"not {spell(expr)}"
        case _:
            return


class Jury:
    """All expected answers, and the question whether one of them changes under a mutant."""

    def __init__(self, rulebook: Rulebook, points: Sequence[Point]) -> None:
        self._rules = rulebook.rules
        self._by_rule: dict[str, list[Point]] = defaultdict(list)
        for point in points:
            for id in rulebook.cone(references(point.asked)):
                self._by_rule[id].append(point)

    def catches(self, mutant: Mutant) -> bool:
        """Whether some expected answer becomes another one."""
        id = mutant.rule.id
        return any(
            self.answer(point, {id: mutant.rule}) is not point.expected
            for point in self._by_rule.get(id, ())
        )

    def answer(self, point: Point, changed: Mapping[str, Rule] = {}) -> bool | None:
        """The truth of a point, with some rules replaced."""
        known: dict[str, bool | None] = {}

        def rule(id: str) -> bool | None:
            if id not in known:
                version = (changed.get(id) or self._rules[id]).version(point.day)
                known[id] = truth(version.when) if version else False
            return known[id]

        def truth(expr: Expr) -> bool | None:
            match expr:
                case All(parts) | Any(parts):
                    decisive = isinstance(expr, Any)
                    result: bool | None = not decisive
                    for part in parts:
                        one = truth(part)
                        if one is decisive:
                            return decisive
                        if one is None:
                            result = None
                    return result
                case Not(part):
                    one = truth(part)
                    return None if one is None else not one
                case Ref(id):
                    return rule(id)
                case _:
                    return leaf_value(expr, point.values)

        return truth(point.asked)


def points(rulebook: Rulebook) -> list[Point]:
    """The expected answers of all case files and of the frozen answers that still stand."""
    model = case_class(rulebook.vocabulary)

    def values(facts: Mapping[str, AnyValue], day: dt.date) -> dict[str, AnyValue]:
        told = model(**facts).told
        return {
            id: encode(value)
            for id, value in {**derive_all(told, rulebook.vocabulary, day), **told}.items()
        }

    truths = {"holds": True, "fails": False, "unknown": None}
    found: list[Point] = []
    files = sorted(path for path in CASES.glob("*.yaml") if "cases" in yamlfile.read(path))
    known = read_differences(CASES / "known_differences.yaml")
    report = Casebook(rulebook, model, read_casebook(files), known).run()
    for one in report.asserted:
        if one.agrees:
            expr, _ = rulebook.expression(condition_of(one.case.conclusion, rulebook))
            found += [
                Point(values(one.case.facts, day), day, expr, truths[one.case.expected])
                for day in one.case.days
            ]
    fixtures = yamlfile.read(CASES / "fixtures.yaml")
    for row in fixtures["rows"]:
        facts = values(
            {**fixtures["base"], "status": row["status"], **row.get("overrides", {})}, row["as_of"]
        )
        for word, truth in truths.items():
            found += [Point(facts, row["as_of"], Ref(id), truth) for id in row.get(word, ())]
        for id in ("rechtskreis", "work_mode"):
            if row.get(id, "unknown")[:7] != "unknown":
                found.append(Point(facts, row["as_of"], Ref(f"{id}={row[id]}"), True))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the shares and the survivors; exit code 1 below the share asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--least", type=float, default=0.0, help="share of mutants that must be caught"
    )
    parser.add_argument("--survivors", type=Path, help="file to list the survivors in")
    parser.add_argument("--rule", action="append", help="only rules whose id begins so")
    options = parser.parse_args(arguments)
    rulebook = load_rulebook(data_folder("rules"))
    asked = points(rulebook)
    jury = Jury(rulebook, asked)
    kept = [point for point in asked if jury.answer(point) is point.expected]
    jury = Jury(rulebook, kept)
    caught: Counter[str] = Counter()
    total: Counter[str] = Counter()
    survivors: list[str] = []
    rules = [rulebook.rules[id] for id in rulebook.conclusions if _wanted(id, options.rule)]
    for number, rule in enumerate(rules, 1):
        print(f"\r{number}/{len(rules)} {rule.id:<40}", end="", file=sys.stderr)
        for mutant in mutants(rule):
            total[rule.file] += 1
            if jury.catches(mutant):
                caught[rule.file] += 1
            else:
                survivors.append(f"{rule.file} {rule.id} {mutant.what}")
    print(file=sys.stderr)
    share = _print(total, caught, len(kept))
    if options.survivors:
        options.survivors.write_text("\n".join(survivors) + "\n", encoding="utf-8")
    return int(share < options.least)


def _wanted(id: str, beginnings: Iterable[str] | None) -> bool:
    return not beginnings or any(id.startswith(beginning) for beginning in beginnings)


def _print(total: Counter[str], caught: Counter[str], expected: int) -> float:
    print(f"expected answers: {expected}")
    print(f"{'law book':<32}{'mutants':>9}{'caught':>9}{'share':>8}")
    for file in sorted(total):
        print(f"{file:<32}{total[file]:>9}{caught[file]:>9}{caught[file] / total[file]:>8.0%}")
    share = caught.total() / max(total.total(), 1)
    print(f"{'all':<32}{total.total():>9}{caught.total():>9}{share:>8.1%}")
    return share


if __name__ == "__main__":
    sys.exit(main())
