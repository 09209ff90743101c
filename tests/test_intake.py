"""One door for values: days, numbers and names, plain or from numpy and pandas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klappts_engine import CaseError, UsageError
from klappts_engine.intake import as_day, as_names, day_of
from tests.shipped import shipped

ON = dt.date(2026, 11, 22)
ZONE = dt.timezone(dt.timedelta(hours=1))
days = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
SPELLINGS: dict[str, Callable[[dt.date], Any]] = {
    "date": lambda day: day,
    "text": lambda day: day.isoformat(),
    "numpy text": lambda day: np.str_(day.isoformat()),
    "datetime": lambda day: dt.datetime(day.year, day.month, day.day),
    "timestamp": pd.Timestamp,
    "numpy day": np.datetime64,
    "numpy seconds": lambda day: np.datetime64(day, "s"),
    "numpy microseconds": lambda day: np.datetime64(day, "us"),
    "numpy nanoseconds": lambda day: np.datetime64(day, "ns"),
    "from a column": lambda day: pd.Series([day]).astype("datetime64[ns]")[0],
    "from an array": lambda day: np.array([day], dtype="datetime64[ns]")[0],
}
MISSING = [
    None,
    float("nan"),
    np.nan,
    np.float32("nan"),
    np.datetime64("NaT"),
    np.datetime64("NaT", "ns"),
    pd.NaT,
    pd.NA,
]
NO_DAY = [
    *MISSING,
    "",
    "morgen",
    "22.11.2026",
    "2026-02-30",
    "20261122",
    "2026-11-22T00:00:00",
    "２０２６-11-22",
    20261122,
    1.0,
    True,
    [ON],
    {"day": 1},
    dt.datetime(2026, 11, 22, 0, 0, 1),
    dt.datetime(2026, 11, 22, tzinfo=ZONE),
    pd.Timestamp("2026-11-22", tz="UTC"),
    pd.Timestamp("2026-11-22") + pd.Timedelta(1, "ns"),
    np.datetime64("2026-11-22T00:00:00.000000001", "ns"),
    np.datetime64("2026-11-22T12:00"),
    np.timedelta64(5, "D"),
    pd.Timedelta(5, "D"),
    dt.time(0),
    np.array([ON], dtype="datetime64[D]"),
    pd.Series([ON]),
    object(),
]


@given(days, st.sampled_from(sorted(SPELLINGS)))
def test_a_day_is_the_same_however_it_is_spelled(day: dt.date, spelling: str) -> None:
    given_ = SPELLINGS[spelling](day)
    taken = as_day(given_, "on")
    assert taken == day
    assert type(taken) is dt.date
    case = shipped().case(birth_date=given_, stay_history=[{"from": given_, "kind": "geduldet"}])
    assert case == shipped().case(
        birth_date=day, stay_history=[{"from": day.isoformat(), "kind": "geduldet"}]
    )
    assert type(case.told["birth_date"]) is dt.date


@pytest.mark.parametrize("value", NO_DAY, ids=lambda value: type(value).__name__)
def test_what_is_no_day_is_refused_with_what_is_expected(value: Any) -> None:
    assert day_of(value) is None
    with pytest.raises(UsageError) as caught:
        as_day(value, "until")
    assert [one.code for one in caught.value.mistakes] == ["day_expected"]
    assert "until" in caught.value.text("en")


@pytest.mark.parametrize("value", ["1899-12-31", dt.date(2200, 1, 1), dt.date(9999, 12, 31)])
def test_a_day_beyond_human_reach_is_refused(value: Any) -> None:
    with pytest.raises(UsageError) as caught:
        as_day(value, "on")
    assert [one.code for one in caught.value.mistakes] == ["day_unreachable"]
    with pytest.raises(CaseError):
        shipped().case(birth_date=value)


@pytest.mark.parametrize("missing", MISSING, ids=repr)
def test_what_is_missing_is_unknown_in_a_fact_of_any_type(missing: Any) -> None:
    facts = shipped().rulebook.vocabulary.facts
    case = shipped().case(**dict.fromkeys(facts, missing), as_of=missing)
    assert case.told == {}
    assert case == shipped().case()
    period = {"from": "2024-05-01", "to": missing, "kind": "geduldet"}
    assert shipped().case(stay_history=[period]).told["stay_history"][0].to is None


@pytest.mark.parametrize(
    ("fact", "value", "plain"),
    [
        ("needy", np.bool_(True), True),
        ("needy", np.bool_(False), False),
        ("age_years", np.int64(20), 20),
        ("age_years", np.uint8(20), 20),
        ("age_years", np.float64(20.5), 20.5),
        ("age_years", np.float32(20.5), 20.5),
        ("status", np.str_("gestattung"), None),
        ("age_years", pd.Series([20], dtype="Int64")[0], 20),
        ("needy", pd.Series([True, None], dtype="boolean")[0], True),
    ],
)
def test_a_numpy_or_pandas_scalar_is_a_plain_value(fact: str, value: Any, plain: Any) -> None:
    if plain is None:
        value = np.str_(shipped().rulebook.vocabulary.values_of(fact)[0])
        plain = str(value)
    told = shipped().case(**{fact: value}).told[fact]
    assert told == plain
    assert type(told) is type(plain)


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("needy", np.int64(1)),
        ("needy", np.array([True])),
        ("age_years", np.bool_(True)),
        ("age_years", np.timedelta64(20, "ns")),
        ("age_years", np.datetime64("2026-11-22", "ns")),
        ("age_years", np.array([20])),
        ("age_years", pd.Series([20])),
        ("age_years", np.inf),
        ("status", 3),
    ],
    ids=repr,
)
def test_what_only_looks_alike_is_refused(fact: str, value: Any) -> None:
    with pytest.raises(CaseError) as caught:
        shipped().case(**{fact: value})
    assert [one.params["field"] for one in caught.value.mistakes] == [fact]


def test_a_row_of_a_table_is_a_case() -> None:
    table = pd.DataFrame(
        {
            "birth_date": pd.to_datetime(["2006-03-15", None]),
            "age_years": [np.nan, 20],
            "needy": pd.array([True, None], dtype="boolean"),
        }
    )
    first, second = (shipped().case(**row) for row in table.to_dict("records"))
    assert first.told == {"birth_date": dt.date(2006, 3, 15), "needy": True}
    assert second.told == {"age_years": 20}


def calls(**wrong: Any) -> dict[str, Callable[[], object]]:
    """Every question of the engine, asked with something wrong."""
    engine = shipped()
    case, at = engine.case(), {"on": ON, **wrong}
    ids = wrong.get("conclusions", ["bsk.access"])
    rest = {name: value for name, value in at.items() if name not in ("conclusions", "until")}
    day = {"on": at["on"]}
    asked: dict[str, Callable[[], object]] = {
        "assess": lambda: engine.assess(case, conclusions=ids, **rest),
        "steps": lambda: engine.steps(case, **rest),
        "paths": lambda: engine.paths(case, "for", **rest),
        "why": lambda: engine.why(case, "bsk.access", **rest),
        "reasons": lambda: engine.reasons(case, conclusions=ids, **rest),
        "why_not": lambda: engine.why_not(case, "bsk.access", until=at.get("until", ON), **rest),
        "when": lambda: engine.when(case, ids, until=at.get("until", ON), **rest),
        "timeline": lambda: engine.timeline(case, ids, until=at.get("until", ON), **rest),
        "ask": lambda: engine.ask(case, conclusions=ids, **rest),
        "changed": lambda: engine.changed(
            (case, at["on"]), (case, ON), ids, without=at.get("without", ())
        ),
        "leaning": lambda: engine.leaning(case, conclusions=ids, **day),
        "open_facts": lambda: engine.open_facts(case, ids, **day),
        "possible": lambda: engine.possible(case, "work_mode", **day),
        "condition": lambda: engine.condition(case, next(iter(engine.catalogue.conditions)), **day),
        "caveats": lambda: engine.caveats(**day),
    }
    return asked


WRONG = [
    ("on", 3, "day_expected", set()),
    ("on", "morgen", "day_expected", set()),
    ("on", None, "day_expected", set()),
    ("on", dt.datetime(2026, 11, 22, 12), "day_expected", set()),
    ("on", "9999-01-01", "day_unreachable", set()),
    ("until", "bald", "day_expected", {"why_not", "when", "timeline"}),
    ("until", "2026-11-21", "until_before_on", {"why_not", "when", "timeline"}),
    (
        "conclusions",
        "bsk.access",
        "list_expected",
        {"assess", "reasons", "when", "timeline", "ask", "changed", "leaning", "open_facts"},
    ),
    (
        "conclusions",
        [3],
        "list_expected",
        {"assess", "reasons", "when", "timeline", "ask", "changed", "leaning", "open_facts"},
    ),
    (
        "without",
        "age_years",
        "list_expected",
        {"assess", "steps", "paths", "why", "reasons", "why_not", "when", "timeline", "ask"}
        | {"changed"},
    ),
    (
        "without",
        ["xyzzy"],
        "without_unknown",
        {"assess", "steps", "paths", "why", "reasons", "why_not", "when", "timeline", "ask"}
        | {"changed"},
    ),
]


@pytest.mark.parametrize(("name", "value", "code", "questions"), WRONG)
def test_every_question_refuses_what_is_wrong_in_its_call(
    name: str, value: Any, code: str, questions: set[str]
) -> None:
    asked = calls(**{name: value})
    for question in questions or set(asked):
        with pytest.raises(UsageError) as caught:
            asked[question]()
        assert [one.code for one in caught.value.mistakes] == [code], question


def test_a_name_that_is_nearly_right_is_guessed() -> None:
    with pytest.raises(UsageError) as caught:
        shipped().assess(shipped().case(), ON, without=["age_yaers"])
    assert "age_years" in caught.value.text("en")
    with pytest.raises(UsageError):
        shipped().assess(shipped().case(), ON, without=["as_of"])


def test_a_set_of_assumptions_is_dropped_as_a_whole() -> None:
    engine = shipped()
    name = next(iter(engine.catalogue.assumptions))
    case = engine.case(assumptions=[name])
    (with_all,) = engine.assess(case, ON, []).assumptions
    (without,) = engine.assess(case, ON, [], without=[name]).assumptions
    assert with_all.facts
    assert without.facts == ()


@given(days, st.sampled_from(sorted(SPELLINGS)))
def test_an_answer_is_the_same_however_the_day_is_spelled(day: dt.date, spelling: str) -> None:
    engine, on = shipped(), SPELLINGS[spelling](day)
    case = engine.case(needy=True)
    assert engine.assess(case, on, ["bsk.access"]) == engine.assess(case, day, ["bsk.access"])


@given(st.lists(st.text()))
def test_names_are_taken_from_any_list(names: list[str]) -> None:
    assert as_names(names, "x") == as_names(iter(names), "x") == tuple(names)
    assert set(as_names(frozenset(names), "x")) == set(names)


@pytest.mark.parametrize("value", ["", "a", b"a", 3, None, [None], [b"a"], ["a", 3]], ids=repr)
def test_what_is_no_list_of_names_is_refused(value: Any) -> None:
    with pytest.raises(UsageError) as caught:
        as_names(value, "without")
    assert [one.code for one in caught.value.mistakes] == ["list_expected"]
