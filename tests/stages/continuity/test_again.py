"""A later session of the same two: it builds on what both reached, and on nothing else."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from beheard.people.pages import place_of
from beheard.rls import NotNow, transaction_as
from stages import actions
from stages.actions import read_barometer
from stages.continuity.queries import before, opens_with
from stages.ending import actions as ending
from stages.models import CarriedOver
from stages.repair import check_ins
from stages.repair.queries import agreed
from tests.api.caller import caller
from tests.couple import ADA, BEN, WORDS, Couple
from tests.pages import browser, url

pytestmark = pytest.mark.django_db
NEW = "Now it is about the holidays."


@pytest.fixture
def couple() -> Couple:
    """Agreed, looked back on, closed by both."""
    couple = Couple().until("agreed")
    for name, helped in ((ADA, "YES"), (BEN, "NO")):
        with couple.acting(name) as place:
            said = {"happened": "YES", "helped": helped, "in_the_way": f"Private of {name}"}
            check_ins.check_in(place=place, agreement_id=agreed(place).pk, now=timezone.now(), **said)
    for name in (ADA, BEN):
        with couple.acting(name) as place:
            ending.close(place=place, unmet=f"Unmet of {name}", commitment="", now=timezone.now())
    return couple


def begin_again(couple: Couple, key: str | None = None):
    with couple.acting(ADA) as place:
        return actions.begin_again(place=place, words=NEW, key=key or str(uuid4()), now=timezone.now()).session.pk


def test_only_what_both_reached_and_one_s_own_themes_come_along(couple):
    couple.session_id = begin_again(couple)
    with couple.acting(BEN) as place:
        actions.sit_down(place=place, now=timezone.now())
    for name, other in ((ADA, BEN), (BEN, ADA)):
        with couple.acting(name) as place:
            (agreement,) = before(place).agreements
            assert agreement.description == "We drink tea together after work."
            assert sorted(one["helped"] for one in agreement.both) == ["NO", "YES"]
            carried = [row.text for row in CarriedOver.objects.filter(owner_id=place.user_id).order_by("kind", "place")]
            assert before(place).themes == ["to be seen"]
        assert carried == [
            "We drink tea together after work. Looking back, one of you said that it helped.", "to be seen",
        ]  # fmt: skip
        page = browser(couple, name).get(url(couple, "conversation")).content.decode()
        assert "We drink tea together after work." in page and "it stands above" in page
        private = [f"Private of {other}", f"Unmet of {other}", *WORDS[other]]
        assert not [words for words in private if words in page]


def test_with_a_high_reading_nothing_from_before_is_brought_up_by_the_guide(couple):
    couple.session_id = begin_again(couple)
    with couple.acting(ADA) as place:
        assert opens_with(place) == "again"
        read_barometer(place=place, intensity=8, stage=1, now=timezone.now())
        assert opens_with(place) == ""


def test_it_begins_once_and_only_after_both_have_closed(couple):
    key = str(uuid4())
    assert begin_again(couple, key) == begin_again(couple, key)
    with couple.acting(BEN) as place, pytest.raises(NotNow):
        actions.begin_again(place=place, words="Me too.", key=str(uuid4()), now=timezone.now())
    early = Couple().until("agreed")
    with early.acting(ADA) as place, pytest.raises(NotNow):
        actions.begin_again(place=place, words=NEW, key=str(uuid4()), now=timezone.now())


def test_the_other_finds_it_comes_in_by_their_own_press_or_leaves_it(couple):
    before_it = couple.session_id
    page = browser(couple, ADA)
    shown = page.get(url(couple, "ended")).content.decode()
    assert reverse("begin_again", args=[before_it]) in shown
    page.post(reverse("begin_again", args=[before_it]), {"words": NEW, "key": str(uuid4())})
    with transaction_as(couple.actors[ADA]):
        (new,) = CarriedOver.objects.exclude(session_id=before_it).values_list("session_id", flat=True).distinct()
    couple.session_id = new
    ben = browser(couple, BEN)
    home = ben.get(reverse("home")).content.decode()
    assert reverse("sit_down", args=[new]) in home and NEW not in home
    assert ben.get(url(couple, "session")).url == url(couple, "sit_down")
    asked = ben.get(url(couple, "sit_down")).content.decode()
    assert "Ada would like to begin something new" in asked and "We drink tea together" in asked and NEW not in asked
    assert caller(couple, BEN).get("").json()["next"] == "sit_down"
    ben.post(url(couple, "sit_down"))
    with transaction_as(couple.actors[BEN]):
        assert place_of(couple.actors[BEN], new).seat == "B"
    assert ben.get(url(couple, "conversation")).status_code == 200
    assert ben.get(url(couple, "sit_down")).url == url(couple, "session")
