"""Credentials, which are read only from the environment, sent to one store only, and never shown."""

from __future__ import annotations

import base64
import html
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from itertools import groupby
from urllib.error import URLError
from urllib.parse import quote, quote_plus, urlsplit
from urllib.request import (
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    Request,
    parse_http_list,
)

from iomgraph.errors import SettingsError

_HIDDEN = "[credentials]"
_PART = 8


@dataclass(frozen=True, slots=True)
class Credentials:
    """The user or the token for requests. No part of it is ever printed.

    Args:
        user: the user's name; empty with a token.
        secret: the password, or the token.
        insecure: they may be sent over plain HTTP to another machine, readable on the way.
    """

    user: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    insecure: bool = False

    def check(self, url: str) -> None:
        """Refuse an address to which the credentials would go unencrypted.

        Raises:
            SettingsError: if it is plain HTTP on another machine, and this is not allowed.

        Example:
            >>> Credentials("ada", "secret").check("http://[::1]:7878/query")
            >>> Credentials("ada", "secret").check("https://example.org/query")
        """
        parts = urlsplit(url)
        if parts.scheme == "http" and not self.insecure and not _is_loopback(parts.hostname or ""):
            raise SettingsError(
                "the credentials would go over plain HTTP, readable on the way",
                where=parts.netloc,
                step="give an address with https://, or allow it with --insecure-auth",
            )

    def redact(self, text: str) -> str:
        """Hide the credentials in a text, in any encoding, and every part of them of eight characters.

        Example:
            >>> Credentials(secret="t0ken").redact("Authorization: Bearer t0ken")
            'Authorization: Bearer [credentials]'
        """
        secret = bytearray(len(text))
        for part in {
            form[at : at + _PART] for form in self._forms for at in range(max(1, len(form) - _PART + 1))
        }:
            at = text.find(part)
            while at >= 0:
                secret[at : at + len(part)] = b"\1" * len(part)
                at = text.find(part, at + 1)
        runs = groupby(zip(secret, text, strict=True), key=lambda pair: pair[0])
        return "".join(_HIDDEN if hidden else "".join(sign for _, sign in run) for hidden, run in runs)

    @property
    def basic(self) -> str:
        """The user and the password in the form of HTTP Basic (RFC 7617)."""
        return base64.b64encode(f"{self.user}:{self.secret}".encode()).decode()

    @property
    def _forms(self) -> set[str]:
        """The encodings of the secret."""
        if not self.secret:
            return set()
        forms = {self.secret, quote(self.secret), quote(self.secret, safe=""), quote_plus(self.secret)}
        forms |= {html.escape(self.secret), json.dumps(self.secret)[1:-1], repr(self.secret)[1:-1]}
        forms |= {self.secret.replace("/", "\\/"), base64.b64encode(self.secret.encode()).decode()}
        return forms | {self.basic, quote(self.basic, safe="")}


class Authorization:
    """The `Authorization` headers of one store: Bearer, Basic or Digest (RFC 6750, 7617, 7616).

    A token is sent at once. A password is sent by the first method that the store asks for; its request is
    remembered, so that a large body is sent once, not twice.

    Args:
        credentials: the credentials; without any, there are no headers.
    """

    def __init__(self, credentials: Credentials | None) -> None:
        self._credentials = credentials or Credentials()
        self._scheme = "" if self._credentials.user or not self._credentials.secret else "bearer"
        self._challenge: dict[str, str] = {}
        self._known = HTTPPasswordMgrWithDefaultRealm()
        self._digest = HTTPDigestAuthHandler(self._known)

    def headers(self, url: str) -> dict[str, str]:
        """Return the header of a POST to an address, if there is one.

        Raises:
            ValueError: if the store has asked for a kind of Digest that is not supported.
        """
        if self._scheme == "digest":
            self._known.add_password(None, url, self._credentials.user, self._credentials.secret)
            try:
                request = Request(url, method="POST")  # noqa: S310 (http, as checked; not sent)
                given = self._digest.get_authorization(request, self._challenge)
            except URLError as error:
                raise ValueError(str(error.reason)) from None
            except UnicodeError:
                raise ValueError("Digest, for a user or a password beyond ASCII") from None
            return {"Authorization": f"Digest {given}"}
        if not self._scheme:
            return {}
        token = self._credentials.secret if self._scheme == "bearer" else self._credentials.basic
        return {"Authorization": f"{self._scheme.capitalize()} {token}"}

    def learn(self, fields: Sequence[str]) -> bool:
        """Read the `WWW-Authenticate` fields of a refusal.

        Returns:
            True if the request should be sent again, now with credentials.

        Raises:
            ValueError: if the store does not ask for a supported way to send a password.
        """
        if not self._credentials.user:
            return False
        asked = challenges(fields)
        if not asked:
            return False
        self._scheme = next((scheme for scheme in ("digest", "basic") if scheme in asked), "")
        if not self._scheme:
            raise ValueError(", ".join(asked))
        self._challenge = asked[self._scheme]
        return True


def challenges(fields: Sequence[str]) -> Mapping[str, dict[str, str]]:
    """Parse `WWW-Authenticate` fields (RFC 9110, section 11.6.1): scheme to its parameters.

    Example:
        >>> challenges(['Digest realm="a, b", qop="auth", Basic realm=store'])
        {'digest': {'realm': 'a, b', 'qop': 'auth'}, 'basic': {'realm': 'store'}}
    """
    asked: dict[str, dict[str, str]] = {}
    scheme = ""
    for item in (item for text in fields for item in parse_http_list(text)):
        first, _, rest = item.partition(" ")
        if "=" not in first:
            scheme = first.lower()
            asked[scheme] = {}
        name, equals, value = (rest if "=" not in first else item).partition("=")
        if scheme and equals:
            asked[scheme][name.strip().lower()] = value.strip().strip('"')
    return asked


def of_environment(name: str, *, insecure: bool = False) -> Credentials:
    """Read credentials from an environment variable: `user:password`, or `Bearer token`.

    Args:
        name: of the variable.
        insecure: they may be sent over plain HTTP to another machine.

    Raises:
        SettingsError: if it is not set, or holds neither; the message does not show its value.

    Example:
        >>> os.environ["STORE"] = "ada:secret"
        >>> of_environment("STORE")
        Credentials(insecure=False)
        >>> of_environment("STORE").user
        'ada'
    """
    text = os.environ.get(name, "")
    step = "set it to user:password, or to Bearer and a token"
    if not text:
        raise SettingsError("the environment variable of the credentials is not set", where=name, step=step)
    kind, _, token = text.partition(" ")
    user, colon, password = text.partition(":")
    sound = text.isprintable() and text.isascii() if kind == "Bearer" else bool(user and colon)
    if not sound or (kind == "Bearer" and not token.strip()):
        raise SettingsError("the environment variable holds no credentials", where=name, step=step)
    if kind == "Bearer":
        return Credentials(secret=token.strip(), insecure=insecure)
    return Credentials(user, password, insecure)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
