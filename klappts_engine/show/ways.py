"""Ways to the goals in words: dated steps, what they share, and where they get stuck."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from string import ascii_uppercase

from klappts_engine.facts.calendar import add_months
from klappts_engine.overview import availability
from klappts_engine.show.context import Context
from klappts_engine.show.screen import (
    Block,
    Branch,
    Cards,
    Cell,
    Course,
    Items,
    Leg,
    Screen,
    Section,
    When,
    around,
)
from klappts_engine.show.terminal import LABEL, WIDTH, foot, row, sentences
from klappts_engine.show.words import Words
from klappts_engine.ways.choice import Choice, GoalChoice, Hope, choose
from klappts_engine.ways.model import Way, WayLeg, Ways, WayStep

MOST_CARDS = 3
"""So many ways to a goal stand side by side."""
MOST_MONTHS = 240
"""So far ahead start months are drawn, if a way were that long."""


def ways_lines(words: Words, what: Choice, everything: bool = False) -> list[str]:
    """The best way to each goal, what all ways share, where they get stuck, and the foot.

    Several goals side by side are told in short, unless everything is asked for.
    """
    view, brief = WaysView(words), not everything and len(what.goals) > 1
    lines = [line for goal in what.goals for line in view.goal(what, goal, everything, brief)]
    for label, sentence in view.shared(what):
        lines += row(label, [sentence])
    return [*lines, "", *foot(words, what, everything)]


MOST_QUESTIONS = 2
"""So many questions that are worth asking are told."""


class WaysView:
    """The words for ways."""

    def __init__(self, words: Words) -> None:
        self._engine = words.engine
        self._words = words

    def label(self, goal: GoalChoice) -> str:
        """The short name of a goal."""
        return self._engine.catalogue.goals[goal.goal].short.in_(self._words.lang)

    def title(self, goal: GoalChoice) -> str:
        """The full name of a goal."""
        said = self._engine.catalogue.goals[goal.goal].title.in_(self._words.lang)
        return said[:1].upper() + said[1:]

    def running(self, paths: Iterable[Way]) -> Iterable[str]:
        """That the step which is under way on these ways is to be kept."""
        return dict.fromkeys(
            self._words.text("screen.running", step=self._words.step(step.id))
            for path in paths
            for step in path.steps
            if step.running
        )

    def head(self, what: Choice, goal: GoalChoice) -> str:
        """What is to be said of a goal before its ways: that it is reached, that there is no way,
        or none that is secure."""
        if not goal.complete:  # what was not searched to its end proves no absence
            return self._words.text("goal.stopped")
        if goal.outlook == "secure":
            return ""
        questions = " ".join(self._words.question(fact) for fact in goal.asks)
        years = what.horizon_months // 12
        return self._words.text(f"goal.{goal.outlook}", years=years, questions=questions)

    def shared(self, what: Choice) -> Iterable[tuple[str, str]]:
        """The steps that all known ways to all goals share, and those among them without a
        place."""
        if what.shared:
            steps = self._words.steps(what.shared)
            yield self._words.text("row.gemeinsam"), self._words.text("common", steps=steps)
        if what.bottlenecks:
            steps = self._words.steps(what.bottlenecks)
            yield self._words.text("row.engpass"), self._words.text("bottleneck", steps=steps)

    def goal(self, what: Choice, goal: GoalChoice, everything: bool, brief: bool) -> list[str]:
        """One goal: how it stands, the way that is told first or all, and what may be quicker."""
        label, head = self.label(goal), self.head(what, goal)
        if goal.first is None:
            return row(label, [head])
        first = goal.first.way
        lines = row(label, [head, self.dates(goal, first), self.paper(goal)])
        others = [number for number in range(len(goal.paths)) if number != first]
        for number in (first, *(others if everything else ())):
            if number != first:
                lines += row("", [self.dates(goal, number)])
            path = goal.paths[number]
            lines += self._short_way(path) if brief else self._way(path, everything)
        return (
            lines
            if everything
            else [
                *lines,
                *(line for said in self.hope(goal) for line in row("", [said])),
                *row("", list(self.questions(goal))),
            ]
        )

    def paper(self, goal: GoalChoice) -> str:
        """From when on the ways stand under a new paper."""
        best, until = goal.best, goal.paper_until
        if best is None or until is None or best.end_range.typical <= until:
            return ""
        return self._words.text("new_paper", day=self._words.day(until))

    def hope(self, goal: GoalChoice) -> Iterator[str]:
        """The way that is quicker if a step gives more than it aims at, or begins late."""
        if goal.hope is None:
            return
        path = goal.paths[goal.hope.way]
        steps = self._chain((step, self._hoped_step(step, goal.hope)) for step in path.steps)
        gain = ", ".join(self._words.spoken(fact, value) for fact, value in goal.hope.gains)
        month, key = self._words.month(goal.hope.end), "hope" if gain else "hope_late"
        yield self._words.text(key, steps=steps, gain=gain, month=month)

    def questions(self, goal: GoalChoice) -> Iterator[str]:
        """What is worth asking: the questions that save most, by how much; those that save the
        same together."""
        alike = [one for one in goal.questions if one.end == goal.questions[0].end]
        if alike:
            asked = " ".join(self._words.question(one.fact) for one in alike[:MOST_QUESTIONS])
            key = "worth_asking_one" if alike[0].months == 1 else "worth_asking"
            month, months = self._words.month(alike[0].end), alike[0].months
            yield self._words.text(key, questions=asked, month=month, months=months)

    def _hoped_step(self, step: WayStep, hope: Hope) -> str:
        """The name of a step; of one that is still running when the goal is reached, that it goes
        on; of one that begins outside the usual time, when."""
        name = self._words.step(step.id)
        if step.late:
            month = self._words.month(step.start_range.typical)
            return self._words.text("step_short_late", month=month, step=name)
        return self._words.text("running_on", step=name) if step.id in hope.steps_going_on else name

    def _chain(self, steps: Iterable[tuple[WayStep, str]]) -> str:
        """Steps as they are called, one after the other or beside the one that is under way."""
        told = ""
        for step, name in steps:
            if step.meanwhile:
                told = self._words.text("meanwhile_short", steps=told, step=name)
            else:
                told = f"{told} → {name}" if told else name
        return told

    def dates(self, goal: GoalChoice, number: int) -> str:
        """How firm a way is, and when it can end at the earliest."""
        ends, month = goal.paths[number].end_range, self._words.month
        return self._words.text(
            f"goal.{goal.firmness[number]}",
            month=month(ends.typical),
            months=goal.months[number],
            first=month(ends.min),
            last=month(ends.max),
        )

    def text(self, code: str, **params: object) -> str:
        """A sentence of the message catalogue."""
        return self._words.text(code, **params)

    def short_step(self, step: WayStep) -> str:
        """A step in few words, as it stands in a list."""
        name = self._short(step)
        return self._words.text("screen.beside", step=name) if step.meanwhile else name

    def month(self, day: dt.date) -> str:
        """A month as it is written."""
        return self._words.month(day)

    def living(self, path: Way) -> str:
        """What one lives on along a way; nothing of one that is over within the month."""
        living = self._living(path.legs)
        return self._words.text("living", living=living) if living else ""

    def ends(self, path: Way) -> str:
        """How firm a way is, and when it can end, where the day from which it counts is not
        known."""
        ends, month = path.end_range, self._words.month
        grades, grade = self._engine.rulebook.scale.grades, path.criteria.strength
        firm = (
            grades[grade].title.in_(self._words.lang)
            if grade
            else self._words.text("answer.unknown")
        )
        return self._words.text(
            "ends",
            firm=firm,
            first=month(ends.min),
            month=month(ends.typical),
            last=month(ends.max),
        )

    def company(self, step: WayStep) -> str:
        """What can run beside a step, or helps to keep one that is under way."""
        steps = self._words.steps(step.beside)
        return self._words.text("keep" if step.running else "beside", steps=steps) if steps else ""

    def _way(self, path: Way, everything: bool) -> list[str]:
        """The steps of a way, one a line, with what could take their place or, if all is asked for,
        run beside them."""
        lines: list[str] = []
        for told in self.along(path):
            if isinstance(told, WayLeg):
                lines += self._indented(self.wait(told))
                continue
            lines += self._indented(self.step(told))
            lines += self._indented(self.company(told)) if everything or told.running else []
        living = self.living(path)
        return lines + (self._indented(living) if living else [])

    def along(self, path: Way) -> Iterator[WayStep | WayLeg]:
        """The steps of a way and the waits between them; no wait that is over within a month."""
        steps = iter(path.steps)
        for leg in path.legs:
            if leg.kind != "wait":
                yield next(steps)
            elif _long(leg):
                yield leg

    def wait(self, leg: WayLeg) -> str:
        """Until when a way waits, and why."""
        month = self._words.month(leg.end_range.typical)
        return self._words.text("wait", until=month, reason=self._because(leg))

    def _because(self, leg: WayLeg) -> str:
        assert leg.reason is not None
        step = self._words.step(leg.reason.step)
        return self._words.text(f"wait_reason.{leg.reason.kind}", step=step)

    def _indented(self, text: str) -> list[str]:
        return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent=" " * LABEL)

    def step(self, step: WayStep) -> str:
        """A step with its month, body, payer and place, and what has to be known or done before."""
        if step.running:
            end = self._words.month(step.end_range.typical)
            body, month = (
                self._words.term("bodies", step.body),
                self._words.month(step.start_range.typical),
            )
            return self._words.text(
                "running", month=month, step=self._words.step(step.id), body=body, end=end
            )
        parts = [
            self._words.text(
                "meanwhile" if step.meanwhile else "step",
                month=self._words.month(step.start_range.typical),
                step=self._choice(step),
                end=self._words.month(step.end_range.typical),
                body=self._words.term("bodies", step.body),
                paid=self._paid([step]),
                place=self._place(step),
            )
        ]
        if step.todo:
            parts.append(
                self._words.text(
                    "todo", todo=", ".join(self._words.todo(todo) for todo in step.todo)
                )
            )
        if step.late:
            parts.append(self._words.text("late"))
        if step.advice_first:
            parts.append(self._words.text("advice_note"))
        if step.sanction:
            parts.append(self._words.text("sanction", sanction=step.sanction.in_(self._words.lang)))
        return " · ".join(parts)

    def _place(self, step: WayStep) -> str:
        """Place and practice of a step, unless it is agreed."""
        if step.agreed:
            return self._words.text("place.agreed")
        return self._words.place(availability(step))

    def _choice(self, step: WayStep) -> str:
        """The name of a step, and of one that could take its place."""
        return self._words.text("choice").join(
            map(self._words.step, (step.id, *step.alternatives[:1]))
        )

    def _paid(self, steps: Iterable[WayStep]) -> str:
        """Who pays for steps."""
        payers = ", ".join(
            dict.fromkeys(
                self._words.term("payers", payer) for step in steps for payer in step.payer
            )
        )
        return self._words.text("paid", payer=payers) if payers else self._words.text("free")

    def _short_way(self, path: Way) -> list[str]:
        """The steps of a way in one sentence, and what they ask for."""
        chain = self._chain((step, self._short(step)) for step in path.steps)
        return row("", [chain, *self.asked(path)])

    def asked(self, path: Way, sanctions: bool = True) -> list[str]:
        """Who must promise and pay the steps of a way, its waits, and what to think of before."""
        steps = path.steps
        bodies = dict.fromkeys(self._words.term("bodies", step.body) for step in steps)
        sentences = [self._words.text("promised", bodies=", ".join(bodies)), self._paid(steps)]
        if waits := [leg for leg in path.legs if leg.kind == "wait" and _long(leg)]:
            told = ", ".join(map(self._short_wait, waits))
            sentences.append(self._words.text("waits", waits=told))
        if path.criteria.unsecured_months:
            sentences.append(self._words.text("unsecured", months=path.criteria.unsecured_months))
        if any(step.advice_first for step in steps):
            sentences.append(self._words.text("advice_note"))
        return [*sentences, *(self.sanctions([path]) if sanctions else ())]

    def sanctions(self, paths: Iterable[Way]) -> Iterable[str]:
        """What follows from not taking part in steps of these ways."""
        return dict.fromkeys(
            step.sanction.in_(self._words.lang)
            for path in paths
            for step in path.steps
            if step.sanction
        )

    def windows(self, path: Way, on: dt.date) -> tuple[dt.date, ...]:
        """The days from `on` to the usual end on which a step of a way may usually begin."""
        last = max((step.start_range.typical for step in path.steps), default=on)
        catalogue = self._engine.catalogue.steps
        months = {
            month for step in path.steps if not step.running for month in catalogue[step.id].starts
        }
        first = on.replace(day=1)
        days = (add_months(first, number) for number in range(1, MOST_MONTHS))
        return tuple(day for day in days if day.month in months and day <= last)

    def _short_wait(self, leg: WayLeg) -> str:
        since, until = map(self._words.month, (leg.start_range.typical, leg.end_range.typical))
        return self._words.text("wait_short", since=since, until=until, reason=self._because(leg))

    def _short(self, step: WayStep) -> str:
        """A step with its month in few words."""
        month = self._words.month(step.start_range.typical)
        return self._words.text(_short_key(step), month=month, step=self._choice(step))

    def _living(self, legs: Sequence[WayLeg]) -> str:
        """What pays for the livelihood along the way, where it changes."""
        parts: list[str] = []
        for leg in legs:
            for paid in leg.livelihood:
                names = " + ".join(
                    self._engine.catalogue.benefits[id].title.in_(self._words.lang)
                    for id in paid.benefits
                )
                if paid.secured is None:
                    names = (
                        f"{names} ({self._words.text('living_unknown')})"
                        if names
                        else self._words.text("living_unknown")
                    )
                elif not paid.secured:
                    names = (
                        f"{names} ({self._words.text('living_unsecured')})"
                        if names
                        else self._words.text("living_unsecured")
                    )
                if not parts or not parts[-1].endswith(names):
                    parts.append(
                        self._words.text(
                            "living_from", month=self._words.month(paid.from_), benefits=names
                        )
                    )
        return ", ".join(parts)


def ways_screen(context: Context, what: Choice) -> Screen:
    """For each goal its ways side by side, first the one that is told first; what all share, where
    they get stuck, and the foot."""
    words, view = context.words, WaysView(context.words)
    page = _Page(view, what, brief=len(what.goals) > 1)
    running = tuple(sentences([said]) for said in view.running(page.shown))
    first = [Section(words.text("row.zuerst"), running, weight="first")] if running else []
    goals = (Section(view.title(goal), tuple(page.goal(goal))) for goal in what.goals)
    blocks: list[Block] = [*first, *goals]
    shared = [Section(label, (sentences([said]),)) for label, said in view.shared(what)]
    blocks += [Cards(tuple(shared))] if shared else []
    for said in view.sanctions(page.shown):
        blocks.append(sentences([words.text("sanction", sanction=said)]))
    legend = [words.text("screen.course_legend")] if page.shown else []
    foot = [*legend, *context.foot(what.on, what.caveats, what.assumptions)]
    return context.screen("ways", blocks, foot, context.about(what.on))


def paths_screen(context: Context, answer: Ways) -> Screen:
    """The ways to one goal."""
    return ways_screen(context, choose(context.words.engine.rulebook, [answer]))


def path_screen(context: Context, path: Way) -> Screen:
    """One way alone; the day and what it assumes are told with all ways together."""
    engine, words = context.words.engine, context.words
    view = WaysView(words)
    foot = context.foot(words.text("screen.part"), engine.caveats(path.end_range.typical), ())
    return context.screen("way", [sentences([view.ends(path)]), *_way(view, path)], foot)


class _Page:
    """The blocks for the ways of a choice; `brief`: several goals share the page."""

    def __init__(self, view: WaysView, what: Choice, brief: bool) -> None:
        self._view = view
        self._what = what
        self._brief = brief
        self.shown = [goal.paths[number] for goal in what.goals for number in _beside(goal)]
        ends = (path.end_range.max or path.end_range.typical for path in self.shown)
        self._until = max(ends, default=what.on)

    def goal(self, goal: GoalChoice) -> Iterator[Block]:
        """How a goal stands; its ways as cards, what may be quicker, and other ways folded."""
        head = self._view.head(self._what, goal)
        paper = self._view.paper(goal)
        if head or paper:
            yield sentences([head, paper])
        if goal.first is None:
            return
        beside = _beside(goal)
        others = [number for number in range(len(goal.paths)) if number not in beside]
        cards = [self._card(goal, place, number) for place, number in enumerate((*beside, *others))]
        yield Cards(tuple(cards[: len(beside)]))
        yield from map(sentences, ([said] for said in self._view.hope(goal)))
        yield from map(sentences, ([said] for said in self._view.questions(goal)))
        if left := cards[len(beside) :]:
            title = self._view.text("screen.more_ways", number=len(left))
            yield Section(title, (Cards(tuple(left)),), weight="folded")

    def _card(self, goal: GoalChoice, place: int, number: int) -> Section:
        """One way: how firm it is, its drawing, its steps and what they ask for; the rest
        folded."""
        view, path = self._view, goal.paths[number]
        whole = Section(view.text("screen.details"), tuple(_way(view, path)), weight="folded")
        said = view.asked(path, sanctions=False)
        if not self._brief:
            said.append(view.living(path))
        blocks = (
            sentences([view.dates(goal, number)]),
            self._course(goal, number),
            Items(tuple(map(view.short_step, path.steps)), ordered=True),
            sentences(said),
            whole,
        )
        code = "screen.way_first" if place == 0 else "screen.way"
        title = view.text(code, letter=ascii_uppercase[place % len(ascii_uppercase)])
        return Section(title, blocks, weight="first" if place == 0 else "plain")

    def _course(self, goal: GoalChoice, number: int) -> Course:
        view, path = self._view, goal.paths[number]
        ends, numbers = path.end_range, iter(range(1, len(path.steps) + 1))
        legs = tuple(
            Leg(
                number=None if leg.kind == "wait" else next(numbers),
                start=leg.start_range.typical,
                end=leg.end_range.typical,
                beside=leg.kind == "beside",
            )
            for leg in path.legs
        )
        return Course(
            since=self._what.on,
            until=max(self._until, ends.max or ends.typical),
            legs=legs,
            least=ends.min,
            usual=ends.typical,
            longest=ends.max,
            windows=view.windows(path, self._what.on),
            paper=goal.paper_until,
            words=view.text("screen.course", ends=view.dates(goal, number)),
        )


def _beside(goal: GoalChoice) -> tuple[int, ...]:
    """The ways that stand side by side: the first one, then others whose doors are known and that
    hope for nothing."""
    if goal.first is None:
        return ()
    first = goal.first.way
    known = (
        number
        for number, path in enumerate(goal.paths)
        if number != first and not path.conditional and not path.criteria.hopes
    )
    return (first, *known)[:MOST_CARDS]


def _way(view: WaysView, path: Way) -> Iterable[Block]:
    told = view.along(path)
    items = (_wait(one, view) if isinstance(one, WayLeg) else _step(one, view) for one in told)
    yield Items(tuple(items), ordered=True)
    if living := view.living(path):
        yield living


def _step(step: WayStep, view: WaysView) -> Cell | Branch:
    start = step.start_range.typical
    line = around(view.step(step), When(start, view.month(start)))
    company = view.company(step)
    return Branch(line, Items((company,))) if company else line


def _wait(leg: WayLeg, view: WaysView) -> Cell:
    until = leg.end_range.typical
    return around(view.wait(leg), When(until, view.month(until)))


def _short_key(step: WayStep) -> str:
    if step.running:
        return "running_short"
    if step.agreed:
        return "step_short_agreed"
    return "step_short_late" if step.late else "step_short"


def _long(leg: WayLeg) -> bool:
    """Whether a wait lasts longer than a month."""
    return leg.end_range.typical > add_months(leg.start_range.typical, 1)
