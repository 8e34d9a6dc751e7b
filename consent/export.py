"""Consent records as staff auditors take them away: names of the month, days without hours, no words (there are none)."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone

from consent.models import ConsentRecord
from consent.pseudonyms import Kind, name_of, period

COLUMNS = ("person", "session", "record", "item", "content_type", "decision", "offered_on", "decided_on", "revoked_on")
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
MOST = 100_000  # rows in one export
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def rows(records: Iterable[ConsentRecord], now: datetime) -> Iterator[dict[str, str]]:
    for record in records:
        yield {
            "person": name_of(Kind.PERSON, record.owner_id, now),
            "session": name_of(Kind.SESSION, record.session_id, now),
            "record": name_of(Kind.RECORD, record.pk, now),
            "item": name_of(Kind.ITEM, record.item_id, now),
            "content_type": record.content_type,
            "decision": record.decision or "UNDECIDED",
            "offered_on": _day(record.offered_at),
            "decided_on": _day(record.decided_at),
            "revoked_on": _day(record.revoked_at),
        }


def as_csv(records: Iterable[ConsentRecord], now: datetime) -> str:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    writer.writerows([as_text(row[name]) for name in COLUMNS] for row in rows(records, now))
    return written.getvalue()


def as_json(records: Iterable[ConsentRecord], now: datetime) -> str:
    return json.dumps({"names_of": period(now), "records": list(rows(records, now))}, indent=1)


def as_text(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(BEGINS_A_FORMULA) else cell


def _day(moment: datetime | None) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""
