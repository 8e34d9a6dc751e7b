from django.apps import AppConfig


class RlsConfig(AppConfig):
    name = "beheard.rls"
    label = "rls"
