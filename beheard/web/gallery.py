"""Every component in every state, on one page: for whoever changes how things look."""

from datetime import timedelta
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from beheard.web.forms import BarometerField, FeelingsField, Form, PileField, RadioCards, WordsField

QUOTE = "I'd set the table and wait, and then you'd text that you were staying on."
OWN_WORDS = f"""{QUOTE} It isn't the supper. It's that I sit there like someone who was forgotten.

And then I'm angry before you even come in."""
LETTER = """I think the evenings are long for you. You hear the lift and think it's me, and it isn't.

I think you have stopped saying it because saying it made it smaller."""


class WritingForm(Form):
    words = WordsField(
        label="What happened?",
        help_text="Take your time. Nobody but you sees this.",
        draft=("gallery", "/drafts/"),
    )
    how_strong = BarometerField()


class EveryFieldForm(Form):
    topic = WordsField(label="The topic, in a few words", help_text="At most 20 words.", max_words=20, rows=2)
    email = forms.EmailField(label="E-mail address")
    kind = forms.ChoiceField(label="What is it about?", choices=[("", "Choose one"), ("time", "Time")])
    day = forms.DateField(label="When will you look at it together?", widget=forms.DateInput({"type": "date"}))
    answer = forms.ChoiceField(
        label="Do you feel heard?",
        choices=[("yes", "Yes, I feel heard"), ("no", "Not yet")],
        widget=RadioCards(hints={"yes": "You can go on to the next stone.", "no": "The guide asks what is missing."}),
    )
    feelings = FeelingsField()
    agree = forms.BooleanField(label="I have read these words and they may cross exactly as they stand.")
    reading = BarometerField()


class SortingForm(Form):
    first = PileField(label="Twenty minutes together after supper, phones in the drawer, Monday to Thursday.")
    second = PileField(label="Say by four o'clock whether one is home for supper.")


def gallery(request):
    """The gallery. 404 unless DEBUG or staff."""
    if not settings.DEBUG and not getattr(request.user, "is_staff", False):
        raise Http404
    return render(request, "web/gallery.html", example_context(timezone.now()))


def example_context(now):
    """Examples for each component; `now` is the time they are told from."""
    needs = [
        SimpleNamespace(category=category, words=words)
        for category, words in [
            ("CONNECTION", "Time together that is not left over from the day."),
            ("RECOGNITION", "That what I carry at home is seen."),
            ("SAFETY", "To know in the evening what tomorrow will look like."),
        ]
    ]
    theirs = [
        SimpleNamespace(category="AUTONOMY", words="To decide about my own evenings now and then."),
        SimpleNamespace(category="MEANING", words="That my work is more than an excuse."),
        SimpleNamespace(category="FAIRNESS", words="That tired counts the same for both of us."),
    ]
    failed = EveryFieldForm({"topic": "word " * 23, "email": "nobody", "answer": "perhaps", "reading": "11"})
    values = enumerate([6, 8, 9, 7, 5, 6, 4, 3, 4])
    readings = [(now - timedelta(days=9 - day, hours=day % 3), value) for day, value in values]
    filled = {"topic": "Evenings, and who is home when", "reading": 6, "feelings": ["hurt", "tired"]}
    return {
        "writing_form": WritingForm(),
        "form": EveryFieldForm(initial=filled),
        "failed_form": failed,
        "sorting_form": SortingForm(initial={"first": "gladly"}),
        "needs": needs,
        "their_needs": theirs,
        "quotes": [QUOTE],
        "own_words": OWN_WORDS,
        "letter": LETTER,
        "readings": readings,
        "one_reading": readings[:1],
        "no_readings": [],
        "now": now,
        "yesterday": now - timedelta(days=1),
        "soon": now + timedelta(days=5),
    }
