"""Two people on their way, moved by the same actions as on the pages. For tests that need a couple at a certain point."""

from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.utils import timezone

from beheard.people.models import User
from beheard.people.pages import Place, place_of
from beheard.rls import Actor, no_actor, transaction_as
from consent.models import ContentType
from stages import actions, turn
from stages.compact import actions as compact
from stages.compact.questions import QUESTIONS
from stages.models import Outbox
from stages.needs import actions as needs
from stages.needs import common
from stages.needs import queries as need_queries
from stages.perspective import actions as perspective
from stages.progress import enter_stage
from stages.repair import actions as repair
from stages.repair import pool
from stages.repair import queries as repair_queries
from stages.witness import actions as witness
from stages.witness.queries import open_recap
from vessels.private.models import IdentifiedNeed
from vessels.shared import bridge
from vessels.shared.models import CommonGround

ADA, BEN = "Ada", "Ben"
WORDS = {
    ADA: [
        "We fought about the dishes again. I come home tired and everything is still there. I feel so alone with it.",
        "He never listens when I try to explain. I end up shouting and then I feel ashamed.",
        "I just want to feel that what I do is seen. I miss how we used to laugh.",
    ],
    BEN: [
        "The first thing I hear is what I did wrong. I work all day too. I feel like nothing is ever enough.",
        "I want some peace in the evening and I want her to notice what I do.",
        "I am scared that we will end like my parents.",
    ],
}
STAGES = ("began", "heard", "joined", "signed", "letters", "understood", "needs", "common", "pool", "overlap", "agreed")


class Couple:
    """`couple.until("signed")` moves both there. Ada has seat A."""

    def __init__(self):
        self.actors: dict[str, Actor] = {}
        self.session_id: UUID | None = None
        self.token = ""
        self.reached: list[str] = []

    def until(self, stage: str) -> "Couple":
        for step in STAGES[: STAGES.index(stage) + 1]:
            if step not in self.reached:
                getattr(self, f"_{step}")()
                self.reached.append(step)
        return self

    @contextmanager
    def acting(self, name: str):
        """Inside: one transaction as this person; yields their place."""
        with transaction_as(self.actors[name]):
            yield self.place(name)

    def place(self, name: str) -> Place:
        return place_of(self.actors[name], self.session_id)

    def user(self, name: str) -> User:
        with no_actor():
            return User.objects.get(pk=self.actors[name].user_id)

    def sign_up(self, name: str) -> Actor:
        with no_actor():
            email = f"{name.lower()}-{uuid4().hex}@example.org"
            user = User(email=email, name=name)
            user.set_unusable_password()
            user.save()
            EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
        self.actors[name] = Actor.user(user.pk)
        return self.actors[name]

    # --- the way, step by step
    def _began(self) -> None:
        actor = self.sign_up(ADA)
        with transaction_as(actor):
            place = actions.begin(by=actor, words=WORDS[ADA][0], display_name=ADA, key=str(uuid4()), now=timezone.now())
        self.session_id = place.session.pk
        self.answer_all(ADA)

    def _heard(self) -> None:
        self.hear(ADA)
        self.safe(ADA)

    def hear(self, name: str) -> None:
        for words in WORDS[name][1:] if name == ADA else WORDS[name]:
            self.say(name, words)
            self.answer_all(name)
        witness.offer_recap(user_id=self.actors[name].user_id, session_id=self.session_id, now=timezone.now())
        with self.acting(name) as place:
            witness.accept_recap(place=place, recap_id=open_recap(place).pk, now=timezone.now())
            witness.feel_heard(place=place, now=timezone.now())

    def say(self, name: str, words: str) -> None:
        with self.acting(name) as place:
            actions.say(place=place, words=words, stage=1, key=str(uuid4()), now=timezone.now())

    def answer_all(self, name: str) -> None:
        with transaction_as(Actor.system()):
            owed = Outbox.objects.filter(owner_id=self.actors[name].user_id, settled_at__isnull=True)
            owed = list(owed.values_list("message_id", flat=True))
        for message_id in owed:
            turn.answer(message_id=message_id, user_id=self.actors[name].user_id, session_id=self.session_id)

    def safe(self, name: str, answer: str = "no") -> None:
        with self.acting(name) as place:
            compact.answer_safety(place=place, answers=dict.fromkeys(QUESTIONS, answer), now=timezone.now())

    def _joined(self) -> None:
        with self.acting(ADA) as place:
            compact.approve_topic(place=place, topic="The work at home", now=timezone.now())
        with self.acting(ADA) as place:
            link = compact.invite(place=place, email="", now=timezone.now())
        self.token = link.rstrip("/").rsplit("/", 1)[-1]
        actor = self.sign_up(BEN)
        with transaction_as(actor):
            compact.join(by=actor, token=self.token, name=BEN, now=timezone.now())
        with self.acting(ADA) as place:
            compact.confirm_partner(place=place, is_them=True)
        self.hear(BEN)
        self.safe(BEN)

    def _signed(self) -> None:
        for name in (ADA, BEN):
            self.sign(name)

    def sign(self, name: str) -> None:
        with self.acting(name) as place:
            compact.sign_compact(place=place, now=timezone.now())

    def _letters(self) -> None:
        for name in (ADA, BEN):
            self.share_letter(name)

    def write_letter(self, name: str):
        with self.acting(name) as place:
            enter_stage(place=place, stage=2, now=timezone.now())
            return perspective.finish_letter(
                place=place,
                guess=f"I guess the evenings are heavy for you. {name} wrote this.",
                want_known="I do not keep count because I like counting.",
                now=timezone.now(),
            )

    def share_letter(self, name: str) -> None:
        content = self.write_letter(name)
        with self.acting(name) as place:
            perspective.share_letter(
                place=place, content_id=content.pk, digest=bridge.digest(content), now=timezone.now()
            )

    def _understood(self) -> None:
        for name in (ADA, BEN):
            self.understand(name)

    def understand(self, name: str) -> None:
        with self.acting(name) as place:
            perspective.open_letter(place=place, now=timezone.now())
            (letter,) = bridge.from_partner(place, ContentType.EMPATHY_ATTEMPT)
            perspective.keep_answer(place=place, letter_id=letter.pk, landed=[0], to_add="", now=timezone.now())
            perspective.close(place=place, verdict="UNDERSTOOD", now=timezone.now())

    def _needs(self) -> None:
        for name in (ADA, BEN):
            self.share_need(name)
            self.finish_needs(name)
        common.find(session_id=self.session_id, now=timezone.now())

    def add_need(self, name: str, *, need="to be seen", category="RECOGNITION") -> IdentifiedNeed:
        with self.acting(name) as place:
            needs.arrive(place=place, now=timezone.now())
            made = needs.add(
                place=place,
                need=need,
                words=f"I need {need}.",
                category=category,
                key=str(uuid4()),
                now=timezone.now(),
            )
            if not made.confirmed:
                needs.confirm(place=place, need_id=made.pk, now=timezone.now())
            return made

    def share_need(self, name: str) -> None:
        need = self.add_need(name)
        with self.acting(name) as place:
            content = needs.offer(place=place, need_id=need.pk, now=timezone.now())
            needs.share(place=place, content_id=content.pk, digest=bridge.digest(content), now=timezone.now())

    def finish_needs(self, name: str) -> None:
        with self.acting(name) as place:
            needs.finish(place=place, now=timezone.now())

    def _common(self) -> None:
        for name in (ADA, BEN):
            self.answer_common(name)

    def answer_common(self, name: str, *, agrees: bool = True) -> None:
        with self.acting(name) as place:
            needs.settle(place=place, now=timezone.now())
            needs.notice(place=place, text="They look alike.", now=timezone.now())
        with self.acting(name) as place:
            answers = {candidate.pk: agrees for candidate in need_queries.candidates(place)}
            needs.answer_common(place=place, answers=answers, now=timezone.now())

    def _pool(self) -> None:
        for name in (ADA, BEN):
            self.ideas_ready(name)
        pool.publish(self.session_id)

    def put_in_pool(self, name: str, slot: int = 1) -> None:
        with self.acting(name) as place:
            needs.settle(place=place, now=timezone.now())
            enter_stage(place=place, stage=4, now=timezone.now())
            repair.write_idea(
                place=place, slot=slot, idea=f"Tea together after work, {name}", duration_days=7, measure="",
                now=timezone.now(),
            )  # fmt: skip
            plain = f"For one week, we drink tea together for ten minutes after work ({len(name)})."
            content = repair.say_plainly(place=place, slot=slot, plain=plain, now=timezone.now())
            bridge.grant(place=place, content_id=content.pk, digest=bridge.digest(content), now=timezone.now())

    def ideas_ready(self, name: str) -> None:
        self.put_in_pool(name)
        with self.acting(name) as place:
            repair.ideas_ready(place=place, now=timezone.now())

    def _overlap(self) -> None:
        for name in (ADA, BEN):
            self.sort(name)

    def sort(self, name: str, pile: str = "GLADLY") -> None:
        with self.acting(name) as place:
            piles = dict.fromkeys(repair_queries.pool(place), pile)
            repair.sort_pool(place=place, piles=piles, now=timezone.now())

    def _agreed(self) -> None:
        with self.acting(ADA) as place:
            agreement = repair.propose_agreement(
                place=place,
                description="We drink tea together after work.",
                measure="We both look forward to it.",
                duration_days=7,
                follow_up=timezone.localdate() + timedelta(days=8),
                now=timezone.now(),
            )
        with self.acting(BEN) as place:
            repair.confirm_agreement(place=place, agreement_id=agreement.pk, now=timezone.now())

    def candidates(self, name: str) -> list[CommonGround]:
        with self.acting(name) as place:
            return list(need_queries.candidates(place))
