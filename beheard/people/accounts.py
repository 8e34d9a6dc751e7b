"""E-mails about an account, in the same few plain lines as all others. allauth decides when; what they say is here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.translation import gettext_lazy as _

from beheard.people.mails import Letter, made

NOTHING_TO_DO = _("If it was not you, there is nothing to do.")
NOT_YOU = _("If this was not you, choose a new password as soon as you can.")


def _confirm(context) -> Letter:
    after = (_("If you did not ask for this, there is nothing to do."),)
    if context.get("code"):
        return Letter((_("Please enter this code in the page you have open:"),), code=context["code"], after=after)
    before = (_("Please open this link to confirm that this address is yours."),)
    return Letter(before, _("Confirm the address"), context["activate_url"], after)


def _reset(context) -> Letter:
    before = (_("With this link you choose a new password. It works once."),)
    after = (_("If you did not ask for this, there is nothing to do."),)
    return Letter(before, _("Choose a new password"), context["password_reset_url"], after)


def _already(context) -> Letter:
    before = (
        _("Somebody, perhaps you, wanted to begin with this address. There is an account for it already."),
        _("If you have forgotten the password, you can choose a new one."),
    )
    return Letter(before, _("Choose a new password"), context["password_reset_url"], (NOTHING_TO_DO,))


def _unknown(context) -> Letter:
    before = (
        _("Somebody, perhaps you, asked for a new password for this address. There is no account for it here."),
        _("Perhaps you used another address; or you can begin here."),
    )
    return Letter(before, _("Begin"), context["signup_url"], (NOTHING_TO_DO,))


def _changed(context) -> Letter:
    return Letter((_("The password of your account has been changed."),), after=(NOT_YOU,))


def _something(context) -> Letter:
    return Letter((_("Something about your account has been changed."),), after=(NOT_YOU,))


WRITTEN = {
    "email_confirmation_signup": _confirm,
    "email_confirmation": _confirm,
    "password_reset_key": _reset,
    "account_already_exists": _already,
    "unknown_account": _unknown,
    "password_changed": _changed,
    "password_reset": _changed,
    "password_set": _changed,
}


class AccountAdapter(DefaultAccountAdapter):
    def render_mail(self, template_prefix, email, context, headers=None):
        letter = WRITTEN.get(template_prefix.rsplit("/", 1)[-1], _something)(context)
        return made(letter, email)
