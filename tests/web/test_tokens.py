"""Every pair of colours that carries words or edges can be read: WCAG 2.2 AA, in light and in dark."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static" / "css" / "tokens.css"
KINDS = ["safety", "connection", "autonomy", "recognition", "meaning", "fairness"]

GROUNDS = ["paper", "surface", "sunken"]
TEXT = [(ink, ground) for ink in ["ink", "ink-soft", "accent", "accent-strong", "danger"] for ground in GROUNDS]
TEXT += [("ink", ground) for ground in ["accent-soft", "care-soft", "danger-soft", "common-soft"]]
TEXT += [(f"on-{colour}", f"{colour}{strength}") for colour in ["accent", "danger"] for strength in ["", "-strong"]]
TEXT += [("accent-strong", "accent-soft"), ("ink-soft", "accent-soft"), ("care", "care-soft"), ("surface", "care")]
TEXT += [("danger", "danger-soft"), ("common", "common-soft"), ("paper", "ink")]
TEXT += [(ink, f"need-{kind}") for kind in KINDS for ink in ["ink", f"need-{kind}-ink"]]

# Edges of controls and the focus ring: 3 to 1.
EDGES = [(line, ground) for line in ["line-strong", "accent"] for ground in GROUNDS]
EDGES += [("danger", "surface"), ("care-line", "surface")]


def blocks():
    """The colour tokens of light, dark by the device and dark by choice."""
    css = re.sub(r"/\*.*?\*/", "", CSS.read_text(), flags=re.S)
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in re.findall(r"\{([^{}]*)\}", css)]
    return [block for block in found if "paper" in block]


LIGHT, DARK_BY_DEVICE, DARK_BY_CHOICE = blocks()


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_of_black_and_white_is_twenty_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_dark_is_the_same_by_device_and_by_choice():
    assert DARK_BY_DEVICE == DARK_BY_CHOICE
    assert DARK_BY_DEVICE.keys() == LIGHT.keys()


@pytest.mark.parametrize("tokens", [LIGHT, DARK_BY_CHOICE], ids=["light", "dark"])
@pytest.mark.parametrize("ink,ground", TEXT)
def test_words_can_be_read_on_their_ground(tokens, ink, ground):
    assert contrast(tokens[ink], tokens[ground]) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK_BY_CHOICE], ids=["light", "dark"])
@pytest.mark.parametrize("line,ground", EDGES)
def test_edges_of_controls_can_be_seen(tokens, line, ground):
    assert contrast(tokens[line], tokens[ground]) >= 3
