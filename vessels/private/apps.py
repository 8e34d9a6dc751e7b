from django.apps import AppConfig


class PrivateConfig(AppConfig):
    name = "vessels.private"
    label = "private"
