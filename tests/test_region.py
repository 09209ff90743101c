"""A second, invented region on the shipped catalogue: its own places and practice, the same law,
and nothing of Neuss."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from klappts_engine import Case, CaseError, Engine, KlapptsError, UsageError, Ways
from klappts_engine.cli import app
from klappts_engine.errors import Mistake
from klappts_engine.facts.vocabulary import Fact
from klappts_engine.folders import data_folder
from klappts_engine.pathways import practice
from klappts_engine.rules.assessment import Assessment
from klappts_engine.show.ways import ways_lines
from klappts_engine.show.words import Words
from klappts_engine.texts import LANGUAGES
from klappts_engine.ways.choice import choose
from klappts_engine.ways.model import StepState
from klappts_engine.yamlfile import read

OVERLAY = Path(__file__).parent / "regions"
EXAMPLES = Path(__file__).parent.parent / "examples"
ON = dt.date(2026, 11, 22)
HERE, THERE = "musterkreis", "rhein-kreis-neuss"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped pathways with the invented region and its practice laid over it."""
    copy = Path(
        shutil.copytree(data_folder("pathways"), tmp_path_factory.mktemp("overlay") / "pathways")
    )
    shutil.copy(OVERLAY / "musterkreis.yaml", copy / "regions")
    _, _, notes = (OVERLAY / "practice.yaml").read_text(encoding="utf-8").partition("practice:\n")
    with (copy / "practice.yaml").open("a", encoding="utf-8") as file:
        file.write(notes)
    return copy


@pytest.fixture(scope="module")
def muster(folder: Path) -> Engine:
    return Engine.load(pathways=folder, region=HERE)


@pytest.fixture(scope="module")
def neuss(folder: Path) -> Engine:
    """The shipped region on the same copy."""
    return Engine.load(pathways=folder, region=THERE)


@pytest.fixture(scope="module")
def ways_here(muster: Engine) -> Ways:
    return muster.paths(person(muster), "for", ON)


def person(engine: Engine, name: str = "p07", **facts: Any) -> Case:
    """An example without its municipality."""
    told = {
        id: value for id, value in read(EXAMPLES / f"{name}.yaml").items() if id != "municipality"
    }
    return engine.case(**{**told, **facts})


@cache
def names_of_neuss() -> tuple[str, ...]:
    """The names of the shipped region, its municipalities and its institutions."""
    region = Engine.load().catalogue.region
    institutions = [institution.name for institution in region.institutions.values()]
    return (region.title.de, *region.municipalities.values(), *institutions)


def named(text: str) -> set[str]:
    """Which of these names stand in a text, however its lines are broken."""
    flat = " ".join(text.split())
    return {name for name in names_of_neuss() if name in flat}


def dump(*answers: Any) -> str:
    return json.dumps(
        [answer.model_dump(mode="json", by_alias=True) for answer in answers], ensure_ascii=False
    )


def test_the_region_loads_beside_and_without_the_shipped_one(
    folder: Path, muster: Engine, tmp_path: Path
) -> None:
    region = muster.catalogue.region
    assert (
        len(region.municipalities),
        len(region.institutions),
        len(region.offers),
        len(region.gaps),
    ) == (3, 4, 6, 1)
    alone = Path(shutil.copytree(folder, tmp_path / "alone"))
    (alone / "regions" / f"{THERE}.yaml").unlink()
    engine = Engine.load(pathways=alone, region=HERE)
    assert engine.steps(person(engine), ON) == muster.steps(person(muster), ON)
    with pytest.raises(UsageError, match=HERE):
        Engine.load(pathways=alone)


def test_the_region_is_not_shipped() -> None:
    assert not (data_folder("pathways") / "regions" / f"{HERE}.yaml").exists()
    with pytest.raises(UsageError, match=THERE):
        Engine.load(region=HERE)


# Place.


def test_a_step_says_what_the_place_has(muster: Engine) -> None:
    steps = muster.steps(person(muster), ON)

    def short(step: StepState) -> tuple[str, list[tuple[str, str]], str | None]:
        return (
            step.offer.verdict,
            [(offer.id, offer.state) for offer in step.offer.offers],
            step.offer.gap,
        )

    assert short(steps["lang.bsk_a2"]) == (
        "entitled_and_available",
        [("of.muster.bsk", "confirmed")],
        None,
    )
    assert short(steps["sch.wbk_vorkurs"]) == (
        "unknown",
        [("of.muster.vorkurs", "confirmed")],
        None,
    )
    assert short(steps["sch.ifk"]) == ("unknown", [("of.muster.ifk", "unverified")], None)
    assert short(steps["prog.ds_f3_hsa"]) == ("unknown", [], None)
    assert steps["lang.vhs_alpha"].offer.gap == "gap.muster.alpha"
    assert steps["lang.ik_general"].offer.offers == ()


def test_offers_are_those_of_the_region_with_starts_and_free_places(muster: Engine) -> None:
    found = muster.offers()
    assert found.region == HERE and {line.id for line in found.offers} == set(
        muster.catalogue.region.offers
    )
    assert [
        (line.capacity, line.free_places) for line in found.offers if line.id == "of.muster.bsk"
    ] == [(20, 5), (20, 5)]
    assert muster.catalogue.region.offers["of.muster.bsk"].starts == (2, 9)
    assert {line.id for line in muster.offers("Beispielhausen").offers} == {
        "of.muster.vorkurs",
        "of.muster.ifk",
        "of.muster.f3",
        "of.muster.jmd",
    }
    with pytest.raises(UsageError, match="Musterstadt"):
        muster.offers("Neuss")


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("p[0-9]*.yaml")), ids=lambda path: path.stem)
def test_steps_name_no_place_of_neuss_and_the_law_is_the_same(
    muster: Engine, neuss: Engine, file: Path
) -> None:
    here, there = person(muster, file.stem), person(neuss, file.stem)
    assert named(dump(*muster.steps(here, ON).values())) == set()
    assert muster.assess(here, ON) == neuss.assess(there, ON)


def test_ways_and_offers_name_no_place_of_neuss(ways_here: Ways, muster: Engine) -> None:
    assert ways_here.paths
    assert named(dump(ways_here, muster.offers())) == set()


def test_the_names_of_neuss_are_found_where_they_stand(neuss: Engine) -> None:
    case = person(neuss)
    assert "Theodor-Schwann-Kolleg, Weiterbildungskolleg des Rhein-Kreises" in named(
        dump(*neuss.steps(case, ON).values())
    )
    assert len(named(dump(neuss.offers()))) > 10


def test_a_confirmed_place_shows_on_the_way_here_where_there_is_a_gap_there(
    ways_here: Ways, neuss: Engine
) -> None:
    verdicts = {
        step.offer.verdict
        for way in ways_here.paths
        for step in way.steps
        if step.id == "lang.bsk_a2"
    }
    assert verdicts == {"entitled_and_available"}
    assert neuss.steps(person(neuss), ON)["lang.bsk_a2"].offer.verdict == "entitled_gap"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_and_command_line_speak_of_the_region(
    folder: Path, muster: Engine, ways_here: Ways, tmp_path: Path, lang: str
) -> None:
    assert (
        named(" ".join(ways_lines(Words(muster, lang), choose(muster.rulebook, [ways_here]), True)))
        == set()
    )
    text = (
        (EXAMPLES / "p07.yaml")
        .read_text(encoding="utf-8")
        .replace("municipality: Neuss\n", "")
        .split("\n", 1)[1]
    )
    file = tmp_path / "case.yaml"
    file.write_text(text, encoding="utf-8")
    options = ["--region", HERE, "--pathways", str(folder), "--lang", lang]
    said = [
        CliRunner().invoke(app, [*command, *options])
        for command in (["assess", str(file), "--on", ON.isoformat()], ["offers"])
    ]
    assert [found.exit_code for found in said] == [0, 0]
    assert named(said[0].output) == named(said[1].output) == set()
    assert "Musterkreis" in said[1].output and "Volkshochschule Musterstadt" in said[1].output
    refused = CliRunner().invoke(app, ["offers", "--municipality", "Neuss", *options])
    assert refused.exit_code == 2 and "Musterstadt, Beispielhausen, Probedorf" in refused.output


# Practice.


def test_notes_apply_by_the_areas_of_the_region(muster: Engine, neuss: Engine) -> None:
    areas = set()
    for id, note in muster.catalogue.practice.items():
        day = note.from_ or note.to or ON
        for step, rules in [
            *((step, ()) for step in note.steps),
            *(("", (rule,)) for rule in note.rules),
        ]:
            areas.add(note.region)
            for engine in (muster, neuss):
                applies = id in practice.state(engine.catalogue, day, step, rules)[1]
                assert applies is (note.region in engine.catalogue.region.areas), (
                    id,
                    engine.catalogue.region.id,
                )
    assert areas == {"DE", "DE-NW", "RKN", "MUSTER"}


def test_the_practice_of_one_region_says_nothing_in_the_other(
    muster: Engine, neuss: Engine
) -> None:
    here, there = (engine.steps(person(engine), ON) for engine in (muster, neuss))
    assert "po.tsk_literacy" in there["sch.wbk_vorkurs"].practice.notes
    assert here["sch.wbk_vorkurs"].practice.notes == ()
    assert (here["sch.vhs_msa"].practice.state, here["sch.vhs_msa"].practice.notes) == (
        "suspended",
        ("po.muster_msa",),
    )
    assert there["sch.vhs_msa"].practice.notes == ()
    for step in ("lang.bsk_a2", "lang.ik_general"):
        assert here[step].practice == there[step].practice and here[step].practice.notes


# The law is the same everywhere.


def values(fact: Fact, known: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Some values that a fact can have."""
    match fact.type:
        case "bool":
            return st.booleans()
        case "number":
            return st.sampled_from([0, 1, 3, 6, 8.5, 15, 18, 27, 36])
        case "date":
            return st.dates(dt.date(2000, 1, 1), dt.date(2026, 12, 31))
        case "set":
            return st.frozensets(st.sampled_from(known), max_size=2)
        case _:
            return st.sampled_from(known)


@cache
def drawn() -> dict[str, st.SearchStrategy[Any]]:
    """What can be told of a person, but for the place."""
    vocabulary = Engine.load().rulebook.vocabulary
    left_out = ("countries", "stay", "id")
    return {
        id: values(fact, vocabulary.values_of(id))
        for id, fact in vocabulary.facts.items()
        if fact.derive is None and fact.type not in left_out and id != "municipality"
    }


@st.composite
def told(draw: st.DrawFn) -> dict[str, Any]:
    """Some facts of a person, with or without what is usually assumed."""
    ids = draw(st.lists(st.sampled_from(sorted(drawn())), min_size=5, max_size=40, unique=True))
    facts = {id: draw(drawn()[id]) for id in dict.fromkeys(["status", *ids])}
    return {**facts, "assumptions": draw(st.sampled_from([(), ("regelfall",)]))}


def answer(engine: Engine, facts: dict[str, Any], on: dt.date) -> Assessment | tuple[Mistake, ...]:
    """Every conclusion, or the contradictions in the facts."""
    try:
        return engine.assess(engine.case(**facts), on)
    except CaseError as problem:
        return problem.mistakes


@settings(max_examples=60)
@given(told(), st.sampled_from([ON, dt.date(2020, 5, 1), dt.date(2025, 1, 1)]))
def test_the_law_answers_the_same_in_both_regions(
    muster: Engine, neuss: Engine, facts: dict[str, Any], on: dt.date
) -> None:
    here, there = answer(muster, facts, on), answer(neuss, facts, on)
    assert here == there
    event("contradiction" if isinstance(here, tuple) else "answered")


# Where somebody lives.


def test_a_case_tells_a_municipality_of_its_region(muster: Engine) -> None:
    offers = {
        town: [
            offer.id
            for offer in muster.steps(person(muster, municipality=town), ON)[
                "lang.bsk_a2"
            ].offer.offers
        ]
        for town in muster.catalogue.region.municipalities.values()
    }
    assert offers == {"Musterstadt": ["of.muster.bsk"], "Beispielhausen": [], "Probedorf": []}


def test_a_municipality_of_another_region_is_refused_with_those_that_are_known(
    muster: Engine, neuss: Engine
) -> None:
    with pytest.raises(KlapptsError, match="Musterstadt"):
        muster.steps(person(neuss, municipality="Neuss"), ON)


def test_who_lives_in_the_region_lives_in_its_land(muster: Engine) -> None:
    case = muster.case(municipality="Probedorf", age_years=20)
    assert muster.assess(case, ON, ["school.duty_sek2"]) == muster.assess(
        muster.case(residence_nrw=True, age_years=20), ON, ["school.duty_sek2"]
    )


def test_every_municipality_that_a_case_can_tell_finds_the_offers_of_its_place() -> None:
    engine = Engine.load()
    for town in engine.rulebook.vocabulary.values_of(engine.catalogue.head.facts.municipality):
        assert engine.steps(person(engine, municipality=town), ON)["supp.jmd"].offer.offers, town


def test_the_catalogue_without_its_regions_names_no_place(muster: Engine) -> None:
    assert {
        id: found for id, step in muster.catalogue.steps.items() if (found := named(dump(step)))
    } == {}
