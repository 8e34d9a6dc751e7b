"""Crisis lines from a dated list in this folder. Nothing is sent anywhere to find them (DESIGN §8)."""

import tomllib
from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("helplines.toml")


@cache
def helplines():
    """Every line, country by country: dicts of country, name, phone, url, checked_on (a date)."""
    return tuple(tomllib.loads(LIST.read_text(encoding="utf-8"))["helplines"])


def last_checked():
    """The day the oldest entry of the list was checked."""
    return min(line["checked_on"] for line in helplines())
