"""The conditions of rules: all, any, not, leaves and references, and their parser."""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any as AnyValue
from typing import TypeAlias

from klappts_engine.facts.vocabulary import Vocabulary
from klappts_engine.intake import reachable
from klappts_engine.validation import LARGEST, nearest


@dataclass(frozen=True, slots=True)
class All:
    """Holds if every part holds; fails if one fails; without parts it holds."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Holds if one part holds; fails if every part fails; without parts it fails."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds if its part fails; unknown stays unknown."""

    part: Expr


@dataclass(frozen=True, slots=True)
class Ref:
    """The answer of another rule on the same day."""

    rule: str


@dataclass(frozen=True, slots=True)
class Is:
    """A fact that is itself true or false."""

    fact: str


@dataclass(frozen=True, slots=True)
class Compare:
    """A number or a day (as ordinal) compared with a constant; `day` says that it was written as a
    day."""

    fact: str
    op: str
    value: float
    day: bool = False


@dataclass(frozen=True, slots=True)
class In:
    """A fact whose value is one of a set; `name` is the status set it was written as."""

    fact: str
    values: frozenset[str]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Has:
    """A fact that is a set and contains a value."""

    fact: str
    value: str


@dataclass(frozen=True, slots=True)
class Known:
    """Whether the case tells a fact that a rule would otherwise give. Not for rule files: see
    `rulebook`."""

    fact: str


Leaf: TypeAlias = Is | Compare | In | Has | Known
Expr: TypeAlias = All | Any | Not | Ref | Leaf

TRUE = All(())
OPERATORS = {"==", "!=", "<", "<=", ">", ">="}

_LEAF = re.compile(r"\s*(@?[a-z0-9_.]+)\s*(?:(==|!=|<=|>=|<|>|\bin\b|\bcontains\b)\s*(.+?))?\s*\Z")
_TOKEN = re.compile(r"[A-Za-z0-9_.+-]+\Z")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class ExpressionError(ValueError):
    """A condition that cannot be read: the code of the sentence that says why, and its
    parameters."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def parse(
    node: object, vocabulary: Vocabulary, rules: Set[str]
) -> tuple[Expr, list[tuple[tuple[object, ...], ExpressionError]]]:
    """The tree for a condition as read from YAML, and every mistake in it with its path below
    `node`."""
    mistakes: list[tuple[tuple[object, ...], ExpressionError]] = []

    def walk(item: object, path: tuple[object, ...]) -> Expr:
        if isinstance(item, Mapping) and len(item) == 1:
            key, value = next(iter(item.items()))
            if key in ("all", "any") and isinstance(value, Sequence) and not isinstance(value, str):
                parts = tuple(walk(part, (*path, key, index)) for index, part in enumerate(value))
                return All(parts) if key == "all" else Any(parts)
            if key == "not":
                return Not(walk(value, (*path, key)))
        try:
            if isinstance(item, str):
                return parse_leaf(item, vocabulary, rules)
            raise ExpressionError("node_malformed")
        except ExpressionError as problem:
            mistakes.append((path, problem))
            return TRUE

    return walk(node, ()), mistakes


def parse_leaf(text: str, vocabulary: Vocabulary, rules: Set[str]) -> Expr:
    """The leaf or reference written as `text`. Raises ExpressionError."""
    match = _LEAF.match(text)
    if not match:
        raise ExpressionError("leaf_malformed", leaf=text)
    left, op, right = match.groups()
    if left.startswith("@"):
        if op or left[1:] not in rules:
            raise ExpressionError(
                "leaf_malformed" if op else "rule_unknown",
                leaf=text,
                name=left[1:],
                guess=nearest(left[1:], rules),
            )
        return Ref(left[1:])
    fact = vocabulary.facts.get(left)
    if fact is None:
        raise ExpressionError("fact_unknown", name=left, guess=nearest(left, vocabulary.facts))
    if op is None:
        if fact.type != "bool":
            raise ExpressionError("leaf_not_bool", fact=left, type=fact.type)
        return Is(left)
    if op == "in":
        return _membership(left, right, vocabulary)
    if op == "contains":
        if fact.type != "set":
            raise ExpressionError("leaf_type", leaf=text, fact=left, type=fact.type)
        return Has(left, _value(left, right, vocabulary))
    if fact.type in ("enum", "status"):
        if op not in ("==", "!="):
            raise ExpressionError("leaf_type", leaf=text, fact=left, type=fact.type)
        leaf = In(left, frozenset({_value(left, right, vocabulary)}))
        return leaf if op == "==" else Not(leaf)
    return Compare(left, op, _number(text, right, fact.type, left), day=fact.type == "date")


def _membership(fact: str, right: str, vocabulary: Vocabulary) -> In:
    kind = vocabulary.facts[fact].type
    if kind not in ("enum", "status"):
        raise ExpressionError("leaf_type", leaf=f"{fact} in {right}", fact=fact, type=kind)
    if right.startswith("@"):
        name = right[1:]
        if kind != "status" or name not in vocabulary.sets:
            raise ExpressionError("set_unknown", name=name, guess=nearest(name, vocabulary.sets))
        return In(fact, vocabulary.sets[name], name)
    if not (right.startswith("[") and right.endswith("]")):
        raise ExpressionError("leaf_malformed", leaf=f"{fact} in {right}")
    return In(
        fact, frozenset(_value(fact, item.strip(), vocabulary) for item in right[1:-1].split(","))
    )


def _value(fact: str, text: str, vocabulary: Vocabulary) -> str:
    allowed = vocabulary.values_of(fact)
    if not _TOKEN.match(text) or text not in allowed:
        raise ExpressionError(
            "value_not_in_enum", value=text, fact=fact, allowed=", ".join(allowed[:12])
        )
    return text


def _number(leaf: str, text: str, kind: str, fact: str) -> float:
    if kind == "number" and _NUMBER.match(text) and len(text) < 40 and abs(float(text)) <= LARGEST:
        return float(text)
    if kind == "date" and _DATE.match(text):
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            day = dt.date.min
        if reachable(day):
            return float(day.toordinal())
    raise ExpressionError("leaf_type", leaf=leaf, fact=fact, type=kind)


_COMPARED: Mapping[str, Callable[[AnyValue, AnyValue], AnyValue]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def leaf_value(leaf: Leaf, values: Mapping[str, AnyValue]) -> bool | None:
    """The truth of a leaf under `values`; None where its fact is unknown."""
    value = values.get(leaf.fact)
    if isinstance(leaf, Known):
        return value is not None
    if value is None:
        return None
    if isinstance(leaf, Is):
        return bool(value)
    if isinstance(leaf, In):
        return value in leaf.values
    if isinstance(leaf, Has):
        return leaf.value in value
    return bool(_COMPARED[leaf.op](value, leaf.value))


def truth_of(
    expr: Expr, truths: Mapping[str, bool | None], values: Mapping[str, AnyValue]
) -> bool | None:
    """The truth of a condition in strong Kleene logic, once the answers of all rules it refers to
    are there."""
    match expr:
        case Ref(rule):
            return truths[rule]
        case Not(part):
            inner = truth_of(part, truths, values)
            return None if inner is None else not inner
        case All(parts):
            found = [truth_of(part, truths, values) for part in parts]
            return False if False in found else None if None in found else True
        case Any(parts):
            found = [truth_of(part, truths, values) for part in parts]
            return True if True in found else None if None in found else False
        case _:
            return leaf_value(expr, values)


def walk(expr: Expr) -> Iterator[Expr]:
    """All nodes of a tree, parents first."""
    yield expr
    if isinstance(expr, (All, Any)):
        for part in expr.parts:
            yield from walk(part)
    elif isinstance(expr, Not):
        yield from walk(expr.part)


def references(expr: Expr) -> set[str]:
    """The rules a tree refers to."""
    return {node.rule for node in walk(expr) if isinstance(node, Ref)}


def leaves(expr: Expr) -> Iterator[Leaf]:
    """The leaves of a tree, in its order."""
    return (node for node in walk(expr) if isinstance(node, Leaf))


def facts_read(expr: Expr) -> set[str]:
    """The facts a tree reads directly."""
    return {leaf.fact for leaf in leaves(expr)}


def spell(expr: Expr) -> str:
    """A leaf or reference as it would stand in a rule file."""
    match expr:
        case Ref(rule):
            return f"@{rule}"
        case Is(fact):
            return fact
        case Compare(fact, op, value, day):
            return f"{fact} {op} {dt.date.fromordinal(int(value)) if day else f'{value:g}'}"
        case In(fact, values, name):
            return f"{fact} in @{name}" if name else f"{fact} in [{', '.join(sorted(values))}]"
        case Has(fact, value):
            return f"{fact} contains {value}"
        case Known(fact):
            return f"known {fact}"
        case Not(part):
            return f"not {spell(part)}"
        case All(parts):
            return "all [" + "; ".join(spell(part) for part in parts) + "]"
        case Any(parts):
            return "any [" + "; ".join(spell(part) for part in parts) + "]"
