"""What the database holds of the couple, read past every policy: the facts that the rules of the walk go by."""

import json
from dataclasses import dataclass
from functools import cached_property

from stages.steps import StepKind

ROWS = """
SELECT json_build_object(
  'sessions', (SELECT coalesce(json_object_agg(id, status), '{}') FROM people_session),
  'relationships', (SELECT coalesce(json_object_agg(id, relationship_id), '{}') FROM people_session),
  'members', (SELECT coalesce(json_agg(json_build_array(relationship_id, user_id)), '[]') FROM people_relationshipmember),
  'steps', (SELECT coalesce(json_agg(json_build_array(session_id, owner_id, kind, counts_from <= now(),
      returns_at IS NULL OR returns_at > now(), floor(extract(epoch FROM counts_from - now()) / 60))), '[]') FROM stages_step),
  'meetings', (SELECT coalesce(json_agg(json_build_array(session_id, kind)), '[]') FROM stages_meeting),
  'progress', (SELECT coalesce(json_agg(json_build_array(session_id, owner_id, stage, status)), '[]')
      FROM stages_stageprogress),
  'safety', (SELECT coalesce(json_agg(json_build_array(session_id, owner_id, outcome, coalesce(pauses_at <= now(), false))), '[]')
      FROM (SELECT DISTINCT ON (session_id, owner_id) * FROM stages_safetyoutcome
            ORDER BY session_id, owner_id, created_at DESC, id DESC) AS latest),
  'contents', (SELECT coalesce(json_agg(json_build_array(id, session_id, owner_id, content_type, round, consent_active,
      crosses_at IS NOT NULL, crosses_at <= now(), crosses_at >= cools_until, cools_until <= now())), '[]')
      FROM shared_consentedcontent),
  'agreements', (SELECT coalesce(json_agg(json_build_array(id, session_id, status, agreed_by_a, agreed_by_b)), '[]')
      FROM shared_agreement),
  'said', (SELECT coalesce(json_agg(json_build_array(session_id, owner_id, agreement_id)), '[]') FROM stages_checkin),
  'letters', (SELECT coalesce(json_agg(json_build_array(session_id, owner_id)), '[]') FROM stages_empathyattempt
      WHERE round = 1),
  'answers', (SELECT coalesce(json_agg(json_build_array(i.session_id, a.joined_at IS NOT NULL, a.confirmed_at IS NOT NULL,
      a.declined_at IS NOT NULL)), '[]') FROM people_invitationanswer a JOIN people_invitation i ON i.id = a.invitation_id),
  'notices', (SELECT coalesce(json_agg(json_build_array(id, owner_id, session_id, kind)), '[]') FROM stages_notification),
  'others', (SELECT coalesce(json_agg(json_build_array(s.id, s.topic_approved_at IS NOT NULL,
      (SELECT json_agg(json_build_array(i.id, i.withdrawn_at IS NOT NULL, i.expires_at <= now()))
       FROM people_invitation i WHERE i.session_id = s.id),
      (SELECT json_agg(json_build_array(g.id, g.follow_up_date <= now(), g.looked_back_at IS NOT NULL))
       FROM shared_agreement g WHERE g.session_id = s.id))), '[]') FROM people_session s),
  'quiet_days', (SELECT coalesce(json_object_agg(s.id, floor(extract(epoch FROM now() - greatest(s.updated_at,
      (SELECT max(taken_at) FROM stages_step WHERE session_id = s.id),
      (SELECT max(content_changed_at) FROM stages_stageprogress WHERE session_id = s.id),
      (SELECT max(met_at) FROM stages_meeting WHERE session_id = s.id))) / 8640) / 10), '{}') FROM people_session s))::text
"""


FACTS = ("sessions", "members", "steps", "meetings", "progress", "safety", "answers", "others")


@dataclass(frozen=True)
class Step:
    session: str
    owner: str
    kind: str
    counts: bool
    waits: bool  # it has not come back
    in_minutes: int  # until it counts


@dataclass(frozen=True)
class Content:
    id: str
    session: str
    owner: str
    kind: str
    round: int
    active: bool
    has_date: bool
    crossed: bool | None
    after_cooling: bool | None
    cooled: bool | None


class Records:
    """One look. Ids are strings."""

    def __init__(self, rows: dict):
        self.rows = rows
        self.status: dict[str, str] = rows["sessions"]
        self.steps = {(row[0], row[1], row[2]): Step(*row) for row in rows["steps"]}
        self.meetings = [tuple(row) for row in rows["meetings"]]
        self.progress = {(row[0], row[1], row[2]): row[3] for row in rows["progress"]}
        self.safety = {(row[0], row[1]): (row[2], row[3]) for row in rows["safety"]}
        self.contents = {row[0]: Content(*row) for row in rows["contents"]}
        self.agreements = {row[0]: tuple(row[1:]) for row in rows["agreements"]}
        self.notices = {row[0]: tuple(row[1:]) for row in rows["notices"]}
        self.answers = [tuple(row) for row in rows["answers"]]

    @cached_property
    def facts(self) -> tuple:
        """All that what is next depends on."""
        return tuple(str(self.rows[name]) for name in FACTS)

    def members(self, session: str) -> list[str]:
        relationship = self.rows["relationships"].get(session)
        return [user for at, user in self.rows["members"] if at == relationship]

    def met(self, session: str, kind: str) -> bool:
        return (session, kind) in self.meetings

    def took(self, session: str, owner: str, *kinds: StepKind) -> bool:
        return any((session, owner, kind) in self.steps for kind in kinds)

    def stands(self, session: str, owner: str, *kinds: StepKind) -> bool:
        """Taken, counting, and not come back."""
        steps = [self.steps.get((session, owner, kind)) for kind in kinds]
        return any(step and step.counts and step.waits for step in steps)

    def active(self, session: str, kind: str, round: int | None = None) -> list[Content]:
        return [
            one
            for one in self.contents.values()
            if one.session == session and one.kind == kind and one.active and round in (None, one.round)
        ]


def look(connection) -> Records:
    return Records(json.loads(connection.execute(ROWS).fetchone()[0]))
