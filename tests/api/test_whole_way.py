"""Two people go the whole way by the API alone, with every side path, and every operation of the document is done on it.

A worker's part is played here. What is left again afterwards stands under `undone`.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from beheard.rls import no_actor, transaction_as
from library import contributions
from stages.models import Purpose
from stages.needs import common, search
from stages.perspective.models import EmpathyDraft, EmpathyValidation
from stages.repair import pool
from tests.api.caller import ROOT, Caller, token_for
from tests.api.reached import operations
from tests.api.walker import DONE, PASSWORD, Pair, Walker, hear, signed_up
from tests.bad_input.site import undone
from tests.couple import ADA, BEN, Couple
from tests.library.test_contributions import as_curator, edited, offered

pytestmark = pytest.mark.django_db


# --- stage by stage ----------------------------------------------------------------------------------------------------------
def account(pair: Pair) -> None:
    ada, actor = pair.ada, pair.actor(pair.ada)
    assert ada.shown(ROOT + "me/")["name"] == ADA
    ada.post(ROOT + "password/", {"password": PASSWORD})
    other = Walker(secret=token_for(actor))
    other.post(ROOT + "sign-out/")
    with no_actor():
        token_for(actor)
    spare = next(one for one in ada.shown(ROOT + "tokens/")["tokens"] if not one["this_one"])
    ada.delete(f"{ROOT}tokens/{spare['id']}/")
    assert len(ada.shown(ROOT + "tokens/")["tokens"]) == 1
    assert ada.shown(ROOT + "cooling-off/") == {"minutes": 0}
    settings = ada.shown(ROOT + "settings/")
    assert ada.put(ROOT + "settings/", settings | {"quiet_from": 22, "quiet_to": 7}).json()["quiet_from"] == 22
    assert ada.sent(ROOT + "library/", {"words": "we only talk about chores"})["items"]
    assert ada.shown(ROOT + "notices/count/") == {"unseen": 0} and not ada.shown(ROOT + "notices/")["results"]
    ada.post(ROOT + "notices/seen/")


def conversation(pair: Pair) -> None:
    ada = pair.ada
    said = ada.sent("messages/", {"words": "We fought about the dishes again."})["id"]
    pair.answer(ada, said)
    assert ada.shown(f"messages/{said}/")["reply"]["words"]
    ada.put(f"messages/{said}/", {"words": "We fought about the dishes, again and again."})
    assert "again and again" in str(ada.shown("messages/")["results"])
    with undone():
        ada.delete(f"messages/{said}/")
    ada.post("barometer/", {"intensity": 6, "context": "tired"})
    assert ada.shown("barometer/")["results"][0]["words"] == "tired"
    ada.post("exercises/breathing/")
    ada.post("break/", {"minutes": 20})
    assert ada.put("coming-back/", {"when": "week"}).json()["back_at"] == ada.shown("coming-back/")["back_at"]
    ada.put("drafts/conversation/", {"text": "not sent yet"})
    assert ada.shown("drafts/conversation/") == {"text": "not sent yet"}
    assert ada.shown("conversation/")["turns"] == 2 and ada.shown("way/")["marks"]
    for answer, correction in [("own", "It is the dishes."), ("correct", "It is not only the dishes.")]:
        with undone():
            hearing = ada.sent("messages/", {"words": "And then the evening was over."})["id"]
            pair.answer(ada, hearing)
            ada.post(f"recap/{pair.recap(ada)}/", {"answer": answer, "correction": correction})
    hear(pair, ada)
    ada.post("recap/")
    assert ada.sent("heard/", {"answer": "no"})["guide"]
    assert ada.shown("looked-at/")["results"]
    ada.post("similar/", {"words": "the dishes"})


def alone(pair: Pair) -> None:
    ada = pair.ada
    with undone():
        ada.put("alone/letter/", {"letter": "What I never said."})
        ada.put("alone/request/", {"request": "Please ask me first."})
        experiment = ada.shown("alone/")["experiments"][0]["id"]
        ada.put("alone/experiment/", {"id": experiment})
        ada.post("alone/enough/")
        kept = ada.shown("alone/")
        assert (kept["request"], kept["experiment"], kept["ended"]) == ("Please ask me first.", experiment, True)
        ada.delete("alone/enough/")
        ada.post("end/")


def vessel(pair: Pair) -> None:
    ada = pair.ada
    held = {one["key"]: one["held"] for one in ada.shown("vessel/")["sections"]}
    assert held["boundaries"] == 0
    firm = ada.sent("vessel/boundaries/new/", {"words": "No shouting.", "non_negotiable": True})["id"]
    ada.put(f"vessel/boundaries/{firm}/", {"words": "No shouting at night.", "non_negotiable": True})
    assert ada.shown("vessel/boundaries/")["results"][0]["id"] == firm
    address = f"{ROOT}sessions/{ada.session_id}/vessel/documents/new/"
    file = SimpleUploadedFile("note.txt", b"a list of evenings")
    answer = Client().post(address, {"file": file}, headers={"Authorization": f"Bearer {ada.secret}"})
    assert answer.status_code == 201, answer.content
    DONE.add(("new_document", "post"))
    assert ada.get(f"vessel/documents/{answer.json()['id']}/file/").content == b"a list of evenings"
    ada.delete(f"vessel/documents/{answer.json()['id']}/delete/")
    assert not ada.shown("vessel/documents/")["results"]


def invitation(pair: Pair) -> None:
    ada = pair.ada
    ada.post("topic/offer/")
    pair.suggest(ada, Purpose.TOPIC, ada.session_id)
    offered = ada.shown("topic/")["offered"]
    assert ada.sent("topic/", {"topic": offered})["approved"]
    ada.post("invitation/", {"email": ""})
    ada.delete("invitation/")
    assert ada.shown("invitation/")["state"] == "expired"
    token = ada.sent("invitation/", {"email": ""})["link"].rstrip("/").rsplit("/", 1)[-1]
    visitor, link = Walker(), f"{ROOT}invitations/{token}/"
    assert visitor.shown(link)["inviter"] == ADA
    with undone():
        visitor.post(link + "decline/")
        assert ada.shown("invitation/")["state"] == "open"
    pair.ben = signed_up(pair.people, BEN)
    ben = pair.ben
    ben.session_id = ben.sent(link + "join/", {"name": BEN})["id"]
    assert str(ben.session_id) == str(ada.session_id)
    with undone():
        ben.post("messages/", {"words": "I came to look."})
        ada.post("who-joined/", {"is_them": False})
        (left,) = ben.shown(ROOT + "left/")["left"]
        assert left["entries"][0]["words"] == "I came to look."
        ben.delete(f"{ROOT}left/{left['vessel']}/")
        assert not ben.shown(ROOT + "left/")["left"]
    ada.post("who-joined/", {"is_them": True})
    hear(pair, ben)


def compact(pair: Pair) -> None:
    ada, ben = pair.ada, pair.ben
    with undone():
        ada.post("pause/")
        assert ben.shown("")["status"] == "PAUSED"
        ada.post("resume/")
    ada.post("compact/", {"agree": True})
    ada.delete("compact/")
    with undone():
        ada.post("compact/", {"agree": True})
        ada.post("compact/without/")
        assert ada.shown("compact/")["went_on"]
    for walker in (ada, ben):
        walker.post("compact/", {"agree": True})
    assert ada.shown("compact/")["both"] and ada.shown("before/")["agreements"] == []


def shares(pair: Pair) -> None:
    """A boundary of Ben's crosses, in exactly his words; Ada may take it as a hint."""
    ada, ben = pair.ada, pair.ben
    item = ben.sent("vessel/boundaries/new/", {"words": "No shouting at me!", "non_negotiable": True})["id"]
    ben.post(f"share/boundaries/{item}/words/")
    pair.suggest(ben, Purpose.SOFTEN, item)
    offered = ben.shown(f"share/boundaries/{item}/words/")["offered"]
    offer = ben.sent(f"share/boundaries/{item}/start/", {"words": offered})
    offer = ben.put(f"shares/{offer['id']}/", {"words": "Please let us speak quietly."}).json()
    assert ben.shown(f"shares/{offer['id']}/")["original"].startswith("No shouting at me!")
    with undone():
        ben.post(f"shares/{offer['id']}/private/")
    ben.post(f"shares/{offer['id']}/", {"digest": offer["digest"]})
    assert ada.shown("received/") == {"received": []}  # nothing of the other before Stage 2
    ada.shown("letter/")
    assert ada.shown("received/")["received"][0]["words"] == "Please let us speak quietly."
    with undone():
        ben.delete(f"shares/{offer['id']}/")
        assert ada.shown("received/") == {"received": []}
    assert ben.shown("shares/")["results"] and ben.shown(ROOT + "decisions/")["results"]
    assert ben.shown("decisions/")["results"][0]["action"] in ("GRANTED", "CROSSED")


LETTER = {"guess": "I guess the evenings are heavy for you.", "want_known": "I do not keep count."}


def letters(pair: Pair) -> None:
    ada, ben = pair.ada, pair.ben
    assert ada.sent("letter/hints/")["taken"] == ada.shown("letter/hints/")["taken"] == ["Please let us speak quietly."]
    first = ada.sent("letter/drafts/", LETTER | {"guess": "You never listen, and you are lazy."})["version"]
    ada.post(f"letter/drafts/{first}/")
    with transaction_as(pair.actor(ada)):
        draft = EmpathyDraft.objects.get(version=first)
    pair.suggest(ada, Purpose.GUESS, draft.pk)
    question = ada.shown(f"letter/drafts/{first}/")["questions"][0]
    ada.post(f"letter/questions/{question['id']}/", {"taken": True})
    assert len(ada.shown("letter/drafts/")["results"]) == 1
    offer = ada.sent("letter/", LETTER)
    with undone():
        ada.post("letter/private/", {"id": offer["id"]})
    with undone():
        ada.post("letter/without/")
    agreed = {"id": offer["id"], "digest": offer["digest"]}
    with undone():
        ada.post("letter/share/", agreed)
        ada.delete("letter/share/")
    ada.post("letter/share/", agreed)
    ada.post("letter/wait-again/")
    assert ada.shown("letter/")["state"] == "on_its_way"
    offer = ben.sent("letter/", LETTER)
    ben.post("letter/share/", {"id": offer["id"], "digest": offer["digest"]})
    assert ada.shown("letter/")["state"] == ben.shown("letter/")["state"] == "crossed"


def answers(pair: Pair) -> None:
    ada, ben = pair.ada, pair.ben
    for walker in (ada, ben):
        walker.post("letter/theirs/")
    letter = ada.shown("letter/theirs/")["letter"]
    assert letter["sentences"][0] == LETTER["guess"]
    ada.put("letter/answer/", {"letter": letter["id"], "landed": [0], "to_add": "You never even ask me how I am."})
    ada.post("letter/answer/coaching/")
    with transaction_as(pair.actor(ada)):
        answer = EmpathyValidation.objects.get()
    pair.suggest(ada, Purpose.ADDED, answer.pk)
    assert ada.shown("letter/answer/")["softer"]
    ada.post("letter/answer/softer/")
    offer = ada.sent("letter/answer/offer/")
    with undone():
        ada.post("letter/later/private/", {"id": offer["id"]})
    ada.post("letter/later/share/", {"id": offer["id"], "digest": offer["digest"]})
    assert ben.shown("letter/")["added"] == [offer["words"]]
    again = ben.sent("letter/again/", {"guess": "You would like to be asked how you are."})
    with undone():
        ben.post("letter/later/share/", {"id": again["id"], "digest": again["digest"]})
        ben.delete(f"letter/later/{again['id']}/")
    for walker, verdict in ((ada, "UNDERSTOOD"), (ben, "DIFFERENTLY")):
        walker.post("letter/closing/", {"verdict": verdict})


def needs(pair: Pair) -> None:
    ada, ben = pair.ada, pair.ben
    for walker in (ada, ben):
        walker.shown("needs/")
        walker.post("needs/look/")
        search.find_needs(now=timezone.now(), **pair.ids(walker))
        made = walker.sent("needs/", {"need": "", "words": "I need to be seen.", "category": "RECOGNITION"})["id"]
        walker.put(f"needs/{made}/", {"words": "I need you to see me.", "category": "RECOGNITION"})
        for answer in ("not_mine", "open", "mine"):
            walker.post(f"needs/{made}/decision/", {"answer": answer})
        offer = walker.sent(f"needs/{made}/offer/")
        with undone():
            walker.post(f"needs/offers/{offer['id']}/private/")
        walker.post(f"needs/offers/{offer['id']}/", {"digest": offer["digest"]})
        with undone():
            walker.delete(f"needs/offers/{offer['id']}/")
        walker.post("needs/chosen/")
        with undone():
            walker.post("needs/without/")
    assert any(need["confirmed"] for need in ada.shown("needs/")["needs"])
    common.find(session_id=UUID(str(ada.session_id)), now=timezone.now())
    for walker in (ada, ben):
        maps = walker.shown("side-by-side/")
        assert maps["own"][0]["words"] == maps["partner"][0]["words"] == "I need you to see me."
        walker.post("side-by-side/", {"words": "They look alike."})
        found = walker.shown("common-ground/")["unanswered"]
        walker.post("common-ground/", {"answers": [{"id": one["id"], "yes": True} for one in found]})
    assert ada.shown("common-ground/")["confirmed"] == ben.shown("common-ground/")["confirmed"] != []


PLAIN = "For one week, we drink %s together for ten minutes after work."


def ideas(pair: Pair) -> None:
    ada, ben = pair.ada, pair.ben
    own = ada.sent("my-part/", {"text": "I went quiet for days."})
    ada.post(f"shares/{own['id']}/", {"digest": own["digest"]})
    assert ben.shown("ideas/")["from_partner"][0]["words"] == "I went quiet for days."
    for walker, drink in ((ada, "tea"), (ben, "coffee")):
        idea = {"idea": f"{drink} together", "duration_days": 7, "measure": "We look forward to it."}
        walker.put("ideas/1/", idea)
        with undone():
            walker.delete("ideas/1/")
        offer = walker.sent("ideas/1/plain/", {"plain": PLAIN % drink})
        walker.post(f"shares/{offer['id']}/", {"digest": offer["digest"]})
        walker.post("ideas/ready/")
        with undone():
            if walker is ada:
                walker.post("ideas/without/")
        if walker is ada:
            walker.delete("ideas/ready/")
            walker.post("ideas/ready/")
            assert walker.shown("waiting/")["waits_for"] == "IDEAS"
    pool.publish(UUID(str(ada.session_id)))


def agreement(pair: Pair) -> None:
    ada, ben = pair.ada, pair.ben
    for walker in (ada, ben):
        piles = {"piles": [{"id": one["id"], "pile": "GLADLY"} for one in walker.shown("piles/")["ideas"]]}
        walker.post("piles/", piles)
        if walker is ada:
            walker.delete("piles/")
            walker.post("piles/", piles)
    both = ada.shown("agreement/")["both_would"]
    assert {one["words"] for one in both} > {PLAIN % "tea", PLAIN % "coffee"}  # and what the library had
    with undone():
        ada.post("more-ideas/")
        ada.delete("more-ideas/")
    with undone():
        ada.post("closing/", {"needs": [], "unmet": "Some of it.", "commitment": "I ask first."})
        assert ada.shown("closing/")["commitment"] == "I ask first."
        ada.delete("closing/")
    words = {"description": "We drink tea.", "measure": "We laugh.", "duration_days": 7, "proposal": both[0]["id"]}
    made = ada.sent("agreement/", words | {"follow_up": str(timezone.localdate() + timedelta(days=8))})["id"]
    ada.delete(f"agreement/{made}/yes/")
    for walker in (ada, ben):
        walker.post(f"agreement/{made}/yes/")
    assert ben.shown("agreement/")["agreed"]["description"] == "We drink tea."


GIVEN = {
    "title": "Tea after work", "plain": PLAIN % "tea",
    "duration_days": 7, "need_categories": ["CONNECTION"],
}  # fmt: skip


def looking_back(pair: Pair) -> None:
    ada, ben = pair.ada, pair.ben
    for walker in (ada, ben):
        walker.post("check-in/", {"happened": "YES", "helped": "A_LITTLE", "in_the_way": "The late train."})
    assert len(ada.shown("check-in/")["both"]) == 2 and "late train" not in str(ben.shown("check-in/")["both"])
    looked = ada.sent("give/look/", GIVEN)
    given = ada.sent("give/", GIVEN | {"digest": looked["digest"], "consent": True})["id"]
    ada.delete(f"{ROOT}given/{given}/")


def changed_by_a_curator(pair: Pair) -> None:
    ben, actor = pair.ben, pair.actor(pair.ben)
    given = offered(actor)
    assert contributions.release()
    with transaction_as(actor):
        item_id = type(given).objects.get(pk=given.pk).item_id
    edited(item_id, title="In other words")
    as_curator(contributions.ask_again, item_id=item_id, reason="A little shorter?")
    (shown,) = ben.shown(ROOT + "given/")["given"]
    ben.post(f"{ROOT}given/{shown['id']}/yes/", {"digest": shown["edited"]["digest"]})


def once_more(pair: Pair) -> None:
    ada, ben = pair.ada, pair.ben
    for walker in (ada, ben):
        walker.post("closing/", {"needs": [], "unmet": "", "commitment": ""})
    later = ada.sent("again/", {"words": "It is about the holidays now."})["id"]
    ben.session_id = later
    ben.post("sit-down/")
    assert ben.shown("")["id"] == later and len(ada.shown(ROOT + "sessions/")["sessions"]) == 2


def gone(pair: Pair) -> None:
    ada = pair.ada
    ada.post(ROOT + "password/", {"password": PASSWORD})
    assert ada.post(ROOT + "copy/").content.startswith(b"PK")
    ada.post(ROOT + "erase/", {"password": PASSWORD, "sure": True})
    assert Caller(secret=ada.secret).get(ROOT + "me/").status_code == 401
    assert pair.ben.shown(ROOT + "me/")["name"] == BEN


def test_two_people_and_every_operation(settings):
    settings.API_LIMITS_TIMES = 1000
    call_command("load_library", verbosity=0)
    people = Couple()
    pair = Pair(people, signed_up(people, ADA), Walker())
    pair.ada.session_id = pair.ada.sent(ROOT + "sessions/", {"words": "I don't know where to begin."})["id"]
    for part in (
        account, conversation, alone, vessel, invitation, compact, shares, letters, answers, needs, ideas, agreement,
        looking_back, changed_by_a_curator, once_more, gone,
    ):  # fmt: skip
        part(pair)
    assert {(one.name, one.method) for one in operations()} - DONE == set()
