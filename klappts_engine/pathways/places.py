"""Fits a rulebook to a region: its municipalities, and what holds for who lives in them."""

from __future__ import annotations

from pathlib import Path

from klappts_engine.errors import DataError
from klappts_engine.facts.derive import Mapped
from klappts_engine.pathways.head import CatalogueHead
from klappts_engine.pathways.region import RegionFile
from klappts_engine.rules.rulebook import Rulebook
from klappts_engine.validation import validate
from klappts_engine.yamlfile import read


def at_place(rulebook: Rulebook, folder: Path, region: str) -> Rulebook:
    """The rulebook with the municipalities of `region` as values of the fact that the catalogue
    names for the place.

    Facts under `residents` follow from living in one of them. Where a file cannot be read the
    rulebook stays as it is: what is wrong with the file is said when the catalogue is loaded.
    """
    try:
        head, _ = validate(CatalogueHead, read(folder / "catalogue.yaml"))
        place, _ = validate(RegionFile, read(folder / "regions" / f"{region}.yaml"))
    except DataError:
        return rulebook
    facts = dict(rulebook.vocabulary.facts)
    if head is None or place is None or head.facts.municipality not in facts:
        return rulebook
    names = tuple(place.municipalities.values())
    facts[head.facts.municipality] = facts[head.facts.municipality].model_copy(
        update={"values": names}
    )
    for id in place.residents.keys() & facts.keys():
        derive = Mapped(map=head.facts.municipality, to=dict.fromkeys(names, place.residents[id]))
        facts[id] = facts[id].model_copy(update={"derive": derive})
    return rulebook.with_facts(facts)
