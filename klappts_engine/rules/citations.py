"""Citations of norms: structured where they follow the German pattern, else free text."""

from __future__ import annotations

import re

from klappts_engine.validation import Data

_PATTERN = re.compile(
    r"(?P<law>[A-ZÄÖÜ][\w-]*(?: [IVX]+| NRW)?) § (?P<section>[0-9]{1,4}[a-z]*)"
    r"(?: Abs\. (?P<absatz>[0-9]{1,4}[a-z]*))?"
    r"(?: Satz (?P<satz>[0-9]{1,4}))?"
    r"(?: Nr\. (?P<nummer>[0-9]{1,4}[a-z]*))?"
    r"(?: Buchst\. (?P<buchstabe>[a-z]+))?\Z"
)


class Citation(Data):
    """One place in a norm, or a document (`document`) that has no such structure."""

    law: str | None = None
    section: str | None = None
    absatz: str | None = None
    satz: str | None = None
    nummer: str | None = None
    buchstabe: str | None = None
    document: str | None = None

    def __str__(self) -> str:
        if self.document is not None:
            return self.document
        parts = [f"{self.law} § {self.section}"]
        for name, value in (
            ("Abs.", self.absatz),
            ("Satz", self.satz),
            ("Nr.", self.nummer),
            ("Buchst.", self.buchstabe),
        ):
            if value:
                parts.append(f"{name} {value}")
        return " ".join(parts)

    @property
    def short(self) -> str:
        """The place as one says it aloud: section, Absatz, law."""
        if self.document is not None:
            return self.document
        return (
            f"§ {self.section}" + (f" Abs. {self.absatz}" if self.absatz else "") + f" {self.law}"
        )


def parse_citation(text: str, law: str | None = None) -> Citation | None:
    """The citation written as `text`; "§ 1 Abs. 2" alone means the book `law`. None where a section
    sign is malformed."""
    full = f"{law} {text}" if law and text.startswith("§") else text
    match = _PATTERN.match(full)
    if match:
        return Citation(**match.groupdict())
    return (
        None
        if re.match(r"([A-ZÄÖÜ][\w-]*(?: [IVX]+| NRW)? )?§ ?[^§]*\Z", full)
        and "(" not in full
        and "," not in full
        else Citation(document=full)
    )
