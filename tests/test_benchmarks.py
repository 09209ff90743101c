"""What `make bench` compares gives the same answers, on cases that turn every rule both ways."""

from __future__ import annotations

import pytest

from benchmarks import field
from benchmarks.cases import random_cases
from benchmarks.contest import Contestant, difference
from benchmarks.subset import RULES, by_hand
from klappts_engine import Engine
from klappts_engine.rules.rulebook import Rulebook


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return Engine.load().rulebook


def test_everybody_gives_the_same_answers(rulebook: Rulebook) -> None:
    skipped: list[str] = []
    contestants = field.on_subset(rulebook, number=150, say=skipped.append)
    assert len(contestants) + len(skipped) == 6
    assert difference(contestants, RULES) is None


def test_the_cases_turn_every_rule_both_ways(rulebook: Rulebook) -> None:
    answer = by_hand(rulebook.vocabulary.sets)
    answers = [answer(case) for case in random_cases(rulebook, RULES, 150)]
    assert {id: {given[id] for given in answers} for id in RULES} == {id: {True, False} for id in RULES}


def test_a_wrong_answer_is_named(rulebook: Rulebook) -> None:
    cases = random_cases(rulebook, RULES, 150)
    right = Contestant("right", by_hand(rulebook.vocabulary.sets), cases)
    wrong = Contestant("wrong", lambda case: {**right.answer(case), "asylblg.basic": False}, cases)
    found = difference([right, wrong], RULES)
    assert found is not None
    assert found.startswith("asylblg.basic in case ")
    assert found.endswith("right says True, wrong says False")
