"""The log: a line of JSON an event, on standard error; who a reader is stands there only on demand."""

from __future__ import annotations

import json
import sys
import time
from typing import TextIO


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

    def event(self, event: str, **facts: object) -> None:
        """Write an event at once."""
        self._add("event", event, facts)
        self.flush()

    def request(self, method: str, path: str, status: int, size: int, seconds: float, client: str) -> None:
        """Keep a request for the next time that lines are written.

        The query of an address is left out: what people ask may tell who they are.
        """
        if self.requests:
            facts = {"path": path[:500], "status": status, "bytes": size, "ms": round(seconds * 1000, 2)}
            self._add("request", method, facts | ({"client": client} if self.clients else {}))

    def _add(self, kind: str, what: str, facts: dict[str, object]) -> None:
        now = time.time()
        day = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
        line = {"time": f"{day}.{int(now * 1000) % 1000:03}Z", kind: what, **facts}
        self._lines.append(json.dumps(line, ensure_ascii=True) + "\n")

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
