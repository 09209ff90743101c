"""The facts of the shipped vocabulary as types, for editors and type checkers."""
# fmt: off
# Made from the vocabulary, not by hand: KLAPPTS_UPDATE=1 pytest tests/test_fact_types.py

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypedDict

from klappts_engine.facts.derive import StayPeriod
from klappts_engine.intake import DayLike

if TYPE_CHECKING:
    from typing import Unpack

    from klappts_engine.facts.case import Case

Status = Literal[
    "asylgesuch", "ankunftsnachweis", "aufenthaltsgestattung", "folgeantrag", "duldung_60a_1",
    "duldung_60a_2_s1", "duldung_60a_2_s2", "duldung_60a_2_s3", "duldung_60a_2_s4",
    "duldung_60a_2a", "duldung_60a_2b", "duldung_60b", "duldung_60c", "duldung_60c_suche",
    "duldung_60d", "duldung_ausb_2016", "duldung_81_3_s2", "gueb", "vollziehbar_ausreisepflichtig",
    "anerkannt_ohne_titel", "fiktion_81_3", "fiktion_81_4", "fiktion_24", "ae_16a", "ae_16g",
    "ae_16g_suche", "ae_16g_8", "ae_17", "ae_18ab", "ae_19d", "ae_19d_1a", "ae_20", "ae_20a",
    "ae_22", "ae_23_1", "ae_23_1_krieg", "ae_23_2", "ae_23_4", "ae_23a", "ae_24", "ae_25_1",
    "ae_25_2_gfk", "ae_25_2_sub", "ae_25_3", "ae_25_4_s1", "ae_25_4_s2", "ae_25_4a", "ae_25_4b",
    "ae_25_5", "ae_25a_1", "ae_25a_2", "ae_25b", "ae_104c", "ae_28", "ae_30", "ae_32", "ae_33_34",
    "ae_36", "ae_36a", "ae_31", "ne", "daueraufenthalt_eu", "eu_freizuegig", "deutsch",
]
AsylumState = Literal[
    "none", "pending", "rejected_not_final", "rejected_final", "withdrawn", "granted",
    "removal_ban",
]
AsylumRejectionKind = Literal[
    "none", "simple", "manifestly_unfounded", "inadmissible",
]
SponsorTitle = Literal[
    "german", "permanent", "temporary",
]
AsylblgRestriction = Literal[
    "1a_1", "1a_2", "1a_3", "1a_4", "1a_5", "1a_6", "1a_7", "1a_8", "1a_9", "5_4", "5b_2",
]
Receives = Literal[
    "sgb2", "sgb12", "asylblg", "alg1", "bafoeg", "bab",
]
Rechtskreis = Literal[
    "asylblg_basic", "asylblg_analog", "asylblg_reduced", "asylblg_bridging", "sgb2", "sgb12_3",
    "sgb12_4", "excluded_bridging", "none",
]
LivelihoodByWork = Literal[
    "none", "mainly_or_expected", "full_12_months",
]
BafoegState = Literal[
    "none", "applied", "received", "refused_means", "refused_other",
]
WorkNote = Literal[
    "free", "by_permission", "not_permitted",
]
BaRegistration = Literal[
    "none", "training_seeker", "job_seeker", "unemployed",
]
WorkMode = Literal[
    "free", "limited", "claim", "should", "may", "banned",
]
TrainingKind = Literal[
    "none", "dual", "care_pflbg", "company_other", "school_vocational", "assistant_shortage",
    "school_general", "bvb", "eq", "asa_prephase", "outside_company", "further_training",
    "internship", "study",
]
TrainingContract = Literal[
    "none", "offer", "signed", "registration_applied", "registered", "school_contract",
    "school_consent",
]
AttendsSchool = Literal[
    "none", "general", "vocational_full_time", "evening",
]
BafoegSchool = Literal[
    "none", "nr1", "nr2", "nr3", "nr4", "nr5", "nr6",
]
SchoolLevel = Literal[
    "none", "ESA", "EESA", "MSA", "MSA_Q", "FHR_S", "FHR", "AHR",
]
VocationalLevel = Literal[
    "none", "orientation", "partial", "assistant1", "degree2", "degree3",
]
VocationalDegree = Literal[
    "none", "below_two_years", "care_assistant", "two_years_plus", "higher_education",
]
ReadinessLevel = Literal[
    "none", "orientation", "school_ready", "ready",
]
LiteracyLadder = Literal[
    "none", "partial", "other_script", "latin",
]
GermanLadder = Literal[
    "none", "pre_A1", "A1", "A2", "B1", "B2", "C1", "C2",
]
GermanLevel = Literal[
    "none", "A1", "A2", "B1", "B2", "C1", "C2",
]
IkState = Literal[
    "none", "running", "done_below_b1", "done_b1",
]
SchoolCertificate = Literal[
    "none", "hauptschule", "mittlerer", "fhr", "ahr",
]
Literacy = Literal[
    "latin", "other_script", "not_sufficient",
]
GermanEvidence = Literal[
    "certificate", "placement_test", "self_estimate", "unknown",
]
IkOrderedBy = Literal[
    "none", "auslaenderbehoerde", "jobcenter", "asylblg_behoerde",
]
IkCourseType = Literal[
    "none", "general", "alpha", "second_script", "foerder", "intensive", "youth",
]
ForeignSchool = Literal[
    "none", "held_unassessed", "assessed",
]
ForeignSchoolKind = Literal[
    "primary", "lower_secondary", "upper_secondary",
]
ForeignVocational = Literal[
    "none", "experience_only", "held_unassessed", "assessed",
]


class Facts(TypedDict, total=False):
    """What a case may tell, by fact; None is unknown."""

    assumptions: list[str] | tuple[str, ...]
    as_of: DayLike | None
    birth_date: DayLike | None
    age_years: float | None
    nationalities: list[str] | tuple[str, ...] | None
    municipality: str | None
    newly_immigrated: bool | None
    status: Status | None
    previous_status: Status | None
    effective_status: Status | None
    title_issued_on: DayLike | None
    months_title_held: float | None
    title_month_running: bool | None
    no_title_before: bool | None
    title_total_validity_months: float | None
    entry_date: DayLike | None
    stay_history: Sequence[StayPeriod | Mapping[str, object]] | None
    months_stay_de: float | None
    months_stay_de_with_trips: float | None
    stay_interruption_substantial: bool | None
    months_ok_uninterrupted: float | None
    months_lawful_uninterrupted: float | None
    months_gestattet: float | None
    months_suspended: float | None
    months_duldung_countable: float | None
    suspension_decided_on: DayLike | None
    months_since_suspension_decision: float | None
    suspension_month_running: bool | None
    must_live_in_reception_centre: bool | None
    family_of_asylblg_person: bool | None
    eu_citizen_under_asylblg: bool | None
    asylum_state: AsylumState | None
    protection_granted_on: DayLike | None
    protection_month_running: bool | None
    asylum_rejection_kind: AsylumRejectionKind | None
    rejected_for_deception_or_similar: bool | None
    asylum_applied_on: DayLike | None
    asylum_registered_on: DayLike | None
    months_asylum_pending: float | None
    months_since_registration: float | None
    accelerated_procedure_a_to_f: bool | None
    other_member_state_case: bool | None
    serious_asylum_duty_breach: bool | None
    biometrics_done: bool | None
    asylum_after_2015_08_31: bool | None
    withdrawal_privileged: bool | None
    suspensive_effect_ordered: bool | None
    protection_in_other_state: bool | None
    dublin_removal_ordered: bool | None
    employment_permitted_in_asylum_procedure: bool | None
    safe_origin_national: bool | None
    safe_origin_eu_list: bool | None
    safe_origin_grandfathered_work: bool | None
    residence_prospect_good: bool | None
    entered_for_benefits: bool | None
    removal_obstacle_self_caused: bool | None
    concrete_removal_measures: bool | None
    identity_clarified_on: DayLike | None
    identity_clarified: bool | None
    identity_measures_in_time: bool | None
    identity_measures_taken: bool | None
    identity_deadline_met: bool | None
    months_entry_to_identity: float | None
    months_identity_to_application: float | None
    passport_presented: bool | None
    conviction_19d: bool | None
    extremist_ties: bool | None
    expulsion_or_58a: bool | None
    abh_orders_nontitle: bool | None
    special_integration_need: bool | None
    registered_since: DayLike | None
    permit_valid_until: DayLike | None
    sponsor_title: SponsorTitle | None
    freedom_of_movement_or_worker: bool | None
    right_of_residence_search_only: bool | None
    loss_of_free_movement_declared: bool | None
    months_since_entry: float | None
    months_ok_countable: float | None
    months_lawful_habitual_registered: float | None
    duldung_60d_applied_on: DayLike | None
    identity_deadline_60d_met: bool | None
    nationality_prospect_list: bool | None
    national_of_georgia_or_moldova: bool | None
    national_of_104_18_2: bool | None
    tolerated_on_2023_08_30: bool | None
    tolerated_on_2025_05_06: bool | None
    work_permitted_on_2026_06_11: bool | None
    departure_impossible_lasting: bool | None
    any_intentional_conviction: bool | None
    serious_expulsion_interest: bool | None
    deception_blocks_removal: bool | None
    own_deception_blocks_removal: bool | None
    past_deception_or_obstruction: bool | None
    fdgo_doubts: bool | None
    fdgo_and_basic_knowledge: bool | None
    integration_prognosis: bool | None
    immigration_history: bool | None
    refugee_background: bool | None
    also_refugee_status: bool | None
    job_income_covers_own_need: bool | None
    course_not_at_residence: bool | None
    qualified_work_years: float | None
    comparable_foreign_degree: bool | None
    public_funds_in_last_year: bool | None
    title_despite_rejection: bool | None
    title_25_4a_sentence_3: bool | None
    single_parent: bool | None
    employed_on_2020_01_01: bool | None
    duldung_60d_since: DayLike | None
    months_duldung_60d: float | None
    ik_was_possible: bool | None
    bsk_ordered: bool | None
    needy: bool | None
    asylblg_restriction: Collection[AsylblgRestriction] | None
    restriction_act_made_up: bool | None
    restriction_60b_rebutted: bool | None
    can_work_3h: bool | None
    stay_abuse: bool | None
    analog_received_2024_02_26: bool | None
    analog_received_2019_08_21: bool | None
    receives: Collection[Receives] | None
    rechtskreis: Rechtskreis | None
    lives_with_own_child: bool | None
    lives_with_partner: bool | None
    parents_receive_sgb2: bool | None
    childcare_need: bool | None
    youngest_child_birth_date: DayLike | None
    youngest_child_age_years: float | None
    youngest_child_at_school: bool | None
    childcare_available: bool | None
    asylblg_restriction_until: DayLike | None
    permanent_full_incapacity: bool | None
    wfbm_or_training_budget: bool | None
    in_institution: bool | None
    habitual_residence_de: bool | None
    lives_with_parents: bool | None
    training_reachable_from_parents: bool | None
    parents_de: bool | None
    married_ever: bool | None
    housing_sufficient: bool | None
    livelihood_by_work: LivelihoodByWork | None
    livelihood_secured: bool | None
    bafoeg_state: BafoegState | None
    bab_first_applied_on: DayLike | None
    childcare_weekly_hours: float | None
    increased_support_need: bool | None
    personality_support_need: bool | None
    youth_help_running: bool | None
    work_note: WorkNote | None
    long_benefit_receipt_16i: bool | None
    ba_consent: bool | None
    ba_registration: BaRegistration | None
    ba_registers_without_work_access: bool | None
    employment_weekly_hours: float | None
    pay_above_bsk_limit: bool | None
    course_prepares_concrete_job: bool | None
    language_level_needed_for_recognition: bool | None
    job_offer: bool | None
    work_mode: WorkMode | None
    work_allowed_or_allowable: bool | None
    work_months_total: float | None
    volunteer_months_qualified: float | None
    work_abroad_credible: bool | None
    wbk_work_waiver: bool | None
    training_kind: TrainingKind | None
    training_running: bool | None
    training_duration_years: float | None
    training_start: DayLike | None
    training_applied_on: DayLike | None
    months_to_training_start: float | None
    application_lead_months: float | None
    training_contract: TrainingContract | None
    training_started_as_asylum_seeker: bool | None
    manifest_abuse: bool | None
    employed_months: float | None
    work_years_total: float | None
    lawful_work_years_de: float | None
    parent_lawful_work_3_of_6: bool | None
    threatened_by_unemployment: bool | None
    work_months_in_occupation: float | None
    occupation_duration_years: float | None
    occupation_under_bbig_or_hwo: bool | None
    competence_credible: bool | None
    job_matches_qualification: bool | None
    training_first: bool | None
    training_broken_off: bool | None
    training_completed_no_takeover: bool | None
    search_extension_used: bool | None
    training_skills_ok: bool | None
    bvb_needed: bool | None
    needs_training_support: bool | None
    disadvantaged: bool | None
    no_company_training_possible: bool | None
    undersupply_region: bool | None
    application_efforts_shown: bool | None
    training_success_expected: bool | None
    further_training_necessary: bool | None
    degree_prognosis: bool | None
    training_impossible_or_shortage_job: bool | None
    stepped_occupation: bool | None
    tq_modules: float | None
    tq_all_modules: bool | None
    care_assistant_degree: bool | None
    pfa_exam_taken: bool | None
    care_school_prognosis: bool | None
    health_fit_care: bool | None
    clean_extended_record: bool | None
    parents_home_unreasonable: bool | None
    second_training_needed: bool | None
    degree_no_longer_usable: bool | None
    bafoeg_age_exception: bool | None
    school_duty_done: bool | None
    school_duty_rest_ground: bool | None
    attends_school: AttendsSchool | None
    bafoeg_school: BafoegSchool | None
    school_level: SchoolLevel | None
    vocational_level: VocationalLevel | None
    vocational_degree: VocationalDegree | None
    readiness_level: ReadinessLevel | None
    literacy_ladder: LiteracyLadder | None
    german_ladder: GermanLadder | None
    german_level: GermanLevel | None
    ik_state: IkState | None
    low_integration_need: bool | None
    school_certificate: SchoolCertificate | None
    literacy: Literacy | None
    german_oral_level: GermanLevel | None
    german_evidence: GermanEvidence | None
    special_language_pedagogy: bool | None
    ik_ordered_by: IkOrderedBy | None
    ik_course_type: IkCourseType | None
    ik_repeat_used: bool | None
    bsk_running: bool | None
    fast_learner_prognosis: bool | None
    self_learned_to_next_level: bool | None
    course_fee_secured: bool | None
    school_years_de: float | None
    running_step: str | None
    running_since: DayLike | None
    running_school_year: float | None
    school_year_of_18th_birthday_running: bool | None
    continues_from_ffm: bool | None
    foreign_school: ForeignSchool | None
    foreign_school_country: list[str] | tuple[str, ...] | None
    foreign_school_kind: ForeignSchoolKind | None
    foreign_school_listed: bool | None
    foreign_vocational: ForeignVocational | None
    berufsschule_final_certificate: bool | None
    berufsschule_average: float | None
    english_requirement_met: bool | None
    fos_internship: bool | None
    practical_preparation_proved: bool | None
    foreign_school_country_in_general_order: bool | None
    residence_nrw: bool | None
    fff_offered: bool | None
    perjuf_offered: bool | None
    bvb_pro_offered: bool | None
    jugendwerkstatt_offered: bool | None
    ifk_school_admits_adults: bool | None
    wbg_provider_waives_work: bool | None
    in_youth_workshop: bool | None
    has_other_case_management: bool | None
    no_education_or_training_chance: bool | None
    education_success_at_risk: bool | None
    individual_support_need: bool | None
    nrw_basis_prospect: bool | None
    security_or_offender_exclusion: bool | None
    training_or_work_elsewhere: bool | None
    course_elsewhere_soon: bool | None
    close_family_elsewhere: bool | None
    hardship_12a: bool | None


if TYPE_CHECKING:

    class ShippedCase(Case):
        """A case of the shipped vocabulary: `klappts_engine.Case`, as type checkers see it."""

        birth_date: dt.date | None
        age_years: float | None
        nationalities: tuple[str, ...] | None
        municipality: str | None
        newly_immigrated: bool | None
        status: Status | None
        previous_status: Status | None
        effective_status: Status | None
        title_issued_on: dt.date | None
        months_title_held: float | None
        title_month_running: bool | None
        no_title_before: bool | None
        title_total_validity_months: float | None
        entry_date: dt.date | None
        stay_history: tuple[StayPeriod, ...] | None
        months_stay_de: float | None
        months_stay_de_with_trips: float | None
        stay_interruption_substantial: bool | None
        months_ok_uninterrupted: float | None
        months_lawful_uninterrupted: float | None
        months_gestattet: float | None
        months_suspended: float | None
        months_duldung_countable: float | None
        suspension_decided_on: dt.date | None
        months_since_suspension_decision: float | None
        suspension_month_running: bool | None
        must_live_in_reception_centre: bool | None
        family_of_asylblg_person: bool | None
        eu_citizen_under_asylblg: bool | None
        asylum_state: AsylumState | None
        protection_granted_on: dt.date | None
        protection_month_running: bool | None
        asylum_rejection_kind: AsylumRejectionKind | None
        rejected_for_deception_or_similar: bool | None
        asylum_applied_on: dt.date | None
        asylum_registered_on: dt.date | None
        months_asylum_pending: float | None
        months_since_registration: float | None
        accelerated_procedure_a_to_f: bool | None
        other_member_state_case: bool | None
        serious_asylum_duty_breach: bool | None
        biometrics_done: bool | None
        asylum_after_2015_08_31: bool | None
        withdrawal_privileged: bool | None
        suspensive_effect_ordered: bool | None
        protection_in_other_state: bool | None
        dublin_removal_ordered: bool | None
        employment_permitted_in_asylum_procedure: bool | None
        safe_origin_national: bool | None
        safe_origin_eu_list: bool | None
        safe_origin_grandfathered_work: bool | None
        residence_prospect_good: bool | None
        entered_for_benefits: bool | None
        removal_obstacle_self_caused: bool | None
        concrete_removal_measures: bool | None
        identity_clarified_on: dt.date | None
        identity_clarified: bool | None
        identity_measures_in_time: bool | None
        identity_measures_taken: bool | None
        identity_deadline_met: bool | None
        months_entry_to_identity: float | None
        months_identity_to_application: float | None
        passport_presented: bool | None
        conviction_19d: bool | None
        extremist_ties: bool | None
        expulsion_or_58a: bool | None
        abh_orders_nontitle: bool | None
        special_integration_need: bool | None
        registered_since: dt.date | None
        permit_valid_until: dt.date | None
        sponsor_title: SponsorTitle | None
        freedom_of_movement_or_worker: bool | None
        right_of_residence_search_only: bool | None
        loss_of_free_movement_declared: bool | None
        months_since_entry: float | None
        months_ok_countable: float | None
        months_lawful_habitual_registered: float | None
        duldung_60d_applied_on: dt.date | None
        identity_deadline_60d_met: bool | None
        nationality_prospect_list: bool | None
        national_of_georgia_or_moldova: bool | None
        national_of_104_18_2: bool | None
        tolerated_on_2023_08_30: bool | None
        tolerated_on_2025_05_06: bool | None
        work_permitted_on_2026_06_11: bool | None
        departure_impossible_lasting: bool | None
        any_intentional_conviction: bool | None
        serious_expulsion_interest: bool | None
        deception_blocks_removal: bool | None
        own_deception_blocks_removal: bool | None
        past_deception_or_obstruction: bool | None
        fdgo_doubts: bool | None
        fdgo_and_basic_knowledge: bool | None
        integration_prognosis: bool | None
        immigration_history: bool | None
        refugee_background: bool | None
        also_refugee_status: bool | None
        job_income_covers_own_need: bool | None
        course_not_at_residence: bool | None
        qualified_work_years: float | None
        comparable_foreign_degree: bool | None
        public_funds_in_last_year: bool | None
        title_despite_rejection: bool | None
        title_25_4a_sentence_3: bool | None
        single_parent: bool | None
        employed_on_2020_01_01: bool | None
        duldung_60d_since: dt.date | None
        months_duldung_60d: float | None
        ik_was_possible: bool | None
        bsk_ordered: bool | None
        needy: bool | None
        asylblg_restriction: frozenset[AsylblgRestriction] | None
        restriction_act_made_up: bool | None
        restriction_60b_rebutted: bool | None
        can_work_3h: bool | None
        stay_abuse: bool | None
        analog_received_2024_02_26: bool | None
        analog_received_2019_08_21: bool | None
        receives: frozenset[Receives] | None
        rechtskreis: Rechtskreis | None
        lives_with_own_child: bool | None
        lives_with_partner: bool | None
        parents_receive_sgb2: bool | None
        childcare_need: bool | None
        youngest_child_birth_date: dt.date | None
        youngest_child_age_years: float | None
        youngest_child_at_school: bool | None
        childcare_available: bool | None
        asylblg_restriction_until: dt.date | None
        permanent_full_incapacity: bool | None
        wfbm_or_training_budget: bool | None
        in_institution: bool | None
        habitual_residence_de: bool | None
        lives_with_parents: bool | None
        training_reachable_from_parents: bool | None
        parents_de: bool | None
        married_ever: bool | None
        housing_sufficient: bool | None
        livelihood_by_work: LivelihoodByWork | None
        livelihood_secured: bool | None
        bafoeg_state: BafoegState | None
        bab_first_applied_on: dt.date | None
        childcare_weekly_hours: float | None
        increased_support_need: bool | None
        personality_support_need: bool | None
        youth_help_running: bool | None
        work_note: WorkNote | None
        long_benefit_receipt_16i: bool | None
        ba_consent: bool | None
        ba_registration: BaRegistration | None
        ba_registers_without_work_access: bool | None
        employment_weekly_hours: float | None
        pay_above_bsk_limit: bool | None
        course_prepares_concrete_job: bool | None
        language_level_needed_for_recognition: bool | None
        job_offer: bool | None
        work_mode: WorkMode | None
        work_allowed_or_allowable: bool | None
        work_months_total: float | None
        volunteer_months_qualified: float | None
        work_abroad_credible: bool | None
        wbk_work_waiver: bool | None
        training_kind: TrainingKind | None
        training_running: bool | None
        training_duration_years: float | None
        training_start: dt.date | None
        training_applied_on: dt.date | None
        months_to_training_start: float | None
        application_lead_months: float | None
        training_contract: TrainingContract | None
        training_started_as_asylum_seeker: bool | None
        manifest_abuse: bool | None
        employed_months: float | None
        work_years_total: float | None
        lawful_work_years_de: float | None
        parent_lawful_work_3_of_6: bool | None
        threatened_by_unemployment: bool | None
        work_months_in_occupation: float | None
        occupation_duration_years: float | None
        occupation_under_bbig_or_hwo: bool | None
        competence_credible: bool | None
        job_matches_qualification: bool | None
        training_first: bool | None
        training_broken_off: bool | None
        training_completed_no_takeover: bool | None
        search_extension_used: bool | None
        training_skills_ok: bool | None
        bvb_needed: bool | None
        needs_training_support: bool | None
        disadvantaged: bool | None
        no_company_training_possible: bool | None
        undersupply_region: bool | None
        application_efforts_shown: bool | None
        training_success_expected: bool | None
        further_training_necessary: bool | None
        degree_prognosis: bool | None
        training_impossible_or_shortage_job: bool | None
        stepped_occupation: bool | None
        tq_modules: float | None
        tq_all_modules: bool | None
        care_assistant_degree: bool | None
        pfa_exam_taken: bool | None
        care_school_prognosis: bool | None
        health_fit_care: bool | None
        clean_extended_record: bool | None
        parents_home_unreasonable: bool | None
        second_training_needed: bool | None
        degree_no_longer_usable: bool | None
        bafoeg_age_exception: bool | None
        school_duty_done: bool | None
        school_duty_rest_ground: bool | None
        attends_school: AttendsSchool | None
        bafoeg_school: BafoegSchool | None
        school_level: SchoolLevel | None
        vocational_level: VocationalLevel | None
        vocational_degree: VocationalDegree | None
        readiness_level: ReadinessLevel | None
        literacy_ladder: LiteracyLadder | None
        german_ladder: GermanLadder | None
        german_level: GermanLevel | None
        ik_state: IkState | None
        low_integration_need: bool | None
        school_certificate: SchoolCertificate | None
        literacy: Literacy | None
        german_oral_level: GermanLevel | None
        german_evidence: GermanEvidence | None
        special_language_pedagogy: bool | None
        ik_ordered_by: IkOrderedBy | None
        ik_course_type: IkCourseType | None
        ik_repeat_used: bool | None
        bsk_running: bool | None
        fast_learner_prognosis: bool | None
        self_learned_to_next_level: bool | None
        course_fee_secured: bool | None
        school_years_de: float | None
        running_step: str | None
        running_since: dt.date | None
        running_school_year: float | None
        school_year_of_18th_birthday_running: bool | None
        continues_from_ffm: bool | None
        foreign_school: ForeignSchool | None
        foreign_school_country: tuple[str, ...] | None
        foreign_school_kind: ForeignSchoolKind | None
        foreign_school_listed: bool | None
        foreign_vocational: ForeignVocational | None
        berufsschule_final_certificate: bool | None
        berufsschule_average: float | None
        english_requirement_met: bool | None
        fos_internship: bool | None
        practical_preparation_proved: bool | None
        foreign_school_country_in_general_order: bool | None
        residence_nrw: bool | None
        fff_offered: bool | None
        perjuf_offered: bool | None
        bvb_pro_offered: bool | None
        jugendwerkstatt_offered: bool | None
        ifk_school_admits_adults: bool | None
        wbg_provider_waives_work: bool | None
        in_youth_workshop: bool | None
        has_other_case_management: bool | None
        no_education_or_training_chance: bool | None
        education_success_at_risk: bool | None
        individual_support_need: bool | None
        nrw_basis_prospect: bool | None
        security_or_offender_exclusion: bool | None
        training_or_work_elsewhere: bool | None
        course_elsewhere_soon: bool | None
        close_family_elsewhere: bool | None
        hardship_12a: bool | None

        def __init__(self, **facts: Unpack[Facts]) -> None: ...
