"""A secret in every private field of one person. Which fields those are is derived from the models: an encrypted field in a
vessel that nobody plants a secret in fails the test.
"""

from dataclasses import dataclass, field
from uuid import uuid4

from django.apps import apps

from beheard.crypto.fields import EncryptedJSONField, EncryptedTextField
from tests import factories as make
from tests.factories import Person

# What both may read by its nature, or what crosses word by word: planted in each state that does not cross.
SHARED = {"shared.CommonGround", "shared.Agreement", "stages.StrategyProposal", "people.Session"}
CROSSING = "shared.ConsentedContent"
MAKERS = {
    "api.AnsweredPost": make.make_answered_post,
    "private.UserEvent": make.make_event,
    "private.EmotionalReading": make.make_reading,
    "private.IdentifiedNeed": make.make_need,
    "private.Boundary": make.make_boundary,
    "private.UserDocument": make.make_document,
    "private.Draft": make.make_draft,
    "people.Invitation": make.make_invitation,
    "stages.StageProgress": make.make_progress,
    "stages.Message": make.make_message,
    "stages.Synthesis": make.make_synthesis,
    "stages.Suggestion": make.make_suggestion,
    "stages.SafetyCheck": make.make_safety_check,
    "stages.CarriedOver": make.make_carried,
    "stages.OwedInvitation": make.make_owed_invitation,
    "stages.Recap": make.make_recap,
    "stages.EmpathyDraft": make.make_empathy_draft,
    "stages.EmpathyAttempt": make.make_empathy_attempt,
    "stages.EmpathyValidation": make.make_empathy_validation,
    "stages.ReframeSuggestion": make.make_reframe,
    "stages.Noticing": make.make_noticing,
    "stages.OwnershipLine": make.make_ownership_line,
    "stages.StrategyDraft": make.make_strategy_draft,
    "stages.SoloEnding": make.make_solo_ending,
    "stages.Closure": make.make_closure,
}

ALSO = {
    "people.Invitation": lambda: {"withdrawn_at": make.now()},  # one is open already
    "stages.EmpathyDraft": lambda: {"version": 2},  # the first belongs to the reframed one
}


def private_fields() -> dict[str, list]:
    """Model label to its encrypted fields, for every model with any that is not shared by nature."""
    found = {}
    for model in apps.get_models():
        sealed = [one for one in model._meta.local_fields if isinstance(one, EncryptedTextField | EncryptedJSONField)]
        if sealed and model._meta.label not in SHARED | {CROSSING}:
            found[model._meta.label] = sealed
    return found


@dataclass
class Canaries:
    """Secret word to where it lies."""

    of: dict[str, str] = field(default_factory=dict)

    def new(self, where: str) -> str:
        secret = f"zq{uuid4().hex[:14]}"
        self.of[secret] = where
        return secret

    def leaked(self, text: str) -> set[str]:
        """Where those come from that occur in a text."""
        lowered = text.lower()
        if "zq" not in lowered:
            return set()
        return {where for secret, where in self.of.items() if secret in lowered}


def plant(person: Person, canaries: Canaries) -> None:
    """One row in every private table, each sealed field with its own secret; and words in every state that does not cross."""
    for label, sealed in private_fields().items():
        if label == "stages.CheckIn":
            continue  # needs an agreement: the caller's
        fields = {one.name: _value(label, one, canaries) for one in sealed}
        MAKERS[label](person, **fields | ALSO.get(label, dict)())
    _words_that_do_not_cross(person, canaries)


def plant_check_in(person: Person, canaries: Canaries, agreement) -> None:
    make.make_check_in(person, agreement, in_the_way=canaries.new("stages.CheckIn.in_the_way"))


def _value(label: str, one, canaries: Canaries):
    secret = canaries.new(f"{label}.{one.name}")
    if isinstance(one, EncryptedTextField):
        return secret if one.name in ("email", "title") else f"The dishes again, and {secret} with it."
    if one.name == "evidence":
        return [{"quote": secret, "message_id": str(uuid4())}]
    return [secret] if one.default is list else {"kept": secret}


def _words_that_do_not_cross(person: Person, canaries: Canaries) -> None:
    for kind in (
        "EVENT_SUMMARY",
        "EMOTIONAL_PATTERN",
        "BOUNDARY",
        "EMPATHY_ATTEMPT",
        "EMPATHY_FEEDBACK",
        "OWNERSHIP_LINE",
    ):
        make.make_offer(person, kind, words=canaries.new(f"{kind} undecided"))
        make.decline(person, make.make_offer(person, kind, words=canaries.new(f"{kind} declined")))
        make.revoke(person, make.make_shared(person, kind, words=canaries.new(f"{kind} taken back")))
    make.choose_cooling_off(person)
    for kind in ("EVENT_SUMMARY", "BOUNDARY", "EMPATHY_FEEDBACK"):
        make.grant(person, make.make_offer(person, kind, words=canaries.new(f"{kind} cooling off")))
    make.choose_cooling_off(person, 0)
    for kind in ("EMPATHY_ATTEMPT", "PROPOSAL"):
        make.grant(person, make.make_offer(person, kind, words=canaries.new(f"{kind} waits")), at_meeting=True)
