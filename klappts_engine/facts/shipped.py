"""The class of cases of the shipped vocabulary."""

from __future__ import annotations

from functools import cache

from klappts_engine.errors import DataError
from klappts_engine.facts.case import Case, case_class
from klappts_engine.facts.vocabulary import load_vocabulary
from klappts_engine.folders import data_folder


@cache
def shipped_case() -> type[Case]:
    """The class, made once. Raises DataError if the shipped vocabulary is damaged."""
    vocabulary, mistakes = load_vocabulary(data_folder("rules"))
    if mistakes:
        raise DataError(mistakes)
    return case_class(vocabulary)
