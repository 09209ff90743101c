"""What `klappts paths --json` prints: the choice among ways, with names, and keys of old."""

from __future__ import annotations

from pydantic import Field

from klappts_engine.engine import Engine
from klappts_engine.pathways.titles import Titles, titles
from klappts_engine.ways.choice import Choice
from klappts_engine.ways.model import Way, Ways


class PathsAnswer(Choice):
    """The ways to the goals that the words tell, side by side, and the names of all ids.

    `goal`, `reached` and `paths` are the answer for the goal as it was asked for, as one; they go
    with the next release.
    """

    titles: Titles
    goal: str = Field(deprecated=True)
    reached: bool = Field(deprecated=True)
    paths: tuple[Way, ...] = Field(deprecated=True)


def paths_answer(engine: Engine, choice: Choice, asked: Ways) -> PathsAnswer:
    """The choice among ways as data; `asked` is the answer for the goal as it was asked for."""
    steps = [step for goal in choice.goals for path in goal.paths for step in path.steps]
    named = [id for step in steps for id in (step.id, *step.alternatives, *step.beside)]
    todos = [todo for step in steps for todo in step.todo]
    return PathsAnswer(
        on=choice.on,
        rulebook=choice.rulebook,
        assumptions=choice.assumptions,
        caveats=choice.caveats,
        horizon_months=choice.horizon_months,
        goals=choice.goals,
        shared=choice.shared,
        bottlenecks=choice.bottlenecks,
        titles=titles(
            engine.rulebook,
            engine.catalogue,
            conclusions=dict.fromkeys(id for step in steps for id in step.via),
            steps=dict.fromkeys([*named, *(todo.step for todo in todos if todo.step)]),
            goals=[*(goal.goal for goal in choice.goals), asked.goal],
            facts=[
                *(todo.fact for todo in todos),
                *(id for step in steps for id in step.gives),
                *(fact for goal in choice.goals for fact in goal.asks),
                *(one.fact for goal in choice.goals for one in goal.questions),
            ],
        ),
        goal=asked.goal,
        reached=asked.reached,
        paths=asked.paths,
    )
