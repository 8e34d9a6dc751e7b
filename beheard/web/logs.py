"""How lines of a log are written: what an exception says of itself may be what a person wrote, so only its kind is kept."""

import logging
import traceback


class WithoutWords(logging.Formatter):
    """Names each exception and the lines of code it came through, and never its message."""

    def format(self, record):
        if record.name == "celery.app.trace" and isinstance(record.args, dict):
            record = logging.makeLogRecord(record.__dict__ | {"args": _named(record), "exc_text": None})
        return super().format(record)

    def formatException(self, ei):
        kind, trouble, _frames = ei
        seen, parts = set(), []
        while trouble is not None and id(trouble) not in seen:
            seen.add(id(trouble))
            parts.append("".join(traceback.format_tb(trouble.__traceback__)) + type(trouble).__qualname__)
            trouble = trouble.__cause__ or (None if trouble.__suppress_context__ else trouble.__context__)
        return "\nfrom\n".join(parts) or str(kind)


def _named(record) -> dict:
    """What Celery says of a failed task, with the kind of the exception in the place of its words."""
    kind = record.exc_info[0].__qualname__ if record.exc_info and record.exc_info[0] else "an exception"
    hidden = {"exc": kind, "traceback": "", "args": "…", "kwargs": "…", "return_value": "…", "internal": ""}
    return record.args | {key: value for key, value in hidden.items() if key in record.args}
