"""One operation of the API: what it takes, what it does, what it gives.

    class Recap(SessionView):
        @operation(gives=RecapShown)
        def get(self, place):
            "What the guide has heard."
            return queries.open_recap(place)

        @operation(takes=body_of(RecapForm))
        def post(self, place, sent):
            "Say whether it is right."
            actions.accept_recap(place=place, …)

`takes` validates what was sent and hands it over as `sent`; `gives` turns what the method returns into the answer (None: 204).
Rules live in actions, here as on the pages: NotYours is a 404, NotNow a 409 with its sentence, whatever was done is undone.
"""

from collections.abc import Callable
from functools import wraps

from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from beheard.api import access, idempotency, problems
from beheard.api.lists import Page
from beheard.api.parsers import OnlyJSON
from beheard.api.schema import OperationSchema
from beheard.api.throttles import EVERYWHERE
from beheard.people.pages import place_of


class AlwaysJSON(BaseContentNegotiation):
    def select_parser(self, request, parsers):
        sent = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == sent), None)

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class Answer(Response):
    def renderer_json(self) -> bytes:
        return JSONRenderer().render(self.data)


class Made(serializers.Serializer):
    """What was made."""

    id = serializers.UUIDField(source="pk")


def operation(*, takes=None, gives=None, status: int | None = None, also: tuple[int, ...] = ()) -> Callable:
    """`also`: statuses of its own that the document must name."""

    def decorate(act):
        @wraps(act)
        def method(self, request, **ids):
            given = idempotency.given_with(request) if request.method == "POST" else None

            def do():
                known = self.known(request, ids)
                if takes is not None:
                    known["sent"] = self.read(takes, request, given, known)
                found = act(self, **known)
                return self.answer(request, found, gives, status), known.get("place") or getattr(self, "place", None)

            return idempotency.once(request, given, do) if self.keeps_answers(request) else do()[0]

        method.operation = {"takes": takes, "gives": gives, "status": _status(act, gives, status), "also": also}
        return method

    return decorate


def _status(act, gives, status) -> int:
    if status is not None:
        return status
    if gives is None:
        return 204
    return 201 if act.__name__ == "post" and gives is Made else 200


class ApiView(APIView):
    """Runs in one transaction as whoever is signed in, with a token or in the browser."""

    authentication_classes = [access.SignedIn]
    permission_classes = [IsAuthenticated]
    throttle_classes = EVERYWHERE
    parser_classes = [OnlyJSON]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = AlwaysJSON
    metadata_class = None
    http_method_names = ["get", "head", "post", "put", "delete"]
    schema = OperationSchema()
    actor_for_request = staticmethod(access.actor_for)
    ahead_of_transaction = None

    @classmethod
    def as_view(cls, **kwargs):
        view = super().as_view(**kwargs)
        view.actor_for_request = cls.actor_for_request
        view.ahead_of_transaction = cls.ahead_of_transaction
        return view

    def check_permissions(self, request):
        self.check_throttles_first(request)
        super().check_permissions(request)

    def check_throttles_first(self, request) -> None:
        """Also for those who are then told to sign in."""
        waits = [throttle.wait() for throttle in self.get_throttles() if not throttle.allow_request(request, self)]
        if waits:
            self.throttled(request, max(waits))

    def check_throttles(self, request):
        return None  # done already

    def get_exception_handler(self):
        return problems.answer

    def known(self, request, ids: dict) -> dict:
        """What the method is given besides what was sent."""
        return dict(ids)

    def read(self, takes, request, given, known) -> dict:
        context = {"form": self.form_needs(**known), "view": self}
        if given is not None:
            context["key"] = given.for_action(request.user.pk)
        reading = takes(data=request.data, context=context)
        reading.is_valid(raise_exception=True)
        return reading.validated_data

    def form_needs(self, **known) -> dict:
        """What the form needs besides what was sent."""
        return {}

    def answer(self, request, found, gives, status) -> Answer:
        if isinstance(found, HttpResponseBase):
            return found
        if gives is None:
            return Answer(status=204)
        if isinstance(gives, Page):
            return Answer(gives.answer(request, found))
        status = status or (201 if request.method == "POST" and gives is Made else 200)
        return Answer(gives(found, context={"request": request}).data, status=status)

    def keeps_answers(self, request) -> bool:
        return request.method == "POST"


class SessionView(ApiView):
    """For an address with `session_id`: the method is given `place`. For any other session than their own: not there."""

    def known(self, request, ids):
        place = place_of(request._request.actor, ids["session_id"])
        self.check(place)
        return {"place": place} | {name: value for name, value in ids.items() if name != "session_id"}

    def check(self, place) -> None:
        """Whether the way has come here. Raises NotNow."""
