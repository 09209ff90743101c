"""Ways to the goals in words: dated steps, what they share, and where they get stuck."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from klappts_engine.engine import Engine
from klappts_engine.facts.calendar import months_elapsed
from klappts_engine.show.terminal import LABEL, WIDTH, foot, row
from klappts_engine.show.words import Words
from klappts_engine.ways.telling import Path, Paths, PathStep


class StepRow(NamedTuple):
    """A step of a way in words; `company` is what can run beside it, or helps to keep it."""

    start: dt.date
    text: str
    company: str


class PathsView:
    """The ways to one or more goals."""

    def __init__(self, engine: Engine, answers: Sequence[Paths], lang: str) -> None:
        self._engine = engine
        self._answers = answers
        self._words = Words(engine, lang)

    @property
    def words(self) -> Words:
        """The words that the view speaks in."""
        return self._words

    @property
    def answers(self) -> Sequence[Paths]:
        """The ways by goal."""
        return self._answers

    def lines(self, everything: bool = False) -> list[str]:
        """The best way to each goal, what all ways share, where they get stuck, and the foot.

        Several goals side by side are told in short, unless everything is asked for.
        """
        lines: list[str] = []
        for answer in self._answers:
            lines += self._goal(answer, everything)
        for label, sentence in self.shared():
            lines += row(label, [sentence])
        return [*lines, "", *foot(self._words, self._answers[0], everything)]

    def label(self, answer: Paths) -> str:
        """The short name of a goal."""
        return self._engine.catalogue.goals[answer.goal].short.in_(self._words.lang)

    def head(self, answer: Paths) -> str | None:
        """What is to be said of a goal before its ways: that it is reached, that there is no way,
        or none that is secure."""
        if answer.reached:
            return self._words.text("goal.reached")
        if not answer.paths:
            return self._words.text("goal.none", years=answer.horizon_months // 12)
        secure = any(
            self._within(path, "secure")
            for path in answer.paths
            if not (path.criteria.hopes or path.conditional)
        )
        return None if secure else self._words.text("goal.no_secure")

    def best(self, answer: Paths) -> Path:
        """The way that is told first: the firmest kind there is, without hopes and unclear doors
        where that can be."""
        sure = [path for path in answer.paths if not path.criteria.hopes]
        known = [path for path in sure if not path.conditional]
        secure = [path for path in known if self._within(path, "secure")]
        asked_for = [path for path in known if self._within(path, "discretion")]
        return (secure or asked_for or known or sure or answer.paths)[0]

    def _goal(self, answer: Paths, everything: bool) -> list[str]:
        label, head = self.label(answer), self.head(answer) or ""
        if answer.reached or not answer.paths:
            return row(label, [head])
        best = self.best(answer)
        lines = row(label, [head, self.dates(answer.on, best)])
        for path in answer.paths if everything else (best,):
            if path is not best:
                lines += row("", [self.dates(answer.on, path)])
            tell = self._way if everything or len(self._answers) == 1 else self._short_way
            lines += tell(path, everything)
        return lines if everything else lines + self._hope(answer, best)

    def _hope(self, answer: Paths, best: Path) -> list[str]:
        """The first way that is quicker if a step gives more than it aims at."""
        quicker = (
            path
            for path in answer.paths
            if path.criteria.hopes and path.criteria.end < best.criteria.end
        )
        path = min(quicker, key=self._how_open, default=None)
        if path is None:
            return []
        steps = self._chain((step, self._hoped_step(step, path)) for step in path.steps)
        facts = self._engine.rulebook.vocabulary.facts
        hoped = (
            (fact, step.gives[fact])
            for step in path.steps
            for fact in step.hoped
            if facts[fact].ladder
        )
        gain = ", ".join(self._words.spoken(fact, value) for fact, value in hoped)
        return row(
            "",
            [
                self._words.text(
                    "hope", steps=steps, gain=gain, month=self._words.month(path.criteria.end)
                )
            ],
        )

    def _hoped_step(self, step: PathStep, path: Path) -> str:
        """The name of a step; of one that is still running when the goal is reached, that it goes
        on."""
        name = self._words.step(step.id)
        return (
            self._words.text("running_on", step=name)
            if step.end_range.typical > path.criteria.end
            else name
        )

    def _chain(self, steps: Iterable[tuple[PathStep, str]]) -> str:
        """Steps as they are called, one after the other or beside the one that is under way."""
        told = ""
        for step, name in steps:
            if step.meanwhile:
                told = self._words.text("meanwhile_short", steps=told, step=name)
            else:
                told = f"{told} → {name}" if told else name
        return told

    def _how_open(self, path: Path) -> tuple[bool, bool, dt.date]:
        """Ways without unclear doors first, then those that can be asked for, then the earlier."""
        return path.conditional, not self._within(path, "discretion"), path.criteria.end

    def _within(self, path: Path, policy: str) -> bool:
        """Whether a way is as firm as a policy asks."""
        scale = self._engine.rulebook.scale
        grade = path.criteria.strength
        return grade is not None and scale.place(grade) <= scale.cut(policy)

    def dates(self, on: dt.date, path: Path) -> str:
        """How firm a way is, and when it can end at the earliest."""
        ends = path.end_range
        kind = next(
            (policy for policy in ("secure", "discretion") if self._within(path, policy)), "weak"
        )
        months = int(months_elapsed(on, ends.typical) or 0)
        return self._words.text(
            "goal.conditional" if path.conditional else f"goal.{kind}",
            month=self._words.month(ends.typical),
            months=months,
            first=self._words.month(ends.min),
            last=self._words.month(ends.max),
        )

    def steps(self, path: Path) -> list[StepRow]:
        """The steps of a way in words."""
        return [
            StepRow(step.start_range.typical, self._step(step), self._company(step))
            for step in path.steps
        ]

    def living(self, path: Path) -> str:
        """What one lives on along a way."""
        return self._words.text("living", living=self._living(path.steps))

    def ends(self, path: Path) -> str:
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

    def _company(self, step: PathStep) -> str:
        """What can run beside a step, or helps to keep one that is under way."""
        steps = self._words.steps(step.beside)
        return self._words.text("keep" if step.running else "beside", steps=steps) if steps else ""

    def _way(self, path: Path, everything: bool) -> list[str]:
        """The steps of a way, one a line, with what could take their place or, if all is asked for,
        run beside them."""
        lines: list[str] = []
        for told, step in zip(self.steps(path), path.steps, strict=True):
            lines += self._indented(told.text)
            lines += self._indented(told.company) if everything or step.running else []
        return lines + self._indented(self.living(path))

    def _indented(self, text: str) -> list[str]:
        return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent=" " * LABEL)

    def _step(self, step: PathStep) -> str:
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
                place=self._words.place(step),
            )
        ]
        if step.todo:
            parts.append(
                self._words.text(
                    "todo", todo=", ".join(self._words.todo(todo) for todo in step.todo)
                )
            )
        if step.advice_first:
            parts.append(self._words.text("advice_note"))
        if step.sanction:
            parts.append(self._words.text("sanction", sanction=step.sanction.in_(self._words.lang)))
        return " · ".join(parts)

    def _choice(self, step: PathStep) -> str:
        """The name of a step, and of one that could take its place."""
        return self._words.text("choice").join(
            map(self._words.step, (step.id, *step.alternatives[:1]))
        )

    def _paid(self, steps: Iterable[PathStep]) -> str:
        """Who pays for steps."""
        payers = ", ".join(
            dict.fromkeys(
                self._words.term("payers", payer) for step in steps for payer in step.payer
            )
        )
        return self._words.text("paid", payer=payers) if payers else self._words.text("free")

    def _short_way(self, path: Path, everything: bool) -> list[str]:
        """The steps of a way in one sentence, and who must promise and pay."""
        steps = path.steps
        chain = self._chain((step, self._short(step)) for step in steps)
        bodies = dict.fromkeys(self._words.term("bodies", step.body) for step in steps)
        sentences = [
            chain,
            self._words.text("promised", bodies=", ".join(bodies)),
            self._paid(steps),
        ]
        if path.criteria.unsecured_months:
            sentences.append(self._words.text("unsecured", months=path.criteria.unsecured_months))
        if any(step.advice_first for step in steps):
            sentences.append(self._words.text("advice_note"))
        sentences += dict.fromkeys(
            step.sanction.in_(self._words.lang) for step in steps if step.sanction
        )
        return row("", sentences)

    def _short(self, step: PathStep) -> str:
        """A step with its month in few words."""
        key, month = (
            "running_short" if step.running else "step_short",
            self._words.month(step.start_range.typical),
        )
        return self._words.text(key, month=month, step=self._choice(step))

    def _living(self, steps: Sequence[PathStep]) -> str:
        """What pays for the livelihood along the way, where it changes."""
        parts: list[str] = []
        for step in steps:
            for paid in step.livelihood:
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

    def shared(self) -> Iterable[tuple[str, str]]:
        """The steps that all known ways to all goals share, and those among them without a
        place."""
        by_goal = [
            [path for path in answer.paths if not path.conditional]
            for answer in self._answers
            if not answer.reached
        ]
        ways = [path for paths in by_goal for path in paths]
        if not by_goal or not all(by_goal):
            return
        common = [
            step
            for step in ways[0].steps
            if all(any(step.id == other.id for other in way.steps) for way in ways)
        ]
        stuck = [step.id for step in common if step.offer.verdict == "entitled_gap"]
        if common and len(by_goal) > 1:
            steps = self._words.steps(step.id for step in common)
            yield self._words.text("row.gemeinsam"), self._words.text("common", steps=steps)
        if stuck:
            yield (
                self._words.text("row.engpass"),
                self._words.text("bottleneck", steps=self._words.steps(stuck)),
            )
