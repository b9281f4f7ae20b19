"""Visits to other people's servers: one request each and its response, bounded and never redirected.

A visit only looks: it is never repeated, carries no credentials, and reads no more than its limit.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util.connection import create_connection

from iomgraph.remote import failures
from iomgraph.remote.deadline import Deadline
from iomgraph.version import __version__

AGENT = f"iomgraph-doctor/{__version__}"
"""The user agent of visits, by which owners of servers can recognise them."""

_CHUNK = 2**16


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of one visit.

    Args:
        seconds: most seconds for it.
        largest: most bytes of content to read; longer content counts as incomplete.
        local: servers of this machine and of private networks may be visited.
    """

    seconds: float = 20
    largest: int = 16 * 2**20
    local: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """A request, sent exactly as written: its address is neither encoded nor corrected.

    Args:
        url: absolute address, without a fragment.
        method: HTTP method.
        headers: headers besides those of every visit.
        body: content.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to a visit.

    Args:
        visit: the request.
        status: HTTP status; 0 without a response.
        headers: names in lower case; values of the same name are joined by commas.
        body: content, as far as it was read.
        complete: all of the content was read.
        error: the reason why there was no response.

    Example:
        >>> page = Response(Visit("http://a.example/"), 200, {"content-type": "Text/Turtle; charset=utf-8"})
        >>> page.media_type, page.is_success
        ('text/turtle', True)
    """

    visit: Visit
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    complete: bool = True
    error: str = ""

    @property
    def url(self) -> str:
        """The address that was visited."""
        return self.visit.url

    @property
    def is_success(self) -> bool:
        """True if the status is one of success."""
        return 200 <= self.status < 300

    @property
    def media_type(self) -> str:
        """The media type without its parameters; empty if not given."""
        given = self.headers.get("content-type", "")
        head = Message()
        head["Content-Type"] = given
        return head.get_content_type() if given else ""

    def header(self, name: str) -> str:
        """Return a header; empty if absent."""
        return self.headers.get(name.lower(), "")


class Visitor:
    """Visits servers, one request at a time.

    Args:
        bounds: limits of each visit.
    """

    def __init__(self, bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._trust = ssl.create_default_context()

    def visit(self, visit: Visit) -> Response:
        """Send a request; if the server can't be reached or does not speak HTTP, the status is 0."""
        deadline = Deadline(self._bounds.seconds)
        connection = self._connection(visit.url, deadline)
        try:
            return self._exchange(connection, visit)
        except (HTTPError, OSError, ValueError) as error:
            why = error.args[0] if isinstance(error, _PrivateError) else failures.of_error(error).what
            late = f"no answer within {deadline.seconds:g} seconds"
            return Response(visit, error=late if deadline.left <= 0 else str(why), complete=False)
        finally:
            deadline.release()
            connection.close()

    def _connection(self, url: str, deadline: Deadline) -> _Connection:
        parts = urlsplit(url)
        options: dict[str, Any] = {"timeout": self._bounds.seconds}
        options |= {"deadline": deadline, "local": self._bounds.local}
        host = parts.hostname or ""
        if parts.scheme == "https":
            return _SecureConnection(host, parts.port, ssl_context=self._trust, **options)
        return _Connection(host, parts.port, **options)

    def _exchange(self, connection: _Connection, visit: Visit) -> Response:
        parts = urlsplit(visit.url)
        target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        headers = {"User-Agent": AGENT, "Accept-Encoding": "identity", "Connection": "close", **visit.headers}
        if visit.body or visit.method == "POST":
            headers["Content-Length"] = str(len(visit.body))
        connection.request(
            visit.method, target, visit.body or None, headers, preload_content=False, decode_content=True
        )
        with connection.getresponse() as answer:
            body = b""
            while len(body) <= self._bounds.largest and (part := answer.read1(_CHUNK)):
                body += part
        named: dict[str, str] = {}
        for name, value in answer.headers.items():
            key = name.lower()
            named[key] = f"{named[key]}, {value}" if key in named else value
        complete = len(body) <= self._bounds.largest
        return Response(visit, answer.status, named, body[: self._bounds.largest], complete)


class _PrivateError(OSError):
    """A host name leads to a network that must not be visited."""


class _Connection(HTTPConnection):
    """A connection that is cut at a deadline, and that only goes to public addresses by default."""

    def __init__(self, *args: Any, deadline: Deadline, local: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self._deadline, self._local = deadline, local

    def _new_conn(self) -> socket.socket:
        # Connect to the very address that was checked, because the name may have another one next time.
        addresses = addresses_of(self.host, self.port)
        if not self._local and any(map(is_local, addresses)):
            raise _PrivateError(f"{self.host} is in a private network, where nothing is requested")
        sock: socket.socket = create_connection((addresses[0], self.port), self.timeout)
        return sock

    def connect(self) -> None:
        super().connect()
        self._deadline.watch(self.sock)


class _SecureConnection(_Connection, HTTPSConnection):
    """The same over TLS."""


def addresses_of(host: str, port: int) -> list[str]:
    """Look up the addresses of a host.

    Raises:
        OSError: if it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


def is_local(address: str) -> bool:
    """Tell whether an address belongs to this machine or to a private network.

    Example:
        >>> is_local("127.0.0.1"), is_local("::ffff:10.0.0.1"), is_local("9.9.9.9")
        (True, True, False)
    """
    one = ipaddress.ip_address(address.partition("%")[0])
    mapped = one.ipv4_mapped if isinstance(one, ipaddress.IPv6Address) else None
    return not (mapped or one).is_global
