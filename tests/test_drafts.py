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
