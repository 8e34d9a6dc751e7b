from django.apps import AppConfig


class SharedConfig(AppConfig):
    name = "vessels.shared"
    label = "shared"
