"""Who I am, the password that opens the vessel again, and the tokens there are."""

from uuid import UUID

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from beheard.api import access, tokens
from beheard.api.operations import ApiView, operation
from beheard.api.throttles import EVERYWHERE, Password
from beheard.rls import NotNow, no_actor


class Me(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    name = serializers.CharField(allow_blank=True)
    signed_in_by = serializers.ChoiceField(choices=["token", "browser"])


class WhoAmI(ApiView):
    @operation(gives=Me)
    def get(self):
        """Who this is."""
        with no_actor():
            user = self.request.user
            return {"pk": user.pk, "name": user.name, "signed_in_by": "token" if self.request.auth else "browser"}


class PasswordBody(serializers.Serializer):
    password = serializers.CharField(max_length=1000, trim_whitespace=False)


class GivePassword(ApiView):
    throttle_classes = [*EVERYWHERE, Password]

    @operation(takes=PasswordBody)
    def post(self, sent):
        """Give your password again: for half an hour the vessel is open to this token, or this browser."""
        if not access.give_password(self.request, sent["password"], timezone.now()):
            raise serializers.ValidationError({"password": [_("This is not your password.")]})

    def keeps_answers(self, request):
        return False


class TokenShown(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used_on = serializers.DateField(allow_null=True)
    this_one = serializers.SerializerMethodField()

    def get_this_one(self, token) -> bool:
        auth = self.context["request"].auth
        return auth is not None and auth.pk == token.pk


class TokensShown(serializers.Serializer):
    tokens = TokenShown(many=True)


class Tokens(ApiView):
    @operation(gives=TokensShown)
    def get(self):
        """Your tokens. They are made on the page “Devices”, after your password."""
        return {"tokens": tokens.all_of(self.request.user)}


class Token(ApiView):
    @operation()
    def delete(self, token_id: UUID):
        """Take it away. It ends at once, with every stream it opened."""
        tokens.revoke(user=self.request.user, token_id=token_id)


class SignOut(ApiView):
    @operation()
    def post(self):
        """End the token this was sent with."""
        if self.request.auth is None:
            raise NotNow(_("A browser signs out on its own page."))
        tokens.revoke(user=self.request.user, token_id=self.request.auth.pk)

    def keeps_answers(self, request):
        return False


urlpatterns = [
    path("me/", WhoAmI.as_view(), name="me"),
    path("password/", GivePassword.as_view(), name="password"),
    path("tokens/", Tokens.as_view(), name="tokens"),
    path("tokens/<uuid:token_id>/", Token.as_view(), name="token"),
    path("sign-out/", SignOut.as_view(), name="sign_out"),
]
