"""The keys of clients, by which they get fair shares of the server."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

LOOPBACK = ("127.0.0.0/8", "::1/128")
"""The proxies trusted by default, on this machine."""

_SITE = 64
"""Bits of an IPv6 address that name a site, whose addresses all belong to one client."""

_Address = IPv4Address | IPv6Address


class Clients:
    """A namer of clients by address, also behind proxies.

    Args:
        proxies: networks of proxies whose `X-Forwarded-For` is trusted.

    Raises:
        ValueError: if one is not a network.

    Example:
        >>> clients = Clients(["10.0.0.0/8"])
        >>> clients.key("10.0.0.1", "198.51.100.9, 203.0.113.7")
        '203.0.113.7'
        >>> clients.key("192.0.2.1", "203.0.113.7")
        '192.0.2.1'
        >>> clients.key("2001:db8:1:2::9", "")
        '2001:db8:1:2::/64'
    """

    def __init__(self, proxies: Sequence[str] = LOOPBACK) -> None:
        self._proxies = [ip_network(one) for one in proxies]
        self.key = lru_cache(4096)(self._key)

    def _key(self, peer: str, forwarded: str) -> str:
        """Name a client.

        Args:
            peer: the address of the connection; may be empty.
            forwarded: the header `X-Forwarded-For`. Each proxy adds the address that it sees; the last
                address that is not one of our proxies is the client's.
        """
        for address in reversed([*forwarded[-1_000:].split(","), peer]):
            try:
                known = ip_address(address.strip())
            except ValueError:
                break
            peer = str(known) if known.version == 4 else str(ip_network((known, _SITE), strict=False))
            if not self._is_proxy(known):
                break
        return peer

    def _is_proxy(self, address: _Address) -> bool:
        return any(address in network for network in self._proxies)
