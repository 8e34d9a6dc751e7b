"""The whole site in processes of its own, on this test's database, and a browser to look at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Site:
    address: str
    processes: list


@pytest.fixture
def site(process_environment, tmp_path):
    """Web, worker and beat, as `make run` starts them; ended with the test."""
    call_command("load_library", verbosity=0)
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    environment = process_environment | {"BASE_URL": address, "GUIDE_PACE_SECONDS": "0.01", "DEBUG": ""}
    environment["EXIT_URL"] = f"{address}/help/"  # the quick exit leads to no site of anybody else's
    commands = [
        ["uvicorn", "beheard.asgi:application", "--port", str(port), "--log-level", "warning"],
        [
            "celery",
            "-A",
            "beheard.celery",
            "worker",
            "-c",
            "2",
            "-l",
            "WARNING",
            "--without-gossip",
            "--without-mingle",
        ],
        ["celery", "-A", "beheard.celery", "beat", "-l", "WARNING", "-s", str(tmp_path / "beat")],
    ]
    log = (tmp_path / "site.log").open("w")
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", *command], env=environment, cwd=settings.BASE_DIR, stdout=log, stderr=log
        )
        for command in commands
    ]
    try:
        _wait_for(address + "/healthz", processes[0])
        yield Site(address, processes)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            _ended(process)
        log.close()


def _ended(process) -> None:
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=5)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(url: str, process, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the web server ended before it answered")
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the web server did not answer")


@pytest.fixture
def browser():
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        launched = playwright.chromium.launch(args=ARGUMENTS, **({"executable_path": chromium} if chromium else {}))
        yield launched
        launched.close()


@pytest.fixture
def shots():
    """Where pictures of the pages go: `SHOTS=folder pytest …`; nowhere otherwise."""
    return Path(os.environ["SHOTS"]) if os.environ.get("SHOTS") else None
