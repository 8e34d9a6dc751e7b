from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from beheard.local.quick_state import constraints_without_rebuilding


class Command(Migrate):
    """Django's migrate, as the owner: the role the site logs in as owns nothing and could not."""

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args, **options):
        if options["database"] not in connections.databases:
            raise CommandError("MIGRATION_DATABASE_URL is missing: migrations run as beheard_owner.")
        with constraints_without_rebuilding():
            return super().handle(*args, **options)
