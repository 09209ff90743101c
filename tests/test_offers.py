"""Lists of offers: filtered by place, field, strand and age; what is not known stays unknown."""

from __future__ import annotations

import itertools

import pytest

from klappts_engine.engine import Engine
from klappts_engine.errors import UsageError
from klappts_engine.show.offers import offer_lines


def test_filters_only_ever_narrow_and_together_give_what_each_gives(engine: Engine) -> None:
    catalogue = engine.catalogue
    towns = [None, *catalogue.region.municipalities]
    fields, strands = (
        [None, *catalogue.terms["owners"]],
        [None, *dict.fromkeys(catalogue.strands.values())],
    )
    for town, field, strand, stale in itertools.product(
        towns[:3], fields, strands, (None, True, False)
    ):
        found = engine.offers(town, field, strand, stale)
        for line in found.offers:
            offer = catalogue.region.offers[line.id]
            assert line.step in offer.steps
            assert town in (None, *offer.municipalities)
            assert field in (None, catalogue.steps[line.step].owner)
            assert strand in (None, catalogue.strands[line.step])
            assert stale in (None, offer.stale)
    everything = {(line.id, line.step) for line in engine.offers().offers}
    assert everything == {
        (id, step) for id, offer in catalogue.region.offers.items() for step in offer.steps
    }
    old, fresh = (
        {(line.id, line.step) for line in engine.offers(stale=stale).offers}
        for stale in (True, False)
    )
    assert old | fresh == everything
    assert not old & fresh


def test_a_step_without_an_offer_is_named_and_an_old_one_is_never_shown_as_there(
    engine: Engine,
) -> None:
    found = engine.offers()
    there = {line.step for line in found.offers if line.state != "ended"}
    assert found.without_offer
    assert not there & set(found.without_offer)
    for lang, word in (("de", "nicht bestätigt"), ("en", "not confirmed")):
        lines = " ".join(" ".join(offer_lines(engine, engine.offers(stale=True), lang)).split())
        assert lines.count(word) == len(engine.offers(stale=True).offers)


@pytest.mark.parametrize("choice", [{"municipality": "Köln"}, {"field": "sport"}, {"strand": "x"}])
def test_an_unknown_choice_is_refused_with_what_is_known(
    engine: Engine, choice: dict[str, str]
) -> None:
    with pytest.raises(UsageError, match="bekannt"):
        engine.offers(**choice)  # type: ignore[arg-type]
