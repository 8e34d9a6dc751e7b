"""Micro-experiments as a sheet: CSV or JSON in, as curators' programs write them, and out, as these may safely open them."""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from library.models import GlobalLibraryItem

LISTS = {"steps": "\n", "need_categories": ",", "needs": ","}
NUMBERS = ("duration_minutes", "duration_days", "effort")
FIELDS = (
    "slug", "title", "description", "plain", "steps", "duration_minutes", "duration_days", "effort", "setting", "measure",
    "need_categories", "needs", "cues", "situation", "category", "cautions", "when_not", "citation", "solo", "status",
)  # fmt: skip
MOST_ROWS, MOST_BYTES = 50_000, 60_000_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet may run what begins so
FORMULA_FOR_SURE = ("=", "@")
TAG = re.compile(r"<\s*/?[a-zA-Z!][^>]*>")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
BOMS = [(codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")]


class SheetError(ValueError):
    """A file that can't be read as a whole. The message is for the curator."""


@dataclass(frozen=True)
class Sheet:
    """Rows as texts (JSON: as they are), each with its number as the curator's program shows it; and what to know of all."""

    rows: list[tuple[int, dict[str, Any]]]
    notes: list[str]


def read(content: bytes, name: str) -> Sheet:
    """Raises SheetError. Encodings: UTF-8, UTF-16 with its mark, else Windows-1252, which is noted."""
    if len(content) > MOST_BYTES:
        raise SheetError(_("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1_000_000})
    text, notes = _decoded(content)
    if not text.strip():
        raise SheetError(_("The file is empty."))
    is_json = name.lower().endswith(".json") or text.lstrip()[:1] in "[{"
    rows, columns = _from_json(text) if is_json else _from_csv(text)
    if not rows:
        raise SheetError(_("The file has no rows."))
    if len(rows) > MOST_ROWS:
        raise SheetError(_("The file has more than %(most)s rows. Please divide it.") % {"most": f"{MOST_ROWS:,}"})
    if not {"slug", "title"} & columns:
        raise SheetError(
            _("There is neither a column “title” nor “slug”. Columns: %(all)s.") % {"all": ", ".join(FIELDS)}
        )
    if unknown := sorted(columns - set(FIELDS)):
        notes.append(_("Not read: %(columns)s.") % {"columns": ", ".join(name[:40] for name in unknown[:20])})
    return Sheet(rows, notes)


def _decoded(content: bytes) -> tuple[str, list[str]]:
    for mark, encoding in BOMS:
        if content.startswith(mark):
            try:
                return content.decode(encoding), []
            except UnicodeDecodeError as error:
                raise SheetError(_("The file is damaged: its letters can't be read.")) from error
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), [
            _("The file is not in UTF-8; it was read as Windows-1252. Look at the accents.")
        ]
    except UnicodeDecodeError as error:
        raise SheetError(_("The file is not text. Save it as CSV in UTF-8.")) from error


def _from_csv(text: str) -> tuple[list[tuple[int, dict[str, Any]]], set[str]]:
    first = text.lstrip().splitlines()[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [_column(name) for name in next(reader)]
        if len(set(header)) < len(header):
            raise SheetError(_("Two columns have the same name."))
        rows = []
        for number, cells in enumerate(reader, start=2):
            if any(cell.strip() for cell in cells):
                row = dict(zip(header, cells, strict=False))
                rows.append((number, row | {"": _("more cells than columns")} if len(cells) > len(header) else row))
    except csv.Error as error:
        raise SheetError(_("The file is not a CSV file that can be read.")) from error
    return rows, set(header)


def _from_json(text: str) -> tuple[list[tuple[int, dict[str, Any]]], set[str]]:
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise SheetError(_("The file is not JSON that can be read.")) from error
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise SheetError(_("The file should hold a list of items: [{…}, {…}]."))
    rows = [(number, {_column(key): value for key, value in row.items()}) for number, row in enumerate(found, start=1)]
    return rows, {key for _number, row in rows for key in row}


def _column(name: str) -> str:
    return re.sub(r"[\s-]+", "_", str(name).strip().lower())


# --- out ----------------------------------------------------------------------------------------


def as_csv(items: Iterable[GlobalLibraryItem]) -> bytes:
    """In UTF-8 with its mark, as spreadsheet programs expect; what might be run as a formula is quoted by an apostrophe."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(FIELDS)
    writer.writerows([_cell(name, getattr(item, name)) for name in FIELDS] for item in items)
    return codecs.BOM_UTF8 + written.getvalue().encode()


def as_json(items: Iterable[GlobalLibraryItem]) -> bytes:
    rows = [{name: getattr(item, name) for name in FIELDS} for item in items]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()


def _cell(name: str, value: Any) -> str:
    if name in LISTS:
        value = ("\n" if name == "steps" else ", ").join(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
