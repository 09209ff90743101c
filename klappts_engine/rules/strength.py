"""How firm an answer is: one ordinal scale from a claim to an open question, read from data."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Literal

from klappts_engine.errors import DataError, Mistake
from klappts_engine.translations import Translations
from klappts_engine.validation import Data, Text, TextPlace, validate
from klappts_engine.yamlfile import read

FILE = "basics/strengths.yaml"
Kind = Literal["right", "duty", "act", "term"]
"""What a rule speaks of: what a person can have, must do, or does without asking anybody; or what
a word of the law means."""


class Grade(Data):
    """One step of the scale: its title and the legal words that stand on it."""

    title: Text
    words: tuple[str, ...]


class Scale(Data):
    """The grades of rights, strongest first; the policies as cuts of the scale.

    `duties`, `acts` and `silent` are words that stand on no grade and weaken nothing, each with its
    title.
    """

    grades: dict[str, Grade]
    duties: dict[str, Text] = {}
    acts: dict[str, Text] = {}
    silent: dict[str, Text]
    policies: dict[str, str]

    @cached_property
    def words(self) -> dict[str, Kind]:
        """Every word a rule may use for its strength, with the kind of what it says."""
        return {
            **{word: "right" for grade in self.grades.values() for word in grade.words},
            **dict.fromkeys(self.duties, "duty"),
            **dict.fromkeys(self.acts, "act"),
            **dict.fromkeys(self.silent, "term"),
        }

    def title(self, word: str | None) -> Text | None:
        """What a word is called: the title of its grade, else its own; None for no word."""
        level = self.level(word)
        if level is not None:
            return self.grades[self.grade(level)].title
        return {**self.silent, **self.acts, **self.duties}[word] if word else None

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
