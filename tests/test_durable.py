"""The cage of the durable executor: outside its limits, or without its library, it says so; nobody
else needs it."""

from __future__ import annotations

import datetime as dt
import importlib
import importlib.util
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from klappts_engine import Engine, EngineUnavailable
from klappts_engine.rules.executors.durable import _MAX_BODY, _MAX_CLAUSES, _MAX_IN_GROUP, _MAX_USES
from klappts_engine.rules.executors.port import make_executor
from klappts_engine.rules.expressions import All, Compare, Expr, Is, Not, Ref
from klappts_engine.rules.expressions import Any as AnyOf
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.texts import LANGUAGES
from tests.strategies import PATHWAYS, RULES

ON = dt.date(2026, 2, 10)
NORTH = Engine.load(RULES, PATHWAYS, region="nordinsel")
needs_durable = pytest.mark.skipif(
    importlib.util.find_spec("durable_rules_engine") is None,
    reason="durable-rules does not import on Python 3.13 and later",
)


def _book(**conditions: Expr) -> Rulebook:
    return NORTH.rulebook.with_expressions(conditions)


def _both(rulebook: Rulebook, id: str, **values: Any) -> tuple[bool | None, bool | None]:
    durable, function = (
        make_executor(name, rulebook, [id]).evaluate(values, ON)[id]
        for name in ("durable", "function")
    )
    return durable, function


def _months(count: int) -> tuple[Expr, ...]:
    return tuple(Compare("harbour_months", ">=", float(number)) for number in range(count))


@needs_durable
def test_long_bodies_are_split() -> None:
    many = _months(_MAX_BODY * 5 + 1)
    rulebook = _book(every=All(many), none=Not(AnyOf(many)))
    for months in (len(many) - 1, len(many) - 2, -1):
        assert _both(rulebook, "every", harbour_months=months) == (months == len(many) - 1,) * 2
        assert _both(rulebook, "none", harbour_months=months) == (months == -1,) * 2
    assert _both(rulebook, "every") == (None, None)


@needs_durable
def test_as_many_uses_of_one_condition_as_the_limit_allows() -> None:
    uses = {f"use{number}": Is("needy") for number in range(_MAX_USES)}
    rulebook = _book(**uses, last=All(tuple(Ref(id) for id in uses)))
    assert _both(rulebook, "last", needy=True) == (True, True)
    assert _both(rulebook, "last", needy=False) == (False, False)
    over = _book(
        **uses, once_more=Is("needy"), last=All((*(Ref(id) for id in uses), Ref("once_more")))
    )
    _refused(over, f"uses {_MAX_USES + 1} > {_MAX_USES}", "last")


@needs_durable
def test_too_many_clauses_are_refused() -> None:
    _refused(_book(huge=All(_months(_MAX_CLAUSES))), f"> {_MAX_CLAUSES}", "huge")


def _refused(rulebook: Rulebook, limit: str, id: str) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        make_executor("durable", rulebook, [id]).evaluate({}, ON)
    for lang in LANGUAGES:
        assert limit in caught.value.text(lang) and 'executor="function"' in caught.value.text(lang)


@needs_durable
def test_too_many_conditions_in_one_group_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _MAX_IN_GROUP < 511  # what the library keeps of one property
    monkeypatch.setattr("klappts_engine.rules.executors.durable._MAX_IN_GROUP", 3)
    _refused(_book(wide=All(_months(200))), "> 3", "wide")


def test_without_the_library_it_says_so_and_names_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = importlib.import_module

    def absent(name: str, package: str | None = None) -> Any:
        if name == "durable_rules_engine":
            raise ImportError("no such module here")
        return real(name, package)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(EngineUnavailable) as caught:
        Engine.load(RULES, PATHWAYS, region="nordinsel", executor="durable")
    for lang in LANGUAGES:
        text = caught.value.text(lang)
        assert (
            "no such module here" in text
            and "klappts-engine[durable]" in text
            and 'executor="function"' in text
        )
    assert Engine.load(RULES, PATHWAYS, region="nordinsel").assess(
        NORTH.case(), ON
    ) == NORTH.assess(NORTH.case(), ON)


def test_the_core_never_imports_it() -> None:
    program = (
        "import sys, datetime, klappts_engine\n"
        "engine = klappts_engine.Engine.load()\n"
        "engine.assess(engine.case(), datetime.date(2026, 5, 1))\n"
        "print([name for name in sys.modules if name.startswith('durable') "
        "or name == 'klappts_engine.rules.executors.durable'])\n"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=root, check=True
    )
    assert done.stdout.strip() == "[]"


@needs_durable
def test_it_answers_several_threads_at_once() -> None:
    rulebook = _book(asked=All((Is("needy"), Not(Compare("harbour_months", ">=", 6.0)))))
    durable = make_executor("durable", rulebook)
    function = make_executor("function", rulebook)
    lives: list[dict[str, Any]] = [
        {"needy": n % 3 == 0, "harbour_months": n, "status": "tolerated"} for n in range(12)
    ]
    wrong: list[int] = []

    def ask(offset: int) -> None:
        for n in range(24):
            values = lives[(n + offset) % len(lives)]
            if dict(durable.evaluate(values, ON)) != dict(function.evaluate(values, ON)):
                wrong.append(n)

    threads = [threading.Thread(target=ask, args=(offset,)) for offset in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
