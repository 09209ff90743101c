"""Doors of steps agree with the law or source that tests/cases/steps_own.yaml names."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest

from klappts_engine.validation import Data, Day
from klappts_engine.yamlfile import read
from tests.shipped import shipped

FILE = Path(__file__).parent / "cases" / "steps_own.yaml"
ANSWERS = {"holds": "open", "fails": "shut", "unknown": "unknown"}


class StepCase(Data):
    """One door; see the head of the file."""

    id: str
    step: str
    as_of: Day
    facts: dict[str, Any]
    expected: Literal["open", "unknown", "shut"]
    strength: str | None = None
    todo: tuple[str, ...] = ()
    not_todo: tuple[str, ...] = ()
    source: str


def cases() -> list[StepCase]:
    """The cases with what they take over from an earlier one."""
    whole: dict[str, dict[str, Any]] = {}
    for raw in read(FILE)["doors"]:
        base = whole.get(raw.get("like"), {})
        own = {key: value for key, value in raw.items() if key != "like"}
        kept = {key: value for key, value in base.items() if key not in ("todo", "not_todo")}
        whole[raw["id"]] = {
            **kept,
            **own,
            "facts": {**base.get("facts", {}), **own.get("facts", {})},
        }
    return [StepCase(**one) for one in whole.values()]


@pytest.mark.parametrize("one", cases(), ids=lambda one: one.id)
def test_the_door_is_as_the_source_says(one: StepCase) -> None:
    engine = shipped()
    case = engine.case(assumptions=["regelfall"], **one.facts)
    state = engine.steps(case, one.as_of)[one.step]
    todos = {todo.fact for todo in state.todo}
    assert ANSWERS[state.answer] == one.expected, state
    assert {*one.todo} <= todos
    assert not {*one.not_todo} & todos
    scale = engine.rulebook.scale
    level = scale.level(state.strength)
    assert one.expected != "open" or not one.strength or level == scale.place(one.strength), state
