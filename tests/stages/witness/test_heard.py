"""Being heard when words are few, when they don't come, and after some days."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from beheard.people.pages import place_of
from beheard.rls import transaction_as
from stages.guide.builtin.compose import SHORT
from stages.guide.registry import current_guide
from stages.models import Message
from stages.witness import actions as witness
from stages.witness import queries
from stages.witness.models import ExerciseCompletion, RecapStatus
from stages.witness.starters import STARTERS, begun, feelings_as_words
from tests.couple import ADA, WORDS, Couple
from tests.pages import browser, url
from tests.walk.clock import let_time_pass
from vessels.private.drafts import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def couple():
    return Couple().until("began")


def page(couple, route="conversation", *args, **query) -> str:
    return browser(couple, ADA).get(url(couple, route, *args), query).content.decode()


def post(couple, route, *args, **sent):
    return browser(couple, ADA).post(url(couple, route, *args), sent)


def said(couple) -> list[str]:
    with couple.acting(ADA) as place:
        mine = Message.objects.filter(for_user_id=place.user_id, role="USER").order_by("timestamp")
        return [message.content for message in mine]


# --- few words ------------------------------------------------------------------------------------


def test_feelings_alone_are_a_turn(couple):
    assert post(couple, "conversation", feelings=["tired", "hurt"], key=str(uuid4())).status_code == 302
    assert said(couple)[-1] == "I feel hurt and tired."


def test_feelings_stand_below_what_is_written(couple):
    post(couple, "conversation", words="It happened again.", feelings=["alone"], key=str(uuid4()))
    assert said(couple)[-1] == "It happened again.\n\nI feel alone."


def test_neither_words_nor_feelings_is_nothing_said(couple):
    before = said(couple)
    assert "field-failed" in post(couple, "conversation", words=" ", key=str(uuid4())).content.decode()
    assert said(couple) == before


def test_three_feelings_are_listed_as_one_would_say_them():
    assert feelings_as_words(["ashamed", "sad", "alone"]) == "I feel sad, alone and ashamed."
    assert feelings_as_words([]) == ""


@pytest.mark.parametrize("start", STARTERS)
def test_a_beginning_goes_below_what_was_typed_and_nothing_is_said(couple, start):
    before = said(couple)
    answer = post(couple, "conversation", words="Half a thought", feelings="sad", start=start, key=str(uuid4()))
    assert answer.status_code == 302
    shown = page(couple)
    assert "Half a thought\n\nI feel sad.\n\n" in shown and f"{STARTERS[start]} </textarea>" in shown
    assert said(couple) == before


def test_a_beginning_from_another_page_keeps_what_was_typed_before(couple):
    post(couple, "conversation", words="Half a thought", start="wish", key=str(uuid4()))
    post(couple, "conversation", start="hurt")
    with couple.acting(ADA) as place:
        assert draft(place, "conversation").startswith("Half a thought")
    assert begun("as it was", "no such beginning") == "as it was"


def test_after_a_short_turn_the_help_stands_open(couple):
    assert '<details class="details"><summary>If words are hard to find' in page(couple)
    couple.say(ADA, "I don't know.")
    assert '<details class="details" open><summary>If words are hard to find' in page(couple)


def test_a_reading_with_the_last_words_opens_the_barometer_for_the_next(couple):
    assert '<details class="details"><summary>How strong is it' in page(couple)
    post(couple, "conversation", words="It is a lot today, more than before.", intensity="6", key=str(uuid4()))
    assert '<details class="details" open><summary>How strong is it' in page(couple)


def test_short_answers_are_not_met_with_one_question_after_another(couple):
    asked = []
    for words in ("Tired.", "Still tired, and sad.", "He was late.", "And I was alone.", "It hurts a lot."):
        assert len(words.split()) <= SHORT
        couple.say(ADA, words)
        couple.answer_all(ADA)
        with couple.acting(ADA):
            asked.append("?" in Message.objects.filter(role="AI").order_by("-timestamp").first().content)
    assert not any(first and second for first, second in zip(asked, asked[1:], strict=False)), asked


# --- recaps and "not yet" -------------------------------------------------------------------------


def offered(couple):
    for words in WORDS[ADA][1:]:
        couple.say(ADA, words)
        couple.answer_all(ADA)
    return witness.offer_recap(user_id=couple.actors[ADA].user_id, session_id=couple.session_id, now=timezone.now())


def test_a_recap_is_corrected_until_it_is_right_or_said_in_own_words(couple):
    offered(couple)
    for correction in ("It was not about the dishes.", "It was about being alone with it."):
        assert post(couple, "recap", answer="correct", correction=correction).status_code == 302
        actor = couple.actors[ADA]
        witness.offer_recap(user_id=actor.user_id, session_id=couple.session_id, now=timezone.now())
        with couple.acting(ADA) as place:
            assert not queries.may_feel_heard(place)
    assert post(couple, "recap", answer="own", correction="I do it all alone, and nobody sees it.").status_code == 302
    with couple.acting(ADA) as place:
        right = queries.accepted_recap(place)
        assert (right.text, right.status) == ("I do it all alone, and nobody sees it.", RecapStatus.ACCEPTED)
        assert queries.may_feel_heard(place)


def test_own_words_for_a_recap_must_be_there(couple):
    offered(couple)
    assert "field-failed" in post(couple, "recap", answer="own", correction=" ").content.decode()
    with couple.acting(ADA) as place:
        assert queries.accepted_recap(place) is None


def test_not_yet_leads_to_a_question_a_box_and_other_ways(couple):
    answer = post(couple, "heard", answer="no")
    assert answer["Location"] == url(couple, "not_yet")
    shown = page(couple, "not_yet")
    assert "<textarea" in shown and url(couple, "other_ways") in shown and url(couple, "ask_recap") in shown
    ways = page(couple, "other_ways")
    for route in ("alone", "exercises", "conversation"):
        assert url(couple, route) in ways


def test_not_yet_asks_something_else_after_another_turn(couple):
    with couple.acting(ADA) as place:
        first = current_guide().what_is_missing(queries.turns(place))
    assert first.split("?")[0] in page(couple, "not_yet").replace("&#x27;", "'")
    couple.say(ADA, "There is more to it than this.")
    assert first.split("?")[0] not in page(couple, "not_yet").replace("&#x27;", "'")


# --- back after days, exercises -------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_who_comes_back_after_days_is_welcomed_and_finds_what_was_heard(couple, superuser_connection):
    recap = offered(couple)
    with couple.acting(ADA) as place:
        witness.accept_recap(place=place, recap_id=recap.pk, now=timezone.now())
    welcome = current_guide().opening(ADA, 1, "return")
    assert welcome.split("'")[0] not in page(couple)
    let_time_pass(superuser_connection, timedelta(days=3))
    shown = page(couple).replace("&#x27;", "'")
    assert welcome in shown and "What was heard so far" in shown


def test_what_is_typed_while_grounding_has_no_name_and_is_not_sent(couple):
    shown = page(couple, "exercise", "grounding")
    boxes = [part for part in shown.split("<input")[1:] if 'type="text"' in part.split(">")[0]]
    assert len(boxes) == 15 and not any("name=" in box.split(">")[0] for box in boxes)
    post(couple, "exercise", "grounding")
    with transaction_as(couple.actors[ADA]):
        place = place_of(couple.actors[ADA], couple.session_id)
        assert [done.exercise for done in ExerciseCompletion.objects.filter(owner_id=place.user_id)] == ["GROUNDING"]


def test_a_break_leads_to_when_one_will_come_back(couple):
    answer = post(couple, "exercise", "break")
    assert answer["Location"] == url(couple, "come_back_when") and "<form" in page(couple, "come_back_when")
