"""Credentials: read from the environment alone, and never shown."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from urllib.request import (
    BaseHandler,
    HTTPBasicAuthHandler,
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithPriorAuth,
    Request,
    parse_http_list,
    parse_keqv_list,
)

from iomgraph.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks. No part of it is ever printed.

    Args:
        user: the user's name; empty with a token.
        secret: the password, or the token.
    """

    user: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)

    def handlers(self, urls: list[str]) -> list[BaseHandler]:
        """What adds them to requests to these addresses, and to no other (RFC 7617, 7616, 6750)."""
        if not self.user:
            return [_Bearer(self.secret)]
        known = HTTPPasswordMgrWithPriorAuth()
        known.add_password(None, urls, self.user, self.secret)
        return [_Digest(known), HTTPBasicAuthHandler(known)]


def of_environment(name: str) -> Credentials:
    """Read credentials from an environment variable: `user:password`, or `Bearer token`.

    Raises:
        SettingsError: if it is not set, or is neither; what it holds is not told.

    Example:
        >>> os.environ["STORE"] = "ada:secret"
        >>> of_environment("STORE")
        Credentials()
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
    return Credentials(secret=token.strip()) if kind == "Bearer" else Credentials(user, password)


class _Bearer(BaseHandler):
    """Adds a token; redirects are refused, so that it goes nowhere else."""

    def __init__(self, token: str) -> None:
        self._token = token

    def http_request(self, request: Request) -> Request:
        request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        return request

    https_request = http_request


class _Digest(HTTPDigestAuthHandler):
    """Digest that answers a challenge once and keeps it, so that a large body is sent once, not twice."""

    def __init__(self, known: HTTPPasswordMgrWithPriorAuth) -> None:
        super().__init__(known)
        self._challenge: dict[str, str] = {}

    def http_request(self, request: Request) -> Request:
        if self._challenge:
            given = self.get_authorization(request, self._challenge)
            request.add_unredirected_header(self.auth_header, f"Digest {given}")
        return request

    https_request = http_request

    def retry_http_digest_auth(self, req: Request, auth: str) -> object:
        self._challenge = parse_keqv_list(list(filter(None, parse_http_list(auth.partition(" ")[2]))))
        # A header of an earlier challenge would be taken for a refusal of this one.
        req.unredirected_hdrs.pop(self.auth_header.capitalize(), None)
        return super().retry_http_digest_auth(req, auth)
