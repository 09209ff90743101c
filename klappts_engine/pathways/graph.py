"""The graph of milestones and steps, for drawing, exporting and checking; a way through it is not yet a plan."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any as AnyValue

import networkx as nx

from klappts_engine.errors import Mistake, UsageError
from klappts_engine.pathways.catalogue import Catalogue, is_increment
from klappts_engine.rules.expressions import All, Any, Expr, In, Is
from klappts_engine.rules.facts_needed import facts_needed
from klappts_engine.rules.rulebook import Rulebook

FORMATS = (".graphml", ".json")


def step_graph(catalogue: Catalogue, rulebook: Rulebook) -> nx.DiGraph[str]:
    """A directed graph with two kinds of nodes besides the goals.

    A milestone ("german_ladder=B1", kind "milestone") leads to each step that requires it, a step (kind "step") to each
    milestone it raises (edge attribute `grade`: full, best or partial), a higher rung to the next lower one (`includes`),
    a fact that is no rung to each step whose rules read it (`read`), and a milestone to each goal (kind "goal") that asks
    for it. `rulebook` is the one with the conditions of the catalogue.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    for fact, kind in rulebook.vocabulary.facts.items():
        for lower, higher in zip(kind.values, kind.values[1:], strict=False) if kind.ladder else ():
            _milestone(graph, fact, lower)
            graph.add_edge(_milestone(graph, fact, higher), f"{fact}={lower}", kind="includes")
    for id, step in catalogue.steps.items():
        graph.add_node(id, kind="step", label=step.title.de, strand=catalogue.strands[id], owner=step.owner)
        for fact, rungs in step.requires.items():
            if rungs.from_ is not None:
                graph.add_edge(_milestone(graph, fact, rungs.from_), id, kind="requires")
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
    for id in catalogue.steps:
        read = facts_needed(rulebook, [f"step:{id}:access", f"step:{id}:facts"])
        for milestone in _of_kind(graph, "milestone"):
            if graph.nodes[milestone]["fact"] in read and not rulebook.vocabulary.facts[graph.nodes[milestone]["fact"]].ladder:
                graph.add_edge(milestone, id, kind="read")
    for id, goal in catalogue.goals.items():
        graph.add_node(f"goal:{id}", kind="goal", label=goal.title.de)
        for fact, value in _asked(catalogue.conditions[f"goal:{id}"]):
            graph.add_edge(_milestone(graph, fact, value), f"goal:{id}", kind="counts")
    return graph


def export_graph(graph: nx.DiGraph[str], path: Path) -> None:
    """Writes the graph as GraphML or as node-link JSON, by the ending of `path`. Raises UsageError for another ending."""
    if path.suffix not in FORMATS:
        raise UsageError(Mistake("format_unknown", {"name": path.suffix, "known": ", ".join(FORMATS)}))
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


def _asked(expr: Expr) -> Iterator[tuple[str, AnyValue]]:
    """The values a goal asks for, whether together or as alternatives."""
    if isinstance(expr, (All, Any)):
        parts: Iterable[Expr] = expr.parts
        for part in parts:
            yield from _asked(part)
    elif isinstance(expr, In):
        yield from ((expr.fact, value) for value in sorted(expr.values))
    elif isinstance(expr, Is):
        yield expr.fact, True
