"""The rules on two other rule engines, zen-engine and business-rules, generated from the same
trees.

Both know only yes and no, so they are asked about complete cases alone. Each raises ImportError if
it is not installed.
"""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any as AnyValue

from klappts_engine.rules.expressions import TRUE, All, Any, Compare, Expr, Has, In, Known, Not, Ref
from klappts_engine.rules.rulebook import Rulebook

Peer = Callable[[AnyValue], dict[str, bool]]
FALSE = Any(())
_ORDER = {
    ">": "greater_than",
    ">=": "greater_than_or_equal_to",
    "<": "less_than",
    "<=": "less_than_or_equal_to",
}
_OPPOSITE = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}


def trees_on(rulebook: Rulebook, conclusions: Iterable[str], day: dt.date) -> dict[str, Expr]:
    """The conditions in force on `day`, referenced rules first, for cases that tell no fact which a
    rule gives."""
    versions = {id: rulebook.rules[id].version(day) for id in rulebook.cone(conclusions)}
    return {id: _untold(version.when) if version else FALSE for id, version in versions.items()}


def _untold(expr: Expr) -> Expr:
    """The condition if `known` never holds, without the parts that this settles."""
    match expr:
        case Known():
            return FALSE
        case Not(part):
            inner = _untold(part)
            return FALSE if inner == TRUE else TRUE if inner == FALSE else Not(inner)
        case All(parts):
            kept = [tree for part in parts if (tree := _untold(part)) != TRUE]
            return FALSE if FALSE in kept else kept[0] if len(kept) == 1 else All(tuple(kept))
        case Any(parts):
            kept = [tree for part in parts if (tree := _untold(part)) != FALSE]
            return TRUE if TRUE in kept else kept[0] if len(kept) == 1 else Any(tuple(kept))
        case _:
            return expr


def with_lists(case: Mapping[str, AnyValue]) -> dict[str, AnyValue]:
    """The case with lists in place of sets, as zen-engine reads it."""
    return {
        fact: sorted(value) if isinstance(value, frozenset) else value
        for fact, value in case.items()
    }


def zen_engine(trees: Mapping[str, Expr]) -> Peer:
    """One decision with one expression for each rule; a rule refers to another by its key."""
    zen = importlib.import_module("zen")
    keys = _keys(trees)
    expressions = [
        {"id": key, "key": key, "value": _zen(trees[id], keys)} for id, key in keys.items()
    ]
    contents = {"input": {}, "expression": {"expressions": expressions}, "output": {}}
    nodes = [
        {
            "id": kind,
            "name": kind,
            "type": f"{kind}Node",
            "content": content,
            "position": {"x": 0, "y": 0},
        }
        for kind, content in contents.items()
    ]
    edges = [
        {"id": f"from {source}", "type": "edge", "sourceId": source, "targetId": target}
        for source, target in (("input", "expression"), ("expression", "output"))
    ]
    # The loader keeps the compiled decision; one made by create_decision is compiled again at every
    # call.
    engine = zen.ZenEngine(
        {"loader": {"type": "static", "content": {"rules": {"nodes": nodes, "edges": edges}}}}
    )

    def answer(case: AnyValue) -> dict[str, bool]:
        result = engine.evaluate("rules", case)["result"]
        return {id: result[key] for id, key in keys.items()}

    return answer


def _keys(trees: Mapping[str, Expr]) -> dict[str, str]:
    """A name without dots for each rule."""
    return {id: f"r{number}" for number, id in enumerate(trees)}


def _zen(expr: Expr, keys: Mapping[str, str]) -> str:
    match expr:
        case All(parts) | Any(parts):
            word = " and " if isinstance(expr, All) else " or "
            return (
                f"({word.join(_zen(part, keys) for part in parts)})"
                if parts
                else str(expr == TRUE).lower()
            )
        case Not(part):
            return f"(not {_zen(part, keys)})"
        case Ref(rule):
            return f"$.{keys[rule]}"
        case In(fact, values):
            return f"({fact} in {sorted(values)})"
        case Has(fact, value):
            return f"({value!r} in {fact})"
        case Compare(fact, op, number):
            return f"({fact} {op} {number:.0f})"
        case _:
            return expr.fact


def business_rules(trees: Mapping[str, Expr]) -> Peer:
    """A list of rules whose action notes what holds; a rule reads the answer of another as a
    variable."""
    run_all = importlib.import_module("business_rules").run_all
    actions = importlib.import_module("business_rules.actions")
    variables = importlib.import_module("business_rules.variables")
    keys = _keys(trees)
    types: dict[str, str] = {}
    rules = [
        {
            "conditions": _business(tree, keys, types, True),
            "actions": [{"name": "note", "params": {"key": keys[id]}}],
        }
        for id, tree in trees.items()
    ]

    def variable(name: str) -> AnyValue:
        make = getattr(variables, f"{types[name]}_rule_variable")()
        if name in keys.values():
            return make(lambda self: name in self.noted)
        if types[name] == "select_multiple":
            return make(
                lambda self: [value] if isinstance(value := self.case[name], str) else value
            )
        return make(lambda self: self.case[name])

    facts = type("Facts", (variables.BaseVariables,), {name: variable(name) for name in types})
    notes = type(
        "Notes",
        (actions.BaseActions,),
        {"note": actions.rule_action()(lambda self, key: self.noted.add(key))},
    )

    def answer(case: AnyValue) -> dict[str, bool]:
        about, found = facts(), notes()
        about.case = case
        about.noted = found.noted = set()
        run_all(rules, about, found)
        return {id: key in found.noted for id, key in keys.items()}

    return answer


def _business(
    expr: Expr, keys: Mapping[str, str], types: dict[str, str], wanted: bool
) -> dict[str, AnyValue]:
    """The condition, or its opposite where not `wanted`: the engine knows no negation. Notes the
    type of each variable."""

    def leaf(name: str, type: str, operator: str, value: object = None) -> dict[str, AnyValue]:
        types[name] = type
        return {"name": name, "operator": operator, "value": value}

    shares = "shares_at_least_one_element_with" if wanted else "shares_no_elements_with"
    match expr:
        case Not(part):
            return _business(part, keys, types, not wanted)
        case All(parts) | Any(parts):
            if not parts:
                raise ValueError("business-rules cannot write a condition without parts")
            word = "all" if isinstance(expr, All) is wanted else "any"
            return {word: [_business(part, keys, types, wanted) for part in parts]}
        case In(fact, values):
            return leaf(fact, "select_multiple", shares, sorted(values))
        case Has(fact, value):
            return leaf(fact, "select_multiple", shares, [value])
        case Compare(fact, op, number):
            return leaf(fact, "numeric", _ORDER[op if wanted else _OPPOSITE[op]], int(number))
        case _:
            name = keys[expr.rule] if isinstance(expr, Ref) else expr.fact
            return leaf(name, "boolean", "is_true" if wanted else "is_false")
