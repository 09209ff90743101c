"""Published statements on access to steps agree with the engine, or differ for a reason that is
written down."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from klappts_engine.ways.model import Reason
from tests.story_table import Check, Held, held


@pytest.fixture(scope="module")
def both() -> Held:
    return held()


def test_the_whole_collection_is_there_mapped_or_with_the_reason_why_not(both: Held) -> None:
    statements = both.statements.statements
    assert len(statements) == len({one.id for one in statements}) == 40
    for one in statements:
        assert (one.not_mapped is None) == bool(one.facts), one.id
        assert not one.facts.keys() & one.assumed.keys(), one.id
        assert (one.expected == "depends") == (
            len({variant.expected for variant in one.variants}) > 1
        ), one.id


def test_every_statement_agrees_or_is_a_known_difference(both: Held) -> None:
    unexplained = [
        f"{check.statement.id} {check.label}"
        for check in both.checks
        if not check.agrees and check.known is None
    ]
    outlived = [
        f"{check.statement.id} {check.label}"
        for check in both.checks
        if check.agrees and check.known
    ]
    assert (unexplained, outlived) == ([], [])


def test_every_known_difference_names_checks_that_are_run(both: Held) -> None:
    named = {
        (one.id, label)
        for one in both.statements.statements
        if one.known
        for label in one.known.differs
    }
    assert named <= {(check.statement.id, check.label) for check in both.checks}
    assert all(one.known.differs for one in both.statements.statements if one.known)


@pytest.mark.parametrize(
    ("expected", "answer", "strength", "kinds", "agrees"),
    [
        ("open", "holds", "kann", (), True),
        ("open", "unknown", "anspruch", (), False),
        ("open", "fails", "anspruch", ("practice",), False),
        ("closed", "fails", None, ("law",), True),
        ("closed", "fails", None, ("practice",), False),
        ("closed", "fails", None, ("practice", "age"), True),
        ("closed", "unknown", None, (), False),
        ("discretionary", "holds", "kann", (), True),
        ("discretionary", "unknown", "kann", (), True),
        ("discretionary", "holds", "anspruch", (), False),
        ("discretionary", "fails", "kann", ("law",), False),
    ],
)
def test_how_a_published_answer_reads(
    both: Held,
    expected: Any,
    answer: str,
    strength: str | None,
    kinds: tuple[str, ...],
    agrees: bool,
) -> None:
    one = next(check for check in both.checks if len(check.states) == 1 and not check.instead)
    reasons = tuple(Reason(kind=kind, what="x", unknown=False) for kind in kinds)
    state = one.states[0].model_copy(
        update={"answer": answer, "strength": strength, "reasons": reasons}
    )
    levels = {state.id: both.engine.rulebook.scale.level(strength)}
    check: Check = dataclasses.replace(one, expected=expected, states=(state,), levels=levels)
    assert check.agrees is agrees
