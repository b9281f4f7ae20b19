"""One request and its response: retried, bounded, never redirected, with a message for each failure.

urllib3 carries it, directly to the store: proxies of the environment could read it, and are not used.
"""

from __future__ import annotations

import io
import logging
import random
import ssl
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from email.message import Message
from typing import IO, Any
from urllib.parse import urlsplit

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from iomgraph.errors import RemoteError
from iomgraph.remote import address, failures
from iomgraph.remote.body import Body
from iomgraph.remote.credentials import Authorization, Credentials
from iomgraph.remote.deadline import Deadline
from iomgraph.remote.failures import Failure

LARGEST = 100 * 2**20
"""Most bytes of an answer to read."""
LARGEST_FILE = 16 * 2**30
"""Most bytes of an answer that goes into a file."""

_ELSEWHERE = "put them into an environment variable, and name it with --auth-env"
_SHOWN = 300
_SAID = 2**14
_CHUNK = 2**16
_MEGABYTE = 2**20
_UNAUTHORIZED, _PARTIAL = 401, 206
_MOST_ROWS, _INCOMPLETE = "X-SPARQL-MaxRows", "X-SQL-State"
"""Headers by which Virtuoso tells that it cut off an answer at its limit of rows or of time."""

# urllib3 logs heads that it can't parse, in which a store may echo the credentials.
_UNLOGGED = ContextVar("unlogged", default=False)
logging.getLogger("urllib3.connection").addFilter(lambda _: not _UNLOGGED.get())


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Limits of one exchange: a request, sent again if that may help, and its response.

    Args:
        attempts: requests to send before giving up.
        first: seconds to wait after the first; each wait is twice the previous one.
        longest: longest wait, whatever the server asks for (`Retry-After`).
        timeout: seconds that a server may be silent.
        deadline: seconds for the whole exchange with all its attempts.
    """

    attempts: int = 6
    first: float = 0.5
    longest: float = 30
    timeout: float = 120
    deadline: float = 3600


@dataclass(frozen=True, slots=True)
class Request:
    """A POST that can be repeated without harm.

    Args:
        url: one of the transport's addresses.
        body: its body; a `Body` can be of any size.
        headers: headers for the type of the body and the accepted answers.
    """

    url: str
    body: bytes | Body
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """The response: its bytes, their number, media type, server, and any cut in it."""

    body: bytes
    size: int
    media_type: str
    server: str = ""
    cut: str = ""
    most: float = 0


class RefusedError(RemoteError):
    """The store understood the address and the credentials, and refuses the request."""


class LateError(RemoteError):
    """The store takes too long."""


class LargeError(RemoteError):
    """The answer is too large, or larger than the store is willing to give."""


class CutError(LargeError):
    """The store gives only a part of the answer.

    Args:
        what: as for `IomgraphError`.
        most: most rows that it gives.
        where: the store.
        step: the next step.
    """

    def __init__(self, what: str, most: float = 0, *, where: object = "", step: str = "") -> None:
        super().__init__(what, where=where, step=step)
        self.most = most


class Transport:
    """Sends requests to the addresses of one store.

    Args:
        urls: the only addresses to which credentials are sent.
        credentials: credentials that the store may ask for.
        policy: when to try again, and for how long.
        largest: most bytes of an answer to read.

    Raises:
        SettingsError: if an address can't be used, contains a password, or would get the credentials
            unencrypted.
    """

    def __init__(
        self,
        urls: list[str],
        credentials: Credentials | None = None,
        policy: RetryPolicy | None = None,
        largest: int = LARGEST,
    ) -> None:
        self._credentials = credentials or Credentials()
        for url in urls:
            address.check(url, "a store", _ELSEWHERE)
            if credentials:
                credentials.check(url)
        self._policy = policy or RetryPolicy()
        self._largest = largest
        self._authorization = Authorization(credentials)
        self._trust = ssl.create_default_context()

    def send(
        self, request: Request, *, expected: bool = False, into: IO[bytes] | None = None, work: int = 0
    ) -> Reply:
        """Send a request, and repeat it after a while if the connection drops or the server fails.

        Args:
            request: the request.
            expected: a response without content counts as one that broke off.
            into: file for the body of the response, which is then not in the reply.
            work: bytes of statements that the server has to process; for each megabyte it may be silent, and
                the exchange may last, a second longer.

        Raises:
            RefusedError: if the store refuses the request.
            RemoteError: if there is no usable answer.
        """
        extra, wait = work / _MEGABYTE, self._policy.first
        deadline = Deadline(self._policy.deadline + extra)
        left = self._policy.attempts
        while True:
            left -= 1
            try:
                return self._attempt(request, deadline, self._policy.timeout + extra, into, expected=expected)
            except Failure as failure:
                pause = min(max(wait, failure.after), self._policy.longest)
                if not (failure.transient and left > 0 and pause < deadline.left):
                    raise self._stop(failure, request.url, deadline) from None
            time.sleep(pause * random.uniform(0.8, 1))  # noqa: S311 (so that two pushers do not keep step)
            wait *= 2

    def shown(self, text: str) -> str:
        """Make a text fit for a message, without credentials and without control characters."""
        return "".join(sign if sign.isprintable() else "�" for sign in self._credentials.redact(text))

    def _stop(self, failure: Failure, url: str, deadline: Deadline) -> RemoteError:
        if deadline.left <= 0:
            what, step = (
                f"the exchange takes more than {deadline.seconds:,.0f} seconds",
                "ask for less, or allow more time",
            )
            return LateError(what, where=self.shown(url), step=step)
        kind = RefusedError if failure.refused else LargeError if failure.large else RemoteError
        kind = LateError if failure.silent else kind
        return kind(self.shown(failure.what), where=self.shown(url), step=self.shown(failure.step))

    def _attempt(
        self, request: Request, deadline: Deadline, silent: float, into: IO[bytes] | None, *, expected: bool
    ) -> Reply:
        token = _UNLOGGED.set(True)
        try:
            pool = self._pool(request.url, deadline, silent)
            with pool, self._post_authorized(pool, request) as response:
                if not 200 <= response.status < 300:
                    raise self._failure(response, request.url)
                reply = self._read(response, into)
        except (HTTPError, OSError, UnicodeError) as error:
            # urllib3 holds the error in a frame of its own traceback: until the collector of garbage broke
            # that circle, in whichever thread, the locals of our callers would live on.
            traceback.clear_frames(error.__traceback__)
            raise failures.of_error(error) from None
        finally:
            deadline.release()
            _UNLOGGED.reset(token)
        # A response without a length ends when the connection is cut.
        if deadline.left <= 0:
            raise Failure("the deadline has passed", "")
        # The standard library accepts a response that broke off in its head as complete.
        if expected and not reply.size:
            raise failures.of_error(ConnectionError("the answer breaks off"))
        return reply

    def _pool(self, url: str, deadline: Deadline, silent: float) -> HTTPConnectionPool:
        parts, seconds = urlsplit(url), max(0.001, min(silent, deadline.left))
        options: dict[str, Any] = {"timeout": Timeout(connect=seconds, read=seconds), "deadline": deadline}
        host = parts.hostname or ""
        if parts.scheme == "https":
            secure = HTTPSConnectionPool(host, parts.port, ssl_context=self._trust, **options)
            secure.ConnectionCls = _SecureConnection
            return secure
        plain = HTTPConnectionPool(host, parts.port, **options)
        plain.ConnectionCls = _Connection
        return plain

    def _post(self, pool: HTTPConnectionPool, request: Request) -> BaseHTTPResponse:
        length = request.body.size if isinstance(request.body, Body) else len(request.body)
        headers = {**request.headers, "Content-Length": str(length), "Accept-Encoding": "identity"}
        try:
            headers |= self._authorization.headers(request.url)
        except ValueError as error:
            raise _unknown_scheme(error) from None
        parts = urlsplit(request.url)
        return pool.urlopen(
            "POST",
            parts._replace(scheme="", netloc="", path=parts.path or "/", fragment="").geturl(),
            body=request.body,
            headers=headers,
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=True,
        )

    def _post_authorized(self, pool: HTTPConnectionPool, request: Request) -> BaseHTTPResponse:
        """Send the request, and once more if the store asks for credentials and there are any."""
        response = self._post(pool, request)
        if response.status != _UNAUTHORIZED:
            return response
        try:
            if not self._authorization.learn(response.headers.getlist("WWW-Authenticate")):
                return response
        except ValueError as error:
            raise _unknown_scheme(error) from None
        response.close()
        return self._post(pool, request)

    def _failure(self, response: BaseHTTPResponse, url: str) -> Failure:
        location = response.headers.get("Location")
        if 300 <= response.status < 400 and location:
            return failures.of_redirect(url, location)
        data = b""
        with suppress(HTTPError, OSError):
            while len(data) < _SAID and (part := response.read1(_SAID - len(data))):
                data += part
        said = " ".join(self._credentials.redact(data.decode("utf-8", "replace")).split())[:_SHOWN]
        if "<html" in said.lower() or not said.isprintable():
            said = ""
        return failures.of_status(response.status, response.headers, said)

    def _read(self, response: BaseHTTPResponse, into: IO[bytes] | None) -> Reply:
        held = io.BytesIO()
        body, largest = (into, LARGEST_FILE) if into else (held, self._largest)
        # An attempt that broke off may have left a partial body.
        body.seek(0)
        body.truncate()
        size = 0
        # Bytes are counted as they are decompressed.
        while part := response.read1(_CHUNK):
            body.write(part)
            size += len(part)
            if size > largest:
                raise Failure(f"the answer is larger than {largest:,} bytes", "ask for less", large=True)
        head = Message()
        head["Content-Type"] = response.headers.get("Content-Type", "")
        kind = head.get_content_type() if head["Content-Type"] else ""
        if kind in ("text/html", "application/xhtml+xml"):
            step = "give the address that answers SPARQL, not that of its page for people"
            raise Failure("the server answers with a web page", step)
        server = response.headers.get("Server", "")
        return Reply(held.getvalue(), size, kind, server, *_cut(response))


class _Connection(HTTPConnection):
    """A connection that is cut at a deadline."""

    def __init__(self, *args: Any, deadline: Deadline, **options: Any) -> None:
        super().__init__(*args, **options)
        self._deadline = deadline

    def connect(self) -> None:
        super().connect()
        self._deadline.watch(self.sock)


class _SecureConnection(_Connection, HTTPSConnection):
    """The same over TLS."""


def _cut(response: BaseHTTPResponse) -> tuple[str, float]:
    """Tell how a store cut off its answer, and at how many rows; empty if it does not say."""
    most = response.headers.get(_MOST_ROWS, "")
    if most.isascii() and most.isdigit():
        return f"the store gives no more than {most[:20]} rows", float(most)
    if most or response.status == _PARTIAL or _INCOMPLETE in response.headers:
        return "the store gives a part of the answer", 0
    return "", 0


def _unknown_scheme(error: ValueError) -> Failure:
    what = f"the store asks for the credentials in an unknown way ({error})"
    return Failure(what, "let it ask for Basic or Digest")
