from django.apps import AppConfig


class AIConfig(AppConfig):
    name = "beheard.ai"
    label = "ai"

    def ready(self):
        from beheard.ai import checks  # noqa: F401  registers them
