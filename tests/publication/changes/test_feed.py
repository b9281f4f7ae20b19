"""The feed of changes: a consumer that follows it has the newest release without downloading it."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyshacl import validate
from rdflib import RDF, Dataset, Graph, Literal, Namespace

from iomgraph import portfolio
from iomgraph.errors import PublicationError, SettingsError
from iomgraph.mapping import context
from iomgraph.publication import description
from iomgraph.publication.changes import feed, predecessor
from iomgraph.release import history, lines, manifest
from iomgraph.settings import Settings as Defaults

ATOM = "{http://www.w3.org/2005/Atom}"
PAGES = "{http://purl.org/syndication/history/1.0}"
TREE = Namespace("https://w3id.org/tree#")
LDES = Namespace("https://w3id.org/ldes#")
NOW = datetime(2026, 1, 2, tzinfo=UTC)

LDES_SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix tree: <https://w3id.org/tree#> .
@prefix ldes: <https://w3id.org/ldes#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] a sh:NodeShape ; sh:targetClass ldes:EventStream ;
  sh:property [ sh:path tree:view ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path ldes:timestampPath ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path ldes:versionOfPath ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path tree:member ; sh:minCount 1 ; sh:nodeKind sh:IRI ;
      sh:node [ sh:property
        [ sh:path dct:created ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:dateTime ] ,
        [ sh:path dcat:isVersionOf ; sh:minCount 1 ; sh:maxCount 1 ] ] ] .
[] a sh:NodeShape ; sh:targetObjectsOf tree:relation ;
  sh:property [ sh:path tree:node ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path tree:path ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path tree:value ; sh:minCount 1 ; sh:datatype xsd:dateTime ] .
"""


@pytest.fixture(scope="module")
def pool(releases: tuple[Path, Path]) -> list[str]:
    """Statements to make small releases of: one project and its findings."""
    every = list(lines.read(releases[0] / "iomgraph.nq.gz"))
    return [line for line in every if "/project/LM.9901>" in line][:40]


def make(place: Path, version: str, statements: list[str], now: datetime = NOW) -> Path:
    """Make a small release of some statements, which goes on from the one that stands in its place."""
    defaults = Defaults()
    known = context.read(defaults.ontology)
    before = predecessor.find(None, place, version)
    staged = place.with_name("staged")
    staged.mkdir()
    quads = lines.write(sorted(statements), staged / "iomgraph.nq.gz")
    shutil.copytree(defaults.ontology, staged / "ontology")
    maker = feed.Maker(staged, defaults.data, known, description.read(portfolio.read(defaults.data)))
    maker.write(version, now, quads, {}, before)
    manifest.write(staged, version, before.version if before else "")
    shutil.rmtree(place, ignore_errors=True)
    return staged.rename(place)


def entries(path: Path) -> list[ElementTree.Element]:
    return ElementTree.parse(path).getroot().findall(f"{ATOM}entry")


def follow(changes: Path) -> list[str]:
    """The versions in a feed, the oldest first, as a follower of RFC 5005 finds them."""
    found: list[str] = []
    name: str | None = "feed.atom"
    while name:
        root = ElementTree.parse(changes / name).getroot()
        found += [
            entry.findtext(f"{ATOM}id", "").rpartition("/")[2] for entry in root.findall(f"{ATOM}entry")
        ]
        links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
        name = links.get("prev-archive")
    return found[::-1]


def follow_stream(changes: Path) -> set[str]:
    """The members of an event stream, as a follower of the relations of its nodes finds them."""
    todo, members = ["feed.ttl"], set()
    while todo:
        graph = Graph().parse(changes / todo.pop())
        members |= {str(member).rpartition("/")[2] for member in graph.objects(None, TREE.member)}
        todo += [str(node).rpartition("/")[2] for node in graph.objects(None, TREE.node)]
    return members


def check_atom(path: Path) -> None:
    """Hold a feed against the rules of RFC 4287, sections 4.1.1 and 4.1.2."""
    root = ElementTree.parse(path).getroot()
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert re.fullmatch(r"https?://\S+", element.findtext(f"{ATOM}id", ""))
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated", "")).tzinfo is not None
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    assert [link.get("href") for link in root.findall(f"{ATOM}link[@rel='self']")] == [path.name]
    ids = [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    assert ids
    for entry in root.findall(f"{ATOM}entry"):
        alternates = entry.findall(f"{ATOM}link[@rel='alternate']")
        assert alternates
        assert len({(link.get("type"), link.get("hreflang")) for link in alternates}) == len(alternates)
        for link in entry.findall(f"{ATOM}link"):
            assert (path.parent / link.get("href", "")).is_file()


def test_a_first_release_has_a_feed_of_one_entry(releases: tuple[Path, Path]) -> None:
    (entry,) = entries(releases[0] / "changes/feed.atom")
    assert "the first" in entry.findtext(f"{ATOM}title", "")
    check_atom(releases[0] / "changes/feed.atom")
    assert follow_stream(releases[0] / "changes") == {"2026.1.0"}


def test_the_next_one_carries_it_forward(releases: tuple[Path, Path]) -> None:
    check_atom(releases[1] / "changes/feed.atom")
    assert follow(releases[1] / "changes") == ["2026.1.0", "2026.2.0"]
    (link,) = entries(releases[1] / "changes/feed.atom")[0].findall(f"{ATOM}link[@rel='enclosure']")
    assert int(link.get("length", "")) == (releases[1] / "changes/2026.2.0.rdfp.gz").stat().st_size
    told = json.loads((releases[1] / "changes/2026.2.0.json").read_text(encoding="utf-8"))
    assert (told["old"], told["new"]) == ("2026.1.0", "2026.2.0")


def test_the_event_stream_keeps_the_rules_of_its_specification(releases: tuple[Path, Path]) -> None:
    graph = Graph().parse(releases[1] / "changes/feed.ttl")
    (stream,) = graph.subjects(RDF.type, LDES.EventStream)
    (view,) = graph.objects(stream, TREE.view)
    assert (view, RDF.type, TREE.Node) in graph
    conforms, _, text = validate(graph, shacl_graph=Graph().parse(data=LDES_SHAPES))
    assert conforms, text


def test_the_same_release_built_again_has_the_same_bytes(
    releases: tuple[Path, Path], publish: Callable[..., Path], tmp_path: Path
) -> None:
    place = tmp_path / "dist"
    shutil.copytree(releases[0], place)
    for _ in range(2):
        publish(place, "2026.2.0", _altered, None)
        assert _bytes(place) == _bytes(releases[1])


def _altered(rows: list[dict[str, str]]) -> None:
    rows[:] = [row for row in rows if "900003" not in row["url"]]
    for row in rows:
        if "bridges" in row["url"] and row["end_year"]:
            row["end_year"] = str(int(row["end_year"]) + 1)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_patches_applied_in_order_lead_from_the_first_release_to_the_last(
    pool: list[str], data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.sets(st.sampled_from(pool), min_size=1), min_size=2, max_size=4))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "dist")
        for number, statements in enumerate(chosen, 1):
            make(place, str(number), list(statements))
        dataset = Dataset().parse(data="".join(chosen[0]), format="nquads")
        for version in follow(place / "changes")[1:]:
            rows = gzip.decompress((place / f"changes/{version}.rdfp.gz").read_bytes())
            dataset.parse(data=rows, format="patch")
        last = Dataset().parse(data="".join(chosen[-1]), format="nquads")
        assert set(dataset.quads()) == set(last.quads())


def test_pages_are_of_bounded_size_and_lead_to_all_releases(
    pool: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    place = tmp_path / "dist"
    archived: dict[str, bytes] = {}
    for number in range(1, 6):
        make(place, str(number), pool[: 5 + number])
        now = {path.name: path.read_bytes() for path in place.glob("changes/archive-*")}
        assert archived.items() <= now.items()
        archived = now
        for path in place.glob("changes/*.atom"):
            check_atom(path)
            assert len(entries(path)) <= 2
        for path in place.glob("changes/*.ttl"):
            assert validate(Graph().parse(path), shacl_graph=Graph().parse(data=LDES_SHAPES))[0]
        everyone = [str(n) for n in range(1, number + 1)]
        assert follow(place / "changes") == everyone
        assert follow_stream(place / "changes") == set(everyone)
    root = ElementTree.parse(place / "changes/archive-1.atom").getroot()
    assert root.find(f"{PAGES}archive") is not None
    before = _bytes(place)
    make(place, "5", pool[:10])
    assert _bytes(place) == before


def test_releases_of_one_day_are_in_order_and_time_never_runs_back(
    pool: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    place = tmp_path / "dist"
    for version, now in (("b", NOW), ("a", NOW), ("c", NOW.replace(year=2025))):
        make(place, version, pool[:5], now)
    graph = Graph()
    for path in place.glob("changes/*.ttl"):
        graph.parse(path)
    (stream,) = graph.subjects(RDF.type, LDES.EventStream)
    paths = [graph.value(stream, term) for term in (LDES.timestampPath, LDES.sequencePath)]
    members = {
        tuple(graph.value(member, path) for path in paths): str(member).rpartition("/")[2]
        for member in graph.objects(stream, TREE.member)
    }
    assert [members[key] for key in sorted(members)] == ["b", "a", "c"]
    assert {time for time, _ in members} == {Literal(NOW)}


def test_a_version_that_is_taken_is_refused(pool: list[str], tmp_path: Path) -> None:
    place = tmp_path / "dist"
    for version in ("1", "2"):
        make(place, version, pool[:5])
    with pytest.raises(SettingsError, match="an earlier release already has this version"):
        predecessor.find(None, place, "1")
    with pytest.raises(SettingsError, match="an earlier release already has this version"):
        predecessor.find(place, tmp_path / "other", "2")


def test_a_release_before_that_is_damaged_is_refused(pool: list[str], tmp_path: Path) -> None:
    place = make(tmp_path / "dist", "1", pool[:5])
    with (place / "iomgraph.nq.gz").open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(PublicationError, match="the previous release is damaged"):
        predecessor.find(None, place, "2")


def test_a_history_that_names_a_file_elsewhere_is_refused(pool: list[str], tmp_path: Path) -> None:
    place = make(tmp_path / "dist", "1", pool[:5])
    index = place / "changes/index.json"
    index.write_text(index.read_text().replace('"1.json"', '"../../secret.json"'))
    (tmp_path / "secret.json").write_text("{}")
    manifest.write(place, "1")
    with pytest.raises(PublicationError, match="names a file that it does not have"):
        make(place, "2", pool[:6])


def test_a_release_before_without_a_version_starts_a_new_feed_or_is_refused_by_name(
    pool: list[str], tmp_path: Path
) -> None:
    place = make(tmp_path / "dist", "1", pool[:5])
    manifest.write(place)
    assert predecessor.find(None, place, "2") is None
    with pytest.raises(SettingsError, match="has no version"):
        predecessor.find(place, tmp_path / "other", "2")
    with pytest.raises(PublicationError, match="no such folder"):
        predecessor.find(tmp_path / "nowhere", place, "2")
