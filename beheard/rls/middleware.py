"""Each page runs and renders inside one transaction, as the person who is signed in.

A TemplateResponse renders after its view has returned; lazy querysets would then ask outside the transaction. So the view is
called, and its response rendered, here. What may take long without the database, such as asking a far model, a view declares as
`view.ahead_of_transaction`: called with the request before its transaction begins.
"""

from django.db import connection

from beheard.rls.actor import Actor, transaction_as
from beheard.rls.errors import NotYours
from beheard.rls.reading import remember_answers

WITHOUT_ACTOR = ("allauth.", "django.contrib.admin.", "django.contrib.staticfiles.", "django.views.i18n")


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


def actor_for(request, view) -> Actor | None:
    """The actor of a page: the signed-in person; what the view itself declares (`view.actor`); nobody on account pages."""
    declared = getattr(view, "actor_for_request", None)
    if declared is not None:
        return declared(request)
    if view.__module__.startswith(WITHOUT_ACTOR) or not request.user.is_authenticated:
        return None
    return Actor.user(request.user.pk)
