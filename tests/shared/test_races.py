"""Two connections at once, in every order they may come in: afterwards state, chain, and what the other reads agree (issue 4)."""

import os
import threading

import pytest
from django.urls import reverse

from beheard.rls import NotNow, NotYours
from consent.verify import decisions_without_link, verify_chains
from stages import turn
from stages.models import Message
from tests import factories
from tests.factories import place
from tests.model_fixtures import configured, server  # noqa: F401
from tests.shared.visiting import visit_as
from tests.stages.crowd import at_once
from vessels.shared import bridge
from vessels.shared.models import ConsentedContent

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = int(os.environ.get("RACE_ROUNDS", 20))


@pytest.fixture
def pair():
    pair = factories.couple(("Ana", "Ben"))
    for person in pair:
        factories.make_progress(person, stage=2)
        factories.make_progress(person, stage=1)
    return pair


def standing(person, content) -> str:
    with person.acting():
        return bridge.standing(bridge.mine(place(person), content.pk)).value


def read_by(person) -> set:
    """What the other reads: through the door, as the guide, and on their page, which must agree."""
    with person.acting():
        found = {content.pk for content in bridge.all_from_partner(place(person))}
        words = {content.transformed_content for content in bridge.all_from_partner(place(person))}
    with person.guided():
        assert {row.pk for row in ConsentedContent.objects.exclude(owner_id=person.user_id)} == found
    page = page_of(person)
    assert all(text in page for text in words)
    return found


def page_of(person) -> str:
    answer = visit_as(person).get(reverse("shared:theirs", args=[person.session_id]))
    assert answer.status_code == 200
    return answer.content.decode()


def agree(pair, contents) -> None:
    """State, chain and what Ben reads of Ana's say the same."""
    shared = {content.pk for content in contents if standing(pair.a, content) == "shared"}
    assert read_by(pair.b) == shared
    with pair.a.acting():
        assert not list(verify_chains(pair.a.user_id)) and not list(decisions_without_link(pair.a.user_id))


def granting(person, content):
    """In a tab of its own; a page would show the reason, and nothing else has happened."""

    def grant():
        try:
            factories.grant(person, content)
        except (NotNow, NotYours) as reason:
            return type(reason).__name__
        return "granted"

    return grant


def revoking(person, content):
    return lambda: factories.revoke(person, content)


def removing(person, item):
    def remove():
        from tests.shared.test_removed import remove as by_sql

        by_sql(person, item._meta.db_table, item.pk)

    return remove


@pytest.mark.slow
@pytest.mark.parametrize("minutes", [0, 10], ids=["at once", "cooling off"])
def test_granting_and_taking_back_at_the_same_instant(pair, minutes):
    factories.choose_cooling_off(pair.a, minutes)
    contents = []
    for number in range(ROUNDS):
        content = factories.make_offer(pair.a, words=f"Number {number}.")
        contents.append(content)
        at_once([granting(pair.a, content), revoking(pair.a, content)])
        # Taking back what is not granted yet does nothing: whichever came last in the chain stands.
        assert standing(pair.a, content) in ("shared" if minutes == 0 else "waiting", "taken_back")
    agree(pair, contents)


@pytest.mark.slow
def test_the_same_words_granted_in_two_tabs_are_granted_once(pair):
    contents = []
    for number in range(ROUNDS):
        content = factories.make_offer(pair.a, words=f"Number {number}.")
        contents.append(content)
        assert at_once([granting(pair.a, content)] * 2) == ["granted", "granted"]
    agree(pair, contents)
    assert len(read_by(pair.b)) == ROUNDS


@pytest.mark.slow
def test_granted_in_one_tab_and_kept_private_in_the_other(pair):
    contents = []
    for number in range(ROUNDS):
        content = factories.make_offer(pair.a, words=f"Number {number}.")
        contents.append(content)
        answers = at_once([granting(pair.a, content), lambda content=content: factories.decline(pair.a, content)])
        assert (answers[0] == "granted") == (standing(pair.a, content) == "shared")
    agree(pair, contents)


@pytest.mark.slow
def test_granted_while_its_original_is_deleted(pair):
    left = []
    for number in range(ROUNDS):
        event = factories.make_event(pair.a)
        content = factories.make_offer(pair.a, words=f"Number {number}.", item_id=event.pk)
        at_once([granting(pair.a, content), removing(pair.a, event)])
        with pair.a.acting():
            left += ConsentedContent.objects.filter(pk=content.pk)
    assert left == []
    agree(pair, [])


@pytest.mark.slow
def test_four_needs_granted_at_once_are_three(pair):
    contents = []
    for number in range(4):
        need = factories.make_need(pair.a)
        contents.append(factories.make_offer(pair.a, "IDENTIFIED_NEED", f"Number {number}.", item_id=need.pk))
    answers = at_once([granting(pair.a, content) for content in contents])
    assert sorted(answers) == ["NotNow", "granted", "granted", "granted"]
    with pair.a.acting():
        assert bridge.active_of_mine(place(pair.a), "IDENTIFIED_NEED").count() == 3
    agree(pair, contents)


def test_words_edited_in_one_tab_are_not_granted_by_the_other(pair):
    """The form still shows the words of before."""
    event = factories.make_event(pair.a)
    seen = factories.make_offer(pair.a, words="As it was.", item_id=event.pk)
    factories.make_offer(pair.a, words="As it is now.", item_id=event.pk)
    assert granting(pair.a, seen)() == "NotYours"
    answer = visit_as(pair.a).post(
        reverse("shared:preview", args=[pair.a.session_id, seen.pk]), {"decision": "share", "digest": "0" * 64}
    )
    assert answer.status_code == 404
    agree(pair, [])


@pytest.mark.slow
def test_edited_and_granted_at_once_only_words_that_were_shown_cross(pair):
    for number in range(ROUNDS):
        event = factories.make_event(pair.a)
        seen = factories.make_offer(pair.a, words=f"Seen {number}.", item_id=event.pk)

        def edit(number=number, event=event):
            factories.make_offer(pair.a, words=f"Edited {number}.", item_id=event.pk)

        try:
            answers = at_once([granting(pair.a, seen), edit])
        except Exception as trouble:
            answers = [type(trouble).__name__]
        with pair.b.acting():
            words = {content.transformed_content for content in bridge.all_from_partner(place(pair.b))}
        assert (f"Seen {number}." in words) == (answers[0] == "granted") and f"Edited {number}." not in words
    with pair.a.acting():
        assert not list(verify_chains(pair.a.user_id)) and not list(decisions_without_link(pair.a.user_id))


def test_taken_back_while_the_others_page_is_being_made(pair):
    """The page in the making may still have it, as it was when it was asked for; the next one has not, nor any part after it."""
    content = factories.make_shared(pair.a, words="It was my fear.")
    with pair.b.acting():
        before = bridge.all_from_partner(place(pair.b))
        at_once([revoking(pair.a, content)])
        assert [one.transformed_content for one in before] == ["It was my fear."]
        assert bridge.all_from_partner(place(pair.b)) == []
    assert "It was my fear." not in page_of(pair.b)
    agree(pair, [content])


def test_taken_back_between_the_row_and_its_key_the_words_are_not_there_and_nothing_fails(
    pair,
    monkeypatch,
    configured,  # noqa: F811
):
    """The narrowest gap: the row has been found, the key that opens it has gone. No error page, no reply that never comes."""
    configured.forms["PlanAnswer"] = {"intent": "OFFER_CONTINUITY", "queries": [{"kind": "partner_shared"}]}
    contents = [factories.make_shared(pair.a, words=f"My fear, {number}.") for number in range(2)]
    message = factories.make_message(pair.b, content="I try to see it.", stage=2)
    plainly, asked = bridge.opened, []

    def late(found):
        found = list(found)
        asked.append([content.pk for content in found])
        at_once([revoking(pair.a, content) for content in contents])
        return plainly(found)

    monkeypatch.setattr(bridge, "opened", late)
    assert "My fear" not in page_of(pair.b)
    for content in contents:
        factories.make_shared(pair.a, words=f"Again, {content.pk}.")
    contents = list_of_shared(pair.a)
    asked.clear()
    assert turn.answer(message_id=message.pk, user_id=pair.b.user_id, session_id=pair.b.session_id)
    with pair.b.acting():
        assert Message.objects.filter(in_reply_to=message.pk, drawn_from=[]).exists()
    assert asked[0] == [content.pk for content in contents]
    monkeypatch.undo()
    agree(pair, contents)


def list_of_shared(person) -> list[ConsentedContent]:
    with person.acting():
        return list(bridge.active_of_mine(place(person), "EVENT_SUMMARY"))


@pytest.mark.slow
def test_taking_back_waits_for_no_page_of_the_other_and_they_not_for_it(pair):
    """Pages asked for while words come and go: each answer has all of them or none, and none is an error."""
    contents = [factories.make_shared(pair.a, words=f"Number {number}.") for number in range(ROUNDS)]
    over, pages = threading.Event(), []

    def look():
        while not over.is_set():
            pages.append(page_of(pair.b))

    def take_back():
        for content in contents:
            factories.revoke(pair.a, content)
        over.set()

    at_once([look, take_back])
    counts = [sum(f"Number {number}." in page for number in range(ROUNDS)) for page in pages]
    assert counts == sorted(counts, reverse=True)
    assert read_by(pair.b) == set()
    agree(pair, contents)


def test_a_reply_in_the_making_does_not_use_what_is_taken_back_meanwhile(pair, configured):  # noqa: F811
    """A model over real HTTP: it is asked with the words, they are taken back while it speaks, and it is asked anew."""
    configured.forms["PlanAnswer"] = {"intent": "OFFER_CONTINUITY", "queries": [{"kind": "partner_shared"}]}
    content = factories.make_shared(pair.a, words="I was afraid of the quiet heron.")
    gone = threading.Event()

    def reply(body):
        if "heron" not in str(body["messages"]):
            return "It stays with you. What would you like to say?"
        if not gone.is_set():
            factories.revoke(pair.a, content)
            gone.set()
        return "There is the heron they told you of. What is it like to know of it?"

    configured.reply = reply
    message = factories.make_message(pair.b, content="I try to see how it was.", stage=2)
    assert turn.answer(message_id=message.pk, user_id=pair.b.user_id, session_id=pair.b.session_id)
    asked = ["heron" in str(body["messages"]) for body in configured.replies_asked()]
    assert asked == [True, False]
    with pair.b.acting():
        stored = Message.objects.get(in_reply_to=message.pk)
        assert "heron" not in stored.content and stored.drawn_from == []
    with pair.b.guided():
        following = factories.make_message(pair.b, content="And now?", stage=2)
    assert turn.answer(message_id=following.pk, user_id=pair.b.user_id, session_id=pair.b.session_id)
    assert "heron" not in configured.prompts[-1] and "heron" not in str(configured.replies_asked()[-1])
    agree(pair, [content])


def test_a_deleted_item_is_not_granted(pair):
    event = factories.make_event(pair.a)
    content = factories.make_offer(pair.a, words="Not any more.", item_id=event.pk)
    removing(pair.a, event)()
    assert granting(pair.a, content)() == "NotYours"
    agree(pair, [])
