"""One request and its answer: retried, never redirected, bounded, and every bad end of it named.

The standard library's opener carries it. SPARQLWrapper's own way out follows redirects with the
credentials, installs an opener for the whole process, and reads answers of any size.
"""

from __future__ import annotations

import http.client
import io
import random
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
    build_opener,
)

from iomgraph.errors import RemoteError, SettingsError
from iomgraph.remote.credentials import Credentials

LARGEST = 100 * 2**20
"""An answer of more bytes is not read."""
LARGEST_FILE = 16 * 2**30
"""An answer that goes into a file may have so many."""

_SHOWN = 300
_CHUNK = 2**16
_MEGABYTE = 2**20
_BUSY = 429


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on trying.

    Args:
        attempts: how many requests are sent before giving up.
        first: seconds to wait after the first; each wait is twice the one before.
        longest: no wait is longer, whatever the server asks for (`Retry-After`).
        timeout: seconds that a server may be silent.
        whole: seconds that one answer may take.
    """

    attempts: int = 6
    first: float = 0.5
    longest: float = 30
    timeout: float = 120
    whole: float = 3600


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered: its bytes, how many, what it says they are, and what it says it is."""

    body: bytes
    size: int
    media_type: str
    server: str = ""


class Transport:
    """Sends requests to the addresses of one store.

    Args:
        urls: the addresses; credentials are sent to no other.
        credentials: who asks, if the store wants to know.
        patience: how long to go on trying.
        largest: an answer of more bytes is not read.

    Raises:
        SettingsError: if an address is none, or has a password in it.
    """

    def __init__(
        self,
        urls: list[str],
        credentials: Credentials | None = None,
        patience: Patience | None = None,
        largest: int = LARGEST,
    ) -> None:
        for url in urls:
            _check(url)
        self._patience = patience or Patience()
        self._largest = largest
        more = credentials.handlers(urls) if credentials else []
        self._opener: OpenerDirector = build_opener(_NoRedirect(), _Plain(), _Secure(), *more)

    def send(
        self,
        make: Callable[[], Request],
        *,
        expected: bool = False,
        into: IO[bytes] | None = None,
        work: int = 0,
    ) -> Reply:
        """Send a request; again, after a while, where the connection drops or the server is not well.

        Args:
            make: makes the request: each attempt needs a new one. It does no harm when it is done twice.
            expected: whether an answer without content is none.
            into: file that the body of the answer is written to; the reply has none then.
            work: how many bytes of statements the server has to do something with: for each megabyte
                it may be silent a second longer.

        Raises:
            RemoteError: if there is no answer, or none that can be used.
        """
        wait = self._patience.first
        for left in range(self._patience.attempts - 1, -1, -1):
            request = make()
            try:
                return self._once(request, into, work, expected=expected)
            except _Passing as passing:
                if not left:
                    raise passing.stop from None
                asked = min(max(wait, passing.after), self._patience.longest)
            time.sleep(asked * random.uniform(0.8, 1))  # noqa: S311 (so that two pushers do not keep step)
            wait *= 2
        raise AssertionError("at least one attempt is made")  # pragma: no cover

    def _once(self, request: Request, into: IO[bytes] | None, work: int, *, expected: bool) -> Reply:
        where, silent = request.full_url, self._patience.timeout + work / _MEGABYTE
        try:
            with self._opener.open(request, timeout=silent) as answer:
                reply = self._read(answer, where, into)
                # The library takes an answer that broke off in its head for a whole one.
                if expected and not reply.size:
                    raise _unreached(ConnectionError("the answer breaks off"), where)
                return reply
        except HTTPError as error:
            with error:
                raise _refusal(error, where) from None
        except ValueError as error:
            # The library's word for a scheme of authentication that it does not know.
            raise RemoteError(
                "the store asks for the credentials in an unknown way",
                where=where,
                step="let it ask for Basic or Digest",
            ) from error
        except http.client.HTTPException as error:
            if not isinstance(error, http.client.IncompleteRead | http.client.BadStatusLine):
                step = "see what answers at this address; one graph in many may be more than it can name"
                raise RemoteError(f"the answer is no HTTP ({error})", where=where, step=step) from None
            raise _unreached(error, where) from None
        except (URLError, OSError) as error:
            raise _unreached(error, where) from None

    def _read(self, answer: Any, where: str, into: IO[bytes] | None) -> Reply:
        held = io.BytesIO()
        body, largest = (into, LARGEST_FILE) if into else (held, self._largest)
        # An attempt that broke off may have left something.
        body.seek(0)
        body.truncate()
        end, size = time.monotonic() + self._patience.whole, 0
        while part := answer.read1(_CHUNK):
            body.write(part)
            size += len(part)
            if size > largest:
                step = "ask for less"
                raise RemoteError(f"the answer is larger than {largest:,} bytes", where=where, step=step)
            if time.monotonic() > end:
                step = "ask for less, or allow more time"
                raise RemoteError("the answer takes too long", where=where, step=step)
        promised = answer.headers.get("Content-Length", "")
        if promised.isdigit() and int(promised) > size:
            raise _unreached(ConnectionError(f"{size:,} of {promised} bytes came"), where)
        kind = answer.headers.get_content_type() if "Content-Type" in answer.headers else ""
        if kind in ("text/html", "application/xhtml+xml"):
            step = "give the address that answers SPARQL, not that of its page for people"
            raise RemoteError("the server answers with a web page", where=where, step=step)
        return Reply(held.getvalue(), size, kind, answer.headers.get("Server", ""))


class RefusedError(RemoteError):
    """The store has understood the address and the credentials, and refuses what is asked."""


class _Passing(Exception):  # noqa: N818 (no error yet)
    """What may be over at the next attempt."""

    def __init__(self, stop: RemoteError, after: float = 0) -> None:
        super().__init__()
        self.stop, self.after = stop, after


class _NoRedirect(HTTPRedirectHandler):
    """Refuses redirects: a body sent by POST does not survive one, and credentials must not follow it."""

    def redirect_request(
        self,
        req: Request,
        fp: IO[bytes],  # noqa: ARG002 (the signature of the library)
        code: int,  # noqa: ARG002
        msg: str,  # noqa: ARG002
        headers: Message,  # noqa: ARG002
        newurl: str,
    ) -> None:
        there, here = urlsplit(urljoin(req.full_url, newurl)), urlsplit(req.full_url)
        target = f"{there.scheme}://{there.hostname}:{there.port}" if there.port else there.hostname
        if (there.scheme, there.netloc) != (here.scheme, here.netloc):
            step = "give the right address, if you trust that one; nothing was sent there"
            raise RemoteError(
                f"the server redirects to another host, {target}", where=req.full_url, step=step
            )
        step = f"give {there._replace(query='', fragment='').geturl()}"
        raise RemoteError("the server redirects to another address", where=req.full_url, step=step)


class _Listening(http.client.HTTPConnection):
    """Hears a refusal that comes before the whole body is sent, as of one that is too large."""

    def endheaders(self, message_body: Any = None, *, encode_chunked: bool = False) -> None:
        try:
            super().endheaders(message_body, encode_chunked=encode_chunked)
        except (BrokenPipeError, ConnectionResetError):
            # If it has not said why, the attempt to read the answer fails.
            if self.sock is None:
                raise


class _ListeningSecurely(_Listening, http.client.HTTPSConnection):
    """The same over TLS."""


class _Plain(HTTPHandler):
    def http_open(self, request: Request) -> http.client.HTTPResponse:
        return self.do_open(_Listening, request)


class _Secure(HTTPSHandler):
    def https_open(self, request: Request) -> http.client.HTTPResponse:
        return self.do_open(_ListeningSecurely, request)


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, sound = urlsplit(""), False
    if "@" in parts.netloc:
        step = "put them into an environment variable, and name it with --auth-env"
        raise SettingsError("the address has credentials in it", where=parts.hostname, step=step)
    if not sound or not url.isascii() or not url.isprintable() or " " in url:
        raise SettingsError(
            "this is no address of a store", where=url, step="give one with http:// or https://"
        )


def _refusal(error: HTTPError, where: str) -> Exception:
    said = " ".join(error.read(_SHOWN).decode("utf-8", "replace").split())
    if "<html" in said.lower() or not said.isprintable():
        said = ""
    tail = f"{error.code}{', ' + said if said else ''}"
    if error.code == _BUSY or error.code >= 500:
        step = "see the store's log; then run the same command again: it goes on where it stopped"
        stop = RemoteError(f"the store is not well ({tail})", where=where, step=step)
        after = error.headers.get("Retry-After", "")
        return _Passing(stop, float(after) if after.isdigit() else 0)
    if error.code in (401, 403):
        step = "name the environment variable with the right credentials: --auth-env"
        return RemoteError(f"the store refuses access ({error.code})", where=where, step=step)
    if error.code in (404, 405, 406, 415, 501):
        step = "look up the store's addresses for queries, updates (--update-url) and graphs (--graph-store)"
        return RefusedError(f"there is nothing of this kind ({error.code})", where=where, step=step)
    return RefusedError(f"the store refuses ({tail})", where=where, step="see the store's log")


def _unreached(error: Exception, where: str) -> Exception:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        step = "let its owner mend it, or add its authority to those that this machine trusts"
        what = f"the certificate of the server can't be trusted ({reason.verify_message})"
        return RemoteError(what, where=where, step=step)
    step = "see whether the store runs; then run the same command again: it goes on where it stopped"
    said = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return _Passing(RemoteError(f"the store can't be reached ({said})", where=where, step=step))
