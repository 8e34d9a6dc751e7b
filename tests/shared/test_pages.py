"""The page that asks, what I have shared, and my decisions: as the person, the partner, a stranger and nobody."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beheard.rls import transaction_as
from consent import ledger
from consent.models import ContentType
from tests.shared.couple import NOW, begin, need_of, person, reach
from tests.shared.visiting import text_of, visit_as
from vessels.private.models import EmotionalReading, UserVessel
from vessels.shared import bridge
from vessels.shared.bridge import Standing

WORDS = "I need to be asked before plans are made."


@pytest.fixture
def together(pair):
    reach(pair.ana, 3)
    reach(pair.ben, 3)
    return pair


@pytest.fixture
def offered(together):
    """A boundary of Ana's, put before her. It crosses without a meeting."""
    with transaction_as(together.ana.actor):
        return bridge.offer(
            place=together.ana, content_type=ContentType.OWNERSHIP_LINE, item_id=uuid4(), words=WORDS, now=NOW
        )


def url(name, *args):
    return reverse(f"shared:{name}", args=args)


def preview(content):
    return url("preview", content.session_id, content.pk)


def standing(place, content):
    with transaction_as(place.actor):
        return bridge.standing(bridge.mine(place, content.pk))


def digest_on(page):
    return re.search(r'name="digest" value="([0-9a-f]{64})"', text_of(page)).group(1)


def press(client, content, decision, **fields):
    page = client.get(preview(content))
    return client.post(preview(content), {"decision": decision, "digest": digest_on(page), **fields})


# --- asking ------------------------------------------------------------------------------------------------------


def test_the_preview_shows_the_exact_words_and_three_choices_none_chosen(together, offered):
    page = text_of(visit_as(together.ana).get(preview(offered)))
    assert WORDS in page
    for choice in ("share", "private", "not_now", "pressed"):
        assert f'name="decision" value="{choice}"' in page
    assert "checked" not in page and "button-primary" not in page.split("<main")[-1].split("</main")[0]


def test_the_private_original_stands_beside_the_words(together):
    with transaction_as(together.ana.actor):
        need = need_of(together.ana, "You never ask me anything!")
        content = bridge.offer(
            place=together.ana, content_type=ContentType.IDENTIFIED_NEED, item_id=need.pk, words=WORDS, now=NOW
        )
    page = text_of(visit_as(together.ana).get(preview(content)))
    assert "You never ask me anything!" in page and WORDS in page


def test_sharing_shares_exactly_these_words(together, offered):
    answer = press(visit_as(together.ana), offered, "share")
    assert answer.status_code == 302 and answer.url == url("shared", together.ana.session.pk)
    assert standing(together.ana, offered) == Standing.SHARED


@pytest.mark.parametrize(
    ("decision", "left"),
    [("private", Standing.PRIVATE), ("pressed", Standing.PRIVATE), ("not_now", Standing.UNDECIDED)],
)
def test_everything_else_shares_nothing(together, offered, decision, left):
    press(visit_as(together.ana), offered, decision)
    assert standing(together.ana, offered) == left


def test_a_post_without_a_decision_decides_nothing(together, offered):
    answer = visit_as(together.ana).post(preview(offered), {"digest": "x"})
    assert answer.status_code == 200
    assert standing(together.ana, offered) == Standing.UNDECIDED


def test_someone_who_feels_pressed_is_offered_support(together, offered):
    client = visit_as(together.ana)
    answer = press(client, offered, "pressed")
    page = text_of(client.get(answer.url))
    assert "It stays with you" in page and "tel:" in page
    with transaction_as(together.ana.actor):
        assert ledger.head_of(together.ana.user_id).action == "DECLINED"  # and not a word about why


def test_a_wrong_digest_shows_the_words_again(together, offered):
    answer = visit_as(together.ana).post(preview(offered), {"decision": "share", "digest": "0" * 64})
    assert answer.status_code == 200
    assert "look again" in text_of(answer)
    assert standing(together.ana, offered) == Standing.UNDECIDED


@pytest.mark.parametrize("decision", ["edit", "share"])
def test_changed_words_are_shown_again_before_anything_is_shared(together, offered, decision):
    client = visit_as(together.ana)
    answer = press(client, offered, decision, words="I need to be asked first.", next="shared:decisions_here")
    page = client.get(answer.url)
    assert "I need to be asked first." in text_of(page) and "shared:decisions_here" in text_of(page)
    with transaction_as(together.ana.actor):
        latest = bridge.latest(together.ana, ContentType.OWNERSHIP_LINE, offered.item_id)
        assert bridge.standing(latest) == Standing.UNDECIDED
        assert latest.transformed_content == "I need to be asked first."


def test_words_over_the_limit_are_kept_on_the_page(together):
    with transaction_as(together.ana.actor):
        need = need_of(together.ana)
        content = bridge.offer(
            place=together.ana, content_type=ContentType.IDENTIFIED_NEED, item_id=need.pk, words=WORDS, now=NOW
        )
    long = "word " * 26
    answer = visit_as(together.ana).post(preview(content), {"decision": "edit", "words": long})
    assert answer.status_code == 200
    assert long.strip() in text_of(answer) and "26 words" in text_of(answer)


def test_a_share_pressed_twice_is_shared_once(together, offered):
    client = visit_as(together.ana)
    digest = digest_on(client.get(preview(offered)))
    for _ in range(2):
        client.post(preview(offered), {"decision": "share", "digest": digest})
    with transaction_as(together.ana.actor):
        assert ledger.chain_of(together.ana.user_id).filter(action="GRANTED").count() == 1


def test_hot_hands_are_told_and_wait(together, offered):
    with transaction_as(together.ana.actor):
        EmotionalReading.objects.create(
            owner_id=together.ana.user_id,
            session_id=together.ana.session.pk,
            vessel=UserVessel.objects.get(owner_id=together.ana.user_id),
            intensity=9,
        )
    client = visit_as(together.ana)
    assert "twelve hours" in text_of(client.get(preview(offered)))
    press(client, offered, "share")
    assert standing(together.ana, offered) == Standing.WAITING


@pytest.mark.parametrize(
    "next_page",
    ["https://example.org/", "//example.org", "/account/logout/", "preview", "account_logout", "nothing", "a\nb"],
)
def test_nobody_is_led_anywhere_else(together, offered, next_page):
    answer = press(visit_as(together.ana), offered, "not_now", next=next_page)
    assert answer.url == url("shared", together.ana.session.pk)


def test_the_way_back_is_a_page_of_the_same_session(together, offered):
    answer = press(visit_as(together.ana), offered, "not_now", next="private:vessel")
    assert answer.url == reverse("private:vessel", args=[together.ana.session.pk])


# --- what I have shared ------------------------------------------------------------------------------------------


def test_each_shared_item_is_shown_in_its_words_and_taken_back_with_one_press(together, offered):
    client = visit_as(together.ana)
    press(client, offered, "share")
    page = text_of(client.get(url("shared", together.ana.session.pk)))
    assert WORDS in page and "cannot be unseen" in page and "Ben" in page
    answer = client.post(url("take_back", together.ana.session.pk, offered.pk))
    assert answer.status_code == 302
    assert standing(together.ana, offered) == Standing.TAKEN_BACK
    page = text_of(client.get(url("shared", together.ana.session.pk)))
    assert WORDS in page and "Taken back" in page and "take-back/" not in page


def test_what_has_not_crossed_says_that_nobody_saw_it(together):
    with transaction_as(together.ana.actor):
        need = need_of(together.ana)
        content = bridge.offer(
            place=together.ana, content_type=ContentType.IDENTIFIED_NEED, item_id=need.pk, words=WORDS, now=NOW
        )
    client = visit_as(together.ana)
    press(client, content, "share")
    page = text_of(client.get(url("shared", together.ana.session.pk)))
    assert "Not crossed yet" in page and "has seen nothing" in page and "cannot be unseen" not in page


def test_nothing_shared_is_said_kindly(together, offered):
    page = text_of(visit_as(together.ana).get(url("shared", together.ana.session.pk)))
    assert "Nothing is shared" in page and WORDS not in page


def test_a_get_takes_nothing_back(together, offered):
    client = visit_as(together.ana)
    press(client, offered, "share")
    assert client.get(url("take_back", together.ana.session.pk, offered.pk)).status_code == 405
    assert standing(together.ana, offered) == Standing.SHARED


def test_two_sessions_are_listed_and_one_is_opened(together):
    client = visit_as(together.ana)
    assert client.get(url("everywhere")).url == url("shared", together.ana.session.pk)
    begin(together.ana.actor, "Ana")
    assert client.get(url("everywhere")).status_code == 200


# --- my decisions ------------------------------------------------------------------------------------------------


def test_decisions_are_listed_with_the_head_of_the_chain(together, offered):
    client = visit_as(together.ana)
    press(client, offered, "share")
    client.post(url("take_back", together.ana.session.pk, offered.pk))
    with transaction_as(together.ana.actor):
        head = ledger.head_of(together.ana.user_id)
    for address in (url("decisions"), url("decisions_here", together.ana.session.pk)):
        page = text_of(client.get(address))
        assert page.index("You took it back.") < page.index("You shared it.") < page.index("You looked at sharing it.")
        assert bytes(head.hash).hex()[:12] in page and WORDS in page


def test_a_person_without_decisions_is_told_so(together):
    assert "No decisions yet" in text_of(visit_as(together.ben).get(url("decisions")))


def test_the_pages_ask_as_many_questions_for_thirty_items_as_for_one(together):
    def queries(address):
        client = visit_as(together.ana)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def share_some(count):
        with transaction_as(together.ana.actor):
            for number in range(count):
                content = bridge.offer(
                    place=together.ana,
                    content_type=ContentType.OWNERSHIP_LINE,
                    item_id=uuid4(),
                    words=f"line {number}",
                    now=NOW,
                )
                bridge.grant(place=together.ana, content_id=content.pk, digest=bridge.digest(content), now=NOW)

    addresses = [url("shared", together.ana.session.pk), url("decisions")]
    share_some(1)
    few = [queries(address) for address in addresses]
    share_some(12)
    assert [queries(address) for address in addresses] == few
    assert max(few) <= 12


# --- not theirs --------------------------------------------------------------------------------------------------


def without_tokens(answer):
    """The bytes of a page but for the masks of its CSRF token."""
    return re.sub(rb"\b[A-Za-z0-9]{64}\b", b"", answer.content)


def addresses(place, content):
    session = place.session.pk
    return [
        ("get", preview(content)),
        ("post", preview(content)),
        ("get", url("shared", session)),
        ("post", url("take_back", session, content.pk)),
        ("get", url("pressed", session)),
        ("get", url("decisions_here", session)),
    ]


def test_a_stranger_finds_nothing_the_same_as_where_nothing_is(together, offered):
    stranger = begin(person("cleo@example.org"), "Cleo")
    client = visit_as(stranger)
    for method, address in addresses(together.ana, offered):
        absent = address.replace(str(together.ana.session.pk), str(uuid4()))
        answers = [getattr(client, method)(path, {"decision": "share"}) for path in (address, absent)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert without_tokens(answers[0]) == without_tokens(answers[1])


def test_the_partner_finds_no_offer_and_takes_nothing_back(together, offered):
    client = visit_as(together.ben)
    session = together.ana.session.pk
    for content_id in (offered.pk, uuid4()):
        assert client.get(url("preview", session, content_id)).status_code == 404
        assert client.post(url("preview", session, content_id), {"decision": "share"}).status_code == 404
        assert client.post(url("take_back", session, content_id)).status_code == 404
    assert standing(together.ana, offered) == Standing.UNDECIDED


def test_the_partners_own_pages_do_not_change_with_what_is_kept_from_them(together, offered):
    client = visit_as(together.ben)
    session = together.ben.session.pk
    pages = [url("shared", session), url("decisions"), url("decisions_here", session)]

    def bytes_of_pages():
        return [without_tokens(client.get(page)) for page in pages]

    before = bytes_of_pages()
    press(visit_as(together.ana), offered, "private")
    assert bytes_of_pages() == before


def test_nobody_is_asked_to_sign_in(together, offered):
    for method, address in [*addresses(together.ana, offered), ("get", url("everywhere")), ("get", url("decisions"))]:
        answer = getattr(Client(), method)(address)
        if answer.status_code != 405:
            assert answer.status_code == 302 and answer.url.startswith(reverse("account_login"))
