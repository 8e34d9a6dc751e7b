from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "beheard.live"
    label = "live"
