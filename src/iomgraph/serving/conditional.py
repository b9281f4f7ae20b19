"""Conditional requests: a client that has a representation already gets 304 (RFC 9110, section 13)."""

from __future__ import annotations

from werkzeug.sansio.http import is_resource_modified

from iomgraph.serving.message import Request, Response

_KEPT = frozenset(
    {
        "Access-Control-Allow-Origin",
        "Cache-Control",
        "Content-Location",
        "ETag",
        "Last-Modified",
        "Link",
        "Vary",
        "X-Total-Count",
    }
)
"""Headers that go with 304 (RFC 9110, section 15.4.5), and those that other sites' scripts read."""


def fresh(request: Request, response: Response) -> Response:
    """Answer 304 where the client has the representation; the response itself otherwise.

    Args:
        request: may have `If-None-Match` or `If-Modified-Since`; a date that can't be read is ignored.
        response: with its `ETag` or `Last-Modified`.

    Example:
        >>> page = Response(200, (("ETag", '"a"'), ("Content-Type", "text/html")), b"...")
        >>> fresh(Request("GET", "/", headers={"if-none-match": 'W/"a", "b"'}), page)
        Response(status=304, headers=(('ETag', '"a"'),), body=b'')
        >>> fresh(Request("GET", "/", headers={"if-none-match": '"b"'}), page).status
        200
    """
    tags = request.headers.get("if-none-match")
    since = request.headers.get("if-modified-since") if tags is None else None
    if (tags is None and since is None) or response.status != 200 or request.method not in ("GET", "HEAD"):
        return response
    headers = dict(response.headers)
    tag, changed = headers.get("ETag"), headers.get("Last-Modified")
    if tags is not None and tags in ("*", tag):
        modified = False  # Most clients have the one representation that they ask for.
    elif (tags is not None and tag is None) or (since is not None and changed is None):
        modified = True
    else:
        modified = is_resource_modified(
            http_if_none_match=tags, http_if_modified_since=since, etag=tag, last_modified=changed
        )
    if modified:
        return response
    return Response(304, tuple(pair for pair in response.headers if pair[0] in _KEPT))
