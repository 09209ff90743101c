"""How firm an answer is: one ordinal scale from a claim to an open question, read from data."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from klappts_engine.errors import DataError, Mistake
from klappts_engine.translations import Translations
from klappts_engine.validation import Data, Text, TextPlace, validate
from klappts_engine.yamlfile import read

FILE = "basics/strengths.yaml"


class Grade(Data):
    """One step of the scale: its title and the legal words that stand on it."""

    title: Text
    words: tuple[str, ...]


class Scale(Data):
    """The grades, strongest first; words that carry no grade of their own; the policies as cuts of
    the scale."""

    grades: dict[str, Grade]
    silent: dict[str, Text]
    policies: dict[str, str]

    @property
    def words(self) -> set[str]:
        """Every word a rule may use for its strength."""
        return {word for grade in self.grades.values() for word in grade.words} | set(self.silent)

    def level(self, word: str | None) -> int | None:
        """The place of a word on the scale, 0 the strongest; None for a word that carries no
        grade."""
        return self._levels.get(word)

    @cached_property
    def _levels(self) -> dict[str | None, int]:
        return {
            word: index for index, grade in enumerate(self.grades.values()) for word in grade.words
        }

    @cached_property
    def graded(self) -> tuple[str, ...]:
        """The words that carry a grade, the strongest first; within a grade by the alphabet."""
        levels = self._levels
        return tuple(str(word) for word in sorted(levels, key=lambda word: (levels[word], word)))

    @cached_property
    def ranks(self) -> dict[str, int]:
        """The place of each of these words among them."""
        return {word: rank for rank, word in enumerate(self.graded)}

    def grade(self, level: int) -> str:
        """The id of the grade at `level`."""
        return list(self.grades)[level]

    def place(self, grade: str) -> int:
        """The level of the grade with this id."""
        return list(self.grades).index(grade)

    def cut(self, policy: str) -> int:
        """The weakest level that a policy still accepts."""
        return self.place(self.policies[policy])

    def accepts(self, policy: str, level: int) -> bool:
        """Whether a policy accepts a level; the weakest policy accepts what nobody knows, too."""
        return level <= self.cut(policy) or self.cut(policy) == len(self.grades) - 1

    def weakest(self, words: Iterable[str | None]) -> str | None:
        """The weakest of the words that carry a grade; None if none does."""
        graded = [(level, word) for word in words if (level := self.level(word)) is not None]
        return max(graded)[1] if graded else None

    def strongest(self, words: Iterable[str | None]) -> str | None:
        """The strongest of the words; one without a grade weakens nothing, so it gives None."""
        levels = [(self.level(word), word) for word in words]
        if not levels or any(level is None for level, _ in levels):
            return None
        return min((level, word) for level, word in levels if level is not None)[1]


def load_scale(folder: Path, translations: Translations) -> tuple[Scale | None, list[Mistake]]:
    """The scale of the rulebook in `folder`, and every mistake found in its file."""
    place = TextPlace(translations, ("strengths",))
    try:
        return validate(Scale, read(folder / FILE, FILE), file=FILE, place=place)
    except DataError as problem:
        return None, list(problem.mistakes)
