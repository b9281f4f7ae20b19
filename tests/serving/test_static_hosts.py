"""The site of a release as files: nginx by our example, nginx as it comes, and Python’s server."""

from __future__ import annotations

import gzip
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from iomgraph import serving
from iomgraph.doctor.examination import Diagnosis, Options, examine
from iomgraph.doctor.limits import Limits

from ..benchmarks.static_host import hosted, on_nginx

BASE = "https://w3id.org/iomgraph/"
QUICK = Options(limits=Limits(rate=10_000, seconds=10))
LACKING = {"cors-missing": 1, "no-freshness": 1, "no-nosniff": 1, "server-version": 1, "void-elsewhere": 1}
"""Rules that hosts break unless they are configured."""


def rules(diagnosis: Diagnosis) -> Counter[str]:
    return Counter(one.rule for one in diagnosis.findings)


@pytest.fixture(scope="module")
def example(site_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of nginx with the example for static hosts."""
    if not shutil.which("nginx"):
        pytest.skip("nginx is not there")
    text = (Path(str(serving.__file__)).parent / "deployment/static.conf").read_text(encoding="utf-8")
    assert "root /srv/www;" in text
    text = text.replace("listen 80;", "listen 127.0.0.1:PORT;").replace("/srv/www;", f"{site_release}/site;")
    with on_nginx(tmp_path_factory.mktemp("static"), text) as (_, port):
        yield port


def test_our_example_for_nginx_lacks_nothing_but_the_weights_of_accept(example: int) -> None:
    found = examine(f"http://127.0.0.1:{example}/", QUICK)
    assert rules(found) == {"quality-ignored": 1}, [str(one) for one in found.findings]
    assert {name: tally.made for name, tally in found.groups.items()} == {
        "addresses": 3,
        "negotiation": 8,
        "cross-origin": 2,
        "caching": 6,
        "description": 3,
        "catalogue": 2,
        "sparql": 0,
        "links": 1,
        "bad-input": 6,
        "security": 2,
    }


@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml", "text/turtle"])
def test_every_iri_leads_to_a_file_on_our_example_for_nginx(
    example: int, site_release: Path, accept: str
) -> None:
    text = gzip.decompress((site_release / "iomgraph.nq.gz").read_bytes()).decode()
    iris = set(re.findall(rf"<{re.escape(BASE)}([^>#\s]*)>", text)) | {
        "contact", "dataset", "dataset/version/2026.1.0", "ontology", "ontology/0.1.0", "changes/stream",
        "ontology/alignments", "shapes", "shapes/partner", "report", "service/facts", "publisher",
        "dataset/class/iom-Project", "dataset/distribution/iomgraph.ttl", ".well-known/void",
    }  # fmt: skip
    asked = HTTPConnection("127.0.0.1", example)

    def get(path: str) -> tuple[int, str]:
        asked.request("HEAD", path, headers={"Accept": accept})
        answer = asked.getresponse()
        answer.read()
        return answer.status, urlsplit(answer.headers.get("Location", "")).path

    lost = []
    for iri in sorted(iris):
        status, target = get(f"/{iri}")
        if status == 303:
            status, _ = get(target)
        lost += [iri] * (status != 200)
    assert lost == []
    assert len(iris) > 800


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not there")
def test_nginx_as_it_comes_is_told_that_it_does_not_know_turtle(site_release: Path, tmp_path: Path) -> None:
    server = f"types {{ text/html html; }} server {{ listen 127.0.0.1:PORT; root {site_release}/site; }}"
    with on_nginx(tmp_path, server) as (_, port):
        found = examine(f"http://127.0.0.1:{port}/", QUICK)
    assert rules(found) == LACKING | {"allow-missing": 1, "dump-type": 2}
    assert {one.text("en") for one in found.findings if one.rule == "dump-type"} == {
        "the file is served as 'text/plain', not as text/turtle: set its Content-Type"
    }


def test_the_server_that_comes_with_python_is_told_what_it_lacks(site_release: Path) -> None:
    with hosted(site_release / "site") as home:
        found = examine(home, QUICK)
    assert rules(found) == LACKING | {"bad-encoding": 1}
