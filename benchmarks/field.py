"""Who takes part: the executors, the hand-written function and, where installed, the two peers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks import peers
from benchmarks.cases import Values, random_cases
from benchmarks.contest import Contestant
from benchmarks.subset import DAY, RULES, by_hand
from klappts_engine.errors import EngineUnavailable
from klappts_engine.rules.executors.port import make_executor
from klappts_engine.rules.rulebook import Rulebook

TWO_VALUED = "yes or no only"
HAND = f"written by hand, {TWO_VALUED}"
FUNCTION = "our function (default)"
_EXECUTORS = {
    "interpreter": "our interpreter",
    "function": FUNCTION,
    "durable": "our rules on durable_rules",
}
_PEERS: dict[str, tuple[Callable[..., peers.Peer], Callable[[Values], Values]]] = {
    "zen-engine": (peers.zen_engine, peers.with_lists),
    "business-rules": (peers.business_rules, dict),
}


def on_subset(rulebook: Rulebook, number: int, say: Callable[[str], None]) -> list[Contestant]:
    """Everybody, on the twelve rules and complete cases; the interpreter, the oracle of all others,
    first."""
    cases = random_cases(rulebook, RULES, number)
    found = _executors(rulebook, RULES, cases, DAY, say)
    found.append(Contestant(HAND, by_hand(rulebook.vocabulary.sets), cases))
    trees = peers.trees_on(rulebook, RULES, DAY)
    for name, (make, form) in _PEERS.items():
        try:
            found.append(
                Contestant(f"{name}, {TWO_VALUED}", make(trees), [form(case) for case in cases])
            )
        except ImportError:
            say(f"without {name}, which is not installed")
    return found


def on_all_rules(
    rulebook: Rulebook, cases: Sequence[Values], day: dt.date, say: Callable[[str], None]
) -> list[Contestant]:
    """The executors on the whole rulebook."""
    return _executors(rulebook, rulebook.conclusions, cases, day, say)


def _executors(
    rulebook: Rulebook,
    conclusions: Sequence[str],
    cases: Sequence[Values],
    day: dt.date,
    say: Callable[[str], None],
) -> list[Contestant]:
    found = []
    for executor, name in _EXECUTORS.items():
        try:
            found.append(Contestant(name, _answer(executor, rulebook, conclusions, day), cases))
        except EngineUnavailable as problem:
            say(f"without {name}: {problem}")
    return found


def _answer(
    executor: str, rulebook: Rulebook, conclusions: Sequence[str], day: dt.date
) -> Callable[[Mapping[str, Any]], Mapping[str, bool | None]]:
    """The executor on `day`, called once so that what it compiles late is compiled, or refused,
    now."""
    made = make_executor(executor, rulebook, conclusions)
    made.evaluate({}, day)
    return lambda case: made.evaluate(case, day)
