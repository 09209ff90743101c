"""Reads a folder of rule files into a rulebook: all mistakes at once, all sugar removed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from klappts_engine.errors import DataError, Mistake, UsageError
from klappts_engine.facts.vocabulary import Vocabulary, load_vocabulary
from klappts_engine.rules.citations import Citation, parse_citation
from klappts_engine.rules.expressions import TRUE, Any, Expr, Ref, parse
from klappts_engine.rules.model import Rule, RuleData, RuleFile, Version, VersionData
from klappts_engine.rules.rulebook import Book, Rulebook, one_of, references_of, told_or_ruled
from klappts_engine.rules.strength import Scale, load_scale
from klappts_engine.translations import Translations
from klappts_engine.validation import Text, TextPlace, nearest, validate
from klappts_engine.yamlfile import Map, Seq, line_of, read

HEAD = "basics/rulebook.yaml"


def load_rulebook(folder: Path) -> Rulebook:
    """The rulebook in `folder`. Raises DataError with every mistake of every file in it."""
    if not os.path.isdir(folder):
        raise UsageError(Mistake("folder_missing", {"what": folder.name}))
    translations = Translations(folder)
    vocabulary, mistakes = load_vocabulary(folder, translations)
    scale, found = load_scale(folder, translations)
    mistakes.extend(found)
    book, found = _head(folder, translations)
    mistakes.extend(found)
    loader = _Loader(vocabulary, scale, book, translations)
    for path in sorted(folder.glob("*.yaml")):
        loader.read_file(path)
    rules = loader.build()
    mistakes.extend(loader.mistakes)
    if mistakes or book is None or scale is None:
        raise DataError(mistakes)
    return Rulebook(
        book, vocabulary, scale, rules, fingerprint(folder), loader.titles, translations
    )


def fingerprint(folder: Path) -> str:
    """A hash over all data files below `folder`, independent of where the folder lies."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _head(folder: Path, translations: Translations) -> tuple[Book | None, list[Mistake]]:
    try:
        return validate(
            Book, read(folder / HEAD, HEAD), file=HEAD, place=TextPlace(translations, ("rulebook",))
        )
    except DataError as problem:
        return None, list(problem.mistakes)


class _Source:
    """One rule as it stands in its file."""

    def __init__(self, id: str, data: RuleData | None, raw: Map, head: RuleFile, file: str) -> None:
        self.id = id
        self.data = data
        self.raw = raw
        self.head = head
        self.file = file


class _Loader:
    """Collects rules and mistakes over all files; conditions are read once all ids are known."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        scale: Scale | None,
        book: Book | None,
        translations: Translations,
    ) -> None:
        self.vocabulary = vocabulary
        self.translations = translations
        self.book = book
        self.scale = scale
        self.mistakes: list[Mistake] = []
        self.sources: dict[str, _Source] = {}
        self.titles: dict[str, Text] = {}
        """What each file is called."""

    def read_file(self, path: Path) -> None:
        """Takes in one rule file."""
        try:
            document = read(path)
        except DataError as problem:
            self.mistakes.extend(problem.mistakes)
            return
        place = TextPlace(self.translations, ("files", path.stem))
        head, found = validate(RuleFile, document, file=path.name, place=place)
        self.mistakes.extend(found)
        if head is None:
            return
        self.titles[path.name] = head.title
        if not isinstance(head.rules, Map):
            self.mistakes.append(
                Mistake(
                    "section_missing", {"field": "rules"}, path.name, line_of(document, ("rules",))
                )
            )
            return
        for id, raw in head.rules.items():
            place = TextPlace(self.translations, ("rules", id))
            data, found = validate(RuleData, raw, file=path.name, id=id, place=place)
            self.mistakes.extend(found)
            if id in self.sources:
                other = self.sources[id].file
                self.mistakes.append(
                    Mistake(
                        "id_twice",
                        {"other": other},
                        path.name,
                        line_of(document, ("rules", id)),
                        id,
                    )
                )
            else:
                self.sources[id] = _Source(
                    id, data, raw if isinstance(raw, Map) else Map(0), head, path.name
                )

    def build(self) -> dict[str, Rule]:
        """The rules without sugar; meaningful only if no mistake was found."""
        rules: dict[str, Rule] = {}
        for source in self.sources.values():
            if source.data is not None:
                rules.update(self._rules(source, source.data))
            else:
                self._read_conditions(source)
        for fact, rule in self.vocabulary.by_rule.items():
            if rule not in rules:
                guess = nearest(rule, self.sources)
                self.mistakes.append(
                    Mistake(
                        "rule_unknown",
                        {"leaf": fact, "name": rule, "guess": guess},
                        "facts",
                        None,
                        fact,
                    )
                )
        if not all(rule in rules for rule in self.vocabulary.by_rule.values()):
            return {}
        rules = {id: self._connected(rule, rules) for id, rule in rules.items()}
        self._check_cycles(rules)
        return rules

    def _read_conditions(self, source: _Source) -> None:
        """Looks for mistakes in the conditions of a rule whose other fields are wrong already."""
        versions = source.raw.get("versions")
        for raw in versions if isinstance(versions, Seq) else ():
            if isinstance(raw, Map) and raw.get("when") is not None:
                self._expression(source, raw, "when")

    def _rules(self, source: _Source, data: RuleData) -> dict[str, Rule]:
        """The rule itself, and the internal rules that its sugar stands for."""
        self._check_term("layers", data.layer or source.head.layer, source, source.raw.line)
        read_versions = [self._version(source, data, index) for index in range(len(data.versions))]
        self._check_intervals(source, [version for version, _ in read_versions])
        values = _one_order([tuple(cases) for _, cases in read_versions])
        if values is None:
            self.mistakes.append(
                Mistake("values_reordered", {}, source.file, source.raw.line, source.id)
            )
            values = ()
        rule = Rule(
            source.id,
            data.title,
            source.head.law,
            data.layer or source.head.layer,
            tuple(version for version, _ in read_versions),
            source.file,
            source.raw.line,
            values,
            note=data.note,
            open_norm=data.open_norm,
            other_reading=data.other_reading,
            sanction=data.sanction,
            advice_first=data.advice_first,
            firm=data.firm,
        )
        rules = {source.id: rule}
        for value in values:
            name = f"{source.id}~{value}"
            versions = tuple(
                _plain(version, cases[value]) for version, cases in read_versions if value in cases
            )
            rules[name] = replace(rule, id=name, versions=versions, values=(), internal=True)
            name = f"{source.id}={value}"
            versions = tuple(
                _plain(version, one_of(source.id, cases, {value}))
                for version, cases in read_versions
            )
            rules[name] = replace(rule, id=name, versions=versions, values=(), internal=True)
        for result in dict.fromkeys(version.result for version in rule.versions if version.result):
            name = _result_rule(source.id, *result)
            versions = tuple(version for version in rule.versions if version.result == result)
            rules[name] = replace(rule, id=name, versions=versions, internal=True)
        return rules

    def _version(
        self, source: _Source, data: RuleData, index: int
    ) -> tuple[Version, dict[str, Expr]]:
        version = data.versions[index]
        raw: Map = source.raw["versions"][index]
        forms = [version.when is not None, bool(version.first_match), bool(version.collect)]
        if sum(forms) != 1 or (version.when is not None and version.otherwise):
            self.mistakes.append(Mistake("form_missing", {}, source.file, raw.line, source.id))
        cases = self._cases(source, version, raw)
        if cases:
            when: Expr = Any(tuple(Ref(f"{source.id}={value}") for value in cases))
        else:
            when = self._expression(source, raw, "when") if version.when is not None else TRUE
        strength = version.strength or data.strength
        self._check_term("evidence", version.evidence, source, line_of(raw, ("evidence",)))
        self._check_word(
            strength, source, line_of(raw if version.strength else source.raw, ("strength",))
        )
        for i, item in enumerate(version.downgrade):
            self._check_word(item.to, source, line_of(raw, ("downgrade", i, "to")))
        made = Version(
            start=version.from_,
            end=version.to,
            when=when,
            strength=strength,
            evidence=version.evidence,
            citations=tuple(
                self._citation(source, text, line_of(raw, ("cite", i)))
                for i, text in enumerate(version.cite)
            ),
            result=self._result(source, version, raw),
            downgrades=tuple(
                (self._expression(source, raw, "downgrade", i, "when"), item.to)
                for i, item in enumerate(version.downgrade)
            ),
            note=version.note,
        )
        return made, cases

    def _result(self, source: _Source, version: VersionData, raw: Map) -> tuple[str, str] | None:
        """The value that this version gives to a classification, which has to collect it."""
        if not version.result:
            return None
        key, value = next(iter(version.result.items()))
        taker = self.sources.get(key)
        if taker is None or (
            taker.data and not any(value in (v.collect or ()) for v in taker.data.versions)
        ):
            line = line_of(raw, ("result", key))
            self.mistakes.append(
                Mistake(
                    "result_not_collected",
                    {"name": key, "value": value},
                    source.file,
                    line,
                    source.id,
                )
            )
        return key, value

    def _cases(self, source: _Source, version: VersionData, raw: Map) -> dict[str, Expr]:
        """The condition of each value of a classification, in the order in which they are tried."""
        cases: dict[str, Expr] = {}
        for i, item in enumerate(version.first_match or ()):
            for value in item:
                if value in cases:
                    line = line_of(raw, ("first_match", i, value))
                    self.mistakes.append(
                        Mistake("yaml_duplicate", {}, source.file, line, source.id)
                    )
                cases[value] = self._expression(source, raw, "first_match", i, value)
        for value in version.collect or ():
            cases[value] = Any(
                tuple(
                    Ref(_result_rule(id, source.id, value)) for id in self._givers(source.id, value)
                )
            )
        for value in version.otherwise or {}:
            cases[value] = Any(
                (cases.get(value, Any(())), self._expression(source, raw, "otherwise", value))
            )
        return cases

    def _givers(self, key: str, value: str) -> list[str]:
        """The rules that have a version whose result gives `key` this value."""
        return [
            id
            for id, source in self.sources.items()
            if source.data
            and any((version.result or {}).get(key) == value for version in source.data.versions)
        ]

    def _expression(self, source: _Source, raw: Map, *path: object) -> Expr:
        node: object = raw
        for step in path:
            node = node[step]  # type: ignore[index]
        expr, found = parse(node, self.vocabulary, set(self.sources))
        for below, problem in found:
            line = line_of(raw, (*path, *below))
            self.mistakes.append(
                Mistake(problem.code, problem.params, source.file, line, source.id)
            )
        return expr

    def _citation(self, source: _Source, text: str, line: int | None) -> Citation:
        citation = parse_citation(text, source.head.law)
        if citation is None:
            self.mistakes.append(
                Mistake("citation_malformed", {"text": text}, source.file, line, source.id)
            )
        return citation or Citation(document=text)

    def _check_word(self, word: str, source: _Source, line: int | None) -> None:
        if self.scale and word not in self.scale.words:
            allowed = ", ".join(sorted(self.scale.words))
            self.mistakes.append(
                Mistake(
                    "strength_unknown",
                    {"word": word, "allowed": allowed},
                    source.file,
                    line,
                    source.id,
                )
            )

    def _check_term(self, kind: str, name: str, source: _Source, line: int | None) -> None:
        known: Mapping[str, object] = getattr(self.book, kind, {})
        if known and name not in known:
            params = {"kind": kind, "name": name, "guess": nearest(name, known)}
            self.mistakes.append(Mistake("term_unknown", params, source.file, line, source.id))

    def _check_intervals(self, source: _Source, versions: list[Version]) -> None:
        for index, version in enumerate(versions):
            line = line_of(source.raw, ("versions", index))
            if version.start and version.end and version.end < version.start:
                self.mistakes.append(Mistake("version_reversed", {}, source.file, line, source.id))
            before = versions[index - 1] if index else None
            if before and (
                before.end is None or version.start is None or version.start <= before.end
            ):
                self.mistakes.append(Mistake("version_overlap", {}, source.file, line, source.id))

    def _connected(self, rule: Rule, rules: Mapping[str, Rule]) -> Rule:
        """The rule with facts that other rules give connected to those rules."""

        def connect(expr: Expr) -> Expr:
            return told_or_ruled(expr, self.vocabulary, rules)

        versions = tuple(
            replace(
                v,
                when=connect(v.when),
                downgrades=tuple((connect(when), to) for when, to in v.downgrades),
            )
            for v in rule.versions
        )
        return replace(rule, versions=versions)

    def _check_cycles(self, rules: Mapping[str, Rule]) -> None:
        done: set[str] = set()
        for start in rules:
            path = [(start, sorted(references_of(rules[start])))] if start not in done else []
            while path:
                id, left = path[-1]
                if not left:
                    done.add(id)
                    path.pop()
                    continue
                other = left.pop()
                if other not in rules:
                    continue
                names = [name for name, _ in path]
                if other in names:
                    cycle = " → ".join([*names[names.index(other) :], other])
                    self.mistakes.append(
                        Mistake(
                            "cycle", {"path": cycle}, rules[other].file, rules[other].line, other
                        )
                    )
                elif other not in done:
                    path.append((other, sorted(references_of(rules[other]))))


def _one_order(orders: Iterable[tuple[str, ...]]) -> tuple[str, ...] | None:
    """All values in one order that agrees with every one of `orders`; None if two of them
    disagree."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for order in orders:
        for index, value in enumerate(order):
            sorter.add(value, *order[max(index - 1, 0) : index])
    try:
        return tuple(sorter.static_order())
    except CycleError:
        return None


def _plain(version: Version, when: Expr) -> Version:
    return replace(version, when=when, result=None, downgrades=())


def _result_rule(rule: str, key: str, value: str) -> str:
    """The id of the internal rule: `rule` holds in a version that gives `key` this value."""
    return f"{rule}>{key}={value}"
