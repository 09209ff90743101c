"""The shipped data, loaded once for all tests of a process, and a catalogue of another folder under
the shipped law."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from klappts_engine import Engine
from klappts_engine.errors import DataError
from klappts_engine.pathways.catalogue import load_catalogue
from klappts_engine.validation import validate
from klappts_engine.yamlfile import read

Model = TypeVar("Model", bound=BaseModel)


@cache
def shipped() -> Engine:
    """The engine on the shipped data."""
    return Engine.load()


def with_catalogue(folder: Path) -> Engine:
    """The shipped law with the catalogue in `folder`."""
    base = shipped()
    catalogue = load_catalogue(folder, base.catalogue.region.id, base.rulebook, base.case_class)
    return Engine(base.rulebook, catalogue, base.case_class, "function")


def read_model(path: Path, model: type[Model]) -> Model:
    """The file at `path` as a model. Raises DataError with every mistake."""
    found, mistakes = validate(model, read(path), file=path.name)
    if found is None:
        raise DataError(mistakes)
    return found
