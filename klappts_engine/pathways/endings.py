"""What the file of endings holds: what ends for whom, and what a running step carries."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from klappts_engine.validation import Data, Months, Text

Cited = Annotated[tuple[str, ...], Field(min_length=1)]


class Ending(Data):
    """Something that ends on a day, for whoever `when` holds, and what has to be done before.

    Its last day is told by `fact`; or lies `months` (a number, or the fact that tells it) after the
    day told by `since`, the day before the same date; or is the last one on which `until` holds.
    `unless`: a fact that says it better where it is told. `past`: it is said only once it is over.
    `paper`: with it ends what the stay rests on, so that everything later needs a new paper.
    `body` is whom to turn to, `follow` are the rules that can follow, `advice_first` says that
    independent advice comes before.
    """

    title: Text
    when: Any = None
    fact: str | None = None
    since: str | None = None
    months: Months | str | None = None
    until: Any = None
    unless: str | None = None
    past: bool = False
    paper: bool = False
    act: Text
    body: str
    advice_first: bool = False
    cite: Cited
    follow: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_day(self) -> Ending:
        ways = (self.fact is not None, self.since is not None, self.until is not None)
        if sum(ways) != 1 or (self.since is None) != (self.months is None):
            raise ValueError("ending_day")
        return self


class Carried(Data):
    """What hangs on the step that is under way, for whoever `when` holds, and how to keep it."""

    title: Text
    when: Any
    keep: Text
    body: str
    cite: Cited
