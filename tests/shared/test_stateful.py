"""What each of two people can read of the other is exactly what active consents allow, after every step of whatever they do.

A model of consent in a few lines of Python, beside the real thing: actions and the database. After each step both people's
reading is compared with the model: by SQL as their own role, on their pages and by the API, and as the guide that serves them.

`CONSENT_EXAMPLES=50 CONSENT_STEPS=60` runs the full size; without them a small one.
"""

import json
import os
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from beheard.people.models import User
from beheard.rls import Actor, NotNow, NotYours, no_actor
from consent import ledger
from consent.verify import decisions_without_link, verify_chains
from stages.mine.actions import erase_person
from tests import factories
from tests.factories import now, place
from tests.shared.consent_model import Item, Model, Offer
from vessels.shared import bridge, cooling
from vessels.shared.models import CommonGround, ConsentedContent

EXAMPLES, STEPS = int(os.environ.get("CONSENT_EXAMPLES", 3)), int(os.environ.get("CONSENT_STEPS", 20))
FULL = "CONSENT_EXAMPLES" in os.environ
LONG_AGO = """UPDATE shared_consentedcontent SET consented_at = consented_at - interval '36 hours',
    cools_until = cools_until - interval '36 hours', crosses_at = crosses_at - interval '36 hours' WHERE id = %s"""
ORIGINALS = {
    "BOUNDARY": factories.make_boundary,
    "EVENT_SUMMARY": factories.make_event,
    "IDENTIFIED_NEED": factories.make_need,
    "EMOTIONAL_PATTERN": factories.make_reading,
}
API_READS = ["received", "side_by_side", "their_letter", "ideas", "common_ground", "waiting"]
GRANTABLE = ("undecided", "private", "taken back")  # though only the first may be granted
WHO = st.sampled_from(["a", "b"])
PICK = st.integers(min_value=0, max_value=1_000)


class TwoPeople(RuleBasedStateMachine):
    superuser = None  # a connection, given by the test

    def __init__(self):
        super().__init__()
        self.pair = factories.couple()
        self.person = {"a": self.pair.a, "b": self.pair.b}
        for person in self.pair:
            for stage in (2, 3):
                factories.make_progress(person, stage=stage)
        assert factories.meet(self.pair, "COMPACT_SIGNED", "COMPACT", 0)
        assert factories.meet(self.pair, "NEEDS_DONE", "NEEDS", 3)  # so that both maps can be asked for
        self.client = {who: self._client(person) for who, person in self.person.items()}
        self.model = Model()

    def _client(self, person):
        client = Client()
        with no_actor():
            user = User.objects.get(pk=person.user_id)
        client.force_login(user)
        return client

    def _all(self, states: tuple[str, ...]) -> list[Offer]:
        return [offer for offer in self.model.offers if offer.state in states]

    def _pick(self, number: int, states: tuple[str, ...]) -> Offer | None:
        found = self._all(states)
        return found[number % len(found)] if found else None

    @initialize()
    def each_has_shared_something(self):
        for who in self.person:
            for kind in ("IDENTIFIED_NEED", "EVENT_SUMMARY"):
                self.writes(who, kind)
                self.offers(len(self.model.items) - 1)
                self.grants(len(self._all(GRANTABLE)) - 1)
                assert self.model.offers[-1].state == "shared"

    # --- what people do ------------------------------------------------------------------------------------------

    @rule(who=WHO, kind=st.sampled_from(sorted(ORIGINALS)))
    def writes(self, who, kind):
        if who not in self.model.erased:
            self.model.items.append(Item(who, kind, ORIGINALS[kind](self.person[who], **self._calm(kind))))

    def _calm(self, kind) -> dict:
        return {"intensity": 3} if kind == "EMOTIONAL_PATTERN" else {}

    @rule(number=PICK)
    @precondition(lambda self: any(item.there for item in self.model.items))
    def offers(self, number):
        items = [item for item in self.model.items if item.there]
        item = items[number % len(items)]
        self._undecided_gives_way(item)
        words = f"{item.kind} {uuid4().hex}"
        content = factories.make_offer(self.person[item.who], item.kind, words, item_id=item.row.pk)
        with self.person[item.who].acting():
            digest = bridge.digest(content)
        self.model.offers.append(Offer(item.who, item.row.pk, item.kind, words, content.pk, digest))

    def _undecided_gives_way(self, item):
        newest = [offer for offer in self.model.offers if offer.item == item.row.pk and offer.state != "gone"][-1:]
        for offer in newest:
            if offer.state == "undecided":
                offer.state = "gone"

    @rule(number=PICK)
    @precondition(lambda self: self._pick(0, GRANTABLE))
    def grants(self, number):
        offer = self._pick(number, GRANTABLE)
        others = [one for one in self.model.offers if one.item == offer.item and one.state in ("shared", "cooling")]
        full = self._active(offer.who, offer.kind) - {offer.item}
        try:
            self._grant(offer, offer.digest)
        except NotNow:
            assert offer.state != "undecided" or (offer.kind == "IDENTIFIED_NEED" and len(full) >= 3)
            return
        assert offer.state == "undecided" and (offer.kind != "IDENTIFIED_NEED" or len(full) < 3)
        for one in others:
            one.state = "taken back"
        offer.state = "cooling" if self.model.cooling[offer.who] else "shared"

    def _active(self, who, kind) -> set[UUID]:
        return {
            one.item
            for one in self.model.offers
            if one.who == who and one.kind == kind and one.state in ("shared", "cooling")
        }

    def _grant(self, offer, digest, by=None):
        person = self.person[by or offer.who]
        with person.acting(), transaction.atomic():
            bridge.grant(place=place(person), content_id=offer.pk, digest=digest, now=now(), at_meeting=False)

    @rule(number=PICK)
    @precondition(lambda self: any(item.there for item in self.model.items))
    def offers_and_grants(self, number):
        self.offers(number)
        self.grants(len(self._all(GRANTABLE)) - 1)

    @rule(number=PICK, other=PICK)
    @precondition(lambda self: self._pick(0, ("undecided",)))
    def grants_words_that_were_not_the_ones_shown(self, number, other):
        offer, shown = self._pick(number, ("undecided",)), self.model.offers[other % len(self.model.offers)]
        if shown is not offer:
            with pytest.raises(NotNow):
                self._grant(offer, shown.digest)

    @rule(number=PICK)
    @precondition(lambda self: self.model.offers)
    def the_other_tries_to_grant_and_to_revoke(self, number):
        offer = self.model.offers[number % len(self.model.offers)]
        wrong = "b" if offer.who == "a" else "a"
        if wrong in self.model.erased:
            return
        with pytest.raises(NotYours):
            self._grant(offer, offer.digest, by=wrong)
        with pytest.raises(NotYours), self.person[wrong].acting():
            bridge.revoke(place=place(self.person[wrong]), content_id=offer.pk, now=now())

    @rule(number=PICK)
    @precondition(lambda self: self._pick(0, ("undecided", "private", "shared", "cooling")))
    def keeps_private(self, number):
        offer = self._pick(number, ("undecided", "private", "shared", "cooling"))
        factories.decline(self.person[offer.who], offer)
        if offer.state == "undecided":
            offer.state = "private"

    @rule(number=PICK)
    @precondition(lambda self: self._pick(0, ("shared", "cooling")))
    def takes_back(self, number):
        self._take_back(self._pick(number, ("shared", "cooling")))

    @rule(number=PICK)
    @precondition(lambda self: self._pick(0, ("taken back", "private", "undecided")))
    def takes_back_what_is_not_shared(self, number):
        self._take_back(self._pick(number, ("taken back", "private", "undecided")))

    def _take_back(self, offer):
        factories.revoke(self.person[offer.who], offer)
        if offer.state in ("shared", "cooling"):
            offer.state = "taken back"

    @rule(number=PICK)
    @precondition(lambda self: any(item.there for item in self.model.items))
    def deletes_an_original_by_sql(self, number):
        items = [item for item in self.model.items if item.there]
        item = items[number % len(items)]
        person, table = self.person[item.who], item.row._meta.db_table
        with person.acting(), ledger.sealing(person.user_id), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id = %s", [item.row.pk])
        item.there = False
        self._gone(lambda offer: offer.item == item.row.pk)

    def _gone(self, which):
        for offer in self.model.offers:
            if which(offer):
                offer.state = "gone"

    @rule(who=WHO, minutes=st.sampled_from([0, 10, 1440]))
    def chooses_a_cooling_off(self, who, minutes):
        with self.person[who].acting():
            cooling.choose(by=Actor.user(self.person[who].user_id), minutes=minutes)
        self.model.cooling[who] = minutes > 0

    @rule()
    def a_day_and_a_half_goes_by(self):
        """For what cools off: moved into the past by a superuser, as no role of ours may."""
        for offer in self.model.offers:
            if offer.state == "cooling":
                self.superuser.execute(LONG_AGO, [offer.pk])
                offer.state = "shared"

    @rule()
    def the_sweep_notes_crossings(self):
        from vessels.shared.tasks import note_crossings

        note_crossings()

    @rule(who=WHO, everything=st.booleans())
    @precondition(lambda self: len(self.model.offers) > 8)
    def erases_themselves_or_their_vessel(self, who, everything):
        person = self.person[who]
        if who in self.model.erased:
            return
        with person.acting():
            if everything:
                erase_person(by=Actor.user(person.user_id), now=now())
            else:
                with ledger.sealing(person.user_id), connection.cursor() as cursor:
                    cursor.execute("DELETE FROM private_uservessel WHERE id = %s", [person.vessel_id])
        self.model.erased.add(who)
        for item in self.model.items:
            item.there = item.there and item.who != who
        self._gone(lambda offer: offer.who == who)

    # --- what each can read --------------------------------------------------------------------------------------

    @invariant()
    def what_each_reads_is_what_active_consents_allow(self):
        for reader, writer in (("a", "b"), ("b", "a")):
            if reader in self.model.erased:
                continue  # they have left; their own stage, and with it what the other shares, is gone
            allowed, hidden = self.model.shared_by(writer), self.model.never_shown(writer)
            for surface, found in self.surfaces(reader, writer).items():
                assert found == allowed, (surface, reader)
            page = self.page(reader)
            assert all(words in page for words in allowed) and not any(words in page for words in hidden)
            self.the_api_says_no_more(reader, writer, hidden)

    def the_api_says_no_more(self, reader, writer, hidden):
        """No answer holds what is not shared; the two that give the other's words give exactly what is."""
        answers, shared = self.api(reader), self.model.shared_by(writer)
        assert {name: words for name, text in answers.items() for words in hidden if words in text} == {}
        assert {one["words"] for one in json.loads(answers["received"])["received"]} == shared
        needs = {offer.words for offer in self.model.offers if offer.who == writer and offer.kind == "IDENTIFIED_NEED"}
        assert {card["words"] for card in json.loads(answers["side_by_side"])["partner"]} == needs & shared

    def surfaces(self, reader, writer) -> dict[str, set[str]]:
        """By SQL, as a person and as the guide who serves them: every way to words of the other. An API is looked at besides."""
        me, them = self.person[reader], self.person[writer]
        with me.acting():
            through_the_door = {content.transformed_content for content in bridge.all_from_partner(place(me))}
            rows = ConsentedContent.objects.filter(owner_id=them.user_id)
            assert not rows.exists() and not hidden_rows(them.user_id)
        with me.guided():
            guide = {content.transformed_content for content in rows}
        with me.jointly():
            joint = {content.transformed_content for content in rows}
            assert not CommonGround.objects.exists()
        return {"door": through_the_door, "guide": guide, "joint": joint}

    def api(self, reader) -> dict[str, set[str]]:
        """Each answer of the API that could hold words of the other."""
        answers = {}
        for name in API_READS:
            response = self.client[reader].get(reverse(f"api:{name}", args=[self.person[reader].session_id]))
            assert response.status_code in (200, 204, 404, 409) and (name, response.status_code) != (
                "side_by_side",
                409,
            )
            answers[name] = response.content.decode()
        return answers

    def page(self, reader) -> str:
        response = self.client[reader].get(reverse("shared:theirs", args=[self.person[reader].session_id]))
        assert response.status_code == 200
        return response.content.decode()

    @invariant()
    def every_chain_is_whole_and_tells_of_every_decision(self):
        for person in self.pair:
            with person.acting():
                assert not list(verify_chains(person.user_id)) and not list(decisions_without_link(person.user_id))

    @invariant()
    def each_sees_their_own_as_it_stands(self):
        for who, person in self.person.items():
            if who in self.model.erased:
                continue
            with person.acting():
                standing = {content.pk: bridge.standing(content).value for content in bridge._own(place(person))}
            expected = {
                offer.pk: {"cooling": "waiting", "taken back": "taken_back"}.get(offer.state, offer.state)
                for offer in self.model.offers
                if offer.who == who and offer.state != "gone"
            }
            assert standing == expected


def hidden_rows(owner_id) -> list:
    """Rows of the other's decisions that this role reads by SQL."""
    found = []
    with connection.cursor() as cursor:
        for table in ("consent_consentrecord", "consent_consentevent", "shared_consentedcontent", "shared_coolingoff"):
            cursor.execute(f"SELECT owner_id FROM {table} WHERE owner_id = %s", [owner_id])
            found += cursor.fetchall()
    return found


@pytest.fixture
def no_limits(settings, tmp_path):
    settings.API_LIMITS_TIMES = 1_000_000
    settings.LEDGER_CHECKPOINT_FOLDER = tmp_path / "checkpoints"


@pytest.mark.slow
def test_what_each_can_read_is_exactly_what_active_consents_allow(transactional_db, superuser_connection, no_limits):
    TwoPeople.superuser = superuser_connection
    size = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=not FULL,
        phases=[Phase.generate, *([Phase.shrink] if FULL else [])],  # a small way needs no minutes to get smaller
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(TwoPeople, settings=size)


@pytest.mark.slow
def test_the_same_along_one_way_that_is_always_walked(transactional_db, superuser_connection, no_limits):
    """A small random size may miss a step; this one takes each at least once."""
    TwoPeople.superuser = superuser_connection
    two = TwoPeople()
    steps = [
        two.each_has_shared_something,
        lambda: two.takes_back(0),
        lambda: two.offers_and_grants(0),
        lambda: two.chooses_a_cooling_off("b", 10),
        lambda: two.offers_and_grants(3),
        lambda: two.keeps_private(1),
        two.a_day_and_a_half_goes_by,
        two.the_sweep_notes_crossings,
        lambda: two.deletes_an_original_by_sql(1),
        lambda: two.the_other_tries_to_grant_and_to_revoke(0),
        lambda: two.erases_themselves_or_their_vessel("b", True),
    ]
    for step in steps:
        step()
        two.what_each_reads_is_what_active_consents_allow()
        two.every_chain_is_whole_and_tells_of_every_decision()
        two.each_sees_their_own_as_it_stands()
