"""The documents of a release over HTTP: those of the static site, byte for byte, and redirects to them.

The IRI of a thing is not its page: it redirects with 303 to the format and the language that the client
prefers (https://www.w3.org/TR/cooluris/). A path with a suffix is that of a document.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from io import FileIO
from urllib.parse import quote

from rapidfuzz import process
from rapidfuzz.distance import Indel

from iomgraph.serving import aliases, facts, negotiation, problem
from iomgraph.serving.archive import Document
from iomgraph.serving.descriptions import NOTHING, Described
from iomgraph.serving.message import Extent, Request, Response
from iomgraph.serving.problem import RequestError
from iomgraph.serving.tombstones import Tombstone
from iomgraph.settings import LANGUAGES

PAGE = ".html"
_STORED = {
    ".html": "text/html",
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".nt": "application/n-triples",
}
_MADE = {".rdf": "application/rdf+xml", ".csv": facts.TABLE}
SUFFIXES = {**_STORED, **_MADE}
"""Suffix to the media type of a document about a thing, beside its page or made from the store."""

_JSON, _JSONLD = ".json", ".jsonld"
_PLAIN = "application/json"
"""JSON-LD is JSON, so clients that ask for JSON get the same document under its plain name."""

_TYPES = (*SUFFIXES.values(), _PLAIN)
_SUFFIX_OF = {kind: suffix for suffix, kind in SUFFIXES.items()} | {_PLAIN: _JSONLD}
_SPECIAL = {
    "": {".html": "index.html", ".ttl": "void.ttl", ".jsonld": "dataset.jsonld"},
    ".well-known/void": {".ttl": "void.ttl", ".html": "index.html"},
    "dataset": {".html": "index.html", ".ttl": "dcat.ttl", ".jsonld": "dcat.jsonld"},
    "ontology": {
        ".html": "reference.html",
        ".ttl": "ontology/iomgraph.ttl",
        ".jsonld": "ontology/context.jsonld",
    },
    "ontology/alignments": {".html": "reference.html", ".ttl": "ontology/alignments.ttl"},
    "report": {".html": "quality.html", ".ttl": "report.ttl"},
    "cube": {".html": "downloads.html", ".ttl": "cube.ttl", ".csv": "cube.csv"},
    "shapes": {".html": "rules.html", ".ttl": "shapes.ttl"},
    "shapes/partner": {".html": "rules.html", ".ttl": "shapes/partner.ttl"},
}
"""IRIs of things without a page: the dataset, and the documents that define its terms and rules."""

_CONVERTED = 4 << 20
"""Most bytes of a Turtle document that is also offered in other formats, because a worker gets it whole."""

_TEXT = ("text/", "application/json", "application/ld+json", "application/xml", "application/rdf+xml")
_SMALL = 256 << 10
"""Most bytes of a document that is held in memory and sent at once, as many as may wait for a reader."""
_HELD = 32 << 20
_NEAR = 1_000
"""The number of pages to compare with an unknown address: those that sort next to it."""
_CLOSE = 0.6


@dataclass(frozen=True, slots=True)
class PendingDocument:
    """A document that a worker writes, from given facts or else from the graphs.

    Args:
        path: path of the thing, without a suffix.
        media_type: the wanted media type.
        facts: the facts as Turtle or N-Triples; if empty, the worker looks them up.
        headers: headers of the answer.
    """

    path: str
    media_type: str
    facts: bytes
    headers: tuple[tuple[str, str], ...]


class Documents:
    """A service that answers requests for documents.

    Args:
        documents: path to document.
        tombstones: path of a thing to its removal.
        archive: the file that has the documents.
        base_iri: the beginning of our IRIs.
        described: things that the release describes besides its data.
    """

    def __init__(
        self,
        documents: Mapping[str, Document],
        tombstones: Mapping[str, Tombstone],
        archive: FileIO,
        base_iri: str,
        described: Described = NOTHING,
    ) -> None:
        self._described = described
        self._documents, self._tombstones = documents, tombstones
        self._archive, self._base = archive, base_iri
        self._ready: OrderedDict[str, Response] = OrderedDict()
        self._held = 0
        self._pages = sorted(name.removesuffix(PAGE) for name in documents if name.endswith(PAGE))

    def has(self, path: str) -> bool:
        """Tell whether a path, which begins with a slash, has a document."""
        return path[1:] in self._documents

    def answer(self, request: Request) -> Response | PendingDocument:
        """Answer a request.

        Raises:
            RequestError: with 404, 405, 406 or 410.
        """
        problem.only(request, "GET", "HEAD")
        path = request.path.removeprefix("/")
        if not self._named(path):
            path = _encoded(path)
        known = self._ready.get(path) or (self._whole(path) if path in self._documents else None)
        return self._led(path, request) if known is None else known

    def _named(self, path: str) -> bool:
        """Tell whether a decoded path of a client names a document, or a thing with one."""
        stems = (path, posixpath.splitext(path)[0])
        return path in self._documents or any(f"{stem}{PAGE}" in self._documents for stem in stems)

    def _whole(self, path: str) -> Response:
        found = self._documents[path]
        body = Extent(self._archive, found.start, found.length)
        charset = "; charset=utf-8" if found.media_type.startswith(_TEXT[0]) else ""
        headers = (
            ("Content-Type", found.media_type + charset),
            ("ETag", f'"{found.sha256[:32]}"'),
            ("Last-Modified", formatdate(found.changed, usegmt=True)),
            ("Cache-Control", "public, max-age=300"),
            *self._links(path),
        )
        if found.length > _SMALL:
            return Response(200, headers, body)
        response = Response(200, headers, body.read(0, found.length))
        self._hold(path, response)
        return response

    def _hold(self, path: str, response: Response) -> None:
        self._ready[path] = response
        self._held += len(response.body)
        while self._held > _HELD:
            _, old = self._ready.popitem(last=False)
            self._held -= len(old.body)

    def _led(self, path: str, request: Request) -> Response | PendingDocument:
        """Redirect from the IRI of a thing to an existing or possible document, or list similar pages."""
        lang, bare = _language(path)
        stem, suffix = posixpath.splitext(bare)
        if not lang and suffix == _JSON and f"{stem}{_JSONLD}" in self._documents:
            return self._as_json(stem)
        if not lang and suffix in self._convertible(stem):
            return self._made(stem, suffix)
        bare = self._described.versions.get(bare, bare)
        for name in (bare, bare.rstrip("/")):
            offered = self._offered(name, lang)
            if offered:
                return self._chosen(path, offered, lang, request)
        tombstone = self._tombstones.get(stem if suffix in SUFFIXES else bare)
        if tombstone:
            raise _gone(tombstone)
        if alias := aliases.led(request.path.removeprefix("/"), SUFFIXES):
            return alias
        if not lang and (self._is_described(bare, stem) or bare.startswith(("id/", "graph/"))):
            return self._from_graphs(bare, request)
        raise self._missing(path)

    def _as_json(self, stem: str) -> Response:
        """The JSON-LD of a thing, served as JSON with the same bytes."""
        whole = self._whole(stem + _JSONLD)
        headers = (("Content-Type", _PLAIN), *(one for one in whole.headers if one[0] != "Content-Type"))
        return Response(200, headers, whole.body)

    def _is_described(self, path: str, stem: str) -> bool:
        return path in self._described.paths or stem in self._described.paths

    def _convertible(self, stem: str) -> Collection[str]:
        """The suffixes of documents that can be made from an existing one."""
        if f"{stem}.nt" in self._documents:
            return _MADE
        there = self._documents.get(f"{stem}.ttl")
        if there is None or there.length > _CONVERTED:
            return ()
        return tuple(end for end in SUFFIXES if end != PAGE and stem + end not in self._documents)

    def _offered(self, name: str, lang: str) -> dict[str, str]:
        """Media type to the path of a document, for a path without a suffix."""
        if name in _SPECIAL and not lang:
            stored = {SUFFIXES[key]: path for key, path in _SPECIAL[name].items() if path in self._documents}
            stem = stored.get(SUFFIXES[".ttl"], "").removesuffix(".ttl")
            made = {SUFFIXES[end]: stem + end for end in self._convertible(stem)}
            return stored | {kind: path for kind, path in made.items() if kind not in stored}
        there = {}
        if name and f"{name}{PAGE}" in self._documents:
            there = {kind: name + end for end, kind in _STORED.items() if name + end in self._documents}
            if f"{name}.nt" in self._documents:
                there |= {kind: name + end for end, kind in _MADE.items()}
            if name + _JSONLD in self._documents:
                there[_PLAIN] = name + _JSON
        elif lang and not name:
            there = {SUFFIXES[PAGE]: "index.html"}
        return there

    def _chosen(self, path: str, offered: Mapping[str, str], lang: str, request: Request) -> Response:
        accept = request.headers.get("accept", "*/*")
        kind = negotiation.best(accept, tuple(offered))
        if kind is None:
            raise RequestError(
                406,
                "not available in the requested format",
                where=accept[:200],
                step="; ".join(f"{_relative(path, where)} is {what}" for what, where in offered.items()),
                headers=(("Vary", "Accept, Accept-Language"),),
            )
        target = offered[kind]
        if kind == SUFFIXES[PAGE]:
            liked = lang or negotiation.language(request.headers.get("accept-language", ""), LANGUAGES)
            target = target if liked == LANGUAGES[0] else f"{liked}/{target}"
        headers = [("Vary", "Accept, Accept-Language"), ("Cache-Control", "public, max-age=300")]
        if target == "index.html" and not path:
            # The dataset's own address serves its front page, as on any host.
            return Response(200, (*self._whole(target).headers, *headers[:1]), self._whole(target).body)
        links = [
            f'<{_relative(path, where)}>; rel="alternate"; type="{what}"' for what, where in offered.items()
        ]
        return Response(303, (("Location", _relative(path, target)), *headers, ("Link", ", ".join(links))))

    def _made(self, stem: str, suffix: str) -> PendingDocument:
        source = self._documents.get(f"{stem}.nt") or self._documents[f"{stem}.ttl"]
        given = Extent(self._archive, source.start, source.length).read(0, source.length)
        headers = (
            ("ETag", f'"{source.sha256[:28]}{suffix}"'),
            ("Last-Modified", formatdate(source.changed, usegmt=True)),
            ("Cache-Control", "public, max-age=300"),
            *self._links(stem + suffix),
        )
        return PendingDocument(_encoded(stem), SUFFIXES[suffix], given, headers)

    def _from_graphs(self, path: str, request: Request) -> PendingDocument | Response:
        stem, suffix = posixpath.splitext(path)
        suffix = _JSONLD if suffix == _JSON else suffix
        # The IRI of a distribution may itself end in the name of a file.
        if suffix in SUFFIXES and path not in self._described.paths:
            return PendingDocument(
                stem, SUFFIXES[suffix], b"", (("Link", f'<{self._base}{quote(stem)}>; rel="describes"'),)
            )
        kind = negotiation.best(request.headers.get("accept", "*/*"), _TYPES)
        if kind is None:
            step = f"accept one of {', '.join(_TYPES)}"
            raise RequestError(
                406, "not available in the requested format", step=step, headers=(("Vary", "Accept"),)
            )
        # The code that makes the document finds out if there is such a thing.
        return PendingDocument(
            path,
            SUFFIXES[_SUFFIX_OF[kind]],
            b"",
            (("Vary", "Accept"), ("Content-Location", _relative(path, path + _SUFFIX_OF[kind]))),
        )

    def _links(self, path: str) -> tuple[tuple[str, str], ...]:
        """Make the header Link, with the thing that a document is about and its other formats (RFC 8288)."""
        _, bare = _language(path)
        stem, suffix = posixpath.splitext(bare)
        if suffix not in SUFFIXES or f"{stem}{PAGE}" not in self._documents:
            return ()
        links = []
        if suffix == PAGE:
            links.append(f'<{self._base}{"" if path == "index.html" else quote(path)}>; rel="canonical"')
        if bare.startswith("id/"):
            links.append(f'<{self._base}{_encoded(stem)}>; rel="describes"')
        for end, kind in SUFFIXES.items():
            there = stem + end in self._documents or (end in _MADE and f"{stem}.nt" in self._documents)
            if there and end != suffix:
                word = "alternate" if end == PAGE or suffix != PAGE else "alternate describedby"
                links.append(f'<{_relative(path, stem + end)}>; rel="{word}"; type="{kind}"')
        for tag in LANGUAGES if suffix == PAGE else ():
            other = stem + PAGE if tag == LANGUAGES[0] else f"{tag}/{stem}{PAGE}"
            if other != path and other in self._documents:
                links.append(f'<{_relative(path, other)}>; rel="alternate"; hreflang="{tag}"')
        return (("Link", ", ".join(links)),) if links else ()

    def missing(self, path: str) -> RequestError:
        """Make the error for an unknown address, which names pages with similar addresses."""
        return self._missing(path.removeprefix("/"))

    def _missing(self, path: str) -> RequestError:
        place = bisect_left(self._pages, path)
        near = self._pages[max(0, place - _NEAR // 2) : place + _NEAR // 2]
        close = process.extract(path, near, scorer=Indel.normalized_similarity, limit=3, score_cutoff=_CLOSE)
        step = f"did you mean {' or '.join(f'/{one}' for one, _, _ in close)}?" if close else "begin at /"
        return RequestError(404, "there is nothing here", where=f"/{path}"[:200], step=step)


def _language(path: str) -> tuple[str, str]:
    first, _, rest = path.partition("/")
    return (first, rest) if first in LANGUAGES[1:] else ("", path)


def _encoded(path: str) -> str:
    """Write the path of a thing as in its IRI, with percent-encoded segments (`iris.curie`)."""
    _, bare = _language(path)
    if not bare.startswith(("id/", "graph/")):
        return path
    return "/".join(quote(segment, safe="%") for segment in path.split("/"))


def _relative(path: str, target: str) -> str:
    """The relative reference from one path to another (RFC 3986, section 4.2)."""
    way = quote(posixpath.relpath(f"/{target}", posixpath.dirname(f"/{path}")))
    return f"./{way}" if ":" in way.partition("/")[0] else way


def _gone(one: Tombstone) -> RequestError:
    what = f"{one.what} “{one.name}”" if one.name else one.what
    return RequestError(
        410,
        f"this was a {what}; it went with release {one.version} on {one.day}",
        step=f"changes/{one.patch} has what was known of it",
    )
