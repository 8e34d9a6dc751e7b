#!/usr/bin/env python
"""Django's command line. Starts or finds the embedded servers when no DATABASE_URL is set."""

import os
import sys

# These need no database, so they start no server.
WITHOUT_SERVERS = {"help", "version", "servers", "collectstatic", "findstatic", "makemessages", "compilemessages"}


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beheard.settings")
    if wants_no_servers(sys.argv[1:]):
        os.environ["BEHEARD_START_SERVERS"] = "no"
    from beheard.local.commandline import execute

    sys.exit(execute(sys.argv))


def wants_no_servers(arguments):
    return not arguments or arguments[0].lstrip("-") in WITHOUT_SERVERS or {"--help", "-h", "--version"} & {*arguments}


if __name__ == "__main__":
    main()
