"""Displays: sound and accessible HTML that hides protected values, in every language, with its
foot."""

from __future__ import annotations

import datetime as dt
import html as markup
import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klappts_engine import Engine, UsageError, Ways, texts
from klappts_engine.errors import NotebookUnavailable
from klappts_engine.facts.calendar import add_months
from klappts_engine.facts.case import Case
from klappts_engine.rules.timeline import Timeline
from klappts_engine.show.display import DISPLAYS, as_html, as_page, as_text, screen_of
from klappts_engine.show.html import fragment, page, style
from klappts_engine.show.markup import PREFIX
from klappts_engine.show.notebook import show_in_notebook
from klappts_engine.show.overview import overview_lines
from klappts_engine.show.screen import (
    Bar,
    Blank,
    Branch,
    Cards,
    Course,
    Hidden,
    Items,
    Leg,
    Mark,
    Point,
    Screen,
    Section,
    Table,
    TimeLine,
    When,
)
from klappts_engine.show.text import text_lines
from klappts_engine.show.timelines import shares, timeline_lines
from klappts_engine.show.ways import WaysView, ways_lines
from klappts_engine.show.words import Words
from klappts_engine.ways.choice import choose
from klappts_engine.ways.model import Way as Way
from tests.fake_notebook import start
from tests.shipped import shipped

ON = dt.date(2026, 11, 22)
UNTIL = dt.date(2031, 12, 31)
ROOT = Path(__file__).parent.parent
PERSONS = sorted((ROOT / "examples").glob("p[0-9][0-9].yaml"))
EMPTY = {"meta"}
INLINE = {"span", "time", "em", "caption", "th", "td", "summary", "title", "style"}
KINDS = [kind.__name__ for kind in DISPLAYS]


class Node:
    """An element with its attributes, its children and the text within."""

    def __init__(self, name: str, attributes: dict[str, str | None], parent: Node | None) -> None:
        self.name, self.attributes, self.parent = name, attributes, parent
        self.children: list[Node] = []
        self.said = ""

    def all(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.all()

    def named(self, *names: str) -> list[Node]:
        return [node for node in self.all() if node.name in names]

    def classes(self) -> list[str]:
        return (self.attributes.get("class") or "").split()

    def text(self) -> str:
        """The text in the element and in all below it."""
        return self.said


class Reader(HTMLParser):
    """Reads HTML strictly: every element is closed by its own end, in the right order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {}, None)
        self.open = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), attrs
        node = Node(tag, dict(attrs), self.open)
        self.open.children.append(node)
        if tag not in EMPTY:
            self.open = node

    def handle_endtag(self, tag: str) -> None:
        assert self.open.name == tag, f"{tag} closes {self.open.name}"
        assert self.open.parent is not None
        self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        node: Node | None = self.open
        if node is not None and node.name == "style":
            return
        while node is not None:
            node.said += data
            node = node.parent


def read(html: str) -> Node:
    """The elements of a text of HTML."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open is reader.root, f"{reader.open.name} is not closed"
    return reader.root


@cache
def person(name: str) -> Case:
    return shipped().read_case(ROOT / "examples" / f"{name}.yaml")


@cache
def ways(name: str, goal: str = "for") -> Ways:
    return shipped().paths(person(name), goal, ON)


def timeline(name: str) -> Timeline:
    return shipped().timeline(
        person(name), ["rechtskreis", "sgb2.entitled", "asylblg.analog", "ik.order_abh"], UNTIL, ON
    )


@cache
def models(name: str) -> dict[str, Any]:
    """One of each model that can be shown."""
    engine, case = shipped(), person(name)
    answer = engine.assess(case, ON)
    return {
        "Assessment": answer,
        "Overview": engine.overview(case, ON),
        "Case": case,
        "OfferList": engine.offers(),
        "Way": ways(name).paths[0],
        "Ways": ways(name),
        "Choice": choose(engine.rulebook, [ways(name), ways(name, "beruf")]),
        "Timeline": timeline(name),
        "Explanation": engine.why(case, "dul60c.claim", ON),
        "WhyNot": engine.why_not(case, "dul60c.claim", ON, UNTIL),
        "Turns": engine.when(case, ["asylblg.analog", "bafoeg.claim"], ON, UNTIL),
        "Differences": engine.changed((case, dt.date(2024, 1, 1)), (case, ON)),
        "Questions": engine.ask(engine.case(assumptions=("regelfall",)), ON, ["bafoeg.claim"]),
    }


@cache
def shown(kind: str, lang: str) -> str:
    return as_html(shipped(), models("p16")[kind], lang)


every_kind = pytest.mark.parametrize("kind", KINDS)
every_language = pytest.mark.parametrize("lang", texts.LANGUAGES)


# Sound and accessible.


@every_kind
@every_language
def test_the_html_is_sound_and_self_contained(kind: str, lang: str) -> None:
    html = shown(kind, lang)
    root = read(html)
    (section,) = root.children
    assert section.classes()[0] == PREFIX
    assert section.attributes["lang"] == {"einfach": "de"}.get(lang, lang)
    assert not root.named("script", "link", "img", "iframe", "object", "input", "form", "a")
    assert (
        "http" not in html
        and "javascript" not in html
        and "@import" not in html
        and "url(" not in html
    )
    assert not [
        node
        for node in root.all()
        if "style" in node.attributes or any(key.startswith("on") for key in node.attributes)
    ]
    for node in root.all():
        assert all(name.startswith(PREFIX) for name in node.classes())
        assert "id" not in node.attributes, "two displays in one notebook would share it"


@every_kind
@every_language
def test_headings_go_down_one_step_at_a_time(kind: str, lang: str) -> None:
    for html, top in (
        (shown(kind, lang), 2),
        (as_page(shipped(), models("p16")[kind], lang), 1),
    ):
        levels = [
            int(node.name[1]) for node in read(html).all() if re.fullmatch("h[1-6]", node.name)
        ]
        assert levels[0] == top and levels.count(top) == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels


@every_kind
@every_language
def test_tables_lists_days_and_folds_say_what_they_are(kind: str, lang: str) -> None:
    root = read(shown(kind, lang))
    for table in root.named("table"):
        assert table.children[0].name == "caption" and table.children[0].text().strip()
        assert all(cell.attributes["scope"] in ("col", "row") for cell in table.named("th"))
        widths = {len(row.children) for row in table.named("tr")}
        assert len(widths) == 1
        assert all(cell.text().strip() for cell in table.named("th"))
    for listing in root.named("ol", "ul"):
        assert listing.children and {item.name for item in listing.children} == {"li"}
    for day in root.named("time"):
        assert dt.date.fromisoformat(str(day.attributes["datetime"])) and day.text()
    for fold in root.named("details"):
        assert fold.children[0].name == "summary" and fold.children[0].text().strip()
    for node in root.named(*INLINE):
        assert not node.named("p", "table", "section", "ul", "ol")
    for drawn in root.all():
        if f"{PREFIX}-bar" in drawn.classes() or drawn.name == "svg":
            assert drawn.attributes["role"] == "img" and drawn.attributes["aria-label"]


def test_every_step_of_a_way_has_its_month() -> None:
    """And every wait that lasts longer than a month the one in which it is over."""
    days = [node.attributes["datetime"] for node in read(shown("Way", "de")).named("time")]
    told = []
    for leg in ways("p16").paths[0].legs:
        start, end = leg.start_range.typical, leg.end_range.typical
        if leg.kind != "wait":
            told.append(start.isoformat())
        elif end > add_months(start, 1):
            told.append(end.isoformat())
    assert days == told


@every_kind
@every_language
def test_colour_is_never_the_only_signal(kind: str, lang: str) -> None:
    root = read(shown(kind, lang))
    colours = {f"{PREFIX}-{answer}" for answer in ("holds", "fails", "unknown")}
    coloured = [node for node in root.all() if colours & set(node.classes())]
    assert all(node.text().strip() for node in coloured)
    for node in coloured:
        letters = node.text().split()[0]
        assert len(set(letters)) == 1 and (letters[0] in "#.?" or letters[0].isupper())
    assert coloured or kind not in ("Assessment", "Timeline")


def test_letters_and_words_of_different_answers_differ() -> None:
    for kind in ("Assessment", "Timeline"):
        for block in screen_of(shipped(), models("p16")[kind]).blocks:
            marks = list(marked(block))
            assert marks
            assert (
                len({mark.letter for mark in marks})
                == len({mark.word for mark in marks})
                == len(set(marks))
            )


def marked(block: Any) -> Iterator[Mark]:
    """The answers in a block."""
    if isinstance(block, Mark):
        yield block
    parts = (
        block
        if isinstance(block, tuple)
        else [getattr(block, name, ()) for name in ("blocks", "rows", "parts")]
    )
    for part in parts:
        yield from marked(part)


def test_styles_reach_nothing_outside() -> None:
    for selectors in re.findall(r"([^{}]+)\{", style("screen.css")):
        for selector in selectors.split(","):
            assert selector.strip().startswith((f".{PREFIX}", "@media print")), selector


# Escaping.

hostile = '<script>alert("x")</script>&\'"<b onclick=x>'


def test_everything_is_escaped() -> None:
    bad = hostile
    table = Table(bad, (bad, bad), ((bad, (When(ON, bad), Mark("holds", "<", bad), Hidden(bad))),))
    items = Items((bad, Branch(bad, Items((bad,), ordered=True))))
    bar, section, folded = (
        Bar(((Mark("holds", "<", bad), 3),), bad),
        Section(bad, (bad,)),
        Section(bad, (bad,), weight="folded"),
    )
    later = add_months(ON, 3)
    drawn = (
        TimeLine(ON, (Point(When(later, bad), bad, paper=True),), bad),
        Course(ON, later, (Leg(1, ON, later),), None, later, None, (later,), later, bad),
    )
    blocks = (bad, table, items, bar, section, folded, Cards((section,)), *drawn)
    screen = Screen("de", bad, blocks, (bad,), about=(Blank(bad),))
    for html in (fragment(screen), page(screen)):
        root = read(html)
        assert not root.named("script", "b")
        assert root.named("section")[0].text().count(hostile) == 22
        assert [
            node.attributes["aria-label"] for node in root.all() if "aria-label" in node.attributes
        ] == [bad] * 3


def test_a_hostile_title_in_the_data_is_shown_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Words, "rule", lambda _words, _id: hostile)
    monkeypatch.setattr(Words, "step", lambda _words, _id: hostile)
    for kind in ("Assessment", "Timeline", "Ways", "OfferList"):
        root = read(as_html(shipped(), models("p16")[kind]))
        assert hostile in root.text()
        assert not root.named("script", "b")


# Protected values.


def protected(engine: Engine) -> set[str]:
    """Facts that are marked, and those that are derived from them."""
    vocabulary = engine.rulebook.vocabulary
    return {
        id
        for id in vocabulary.facts
        if any(vocabulary.facts[one].sensitive for one in vocabulary.inputs[id])
    }


def told_in(root: Node) -> dict[str, str]:
    """Facts and values of all tables of facts."""
    heads = {texts.text("show.screen.head.fact", lang) for lang in texts.LANGUAGES}
    tables = (table for table in root.named("table") if table.named("th")[0].text() in heads)
    return {
        row.children[0].text(): row.children[1].text()
        for table in tables
        for row in table.named("tr")[1:]
    }


@pytest.mark.parametrize("path", PERSONS, ids=lambda path: path.stem)
@every_language
def test_no_protected_value_is_shown_unless_asked_for(path: Path, lang: str) -> None:
    engine, case, words = shipped(), person(path.stem), Words(shipped(), lang)
    hidden = texts.text("show.screen.hidden", lang)
    secret = protected(engine)
    answer = engine.assess(case, ON, ["sgb2.entitled"])
    for model in (case, answer, timeline(path.stem)):
        html = as_html(engine, model, lang)
        told = told_in(read(html))
        assert told
        own = model.told if isinstance(model, Case) else ()
        for fact in secret & {*own, *facts_assumed(engine, model)}:
            assert told.get(words.fact(fact)) == (hidden if fact in own else None), fact
    sees_all = told_in(read(as_html(engine, case, lang, sensitive=True)))
    assert hidden not in sees_all.values()
    assert all(
        sees_all[words.fact(fact)] == words.spoken(fact, value) for fact, value in case.told.items()
    )


def facts_assumed(engine: Engine, model: Any) -> set[str]:
    """The facts that are assumed for an answer, or for the answers of a case."""
    answer = engine.assess(model, ON, []) if isinstance(model, Case) else model
    return {fact for one in answer.assumptions for fact in one.facts}


@every_language
def test_a_protected_assumption_is_counted_and_not_named(lang: str) -> None:
    """Nobody told it of this person; its name alone is an insult on a page."""
    engine, words = shipped(), Words(shipped(), lang)
    secret = protected(engine)
    for kind in ("Overview", "Choice", "Assessment"):
        model = models("p16")[kind]
        assumed = facts_assumed(engine, model)
        foot = read(as_html(engine, model, lang)).named("footer")[0].text()
        assert texts.text("show.screen.unnamed", lang, number=len(secret & assumed)) in foot
        assert not [fact for fact in secret & assumed if words.fact(fact) in foot]
        named = read(as_html(engine, model, lang, sensitive=True)).named("footer")[0].text()
        assert all(words.fact(fact) in named for fact in assumed)


@pytest.mark.parametrize("path", PERSONS, ids=lambda path: path.stem)
def test_the_words_of_protected_values_stand_nowhere_in_a_case(path: Path) -> None:
    """Values that only a protected fact has, in words and as they stand in the file."""
    engine, case, words = shipped(), person(path.stem), Words(shipped(), "de")
    secret = protected(engine)
    open_words = " ".join(
        words.spoken(fact, value) for fact, value in case.told.items() if fact not in secret
    )
    meanings = " ".join(fact.meaning.de for fact in engine.rulebook.vocabulary.facts.values())
    shown = f"{as_html(engine, case)} {as_text(engine, case)}"
    for fact in secret & set(case.told):
        value = case.told[fact]
        for said in {words.spoken(fact, value), str(value)}:
            if len(said) > 5 and said not in open_words and said not in meanings:
                assert said not in shown, fact


def test_a_value_that_follows_from_a_protected_one_is_protected() -> None:
    case = shipped().case(months_title_held=7, german_ladder="A2")
    assert "7 Monate" not in as_html(shipped(), case) and "Deutsch A2" in as_html(shipped(), case)
    assert "7 Monate" in as_html(shipped(), case, sensitive=True)


@every_language
def test_a_page_does_not_name_the_special_fact_that_something_hangs_on(lang: str) -> None:
    """The counsellor's terminal does: it is the counsellor who asks."""
    engine = shipped()
    answer, named = engine.overview(person("p12"), ON), Words(engine, lang).fact("disadvantaged")
    hint = texts.text("show.screen.special", lang)
    assert named in " ".join(" ".join(overview_lines(Words(engine, lang), answer)).split())
    assert named not in as_html(engine, answer, lang) and hint in as_html(engine, answer, lang)
    assert named in as_html(engine, answer, lang, sensitive=True)


# Drawings and cards.


def classes(root: Node, name: str) -> list[Node]:
    return [node for node in root.all() if f"{PREFIX}-{name}" in node.classes()]


@pytest.mark.parametrize("path", PERSONS, ids=lambda path: path.stem)
def test_the_end_of_the_paper_has_a_mark_of_its_own(path: Path) -> None:
    answer = shipped().overview(person(path.stem), ON)
    near = [one for one in answer.deadlines if one.day < add_months(ON, 24)]
    root = read(as_html(shipped(), answer))
    papers = [one for one in near if one.paper]
    assert len(classes(root, "end")) == len(classes(root, "after")) == len(papers) <= 1
    assert bool(classes(root, "blank")[1:]) != any(one.paper for one in answer.deadlines)
    said = root.text()
    assert all(texts.day(one.last_day_to_act, "de") in said for one in near)
    for drawn in root.named("svg"):
        marks = [node.text() for node in drawn.all() if f"{PREFIX}-number" in node.classes()]
        assert marks == [str(number + 1) for number in range(len(marks))]
        assert len(classes(root, "line")[0].named("li")) == len(marks)


@pytest.mark.parametrize("path", PERSONS, ids=lambda path: path.stem)
def test_the_way_told_first_is_the_first_card_and_unclear_ones_are_folded(path: Path) -> None:
    engine = shipped()
    choice = choose(engine.rulebook, [ways(path.stem), ways(path.stem, "beruf")])
    root = read(as_html(engine, choice))
    for goal in (one for one in choice.goals if one.best):
        assert goal.first is not None
        title = engine.catalogue.goals[goal.goal].title.de
        (section,) = [one for one in root.named("section") if one.children[0].text() == title]
        rows = classes(section, "cards")
        (first, *others) = rows[0].children
        view = WaysView(Words(engine, "de"))
        assert view.dates(goal, goal.first.way) in first.text()
        assert f"{PREFIX}-first" in first.classes()
        shown = sum(len(row.children) for row in rows)
        assert shown == len(goal.paths) and len(others) <= 2
        unclear = texts.catalogue("de")["show.goal.conditional"].partition("{")[0]
        assert not [card for card in others if unclear in card.text()]


def test_a_drawn_way_has_every_step_its_ends_and_its_windows() -> None:
    choice = choose(shipped().rulebook, [ways("p11")])
    path = choice.goals[0].best
    assert path is not None
    card = classes(read(as_html(shipped(), choice)), "first")[1]
    for name, number in (("least", 1), ("usual", 2), ("longest", 1), ("goal", 1)):
        assert len(classes(card, name)) == number
    beside = [leg for leg in path.legs if leg.kind == "beside"]
    assert len(classes(card, "step")) == len(path.steps) - len(beside)
    assert len(classes(card, "beside")) == len(beside) == 1
    assert classes(card, "window")


# Foot and languages.


@every_kind
@every_language
def test_the_foot_is_there(kind: str, lang: str) -> None:
    model, engine = models("p16")[kind], shipped()
    feet = [
        " ".join(read(shown(kind, lang)).named("footer")[0].text().split()),
        " ".join(as_text(engine, model, lang).split()),
    ]
    for foot in feet:
        assert texts.text("show.disclaimer", lang) in foot
        if kind == "OfferList":
            assert engine.catalogue.head.stand.isoformat() in foot
            continue
        assert texts.day(engine.rulebook.book.rechtsstand, lang) in foot
        assert all(
            caveat.in_(lang) in foot for caveat in engine.caveats(engine.rulebook.book.rechtsstand)
        )
        assert kind == "Way" or engine.catalogue.assumptions["regelfall"].title.in_(lang) in foot
        code = {"Case": "screen.no_day", "Way": "screen.part"}.get(kind)
        first = texts.text(f"show.{code}", lang) if code else texts.day(ON, lang)
        assert first in foot


def test_the_rechtsstand_is_told_also_of_a_day_before_it() -> None:
    engine = shipped()
    early = engine.assess(person("p07"), dt.date(2026, 7, 1), ["sgb2.entitled"])
    assert texts.day(engine.rulebook.book.rechtsstand, "de") in as_text(engine, early)


@every_kind
def test_languages_differ_and_plain_text_fits(kind: str) -> None:
    said = {lang: as_text(shipped(), models("p16")[kind], lang) for lang in texts.LANGUAGES}
    assert len(set(said.values())) == len(texts.LANGUAGES)
    assert all(len(line) <= 100 for text in said.values() for line in text.splitlines())
    assert not any("<" in text for text in said.values())


@every_language
def test_the_overview_and_the_ways_say_what_the_terminal_says(lang: str) -> None:
    engine, found, words = shipped(), models("p16"), Words(shipped(), lang)
    printed = {
        "Overview": overview_lines(words, found["Overview"]),
        "Choice": ways_lines(words, found["Choice"], everything=True),
    }
    for kind, lines in printed.items():
        html = as_html(engine, found[kind], lang).partition("</style>")[2]
        on_page = markup.unescape(re.sub("<[^>]*>", " ", html)).casefold()
        terminal = " ".join(itertools.takewhile(bool, lines)).casefold()
        assert set(re.findall(r"\w+", terminal)) <= set(re.findall(r"\w+", on_page))


def test_a_page_is_whole() -> None:
    html = as_page(shipped(), models("p16")["Timeline"], "en")
    assert html.startswith('<!DOCTYPE html><html lang="en">')
    assert [node.name for node in read(html).children[0].children] == ["head", "body"]


# Timelines on the terminal.


@every_language
@pytest.mark.parametrize("name", ["p07", "p16"])
def test_a_timeline_on_the_terminal_fits_and_names_every_turn(name: str, lang: str) -> None:
    line = shipped().timeline(person(name), shipped().rulebook.conclusions, UNTIL, ON)
    lines = timeline_lines(shipped(), line, lang)
    assert all(len(text) <= 100 for text in lines)
    said = " ".join(" ".join(lines).split())
    for rule, stretches in line.stretches.items():
        assert shipped().rulebook.rules[rule].title.in_(lang) in said
        assert all(texts.day(stretch.from_, lang) in said for stretch in stretches)
    assert texts.text("show.disclaimer", lang) in said


@given(st.lists(st.integers(1, 4_000), min_size=1, max_size=72))
def test_a_bar_gives_every_stretch_a_letter_and_is_as_wide_as_said(days: list[int]) -> None:
    letters = shares(days, 72)
    assert sum(letters) == 72 and min(letters) >= 1
    assert len(letters) == len(days)


def test_a_bar_of_more_stretches_than_letters_gives_each_one() -> None:
    assert shares([3] * 80, 72) == [1] * 80


# Notebooks.


@every_language
def test_a_notebook_shows_every_model(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = start(monkeypatch)
    show_in_notebook(shipped(), lang)
    for kind, model in models("p16").items():
        notebook.display(model)
        assert notebook.shown[-1] == shown(kind, lang)
        assert notebook.text(model) == "\n".join(text_lines(screen_of(shipped(), model, lang)))


def test_a_notebook_shows_protected_values_only_when_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notebook, case = start(monkeypatch), person("p16")
    status = Words(shipped(), "de").spoken("status", case.told["status"])
    for sensitive in (False, True, False):
        show_in_notebook(shipped(), sensitive=sensitive)
        notebook.display(case)
        assert (status in notebook.shown[-1], status in notebook.text(case)) == (
            sensitive,
            sensitive,
        )


def test_outside_a_notebook_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (None, type("Idle", (), {"get_ipython": staticmethod(lambda: None)})):
        monkeypatch.setitem(sys.modules, "IPython", module)
        with pytest.raises(NotebookUnavailable, match="as_html") as caught:
            show_in_notebook(shipped())
        assert len(caught.value.mistakes) == 1


def test_what_cannot_be_shown_is_refused() -> None:
    with pytest.raises(UsageError, match="int"):
        as_html(shipped(), 5)
    for call in (
        lambda: as_html(shipped(), person("p16"), "fr"),
        lambda: show_in_notebook(shipped(), "fr"),
    ):
        with pytest.raises(UsageError, match="fr"):
            call()


def test_nothing_of_it_needs_ipython_or_an_extra() -> None:
    code = (
        "import sys, klappts_engine.show.notebook, klappts_engine.show.display;"
        "print([n for n in ('IPython', 'jinja2', 'typer', 'rich') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_way_is_shown_alone_as_among_others() -> None:
    (way, *_) = ways("p16").paths
    assert isinstance(way, Way)
    alone, among = (
        set(re.findall(r"<li>.*?</li>", as_html(shipped(), model))) for model in (way, ways("p16"))
    )
    assert alone and alone <= among
