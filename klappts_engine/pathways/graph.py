"""The graph of milestones and steps, for drawing and checking; a way in it is not yet a plan."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any as AnyValue

import networkx as nx

from klappts_engine.errors import Mistake, UsageError
from klappts_engine.facts.derive import Mapped
from klappts_engine.facts.vocabulary import Vocabulary
from klappts_engine.pathways.catalogue import Catalogue, is_increment
from klappts_engine.pathways.conditions import Conditions
from klappts_engine.pathways.steps import Step
from klappts_engine.rules.expressions import All, Any, Compare, Expr, Has, In, Is, Ref, leaves
from klappts_engine.rules.rulebook import Rulebook

FORMATS = (".graphml", ".json")


def step_graph(catalogue: Catalogue, rulebook: Rulebook) -> nx.DiGraph[str]:
    """A directed graph with two kinds of nodes besides the goals.

    A milestone ("german_ladder=B1", kind "milestone") leads to each step that requires it, a step
    (kind "step") to each milestone it raises (edge attribute `grade`: full, best or partial), a
    higher rung to the next lower one (`includes`), a rung to each step that recommends it
    (`recommends`) or is shorter from it on (`shortens`), a milestone to each step whose rules,
    to-dos or livelihood read it (`read`; a rung only where an answer turns at it), and a milestone
    to each goal (kind "goal") that asks for it. `rulebook` is the one with the conditions of the
    catalogue.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    for fact, kind in rulebook.vocabulary.facts.items():
        for lower, higher in zip(kind.values, kind.values[1:], strict=False) if kind.ladder else ():
            _milestone(graph, fact, lower)
            graph.add_edge(_milestone(graph, fact, higher), f"{fact}={lower}", kind="includes")
    for id, step in catalogue.steps.items():
        graph.add_node(
            id, kind="step", label=step.title.de, strand=catalogue.strands[id], owner=step.owner
        )
        for fact, rung, kind_of_use in _rungs_used(step):
            graph.add_edge(_milestone(graph, fact, rung), id, kind=kind_of_use)
        for todo in step.todo:
            graph.add_edge(_milestone(graph, todo.fact, todo.value), id, kind="todo", by=todo.by)
        for grade, outcomes in (
            ("full", (step.outcomes.full,)),
            ("best", step.outcomes.best),
            ("partial", step.outcomes.partial),
        ):
            for fact, value in (item for outcome in outcomes for item in outcome.items()):
                if not graph.has_edge(id, f"{fact}={value}"):
                    graph.add_edge(id, _milestone(graph, fact, value), kind="raises", grade=grade)
    read_by = {id: _read(rulebook, id) for id in rulebook.rules}
    for id, step in catalogue.steps.items():
        read = set().union(
            *(read_by[rule] for rule in rulebook.cone(_conditions(catalogue, id, step)))
        )
        for milestone in _of_kind(graph, "milestone"):
            if (graph.nodes[milestone]["fact"] in read or milestone in read) and not graph.has_edge(
                milestone, id
            ):
                graph.add_edge(milestone, id, kind="read")
    for id, goal in catalogue.goals.items():
        graph.add_node(f"goal:{id}", kind="goal", label=goal.title.de)
        asked = set(_asked(rulebook, catalogue.conditions[Conditions.goal(id)]))
        for milestone in _of_kind(graph, "milestone"):
            if graph.nodes[milestone]["fact"] in asked or milestone in asked:
                graph.add_edge(milestone, f"goal:{id}", kind="counts")
    return graph


def export_graph(graph: nx.DiGraph[str], path: Path) -> None:
    """Writes the graph as GraphML or as node-link JSON, by the ending of `path`. Raises UsageError
    for another ending."""
    if path.suffix not in FORMATS:
        raise UsageError(
            Mistake("format_unknown", {"name": path.suffix, "known": ", ".join(FORMATS)})
        )
    if path.suffix == ".graphml":
        nx.write_graphml(graph, path)
    else:
        text = json.dumps(nx.node_link_data(graph, edges="edges"), ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")


def unreachable_goals(graph: nx.DiGraph[str]) -> list[str]:
    """The goals to which no step leads."""
    reached = {node for step in _of_kind(graph, "step") for node in nx.descendants(graph, step)}
    return [goal.removeprefix("goal:") for goal in _of_kind(graph, "goal") if goal not in reached]


def dead_ends(graph: nx.DiGraph[str]) -> list[str]:
    """The steps from which no goal can be reached."""
    useful = {node for goal in _of_kind(graph, "goal") for node in nx.ancestors(graph, goal)}
    return [step for step in _of_kind(graph, "step") if step not in useful]


def _of_kind(graph: nx.DiGraph[str], kind: str) -> list[str]:
    return [node for node, data in graph.nodes.items() if data["kind"] == kind]


def _milestone(graph: nx.DiGraph[str], fact: str, value: AnyValue) -> str:
    node = f"{fact}{value}" if is_increment(value) else f"{fact}={value}"
    graph.add_node(node, kind="milestone", fact=fact)
    return node


def _rungs_used(step: Step) -> Iterator[tuple[str, AnyValue, str]]:
    """The rungs a step looks at on the way in, each with the kind of use; the firmest use of a rung
    comes last."""
    for fact, by_rung in step.by_entry.items():
        yield from (
            (fact, rung, "shortens") for rung, months in by_rung.items() if months < step.months[1]
        )
    for fact, rungs in step.requires.items():
        if rungs.recommended is not None:
            yield fact, rungs.recommended, "recommends"
        if rungs.from_ is not None:
            yield fact, rungs.from_, "requires"


def _conditions(catalogue: Catalogue, id: str, step: Step) -> Iterator[str]:
    """The conditions and rules that decide whether a step can begin, which outcomes it can have,
    and who pays meanwhile."""
    yield from Conditions.of_step(id, catalogue.conditions)
    yield from Conditions.of_profile(catalogue.livelihood(id), catalogue.conditions)
    yield from (rule for todo in step.todo for rule in todo.rules)


def _read(rulebook: Rulebook, id: str) -> set[str]:
    """What a rule reads itself: facts that are no ladder, and the milestones of those rungs at
    which its answer turns."""
    vocabulary = rulebook.vocabulary
    found: set[str] = set()
    for leaf in (
        leaf
        for version in rulebook.rules[id].versions
        for tree in version.trees
        for leaf in leaves(tree)
    ):
        found |= {
            fact for fact in vocabulary.inputs[leaf.fact] if not vocabulary.facts[fact].ladder
        }
        if isinstance(leaf, In):
            found.update(_turns(vocabulary, leaf))
    return found


def _turns(vocabulary: Vocabulary, leaf: In) -> Iterator[str]:
    """The rungs at which a leaf turns, on the ladder of its fact or on the one that its fact is
    mapped from."""
    derive = vocabulary.facts[leaf.fact].derive
    mapped = derive if isinstance(derive, Mapped) else None
    fact = mapped.map if mapped else leaf.fact
    rungs = vocabulary.facts[fact].values if vocabulary.facts[fact].ladder else ()
    for lower, rung in pairwise(rungs):
        before, after = (
            mapped.to.get(one, mapped.otherwise) if mapped else one for one in (lower, rung)
        )
        if (before in leaf.values) is not (after in leaf.values):
            yield f"{fact}={rung}"


def _asked(rulebook: Rulebook, expr: Expr) -> Iterator[str]:
    """What a goal asks for, whether together or as alternatives: milestones, or facts where any of
    their milestones may do."""
    match expr:
        case All(parts) | Any(parts):
            for part in parts:
                yield from _asked(rulebook, part)
        case Ref(rule):
            for version in rulebook.rules[rule].versions:
                yield from _asked(rulebook, version.when)
        case In(fact, values):
            yield from (f"{fact}={value}" for value in sorted(values))
        case Is(fact):
            yield f"{fact}={True}"
        case Compare(fact) | Has(fact):
            yield fact
