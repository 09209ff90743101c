"""Random rule files, cases and episodes over the invented island state, and a second reading of
rule files as their oracle."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from klappts_engine.facts.episodes import Episode
from klappts_engine.facts.vocabulary import Vocabulary, load_vocabulary
from klappts_engine.rules.loader import load_rulebook
from klappts_engine.rules.rulebook import Rulebook

FICTION = Path(__file__).parent / "fiction"
RULES, PATHWAYS = FICTION / "rules", FICTION / "pathways"
Raw = dict[str, Any]
Truth = bool | None


@cache
def vocabulary() -> Vocabulary:
    """Facts and statuses of the island state."""
    found, mistakes = load_vocabulary(RULES)
    assert not mistakes
    return found


@cache
def _folder() -> Path:
    """A copy of the island state without its rules, gone when the process ends."""
    holder = tempfile.TemporaryDirectory()
    _KEPT.append(holder)
    folder = Path(holder.name) / "rules"
    shutil.copytree(RULES, folder)
    for name in ("inselg.yaml", "schulg.yaml"):
        (folder / name).unlink()
    return folder


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def load(rules: Raw) -> Rulebook:
    """The rulebook of the island state with these rules instead of its own, through the loader."""
    head = {"law": "InselG", "title": {"de": "x", "en": "x"}, "rules": rules}
    (_folder() / "random.yaml").write_text(
        json.dumps(head, indent=1, default=str), encoding="utf-8"
    )
    return load_rulebook(_folder())


# --- Conditions -----------------------------------------------------------------------------------

PLAIN = [
    "needy",
    "child_here",
    "harbour_ban",
    "volunteer",
    "harbour_months >= 6",
    "harbour_months < 4",
    "harbour_months == 5",
    "harbour_months != 5",
    "age > 17",
    "age <= 17",
    "notice_on <= 2026-03-01",
    "notice_on != 2026-02-01",
    "tongue_rung == none",
    "tongue_rung != basic",
    "school_rung in [none, deck]",
    "status in @GUEST",
    "status == hidden",
    "marks contains reef",
]
TIMED = [
    "age > 17",
    "age < 18",
    "months_here >= 3",
    "months_here <= 7",
    "months_here == 5",
    "months_guest > 4",
    "months_guest >= 6",
    "months_guest < 2",
    "months_counted >= 5",
    "months_counted <= 3",
    "permit_left <= 2",
    "permit_left > 0",
    "permit_left < 1",
    "noticed",
    "months_here > 2.5",
    "status in @GUEST",
    "status == settled",
    "needy",
    "harbour_months >= 6",
    "notice_on > 2026-04-01",
]


@st.composite
def trees(draw: st.DrawFn, leaves: Sequence[str], depth: int = 3) -> Any:
    """Conditions as they stand in a rule file."""
    kind, parts = draw(st.sampled_from(_SHAPES if depth else _SHAPES[:1]))
    if kind == "leaf":
        return draw(st.sampled_from(leaves))
    below = [draw(trees(leaves, depth - 1)) for _ in range(parts)]
    return {"not": below[0]} if kind == "not" else {kind: below}


_SHAPES = [
    ("leaf", 0),
    ("leaf", 0),
    ("not", 1),
    *((kind, n) for kind in ("all", "any") for n in (0, 2, 2, 3)),
]


# --- Rule files -----------------------------------------------------------------------------------

BORDERS = [dt.date(2025, 1, 1), dt.date(2026, 7, 1)]
DAYS = st.sampled_from([day + dt.timedelta(n) for day in BORDERS for n in (-1, 0)])
WORDS = ["anrecht", "tat", "regel", "gunst", "ungewiss", "begriff"]


@st.composite
def _spans(draw: st.DrawFn, borders: Sequence[dt.date]) -> list[Raw]:
    """The dates of versions, in order, with gaps between some of them."""
    firsts: list[dt.date | None] = [None, *borders]
    lasts: list[dt.date | None] = [*(day - dt.timedelta(1) for day in borders), None]
    spans = [{"from": first, "to": last} for first, last in zip(firsts, lasts, strict=True)]
    kept = draw(st.sampled_from([[0], [1], [0, 1], [0, 2], [1, 2], [0, 1, 2]]))
    return [{key: day for key, day in spans[index].items() if day} for index in kept]


@st.composite
def _rule(
    draw: st.DrawFn,
    leaves: list[str],
    form: str = "when",
    gives: Sequence[str] = (),
    weaker: int = 0,
) -> Raw:
    versions = []
    order = draw(
        st.permutations(
            ["purse", "hearth", "own"] if form == "first_match" else ["free", "by_licence"]
        )
    )
    for span in draw(_spans(BORDERS)):
        version: Raw = {**span, "evidence": "invented"}
        if form == "when":
            version["when"] = draw(trees(leaves))
            version["downgrade"] = [
                {"when": draw(trees(leaves, 1)), "to": draw(st.sampled_from(WORDS[2:5]))}
                for _ in range(draw(st.integers(0, weaker)))
            ]
        elif form == "first_match":
            without = draw(st.sampled_from([None, None, *order]))
            version["first_match"] = [
                {value: draw(trees(leaves, 1))} for value in order if value != without
            ]
        else:
            version["collect"] = order
            if draw(st.booleans()):
                version["otherwise"] = {"barred": draw(trees(leaves, 1))}
        if len(gives) > 0 and draw(st.booleans()):
            version["result"] = {"work_mode": draw(st.sampled_from(list(gives)))}
        if weaker and draw(st.booleans()):
            version["strength"] = draw(st.sampled_from(WORDS))
        versions.append(version)
    return {
        "title": {"de": "x", "en": "x"},
        "strength": draw(st.sampled_from(WORDS)),
        "versions": versions,
    }


@st.composite
def rule_files(draw: st.DrawFn) -> Raw:
    """Rules that read facts, each other, and facts that other rules give; no cycles."""
    leaves = list(PLAIN)
    rules: Raw = {}
    for id, form, gives, opens in (
        ("a", "when", ("free", "by_licence"), ()),
        ("b", "when", ("free", "by_licence"), ()),
        (
            "support",
            "first_match",
            (),
            (
                "support_circle == purse",
                "support_circle in [hearth, none]",
                "support_circle != none",
            ),
        ),
        (
            "work_mode",
            "collect",
            (),
            ("work_access == free", "work_access in [by_licence, barred]", "work_access != barred"),
        ),
        ("work.allowed", "when", (), ("work_permitted",)),
        ("z", "when", (), ()),
    ):
        rules[id] = draw(_rule(leaves, form, gives))
        leaves += [f"@{id}", *opens] * 2
    return rules


@st.composite
def plain_rule_files(draw: st.DrawFn) -> Raw:
    """Rules of the form `when` only, which refer to earlier ones."""
    leaves = PLAIN[:6]
    rules: Raw = {}
    for id in ("a", "b", "c", "d"):
        rules[id] = draw(_rule(leaves, weaker=2))
        leaves = [*leaves, f"@{id}", f"@{id}"]
    every = {
        "title": {"de": "x", "en": "x"},
        "strength": "begriff",
        "versions": [{"evidence": "invented", "when": "needy"}],
    }
    return {**rules, "support": every, "work_mode": every, "work.allowed": every}


# --- Values ---------------------------------------------------------------------------------------

VALUES: dict[str, list[Any]] = {
    **{fact: [False, True] for fact in ("needy", "child_here", "harbour_ban", "volunteer")},
    "harbour_months": [0, 3, 4, 4.5, 5, 6, 7],
    "age": [16, 17, 18],
    "notice_on": [dt.date(2026, month, day).toordinal() for month, day in ((2, 1), (3, 1), (3, 2))],
    "tongue_rung": ["none", "basic", "good"],
    "school_rung": ["none", "deck", "captain"],
    "status": ["tolerated", "hidden", "settled"],
    "marks": [frozenset(), frozenset({"reef"}), frozenset({"tide", "reef"})],
}
RULED: dict[str, list[Any]] = {
    "work_access": ["free", "by_licence", "barred"],
    "work_permitted": [False, True],
    "support_circle": ["purse", "hearth", "none"],
}


def full_values() -> st.SearchStrategy[Raw]:
    """Values of all facts that no rule gives, and of some that a rule would give."""
    facts, ruled = (
        {fact: st.sampled_from(values) for fact, values in known.items()}
        for known in (VALUES, RULED)
    )
    return st.fixed_dictionaries(facts, optional=ruled)


@st.composite
def lesser_and_fuller(draw: st.DrawFn) -> tuple[Raw, Raw]:
    """Two sets of values, the second of which knows more; facts that a rule gives are the same in
    both."""
    full = draw(full_values())
    unknown = draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True))
    still = unknown[: draw(st.integers(0, len(unknown)))]
    return (
        {k: v for k, v in full.items() if k not in unknown},
        {k: v for k, v in full.items() if k not in still},
    )


def partial_values() -> st.SearchStrategy[Raw]:
    """Values of some facts."""
    return lesser_and_fuller().map(lambda pair: pair[0])


# --- Lives ----------------------------------------------------------------------------------------

START = dt.date(2026, 1, 31)
_near = st.integers(-250, 130).map(lambda n: START + dt.timedelta(n))
_soon = st.integers(1, 110).map(lambda n: START + dt.timedelta(n))
_statuses = st.sampled_from(["arrived", "tolerated", "bound", "hidden", "settled"])
_kinds = st.sampled_from(["gestattet", "geduldet", "geduldet_60b", "lawful", "unlawful", "abroad"])


@st.composite
def _history(draw: st.DrawFn) -> list[Raw]:
    """Periods of stay in order, sometimes with a gap, sometimes with an end that lies ahead."""
    days = sorted(draw(st.lists(_near, min_size=1, max_size=4, unique=True)))
    periods: list[Raw] = []
    for index, day in enumerate(days):
        later = days[index + 1 : index + 2]
        end: dt.date | None
        if later:
            end = max(later[0] - dt.timedelta(draw(st.sampled_from([1, 1, 1, 9]))), day)
        else:
            length = draw(st.one_of(st.none(), st.integers(0, 250)))
            end = None if length is None else day + dt.timedelta(length)
        periods.append({"from": day, "to": end, "kind": draw(_kinds)})
    return periods


@st.composite
def lives(draw: st.DrawFn) -> Raw:
    """Half-known cases with dates around `START`; a duration is told as a number or follows from
    dates, never both."""
    facts: Raw = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "status": _statuses,
                "needy": st.booleans(),
                "permit_until": _near,
                "notice_on": _near,
                "harbour_months": st.sampled_from([3, 6]),
            },
        )
    )
    for dated, strategy, told, numbers in (
        (
            "birth_date",
            st.integers(-60, 140).map(lambda n: dt.date(2008, 1, 31) + dt.timedelta(n)),
            "age",
            [17, 18],
        ),
        ("entry_date", _near, "months_here", [0, 2, 4, 6.5]),
        ("stay_history", _history(), "months_guest", [0, 1, 4, 5.5]),
    ):
        way = draw(st.sampled_from(["dated", "dated", "told", "unknown"]))
        if way == "dated":
            facts[dated] = draw(strategy)
        elif way == "told":
            facts[told] = draw(st.sampled_from(numbers))
    return facts


@st.composite
def _episode(draw: st.DrawFn) -> Episode:
    fact, value = draw(
        st.one_of(
            st.tuples(st.just("status"), _statuses),
            st.tuples(st.just("needy"), st.sampled_from([True, False, None])),
            st.tuples(st.just("harbour_months"), st.sampled_from([0, 6])),
            st.tuples(st.just("notice_on"), _near),
            st.tuples(st.just("permit_until"), _near),
            st.tuples(st.just("entry_date"), _near),
        )
    )
    first = draw(_soon)
    last = draw(st.one_of(st.none(), st.integers(1, 60).map(lambda n: first + dt.timedelta(n))))
    return Episode(
        **{"fact": fact, "value": value, "from": first, "to": last, "origin": "invented"}
    )


def episodes() -> st.SearchStrategy[list[Episode]]:
    """Up to two episodes in the months after `START`."""
    return st.lists(_episode(), max_size=2)


@st.composite
def timed_rules(draw: st.DrawFn) -> Raw:
    """Rules that turn with the calendar and with the law, to be added to those of the island
    state."""
    borders = [dt.date(2026, 2, 14), dt.date(2026, 4, 1)]
    leaves = [
        *TIMED,
        "@guest.entitled",
        "@work.guest",
        "work_access == by_licence",
        "support_circle == hearth",
    ]
    return {
        id: [{**span, "when": draw(trees(leaves))} for span in draw(_spans(borders))]
        for id in ("x", "y")
    }


# --- The second reading ---------------------------------------------------------------------------


class Reading:
    """What rule files say for values on a day, read as they stand: nothing is rewritten, nothing is
    compiled.

    A classification is read by the values it can still take: in order, up to the first that surely
    applies. It is unknown while more than one is left.
    """

    def __init__(self, rules: Raw, values: Mapping[str, Any], day: dt.date) -> None:
        self._rules = rules
        self._values = values
        self._day = day

    def answer(self, id: str) -> Truth:
        """The answer of a rule."""
        version = self._version(id)
        if version is None:
            return False
        if "when" in version:
            return self._truth(version["when"])
        possible = self._possible(id)
        return None if len(possible) > 1 else possible != [None]

    def value(self, id: str) -> str | None:
        """The value of a classification, where it is settled."""
        possible = self._possible(id)
        return possible[0] if len(possible) == 1 else None

    def level(self, id: str) -> tuple[int, bool]:
        """The place on the scale of a rule of the form `when` (-1: none), and whether it rests on
        an open downgrade."""
        version = self._version(id)
        if version is None:
            return -1, False
        words = [version.get("strength", self._rules[id]["strength"])]
        applies = [(self._truth(item["when"]), item["to"]) for item in version["downgrade"]]
        words += [to for truth, to in applies if truth is not False]
        below, marked = self._tree_level(version["when"])
        return max(below, *map(_level, words)), marked or any(truth is None for truth, _ in applies)

    def _version(self, id: str) -> Raw | None:
        for version in self._rules[id]["versions"]:
            if version.get("from", dt.date.min) <= self._day <= version.get("to", dt.date.max):
                return dict(version)
        return None

    def _possible(self, id: str) -> list[str | None]:
        found: list[str | None] = []
        for value, truth in self._cases(id):
            if truth is not False:
                found.append(value)
            if truth is True:
                return found
        return [*found, None]

    def _cases(self, id: str) -> list[tuple[str, Truth]]:
        version = self._version(id) or {}
        cases = [
            (value, self._truth(node))
            for item in version.get("first_match", ())
            for value, node in item.items()
        ]
        cases += [(value, self._given(id, value)) for value in version.get("collect", ())]
        return cases + [
            (value, self._truth(node)) for value, node in version.get("otherwise", {}).items()
        ]

    def _given(self, key: str, value: str) -> Truth:
        return _any(
            [
                self.answer(id)
                for id in self._rules
                if (self._version(id) or {}).get("result", {}).get(key) == value
            ]
        )

    def _truth(self, node: Any) -> Truth:
        if isinstance(node, str):
            return self.answer(node[1:]) if node.startswith("@") else self._leaf(node)
        ((kind, below),) = node.items()
        if kind == "not":
            return _not(self._truth(below))
        parts = [self._truth(part) for part in below]
        return _any(parts) if kind == "any" else _not(_any([_not(part) for part in parts]))

    def _leaf(self, text: str) -> Truth:
        fact, op, right = [*text.split(" ", 2), "", ""][:3]
        told = self._values.get(fact)
        if told is not None:
            return _holds(told, op, right)
        rule = vocabulary().by_rule.get(fact)
        if rule is None:
            return None
        if not op:
            return self.answer(rule)
        translate = getattr(vocabulary().facts[fact].derive, "values", {})
        positive = "==" if op == "!=" else op
        found = {
            value is not None and _holds(translate.get(value, value), positive, right)
            for value in self._possible(rule)
        }
        truth = None if len(found) > 1 else found.pop()
        return _not(truth) if op == "!=" else truth

    def _tree_level(self, node: Any) -> tuple[int, bool]:
        if isinstance(node, str):
            return self.level(node[1:]) if node.startswith("@") else (-1, False)
        ((kind, below),) = node.items()
        if kind == "not" or not below:
            return -1, False
        best = True if kind == "any" and any(self._truth(part) is True for part in below) else None
        used = [part for part in below if kind == "all" or self._truth(part) is best]
        levels = [self._tree_level(part) for part in used] or [(-1, False)]
        choose = max if kind == "all" else min
        return choose(level for level, _ in levels), any(marked for _, marked in levels)


def _level(word: str) -> int:
    return {"anrecht": 0, "tat": 0, "regel": 1, "gunst": 2, "ungewiss": 3}.get(word, -1)


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _any(truths: list[Truth]) -> Truth:
    return True if True in truths else None if None in truths else False


def _holds(value: Any, op: str, right: str) -> bool:
    """A leaf over a known value."""
    if op == "contains":
        return right in value
    if op == "in":
        allowed = (
            vocabulary().sets[right[1:]]
            if right.startswith("@")
            else {item.strip() for item in right[1:-1].split(",")}
        )
        return value in allowed
    if not op:
        return bool(value)
    if isinstance(value, str):
        return (value == right) is (op == "==")
    number = dt.date.fromisoformat(right).toordinal() if right.count("-") == 2 else float(right)
    compared: dict[str, bool] = {
        "==": value == number,
        "!=": value != number,
        "<": value < number,
        "<=": value <= number,
        ">": value > number,
        ">=": value >= number,
    }
    return compared[op]


def shuffled(node: Any) -> Any:
    """The same condition with its parts in reverse order, and the first of them once more at the
    end."""
    if isinstance(node, str):
        return node
    ((kind, below),) = node.items()
    if kind == "not":
        return {"not": shuffled(below)}
    parts = [shuffled(part) for part in reversed(below)]
    return {kind: [*parts, *parts[:1]]}
