from django.apps import AppConfig


class LocalConfig(AppConfig):
    name = "beheard.local"
    label = "local"
