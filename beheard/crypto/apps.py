from django.apps import AppConfig


class CryptoConfig(AppConfig):
    name = "beheard.crypto"
    label = "crypto"

    def ready(self):
        from beheard.crypto import checks  # noqa: F401  registers them
