"""The search finds exactly the ways that trying everything finds, and leaves out only what makes no
difference."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from klappts_engine.ways.meanwhile import stands
from klappts_engine.ways.moves import Moves
from klappts_engine.ways.replay import arrival, replay

from klappts_engine.ways.alternatives import Account, _begun, _taken
from klappts_engine.ways.horizon import NO_CHANGES
from klappts_engine.ways.projection import Ground, Stages
from tests.small_world import BruteForce, World, worlds


@settings(max_examples=500)
@given(worlds())
def test_the_search_finds_the_same_costs_as_trying_everything(world: World) -> None:
    assert {way.costs for way in world.ways()} == BruteForce(world).costs()


@settings(max_examples=300)
@given(worlds(running=True))
def test_with_a_step_under_way_the_search_finds_the_same_costs_as_trying_everything(
    world: World,
) -> None:
    assert {way.costs for way in world.ways()} == BruteForce(world).costs()


@settings(max_examples=300)
@given(worlds(running=True))
def test_a_way_costs_what_its_moves_cost_one_after_the_other(world: World) -> None:
    """What stands beside the running step included; and begun as early as can be, no way is over
    later."""
    moves = Moves(world.doors())
    for way in world.ways():
        again = replay(moves, way.moves, moves.doors.duration)
        if not way.moves:
            continue
        while_running = way.end < arrival(way.moves, while_running=False)
        assert again is not None and arrival(again, while_running) <= way.end
        first = [move for move in way.moves if move.running or move.meanwhile]
        at: Account | None = _begun(moves, first)
        for move in way.moves[len(first) :]:
            assert at is not None
            at = _taken(moves, at, move)
        assert at is not None and at.level == way.level
        if not while_running:
            assert (moves.future.days[at.month] >= way.end, at.unsecured) == (True, way.unsecured)
            assert at.changes == stands(moves, way.moves)[-1]


@settings(max_examples=300)
@given(worlds(), st.integers(0, 3), st.booleans(), st.data())
def test_what_is_left_out_of_a_state_makes_no_difference(
    world: World, cut: int, hopes: bool, data: st.DataObject
) -> None:
    moves = Moves(world.doors())
    stages = Stages(Ground(moves, "goal:g"), cut, hopes)
    full, merged = NO_CHANGES, stages.reduced(NO_CHANGES)
    for _ in range(4):
        results = [
            (id, result)
            for id in stages.of(full).steps
            for result in stages.counted(id)
            if stages.reduced(moves.outcome(result.facts, full)) != merged
        ]
        for id, result in results:
            fresh = Moves(world.doors())  # shares no answer with the other state
            assert moves.openings(id, result.grade, full) == fresh.openings(
                id, result.grade, merged
            )
            busy, other = moves.busy(id, full), fresh.busy(id, merged)
            assert busy == other
        assert moves.idle(full) == Moves(world.doors()).idle(merged)
        day = moves.future.days[0]
        truths = [
            world.doors().truth("goal:g", ["goal:g"], changes, day) for changes in (full, merged)
        ]
        assert truths[0] == truths[1]
        if not results:
            return
        _, result = data.draw(st.sampled_from(results))
        full = moves.outcome(result.facts, full)
        merged = stages.reduced(moves.outcome(result.facts, merged))
        assert stages.reduced(full) == merged
