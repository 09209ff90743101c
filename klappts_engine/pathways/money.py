"""What the file of livelihoods holds: benefits, and the profiles of what pays for a step."""

from __future__ import annotations

from typing import Any, Literal

from klappts_engine.validation import Data, Text

Share = Literal["full", "topup", "contribution", "kann"]


class Benefit(Data):
    """One way to pay for the livelihood."""

    title: Text


class Option(Data):
    """A benefit in a livelihood profile: whether it alone is enough, tops up, only contributes, or
    is discretion."""

    benefit: str
    when: Any
    share: Share


class Presumed(Data):
    """A value that is presumed while a step runs: `then` if the condition holds, `otherwise` if it
    fails.

    What is told is kept, unless it is one of the values that the presumption `replaces`.
    """

    when: Any
    then: Any
    otherwise: Any
    replaces: tuple[Any, ...] = ()


class Profile(Data):
    """The benefits that can carry a kind of step, in the order in which they are looked at.

    `presume` says what is presumed of the person meanwhile, for example that BAföG is drawn by
    whoever can claim it.
    """

    options: tuple[Option, ...]
    presume: dict[str, Presumed] = {}
