"""Prints what explanations take, and how many questions each strategy asks."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks import explanations
from benchmarks.tables import CASE_DAY, head, say, spread
from klappts_engine import Engine
from klappts_engine.facts.case import Case


def explaining(engine: Engine, cases: Mapping[str, Case]) -> None:
    """All conclusions explained, all turns of ten years, the next question; and how many questions
    are asked."""
    say(f"explaining {len(cases)} persons")
    for case in cases.values():  # each asked once before
        engine.reasons(case, CASE_DAY)
        engine.when(case, engine.rulebook.conclusions, CASE_DAY)
        engine.ask(case, CASE_DAY)
    head(
        f"Explanations, {len(cases)} persons on {CASE_DAY}, each asked once before, ms",
        "median",
        "95 %",
        "longest",
    )
    spread(
        "why, all conclusions",
        [explanations.seconds_for_all(engine, case, CASE_DAY) for case in cases.values()],
        "goal: 50",
    )
    turns = [explanations.seconds_for_turns(engine, case, CASE_DAY) for case in cases.values()]
    spread("when, all conclusions, ten years", turns, "goal: 50")
    next_ones = [
        one
        for case in cases.values()
        for one in explanations.seconds_for_questions(engine, case, CASE_DAY)
    ]
    spread("next question for all goals", next_ones, "goal: 20")
    head("Questions until nothing matters any more, from nothing told", "mean", "times ours")
    own = 0.0
    for name, choose in explanations.STRATEGIES.items():
        say(f"asking {name}")
        counts = [
            explanations.questions(engine, case, [id], CASE_DAY, choose)
            for case in cases.values()
            for id in explanations.IDS
        ]
        mean = sum(counts) / len(counts)
        own = own or mean
        print(f"  {name:44}{mean:12.2f}{mean / own:14.2f}")
