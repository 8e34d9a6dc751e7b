#!/usr/bin/env python
"""Django's command line. Starts or finds the embedded servers when no DATABASE_URL is set."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beheard.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
