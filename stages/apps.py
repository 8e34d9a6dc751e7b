from importlib import import_module

from django.apps import AppConfig

ROOMS = ("compact", "witness", "perspective", "needs", "repair", "ending", "sharing")


class StagesConfig(AppConfig):
    name = "stages"
    label = "stages"

    def ready(self):
        """Each room may have `recipes.py`: what its people may ask the guide for. What rooms hold shows in "my vessel"."""
        from stages.contents import register_all

        register_all()
        for room in ROOMS:
            try:
                import_module(f"stages.{room}.recipes")
            except ModuleNotFoundError as absent:
                if absent.name != f"stages.{room}.recipes":
                    raise
