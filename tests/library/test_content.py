"""The files themselves: whole, short, varied, and in one voice."""

import re
from collections import Counter

import pytest

from library.content import PLAIN_WORDS, WORDS, ContentError, fingerprint, read_content
from library.words import SITUATION_WORDS, Effort, NeedCategory, Setting

VOICE = re.compile(
    r"For (?P<time>(one|two|three) (day|days|week|weeks|evening|weekend|visit)) ?.*?, .+[^.]\. "
    r"(We|I)'ll know it helped if [^.]+\."
)
ITEMS = read_content()


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["slug"])
def test_an_item_says_everything_it_must(item):
    for name in ("title", "description", "plain", "measure", "situation", "category", "cautions", "when_not"):
        assert item[name].strip() == item[name] != "", name
    assert 2 <= len(item["steps"]) <= 6 and all(item["steps"])
    assert item["need_categories"] and set(item["need_categories"]) <= set(NeedCategory.values)
    assert 2 <= len(item["needs"]) <= 4 and all(need == need.lower() for need in item["needs"])
    assert item["effort"] in Effort.values and item["setting"] in Setting.values
    assert len(item["title"]) <= 60 and item["situation"] in SITUATION_WORDS
    assert (item["duration_days"] or 1) <= 14, "two weeks at most"


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["slug"])
def test_a_plain_form_is_short_and_in_the_one_voice(item):
    assert len(item["plain"].split()) <= PLAIN_WORDS
    assert VOICE.fullmatch(item["plain"])
    speaker = "I'll know" if item["solo"] else "We'll know"
    assert speaker in item["plain"]


def test_there_are_enough_and_they_are_varied():
    together = [item for item in ITEMS if not item["solo"]]
    assert len(ITEMS) >= 120 and len(ITEMS) - len(together) >= 12
    assert len({item["situation"] for item in together}) >= 14
    assert {item["setting"] for item in together} == set(Setting.values)
    counts = Counter(category for item in together for category in item["need_categories"])
    assert min(counts[category] for category in NeedCategory.values) >= 20


def test_every_need_can_be_met_alone():
    assert {c for item in ITEMS if item["solo"] for c in item["need_categories"]} == set(NeedCategory.values)


def test_no_two_items_say_the_same():
    for name in ("slug", "title", "plain", "description", "measure"):
        repeated = [value for value, count in Counter(item[name] for item in ITEMS).items() if count > 1]
        assert not repeated, name


GOOD = """
situation = "household"
category = "shared-work"
[[item]]
slug = "one"
title = "One"
plain = "For one week, we rest. We'll know it helped if we smile."
description = "Rest."
steps = ["Rest."]
duration_days = 7
effort = 1
setting = "either"
measure = "A smile."
need_categories = ["SAFETY"]
needs = ["rest"]
cautions = "None."
when_not = "Never."
source = ""
"""


def test_a_good_file_is_read(tmp_path):
    (tmp_path / "good.toml").write_text(GOOD)
    (item,) = read_content(tmp_path)
    assert item["situation"] == "household" and item["setting"] == "EITHER" and item["solo"] is False
    assert item["content_version"] == fingerprint(item)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('title = "One"\n', "", "lacks title"),
        ('source = ""', 'source = ""\ncolour = "red"', "unknown colour"),
        ('"SAFETY"', '"LUXURY"', "LUXURY"),
        ("effort = 1", "effort = 4", "effort"),
        ("we rest.", "we " + "rest " * 40 + ".", "40 at most"),
        ("duration_days = 7", "duration_days = 0", "duration"),
        ('slug = "one"', 'slug = "One Two"', "slug"),
        ('"either"', '"elsewhere"', "elsewhere"),
        ('steps = ["Rest."]', "steps = []", "one step"),
        ("effort = 1", "effort = ", "bad.toml"),
    ],
)
def test_a_fault_is_named_with_its_file(tmp_path, old, new, says):
    assert old in GOOD
    (tmp_path / "bad.toml").write_text(GOOD.replace(old, new))
    with pytest.raises(ContentError, match="bad.toml") as error:
        read_content(tmp_path)
    assert says in str(error.value)


def test_a_slug_in_two_files_is_refused(tmp_path):
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / "b.toml").write_text(GOOD.replace('"One"', '"Two"'))
    with pytest.raises(ContentError, match="slug used twice: one"):
        read_content(tmp_path)


@pytest.mark.parametrize("name", WORDS)
def test_the_fingerprint_notices_every_word(name):
    item = ITEMS[0]
    assert fingerprint(item | {name: "otherwise"}) != fingerprint(item)
