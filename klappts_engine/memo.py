"""What was made is kept: by a method on its instance, or in a mapping that fills itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple

Owner = TypeVar("Owner")
Args = TypeVarTuple("Args")
Answer = TypeVar("Answer")
Key = TypeVar("Key")


class Filled(dict[Key, Answer]):
    """A mapping that makes what is missing. As with `memo`, two threads may make it twice."""

    def __init__(self, make: Callable[[Key], Answer]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Key) -> Answer:
        return self.setdefault(key, self._make(key))


class _Kept(dict[Any, Any]):
    """Answers by argument. A copy or a pickle of it is empty: the answers are made again there."""

    def __reduce__(self) -> tuple[type[_Kept], tuple[()]]:
        return (_Kept, ())


def memo(method: Callable[[Owner, *Args], Answer]) -> Callable[[Owner, *Args], Answer]:
    """Keeps each answer of a method under its arguments, which must be hashable and positional. Two
    threads may make an answer twice; both are given the same one, and never half of it."""
    name = f"_kept_{method.__name__}"

    @wraps(method)
    def kept(owner: Owner, *args: *Args) -> Answer:
        try:
            answer: Answer = owner.__dict__[name][args]
            return answer
        except KeyError:
            answers: dict[Any, Answer] = owner.__dict__.setdefault(name, _Kept())
        return answers.setdefault(args, method(owner, *args))

    return kept
