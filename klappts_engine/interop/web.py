"""What a web service may answer to wrong facts: field and sentence, never a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from klappts_engine.errors import KlapptsError
from klappts_engine.validation import mistake_of, named

Refusal = dict[str, str]
"""`field`: where in the request, with dots between its parts; `message`: what is expected."""


def refusals(errors: Iterable[Mapping[str, Any]], lang: str = "de") -> list[Refusal]:
    """The errors of a pydantic `ValidationError`, or of the `RequestValidationError` of FastAPI,
    in a language of the package. What was given (`input`, `ctx`) is left out, and so are keys that
    are no names."""
    return [
        {
            "field": ".".join(map(str, named(error["loc"]))),
            "message": mistake_of(error).text(lang),
        }
        for error in errors
    ]


def refusals_of(problem: KlapptsError, lang: str = "de") -> list[Refusal]:
    """The mistakes of an exception of this package, which is raised where facts contradict each
    other or a call is wrong."""
    return [
        {"field": str(one.params.get("field", "")), "message": one.text(lang)}
        for one in problem.mistakes
    ]
