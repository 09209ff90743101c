"""A step under way is never broken off and ends by its own start; a permit that expires opens what
comes after it."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.paths import with_steps
from klappts_engine.engine import Engine
from klappts_engine.errors import UsageError
from klappts_engine.facts.calendar import ONE_DAY, add_months
from klappts_engine.facts.case import Case
from klappts_engine.facts.episodes import Episode
from klappts_engine.show.ways import ways_lines
from klappts_engine.show.words import Words
from klappts_engine.ways.choice import choose
from klappts_engine.ways.horizon import NO_CHANGES, Changes
from klappts_engine.ways.model import Way

ON = dt.date(2026, 11, 22)


def _with(engine: Engine, name: str, **facts: object) -> Case:
    case = engine.read_case(f"examples/{name}.yaml")
    return engine.case(**{**case.told, **facts, "assumptions": case.assumptions})


@settings(max_examples=15)
@given(months=st.integers(0, 60))
def test_a_running_step_is_first_in_every_way_and_ends_by_its_own_start(
    engine: Engine, months: int
) -> None:
    since = add_months(ON, -months)
    paths = engine.paths(
        _with(engine, "p24", running_step="voc.dual_2y", running_since=since), "beruf", ON
    ).paths
    usual = add_months(since, 24)
    # What is told to be under way is not over, however long it has lasted.
    end = usual if usual > ON else dt.date(2026, 12, 1)
    assert [step.id for step in paths[0].steps] == ["voc.dual_2y"]
    assert paths[0].end_range.typical == end
    for path in paths:
        assert path.steps[0].running
        assert path.steps[0].end_range.typical == end
        assert all(paid.from_ >= ON for paid in path.steps[0].livelihood)
        assert all(step.meanwhile == (step.start_range.typical < end) for step in path.steps[1:])


@pytest.mark.parametrize("firm", [True, False])
def test_a_running_step_is_a_way_where_no_other_step_is_as_firm(engine: Engine, firm: bool) -> None:
    steps = ["voc.dual_2y", *([] if firm else ["work.job"])]  # a job is found at discretion at best
    alone = with_steps(engine, steps)
    case = _with(engine, "p24", running_step="voc.dual_2y", running_since=add_months(ON, -3))
    assert [[step.id for step in path.steps] for path in alone.paths(case, "beruf", ON).paths] == [
        ["voc.dual_2y"]
    ]


# --- Beside the step that is under way ------------------------------------------------------------


def _beside(path: Way) -> list[str]:
    return [step.id for step in path.steps if step.meanwhile]


def test_what_can_be_done_beside_a_course_is_counted_while_it_is_running(engine: Engine) -> None:
    paths = engine.paths(_with(engine, "p21"), "for", ON).paths
    path = next(path for path in paths if _beside(path) == ["rec.school_av"])
    course, recognition = path.steps
    assert (course.id, course.running, course.end_range.typical) == (
        "lang.ik_general",
        True,
        dt.date(2027, 5, 1),
    )
    assert (recognition.start_range.typical, recognition.end_range.typical) == (ON, ON)
    assert (path.criteria.end, path.end_range.typical) == (ON, ON)  # the course goes on
    assert path.end_range.max == dt.date(2026, 12, 22)
    assert path.criteria.unsecured_months == 0 and path.criteria.hopes
    assert course.livelihood and not recognition.livelihood  # months are told once
    assert "rec.school_av" not in course.beside and not recognition.beside


def test_after_a_step_beside_the_way_goes_on_when_both_are_over(engine: Engine) -> None:
    path = next(
        path
        for path in engine.paths(_with(engine, "p21"), "for", ON).paths
        if _beside(path) == ["ehr.engagement"]
    )
    course, engagement, school = path.steps
    assert engagement.end_range.typical == dt.date(2027, 5, 22)  # three weeks after the course
    assert engagement.end_range.typical > course.end_range.typical
    assert [paid.from_ >= course.end_range.typical for paid in engagement.livelihood] == [
        True
    ] * len(engagement.livelihood)
    assert school.start_range.typical >= engagement.end_range.typical
    assert path.criteria.end == school.end_range.typical


@pytest.mark.parametrize("hours", [26, 27])
def test_only_what_fits_into_the_week_is_taken_beside(engine: Engine, hours: int) -> None:
    """The course may take 25 hours a week, volunteering takes two at least."""
    head = engine.catalogue.head
    search = head.search.model_copy(update={"weekly_hours": hours})
    head = head.model_copy(update={"search": search})
    busy = Engine(
        engine.rulebook,
        dataclasses.replace(engine.catalogue, head=head),
        engine.case_class,
        "function",
    )
    paths = busy.paths(_with(busy, "p21"), "for", ON).paths
    assert any(_beside(path) == ["ehr.engagement"] for path in paths) == (hours == 27)
    assert any(_beside(path) == ["rec.school_av"] for path in paths)


def test_nothing_is_taken_beside_a_step_that_a_way_only_plans(engine: Engine) -> None:
    case = _with(engine, "p21", running_step=None, running_since=None, ik_state="none")
    assert all(not _beside(path) for path in engine.paths(case, "for", ON).paths)


def test_what_the_running_step_brought_about_has_not_to_be_done_again(engine: Engine) -> None:
    doors = engine.at(_with(engine, "p21"), ON).doors(12)
    during = doors.activity("lang.bsk_b2", NO_CHANGES, 0)
    assert "ba_registration" in dict(during)

    def ahead(step: str, meanwhile: Changes) -> set[str]:
        return {todo.fact for todo in doors.door(step, NO_CHANGES, ON, meanwhile).todo}

    assert "ba_registration" in ahead("voc.bvb", NO_CHANGES)
    assert "ba_registration" not in ahead("voc.bvb", during)
    # whoever draws SGB II is registered with the Jobcenter, which gives this measure
    assert ahead("voc.mabe", NO_CHANGES) == set()


@pytest.mark.parametrize(
    ("lang", "long", "short"),
    [
        (
            "de",
            "daneben  Ehrenamt ab 11/2026 bis 05/2027",
            "Integrationskurs (läuft seit 08/2026), daneben 11/2026 Ehrenamt →",
        ),
        (
            "en",
            "beside   volunteering from 11/2026 until 05/2027",
            "(under way since 08/2026), beside it 11/2026 volunteering →",
        ),
        (
            "einfach",
            "nebenbei Ehrenamt ab 11/2026 bis 05/2027",
            "(läuft seit 08/2026), nebenbei 11/2026 Ehrenamt →",
        ),
    ],
)
def test_the_words_say_what_runs_beside_and_never_that_the_running_step_ends(
    engine: Engine, lang: str, long: str, short: str
) -> None:
    paths = [engine.paths(_with(engine, "p21"), goal, ON) for goal in ("for", "beruf")]
    one, all_ = (
        ways_lines(Words(engine, lang), choose(engine.rulebook, some))
        for some in (paths[:1], paths)
    )
    assert any(long in line for line in one)
    assert short in " ".join(line.strip() for line in all_)
    goes_on = {"de": "(geht weiter)", "en": "(goes on)", "einfach": "(geht weiter)"}[lang]
    assert goes_on in " ".join(line.strip() for line in all_)


# --- Reached, unknown, expired --------------------------------------------------------------------


def test_a_goal_that_is_reached_is_reached_whatever_is_under_way(engine: Engine) -> None:
    found = engine.paths(
        _with(engine, "p24", running_step="voc.dual_2y", running_since=dt.date(2025, 8, 1)),
        "for",
        ON,
    )
    assert found.reached
    assert found.paths == ()


def test_a_running_step_that_the_catalogue_does_not_know_is_refused(engine: Engine) -> None:
    with pytest.raises(UsageError, match=r"voc\.dual_2y"):
        engine.paths(
            _with(engine, "p24", running_step="voc.dual_2", running_since=dt.date(2025, 8, 1)),
            "beruf",
            ON,
        )


def test_after_a_permit_expires_nothing_is_known_until_it_is_told(engine: Engine) -> None:
    until = dt.date(2027, 3, 31)
    case = _with(engine, "p07", permit_valid_until=until)
    line = engine.timeline(
        case, ["work.duldung.outside", "asylblg.entitled"], dt.date(2028, 1, 1), ON
    )
    for stretches in line.stretches.values():
        assert [(one.to, one.answer) for one in stretches] == [
            (until, "holds"),
            (line.until, "unknown"),
        ]
    next_day = until + dt.timedelta(days=1)
    renewed = Episode(
        **{"fact": "status", "value": "duldung_60a_2_s1", "from": next_day, "origin": "renewal"}
    )
    line = engine.timeline(case, ["asylblg.entitled"], dt.date(2028, 1, 1), ON, episodes=[renewed])
    assert [one.answer for one in line.stretches["asylblg.entitled"]] == ["holds"]


def test_ways_beyond_the_end_of_a_permit_say_that_they_need_a_new_one(engine: Engine) -> None:
    """A permit that ends bends no way, but no way hides it either; one that is over does."""
    until = dt.date(2027, 3, 31)
    free = engine.paths(_with(engine, "p07"), "for", ON)
    ended = engine.paths(_with(engine, "p07", permit_valid_until=until), "for", ON)
    assert free.paper_until is None and ended.paper_until == until
    assert [path.criteria for path in ended.paths] == [path.criteria for path in free.paths]
    told = " ".join(ways_lines(Words(engine, "de"), choose(engine.rulebook, [ended])))
    assert "Nach dem 31.03.2027 nur mit neuem Papier" in " ".join(told.split())
    over = engine.paths(_with(engine, "p07", permit_valid_until=ON - ONE_DAY), "for", ON).paths
    assert all(
        path.conditional or path.criteria.unsecured_months > free.paths[0].criteria.unsecured_months
        for path in over
    )
