"""The steps of told stories were open, setbacks were to be seen, or the reason stands beside; the
page of both is up to date."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.story_table import Held, Page, held, is_open, seen

PAGE = Path(__file__).parent.parent / "docs" / "stories.md"


@pytest.fixture(scope="module")
def both() -> Held:
    return held()


def test_every_entry_is_a_step_of_ours_or_says_why_not(both: Held) -> None:
    stories = both.stories.stories
    assert len(stories) == len({story.id for story in stories}) == 24
    for story in stories:
        for taken in story.steps:
            assert bool(taken.step) != (taken.no_step in both.stories.no_step), (story.id, taken.on)
            assert bool(taken.step) == (taken.no_step is None), (story.id, taken.on)
            assert taken.on or not taken.step, story.id
        days = [taken.on for taken in story.steps if taken.coarse] + [
            setback.on for setback in story.setbacks if setback.coarse
        ]
        assert all(day and day.day == 1 for day in days), story.id


def test_every_step_taken_was_open_or_is_a_known_difference(both: Held) -> None:
    taken = [
        (story, one, f"{story.id} {one.on}")
        for story in both.stories.stories
        for one in story.steps
        if one.step
    ]
    opened = {label for story, one, label in taken if is_open(both.taken(story, one))}
    known = {label for _, one, label in taken if one.known}
    assert opened.isdisjoint(known) and opened | known == {label for _, _, label in taken}


def test_every_setback_was_to_be_seen_or_says_why_not(both: Held) -> None:
    for story in both.stories.stories:
        for setback in story.setbacks:
            came = seen(both.asked(story, setback))
            assert (came == "yes") == (setback.unseen is None), (story.id, setback.on, came)


def test_no_answer_from_before_a_rule_begins_counts(both: Held) -> None:
    rulebook = both.engine.rulebook
    asks = [
        (story.id, ask)
        for story in both.stories.stories
        for setback in story.setbacks
        for ask in setback.ask
    ]
    for id, ask in asks:
        for moment in (ask.then, ask.against):
            if moment is not None:
                assert (moment.step is None) == (ask.what not in ("livelihood", "door")), id
                assert moment.step or rulebook.rule(ask.what).version(moment.on), (
                    id,
                    ask.what,
                    moment.on,
                )


def test_the_page_is_up_to_date(both: Held) -> None:
    text = Page(both).text()
    if os.environ.get("KLAPPTS_UPDATE"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "KLAPPTS_UPDATE=1 pytest tests/test_stories.py"
