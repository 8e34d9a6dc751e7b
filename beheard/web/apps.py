from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "beheard.web"
    label = "web"
