from django.core.management.commands.showmigrations import Command as ShowMigrations


class Command(ShowMigrations):
    """Django's showmigrations, for the database as `migrate` sees it."""

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.set_defaults(database="owner")
