"""What is known of one person: a flat, immutable case, read and written without leaking a value."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    create_model,
)

from klappts_engine.errors import CaseError, Mistake
from klappts_engine.facts.calendar import ONE_DAY
from klappts_engine.facts.derive import StayPeriod
from klappts_engine.facts.vocabulary import Vocabulary
from klappts_engine.validation import Day, Number, validate
from klappts_engine.yamlfile import read

MOST_COUNTRIES, MOST_PERIODS, MOST_ASSUMPTIONS = 20, 200, 20
"""What one case tells at most, so that every answer stays bounded work."""


class Case(BaseModel):
    """The told facts of one person on no particular day; a fact that is not named, or null, is
    unknown.

    Concrete classes are made from a vocabulary by `case_class`, with one field per fact.
    `assumptions` names the assumption sets the case builds on. `as_of` is the day for which
    durations told as numbers hold; without it they hold on the day that is asked for. Fields that
    the vocabulary does not know are refused (`CaseError`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    assumptions: tuple[str, ...] = Field((), max_length=MOST_ASSUMPTIONS)
    as_of: Day | None = None

    def __init__(self, **facts: Any) -> None:
        checked, mistakes = validate(plain(type(self)), facts)
        if checked is None:
            raise CaseError(mistakes) from None
        super().__init__(**facts)
        mistakes = list(_history_mistakes(getattr(self, "stay_history", None), None, None))
        if mistakes:
            raise CaseError(mistakes)

    @property
    def told(self) -> dict[str, Any]:
        """The facts that are known because the case tells them."""
        return {
            name: value
            for name in self.model_fields_set - _META
            if (value := getattr(self, name)) is not None
        }

    def __repr__(self) -> str:
        """Says how many facts are told, never which values."""
        return f"Case({len(self.told)} facts)"

    __str__ = __repr__


_META = {"assumptions", "as_of"}
_PLAIN: dict[type[Case], type[BaseModel]] = {}


def plain(model: type[Case]) -> type[BaseModel]:
    """The same fields without `Case.__init__`, used to collect all mistakes."""
    if model not in _PLAIN:
        fields: dict[str, Any] = {
            name: (info.annotation, info) for name, info in model.model_fields.items()
        }
        _PLAIN[model] = create_model("Fields", __config__=Case.model_config, **fields)
    return _PLAIN[model]


def case_class(vocabulary: Vocabulary) -> type[Case]:
    """The class of cases that tell facts of `vocabulary`."""
    fields: dict[str, Any] = {}
    for id, fact in vocabulary.facts.items():
        field = Field(default=None, description=fact.meaning.en)
        fields[id] = (_annotation(fact.type, vocabulary.values_of(id)) | None, field)
    return cast(
        type[Case],
        create_model("Case", __base__=Case, __module__=__name__, __doc__=Case.__doc__, **fields),
    )


def _annotation(kind: str, values: tuple[str, ...]) -> Any:
    choice: Any = Literal[values] if values else str
    return {
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


def read_case(path: Path, model: type[Case]) -> Case:
    """The case in the YAML or JSON file at `path`. Raises CaseError with every mistake, its line
    and the way out."""
    document = read(path, path.name, CaseError)
    checked, mistakes = validate(plain(model), document, file=path.name)
    history = document.get("stay_history")
    if checked is not None:
        mistakes.extend(
            _history_mistakes(
                getattr(checked, "stay_history", None), path.name, getattr(history, "line", None)
            )
        )
    if mistakes:
        raise CaseError(mistakes)
    return model(**document)


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


def _history_mistakes(
    periods: Iterable[StayPeriod] | None, file: str | None, line: int | None
) -> Iterable[Mistake]:
    """Overlaps and reversed periods of a stay history. A gap is no mistake: it makes counts
    unknown."""
    before: StayPeriod | None = None
    for period in periods or ():
        if period.to is not None and period.to < period.from_:
            yield Mistake("stay_reversed", {}, file, line, "stay_history")
        if before is not None and (before.to is None or period.from_ < before.to + ONE_DAY):
            yield Mistake("stay_overlap", {}, file, line, "stay_history")
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
