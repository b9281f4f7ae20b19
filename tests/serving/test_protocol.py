"""The W3C's tests of the SPARQL 1.1 Protocol, and what else clients rely on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from iomgraph.formats import Kind
from iomgraph.mapping import context
from iomgraph.serving import result_formats
from iomgraph.serving.description import Description
from iomgraph.serving.limits import Limits
from iomgraph.serving.message import Request, Response
from iomgraph.serving.protocol import Protocol
from iomgraph.serving.release import Release
from iomgraph.settings import Settings

from .conftest import Running

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"

UPDATES = {
    "update_dataset_default_graph",
    "update_dataset_default_graphs",
    "update_dataset_named_graphs",
    "update_dataset_full",
    "update_post_form",
    "update_post_direct",
    "update_base_uri",
}
"""Tests that are not applicable: each changes data and expects that to work. Here each is refused instead."""


class Suite:
    """The manifest, read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        text = (folder / "manifest.ttl").read_bytes()
        self.graph = ox.Store()
        self.graph.load(text, format=ox.RdfFormat.TURTLE, base_iri="http://m/")

    def one(self, subject: Any, predicate: str) -> Any:
        node = ox.NamedNode(predicate)
        found = list(self.graph.quads_for_pattern(subject, node, None))
        return found[0].object if found else None

    def several(self, subject: Any, predicate: str) -> list[Any]:
        node = ox.NamedNode(predicate)
        return [quad.object for quad in self.graph.quads_for_pattern(subject, node, None)]

    def listed(self, head: Any) -> Iterator[Any]:
        while head is not None and head != ox.NamedNode(f"{RDF}nil"):
            item = self.one(head, f"{RDF}first")
            assert item is not None
            yield item
            head = self.one(head, f"{RDF}rest")

    def tests(self) -> dict[str, Any]:
        kind = ox.NamedNode(f"{MF}ProtocolTest")
        quads = self.graph.quads_for_pattern(None, ox.NamedNode(f"{RDF}type"), kind)
        return {text(q.subject).rpartition("#")[2]: q.subject for q in quads}

    def service(self, test: Any) -> Protocol:
        store = ox.Store()
        for data in self.several(test, f"{UT}graphData"):
            graph, label = self.one(data, f"{UT}graph"), self.one(data, LABEL)
            assert isinstance(graph, ox.NamedNode)
            assert isinstance(label, ox.Literal)
            path = self.folder / graph.value.rpartition("/")[2]
            store.load(path.read_bytes(), ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(label.value))
        known = context.read(Settings().ontology)
        return Protocol(Release(store, known, {}, {}, {}, "1"), Description((), {}), Limits())

    def requests(self, test: Any) -> Iterator[tuple[Request, Any]]:
        action = self.one(test, f"{MF}action")
        for node in self.listed(self.one(action, f"{HT}requests")):
            headers: dict[str, str] = {}
            for header in self.listed(self.one(node, f"{HT}headers")):
                headers[text(self.one(header, f"{HT}fieldName")).lower()] = text(
                    self.one(header, f"{HT}fieldValue")
                )
            body = b""
            content = self.one(node, f"{HT}body")
            if content is not None:
                encoding = text(self.one(content, f"{CNT}characterEncoding")) or "utf-8"
                body = text(self.one(content, f"{CNT}chars")).encode(encoding)
            response = self.one(node, f"{HT}resp")
            assert response is not None
            method, target = (
                text(self.one(node, f"{HT}methodName")),
                text(self.one(node, f"{HT}absolutePath")),
            )
            path, _, search = target.partition("?")
            yield Request(method, path, (), headers, body, search).read(), response


def text(term: Any) -> str:
    return str(getattr(term, "value", "")) if term is not None else ""


@pytest.fixture(scope="module")
def suite(suites: Path) -> Suite:
    return Suite(suites / "sparql11-protocol")


def test_every_protocol_test_that_applies_passes(suite: Suite) -> None:
    passed: list[str] = []
    left: list[str] = []
    for name, test in sorted(suite.tests().items()):
        service = suite.service(test)
        for request, expected in suite.requests(test):
            response = service.answer(request)
            if name in UPDATES:
                if request.body.startswith(b"update=") or request.headers.get("content-type", "").endswith(
                    "update"
                ):
                    assert response.status == 403, name
                continue
            check(suite, name, response, expected)
        (left if name in UPDATES else passed).append(name)
    assert (len(passed), len(left)) == (27, 7)
    assert set(left) == UPDATES


def check(suite: Suite, name: str, response: Response, expected: Any) -> None:
    allowed = {text(one)[-3:-2] for one in suite.several(expected, f"{MF}expectedStatus")}
    assert str(response.status)[0] in allowed, (name, response)
    assert isinstance(response.body, bytes)
    kind = text(suite.one(expected, f"{MF}expectedFormat"))
    if kind:
        media_type = dict(response.headers)["Content-Type"]
        assert media_type in result_formats.OFFERED[Kind.RDF if kind == "RDF" else Kind.RESULTS], name
    truth = suite.one(expected, f"{MF}expectedBoolean")
    if truth is not None:
        assert json.loads(response.body)["boolean"] is (text(truth) == "true"), name


COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def test_the_three_ways_to_ask_give_the_same(server: Running) -> None:
    got = server.query(COUNT)
    form = server.ask(
        "/sparql",
        "POST",
        "query=SELECT+(COUNT(*)+AS+%3Fn)+%7B+%3Fs+%3Fp+%3Fo+%7D",
        Content_Type="application/x-www-form-urlencoded",
    )
    direct = server.ask("/sparql", "POST", COUNT, Content_Type="application/sparql-query; charset=UTF-8")
    assert got.status == form.status == direct.status == 200
    assert got.body == form.body == direct.body
    assert int(got.json()["results"]["bindings"][0]["n"]["value"]) > 1000


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("SELECT ?s ?o { ?s a ?o } LIMIT 5", Kind.RESULTS),
        ("ASK {}", Kind.RESULTS),
        ("CONSTRUCT WHERE { ?s a ?o } LIMIT 5", Kind.RDF),
        ("DESCRIBE projects:none", Kind.RDF),
    ],
)
def test_every_format_of_an_answer_can_be_had(server: Running, query: str, kind: Kind) -> None:
    for media_type, known in result_formats.OFFERED[kind].items():
        told = server.query(query, media_type)
        assert (told.status, told.headers["content-type"]) == (200, known.media_type)
        if kind is Kind.RDF:
            list(ox.parse(told.body, format=ox.RdfFormat.from_media_type(known.media_type)))
        elif known.name != "csv":
            ox.parse_query_results(
                told.body,
                format=ox.QueryResultsFormat.from_media_type(known.media_type),
            )
    assert server.query(query, "image/png").status == 406


def test_a_graph_of_the_release_can_be_asked_by_the_protocol(server: Running) -> None:
    graph = "https://w3id.org/iomgraph/graph/quality"
    told = server.query(COUNT, **{"default-graph-uri": graph})
    inside = server.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    assert told.body == inside.body
    assert server.query(COUNT, **{"default-graph-uri": "no iri"}).status == 400


def test_a_plain_get_gives_the_service_description_with_the_limits(strict: Running) -> None:
    told = strict.ask("/sparql", Accept="text/turtle")
    store = ox.Store()
    store.load(told.body, ox.RdfFormat.TURTLE)
    rows = store.query(
        "PREFIX schema: <https://schema.org/> PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> "
        "SELECT ?name ?most { ?s a sd:Service ; sd:endpoint ?e ; schema:additionalProperty "
        "[ schema:propertyID ?name ; schema:maxValue ?most ] }"
    )
    assert isinstance(rows, ox.QuerySolutions)
    found = {row["name"].value: float(row["most"].value) for row in rows}
    assert found["seconds"] == 1.5
    assert found["rows"] == 500
    assert found["memory"] == 200 * 2**20
    assert set(found) == {"seconds", "cpu-seconds", "memory", "rows", "bytes", "queue", "body"}


def test_a_browser_gets_the_page_of_queries(server: Running) -> None:
    told = server.ask("/sparql", Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert (told.status, told.headers["location"]) == (303, "sparql.html")


def test_a_faulty_query_is_reported_with_its_place(server: Running) -> None:
    told = server.query("SELECT * {\n ?s ?p }")
    assert told.status == 400
    assert told.json()["detail"] == "this is not a SPARQL query: line 2, column 9"
    assert server.ask("/sparql?query=%FF").status == 400
    assert server.ask("/sparql", "POST", "ASK {}", Content_Type="text/plain").status == 415
    assert server.ask("/sparql", "DELETE").status == 405


def test_an_answer_that_was_asked_before_is_the_same(server: Running) -> None:
    first, again = server.query("SELECT * { ?s a ?o } LIMIT 3"), server.query("SELECT * { ?s a ?o } LIMIT 3")
    assert first.body == again.body
    tag = first.headers["etag"]
    same = server.ask(
        "/sparql?query=SELECT%20*%20%7B%20?s%20a%20?o%20%7D%20LIMIT%203",
        Accept="application/sparql-results+json",
        If_None_Match=tag,
    )
    assert same.status == 304


def test_csv_reads_as_csv(server: Running) -> None:
    told = server.query("SELECT ?s ?o { ?s a ?o } LIMIT 5", "text/csv")
    assert len(list(csv.reader(io.StringIO(told.body.decode())))) == 6


def test_every_representation_has_a_tag_of_its_own(server: Running) -> None:
    for query, kind in (("ASK {}", Kind.RESULTS), ("DESCRIBE <urn:nothing>", Kind.RDF)):
        types = {known.media_type for known in result_formats.OFFERED[kind].values()}
        tags = {server.query(query, media_type).headers["etag"] for media_type in types}
        assert len(tags) == len(types)


JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (JAVA, "application/sparql-results+json"),
        ("text/csv; charset=utf-8, */*;q=0", "text/csv"),
        ("*", "application/sparql-results+json"),
        ("text/csv;q=.9, application/json;q=.1", "text/csv"),
        (";;;, text/csv", "text/csv"),
        ("TEXT/CSV", "text/csv"),
    ],
)
def test_what_real_clients_accept_is_understood(server: Running, accept: str, expected: str) -> None:
    told = server.query("SELECT ?x { VALUES ?x { 1 } }", accept)
    assert (told.status, told.headers["content-type"]) == (200, expected)


@pytest.mark.parametrize("code", [0x1, 0xB, 0x1F, 0xFFFE, 0xFFFF])
def test_xml_that_no_parser_would_read_is_never_sent(server: Running, code: int) -> None:
    text = f"\\u{code:04X}"
    select = f'SELECT ?x {{ VALUES ?x {{ "a{text}b" }} }}'
    construct = f'CONSTRUCT {{ <urn:a> <urn:b> "a{text}b" }} {{}}'
    for query, media_type in (
        (select, "application/sparql-results+xml"),
        (construct, "application/rdf+xml"),
    ):
        told = server.query(query, media_type)
        assert told.status == 406
        assert told.json()["detail"] == f"XML can't represent a character of this answer: U+{code:04X}"
        assert "Turtle" in told.json()["next"]
    assert server.query(select, "application/sparql-results+json").status == 200
    assert server.query(construct, "text/turtle").status == 200
