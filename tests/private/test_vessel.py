"""My vessel: everything private a person has, for them alone, behind their password."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from beheard.rls import NotYours, transaction_as
from consent.models import ContentType
from stages.actions import say
from stages.models import Message, MessageRole
from stages.witness.models import Recap
from tests.shared.couple import NOW, begin, need_of, person, reach
from tests.shared.visiting import text_of, visit_as
from vessels.private import contents
from vessels.private.models import Boundary, EmotionalReading, IdentifiedNeed, UserDocument, UserVessel
from vessels.shared import bridge

BOUNDARY = "I will not be shouted at in front of the children."


def url(name, *args):
    return reverse(f"private:{name}", args=args)


def rows_of(model, place, **found):
    with transaction_as(place.actor):
        return list(model.objects.filter(**found))


@pytest.fixture
def ana(pair):
    reach(pair.ana, 1)
    return pair.ana


def tell(place, words="He decided without me again.", key=None):
    with transaction_as(place.actor):
        return say(place=place, words=words, stage=1, key=key or str(uuid4()), now=timezone.now())[0]


def boundary(place, words=BOUNDARY):
    with transaction_as(place.actor):
        return Boundary.objects.create(
            owner_id=place.user_id,
            session_id=place.session.pk,
            vessel=UserVessel.objects.get(owner_id=place.user_id, session_id=place.session.pk),
            description=words,
        )


# --- what is in it -----------------------------------------------------------------------------------------------


def test_every_kind_of_thing_a_room_keeps_has_a_page(ana):
    client = visit_as(ana)
    for section in contents.sections():
        assert client.get(url("section", ana.session.pk, section.key)).status_code == 200, section.key


def test_what_is_said_is_shown_by_day_with_the_guides_answer_beside_it(ana):
    tell(ana)
    boundary(ana)
    client = visit_as(ana)
    page = text_of(client.get(url("vessel", ana.session.pk)))
    assert "Your conversation" in page and "Boundaries" in page and "Recaps" not in page
    page = text_of(client.get(url("section", ana.session.pk, "messages")))
    assert "He decided without me again." in page and "Today" in page


def test_a_needs_page_shows_its_evidence(ana):
    with transaction_as(ana.actor):
        need_of(ana, evidence=[{"quote": "without me again", "message_id": str(uuid4())}])
    assert "without me again" in text_of(visit_as(ana).get(url("section", ana.session.pk, "needs")))


def test_readings_are_drawn_as_a_curve(ana):
    with transaction_as(ana.actor):
        vessel = UserVessel.objects.get(owner_id=ana.user_id)
        for number, intensity in enumerate((8, 5)):
            EmotionalReading.objects.create(
                owner_id=ana.user_id,
                session_id=ana.session.pk,
                vessel=vessel,
                intensity=intensity,
                timestamp=NOW + timedelta(hours=number),
            )
    client = visit_as(ana)
    for address in (url("curves"), url("section", ana.session.pk, "readings")):
        assert "<svg" in text_of(client.get(address))


def test_a_long_conversation_is_read_in_plain_pages(ana):
    for number in range(25):
        tell(ana, f"number {number:02}")
    client = visit_as(ana)
    first = text_of(client.get(url("section", ana.session.pk, "messages")))
    assert "number 24" in first and "number 04" not in first
    second = text_of(client.get(url("section", ana.session.pk, "messages") + "?page=2"))
    assert "number 04" in second and "number 24" not in second


@pytest.mark.parametrize("page", ["0", "99", "x", "-1"])
def test_a_page_that_is_not_there_is_another_page(ana, page):
    tell(ana)
    answer = visit_as(ana).get(url("section", ana.session.pk, "messages") + f"?page={page}")
    assert answer.status_code == 200


def test_words_are_shown_as_words(ana):
    tell(ana, "<script>alert(1)</script> مرحبا 🌻")
    page = text_of(visit_as(ana).get(url("section", ana.session.pk, "messages")))
    assert "&lt;script&gt;" in page and "<script>alert" not in page and "🌻" in page


def test_every_session_has_a_vessel_of_its_own(ana):
    client = visit_as(ana)
    assert client.get(url("vessels")).url == url("vessel", ana.session.pk)
    second = begin(ana.actor, "Ana")
    page = text_of(client.get(url("vessels")))
    assert str(second.session.pk) in page and str(ana.session.pk) in page
    boundary(second, "in the second")
    assert "in the second" not in text_of(client.get(url("section", ana.session.pk, "boundaries")))


def test_the_pages_ask_as_many_questions_for_many_things_as_for_one(ana):
    def queries(address):
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    client = visit_as(ana)
    addresses = [url("vessel", ana.session.pk), url("section", ana.session.pk, "messages")]
    tell(ana)
    few = [queries(address) for address in addresses]
    for number in range(12):
        tell(ana, f"more {number}")
        boundary(ana)
    assert [queries(address) for address in addresses] == few
    assert max(few) <= 12


# --- deleting ----------------------------------------------------------------------------------------------------


def test_own_words_are_deleted_with_the_answer_to_them(ana):
    message = tell(ana)
    assert len(rows_of(Message, ana)) == 1
    answer = visit_as(ana).post(url("delete", ana.session.pk, "messages", message.pk))
    assert answer.status_code == 302
    assert rows_of(Message, ana) == []


def test_deleting_twice_is_deleting_once(ana):
    item = boundary(ana)
    client = visit_as(ana)
    for _ in range(2):
        assert client.post(url("delete", ana.session.pk, "boundaries", item.pk)).status_code == 302
    assert rows_of(Boundary, ana) == []


def test_a_get_deletes_nothing(ana):
    item = boundary(ana)
    assert visit_as(ana).get(url("delete", ana.session.pk, "boundaries", item.pk)).status_code == 405
    assert len(rows_of(Boundary, ana)) == 1


def test_what_may_not_be_deleted_by_hand_is_not(ana):
    message = tell(ana)
    with transaction_as(ana.actor):
        answered = Message(role=MessageRole.AI)
        assert not contents.section("messages").may_delete(answered)
        assert contents.section("messages").may_delete(message)
    assert not contents.section("safety").may_delete(object())


def test_deleting_a_need_takes_back_what_was_shared_of_it(pair):
    for place in (pair.ana, pair.ben):
        reach(place, 3)
    with transaction_as(pair.ana.actor):
        need = need_of(pair.ana)
        content = bridge.offer(
            place=pair.ana, content_type=ContentType.IDENTIFIED_NEED, item_id=need.pk, words=need.words, now=NOW
        )
        bridge.grant(place=pair.ana, content_id=content.pk, digest=bridge.digest(content), now=NOW)
    visit_as(pair.ana).post(url("delete", pair.ana.session.pk, "needs", need.pk))
    assert rows_of(IdentifiedNeed, pair.ana) == []
    with transaction_as(pair.ana.actor):
        from consent import ledger
        from consent.verify import decisions_without_link, verify_chains

        assert ledger.head_of(pair.ana.user_id).action == "REVOKED"
        assert list(verify_chains()) == list(decisions_without_link()) == []


def test_a_section_is_registered_once():
    section = contents.section("needs")
    with pytest.raises(ValueError, match="needs"):
        contents.register(contents.Section("needs", "", Recap, "offered_at", lambda item: []))
    assert contents.section("needs") is section
    with pytest.raises(NotYours):
        contents.section("nothing")


# --- boundaries --------------------------------------------------------------------------------------------------


def test_a_boundary_is_added_and_changed(ana):
    client = visit_as(ana)
    client.post(url("new_boundary", ana.session.pk), {"words": BOUNDARY, "non_negotiable": "on"})
    (kept,) = rows_of(Boundary, ana)
    assert (kept.non_negotiable, kept.saved) == (True, True)
    page = text_of(client.get(url("boundary", ana.session.pk, kept.pk)))
    assert BOUNDARY in page
    client.post(url("boundary", ana.session.pk, kept.pk), {"words": "Not in front of anyone."})
    (changed,) = rows_of(Boundary, ana)
    with transaction_as(ana.actor):
        assert changed.pk == kept.pk and changed.description == "Not in front of anyone."
    assert not changed.non_negotiable


@pytest.mark.parametrize("words", ["", " ", "a" * 2001])
def test_a_boundary_that_does_not_fit_is_kept_on_the_page(ana, words):
    answer = visit_as(ana).post(url("new_boundary", ana.session.pk), {"words": words})
    assert answer.status_code == 200 and words.strip() in text_of(answer)
    assert rows_of(Boundary, ana) == []


def test_an_unsent_boundary_is_there_when_one_comes_back(ana):
    client = visit_as(ana)
    key = f"{ana.session.pk}:boundary"
    client.post(url("draft", ana.session.pk), {"key": key, "text": "half a thou"})
    page = text_of(client.get(url("new_boundary", ana.session.pk)))
    assert "half a thou" in page and key in page
    client.post(url("new_boundary", ana.session.pk), {"words": "half a thought"})
    assert "half a thou" not in text_of(client.get(url("new_boundary", ana.session.pk)))


# --- documents ---------------------------------------------------------------------------------------------------


def upload(client, place, name, content, **fields):
    data = {"file": SimpleUploadedFile(name, content), **fields}
    return client.post(url("new_document", place.session.pk), data)


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("note.txt", "Grüße".encode(), "Grüße"),
        ("note.MD", b"# Plan\r\n- one", "# Plan\n- one"),
        ("scan.pdf", b"%PDF-1.7 ...", ""),
        ("letter.docx", b"PK\x03\x04...", ""),
        ("latin.txt", b"caf\xe9", "caf\ufffd"),
    ],
)
def test_a_document_is_kept_and_given_back_to_its_owner(ana, name, content, text):
    client = visit_as(ana)
    assert upload(client, ana, name, content, title="mine").status_code == 302
    (kept,) = rows_of(UserDocument, ana)
    with transaction_as(ana.actor):
        assert (kept.title, kept.size, kept.extracted_text) == ("mine", len(content), text)
    answer = client.get(url("document_file", ana.session.pk, kept.pk))
    assert answer.content == content
    assert answer["Content-Disposition"].startswith("attachment") and "mine" not in str(answer.headers)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.txt", b""),
        ("picture.png", b"\x89PNG"),
        ("not-really.pdf", b"<html>"),
        ("not-really.docx", b"<html>"),
        ("binary.txt", b"a\0b"),
        ("noname", b"words"),
    ],
)
def test_what_is_not_a_document_is_refused_in_plain_words(ana, name, content):
    answer = upload(visit_as(ana), ana, name, content)
    assert answer.status_code == 200 and "error" in text_of(answer)
    assert rows_of(UserDocument, ana) == []


@pytest.mark.parametrize("size", [5_000_001, 6_000_000])
def test_a_file_of_more_than_5_mb_is_refused(ana, size):
    answer = upload(visit_as(ana), ana, "long.txt", b"a" * size)
    assert answer.status_code == 200 and "5 MB" in text_of(answer)
    assert rows_of(UserDocument, ana) == []


def test_a_file_of_5_mb_is_kept(ana):
    assert upload(visit_as(ana), ana, "long.txt", b"a" * 5_000_000).status_code == 302


# --- the password ------------------------------------------------------------------------------------------------


def test_the_vessel_asks_for_the_password_again_after_a_while(ana):
    tell(ana)
    address = url("section", ana.session.pk, "messages")
    assert visit_as(ana, minutes_ago=29).get(address).status_code == 200
    answer = visit_as(ana, minutes_ago=31).get(address)
    assert answer.status_code == 302 and answer.url.startswith(reverse("account_reauthenticate"))
    with override_settings(VESSEL_REAUTH_MINUTES=60):
        assert visit_as(ana, minutes_ago=31).get(address).status_code == 200


def test_the_password_opens_it_again_where_one_was(ana):
    client = visit_as(ana, minutes_ago=31)
    address = url("section", ana.session.pk, "messages")
    asked = client.get(address).url
    answer = client.post(asked, {"password": "a long enough one"})
    assert answer.status_code == 302 and answer.url == address
    assert client.get(address).status_code == 200


def test_what_is_written_when_the_while_ends_is_not_lost(ana):
    client = visit_as(ana, minutes_ago=45)
    client.post(url("new_boundary", ana.session.pk), {"words": BOUNDARY})
    assert len(rows_of(Boundary, ana)) == 1
    answer = visit_as(ana, minutes_ago=61).post(url("new_boundary", ana.session.pk), {"words": BOUNDARY})
    assert answer.status_code == 302 and len(rows_of(Boundary, ana)) == 1


def test_a_sign_in_nobody_knows_the_time_of_does_not_open_it(ana):
    client = visit_as(ana)
    session = client.session
    del session["account_authentication_methods"]
    session.save()
    assert client.get(url("vessels")).url.startswith(reverse("account_reauthenticate"))


# --- not theirs --------------------------------------------------------------------------------------------------


def addresses(place, item):
    session = place.session.pk
    return [
        ("get", url("vessel", session)),
        ("get", url("section", session, "messages")),
        ("get", url("new_boundary", session)),
        ("post", url("new_boundary", session)),
        ("get", url("boundary", session, item.pk)),
        ("post", url("boundary", session, item.pk)),
        ("get", url("new_document", session)),
        ("get", url("document_file", session, item.pk)),
        ("post", url("delete", session, "boundaries", item.pk)),
        ("post", url("draft", session)),
    ]


def without_tokens(answer):
    return re.sub(rb"\b[A-Za-z0-9]{64}\b", b"", answer.content)


def test_a_stranger_finds_nothing_the_same_as_where_nothing_is(ana):
    item = boundary(ana)
    client = visit_as(begin(person("cleo@example.org"), "Cleo"))
    for method, address in addresses(ana, item):
        absent = address.replace(str(ana.session.pk), str(uuid4()))
        answers = [getattr(client, method)(path, {"words": "x", "key": "a", "text": "x"}) for path in (address, absent)]
        assert [answer.status_code for answer in answers] == [404, 404], address
        assert without_tokens(answers[0]) == without_tokens(answers[1])
    assert len(rows_of(Boundary, ana)) == 1


def test_the_partner_finds_their_own_vessel_and_none_of_the_others(pair):
    item = boundary(pair.ana)
    client = visit_as(pair.ben)
    session = pair.ben.session.pk
    page = text_of(client.get(url("section", session, "boundaries")))
    assert BOUNDARY not in page and str(item.pk) not in page
    for address in (url("boundary", session, item.pk), url("document_file", session, item.pk)):
        assert client.get(address).status_code == 404
    assert client.post(url("boundary", session, item.pk), {"words": "mine now"}).status_code == 404
    client.post(url("delete", session, "boundaries", item.pk))
    (kept,) = rows_of(Boundary, pair.ana)
    with transaction_as(pair.ana.actor):
        assert kept.description == BOUNDARY


def test_nobody_is_asked_to_sign_in(ana):
    item = boundary(ana)
    for method, address in [*addresses(ana, item), ("get", url("vessels")), ("get", url("curves"))]:
        answer = getattr(Client(), method)(address)
        assert answer.status_code == 302 and answer.url.startswith(reverse("account_login")), address
