"""Words that may mean danger are recognised outside the guide and before it (DESIGN §7); names that are never said."""

import pytest
from django.utils import timezone

from beheard.rls import Actor, transaction_as
from stages import retrieval
from stages.guide.safety import points_to_help
from stages.models import Message
from tests.couple import ADA, BEN, Couple
from tests.pages import browser, url

pytestmark = pytest.mark.django_db


def last_answer(couple: Couple) -> str:
    with couple.acting(ADA):
        return Message.objects.filter(role="AI").order_by("-timestamp").first().content


def test_where_help_is_comes_first_and_the_guide_stays():
    couple = Couple().until("began")
    couple.say(ADA, "He hit me again last night and I am afraid of him.")
    couple.answer_all(ADA)
    answer = last_answer(couple)
    assert points_to_help(answer)
    assert len(answer.split("\n\n", 1)[1]) > 20
    page = browser(couple, ADA).get(url(couple, "conversation")).content.decode()
    assert "People you can talk to now" in page


def test_an_ordinary_quarrel_does_not_point_to_help():
    couple = Couple().until("began")
    assert not points_to_help(last_answer(couple))
    page = browser(couple, ADA).get(url(couple, "conversation")).content.decode()
    assert "People you can talk to now" not in page


def test_the_guide_is_told_which_name_not_to_say():
    couple = Couple().until("joined")
    couple.say(ADA, "Ben never listens.")
    with couple.acting(ADA):
        message = Message.objects.filter(role="USER").order_by("-timestamp").first()
    with transaction_as(Actor.ai(couple.actors[ADA].user_id, couple.session_id)):
        bundle = retrieval.bundle_for(message.pk, now=timezone.now())
    assert (bundle.name, bundle.unspoken) == (ADA, (BEN,))
