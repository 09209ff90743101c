"""The overview of a case on a day: money, work, German, school, what to clarify, what to do now."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from klappts_engine.engine import Assessment, Engine
from klappts_engine.facts.calendar import add_months
from klappts_engine.facts.case import Case
from klappts_engine.rules.expressions import references, truth_of
from klappts_engine.rules.timeline import Stretch
from klappts_engine.show.answers import answer_rows
from klappts_engine.show.lines import WIDTH, foot, row
from klappts_engine.show.words import Words
from klappts_engine.ways.telling import Reason, StepState

LINES = 15
"""How long an overview is at most where not everything is asked for."""
FEW_REASONS = 1


class Brief(NamedTuple):
    """How many names are told: of open steps, and of every other kind; what is not yet possible
    only where nothing is open?"""

    opened: int
    others: int
    not_yet: bool = True


BRIEFER = (Brief(4, 2), Brief(3, 2), Brief(3, 1), Brief(3, 1, not_yet=False))
"""From the longest to the shortest: the first that fits is taken, else the last."""


class AssessmentView:
    """The overview of one case on one day."""

    def __init__(self, engine: Engine, case: Case, assessment: Assessment, lang: str) -> None:
        self._engine = engine
        self._case = case
        self._assessment = assessment
        self._words = Words(engine, lang)
        self._brief = BRIEFER[0]
        states = engine.steps(case, assessment.on).values()
        self._states = {
            state.id: state
            for state in sorted(states, key=lambda state: not self._leads_to_goal(state))
        }

    @property
    def words(self) -> Words:
        """The words that the view speaks in."""
        return self._words

    @property
    def assessment(self) -> Assessment:
        """The answers that the view tells."""
        return self._assessment

    def lines(self, everything: bool = False) -> list[str]:
        """Money, work, German, school, what to clarify, what to do now, and the foot."""
        lines = [line for label, parts in self.rows(everything) for line in row(label, parts)]
        told = ["", *self._conclusions()] if everything else []
        return [*lines, *told, "", *foot(self._words, self._assessment, everything)]

    def rows(self, everything: bool = False) -> list[tuple[str, list[str]]]:
        """Each area with what is to be said of it; without `everything` as much as fits into an
        overview."""
        rows: list[tuple[str, list[str]]] = []
        for self._brief in BRIEFER:
            rows = self._rows(everything)
            if everything or sum(len(row(label, parts)) for label, parts in rows) <= LINES:
                break
        return rows

    def _rows(self, everything: bool) -> list[tuple[str, list[str]]]:
        told = {
            "geld": self._money(),
            "arbeit": self._work_and_training(everything),
            "sprache": self._steps("sprache", everything),
            "schule": self._steps("schule", everything),
            "klaeren": self._clarify(),
            "jetzt": self._now(),
        }
        return [(self._words.text(f"row.{area}"), list(parts)) for area, parts in told.items()]

    def _leads_to_goal(self, state: StepState) -> bool:
        """Whether the aim of a step is a goal, and its door as firm as one can ask for; such steps
        are named first."""
        scale = self._engine.rulebook.scale
        if (scale.level(state.strength) or 0) > scale.cut("discretion"):
            return False
        catalogue, aim = (
            self._engine.catalogue,
            self._engine.catalogue.steps[state.id].outcomes.full,
        )
        goals = [
            goal for goal in catalogue.goals if not references(catalogue.conditions[f"goal:{goal}"])
        ]
        return any(
            truth_of(catalogue.conditions[f"goal:{goal}"], {}, aim) is True for goal in goals
        )

    def _money(self) -> Iterable[str]:
        """The benefit system today, and the next one that time brings."""
        fact = self._engine.catalogue.head.facts.system
        rule = self._engine.rulebook.vocabulary.by_rule[fact]
        stretches = self._ahead(rule)
        if stretches[0].result is None:
            yield self._words.text("money_unknown", choices=self._possible(rule, fact))
            return
        now = self._words.value(fact, stretches[0].result)
        later = self._later(fact, stretches)
        yield f"{now}; {later}" if later else now

    def _ahead(self, rule: str) -> Sequence[Stretch]:
        """The answers of a rule up to the horizon of the catalogue."""
        on = self._assessment.on
        until = add_months(on, self._engine.catalogue.head.search.horizon)
        return self._engine.timeline(self._case, [rule], until, on).stretches[rule]

    def _later(self, fact: str, stretches: Sequence[Stretch]) -> str | None:
        """The next other value of a classification that time brings, and from when."""
        later = next(
            (s for s in stretches[1:] if s.result and s.result != stretches[0].result), None
        )
        if later is None or later.result is None:
            return None
        return self._words.text(
            "later",
            what=self._words.value(fact, later.result),
            month=self._words.month(later.from_),
        )

    def _possible(self, rule: str, fact: str) -> str:
        answers = self._engine.possible(self._case, rule, self._assessment.on)
        return self._words.text("choice").join(self._words.value(fact, value) for value in answers)

    def _work_and_training(self, everything: bool) -> Iterable[str]:
        """Access to work, then the steps of training; that these are shut by a ban on work is said
        once."""
        work = list(self._work())
        yield from work
        yield from self._steps("arbeit", everything, shut=len(work) > 1)

    def _work(self) -> Iterable[str]:
        """The best access to work, with the norm that gives it; where there is none, what is open
        instead."""
        head = self._engine.catalogue.head
        rule = self._engine.rulebook.vocabulary.by_rule.get(head.facts.work or "")
        if head.facts.work is None or rule is None:
            return
        mode = self._assessment.conclusions[rule].result
        if mode is None:
            yield self._words.text("work_unknown")
            return
        shut = mode == head.overview.work_shut
        words = self._words.value(head.facts.work, mode)
        yield self._words.text(
            "work_banned" if shut else "work_cited",
            mode=words,
            cite=self._work_citation(rule, mode),
        )
        if shut:
            yield self._later(head.facts.work, self._ahead(rule)) or ""
            strands = head.overview.work_instead
            instead = [
                s.id
                for s in self._states.values()
                if s.answer == "holds" and self._engine.catalogue.strands[s.id] in strands
            ]
            told = self._words.text("open", steps=self._named(instead, everything=False))
            yield told if instead else self._words.text("nothing")

    def _work_citation(self, rule: str, mode: str) -> str:
        for id, found in self._assessment.conclusions.items():
            version = self._engine.rulebook.rules[id].version(self._assessment.on)
            if version and version.result == (rule, mode) and found.answer == "holds":
                return version.citations[0].short
        version = self._engine.rulebook.rules[rule].version(self._assessment.on)
        return version.citations[0].short if version else ""

    def _steps(self, line: str, everything: bool, shut: bool = False) -> Iterable[str]:
        """The steps of one line: open ones with place and to-dos, then unclear, not yet, stopped
        and closed ones.

        Without `everything` of each the first few, no offer that has ended or is meant for others,
        and closed ones only if nothing is open or unclear and it is not said yet (`shut`).
        """
        states = [state for state in self._states.values() if self._line_of(state.id) == line]
        opened = [state for state in states if state.answer == "holds"]
        if opened:
            named = opened if everything else opened[: self._brief.opened]
            told = (
                self._words.text("at_place", steps=steps, place=place)
                for place, steps in self._by_place(named)
            )
            yield self._words.text(
                "open", steps=self._and_more(", ".join(told), len(opened) - len(named))
            )
            todos = list(
                dict.fromkeys(self._words.todo(todo) for state in named for todo in state.todo)
            )
            if todos:
                yield self._words.text("before", todo=self._few(todos, everything))
        yield from dict.fromkeys(
            state.sanction.in_(self._words.lang) for state in opened if state.sanction
        )
        groups: dict[str, list[StepState]] = {}
        for state in states:
            group = _group(state)
            if group and (everything or not _over(state)):
                groups.setdefault(group, []).append(state)
        for code in ("unknown", "not_yet", "no_longer", "stopped", "closed"):
            if groups.get(code) and (
                everything or self._worth_telling(code, bool(opened or shut), "unknown" in groups)
            ):
                yield self._words.text(code, steps=self._with_reasons(groups[code], everything))
        if not states or not (opened or any(groups.values())):
            yield self._words.text("nothing")

    def _worth_telling(self, code: str, opened: bool, unclear: bool) -> bool:
        """Whether a group of steps is told in the short overview where others are open, or
        unclear."""
        if code == "closed":
            return not (opened or unclear)
        return code != "not_yet" or self._brief.not_yet or not opened

    def _named(self, ids: Sequence[str], everything: bool) -> str:
        """Short names of steps; without `everything` the first few."""
        return self._few(list(dict.fromkeys(self._words.step(id) for id in ids)), everything)

    def _by_place(self, states: Iterable[StepState]) -> Iterable[tuple[str, str]]:
        """What is known of places, and the steps of which that is known."""
        found: dict[str, list[str]] = {}
        for state in states:
            found.setdefault(self._words.place(state), []).append(state.id)
        return ((place, self._words.steps(ids)) for place, ids in found.items())

    def _few(self, parts: Sequence[str], everything: bool) -> str:
        shown = parts if everything else parts[: self._brief.others]
        return self._and_more(", ".join(shown), len(parts) - len(shown))

    def _and_more(self, told: str, left: int) -> str:
        return self._words.text("and_more", what=told, number=left) if left else told

    def _line_of(self, id: str) -> str | None:
        strand = self._engine.catalogue.strands[id]
        if self._engine.catalogue.steps[id].role != "main":
            return None
        return next(
            (
                line
                for line, strands in self._engine.catalogue.head.overview.lines.items()
                if strand in strands
            ),
            None,
        )

    def _with_reasons(self, states: Sequence[StepState], everything: bool) -> str:
        """Steps that are not open, those with the same reasons together."""
        by_reason: dict[str, list[str]] = {}
        for state in states:
            reasons = [reason for reason in state.reasons if not reason.unknown] or list(
                state.reasons
            )
            if _group(state) == "closed":
                reasons.sort(key=lambda reason: reason.kind != "law")
            shown = reasons if everything else reasons[:1]
            words = "; ".join(dict.fromkeys(self._reason(reason) for reason in shown))
            by_reason.setdefault(words, []).append(state.id)
        most = (
            list(by_reason.items())
            if everything
            else sorted(by_reason.items(), key=lambda item: -len(item[1]))[:FEW_REASONS]
        )
        shown_ids = [self._named(ids, everything) for _, ids in most]
        return "; ".join(
            self._words.text("step_reason", step=names, reasons=words)
            for names, (words, _) in zip(shown_ids, most, strict=True)
        )

    def _reason(self, reason: Reason) -> str:
        """Why a step is not open; where time alone opens a rule, from when."""
        if (
            reason.kind == "law"
            and not reason.unknown
            and reason.what in self._engine.rulebook.rules
        ):
            opened = next(
                (stretch for stretch in self._ahead(reason.what) if stretch.answer == "holds"), None
            )
            if opened:
                return self._words.text(
                    "later",
                    what=self._words.rule(reason.what),
                    month=self._words.month(opened.from_),
                )
        return self._words.reason(reason)

    def _clarify(self) -> Iterable[str]:
        """The first open questions behind the answers that an overview looks at, and who advises
        before anything is done."""
        facts = self._engine.rulebook.vocabulary.facts
        asked: list[str] = []
        for number, point in enumerate(self._engine.catalogue.head.overview.clarify):
            if (
                self._engine.condition(self._case, f"clarify:{number}", self._assessment.on)
                is not True
            ):
                continue
            question = self._first_question(point.rule)
            if question is None or question in asked or len(asked) == 2:
                continue
            asked.append(question)
            yield self._words.question(question)
            lever = facts[point.risk_of].lever if point.risk_of else None
            if lever and lever.risk:
                yield lever.risk.in_(self._words.lang)
            other = (
                self._engine.rulebook.rules[point.otherwise].version(self._assessment.on)
                if point.otherwise
                else None
            )
            if other:
                yield self._words.text("discretion_possible", cite=other.citations[0].short)
        if any(facts[fact].sensitive == "residence" for fact in asked):
            yield self._words.text("advice_first")
        if not asked:
            yield self._words.text("nothing_to_clarify")

    def _first_question(self, rule: str) -> str | None:
        """The first fact with a question on which an unknown answer hangs."""
        facts = self._engine.rulebook.vocabulary.facts
        if self._assessment.conclusions[rule].answer != "unknown":
            return None
        return next(
            (
                fact
                for fact in self._engine.open_facts(self._case, [rule], self._assessment.on)
                if facts[fact].question
            ),
            None,
        )

    def _now(self) -> Iterable[str]:
        """What can be done today for the open steps."""
        lines = list(self._engine.catalogue.head.overview.lines)
        opened = [
            state
            for state in self._states.values()
            if state.answer == "holds" and self._line_of(state.id)
        ]
        opened.sort(key=lambda state: lines.index(self._line_of(state.id) or lines[0]))
        todos = dict.fromkeys(
            self._words.step(todo.step) for state in opened for todo in state.todo if todo.step
        )
        places = [state.id for state in opened if state.offer.verdict != "entitled_and_available"]
        parts = list(todos)
        if places:
            parts.append(self._words.text("ask_place", steps=self._named(places, everything=False)))
        yield "; ".join(parts) if parts else self._words.text("nothing")

    def _conclusions(self) -> Iterable[str]:
        """Every conclusion with its answer, strength and citation."""
        for told in answer_rows(self._words, self._assessment):
            answer = self._words.text(f"answer.{told.answer}")
            said = (
                self._words.text("strength", answer=answer, strength=told.strength)
                if told.strength
                else answer
            )
            line = self._words.text("citation", title=told.title, answer=said, cite=told.cite)
            yield from textwrap.wrap(line, WIDTH, subsequent_indent="    ")


def _over(state: StepState) -> bool:
    """Whether a step is shut because its offer has ended or does not exist yet, or because it is
    meant for others or younger."""
    kinds = {reason.kind for reason in state.reasons if not reason.unknown}
    return not kinds.isdisjoint({"status", "too_old"}) or kinds == {"condition"}


def _group(state: StepState) -> str | None:
    """The heading under which a step that is not open stands; None if the person has left it
    behind."""
    kinds = {reason.kind for reason in state.reasons if not reason.unknown}
    if state.answer == "holds" or "beyond" in kinds:
        return None
    if state.answer == "unknown":
        return "unknown"
    if "too_old" in kinds:
        return "no_longer"
    if "law" in kinds and not kinds & {"rung", "age", "condition"}:
        return "closed"
    return "stopped" if kinds == {"practice"} else "not_yet"
