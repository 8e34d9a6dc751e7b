"""Tags and filters for pages. `{% load page %}`; docs/pages.md shows each in use."""

from datetime import timedelta

from django import forms, template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beheard.web.context import exit_url as configured_exit_url
from beheard.web.curve import HEIGHT, WIDTH, curve_points, dots_path, line_path
from beheard.web.forms import BAND_NAMES, READINGS, BarometerInput, FeelingChips, PileChoice
from beheard.web.helplines import helplines as listed_helplines
from beheard.web.helplines import last_checked
from beheard.web.icons import ICONS, STONE_SHAPES

register = template.Library()

STONES = [
    gettext_lazy("Setting out"),
    gettext_lazy("Being heard"),
    gettext_lazy("Each other"),
    gettext_lazy("Needs"),
    gettext_lazy("Repair"),
]

NEED_KINDS = {
    "SAFETY": gettext_lazy("Safety"),
    "CONNECTION": gettext_lazy("Connection"),
    "AUTONOMY": gettext_lazy("Autonomy"),
    "RECOGNITION": gettext_lazy("Recognition"),
    "MEANING": gettext_lazy("Meaning"),
    "FAIRNESS": gettext_lazy("Fairness"),
    "common": gettext_lazy("In common"),
}


@register.simple_tag
def icon(name):
    """A small drawing beside words that say the same: hidden from screen readers."""
    drawing = '<svg class="icon" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
    drawing += 'stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>'
    return format_html(drawing, mark_safe(ICONS[name]))


@register.simple_tag
def exit_url():
    """The neutral site, also where there is no context (the page for a failed server)."""
    return configured_exit_url()


@register.inclusion_tag("components/nav_link.html", takes_context=True)
def nav_link(context, url_name, label):
    """A link of the menu, marked when it is this page; nothing where the page doesn't exist."""
    try:
        url = reverse(url_name)
    except NoReverseMatch:
        url = ""
    request = context.get("request")
    return {"url": url, "label": label, "here": bool(request) and request.path == url}


@register.inclusion_tag("components/helplines.html")
def helplines():
    """Crisis lines by country, with the day they were last checked."""
    return {"helplines": listed_helplines(), "checked_on": last_checked()}


@register.inclusion_tag("components/stones.html")
def stones(own, partner=None, partner_name=""):
    """The path. `own` and `partner` are stages 0–4; the partner's stone is shown and nothing more."""
    return {
        "stones": [
            {"label": label, "shape": shape, "behind": stage < own, "own": stage == own, "partner": stage == partner}
            for stage, (label, shape) in enumerate(zip(STONES, STONE_SHAPES, strict=True))
        ],
        "partner_name": partner_name,
    }


@register.inclusion_tag("components/curve.html")
def feelings_curve(readings):
    """The person's own curve. `readings`: (datetime, intensity) pairs in order of time."""
    points = curve_points(readings)
    return {"points": points, "line": line_path(points), "dots": dots_path(points), "width": WIDTH, "height": HEIGHT}


@register.filter
def reading_words(intensity):
    """The words of the barometer for 1–10."""
    return {value: label for value, label, _band in READINGS}.get(intensity, "")


@register.filter
def need_kind(category):
    """The plain name of a need category, or of "common"."""
    return NEED_KINDS.get(category, category)


@register.filter
def need_icon(category):
    """The sign of a need category."""
    return f"need-{str(category).lower()}"


@register.filter
def day_words(moment):
    """Today, Yesterday, or the day and month; with the year only when it is another one."""
    day, today = timezone.localdate(moment), timezone.localdate()
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    return date_format(day, "l j F" if day.year == today.year else "j F Y")


@register.filter
def field_kind(field):
    """Which part of forms/field.html draws this bound field."""
    kinds = [
        (BarometerInput, "barometer"),
        (FeelingChips, "chips"),
        (PileChoice, "pile"),
        (forms.RadioSelect, "radio"),
        (forms.CheckboxSelectMultiple, "checkboxes"),
        (forms.CheckboxInput, "checkbox"),
    ]
    widget = field.field.widget
    return next((kind for widget_class, kind in kinds if isinstance(widget, widget_class)), "input")


@register.filter
def bands(field):
    """The barometer's choices by band: [{key, name, readings: [{option, value, label}]}]."""
    band_of = {str(value): band for value, _label, band in READINGS}
    grouped = {key: {"key": key, "name": name, "readings": []} for key, name in BAND_NAMES.items()}
    for option in field:
        grouped[band_of[str(option.data["value"])]]["readings"].append(option)
    return list(grouped.values())
