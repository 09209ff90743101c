"""The pages to hand over in a real browser: one sheet each in print, usable on a telephone,
accessible, sealed, and silent on what is protected. Skipped where there is no browser."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from klappts_engine import Ways, texts
from klappts_engine.facts.case import Case
from klappts_engine.show.display import as_page
from klappts_engine.show.words import Words
from klappts_engine.ways.choice import choose
from tests.shipped import shipped

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright; make browser")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe; make browser")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium; make browser installs it")

ON = dt.date(2026, 11, 22)
ROOT = Path(__file__).parent.parent
PERSONS = ("p06", "p11", "p12", "p13", "p14", "p19")
"""Among them the longest pages, a training under way, and papers that end."""
TELEPHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
A4 = (595, 842)
"""In points."""

every_person = pytest.mark.parametrize("name", PERSONS)
every_page = pytest.mark.parametrize("kind", ["assess", "paths", "paths_for"])
every_language = pytest.mark.parametrize("lang", texts.LANGUAGES)


@cache
def answer(kind: str, name: str) -> Any:
    if kind == "assess":
        return shipped().overview(person(name), ON)
    goals = ("for",) if kind == "paths_for" else ("for", "beruf")
    return choose(shipped().rulebook, [ways(name, goal) for goal in goals])


@cache
def ways(name: str, goal: str) -> Ways:
    return shipped().paths(person(name), goal, ON)


def person(name: str) -> Case:
    return shipped().read_case(ROOT / "examples" / f"{name}.yaml")


def written(kind: str, name: str, lang: str) -> str:
    return as_page(shipped(), answer(kind, name), lang)


class Opened(NamedTuple):
    """A page in the browser, its file, and the addresses that were asked for."""

    page: Any
    address: str
    asked: list[str]

    def unfold(self) -> None:
        """Opens everything that is folded."""
        self.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")

    def sideways(self) -> int:
        """By how many pixels the page is wider than the screen."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    def sheets(self) -> list[tuple[float, float]]:
        """Width and height of every printed sheet."""
        printed = self.page.pdf(prefer_css_page_size=True, print_background=True).decode("latin-1")
        boxes = re.findall(r"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
        assert len(boxes) == len(re.findall(r"/Type\s*/Page\b", printed))
        return [(float(width), float(height)) for width, height in boxes]

    def violations(self) -> list[str]:
        """What axe finds, with the element."""
        found = axe.Axe().run(self.page).response["violations"]
        return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


class Browser:
    """Opens texts of HTML, each as a file of its own."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self._browser = browser
        self._folder = folder

    def open(self, html: str, size: dict[str, int] = DESK) -> Opened:
        file = self._folder / "page.html"
        file.write_text(html, encoding="utf-8")
        for context in self._browser.contexts:
            context.close()
        page = self._browser.new_context(viewport=size).new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri(), wait_until="load")
        return Opened(page, file.as_uri(), asked)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    # Chromium does not start its sandbox as root.
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=options)
        yield Browser(started, tmp_path_factory.mktemp("pages"))
        started.close()


@every_language
@every_page
@every_person
def test_a_page_is_one_sheet_of_a4(browser: Browser, name: str, kind: str, lang: str) -> None:
    (sheet,) = browser.open(written(kind, name, lang)).sheets()
    assert sheet == pytest.approx(A4, abs=1)


@every_page
@every_person
def test_a_page_fits_on_a_telephone(browser: Browser, name: str, kind: str) -> None:
    opened = browser.open(written(kind, name, "de"), TELEPHONE)
    assert opened.sideways() == 0
    opened.unfold()
    assert opened.sideways() == 0


@every_page
@pytest.mark.parametrize("size", [TELEPHONE, DESK], ids=["telephone", "desk"])
@pytest.mark.parametrize(("name", "lang"), [("p11", "einfach"), ("p14", "de"), ("p19", "en")])
def test_axe_finds_nothing(
    browser: Browser, size: dict[str, int], kind: str, name: str, lang: str
) -> None:
    """Contrast, names, headings, landmarks, languages, with everything unfolded."""
    opened = browser.open(written(kind, name, lang), size)
    opened.unfold()
    assert opened.violations() == []


@every_page
@every_person
def test_a_page_asks_for_nothing(browser: Browser, name: str, kind: str) -> None:
    opened = browser.open(written(kind, name, "de"))
    opened.unfold()
    opened.page.wait_for_load_state("networkidle")
    assert opened.asked == [opened.address]


@every_page
@every_person
@every_language
def test_no_special_fact_is_named(browser: Browser, name: str, kind: str, lang: str) -> None:
    """Of health and of convictions nothing at all; of what is protected nothing that is only
    assumed."""
    engine, words = shipped(), Words(shipped(), lang)
    found = answer(kind, name)
    opened = browser.open(written(kind, name, lang))
    opened.unfold()
    said = opened.page.inner_text("body")
    vocabulary = engine.rulebook.vocabulary
    special = {id for id, fact in vocabulary.facts.items() if fact.sensitive in ARTICLES_9_AND_10}
    assumed = {fact for one in found.assumptions for fact in one.facts}
    hidden = {fact for fact in assumed if any(map(protected, vocabulary.inputs[fact]))}
    assert special and hidden
    assert not [fact for fact in special | hidden if words.fact(fact) in said]


ARTICLES_9_AND_10 = ("health", "conviction")


def protected(fact: str) -> bool:
    return shipped().rulebook.vocabulary.facts[fact].sensitive is not None


@every_page
@every_language
def test_a_page_says_whose_it_is_and_of_which_day(browser: Browser, kind: str, lang: str) -> None:
    page = browser.open(written(kind, "p14", lang)).page
    assert page.evaluate("document.documentElement.lang") == {"einfach": "de"}.get(lang, lang)
    for day in (ON, shipped().rulebook.book.rechtsstand):
        assert texts.day(day, lang) in page.title()
        assert texts.day(day, lang) in page.inner_text(".klappts-about")
    line = page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('.klappts-blank'), '::after').width)"
    )
    assert line > 150


@every_person
def test_what_comes_first_is_first_and_biggest(browser: Browser, name: str) -> None:
    page = browser.open(written("assess", name, "de")).page
    heads = page.locator("h2").all_inner_texts()
    first = [texts.text(f"show.row.{id}", "de") for id in ("zuerst", "jetzt")]
    found = answer("assess", name)
    urgent = found.running or any(one.day < ON.replace(year=2027) for one in found.deadlines)
    assert heads[:2] == first if urgent else heads[:1] == first[1:]
    size = "parseFloat(getComputedStyle({}).fontSize)".format
    firsts = page.evaluate(
        f"[...document.querySelectorAll('.klappts-first li')].map(one => {size('one')})"
    )
    others = page.evaluate(
        "[...document.querySelectorAll('.klappts :not(.klappts-first) > :is(p, ul, ol)')]"
        ".filter(one => !one.closest('.klappts-first, .klappts-about'))"
        f".map(one => {size('one')})"
    )
    assert min(firsts) > max(others)


def test_the_measures_notice_what_is_wrong(browser: Browser) -> None:
    """A page that is too wide, too long, pale, without a language, and asks for a picture."""
    bad = browser.open(
        "<!DOCTYPE html><html><head><title>x</title></head><body><main><h1>x</h1>"
        "<p style='color: #ccc; width: 900px'>too pale</p><img src='missing.png' alt='x'>"
        f"{'<p>x</p>' * 90}</main></body></html>",
        TELEPHONE,
    )
    assert bad.sideways() > 0
    assert len(bad.sheets()) > 1
    assert {one.partition(":")[0] for one in bad.violations()} >= {
        "color-contrast",
        "html-has-lang",
    }
    assert len(bad.asked) == 2
