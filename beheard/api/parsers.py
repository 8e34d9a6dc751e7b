"""Reading JSON that anyone may have written."""

import json
from io import BytesIO

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.renderers import JSONRenderer

from beheard.api.problems import TooLarge


class OnlyJSON(BaseParser):
    """One JSON object of at most a megabyte, without NUL and without half characters, which no database could keep."""

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(self, stream, media_type=None, parser_context=None):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(most + 1)
        if len(raw) > most:
            raise TooLarge
        try:
            sent = json.loads(raw, parse_constant=_refuse) if raw else {}
            json.dumps(sent, ensure_ascii=False).encode()  # a lone surrogate has no UTF-8
        except (ValueError, RecursionError) as unreadable:
            raise ParseError(_("This is not JSON that can be read.")) from unreadable
        if not isinstance(sent, dict):
            raise ParseError(_("Please send a JSON object."))
        if b"\\u0000" in raw and _holds_nul(sent):
            raise ParseError(_("There is a NUL character in it."))
        return sent


def read_ahead(request) -> dict:
    """What was sent, before the view reads it; empty when the view will refuse it."""
    try:
        return OnlyJSON().parse(BytesIO(request.body))
    except (APIException, RequestDataTooBig):
        return {}


class OnlyForm(MultiPartParser):
    """A file and what goes with it. Held in memory, and never larger than one may be."""

    def parse(self, stream, media_type=None, parser_context=None):
        length = int(parser_context["request"].META.get("CONTENT_LENGTH") or 0)
        if length > settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 100_000:
            raise TooLarge
        return super().parse(stream, media_type, parser_context)


def _refuse(constant):
    raise ValueError(constant)


def _holds_nul(value) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(_holds_nul(part) for part in value)
