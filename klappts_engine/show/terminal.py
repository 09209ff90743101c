"""The lines that the terminal prints for an assessment and for ways: at most fifteen, and everything with `everything`."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterable, Sequence

from klappts_engine.engine import Assessment, Engine
from klappts_engine.facts.calendar import add_months, months_elapsed
from klappts_engine.facts.case import Case
from klappts_engine.pathways.ways import Path, Paths, PathStep, StepState
from klappts_engine.rules.expressions import facts_read
from klappts_engine.show.words import Words

WIDTH = 100
LABEL = 11


def row(label: str, parts: Iterable[str], width: int = WIDTH) -> list[str]:
    """A labelled row: each part begins a sentence; long rows are wrapped under their own start."""
    sentences = [part[:1].upper() + part[1:] for part in parts if part]
    body = " ".join(sentence if sentence[-1] in ".?!" else f"{sentence}." for sentence in sentences)
    return textwrap.wrap(body, width, initial_indent=label.ljust(LABEL), subsequent_indent=" " * LABEL)


class AssessmentView:
    """The overview of one case on one day."""

    def __init__(self, engine: Engine, case: Case, assessment: Assessment, lang: str) -> None:
        self._engine = engine
        self._case = case
        self._assessment = assessment
        self._words = Words(engine, lang)
        self._states = engine.steps(case, assessment.on)

    def lines(self, everything: bool = False) -> list[str]:
        """Money, work, German, school, what to clarify, what to do now, and the foot."""
        text = self._words.text
        rows = [
            *row(text("row.geld"), self._money()),
            *row(text("row.arbeit"), self._work()),
            *row(text("row.sprache"), self._steps("sprache", everything)),
            *row(text("row.schule"), self._steps("schule", everything)),
            *row(text("row.klaeren"), self._clarify()),
            *row(text("row.jetzt"), self._now()),
        ]
        if everything:
            rows += ["", *self._conclusions()]
        return [*rows, "", *foot(self._words, self._assessment, everything)]

    def _money(self) -> Iterable[str]:
        """The benefit system today, and the next one that time brings."""
        fact = self._engine.catalogue.head.system
        rule = self._engine.rulebook.vocabulary.by_rule[fact]
        on = self._assessment.on
        line = self._engine.timeline(self._case, [rule], add_months(on, self._engine.catalogue.head.horizon), on)
        stretches = line.stretches[rule]
        if stretches[0].result is None:
            yield self._words.text("money_unknown", choices=self._possible(rule, fact))
            return
        now = self._words.value(fact, stretches[0].result)
        later = next((s for s in stretches[1:] if s.result and s.result != stretches[0].result), None)
        if later and later.result:
            what = self._words.value(fact, later.result)
            now += "; " + self._words.text("later", what=what, month=self._words.month(later.from_))
        yield now

    def _possible(self, rule: str, fact: str) -> str:
        answers = self._engine.possible(self._case, rule, self._assessment.on)
        return self._words.text("choice").join(self._words.value(fact, value) for value in answers)

    def _work(self) -> Iterable[str]:
        """The best access to work, with the norm that gives it."""
        mode = self._assessment.conclusions["work_mode"].result if "work_mode" in self._assessment.conclusions else None
        if mode is None:
            yield self._words.text("work_unknown")
            return
        label = self._words.value("work_mode", mode)
        cite = self._mode_citation(mode)
        if mode == "banned":
            yield self._words.text("work_banned", mode=label, cite=cite)
        else:
            yield self._words.text("work_cited", mode=label, cite=cite)

    def _mode_citation(self, mode: str) -> str:
        for id, found in self._assessment.conclusions.items():
            version = self._engine.rulebook.rules[id].version(self._assessment.on)
            if version and version.result == ("work_mode", mode) and found.answer == "holds":
                return version.citations[0].short
        rule = self._engine.rulebook.rules["work_mode"].version(self._assessment.on)
        return rule.citations[0].short if rule else ""

    def _steps(self, line: str, everything: bool) -> Iterable[str]:
        """The steps of one line: open ones with place and to-dos, then unclear, not yet, stopped and closed ones."""
        states = [state for state in self._states.values() if self._line_of(state.id) == line]
        opened = [state for state in states if state.answer == "holds"]
        by_place: dict[str, list[str]] = {}
        for state in opened:
            by_place.setdefault(self._words.place(state), []).append(state.id)
        for place, ids in by_place.items():
            yield self._words.text("open_place", steps=self._words.steps(ids), place=place)
        todos = dict.fromkeys(self._words.todo(todo) for state in opened for todo in state.todo)
        if todos:
            yield self._words.text("before", todo=", ".join(todos))
        groups: dict[str, list[StepState]] = {}
        for state in states:
            group = _group(state)
            if group:
                groups.setdefault(group, []).append(state)
        for code in ("unknown", "not_yet", "stopped", "closed"):
            if groups.get(code):
                yield self._words.text(code, steps="; ".join(self._with_reasons(groups[code], everything)))
        if not states or not (opened or any(groups.values())):
            yield self._words.text("nothing")

    def _line_of(self, id: str) -> str | None:
        strand = self._engine.catalogue.strands[id]
        if self._engine.catalogue.steps[id].role != "main":
            return None
        return next((line for line, strands in self._engine.catalogue.head.lines.items() if strand in strands), None)

    def _with_reasons(self, states: Sequence[StepState], everything: bool) -> Iterable[str]:
        """Steps that are not open, those with the same reasons together; without `everything` at most three of a kind."""
        by_reason: dict[str, list[str]] = {}
        for state in states:
            reasons = [reason for reason in state.reasons if not reason.unknown] or list(state.reasons)
            shown = reasons if everything else reasons[:1]
            words = "; ".join(dict.fromkeys(self._words.reason(reason) for reason in shown))
            by_reason.setdefault(words, []).append(state.id)
        for words, ids in by_reason.items():
            more = "" if everything or len(ids) <= 3 else " …"
            yield self._words.text("step_reason", step=self._words.steps(ids if everything else ids[:3]) + more, reasons=words)

    def _clarify(self) -> Iterable[str]:
        """The questions on which most unclear conclusions hang, and who advises before anything is done."""
        unclear = [id for id, found in self._assessment.conclusions.items() if found.answer == "unknown"]
        facts = self._engine.rulebook.vocabulary.facts
        known = self._engine.known(self._case, self._assessment.on)
        weight: dict[str, int] = {}
        for id in unclear:
            version = self._engine.rulebook.rules[id].version(self._assessment.on)
            for fact in facts_read(version.when) if version else ():
                if fact not in known and facts[fact].question:
                    weight[fact] = weight.get(fact, 0) + 1
        asked = sorted(weight, key=lambda fact: -weight[fact])[:2]
        for fact in asked:
            question = facts[fact].question
            yield question.in_(self._words.lang) if question else ""
        if any(facts[fact].sensitive == "residence" for fact in asked):
            yield self._words.text("advice_first")

    def _now(self) -> Iterable[str]:
        """What can be done today for the open steps."""
        opened = [state for state in self._states.values() if state.answer == "holds" and self._line_of(state.id)]
        todos = dict.fromkeys(self._words.step(todo.step) for state in opened for todo in state.todo if todo.step)
        places = [state.id for state in opened if state.todo and state.offer.verdict != "entitled_and_available"]
        parts = list(todos)
        if places:
            parts.append(self._words.text("ask_place", steps=self._words.steps(places)))
        yield "; ".join(parts) if parts else self._words.text("nothing")

    def _conclusions(self) -> Iterable[str]:
        """Every conclusion with its answer, strength and citation."""
        for id, found in self._assessment.conclusions.items():
            answer = self._words.text(f"answer.{found.answer}")
            grade = self._words.grade(found.strength)
            said = self._words.text("strength", answer=answer, strength=grade) if grade else answer
            cite = "; ".join(found.citations[:2])
            yield from textwrap.wrap(
                self._words.text("citation", title=self._words.rule(id), answer=said, cite=cite), WIDTH, subsequent_indent="    "
            )


def _group(state: StepState) -> str | None:
    """The heading under which a step that is not open stands; None if the person has left it behind."""
    kinds = {reason.kind for reason in state.reasons if not reason.unknown}
    if state.answer == "holds" or "beyond" in kinds:
        return None
    if state.answer == "unknown":
        return "unknown"
    if "law" in kinds and not kinds & {"rung", "age", "condition"}:
        return "closed"
    return "stopped" if kinds == {"practice"} else "not_yet"


def foot(words: Words, answer: Assessment | Paths, everything: bool) -> list[str]:
    """The day, the Rechtsstand, the assumptions in force and what was not checked."""
    sets = words.engine.catalogue.assumptions
    parts = [words.text("foot", on=words.day(answer.on)), *(caveat.in_(words.lang) for caveat in answer.caveats)]
    used = [assumed for assumed in answer.assumptions if assumed.facts]
    if everything:
        for assumed in used:
            facts = "; ".join(words.fact(fact) for fact in assumed.facts)
            parts.append(words.text("assumed_all", set=sets[assumed.set].title.in_(words.lang), facts=facts))
    elif used:
        titles = ", ".join(sets[assumed.set].title.in_(words.lang) for assumed in used)
        parts.append(words.text("assumed", sets=titles, number=sum(len(assumed.facts) for assumed in used)))
    parts.append(words.text("disclaimer"))
    if not everything:
        parts.append(words.text("more"))
    return textwrap.wrap(" ".join(parts), WIDTH)


class PathsView:
    """The ways to one or more goals."""

    def __init__(self, engine: Engine, answers: Sequence[Paths], lang: str) -> None:
        self._engine = engine
        self._answers = answers
        self._words = Words(engine, lang)

    def lines(self, everything: bool = False) -> list[str]:
        """The best way to each goal, what all ways share, where they get stuck, and the foot."""
        lines: list[str] = []
        for answer in self._answers:
            lines += self._goal(answer, everything)
        lines += self._shared()
        return [*lines, "", *foot(self._words, self._answers[0], everything)]

    def _goal(self, answer: Paths, everything: bool) -> list[str]:
        label = self._engine.catalogue.goals[answer.goal].short.in_(self._words.lang)
        if answer.reached:
            return row(label, [self._words.text("goal.reached")])
        known = [path for path in answer.paths if not path.conditional]
        unclear = [path for path in answer.paths if path.conditional]
        if not answer.paths:
            return row(label, [self._words.text("goal.none", years=answer.horizon_months // 12)])
        secure = [path for path in known if self._secure(path)]
        best = (secure or known or unclear)[0]
        head = [] if secure else [self._words.text("goal.no_secure")]
        shown = answer.paths if everything else (best,)
        alike = [path for path in known if path.criteria == best.criteria and len(path.steps) == len(best.steps)]
        head.append(self._dates(answer.on, best))
        lines = row(label, head)
        for path in shown:
            if path is not best:
                lines += row("", [self._dates(answer.on, path)])
            lines += self._way(path, alike if path is best and not everything else (path,))
        return lines

    def _secure(self, path: Path) -> bool:
        scale = self._engine.rulebook.scale
        grade = path.criteria.strength
        return grade is not None and list(scale.grades).index(grade) <= scale.cut("secure")

    def _dates(self, on: dt.date, path: Path) -> str:
        """How firm a way is, and when it can end at the earliest."""
        ends = path.end_range
        code = "goal.conditional" if path.conditional else "goal.secure" if self._secure(path) else "goal.discretion"
        months = int(months_elapsed(on, ends.typical) or 0)
        return self._words.text(
            code, month=self._words.month(ends.typical), months=months,
            first=self._words.month(ends.min), last=self._words.month(ends.max),
        )  # fmt: skip

    def _way(self, path: Path, alike: Sequence[Path]) -> list[str]:
        """The steps of a way, one a line; `alike` are ways as good, named where they differ in one step only."""
        lines: list[str] = []
        for number, step in enumerate(path.steps):
            others = [other.steps[number].id for other in alike if _differ_only_at(other, path, number)]
            text = self._words.text(
                "step",
                month=self._words.month(step.start_range.typical),
                step=self._words.text("choice").join(self._words.step(id) for id in dict.fromkeys([step.id, *others])),
                body=self._words.term("bodies", step.body),
                payer=", ".join(self._words.term("payers", payer) for payer in step.payer),
                place=self._words.place(step),
            )
            if step.todo:
                text += " · " + self._words.text("todo", todo=", ".join(self._words.todo(todo) for todo in step.todo))
            if step.advice_first:
                text += " · " + self._words.text("advice_note")
            lines += textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent=" " * LABEL)
        living = self._living(path.steps)
        return lines + textwrap.wrap(
            self._words.text("living", living=living), WIDTH, initial_indent="  ", subsequent_indent=" " * LABEL
        )

    def _living(self, steps: Sequence[PathStep]) -> str:
        """What pays for the livelihood along the way, where it changes."""
        parts: list[str] = []
        for step in steps:
            for paid in step.livelihood:
                names = " + ".join(self._engine.catalogue.benefits[id].title.in_(self._words.lang) for id in paid.benefits)
                if paid.secured is None:
                    names = f"{names} ({self._words.text('living_unknown')})" if names else self._words.text("living_unknown")
                elif not paid.secured:
                    names = f"{names} ({self._words.text('living_unsecured')})" if names else self._words.text("living_unsecured")
                if not parts or not parts[-1].endswith(names):
                    parts.append(self._words.text("living_from", month=self._words.month(paid.from_), benefits=names))
        return ", ".join(parts)

    def _shared(self) -> list[str]:
        """The steps that all known ways to all goals share, and those among them without a place."""
        ways = [path for answer in self._answers for path in answer.paths if not path.conditional]
        if not ways:
            return []
        common = [step.id for step in ways[0].steps if all(any(step.id == other.id for other in way.steps) for way in ways)]
        stuck = [step.id for step in ways[0].steps if step.id in common and step.offer.verdict == "entitled_gap"]
        lines: list[str] = []
        if common and len(self._answers) > 1:
            lines += row(self._words.text("row.gemeinsam"), [self._words.text("common", steps=self._words.steps(common))])
        if stuck:
            lines += row(self._words.text("row.engpass"), [self._words.text("bottleneck", steps=self._words.steps(stuck))])
        return lines


def _differ_only_at(one: Path, other: Path, number: int) -> bool:
    """Whether two ways of the same length differ in the step at `number` and nowhere else."""
    return [k for k, (a, b) in enumerate(zip(one.steps, other.steps, strict=True)) if a.id != b.id] == [number]
