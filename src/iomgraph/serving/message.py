"""What comes in and what goes out, whoever carries it: a request, and a response (RFC 9110)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import FileIO
from urllib.parse import parse_qsl

from iomgraph.serving.byte_budget import LargeBody

_FIELDS = 1_000


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks.

    Args:
        method: such as GET, in capitals.
        path: decoded, from the first slash on, without the query.
        query: the parameters of the address, in order, decoded; a name may stand there twice.
        headers: lower-case name to value.
        body: what came with it, no longer than the server allows.
        search: the query of the address as it came, where it has not been read into `query` yet.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    search: str = ""

    def read(self) -> Request:
        """The same request, with its query read (https://url.spec.whatwg.org/#application/x-www-form-urlencoded).

        Raises:
            ValueError: if it is no UTF-8, or has too many fields.

        Example:
            >>> Request("GET", "/", search="x=%C3%A9").read().query
            (('x', 'é'),)
        """
        if not self.search:
            return self
        fields = parse_qsl(self.search, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
        return Request(self.method, self.path, tuple(fields), self.headers, self.body)


@dataclass(frozen=True, slots=True)
class Extent:
    """A part of an open file: content too large to be held.

    Args:
        file: it is read by place, so that readers don't disturb each other, and closed with the last of them.
        start: where the content begins.
        length: how many bytes it has.
    """

    file: FileIO
    start: int
    length: int

    def __len__(self) -> int:
        return self.length

    def read(self, start: int, most: int) -> bytes:
        """Read some of it.

        Args:
            start: where to begin, counted from the start of the content.
            most: so many bytes at most.
        """
        return os.pread(self.file.fileno(), min(most, self.length - start), self.start + start)


@dataclass(frozen=True, slots=True)
class Response:
    """What a client gets.

    Args:
        status: of HTTP.
        headers: in order; the length, the day and what keeps a browser safe are added by the server.
        body: the content; what is large is read piece by piece.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | Extent | LargeBody = b""


Reply = Callable[[Response], None]
"""What takes a response that comes later."""

Drop = Callable[[], object]
"""What is called where nobody waits for a response any more."""
