"""Made-up persons in great number: those of examples/, changed as lives differ, from a seed."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from klappts_engine import CaseError, Engine
from klappts_engine.facts.vocabulary import Vocabulary

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
NUMBER, SEED = 300, 1
FIRST_MONTH, MONTHS = dt.date(2026, 12, 1), 12
Facts = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """A person that does not exist: facts as a case file tells them, and a day to be asked."""

    name: str
    day: dt.date
    facts: Facts

    def as_json(self) -> Facts:
        """The facts with days as ISO text."""
        return dict(json.loads(json.dumps(self.facts, default=dt.date.isoformat)))


def examples(day: dt.date) -> list[Person]:
    """The persons among the examples, each asked on `day`."""
    paths = sorted(EXAMPLES.glob("p[0-9]*.yaml"))
    return [Person(path.stem, day, yaml.safe_load(path.read_text("utf-8"))) for path in paths]


def persons(engine: Engine, number: int = NUMBER, seed: int = SEED) -> list[Person]:
    """`number` persons whose facts do not contradict each other, the same for the same seed.

    A larger number begins with the persons of a smaller one. Every second one has another status
    than its example, all statuses in turn; the others keep theirs.
    """
    chance = random.Random(seed)
    vocabulary = engine.rulebook.vocabulary
    days = list(_days(chance))
    statuses = sorted(vocabulary.statuses)
    chance.shuffle(statuses)
    originals = examples(FIRST_MONTH)
    return [
        _person(engine, random.Random(f"{seed} {index}"), index, originals, statuses, days)
        for index in range(number)
    ]


def _days(chance: random.Random) -> Iterator[dt.date]:
    """One day of each month."""
    for month in range(FIRST_MONTH.month - 1, FIRST_MONTH.month - 1 + MONTHS):
        year = FIRST_MONTH.year + month // 12
        yield dt.date(year, month % 12 + 1, chance.randint(1, 28))


def _person(
    engine: Engine,
    chance: random.Random,
    index: int,
    originals: Sequence[Person],
    statuses: Sequence[str],
    days: Sequence[dt.date],
) -> Person:
    """Draws until the facts hold together."""
    for draw in count():
        if draw == 100:
            raise RuntimeError(f"person {index}: no draw of a hundred is free of contradiction")
        life = _Life(chance, engine, chance.choice(originals).facts, chance.choice(days))
        if index % 2:
            life.other_status(statuses[index // 2 % len(statuses)])
        life.change()
        person = Person(f"v{index:03}", life.day, life.facts)
        try:
            engine.assess(engine.case(**person.facts), person.day, ())
        except CaseError:
            continue
        return person
    raise AssertionError


class _Life:
    """Facts of one person on a day, and what may change among them."""

    def __init__(self, chance: random.Random, engine: Engine, facts: Facts, day: dt.date) -> None:
        self.chance = chance
        self.day = day
        self.facts = dict(facts)
        self._vocabulary: Vocabulary = engine.rulebook.vocabulary
        self._steps = engine.catalogue.steps

    def change(self) -> None:
        """Everything but the residence status, each part with its own probability."""
        for part, share in (
            (self._person, 1.0),
            (self._paper, 0.4),
            (self._identity, 0.4),
            (self._rungs, 0.8),
            (self._foreign, 0.3),
            (self._work, 0.5),
            (self._family, 0.4),
            (self._health, 0.3),
            (self._benefits, 0.4),
            (self._under_way, 0.25),
        ):
            if self._happens(share):
                part()

    def other_status(self, status: str) -> None:
        """Another status, with the stay, the asylum procedure and the title that go with it."""
        for fact in RESIDENCE:
            self.facts.pop(fact, None)
        data = self._vocabulary.statuses[status]
        sets = set(data.sets)
        facts = self.facts
        stays = ((5, 150),) if status in ARRIVING else ((20, 200), (200, 900), (900, 3600))
        entry = self.day - dt.timedelta(days=self._from(*stays))
        facts.update(
            status=status, entry_date=entry, nationalities=_nationalities(self.chance, sets)
        )
        facts["newly_immigrated"] = (self.day - entry).days < 730
        asked = not sets & {"EU", "GERMAN", "FAMILY", "TEMP_PROTECTION", "SEARCH_TITLE"}
        turns = sorted(self._between(entry, self.day) for _ in range(2))
        first, second = turns[0], max(turns[1], turns[0] + dt.timedelta(days=1))
        if asked:
            facts.update(_asylum(self.chance, status, sets, entry))
        kinds: list[tuple[dt.date, str | None]]
        if data.stay == "gestattet" or not asked:
            kinds = [(entry, data.stay)]
        elif data.stay in ("geduldet", "geduldet_60b", "unlawful", None):
            kinds = [(entry, "gestattet"), (first, data.stay)]
        elif "RECOGNISED" in sets:
            kinds = [(entry, "gestattet"), (first, "lawful")]
        else:
            kinds = [(entry, "gestattet"), (first, "geduldet"), (second, "lawful")]
        facts["stay_history"] = _history(kinds)
        since = kinds[-1][0]
        if "GEDULDET" in sets:
            facts["suspension_decided_on"] = since
        if "TITLE" in sets:
            facts["title_issued_on"] = since
            facts["title_total_validity_months"] = self.chance.choice((12, 18, 24, 36))
            facts["registered_since"] = self._between(entry, since)
        if "FIKTION" in sets:
            facts["previous_status"] = self.chance.choice(("ae_25_5", "ae_16a", "ae_25_3"))
        if sets & {"TRAINING_TITLE", "DULDUNG_60C"}:
            self._training(since)
        if "DULDUNG_60D" in sets:
            facts.update(duldung_60d_since=since, employment_weekly_hours=35)
        if "DULDUNG_60B" in sets:
            facts["removal_obstacle_self_caused"] = True

    def _person(self) -> None:
        """Age, place."""
        years = self.chance.randint(18, 27)
        facts = self.facts
        born = self.day - dt.timedelta(days=round(365.25 * years) + self.chance.randint(1, 360))
        facts["birth_date"] = min(born, facts["entry_date"])
        facts["municipality"] = self.chance.choice(self._vocabulary.values_of("municipality"))

    def _paper(self) -> None:
        """The paper ends some day, now and then it has ended."""
        self.facts["permit_valid_until"] = self.day + dt.timedelta(
            days=self._from((-40, 0), (1, 90), (90, 400), (400, 1000))
        )

    def _identity(self) -> None:
        """Who one is: proven, tried, or open."""
        entry = self.facts["entry_date"]
        if self._happens(0.5):
            self.facts["identity_clarified_on"] = self._between(entry, self.day)
            self.facts["passport_presented"] = self._happens(0.6)
        else:
            self.facts.pop("identity_clarified_on", None)
            self.facts["identity_measures_taken"] = self._happens(0.7)

    def _rungs(self) -> None:
        """German and school, together: who reads no Latin script has no German beyond A1."""
        facts = self.facts
        ladder = self._vocabulary.values_of
        german = self.chance.choice(("none", *ladder("german_ladder")[:7]))
        high = german in ("B1", "B2", "C1")
        facts["german_ladder"] = german
        facts["german_evidence"] = self.chance.choice(ladder("german_evidence"))
        facts["literacy_ladder"] = (
            self.chance.choice(ladder("literacy_ladder"))
            if german in ("none", "pre_A1")
            else "latin"
        )
        facts["ik_state"] = "done_b1" if high and self._happens(0.5) else "none"
        school = self.chance.choice(ladder("school_level")[: 5 if high else 2])
        facts["school_level"] = school
        facts["readiness_level"] = self.chance.choice(ladder("readiness_level"))
        if school != "none":
            facts["school_years_de"] = self.chance.randint(1, 8)
        facts["vocational_level"] = self.chance.choice(
            ladder("vocational_level")[: 4 if high else 2]
        )

    def _foreign(self) -> None:
        """School and trade from before."""
        facts, ladder = self.facts, self._vocabulary.values_of
        facts["foreign_school"] = self.chance.choice(ladder("foreign_school"))
        if facts["foreign_school"] != "none":
            facts["foreign_school_country"] = list(facts["nationalities"][:1])
            facts["foreign_school_kind"] = self.chance.choice(ladder("foreign_school_kind"))
            facts["foreign_school_listed"] = self._happens(0.5)
        facts["foreign_vocational"] = self.chance.choice(ladder("foreign_vocational"))

    def _work(self) -> None:
        """Months of work, here and there, and a job."""
        facts = self.facts
        months = self.chance.choice((0, 1, 6, 12, 18, 24, 36))
        facts["work_months_total"] = months
        facts["work_abroad_credible"] = self._happens(0.5)
        facts["employment_weekly_hours"] = self.chance.choice((0, 10, 20, 30, 40))
        facts["employed_months"] = min(months, self.chance.choice((0, 2, 4, 12)))
        facts["job_offer"] = self._happens(0.4)
        facts["ba_consent"] = self._happens(0.6)
        facts["ba_registration"] = self.chance.choice(self._vocabulary.values_of("ba_registration"))

    def _family(self) -> None:
        """A child, and who looks after it."""
        facts = self.facts
        facts["married_ever"] = self._happens(0.3)
        facts["lives_with_own_child"] = self._happens(0.6)
        if facts["lives_with_own_child"]:
            facts["single_parent"] = self._happens(0.4)
            facts["childcare_need"] = self._happens(0.8)
            facts["childcare_available"] = self._happens(0.6)
            facts["childcare_weekly_hours"] = self.chance.choice((10, 25, 35, 45))
        else:
            facts.update(childcare_need=False, lives_with_parents=self._happens(0.3))

    def _health(self) -> None:
        """What body and records allow."""
        facts = self.facts
        facts["can_work_3h"] = self._happens(0.85)
        facts["health_fit_care"] = facts["can_work_3h"] and self._happens(0.9)
        facts["clean_extended_record"] = self._happens(0.9)
        facts["conviction_19d"] = self._happens(0.05)
        facts["needs_training_support"] = self._happens(0.5)
        facts["increased_support_need"] = self._happens(0.2)

    def _benefits(self) -> None:
        """Who pays, as far as it is told."""
        facts = self.facts
        sets = self._vocabulary.statuses[facts["status"]].sets
        if "ASYLBLG_CORE" in sets:
            systems: tuple[str, ...] = ("asylblg_basic", "asylblg_analog", "asylblg_reduced")
            cuts: tuple[list[str], ...] = ([], ["1a_3"], ["5_4"])
            facts["asylblg_restriction"] = self.chance.choice(cuts)
        else:
            systems = ("sgb2", "none")
        if self._happens(0.3):
            facts["rechtskreis"] = self.chance.choice(systems)
        facts["livelihood_secured"] = self._happens(0.2)
        facts["needy"] = not facts["livelihood_secured"]
        facts["bafoeg_state"] = self.chance.choice(self._vocabulary.values_of("bafoeg_state"))

    def _under_way(self) -> None:
        """A step that fits the rungs, begun some months ago."""
        facts = self.facts
        fitting = [
            step
            for step, (low, high) in UNDER_WAY.items()
            if step in self._steps and facts["german_ladder"] in GERMAN[low:high]
        ]
        if not fitting:
            return
        step = self.chance.choice(fitting)
        latest = self.day - dt.timedelta(days=self.chance.randint(0, 400))
        facts.update(running_step=step, running_since=max(latest, facts["entry_date"]))
        if step.startswith("lang.ik"):
            facts["ik_state"] = "running"
        if step.startswith("voc.dual"):
            self._training(facts["running_since"])

    def _training(self, since: dt.date) -> None:
        """A contract of three years that is being kept."""
        self.facts.update(
            training_kind="dual",
            training_duration_years=3,
            training_start=since,
            training_contract="registered",
        )

    def _happens(self, share: float) -> bool:
        return self.chance.random() < share

    def _from(self, *ranges: tuple[int, int]) -> int:
        return self.chance.randint(*self.chance.choice(ranges))

    def _between(self, first: dt.date, last: dt.date) -> dt.date:
        return first + dt.timedelta(days=self.chance.randint(0, max(0, (last - first).days - 1)))


RESIDENCE = (
    "previous_status",
    "title_issued_on",
    "title_total_validity_months",
    "registered_since",
    "suspension_decided_on",
    "asylum_state",
    "asylum_rejection_kind",
    "asylum_applied_on",
    "asylum_registered_on",
    "accelerated_procedure_a_to_f",
    "must_live_in_reception_centre",
    "identity_clarified_on",
    "removal_obstacle_self_caused",
    "safe_origin_grandfathered_work",
    "sponsor_title",
    "training_kind",
    "training_duration_years",
    "training_start",
    "training_contract",
    "training_applied_on",
    "running_step",
    "running_since",
)
"""What a person of another status does not take along from the example."""
ARRIVING = ("asylgesuch", "ankunftsnachweis")
GERMAN = ("none", "pre_A1", "A1", "A2", "B1", "B2", "C1", "C2")
UNDER_WAY = {
    "lang.ik_alpha": (0, 2),
    "lang.vhs_alpha": (0, 2),
    "lang.ik_general": (1, 5),
    "sch.ffm": (1, 4),
    "sch.ifk": (1, 4),
    "lang.bsk_b2": (4, 6),
    "sch.vhs_esa": (3, 6),
    "sch.wbk_msa": (4, 7),
    "voc.eq": (3, 6),
    "voc.bvb": (3, 6),
    "voc.dual_2y": (4, 8),
    "voc.dual_3y": (4, 8),
    "work.job": (2, 8),
}
"""Steps that may be under way, each with the rungs of German at which they are: from, up to."""
COUNTRIES = ("SYR", "AFG", "IRQ", "ERI", "SOM", "GIN", "NGA", "ETH", "IRN", "SRB", "GEO", "TUR")


def _nationalities(chance: random.Random, sets: set[str]) -> list[str]:
    one = chance.choice(COUNTRIES)
    if "GERMAN" in sets:
        return ["DEU", one]
    return ["BGR"] if "EU" in sets else ["UKR"] if "TEMP_PROTECTION" in sets else [one]


def _asylum(chance: random.Random, status: str, sets: set[str], entry: dt.date) -> Facts:
    """The asylum procedure that goes with a status."""
    if "RECOGNISED" in sets:
        state = "granted"
    elif "GESTATTET" in sets:
        state = chance.choice(("pending", "pending", "rejected_not_final"))
    elif status == "asylgesuch":
        state = "none"
    else:
        state = chance.choice(("rejected_final", "rejected_final", "withdrawn"))
    found: Facts = {"asylum_state": state}
    if state != "none":
        found["asylum_applied_on"] = found["asylum_registered_on"] = entry
    if state.startswith("rejected"):
        kinds = ("simple", "simple", "manifestly_unfounded", "inadmissible")
        found["asylum_rejection_kind"] = chance.choice(kinds)
    return found


def _history(kinds: Sequence[tuple[dt.date, str | None]]) -> list[Facts]:
    """Periods without gaps, each up to the next; a kind that is open leaves its time untold."""
    ends = [start - dt.timedelta(days=1) for start, _ in kinds[1:]]
    return [
        {"from": start, "kind": kind, **({"to": end} if end else {})}
        for (start, kind), end in zip(kinds, [*ends, None], strict=True)
        if kind and (end is None or end >= start)
    ]
