"""The graph of milestones and steps: what it holds, what it finds, and that it can be exported."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest

from klappts_engine.engine import Engine
from klappts_engine.errors import UsageError
from klappts_engine.pathways.graph import dead_ends, export_graph, step_graph, unreachable_goals
from klappts_engine.pathways.model import Outcomes


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.load()


def test_steps_stand_between_milestones_and_lead_to_the_goals(engine: Engine) -> None:
    graph = engine.graph()
    kinds = nx.get_node_attributes(graph, "kind")
    assert {kinds[node] for node in graph} == {"milestone", "step", "goal"}
    assert not any(kinds[a] == kinds[b] == "step" for a, b in graph.edges)
    assert nx.has_path(graph, "lang.bsk_a2", "goal:for")
    assert graph.edges["sch.wbk_msa", "school_level=MSA"]["grade"] == "full"
    assert graph.edges["german_ladder=B1", "german_ladder=A2"]["kind"] == "includes"
    assert (unreachable_goals(graph), dead_ends(graph)) == ([], [])


def test_a_goal_without_a_step_and_a_step_without_a_goal_are_found(engine: Engine) -> None:
    catalogue = engine.catalogue
    idle = catalogue.steps["lang.ik_general"].model_copy(update={"outcomes": Outcomes(full={"newly_immigrated": True})})
    steps = {"lang.ik_general": idle, "sch.wbk_msa": catalogue.steps["sch.wbk_msa"]}
    graph = step_graph(replace(catalogue, steps=steps), engine.rulebook.with_expressions(catalogue.conditions))
    assert unreachable_goals(graph) == ["beruf"]
    assert dead_ends(graph) == ["lang.ik_general"]


def test_it_is_written_as_graphml_and_as_json_and_comes_back(engine: Engine, tmp_path: Path) -> None:
    graph = engine.graph()
    export_graph(graph, tmp_path / "steps.graphml")
    export_graph(graph, tmp_path / "steps.json")
    again = nx.read_graphml(tmp_path / "steps.graphml")
    assert set(again.edges) == set(graph.edges)
    data = json.loads((tmp_path / "steps.json").read_text(encoding="utf-8"))
    assert set(nx.node_link_graph(data, edges="edges").nodes) == set(graph.nodes)
    with pytest.raises(UsageError, match=r"\.graphml"):
        export_graph(graph, tmp_path / "steps.txt")
    assert not (tmp_path / "steps.txt").exists()
