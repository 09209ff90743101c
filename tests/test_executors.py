"""All executors give one answer to every rule, whatever is unknown; and that answer is the one the
rule file gives."""

from __future__ import annotations

import datetime as dt
import importlib.util
import sys
from typing import Any

import pytest
from hypothesis import given, settings

from klappts_engine.rules.executors.port import Truths, make_executor
from klappts_engine.rules.rulebook import Rulebook
from tests.strategies import (
    DAYS,
    PLAIN,
    VALUES,
    Raw,
    Reading,
    lesser_and_fuller,
    load,
    partial_values,
    rule_files,
    shuffled,
)

HAS_DURABLE = importlib.util.find_spec("durable_rules_engine") is not None
needs_durable = pytest.mark.skipif(
    not HAS_DURABLE, reason="durable-rules does not import on Python 3.13 and later"
)


def _answers(executor: str, rulebook: Rulebook, values: Raw, day: dt.date) -> Truths:
    return make_executor(executor, rulebook).evaluate(values, day)


@pytest.mark.skipif(
    sys.version_info >= (3, 13), reason="durable-rules does not import on Python 3.13 and later"
)
def test_durable_belongs_to_the_development_environment() -> None:
    assert HAS_DURABLE


@settings(max_examples=150)
@given(rule_files(), partial_values(), DAYS)
def test_function_and_interpreter_say_what_the_file_says(
    rules: Raw, values: Raw, day: dt.date
) -> None:
    rulebook = load(rules)
    interpreted = _answers("interpreter", rulebook, values, day)
    assert dict(_answers("function", rulebook, values, day)) == dict(interpreted)
    reading = Reading(rules, values, day)
    assert {id: interpreted[id] for id in rules} == {id: reading.answer(id) for id in rules}
    for id in ("support", "work_mode"):
        settled = [value for value in rulebook.rules[id].values if interpreted[f"{id}={value}"]]
        assert settled == [value for value in [reading.value(id)] if value]


@needs_durable
@settings(max_examples=40)
@given(rule_files(), partial_values(), DAYS)
def test_durable_agrees(rules: Raw, values: Raw, day: dt.date) -> None:
    rulebook = load(rules)
    assert dict(_answers("durable", rulebook, values, day)) == dict(
        _answers("function", rulebook, values, day)
    )


@settings(max_examples=80)
@given(rule_files(), lesser_and_fuller(), DAYS)
def test_more_facts_never_turn_a_decided_answer(
    rules: Raw, values: tuple[Raw, Raw], day: dt.date
) -> None:
    rulebook = load(rules)
    before, after = (_answers("function", rulebook, known, day) for known in values)
    decided = {id: truth for id, truth in before.items() if truth is not None}
    assert {id: after[id] for id in decided} == decided


@pytest.mark.parametrize(
    "executor", ["function", "interpreter", pytest.param("durable", marks=needs_durable)]
)
def test_every_kind_of_leaf_on_every_value(executor: str) -> None:
    day = dt.date(2026, 1, 1)
    rules = {f"is{n}": _always(leaf) for n, leaf in enumerate(PLAIN)}
    rules |= {f"not{n}": _always({"not": leaf}) for n, leaf in enumerate(PLAIN)}
    rules |= {id: _always("needy") for id in ("support", "work_mode", "work.allowed")}
    ask = make_executor(executor, load(rules))
    for fact, values in VALUES.items():
        for value in (*values, None):
            known = {} if value is None else {fact: value}
            reading = Reading(rules, known, day)
            assert (
                ask.evaluate(known, day).items() >= {id: reading.answer(id) for id in rules}.items()
            )


def _always(node: Any) -> Raw:
    return {
        "title": {"de": "x", "en": "x"},
        "strength": "begriff",
        "versions": [{"evidence": "invented", "when": node}],
    }


def _rewritten(rules: Raw) -> Raw:
    def version(raw: Raw) -> Raw:
        found = {**raw, **({"when": shuffled(raw["when"])} if "when" in raw else {})}
        if "first_match" in raw:
            found["first_match"] = [
                {value: shuffled(node) for value, node in item.items()}
                for item in raw["first_match"]
            ]
        return found

    return {
        id: {**rule, "versions": [version(raw) for raw in rule["versions"]]}
        for id, rule in rules.items()
    }


@settings(max_examples=60)
@given(rule_files(), partial_values(), DAYS)
def test_order_and_repetition_of_parts_do_not_matter(rules: Raw, values: Raw, day: dt.date) -> None:
    first = _answers("function", load(rules), values, day)
    assert dict(_answers("function", load(_rewritten(rules)), values, day)) == dict(first)


@pytest.mark.parametrize(
    "executor", ["function", "interpreter", pytest.param("durable", marks=needs_durable)]
)
@pytest.mark.parametrize(
    ("node", "values", "expected"),
    [
        ({"all": []}, {}, True),
        ({"any": []}, {}, False),
        ({"all": ["needy", "volunteer"]}, {"needy": False}, False),
        ({"all": ["needy", "volunteer"]}, {"needy": True}, None),
        ({"any": ["needy", "volunteer"]}, {"needy": True}, True),
        ({"any": ["needy", {"not": "needy"}]}, {}, None),
        ({"not": "harbour_months != 5"}, {}, None),
        ("harbour_months != 5", {"harbour_months": 5}, False),
        ("tongue_rung != none", {}, None),
        ("marks contains reef", {"marks": frozenset()}, False),
        ("work_access == free", {"work_access": "free"}, True),
        (
            {"not": {"any": ["needy"] * 40 + ["volunteer"]}},
            {"needy": False, "volunteer": False},
            True,
        ),
    ],
)
def test_single_conditions(executor: str, node: Any, values: Raw, expected: bool | None) -> None:
    rulebook = load(
        {
            "asked": _always(node),
            **{id: _always("needy") for id in ("support", "work_mode", "work.allowed")},
        }
    )
    assert _answers(executor, rulebook, values, dt.date(2026, 1, 1))["asked"] is expected
