"""Taking a copy of everything, and taking everything away. Both ask for the password."""

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes

from beheard.api import access
from beheard.api.forms import body_of
from beheard.api.operations import ApiView, operation
from beheard.api.throttles import EVERYWHERE, Password
from stages.mine.actions import erase_person
from stages.mine.exporting import exported
from stages.mine.forms import EraseForm


class Copy(ApiView):
    @operation(gives=("application/zip", OpenApiTypes.BINARY))
    def post(self):
        """Everything of yours in one file. Nothing of it is kept here."""
        access.ask_password(self.request)
        return HttpResponse(
            exported(by=self.request._request.actor, now=timezone.now()), content_type="application/zip"
        )

    def keeps_answers(self, request):
        return False


class Erase(ApiView):
    throttle_classes = [*EVERYWHERE, Password]

    @operation(takes=body_of(EraseForm, user=None))
    def post(self, sent):
        """Everything of yours goes, for good, and the account with it."""
        erase_person(by=self.request._request.actor, now=timezone.now())

    def form_needs(self):
        return {"user": self.request.user}

    def keeps_answers(self, request):
        return False


urlpatterns = [
    path("copy/", Copy.as_view(), name="copy"),
    path("erase/", Erase.as_view(), name="erase"),
]
