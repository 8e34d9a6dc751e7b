"""What a person can press on a page: its links, and its forms with every button."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile

from stages.compact.questions import QUESTIONS

TEXTUAL = {"text", "email", "number", "date", "search", "url"}


@dataclass
class Field:
    name: str
    kind: str  # the input's type, "textarea" or "select"
    value: str = ""
    checked: bool = False
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str, bool]] = field(default_factory=list)  # name, value, primary

    def filled(self, chance: Random, write) -> dict[str, object]:
        """As a person might fill it in: `write(field)` gives the words for a box."""
        data: dict[str, object] = {}
        by_name: dict[str, list[Field]] = {}
        for one in self.fields:
            by_name.setdefault(one.name, []).append(one)
        for name, group in by_name.items():
            value = _answer(group, chance, write)
            if value is not None:
                data[name] = value
        return data


def _answer(group: list[Field], chance: Random, write):
    first = group[0]
    if first.kind == "radio":
        return _chosen(group, chance)
    if first.kind == "checkbox":
        picked = [one.value or "on" for one in group if chance.random() < 0.4]
        return picked or None
    if first.kind == "select":
        return chance.choice(first.options) if first.options else ""
    if first.kind == "textarea" or first.kind in TEXTUAL:
        return write(first)
    if first.kind == "file":
        return SimpleUploadedFile("words.txt", write(first).encode() or b"-")
    return first.value


def _chosen(group: list[Field], chance: Random) -> str | None:
    """One of them, or none. What stops everything for long is chosen seldom: a worrying answer, a barometer that is high."""
    values = [one.value for one in group]
    if group[0].name in QUESTIONS and chance.random() < 0.96:
        return "no"
    if set(values) >= {"8", "9", "10"} and chance.random() < 0.85:
        return chance.choice(values[:6])
    return chance.choice(values) if chance.random() < 0.9 else None


class Page(HTMLParser):
    """`links` and `forms` inside <main>, and the links of the `menu` above and below it; and its
    `parts`, which a browser fetches by itself."""

    def __init__(self, address: str, body: str):
        super().__init__(convert_charrefs=True)
        self.address, self.links, self.forms, self.menu, self.parts = address, [], [], [], []
        self.leads: set[str] = set()  # the links that stand out as the way on
        self._form: Form | None = None
        self._area: Field | None = None
        self._select: Field | None = None
        self._in_main = False
        self.feed(body)

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if "hx-get" in values:
            self.parts.append(values["hx-get"])
        if tag == "main":
            self._in_main = True
        elif tag == "a" and not self._in_main and values.get("href", "").startswith("/"):
            self.menu.append(values["href"].split("#")[0])
        elif not self._in_main or "disabled" in values:
            return
        elif tag == "a" and values.get("href", "").startswith("/"):
            self.links.append(values["href"].split("#")[0])
            if "primary" in values.get("class", ""):
                self.leads.add(self.links[-1])
        elif tag == "form":
            self._form = Form((values.get("action") or self.address).split("#")[0], values.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, values)

    def _control(self, tag, values):
        name = values.get("name", "")
        if tag == "input" and name:
            kind = values.get("type", "text")
            if kind in ("submit", "image"):
                self._form.buttons.append((name, values.get("value", ""), False))
            else:
                self._form.fields.append(Field(name, kind, values.get("value", ""), "checked" in values))
        elif tag == "textarea" and name:
            self._area = Field(name, "textarea")
            self._form.fields.append(self._area)
        elif tag == "select" and name:
            self._select = Field(name, "select")
            self._form.fields.append(self._select)
        elif tag == "option" and self._select is not None:
            self._select.options.append(values.get("value", ""))
        elif tag == "button" and values.get("type", "submit") == "submit":
            self._form.buttons.append((name, values.get("value", ""), "primary" in values.get("class", "")))

    def handle_data(self, data):
        if self._area is not None:
            self._area.value += data

    def handle_endtag(self, tag):
        if tag == "main":
            self._in_main = False
        elif tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None
