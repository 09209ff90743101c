"""Facts: the calendar, the stay history, told against computed, assumptions and the vocabulary
itself."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klappts_engine.errors import CaseError, UsageError
from klappts_engine.facts.assumptions import AssumptionSet, assume
from klappts_engine.facts.calendar import (
    ONE_DAY,
    birthday,
    completed_years,
    months_elapsed,
    months_left,
)
from klappts_engine.facts.case import Case, case_class
from klappts_engine.facts.derive import (
    Begun,
    Clock,
    Derivation,
    Listed,
    MonthEnd,
    MonthsBetween,
    MonthsUntil,
    Reached,
    StayMonths,
    StayOn,
    YearOfAge,
    kind_of,
)
from klappts_engine.facts.episodes import Episode, project
from klappts_engine.facts.values import values_on
from klappts_engine.facts.vocabulary import Vocabulary, load_vocabulary
from klappts_engine.folders import data_folder
from klappts_engine.texts import LANGUAGES
from klappts_engine.validation import Text

SHIPPED, MISTAKES = load_vocabulary(data_folder("rules"))
ShippedCase = case_class(SHIPPED)
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
}
KINDS = ("lawful", "gestattet", "geduldet", "geduldet_60b", "unlawful", "abroad")
day_of_some_year = st.dates(dt.date(2015, 1, 1), dt.date(2029, 12, 31))
few_months = st.integers(0, 30)
T = Text(de="x", en="x")


def day(text: str) -> dt.date:
    """A day, spelt."""
    return dt.date.fromisoformat(text)


def walked(start: dt.date, months: int) -> dt.date:
    """The day with the number of `start` so many months on (or back), found by walking; the month's
    last if it has none."""
    step = ONE_DAY if months >= 0 else -ONE_DAY
    month = start.month - 1 + months
    wanted = (start.year + month // 12, month % 12 + 1)
    here = start
    while (here.year, here.month) != wanted:
        here += step
    first = here.replace(day=1)
    days = [first + n * ONE_DAY for n in range(31) if (first + n * ONE_DAY).month == first.month]
    return next((d for d in days if d.day == start.day), days[-1])


# The calendar (BGB §§ 187, 188)


@given(day_of_some_year, st.integers(0, 900), few_months, st.sampled_from(list(COMPARE)))
def test_a_duration_turns_exactly_on_the_day(
    start: dt.date, later: int, months: int, op: str
) -> None:
    today = start + later * ONE_DAY
    elapsed = months_elapsed(start, today)
    assert elapsed is not None
    assert COMPARE[op](elapsed, months) == COMPARE[op](today, walked(start, months))


@given(day_of_some_year, st.integers(0, 900), few_months, st.sampled_from(list(COMPARE)))
def test_a_lead_time_is_counted_back_from_its_end(
    end: dt.date, before: int, months: int, op: str
) -> None:
    today = end - before * ONE_DAY
    assert COMPARE[op](months_left(today, end), months) == COMPARE[op](walked(end, -months), today)


@given(day_of_some_year, st.integers(1, 900))
def test_nothing_runs_before_its_start_and_what_is_over_is_negative(
    start: dt.date, days: int
) -> None:
    assert months_elapsed(start, start - days * ONE_DAY) is None
    assert months_left(start + days * ONE_DAY, start) == -(
        months_elapsed(start, start + days * ONE_DAY) or 0
    )


@pytest.mark.parametrize(
    ("start", "today", "elapsed"),
    [
        ("2026-01-31", "2026-02-27", 0.5),
        ("2026-01-31", "2026-02-28", 1.0),
        ("2026-01-31", "2026-03-30", 1.5),
        ("2026-01-31", "2026-03-31", 2.0),
        ("2024-02-29", "2025-02-28", 12.0),
        ("2025-05-06", "2025-05-06", 0.0),
    ],
)
def test_months_of_unequal_length(start: str, today: str, elapsed: float) -> None:
    assert months_elapsed(day(start), day(today)) == elapsed


@given(st.dates(dt.date(1990, 1, 1), dt.date(2012, 12, 31)), st.integers(0, 9000))
def test_age_grows_on_birthdays_only(birth: dt.date, days: int) -> None:
    today = birth + days * ONE_DAY
    age = 0
    for year in range(birth.year + 1, today.year + 1):
        leap = (
            birth.month == 2 and birth.day == 29 and (year % 4 or (year % 100 == 0 and year % 400))
        )
        age += (dt.date(year, 3, 1) if leap else birth.replace(year=year)) <= today
    assert completed_years(birth, today) == age


@pytest.mark.parametrize(
    ("today", "age"),
    [("2026-02-28", 17), ("2026-03-01", 18), ("2028-02-28", 19), ("2028-02-29", 20)],
)
def test_a_year_of_life_begun_on_29_february_ends_with_28_february(today: str, age: int) -> None:
    assert completed_years(day("2008-02-29"), day(today)) == age
    assert completed_years(day("2008-02-29"), day("2008-02-28")) is None


def test_a_time_limit_runs_on_from_the_event_and_a_lead_time_back_from_the_start() -> None:
    facts = {"entry": day("2023-02-28"), "act": day("2023-08-31")}
    limit = MonthsBetween(months_between=("entry", "act"), counted_from="first")
    lead = MonthsBetween(months_between=("entry", "act"))
    assert limit.value(facts.get, day("2026-01-01")) == 6.5  # the six months ended on 28 August
    assert lead.value(facts.get, day("2026-01-01")) == 6.0
    facts["act"] = day("2023-01-28")
    assert limit.value(facts.get, day("2026-01-01")) == -1.0  # known before the event: in time


@given(
    st.sampled_from(("up", "down", "age")),
    st.sampled_from((-1, -0.5, 0, 0.5, 1, 2.5, 3)),
    st.sampled_from(list(COMPARE)),
    st.dates(dt.date(2023, 12, 1), dt.date(2024, 12, 31)),
    st.none() | st.integers(0, 90),
)
def test_a_clock_announces_every_day_on_which_a_comparison_turns(
    kind: Literal["up", "down", "age"], number: float, op: str, start: dt.date, frozen: int | None
) -> None:
    clock = Clock(
        start, kind, start + frozen * ONE_DAY if kind == "up" and frozen is not None else None
    )
    days = [dt.date(2023, 9, 1) + n * ONE_DAY for n in range(1700 if kind == "age" else 620)]
    values = [clock.value(today) for today in days]
    answers = [None if value is None else COMPARE[op](value, number) for value in values]
    turned = {today for today, a, b in zip(days[1:], answers, answers[1:], strict=False) if a != b}
    assert turned <= set(clock.turns(number)) | {start}


# The history of stay


def histories(gaps: bool = False) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Histories in order; with `gaps`, some days may be missing between two periods."""
    period = st.tuples(
        st.sampled_from(KINDS),
        st.integers(1, 200),
        st.sampled_from((0, 0, 0, 0, 1, 2)) if gaps else st.just(0),
    )

    def build(
        start: dt.date, periods: list[tuple[str, int, int]], open_end: bool
    ) -> list[dict[str, Any]]:
        history: list[dict[str, Any]] = []
        for kind, length, gap in periods:
            end = start + (length - 1) * ONE_DAY
            history.append({"from": start, "to": end, "kind": kind})
            start = end + (1 + gap) * ONE_DAY
        if open_end:
            del history[-1]["to"]
        return history

    return st.builds(
        build,
        st.dates(dt.date(2021, 1, 1), dt.date(2022, 12, 31)),
        st.lists(period, min_size=1, max_size=6),
        st.booleans(),
    )


def kind_on(history: list[dict[str, Any]], today: dt.date) -> str | None:
    """The kind of stay on a day, or None."""
    return next(
        (p["kind"] for p in history if p["from"] <= today <= p.get("to", dt.date.max)), None
    )


def counted(
    history: list[dict[str, Any]], counts: set[str], skips: set[str], since: dt.date, today: dt.date
) -> tuple[dt.date, dt.date] | float | None:
    """Day by day: the first and last end of the counted time, shortened by what is skipped; 0.0 for
    none; None if unknown."""
    if kind_on(history, today) is None:
        return None
    counting: list[dt.date] = []
    skipping: list[dt.date] = []
    here = today
    while here >= max(history[0]["from"], since):
        kind = kind_on(history, here)
        if kind is None:
            return None
        if kind in counts:
            counting.append(here)
        elif kind in skips:
            skipping.append(here)
        else:
            break
        here -= ONE_DAY
    if not counting:
        return 0.0
    between = sum(counting[-1] < skipped < counting[0] for skipped in skipping)
    end = today if counting[0] == today else counting[0] + ONE_DAY
    return counting[-1] + between * ONE_DAY, end


def told(history: list[dict[str, Any]], **more: Any) -> Case:
    """A case with this history."""
    return ShippedCase(stay_history=history, **more)


@settings(max_examples=400)
@given(
    histories(gaps=True),
    st.tuples(*[st.sampled_from(("counts", "skips", "breaks"))] * len(KINDS)),
    st.data(),
)
def test_stay_counters_equal_counting_day_by_day(
    history: list[dict[str, Any]], roles: tuple[str, ...], data: st.DataObject
) -> None:
    first, last = history[0]["from"], history[-1]["from"] + 150 * ONE_DAY
    today = data.draw(st.dates(first, last))
    since = data.draw(st.none() | st.dates(first, last))
    floor = since or dt.date.min
    counts, skips = (
        {kind for kind, role in zip(KINDS, roles, strict=True) if role == wanted}
        for wanted in ("counts", "skips")
    )
    facts = {"h": told(history).told["stay_history"], "since": floor}
    counter = StayMonths(
        stay_months="h",
        counts=frozenset(counts),
        skips=frozenset(skips),
        since="since" if since is not None else None,
    )
    value, expected = counter.value(facts.get, today), counted(history, counts, skips, floor, today)
    if not isinstance(expected, tuple):
        assert value == expected
        return
    start, end = expected
    leeway = ONE_DAY * (
        3 * len(history) if skips else 0
    )  # months of unequal length around time that is skipped
    least, most = months_elapsed(min(start + leeway, end), end), months_elapsed(start - leeway, end)
    assert value is not None and least is not None and most is not None and least <= value <= most


@settings(max_examples=60)
@given(histories(), st.sets(st.sampled_from(KINDS[2:4]), min_size=1))
def test_a_count_stands_still_while_time_is_skipped_and_never_falls(
    history: list[dict[str, Any]], counts: set[str]
) -> None:
    facts = {"h": told(history).told["stay_history"]}
    skips = frozenset(KINDS) - {"abroad"} - counts
    counter = StayMonths(stay_months="h", counts=frozenset(counts), skips=skips)
    before = 0.0
    for n in range(400):
        today = history[0]["from"] + n * ONE_DAY
        kind, value = kind_on(history, today), counter.value(facts.get, today)
        if kind is None or kind == "abroad":
            before = 0.0
            continue
        assert value is not None and value >= before
        if kind in skips and kind_on(history, today - ONE_DAY) in skips:
            assert value == before
        before = value


@settings(max_examples=60)
@given(
    histories(gaps=True),
    few_months,
    st.sampled_from(["months_gestattet", "months_stay_de", "months_lawful_habitual_registered"]),
)
def test_a_comparison_turns_only_on_a_day_that_was_announced(
    history: list[dict[str, Any]], months: int, fact: str
) -> None:
    counter = SHIPPED.derived[fact]
    facts = {
        "stay_history": told(history).told["stay_history"],
        "registered_since": history[0]["from"] + 40 * ONE_DAY,
    }
    announced = set(counter.turns(facts.get))
    before: bool | None = None
    for n in range(500):
        today = history[0]["from"] + n * ONE_DAY
        clock = counter.clock(facts.get, today)
        value = clock.value(today) if isinstance(clock, Clock) else clock
        now = None if value is None else value >= months
        if isinstance(clock, Clock):
            announced.update(clock.turns(months))
        assert n == 0 or now == before or today in announced
        before = now


def test_a_count_goes_on_where_it_stopped() -> None:
    history = [
        {"from": "2025-01-01", "to": "2025-06-30", "kind": "geduldet"},
        {"from": "2025-07-01", "to": "2025-09-30", "kind": "geduldet_60b"},
        {"from": "2025-10-01", "kind": "geduldet"},
    ]
    counts = {
        today: values_on(told(history, as_of=day(today)), SHIPPED)["months_duldung_countable"]
        for today in ("2025-06-30", "2025-07-01", "2025-09-30", "2025-10-01", "2025-11-01")
    }
    assert list(counts.values()) == [5.5, 6.0, 6.0, 6.0, 7.0]


def test_the_day_of_registration_counts_itself() -> None:
    history = [
        {"from": "2020-01-01", "to": "2020-06-30", "kind": "lawful"},
        {"from": "2020-07-01", "kind": "geduldet"},
    ]
    registered = {
        since: ShippedCase(stay_history=history, registered_since=since, as_of=day("2021-01-01"))
        for since in ("2020-06-30", "2020-07-01")
    }
    assert [
        values_on(case, SHIPPED)["months_lawful_habitual_registered"]
        for case in registered.values()
    ] == [0.5, 0.0]


def test_a_gap_makes_a_count_unknown_unless_the_run_was_broken_after_it() -> None:
    gap = [
        {"from": "2024-01-01", "to": "2024-05-31", "kind": "geduldet"},
        {"from": "2024-06-02", "to": "2024-12-31", "kind": "geduldet"},
    ]
    today = day("2024-12-31")
    assert "months_ok_uninterrupted" not in values_on(told(gap, as_of=today), SHIPPED)
    broken = [
        *gap,
        {"from": "2025-01-01", "to": "2025-01-31", "kind": "unlawful"},
        {"from": "2025-02-01", "kind": "geduldet"},
    ]
    assert (
        values_on(told(broken, as_of=day("2025-05-01")), SHIPPED)["months_ok_uninterrupted"] == 3.0
    )


def test_time_with_unclear_identity_does_not_count_except_with_the_opportunity_permit() -> None:
    history = [
        {"from": "2021-01-01", "to": "2021-12-31", "kind": "geduldet"},
        {"from": "2022-01-01", "to": "2022-12-31", "kind": "geduldet_60b"},
        {"from": "2023-01-01", "to": "2024-01-31", "kind": "geduldet"},
        {"from": "2024-02-01", "kind": "lawful"},
    ]
    today = day("2025-01-01")
    assert (
        values_on(told(history, as_of=today, status="ae_104c"), SHIPPED)["months_ok_countable"]
        == 48.0
    )
    assert (
        values_on(told(history, as_of=today, status="ae_25b"), SHIPPED)["months_ok_countable"]
        == 36.0
    )
    assert "months_ok_countable" not in values_on(told(history, as_of=today), SHIPPED)
    assert (
        values_on(told(history[:1], as_of=day("2021-12-01")), SHIPPED)["months_ok_countable"]
        == 11.0
    )


def test_five_years_begin_with_the_registration_and_leave_out_times_with_a_duty_to_leave() -> None:
    history = [
        {"from": "2018-01-01", "to": "2018-12-31", "kind": "gestattet"},
        {"from": "2019-01-01", "to": "2019-12-31", "kind": "geduldet"},
        {"from": "2020-01-01", "kind": "lawful"},
    ]
    values = values_on(
        told(history, as_of=day("2024-07-01"), registered_since="2018-07-01"), SHIPPED
    )
    assert values["months_lawful_habitual_registered"] == 60.0
    values = values_on(
        told(history, as_of=day("2024-07-01"), registered_since="2022-07-01"), SHIPPED
    )
    assert values["months_lawful_habitual_registered"] == 24.0
    assert "months_lawful_habitual_registered" not in values_on(
        told(history, as_of=day("2024-07-01")), SHIPPED
    )


@settings(max_examples=100)
@given(histories(), st.data())
def test_overlaps_and_reversals_are_refused_without_showing_a_value(
    history: list[dict[str, Any]], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(history) - 1))
    period = history[place]
    if place and data.draw(st.booleans()):
        history[place - 1]["to"] = period["from"]  # two periods share a day
    else:
        period["to"] = period["from"] - ONE_DAY
    with pytest.raises(CaseError) as refused:
        told(history)
    said = (
        str(refused.value)
        + repr(refused.value)
        + "".join(mistake.text(lang) for mistake in refused.value.mistakes for lang in LANGUAGES)
    )
    assert not any(word in said for word in (*KINDS, "202"))


# Told against computed


@given(st.dates(dt.date(2000, 1, 1), dt.date(2010, 12, 31)), st.integers(0, 30))
def test_a_told_value_that_the_dates_refute_is_refused_without_showing_it(
    birth: dt.date, age: int
) -> None:
    case = ShippedCase(birth_date=birth, age_years=age, as_of=day("2026-11-22"))
    if completed_years(birth, day("2026-11-22")) == age:
        assert values_on(case, SHIPPED)["age_years"] == age
        return
    with pytest.raises(CaseError) as refused:
        values_on(case, SHIPPED)
    said = str(refused.value)
    assert (
        "age_years" in said
        and "birth_date" in said
        and birth.isoformat() not in said
        and str(age) not in said
    )


def test_a_told_duration_may_be_rounded_down_and_the_dates_then_say_it_exactly() -> None:
    case = ShippedCase(entry_date="2026-01-10", months_since_entry=3, as_of=day("2026-04-20"))
    assert values_on(case, SHIPPED)["months_since_entry"] == 3.5


@pytest.mark.parametrize(
    ("facts", "fact", "value"),
    [
        ({"german_ladder": "A2"}, "german_oral_level", "A2"),
        ({"german_ladder": "A2", "german_oral_level": "B1"}, "german_oral_level", "B1"),
        ({"status": "ne"}, "right_of_residence_search_only", False),
        ({"status": "ae_17"}, "right_of_residence_search_only", True),
        ({"status": "ae_16g_suche"}, "right_of_residence_search_only", None),
        ({"status": "eu_freizuegig"}, "right_of_residence_search_only", None),
        (
            {"status": "eu_freizuegig", "right_of_residence_search_only": True},
            "right_of_residence_search_only",
            True,
        ),
        (
            {"status": "fiktion_81_4", "previous_status": "ae_20"},
            "right_of_residence_search_only",
            True,
        ),
        ({"school_level": "EESA"}, "school_certificate", "hauptschule"),
        ({"school_level": "FHR_S"}, "school_certificate", "mittlerer"),
        ({"literacy_ladder": "partial"}, "literacy", "not_sufficient"),
        ({"municipality": "Kaarst"}, "residence_nrw", True),
        ({}, "residence_nrw", None),
        (
            {"asylum_state": "rejected_final", "asylum_applied_on": "2024-01-01"},
            "months_asylum_pending",
            0,
        ),
        (
            {"asylum_state": "pending", "asylum_applied_on": "2026-08-22"},
            "months_asylum_pending",
            3.0,
        ),
        ({"asylum_applied_on": "2024-01-01"}, "months_asylum_pending", None),
        ({"nationalities": ["GEO"]}, "national_of_georgia_or_moldova", True),
        ({"nationalities": ["GEO", "SRB"]}, "national_of_georgia_or_moldova", False),
        ({"nationalities": ["TUR"]}, "safe_origin_eu_list", None),
        ({"nationalities": ["TUR"]}, "national_of_104_18_2", True),
    ],
)
def test_what_follows_from_what_is_told(facts: dict[str, Any], fact: str, value: Any) -> None:
    assert values_on(ShippedCase(**facts, as_of=day("2026-11-22")), SHIPPED).get(fact) == value


@pytest.mark.parametrize(
    ("fact", "country", "last", "first"),
    [
        ("safe_origin_eu_list", "EGY", "2026-06-11", "2026-06-12"),
        ("safe_origin_national", "GEO", "2023-12-22", "2023-12-23"),
    ],
)
def test_a_country_counts_as_safe_from_its_day_on(
    fact: str, country: str, last: str, first: str
) -> None:
    answers = [
        values_on(ShippedCase(nationalities=[country], as_of=day(today)), SHIPPED)[fact]
        for today in (last, first)
    ]
    assert answers == [False, True]


@given(histories(gaps=True), st.integers(-100, 900), st.sets(st.sampled_from(KINDS), min_size=1))
def test_the_kind_of_stay_on_a_fixed_day(
    history: list[dict[str, Any]], later: int, kinds: set[str]
) -> None:
    on = history[0]["from"] + later * ONE_DAY
    kind = "abroad" if later < 0 else kind_on(history, on)
    derive = StayOn(stay_on="h", on=on, kinds=frozenset(kinds))
    facts = {"h": told(history).told["stay_history"]}
    assert derive.value(facts.get, on) == (None if kind is None else kind in kinds)
    assert derive.value(facts.get, on - ONE_DAY) is None
    assert derive.value(dict[str, Any]().get, on) is None


@pytest.mark.parametrize(
    ("birth", "first", "last"),
    [
        (
            "2008-08-01",
            "2025-08-01",
            "2026-07-31",
        ),  # the eighteenth year ends with 31 July, in the school year before
        ("2008-08-02", "2026-08-01", "2027-07-31"),
        ("2008-07-31", "2025-08-01", "2026-07-31"),
        ("2008-01-15", "2025-08-01", "2026-07-31"),
    ],
)
def test_the_school_year_in_which_the_eighteenth_year_ends(
    birth: str, first: str, last: str
) -> None:
    running = SHIPPED.derived["school_year_of_18th_birthday_running"]
    facts = {"birth_date": day(birth)}
    days = [day(first) - ONE_DAY, day(first), day(last), day(last) + ONE_DAY]
    assert [running.value(facts.get, today) for today in days] == [False, True, True, False]


# Facts that turn on a day announce it


def _turning() -> Iterator[tuple[Derivation, dict[str, Any]]]:
    born, country = day("2008-02-29"), ("GEO",)
    yield Reached(reached="d"), {"d": day("2026-05-05")}
    yield YearOfAge(year_of="d", completes=18, from_month=8), {"d": born}
    yield (
        Listed(all_of="c", listed={"GEO": day("2026-03-03")}, **{"from": day("2026-02-02")}),
        {"c": country},
    )
    yield (
        StayOn(stay_on="h", on=day("2026-04-04"), kinds=frozenset({"geduldet"})),
        {"h": told([{"from": "2026-01-10", "kind": "geduldet"}]).told["stay_history"]},
    )
    yield (
        StayOn(stay_on="h", before="d", kinds=frozenset({"geduldet"})),
        {
            "h": told([{"from": "2026-01-10", "kind": "geduldet"}]).told["stay_history"],
            "d": day("2026-04-05"),
        },
    )
    yield (
        MonthEnd(month_end="d", months=2, status="s", statuses=frozenset({"ae_25_5"})),
        {"d": day("2025-12-31"), "s": "ae_25_5"},
    )
    yield (Begun(begun="k", on="d", left="l"), {"k": "dual", "d": day("2026-05-05")})


@pytest.mark.parametrize(("derive", "facts"), list(_turning()))
def test_a_value_changes_only_on_a_day_that_was_announced(
    derive: Derivation, facts: dict[str, Any]
) -> None:
    days = [day("2025-06-01") + n * ONE_DAY for n in range(500)]
    values = [derive.value(facts.get, today) for today in days]
    changed = {today for today, a, b in zip(days[1:], values, values[1:], strict=False) if a != b}
    assert changed and changed <= set(derive.turns(facts.get))


@given(day_of_some_year, st.integers(0, 40), st.integers(-40, 400))
def test_what_lasts_to_the_end_of_a_month_lasts_from_the_day_to_the_last_of_its_month(
    start: dt.date, months: int, later: int
) -> None:
    lasts = MonthEnd(month_end="d", months=months, status="s", statuses=frozenset({"ae_25_5"}))
    month = start.year * 12 + start.month - 1 + months
    today = start.replace(day=1) + later * ONE_DAY
    here = today.year * 12 + today.month - 1 == month
    running = lasts.value({"d": start, "s": "ae_25_5"}.get, today)
    assert not running or here
    due = [one for one in lasts.turns({"d": start}.get) if one <= today]
    assert running == (here and len(due) == 1)
    assert lasts.value({"d": start, "s": "ne"}.get, today) is False
    assert lasts.value({"s": "ae_25_5"}.get, today) is False
    assert lasts.value({"d": start}.get, today) is None


def test_what_is_not_said_to_have_begun_is_only_wanted() -> None:
    begun, today = Begun(begun="k", on="d", left="l"), day("2026-11-22")
    for facts, answer in (
        ({"k": "dual"}, False),
        ({"k": "none", "d": day("2025-08-01")}, False),
        ({"d": day("2025-08-01")}, None),
        ({"k": "dual", "d": today}, True),
        ({"k": "dual", "d": today + ONE_DAY}, False),
        ({"k": "dual", "l": 0.0}, True),
        ({"k": "dual", "l": 0.5}, False),
    ):
        assert begun.value(facts.get, today) is answer


@pytest.mark.parametrize(
    ("status", "state", "counts_as"),
    [
        ("aufenthaltsgestattung", "granted", "anerkannt_ohne_titel"),
        ("duldung_60b", "granted", "anerkannt_ohne_titel"),
        ("aufenthaltsgestattung", "removal_ban", "aufenthaltsgestattung"),
        ("aufenthaltsgestattung", None, "aufenthaltsgestattung"),
        ("ae_25_2_gfk", "granted", "ae_25_2_gfk"),
        (None, "granted", None),
    ],
)
def test_a_status_counts_as_another_once_protection_is_granted(
    status: str | None, state: str | None, counts_as: str | None
) -> None:
    derive = SHIPPED.derived["effective_status"]
    facts = {"status": status, "asylum_state": state}
    assert derive.value(facts.get, day("2026-08-19")) == counts_as


def test_a_history_with_trips_abroad_counts_on_and_without_one_the_told_number_stands() -> None:
    derive, today = SHIPPED.derived["months_stay_de_with_trips"], day("2026-08-19")
    history = told(
        [
            {"from": "2023-01-10", "to": "2025-06-30", "kind": "gestattet"},
            {"from": "2025-07-01", "to": "2025-07-05", "kind": "abroad"},
            {"from": "2025-07-06", "kind": "gestattet"},
        ]
    ).told["stay_history"]
    facts = {"stay_history": history, "effective_status": "aufenthaltsgestattung"}
    assert derive.value(facts.get, today) == 43.5
    assert derive.value({"months_stay_de": 20.0}.get, today) == 20.0


# The way into the future


@given(st.integers(0, 60), st.integers(0, 30))
def test_a_told_duration_goes_on_with_the_calendar(months: int, later: int) -> None:
    today = day("2026-11-22")
    case = ShippedCase(months_since_entry=months, as_of=today)
    future = project(case, [], walked(today, later), SHIPPED).told
    assert future["months_since_entry"] == months + later


STAY = StayMonths(
    stay_months="h",
    counts=frozenset({"geduldet"}),
    status="status",
    running=frozenset({"duldung_60c"}),
)


@pytest.mark.parametrize(("status", "runs"), [("duldung_60c", True), ("ne", False), (None, False)])
def test_a_told_duration_of_stay_goes_on_only_with_a_status_that_adds_to_it(
    status: str | None, runs: bool
) -> None:
    clock = STAY.resume({"status": status}.get, 5, day("2026-11-22"))
    assert (clock is not None) == runs
    assert clock is None or clock.value(day("2027-02-22")) == 8.0


def test_the_statuses_that_add_to_a_count_are_those_with_its_kind_of_stay() -> None:
    counter = SHIPPED.derived["months_duldung_countable"]
    assert isinstance(counter, StayMonths)
    assert counter.running == {
        id for id, status in SHIPPED.statuses.items() if status.stay == "geduldet"
    }
    assert "duldung_60b" not in counter.running and "duldung_60c" in counter.running


def test_a_told_duration_becomes_unknown_where_nothing_proves_that_it_runs() -> None:
    case = ShippedCase(months_stay_de=30, months_asylum_pending=4, as_of=day("2026-11-22"))
    future = project(case, [], day("2027-11-22"), SHIPPED).told
    assert "months_stay_de" not in future and "months_asylum_pending" not in future


def test_a_new_status_continues_the_history_with_its_kind_of_stay() -> None:
    history = [{"from": "2025-01-01", "kind": "geduldet"}]
    case = told(history, status="duldung_60a_2_s1", as_of=day("2026-01-01"))
    episode = Episode(fact="status", value="ae_25b", origin="notice", **{"from": day("2026-03-01")})
    future = project(case, [episode], day("2026-05-01"), SHIPPED)
    values = values_on(future, SHIPPED)
    assert values["months_duldung_countable"] == 0.0
    assert values["months_lawful_uninterrupted"] == 2.0
    assert values["months_ok_uninterrupted"] == 16.0


# Assumptions

ASSUMABLE = {"needy": True, "training_first": True, "extremist_ties": False, "married_ever": False}


@given(
    st.dictionaries(st.sampled_from(list(ASSUMABLE)), st.booleans()),
    st.sets(st.sampled_from(list(ASSUMABLE))),
    st.sets(st.sampled_from(list(ASSUMABLE))),
)
def test_what_is_told_wins_over_what_is_assumed_and_the_rest_is_listed(
    facts: dict[str, bool], first: set[str], without: set[str]
) -> None:
    sets = {
        "one": AssumptionSet(title=T, meaning=T, facts={id: ASSUMABLE[id] for id in sorted(first)}),
        "two": AssumptionSet(title=T, meaning=T, facts=ASSUMABLE),
    }
    case, used = assume(ShippedCase(**facts, assumptions=("one", "two")), sets, without)
    open_facts = set(ASSUMABLE) - set(facts) - without
    assert {id: case.told[id] for id in facts} == facts
    assert {id: value for id, value in case.told.items() if id not in facts} == {
        id: ASSUMABLE[id] for id in open_facts
    }
    assert [(one.set, set(one.facts)) for one in used] == [
        ("one", open_facts & first),
        ("two", open_facts - first),
    ]


def test_an_unknown_assumption_set_is_refused() -> None:
    with pytest.raises(UsageError):
        assume(ShippedCase(assumptions=("nosuch",)), {})


# The vocabulary


def test_the_shipped_vocabulary_has_no_mistakes() -> None:
    assert [mistake.text("en") for mistake in MISTAKES] == []


def test_every_choice_a_person_reads_has_a_label() -> None:
    bare = {
        id: [v for v in fact.values if v not in fact.labels]
        for id, fact in SHIPPED.facts.items()
        if fact.type in ("enum", "set")
    }
    assert {id for id, values in bare.items() if values} <= {
        "municipality"
    }  # names of places speak for themselves


def test_health_and_convictions_are_marked() -> None:
    marks = {id: fact.sensitive for id, fact in SHIPPED.facts.items()}
    assert {"health"} == {
        marks[id]
        for id in ("can_work_3h", "permanent_full_incapacity", "health_fit_care", "disadvantaged")
    }
    assert {"conviction"} == {
        marks[id]
        for id in ("conviction_19d", "any_intentional_conviction", "clean_extended_record")
    }


def test_nothing_is_a_lever_that_could_harm() -> None:
    levers = {id: fact.lever for id, fact in SHIPPED.facts.items() if fact.lever}
    never = {
        "status",
        "asylum_state",
        "asylum_applied_on",
        "married_ever",
        "lives_with_own_child",
        "training_broken_off",
    }
    assert not never & set(levers)
    assert not {"employment_weekly_hours", "needy", "nationalities", "withdrawal_privileged"} & set(
        levers
    )
    advice = {id for id, lever in levers.items() if lever.advice_first}
    assert advice >= {
        "identity_clarified",
        "identity_measures_taken",
        "passport_presented",
        "training_applied_on",
    }
    assert all(levers[id].risk for id in advice)
    assert all(
        fact.lever.direction not in ("none", "") for fact in SHIPPED.facts.values() if fact.lever
    )


def test_every_kind_of_derivation_is_found_by_its_own_key() -> None:
    assert kind_of({"year_of": "birth_date", "completes": 18, "from_month": 8}) is YearOfAge
    assert kind_of({"nosuch": "birth_date"}) is None and kind_of("birth_date") is None


def test_mistakes_in_a_vocabulary_are_all_reported(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "basics").mkdir()
    (tmp_path / "basics" / "statuses.yaml").write_text("sets: {}\nstatuses: {}\n")
    mean = "meaning: {de: x, en: x}"
    (tmp_path / "facts" / "a.yaml").write_text(
        "facts:\n"
        f"  one: {{type: bool, {mean}, derive: {{reached: nosuch}}}}\n"
        f"  two: {{type: enum, {mean}}}\n"
        f"  three: {{type: enum, values: [a], {mean}, labels: {{b: {{de: x, en: x}}}}}}\n"
        f"  four: {{type: number, {mean}, derive: {{months_since: five}}}}\n"
        f"  five: {{type: number, {mean}, derive: {{months_since: four}}}}\n"
        f"  six: {{type: number, {mean}, derive: {{sundial: four}}}}\n"
    )
    (tmp_path / "facts" / "b.yaml").write_text(f"facts:\n  two: {{type: bool, {mean}}}\n")
    vocabulary, mistakes = load_vocabulary(tmp_path)
    codes = sorted(mistake.code for mistake in mistakes)
    assert codes == sorted(
        [
            "fact_unknown",
            "field_missing",
            "value_not_in_enum",
            "cycle",
            "cycle",
            "derive_unknown",
            "id_twice",
        ]
    )
    assert isinstance(vocabulary, Vocabulary)


def test_a_birthday_is_the_first_day_of_the_next_year_of_life() -> None:
    assert birthday(day("2008-02-29"), 18) == day("2026-03-01")
    assert birthday(day("2008-05-05"), 18) == day("2026-05-05")


def test_the_months_until_a_day_are_counted_back_from_it() -> None:
    clock = Clock(dt.date(2027, 3, 31), "down")
    days = [dt.date(2026, 12, 31), dt.date(2027, 1, 31), dt.date(2027, 2, 28), dt.date(2027, 3, 31)]
    assert [clock.value(day) for day in days] == [3, 2, 1, 0]
    assert clock.value(dt.date(2027, 3, 1)) == 0.5
    assert clock.value(dt.date(2027, 5, 1)) == -1.5
    derive = MonthsUntil(months_until="x")
    assert derive.value(lambda _: dt.date(2027, 3, 31), days[0]) == 3
    assert derive.value(lambda _: None, days[0]) is None
