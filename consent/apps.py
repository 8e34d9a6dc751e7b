from django.apps import AppConfig
from django.db.models.signals import post_migrate

AUDITORS = "auditors"
LOOKED_AT = ("consentrecord", "consentevent", "auditlook")


class ConsentConfig(AppConfig):
    name = "consent"
    label = "consent"

    def ready(self):
        from consent import checks  # noqa: F401

        post_migrate.connect(make_auditors, sender=self, dispatch_uid="consent_auditors")


def make_auditors(sender, using, apps, **kwargs):
    """The group of those who may look at the ledger. To look is all they may."""
    group, _made = apps.get_model("auth", "Group").objects.using(using).get_or_create(name=AUDITORS)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    names = [f"view_{model}" for model in LOOKED_AT]
    group.permissions.add(*permissions.filter(codename__in=names, content_type__app_label="consent"))
