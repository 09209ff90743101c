"""Cuts a section into Absatz, Satz, Nummer and Buchstabe, and takes fingerprints.

What it reads: one file a section, plain text or Markdown, each Absatz beginning with its number in
brackets. What it cannot tell apart: a list item that holds sentences of its own; then the next
larger piece that can be cut is taken.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from klappts_engine.rules.citations import Citation
from klappts_engine.yamlfile import read_text

_MARKS = re.compile(r"<sup>[^<]*</sup>|</?[a-z]+>")
_HEAD = re.compile(r"\A(---\n.*?\n---\n|[^\n]*consolidated text[^\n]*\n)", re.S)
_TITLE = re.compile(r"\A\s*#+ §[^\n]*?(?:\n(?=\s*\S)|\n\Z(?<=\(weggefallen\)\n)|(?=\(1\) ))")
_ABSATZ = re.compile(r"(?:\A|\n|(?<=[.;)a-zäöüß] ))\(([0-9]{1,4}[a-z]?)\) ")
_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_NUMMER = re.compile(rf"(?:\A|(?<= ))([0-9]{{1,4}}[a-z]?)\. (?!{_MONTHS})")
_BUCHSTABE = re.compile(r"(?:\A|(?<= ))([a-z])\) ")
_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-ZÄÖÜ§„])")
_SHORT = re.compile(
    r"(?:\b(?:Nr|Abs|Art|S|Buchst|bzw|ABl|BGBl)"
    r"|(?<!§ )(?<!Absatz )(?<!Nummer )(?<!Satz )\b\d+[a-z]?)\.\Z"
)
_SPELLINGS = (("daß", "dass"), ("abs.", "absatz"), ("nr.", "nummer"), ("art.", "artikel"))


@dataclass(frozen=True)
class Section:
    """One section as a text file gives it: its Absätze in order; the only one of a section is
    Absatz 1, numbered or not."""

    absaetze: dict[str, str]

    @property
    def gone(self) -> bool:
        """Whether the section is an empty shell."""
        return not any(len(text) > 20 for text in self.absaetze.values())

    def absatz(self, number: str | None) -> str | None:
        """The text of an Absatz, or of the whole section."""
        return " ".join(self.absaetze.values()) if number is None else self.absaetze.get(number)

    def cut(self, citation: Citation) -> str | None:
        """The finest piece that `citation` names and that can be cut out; None if not even the
        Absatz is there."""
        text = self.absatz(citation.absatz)
        if text is None:
            return None
        if citation.satz:
            found = sentences(text)
            number = int(citation.satz)
            if number > len(found):
                return None
            text = found[number - 1]
        for wanted, pattern in ((citation.nummer, _NUMMER), (citation.buchstabe, _BUCHSTABE)):
            if wanted:
                items = list(_items(text, pattern))
                piece = next((item for name, item in items if name == wanted), None)
                if piece is None:
                    return None
                text = piece
        return text


def read_section(path: Path) -> Section:
    """The section in the file at `path`. Raises DataError if it cannot be read."""
    raw = read_text(path, path.name)
    body = _TITLE.sub("", _HEAD.sub("", _MARKS.sub("", raw)).lstrip(), count=1)
    parts: dict[str, list[str]] = {"": []}
    at, current = 0, ""
    for match in _ABSATZ.finditer(body):
        if not _follows(current, match[1], "1"):
            continue
        parts[current].append(body[at : match.start()])
        current, at = match[1], match.end()
        parts[current] = []
    parts[current].append(body[at:])
    texts = {number: " ".join(" ".join(pieces).split()) for number, pieces in parts.items()}
    kept = {number: text for number, text in texts.items() if text or number}
    return Section(dict(zip("1", kept.values(), strict=True)) if len(kept) == 1 else kept)


def section_file(folder: Path, law: str, section: str) -> Path | None:
    """The file of a section below `folder`: LAW/SECTION.md or LAW_SECTION.txt, blanks in the name
    of a law as underscores."""
    name = law.replace(" ", "_")
    return next(
        (
            path
            for path in (folder / name / f"{section}.md", folder / f"{name}_{section}.txt")
            if os.path.isfile(path)
        ),
        None,
    )


def sentences(text: str) -> list[str]:
    """The sentences of an Absatz; a list belongs to the sentence it stands in."""
    found: list[str] = []
    start = 0
    for match in _SENTENCE.finditer(text):
        if not _SHORT.search(text[: match.start()]):
            found.append(text[start : match.start()])
            start = match.end()
    return [*found, text[start:]]


def items(text: str) -> list[str]:
    """The numbers of the list items in a text, in order."""
    return [name for name, _ in _items(text, _NUMMER)]


def fingerprint(text: str) -> str:
    """A short hash of the words of a text: spacing, punctuation and old spellings do not count."""
    words = text.lower()
    for old, new in _SPELLINGS:
        words = words.replace(old, new)
    return hashlib.sha256("".join(filter(str.isalnum, words)).encode()).hexdigest()[:12]


def _items(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """The items of the first list in a text: markers that follow each other in order."""
    marks: list[re.Match[str]] = []
    first = "a" if pattern is _BUCHSTABE else "1"
    for match in pattern.finditer(text):
        if _follows(marks[-1][1] if marks else "", match[1], first):
            marks.append(match)
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=False):
        yield mark[1], text[mark.end() : end].strip()


def _follows(before: str, number: str, first: str) -> bool:
    """Whether `number` can stand next after `before` in a numbering such as 1, 1a, 2 or a, b; one
    that fell away is skipped."""
    if not before:
        return number == first
    if not number[0].isdigit():
        return ord(number) == ord(before) + 1
    old, new = (_split(one) for one in (before, number))
    return old < new and new[0] - old[0] <= 2 and (new[0] > old[0] or bool(new[1]))


def _split(number: str) -> tuple[int, str]:
    match = re.match(r"(\d+)([a-z]?)", number)
    assert match is not None
    return int(match[1]), match[2]
