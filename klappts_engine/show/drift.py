"""How a report on the rulebook reads: changes of the law at cited places."""

from __future__ import annotations

from collections.abc import Sequence

from klappts_engine import texts
from klappts_engine.rules.upkeep.drift import Drift


def drift_lines(found: Sequence[Drift], since: str, lang: str) -> list[str]:
    """One line a place, then the sum."""

    def text(code: str, **params: object) -> str:
        return texts.text(f"show.drift.{code}", lang, **params)

    lines: list[str] = []
    for one in found:
        where = (
            text("sentences", numbers=", ".join(map(str, one.sentences))) if one.sentences else ""
        )
        change, rules = text(one.change, to=one.to), ", ".join(one.rules)
        lines.append(
            text(
                "line",
                citation=one.citation,
                change=change,
                where=where,
                file=one.file,
                rules=rules,
            )
        )
    if not found:
        return [text("none", since=since)]
    concerned = {rule for one in found for rule in one.rules}
    return [*lines, "", text("total", places=len(found), rules=len(concerned), since=since)]
