"""Addresses of states by their names and codes, which lead to those of their IRIs: /id/state/Kenya."""

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
"""A name may mean another state one day, so that nobody should remember where it led."""


def led(path: str, suffixes: Collection[str]) -> Response | None:
    """Lead from the name or a code of a state to its IRI, or to the document with the same suffix.

    Args:
        path: of the request, without the slash before it.
        suffixes: of documents.

    Returns:
        nothing if the path is not that of a state, or already that of its IRI.

    Raises:
        RequestError: if several states may be meant; it names them.

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
    # The name has no slash, so that the code stands in its place, whatever the address is below.
    headers = (("Location", quote(meant[0] + suffix)), ("Cache-Control", "public, max-age=300"))
    return Response(_FOUND, headers)
