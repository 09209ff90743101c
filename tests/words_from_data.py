"""Says the answers of the command line again, from their JSON and the message catalogue alone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

from klappts_engine import texts

Json = dict[str, Any]
ORDER = ("open", "unknown", "not_yet", "no_longer", "stopped", "closed")
UNDER = {"discretion": "open", "level_missing": "not_yet"}
"""The heading under which a kind of step stands, where it is not its own."""


class Speaker:
    """The words for ids and sentences in one language; `data` is what `--json` prints."""

    def __init__(self, data: Json, lang: str) -> None:
        self.data = data
        self.lang = lang
        self.titles = data["titles"]

    def text(self, code: str, **params: object) -> str:
        return texts.text(f"show.{code}", self.lang, **params)

    def said(self, text: Json) -> str:
        return str(text.get(self.lang) or text["de"])

    def title(self, kind: str, id: str) -> str:
        return self.said(self.titles[kind][id])

    def label(self, fact: str, value: Any) -> str:
        if isinstance(value, bool):
            return self.text("yes" if value else "no")
        labels = self.titles["values"].get(fact, {})
        return self.said(labels[value]) if value in labels else str(value)

    def month(self, day: str | None) -> str:
        return f"{day[5:7]}/{day[:4]}" if day else self.text("never")

    def names(self, kind: str, ids: Iterable[str]) -> list[str]:
        return list(dict.fromkeys(self.title(kind, id) for id in ids))

    def todo(self, todo: Json) -> str:
        if todo["step"]:
            return self.title("steps", todo["step"])
        if isinstance(todo["value"], bool):
            return self.title("facts", todo["fact"])
        return self.label(todo["fact"], todo["value"])

    def place(self, there: Json) -> str:
        where = self.text(f"place.{there['place']}", seen=there["seen"])
        practice = there["practice"]
        return where if practice == "open" else f"{where}, {self.text(f'practice.{practice}')}"

    def more(self, names: Sequence[str], number: int, of: int) -> str:
        told = ", ".join(names[:number])
        left = of - number
        return self.text("and_more", what=told, number=left) if left else told

    def few(self, names: Sequence[str], everything: bool) -> list[str]:
        """Every way to name the first of some names, and to count the others."""
        numbers = [len(names)] if everything else range(1, len(names) + 1)
        return [self.more(names, number, len(names)) for number in numbers]


def sentence(text: str) -> str:
    """A text as it stands in a row."""
    begun = text[:1].upper() + text[1:]
    return begun if begun[-1] in ".?!" else f"{begun}."


def either(choices: Iterable[str]) -> str:
    """A pattern for one of several sentences."""
    return "(?:" + "|".join(re.escape(sentence(one)) for one in dict.fromkeys(choices)) + ")"


def short_form(citation: str) -> str:
    """A pattern for the short form of a citation."""
    law, found, place = citation.partition(" § ")
    if not found:
        return re.escape(citation)
    section = re.escape(place.split()[0])
    return rf"§ {section}(?: Abs\. \w+)? {re.escape(law)}"


def areas(data: Json, lang: str, everything: bool) -> dict[str, str]:
    """For each area of an overview a pattern that its row has to match as a whole; what is told
    only where there is room may be missing."""
    speaker = Speaker(data, lang)
    told = {"always", "if_room", "all"} if everything else {"always", "if_room", "short"}
    found: dict[str, str] = {}
    first = list(_first(speaker, everything))
    if first:
        found["zuerst"] = re.escape(speaker.text("row.zuerst")) + "".join(first)
    for area in data["overview"]:
        items = [item for item in area["items"] if item["told"] in told]
        parts = (
            _now(speaker, items, everything)
            if area["id"] == "jetzt"
            else _area(speaker, items, area, everything)
        )
        row = "".join(parts)
        if row:
            found[area["id"]] = re.escape(speaker.text(f"row.{area['id']}")) + row
    return found


def _first(speaker: Speaker, everything: bool) -> Iterable[str]:
    """The step that is under way and what hangs on it, and what ends within a year."""
    data, running = speaker.data, speaker.data["running"]
    today = dt.date.fromisoformat(data["on"])
    if running:
        usual, last = running["end_range"]["typical"], running["end_range"]["max"]
        code = "unknown" if last is None else "between" if last != usual else ""
        end = speaker.text(
            f"first_end_{code}" if code else "first_end",
            month=speaker.month(usual),
            last=speaker.month(last),
        )
        step, since = speaker.title("steps", running["step"]), speaker.month(running["since"])
        yield " " + either([speaker.text("first_running", step=step, since=since, end=end)])
        for bond in running["keep"]:
            what, keep = speaker.said(bond["what"]), speaker.said(bond["keep"])
            one = speaker.text("first_bond", what=what, keep=keep, cite=bond["cites"][0])
            yield " " + either([one])
        if running["at_risk"]:
            yield " " + either([speaker.text("first_risk")])
    if data["agreed"]:
        yield " " + either([_agreed(speaker, data["agreed"])])
    year = today.replace(year=today.year + 1).isoformat()
    soon = [one for one in data["deadlines"] if one["day"] <= year]
    for one in soon if everything else soon[:3]:
        over = one["day"] < data["on"]
        day = one["day"] if over else one["last_day_to_act"]
        yield " " + either(
            [
                speaker.text(
                    "first_over" if over else "first_deadline",
                    day=texts.day(dt.date.fromisoformat(day), speaker.lang),
                    what=speaker.said(one["what"]),
                    cite=one["cites"][0],
                    act=speaker.said(one["act"]),
                    body=speaker.title("bodies", one["body"]),
                )
            ]
        )
        if one["advice_first"]:
            yield " " + either([speaker.text("advice_first")])
    later = [one for one in data["deadlines"] if one["day"] > year]
    if everything and later:
        named = (
            speaker.text(
                "first_later_one",
                what=speaker.said(one["what"]),
                day=texts.day(dt.date.fromisoformat(one["day"]), speaker.lang),
            )
            for one in later
        )
        yield " " + either([speaker.text("first_later", what="; ".join(named))])


def _agreed(speaker: Speaker, agreed: Json) -> str:
    begins = agreed["begins"]
    told = speaker.text(
        "first_agreed" if begins else "first_agreed_some_day",
        step=speaker.text("choice").join(speaker.names("steps", agreed["steps"])),
        day=begins and texts.day(dt.date.fromisoformat(begins), speaker.lang),
        contract=speaker.label(agreed["fact"], agreed["contract"]),
    )
    if not agreed["todo"]:
        return told
    todo = ", ".join(speaker.todo(one) for one in agreed["todo"])
    return speaker.text("first_agreed_before", told=told, todo=todo)


def _area(speaker: Speaker, items: list[Json], area: Json, everything: bool) -> Iterable[str]:
    done: set[tuple[str, str]] = set()
    for item in items:
        about, kind = str(item["about"]), UNDER.get(item["kind"], str(item["kind"]))
        if about in ("step", "instead"):
            if (about, kind) in done:
                continue
            done.add((about, kind))
            alike = [
                one
                for one in items
                if one["about"] == about and UNDER.get(one["kind"], one["kind"]) == kind
            ]
            pattern = "".join(f" {one}" for one in _steps(speaker, alike, about, kind, everything))
            optional = not everything and all(one["told"] == "if_room" for one in alike)
            yield f"(?:{pattern})?" if optional else pattern
            continue
        yield from (f" {one}" for one in _alone(speaker, item, area["id"]))


def _alone(speaker: Speaker, item: Json, area: str) -> Iterable[str]:
    match item["about"]:
        case "value":
            yield from _value(speaker, item, area)
        case "question":
            yield either([speaker.title("questions", item["fact"])])
            if item["risk"]:
                yield either([speaker.said(item["risk"])])
            if item["otherwise"]:
                yield _cited(speaker.text("discretion_possible", cite="\0"), item)
        case "advice":
            yield either([speaker.text("advice_first")])
        case "nothing":
            urgent = item["kind"] == "nothing_urgent"
            yield either([speaker.text("nothing_to_clarify" if urgent else "nothing")])


def _value(speaker: Speaker, item: Json, area: str) -> Iterable[str]:
    fact, later = item["fact"], item["later"]
    soon = later and speaker.text(
        "later", what=speaker.label(fact, later["value"]), month=speaker.month(later["since"])
    )
    if item["value"] is None:
        choices = speaker.text("choice").join(speaker.label(fact, one) for one in item["possible"])
        code = "money_unknown" if area == "geld" else "work_unknown"
        yield either([speaker.text(code, choices=choices)])
    elif area == "geld":
        now = speaker.label(fact, item["value"])
        yield either([f"{now}; {soon}" if soon else now])
    else:
        shut = item["kind"] == "closed"
        code, mode = "work_banned" if shut else "work_cited", speaker.label(fact, item["value"])
        yield _cited(speaker.text(code, mode=mode, cite="\0"), item)
        if shut and soon:
            yield either([soon])


def _cited(text: str, item: Json) -> str:
    return re.escape(sentence(text)).replace("\0", short_form(item["citations"][0]))


def _steps(
    speaker: Speaker, items: list[Json], about: str, kind: str, everything: bool
) -> Iterable[str]:
    if about == "instead":
        names = speaker.names("steps", (item["step"] for item in items))
        choices = speaker.few(names, everything=False)
        yield either(speaker.text("open", steps=one) for one in choices)
    elif kind == "open":
        numbers = [len(items)] if everything else range(1, len(items) + 1)
        yield "(?:" + "|".join(_open(speaker, items, one, everything) for one in numbers) + ")"
        sanctions = dict.fromkeys(speaker.said(one["sanction"]) for one in items if one["sanction"])
        yield from (either([one]) for one in sanctions)
    else:
        groups: dict[str, list[str]] = {}
        for item in items:
            shown = item["reasons"] if everything else item["reasons"][:1]
            reasons = "; ".join(dict.fromkeys(_reason(speaker, one) for one in shown))
            groups.setdefault(reasons, []).append(item["step"])
        assert everything or len(groups) == 1
        told: list[list[str]] = []
        for reasons, ids in groups.items():
            names = speaker.names("steps", ids)
            choices = speaker.few(names, everything)
            told.append([speaker.text("step_reason", step=o, reasons=reasons) for o in choices])
        whole = ["; ".join(one[0] for one in told)] if everything else told[0]
        yield either(speaker.text(kind, steps=one) for one in whole)


def _open(speaker: Speaker, items: list[Json], number: int, everything: bool) -> str:
    """A pattern for open steps of which so many are named, and what comes before these."""
    by_place: dict[str, list[str]] = {}
    for item in items[:number]:
        place = speaker.place(item["availability"])
        by_place.setdefault(place, []).append(item["step"])
    told = [
        speaker.text("at_place", steps=", ".join(speaker.names("steps", ids)), place=place)
        for place, ids in by_place.items()
    ]
    left = len(items) - number
    steps = ", ".join(told)
    steps = speaker.text("and_more", what=steps, number=left) if left else steps
    todos = list(
        dict.fromkeys(speaker.todo(todo) for item in items[:number] for todo in item["todo"])
    )
    first = either([speaker.text("open", steps=steps)])
    if not todos:
        return first
    before = either(speaker.text("before", todo=one) for one in speaker.few(todos, everything))
    return f"{first} {before}"


def _reason(speaker: Speaker, reason: Json) -> str:
    kinds = {"practice": "practice", "rule": "conclusions", "fact": "facts"}
    if reason["names"]:
        what = speaker.title(kinds[reason["names"]], reason["what"])
    else:
        what = speaker.text(f"reason_about.{reason['kind']}")
    if reason["opens"]:
        return speaker.text("later", what=what, month=speaker.month(reason["opens"]))
    return speaker.text(f"reason.{'unknown' if reason['unknown'] else reason['kind']}", what=what)


def _now(speaker: Speaker, items: list[Json], everything: bool) -> Iterable[str]:
    acts = speaker.names("steps", (item["step"] for item in items if item["about"] == "act"))
    places = [item for item in items if item["about"] == "place"]
    dated = [*_late(speaker, places, everything), *_by_day(speaker, places, everything)]
    free = speaker.names("steps", (item["step"] for item in places if item["by"] is None))
    asked = [speaker.text("ask_place", steps=one) for one in speaker.few(free, everything) if one]
    beside = speaker.names("steps", (item["step"] for item in items if item["about"] == "help"))
    helps = [
        speaker.text("help_beside", steps=one) for one in speaker.few(beside, everything=False)
    ]
    codes = {"go_on": "go_on", "nothing_open": "nothing"}
    last = [speaker.text(codes[item["kind"]]) for item in items if item["about"] == "nothing"]
    parts = [acts[:1] and ["; ".join(acts)], *dated, asked, helps, last[:1] and ["; ".join(last)]]
    told = ["|".join(re.escape(one) for one in part) for part in parts if part]
    pattern = "; ".join(f"(?:{one})" for one in told)
    # A row begins with a capital and ends with a full stop, whatever its first part is.
    yield f" (?i:{pattern})\\.?"


def _late(speaker: Speaker, places: list[Json], everything: bool) -> Iterable[list[str]]:
    """What may be said of each month for which one can still ask, the soonest first."""
    months = sorted({item["late"] for item in places if item["late"]})
    for month in months if everything else months[:1]:
        steps = speaker.names("steps", (one["step"] for one in places if one["late"] == month))
        yield [
            speaker.text("place_late", steps=told, month=speaker.month(month))
            for told in speaker.few(steps, everything)
        ]


def _by_day(speaker: Speaker, places: list[Json], everything: bool) -> Iterable[list[str]]:
    """For each day to apply that is told every way to say what goes by it."""
    groups: dict[tuple[str, str, bool, str], list[str]] = {}
    for item in places:
        if item["by"] is not None:
            body = speaker.title("bodies", item["availability"]["body"])
            who = ", ".join(item["providers"]) or body
            key = (item["by"], item["begins"], item["firm"], who)
            groups.setdefault(key, []).append(item["step"])
    told = sorted(groups.items(), key=lambda group: group[0][0])
    for (by, begins, firm, who), ids in told if everything else told[:3]:
        day, month = texts.day(dt.date.fromisoformat(by), speaker.lang), speaker.month(begins)
        code = "place_by" if firm else "place_about"
        yield [
            speaker.text(code, day=day, who=who, steps=steps, month=month)
            for steps in speaker.few(speaker.names("steps", ids), everything)
        ]


# Ways, as several goals are told side by side.


def ways(data: Json, lang: str) -> str:
    """What is said of the ways to several goals in short, in one line."""
    speaker = Speaker(data, lang)
    parts: list[str] = []
    for goal in data["goals"]:
        parts += [speaker.title("goals", goal["goal"]), *_goal(speaker, goal)]
    if data["shared"]:
        steps = ", ".join(speaker.names("steps", data["shared"]))
        parts += [speaker.text("row.gemeinsam"), sentence(speaker.text("common", steps=steps))]
    if data["bottlenecks"]:
        steps = ", ".join(speaker.names("steps", data["bottlenecks"]))
        parts += [speaker.text("row.engpass"), sentence(speaker.text("bottleneck", steps=steps))]
    return " ".join(parts)


def _goal(speaker: Speaker, goal: Json) -> Iterable[str]:
    if goal["outlook"] != "secure":
        years = speaker.data["horizon_months"] // 12
        asked = " ".join(speaker.title("questions", fact) for fact in goal["asks"])
        yield sentence(speaker.text(f"goal.{goal['outlook']}", years=years, questions=asked))
    if goal["first"] is None:
        return
    number = goal["first"]["way"]
    path = goal["paths"][number]
    ends = {key: speaker.month(day) for key, day in path["end_range"].items()}
    yield sentence(
        speaker.text(
            f"goal.{goal['firmness'][number]}",
            first=ends["min"],
            month=ends["typical"],
            last=ends["max"],
            months=goal["months"][number],
        )
    )
    until = goal["paper_until"]
    if until and path["end_range"]["typical"] > until:
        day = texts.day(dt.date.fromisoformat(until), speaker.lang)
        yield sentence(speaker.text("new_paper", day=day))
    yield from map(sentence, _way(speaker, path))
    if goal["hope"]:
        yield sentence(_hope(speaker, goal))
    if goal["questions"]:
        yield sentence(_worth_asking(speaker, goal["questions"]))


def _worth_asking(speaker: Speaker, questions: list[Json]) -> str:
    """The questions that save most; those that save the same are asked together."""
    alike = [one for one in questions if one["end"] == questions[0]["end"]]
    return speaker.text(
        "worth_asking_one" if alike[0]["months"] == 1 else "worth_asking",
        questions=" ".join(speaker.title("questions", one["fact"]) for one in alike[:2]),
        month=speaker.month(alike[0]["end"]),
        months=alike[0]["months"],
    )


def _way(speaker: Speaker, path: Json) -> Iterable[str]:
    steps = path["steps"]
    yield _chain(speaker, [(step, _dated(speaker, step)) for step in steps])
    bodies = ", ".join(speaker.names("bodies", (step["body"] for step in steps)))
    yield speaker.text("promised", bodies=bodies)
    payers = ", ".join(speaker.names("payers", (one for step in steps for one in step["payer"])))
    yield speaker.text("paid", payer=payers) if payers else speaker.text("free")
    waits = [leg for leg in path["legs"] if leg["kind"] == "wait" and _long(leg)]
    if waits:
        yield speaker.text("waits", waits=", ".join(_wait(speaker, leg) for leg in waits))
    if path["criteria"]["unsecured_months"]:
        yield speaker.text("unsecured", months=path["criteria"]["unsecured_months"])
    if any(step["advice_first"] for step in steps):
        yield speaker.text("advice_note")
    yield from dict.fromkeys(speaker.said(step["sanction"]) for step in steps if step["sanction"])


def _long(leg: Json) -> bool:
    """Whether a wait lasts longer than a calendar month."""
    since, until = leg["start_range"]["typical"], leg["end_range"]["typical"]
    months = 12 * (int(until[:4]) - int(since[:4])) + int(until[5:7]) - int(since[5:7])
    return months > 1 or (months == 1 and until[8:] > since[8:])


def _wait(speaker: Speaker, leg: Json) -> str:
    step = speaker.title("steps", leg["reason"]["step"])
    return speaker.text(
        "wait_short",
        since=speaker.month(leg["start_range"]["typical"]),
        until=speaker.month(leg["end_range"]["typical"]),
        reason=speaker.text(f"wait_reason.{leg['reason']['kind']}", step=step),
    )


def _dated(speaker: Speaker, step: Json) -> str:
    names = [speaker.title("steps", id) for id in (step["id"], *step["alternatives"][:1])]
    month = step["start_range"]
    kind = "_agreed" if step["agreed"] else "_late" if step["late"] else ""
    code = "running_short" if step["running"] else f"step_short{kind}"
    return speaker.text(
        code, month=speaker.month(month["typical"]), step=speaker.text("choice").join(names)
    )


def _chain(speaker: Speaker, named: Iterable[tuple[Json, str]]) -> str:
    told = ""
    for step, name in named:
        if step["meanwhile"]:
            told = speaker.text("meanwhile_short", steps=told, step=name)
        else:
            told = f"{told} → {name}" if told else name
    return told


def _hope(speaker: Speaker, goal: Json) -> str:
    hope = goal["hope"]
    named: list[tuple[Json, str]] = []
    for step in goal["paths"][hope["way"]]["steps"]:
        name = speaker.title("steps", step["id"])
        if step["late"]:
            begins = speaker.month(step["start_range"]["typical"])
            name = speaker.text("step_short_late", month=begins, step=name)
        elif step["end_range"]["typical"] > hope["end"]:
            name = speaker.text("running_on", step=name)
        named.append((step, name))
    gain = ", ".join(speaker.label(fact, value) for fact, value in hope["gains"])
    month = speaker.month(hope["end"])
    key = "hope" if gain else "hope_late"
    return speaker.text(key, steps=_chain(speaker, named), gain=gain, month=month)
