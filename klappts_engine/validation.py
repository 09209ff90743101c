"""Turns a failed validation into mistakes with file, line and id, and without any value."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

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
    "float_parsing": "expected.number",
    "int_parsing": "expected.number",
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


MOST = 50
"""Mistakes that are told one by one; what goes beyond is counted."""
FIRST_YEAR, LAST_YEAR = 1900, 2199
LARGEST = 1200
"""Months, or years, beyond any human reach."""
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def _a_day(value: object) -> object:
    """Refuses numbers, times of day, numeric text and years beyond human reach."""
    if isinstance(value, str) and _ISO.match(value) and FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
        return value
    if (
        isinstance(value, dt.date)
        and not isinstance(value, dt.datetime)
        and FIRST_YEAR <= value.year <= LAST_YEAR
    ):
        return value
    raise ValueError("expected.date")


def _a_number(value: object) -> object:
    """Refuses truth values, text, what is not finite, and what no duration or count of a person can
    be."""
    if (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and -LARGEST <= value <= LARGEST
    ):
        return value
    raise ValueError("expected.number")


def within(low: float, high: float) -> AfterValidator:
    """Keeps a number between `low` and `high`, both included."""

    def check(value: float) -> float:
        if not low <= value <= high:
            raise PydanticCustomError("range", "range", {"low": low, "high": high})
        return value

    return AfterValidator(check)


Day = Annotated[dt.date, BeforeValidator(_a_day)]
Number = Annotated[int | float, BeforeValidator(_a_number)]
Months = Annotated[int, within(0, LARGEST)]
MonthNumber = Annotated[int, within(1, 12)]
Count = Annotated[int, within(0, 100_000)]


class Data(BaseModel):
    """Base of every model read from a data file: immutable, unknown fields refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, arbitrary_types_allowed=True
    )


class Text(Data):
    """A text in the languages the package speaks; `einfach` is plain German, and may be missing."""

    de: str
    en: str
    einfach: str | None = None

    def in_(self, lang: str) -> str:
        """The text in `lang`; German where it is missing."""
        return str(getattr(self, lang, None) or self.de)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, for "did you mean"."""
    match = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return match[0] if match else None


def validate(
    model: type[Model],
    data: object,
    *,
    file: str | None = None,
    id: str | None = None,
    known: Iterable[str] = (),
) -> tuple[Model | None, list[Mistake]]:
    """The validated model, or None and every mistake in `data`. No mistake ever shows a value that
    was given."""
    try:
        return model.model_validate(data), []
    except ValidationError as problem:
        errors = _without_echoes(problem.errors(include_url=False, include_input=False))
        names = list(known) or list(model.model_fields)
        found = [_mistake(error, data, file, id, names) for error in errors[:MOST]]
        return None, found + (
            [Mistake("more", {"number": len(errors) - MOST}, file, None, id)]
            if len(errors) > MOST
            else []
        )


def _without_echoes(errors: Sequence[Any]) -> list[Any]:
    """The errors without those of lists that count as too short only because of errors in their
    items."""
    places = [error["loc"] for error in errors]

    def echo(error: Any) -> bool:
        loc = error["loc"]
        return error["type"] == "too_short" and any(
            len(place) > len(loc) and place[: len(loc)] == loc for place in places
        )

    return [error for error in errors if not echo(error)]


def _mistake(
    error: Any, data: object, file: str | None, id: str | None, known: list[str]
) -> Mistake:
    loc = [
        step
        for step in error["loc"]
        if not (isinstance(step, str) and step.startswith(("function-", "literal", "tagged")))
    ]
    field = ".".join(str(step) for step in loc)
    line = line_of(data, loc)
    if error["type"] == "extra_forbidden":
        leaf = str(loc[-1])
        if not _NAME.match(leaf):
            return Mistake("field_unnameable", {}, file, line, id)
        guess = nearest(leaf, known) if len(loc) == 1 else None
        return Mistake("field_unknown", {"field": field, "guess": guess}, file, line, id)
    if error["type"] == "missing":
        return Mistake("field_missing", {"field": field}, file, line, id)
    if error["type"] in ("literal_error", "enum"):
        allowed = [part.strip("'") for part in re.split(r", | or ", str(error["ctx"]["expected"]))]
        shown = ", ".join(allowed[:12]) + (f" … ({len(allowed)})" if len(allowed) > 12 else "")
        return Mistake("field_value", {"field": field, "allowed": shown}, file, line, id)
    if error["type"] == "range":
        low, high = error["ctx"]["low"], error["ctx"]["high"]
        params = {"field": field, "low": low, "high": high}
        return Mistake("expected.range", params, file, line, id)
    if error["type"] == "too_long":
        most = error["ctx"]["max_length"]
        return Mistake("expected.shorter", {"field": field, "most": most}, file, line, id)
    if error["type"] == "value_error":
        return Mistake(str(error["ctx"]["error"]), {"field": field}, file, line, id)
    return Mistake(_EXPECTED.get(error["type"], "expected.other"), {"field": field}, file, line, id)
