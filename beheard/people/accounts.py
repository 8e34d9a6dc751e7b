"""E-mails about an account, in the same few plain lines as all others. allauth decides when; what they say is here."""

from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from beheard.people.mails import Letter, made
from beheard.rls import no_actor

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


CONFIRMING = {"email_confirmation_signup", "email_confirmation"}


class AccountAdapter(DefaultAccountAdapter):
    def render_mail(self, template_prefix, email, context, headers=None):
        kind = template_prefix.rsplit("/", 1)[-1]
        if kind in CONFIRMING and is_proven(email):  # told to the mailbox alone, never on a page
            return made(_already({"password_reset_url": reverse("account_reset_password")}), email)
        return made(WRITTEN.get(kind, _something)(context), email)


def is_proven(email: str) -> bool:
    """Whether an account has shown that this address is its own."""
    with no_actor():
        return EmailAddress.objects.filter(email=email.lower(), verified=True).exists()


def proven_address(user_id: UUID) -> str | None:
    """Where this person may be written to: the address they have confirmed."""
    with no_actor():
        proven = EmailAddress.objects.filter(user_id=user_id, user__is_active=True, primary=True, verified=True)
        return proven.values_list("email", flat=True).first()


def ask_to_confirm(request) -> bool:
    """Send the link that confirms their address again; False when one went out a few minutes ago."""
    with no_actor():
        address = EmailAddress.objects.filter(user_id=request.user.pk, primary=True, verified=False).first()
        if address is None or not ratelimit.consume(request, action="confirm_email", key=address.email):
            return False
        address.send_confirmation(request)
    return True
