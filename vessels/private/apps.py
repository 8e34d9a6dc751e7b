from django.apps import AppConfig


class PrivateConfig(AppConfig):
    name = "vessels.private"
    label = "private"

    def ready(self):
        from vessels.private.sections import register_all

        register_all()
