"""Documents over HTTP are those of the static site, and every IRI leads to one."""

from __future__ import annotations

import csv
import gzip
import io
import json
import posixpath
import re
import time
from pathlib import Path
from urllib.parse import urljoin

import pyoxigraph as ox
import pytest

from iomgraph import iris
from iomgraph.formats import media_type
from iomgraph.serving import documents
from iomgraph.serving.archive import Document
from iomgraph.serving.documents import Documents

from .conftest import Reply, Running, reply

BASE = "https://w3id.org/iomgraph/"


@pytest.fixture(scope="module")
def thing(site_release: Path) -> str:
    """The path of a project."""
    page = min((site_release / "site/id/project").glob("*.html"))
    return f"/id/project/{page.stem}"


def test_every_document_is_the_one_of_the_static_site_byte_for_byte(
    server: Running, site_release: Path
) -> None:
    site = site_release / "site"
    connection = server.connect()
    count = 0
    for path in sorted(site.rglob("*")):
        if path.is_file():
            name = path.relative_to(site).as_posix()
            connection.request("GET", f"/{name}")
            told = reply(connection.getresponse())
            assert told.status == 200, name
            assert told.body == path.read_bytes(), name
            assert told.headers["content-type"].partition(";")[0] == media_type(name)
            count += 1
    assert count > 500


def test_an_iri_leads_to_the_document_that_the_client_likes_best(server: Running, thing: str) -> None:
    stem = thing.rpartition("/")[2]

    def led(accept: str, language: str = "") -> tuple[int, str]:
        told = server.ask(thing, Accept=accept, Accept_Language=language)
        assert told.headers["vary"] == "Accept, Accept-Language"
        return told.status, told.headers["location"]

    assert led("text/html") == (303, f"{stem}.html")
    assert led("text/turtle;q=0.9, text/html;q=0.8") == (303, f"{stem}.ttl")
    assert led("application/ld+json") == (303, f"{stem}.jsonld")
    assert led("application/n-triples, text/html;q=0.1") == (303, f"{stem}.nt")
    assert led("application/rdf+xml") == (303, f"{stem}.rdf")
    assert led("text/csv") == (303, f"{stem}.csv")
    assert led("*/*") == (303, f"{stem}.html")
    assert led("text/html", "fr;q=0.9, en;q=0.3") == (303, f"../../fr/id/project/{stem}.html")
    assert led("text/html", "de, es") == (303, f"../../es/id/project/{stem}.html")
    assert led("text/turtle", "fr") == (303, f"{stem}.ttl")


def test_a_client_that_asks_for_json_gets_the_json_ld_with_our_context(server: Running, thing: str) -> None:
    told = server.ask(thing, Accept="application/json", Accept_Language="")
    assert (told.status, told.headers["location"]) == (303, f"{thing.rpartition('/')[2]}.json")
    plain, linked = server.ask(f"{thing}.json"), server.ask(f"{thing}.jsonld")
    assert plain.headers["content-type"] == "application/json"
    assert linked.headers["content-type"] == "application/ld+json"
    assert plain.body == linked.body
    document = json.loads(plain.body)
    assert "@context" in document
    graph = ox.parse(plain.body, format=ox.RdfFormat.JSON_LD)
    assert any(str(quad.subject.value).endswith(thing) for quad in graph)
    # In the graphs alone there is no such file; it is made.
    claims = server.ask("/graph/provenance", Accept="application/json", Accept_Language="")
    assert claims.status == 200
    assert claims.headers["content-type"].startswith("application/ld+json")


def test_a_language_may_be_in_the_path(server: Running, thing: str) -> None:
    told = server.ask(f"/fr{thing}", Accept="text/html", Accept_Language="en")
    assert (told.status, told.headers["location"]) == (303, f"{thing.rpartition('/')[2]}.html")


def test_all_documents_of_a_thing_say_the_same(server: Running, thing: str) -> None:
    def triples(suffix: str, syntax: ox.RdfFormat) -> set[ox.Triple]:
        told = server.ask(thing + suffix)
        assert told.status == 200
        return {quad.triple for quad in ox.parse(told.body, format=syntax)}

    facts = triples(".nt", ox.RdfFormat.N_TRIPLES)
    assert len(facts) > 10
    assert triples(".ttl", ox.RdfFormat.TURTLE) == facts
    assert triples(".rdf", ox.RdfFormat.RDF_XML) == facts
    assert triples(".jsonld", ox.RdfFormat.JSON_LD) == facts
    rows = list(csv.DictReader(io.StringIO(server.ask(f"{thing}.csv").body.decode())))
    assert {(row["subject"], row["predicate"], row["object"]) for row in rows} == {
        (str(getattr(one.subject, "value", "")), one.predicate.value, str(getattr(one.object, "value", "")))
        for one in facts
    }


def _terms(release: Path) -> set[str]:
    """Every IRI under the base in the RDF of a release, except the part that names a place in a document."""
    found: set[str] = set()
    for path in release.rglob("*"):
        syntax = ox.RdfFormat.from_extension(path.name.removesuffix(".gz").rpartition(".")[2])
        if syntax is None or "site" in path.relative_to(release).parts or path.name == "context.jsonld":
            continue
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for quad in ox.parse(data, format=syntax):
            for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
                if isinstance(term, ox.NamedNode) and term.value.startswith(BASE):
                    found.add(term.value.partition("#")[0])
    return found


def test_every_iri_of_ours_in_a_release_leads_to_documents_about_it(
    server: Running, site_release: Path
) -> None:
    connection = server.connect()

    def asked(path: str, accept: str) -> Reply:
        for _ in range(2):
            connection.request("GET", path, headers={"Accept": accept})
            told = reply(connection.getresponse())
            if told.status != 303:
                break
            path = urljoin(path, told.headers["location"])
        assert told.status == 200, (path, accept, told.body)
        return told

    site = site_release / "site"
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    things = {iri for iri in _terms(site_release) if iri.removeprefix(BASE) not in files}
    for iri in sorted(things):
        path = "/" + iri.removeprefix(BASE)
        page, data = asked(path, "text/html"), asked(path, "text/turtle")
        assert page.headers["content-type"].startswith("text/html"), iri
        assert data.headers["content-type"].startswith("text/turtle"), iri
        if path.startswith("/graph/"):
            continue  # What stands in a graph does not name the graph.
        named = (term for quad in ox.parse(data.body, format=ox.RdfFormat.TURTLE) for term in quad.triple)
        assert any(str(getattr(term, "value", "")).partition("#")[0] == iri for term in named), iri
    assert len(things) > 800
    kinds = {iri.removeprefix(BASE).partition("/")[0] for iri in things}
    assert kinds > {
        "",
        "contact",
        "changes",
        "dataset",
        "graph",
        "id",
        "links",
        "ontology",
        "service",
        "shapes",
    }


def test_the_terms_the_rules_and_the_dataset_lead_to_their_documents(server: Running) -> None:
    assert server.ask("/ontology", Accept="text/turtle").headers["location"] == "ontology/iomgraph.ttl"
    assert server.ask("/ontology", Accept="text/html").headers["location"] == "reference.html"
    assert server.ask("/shapes", Accept="text/turtle").headers["location"] == "shapes.ttl"
    assert server.ask("/dataset", Accept="text/turtle").headers["location"] == "dcat.ttl"
    assert server.ask("/ontology/alignments", Accept="text/turtle").headers["location"] == "alignments.ttl"
    assert server.ask("/.well-known/void").headers["location"] == "../void.ttl"
    assert server.ask("/", Accept="text/turtle").headers["location"] == "void.ttl"
    front = server.ask("/", Accept="text/html")
    assert (front.status, front.headers["content-type"]) == (200, "text/html; charset=utf-8")


# What Protégé (the OWL API) asks with.
EDITOR = "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09"


@pytest.mark.parametrize(
    "path", ["/ontology", "/ontology/0.1.0", "/ontology/alignments", "/shapes", "/dataset"]
)
@pytest.mark.parametrize("accept", ["application/rdf+xml", "application/n-triples", EDITOR])
def test_the_facts_in_turtle_are_in_the_other_formats_too(server: Running, path: str, accept: str) -> None:
    led = server.ask(path, Accept=accept)
    assert led.status == 303
    told = server.ask(urljoin(path, led.headers["location"]))
    media_type = accept.partition(",")[0]
    assert told.headers["content-type"] == media_type
    turtle = server.ask(urljoin(path, server.ask(path, Accept="text/turtle").headers["location"]))
    there = ox.Dataset(ox.parse(told.body, format=ox.RdfFormat.from_media_type(media_type)))
    expected = ox.Dataset(ox.parse(turtle.body, format=ox.RdfFormat.TURTLE))
    for dataset in (there, expected):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert there == expected
    assert len(there) > 20


def test_the_iri_of_the_shapes_leads_to_all_of_them(server: Running, site_release: Path) -> None:
    told = server.ask("/shapes.ttl")
    whole = ox.Dataset(ox.parse(told.body, format=ox.RdfFormat.TURTLE))
    parts = (site_release / "shapes").glob("*/*.ttl")
    rules = ox.Dataset(quad for path in parts for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE))
    severity = ox.NamedNode("http://www.w3.org/ns/shacl#severity")
    expected = {quad.subject for quad in rules.quads_for_predicate(severity)}
    assert {quad.subject for quad in whole.quads_for_predicate(severity)} == expected
    assert len(expected) > 250


def test_what_has_not_changed_is_not_sent_again(server: Running, thing: str) -> None:
    for path in (f"{thing}.html", f"{thing}.ttl", f"{thing}.rdf", "/iomgraph.ttl"):
        whole = server.ask(path)
        tag = whole.headers["etag"]
        assert tag.startswith('"')
        same = server.ask(path, If_None_Match=f'"other", {tag}')
        assert (same.status, same.body, same.headers["etag"]) == (304, b"", tag)
        assert server.ask(path, If_None_Match='"other"').status == 200
    since = server.ask(f"{thing}.html").headers["last-modified"]
    assert server.ask(f"{thing}.html", If_Modified_Since=since).status == 304
    assert server.ask(f"{thing}.html", If_Modified_Since="Thu, 01 Jan 1970 00:00:00 GMT").status == 200
    assert server.ask(f"{thing}.html", If_Modified_Since="yesterday").status == 200


def test_a_request_for_another_state_of_a_document_is_refused(server: Running, thing: str) -> None:
    path, old = f"{thing}.html", "Thu, 01 Jan 1970 00:00:00 GMT"
    whole = server.ask(path)
    tag, changed = whole.headers["etag"], whole.headers["last-modified"]
    # RFC 9110, section 13.2.2: If-Match, else If-Unmodified-Since; then If-None-Match, else …-Modified-Since.
    cases: list[tuple[dict[str, str], int]] = [
        ({"If_Match": '"other"'}, 412),
        ({"If_Match": f"W/{tag}"}, 412),
        ({"If_Match": f'"other", {tag}'}, 200),
        ({"If_Match": "*"}, 200),
        ({"If_Unmodified_Since": old}, 412),
        ({"If_Unmodified_Since": changed}, 200),
        ({"If_Unmodified_Since": "yesterday"}, 200),
        ({"If_Match": tag, "If_Unmodified_Since": old}, 200),
        ({"If_Match": '"other"', "If_None_Match": tag}, 412),
        ({"If_Match": tag, "If_None_Match": tag}, 304),
        ({"If_Unmodified_Since": changed, "If_None_Match": '"other"'}, 200),
        ({"If_None_Match": '"other"', "If_Modified_Since": changed}, 200),
        ({"If_Unmodified_Since": old, "If_Modified_Since": changed}, 412),
    ]
    for headers, expected in cases:
        told = server.ask(path, **headers)
        assert told.status == expected, headers
        if expected == 412:
            assert next(iter(headers)).replace("_", "-") in told.json()["detail"]
    assert server.ask("/nothing", If_Match='"other"').status == 404
    assert server.ask(thing, If_Match='"other"').status == 303
    assert server.ask(path, "OPTIONS", If_Match='"other"').status == 204
    asked = {"Content_Type": "application/sparql-query"}
    assert server.ask("/sparql", "POST", "ASK {}", If_Match='"other"', **asked).status == 412
    assert server.ask("/sparql", "POST", "ASK {}", If_None_Match="*", **asked).status == 412


def test_head_tells_what_get_would_send(server: Running, thing: str) -> None:
    for path in (f"{thing}.html", thing, "/iomgraph.nq.gz", "/sparql", "/nothing"):
        got, head = server.ask(path), server.ask(path, "HEAD")
        assert head.body == b""
        assert head.status == got.status
        assert head.headers["content-length"] == str(len(got.body))
        assert {k: v for k, v in head.headers.items() if k != "date"} == {
            k: v for k, v in got.headers.items() if k != "date"
        }


def test_links_tell_what_else_there_is(server: Running, thing: str) -> None:
    links = server.ask(f"{thing}.html").headers["link"]
    assert f'<{BASE.removesuffix("/")}{thing}.html>; rel="canonical"' in links
    assert f'<{BASE.removesuffix("/")}{thing}>; rel="describes"' in links
    assert 'rel="alternate describedby"; type="text/turtle"' in links
    assert 'rel="alternate"; hreflang="fr"' in links


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/id/state/Georgia", "GEO"),
        ("/id/state/g%C3%A9orgie", "GEO"),
        ("/id/state/geo", "GEO"),
        ("/id/state/GE", "GEO"),
        ("/id/state/268", "GEO"),
        ("/id/state/ivory%20coast.ttl", "CIV.ttl"),
        ("/fr/id/state/burma.html", "MMR.html"),
    ],
)
def test_a_state_is_found_by_its_names_and_codes_in_any_case(server: Running, path: str, leads: str) -> None:
    told = server.ask(path)
    assert (told.status, told.headers["location"]) == (302, leads)
    assert server.ask(posixpath.join(posixpath.dirname(path), leads)).status in (200, 303)


def test_a_name_that_several_states_share_leads_nowhere_and_names_them(server: Running) -> None:
    told = server.ask("/id/state/Congo")
    assert told.status == 404
    for state in ("/id/state/COD (Democratic Republic of the Congo)", "/id/state/COG (Congo)"):
        assert state in told.json()["next"]
    assert server.ask("/id/state/Atlantis").status == 404


def test_a_missing_thing_is_reported_with_similar_ones(server: Running, thing: str) -> None:
    told = server.ask(f"{thing}0")
    assert (told.status, told.headers["content-type"]) == (404, "application/problem+json")
    assert thing in told.json()["next"]
    for path in (
        "/../pyproject.toml",
        "/%2e%2e/manifest.json",
        "/id/%00",
        "/id/project/%FF",
        "/places.json",
    ):
        assert server.ask(path).status in (400, 404), path


def test_a_browser_gets_a_page_where_nothing_is(server: Running, thing: str) -> None:
    told = server.ask(f"{thing}0", Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert (told.status, told.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert told.headers["vary"] == "Accept"
    page = told.body.decode()
    assert "<h1>Not Found</h1>" in page
    assert f"did you mean {thing}" in page
    assert "<script>" not in server.ask("/<script>", Accept="text/html").body.decode()


def test_a_removed_thing_is_reported_with_its_name_and_its_last_day(
    server: Running, site_release: Path
) -> None:
    old = gzip.decompress((site_release.parent / "old/iomgraph.nq.gz").read_bytes()).decode()
    here = {path.stem for path in (site_release / "site/id/project").glob("*.html")}
    gone = set(re.findall(rf"^<{re.escape(BASE)}id/project/([^/>]*)>", old, re.MULTILINE)) - here
    assert len(gone) == 1
    for suffix in ("", ".html", ".ttl"):
        told = server.ask(f"/id/project/{next(iter(gone))}{suffix}")
        assert told.status == 410
        assert "this was a Project" in told.json()["detail"]
        assert "it went with release 2026.2.0" in told.json()["detail"]
        assert "changes/2026.2.0.rdfp.gz" in told.json()["next"]


def test_an_unavailable_format_is_reported_with_the_available_ones(server: Running, thing: str) -> None:
    told = server.ask(thing, Accept="image/png")
    assert told.status == 406
    for kind in ("text/html", "text/turtle", "application/ld+json", "application/rdf+xml", "text/csv"):
        assert kind in told.json()["next"]


def test_documents_are_only_read(server: Running, thing: str) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        told = server.ask(f"{thing}.html", method, b"x")
        assert (told.status, told.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_other_sites_may_read_and_nobody_may_frame(server: Running, thing: str) -> None:
    page: Reply = server.ask(f"{thing}.html")
    assert page.headers["access-control-allow-origin"] == "*"
    assert page.headers["x-content-type-options"] == "nosniff"
    (meta,) = re.findall(rb'http-equiv="Content-Security-Policy" content="([^"]*)"', page.body)
    assert page.headers["content-security-policy"] == f"{meta.decode()}; frame-ancestors 'none'"
    asked = server.ask(
        "/sparql", "OPTIONS", Origin="https://example.org", Access_Control_Request_Method="POST"
    )
    assert asked.status == 204
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert page.headers["server"] == "iomgraph"


def test_near_misses_are_sought_among_few_pages_however_many_there_are() -> None:
    names = [f"id/project/P{number:06}" for number in range(100_000)]
    one = Document("text/html", "0" * 64, 0, 1, 0)
    with Path(__file__).open("rb", buffering=0) as archive:
        documents = Documents({f"{name}.html": one for name in names}, {}, archive, BASE)
    start = time.process_time()
    for number in range(200):
        assert "id/project/P05" in documents.missing(f"/id/project/P05{number:04}x").step
    # All of them together take less than comparing one with each page did.
    assert time.process_time() - start < 10


@pytest.mark.parametrize("key", ["US-CASE CV96-4849(ERK)(MDG)", "MA:1", "é"])
def test_the_path_of_a_thing_is_looked_up_as_its_iri_is_minted(key: str) -> None:
    minted = iris.curie("organizations", key).partition(":")[2]
    for lang in ("", "fr/"):
        assert documents._encoded(f"{lang}id/organization/{key}") == f"{lang}id/organization/{minted}"
    assert documents._encoded("tables/a b.csv") == "tables/a b.csv"
