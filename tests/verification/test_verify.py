"""A sound release has no finding; whatever is done to one is found, and named with its place."""

from __future__ import annotations

import csv
import gzip
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from iomgraph.errors import PublicationError
from iomgraph.findings import Finding
from iomgraph.release import manifest
from iomgraph.settings import Settings
from iomgraph.sources import rules
from iomgraph.sources.tables import Tables
from iomgraph.verification import equivalence
from iomgraph.verification.verify import verify

DATA = Settings().data
RULES = rules.read(Tables(DATA), "verification")


def found(release: Path) -> list[tuple[str, str]]:
    """Rule and file of every finding."""
    return [(f.rule, f.place.file if f.place else "") for f in verify(release, RULES)]


@pytest.fixture
def copy(releases: tuple[Path, Path], tmp_path: Path) -> Path:
    """A release to do harm to."""
    return shutil.copytree(releases[1], tmp_path / "copy")


def relist(release: Path) -> None:
    """Write manifest and checksums anew, as a careless or a hostile publisher would."""
    known = manifest.load(release)
    manifest.write(release, known.version, known.previous)


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Replace a text in a file, and list it anew."""

    def run(release: Path) -> None:
        path = release / name
        packed = path.suffix == ".gz"
        data = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
        assert old.encode() in data
        data = data.replace(old.encode(), new.encode(), 1)
        path.write_bytes(gzip.compress(data, mtime=0) if packed else data)
        relist(release)

    return run


def test_a_release_is_sound(releases: tuple[Path, Path]) -> None:
    for release in releases:
        assert found(release) == []


COVERED = [("other-checksums", "SHA256SUMS"), ("wrong-description", "dcat.ttl")]
"""Other traces of a file that only the manifest was made to fit."""


def cut(release: Path) -> None:
    path = release / "iomgraph.nq.gz"
    path.write_bytes(path.read_bytes()[:-20])


def flip(release: Path) -> None:
    data = bytearray((release / "iomgraph.ttl").read_bytes())
    data[len(data) // 2] ^= 1
    (release / "iomgraph.ttl").write_bytes(data)


def link(release: Path) -> None:
    (release / "void.ttl").unlink()
    (release / "void.ttl").symlink_to("/etc/passwd")


def pipe(release: Path) -> None:
    (release / "void.ttl").unlink()
    os.mkfifo(release / "void.ttl")


def cut_and_list(release: Path) -> None:
    cut(release)
    path = release / "manifest.json"
    known = next(item for item in manifest.read(release) if item.name == "iomgraph.nq.gz")
    size, digest = (release / known.name).stat().st_size, manifest.digest(release / known.name)
    text = (
        path.read_text()
        .replace(known.sha256, digest)
        .replace(f'"bytes": {known.bytes},', f'"bytes": {size},')
    )
    path.write_text(text)


def bomb(release: Path) -> None:
    """A hundred megabytes in a hundred kilobytes, which the manifest calls small."""
    (release / "iomgraph.nt.gz").write_bytes(gzip.compress(b"\0" * 100_000_000, mtime=0))
    known = manifest.read(release)
    relist(release)
    path = release / "manifest.json"
    small = next(item.contentBytes for item in known if item.name == "iomgraph.nt.gz")
    path.write_text(path.read_text().replace('"contentBytes": 100000000', f'"contentBytes": {small}'))


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (cut, [("other-size", "iomgraph.nq.gz")]),
        (flip, [("other-digest", "iomgraph.ttl")]),
        (lambda release: (release / "dcat.ttl").unlink(), [("missing-file", "dcat.ttl")]),
        (lambda release: (release / "more.txt").write_text(""), [("unlisted-file", "more.txt")]),
        (lambda release: (release / "SHA256SUMS").unlink(), [("missing-file", "SHA256SUMS")]),
        (lambda release: (release / "SHA256SUMS").write_text(""), [("other-checksums", "SHA256SUMS")]),
        (link, [("no-plain-file", "void.ttl")]),
        (pipe, [("no-plain-file", "void.ttl")]),
        (cut_and_list, [("other-content-size", "iomgraph.nq.gz"), *COVERED]),
        (bomb, [("other-content-size", "iomgraph.nt.gz"), *COVERED]),
    ],
)
def test_harm_to_the_files_is_found(
    copy: Path, harm: Callable[[Path], object], expected: list[tuple[str, str]]
) -> None:
    harm(copy)
    assert sorted(set(found(copy))) == sorted(expected)


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (edit("iomgraph.ttl", "2006", "2007"), ("other-graph", "iomgraph.ttl")),
        (edit("iomgraph.trig", "2006", "2007"), ("other-graph", "iomgraph.trig")),
        (edit("iomgraph.jsonld", '"startYear":2006', '"startYear":2007'), ("other-graph", "iomgraph.jsonld")),
        (edit("iomgraph.nt.gz", '"2006"', '"2007"'), ("other-graph", "iomgraph.nt.gz")),
        (edit("iomgraph.ttl", " a ", " b "), ("bad-syntax", "iomgraph.ttl")),
        (edit("shapes/shapes.ttl", "@prefix", "@prefx"), ("bad-syntax", "shapes/shapes.ttl")),
        (edit("findings.json", "{", "{{"), ("bad-json", "findings.json")),
        (edit("void.ttl", "void:triples ", "void:triples 9"), ("wrong-count", "void.ttl")),
        (edit("dcat.ttl", 'byteSize "', 'byteSize "9'), ("wrong-description", "dcat.ttl")),
        (edit("dcat.ttl", 'version "2026.2.0"', 'version "2026.9.0"'), ("wrong-version", "dcat.ttl")),
        (edit("iomgraph.nq.gz", ' "2006"^^', ' "\\u0032006"^^'), ("not-canonical", "iomgraph.nq.gz")),
        (edit("iomgraph.nq.gz", "\n", "\n\n"), ("not-canonical", "iomgraph.nq.gz")),
    ],
)
def test_harm_that_the_manifest_covers_up_is_found(
    copy: Path, harm: Callable[[Path], None], expected: tuple[str, str]
) -> None:
    harm(copy)
    assert expected in found(copy)


def test_a_context_elsewhere_is_never_fetched(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: asked.append(address))
    (copy / "dcat.jsonld").write_text(
        '{"@context": "http://127.0.0.1:9/c", "@id": "urn:a", "@type": "urn:b"}'
    )
    relist(copy)
    assert ("bad-syntax", "dcat.jsonld") in found(copy)
    assert asked == []


def test_a_repeated_statement_is_not_canonical(copy: Path) -> None:
    path = copy / "iomgraph.nq.gz"
    text = gzip.decompress(path.read_bytes())
    first = text.partition(b"\n")[0] + b"\n"
    path.write_bytes(gzip.compress(first + text, mtime=0))
    relist(copy)
    assert ("other-graph", "iomgraph.trig") not in found(copy)
    assert found(copy)


@pytest.mark.parametrize("text", ["{}", '{"type": "iomgraph release", "format": 99, "files": []}', "x"])
def test_what_is_not_a_release_or_a_newer_one_is_a_stop(copy: Path, text: str) -> None:
    (copy / "manifest.json").write_text(text)
    with pytest.raises(PublicationError):
        found(copy)


def test_without_the_second_parser_it_finds_what_the_first_finds(copy: Path) -> None:
    edit("iomgraph.ttl", "2006", "2007")(copy)
    rules_of = {finding.rule for finding in verify(copy, RULES, quick=True)}
    assert rules_of == {"other-graph", "wrong-description"}


@pytest.mark.parametrize("text", ["", 'a "b" \\ \n \r \t \b \f \x00 \x7f \x85 \u2028 é 😀', "\ufffe"])
def test_a_hard_text_has_one_canonical_line(text: str) -> None:
    quad = ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(text, language="en"))
    dataset = ox.serialize([quad], format=ox.RdfFormat.N_QUADS)
    assert equivalence.line_of(quad).encode() == dataset


def test_every_rule_has_its_words_in_every_language() -> None:
    with (DATA / "vocabulary/verification.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 15
    assert [row["rule"] for row in rows if not all(row.values())] == []
    assert isinstance(RULES.finding("missing-file"), Finding)
