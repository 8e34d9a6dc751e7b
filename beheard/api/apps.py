from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "beheard.api"
    label = "api"
