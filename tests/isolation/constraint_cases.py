"""What each constraint of the database lets pass, and what it refuses (tests/isolation/test_constraints.py)."""

from datetime import UTC, datetime
from uuid import uuid4

THEN, LATER = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
HASH = b"0" * 32

# Constraint: the column that holds one of a list of values.
LISTED = {
    "agreement_status_known": "status",
    "agreement_type_known": "type",
    "carried_kind_known": "kind",
    "check_in_happened_known": "happened",
    "check_in_helped_known": "helped",
    "common_ground_category_known": "category",
    "consent_event_action_known": "action",
    "consent_event_type_known": "content_type",
    "consent_type_known": "content_type",
    "context_log_purpose_known": "purpose",
    "context_log_source_known": "source",
    "document_media_type_known": "media_type",
    "event_attribution_known": "attributed_to",
    "exercise_known": "exercise",
    "library_edit_kind_known": "kind",
    "library_item_effort_known": "effort",
    "library_item_setting_known": "setting",
    "library_item_source_known": "source",
    "library_item_status_known": "status",
    "library_job_kind_known": "kind",
    "library_job_state_known": "state",
    "library_usage_what_known": "what",
    "meeting_kind_known": "kind",
    "need_category_known": "category",
    "notification_kind_known": "kind",
    "progress_status_known": "status",
    "ranking_pile_known": "pile",
    "safety_outcome_known": "outcome",
    "session_status_known": "status",
    "step_kind_known": "kind",
    "suggestion_purpose_known": "purpose",
}
STAGES = [
    "boundary_stage_range", "carried_stage_range",
    "context_log_stage_range", "document_stage_range", "event_stage_range", "message_stage_range",
    "need_stage_range", "progress_stage_range", "reading_stage_range", "step_stage_range", "synthesis_stage_range",
]  # fmt: skip

GUIDES = {"origin": "GUIDE", "ai_confidence": 0.5}
UNDECIDED = {"consent_active": False, "consented_at": None, "cools_until": None, "crosses_at": None, "revoked_at": None}

# Constraint: (changes it lets pass, changes it refuses), each to a row of the table.
CHECKS = {name: ([{}], [{column: "NOPE"}]) for name, column in LISTED.items()} | {
    name: ([{"stage": 0}] if name in ("boundary_stage_range", "event_stage_range") else [{}], [{"stage": 5}])
    for name in STAGES
}
CHECKS["member_seat_known"] = ([{}], [{"seat": "C"}])
CHECKS["library_item_effort_known"] = ([{"effort": 1}], [{"effort": 0}, {"effort": 99}])
CHECKS |= {
    "agreement_agreed_by_both": (
        [{"agreed_at": THEN, "agreed_by_a": True, "agreed_by_b": True}],
        [{"status": "PROPOSED", "agreed_at": THEN, "agreed_by_a": True, "agreed_by_b": False}],
    ),
    "agreement_status_needs_both": (
        [{"status": "ABANDONED", "agreed_at": None}],
        [{"status": "AGREED", "agreed_at": None}],
    ),
    "agreement_completed_with_time": (
        [{"status": "COMPLETED", "completed_at": LATER, "agreed_at": THEN, "agreed_by_a": True, "agreed_by_b": True}],
        [
            {"status": "COMPLETED", "completed_at": None, "agreed_at": THEN, "agreed_by_a": True, "agreed_by_b": True},
            {"status": "PROPOSED", "completed_at": LATER},
        ],
    ),
    "answered_post_sealed_in_vessel": (
        [{"body": None, "session_id": None, "vessel_id": None}],
        [{"session_id": None}, {"vessel_id": None}],
    ),
    "answer_joined_or_declined": (
        [{"joined_by_id": None, "joined_at": None, "confirmed_at": None, "declined_at": THEN}],
        [{"declined_at": THEN}, {"joined_at": None, "confirmed_at": None}, {"joined_by_id": None}],
    ),
    "answer_confirmed_after_join": (
        [{"confirmed_at": None}],
        [{"joined_by_id": None, "joined_at": None, "declined_at": THEN, "confirmed_at": THEN}],
    ),
    "authorship_person_or_library": (
        [{"owner_id": None, "content_id": None, "library_item_id": uuid4()}],
        [{"library_item_id": uuid4()}, {"owner_id": None}, {"owner_id": None, "content_id": None}],
    ),
    "common_ground_confirmed_together": (
        [{"confirmed_at": THEN, "confirmed_by_a": True, "confirmed_by_b": True}],
        [
            {"confirmed_at": None, "confirmed_by_a": True, "confirmed_by_b": False},
            {"confirmed_at": THEN, "confirmed_by_b": False},
        ],
    ),
    "carried_three_at_most": ([{"place": 3}], [{"place": 0}, {"place": 4}]),
    "common_ground_two_sources": ([{}], [{"source_a_id": "1" * 32, "source_b_id": "1" * 32}]),
    "consent_decision_known": (
        [{"decision": None, "decided_at": None, "revoked_at": None}],
        [{"decision": "NOPE", "decided_at": THEN, "revoked_at": None}],
    ),
    "consent_decided_with_time": (
        [{"decision": "DENIED", "decided_at": THEN, "revoked_at": None}],
        [
            {"decision": "DENIED", "decided_at": None, "revoked_at": None},
            {"decision": None, "decided_at": THEN, "revoked_at": None},
        ],
    ),
    "consent_head_in_order": (
        [{"length": 9, "sealed_length": 8, "anchored_length": 7}],
        [
            {"length": 9, "sealed_length": 10, "anchored_length": 7},
            {"length": 9, "sealed_length": 8, "anchored_length": 9},
        ],
    ),
    "consent_revoked_with_time": (
        [{"decision": "REVOKED", "decided_at": THEN, "revoked_at": LATER}],
        [
            {"decision": "REVOKED", "decided_at": THEN, "revoked_at": None},
            {"decision": "GRANTED", "decided_at": THEN, "revoked_at": LATER},
            {"decision": None, "decided_at": None, "revoked_at": LATER},
        ],
    ),
    "consented_type_known": ([{}], [{"content_type": "NOPE", "original_need_id": None}]),
    "consented_active_paired": (
        [UNDECIDED],
        [
            UNDECIDED | {"consent_active": True},
            UNDECIDED | {"consent_active": True, "consented_at": THEN, "revoked_at": LATER},
        ],
    ),
    "consented_revoked_after": (
        [UNDECIDED | {"consented_at": THEN, "revoked_at": LATER}],
        [UNDECIDED | {"revoked_at": LATER}],
    ),
    "consented_crosses_after": (
        [UNDECIDED | {"consented_at": THEN, "cools_until": THEN, "crosses_at": LATER}],
        [UNDECIDED | {"cools_until": THEN, "crosses_at": LATER}],
    ),
    "consented_crosses_cooled": (
        [UNDECIDED | {"consented_at": THEN, "cools_until": LATER, "crosses_at": LATER}],
        [
            UNDECIDED | {"consented_at": THEN, "crosses_at": LATER},
            UNDECIDED | {"consented_at": THEN, "cools_until": LATER, "crosses_at": THEN},
        ],
    ),
    "cooling_off_at_most_a_day": ([{"minutes": 0}, {"minutes": 1440}], [{"minutes": -1}, {"minutes": 1441}]),
    "consented_need_linked": (
        [{"content_type": "IDENTIFIED_NEED", "item_id": "1" * 32, "original_need_id": "1" * 32}],
        [
            {"content_type": "IDENTIFIED_NEED", "item_id": "1" * 32, "original_need_id": "2" * 32},
            {"content_type": "IDENTIFIED_NEED", "original_need_id": None},
            {"content_type": "PROPOSAL", "item_id": "1" * 32, "original_need_id": "1" * 32},
        ],
    ),
    "crypto_key_kind": ([{}], [{"kind": "NOPE"}]),
    "crypto_key_owner_unless_joint": (
        [{"kind": "JOINT", "owner_id": None, "vessel_id": "1" * 32}],
        [{"kind": "JOINT", "owner_id": "1" * 32}, {"kind": "SHARED", "owner_id": None}],
    ),
    "crypto_key_wrapped_until_destroyed": (
        [{"wrapped": None, "destroyed_at": THEN}],
        [{"wrapped": None, "destroyed_at": None}, {"wrapped": HASH, "destroyed_at": THEN}],
    ),
    "document_size_range": ([{"size": 1}, {"size": 5_000_000}], [{"size": 0}, {"size": 5_000_001}]),
    "empathy_attempt_rounds": ([{"round": 2}, {"round": 9}], [{"round": 0}, {"round": 10}]),
    "empathy_verdict_known": (
        [{"verdict": "UNDERSTOOD", "decided_at": THEN}],
        [{"verdict": "NOPE", "decided_at": THEN}],
    ),
    "empathy_verdict_with_time": (
        [{"verdict": None, "decided_at": None}],
        [{"verdict": "UNDERSTOOD", "decided_at": None}, {"verdict": None, "decided_at": THEN}],
    ),
    "hint_two_at_most": ([{"slot": 2}], [{"slot": 0}, {"slot": 3}]),
    "invitation_sent_at_most": ([{"sent_count": 4}], [{"sent_count": 5}]),
    "library_contribution_of_contributed": ([{}], [{"source": "CURATED"}]),
    "library_contribution_withdrawn_after": (
        [{"consented_at": THEN, "withdrawn_at": LATER}],
        [{"consented_at": LATER, "withdrawn_at": THEN}],
    ),
    "library_contribution_has_words": ([{}], [{"title": ""}, {"plain": ""}]),
    "library_contribution_takes_some_time": (
        [{"duration_minutes": 5, "duration_days": None}],
        [{"duration_minutes": None, "duration_days": None}, {"duration_minutes": 0, "duration_days": None}],
    ),
    "library_contribution_needs_known": (
        [{"need_categories": ["SAFETY"]}],
        [{"need_categories": ["NOPE"]}, {"need_categories": []}],
    ),
    "library_review_of_contributed": ([{}], [{"source": "CURATED"}]),
    "library_review_state_known": ([{"state": "ASKED"}], [{"state": "NOPE"}]),
    "library_review_declined_kindly": (
        [{"state": "DECLINED", "reason": "We have one like it."}],
        [{"state": "DECLINED", "reason": ""}],
    ),
    "library_job_done_within_total": ([{"total": 5, "done": 5}], [{"total": 5, "done": 6}]),
    "library_job_finished_with_time": (
        [{"state": "DONE", "finished_at": THEN}, {"state": "RUNNING", "finished_at": None}],
        [{"state": "DONE", "finished_at": None}, {"state": "RUNNING", "finished_at": THEN}],
    ),
    "library_item_needs_known": (
        [{"need_categories": ["SAFETY"]}],
        [{"need_categories": ["NOPE"]}, {"need_categories": []}],
    ),
    "library_item_takes_some_time": (
        [{"duration_minutes": 5, "duration_days": None}],
        [{"duration_minutes": None, "duration_days": None}, {"duration_minutes": 0, "duration_days": None}],
    ),
    "library_item_published_has_plain_form": (
        [{"status": "DRAFT", "plain": ""}],
        [{"status": "PUBLISHED", "plain": ""}],
    ),
    "message_role_known": ([{}], [{"role": "NOPE", "sender_id": None}]),
    "message_sender_fits_role": (
        [{"role": "AI", "sender_id": None, "in_reply_to": "1" * 32}],
        [
            {"role": "USER", "sender_id": None, "in_reply_to": None},
            {"role": "SYSTEM", "sender_id": "1" * 32, "in_reply_to": None},
        ],
    ),
    "message_answer_names_question": (
        [{"role": "SYSTEM", "sender_id": None, "in_reply_to": None}],
        [{"role": "AI", "sender_id": None, "in_reply_to": None}],
    ),
    "need_confirmed_with_time": (
        [{"confirmed": True, "confirmed_at": THEN}, {"confirmed": False, "confirmed_at": None}],
        [{"confirmed": True, "confirmed_at": None}, {"confirmed": False, "confirmed_at": THEN}],
    ),
    "need_confirmed_or_rejected": (
        [{"confirmed": False, "confirmed_at": None, "rejected_at": THEN}],
        [{"confirmed": True, "confirmed_at": THEN, "rejected_at": THEN}],
    ),
    "need_confidence_range": ([GUIDES, GUIDES | {"ai_confidence": 1.0}], [GUIDES | {"ai_confidence": 1.01}]),
    "need_confidence_from_guide": (
        [{"origin": "PERSON", "ai_confidence": None}],
        [{"origin": "PERSON", "ai_confidence": 0.5}, {"origin": "GUIDE", "ai_confidence": None}],
    ),
    "progress_completed_with_time": (
        [{"status": "COMPLETED", "completed_at": THEN}],
        [{"status": "COMPLETED", "completed_at": None}, {"status": "IN_PROGRESS", "completed_at": THEN}],
    ),
    "progress_synthesis_not_ahead": (
        [{"content_version": 3, "synthesis_version": 3}],
        [{"content_version": 3, "synthesis_version": 4}],
    ),
    "notice_settings_kinds_known": (
        [{"not_by_email": ["NUDGE"]}, {"not_by_email": []}],
        [{"not_by_email": ["DECLINED"]}],
    ),
    "notice_settings_quiet_hours": (
        [{"quiet_from": 22, "quiet_to": 7}, {"quiet_from": None, "quiet_to": None}],
        [{"quiet_from": 22, "quiet_to": 24}, {"quiet_from": 24, "quiet_to": 7}],
    ),
    "rhythm_date_was_asked_for": ([{"asked_at": THEN, "back_at": LATER}], [{"asked_at": None, "back_at": LATER}]),
    "rhythm_two_nudges_at_most": ([{"nudges": 2, "nudged_at": THEN}], [{"nudges": 3, "nudged_at": THEN}]),
    "rhythm_nudged_with_time": ([{"nudges": 0, "nudged_at": None}], [{"nudges": 1, "nudged_at": None}]),
    "ranking_place_in_gladly": ([{"pile": "GLADLY", "place": 1}], [{"pile": "COULD", "place": 1}]),
    "reading_intensity_range": ([{"intensity": 1}, {"intensity": 10}], [{"intensity": 0}, {"intensity": 11}]),
    "recap_status_known": ([{}], [{"status": "NOPE", "answered_at": THEN}]),
    "recap_answered_with_time": (
        [{"status": "ACCEPTED", "answered_at": THEN}],
        [{"status": "ACCEPTED", "answered_at": None}, {"status": "OFFERED", "answered_at": THEN}],
    ),
    "session_resolved_with_time": (
        [{"status": "RESOLVED", "resolved_at": THEN}],
        [{"status": "RESOLVED", "resolved_at": None}, {"status": "ACTIVE", "resolved_at": THEN}],
    ),
    "step_counts_after": ([{"taken_at": THEN, "counts_from": LATER}], [{"taken_at": LATER, "counts_from": THEN}]),
    "strategy_draft_slot_from_one": ([{"slot": 4}], [{"slot": 0}]),
    "agreement_looked_back_after": (
        [{"status": "PROPOSED", "looked_back_at": None, "agreed_at": None}],
        [{"status": "PROPOSED", "looked_back_at": THEN, "agreed_at": None}],
    ),
    "vessel_embedding_is_vessel": ([{}], [{"id": "1" * 32}]),
}

# An unknown origin is refused by what it says of the confidence before its own constraint is asked.
MASKED = {"need_origin_known": "need_confidence_from_guide"}
CHECKS["need_origin_known"] = ([{}], [{"origin": "NOPE"}])

# Unique constraint: (what differs in a second row it lets pass, what differs in one it refuses).
NEW = "new"  # a fresh id
UNIQUES = {
    "answered_post_once": ({"key_hash": b"1" * 32}, {}),
    "carried_once": ({"place": 2}, {}),
    "check_in_once": ({"agreement_id": NEW}, {}),
    "closure_once": ({"vessel_id": NEW}, {}),
    "common_answer_once": ({"common_ground_id": NEW}, {}),
    "common_ground_once": ({"source_a_id": NEW}, {}),
    "consented_once_by_record": ({"consent_record_id": NEW, **UNDECIDED}, UNDECIDED),
    "consented_once_active": ({"consent_record_id": NEW, "round": 9}, {"consent_record_id": NEW}),
    "context_log_once": ({"use_id": NEW}, {}),
    "crypto_key_one_live": ({"vessel_id": NEW}, {}),
    "draft_once": ({"key": "another"}, {}),
    "empathy_attempt_round_once": ({"round": 2}, {}),
    "empathy_draft_version_once": ({"version": 99}, {}),
    "empathy_validation_once": ({"content_id": NEW}, {}),
    "hint_once": ({"slot": 2, "content_id": NEW}, {"slot": 2}),
    "hint_slot_once": ({"slot": 2, "content_id": NEW}, {"content_id": NEW}),
    "invitation_one_open": ({"token_hash": HASH, "withdrawn_at": THEN}, {"token_hash": HASH}),
    "library_usage_once": ({"what": "KEPT"}, {}),
    "meeting_once": ({"kind": "RESUMED"}, {}),
    "member_once": ({"relationship_id": NEW}, {"seat": "A"}),
    "member_seat_once": ({"user_id": NEW, "relationship_id": NEW}, {"user_id": NEW}),
    "message_answered_once": ({"in_reply_to": NEW}, {}),
    "noticing_once": ({"vessel_id": NEW}, {}),
    "ownership_once": ({"vessel_id": NEW}, {}),
    "progress_once": ({"session_id": NEW}, {}),
    "ranking_once": ({"proposal_id": NEW}, {}),
    "recap_one_open": ({"stage": 2}, {}),
    "rhythm_once": ({"session_id": NEW}, {}),
    "solo_ending_once": ({"vessel_id": NEW}, {}),
    "step_once": ({"kind": "HEARD"}, {}),
    "strategy_draft_slot_once": ({"slot": 2}, {}),
    "synthesis_once": ({"stage": 2}, {}),
    "vessel_once": ({"session_id": NEW}, {}),
}
# Rows to begin from, where not every row will do.
BEGIN = {
    "consented_once_active": "consent_active",
    "invitation_one_open": "withdrawn_at IS NULL",
    "member_once": "seat = 'B'",
    "message_answered_once": "role = 'AI'",
}
