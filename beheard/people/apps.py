from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "beheard.people"
    label = "people"
