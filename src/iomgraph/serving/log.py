"""The log: one JSON object per line, on standard error; client addresses only when enabled.

A separate thread writes, so that a stalled reader of the log never blocks the server: beyond a limit, lines
are dropped and counted.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from functools import lru_cache
from io import TextIOWrapper
from typing import TextIO

_quoted = lru_cache(1024)(json.dumps)

_MOST = 20_000
"""Most lines that wait to be written."""
_PAUSE = 0.25
"""Seconds between two writes of lines about requests."""


class Log:
    """A log of lines.

    Args:
        clients: write the addresses of clients.
        requests: write a line for each request.
        stream: the output; standard error by default.

    Attributes:
        dropped: number of lines that were dropped because the reader of the log does not keep up.
    """

    def __init__(self, *, clients: bool = False, requests: bool = True, stream: TextIO | None = None) -> None:
        self._clients, self._requests = clients, requests
        self._stream = stream or sys.stderr
        self._lines: list[str] = []
        self._guard, self._wake = threading.Lock(), threading.Event()
        self._second, self._day = 0, ""
        self._writer: threading.Thread | None = None
        self._closing = False
        self.dropped = 0

    def start(self) -> None:
        """Begin to write."""
        self._closing = False
        self._writer = threading.Thread(target=self._write, name="log", daemon=True)
        self._writer.start()

    def close(self, seconds: float = 1.0) -> None:
        """Write the remaining lines, if that takes no longer than some seconds."""
        self._closing = True
        self._wake.set()
        if self._writer:
            self._writer.join(seconds)

    def event(self, event: str, **facts: object) -> None:
        """Log an event, and write it at once."""
        self._add(json.dumps({"time": self._now(), "event": event, **facts}) + "\n")
        self._wake.set()

    def request(
        self, method: str, path: str, status: int, size: int, seconds: float, client: str, *, cut: str = ""
    ) -> None:
        """Log a request.

        The query of an address is left out, because search words may identify people.

        Args:
            method: of the request.
            path: of the request, decoded.
            status: of the response.
            size: bytes of content that were sent.
            seconds: from request to response.
            client: key of the client.
            cut: why the response was not completed; empty if it was.
        """
        if self._requests:
            more = f', "cut": {json.dumps(cut)}' if cut else ""
            more += f', "client": {json.dumps(client)}' if self._clients else ""
            self._add(
                f'{{"time": "{self._now()}", "request": {_quoted(method[:20])}, '
                f'"path": {_quoted(path[:500])}, '
                f'"status": {status}, "bytes": {size}, "ms": {seconds * 1000:.2f}{more}}}\n'
            )

    def _add(self, line: str) -> None:
        with self._guard:
            if len(self._lines) < _MOST:
                self._lines.append(line)
            else:
                self.dropped += 1

    def _now(self) -> str:
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second, self._day = second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._day}.{int(now % 1 * 1000):03}Z"

    def _write(self) -> None:
        while not self._closing:
            self._wake.wait(_PAUSE)
            self._wake.clear()
            self.flush()
        self.flush()

    def flush(self) -> None:
        """Write the lines that wait."""
        with self._guard:
            lines, self._lines = self._lines, []
        if lines:
            try:
                self._stream.write("".join(lines))
                self._stream.flush()
            except (OSError, ValueError):
                # The reader of the log has gone; the server continues.
                return


def standard_error() -> TextIO:
    """Open standard error a second time, so that the program can end without waiting for its reader."""
    return TextIOWrapper(open(2, "wb", buffering=0, closefd=False), write_through=True)
