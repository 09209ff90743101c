"""Turns a failed pydantic validation into mistakes with file, line and id, and without any input value."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from klappts_engine.errors import Mistake
from klappts_engine.yamlfile import line_of

Model = TypeVar("Model", bound=BaseModel)

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,49}\Z")
_EXPECTED = {
    "bool_type": "expected.bool",
    "bool_parsing": "expected.bool",
    "int_type": "expected.number",
    "int_from_float": "expected.number",
    "float_type": "expected.number",
    "is_instance_of": "expected.other",
    "finite_number": "expected.number",
    "date_type": "expected.date",
    "date_parsing": "expected.date",
    "date_from_datetime_parsing": "expected.date",
    "date_from_datetime_inexact": "expected.date",
    "date_future": "expected.date",
    "string_type": "expected.text",
    "list_type": "expected.list",
    "tuple_type": "expected.list",
    "frozen_set_type": "expected.list",
    "set_type": "expected.list",
    "dict_type": "expected.mapping",
    "model_type": "expected.mapping",
    "model_attributes_type": "expected.mapping",
    "string_pattern_mismatch": "expected.pattern",
}


class Data(BaseModel):
    """Base of every model read from a data file: immutable, unknown fields refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, arbitrary_types_allowed=True)


class Text(Data):
    """A text in the languages the package speaks."""

    de: str
    en: str

    def in_(self, lang: str) -> str:
        """The text in `lang`; German where a language is missing."""
        return str(getattr(self, lang, self.de))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, for "did you mean"."""
    match = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return match[0] if match else None


def validate(
    model: type[Model], data: object, *, file: str | None = None, id: str | None = None, known: Iterable[str] = ()
) -> tuple[Model | None, list[Mistake]]:
    """The validated model, or None and every mistake in `data`. No mistake ever shows a value that was given."""
    try:
        return model.model_validate(data), []
    except ValidationError as problem:
        names = list(known) or list(model.model_fields)
        return None, [_mistake(error, data, file, id, names) for error in problem.errors(include_url=False, include_input=False)]


def _mistake(error: Any, data: object, file: str | None, id: str | None, known: list[str]) -> Mistake:
    loc = [step for step in error["loc"] if not (isinstance(step, str) and step.startswith(("function-", "literal", "tagged")))]
    field = ".".join(str(step) for step in loc)
    line = line_of(data, loc)
    if error["type"] == "extra_forbidden":
        leaf = str(loc[-1])
        if not _NAME.match(leaf):
            return Mistake("field_unnameable", {}, file, line, id)
        guess = nearest(leaf, known) if len(loc) == 1 else None
        return Mistake("field_unknown_near" if guess else "field_unknown", {"field": field, "guess": guess}, file, line, id)
    if error["type"] == "missing":
        return Mistake("field_missing", {"field": field}, file, line, id)
    if error["type"] in ("literal_error", "enum"):
        allowed = [part.strip("'") for part in re.split(r", | or ", str(error["ctx"]["expected"]))]
        shown = ", ".join(allowed[:12]) + (f" … ({len(allowed)})" if len(allowed) > 12 else "")
        return Mistake("field_value", {"field": field, "allowed": shown}, file, line, id)
    if error["type"] == "value_error":
        return Mistake(str(error["ctx"]["error"]), {"field": field}, file, line, id)
    return Mistake(_EXPECTED.get(error["type"], "expected.other"), {"field": field}, file, line, id)
