"""Each page runs and renders inside one transaction, as the person who is signed in.

A TemplateResponse renders after its view has returned; lazy querysets would then ask outside the transaction. So the view is
called, and its response rendered, here. What may take long without the database, such as asking a far model, a view declares as
`view.ahead_of_transaction`: called with the request before its transaction begins.

Of two transactions that wait for each other PostgreSQL ends one. What that one did is undone, so it is done once more.
"""

from contextlib import suppress

from django.contrib.messages.storage import default_storage
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError, connection
from django.http.request import UnreadablePostError
from django.utils.datastructures import MultiValueDict
from psycopg.errors import DeadlockDetected

from beheard.rls.actor import Actor, transaction_as
from beheard.rls.errors import NotYours
from beheard.rls.reading import remember_answers

WITHOUT_ACTOR = ("allauth.", "django.contrib.admin.", "django.contrib.staticfiles.", "django.views.i18n")
TRIES = 3


class ActorMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        actor = actor_for(request, view)
        if actor is None:
            return None
        request.actor = actor
        ahead = getattr(view, "ahead_of_transaction", None)
        if ahead is not None:
            ahead(request)
        keep_body(request)
        for _ in range(TRIES - 1):
            try:
                return self._in_transaction(actor, request, view, args, kwargs)
            except OperationalError as trouble:
                if not isinstance(trouble.__cause__, DeadlockDetected) or not begin_again(request):
                    raise
        return self._in_transaction(actor, request, view, args, kwargs)

    def _in_transaction(self, actor, request, view, args, kwargs):
        with transaction_as(actor):
            if request.method in ("GET", "HEAD"):
                remember_answers()
            response = self._respond(request, view, args, kwargs)
            if response.status_code >= 500:
                connection.set_rollback(True)
        return response

    def _respond(self, request, view, args, kwargs):
        from django.http import Http404

        try:
            response = view(request, *args, **kwargs)
        except NotYours as absent:
            raise Http404 from absent
        if hasattr(response, "render") and not response.is_rendered:
            response.render()
        return response


def keep_body(request) -> None:
    """A view reads what was sent as it comes; kept, it can be read again. Too much is left for the view to refuse.

    A form with files is not kept: its files are.
    """
    if request.content_type != "multipart/form-data":
        with suppress(RequestDataTooBig, UnreadablePostError):
            request.body  # noqa: B018


def begin_again(request) -> bool:
    """Make the request as it came: files at their beginning, nothing said to the person yet.

    False when it can't be: what was sent is gone, or a sign-in or sign-out has begun, whose session can't be put back from here.
    """
    if request.session.modified or not (hasattr(request, "_body") or hasattr(request, "_files")):
        return False
    for _name, files in getattr(request, "_files", MultiValueDict()).lists():
        for file in files:
            file.seek(0)
    if hasattr(request, "_messages"):
        request._messages = default_storage(request)
    return True


def actor_for(request, view) -> Actor | None:
    """The actor of a page: the signed-in person; what the view itself declares (`view.actor`); nobody on account pages."""
    declared = getattr(view, "actor_for_request", None)
    if declared is not None:
        return declared(request)
    if view.__module__.startswith(WITHOUT_ACTOR) or not request.user.is_authenticated:
        return None
    return Actor.user(request.user.pk)
