"""The formats of answers by kind, and the choice of one for a client."""

from __future__ import annotations

from iomgraph.formats import FORMATS, Format, Kind
from iomgraph.serving import negotiation
from iomgraph.serving.problem import RequestError

HEADERS = (("Vary", "Accept"), ("Cache-Control", "no-cache"))
"""Headers of a negotiated answer, which may change with the next release."""

_ALIASES = {"application/json": "application/sparql-results+json"}
"""Other names of formats that clients use."""


def _offered(kind: Kind) -> dict[str, Format]:
    known = (one for one in FORMATS if one.kind is kind)
    # JSON-LD can carry several graphs, but clients also ask for a single graph in it.
    offered = {one.media_type: one for one in known if not one.supports_graphs or one.name == "jsonld"}
    return offered | {name: offered[real] for name, real in _ALIASES.items() if real in offered}


OFFERED = {kind: _offered(kind) for kind in Kind}
"""Kind to media type to format; the first is preferred."""

_NAMES = {kind: tuple(offered) for kind, offered in OFFERED.items()}


def chosen(accept: str, kind: Kind) -> tuple[str, Format]:
    """Choose the format of an answer; return its media type and the format.

    Args:
        accept: the header.
        kind: of the answer.

    Raises:
        RequestError: with 406, if none will do.

    Example:
        >>> chosen("text/csv, */*;q=0.1", Kind.RESULTS)[0]
        'text/csv'
        >>> chosen("application/json", Kind.RESULTS)[0]
        'application/sparql-results+json'
    """
    media_type = negotiation.best(accept, _NAMES[kind])
    if media_type is None:
        raise RequestError(
            406,
            "not available in the requested format",
            where=accept[:200],
            step=f"accept one of {', '.join(_NAMES[kind])}",
        )
    found = OFFERED[kind][media_type]
    return found.media_type, found
