"""One row of a sheet: what it says as an item, and what is wrong with it, in words for a curator."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from library.curating.sheets import CONTROL, FIELDS, FORMULA, FORMULA_FOR_SURE, LISTS, NUMBERS, TAG, Sheet
from library.models import GlobalLibraryItem
from library.words import Effort, NeedCategory, Setting, Source, Status

LEFT_TO_THE_DATABASE = ("id", "source", "content_version", "created_at", "updated_at", "search_vector")
TRUE, FALSE = {"1", "true", "yes", "y"}, {"", "0", "false", "no", "n"}


@dataclass
class Row:
    """`item` is as it would be stored, `before` as it stands now; None for a new one."""

    number: int
    title: str
    item: GlobalLibraryItem | None = None
    before: GlobalLibraryItem | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        return self.before is not None and all(getattr(self.item, n) == getattr(self.before, n) for n in FIELDS)


class Checker:
    """Checks the rows of one sheet against each other and against the library as it stands."""

    def __init__(self, sheet: Sheet):
        self.slugs = Counter(_slug(row) for _number, row in sheet.rows if _slug(row))
        self.titles = Counter(_folded(row.get("title")) for _number, row in sheet.rows if _folded(row.get("title")))
        self.known_titles = {
            _folded(title): slug for slug, title in GlobalLibraryItem.objects.values_list("slug", "title")
        }

    def check(self, rows: list[tuple[int, dict[str, Any]]]) -> list[Row]:
        """A few hundred at a time: what stands of them is fetched in one statement."""
        found = GlobalLibraryItem.objects.filter(slug__in=[_slug(row) for _number, row in rows])
        standing = {item.slug: item for item in found}
        return [self._checked(number, row, standing.get(_slug(row))) for number, row in rows]

    def _checked(self, number: int, row: dict[str, Any], before: GlobalLibraryItem | None) -> Row:
        checked = Row(number, str(row.get("title") or row.get("slug") or "")[:120], before=before)
        if "" in row:
            checked.problems.append(_("It has more cells than there are columns."))
        values = self._values(row, checked.problems)
        values["slug"] = _slug(row)
        self._against_others(values, before, checked.problems)
        item = _copy(before) if before else GlobalLibraryItem()
        for name, value in values.items():
            setattr(item, name, value)
        item.category = item.category or item.situation or "other"
        checked.item = item
        if not checked.problems:
            checked.problems += _as_a_whole(item)
        return checked

    def _values(self, row: dict[str, Any], problems: list[str]) -> dict[str, Any]:
        values = {}
        for name in FIELDS:
            if name in row and name != "slug":
                try:
                    values[name] = _value(name, row[name])
                except ValueError as problem:
                    problems.append(f"{name}: {problem}")
        return values

    def _against_others(self, values: dict[str, Any], before: GlobalLibraryItem | None, problems: list[str]) -> None:
        slug, title = values["slug"], _folded(values.get("title"))
        if not slug:
            problems.append(_("It has neither a slug nor a title to make one from."))
        elif self.slugs[slug] > 1:
            problems.append(
                _("Another row has the same slug “%(slug)s”, or a title that makes it.") % {"slug": slug[:80]}
            )
        if title and self.titles[title] > 1:
            problems.append(_("Another row has the same title."))
        elif title and self.known_titles.get(title, slug) != slug:
            problems.append(_("The library has this title already. To change that item, give its slug."))
        if before is not None and before.source == Source.CONTRIBUTED:
            problems.append(_("Somebody gave this item: change it on its own page, so that they can be asked."))


def _value(name: str, raw: Any) -> Any:
    if name in LISTS:
        return _list(name, raw)
    text = _plain(str(raw if raw is not None else ""))
    if name in NUMBERS:
        return _number(name, text)
    if name == "solo":
        if text.lower() not in TRUE | FALSE:
            raise ValueError(_("say yes or no"))
        return text.lower() in TRUE
    if name in ("setting", "status"):
        return _choice(Setting if name == "setting" else Status, text)
    return text


def _list(name: str, raw: Any) -> list[str]:
    parts = (
        [str(part) for part in raw]
        if isinstance(raw, list)
        else re.split("[,;]" if LISTS[name] == "," else r"\n|\|", str(raw or ""))
    )
    parts = [text for part in parts if (text := _plain(part))]
    if name == "need_categories":
        parts = [part.upper() for part in parts]
        if unknown := [part for part in parts if part not in NeedCategory.values]:
            known = ", ".join(NeedCategory.values)
            raise ValueError(
                _("unknown %(unknown)s; known are %(known)s") % {"unknown": ", ".join(unknown)[:80], "known": known}
            )
        return list(dict.fromkeys(parts))
    return [part.lower() for part in parts] if name == "needs" else parts


def _plain(text: str) -> str:
    """Words as they may be stored. Raises ValueError for a formula, markup and signs that are no letters."""
    text = text.strip()
    if text.startswith("'") and text[1:].startswith(FORMULA):
        text = text[1:]  # as we write it
    elif text.startswith(FORMULA_FOR_SURE):
        raise ValueError(_("begins with “%(sign)s”, like a formula") % {"sign": text[0]})
    if TAG.search(text):
        raise ValueError(_("holds HTML; plain words only, please"))
    if CONTROL.search(text):
        raise ValueError(_("holds signs that are no letters"))
    return text


def _number(name: str, text: str) -> int | None:
    if not text:
        return Effort.SMALL if name == "effort" else None
    if name == "effort" and text.upper() in Effort.names:
        return Effort[text.upper()].value
    if not re.fullmatch(r"\d{1,4}(\.0)?", text):
        raise ValueError(_("“%(text)s” is not a number that fits") % {"text": text[:20]})
    return int(float(text))


def _choice(choices, text: str) -> str:
    if not text:
        return choices.EITHER if choices is Setting else choices.DRAFT
    if text.upper() not in choices.values:
        raise ValueError(_("“%(text)s” is none of %(all)s") % {"text": text[:20], "all": ", ".join(choices.values)})
    return text.upper()


def _as_a_whole(item: GlobalLibraryItem) -> list[str]:
    problems = []
    try:
        item.clean_fields(exclude=LEFT_TO_THE_DATABASE)
    except ValidationError as error:
        problems += [f"{name}: {' '.join(said)}" for name, said in error.message_dict.items()]
    if not item.steps:
        problems.append(_("steps: at least one, please"))
    if any(len(text) > 600 for text in [*item.steps, *item.needs]):
        problems.append(_("steps, needs: at most 600 signs each"))
    if not (item.duration_minutes or item.duration_days):
        problems.append(_("duration_minutes, duration_days: say how long it takes"))
    if item.status == Status.PUBLISHED and not item.plain:
        problems.append(_("plain: it needs a plain form before it can be published"))
    return problems


def _copy(item: GlobalLibraryItem) -> GlobalLibraryItem:
    fields = [field for field in GlobalLibraryItem._meta.concrete_fields if field.name != "search_vector"]
    copied = GlobalLibraryItem(**{field.attname: getattr(item, field.attname) for field in fields})
    copied._state.adding = False
    return copied


def _slug(row: dict[str, Any]) -> str:
    given = str(row.get("slug") or "").strip()
    return (given or re.sub(r"[^a-z0-9]+", "-", str(row.get("title") or "").lower()).strip("-"))[:80]


def _folded(title: Any) -> str:
    return " ".join(str(title or "").split()).casefold()
