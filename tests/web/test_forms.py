import pytest
from django import forms

from beheard.web.forms import MAX_CHARACTERS, BarometerField, FeelingsField, Form, PileField, RadioCards, WordsField


class Asking(Form):
    words = WordsField(label="What happened?", max_words=3, draft=("first", "/drafts/"))
    reading = BarometerField()
    feelings = FeelingsField()
    answer = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "Not yet")], widget=RadioCards(hints={"no": "A hint."}))
    idea = PileField(label="A walk", required=False)


def asked(**data):
    return Asking({"words": "It was late", "answer": "yes", **data})


def test_cleans_what_a_person_chose():
    form = asked(reading="8", feelings=["hurt", "tired"], idea="gladly")
    assert form.is_valid()
    assert form.cleaned_data["reading"] == 8
    assert form.cleaned_data["feelings"] == ["hurt", "tired"]


def test_a_reading_may_be_left_out():
    assert asked().is_valid()
    assert asked().fields["reading"].clean("") is None


@pytest.mark.parametrize("reading", ["0", "11", "x", "1.5", "<script>alert(1)</script>"])
def test_a_reading_that_is_not_one_of_ten_is_refused_without_repeating_it(reading):
    form = asked(reading=reading)
    assert form.errors["reading"] == ["Please choose one of these."]


def test_too_many_words_are_counted_and_kept():
    form = asked(words="one two three four")
    assert form.errors["words"] == ["This is 4 words long. Please make it 3 words at most."]
    assert "one two three four</textarea>" in str(form)


@pytest.mark.parametrize("words", ["", "   ", "a\x00b", "x" * (MAX_CHARACTERS + 1)])
def test_words_that_can_t_be_kept_are_refused(words):
    assert "words" in asked(words=words).errors


@pytest.mark.parametrize("words", ["🙂", "שלום עולם", "<b>&amp;</b>"])
def test_words_of_any_kind_come_back_as_typed(words):
    form = asked(words=words)
    assert form.is_valid()
    assert form.cleaned_data["words"] == words


def test_a_required_choice_asks_for_one_in_plain_words():
    assert Asking({}).errors["answer"] == ["Please choose one."]
    assert Asking({}).errors["words"] == ["Please fill this in."]


def test_a_message_of_its_own_is_left_alone():
    class Own(Form):
        name = forms.CharField(error_messages={"required": "Tell us a name."})

    assert Own({}).errors["name"] == ["Tell us a name."]


def test_every_field_has_its_label_hint_and_error_tied_to_it():
    html = str(Asking({"words": "one two three four"}))
    assert '<label for="id_words">' in html
    assert 'aria-describedby="id_words_error"' in html
    assert 'id="id_words_error"' in html
    assert '<a href="#id_answer">' in html
    assert html.count('name="reading"') == 10
    assert "A hint." in html


def test_private_fields_are_never_completed_by_the_browser():
    class Mixed(Form):
        autocomplete_fields = ("email",)
        email = forms.EmailField()
        note = forms.CharField()

    html = str(Mixed())
    assert html.count('autocomplete="off"') == 1


def test_a_draft_is_kept_under_its_key():
    html = str(Asking())
    assert 'data-draft-key="first"' in html
    assert 'data-draft-url="/drafts/"' in html
    assert "data-draft-status" in html
