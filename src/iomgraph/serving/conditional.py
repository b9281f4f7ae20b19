"""Conditional requests: 304 if the client has the content already, 412 if a precondition fails (RFC 9110)."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.http import parse_date, parse_etags, unquote_etag
from werkzeug.sansio.http import is_resource_modified

from iomgraph.serving import problem
from iomgraph.serving.message import Request, Response
from iomgraph.serving.problem import RequestError

RELEASE = "X-Release"
"""The header with the version of the release in the answer."""

_KEPT = frozenset(
    {
        "Access-Control-Allow-Origin",
        "Cache-Control",
        "Content-Location",
        "ETag",
        "Last-Modified",
        "Link",
        "Vary",
        RELEASE,
        "X-Total-Count",
    }
)
"""Headers to send with 304 (RFC 9110, section 15.4.5), and those that scripts of other sites read."""

_CONDITIONS = frozenset({"if-match", "if-unmodified-since", "if-none-match", "if-modified-since"})
_WITHOUT = frozenset({"OPTIONS", "TRACE", "CONNECT"})
"""Methods that do not select a representation (RFC 9110, section 13.2.1)."""


def evaluate(request: Request, response: Response) -> Response:
    """Return 412 or 304 if the preconditions of a request require it, else the response itself.

    They are evaluated in the order of RFC 9110, section 13.2.2, and only if the response would be a success
    without them. Malformed dates are ignored.

    Args:
        request: may have `If-Match`, `If-Unmodified-Since`, `If-None-Match` or `If-Modified-Since`.
        response: with its `ETag` or `Last-Modified`.

    Example:
        >>> page = Response(200, (("ETag", '"a"'), ("Content-Type", "text/html")), b"...")
        >>> evaluate(Request("GET", "/", headers={"if-none-match": 'W/"a", "b"'}), page)
        Response(status=304, headers=(('ETag', '"a"'),), body=b'')
        >>> evaluate(Request("GET", "/", headers={"if-none-match": '"b"'}), page).status
        200
        >>> evaluate(Request("GET", "/", headers={"if-match": '"b"'}), page).status
        412
    """
    if _CONDITIONS.isdisjoint(request.headers) or response.status != 200 or request.method in _WITHOUT:
        return response
    headers = dict(response.headers)
    if failed := _failed(request, headers):
        return problem.response(
            RequestError(
                412,
                "the precondition is not met: the resource is at another state",
                where=failed,
                step=f"ask without {failed}, and go on from what comes",
            )
        )
    if _is_modified(request, headers):
        return response
    if request.method not in ("GET", "HEAD"):
        return problem.response(
            RequestError(412, "there is such a representation", where="If-None-Match", step="use GET")
        )
    return Response(304, tuple(pair for pair in response.headers if pair[0] in _KEPT))


def _failed(request: Request, headers: Mapping[str, str]) -> str:
    """Name the precondition that prevents the method; empty if none does."""
    if (tags := request.headers.get("if-match")) is not None:
        tag, is_weak = unquote_etag(headers.get("ETag"))
        wanted = parse_etags(tags)
        # The comparison is strong (section 8.8.3.2), so weak tags never match.
        is_met = wanted.star_tag or (tag is not None and not is_weak and wanted.is_strong(tag))
        return "" if is_met else "If-Match"
    since = parse_date(request.headers.get("if-unmodified-since"))
    changed = parse_date(headers.get("Last-Modified"))
    return "If-Unmodified-Since" if since and changed and changed > since else ""


def _is_modified(request: Request, headers: Mapping[str, str]) -> bool:
    """Tell whether the client lacks the representation, by `If-None-Match`, else by `If-Modified-Since`."""
    tags = request.headers.get("if-none-match")
    asks_since = tags is None and request.method in ("GET", "HEAD")
    since = request.headers.get("if-modified-since") if asks_since else None
    tag, changed = headers.get("ETag"), headers.get("Last-Modified")
    if tags is not None and tags.strip() in ("*", tag):
        return False  # Most clients only name the tag of the representation that they request.
    if (tags is None or tag is None) and (since is None or changed is None):
        return True
    return is_resource_modified(
        http_if_none_match=tags, http_if_modified_since=since, etag=tag, last_modified=changed
    )
