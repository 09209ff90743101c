"""Twelve rules of the rulebook on one day, and the same twelve written by hand as a plain
two-valued function."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

DAY = dt.date(2026, 8, 19)
RULES = (
    "asylblg.other_title",
    "asylblg.entitled",
    "asylblg.reduced",
    "asylblg.bridging_only",
    "asylblg.analog",
    "asylblg.basic",
    "work.ba_consent.free_training",
    "work.ba_consent",
    "work.duldung.ban",
    "work.duldung.outside",
    "wbk.vorkurs",
    "wbk.admission",
)
AFTER_2015_08_31 = dt.date(2015, 8, 31).toordinal()


def by_hand(sets: Mapping[str, frozenset[str]]) -> Callable[[Mapping[str, Any]], dict[str, bool]]:
    """The answers to RULES for a case that tells every fact, as a programmer would write them for
    DAY alone.

    `sets` are the status sets of the vocabulary.
    """
    title, title_in_asylblg, core, ae25_5 = (
        sets["TITLE"],
        sets["ASYLBLG_TITLE"],
        sets["ASYLBLG_CORE"],
        sets["AE25_5"],
    )
    vap, geduldet, gestattet, duldung_60b = (
        sets["VAP"],
        sets["GEDULDET"],
        sets["GESTATTET"],
        sets["DULDUNG_60B"],
    )

    def answers(case: Mapping[str, Any]) -> dict[str, bool]:
        status = case["effective_status"]
        tolerated = status in geduldet
        to_leave = status in vap
        family = case["family_of_asylblg_person"]

        recent_25_5 = status in ae25_5 and case["months_since_suspension_decision"] < 18
        covered = status in title_in_asylblg or recent_25_5
        longer = status in sets["PERMANENT"] or case["title_total_validity_months"] > 6
        other_title = status in title and not covered and longer
        under_24 = status == "fiktion_24" and case["biometrics_done"]
        foreign = status not in sets["EU"] or case["eu_citizen_under_asylblg"]
        relative = family and status not in sets["GERMAN"] and foreign
        first_title = case["title_month_running"] and case["no_title_before"]
        month_end = (
            case["suspension_month_running"] or case["protection_month_running"] or first_title
        )
        grounds = status in core or covered or relative or month_end
        entitled = grounds and (month_end or not other_title) and not under_24

        orders = case["asylblg_restriction"]
        tolerated_or_leaving = tolerated or to_leave or relative
        missing = not case["restriction_act_made_up"]
        asking = status == "asylgesuch"
        in_procedure = status in gestattet or asking
        reduced = (
            asking
            or ("1a_1" in orders and to_leave)
            or ("1a_2" in orders and tolerated_or_leaving)
            or ("1a_3" in orders and tolerated_or_leaving)
            or (status in duldung_60b and not case["restriction_60b_rebutted"])
            or ("1a_4" in orders and (in_procedure or to_leave))
            or ("1a_5" in orders and missing and (in_procedure or status == "folgeantrag"))
            or "1a_6" in orders
            or "1a_7" in orders
            or ("1a_8" in orders and missing and (status in core or relative))
            or ("1a_9" in orders and to_leave and not case["suspensive_effect_ordered"])
            or "5_4" in orders
            or "5b_2" in orders
        )
        bridging = to_leave and (
            case["protection_in_other_state"]
            or (case["dublin_removal_ordered"] and not case["suspensive_effect_ordered"])
        )
        full = entitled and not reduced and not bridging
        with_trips = case["months_stay_de_with_trips"] >= 36
        long = case["months_stay_de"] >= 36 or (
            with_trips and not case["stay_interruption_substantial"]
        )
        analog = full and long and not case["stay_abuse"]

        free_training = case["training_kind"] in {
            "dual",
            "care_pflbg",
            "company_other",
            "school_vocational",
            "assistant_shortage",
            "outside_company",
            "eq",
            "internship",
        }
        months = case["months_ok_uninterrupted"]
        consent = (
            free_training or months >= 48 or (case["ba_consent"] and (not tolerated or months >= 3))
        )

        asylum = case["asylum_state"]
        late = case["asylum_applied_on"] > AFTER_2015_08_31
        ban = tolerated and (
            case["entered_for_benefits"]
            or case["removal_obstacle_self_caused"]
            or status in duldung_60b
            or (
                (case["safe_origin_national"] or case["safe_origin_eu_list"])
                and not case["safe_origin_grandfathered_work"]
                and (
                    (late and asylum in {"rejected_not_final", "rejected_final"})
                    or (late and asylum == "withdrawn" and not case["withdrawal_privileged"])
                    or (asylum == "none" and not case["withdrawal_privileged"])
                )
            )
        )
        outside = (
            tolerated
            and not case["must_live_in_reception_centre"]
            and consent
            and not case["concrete_removal_measures"]
            and not ban
        )

        adult_learner = case["age_years"] >= 17 and case["school_duty_done"]
        school = case["school_level"]
        worked = (
            case["employment_weekly_hours"] > 0
            or case["work_months_total"] >= 6
            or case["volunteer_months_qualified"] >= 6
            or case["work_abroad_credible"]
            or case["lives_with_own_child"]
            or case["wbk_work_waiver"]
        )
        return {
            "asylblg.other_title": other_title,
            "asylblg.entitled": entitled,
            "asylblg.reduced": reduced,
            "asylblg.bridging_only": bridging,
            "asylblg.analog": analog,
            "asylblg.basic": full and case["needy"] and not analog,
            "work.ba_consent.free_training": free_training,
            "work.ba_consent": consent,
            "work.duldung.ban": ban,
            "work.duldung.outside": outside,
            "wbk.vorkurs": adult_learner and school == "none",
            "wbk.admission": adult_learner and school in {"none", "ESA", "EESA"} and worked,
        }

    return answers
