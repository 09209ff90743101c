"""What a rulebook leaves out, read from its file: for the reference pages and the checks."""

from __future__ import annotations

from pathlib import Path

from klappts_engine.errors import DataError
from klappts_engine.translations import Translations
from klappts_engine.validation import Data, Text, TextPlace, validate
from klappts_engine.yamlfile import read

FILE = "basics/not_modelled.yaml"


class LeftOut(Data):
    """One thing the rulebook leaves out, why, and the norms it stands in."""

    what: Text
    why: Text
    norms: tuple[str, ...]


class LeftOutFile(Data):
    """The file of all things left out, by id."""

    not_modelled: dict[str, LeftOut]


def load_left_out(folder: Path, translations: Translations) -> tuple[LeftOut, ...]:
    """What the rulebook in `folder` leaves out; nothing where it has no such file. Raises
    DataError."""
    if not (folder / FILE).exists():
        return ()
    place = TextPlace(translations, ())
    found, mistakes = validate(LeftOutFile, read(folder / FILE, FILE), file=FILE, place=place)
    if found is None:
        raise DataError(mistakes)
    return tuple(found.not_modelled.values())
