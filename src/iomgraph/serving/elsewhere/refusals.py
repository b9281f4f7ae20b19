"""Refusals for a store elsewhere: of queries, and of its failures."""

from __future__ import annotations

import re

from iomgraph.errors import RemoteError
from iomgraph.remote.transport import LargeError, LateError
from iomgraph.serving.problem import RequestError

BAD = 502
"""Status if a store does not answer, or gives an invalid answer."""
_LATER = (("Retry-After", "5"),)
_SOON = (("Retry-After", "1"),)
_ESCAPED = re.compile(r"\\u00[0-7][0-9A-Fa-f]|\\U000000[0-7][0-9A-Fa-f]")
_OWN = re.compile(r"<\s*(bif|sql):", re.IGNORECASE)


def check(text: str) -> None:
    r"""Refuse a query that a store might parse differently, or that could do more than read data.

    A store may decode escapes before it looks for the end of a text (SPARQL 1.1, section 19.2), so that a
    text that is complete for one parser ends early for another, and continues with anything its author likes.
    Virtuoso calls functions of its SQL by IRIs, and some of them reach files.

    Raises:
        RequestError: with 400.

    Example:
        >>> check('ASK { ?s ?p "a\\u0022b" }')
        Traceback (most recent call last):
        iomgraph.serving.problem.RequestError: an escape stands for a character of ASCII: \u0022
          Next: write the character itself, or \" for a quotation mark
    """
    if found := _ESCAPED.search(text):
        raise RequestError(
            400,
            "an escape stands for a character of ASCII",
            where=found[0],
            step='write the character itself, or \\" for a quotation mark',
        )
    if found := _OWN.search(text):
        raise RequestError(
            400,
            "the query calls a function that SPARQL does not have",
            where=f"{found[1]}:",
            step="use the functions of SPARQL 1.1",
        )


def another() -> RequestError:
    """Make the error for a store that does not hold the release of this server."""
    return RequestError(
        503,
        "the store behind this server holds another release, or is just being changed",
        step="come back in a moment",
        headers=_SOON,
    )


def of(error: RemoteError) -> RequestError:
    """Make the error for a client from one of the store, without revealing the store's address.

    Example:
        >>> of(LateError("the exchange takes more than 30 seconds", where="http://10.0.0.7/")).status
        504
    """
    if isinstance(error, LateError):
        return RequestError(504, "the store behind this server takes too long", step="ask for less")
    if isinstance(error, LargeError):
        step = "ask for less, or in parts: ORDER BY, LIMIT, OFFSET"
        return RequestError(413, "the answer is too long for this server, or for its store", step=step)
    return RequestError(
        BAD, "the store behind this server does not answer", step="try again later", headers=_LATER
    )


def unable() -> RequestError:
    """Make the error for a query that fails in a store which answers others."""
    step = "rewrite the query, or ask for less; docs/serve-from-a-store.md lists what each store can't do"
    return RequestError(BAD, "the store behind this server can't answer this query", step=step)
