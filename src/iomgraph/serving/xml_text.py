"""Characters that XML does not allow (https://www.w3.org/TR/xml/#charsets), in XML answers."""

from __future__ import annotations

import re

from iomgraph.serving.problem import RequestError

_ILLEGAL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


def check(body: bytes, media_type: str) -> bytes:
    r"""Refuse to send XML that no parser would read.

    Args:
        body: a document in UTF-8.
        media_type: media type of the body; other types than XML pass.

    Returns:
        the body.

    Raises:
        RequestError: with 406, if it has a character that XML does not allow.

    Example:
        >>> check(b"<a>\x01</a>", "application/sparql-results+xml")
        Traceback (most recent call last):
        iomgraph.serving.problem.RequestError: XML can't represent a character of this answer: U+0001
          Next: ask for another format, such as JSON or Turtle
    """
    found = _ILLEGAL.search(body) if media_type.endswith("xml") else None
    if not found:
        return body
    raise RequestError(
        406,
        "XML can't represent a character of this answer",
        where=f"U+{ord(found[0].decode()):04X}",
        step="ask for another format, such as JSON or Turtle",
        headers=(("Vary", "Accept"),),
    )
