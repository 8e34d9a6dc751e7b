"""E-mails of every kind, as they go out: neutral, the same in text and HTML, and with nothing of anybody's in them.

`SHOTS=folder` writes each as .html and .txt, to be looked at.
"""

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from beheard.people.accounts import AccountAdapter
from beheard.people.models import User
from beheard.rls import Actor, no_actor, transaction_as
from stages.compact import actions as compact
from stages.compact import sending
from stages.models import NoticeKind, Notification
from stages.rhythm import sweeps
from stages.rhythm.models import BY_EMAIL
from stages.rhythm.words import LETTERS
from tests.couple import ADA, BEN, WORDS, Couple

pytestmark = pytest.mark.django_db
ADDRESS, PASSWORD, TOPIC = "someone@example.org", "four plain words here", "The work at home"
NOTICES = sorted(LETTERS)
ACCOUNT = ["confirm", "already", "reset", "unknown", "changed"]
EVERY = ["invitation", "resend", *NOTICES, *ACCOUNT]


def notice(kind) -> None:
    couple = Couple().until("joined")
    with transaction_as(Actor.system()):
        Notification.objects.all().update(emailed_at=timezone.now())
        Notification.objects.create(
            owner_id=couple.actors[BEN].user_id, session_id=couple.session_id, kind=kind, due_at=timezone.now()
        )
    assert sweeps.send_notices(now=timezone.now()) == 1


def invitation(*, again: bool = False) -> None:
    couple = Couple().until("heard")
    with couple.acting(ADA) as place:
        compact.approve_topic(place=place, topic=TOPIC, now=timezone.now())
    for days in (2, 0) if again else (0,):
        now = timezone.now() - timezone.timedelta(days=days)
        with couple.acting(ADA) as place:
            compact.invite(place=place, email=ADDRESS, now=now)
    mail.outbox.clear()
    ((invitation_id, user_id),) = sending.owed(now=timezone.now() + sending.GRACE)
    assert sending.send(invitation_id=invitation_id, user_id=user_id, now=timezone.now())


def person() -> User:
    with no_actor():
        user = User.objects.create_user(ADDRESS, PASSWORD, name=ADA)
        EmailAddress.objects.create(user=user, email=ADDRESS, primary=True, verified=True)
    return user


def account(kind) -> None:
    if kind == "already":  # goes out only where an address has to be confirmed first: rendered as allauth would
        context = {"password_reset_url": "http://127.0.0.1/account/password/reset/"}
        AccountAdapter().render_mail("account/email/account_already_exists", ADDRESS, context).send()
        return
    if kind in ("reset", "changed"):
        user = person()
    client = Client()
    if kind == "confirm":
        client.post(reverse("account_signup"), {"email": ADDRESS, "password1": PASSWORD, "name": ADA})
    elif kind in ("reset", "unknown"):
        client.post(reverse("account_reset_password"), {"email": ADDRESS})
    else:
        client.force_login(user)
        new = "another four plain words"
        client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})


def sent(kind):
    mail.outbox = []
    if kind in NOTICES:
        notice(kind)
    elif kind in ACCOUNT:
        account(kind)
    else:
        invitation(again=kind == "resend")
    (message,) = mail.outbox
    return message


class Words(HTMLParser):
    """What a person reads of an HTML page: no head."""

    def __init__(self, html):
        super().__init__()
        self.found, self.head = [], False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.head = self.head or tag == "head"

    def handle_endtag(self, tag):
        self.head = self.head and tag != "head"

    def handle_data(self, data):
        if not self.head:
            self.found += data.split()


@pytest.mark.parametrize("kind", EVERY)
def test_an_email_is_neutral_and_the_same_in_text_and_html(kind):
    message = sent(kind)
    ((html, media),) = message.alternatives
    keep(kind, message.body, html)
    assert media == "text/html" and message.subject == "BeHeard" and len(message.to) == 1
    assert message.body.replace(":\n", "\n").split() == Words(html).found
    assert not re.search(r"<(img|script|link|iframe)|url\(|@import", html)
    links = set(re.findall(r"https?://\S+", message.body))
    assert len(links) <= 1 and set(re.findall(r'href="([^"]+)"', html)) == links

    said = message.body + html
    assert TOPIC not in said and BEN not in said and (ADA in said) == (kind in ("invitation", "resend"))
    assert not any(words[:20] in said for name in (ADA, BEN) for words in WORDS[name])
    with transaction_as(Actor.system()):
        sessions = Notification.objects.values_list("session_id", flat=True)
        assert not any(str(session) in said for session in sessions)


def test_there_is_a_letter_for_each_kind_that_goes_out_and_none_about_a_decision():
    assert set(LETTERS) == set(BY_EMAIL) and set(NoticeKind) - set(BY_EMAIL) == {NoticeKind.GUIDE}
    assert not any(re.search("declin|revok|refus|taken back", str(kind.label)) for kind in NoticeKind)


@pytest.mark.parametrize(
    "name", ["www.win-money.example", "http://x.example/", "Dear customer, your account is locked. Call", "a" * 61]
)
def test_a_name_that_is_none_does_not_travel(name):
    assert sending.letter(name, "https://x/").before[0].startswith("Someone ")


@pytest.mark.parametrize("name", ["Ada", "Jean-Luc", "O'Neill", "María José", "J. R. Smith", "李雷"])
def test_a_name_that_is_one_does(name):
    assert sending.letter(name, "https://x/").before[0].startswith(f"{name} ")


def test_an_invitation_goes_out_when_the_broker_was_away(monkeypatch):
    """The row is committed with the invitation; what was queued on commit does not matter."""
    couple = Couple().until("heard")
    with couple.acting(ADA) as place:
        compact.approve_topic(place=place, topic=TOPIC, now=timezone.now())
    monkeypatch.setattr(
        sending, "quietly", lambda *ids: pytest.fail("only ids of what is owed") if len(ids) != 3 else None
    )
    with couple.acting(ADA) as place:
        link = compact.invite(place=place, email=ADDRESS, now=timezone.now())
    soon = timezone.now() + sending.GRACE
    ((invitation_id, user_id),) = sending.owed(now=soon)
    assert sending.send(invitation_id=invitation_id, user_id=user_id, now=soon)
    assert link in mail.outbox[0].body
    assert not sending.send(invitation_id=invitation_id, user_id=user_id, now=soon) and not sending.owed(now=soon)


def test_an_invitation_is_tried_again_when_the_mail_server_was_away(settings):
    couple = Couple().until("heard")
    with couple.acting(ADA) as place:
        compact.approve_topic(place=place, topic=TOPIC, now=timezone.now())
    with couple.acting(ADA) as place:
        compact.invite(place=place, email=ADDRESS, now=timezone.now())
    now = timezone.now() + sending.GRACE
    ((invitation_id, user_id),) = sending.owed(now=now)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(OSError):
        sending.send(invitation_id=invitation_id, user_id=user_id, now=now)
    assert sending.owed(now=now) == []
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    later = now + sending.HOLD + sending.GRACE
    assert sending.owed(now=later) == [(invitation_id, user_id)]
    assert sending.send(invitation_id=invitation_id, user_id=user_id, now=later) and len(mail.outbox) == 1


def keep(kind: str, text: str, html: str) -> None:
    if folder := os.environ.get("SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / f"{kind.lower()}.txt").write_text(text)
        (Path(folder) / f"{kind.lower()}.html").write_text(html)
