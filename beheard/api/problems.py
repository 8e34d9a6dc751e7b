"""Everything that did not work is a problem of RFC 9457. None repeats what was sent, or says more than that it is not there."""

from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.http import Http404, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views import defaults
from rest_framework import exceptions, status
from rest_framework.response import Response

from beheard.rls import NotNow, NotYours, current_actor

CONTENT_TYPE = "application/problem+json"
TITLES = {
    "not-valid": _("Something in what was sent is not right."),
    "not-readable": _("What was sent could not be read."),
    "not-signed-in": _("Please sign in."),
    "not-allowed": _("This may not be done so."),
    "password-needed": _("Please give your password again."),
    "not-found": _("There is nothing here."),
    "not-this-way": _("This address does not take that method."),
    "not-now": _("This can't be done now."),
    "too-large": _("This is too large."),
    "not-json": _("Please send JSON."),
    "key-reused": _("This Idempotency-Key was sent with something else before."),
    "too-often": _("That was very often. Please wait a little."),
    "our-fault": _("Something went wrong on our side."),
}


class KeyReused(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail, default_code = "", "key-reused"


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail, default_code = "", "too-large"


KINDS = {
    exceptions.ParseError: "not-readable",
    exceptions.NotAuthenticated: "not-signed-in",
    exceptions.AuthenticationFailed: "not-signed-in",
    exceptions.PermissionDenied: "not-allowed",
    exceptions.NotFound: "not-found",
    exceptions.MethodNotAllowed: "not-this-way",
    exceptions.UnsupportedMediaType: "not-json",
    exceptions.Throttled: "too-often",
    KeyReused: "key-reused",
    TooLarge: "too-large",
}
SPEAKS = {"not-allowed", "password-needed", "not-readable"}  # whose own sentence adds something


def answer(trouble, context):
    """The problem of an exception, and nothing of the request stays done. None for what is our own mistake."""
    problem = _problem(trouble)
    if problem is not None and current_actor() is not None:  # then there is a transaction, of this request
        connection.set_rollback(True)
    return problem


def _problem(trouble) -> Response | None:
    if isinstance(trouble, NotYours | Http404):
        return problem(404, "not-found")
    if isinstance(trouble, NotNow):
        return problem(409, "not-now", detail=str(trouble))
    if isinstance(trouble, RequestDataTooBig):
        return problem(413, "too-large")
    if isinstance(trouble, exceptions.ValidationError):
        return problem(400, "not-valid", errors=errors_of(trouble.detail))
    if not isinstance(trouble, exceptions.APIException):
        return None
    kind = next((kind for one, kind in KINDS.items() if isinstance(trouble, one)), "not-allowed")
    kind = getattr(trouble, "default_code", kind) if getattr(trouble, "default_code", None) in TITLES else kind
    return problem(
        trouble.status_code,
        kind,
        detail=str(trouble.detail) if kind in SPEAKS else "",
        headers=_headers(trouble),
    )


def problem(status: int, kind: str, *, detail: str = "", errors=None, headers=None) -> Response:
    body = {"type": f"urn:beheard:problem:{kind}", "title": str(TITLES[kind]), "status": status}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return Response(body, status=status, headers=headers, content_type=CONTENT_TYPE)


def errors_of(detail, path: str = "") -> list[dict]:
    """[{"field": "piles.0.pile", "detail": a sentence}], whatever shape the serializer gave them."""
    if isinstance(detail, dict):
        found = [errors_of(value, f"{path}.{name}" if path else str(name)) for name, value in detail.items()]
    elif isinstance(detail, list):
        nested = [
            errors_of(value, f"{path}.{number}" if path else str(number))
            if isinstance(value, dict | list)
            else errors_of(value, path)
            for number, value in enumerate(detail)
        ]
        found = nested
    else:
        return [
            {"field": path.removesuffix(".non_field_errors").removesuffix("non_field_errors"), "detail": str(detail)}
        ]
    return [one for part in found for one in part]


def _headers(trouble) -> dict:
    headers = {}
    if getattr(trouble, "auth_header", None):
        headers["WWW-Authenticate"] = trouble.auth_header
    if getattr(trouble, "wait", None) is not None:
        headers["Retry-After"] = str(max(1, int(trouble.wait)))
    return headers


# --- what never came as far as a view, or went wrong there -------------------------------------------
def bad_request(request, exception):
    return _json(400, "not-readable") if _is_api(request) else defaults.bad_request(request, exception)


def page_not_found(request, exception):
    return _json(404, "not-found") if _is_api(request) else defaults.page_not_found(request, exception)


def server_error(request):
    return _json(500, "our-fault") if _is_api(request) else defaults.server_error(request)


def _is_api(request) -> bool:
    return request.path.startswith("/api/")


def _json(status: int, kind: str) -> JsonResponse:
    return JsonResponse(problem(status, kind).data, status=status, content_type=CONTENT_TYPE)
