"""The names under which browsers may reach a service that pages of other sites must not use.

A site can point its own name at a loopback address (DNS rebinding); its pages then send their own name as
Host and as Origin. Comparing the two with each other is not enough: both must be on a list.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from iomgraph.serving.message import Request
from iomgraph.serving.problem import RequestError

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Origins:
    """The list of names.

    Args:
        own: the address at which clients reach the server, such as `https://data.example.org`; may be
            empty.

    Example:
        >>> origins = Origins("https://data.example.org")
        >>> origins.check(Request("POST", "/mcp", headers={"host": "localhost:8000"}))
        >>> origins.check(Request("POST", "/mcp", headers={"host": "evil.example:8000"}))
        Traceback (most recent call last):
        iomgraph.serving.problem.RequestError: the service is not available by this name: evil.example:8000
          Next: use localhost, or name the server's address with --origin
    """

    def __init__(self, own: str = "") -> None:
        self._names = _LOOPBACK | {_name(own)} - {""}

    def check(self, request: Request) -> None:
        """Refuse a request whose Host, or whose Origin if it has one, is not on the list.

        Raises:
            RequestError: with 403.
        """
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        wrong = [
            value
            for value, name in ((host, _name(f"//{host}")), (origin, _name(origin or "")))
            if value is not None and name not in self._names
        ]
        if wrong:
            raise RequestError(
                403,
                "the service is not available by this name",
                where=wrong[0][:100],
                step="use localhost, or name the server's address with --origin",
            )


def _name(address: str) -> str:
    """The host name of an address; empty if it has none, or can't be read."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
