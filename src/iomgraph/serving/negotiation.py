"""The media type and the language that a client prefers (RFC 9110, section 12.5)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from werkzeug.datastructures import Accept, MIMEAccept
from werkzeug.http import parse_accept_header

_LONGEST = 4_096
"""Most characters of a header to read; a longer one, which no real client sends, counts as absent."""
_BARE_DECIMAL = re.compile(r"(?<=q=)\s*(?=\.[0-9])", re.IGNORECASE)
"""The position of a zero that some clients omit; `q=.2` is Java's default."""


@lru_cache(maxsize=1024)
def best(accept: str, offered: tuple[str, ...]) -> str | None:
    """Choose a media type.

    Args:
        accept: the header; malformed elements are ignored.
        offered: media types, in the server's order of preference, which decides between equals.

    Returns:
        the one that the client prefers; None if it accepts none.

    Example:
        >>> best("text/turtle;q=0.5, text/html", ("text/html", "text/turtle"))
        'text/html'
        >>> best("text/*;q=0.1, */*;q=0", ("application/json", "text/csv"))
        'text/csv'
        >>> best("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", ("text/turtle",))
        'text/turtle'
        >>> best("image/png", ("text/html",))
    """
    # A parameter such as charset does not help to choose between our types.
    ranges = [(_range(value), quality) for value, quality in _parse(accept)]
    if not ranges:
        return offered[0]
    known = MIMEAccept(ranges)
    weighed = [(known.quality(offer), -place) for place, offer in enumerate(offered)]
    weight, place = max(weighed)
    return offered[-place] if weight > 0 else None


@lru_cache(maxsize=1024)
def language(accept: str, offered: Sequence[str]) -> str:
    """Choose a language; if the client accepts none, the first, since a page in it is better than no page.

    Args:
        accept: the header Accept-Language.
        offered: tags, in the server's order of preference.

    Example:
        >>> language("de, fr-CH;q=0.8, es;q=0.7", ("en", "fr", "es"))
        'fr'
    """
    chosen, most = offered[0], 0.0
    ranges = [(value.lower(), quality) for value, quality in _parse(accept)]
    for tag in offered:
        exact = [quality for given, quality in ranges if given == tag]
        near = [quality for given, quality in ranges if given == "*" or given.startswith(f"{tag}-")]
        weight = exact[0] if exact else max(near, default=0.0)
        if weight > most:
            chosen, most = tag, weight
    return chosen


def _parse(header: str) -> list[tuple[str, float]]:
    if len(header) > _LONGEST:
        return []
    return list(parse_accept_header(_BARE_DECIMAL.sub("0", header), Accept))


def _range(value: str) -> str:
    name = value.partition(";")[0].strip().lower()
    return "*/*" if name == "*" else name
