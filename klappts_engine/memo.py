"""Answers of a method that are kept on its instance."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

Self = TypeVar("Self")
Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def memo(
    method: Callable[Concatenate[Self, Given], Answer],
) -> Callable[Concatenate[Self, Given], Answer]:
    """A method that answers once for each set of positional arguments, all of them hashable.

    Two threads that ask at once may both work out the answer; both are given a whole one.
    """
    name = f"_memo_{method.__name__}"

    @wraps(method)
    def kept(self: Any, *args: Any) -> Any:
        known = self.__dict__.setdefault(name, {})
        if args not in known:
            known[args] = method(self, *args)  # type: ignore[call-arg]
        return known[args]

    return kept  # type: ignore[return-value]
