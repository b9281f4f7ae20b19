"""The limits of queries, requests and connections."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a server; they stand in the service description, and at `iomgraph serve --help`.

    Args:
        seconds: of wall time that an answer may take to be worked out.
        cpu_seconds: of processor time that it may take.
        memory: bytes that it may take, over what the release takes.
        rows: of an answer; for a graph, its statements.
        bytes: of an answer, written down.
        queue: how many queries may wait while every worker is busy.
        client: queries of one client that may wait or be answered at once.
        buffered: bytes of large answers that are held in memory for their readers, all together.
        body: bytes that a request may carry.
        head: bytes of a request before its body: address and headers.
        connections: that are open at once.
        head_seconds: for a head to come in, from the opening of the connection or from the last answer.
        body_seconds: for each 16 KiB of a body to come in, and for each 64 KiB of an answer to be read.

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
