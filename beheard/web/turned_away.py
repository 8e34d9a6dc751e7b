"""A form that could not be taken gives the words in it back: whoever was signed out while they wrote has them still."""

from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

SAFE = ("GET", "HEAD", "OPTIONS")


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Pages and presses lead to signing in; forms give back what was written. A view opts out with @login_not_required."""

    def handle_no_permission(self, request, view_func):
        if request.method in SAFE:
            return super().handle_no_permission(request, view_func)
        if _written(request):
            return words_back(request)
        return redirect_to_login(_came_from(request))


def words_back(request, reason: str = "") -> HttpResponse:
    """403, with the words that were posted and the way back to their page. Django calls it for a stale form, too."""
    context = {"written": _written(request), "came_from": _came_from(request)}
    return render(request, "web/words_back.html", context, status=403)


def _written(request) -> list[str]:
    """What a person typed: values with a space in them. Nothing that another site made the browser send."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return []
    typed = [value for name, values in request.POST.lists() if "password" not in name for value in values]
    return [value for value in typed if len(value.split()) > 1]


def _came_from(request) -> str:
    """The address of the page on this site that held the form, without its host; "/" if that is not known."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return "/"
    return urlsplit(page).path or "/"
