"""The rulebook on the Rete engine of durable_rules, in a cage: the independent second opinion.

Every condition becomes two atoms, "holds" and "fails", and monotone Horn clauses between them;
unknown is neither. Leaves are decided before, so that the engine only ever joins ground atoms by
equality. Outside this cage the engine crashes, hangs or answers wrongly without an error; the
reasons for each limit stand in docs/decisions.
"""

from __future__ import annotations

import datetime as dt
import importlib
import itertools
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from threading import Lock
from types import ModuleType
from typing import Any as AnyValue

from klappts_engine.errors import EngineUnavailable, Mistake
from klappts_engine.rules.expressions import All, Any, Expr, Leaf, Not, Ref, leaf_value
from klappts_engine.rules.rulebook import Rulebook

# Atoms are spread over so many values of "g": the engine keeps at most 511 values of one property.
_GROUPS = 64
_MAX_BODY = 12  # the engine fails above 16 conditions in one rule
_MAX_USES = 255  # ... and crashes if more rules share one condition
_MAX_IN_GROUP = 500
_MAX_CLAUSES = 4096
_names = itertools.count()


class Durable:
    """Answers all its rules by forward chaining; see `Executor`. One compiled engine for each
    stretch of unchanged law."""

    name = "durable"

    def __init__(self, rulebook: Rulebook, rules: Iterable[str]) -> None:
        self._engine = _import()
        self._rules = {id: rulebook.rules[id] for id in rules}
        self._programs: dict[tuple[int, ...], _Program] = {}
        self._lock = Lock()

    def evaluate(self, values: Mapping[str, AnyValue], day: dt.date) -> dict[str, bool | None]:
        """See `Executor.evaluate`."""
        versions = {id: rule.version(day) for id, rule in self._rules.items()}
        key = tuple(self._rules[id].versions.index(v) if v else -1 for id, v in versions.items())
        with self._lock:
            if key not in self._programs:
                conditions = {id: v.when if v else Any(()) for id, v in versions.items()}
                self._programs[key] = _Program(self._engine, conditions)
            return self._programs[key].run(values)


def _import() -> ModuleType:
    try:
        return importlib.import_module("durable_rules_engine")
    except ImportError as problem:
        raise EngineUnavailable(Mistake("durable_unavailable", {"reason": str(problem)})) from None


class _Program:
    """The Horn clauses of one set of conditions, loaded into the engine. Atom 2n: node n holds; 2n
    + 1: it fails."""

    def __init__(self, engine: ModuleType, conditions: Mapping[str, Expr]) -> None:
        self._engine = engine
        self._clauses: list[tuple[int, tuple[int, ...]]] = []
        self._leaves: dict[Leaf, int] = {}
        self._nodes: dict[Expr, tuple[int, int]] = {}
        self._next = itertools.count()
        self._conclusions = {id: next(self._next) for id in conditions}
        for id, expr in conditions.items():
            holds, fails = self._rails(expr)
            self._clause(2 * self._conclusions[id], (holds,))
            self._clause(2 * self._conclusions[id] + 1, (fails,))
        self._given = [head for head, body in self._clauses if not body]
        self._heads = {f"r{k}": head for k, (head, body) in enumerate(self._clauses) if body}
        self._used = {atom for _, body in self._clauses for atom in body}
        self._check_limits()
        self._handle = engine.create_ruleset(
            f"klappts{next(_names)}", json.dumps(self._definition())
        )
        self._sessions = itertools.count(1)

    def run(self, values: Mapping[str, AnyValue]) -> dict[str, bool | None]:
        """Forward chaining from the leaves that `values` decide, in a session of its own."""
        known = set(self._given)
        for leaf, node in self._leaves.items():
            truth = leaf_value(leaf, values)
            if truth is not None:
                known.add(2 * node if truth else 2 * node + 1)
        self._chain(known)
        return {
            id: True if 2 * node in known else False if 2 * node + 1 in known else None
            for id, node in self._conclusions.items()
        }

    def _chain(self, known: set[int]) -> None:
        """Adds every derivable atom to `known`."""
        engine, handle, session = self._engine, self._handle, str(next(self._sessions))
        base = sorted(known & self._used)
        code, offset = engine.assert_fact(
            handle, json.dumps({"sid": session, "id": "boot", "g": "boot", "k": "boot"})
        )
        _check(code)
        engine.start_action_for_state(
            handle, offset
        )  # the boot rule has to fire before a session may be deleted
        engine.complete_and_start_action(handle, offset)
        try:
            if base:
                _check(
                    engine.assert_facts(
                        handle, json.dumps([_fact(session, atom) for atom in base])
                    )[0]
                )
            fired = engine.start_action_for_state(handle, offset)
            message = fired[1] if fired else None
            while message:
                head = self._heads[next(iter(json.loads(message)))]
                if head not in known:
                    known.add(head)
                    if head in self._used:
                        _check(engine.assert_fact(handle, json.dumps(_fact(session, head)))[0])
                message = engine.complete_and_start_action(handle, offset)
        finally:
            engine.delete_state(handle, session)

    def _rails(self, expr: Expr) -> tuple[int, int]:
        """The atoms (holds, fails) of a condition."""
        match expr:
            case Not(part):
                holds, fails = self._rails(part)
                return fails, holds
            case Ref(rule):
                return 2 * self._conclusions[rule], 2 * self._conclusions[rule] + 1
            case All(parts) | Any(parts):
                if expr not in self._nodes:
                    rails = [self._rails(part) for part in parts]
                    node = next(self._next)
                    together, single = (0, 1) if isinstance(expr, All) else (1, 0)
                    self._clause(
                        2 * node + together, tuple(dict.fromkeys(rail[together] for rail in rails))
                    )
                    for atom in dict.fromkeys(rail[single] for rail in rails):
                        self._clause(2 * node + single, (atom,))
                    self._nodes[expr] = (2 * node, 2 * node + 1)
                return self._nodes[expr]
            case _:
                node = self._leaves.setdefault(expr, -1)
                if node < 0:
                    node = self._leaves[expr] = next(self._next)
                return 2 * node, 2 * node + 1

    def _clause(self, head: int, body: tuple[int, ...]) -> None:
        """Adds a clause; a body that is too long goes through an intermediate atom."""
        while len(body) > _MAX_BODY:
            between = 2 * next(self._next)
            self._clauses.append((between, body[:_MAX_BODY]))
            body = (between, *body[_MAX_BODY:])
        self._clauses.append((head, body))

    def _check_limits(self) -> None:
        uses = Counter(atom for _, body in self._clauses for atom in body)
        groups = Counter(atom % _GROUPS for atom in self._used)
        found = {
            "clauses": (len(self._clauses), _MAX_CLAUSES),
            "uses": (max(uses.values(), default=0), _MAX_USES),
            "atoms": (max(groups.values(), default=0), _MAX_IN_GROUP),
        }
        over = [
            f"{name} {number} > {limit}"
            for name, (number, limit) in found.items()
            if number > limit
        ]
        names = ["boot", "$pulse", *(f"a{atom}" for atom in self._used)]
        if len({_fnv(name) for name in names}) < len(names):
            over.append("hash")
        if over:
            raise EngineUnavailable(Mistake("durable_limits", {"limits": ", ".join(over)}))

    def _definition(self) -> dict[str, object]:
        rules: dict[str, object] = {"boot": {"all": [{"b": _condition("boot", "boot")}]}}
        for number, (_, body) in enumerate(self._clauses):
            if body:
                rules[f"r{number}"] = {
                    "all": [{f"c{j}": _condition(*_place(atom))} for j, atom in enumerate(body)]
                }
        return rules


def _place(atom: int) -> tuple[str, str]:
    return f"g{atom % _GROUPS}", f"a{atom}"


def _condition(group: str, key: str) -> dict[str, object]:
    return {"$and": [{"g": group}, {"k": key}]}


def _fact(session: str, atom: int) -> dict[str, str]:
    group, key = _place(atom)
    return {"sid": session, "id": key, "g": group, "k": key}


def _check(code: int) -> None:
    if code:
        raise EngineUnavailable(Mistake("durable_failed", {"code": code}))


def _fnv(text: str) -> int:
    """The engine's 32-bit hash of an id; two ids with one hash would be one fact."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value
