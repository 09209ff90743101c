"""Base of all data models, their texts, and mistakes in place of failed validations."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Annotated, Any, NamedTuple, TypeVar, cast, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import (
    InitErrorDetails,
    PydanticCustomError,
    PydanticKnownError,
    core_schema,
)

from klappts_engine import texts
from klappts_engine.errors import Mistake
from klappts_engine.intake import day_of, reachable, scalar
from klappts_engine.translations import Key, Translations
from klappts_engine.yamlfile import line_of

Model = TypeVar("Model")
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
        and -LARGEST <= number <= LARGEST
    ):
        return number
    raise ValueError("expected.number")


def within(low: float, high: float) -> AfterValidator:
    """Keeps a number between `low` and `high`, both included."""

    def check(value: float) -> float:
        if not low <= value <= high:
            raise PydanticCustomError("range", "range", {"low": low, "high": high})
        return value

    return AfterValidator(check)


Day = Annotated[dt.date, BeforeValidator(_a_day)]
Number = Annotated[
    int | float,
    BeforeValidator(_a_number),
    WithJsonSchema({"type": "number", "minimum": -LARGEST, "maximum": LARGEST}),
]
Months = Annotated[int, within(0, LARGEST)]
MonthNumber = Annotated[int, within(1, 12)]
Count = Annotated[int, within(0, 100_000)]


class Data(BaseModel):
    """Base of every model of cases, data files and answers: immutable, unknown fields refused, and
    read back from what it writes."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        defer_build=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
        serialize_by_alias=True,
        validate_by_alias=True,
        validate_by_name=True,
        json_schema_serialization_defaults_required=True,
    )


_ALWAYS = ("de", "en")
"""Languages that a text written with its languages beside it always has."""


class Text:
    """A text in the languages the package speaks; `einfach` is plain German, and may be missing."""

    # The German stands in the data file. Other languages stand beside it ({de:, en:}), or in the
    # files of their language, where they are looked up when they are asked for.
    __slots__ = ("_beside", "_key", "_source", "de")
    de: str
    _beside: dict[str, str]
    _source: Translations | None
    _key: Key

    def __init__(self, de: str, **beside: str | None) -> None:
        put = object.__setattr__
        put(self, "de", de)
        put(self, "_beside", {lang: words for lang, words in beside.items() if words})
        put(self, "_source", None)
        put(self, "_key", ())

    def in_(self, lang: str) -> str:
        """The text in `lang`; German where it is missing."""
        return self.de if lang == "de" else self._find(lang) or self.de

    @property
    def en(self) -> str:
        """The text in English; German where it is missing."""
        return self.in_("en")

    @property
    def einfach(self) -> str | None:
        """The text in plain German, if there is one."""
        return self._find("einfach")

    @property
    def words(self) -> dict[str, str | None]:
        """The text by language, as results write it: German and English always, others if they
        are there."""
        return {
            lang: self.in_(lang) if lang in _ALWAYS else self._find(lang)
            for lang in texts.LANGUAGES
        }

    def _find(self, lang: str) -> str | None:
        return self._beside.get(lang) or (
            self._source.find(lang, self._key) if self._source else None
        )

    def _stands(self, source: Translations, key: Key) -> None:
        """Says where the other languages are found; only while data are loaded."""
        object.__setattr__(self, "_source", source)
        object.__setattr__(self, "_key", key)
        source.add(key, not self._beside)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(name)

    def __delattr__(self, name: str) -> None:
        raise AttributeError(name)

    def __eq__(self, other: object) -> bool:
        if self is other or not isinstance(other, Text):
            return self is other
        return self.de == other.de and self.words == other.words

    def __hash__(self) -> int:
        return hash(self.de)

    def __repr__(self) -> str:
        return f"Text(de={self.de!r})"

    def __reduce__(self) -> tuple[Callable[[dict[str, str]], Text], tuple[dict[str, str | None]]]:
        return _text, (self.words,)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: object
    ) -> core_schema.CoreSchema:
        """German alone, or a mapping of languages; written as a mapping."""
        text = core_schema.str_schema(strict=True)
        fields = {
            lang: core_schema.typed_dict_field(text, required=True)
            if lang in _ALWAYS
            else core_schema.typed_dict_field(
                core_schema.with_default_schema(core_schema.nullable_schema(text), default=None),
                required=False,
            )
            for lang in texts.LANGUAGES
        }
        return core_schema.no_info_wrap_validator_function(
            _read_text,
            core_schema.typed_dict_schema(fields, extra_behavior="forbid"),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda text: text.words),
            ref=f"{cls.__module__}.{cls.__name__}:0",
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        mapping = handler({**schema, "serialization": None})
        written = handler.mode == "serialization"
        required = list(texts.LANGUAGES if written else _ALWAYS)
        return {**mapping, "required": required, "title": cls.__name__, "description": cls.__doc__}


def _text(words: dict[str, str]) -> Text:
    return Text(**words)


def _read_text(value: object, read: Callable[[object], dict[str, str]]) -> Text:
    if isinstance(value, Text):
        return value
    if isinstance(value, str):
        return Text(value)
    if not isinstance(value, dict):
        raise PydanticKnownError("string_type")
    return Text(**read(value))


class TextPlace(NamedTuple):
    """Where an entry of a data file stands in the files of the languages: section and id."""

    translations: Translations
    key: Key


def place_texts(value: object, place: TextPlace) -> None:
    """Says to every text in an entry where its other languages stand.

    Items of a list are counted; versions, which begin on a day, are named by that day.
    """
    translations, key = place
    if isinstance(value, Text):
        value._stands(translations, key)
    elif isinstance(value, BaseModel):
        for name in _speaking(type(value)):
            place_texts(getattr(value, name), TextPlace(translations, (*key, name)))
    elif isinstance(value, dict):
        for name, item in value.items():
            place_texts(item, TextPlace(translations, (*key, name)))
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            dated = "from_" in getattr(type(item), "model_fields", ())
            named = str(item.from_ or "first") if dated else number
            place_texts(item, TextPlace(translations, (*key, named)))


@cache
def _speaking(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a model that hold texts, directly or deeper."""
    return tuple(
        name for name, field in model.model_fields.items() if _holds_text(field.annotation)
    )


def _holds_text(kind: object) -> bool:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return bool(_speaking(kind))
    return kind is Text or any(map(_holds_text, get_args(kind)))


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
    place: TextPlace | None = None,
) -> tuple[Model | None, list[Mistake]]:
    """The validated model, or None and every mistake in `data`. No mistake ever shows a value that
    was given. `place` is where the other languages of its texts stand."""
    try:
        valid = _read(model, data)
        if place:
            place_texts(valid, place)
        return valid, []
    except ValidationError as problem:
        names = list(known) or list(getattr(model, "model_fields", texts.LANGUAGES))
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


def _read(model: type[Model], data: object) -> Model:
    if issubclass(model, BaseModel):
        return model.model_validate(data, by_alias=True, by_name=False)
    if model not in _ADAPTERS:
        _ADAPTERS[model] = TypeAdapter(model)
    valid: Model = _ADAPTERS[model].validate_python(data)
    return valid


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


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
    if error["type"] == "range":
        low, high = error["ctx"]["low"], error["ctx"]["high"]
        params = {"field": field, "low": low, "high": high}
        return Mistake("expected.range", params, file, line, id)
    if error["type"] == "too_long":
        most = error["ctx"]["max_length"]
        return Mistake("expected.shorter", {"field": field, "most": most}, file, line, id)
    if error["type"] == "value_error":
        code = str(error["ctx"]["error"])
        ours = f"mistake.{code}" in texts.catalogue("de")
        return Mistake(code if ours else "expected.other", {"field": field}, file, line, id)
    return Mistake(_EXPECTED.get(error["type"], "expected.other"), {"field": field}, file, line, id)
