"""`manage.py check_guide`: what works, what is done without, what is wrong."""

from io import StringIO

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command


def check() -> str:
    out = StringIO()
    call_command("check_guide", stdout=out)
    return out.getvalue()


@pytest.fixture
def good(configured):
    configured.forms["Sorted"] = {"mood": "glad", "quote": "glad"}
    return configured


def test_without_a_model_the_built_in_guide_answers(settings):
    settings.GUIDE_LARGE_MODEL = ""
    assert "the built-in guide answers" in check()


def test_a_whole_server_works(good):
    said = check()
    assert said.count("works") == 5 and "on this machine" in said and "vectors of 1536 numbers" in said


def test_a_server_that_lacks_parts_is_used_without_them(good, settings):
    good.takes = {"max_tokens", "temperature"}
    settings.GUIDE_EMBEDDING_MODEL = ""
    said = check()
    assert "filled in in words alone" in said and "made here, without a model" in said


def test_smaller_vectors_are_filled_up_and_larger_ones_refused(good):
    good.width = 768
    assert "vectors of 768 numbers, filled up to 1536" in check()
    good.width = 3072
    with pytest.raises(CommandError):
        check()


@pytest.mark.parametrize("fault", ["500", "refusal", "not json", "hang up"])
def test_what_is_wrong_fails_the_command(good, fault):
    good.always = fault
    with pytest.raises(CommandError):
        check()


def checks() -> list[str]:
    return [found.id for found in run_checks() if found.id.startswith("ai.")]


def test_what_can_be_seen_without_asking_is_a_system_check(settings):
    settings.OPENAI_API_KEY, settings.GUIDE_LARGE_MODEL, settings.OPENAI_BASE_URL = "key", "", ""
    assert checks() == ["ai.W001"]
    settings.GUIDE_LARGE_MODEL = "large"
    assert checks() == []
    settings.OPENAI_BASE_URL = "http://models.example.com/v1"
    assert checks() == ["ai.E002"]
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    assert checks() == []
