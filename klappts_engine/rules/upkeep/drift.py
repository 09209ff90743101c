"""Law drift: which versions encode a text that has changed since, told from fingerprints."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, TypeAdapter

from klappts_engine.errors import DataError, Mistake, UsageError
from klappts_engine.rules.citations import Citation
from klappts_engine.rules.model import Version
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.rules.upkeep.statute import (
    Section,
    fingerprint,
    items,
    read_section,
    section_file,
    sentences,
)
from klappts_engine.validation import Data, Day, validate
from klappts_engine.yamlfile import read

FILE = "basics/fingerprints.yaml"
Change = Literal["changed", "moved", "gone", "new_beside"]
Stamp = Annotated[str, AfterValidator(lambda text: TypeAdapter(Day).validate_python(text) and text)]
"""A day as a key of a file."""


class SectionPrint(Data):
    """A section on one day: for each Absatz the fingerprints of its sentences, and the numbers of
    its list."""

    absaetze: dict[str, tuple[str, ...]]
    items: dict[str, tuple[str, ...]] = {}


class PlacePrint(Data):
    """A cited place on one day: its fingerprint, and whether a whole Absatz had to be taken for
    it."""

    print: str
    whole: bool = False


class Fingerprints(Data):
    """The fingerprints of all cited sections and places, by the day of the text."""

    sections: dict[str, dict[Stamp, SectionPrint]]
    places: dict[str, dict[Stamp, PlacePrint]]

    @property
    def days(self) -> list[str]:
        """The days of the texts, oldest first."""
        return sorted({day for by_day in self.sections.values() for day in by_day})

    def of(self, version: Version) -> dict[str, str]:
        """The fingerprint of each place a version cites, in the newest text that is not younger
        than its evidence."""
        found: dict[str, str] = {}
        for citation in version.citations:
            by_day = self.places.get(str(citation), {})
            day = max((day for day in by_day if day <= text_day(version.evidence)), default=None)
            if day:
                found[str(citation)] = by_day[day].print
        return found


@dataclass(frozen=True)
class Drift:
    """One cited place whose text is another one now: what happened, to which rules, and where to
    read it.

    `sentences` are the numbers of changed sentences of the Absatz; `to` the place a moved text went
    to, or the new Absatz or Nummer beside the cited ones.
    """

    change: Change
    citation: str
    rules: tuple[str, ...]
    file: str
    sentences: tuple[int, ...] = ()
    to: str = ""


def text_day(evidence: str) -> str:
    """The latest day of a text that an evidence code speaks of: "statute_2026_04" means any text up
    to that month's end."""
    parts = evidence.split("_")
    return f"{parts[1]}-{parts[2]}-31" if parts[0] == "statute" and len(parts) >= 3 else ""


def load_fingerprints(folder: Path) -> Fingerprints:
    """The fingerprints of the rulebook in `folder`. Raises DataError."""
    if not os.path.lexists(folder / FILE):
        return Fingerprints(sections={}, places={})
    found, mistakes = validate(Fingerprints, read(folder / FILE), file=FILE)
    if found is None:
        raise DataError(mistakes)
    return found


def take_fingerprints(
    rulebook: Rulebook, texts: Path, day: dt.date, known: Fingerprints
) -> Fingerprints:
    """The known fingerprints with those of the texts in `texts` as of `day`. Raises UsageError if
    no cited section is there."""
    cited = _cited(rulebook)
    sections = {key: dict(by_day) for key, by_day in known.sections.items()}
    places = {key: dict(by_day) for key, by_day in known.places.items()}
    stamp = day.isoformat()
    found = 0
    for key, citations in cited.items():
        section = _section(texts, citations[0])
        if section is None:
            continue
        found += 1
        sections.setdefault(key, {})[stamp] = _print(section)
        for citation in citations:
            place = _place(section, citation)
            if place:
                places.setdefault(str(citation), {})[stamp] = place
    if not found:
        raise UsageError(Mistake("texts_missing", {"file": texts.name}))
    return Fingerprints(sections=sections, places=places)


def drift(
    rulebook: Rulebook, known: Fingerprints, texts: Path, since: dt.date | None = None
) -> list[Drift]:
    """Every place cited by a version in force on `since` whose text in `texts` is another one than
    on that day.

    `since` is a day of which fingerprints are known (default: the newest). A mere change of a
    cross-reference is a change, too. Raises UsageError for a day without fingerprints.
    """
    days = known.days
    if not days:
        raise UsageError(Mistake("fingerprints_none"))
    stamp = since.isoformat() if since else days[-1]
    if stamp not in days:
        raise UsageError(Mistake("fingerprints_missing", {"day": stamp, "known": ", ".join(days)}))
    rules = _rules_citing(rulebook, dt.date.fromisoformat(stamp))
    found: list[Drift] = []
    for key, citations in _cited(rulebook).items():
        before = known.sections.get(key, {}).get(stamp)
        if before is None:
            continue
        file = section_file(texts, str(citations[0].law), str(citations[0].section))
        section = read_section(file) if file else None
        name = file.relative_to(texts).as_posix() if file else key
        for citation in citations:
            place = known.places.get(str(citation), {}).get(stamp)
            if (
                str(citation) in rules
                and place
                and (one := _compare(citation, place, before, section))
            ):
                found.append(replace(one, rules=tuple(rules[str(citation)]), file=name))
        found.extend(_beside(key, citations, before, section, rules, name))
    return found


def _compare(
    citation: Citation, place: PlacePrint, before: SectionPrint, section: Section | None
) -> Drift | None:
    """What happened to one place; None if its words are the same."""
    if section is None or section.gone:
        return Drift("gone", str(citation), (), "")
    absatz = section.absatz(citation.absatz)
    wanted = _absatz_of(citation) if place.whole else citation
    text = section.cut(wanted)
    if text is not None and fingerprint(text) == place.print:
        return None
    new = _print(section)
    for number, prints in new.absaetze.items():
        moved = next((k for k, one in enumerate(prints, 1) if one == place.print), None)
        if moved is not None:
            return Drift("moved", str(citation), (), "", (), f"Abs. {number} Satz {moved}")
    if absatz is None:
        return Drift("gone", str(citation), (), "")
    old = [one for prints in before.absaetze.values() for one in prints]
    now = [fingerprint(one) for one in sentences(absatz)]
    changed = tuple(k for k, one in enumerate(now, 1) if one not in old)
    return Drift("changed", str(citation), (), "", changed)


def _beside(
    key: str,
    citations: list[Citation],
    before: SectionPrint,
    section: Section | None,
    rules: Mapping[str, list[str]],
    file: str,
) -> Iterator[Drift]:
    """New Absätze in a cited section, and new Nummern in its Absätze."""
    if section is None or section.gone:
        return
    concerned = tuple(
        dict.fromkeys(rule for citation in citations for rule in rules.get(str(citation), ()))
    )
    for number, text in section.absaetze.items() if concerned else ():
        if number not in before.absaetze:
            yield Drift("new_beside", key, concerned, file, (), f"Abs. {number}")
        elif before.items.get(number):
            for item in items(text):
                if item not in before.items[number]:
                    yield Drift(
                        "new_beside", f"{key} Abs. {number}", concerned, file, (), f"Nr. {item}"
                    )


def _absatz_of(citation: Citation) -> Citation:
    """The Absatz a citation lies in."""
    return citation.model_copy(update={"satz": None, "nummer": None, "buchstabe": None})


def _place(section: Section, citation: Citation) -> PlacePrint | None:
    text = section.cut(citation)
    if text is not None:
        return PlacePrint(print=fingerprint(text))
    whole = section.absatz(citation.absatz)
    return None if whole is None else PlacePrint(print=fingerprint(whole), whole=True)


def _print(section: Section) -> SectionPrint:
    return SectionPrint(
        absaetze={
            number: tuple(map(fingerprint, sentences(text)))
            for number, text in section.absaetze.items()
        },
        items={
            number: tuple(found)
            for number, text in section.absaetze.items()
            if (found := items(text))
        },
    )


def _section(texts: Path, citation: Citation) -> Section | None:
    file = section_file(texts, str(citation.law), str(citation.section))
    return read_section(file) if file else None


def _cited(rulebook: Rulebook) -> dict[str, list[Citation]]:
    """All places that any version cites, by section."""
    found: dict[str, dict[str, Citation]] = {}
    for citation in _citations(rulebook):
        if citation.law:
            found.setdefault(f"{citation.law} § {citation.section}", {})[str(citation)] = citation
    return {key: list(places.values()) for key, places in sorted(found.items())}


def _rules_citing(rulebook: Rulebook, day: dt.date) -> dict[str, list[str]]:
    """For each place the rules whose version in force on `day` cites it."""
    found: dict[str, list[str]] = {}
    for id in rulebook.conclusions:
        version = rulebook.rules[id].version(day)
        for citation in version.citations if version else ():
            found.setdefault(str(citation), []).append(id)
    return found


def _citations(rulebook: Rulebook) -> Iterable[Citation]:
    return (
        citation
        for id in rulebook.conclusions
        for version in rulebook.rules[id].versions
        for citation in version.citations
    )


def spell_fingerprints(known: Fingerprints) -> str:
    """The fingerprints as a data file, the same on every machine."""
    lines = [
        "# Fingerprints of the cited places of the law, by the day of the text.",
        "# Written by `klappts rules fingerprint`, not by hand.",
        "# sections: for each Absatz its sentences. places: each cited place; "
        "whole: its Absatz stands for what cannot be cut.",
        "sections:",
    ]
    for key, by_day in sorted(known.sections.items()):
        lines.append(f"  {key}:")
        for day, section in sorted(by_day.items()):
            lines.append(
                f'    "{day}": {{absaetze: {_spell(section.absaetze)}, '
                f"items: {_spell(section.items)}}}"
            )
    lines.append("places:")
    for key, places in sorted(known.places.items()):
        cells = [
            f'"{day}": {{print: {_quoted(one.print)}{", whole: true" * one.whole}}}'
            for day, one in sorted(places.items())
        ]
        lines.append(f"  {key}: {{{', '.join(cells)}}}")
    return "\n".join(lines) + "\n"


def _spell(lists: Mapping[str, Iterable[str]]) -> str:
    return (
        "{"
        + ", ".join(
            f'"{key}": [{", ".join(map(_quoted, values))}]' for key, values in lists.items()
        )
        + "}"
    )


def _quoted(text: str) -> str:
    return f'"{text}"'


def places_known(known: Fingerprints, rulebook: Rulebook) -> list[Mistake]:
    """A mistake for every structured citation of a section whose text was read, but in which the
    place was not found."""
    found: list[Mistake] = []
    for id in rulebook.conclusions:
        rule = rulebook.rules[id]
        for version in rule.versions:
            for citation in version.citations:
                key = f"{citation.law} § {citation.section}"
                if citation.law and key in known.sections and str(citation) not in known.places:
                    found.append(
                        Mistake(
                            "citation_nowhere", {"text": str(citation)}, rule.file, rule.line, id
                        )
                    )
    return found
