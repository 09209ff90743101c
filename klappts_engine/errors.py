"""Mistakes as values, and the few named exceptions that carry them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from klappts_engine import texts


@dataclass(frozen=True)
class Mistake:
    """One mistake in a file, a case or a call: what, where, and (in its text) the way out.

    `code` names a sentence of the message catalogue, `params` fills it. Params never hold a fact
    value of a case.
    """

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    file: str | None = None
    line: int | None = None
    id: str | None = None

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
        """All mistakes, one a line."""
        return "\n".join(mistake.text(lang) for mistake in self.mistakes)

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
