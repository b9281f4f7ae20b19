"""A client that speaks HTTP/1.1 byte by byte, so that it can say what no library would."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n"

LARGE = (
    "/sparql?query=SELECT%20?a%20?b%20?c%20?d%20?e%20?f%20%7B%20?a%20?b%20?c%20.%20?d%20?e%20?f%20%7D"
    "%20LIMIT%2090000"
)
"""The address of an answer of many megabytes."""


class Wire:
    """One connection.

    Args:
        port: of the server.
        timeout: seconds that a read may take.
        buffer: bytes that the system holds for this side; the system's own choice, if 0.
    """

    def __init__(self, port: int, timeout: float = 30.0, buffer: int = 0) -> None:
        self.socket = socket.socket()
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.settimeout(timeout)
        self.socket.connect(("127.0.0.1", port))
        self._ahead = b""

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> bool:
        """Send bytes; tell whether the server still takes them."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            return False
        return True

    def _more(self) -> bool:
        try:
            piece = self.socket.recv(65536)
        except ConnectionResetError:
            return False
        self._ahead += piece
        return bool(piece)

    def response(self) -> tuple[int, dict[str, str], bytes]:
        """Read one response: its status, headers and body; status 0 if the connection ends before."""
        while b"\r\n\r\n" not in self._ahead:
            if not self._more():
                return 0, {}, self._ahead
        head, _, self._ahead = self._ahead.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines[1:])
        }
        length = int(headers.get("content-length", "0"))
        while len(self._ahead) < length and self._more():
            pass
        body, self._ahead = self._ahead[:length], self._ahead[length:]
        return int(lines[0].split()[1]), headers, body

    def is_closed(self, seconds: float) -> bool:
        """Read on, and tell whether the server closes within some seconds."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                if not self.socket.recv(65536):
                    return True
            except TimeoutError:
                return False
            except ConnectionResetError:
                return True
        return False


def status(port: int, request: bytes, timeout: float = 30.0) -> int:
    """The status of the answer to a request; 0 if the server closes without one."""
    with Wire(port, timeout) as wire:
        wire.send(request)
        return wire.response()[0]


@contextlib.contextmanager
def several(port: int, count: int) -> Iterator[list[Wire]]:
    """Open connections at once."""
    wires = [Wire(port) for _ in range(count)]
    try:
        yield wires
    finally:
        for wire in wires:
            wire.socket.close()


def resident(number: int) -> int:
    """Bytes of memory that a process and its children have of their own, or share in part."""
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
        children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    except OSError:
        return 0
    size = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return size + sum(resident(int(child)) for child in children)
