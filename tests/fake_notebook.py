"""A stand-in for a running IPython: keeps the formatters that are registered, and displays the last
line of a cell."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest


class FakePrinter:
    """Takes up the plain text of an object."""

    def __init__(self) -> None:
        self.said = ""

    def text(self, text: str) -> None:
        self.said += text


class FakeFormatter:
    """The formatter of one kind of output; looked up by class as IPython does."""

    def __init__(self) -> None:
        self.by_type: dict[type, Callable[..., Any]] = {}

    def for_type(self, kind: type, function: Callable[..., Any]) -> None:
        self.by_type[kind] = function

    def of(self, shown: object) -> Callable[..., Any] | None:
        return next(
            (self.by_type[kind] for kind in type(shown).__mro__ if kind in self.by_type), None
        )


class FakeNotebook:
    """A shell with formatters; `shown` is what the cells have displayed, as HTML."""

    def __init__(self) -> None:
        self.html, self.plain = FakeFormatter(), FakeFormatter()
        self.display_formatter = SimpleNamespace(
            formatters={"text/html": self.html, "text/plain": self.plain}
        )
        self.shown: list[str] = []

    @property
    def module(self) -> SimpleNamespace:
        """What stands in for the module `IPython`."""
        return SimpleNamespace(get_ipython=lambda: self)

    def run(self, source: str, name: str, names: dict[str, Any]) -> None:
        """Runs a cell; an object on its last line is displayed."""
        tree = ast.parse(source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), names)  # noqa: S102
        if isinstance(last, ast.Expr):
            self.display(eval(compile(ast.Expression(last.value), name, "eval"), names))  # noqa: S307

    def display(self, shown: object) -> None:
        html = self.html.of(shown)
        if html:
            self.shown.append(html(shown))

    def text(self, shown: object) -> str:
        """The plain text of an object."""
        printer, plain = FakePrinter(), self.plain.of(shown)
        assert plain is not None
        plain(shown, printer, False)
        return printer.said


def start(patch: pytest.MonkeyPatch) -> FakeNotebook:
    """From now on a notebook runs."""
    notebook = FakeNotebook()
    patch.setitem(sys.modules, "IPython", notebook.module)
    return notebook
