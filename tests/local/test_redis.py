import os
import signal
import socket
import time

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from beheard.local.redis import Redis


@pytest.fixture
def server(data_folder):
    server = Redis(data_folder)
    server.start()
    return server


def client(server: Redis) -> redis.Redis:
    return redis.Redis.from_url(server.url)


def kill(server: Redis) -> None:
    os.kill(int((server.folder / "pid").read_text()), signal.SIGKILL)
    until = time.monotonic() + 10
    while server.is_running() and time.monotonic() < until:
        time.sleep(0.05)


def test_it_is_started_once_and_found_by_later_processes(server, data_folder):
    assert Redis(data_folder).start() is False
    assert Redis(data_folder).url == server.url


def test_it_keeps_its_address_and_what_it_holds_over_a_stop(server):
    address = server.url
    client(server).set("queue", "task")
    assert server.stop() is True
    assert not server.is_running()
    assert server.start() is True
    assert server.url == address
    assert client(server).get("queue") == b"task"


def test_it_asks_for_a_password(server):
    stranger = redis.Redis(port=int(server.url.rsplit(":", 1)[1].split("/")[0]), retry=Retry(NoBackoff(), 0))
    with pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_a_killed_server_is_started_again(server):
    kill(server)
    assert not server.is_running()
    assert server.start() is True


def test_another_program_on_its_port_makes_it_move(server):
    server.stop()
    address = server.url
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", int(address.rsplit(":", 1)[1].split("/")[0])))
        other.listen()
        assert not server.is_running()
        assert server.start() is True
    assert server.url != address


def test_a_dump_it_cannot_read_is_set_aside(server, capsys):
    server.stop()
    (server.folder / "dump.rdb").write_bytes(b"not a dump")
    assert server.start() is True
    assert (server.folder / "dump.unreadable.rdb").exists()
    assert "starts empty" in capsys.readouterr().err


def test_its_password_is_readable_to_its_owner_only(server):
    for name in ("address.json", "redis.conf"):
        assert (server.folder / name).stat().st_mode & 0o077 == 0
