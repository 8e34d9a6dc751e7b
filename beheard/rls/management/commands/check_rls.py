"""`manage.py check_rls`: whether the database keeps people apart exactly as the code declares."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from beheard.rls.check import findings


class Command(BaseCommand):
    help = "Compares row-level security, policies, grants, roles, triggers and door functions with the declarations."
    requires_system_checks = []  # in production the same comparison is one of them

    def add_arguments(self, parser):
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, choices=list(connections))
        parser.add_argument("--json", action="store_true", help="print the findings as a JSON list")
        parser.add_argument("--ignore-schema", action="append", default=[], metavar="NAME")

    def handle(self, *, database, ignore_schema, **options):
        found = findings(connections[database], ignored_schemas=tuple(ignore_schema))
        if options["json"]:
            self.stdout.write(json.dumps([finding.as_dict() for finding in found], indent=2))
        else:
            for finding in found:
                self.stdout.write(str(finding))
        if found:
            raise CommandError(f"The database and the declarations disagree in {len(found)} points.", returncode=1)
        if not options["json"]:
            self.stdout.write("The database keeps to the declarations.")
