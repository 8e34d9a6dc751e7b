from django.core.management.commands.sqlmigrate import Command as SqlMigrate


class Command(SqlMigrate):
    """Django's sqlmigrate, for the database as `migrate` sees it."""

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.set_defaults(database="owner")
