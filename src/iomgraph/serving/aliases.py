"""Addresses of states by names and codes, such as /id/state/Kenya, which redirect to their IRIs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from urllib.parse import quote

from iomgraph.matching import states
from iomgraph.serving.message import Response
from iomgraph.serving.problem import RequestError
from iomgraph.settings import LANGUAGES

_PATH = re.compile(rf"((?:(?:{'|'.join(LANGUAGES[1:])})/)?id/state/)([^/]+)")
_FOUND = 302
"""Caches must not keep these redirects, because a name may mean another state one day."""


def led(path: str, suffixes: Collection[str]) -> Response | None:
    """Redirect from the name or a code of a state to its IRI, or to the document with the same suffix.

    Args:
        path: path of the request, without its first slash.
        suffixes: suffixes of documents.

    Returns:
        None if the path is not that of a state, or already that of its IRI.

    Raises:
        RequestError: if the name is ambiguous; the message lists the states.

    Example:
        >>> led("id/state/ivory coast.ttl", [".ttl"]).headers
        (('Location', 'CIV.ttl'), ('Cache-Control', 'public, max-age=300'))
        >>> led("id/state/KEN", [".ttl"])
    """
    found = _PATH.fullmatch(path)
    if not found:
        return None
    name, suffix = posixpath.splitext(found[2])
    if suffix not in suffixes:
        name, suffix = found[2], ""
    index = states.package()
    meant = index.identify(name)
    if name in meant:
        return None
    if len(meant) > 1:
        named = " or ".join(f"/{found[1]}{code} ({index.countries[code].names['en']})" for code in meant)
        raise RequestError(404, "several states may be meant", where=name, step=f"ask for {named}")
    if not meant:
        return None
    # A name has no slash, so the code can replace it at any base address.
    headers = (("Location", quote(meant[0] + suffix)), ("Cache-Control", "public, max-age=300"))
    return Response(_FOUND, headers)
