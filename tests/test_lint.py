"""The checks of a rulebook find what is planted, prove what they claim, and find nothing in the
shipped one."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any as AnyValue

from hypothesis import given, settings
from hypothesis import strategies as st

from klappts_engine.engine import Engine
from klappts_engine.folders import data_folder
from klappts_engine.rules.expressions import (
    All,
    Any,
    Compare,
    Expr,
    In,
    Is,
    Not,
    Ref,
    facts_read,
    leaf_value,
)
from klappts_engine.rules.model import Rule, Version
from klappts_engine.rules.rulebook import Book, Rulebook
from klappts_engine.rules.upkeep.drift import Fingerprints, load_fingerprints
from klappts_engine.rules.upkeep.lint import findings, unreached
from klappts_engine.rules.upkeep.possible import Possible
from tests.small_world import FACTS, SCALE, VOCABULARY, T

DAY = dt.date(2026, 1, 15)
NO_PRINTS = Fingerprints(sections={}, places={})
CELLS: dict[str, list[AnyValue]] = {
    "permit": [True, False],
    "registered": [True, False],
    "tongue": list(FACTS["tongue"].values),
    "worked": [0.0, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0],
}
LEAVES: list[Expr] = [
    Is("permit"),
    Is("registered"),
    In("tongue", frozenset({"t1"})),
    In("tongue", frozenset({"t0", "t2"})),
    Compare("worked", ">=", 2.0),
    Compare("worked", "<", 2.0),
    Compare("worked", ">", 4.0),
    Compare("worked", "<=", 4.0),
]
trees: st.SearchStrategy[Expr] = st.recursive(
    st.sampled_from(LEAVES),
    lambda below: st.one_of(
        st.builds(Not, below),
        st.lists(below, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(below, min_size=1, max_size=3).map(lambda parts: Any(tuple(parts))),
    ),
    max_leaves=8,
)


def _book(*rules: Rule, **head: AnyValue) -> Rulebook:
    return Rulebook(
        Book(id="x", title=T, rechtsstand=DAY, **head),
        VOCABULARY,
        SCALE,
        {rule.id: rule for rule in rules},
        "0" * 64,
    )


def _rule(id: str, *versions: tuple[dt.date | None, dt.date | None, Expr]) -> Rule:
    return Rule(
        id,
        T,
        None,
        "x",
        tuple(Version(a, b, when, "claim", "", ()) for a, b, when in versions),
        "x.yaml",
        1,
    )


def _truth(expr: Expr, values: dict[str, AnyValue]) -> bool:
    match expr:
        case All(parts):
            return all(_truth(part, values) for part in parts)
        case Any(parts):
            return any(_truth(part, values) for part in parts)
        case Not(part):
            return not _truth(part, values)
        case _:
            return bool(leaf_value(expr, values))  # type: ignore[arg-type]


@settings(max_examples=300)
@given(trees, st.booleans())
def test_a_condition_is_possible_exactly_if_some_case_fulfils_it(tree: Expr, wanted: bool) -> None:
    facts = sorted(facts_read(tree))
    cases = (
        dict(zip(facts, values, strict=True))
        for values in itertools.product(*(CELLS[fact] for fact in facts))
    )
    expected = any(_truth(tree, case) is wanted for case in cases)
    found = Possible(_book(_rule("r", (None, None, tree))), DAY).find(Ref("r"), wanted)
    assert (found is not False) is expected
    if found:
        assert isinstance(found, dict)
        some = {fact: found.get(fact, CELLS[fact][0]) for fact in facts}
        assert _truth(tree, some) is wanted


def test_every_planted_oddity_is_found() -> None:
    day, later = dt.date(2020, 1, 1), dt.date(2021, 1, 1)
    may = _rule("may", (None, None, Is("registered")))
    book = _book(
        _rule("gap", (None, day, Is("permit")), (later, None, Is("permit"))),
        _rule("never", (None, None, All((Is("permit"), Not(Ref("permit")))))),
        _rule("permit", (None, None, Is("permit"))),
        _rule(
            "always", (None, None, Any((Compare("worked", "<", 2.0), Compare("worked", ">=", 2.0))))
        ),
        _rule("spare", (None, None, Any((Is("permit"), All((Is("permit"), Is("busy"))))))),
        _rule("both", (None, None, Any((Is("permit"), Is("registered"))))),
        _rule("rule", (None, None, All((Ref("may"), Is("busy"))))),
        replace(may, versions=(replace(may.versions[0], strength="may"),)),
        contradictory=[("permit", "both")],
    )
    found = {(mistake.id, mistake.code) for mistake in findings(book, NO_PRINTS)}
    assert {
        ("gap", "version_gap"),
        ("never", "never_holds"),
        ("always", "never_fails"),
        ("spare", "alternative_subsumed"),
        ("rule", "weaker_part"),
        ("permit", "hold_together"),
        ("town", "fact_unused"),
    } <= found
    assert not any(id in ("permit", "both") for id, code in found if code != "hold_together")
    assert {mistake.id for mistake in unreached(book, ["never"])} == {
        "gap",
        "always",
        "spare",
        "both",
        "rule",
        "may",
    }


def test_a_gap_with_a_reason_and_a_classification_that_always_answers_are_no_oddities() -> None:
    day, later = dt.date(2020, 1, 1), dt.date(2021, 1, 1)
    gap = _rule("gap", (None, day, Is("permit")), (later, None, Is("permit")))
    gap = replace(gap, versions=(gap.versions[0], replace(gap.versions[1], note=T)))
    either = replace(
        _rule("either", (None, None, Any((Is("permit"), Not(Is("permit")))))), values=("a", "b")
    )
    codes = {mistake.code for mistake in findings(_book(gap, either), NO_PRINTS)}
    assert codes <= {"fact_unused"}


def test_the_shipped_rulebook_and_catalogue_have_no_findings() -> None:
    engine = Engine.load()
    found = findings(engine.rulebook, load_fingerprints(data_folder("rules")), engine.facts_read())
    assert [mistake.text() for mistake in found + engine.findings()] == []
    assert Path(data_folder("rules") / "basics/fingerprints.yaml").exists()
