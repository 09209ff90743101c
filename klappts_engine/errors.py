"""Mistakes as values, and the few named exceptions that carry them."""

from __future__ import annotations

import datetime as dt
import reprlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from klappts_engine import texts

ECHO = 400
"""Letters of one name or list of names that a message repeats; beyond them it is cut."""
LONGEST = 15_000
"""Letters of all mistakes together that are told one by one; those beyond are counted."""


def echo(value: object) -> object:
    """What a message may repeat of something given: short, on one line, without control
    characters."""
    if value is None or isinstance(value, (bool, float, dt.date)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 10**18 else "…"
    text = value if isinstance(value, str) else reprlib.repr(value)
    shown = "".join(letter if letter.isprintable() else "·" for letter in text[:ECHO])
    return shown + "…" if len(text) > ECHO else shown


@dataclass(frozen=True)
class Mistake:
    """One mistake in a file, a case or a call: what, where, and (in its text) the way out.

    `code` names a sentence of the message catalogue, `params` fills it. Params never hold a fact
    value of a case. What is repeated from the input is cut here, for every message (see `echo`).
    """

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    file: str | None = None
    line: int | None = None
    id: str | None = None

    def __post_init__(self) -> None:
        params = {name: echo(value) for name, value in self.params.items()}
        object.__setattr__(self, "params", params)
        for name in ("file", "id"):
            object.__setattr__(self, name, echo(getattr(self, name)))

    def text(self, lang: str = "de") -> str:
        """The mistake as one sentence, with file, line and id in front where they are known."""
        place = self.file or ""
        if place and self.line:
            place += f":{self.line}"
        head = " ".join(part for part in (place, f"[{self.id}]" if self.id else "") if part)
        guess = self.params.get("guess")
        near = texts.text("mistake.near", lang, guess=guess) if guess else ""
        body = texts.text(f"mistake.{self.code}", lang, **{**self.params, "near": near})
        return f"{head}: {body}" if head else body


class KlapptsError(Exception):
    """Root of all exceptions of this package; `mistakes` lists everything that was found, not only
    the first."""

    def __init__(self, mistakes: Mistake | Iterable[Mistake]) -> None:
        self.mistakes: tuple[Mistake, ...] = (
            (mistakes,) if isinstance(mistakes, Mistake) else tuple(mistakes)
        )
        super().__init__(self.mistakes)

    def text(self, lang: str = "de") -> str:
        """The mistakes, one a line; what goes beyond `LONGEST` letters is counted."""
        lines: list[str] = []
        left = LONGEST
        for number, mistake in enumerate(self.mistakes):
            line = mistake.text(lang)
            left -= len(line)
            if left < 0:
                more = Mistake("more_mistakes", {"number": len(self.mistakes) - number})
                return "\n".join([*lines, more.text(lang)])
            lines.append(line)
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()


class DataError(KlapptsError):
    """A rule, catalogue or text file is wrong; all mistakes of all files are listed."""


class CaseError(KlapptsError):
    """A case is wrong: an unknown field, a wrong type, an impossible date, a contradiction. Never
    shows a value."""


class UsageError(KlapptsError):
    """A call is wrong: an unknown goal, conclusion, executor or assumption set."""


class EngineUnavailable(KlapptsError):
    """An executor was asked for by name and cannot be imported here; says why and the way out."""


class NotebookUnavailable(KlapptsError):
    """Displays for a notebook were asked for where no notebook runs."""
