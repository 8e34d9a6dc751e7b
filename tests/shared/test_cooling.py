"""Words cool off before they cross: as long as their owner chose, twelve hours with hot hands. What carries them waits too."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from beheard.rls import Actor, transaction_as
from beheard.rls.doors import door
from consent import ledger
from tests import factories
from tests.couple import ADA, BEN, Couple
from vessels.shared import bridge, cooling
from vessels.shared.models import CoolingOff

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    pair = factories.couple()
    for person in pair:
        factories.make_progress(person, stage=2)
    return pair


def waits(person) -> timedelta:
    with person.acting():
        content = bridge.shared_by_me(factories.place(person)).first()
        return content.crosses_at - content.consented_at


@pytest.mark.parametrize("minutes", [0, 1, 10, 60, 1440])
def test_words_wait_as_long_as_their_owner_chose_and_a_little_longer(pair, minutes):
    factories.choose_cooling_off(pair.a, minutes)
    factories.make_shared(pair.a)
    longest = timedelta(minutes=minutes + min(minutes / 2, 30))
    assert timedelta(minutes=minutes) <= waits(pair.a) <= longest


def test_who_has_not_chosen_waits_as_long_as_the_house_says(pair, settings):
    settings.SHARING_COOLING_OFF_MINUTES = 10
    factories.make_shared(pair.a)
    assert timedelta(minutes=10) <= waits(pair.a) <= timedelta(minutes=15)


def test_no_two_waits_are_the_same(pair):
    factories.choose_cooling_off(pair.a, 60)
    found = set()
    for _ in range(4):
        factories.make_shared(pair.a)
        found.add(waits(pair.a))
    assert len(found) == 4


def test_the_choice_is_theirs_alone_and_within_a_day(pair):
    factories.choose_cooling_off(pair.a, 5)
    with pair.b.acting():
        assert not CoolingOff.objects.exists()
        assert cooling.minutes_of(pair.a.user_id) == 0
    with pair.a.guided(), pytest.raises(Exception, match="permission denied"), transaction.atomic():
        CoolingOff.objects.exists()
    with pair.a.acting():
        for minutes in (-1, 1441):
            with pytest.raises(ValueError):
                cooling.choose(by=Actor.user(pair.a.user_id), minutes=minutes)
        with pytest.raises(IntegrityError), transaction.atomic():
            CoolingOff.objects.update(minutes=1441)


def test_hot_hands_wait_twelve_hours_whatever_was_chosen_and_whoever_asks_the_database(pair):
    factories.choose_cooling_off(pair.a, 0)
    factories.make_reading(pair.a, intensity=8)
    content = factories.make_offer(pair.a)
    with pair.a.acting(), ledger.sealing(pair.a.user_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT door.decide_consent(%s, 'GRANTED', interval '-1 day', false, %s)",
            [content.consent_record_id, bytes(32)],
        )
    assert timedelta(hours=12) <= waits(pair.a) <= timedelta(hours=12, minutes=30)


def test_a_reading_of_more_than_an_hour_ago_is_cool_and_one_of_the_other_too(pair):
    factories.make_reading(pair.a, intensity=9, timestamp=timezone.now() - timedelta(minutes=61))
    factories.make_reading(pair.b, intensity=9)
    factories.make_shared(pair.a)
    assert waits(pair.a) == timedelta(0)


# --- what carries them waits ---------------------------------------------------------------------


def swept() -> set[str]:
    with transaction_as(Actor.system()):
        return {row["kind"] for row in door("sweep_meetings")}


@pytest.fixture
def time_passes(superuser_connection):
    def passes(**by):
        superuser_connection.execute(
            "UPDATE shared_consentedcontent SET cools_until = cools_until - %s WHERE crosses_at IS NULL",
            [timedelta(**by)],
        )

    return passes


def choose(couple, name, minutes):
    with couple.acting(name) as place:
        cooling.choose(by=place.actor, minutes=minutes)


def letters_at(couple, name):
    with couple.acting(name) as place:
        return [content.transformed_content for content in bridge.from_partner(place, "EMPATHY_ATTEMPT")]


@pytest.mark.slow
def test_letters_cross_at_once_when_both_have_cooled_off(transactional_db, time_passes):
    couple = Couple().until("signed")
    choose(couple, BEN, 60)
    couple.share_letter(ADA)
    couple.share_letter(BEN)
    assert swept() == set()
    assert letters_at(couple, ADA) == letters_at(couple, BEN) == []
    time_passes(hours=2)
    assert swept() == {"LETTERS"}
    assert len(letters_at(couple, ADA)) == len(letters_at(couple, BEN)) == 1


@pytest.mark.slow
def test_a_letter_taken_back_while_it_cools_off_crosses_with_nothing(transactional_db, time_passes):
    couple = Couple().until("signed")
    choose(couple, BEN, 60)
    couple.share_letter(ADA)
    couple.share_letter(BEN)
    with couple.acting(BEN) as place:
        bridge.revoke(
            place=place, content_id=bridge.active_of_mine(place, "EMPATHY_ATTEMPT").get().pk, now=timezone.now()
        )
    time_passes(hours=2)
    assert swept() == set()
    assert letters_at(couple, ADA) == letters_at(couple, BEN) == []


@pytest.mark.slow
def test_an_idea_granted_hot_after_i_am_ready_holds_the_pool_back(transactional_db, time_passes):
    """Through the page that asks, which knows nothing of "I am ready"."""
    couple = Couple().until("common")
    with couple.acting(ADA) as place:
        from stages.progress import enter_stage
        from stages.repair import actions as repair

        enter_stage(place=place, stage=4, now=timezone.now())
        repair.write_idea(place=place, slot=1, idea="Tea", duration_days=7, measure="", now=timezone.now())
        content = repair.say_plainly(place=place, slot=1, plain="We drink tea together.", now=timezone.now())
        repair.ideas_ready(place=place, now=timezone.now())
    with couple.acting(ADA) as place:
        from stages import actions as turns

        turns.read_barometer(place=place, intensity=9, stage=4, now=timezone.now())
        bridge.grant(place=place, content_id=content.pk, digest=bridge.digest(content), now=timezone.now())
    couple.ideas_ready(BEN)
    assert swept() == set()
    time_passes(hours=13)
    assert swept() == {"IDEAS"}
