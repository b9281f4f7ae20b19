"""Requests to the publisher: counted, paced, remembered, and kept to its host."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from iomgraph.doctor.limits import Limits
from iomgraph.remote.visitor import Bounds, Response, Visit, Visitor, addresses_of, is_local

_HOPS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SAFE = "!#$%&'()*+,/:;=?@[]~"


class ExhaustedError(Exception):
    """The limit of requests or of time is reached."""


class ElsewhereError(Exception):
    """An address is on a host that the user did not name."""


@dataclass(frozen=True, slots=True)
class Route:
    """A way through redirects.

    Args:
        responses: in their order, at least one.
        elsewhere: the next address, on a host that the user did not name, to which the client did not go.
    """

    responses: tuple[Response, ...]
    elsewhere: str = ""

    @property
    def first(self) -> Response:
        """The response of the address itself."""
        return self.responses[0]

    @property
    def last(self) -> Response:
        """The response at the end of the redirects."""
        return self.responses[-1]


class Client:
    """Sends the requests of an examination.

    Args:
        url: the named address; requests go to its host.
        limits: limits of the examination.
        follow: other hosts may be asked, too.
    """

    def __init__(self, url: str, limits: Limits, *, follow: bool = False) -> None:
        parts = urlsplit(url)
        self._host, self._follow, self._limits = (parts.scheme, parts.netloc), follow, limits
        local = False
        with suppress(OSError):
            named = addresses_of(parts.hostname or "", parts.port or 80)
            local = any(map(is_local, named))
        self._visitor = Visitor(Bounds(limits.seconds, limits.largest, local))
        self._known: dict[tuple[str, str, tuple[tuple[str, str], ...]], Response] = {}
        self._end = time.monotonic() + limits.total
        self._next = 0.0
        self.requests = 0

    def may(self, url: str) -> bool:
        """Tell whether an address may be requested: it is on the named host, or all hosts are allowed."""
        parts = urlsplit(url)
        # A server that redirects from HTTP to HTTPS is still the same server.
        secure = (parts.scheme, parts.hostname) == ("https", urlsplit(f"//{self._host[1]}").hostname)
        known = (parts.scheme, parts.netloc) == self._host or secure
        return parts.scheme in ("http", "https") and (known or self._follow)

    def send(
        self, url: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Response:
        """Send a request, or return the response to an equal earlier one.

        Raises:
            ExhaustedError: if no more may be sent.
            ElsewhereError: if the address is on a host that the user did not name.
        """
        address, _ = urldefrag(url if url.isascii() else quote(url, safe=_SAFE))
        if not self.may(address):
            raise ElsewhereError(address)
        given = dict(headers or {})
        key = (method, address, (*sorted(given.items()), ("", body.hex())))
        if key not in self._known:
            self._pace()
            self._known[key] = self._visitor.visit(Visit(address, method, given, body))
        return self._known[key]

    def _pace(self) -> None:
        if self.requests >= self._limits.requests:
            raise ExhaustedError(f"{self.requests} requests")
        now = time.monotonic()
        if now > self._end:
            raise ExhaustedError(f"{self._limits.total:g} s")
        time.sleep(max(0.0, self._next - now))
        self._next = max(now, self._next) + 1 / self._limits.rate
        self.requests += 1

    def get(self, url: str, accept: str = "*/*", **headers: str) -> Response:
        """Send a GET; names of headers have underscores for hyphens."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(url, headers={"Accept": accept, **given})

    def follow(self, url: str, accept: str = "*/*") -> Route:
        """Send a GET, and follow redirects on the allowed hosts."""
        responses = [self.get(url, accept)]
        while responses[-1].status in _REDIRECTS and len(responses) <= _HOPS:
            location = responses[-1].header("Location")
            target = urljoin(responses[-1].url, location)
            if not location:
                break
            if not self.may(target):
                return Route(tuple(responses), target)
            responses.append(self.get(target, accept))
        return Route(tuple(responses))
