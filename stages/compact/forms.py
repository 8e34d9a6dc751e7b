from django import forms
from django.utils.translation import gettext_lazy as _

from beheard.web.forms import Form, RadioCards, WordsField
from stages.compact.questions import ANSWERS, QUESTIONS


class SafetyForm(Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for key, question in QUESTIONS.items():
            self.fields[key] = forms.ChoiceField(label=question, choices=ANSWERS, widget=RadioCards())


class TopicForm(Form):
    topic = WordsField(
        label=_("The topic, in your words"),
        help_text=_("At most 20 words. Neutral enough that both of you could say it. The other person will read it."),
        max_words=20,
        max_length=200,
        rows=2,
    )


class InviteForm(Form):
    email = forms.EmailField(
        label=_("Their e-mail address"),
        required=False,
        help_text=_("Leave it empty if you would rather give them the link yourself."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class JoinForm(Form):
    name = forms.CharField(
        label=_("What should the other person see as your name?"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class SignForm(Form):
    agree = forms.BooleanField(label=_("I sign this for myself"))
