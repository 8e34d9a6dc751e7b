"""Installs locked dependencies into `.venv`: `python3 beheard/local/install.py requirements.txt`.

Needs Python's standard library only, and older Pythons can read it, so that it can say what is wrong with them. A stamp
says what has been installed completely: without one, an interrupted installation is done again, from the beginning if
need be.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
BASE = Path(__file__).resolve().parents[2]
VENV = BASE / ".venv"
PYTHON = VENV / "bin" / "python"


def main(requirements):
    use_new_python()
    # The lock is on the folder itself, and gone with the process.
    folder = os.open(str(BASE), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if not is_installed(BASE / requirements):
            install_all(BASE / requirements)
    finally:
        os.close(folder)


def install_all(wanted):
    if not wanted.exists():
        sys.exit(f"There is no {wanted.name} here.")
    interrupted = is_usable() and not any(VENV.glob("installed-*"))
    if not is_usable():
        make_venv()
    print(f"Installing the locked dependencies of {wanted.name}; the first time takes a minute or two.", flush=True)
    installed = install(wanted)
    if not installed and interrupted:
        print("That failed, perhaps for what an interrupted start left; trying in a fresh environment.", flush=True)
        make_venv()
        installed = install(wanted)
    if not installed:
        sys.exit("The dependencies could not be installed; pip's message above says why.")
    for covered in {wanted, BASE / "requirements.txt"}:
        # Both are locked to the same versions, and the list for development holds all of the other.
        stamp(covered).write_text(mark(covered))


def use_new_python():
    if sys.version_info >= OLDEST:
        return
    for minor in (14, 13, 12, 11):
        found = shutil.which(f"python3.{minor}")
        if found:
            os.execv(found, [found, *sys.argv])
    sys.exit(f"BeHeard needs Python 3.11 or newer; this is {sys.version.split()[0]}. Set PYTHON=/path/to/python3.")


def stamp(requirements):
    return VENV / ("installed-" + requirements.name)


def mark(requirements):
    return hashlib.sha256(requirements.read_bytes() + sys.version.encode() + str(BASE).encode()).hexdigest()


def is_installed(requirements):
    stamped = stamp(requirements)
    return stamped.exists() and stamped.read_text() == mark(requirements) and os.access(str(PYTHON), os.X_OK)


def is_usable():
    """Whether the environment is complete, and made by this version of Python in this folder."""
    ask = "import pip, sys; print(sys.prefix, *sys.version_info[:2])"
    try:
        answer = subprocess.run([str(PYTHON), "-c", ask], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout.split() == [str(VENV), *map(str, sys.version_info[:2])]


def make_venv():
    print("Making the virtual environment .venv", flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        print((made.stdout + made.stderr).strip(), file=sys.stderr)
        sys.exit("Python could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv")


def install(requirements):
    for old in VENV.glob("installed-*"):
        old.unlink()
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    environment = dict(os.environ, PIP_ROOT_USER_ACTION="ignore")
    command = [*pip, "--require-hashes", "--requirement", str(requirements)]
    return subprocess.run(command, env=environment, check=False).returncode == 0


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit("Stopped; run it again to go on.")
