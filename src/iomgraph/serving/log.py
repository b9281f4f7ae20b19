"""The log: a line of JSON an event, on standard error; who a reader is stands there only on demand."""

from __future__ import annotations

import json
import sys
import time
from functools import lru_cache
from typing import TextIO

_quoted = lru_cache(1024)(json.dumps)


class Log:
    """Writes lines, some at a time, so that a busy server does not wait for each.

    Args:
        clients: whether the addresses of clients are written.
        requests: whether a line is written for each request.
        stream: where the lines go.
    """

    def __init__(self, *, clients: bool = False, requests: bool = True, stream: TextIO | None = None) -> None:
        self.clients, self.requests = clients, requests
        self._stream = stream or sys.stderr
        self._lines: list[str] = []
        self._second, self._day = 0, ""

    def event(self, event: str, **facts: object) -> None:
        """Write an event at once."""
        self._add("event", event, facts)
        self.flush()

    def request(self, method: str, path: str, status: int, size: int, seconds: float, client: str) -> None:
        """Keep a request for the next time that lines are written.

        The query of an address is left out: what people ask may tell who they are.
        """
        if self.requests:
            who = f', "client": {json.dumps(client)}' if self.clients else ""
            self._lines.append(
                f'{{"time": "{self._now()}", "request": {_quoted(method[:20])}, '
                f'"path": {_quoted(path[:500])}, '
                f'"status": {status}, "bytes": {size}, "ms": {seconds * 1000:.2f}{who}}}\n'
            )

    def _add(self, kind: str, what: str, facts: dict[str, object]) -> None:
        self._lines.append(json.dumps({"time": self._now(), kind: what, **facts}) + "\n")

    def _now(self) -> str:
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second, self._day = second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._day}.{int(now % 1 * 1000):03}Z"

    def flush(self) -> None:
        """Write what was kept."""
        lines, self._lines = self._lines, []
        if lines:
            try:
                self._stream.write("".join(lines))
                self._stream.flush()
            except (OSError, ValueError):
                # Who reads the log has gone; the server goes on.
                return
