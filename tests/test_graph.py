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
from klappts_engine.rules.expressions import Compare, Expr, In, Is, Ref


def test_steps_stand_between_milestones_and_lead_to_the_goals(engine: Engine) -> None:
    graph = engine.graph()
    kinds = nx.get_node_attributes(graph, "kind")
    assert {kinds[node] for node in graph} == {"milestone", "step", "goal"}
    assert not any(kinds[a] == kinds[b] == "step" for a, b in graph.edges)
    assert nx.has_path(graph, "lang.bsk_a2", "goal:for")
    assert graph.edges["sch.wbk_msa", "school_level=MSA"]["grade"] == "full"
    assert graph.edges["german_ladder=B1", "german_ladder=A2"]["kind"] == "includes"
    assert unreachable_goals(graph) == []
    assert "lang.bsk_a2" not in dead_ends(graph)


@pytest.mark.parametrize(
    ("milestone", "step", "kind"),
    [
        ("german_ladder=B1", "voc.dual_2y", "requires"),
        ("readiness_level=ready", "voc.dual_2y", "recommends"),
        ("readiness_level=school_ready", "voc.dual_2y", None),
        ("ba_registration=training_seeker", "sch.fff", "todo"),
        ("school_level=EESA", "sch.wbk_msa", "shortens"),
        ("school_level=none", "sch.wbk_msa", None),
        ("work_months_total+6", "sch.wbk_msa", "read"),
        ("vocational_level=degree2", "sch.abendgym", "read"),
        ("ba_consent=True", "voc.nrw_ausbw", "read"),
        ("training_contract=signed", "sch.ffm", "read"),
        ("vocational_level=partial", "sch.abendgym", None),
        ("german_ladder=A1", "lang.eok", "read"),
        ("german_ladder=pre_A1", "lang.eok", None),
    ],
)
def test_a_step_uses_a_milestone_in_one_way(
    engine: Engine, milestone: str, step: str, kind: str | None
) -> None:
    """A rung counts as read where an answer turns at it; "german_level == none", for example, turns
    at A1."""
    graph = engine.graph()
    found = graph.edges[milestone, step]["kind"] if graph.has_edge(milestone, step) else None
    assert found == kind


@pytest.mark.parametrize(
    ("test", "reached"),
    [
        (Compare("work_months_total", ">=", 6.0), True),
        (Compare("tq_modules", ">=", 1.0), True),
        (Compare("childcare_weekly_hours", ">=", 1.0), False),
        (Ref("wbk.admission"), True),
        (Is("care_assistant_degree"), True),
        (Is("newly_immigrated"), False),
        (In("german_ladder", frozenset({"B2", "C2"})), True),
        (In("german_ladder", frozenset({"C2"})), False),
    ],
)
def test_a_goal_is_reached_if_a_step_sets_what_it_asks_for(
    engine: Engine, test: Expr, reached: bool
) -> None:
    goal = engine.catalogue.goals["for"]
    catalogue = replace(
        engine.catalogue,
        goals={"g": goal},
        conditions={**engine.catalogue.conditions, "goal:g": test},
    )
    graph = step_graph(catalogue, engine.rulebook.with_expressions(catalogue.conditions))
    assert unreachable_goals(graph) == ([] if reached else ["g"])


def test_it_is_written_as_graphml_and_as_json_and_comes_back(
    engine: Engine, tmp_path: Path
) -> None:
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
