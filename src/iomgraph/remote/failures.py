"""Failures of one attempt at a request, with the reason, the next step, and the chance of another try."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies_environment

from urllib3.exceptions import (
    DecodeError,
    HTTPError,
    IncompleteRead,
    LocationParseError,
    NewConnectionError,
    SSLError,
)
from urllib3.exceptions import TimeoutError as Silence

_BUSY = 429
_AGAIN = "then run the same command again: it goes on where it stopped"


class Failure(Exception):  # noqa: N818 (the transport makes an error of it)
    """A failed attempt.

    Args:
        what: the reason.
        step: the next step for the user.
        transient: another attempt may succeed.
        after: seconds that the server asks to wait (`Retry-After`).
        refused: the store understood the address and the credentials, and refuses the request.
        large: the response is too large.
        silent: the server was silent for too long.
    """

    def __init__(
        self,
        what: str,
        step: str,
        *,
        transient: bool = False,
        after: float = 0,
        refused: bool = False,
        large: bool = False,
        silent: bool = False,
    ) -> None:
        super().__init__(what)
        self.what, self.step = what, step
        self.transient, self.after, self.refused = transient, after, refused
        self.large, self.silent = large, silent


def of_status(status: int, headers: Mapping[str, str], said: str) -> Failure:
    """Describe a response with a status other than success.

    Args:
        status: its status.
        headers: its headers.
        said: the beginning of its body, on one line.
    """
    tail = f"{status}, {said}" if said else f"{status}"
    if status == _BUSY or (status >= 500 and status != 501):
        after = headers.get("Retry-After", "")
        seconds = float(after) if after.isascii() and after.isdigit() else 0
        step = f"see the store's log; {_AGAIN}"
        return Failure(f"the store is not well ({tail})", step, transient=True, after=seconds)
    if status in (401, 403):
        step = "name the environment variable with the right credentials: --auth-env"
        return Failure(f"the store refuses access ({status})", step)
    if status in (404, 405, 406, 415, 501):
        step = "look up the store's addresses for queries, updates (--update-url) and graphs (--graph-store)"
        return Failure(f"there is nothing of this kind ({status})", step, refused=True)
    return Failure(f"the store refuses ({tail})", "see the store's log", refused=True)


def of_redirect(url: str, location: str) -> Failure:
    """Describe a redirect, which would lose the body of a POST, and which credentials must not follow."""
    here = urlsplit(url)
    try:
        there = urlsplit(urljoin(url, location))
        port = there.port
    except ValueError:
        return Failure("the server redirects to what is not an address", "see the store's log")
    if (there.scheme, there.netloc) != (here.scheme, here.netloc):
        target = f"{there.scheme}://{there.hostname}:{port}" if port else there.hostname
        step = "give the right address, if you trust that one; nothing was sent there"
        return Failure(f"the server redirects to another host, {target}", step)
    step = f"give {there._replace(query='', fragment='').geturl()}"
    return Failure("the server redirects to another address", step)


def of_error(error: Exception) -> Failure:
    """Describe an error of the connection or of the library that reads from it."""
    cause = error.args[0] if isinstance(error, SSLError) and error.args else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        step = (
            "have its owner renew it, or add its authority to those that this machine trusts (SSL_CERT_FILE)"
        )
        return Failure(f"the certificate of the server can't be trusted ({cause.verify_message})", step)
    if isinstance(cause, ssl.SSLError) and cause.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST"):
        return Failure("the server does not speak TLS at this address", "see whether it begins with http://")
    if isinstance(error, DecodeError):
        return Failure("the answer is not compressed as it says", "see the store's log")
    if isinstance(error, LocationParseError | UnicodeError):
        return Failure("this is not an address of a server", "give one with http:// or https://")
    inner = error.args[-1] if isinstance(error, HTTPError) and error.args else error
    broken = http.client.IncompleteRead | http.client.BadStatusLine | IncompleteRead
    if isinstance(inner, http.client.HTTPException) and not isinstance(inner, broken):
        step = "see what answers at this address; one graph in many may be more than it can name"
        return Failure(f"the answer is not HTTP ({inner})", step)
    reason, silent = _reason(error), _is_silence(error) or isinstance(error, TimeoutError)
    return Failure(f"the server can't be reached ({reason})", _step(), transient=True, silent=silent)


def _reason(error: Exception) -> str:
    if _is_silence(error):
        return "it is silent for too long"
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    inner = cause.args[-1] if isinstance(cause, HTTPError) and cause.args else cause
    return getattr(inner, "strerror", None) or str(inner) or type(inner).__name__


def _is_silence(error: Exception) -> bool:
    """Tell silence from a connection that is refused, which urllib3 counts among timeouts."""
    return isinstance(error, Silence) and not isinstance(error, NewConnectionError)


def _step() -> str:
    proxies = sorted(name for name in getproxies_environment() if name in ("http", "https", "all"))
    if proxies:
        names = ", ".join(f"{name}_proxy" for name in proxies)
        return f"see whether the store runs; {names} is set, but requests go to the store directly; {_AGAIN}"
    return f"see whether the store runs; {_AGAIN}"
