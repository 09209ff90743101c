"""Every sentence stands in the message catalogue, in all languages alike, and every one of them is
used."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import klappts_engine
from klappts_engine import texts
from klappts_engine.validation import Text
from tests.shipped import shipped

PACKAGE = Path(klappts_engine.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
TREES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in MODULES
}
CODES = texts.catalogue("de")


def holes(text: str) -> set[str]:
    """The placeholders of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            yield name, node


def constants(node: ast.AST | None) -> list[str]:
    """The texts an argument can be: itself, or both sides of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return constants(node.body) + constants(node.orelse)
    return []


def literals() -> set[str]:
    return {
        text for _, node in nodes() if isinstance(node, ast.Constant) for text in constants(node)
    }


@cache
def heads(module: str | None = None) -> frozenset[str]:
    """The beginnings of codes that a module (default: any) puts together, such as "reason." in
    f"reason.{kind}"."""
    found = {""}
    for name, node in nodes():
        if module in (None, name) and isinstance(node, ast.JoinedStr) and len(node.values) == 2:
            head = "".join(constants(node.values[0]))
            if head.endswith("."):
                found.add(head)
    return frozenset(found)


def beginning(text: str, module: str | None = None, deep: int = 3) -> bool:
    """Whether up to three beginnings one after the other make up a text."""
    if not text:
        return True
    return deep > 0 and any(
        head and text.startswith(head) and beginning(text[len(head) :], module, deep - 1)
        for head in heads(module)
    )


def filled() -> Iterator[tuple[str, str, set[str]]]:
    """Code and parameters of every call that names its code: where, code, names of parameters."""
    for name, node in nodes():
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func).split(".")[-1]
        named = {keyword.arg for keyword in node.keywords if keyword.arg}
        where = f"{name}:{node.lineno}"
        if any(keyword.arg is None for keyword in node.keywords) and called != "Mistake":
            continue
        if called == "Mistake" and node.args:
            given = (
                node.args[1]
                if len(node.args) > 1
                else next((k.value for k in node.keywords if k.arg == "params"), ast.Dict([], []))
            )
            if isinstance(given, ast.Dict):
                keys = {text for key in given.keys for text in constants(key)}
                yield from ((where, f"mistake.{code}", keys) for code in constants(node.args[0]))
        elif called == "ExpressionError" and node.args:
            yield from ((where, f"mistake.{code}", named) for code in constants(node.args[0]))
        elif called == "_at" and len(node.args) > 1:
            yield from ((where, f"mistake.{code}", named) for code in constants(node.args[1]))
        elif called == "_known" and len(node.args) > 3:
            yield from (
                (where, f"mistake.{code}", {"name", "guess", "leaf", "kind"})
                for code in constants(node.args[3])
            )
        elif called == "fail" and node.args:
            yield from ((where, f"mistake.{code}", set[str]()) for code in constants(node.args[0]))
        elif called == "text" and node.args:
            for code in constants(node.args[0]):
                ends = sorted(
                    (
                        one
                        for one in CODES
                        if one.endswith(code) and beginning(one[: -len(code)], name, 2)
                    ),
                    key=len,
                )
                whole = ends[0] if ends else f"show.{code}"
                yield where, whole, named


JOINING = (
    "show.choice",
    "show.condition.or",
    "mistake.near",
    "show.explain.and",
    "show.explain.who",
    "show.explain.knows",
)
"""Texts that stand between or behind others, so that they begin or end with a blank."""


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_all_languages_have_the_same_codes_and_placeholders(lang: str) -> None:
    spoken = texts.catalogue(lang)
    assert list(spoken) == list(CODES)
    for code, text in CODES.items():
        assert holes(text) == holes(spoken[code]), code
        for words in (text, spoken[code]):
            assert words.strip() == words or code in JOINING or words.startswith("  "), code
            assert words.format(**dict.fromkeys(holes(words), "x"))


def test_every_code_that_is_named_exists_and_gets_what_it_asks_for() -> None:
    named = list(filled())
    assert len(named) > 80
    for where, code, given in named:
        assert code in CODES, f"{where}: {code}"
        needed = holes(CODES[code]) - {"near"}  # filled in by the mistake itself
        assert needed <= given, f"{where}: {code} lacks {needed - given}"


def test_the_codes_of_failed_validations_exist_and_ask_for_the_field_alone() -> None:
    from klappts_engine.validation import _EXPECTED

    raised = {
        text
        for _, node in nodes()
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "ValueError" and node.args
        for text in constants(node.args[0])
    }
    for code in {*_EXPECTED.values(), "expected.other", *raised}:
        assert holes(CODES[f"mistake.{code}"]) <= {"field"}, code


def unused() -> set[str]:
    """Codes that no literal of the package, alone or behind a common beginning, can name."""
    ends = literals()
    return {
        code
        for code in CODES
        if not any(code[at:] in ends and beginning(code[:at]) for at in range(len(code)))
    }


def test_no_code_is_left_over() -> None:
    assert unused() == set()


def choices(module: str, name: str) -> tuple[str, ...]:
    """The values of a Literal that a module defines."""
    for node in ast.walk(TREES[module]):
        if (
            isinstance(node, ast.Assign)
            and ast.unparse(node.targets[0]) == name
            and isinstance(node.value, ast.Subscript)
        ):
            assert isinstance(node.value.slice, ast.Tuple)
            return tuple(text for part in node.value.slice.elts for text in constants(part))
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("family", "values"),
    [
        ("show.answer", ("holds", "fails", "unknown")),
        ("show.practice", choices("pathways/region.py", "PracticeState")),
        ("show.reason", (*choices("ways/model.py", "ReasonKind"), "unknown")),
        ("show.row", ("zuerst", "geld", "arbeit", "sprache", "schule", "klaeren", "jetzt")),
    ],
)
def test_every_value_of_a_closed_set_has_its_words(family: str, values: tuple[str, ...]) -> None:
    for value in values:
        assert f"{family}.{value}" in CODES


def shown(text: Text | None, what: str) -> None:
    for words in (text.de, text.en) if text else ():
        assert words.strip() == words, what
        assert words, what
        assert words != "None", what


def test_everything_that_has_a_name_has_it_in_german_and_english() -> None:
    rulebook, catalogue = shipped().rulebook, shipped().catalogue
    for id, rule in rulebook.rules.items():
        for text in (rule.title, rule.note, rule.open_norm, rule.other_reading, rule.sanction):
            shown(text, id)
        assert rule.title.de, id
    for id, fact in rulebook.vocabulary.facts.items():
        for words in (fact.meaning, fact.question, *fact.labels.values()):
            shown(words, id)
        assert fact.meaning.de, id
    for id, status in rulebook.vocabulary.statuses.items():
        shown(status.title, id)
    for id, title in rulebook.vocabulary.set_titles.items():
        shown(title, id)
    for id, step in catalogue.steps.items():
        for words in (step.title, step.short, *step.notes):
            shown(words, id)
    for named in (catalogue.goals, catalogue.benefits, catalogue.practice, catalogue.assumptions):
        for id, entry in named.items():
            shown(entry.title, id)
    for kind, terms in catalogue.terms.items():
        for id, term in terms.items():
            shown(term, f"{kind} {id}")


def test_titles_of_rules_are_translated() -> None:
    for id, rule in shipped().rulebook.rules.items():
        assert rule.title.de != rule.title.en or len(rule.title.de.split()) <= 2, id


def test_every_value_that_is_printed_has_a_label() -> None:
    """Values of the benefit system, of access to work, and those that steps ask to bring about
    first."""
    facts = shipped().rulebook.vocabulary.facts
    printed = {shipped().catalogue.head.facts.system, "work_mode"}
    for step in shipped().catalogue.steps.values():
        printed |= {
            todo.fact for todo in step.todo if not todo.step and not isinstance(todo.value, bool)
        }
    for id in printed:
        assert set(facts[id].values) <= set(facts[id].labels), (
            f"{id}: {set(facts[id].values) - set(facts[id].labels)}"
        )


# No sentence in the code.

HELP = {"metavar"}


def docs_and_syntax(tree: ast.AST) -> set[int]:
    """Docstrings of all kinds, patterns and syntax: none is printed as an answer."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) or (isinstance(node, ast.keyword) and node.arg in HELP):
            found.add(id(node.value))
        elif isinstance(node, ast.Call) and re.match(r"re\.|ast\.parse", ast.unparse(node.func)):
            found |= {id(part) for argument in node.args for part in ast.walk(argument)}
    return found


def sentences(name: str) -> list[str]:
    """The sentences in a module; a comment written into a data file is none."""
    tree = TREES[name]
    kept = docs_and_syntax(tree)
    found = []
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in kept
            and not node.value.startswith("#")
        ):
            words = re.findall(r"[^\W\d_]{2,}", re.sub(r"\{.*?\}", "", node.value))
            if re.search("[äöüÄÖÜß]", node.value) or (
                len(words) >= 3 and " " in node.value.strip()
            ):
                found.append(f"{name}:{node.lineno}: {node.value}")
    return found


# Modules that read German statute texts name the words they look for there.
READERS = {"rules/upkeep/statute.py"}
# Modules that write Python code hold it as text.
WRITERS = {"interop/fact_types.py"}


@pytest.mark.parametrize("name", [name for name in TREES if name not in READERS | WRITERS])
def test_no_sentence_stands_in_the_code(name: str) -> None:
    assert sentences(name) == []
