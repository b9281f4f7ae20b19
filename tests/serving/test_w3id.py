"""The rules for w3id.org lead every IRI of a release to a file that a static host serves."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from iomgraph.iris import file_path
from iomgraph.settings import resources

BASE = "https://w3id.org/iomgraph/"
RULES = (resources() / "w3id/.htaccess").read_text(encoding="utf-8")
SITE = "%{ENV:SITE}"


def redirected(path: str, accept: str) -> str:
    """Follow the rules to a path below the site: mod_rewrite as far as the rules use it."""
    conditions: list[str] = []
    for line in RULES.splitlines():
        word, _, rest = line.partition(" ")
        if word == "RewriteCond":
            subject, pattern = rest.split(" ", 1)
            assert subject == "%{HTTP_ACCEPT}"
            conditions.append(pattern)
        elif word == "RewriteRule":
            pattern, target, flags = rest.split(" ")
            assert (target[: len(SITE)], flags) == (SITE, "[R=303,L]")
            met = all(re.search(one, accept) for one in conditions)
            conditions = []
            if met and (found := re.search(pattern, path)):
                return re.sub(r"\$1", lambda _: found[1], target.removeprefix(SITE))
    raise AssertionError(path)


@pytest.mark.parametrize(
    "accept", ["text/html,application/xhtml+xml", "text/turtle", "application/rdf+xml, */*;q=0.1"]
)
def test_every_iri_leads_to_a_file_of_the_site(site_release: Path, accept: str) -> None:
    site = site_release / "site"
    text = gzip.decompress((site_release / "iomgraph.nq.gz").read_bytes()).decode()
    iris = set(re.findall(rf"<{re.escape(BASE)}([^>#\s]*)>", text)) | {
        "", "contact", "dataset", "dataset/version/2026.1.0", "ontology", "ontology/0.1.0", "changes/stream",
        "ontology/alignments", "shapes", "shapes/partner", "links/states_wikidata", "report", "service/facts",
        "dataset/class/iom-Project", "dataset/distribution/iomgraph.ttl", "publisher",
    }  # fmt: skip
    lost = sorted(
        f"{path} → {target}"
        for path in iris
        for target in [redirected(path, accept)]
        if not (site / file_path(target or "index.html")).is_file()
    )
    assert lost == []
    assert len(iris) > 800


def test_whoever_asks_for_turtle_is_led_to_a_document_that_speaks_of_the_thing(site_release: Path) -> None:
    site, said = site_release / "site", dict[str, set[str]]()
    text = gzip.decompress((site_release / "iomgraph.nq.gz").read_bytes())
    default = {
        quad.subject for quad in ox.parse(text, ox.RdfFormat.N_QUADS) if quad.graph_name == ox.DefaultGraph()
    }
    silent, looked = [], 0
    for iri in sorted(one.value for one in default if isinstance(one, ox.NamedNode)):
        path = iri.removeprefix(BASE)
        target = redirected(path, "text/turtle") if path.startswith("id/") else ""
        if target.endswith(".ttl"):
            looked += 1
            if target not in said:
                document = (site / file_path(target)).read_bytes()
                said[target] = {one.subject.value for one in ox.parse(document, ox.RdfFormat.TURTLE)}
            silent += [f"{path} → {target}"] * (iri not in said[target])
    assert silent == []
    assert looked > 700


def test_a_capture_that_is_named_as_a_file_is_a_thing_and_its_documents_are_files() -> None:
    assert redirected("id/capture/activities.xml", "text/turtle") == "id/capture/activities.xml.ttl"
    assert redirected("id/capture/activities.xml.ttl", "text/html") == "id/capture/activities.xml.ttl"
    assert redirected("graph/claims/activities.xml", "text/turtle") == "iomgraph.trig"
