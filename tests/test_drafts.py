"""The draft of the whole catalogue, laid over the shipped one and put to the catalogue's own check."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from klappts_engine import DataError, Engine
from klappts_engine.folders import data_folder

DRAFTS = Path(__file__).parent.parent / "docs" / "drafts"


def merge(target: Path, added: Path) -> None:
    """Adds the entries of each section that `target` does not have."""
    document = yaml.safe_load(target.read_text(encoding="utf-8"))
    for section, entries in yaml.safe_load(added.read_text(encoding="utf-8")).items():
        document[section] = {**entries, **document[section]}
    target.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")


def test_the_drafts_fit_the_catalogue_except_for_steps_that_lead_no_further(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(data_folder("pathways"), tmp_path / "pathways"))
    for name in ("steps", "regions"):
        shutil.copytree(DRAFTS / name, folder / name, dirs_exist_ok=True)
    (folder / "steps" / "arbeit.yaml").unlink()
    shutil.copy(DRAFTS / "practice.yaml", folder)
    for name in ("terms.yaml", "sources.yaml"):
        merge(folder / name, DRAFTS / name)
    try:
        mistakes = Engine.load(pathways=folder).findings()
    except DataError as problem:
        mistakes = list(problem.mistakes)
    assert [mistake.text() for mistake in mistakes if mistake.code != "step_not_reaching"] == []


def test_a_step_that_is_live_already_is_the_same_in_the_drafts_but_for_steps_still_missing() -> None:
    drafts: dict[str, dict[str, object]] = {}
    for path in (DRAFTS / "steps").glob("*.yaml"):
        drafts |= yaml.safe_load(path.read_text(encoding="utf-8"))["steps"]
    live = yaml.safe_load((data_folder("pathways") / "steps" / "sprache.yaml").read_text(encoding="utf-8"))["steps"]
    live |= yaml.safe_load((data_folder("pathways") / "steps" / "weiterbildung.yaml").read_text(encoding="utf-8"))["steps"]
    free = {"fallback", "beside"}
    assert len(live) == 22
    for id, step in live.items():
        assert {k: v for k, v in step.items() if k not in free} == {k: v for k, v in drafts[id].items() if k not in free}, id
