"""Who is signed in behind a stream, and how open streams hear that the sign-in is over.

Functions here are synchronous. Those that read the database are for LiveApp's threads, which close its connections.
"""

import logging
from importlib import import_module
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.utils.crypto import salted_hmac

from beheard.live.broker import ENDED, TROUBLE, broker, tombstone_key

logger = logging.getLogger(__name__)

LONGEST_KEY = 40  # as long as the column that holds it


class SignIn(NamedTuple):
    user: object
    session_key: str


def session_tag(session_key: str) -> str:
    """Names a login session without being a key to it."""
    return salted_hmac("beheard.live.sessions", session_key, algorithm="sha256").hexdigest()[:40]


def end(session_key: str | None) -> None:
    """Call whenever a login session is deleted: every stream opened with it falls silent at once and closes.

    Never raises: signing out must succeed while Redis is away. Streams then find out by looking, within 15 s.
    """
    if not session_key:
        return
    tag = session_tag(session_key)
    try:
        with broker().pipeline(transaction=True) as pipeline:
            pipeline.set(tombstone_key(tag), 1, ex=settings.REPLY_STREAM_SECONDS + 60)
            pipeline.publish(ENDED, tag)
            pipeline.execute()
    except TROUBLE as trouble:
        logger.warning("The end of a login session could not be announced: %s", type(trouble).__name__)


def sign_in_of(scope: dict) -> SignIn | None:
    """The person whose session cookie came with this ASGI request; None for nobody. Runs without an actor."""
    headers = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    session_key = parse_cookie(headers.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    user = _user_of(session_key) if session_key and len(session_key) <= LONGEST_KEY else None
    return SignIn(user, session_key) if user else None


def still_signed_in(session_key: str) -> bool:
    """Whether the session exists and signs in a person, still active, whose password has not changed since."""
    return _user_of(session_key) is not None


def _user_of(session_key: str):
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    # get_user() renews or flushes a session that it finds outdated. A stream looks, and changes nothing.
    request.session.cycle_key = request.session.flush = lambda: None
    user = get_user(request)
    return user if user.is_authenticated else None
