"""What is known of one person: a flat, immutable case, read and written without leaking a value."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, ClassVar, Literal, Self, cast
from weakref import WeakValueDictionary

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    StrictBool,
    StringConstraints,
    ValidationError,
    create_model,
    model_validator,
)

from klappts_engine.errors import CaseError, Mistake
from klappts_engine.facts.calendar import ONE_DAY
from klappts_engine.facts.derive import StayPeriod
from klappts_engine.facts.vocabulary import Fact, Vocabulary
from klappts_engine.intake import scalar
from klappts_engine.validation import Data, Day, Number, Place, located, refusal, validate
from klappts_engine.yamlfile import read

Kinds = tuple[tuple[str, str, tuple[str, ...]], ...]
"""Id, type and values of every fact: what the class of its cases is made of."""
MOST_COUNTRIES, MOST_PERIODS, MOST_ASSUMPTIONS = 20, 200, 20
"""What one case tells at most, so that every answer stays bounded work."""


class Case(Data):
    """The told facts of one person on no particular day; a fact that is not named, or null, is
    unknown.

    Concrete classes are made from a vocabulary by `case_class`, with one field per fact.
    `assumptions` names the assumption sets the case builds on. `as_of` is the day for which
    durations told as numbers hold; without it they hold on the day that is asked for. Fields that
    the vocabulary does not know are refused (`CaseError`).
    """

    _kinds: ClassVar[Kinds] = ()

    assumptions: tuple[str, ...] = Field((), max_length=MOST_ASSUMPTIONS)
    as_of: Day | None = None

    def __init__(self, /, **facts: Any) -> None:
        found: Iterable[Mistake] = ()
        try:
            super().__init__(**facts)
        except ValidationError as problem:
            found = [one for _, one in located(problem)]
        if found:  # outside, so that nothing stays behind the exception
            raise CaseError(found)

    # A model around a case validates it without this method, and gets a ValidationError.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_words(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Takes missing values as unknown, and says what is wrong without a value that was
        given."""
        if isinstance(data, Mapping):
            data = {name: scalar(value) for name, value in data.items()}
        found: list[tuple[Place, Mistake]]
        try:
            made = handler(data)
            found = [(("stay_history",), one) for one in _history_mistakes(made)]
        except ValidationError as problem:
            found = located(problem, known=list(cls.model_fields))
        if found:
            raise refusal("Case", found)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """A case carries the kinds of its facts, so that another process can make its class."""
        return rebuilt, (self._kinds, {id: getattr(self, id) for id in self.model_fields_set})

    @property
    def told(self) -> dict[str, Any]:
        """The facts that are known because the case tells them."""
        fields = self.__dict__
        return {
            name: value
            for name in self.model_fields_set - META
            if (value := fields[name]) is not None
        }

    def with_facts(self, facts: Mapping[str, Any], as_of: dt.date | None) -> Self:
        """The same case with these facts on top, which were checked before: as quick as a copy."""
        case = type(self).__new__(type(self))
        fields = {**self.__dict__, **facts, "as_of": as_of}
        object.__setattr__(case, "__dict__", fields)
        told = {*self.model_fields_set, *facts, *META}
        object.__setattr__(case, "__pydantic_fields_set__", told)
        object.__setattr__(case, "__pydantic_extra__", None)
        object.__setattr__(case, "__pydantic_private__", None)
        return case

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Nothing: what prints models prettily (rich, devtools) asks here for values."""
        return ()

    def __repr__(self) -> str:
        """Says how many facts are told, never which values."""
        return f"Case({len(self.told)} facts)"

    __str__ = __repr__


META = frozenset({"assumptions", "as_of"})
"""The fields of a case that are no facts."""
_CLASSES: WeakValueDictionary[Kinds, type[Case]] = WeakValueDictionary()
_ONE_AT_A_TIME = Lock()


def case_class(vocabulary: Vocabulary) -> type[Case]:
    """The class of cases that tell facts of `vocabulary`: the same one for equal vocabularies."""
    kinds = ((id, one.type, vocabulary.values_of(id)) for id, one in vocabulary.facts.items())
    return _class_of(tuple(kinds), vocabulary.facts)


def rebuilt(kinds: Kinds, facts: Mapping[str, Any]) -> Case:
    """A case from the kinds of its facts and what it tells, as it comes from another process."""
    return _class_of(kinds, {})(**facts)


def _class_of(kinds: Kinds, facts: Mapping[str, Fact]) -> type[Case]:
    with _ONE_AT_A_TIME:
        made = _CLASSES.get(kinds)
        if made is None:
            fields: dict[str, Any] = {
                id: (
                    _annotation(kind, values),
                    Field(default=None, json_schema_extra=_described(facts.get(id))),
                )
                for id, kind, values in kinds
            }
            made = cast(
                type[Case],
                create_model(
                    "Case", __base__=Case, __module__=__name__, __doc__=Case.__doc__, **fields
                ),
            )
            made._kinds = kinds
            _CLASSES[kinds] = made
        return made


def _described(fact: Fact | None) -> Callable[[dict[str, Any]], None]:
    """Writes the English meaning of a fact into a schema; it is read only then."""
    return lambda schema: schema.update(description=fact.meaning.en) if fact else None


@cache
def _annotation(kind: str, values: tuple[str, ...]) -> Any:
    """The type of a fact of a kind that may be unknown."""
    choice: Any = Literal[values] if values else str
    known: Any = {
        "bool": StrictBool,
        "number": Number,
        "date": Day,
        "enum": choice,
        "status": choice,
        "set": Annotated[frozenset[choice], Field(max_length=200)],
        "id": Annotated[
            str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$", max_length=60)
        ],
        "countries": Annotated[
            tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")], ...],
            Field(max_length=MOST_COUNTRIES),
        ],
        "stay": Annotated[tuple[StayPeriod, ...], Field(max_length=MOST_PERIODS)],
    }[kind]
    return known | None


def read_case(path: Path, model: type[Case]) -> Case:
    """The case in the YAML or JSON file at `path`. Raises CaseError with every mistake, its line
    and the way out."""
    case, mistakes = validate(model, read(path, path.name, CaseError), file=path.name)
    if case is None:
        raise CaseError(mistakes)
    return case


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner can read (mode 0600), whole or not at all. Raises
    CaseError."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".klappts-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(temporary, 0o600)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except (OSError, ValueError):  # a null character in the name, or what no text file can hold
        raise CaseError(Mistake("file_unwritable", {}, path.name)) from None


def _history_mistakes(case: Case) -> Iterable[Mistake]:
    """Overlaps and reversed periods of a stay history. A gap is no mistake: it makes counts
    unknown."""
    before: StayPeriod | None = None
    for period in getattr(case, "stay_history", None) or ():
        if period.to is not None and period.to < period.from_:
            yield Mistake("stay_reversed")
        if before is not None and (before.to is None or period.from_ < before.to + ONE_DAY):
            yield Mistake("stay_overlap")
        before = period


def blank_case(
    vocabulary: Vocabulary,
    lang: str,
    assumed: Mapping[str, Any] | None = None,
    name: str | None = None,
) -> str:
    """An annotated case file with every fact that can be told, all commented out.

    Facts in `assumed` show the value that the assumption set `name` gives them where they stay
    untold.
    """
    lines = [f"assumptions: [{name or ''}]", ""]
    for id, fact in vocabulary.facts.items():
        if fact.derive is not None:
            continue
        ask = (fact.question or fact.meaning).in_(lang)
        choices = (
            ", ".join(vocabulary.values_of(id))
            if fact.type in ("enum", "set", "status")
            else _HINTS[fact.type]
        )
        lines.append(f"# {ask} [{choices}]")
        given = (assumed or {}).get(id)
        lines.append(f"# {id}: {_spell(given)}" if given is not None else f"# {id}:")
    return "\n".join(lines) + "\n"


_HINTS = {
    "bool": "true, false",
    "number": "0, 1.5, ...",
    "date": "2026-11-22",
    "countries": "[SYR]",
    "id": "voc.dual_3y",
    "stay": "[{from: 2024-05-01, kind: gestattet}]",
}


def _spell(value: object) -> str:
    """A value as it stands in a file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        "[" + ", ".join(str(item) for item in value) + "]"
        if isinstance(value, (list, tuple, frozenset))
        else str(value)
    )
