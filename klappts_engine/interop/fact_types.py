"""The facts of a vocabulary as Python types, for editors and type checkers."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator
from pathlib import Path

import klappts_engine.facts
from klappts_engine.facts.vocabulary import Vocabulary

FILE = Path(klappts_engine.facts.__file__).parent / "typed.py"
"""The types of the shipped vocabulary. A test holds the file against the vocabulary."""

_HEAD = '''\
"""The facts of the shipped vocabulary as types, for editors and type checkers."""
# fmt: off
# Made from the vocabulary, not by hand: KLAPPTS_UPDATE=1 pytest tests/test_fact_types.py

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypedDict

from klappts_engine.facts.derive import StayPeriod
from klappts_engine.intake import DayLike

if TYPE_CHECKING:
    from typing import Unpack

    from klappts_engine.facts.case import Case
'''
_FACTS = '''

class Facts(TypedDict, total=False):
    """What a case may tell, by fact; None is unknown."""

    assumptions: list[str] | tuple[str, ...]
    as_of: DayLike | None
'''
_CASE = '''

if TYPE_CHECKING:

    class ShippedCase(Case):
        """A case of the shipped vocabulary: `klappts_engine.Case`, as type checkers see it."""

'''
_INIT = """
        def __init__(self, **facts: Unpack[Facts]) -> None: ...
"""

_GIVEN = {
    "bool": "bool",
    "number": "float",
    "date": "DayLike",
    "enum": "{choice}",
    "status": "{choice}",
    "set": "Collection[{choice}]",
    "id": "str",
    "countries": "list[str] | tuple[str, ...]",
    "stay": "Sequence[StayPeriod | Mapping[str, object]]",
}
_HELD = _GIVEN | {
    "date": "dt.date",
    "set": "frozenset[{choice}]",
    "countries": "tuple[str, ...]",
    "stay": "tuple[StayPeriod, ...]",
}


def fact_types(vocabulary: Vocabulary, local: Collection[str] = ()) -> str:
    """A Python module with two types: `Facts`, what a case may tell, for `Unpack`, and
    `ShippedCase`, a case with each fact as an attribute.

    The values of facts in `local` are those of a region, so any text will do.
    """
    names: dict[tuple[str, ...], str] = {}
    for id in vocabulary.facts:
        if id not in local and (values := vocabulary.values_of(id)):
            names.setdefault(values, "".join(part.capitalize() for part in id.split("_")))

    def lines(spelled: dict[str, str]) -> Iterator[str]:
        for id, fact in vocabulary.facts.items():
            kind = spelled[fact.type].format(choice=names.get(vocabulary.values_of(id), "str"))
            yield f"{id}: {kind} | None\n"

    choices = "".join(_choice(name, values) for values, name in names.items())
    given = textwrap.indent("".join(lines(_GIVEN)), " " * 4)
    held = textwrap.indent("".join(lines(_HELD)), " " * 8)
    return f"{_HEAD}\n{choices}{_FACTS}{given}{_CASE}{held}{_INIT}"


def _choice(name: str, values: tuple[str, ...]) -> str:
    """A name for one of several values, in lines of at most 100 columns."""
    spelled = ", ".join(f'"{value}"' for value in values)
    wrapped = textwrap.fill(
        spelled, 99, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False
    )
    return f"{name} = Literal[\n{wrapped},\n]\n"
