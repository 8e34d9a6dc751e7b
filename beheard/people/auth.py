"""Sign-in against account tables, which no actor role may read."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user_model

from beheard.rls import no_actor

AT_ONE_ADDRESS = 2  # accounts that a sign-in looks at


class AccountBackend(AuthenticationBackend):
    def get_user(self, user_id):
        with no_actor():
            return get_user_model()._default_manager.filter(pk=user_id, is_active=True).first()

    def authenticate(self, request, **credentials):
        with no_actor():
            return super().authenticate(request, **credentials)

    def _authenticate_by_email(self, email, password):
        """Two accounts are tried, whatever there is and whichever fits: time tells nothing of how many have this address."""
        accounts = self._at(email)
        fitting = [user for user in accounts if self._check_password(user, password)]
        for _none in range(AT_ONE_ADDRESS - len(accounts)):
            self._mitigate_timing_attack(password)
        self._did_check_password = True
        return fitting[0] if fitting else None

    @staticmethod
    def _at(email: str) -> list:
        """Whoever has proven this address, or else has stood there longest; and the one that came last.

        Nobody can push a person out of their account by making others at the same address.
        """
        accounts = get_user_model()._default_manager
        try:
            first = accounts.get_by_natural_key(email)
        except accounts.model.DoesNotExist:
            return []
        last = accounts.filter(email=first.email).exclude(pk=first.pk).order_by("-created_at").first()
        return [user for user in (first, last) if user]

    def _get_permissions(self, user_obj, obj, from_name):
        with no_actor():
            return super()._get_permissions(user_obj, obj, from_name)
