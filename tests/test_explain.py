"""Explanations: what decides decides and is smallest, what helps helps, turns are all turns, no
question is idle."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume as suppose
from hypothesis import given, settings
from hypothesis import strategies as st

from klappts_engine import Case, Engine, UsageError
from klappts_engine.explain.changes import changed, turns
from klappts_engine.explain.explain import days_until, explain
from klappts_engine.explain.model import Repair
from klappts_engine.explain.questions import Remaining
from klappts_engine.explain.repairs import BOUND, Levers, why_not
from klappts_engine.explain.situation import Situation
from klappts_engine.facts.assumptions import assume
from klappts_engine.facts.case import case_class
from klappts_engine.facts.episodes import project
from klappts_engine.facts.values import derive_all, encode
from klappts_engine.facts.vocabulary import Lever
from klappts_engine.rules.executors.port import Executors, make_executor
from klappts_engine.rules.expressions import Compare, Expr, Known, leaves, parse_leaf, spell
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.rules.standing import Standing
from tests.shipped import shipped
from tests.strategies import START, VALUES, Raw, lives, load, plain_rule_files, rule_files

EXAMPLES = Path(__file__).parent.parent / "examples"
PERSONS = sorted(path.stem for path in EXAMPLES.glob("p[0-9]*.yaml"))
ON = dt.date(2026, 11, 22)
IDS = ["a", "b", "z"]
LEVERS = {
    "needy": Lever(by="person", direction="true"),
    "harbour_ban": Lever(by="authority", direction="false"),
    "volunteer": Lever(by="person", direction="true", advice_first=True),
    "harbour_months": Lever(by="person", direction="more"),
    "tongue_rung": Lever(by="third_party", direction="good"),
}


def with_levers(rules: Raw) -> Rulebook:
    """The rulebook of the island state with these rules, and with levers on some of its facts."""
    book = load(rules)
    return book.with_facts(
        {
            id: fact.model_copy(update={"lever": LEVERS[id]}) if id in LEVERS else fact
            for id, fact in book.vocabulary.facts.items()
        }
    )


def situation(
    book: Rulebook, told: Mapping[str, Any], day: dt.date = START, ids: Sequence[str] = IDS
) -> Situation:
    case = case_class(book.vocabulary)(**told)
    there = project(case, (), day, book.vocabulary)
    return Situation(Standing(Executors(book, "function"), there), ids)


def answer(book: Rulebook, told: Mapping[str, Any], id: str, day: dt.date = START) -> bool | None:
    """The plain answer of the recursive reading for told facts on their day."""
    known = derive_all(told, book.vocabulary, day)
    return make_executor("interpreter", book, [id]).evaluate(
        {k: encode(v) for k, v in known.items()}, day
    )[id]


def half_told() -> st.SearchStrategy[Raw]:
    """Some plain facts, and some with dates."""
    plain = {
        fact: st.sampled_from(VALUES[fact])
        for fact in ("child_here", "harbour_ban", "volunteer", "tongue_rung", "school_rung")
    }
    return st.tuples(lives(), st.fixed_dictionaries({}, optional=plain)).map(
        lambda pair: pair[0] | pair[1]
    )


# Why.


@settings(max_examples=200)
@given(rule_files(), half_told(), st.sampled_from(IDS))
def test_the_deciding_facts_decide_and_none_can_be_left_out(rules: Raw, told: Raw, id: str) -> None:
    here = situation(load(rules), told)
    what = explain(here, id)
    facts = {read.fact for read in what.deciding}
    truth = answer(here.rulebook, here.told, id)
    assert what.answer == {True: "holds", False: "fails", None: "unknown"}[truth]
    if truth is None:
        assert not facts
        return
    assert answer(here.rulebook, {fact: here.told[fact] for fact in facts}, id) is truth
    for spare in facts:
        assert (
            answer(here.rulebook, {fact: here.told[fact] for fact in facts - {spare}}, id)
            is not truth
        )


@settings(max_examples=100)
@given(rule_files(), half_told(), st.sampled_from(IDS))
def test_the_tree_is_decided_as_its_parts_are(rules: Raw, told: Raw, id: str) -> None:
    tree = explain(situation(load(rules), told), id).tree
    assert tree

    def check(node: Any) -> None:
        if node.parts:
            below = [part.answer for part in node.parts]
            first, last = {"any": ("holds", "fails")}.get(node.kind, ("fails", "holds"))
            joined = first if first in below else "unknown" if "unknown" in below else last
            turned = {"holds": "fails", "fails": "holds", "unknown": "unknown"}
            assert node.answer == (turned[below[0]] if node.kind == "not" else joined)
        for part in node.parts:
            check(part)

    check(tree)


@pytest.mark.parametrize("person", PERSONS)
def test_on_the_real_rulebook_the_deciding_facts_of_every_conclusion_decide(person: str) -> None:
    engine = shipped()
    case = engine.read_case(EXAMPLES / f"{person}.yaml")
    book = engine.rulebook
    there = project(assume(case, engine.catalogue.assumptions)[0], (), ON, book.vocabulary)
    for id, what in engine.reasons(case, ON).items():
        asked = f"{id}={what.result}" if what.result else id
        kept = {read.fact: there.told[read.fact] for read in what.deciding}
        if what.answer == "unknown":
            assert not kept
            assert what.open or what.forced
            continue
        truth = what.answer == "holds"
        assert answer(book, kept, asked, ON) is truth, id
        for spare in kept:
            assert (
                answer(
                    book, {fact: value for fact, value in kept.items() if fact != spare}, asked, ON
                )
                is not truth
            ), id


def as_spelled(book: Rulebook) -> Iterator[Expr]:
    """Every leaf of a rulebook as read from how an explanation spells it, checked to be the same
    leaf."""
    trees = (
        tree for rule in book.rules.values() for version in rule.versions for tree in version.trees
    )
    for leaf in (leaf for tree in trees for leaf in leaves(tree) if not isinstance(leaf, Known)):
        again = parse_leaf(spell(leaf), book.vocabulary, book.rules.keys())
        assert again == leaf, spell(leaf)
        yield again


@settings(max_examples=50)
@given(rule_files())
def test_a_condition_is_spelled_as_a_rule_file_has_it(rules: Raw) -> None:
    assert list(as_spelled(load(rules)))


def test_a_condition_over_a_day_is_spelled_with_the_day() -> None:
    book = shipped().rulebook
    days = [
        leaf
        for leaf in as_spelled(book)
        if isinstance(leaf, Compare) and book.vocabulary.facts[leaf.fact].type == "date"
    ]
    assert days
    for leaf in days:
        assert dt.date.fromisoformat(spell(leaf).split()[-1]).toordinal() == leaf.value


def test_an_assumption_is_named_only_where_nothing_told_decides() -> None:
    what = shipped().why(shipped().read_case(EXAMPLES / "p09.yaml"), "dul60c.claim", ON)
    assert [(read.fact, read.origin) for read in what.deciding] == [("status", "told")]
    assert what.used == ()


@settings(max_examples=60)
@given(st.sampled_from(PERSONS), st.data())
def test_on_the_real_rulebook_with_half_a_case_the_deciding_facts_decide(
    person: str, data: st.DataObject
) -> None:
    engine = shipped()
    told = engine.read_case(EXAMPLES / f"{person}.yaml").told
    kept = data.draw(st.lists(st.sampled_from(sorted(told)), unique=True))
    case = engine.case(**{fact: told[fact] for fact in kept})
    there = project(case, (), ON, engine.rulebook.vocabulary)
    for id in data.draw(
        st.lists(st.sampled_from(sorted(engine.rulebook.conclusions)), min_size=1, max_size=12)
    ):
        what = engine.reasons(case, ON, [id])[id]
        asked = f"{id}={what.result}" if what.result else id
        facts = {read.fact: there.told[read.fact] for read in what.deciding}
        if what.answer != "unknown":
            truth = what.answer == "holds"
            assert answer(engine.rulebook, facts, asked, ON) is truth
            assert all(
                answer(engine.rulebook, _less(facts, spare), asked, ON) is not truth
                for spare in facts
            )


def _less(facts: Mapping[str, Any], spare: str) -> dict[str, Any]:
    return {fact: value for fact, value in facts.items() if fact != spare}


def test_every_answer_that_leans_on_an_assumption_is_found() -> None:
    engine = shipped()
    case = engine.read_case(EXAMPLES / "p07.yaml")
    ids = [
        "asylblg.basic",
        "work.duldung.outside",
        "bafoeg.claim",
        "ik.participation",
        "dul60c.claim",
    ]
    full = engine.assess(case, ON, ids).conclusions
    found = engine.leaning(case, ON, ids)
    assert found
    for fact in [fact for one in engine.assess(case, ON, ids).assumptions for fact in one.facts]:
        without = engine.assess(case, ON, ids, without=[fact]).conclusions
        flips = {id for id in ids if without[id].answer != full[id].answer}
        moved = found[fact].moved if fact in found else ()
        assert flips == {one.conclusion for one in moved if one.before.answer != one.after.answer}


# Why not, and what would help.


def turning(
    book: Rulebook, told: Raw, id: str, until: dt.date
) -> Iterator[tuple[dict[str, Any], dt.date]]:
    """Every set of up to `BOUND` changes on every day: those that turn the answer."""
    days = [START + dt.timedelta(n) for n in range((until - START).days + 1)]
    start = situation(book, told, START, [id])
    for day in days:
        here = start if day == START else start.on(day)
        levers = Levers(here, id)
        for size in range(BOUND + 1 - (day > START)):
            for facts in combinations(levers.by_fact, size):
                for values in product(*map(levers.values, facts)):
                    one = dict(zip(facts, values, strict=True))
                    if answer(book, {**here.told, **one}, id, day) is True:
                        yield one, day


def smallest(
    found: Iterable[tuple[dict[str, Any], dt.date]],
) -> list[tuple[dict[str, Any], dt.date]]:
    """Those that contain no other that is not later."""
    kept: list[tuple[dict[str, Any], dt.date]] = []
    for one, day in sorted(found, key=lambda pair: (pair[1], len(pair[0]))):
        if not any(other.items() <= one.items() for other, _ in kept):
            kept.append((one, day))
    return kept


def spelled(repairs: Iterable[Repair]) -> set[tuple[frozenset[tuple[str, Any]], dt.date]]:
    return {
        (frozenset((one.fact, one.to) for one in repair.changes), repair.day or START)
        for repair in repairs
    }


@settings(max_examples=60)
@given(rule_files(), half_told(), st.sampled_from(IDS))
def test_repairs_are_all_smallest_sets_of_changes_that_turn_the_answer(
    rules: Raw, told: Raw, id: str
) -> None:
    book, until = with_levers(rules), START + dt.timedelta(40)
    here = situation(book, told, START, [id])
    suppose(answer(book, here.told, id) is not True)
    found = why_not(here, id, until)
    expected = smallest(turning(book, told, id, until))
    assert spelled(found.repairs) == {(frozenset(one.items()), day) for one, day in expected}
    assert {one.fact for repair in found.repairs for one in repair.changes} <= LEVERS.keys()


@pytest.mark.parametrize("person", PERSONS)
def test_on_the_real_rulebook_each_repair_turns_the_answer_and_no_part_of_it_does(
    person: str,
) -> None:
    engine = shipped()
    book, case = engine.rulebook, engine.read_case(EXAMPLES / f"{person}.yaml")
    filled = assume(case, engine.catalogue.assumptions)[0]
    for id in (
        "dul60c.claim",
        "bafoeg.claim",
        "bsk.access",
        "work.duldung.outside",
        "sgb3.bab.training",
    ):
        for repair in engine.why_not(case, id, ON, dt.date(2028, 11, 22)).repairs:
            there = project(filled, (), repair.day or ON, book.vocabulary)
            changes = {one.fact: one.to for one in repair.changes}
            assert answer(book, {**there.told, **changes}, id, repair.day or ON) is True
            for spare in changes:
                less = {fact: value for fact, value in changes.items() if fact != spare}
                assert answer(book, {**there.told, **less}, id, repair.day or ON) is not True
            if repair.day:
                today = project(filled, (), ON, book.vocabulary)
                assert answer(book, {**today.told, **changes}, id, ON) is not True


def test_only_whitelisted_facts_are_ever_proposed_and_advice_comes_first() -> None:
    engine = shipped()
    facts = engine.rulebook.vocabulary.facts
    proposed = set()
    for person in PERSONS:
        case = engine.read_case(EXAMPLES / f"{person}.yaml")
        for id in ("dul60c.claim", "ae16g.claim", "dul60d.claim", "ae25a.claim", "bsk.access"):
            if id not in engine.rulebook.rules:
                continue
            for repair in engine.why_not(case, id, ON, dt.date(2027, 11, 22)).repairs:
                for one in repair.changes:
                    lever = facts[one.fact].lever
                    assert lever
                    assert (one.by, one.advice_first, one.risk) == (
                        lever.by,
                        lever.advice_first,
                        lever.risk,
                    )
                    proposed.add(one.fact)
    assert proposed
    assert not proposed & {
        "asylum_state",
        "status",
        "married_ever",
        "lives_with_own_child",
        "running_step",
    }


# When, and what changed.


@settings(max_examples=60)
@given(rule_files(), half_told())
def test_turns_equal_asking_day_by_day(rules: Raw, told: Raw) -> None:
    book, until = load(rules), START + dt.timedelta(200)
    found = turns(days_until(situation(book, told), until), IDS, until)
    start = situation(book, told)
    now = {id: said.answer for id, said in found.first.items()}
    by_day = {(turn.day, turn.move.conclusion): turn.move.after.answer for turn in found.turns}
    for n in range((until - START).days + 1):
        day = START + dt.timedelta(n)
        there = project(start.standing.case, (), day, book.vocabulary)
        for id in IDS:
            now[id] = by_day.get((day, id), now[id])
            assert (
                now[id]
                == {True: "holds", False: "fails", None: "unknown"}[
                    answer(book, there.told, id, day)
                ]
            )


@settings(max_examples=150)
@given(rule_files(), half_told(), half_told(), st.sampled_from([0, 0, 40, 200]))
def test_what_changed_is_needed_and_enough(rules: Raw, told: Raw, later: Raw, after: int) -> None:
    book = load(rules)
    before = situation(book, told)
    then = situation(book, later, START + dt.timedelta(after))
    moved = {one.conclusion: one for one in changed(before, then, IDS).moved}
    for id in IDS:
        first, last = before.truths[id], then.truths[id]
        if first is last:
            continue
        one = moved[id]
        assert (one.before.answer, one.after.answer) == tuple(
            {True: "holds", False: "fails", None: "unknown"}[truth] for truth in (first, last)
        )
        if after == 0:
            assert one.cause == "person"
            assert one.amendments == ()
        kept = {
            **before.values,
            **{fact: then.values[fact] for fact in one.facts if fact in then.values},
        }
        kept = {
            fact: value
            for fact, value in kept.items()
            if fact in then.values or fact not in one.facts
        }
        if not one.amendments:
            assert make_executor("interpreter", book, [id]).evaluate(kept, then.day)[id] is last
            for spare in one.facts:
                back = {**kept, spare: before.values.get(spare)}
                back = {fact: value for fact, value in back.items() if value is not None}
                assert (before.truths[id], before.strengths.of(id)) != (last, then.strengths.of(id))
                assert _says(book, back, id, then) != (last, _level(then, id))


def _says(
    book: Rulebook, values: Mapping[str, Any], id: str, at: Situation
) -> tuple[bool | None, str | None]:
    from klappts_engine.rules.assessment import Strengths

    truths = make_executor("interpreter", book, [id]).evaluate(values, at.day)
    word = None if truths[id] is False else Strengths(book, truths, dict(values), at.day).of(id)[0]
    return truths[id], word


def _level(at: Situation, id: str) -> str | None:
    return None if at.truths[id] is False else at.strengths.of(id)[0]


def test_an_amendment_is_named_with_a_rule_whose_version_changes_on_that_day() -> None:
    engine = shipped()
    case = engine.case(status="duldung_60a_2_s1", assumptions=("regelfall",))
    found = engine.when(
        case, engine.rulebook.conclusions, dt.date(2018, 4, 1), dt.date(2026, 12, 31)
    )
    causes = {turn.move.cause for turn in found.turns}
    assert "law" in causes
    for turn in found.turns:
        assert bool(turn.move.amendments) == (turn.move.cause != "person")
        for one in turn.move.amendments:
            versions = engine.rulebook.rules[one.rule].versions
            borders = {version.start for version in versions} | {
                version.end + dt.timedelta(1) for version in versions if version.end
            }
            assert turn.day in borders


# Ask, and forced or open.

FEW = ["needy", "child_here", "harbour_ban", "volunteer", "harbour_months"]
CELLS = {fact: [3, 5, 7] if fact == "harbour_months" else [False, True] for fact in FEW}


def completions(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    free = [fact for fact in FEW if fact not in told]
    return [
        {**told, **dict(zip(free, values, strict=True))}
        for values in product(*(CELLS[fact] for fact in free))
    ]


@cache
def _executor(book: Rulebook) -> Any:
    return make_executor("interpreter", book, ["a", "b", "c", "d"])


def truths_of(
    book: Rulebook, told: Mapping[str, Any], ids: Sequence[str]
) -> tuple[bool | None, ...]:
    found = _executor(book).evaluate(told, START)
    return tuple(found[id] for id in ids)


def matters(book: Rulebook, told: Mapping[str, Any], ids: Sequence[str], fact: str) -> bool:
    """Whether two complete cases that differ in the fact alone differ in an answer."""
    by_rest: dict[frozenset[tuple[str, Any]], set[tuple[bool | None, ...]]] = {}
    for one in completions(told):
        rest = frozenset((name, value) for name, value in one.items() if name != fact)
        by_rest.setdefault(rest, set()).add(truths_of(book, one, ids))
    return any(len(found) > 1 for found in by_rest.values())


partly = st.fixed_dictionaries(
    {}, optional={fact: st.sampled_from(values) for fact, values in CELLS.items()}
)


@settings(max_examples=150)
@given(
    plain_rule_files(),
    partly,
    st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=3, unique=True),
)
def test_exactly_the_facts_that_can_still_matter_are_asked(
    rules: Raw, told: Raw, ids: list[str]
) -> None:
    book = load(rules)
    here = situation(book, told, ids=ids)
    left = Remaining(here, ids)
    asked = {one.fact for one in left.questions().questions}
    assert asked == {fact for fact in FEW if fact not in told and matters(book, told, ids, fact)}
    for id in ids:
        possible = {truths_of(book, one, [id])[0] for one in completions(told)}
        forced, checked = left.forced(id)
        assert checked
        assert (forced is None) == (len(possible) > 1)
        if forced:
            assert possible == {forced == "holds"}


@settings(max_examples=100)
@given(plain_rule_files(), partly, st.sampled_from(["a", "b", "c", "d"]))
def test_what_a_question_can_open_or_close_is_what_its_answer_alone_decides(
    rules: Raw, told: Raw, id: str
) -> None:
    book = load(rules)
    here = situation(book, told, ids=[id])
    for one in Remaining(here, [id]).questions().questions:
        after = set()
        for value in CELLS[one.fact]:
            possible = {
                truths_of(book, full, [id])[0] for full in completions({**told, one.fact: value})
            }
            after |= possible if len(possible) == 1 else set()
        assert (True in after, False in after) == (bool(one.opens), bool(one.closes))
        assert bool(one.touches) == (not after)


@settings(max_examples=60)
@given(st.sampled_from(PERSONS), st.data())
def test_on_the_real_rulebook_exactly_the_facts_that_can_still_matter_are_asked(
    person: str, data: st.DataObject
) -> None:
    """Where few facts are open: held against trying every cell of all of them."""
    engine = shipped()
    book = engine.rulebook
    id = data.draw(st.sampled_from(sorted(book.conclusions)))
    full = assume(engine.read_case(EXAMPLES / f"{person}.yaml"), engine.catalogue.assumptions)[
        0
    ].told
    untold = data.draw(st.lists(st.sampled_from(sorted(full)), max_size=4, unique=True))
    case = project(
        engine.case(**{fact: full[fact] for fact in full if fact not in untold}),
        (),
        ON,
        book.vocabulary,
    )
    here = Situation(Standing(engine.executors, case), [id])
    left = Remaining(here, [id])
    cells = left.diagrams.cells
    suppose(left.independent and len(cells) <= 6 and all(isinstance(name, str) for name in cells))
    run = make_executor("interpreter", book, [id])
    truths = {
        values: run.evaluate(
            {**here.values, **dict(zip(map(str, cells), values, strict=True))}, ON
        )[id]
        for values in product(*cells.values())
    }
    mattering = set()
    for number, name in enumerate(cells):
        by_rest: dict[tuple[Any, ...], set[bool | None]] = {}
        for values, truth in truths.items():
            by_rest.setdefault((*values[:number], *values[number + 1 :]), set()).add(truth)
        if any(len(found) > 1 for found in by_rest.values()):
            mattering |= set(here.untold(str(name)))
    assert {one.fact for one in left.questions().questions} == mattering
    forced = left.forced(id)[0] if here.truths[id] is None else True
    assert bool(forced) == (len(set(truths.values())) == 1)


def test_fewer_questions_are_asked_than_in_the_order_of_the_authors() -> None:
    """On the real rulebook: what six conclusions hang on, for every person, until nothing matters
    any more."""
    engine, chance = shipped(), random.Random(1)
    facts = engine.rulebook.vocabulary.facts
    order = list(facts)
    ids = [
        "bafoeg.claim",
        "dul60c.claim",
        "bsk.access",
        "ik.participation",
        "asylblg.analog",
        "sgb3.bab.training",
    ]
    ours = theirs = 0
    for person in chance.sample(PERSONS, 6):
        full = assume(engine.read_case(EXAMPLES / f"{person}.yaml"), engine.catalogue.assumptions)[
            0
        ].told
        for id in ids:
            ours += _asked(engine, full, id, lambda found: found[0])
            theirs += _asked(engine, full, id, lambda found: min(found, key=order.index))
    assert ours <= theirs


def _asked(engine: Engine, full: Mapping[str, Any], id: str, choose: Any) -> int:
    told: dict[str, Any] = {}
    unknown: set[str] = set()
    while True:
        found = [
            one.fact
            for one in engine.ask(engine.case(**told), ON, [id]).questions
            if one.fact not in unknown
        ]
        if not found:
            return len(told) + len(unknown)
        fact = choose(found)
        if fact in full:
            told[fact] = full[fact]
        else:
            unknown.add(fact)


def test_diagrams_that_grow_too_large_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("klappts_engine.explain.diagram.LIMIT", 3)
    engine = shipped()
    found = engine.ask(engine.case(), ON, ["dul60c.claim"])
    assert found.questions
    assert not any(one.checked for one in found.questions)
    what = engine.why(engine.case(), "dul60c.claim", ON)
    assert (what.forced, what.checked) == (None, False)


# Misuse.


def test_unknown_conclusions_and_days_are_refused_with_a_guess() -> None:
    engine = shipped()
    case: Case = engine.case()
    for call in (engine.why, engine.why_not):
        with pytest.raises(UsageError, match=r"dul60c\.claim"):
            call(case, "dul60c.clam", ON)
    with pytest.raises(UsageError, match=r"dul60c\.claim"):
        engine.when(case, ["dul60c.clam"], ON)
    with pytest.raises(UsageError):
        engine.when(case, ["dul60c.claim"], ON, until=dt.date(2020, 1, 1))
    with pytest.raises(UsageError):
        engine.ask(case, ON, goal="nowhere")


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(PERSONS), st.data())
def test_what_opens_a_conclusion_without_being_proposed_does_open_it(
    person: str, data: st.DataObject
) -> None:
    """A conclusion is never said to be beyond change where facts would open it."""
    inquiry = shipped().at(shipped().read_case(EXAMPLES / f"{person}.yaml"), on=ON)
    failing = [id for id, one in inquiry.assess().conclusions.items() if one.answer == "fails"]
    id = data.draw(st.sampled_from(failing))
    found = inquiry.why_not(id)
    assert not (found.repairs and found.opens_with)
    vocabulary = shipped().rulebook.vocabulary
    for opening in found.opens_with:
        for fact, values in opening.facts.items():
            kind = vocabulary.facts[fact]
            assert kind.sensitive is None or kind.lever is not None
            assert inquiry.values.get(fact) not in values
        first = {fact: values[0] for fact, values in opening.facts.items()}
        truth = inquiry.truth_if(id, {**inquiry.case.told, **first})
        assert truth is (True if opening.sure else None)


def test_what_is_missing_of_a_right_is_named_though_it_is_no_lever() -> None:
    inquiry = shipped().at(shipped().read_case(EXAMPLES / "p19.yaml"), on=ON)
    openings = inquiry.why_not("ae25a.claim").opens_with
    assert {fact for one in openings for fact in one.facts} >= {"attends_school", "training_kind"}
    assert not any(one.sure for one in openings)  # whether the identity is clarified is not told
