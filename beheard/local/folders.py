"""Where the embedded servers keep what they know, and files only their owner may read."""

import fcntl
import hashlib
import os
import stat
from contextlib import contextmanager
from pathlib import Path

from beheard.local.errors import GroundProblem


def data_folder(base_dir: Path) -> Path:
    """The folder for everything a clone keeps on this machine; it may not exist yet.

    `BEHEARD_DATA`, or `.data` in the clone. Started by root, PostgreSQL runs as another user, who must be able to reach
    its data: a clone in a closed home folder then keeps it in `/var/tmp` rather than opening the home folder to all.
    """
    chosen = os.environ.get("BEHEARD_DATA")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if os.geteuid() == 0 and not everyone_may_enter(base_dir):
        mark = hashlib.sha256(str(base_dir).encode()).hexdigest()[:10]
        return Path("/var/tmp") / f"beheard-{os.geteuid()}-{mark}"
    return base_dir / ".data"


def everyone_may_enter(folder: Path) -> bool:
    """Whether any user of the machine can walk into the folder."""
    return all(place.stat().st_mode & stat.S_IXOTH for place in [folder, *folder.parents])


def own_data_folder(folder: Path) -> Path:
    """Makes the data folder: closed to others, except that PostgreSQL's user may walk through what root owns."""
    own_folder(folder, 0o711 if os.geteuid() == 0 else 0o700)
    if os.geteuid() == 0 and not everyone_may_enter(folder):
        raise GroundProblem(
            f"PostgreSQL does not run as root, and no other user can enter {folder}. "
            "Set BEHEARD_DATA to a folder outside closed home folders, or run as an ordinary user."
        )
    return folder


def own_folder(folder: Path, mode: int = 0o700) -> Path:
    """Makes the folder if needed. Raises GroundProblem when it belongs to somebody else."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        owner = folder.stat().st_uid
        if owner == os.geteuid():
            folder.chmod(mode)
    except OSError as problem:
        raise GroundProblem(f"The folder {folder} can't be used ({problem.strerror}). {_ELSEWHERE}") from None
    if owner != os.geteuid():
        raise GroundProblem(f"The folder {folder} belongs to another user of this machine (uid {owner}). {_ELSEWHERE}")
    return folder


_ELSEWHERE = "Set BEHEARD_DATA to a folder of your own, or run as the user it belongs to."


def write_private(path: Path, text: str) -> None:
    """Replaces the file in one step. Only its owner can read it, from its first moment on."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def read_or_make(path: Path, make) -> str:
    """The file's text; written once with what `make()` returns when there is no file or an empty one."""
    try:
        text = path.read_text().strip()
    except FileNotFoundError:
        text = ""
    if text:
        return text
    own_data_folder(path.parent)
    with locked(path.parent / "secrets.lock"):
        if not path.exists() or not path.read_text().strip():
            write_private(path, make() + "\n")
    return path.read_text().strip()


@contextmanager
def locked(path: Path):
    """Only one process at a time; the system frees the lock of a process that dies, so it is never stale."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
