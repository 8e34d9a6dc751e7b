"""What comes of the library's ideas is counted: chosen, kept, helped. Never of whom or when."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import escape

from beheard.people.models import User
from beheard.rls import Actor, no_actor, transaction_as
from library import contributions
from library.actions import HOUSE, load_curated
from library.models import GlobalLibraryItem
from stages.ending import actions as ending
from stages.repair import actions, check_ins, queries
from tests.couple import ADA, BEN, Couple
from tests.library.factories import CURATOR, words
from tests.pages import browser, url

pytestmark = pytest.mark.django_db(transaction=True)
COUNTED = "SELECT what, count FROM library_libraryusage WHERE what <> 'SHOWN' ORDER BY what"


@pytest.fixture
def couple():
    with transaction_as(HOUSE):
        load_curated(by=HOUSE, now=timezone.now())
    return Couple().until("overlap")


def agree(couple, *, library: bool, description="We try this for a week."):
    """On the words given, begun with an idea from the library or with a person's."""
    with couple.acting(ADA) as place:
        plain = set(GlobalLibraryItem.objects.values_list("plain", flat=True))
        idea = next(one for one in queries.overlap(place) if (one.words in plain) is library)
    with couple.acting(ADA) as place:
        agreement = propose(place, description, idea.pk)
    confirm(couple, agreement)
    return agreement


def propose(place, description, proposal_id=None):
    return actions.propose_agreement(
        place=place, description=description, measure="", duration_days=7, proposal_id=proposal_id,
        follow_up=timezone.localdate() + timedelta(days=8), now=timezone.now(),
    )  # fmt: skip


def confirm(couple, agreement):
    with couple.acting(BEN) as place:
        assert actions.confirm_agreement(place=place, agreement_id=agreement.pk, now=timezone.now())


def look_back(couple, **helped):
    for name, said in helped.items():
        with couple.acting({"ada": ADA, "ben": BEN}[name]) as place:
            answer = {"happened": "YES", "helped": said, "in_the_way": ""}
            agreed = queries.agreed(place)
            check_ins.check_in(place=place, agreement_id=agreed.pk, now=timezone.now(), **answer)


def go_on(couple, description="We try this for a week."):
    with couple.acting(ADA) as place:
        words = actions.propose_agreement(
            place=place, description=description, measure="", duration_days=14,
            follow_up=timezone.localdate() + timedelta(days=15), now=timezone.now(),
        )  # fmt: skip
    confirm(couple, words)


def counted(superuser) -> dict:
    return dict(superuser.execute(COUNTED).fetchall())


def test_chosen_kept_and_helped_are_counted_once_a_couple(couple, superuser_connection):
    agree(couple, library=True)
    assert counted(superuser_connection) == {"CHOSEN": 1}
    look_back(couple, ada="YES")
    assert counted(superuser_connection) == {"CHOSEN": 1}  # one alone has said how it went
    look_back(couple, ben="A_LITTLE")
    assert counted(superuser_connection) == {"CHOSEN": 1, "HELPED": 1}
    look_back(couple, ben="YES")
    go_on(couple)
    assert counted(superuser_connection) == {"CHOSEN": 1, "HELPED": 1, "KEPT": 1}


def test_what_helped_only_one_of_them_and_went_on_in_other_words_is_not_counted(couple, superuser_connection):
    agree(couple, library=True)
    look_back(couple, ada="YES", ben="NO")
    go_on(couple, "Something else.")
    assert counted(superuser_connection) == {"CHOSEN": 1}


def test_a_person_s_idea_counts_nowhere(couple, superuser_connection):
    agree(couple, library=False)
    look_back(couple, ada="YES", ben="YES")
    go_on(couple)
    assert counted(superuser_connection) == {}


def test_what_one_tries_alone_is_chosen_once(couple, superuser_connection):
    with couple.acting(ADA):
        item = GlobalLibraryItem.objects.filter(solo=True).order_by("slug").first()
    for _twice in range(2):
        with couple.acting(ADA) as place:
            ending.keep_solo(place=place, library_item_id=item.pk, now=timezone.now())
    assert counted(superuser_connection) == {"CHOSEN": 1}


def test_an_agreement_outlives_the_withdrawal_of_what_it_grew_from(superuser_connection):
    with no_actor():
        giver = Actor.user(User.objects.create_user("ana@example.org", "a long enough one").pk)
    with transaction_as(giver):
        given = contributions.offer(by=giver, words=words(), now=timezone.now() - timedelta(days=8))
    contributions.release()
    with transaction_as(CURATOR):
        item = GlobalLibraryItem.objects.get()
        contributions.accept(by=CURATOR, item_id=item.pk, now=timezone.now())
    couple = Couple().until("overlap")
    agree(couple, library=True, description=item.plain)
    with transaction_as(giver):
        contributions.withdraw(by=giver, contribution_id=given.pk, now=timezone.now())
    page = browser(couple, BEN).get(url(couple, "agreement")).content.decode()
    assert escape(item.plain) in page
    look_back(couple, ada="YES", ben="YES")
    go_on(couple, item.plain)
    assert counted(superuser_connection) == {"CHOSEN": 1, "HELPED": 1, "KEPT": 1}
