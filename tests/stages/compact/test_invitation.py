"""Who may come in by a link, how often it goes out, and what the one who sent it can learn: nothing but the date."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import ProgrammingError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from beheard.people.models import Invitation, RelationshipMember, Session
from beheard.rls import NotNow, transaction_as
from stages import journey
from stages.compact import actions, sending
from stages.home.queries import left_behind
from stages.models import Message
from tests.couple import ADA, BEN, Couple
from tests.pages import browser, url

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ADDRESS = "ben@example.org"


@pytest.fixture
def couple():
    """Ada has been heard and has approved a topic."""
    couple = Couple().until("heard")
    with couple.acting(ADA) as place:
        actions.approve_topic(place=place, topic="The work at home", now=timezone.now())
    return couple


def invite(couple, email="", now=None) -> str:
    with couple.acting(ADA) as place:
        return actions.invite(place=place, email=email, now=now or timezone.now()).rstrip("/").rsplit("/", 1)[-1]


def join(couple, token, name=BEN):
    actor = couple.sign_up(name)
    with transaction_as(actor):
        return actions.join(by=actor, token=token, name=name, now=timezone.now())


def look(token, client=None):
    return (client or Client()).get(reverse("invitation", args=[token]))


def send(couple, now=None) -> bool:
    """What the worker does after commit."""
    with couple.acting(ADA) as place:
        invitation = Invitation.objects.get(session_id=place.session.pk, withdrawn_at=None)
    user_id = couple.actors[ADA].user_id
    return sending.send(invitation_id=invitation.pk, user_id=user_id, now=now or timezone.now())


def state(couple) -> str:
    with couple.acting(ADA) as place:
        return journey.invitation_state(place)


def test_looking_consumes_nothing_and_tells_nobody(couple):
    token = invite(couple)
    before = browser(couple, ADA).get(url(couple, "invite")).content
    for _ in range(3):  # a person, a mail scanner
        page = look(token).content.decode()
        Client().head(reverse("invitation", args=[token]))
    assert ADA in page and "The work at home" in page and "dishes" not in page
    assert state(couple) == "open"
    assert len(browser(couple, ADA).get(url(couple, "invite")).content) == len(before)
    assert join(couple, token).seat == "B"


def test_a_new_link_takes_the_place_of_the_old_one(couple):
    first, second = invite(couple), invite(couple)
    assert look(first).status_code == 404
    assert look(second).status_code == 200
    actor = couple.sign_up(BEN)
    with transaction_as(actor), pytest.raises(NotNow):
        actions.join(by=actor, token=first, name=BEN, now=timezone.now())


def test_an_email_goes_out_four_times_a_day_apart_and_taking_back_does_not_reset_that(couple):
    now = timezone.now()
    for number in range(4):
        invite(couple, ADDRESS, now + number * DAY)
        with pytest.raises(NotNow):
            invite(couple, ADDRESS, now + number * DAY + timedelta(hours=23))
        with couple.acting(ADA) as place:
            actions.withdraw_invitation(place=place, now=now)
    with pytest.raises(NotNow):
        invite(couple, ADDRESS, now + 9 * DAY)
    assert invite(couple)


def test_the_email_has_a_name_and_the_link_and_nothing_else(couple):
    token = invite(couple, ADDRESS)
    assert send(couple)
    (letter,) = mail.outbox
    assert letter.to == [ADDRESS] and ADA in letter.body and token in letter.body
    assert "work at home" not in letter.body + letter.subject


def test_an_email_with_an_older_link_stays_away(couple):
    invite(couple, ADDRESS)
    invite(couple)
    assert not send(couple) and mail.outbox == []


def test_who_has_declined_is_not_written_to_again_and_the_inviter_notices_nothing(couple):
    token = invite(couple)
    told = state(couple), browser(couple, ADA).get(url(couple, "invite")).status_code
    assert Client().post(reverse("decline_invitation", args=[token])).status_code == 200
    assert (state(couple), browser(couple, ADA).get(url(couple, "invite")).status_code) == told
    invite(couple, ADDRESS)
    assert not send(couple) and mail.outbox == []
    with couple.acting(ADA) as place:
        assert actions.open_invitation(place).sent_count == 1
    with pytest.raises(ProgrammingError, match="permission denied"), transaction_as(couple.actors[ADA]):
        actions.door_value("invitation_was_declined", couple.session_id)


def test_after_its_date_a_link_opens_nothing(couple):
    token = invite(couple, now=timezone.now() - 8 * DAY)
    assert state(couple) == "expired"
    page = look(token).content.decode()
    assert "no longer open" in page and "The work at home" not in page
    actor = couple.sign_up(BEN)
    with transaction_as(actor), pytest.raises(NotNow):
        actions.join(by=actor, token=token, name=BEN, now=timezone.now())


def test_a_third_person_finds_the_door_closed(couple):
    token = invite(couple)
    join(couple, token)
    couple.sign_up("Cleo")
    page = look(token, browser(couple, "Cleo")).content.decode()
    assert "no longer open" in page and "The work at home" not in page
    answer = browser(couple, "Cleo").post(reverse("join", args=[token]), {"name": "Cleo"})
    assert "no longer open" in answer.content.decode()
    with transaction_as(couple.actors["Cleo"]):
        assert not Session.objects.exists()


def test_ones_own_invitation_says_so(couple):
    token = invite(couple)
    for answer in (look(token, browser(couple, ADA)), browser(couple, ADA).post(reverse("join", args=[token]))):
        assert "This is your own invitation" in answer.content.decode()
    assert state(couple) == "open"


def test_who_has_joined_comes_to_the_session_by_the_link(couple):
    token = invite(couple)
    join(couple, token)
    assert look(token, browser(couple, BEN)).url == url(couple, "session")
    assert browser(couple, BEN).post(reverse("join", args=[token]), {"name": "Benny"}).url == url(couple, "session")
    with couple.acting(BEN) as place:
        assert place.display_name == BEN


def test_the_name_of_the_account_is_in_the_box_and_joining_leads_to_the_conversation(couple):
    token = invite(couple)
    couple.sign_up(BEN)
    client = browser(couple, BEN)
    assert 'value="Ben"' in look(token, client).content.decode()
    home = client.post(reverse("join", args=[token]), {"name": "Ben"}, follow=True)
    assert url(couple, "conversation") in home.content.decode()


def test_no_someone_else_frees_the_seat_and_leaves_them_what_is_theirs(couple):
    token = invite(couple)
    join(couple, token, "Mallory")
    couple.say("Mallory", "I have something to say about the dishes.")
    ada = browser(couple, ADA)
    assert ada.post(url(couple, "confirm_partner"), {"answer": "perhaps"}).status_code == 200
    ada.post(url(couple, "confirm_partner"), {"answer": "no"})
    assert state(couple) == "expired"
    mallory = browser(couple, "Mallory")
    assert mallory.get(url(couple, "session")).status_code == 404
    assert look(token, mallory).url == reverse("home")
    home = mallory.get(reverse("home"), follow=True).content.decode()
    assert "I have something to say about the dishes." in home and ADA not in home
    with transaction_as(couple.actors["Mallory"]):
        assert Message.objects.exists() and not RelationshipMember.objects.exists()
    join(couple, invite(couple))
    assert state(couple) == "joined"
    (gone,) = left_with(couple, "Mallory")
    assert browser(couple, ADA).post(reverse("forget_left", args=[gone.vessel_id])).status_code == 404
    mallory.post(reverse("forget_left", args=[gone.vessel_id]))
    assert left_with(couple, "Mallory") == []
    with transaction_as(couple.actors["Mallory"]):
        assert not Message.objects.exists()


def left_with(couple, name):
    with transaction_as(couple.actors[name]):
        return left_behind(couple.actors[name])


def test_an_invitation_somebody_has_used_cannot_be_taken_back_or_renewed(couple):
    token = invite(couple)
    join(couple, token)
    with couple.acting(ADA) as place, pytest.raises(NotNow):
        actions.withdraw_invitation(place=place, now=timezone.now())
    with pytest.raises(NotNow):
        invite(couple)
    assert state(couple) == "joined"


def test_the_topic_changes_until_the_invitation_goes_out(couple):
    ada = browser(couple, ADA)
    assert ada.post(url(couple, "topic"), {"topic": "Evenings"}).status_code == 302
    invite(couple)
    ada.post(url(couple, "topic"), {"topic": "Mornings"})
    with couple.acting(ADA) as place:
        assert place.session.topic == "Evenings"
        with pytest.raises(NotNow):
            actions.approve_topic(place=place, topic="Mornings", now=timezone.now())
    assert "Evenings" in ada.get(url(couple, "topic")).content.decode()


# --- what the pages say ----------------------------------------------------------------------------


def page(couple, route, **sent) -> str:
    ada = browser(couple, ADA)
    answer = ada.post(url(couple, route), sent) if sent else ada.get(url(couple, route))
    return answer.content.decode()


def test_the_page_says_when_and_how_often_it_may_still_go_out_by_e_mail(couple):
    invite(couple)
    assert "It may go out" not in page(couple, "invite")  # given by hand: there is nothing to count
    invite(couple, ADDRESS)
    assert "It may go out 3 more times." in page(couple, "invite") and "can go out again from" in page(couple, "invite")
    for days in (1, 2, 3):
        invite(couple, ADDRESS, now=timezone.now() + days * DAY)
    assert "as often as it may" in page(couple, "invite")


def test_a_topic_that_blames_is_looked_at_once_and_then_the_person_decides(couple):
    blaming = "He is a selfish liar and never helps"
    shown = page(couple, "topic", topic=blaming)
    assert "would they say it so too?" in shown and blaming in shown
    with couple.acting(ADA) as place:
        assert place.session.topic == "The work at home"
    assert browser(couple, ADA).post(url(couple, "topic"), {"topic": blaming, "looked": blaming}).status_code == 302
    with couple.acting(ADA) as place:
        assert place.session.topic == blaming


def test_other_words_than_those_looked_at_are_looked_at_anew(couple):
    assert "would they say it so too?" in page(couple, "topic", topic="He is a liar", looked="How we talk")


def test_a_neutral_topic_is_not_held_up(couple):
    answer = browser(couple, ADA).post(url(couple, "topic"), {"topic": "How we talk about money"})
    assert answer.status_code == 302


# --- alone, and then not -----------------------------------------------------------------------------


def test_who_has_ended_alone_sees_that_someone_joined_and_goes_on_with_everything(couple):
    token = invite(couple)
    browser(couple, ADA).post(url(couple, "alone"), {"part": "request", "request": "Ten minutes on Friday."})
    browser(couple, ADA).post(url(couple, "end_alone"))
    assert "Someone has joined" not in page(couple, "ended")
    join(couple, token)
    assert "Someone has joined" in page(couple, "ended")
    answer = browser(couple, ADA).post(url(couple, "come_back"), follow=True)
    assert url(couple, "confirm_partner") in answer.content.decode()
    browser(couple, ADA).post(url(couple, "confirm_partner"), {"answer": "yes"})
    assert "Ten minutes on Friday." in page(couple, "alone")
    with couple.acting(ADA) as place:
        assert journey.next_thing(journey.facts_of(place)) == journey.Next.COMPACT


def test_going_on_alone_leaves_the_way_to_the_invitation_open(couple):
    browser(couple, ADA).post(url(couple, "go_on_without_compact"))
    assert url(couple, "invite") in page(couple, "alone")
    token = invite(couple)
    join(couple, token)
    assert url(couple, "invite") not in page(couple, "alone")
    with couple.acting(ADA) as place:
        actions.confirm_partner(place=place, is_them=True)
    for name in (ADA, BEN):
        couple.safe(name)
        with couple.acting(name) as place:
            actions.sign_compact(place=place, now=timezone.now())
    with couple.acting(ADA) as place:
        assert journey.next_thing(journey.facts_of(place)) == journey.Next.LETTER  # together, from where she was


def test_the_compact_has_room_for_questions_until_both_have_signed(couple):
    shown = page(couple, "compact")
    assert "What happens if one of us does not sign?" in shown and "I am not sure yet" in shown
