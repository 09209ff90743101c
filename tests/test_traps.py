"""What pays for the livelihood in a step, month by month, where it is easily misjudged."""

from __future__ import annotations

import pytest

from tests.persona_table import pays, personas


@pytest.mark.parametrize("id", sorted(personas().traps))
def test_who_pays_and_from_when(id: str) -> None:
    trap = personas().traps[id]
    assert pays(trap) == trap.pays


def test_moving_from_evening_to_day_school_ends_the_livelihood() -> None:
    traps = personas().traps
    evening, day = traps["ae16g_evening_school"], traps["leaving_evening_school"]
    assert (evening.like, evening.facts) == (day.like, day.facts)
    there = [paid for paid in pays(evening) if paid.day <= day.start][-1]
    assert there.secured and not pays(day)[0].secured
