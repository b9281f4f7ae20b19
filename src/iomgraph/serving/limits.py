"""The limits of queries, requests and connections."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a server, which the service description and `iomgraph serve --help` list.

    Args:
        seconds: wall time for computing an answer.
        cpu_seconds: processor time for computing it.
        memory: bytes that it may use, above those of the release.
        rows: rows of an answer; for a graph, its statements.
        bytes: bytes of a written answer.
        queue: queries that may wait while every worker is busy.
        client: queries of one client that may wait or run at once.
        buffered: bytes of all large answers held in memory for their readers.
        body: bytes of a request's body.
        head: bytes of a request before its body: address and headers.
        connections: connections that are open at once.
        head_seconds: seconds for a head to arrive, from the opening of the connection or from the last
            answer.
        body_seconds: seconds for each 16 KiB of a body to arrive, and for each 64 KiB of an answer to be
            read.

    Example:
        >>> Limits(rows=10).rows
        10
    """

    seconds: float = 30.0
    cpu_seconds: float = 20.0
    memory: int = 1 << 30
    rows: int = 100_000
    bytes: int = 64 << 20
    queue: int = 64
    client: int = 32
    buffered: int = 256 << 20
    body: int = 1 << 20
    head: int = 16 << 10
    connections: int = 1_000
    head_seconds: float = 10.0
    body_seconds: float = 30.0
