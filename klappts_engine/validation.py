"""Turns a failed validation into mistakes with file, line and id, and without any value."""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WithJsonSchema
from pydantic_core import InitErrorDetails, PydanticCustomError

from klappts_engine import texts
from klappts_engine.errors import Mistake
from klappts_engine.intake import day_of, reachable, scalar
from klappts_engine.yamlfile import line_of

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[str | int, ...]
"""Where in the data: keys and numbers, from the outside in."""

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


OWN = "klappts."
"""What the types of errors begin with that carry a mistake of ours in their context."""
MOST = 50
"""Mistakes that are told one by one; what goes beyond is counted."""
LARGEST = 1200
"""What no duration in months, age or weekly hours of a person exceeds."""


def _a_day(value: object) -> dt.date:
    """Refuses numbers, times of day, numeric text and years beyond human reach."""
    day = day_of(value)
    if day is None or not reachable(day):
        raise ValueError("expected.date")
    return day


def _a_number(value: object) -> object:
    """Refuses truth values, text, what is not finite, and what no duration or count of a person can
    be."""
    number = scalar(value)
    if (
        isinstance(number, (int, float))
        and not isinstance(number, bool)
        and math.isfinite(number)
        and abs(number) <= LARGEST
    ):
        return number
    raise ValueError("expected.number")


Day = Annotated[dt.date, BeforeValidator(_a_day)]
Number = Annotated[
    int | float,
    BeforeValidator(_a_number),
    WithJsonSchema({"type": "number", "minimum": -LARGEST, "maximum": LARGEST}),
]


class Data(BaseModel):
    """Base of every model of cases, data files and answers: immutable, unknown fields refused, and
    read back from what it writes."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
        serialize_by_alias=True,
        validate_by_alias=True,
        validate_by_name=True,
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
        return model.model_validate(data, by_alias=True, by_name=False), []
    except ValidationError as problem:
        names = list(known) or list(model.model_fields)
        return None, [one for _, one in located(problem, data, file, id, names)]


def located(
    problem: ValidationError,
    data: object = None,
    file: str | None = None,
    id: str | None = None,
    known: Sequence[str] = (),
) -> list[tuple[Place, Mistake]]:
    """The mistakes behind a failed validation, each with its place in `data`; none shows a value.
    What goes beyond `MOST` is counted. `known` are the names that an unknown field may mean."""
    errors = _without_echoes(problem.errors(include_url=False, include_input=False))
    found = [
        (named(error["loc"]), mistake_of(error, data, file, id, known)) for error in errors[:MOST]
    ]
    if len(errors) > MOST:
        found.append(((), Mistake("more", {"number": len(errors) - MOST}, file, None, id)))
    return found


def refusal(title: str, found: Iterable[tuple[Place, Mistake]]) -> ValidationError:
    """Mistakes as pydantic hands them on, with our sentences in German and without any value, so
    that a model around this one can hand them on as well."""
    details = [
        InitErrorDetails(
            type=PydanticCustomError(
                cast(Any, OWN + one.code), cast(Any, one.text()), dict(one.params)
            ),
            loc=place,
            input=None,
        )
        for place, one in found
    ]
    return ValidationError.from_exception_data(title, details, hide_input=True)


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


def named(loc: Place) -> Place:
    """A place without keys that are no names: they are what was given, and may say anything."""
    return tuple(step for step in loc if isinstance(step, int) or _NAME.match(step))


def mistake_of(
    error: Any,
    data: object = None,
    file: str | None = None,
    id: str | None = None,
    known: Sequence[str] = (),
) -> Mistake:
    """The mistake behind one error as pydantic lists them, ours or that of another model."""
    loc = tuple(
        step
        for step in error["loc"]
        if not (isinstance(step, str) and step.startswith(("function-", "literal", "tagged")))
    )
    field = ".".join(str(step) for step in named(loc))
    line = line_of(data, loc)
    if error["type"].startswith(OWN):
        return Mistake(error["type"].removeprefix(OWN), error.get("ctx", {}), file, line, id)
    if error["type"] == "extra_forbidden":
        leaf = str(loc[-1])
        if not _NAME.match(leaf):
            return Mistake("field_unnameable", {}, file, line, id)
        guess = nearest(leaf, known) if len(loc) == 1 else None
        return Mistake("field_unknown", {"field": field, "guess": guess}, file, line, id)
    if not loc and _EXPECTED.get(error["type"]) == "expected.mapping":
        return Mistake("not_a_mapping", {}, file, line, id)
    if error["type"] == "missing":
        return Mistake("field_missing", {"field": field}, file, line, id)
    if error["type"] in ("literal_error", "enum"):
        allowed = [part.strip("'") for part in re.split(r", | or ", str(error["ctx"]["expected"]))]
        shown = ", ".join(allowed[:12]) + (f" … ({len(allowed)})" if len(allowed) > 12 else "")
        return Mistake("field_value", {"field": field, "allowed": shown}, file, line, id)
    if error["type"] == "value_error":
        code = str(error["ctx"]["error"])
        ours = f"mistake.{code}" in texts.catalogue("de")
        return Mistake(code if ours else "expected.other", {"field": field}, file, line, id)
    return Mistake(_EXPECTED.get(error["type"], "expected.other"), {"field": field}, file, line, id)
