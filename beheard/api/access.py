"""Who is asking: by token or by the sign-in of the browser, decided before any protected query (beheard.rls.middleware)."""

import time
from dataclasses import dataclass
from datetime import datetime

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions

from beheard.api import tokens
from beheard.api.models import ApiToken
from beheard.rls import Actor, no_actor


@dataclass(frozen=True)
class SignIn:
    """`user` is nobody's for a token that is none."""

    user: object
    token: ApiToken | None = None


def sign_in_of(request) -> SignIn:
    """A token is asked for first; one that is not good is nobody, whoever else the browser is signed in as."""
    kind, _space, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if not kind:
        with no_actor():
            return SignIn(request.user if request.user.is_authenticated else AnonymousUser())
    token = tokens.find(secret.strip()) if kind.lower() == "bearer" else None
    return SignIn(token.user, token) if token else SignIn(AnonymousUser())


def actor_for(request) -> Actor | None:
    """The actor of an API request; None for nobody, who is then told to sign in."""
    request.sign_in = sign_in_of(request)
    return Actor.user(request.sign_in.user.pk) if request.sign_in.user.is_authenticated else None


class SignedIn(authentication.SessionAuthentication):
    """What the middleware found. A browser's sign-in needs the CSRF token with everything that writes; a token does not."""

    def authenticate(self, request):
        found = request._request.sign_in
        if not found.user.is_authenticated:
            return None
        if found.token is None:
            self.enforce_csrf(request)
        return found.user, found.token

    def authenticate_header(self, request):
        return "Bearer"

    def enforce_csrf(self, request):
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as refused:
            raise exceptions.PermissionDenied(_("This needs the page's token (X-CSRFToken).")) from refused


class PasswordNeeded(exceptions.PermissionDenied):
    default_detail = _("Please give your password again (POST /api/v1/password). It opens this for a while.")
    default_code = "password-needed"


def minutes_since_password(request) -> float:
    """Minutes since the password was last given with this token or in this browser; infinite when that is not known."""
    if request.auth is not None:
        return (time.time() - request.auth.password_at.timestamp()) / 60
    records = get_authentication_records(request._request, request.user)
    given = [record["at"] for record in records if record.get("at")]
    return (time.time() - max(given)) / 60 if given else float("inf")


def ask_password(request) -> None:
    """For what asks for the password again after a while, here as on the pages. Raises PasswordNeeded."""
    if minutes_since_password(request) >= settings.VESSEL_REAUTH_MINUTES:
        raise PasswordNeeded


def give_password(request, password: str, now: datetime) -> bool:
    """Whether it is theirs; then what asks for it is open again, for this token or this browser."""
    with no_actor():
        if not request.user.check_password(password):
            return False
        if request.auth is not None:
            tokens.password_given(request.auth, now)
        else:
            reauthenticate_by_password(request._request)
    return True
