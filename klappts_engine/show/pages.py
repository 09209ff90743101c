"""Reference pages of a rulebook in Markdown: law books, facts, what is not modelled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

from klappts_engine import texts
from klappts_engine.facts.derive import ByRule
from klappts_engine.facts.vocabulary import Fact
from klappts_engine.rules.expressions import Expr
from klappts_engine.rules.model import Rule, Version
from klappts_engine.rules.rulebook import Rulebook, references_of, rule_of
from klappts_engine.rules.upkeep.left_out import load_left_out
from klappts_engine.show.conditions import Conditions
from klappts_engine.validation import Text


class Pages:
    """The pages of one rulebook in one language. `folder` is where its rule files lie."""

    def __init__(self, rulebook: Rulebook, folder: Path, lang: str) -> None:
        self._rulebook = rulebook
        self._folder = folder
        self._lang = lang
        self._conditions = Conditions(rulebook, lang)
        self._used: dict[str, list[str]] = {}
        for id, rule in rulebook.rules.items():
            for other in map(rule_of, references_of(rule)):
                if other != rule_of(id) and rule_of(id) not in self._used.setdefault(other, []):
                    self._used[other].append(rule_of(id))

    def all(self) -> dict[str, str]:
        """The text of each page by file name."""
        files = dict.fromkeys(self._rulebook.rules[id].file for id in self._rulebook.conclusions)
        pages = {file.replace(".yaml", ".md"): self._book(file) for file in files}
        pages["facts.md"] = self._facts()
        pages["not_modelled.md"] = self._not_modelled()
        pages["index.md"] = self._index(list(files))
        return pages

    def _text(self, code: str, **params: object) -> str:
        return texts.text(f"show.page.{code}", self._lang, **params)

    def _word(self, words: Mapping[str, Text], id: str) -> str:
        """What a layer or an evidence code is called; its own word where the rulebook gives
        none."""
        return words[id].in_(self._lang) if id in words else id

    def _head(self, title: str) -> list[str]:
        stand = self._day(self._rulebook.book.rechtsstand)
        return [
            f"# {title}",
            "",
            f"{self._text('generated')} {self._text('state', stand=stand)}.",
            "",
        ]

    def _title(self, file: str) -> str:
        return self._rulebook.titles[file].in_(self._lang)

    def _index(self, files: list[str]) -> str:
        lines = [f"- [{self._title(file)}]({file.replace('.yaml', '.md')})" for file in files]
        more = [f"- [{self._text(code)}]({code}.md)" for code in ("facts", "not_modelled")]
        return (
            "\n".join([*self._head(self._rulebook.book.title.in_(self._lang)), *lines, *more])
            + "\n"
        )

    def _book(self, file: str) -> str:
        lines = self._head(self._title(file))
        for id in self._rulebook.conclusions:
            rule = self._rulebook.rules[id]
            if rule.file == file:
                lines += self._rule(rule)
        return "\n".join(lines).rstrip() + "\n"

    def _rule(self, rule: Rule) -> Iterator[str]:
        yield from (
            f"## {rule.title.in_(self._lang)}",
            "",
            f"`{rule.id}`. "
            f"{self._text('layer', layer=self._word(self._rulebook.book.layers, rule.layer))}.",
            "",
        )
        notes = {
            "note": rule.note,
            "open_norm": rule.open_norm,
            "other_reading": rule.other_reading,
            "sanction": rule.sanction,
        }
        yield from self._notes(notes)
        for version in rule.versions:
            yield from self._version(rule, version)
        used = ", ".join(f"`{id}`" for id in self._used.get(rule.id, ())) or self._text("nobody")
        yield from (self._text("feeds", ids=used) + ".", "")

    def _notes(self, notes: Mapping[str, Text | None]) -> Iterator[str]:
        for code, note in notes.items():
            if note:
                yield from (f"*{self._text(code, text=note.in_(self._lang))}*", "")

    def _version(self, rule: Rule, version: Version) -> Iterator[str]:
        start, end = (
            self._day(day) if day else self._text("open") for day in (version.start, version.end)
        )
        yield from (f"### {self._text('version', start=start, end=end)}", "")
        about = [self._text("strength", strength=version.strength)]
        if version.citations:
            about.append(self._text("cite", cite="; ".join(version.cited)))
        about.append(
            self._text(
                "evidence", evidence=self._word(self._rulebook.book.evidence, version.evidence)
            )
        )
        if version.result:
            about.append(self._text("result", key=version.result[0], value=version.result[1]))
        yield from (". ".join(about) + ".", "")
        yield from self._notes({"note": version.note})
        if rule.values:
            yield self._text("values")
            yield ""
            for value in rule.values:
                yield from self._value(rule, value, version)
        else:
            yield from self._tree(version.when)
        for when, weaker in version.downgrades:
            yield from ("", self._text("downgrade", strength=weaker), "")
            yield from self._tree(when)
        yield ""

    def _value(self, rule: Rule, value: str, version: Version) -> Iterator[str]:
        """One value of a classification with its condition in this version."""
        found = next(
            (
                v
                for v in self._rulebook.rules[f"{rule.id}~{value}"].versions
                if v.start == version.start
            ),
            None,
        )
        if found:
            yield f"- **{value}**"
            yield from self._tree(found.when, 1)

    def _tree(self, expr: Expr, depth: int = 0) -> Iterator[str]:
        for level, words in self._conditions.lines(expr, depth):
            yield "  " * level + f"- {words}"

    def _facts(self) -> str:
        lines = [
            *self._head(self._text("facts")),
            self._text("facts_head"),
            "|---|---|---|---|---|",
        ]
        for id, fact in self._rulebook.vocabulary.facts.items():
            cells = (
                f"`{id}`",
                fact.meaning.in_(self._lang),
                self._kind(fact),
                fact.known_by,
                "; ".join(fact.cite),
            )
            lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
        return "\n".join(lines) + "\n"

    def _kind(self, fact: Fact) -> str:
        parts = [fact.type if not fact.values else ", ".join(fact.values)]
        if isinstance(fact.derive, ByRule):
            parts.append(self._text("by_rule", rule=fact.derive.rule))
        elif fact.derive:
            parts.append(self._text("derived", inputs=", ".join(fact.derive.inputs)))
        if fact.sensitive:
            parts.append(self._text("sensitive", kind=fact.sensitive))
        return "; ".join(parts)

    def _not_modelled(self) -> str:
        lines = self._head(self._text("not_modelled"))
        for one in load_left_out(self._folder, self._rulebook.translations):
            norms = self._text("norms", norms="; ".join(one.norms))
            lines.append(f"- **{one.what.in_(self._lang)}.** {one.why.in_(self._lang)} {norms}.")
        return "\n".join(lines) + "\n"

    def _day(self, day: dt.date) -> str:
        return texts.day(day, self._lang)
