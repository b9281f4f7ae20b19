"""The deadline of an exchange, at which connections that are still open are cut."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress


class Deadline:
    """A moment that limits all steps of an exchange: sending, the response head, its body.

    The timeout of a socket starts again with every byte, so a server that drips bytes can outlast it.

    Args:
        seconds: seconds from now.

    Example:
        >>> Deadline(60).left > 50
        True
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds
        self._timer: threading.Timer | None = None

    @property
    def left(self) -> float:
        """Seconds until then; negative afterwards."""
        return self._end - time.monotonic()

    def watch(self, connection: socket.socket) -> None:
        """Cut a connection at the deadline, unless it is released earlier.

        Raises:
            TimeoutError: if the deadline has passed.
        """
        self.release()
        if self.left <= 0:
            raise TimeoutError("the deadline has passed")
        self._timer = threading.Timer(self.left, _cut, [connection])
        self._timer.daemon = True
        self._timer.start()

    def release(self) -> None:
        """Stop watching."""
        if self._timer:
            self._timer.cancel()


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        # Closing a TLS socket would first drop its state, which a reader in another thread still uses.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
