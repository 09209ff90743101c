"""What is left of conditions for one case: what is called settled is, and days called alike are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any as AnyValue

from hypothesis import given, settings
from hypothesis import strategies as st

from klappts_engine.facts.values import Values, derive_all, encode
from klappts_engine.rules.executors.port import Executors, make_executor
from klappts_engine.rules.expressions import All, Any, Is, Not, Ref
from klappts_engine.rules.residual import NEVER, OPEN, Relevance, Residual
from klappts_engine.rules.rulebook import Rulebook
from tests.strategies import Raw, load, trees, vocabulary

DAYS = [dt.date(2024, 12, 30), dt.date(2024, 12, 31), dt.date(2025, 1, 1), dt.date(2026, 7, 1)]
"""Two days of one version, and one of each later one."""
DOMAINS: dict[str, list[AnyValue]] = {
    "needy": [True, False],
    "child_here": [True, False],
    "volunteer": [True, False],
    "tongue_rung": ["none", "basic"],
    "harbour_months": [4, 5, 6],
    "birth_date": [dt.date(2006, 12, 31), dt.date(2007, 1, 1), dt.date(2001, 1, 1)],
}
"""Facts that may be told, and that may change; the age follows from the day of birth."""
LEAVES = [
    "needy",
    "child_here",
    "volunteer",
    "tongue_rung == none",
    "harbour_months >= 5",
    "harbour_months == 5",
    "age > 17",
    "age <= 17",
]
TITLE = {"de": "x", "en": "x"}
EVERY: Raw = {
    id: {
        "title": TITLE,
        "strength": "begriff",
        "versions": [{"evidence": "invented", "when": "needy"}],
    }
    for id in ("support", "work_mode", "work.allowed")
}
"""Rules that facts of the vocabulary name."""
TOLD = st.fixed_dictionaries(
    {}, optional={fact: st.sampled_from(DOMAINS[fact]) for fact in DOMAINS}
)
CHANGING = st.sets(st.sampled_from(sorted(DOMAINS)), max_size=3)


@st.composite
def rule_files(draw: st.DrawFn) -> Raw:
    """Four rules, each over facts and the rules before it, in one version or two."""
    leaves, rules = list(LEAVES), dict(EVERY)
    for id in ("a", "b", "c", "d"):
        spans: list[Raw] = draw(
            st.sampled_from(
                [[{}], [{"from": DAYS[2]}], [{"to": DAYS[1]}, {"from": dt.date(2026, 6, 1)}]]
            )
        )
        versions = [
            {
                **span,
                "evidence": "invented",
                "when": draw(trees(leaves)),
                "downgrade": [{"when": draw(trees(leaves, 1)), "to": "gunst"}],
            }
            for span in spans
        ]
        rules[id] = {"title": TITLE, "strength": "regel", "versions": versions}
        leaves += [f"@{id}", f"@{id}"]
    return rules


def on(told: Mapping[str, AnyValue], day: dt.date) -> Values:
    """All values of a day."""
    known = {fact: value for fact, value in told.items() if value is not None}
    return {id: encode(value) for id, value in derive_all(known, vocabulary(), day).items()}


def relevance(book: Rulebook, told: Raw, changing: set[str]) -> Relevance:
    """The folding of a case whose facts `changing` may come to have another value."""
    executors = Executors(book, "interpreter")
    return Relevance(executors, DAYS, [on(told, day) for day in DAYS], frozenset(changing))


def worlds(told: Raw, open_: set[str]) -> Iterator[Raw]:
    """The case with every value of the facts that are open, unknown included."""
    names = sorted(open_)
    for values in product(*([None, *DOMAINS[name]] for name in names)):
        yield {**told, **dict(zip(names, values, strict=True))}


def held(book: Rulebook, told: Raw, open_: set[str], found: Residual, id: str) -> None:
    """Holds what is said of a rule against its answers in every world."""
    ask = make_executor("interpreter", book)
    rows = {
        tuple(sorted(world.items(), key=str)): [
            ask.evaluate(on(world, day), day)[id] for day in DAYS
        ]
        for world in worlds(told, open_)
    }
    assert not found.never or all(truth is False for row in rows.values() for truth in row)
    for row in rows.values():
        for one, first in enumerate(found.cell_class):
            assert row[one] is row[first]
    for fact in open_ - found.facts:
        without = {
            key: [row for world, row in rows.items() if _less(world, fact) == key]
            for key in {_less(world, fact) for world in rows}
        }
        assert all(row == same[0] for same in without.values() for row in same)


def _less(world: tuple[tuple[str, AnyValue], ...], fact: str) -> tuple[tuple[str, AnyValue], ...]:
    return tuple(pair for pair in world if pair[0] != fact)


@settings(max_examples=120)
@given(rules=rule_files(), told=TOLD, changing=CHANGING)
def test_what_is_settled_is_settled_in_every_world(
    rules: Raw, told: Raw, changing: set[str]
) -> None:
    book = load(rules)
    left = relevance(book, told, changing)
    ask = make_executor("interpreter", book)
    unknown = {**told, **dict.fromkeys(changing)}
    for id in book.conclusions:
        found = left.of([id])
        held(book, told, changing, found, id)
        # What Kleene logic settles with the changing facts unknown is settled here, too.
        shut = all(ask.evaluate(on(unknown, day), day)[id] is False for day in DAYS)
        assert found.never or not shut
        assert not found.never or not (
            found.facts or found.leaves_left or len(set(found.cell_class)) > 1
        )
        assert (id in left.possible([id], {})) is not found.never


@settings(max_examples=80)
@given(rules=rule_files(), told=TOLD, changing=CHANGING, data=st.data())
def test_a_fixed_fact_counts_as_known_and_an_open_one_as_any(
    rules: Raw, told: Raw, changing: set[str], data: st.DataObject
) -> None:
    book = load(rules)
    left = relevance(book, told, changing)
    fact = data.draw(st.sampled_from(sorted(DOMAINS.keys() - {"birth_date"})))
    value = data.draw(st.sampled_from(DOMAINS[fact]))
    for id in book.conclusions:
        found = left.of([id], {fact: value})
        held(book, {**told, fact: value}, changing - {fact}, found, id)
        assert fact not in found.facts
        anything = left.of([id], {fact: OPEN})
        open_ = set(changing) - {fact}
        for one in (None, *DOMAINS[fact]):
            held(book, {**told, fact: one}, open_, anything, id)


def test_days_that_nothing_tells_apart_are_alike() -> None:
    """Only time is saved by this, but much of it. Which bit stands for a day does not matter, as
    long as each has its own: a shift of all of them changes nothing."""
    leaf = {"evidence": "invented", "when": "needy"}
    aged = {"evidence": "invented", "when": {"all": ["needy", "age >= 18"]}}
    rules: Raw = {
        **EVERY,
        "a": {"title": TITLE, "strength": "regel", "versions": [leaf]},
        "b": {"title": TITLE, "strength": "regel", "versions": [aged]},
    }
    young = {"evidence": "invented", "when": "age <= 17"}
    rules["c"] = {"title": TITLE, "strength": "regel", "versions": [young]}
    book = load(rules)
    left = relevance(book, {"birth_date": dt.date(2006, 12, 31)}, {"needy"})
    assert not left.of(["c"]).never  # it holds on the first day, and on no other
    assert left.of(["a"]).cell_class == (0, 0, 0, 0)
    assert left.of(["b"]).cell_class == (0, 1, 1, 1)
    assert left.of(["b"]).facts == {"needy"}
    assert left.of(["b"], {"age": 18}).cell_class == (0, 0, 0, 0)
    assert left.of(["a"], masks=[0b0100]).cell_class == (0, 0, 2, 0)
    moving = relevance(book, {}, {"birth_date"})
    assert moving.of(["b"]).cell_class == (0, 1, 2, 3)


def test_answers_together_hang_on_what_either_hangs_on() -> None:
    one = Residual(False, frozenset({"a"}), frozenset({1}), (0, 0, 2, 2))
    other = Residual(True, frozenset({"b"}), frozenset({2}), (0, 1, 1, 1))
    both = one.with_(other, frozenset({"c"}))
    assert both.never
    assert both.facts == {"a", "b", "c"}
    assert both.leaves_left == {1, 2}
    assert both.cell_class == (0, 1, 2, 2)
    assert not one.with_(one, frozenset()).never


def test_the_firmest_way_through_a_condition_is_that_of_its_open_parts() -> None:
    rules: Raw = {
        **EVERY,
        "a": {
            "title": TITLE,
            "strength": "regel",
            "versions": [{"evidence": "invented", "when": "needy"}],
        },
        "b": {
            "title": TITLE,
            "strength": "gunst",
            "versions": [{"evidence": "invented", "when": "volunteer"}],
        },
    }
    left = relevance(load(rules), {}, {"needy", "volunteer"})
    a, b, level = Ref("a"), Ref("b"), {"a": 1, "b": 3}.__getitem__
    shut = {"needy": False}
    for expr, open_, closed in (
        (a, 1, NEVER),
        (All((a, b)), 3, NEVER),
        (Any((a, b)), 1, 3),
        (Any((All((a, b)), b)), 3, 3),
        (All(()), 0, 0),
        (Any(()), NEVER, NEVER),
        (Not(a), 0, 0),
        (Is("needy"), 0, 0),
    ):
        assert left.least_level(expr, {}, level) == open_
        assert left.least_level(expr, shut, level) == closed
    assert len(load(rules).scale.grades) < NEVER
