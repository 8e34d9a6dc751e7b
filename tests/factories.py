"""People and rows for tests: each is made by whoever may make it, through row-level security, with real keys.

`couple()` is two people in one session, both here. At least one row in every table: `tests.furnished`.
A function `make_<model>(person, **fields)` makes one row as the role that makes it in life: the person, the guide who serves
them, the joint actor, a curator, the system, or a door.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.utils import timezone

from beheard.api.models import AnsweredPost
from beheard.people.models import Invitation, Session, User
from beheard.people.pages import place_of
from beheard.rls import Actor, no_actor, transaction_as
from beheard.rls.doors import door, door_value
from stages import models as stages
from vessels.private import models as private
from vessels.private.actions import open_vessel
from vessels.shared import bridge, cooling
from vessels.shared import models as shared

VECTOR = [1.0] + [0.0] * 1535


def now():
    return timezone.now()


@dataclass(frozen=True)
class Person:
    """Someone in a session, with everything their rows need to name."""

    name: str
    user_id: UUID
    session_id: UUID
    shared_vessel_id: UUID
    vessel_id: UUID

    def acting(self):
        return transaction_as(Actor.user(self.user_id, self.session_id))

    def guided(self):
        return transaction_as(Actor.ai(self.user_id, self.session_id))

    def jointly(self):
        return transaction_as(Actor.joint(self.session_id))

    @property
    def ids(self) -> dict:
        return {"owner_id": self.user_id, "session_id": self.session_id, "vessel_id": self.vessel_id}

    @property
    def joint_ids(self) -> dict:
        return {"session_id": self.session_id, "shared_vessel_id": self.shared_vessel_id}


@dataclass(frozen=True)
class Couple:
    a: Person
    b: Person

    def __iter__(self):
        return iter((self.a, self.b))


def make_user(name: str = "someone", **fields) -> User:
    with no_actor():
        user = User.objects.create_user(f"{name.lower()}-{uuid4().hex[:12]}@example.org", "long enough", **fields)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


# --- people ----------------------------------------------------------------------------------------------------------


def alone(name: str = "Ana") -> Person:
    """Someone who has begun, and whose partner is not here."""
    user_id, session_id, shared_vessel_id = make_user(name).pk, uuid4(), uuid4()
    with transaction_as(Actor.user(user_id, session_id)):
        door("begin_session", session_id, uuid4(), shared_vessel_id, name)
    return _with_vessel(name, user_id, session_id)


def couple(names: tuple[str, str] = ("Ana", "Ben")) -> Couple:
    """Two people in one session, the second one joined and confirmed."""
    first = alone(names[0])
    return Couple(first, join(first, names[1]))


def join(inviter: Person, name: str = "Ben") -> Person:
    token_hash = os.urandom(32)
    make_invitation(inviter, token_hash=token_hash)
    user_id = make_user(name).pk
    with transaction_as(Actor.user(user_id)):
        assert door_value("join_session", token_hash, name) == inviter.session_id
    with inviter.acting():
        assert door_value("confirm_partner", inviter.session_id, True)
    return _with_vessel(name, user_id, inviter.session_id)


def _with_vessel(name: str, user_id: UUID, session_id: UUID) -> Person:
    actor = Actor.user(user_id, session_id)
    with transaction_as(actor):
        session = Session.objects.get(pk=session_id)
        vessel = open_vessel(by=actor, session=session)
        return Person(name, user_id, session_id, session.shared_vessel_id, vessel.pk)


def make_invitation(person: Person, **fields) -> Invitation:
    defaults = {"token_hash": os.urandom(32), "email": "someone@example.org", "expires_at": now() + timedelta(days=7)}
    with person.acting():
        return Invitation.objects.create(**person.ids | defaults | fields)


# --- what a person writes, and what the guide writes -----------------------------------------------------------------


def _by_person(model, defaults, person: Person, **fields):
    with person.acting():
        return model.objects.create(**person.ids | (defaults() if callable(defaults) else defaults) | fields)


def _by_guide(model, defaults, person: Person, **fields):
    with person.guided():
        return model.objects.create(**person.ids | (defaults() if callable(defaults) else defaults) | fields)


make_event = partial(
    _by_person, private.UserEvent, {"description": "You came home late.", "attributed_to": "OTHER", "emotions": ["sad"]}
)
make_reading = partial(_by_person, private.EmotionalReading, {"intensity": 6, "context": "tired"})
make_need = partial(
    _by_person,
    private.IdentifiedNeed,
    lambda: {
        "need": "rest", "words": "an evening of quiet", "category": "SAFETY", "origin": "PERSON",
        "confirmed": True, "confirmed_at": now(),
    },
)  # fmt: skip
make_boundary = partial(_by_person, private.Boundary, {"description": "No shouting."})
make_document = partial(
    _by_person, private.UserDocument, {"title": "notes", "media_type": "text/plain", "size": 3, "content": "YWJj"}
)
make_draft = partial(_by_person, private.Draft, lambda: {"key": f"box-{uuid4().hex[:8]}", "text": "I wanted to say"})
make_progress = partial(_by_person, stages.StageProgress, {"stage": 0})
make_step = partial(
    _by_person,
    stages.Step,
    lambda: {"stage": 0, "kind": "COMPACT_SIGNED", "taken_at": now(), "counts_from": now()},
)
make_exercise = partial(_by_person, stages.ExerciseCompletion, {"exercise": "BREATHING"})
make_safety_outcome = partial(_by_person, stages.SafetyOutcome, {"outcome": "OPEN"})
make_empathy_draft = partial(_by_person, stages.EmpathyDraft, {"version": 1, "guess": "You were tired."})
make_empathy_attempt = partial(_by_person, stages.EmpathyAttempt, {"round": 1, "guess": "You were tired."})
make_empathy_validation = partial(_by_person, stages.EmpathyValidation, lambda: {"content_id": uuid4()})
make_hint = partial(_by_person, stages.HintAccess, lambda: {"content_id": uuid4(), "slot": 1})
make_noticing = partial(_by_person, stages.Noticing, {"text": "We both want rest."})
make_ownership_line = partial(_by_person, stages.OwnershipLine, {"text": "I did not say so."})
make_rhythm = partial(_by_person, stages.Rhythm, lambda: {"asked_at": now(), "back_at": now() + timedelta(days=3)})
make_strategy_draft = partial(_by_person, stages.StrategyDraft, {"slot": 1, "idea": "A walk on Sunday."})
make_solo_ending = partial(_by_person, stages.SoloEnding, {"letter": "Dear you"})
make_closure = partial(_by_person, stages.Closure, {"unmet": "rest", "commitment": "I go to bed at ten."})
make_recap = partial(_by_guide, stages.Recap, {"text": "You were alone with it."})
make_synthesis = partial(
    _by_guide, stages.Synthesis, lambda: {"stage": 1, "content": {}, "content_version": 0, "made_at": now()}
)
make_suggestion = partial(
    _by_guide, stages.Suggestion, lambda: {"purpose": stages.Purpose.values[0], "about_id": uuid4()}
)


def make_safety_check(person: Person, **fields):
    """Its writer can't read it again: nothing is returned by the database."""
    with person.acting():
        return stages.SafetyCheck.objects.bulk_create([stages.SafetyCheck(**person.ids | {"answers": {}} | fields)])[0]


def make_message(person: Person, **fields):
    ids = {"for_user_id": person.user_id, "session_id": person.session_id, "vessel_id": person.vessel_id}
    defaults = {"sender_id": person.user_id, "role": "USER", "content": "The dishes again.", "stage": 1}
    with person.acting():
        return stages.Message.objects.create(**ids | defaults | fields)


def make_reply(person: Person, message, **fields):
    ids = {"for_user_id": person.user_id, "session_id": person.session_id, "vessel_id": person.vessel_id}
    defaults = {"role": "AI", "content": "You carried it alone.", "stage": 1, "in_reply_to": message.pk}
    with person.guided():
        return stages.Message.objects.create(**ids | defaults | fields)


def make_reframe(person: Person, draft=None, **fields):
    draft = draft or make_empathy_draft(person)
    defaults = {"draft_id": draft.pk, "phrase": "always", "question": "When was it different?"}
    return _by_person(stages.ReframeSuggestion, defaults, person, **fields)


def make_embedding(model, person: Person, item_id: UUID):
    return _by_guide(model, {"id": item_id, "embedding": VECTOR, "made_by": "local"}, person)


def make_context_log(person: Person, message, **fields):
    defaults = {
        "purpose": "REPLY", "use_id": message.pk, "source": "USER", "item_type": "message", "item_id": message.pk,
        "item_created_at": now(), "stage": 1, "position": 0,
    }  # fmt: skip
    ids = {"owner_id": person.user_id, "session_id": person.session_id}
    with person.guided():
        return stages.ContextLog.objects.bulk_create([stages.ContextLog(**ids | defaults | fields)])[0]


def make_carried(person: Person, **fields):
    defaults = {
        "kind": "THEME", "place": 1, "text": "To be seen", "from_vessel_id": person.vessel_id,
        "from_session_id": person.session_id, "stage": 3, "happened_at": now(),
    }  # fmt: skip
    return _by_person(stages.CarriedOver, defaults, person, **fields)


def make_notice_settings(person: Person, **fields):
    with person.acting():
        return stages.NoticeSettings.objects.create(owner_id=person.user_id, **fields)


def make_owed_invitation(person: Person, **fields):
    invitation = make_invitation(person, withdrawn_at=now())
    return _by_person(
        stages.OwedInvitation, {"invitation_id": invitation.pk, "token": "no-such-token"}, person, **fields
    )


def make_notification(person: Person, **fields):
    defaults = {"kind": "REMINDER", "due_at": now() - timedelta(minutes=1)}
    with transaction_as(Actor.system()):
        return stages.Notification.objects.create(
            owner_id=person.user_id, session_id=person.session_id, **defaults | fields
        )


make_answered_post = partial(
    _by_person,
    AnsweredPost,
    lambda: {
        "key_hash": os.urandom(32),
        "fingerprint": os.urandom(32),
        "status": 201,
        "body": {"id": str(uuid4())},
        "expires_at": now() + timedelta(days=1),
    },
)


# --- what crosses ----------------------------------------------------------------------------------------------------


def place(person: Person):
    """Where they stand, as pages know it. Inside `acting()`."""
    return place_of(Actor.user(person.user_id, person.session_id), person.session_id)


def make_offer(
    person: Person, content_type: str = "EVENT_SUMMARY", words: str = "I felt alone.", item_id=None, **fields
):
    """Words put before their owner: a consent record without a decision, and content that nobody else sees."""
    with person.acting():
        return bridge.offer(
            place=place(person),
            content_type=content_type,
            item_id=item_id or uuid4(),
            words=words,
            now=now(),
            **fields,
        )


def grant(person: Person, content, *, at_meeting: bool = False):
    with person.acting():
        return bridge.grant(
            place=place(person),
            content_id=content.pk,
            digest=bridge.digest(content),
            now=now(),
            at_meeting=at_meeting,
        )


def decline(person: Person, content) -> None:
    with person.acting():
        bridge.keep_private(place=place(person), content_id=content.pk, now=now())


def revoke(person: Person, content) -> None:
    with person.acting():
        bridge.revoke(place=place(person), content_id=content.pk, now=now())


def make_shared(person: Person, content_type: str = "EVENT_SUMMARY", words: str = "I felt alone.", **fields):
    """Words that have been granted and have crossed."""
    return grant(person, make_offer(person, content_type, words, **fields))


def choose_cooling_off(person: Person, minutes: int = 15) -> None:
    with person.acting():
        cooling.choose(by=Actor.user(person.user_id), minutes=minutes)


# --- what both share -------------------------------------------------------------------------------------------------


def meet(pair: Couple, step: str, kind: str, stage: int) -> bool:
    """Both take the step; the second one makes the meeting."""
    for person in pair:
        make_step(person, kind=step, stage=stage)
    with pair.b.acting():
        return door_value("meet", pair.b.session_id, kind)


def make_common_ground(pair: Couple, **fields):
    """From a need each has shared."""
    sources = [make_shared(person, "IDENTIFIED_NEED", item_id=make_need(person).pk) for person in pair]
    defaults = {"need": "rest", "category": "SAFETY", "source_a_id": sources[0].pk, "source_b_id": sources[1].pk}
    with pair.a.jointly():
        return shared.CommonGround.objects.create(**pair.a.joint_ids | defaults | fields)


def make_common_answer(person: Person, common_ground, agrees: bool = True):
    return _by_person(stages.CommonGroundAnswer, {"common_ground_id": common_ground.pk, "agrees": agrees}, person)


def make_pool(pair: Couple, words: tuple[str, ...] = ("A walk on Sunday.", "Phones away at supper.")) -> list:
    """One idea of each, in the pool both see. Both must have said they are ready."""
    ideas = [make_shared(person, "PROPOSAL", text) for person, text in zip(pair, words, strict=True)]
    with pair.a.jointly():
        proposals = [stages.StrategyProposal(**pair.a.joint_ids, words=text) for text in words]
        for proposal, idea in zip(proposals, ideas, strict=True):
            proposal.save(force_insert=True)
            authorship = stages.ProposalAuthorship(
                proposal=proposal, session_id=pair.a.session_id, owner_id=idea.owner_id, content_id=idea.pk
            )
            stages.ProposalAuthorship.objects.bulk_create([authorship])
        door("pool_published")
    return proposals


def make_ranking(person: Person, proposal, pile: str = "GLADLY"):
    return _by_person(stages.StrategyRanking, {"proposal_id": proposal.pk, "pile": pile}, person)


def make_agreement(pair: Couple, **fields):
    with pair.a.acting():
        return shared.Agreement.objects.create(**pair.a.joint_ids | {"description": "We walk on Sundays."} | fields)


def agree(pair: Couple, agreement) -> str:
    for person in pair:
        make_step(person, kind="AGREED", stage=4)
        with person.acting():
            status = door_value("confirm_agreement", agreement.pk)
    return status


def make_check_in(person: Person, agreement, **fields):
    defaults = {"agreement_id": agreement.pk, "happened": "YES", "helped": "YES"}
    return _by_person(stages.CheckIn, defaults, person, **fields)
