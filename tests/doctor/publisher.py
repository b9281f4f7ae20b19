"""A small publisher of linked data, sound in every respect, into which faults are put one at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

from iomgraph.serving.negotiation import best

FORMATS = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "nt": "application/n-triples",
}
PAGE = "text/html"
RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
PEOPLE = """
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
</id/1> a foaf:Person ; foaf:name "Ada" ; foaf:knows </id/2> .
</id/2> a foaf:Person ; foaf:name "Ben" ; foaf:knows </id/1> .
"""
VOID = """
@prefix void: <http://rdfs.org/ns/void#> . @prefix dct: <http://purl.org/dc/terms/> .
</dataset> a void:Dataset ; dct:license <http://licences.example/by> ; void:uriSpace "{base}id/" ;
  void:exampleResource </id/1> ; void:sparqlEndpoint </sparql> ; void:dataDump </dump.nt> ; void:triples 6 ;
  void:classPartition [ void:class <http://xmlns.com/foaf/0.1/Person> ; void:entities 2 ] .
"""
CATALOGUE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
</dataset> a dcat:Dataset ; dct:title "People" ; dct:description "Two people" ; dct:publisher </us> ;
  dcat:keyword "people" ; dcat:theme </theme> ; dcat:contactPoint </us> ; dcat:distribution </file> .
</file> a dcat:Distribution ; dcat:accessURL </dump.nt> ; dcat:downloadURL </dump.nt> ;
  dcat:mediaType <https://www.iana.org/assignments/media-types/application/n-triples> ;
  dcat:byteSize {size} ; dct:license <http://licences.example/by> .
"""
SERVICE = """
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
</service> a sd:Service ; sd:endpoint </sparql> ;
  sd:resultFormat <http://www.w3.org/ns/formats/SPARQL_Results_JSON>, <http://www.w3.org/ns/formats/Turtle> .
"""
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "max-age=60",
}
DATED = {
    "ETag": '"one"',
    "Last-Modified": "Fri, 27 Nov 2026 10:00:00 GMT",
    "Date": "Sat, 28 Nov 2026 10:00:00 GMT",
}


@dataclass
class Ask:
    """A request."""

    method: str
    path: str
    fields: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def accept(self) -> str:
        return self.headers.get("accept", "*/*")


@dataclass
class Answer:
    """A response."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


Fault = Callable[[Ask, Answer], object]
"""Spoils an answer, or gives another in its place."""


@dataclass
class Publisher:
    """A publisher, and the fault that it has."""

    fault: Fault = lambda _, __: None
    base: str = ""
    requests: list[Ask] = field(default_factory=list)

    def open(self, base: str) -> None:
        self.base = base
        self.store = ox.Store()
        self.store.load(PEOPLE.encode(), ox.RdfFormat.TURTLE, base_iri=base)

    def answer(self, ask: Ask) -> Answer:
        self.requests.append(ask)
        sound = self._sound(ask)
        other = self.fault(ask, sound)
        return other if isinstance(other, Answer) else sound

    def _sound(self, ask: Ask) -> Answer:
        if ask.path == "/sparql":
            return self._sparql(ask)
        if ask.method not in ("GET", "HEAD"):
            return Answer(405, {"Allow": "GET, HEAD"})
        made = self._document(ask)
        known = ask.headers.get("if-none-match")
        if known and made.status == 200 and known == made.headers.get("ETag"):
            return Answer(304, made.headers)
        return made

    def _document(self, ask: Ask) -> Answer:
        first, _, rest = ask.path[1:].partition("/")
        name, _, extension = rest.partition(".")
        if first == "id" and name in ("1", "2") and not extension:
            return self._led(ask, name)
        if first == "doc" and name in ("1", "2") and extension in FORMATS:
            return self._described(name, FORMATS[extension])
        if ask.path == "/dataset":
            return Answer(303, {**OPEN, "Location": "/dcat.ttl"})
        pages = {"/": PAGE, "/doc/1.html": PAGE, "/doc/2.html": PAGE}
        if ask.path in pages:
            return Answer(200, {**OPEN, "Content-Type": PAGE}, b"<title>People</title>")
        dump = ox.serialize(self.store, format=ox.RdfFormat.N_QUADS) or b""
        texts = {
            "/.well-known/void": (FORMATS["ttl"], VOID.format(base=self.base).encode()),
            "/dcat.ttl": (FORMATS["ttl"], CATALOGUE.format(size=len(dump)).encode()),
            "/dump.nt": (FORMATS["nt"], dump),
        }
        if ask.path in texts:
            kind, body = texts[ask.path]
            return Answer(200, {**OPEN, **DATED, "Content-Type": kind}, body)
        return Answer(404, {"Content-Type": "text/plain"}, b"nothing here")

    def _led(self, ask: Ask, name: str) -> Answer:
        kind = best(ask.accept, (*FORMATS.values(), PAGE))
        if kind is None:
            return Answer(406, {"Vary": "Accept"})
        extension = "html" if kind == PAGE else next(one for one, known in FORMATS.items() if known == kind)
        return Answer(303, {**OPEN, "Vary": "Accept", "Location": f"/doc/{name}.{extension}"})

    def _described(self, name: str, kind: str) -> Answer:
        iri = ox.NamedNode(f"{self.base}id/{name}")
        triples = [quad.triple for quad in self.store.quads_for_pattern(iri, None, None)]
        body = ox.serialize(triples, format=ox.RdfFormat.from_media_type(kind)) or b""
        link = f'<{name}.jsonld>; rel="alternate"; type="application/ld+json"'
        return Answer(200, {**OPEN, **DATED, "Content-Type": kind, "Link": link}, body)

    def _sparql(self, ask: Ask) -> Answer:
        form = "form" in ask.headers.get("content-type", "")
        direct = "sparql-query" in ask.headers.get("content-type", "")
        fields = {**ask.fields, **({k: v[0] for k, v in parse_qs(ask.body.decode()).items()} if form else {})}
        if ask.method == "OPTIONS":
            return Answer(204, {**OPEN, "Access-Control-Allow-Headers": "content-type"})
        text = ask.body.decode() if direct else fields.get("query", "")
        if "update" in fields or "DELETE" in text or "update" in ask.headers.get("content-type", ""):
            return Answer(403, dict(OPEN))
        if not text:
            return Answer(200, {**OPEN, "Content-Type": FORMATS["ttl"]}, SERVICE.encode())
        graphs: Any = [ox.NamedNode(fields["default-graph-uri"])] if "default-graph-uri" in fields else None
        try:
            found: Any = self.store.query(text, default_graph=graphs) if graphs else self.store.query(text)
        except SyntaxError:
            return Answer(400, dict(OPEN))
        if isinstance(found, ox.QueryTriples):
            body = ox.serialize(found, format=ox.RdfFormat.TURTLE) or b""
            return Answer(200, {**OPEN, "Content-Type": FORMATS["ttl"]}, body)
        kind = best(ask.accept, tuple(RESULTS)) or "application/sparql-results+json"
        if isinstance(found, ox.QueryBoolean) and kind.startswith("text"):
            kind = "application/sparql-results+json"
        return Answer(200, {**OPEN, "Content-Type": kind}, found.serialize(format=RESULTS[kind]))


@contextmanager
def published(publisher: Publisher, secure: SSLContext | None = None) -> Iterator[str]:
    """The address of a publisher, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        server_version, sys_version = "people", ""

        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):
                return self.reply
            raise AttributeError(name)

        def reply(self) -> None:
            parts = urlsplit(self.path)
            fields = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            told = publisher.answer(Ask(self.command, parts.path, fields, headers, body))
            if not told.status:
                self.close_connection = True
                return
            self.send_response_only(told.status)
            told.headers.setdefault("Server", "people")
            for name, value in {**told.headers, "Content-Length": str(len(told.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(told.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if secure:
        server.socket = secure.wrap_socket(server.socket, server_side=True)
    base = f"{'https' if secure else 'http'}://{'localhost' if secure else '127.0.0.1'}:{server.server_port}/"
    publisher.open(base)
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    try:
        yield base
    finally:
        server.shutdown()
        server.server_close()
