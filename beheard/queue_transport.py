"""The Redis transport of kombu 5.7, which survives the end of Redis in mid-task.

There a channel whose connection has been given up is asked once more to give back or acknowledge what it holds, and fails with
an AttributeError that nobody expects: the worker ends its loop and hangs. Said as the connection error it is, the worker
reconnects. What was lost with the queue is asked for again by the sweeps.
"""

from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import ConnectionError


class Channel(redis.Channel):
    def _connparams(self, asynchronous=False):
        if self.connection.client is None:
            raise ConnectionError("the connection has been given up")
        return super()._connparams(asynchronous=asynchronous)


class Transport(redis.Transport):
    Channel = Channel


def use() -> None:
    """Make `redis://` mean this transport."""
    TRANSPORT_ALIASES["redis"] = f"{__name__}:Transport"
