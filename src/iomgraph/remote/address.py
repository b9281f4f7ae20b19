"""Addresses that users name: of stores, and of servers to examine."""

from __future__ import annotations

from urllib.parse import urlsplit

from iomgraph.errors import SettingsError


def check(url: str, party: str, instead: str) -> None:
    """Refuse text that is not an HTTP address, or contains credentials.

    Args:
        url: the text.
        party: the addressee, for the message: a store, a server.
        instead: the next step for users who put credentials into it.

    Raises:
        SettingsError: if requests can't be sent to it; the message does not repeat credentials.

    Example:
        >>> check("ftp://a.example/", "a server", "leave them out")
        Traceback (most recent call last):
        iomgraph.errors.SettingsError: this is not an address of a server: ftp://a.example/
          Next: give one with http:// or https://
    """
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        # The system looks names up in this encoding, which limits their length.
        (parts.hostname or "").encode("idna")
    except ValueError:
        parts, sound = urlsplit(""), False
    if "@" in parts.netloc:
        raise SettingsError("the address has credentials in it", where=parts.hostname, step=instead)
    if not sound or not url.isascii() or not url.isprintable() or " " in url:
        step = "give one with http:// or https://"
        raise SettingsError(f"this is not an address of {party}", where=url, step=step)
