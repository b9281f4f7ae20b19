"""What a client likes best of what there is (RFC 9110, section 12.5)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
_LONGEST = 4_096
"""A header longer than this is read as if it were not there; no client's own is."""


@lru_cache(maxsize=1024)
def best(accept: str, offered: tuple[str, ...]) -> str | None:
    """Choose a media type.

    Args:
        accept: the header; what is malformed in it is passed over.
        offered: media types, the server's favourite first: it decides between equals.

    Returns:
        the one that is liked best; None if none will do.

    Example:
        >>> best("text/turtle;q=0.5, text/html", ("text/html", "text/turtle"))
        'text/html'
        >>> best("text/*;q=0.1, */*;q=0", ("application/json", "text/csv"))
        'text/csv'
        >>> best("image/png", ("text/html",))
    """
    ranges = _parse(accept)
    if not ranges:
        return offered[0]
    weighed = [(_weight(offer, ranges), -place) for place, offer in enumerate(offered)]
    weight, place = max(weighed)
    return offered[-place] if weight > 0 else None


@lru_cache(maxsize=1024)
def language(accept: str, offered: Sequence[str]) -> str:
    """Choose a language; the first one where none of them is liked: a page in another is better than none.

    Args:
        accept: the header Accept-Language.
        offered: tags, the server's favourite first.

    Example:
        >>> language("de, fr-CH;q=0.8, es;q=0.7", ("en", "fr", "es"))
        'fr'
    """
    chosen, most = offered[0], 0.0
    ranges = _parse(accept)
    for tag in offered:
        liked = [
            (len(given), quality)
            for given, quality in ranges
            if given == "*" or given == tag or given.startswith(f"{tag}-")
        ]
        exact = [quality for given, quality in ranges if given == tag]
        weight = exact[0] if exact else max((quality for _, quality in liked), default=0.0)
        if weight > most:
            chosen, most = tag, weight
    return chosen


def _parse(header: str) -> list[tuple[str, float]]:
    if len(header) > _LONGEST:
        return []
    found = []
    for part in header.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name:
            found.append((name, _quality(parameters)))
    return found


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            return float(value) if _QUALITY.fullmatch(value.strip()) else 0.0
    return 1.0


def _weight(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The quality of the narrowest range that an offer falls in."""
    kind = offer.partition("/")[0]
    for wanted in (offer, f"{kind}/*", "*/*"):
        fitting = [quality for name, quality in ranges if name == wanted]
        if fitting:
            return max(fitting)
    return 0.0
