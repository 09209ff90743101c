"""The search finds exactly the ways that trying everything finds, and leaves out only what makes no
difference."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from klappts_engine.ways.problem import Begin
from klappts_engine.ways.projection import Projection
from klappts_engine.ways.search import Budget, search
from klappts_engine.ways.transitions import START, State, Transitions
from klappts_engine.ways.walk import Account, arrival, begun, replay, taken
from tests.small_world import World, worlds


@settings(max_examples=300)
@given(worlds())
def test_the_search_finds_the_same_costs_as_trying_everything(world: World) -> None:
    assert {way.costs for way in world.ways()} == world.oracle().costs()


@settings(max_examples=300)
@given(worlds(running=True))
def test_with_a_step_under_way_the_search_finds_the_same_costs_as_trying_everything(
    world: World,
) -> None:
    assert {way.costs for way in world.ways()} == world.oracle().costs()


@settings(max_examples=200)
@given(worlds())
def test_no_step_of_a_way_can_be_struck(world: World) -> None:
    """Without it the rest cannot be taken on the same days, is less firm, has to hope, is paid
    less, or does not reach the goal by the same day (the step that is under way may reach it
    later)."""
    oracle = world.oracle()
    for costs, way in oracle.ways().items():
        for struck, rest in oracle.strikes(way):
            later, weaker = rest[0] > costs[0], rest[2] > costs[2]
            assert later or weaker or rest[3] > costs[3] or rest[4] > costs[4], struck


@settings(max_examples=200)
@given(worlds(running=True))
def test_a_way_costs_what_its_legs_cost_one_after_the_other(world: World) -> None:
    """What stands beside the running step included; and begun as early as can be, no way is over
    later."""
    known = Transitions(world.doors())
    for way in world.ways():
        again = replay(known, way.legs, known.doors.duration, longer=False)
        if not way.legs:
            continue
        while_running = way.end < arrival(way.legs, while_running=False)
        assert again is not None and arrival(again, while_running) <= way.end
        first = [leg for leg in way.legs if leg.kind != "step"]
        at: Account | None = begun(known, first)
        for leg in way.legs[len(first) :]:
            assert at is not None
            at = taken(known, at, leg)
        assert at is not None and at.level == way.level
        if not while_running:
            days = known.horizon.days
            assert (days[at.month] >= way.end, at.unsecured) == (True, way.unsecured)
            assert at.state == known.states_along(way.legs)[-1]


@settings(max_examples=200)
@given(worlds(), st.data())
def test_what_is_left_out_of_a_state_makes_no_difference(world: World, data: st.DataObject) -> None:
    known = Transitions(world.doors())
    projection = Projection(known, "goal:g")
    full, merged = START, projection.project(START)
    for _ in range(4):
        outcomes = [
            (id, outcome)
            for id in projection.relevant(full.changes).steps
            for outcome in known.outcomes(id)
            if id in projection.savers
            or projection.project(State(known.outcome(outcome.facts, full.changes))) != merged
        ]  # a step that changes nothing and saves nothing is never taken
        fresh = Transitions(world.doors())  # shares no answer with the other state
        for id, outcome in outcomes:
            grade = outcome.grade
            assert known.openings(id, grade, full) == fresh.openings(id, grade, merged)
            for start in known.starts(id):
                day, last = known.horizon.days[start], len(known.horizon.days)
                one = known.ledger.doing(id, full.changes, day, start, last)
                assert one == fresh.ledger.doing(id, merged.changes, day, start, last)
        waiting = known.ledger.waiting(full.changes)
        assert waiting == fresh.ledger.waiting(merged.changes)
        day = known.horizon.days[0]
        truths = [
            world.doors().truth("goal:g", ["goal:g"], state.changes, day)
            for state in (full, merged)
        ]
        assert truths[0] == truths[1]
        if not outcomes:
            return
        _, outcome = data.draw(st.sampled_from(outcomes))
        full = State(known.outcome(outcome.facts, full.changes))
        merged = projection.project(State(known.outcome(outcome.facts, merged.changes)))
        assert projection.project(full) == merged


@settings(max_examples=100)
@given(worlds(), st.integers(0, 12))
def test_a_search_that_is_stopped_gives_only_ways_that_nothing_beats(
    world: World, labels: int
) -> None:
    known = Transitions(world.doors())
    stopped = search(known, "g", budget=Budget(labels=labels))
    whole = {way.costs for way in world.ways()}
    assert {way.costs for way in stopped.ways} <= whole
    assert not stopped.complete or {way.costs for way in stopped.ways} == whole


@settings(max_examples=100)
@given(worlds(running=False), st.data())
def test_a_search_can_begin_in_any_state(world: World, data: st.DataObject) -> None:
    known = Transitions(world.doors())
    ways = [way for way in world.ways() if len(way.legs) > 1]
    if not ways:
        return
    way = data.draw(st.sampled_from(ways))
    number = data.draw(st.integers(1, len(way.legs) - 1))
    state, day = known.states_along(way.legs)[number], way.legs[number - 1].end
    rest = search(known, "g", Begin(state, day)).ways
    assert {one.costs for one in rest} == world.oracle().costs(dict(state.changes), day)


@settings(max_examples=100)
@given(worlds(), st.data())
def test_barring_a_step_finds_what_is_found_where_it_does_not_exist(
    world: World, data: st.DataObject
) -> None:
    steps = world.catalogue.steps
    barred = data.draw(st.sampled_from([*steps]))
    known = Transitions(world.doors())
    if world.case.told.get("under_way") == barred:
        return
    less = {id: step for id, step in steps.items() if id != barred}
    without = replace(world, catalogue=replace(world.catalogue, steps=less))
    found = search(known, "g", barred=frozenset({barred})).ways
    assert {way.costs for way in found} == {way.costs for way in without.ways()}
