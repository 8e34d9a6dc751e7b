import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from django.conf import settings


@pytest.fixture
def server(process_environment, tmp_path):
    """The real web server on loopback, on this test's database, with limits out of the way. Its address and its log."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = process_environment | {
        "API_LIMITS_TIMES": "1000000",
        "DEBUG": "",
        "BASE_URL": f"http://127.0.0.1:{port}",
    }
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "beheard.asgi:application",
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
    log = tmp_path / "server.log"
    with log.open("w") as written:
        process = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, stdout=written, stderr=written)
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz", process)
            yield f"http://127.0.0.1:{port}", log
        finally:
            process.terminate()
            process.wait(timeout=15)


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
