"""Sign-in against account tables, which no actor role may read."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user_model

from beheard.rls import no_actor


class AccountBackend(AuthenticationBackend):
    def get_user(self, user_id):
        with no_actor():
            return get_user_model()._default_manager.filter(pk=user_id, is_active=True).first()

    def authenticate(self, request, **credentials):
        with no_actor():
            return super().authenticate(request, **credentials)

    def _get_permissions(self, user_obj, obj, from_name):
        with no_actor():
            return super()._get_permissions(user_obj, obj, from_name)
