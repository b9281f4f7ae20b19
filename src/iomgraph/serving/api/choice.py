"""The format of an answer, by suffix or by Accept (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from dataclasses import dataclass

from iomgraph.formats import FORMATS, Format
from iomgraph.serving import negotiation
from iomgraph.serving.problem import RequestError


@dataclass(frozen=True, slots=True)
class Form:
    """A form of an answer.

    Args:
        suffix: suffix of the address, with its dot.
        media_type: media type of the body.
        format: format of results or RDF; None for pages and plain JSON.
    """

    suffix: str
    media_type: str
    format: Format | None = None


JSON = Form(".json", "application/json")
PAGE = Form(".html", "text/html")
FORMS = (
    JSON,
    PAGE,
    *(Form(one.extension, one.media_type, one) for one in FORMATS if not one.supports_graphs),
    *(Form(one.extension, one.media_type, one) for one in FORMATS if one.name == "jsonld"),
)
"""Every form; the first is for clients that do not say."""


def by_suffix(suffix: str) -> Form:
    """The form that a suffix names.

    Raises:
        RequestError: with 404, if there is none.
    """
    for one in FORMS:
        if one.suffix == suffix:
            return one
    there_is = ", ".join(one.suffix for one in FORMS)
    raise RequestError(404, "unknown format of an answer", where=suffix[:50], step=f"there is {there_is}")


def by_accept(accept: str) -> Form:
    """The form that a client prefers; of equally preferred ones, the first.

    Raises:
        RequestError: with 406, if it accepts none.

    Example:
        >>> by_accept("text/html;q=0.5, text/csv").suffix, by_accept("").suffix, by_accept("text/*").suffix
        ('.csv', '.json', '.html')
    """
    chosen = negotiation.best(accept, tuple(one.media_type for one in FORMS))
    if chosen is None:
        there_is = ", ".join(one.media_type for one in FORMS)
        raise RequestError(
            406, "not available in the requested format", where=accept[:100], step=f"there is {there_is}"
        )
    return next(one for one in FORMS if one.media_type == chosen)
