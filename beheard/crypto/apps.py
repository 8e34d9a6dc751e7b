from django.apps import AppConfig


class CryptoConfig(AppConfig):
    name = "beheard.crypto"
    label = "crypto"
