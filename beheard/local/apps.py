from importlib import import_module

from django.apps import AppConfig


class LocalConfig(AppConfig):
    name = "beheard.local"
    label = "local"

    def ready(self):
        # Before anyone calls `.delay()`: without the app a task would be sent to a broker nobody runs.
        import_module("beheard.celery")
