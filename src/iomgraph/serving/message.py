"""Requests and responses, independent of the library that carries them (RFC 9110)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import FileIO
from typing import Protocol
from urllib.parse import parse_qsl

_FIELDS = 1_000


@dataclass(frozen=True, slots=True)
class Request:
    """A client's request.

    Args:
        method: its method in capitals, such as GET.
        path: the decoded path, from the first slash on, without the query.
        query: the decoded parameters of the address, in order; names may be repeated.
        headers: lower-case name to value.
        body: the content, within the server's limit.
        search: the raw query of the address, if it has not been read into `query` yet.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    search: str = ""

    def read(self) -> Request:
        """Read the query (https://url.spec.whatwg.org/#application/x-www-form-urlencoded).

        Returns:
            the same request, with its query read.

        Raises:
            ValueError: if it is not UTF-8, or has too many fields.

        Example:
            >>> Request("GET", "/", search="x=%C3%A9").read().query
            (('x', 'é'),)
        """
        if not self.search:
            return self
        fields = parse_qsl(self.search, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
        return Request(self.method, self.path, tuple(fields), self.headers, self.body)


class LargeContent(Protocol):
    """Content too large for one piece, of known length and read part by part."""

    def __len__(self) -> int:
        """Return the number of bytes."""
        ...

    def read(self, start: int, most: int) -> bytes:
        """Read some of it.

        Args:
            start: where to begin, counted from the start of the content.
            most: number of bytes, at most.

        Raises:
            OSError: if it can't be read any more.
        """
        ...


@dataclass(frozen=True, slots=True)
class Extent:
    """A part of an open file, for content too large for memory.

    Args:
        file: read by position, so that readers don't disturb each other; closed with the last of them.
        start: position of the content.
        length: number of bytes.
    """

    file: FileIO
    start: int
    length: int

    def __len__(self) -> int:
        return self.length

    def read(self, start: int, most: int) -> bytes:
        """Read some of it, as in `LargeContent`."""
        return os.pread(self.file.fileno(), min(most, self.length - start), self.start + start)


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to a request.

    Args:
        status: HTTP status.
        headers: headers in order; the server adds length, date and security headers.
        body: the content, complete or to be read part by part.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | LargeContent = b""
