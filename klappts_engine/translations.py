"""Texts of a data folder in further languages: one file a language, parsed when first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from klappts_engine.errors import DataError, Mistake
from klappts_engine.yamlfile import Map, Seq, line_of, parse, read_bytes

Key = tuple[str | int, ...]
"""Section, id and field of a text: ("rules", "sgb2.entitled", "title")."""
FOLDER = "texts"
IN_GERMAN = "in_german"
"""The part of a language file that lists the sections and fields that stay German in it."""


class Translations:
    """The files texts/LANGUAGE.yaml of one data folder.

    Their bytes are taken when the folder is loaded, so that what is loaded never changes; they are
    parsed when a text in their language is first asked for. `name` is where they lie below the
    data folder, `ids_at` the place of the id in a key, `mistakes` what is wrong with files that
    cannot be read.
    """

    def __init__(self, folder: Path | None = None, name: str = FOLDER, ids_at: int = 1) -> None:
        self._ids_at = ids_at
        self.mistakes: list[Mistake] = []
        self.elsewhere: frozenset[str] = frozenset()
        """Sections that belong to data which is not loaded, such as other regions."""
        self._files: dict[str, str] = {}
        self._raw: dict[str, bytes] = {}
        self._read: dict[str, Map] = {}
        self.keys: dict[Key, bool] = {}
        """The place of every text that was loaded, and whether its German stands there alone."""
        for path in sorted((folder / FOLDER).glob("*.yaml")) if folder else ():
            file = f"{name}/{path.name}"
            try:
                self._raw[path.stem] = read_bytes(path, file)
                self._files[path.stem] = file
            except DataError as problem:
                self.mistakes.extend(problem.mistakes)

    def add(self, key: Key, alone: bool) -> None:
        """Notes that a text stands in the data at `key`; `alone`: without other languages beside
        it, so that they are asked for here."""
        self.keys[key] = alone

    def find(self, lang: str, key: Key) -> str | None:
        """The text at `key` in `lang`, if it is there. Raises DataError if the file of the language
        is damaged."""
        node: Any = self._document(lang)
        for step in key:
            node = _below(node, step)
        return node if isinstance(node, str) and node else None

    def findings(self) -> Iterator[Mistake]:
        """What is missing in each language, and what is left over. Raises DataError for a damaged
        file."""
        others = {IN_GERMAN, *self.elsewhere}
        for lang, file in self._files.items():
            document = self._document(lang)
            kept = document.get(IN_GERMAN)
            german = set(kept) if isinstance(kept, Seq) else set()
            for key, alone in self.keys.items():
                if alone and german.isdisjoint(key) and self.find(lang, key) is None:
                    yield self._mistake("text_missing", file, document, key)
            for key in _leaves(document):
                if key not in self.keys and key[0] not in others:
                    yield self._mistake("text_left_over", file, document, key)

    def _document(self, lang: str) -> Map:
        if lang not in self._read:
            raw = self._raw.get(lang)
            self._read[lang] = Map(1) if raw is None else parse(raw, self._files[lang])
        return self._read[lang]

    def _mistake(self, code: str, file: str, document: Map, key: Key) -> Mistake:
        parts = [str(step) for step in key]
        id = parts[min(self._ids_at, len(parts) - 1)]
        return Mistake(code, {"field": ".".join(parts)}, file, line_of(document, key), id)


NO_TRANSLATIONS = Translations()
"""Of data that stand in no folder."""


def _below(node: Any, step: str | int) -> Any:
    if isinstance(node, Map):
        return node.get(str(step))
    if isinstance(node, Seq) and isinstance(step, int) and step < len(node):
        return node[step]
    return None


def _leaves(node: Any, key: Key = ()) -> Iterator[Key]:
    """The places of everything in a language file that is neither a mapping nor a list."""
    if isinstance(node, Map):
        for name, below in node.items():
            yield from _leaves(below, (*key, name))
    elif isinstance(node, Seq):
        for number, below in enumerate(node):
            yield from _leaves(below, (*key, number))
    elif node is not None:
        yield key
