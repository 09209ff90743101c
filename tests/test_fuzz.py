"""The attack in short: a few inputs of every kind, and that it notices what it looks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from klappts_engine import CaseError, Mistake
from tests import fuzz
from tests.fuzz import MARKER, SHARES, Attack


@pytest.fixture(scope="module")
def attack(tmp_path_factory: pytest.TempPathFactory) -> Attack:
    """One attacker for all kinds, so that the folders are copied once."""
    return Attack(11, tmp_path_factory.mktemp("attack"))


@pytest.mark.parametrize("kind", SHARES)
def test_mutated_input_is_taken_or_refused_by_our_own_exceptions(kind: str, attack: Attack) -> None:
    attack.reseed(11)
    before = attack.report.tried[kind]
    for _ in range(8):
        attack.one(kind)
    assert attack.report.tried[kind] == before + 8
    assert not attack.report.faults


def _foreign() -> None:
    raise KeyError("x")


def _leak() -> None:
    raise CaseError(Mistake("field_unknown", {"field": MARKER}))


def _flood() -> None:
    raise CaseError([Mistake("field_missing", {"field": "x" * 300})] * 1000)


def _endless() -> None:
    while True:
        str_of_nothing()


def str_of_nothing() -> str:
    """A call to be counted."""
    return ""


@pytest.mark.parametrize(
    ("does", "fault"),
    [(_foreign, "KeyError"), (_leak, "value repeated"), (_endless, "TooMuch"), (_flood, "")],
)
def test_the_attack_notices_what_it_looks_for(
    does: Callable[[], None],
    fault: str,
    attack: Attack,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(fuzz, "WORK", 10_000)
    monkeypatch.setattr(attack, "report", fuzz.Report())
    monkeypatch.setattr(attack, "_case", does)
    attack.one("case")
    assert len(attack.report.faults) == (3 + 1 if does is _leak else 1 if fault else 0)
    assert all(fault in one for one in attack.report.faults)
    assert attack.report.longest < fuzz.LONGEST


def test_the_same_seed_makes_the_same_attack(tmp_path: Path) -> None:
    text = "a: [1, 2]\nb: {c: x}\n"
    for seed in range(30):
        one, other = (fuzz.mutated(Random(seed), text) for _ in range(2))
        assert one == other


@pytest.mark.parametrize("kind", sorted(SHARES.keys() - {"call", "command line"}))
def test_what_is_mutated_is_itself_taken(
    kind: str, attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else an attack would be refused for what it did not do, and try nothing."""
    monkeypatch.setattr(attack, "report", fuzz.Report())
    monkeypatch.setattr(fuzz, "mutated", lambda _rng, text: text.encode())
    attack.reseed(3)
    for _ in range(6):
        attack.one(kind)
    assert not attack.report.faults
    assert attack.report.refused.total() < 6
