"""The private vessel asks for the password again after a while (DESIGN §8)."""

import time
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse

SAFE = ("GET", "HEAD", "OPTIONS")


def minutes_since_password(request) -> float:
    """Minutes since this person last gave their password in this browser; infinite when it is not known."""
    given = [record["at"] for record in get_authentication_records(request, request.user) if record.get("at")]
    return (time.time() - max(given)) / 60 if given else float("inf")


def asks_password(view: Callable) -> Callable:
    """A page that opens only for a while after the password was given.

    What is being written when that while ends is not lost: a form may be sent for as long again.
    """

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        allowed = settings.VESSEL_REAUTH_MINUTES * (1 if request.method in SAFE else 2)
        if minutes_since_password(request) < allowed:
            return view(request, *args, **kwargs)
        back = request.get_full_path() if request.method in SAFE else reverse("private:vessels")
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")

    return wrapper
