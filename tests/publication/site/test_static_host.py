"""IRIs whose keys hold percent-encoded characters lead to their files on any static host, and on ours."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from urllib.parse import unquote, urljoin
from urllib.request import urlopen

import pytest

from iomgraph import iris
from iomgraph.serving.archive import Document
from iomgraph.serving.documents import Documents
from iomgraph.serving.message import Request

from ...benchmarks.static_host import hosted, on_nginx

BASE = "https://w3id.org/iomgraph/"
KEY = "US-CASE CV96-4849(ERK)(MDG)"
THING = f"id/organization/{iris.curie('organizations', KEY).partition(':')[2]}"
SUFFIXES = (".html", ".ttl", ".jsonld", ".nt")


@pytest.fixture
def nginx(site: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the site on nginx."""
    if not shutil.which("nginx"):
        pytest.skip("nginx is not there")
    server = f"server {{ listen 127.0.0.1:PORT; root {site}; }}"
    with on_nginx(tmp_path, server) as (_, port):
        yield f"http://127.0.0.1:{port}/"


def follows(site: Path, home: str) -> None:
    """Fetch the thing by its IRI, and by the links that lead to it and to its documents."""
    for suffix in SUFFIXES:
        with urlopen(f"{home}{THING}{suffix}") as answer:
            assert answer.status == 200
            assert suffix != ".nt" or f"/{THING}>" in answer.read().decode()
    page = f"{home}fr/{THING}.html"
    with urlopen(page) as answer:
        links = re.findall(r'href="([^"#]+)"', answer.read().decode())
    own = [link for link in links if KEY in unquote(link) and not link.startswith("http")]
    assert len(own) >= len(SUFFIXES)
    for link in own:
        with urlopen(urljoin(page, link)) as answer:
            assert answer.status == 200


def test_an_iri_with_encoded_characters_leads_to_its_files_on_a_static_host(site: Path) -> None:
    with hosted(site) as home:
        follows(site, home)


def test_an_iri_with_encoded_characters_leads_to_its_files_on_nginx(site: Path, nginx: str) -> None:
    follows(site, nginx)


def test_the_sitemap_names_the_file_as_the_iri_does(site: Path) -> None:
    assert f"{BASE}{THING}.html" in (site / "sitemap.xml").read_text(encoding="utf-8")


def test_our_server_leads_from_the_iri_to_the_file_and_back() -> None:
    one = Document("text/html", "0" * 64, 0, 1, 0)
    path = iris.file_path(THING)
    with Path(__file__).open("rb", buffering=0) as archive:
        assert isinstance(archive, FileIO)
        documents = Documents({path + suffix: one for suffix in SUFFIXES}, {}, archive, BASE)
        # The path of a request is decoded before it comes here.
        led = documents.answer(Request("GET", f"/{unquote(THING)}", (), {"accept": "text/turtle"}))
        page = documents.answer(Request("GET", f"/{unquote(THING)}.ttl"))
        made = documents.answer(Request("GET", f"/{unquote(THING)}.rdf"))
    assert led.status == 303  # type: ignore[union-attr]
    assert dict(led.headers)["Location"] == f"{THING.rpartition('/')[2]}.ttl"
    assert f'<{BASE}{THING}>; rel="describes"' in dict(page.headers)["Link"]
    assert made.path == THING  # type: ignore[union-attr]


@pytest.mark.parametrize("key", ["a/b", "..", "a%b", "a\\b", "tab\there", "a%2Fb"])
def test_a_key_that_could_be_another_path_stays_encoded_in_the_name_of_its_file(key: str) -> None:
    minted = iris.curie("organizations", key).partition(":")[2]
    assert iris.file_path(f"id/organization/{minted}") == f"id/organization/{minted}"


def test_no_two_keys_have_one_file() -> None:
    keys = ["a b", "a%20b", "a/b", "a%2Fb", "%", "%25", "é", "%C3%A9"]
    paths = {iris.file_path(iris.curie("organizations", key).partition(":")[2]) for key in keys}
    assert len(paths) == len(keys)
