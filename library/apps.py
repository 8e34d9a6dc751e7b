from django.apps import AppConfig
from django.db.models.signals import post_migrate

CURATORS = "curators"


class LibraryConfig(AppConfig):
    name = "library"
    label = "library"

    def ready(self):
        post_migrate.connect(make_curators, sender=self, dispatch_uid="library_curators")


def make_curators(sender, using, apps, **kwargs):
    """The group of those who keep the library. They may look, add and change; nobody deletes what couples agreed on."""
    group, _made = apps.get_model("auth", "Group").objects.using(using).get_or_create(name=CURATORS)
    names = [f"{verb}_globallibraryitem" for verb in ("view", "add", "change")]
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    group.permissions.add(*permissions.filter(codename__in=names, content_type__app_label="library"))
