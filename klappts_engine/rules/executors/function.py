"""The rulebook as one generated Python function: for every condition "holds" and "fails".

No text is ever executed: the function is put together from syntax nodes, and values enter as
constants only.
"""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from types import CodeType, FunctionType
from typing import Any as AnyValue
from typing import TypeVar, cast

from klappts_engine.rules.expressions import All, Any, Compare, Expr, Has, In, Is, Known, Not, Ref
from klappts_engine.rules.model import Rule
from klappts_engine.rules.rulebook import Rulebook

Node = TypeVar(
    "Node",
    ast.Name,
    ast.Constant,
    ast.IfExp,
    ast.Compare,
    ast.BoolOp,
    ast.Call,
    ast.Dict,
    ast.Assign,
    ast.Return,
)
_OPS: dict[str, type[ast.cmpop]] = {
    "==": ast.Eq,
    "!=": ast.NotEq,
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
}
_NEGATED = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


class Function:
    """Answers all its rules, for any day, in one call of one function; see `Executor`."""

    name = "function"

    def __init__(self, rulebook: Rulebook, rules: Iterable[str]) -> None:
        self._run = _compile([rulebook.rules[id] for id in rules])

    def evaluate(self, values: Mapping[str, AnyValue], day: dt.date) -> dict[str, bool | None]:
        """See `Executor.evaluate`."""
        return self._run(values.get, day.toordinal())


def _compile(rules: list[Rule]) -> Callable[[Callable[..., AnyValue], int], dict[str, bool | None]]:
    """One function of a fact getter and a day, which answers all `rules`."""
    writer = _Writer()
    body: list[ast.stmt] = []
    for number, rule in enumerate(rules):
        writer.rules[rule.id] = f"r{number}"
        body.append(_assign(f"r{number}", writer.rule(rule)))
    loads = [_assign(name, writer.load(fact)) for fact, name in writer.facts.items()]
    names = ast.Dict(
        [_constant(rule.id) for rule in rules], [_name(writer.rules[rule.id]) for rule in rules]
    )
    result = _at(ast.Return(_at(names)))
    definition = ast.parse("def evaluate(get, day): pass").body[0]
    assert isinstance(definition, ast.FunctionDef)
    definition.body = [*loads, *body, result]
    compiled = compile(ast.Module([definition], []), "<rulebook>", "exec")
    code = next(constant for constant in compiled.co_consts if isinstance(constant, CodeType))
    return FunctionType(code, {"NAN": float("nan")})


class _Writer:
    """Writes conditions as pairs of expressions: one true exactly if it holds, one true exactly if
    it fails."""

    def __init__(self) -> None:
        self.rules: dict[str, str] = {}
        self.facts: dict[str, str] = {}
        self._numeric: set[str] = set()

    def rule(self, rule: Rule) -> ast.expr:
        """The answer of the version in force on `day`; no version: fails."""
        answer: ast.expr = _constant(False)
        for version in rule.versions:
            holds, fails = self.rails(version.when)
            truth = _choice(
                holds, _constant(True), _choice(fails, _constant(False), _constant(None))
            )
            bounds: list[ast.expr] = []
            if version.start:
                bounds.append(
                    _compare(_name("day"), ast.GtE(), _constant(version.start.toordinal()))
                )
            if version.end:
                bounds.append(_compare(_name("day"), ast.LtE(), _constant(version.end.toordinal())))
            answer = _choice(_join(ast.And(), bounds), truth, answer) if bounds else truth
        return answer

    def rails(self, expr: Expr) -> tuple[ast.expr, ast.expr]:
        """The pair (holds, fails) for a condition."""
        match expr:
            case Not(part):
                holds, fails = self.rails(part)
                return fails, holds
            case All(parts):
                pairs = [self.rails(part) for part in parts]
                return _join(ast.And(), [h for h, _ in pairs]), _join(
                    ast.Or(), [f for _, f in pairs]
                )
            case Any(parts):
                pairs = [self.rails(part) for part in parts]
                return _join(ast.Or(), [h for h, _ in pairs]), _join(
                    ast.And(), [f for _, f in pairs]
                )
            case Ref(rule):
                name = self.rules[rule]
                return _is(name, True), _is(name, False)
            case Is(fact):
                name = self.fact(fact)
                return _is(name, True), _is(name, False)
            case Known(fact):
                name = self.fact(fact)
                return _compare(_name(name), ast.IsNot(), _constant(None)), _is(name, None)
            case In(fact, values):
                return self._member(self.fact(fact), _constant(cast(AnyValue, values)), inside=True)
            case Has(fact, value):
                return self._member(self.fact(fact), _constant(value), inside=False)
            case Compare(fact, op, value):
                name = self.fact(fact, numeric=True)
                return self._ordered(name, op, value), self._ordered(name, _NEGATED[op], value)

    def _ordered(self, name: str, op: str, value: float) -> ast.expr:
        """A comparison that an unknown number never satisfies: NaN satisfies none but "!=", which
        needs a guard."""
        compared = _compare(_name(name), _OPS[op](), _constant(value))
        known = _compare(_name(name), ast.Eq(), _name(name))
        return _join(ast.And(), [known, compared]) if op == "!=" else compared

    def _member(self, name: str, constant: ast.expr, *, inside: bool) -> tuple[ast.expr, ast.expr]:
        known = _compare(_name(name), ast.IsNot(), _constant(None))
        left, right = (_name(name), constant) if inside else (constant, _name(name))
        holds = _compare(left, ast.In(), right)
        fails = _join(ast.And(), [known, _compare(left, ast.NotIn(), right)])
        return (holds if inside else _join(ast.And(), [known, holds])), fails

    def fact(self, fact: str, *, numeric: bool = False) -> str:
        """The local variable that holds a fact."""
        if numeric:
            self._numeric.add(fact)
        return self.facts.setdefault(fact, f"f{len(self.facts)}")

    def load(self, fact: str) -> ast.expr:
        """Reads a fact: None, or NaN for a number, where it is unknown."""
        arguments: list[ast.expr] = [_constant(fact)]
        if fact in self._numeric:
            arguments.append(_name("NAN"))
        return _at(ast.Call(_name("get"), arguments, []))


def _at(node: Node) -> Node:
    """The node at some place in a text: the compiler asks for one, and setting it here is quicker
    than searching for gaps."""
    node.lineno = node.end_lineno = 1
    node.col_offset = node.end_col_offset = 0
    return node


def _constant(value: AnyValue) -> ast.expr:
    return _at(ast.Constant(value))


def _choice(test: ast.expr, then: ast.expr, otherwise: ast.expr) -> ast.expr:
    return _at(ast.IfExp(test, then, otherwise))


def _name(id: str) -> ast.expr:
    return _at(ast.Name(id, ast.Load()))


def _assign(name: str, value: ast.expr) -> ast.stmt:
    return _at(ast.Assign([_at(ast.Name(name, ast.Store()))], value))


def _compare(left: ast.expr, op: ast.cmpop, right: ast.expr) -> ast.expr:
    return _at(ast.Compare(left, [op], [right]))


def _is(name: str, value: bool | None) -> ast.expr:
    return _compare(_name(name), ast.Is(), _constant(value))


def _join(op: ast.boolop, parts: list[ast.expr]) -> ast.expr:
    if not parts:
        return _constant(isinstance(op, ast.And))
    return parts[0] if len(parts) == 1 else _at(ast.BoolOp(op, parts))
