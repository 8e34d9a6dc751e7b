from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class RlsConfig(AppConfig):
    name = "beheard.rls"
    label = "rls"

    def ready(self):
        from beheard.rls import checks, migrate  # noqa: F401  (system checks register on import)

        pre_migrate.connect(migrate.install_doors, dispatch_uid="beheard_doors")
        post_migrate.connect(migrate.grant_accounts, dispatch_uid="beheard_accounts")
