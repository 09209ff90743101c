"""The search finds exactly the ways that trying everything finds."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings

from klappts_engine.pathways.search import Way
from tests.small_world import BruteForce, Costs, World, worlds


def _costs(way: Way) -> Costs:
    end = way.moves[-1].end if way.moves else dt.date.min
    return end, len(way.moves), way.level, way.unsecured


@settings(max_examples=500)
@given(worlds())
def test_the_search_finds_the_same_costs_as_trying_everything(world: World) -> None:
    assert {_costs(way) for way in world.search().ways("g")} == BruteForce(world).costs()
