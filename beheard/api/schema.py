"""The OpenAPI document, from what each operation declares. Every status that can come is in it."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from beheard.api.lists import Page
from beheard.api.problems import CONTENT_TYPE

WORDS_FOR = {
    400: "What was sent is not right, or could not be read.",
    401: "Nobody is signed in, or the token is none.",
    403: "A browser's post without its CSRF token, or the password is needed again.",
    404: "Not there, or not yours: nobody is told which.",
    409: "It can't be done now; the sentence in `detail` is for the person.",
    413: "Too large.",
    415: "Not JSON.",
    422: "The Idempotency-Key was sent with something else before.",
    429: "Too often; `Retry-After` says for how long.",
}
KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The same key again within a day gives the same answer and does nothing.",
)
CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR, description="From `next` or `previous` of the page before.")


class WhatIsWrong(serializers.Serializer):
    field = serializers.CharField(allow_blank=True)
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    errors = WhatIsWrong(many=True, required=False)


class OperationSchema(AutoSchema):
    @property
    def declared(self) -> dict:
        return getattr(self.view, self.method.lower()).operation

    def get_operation_id(self):
        return f"{self.view.__class__.__name__[0].lower()}{self.view.__class__.__name__[1:]}_{self.method.lower()}"

    def get_tags(self):
        return [self.view.__module__.split(".")[-2]]

    def get_description(self):
        return " ".join((getattr(self.view, self.method.lower()).__doc__ or "").split())

    def get_summary(self):
        return None

    def get_request_serializer(self):
        return self.declared["takes"]

    def get_override_parameters(self):
        found = [KEY] if self.method == "POST" and self._signed_in() else []
        return [*found, CURSOR] if isinstance(self.declared["gives"], Page) else found

    def get_response_serializers(self):
        gives = self.declared["gives"]
        if isinstance(gives, tuple):  # (media type, type): a file
            gives = {(self.declared["status"], gives[0]): gives[1]}
        else:
            gives = {self.declared["status"]: gives.serializer if isinstance(gives, Page) else gives}
        wrong = {(status, CONTENT_TYPE): OpenApiResponse(Problem, WORDS_FOR[status]) for status in self._statuses()}
        return gives | wrong

    def _signed_in(self) -> bool:
        return bool(self.view.permission_classes)

    def _statuses(self) -> list[int]:
        found = {429, *self.declared["also"]}
        if self._signed_in():
            found |= {401}
        if "{" in self.path:
            found |= {404}
        if isinstance(self.declared["gives"], Page):
            found |= {400}
        if "{session_id}" in self.path:
            found |= {409}
        if self.method != "GET":
            found |= {409, 403}
        if self.method in ("POST", "PUT"):
            found |= {400, 413, 415}
        if self.method == "POST":
            found |= {422}
        return sorted(found)


class SignedInScheme(OpenApiAuthenticationExtension):
    target_class = "beheard.api.access.SignedIn"
    name = ["token", "browser"]

    def get_security_definition(self, auto_schema):
        return [
            {"type": "http", "scheme": "bearer"},
            {"type": "apiKey", "in": "cookie", "name": "sid"},
        ]
