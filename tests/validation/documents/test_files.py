"""Files are read in any encoding that they declare, by any name that RDF goes by."""

from __future__ import annotations

import codecs
import gzip
from pathlib import Path

import pyoxigraph as ox
import pytest

from iomgraph.errors import SettingsError, SourceError
from iomgraph.findings import Place
from iomgraph.validation.documents import DocumentError, Reading, read
from iomgraph.validation.documents.files import expand
from iomgraph.validation.documents.places import Wanted

E = "http://e/"
A, NAME = ox.NamedNode(f"{E}a"), f"{E}name"
XML = (
    '<?xml version="1.0"{}?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
    '<rdf:Description rdf:about="http://e/a"><e:name>Été</e:name></rdf:Description></rdf:RDF>'
)
BOM = "\ufeff"
TURTLE = '@prefix : <http://e/> .\n:a :name "Été" .\n'
JSON = '{"@id": "http://e/a",\n "http://e/name": "Été"}'
NT = '<http://e/a> <http://e/name> "Été" .\n'

FILES = {
    "a.ttl": (BOM + TURTLE).encode(),
    "a.trig": (BOM + TURTLE).encode(),
    "a.nt": (BOM + NT).encode(),
    "a.nq": (BOM + NT).encode(),
    "a.jsonld": (BOM + JSON).encode(),
    "a.rdf": (BOM + XML.format("")).encode(),
    "sixteen.ttl": (BOM + TURTLE).encode("utf-16-le"),
    "sixteen.jsonld": (BOM + JSON).encode("utf-16-be"),
    "marked.rdf": (BOM + XML.format(' encoding="UTF-16"')).encode("utf-16-be"),
    "unmarked.rdf": XML.format(' encoding="UTF-16"').encode("utf-16-le"),
    "latin.rdf": XML.format(' encoding="ISO-8859-1"').encode("latin-1"),
    "windows.rdf": XML.format(" encoding='windows-1252'").encode("cp1252"),
    "utf8.rdf": XML.format(' encoding="utf-8"').encode(),
    "wrong.rdf": XML.format(' encoding="UTF-16"').encode(),
    "a.owl": XML.format("").encode(),
    "turtle.owl": TURTLE.encode(),
    "a.xml": XML.format("").encode(),
    "a.json": JSON.encode(),
    "a.n3": TURTLE.encode(),
    "a.ttl.gz": gzip.compress(TURTLE.encode()),
    "A.TTL": TURTLE.encode(),
    "packed.ttl": gzip.compress(TURTLE.encode()),
}


@pytest.mark.parametrize("name", FILES)
def test_a_value_is_read_and_found_in_every_encoding_and_by_every_extension(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    wanted = Wanted(A, NAME, ox.Literal("Été"))
    documents = read([path])
    assert len(documents.store) == 1
    places = documents.places([wanted])
    assert places[wanted].file == path.as_posix()
    assert places[wanted].line == (1 if name in ("a.nt", "a.nq") else 2)


def test_a_declared_encoding_does_not_move_the_offset(tmp_path: Path) -> None:
    texts = {
        "plain.rdf": XML.format("").replace("\n", "").encode(),
        "latin.rdf": XML.format(' encoding="latin1"').replace("\n", "").encode("latin-1"),
    }
    wanted, offsets = Wanted(A, NAME), []
    for name, data in texts.items():
        (tmp_path / name).write_bytes(data)
        offsets.append(read([tmp_path / name]).places([wanted])[wanted].offset or 0)
    assert offsets[1] - offsets[0] == len(' encoding="latin1"')


@pytest.mark.parametrize(
    ("encoding", "data", "said"),
    [
        ("klingon", b"", "the encoding klingon is not known"),
        ("zip", b"", "the encoding zip is not known"),
        ("utf-7", b"", "the encoding utf-7 is not known"),
        ("ascii", "é".encode("latin-1"), "not in the encoding ascii"),
    ],
)
def test_an_encoding_that_is_not_known_or_not_true_is_refused(
    tmp_path: Path, encoding: str, data: bytes, said: str
) -> None:
    path = tmp_path / "a.rdf"
    path.write_bytes(f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + data)
    with pytest.raises(DocumentError, match=said) as stopped:
        read([path])
    assert stopped.value.place.file == path.as_posix()


def test_a_broken_byte_order_mark_is_an_error_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_bytes(codecs.BOM_UTF16_LE + b"x")
    with pytest.raises(DocumentError, match="utf-16-le"):
        read([tmp_path / "a.ttl"])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with RDF, and other things, in it and below."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/below").mkdir(parents=True)
    for name in (
        "data/a.ttl",
        "data/b.nt.gz",
        "data/below/c.ttl",
        "data/notes.md",
        "data/package.json",
        "d.ttl",
    ):
        (tmp_path / name).write_bytes(gzip.compress(b"") if name.endswith("gz") else b"")
    return tmp_path


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["data"], ["data/a.ttl", "data/b.nt.gz", "data/below/c.ttl"]),
        (["data/*.ttl"], ["data/a.ttl"]),
        (["data/**/*.ttl"], ["data/a.ttl", "data/below/c.ttl"]),
        (["data/*"], ["data/a.ttl", "data/b.nt.gz", "data/package.json", "data/below/c.ttl"]),
        (["data/a.ttl", "data", "./data/a.ttl"], ["data/a.ttl", "data/b.nt.gz", "data/below/c.ttl"]),
    ],
)
@pytest.mark.usefixtures("folder")
def test_folders_and_patterns_stand_for_the_rdf_in_them_each_file_once(
    paths: list[str], names: list[str]
) -> None:
    assert sorted(file.name for file in expand(paths)) == sorted(names)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nowhere", "no such file or folder: nowhere"),
        ("nowhere.ttl", "can't be read .* nowhere.ttl"),
        ("*.nt", r"no RDF file matches the pattern: \*.nt"),
        ("data/notes.md", r"extension is not that of an RDF format \(.md\): data/notes.md"),
        ("empty", "the folder contains no RDF: empty"),
    ],
)
def test_what_leads_nowhere_is_named(folder: Path, path: str, said: str) -> None:
    (folder / "empty").mkdir()
    with pytest.raises((SourceError, SettingsError), match=said):
        expand([path])


def test_a_format_can_be_named_and_an_unknown_one_is_refused(folder: Path) -> None:
    (folder / "data/notes.md").write_text(TURTLE, encoding="utf-8")
    assert len(read(["data/notes.md"], Reading(data_format="turtle")).store) == 1
    with pytest.raises(SettingsError, match="there is no such format: docx"):
        read(["data/notes.md"], Reading(data_format="docx"))


def test_imports_below_the_root_are_followed_also_in_circles_and_others_are_named(folder: Path) -> None:
    outside = folder.parent / f"{folder.name}-outside.ttl"
    outside.write_text(TURTLE, encoding="utf-8")
    imports = "<> <http://www.w3.org/2002/07/owl#imports>"
    (folder / "d.ttl").write_text(
        f"{imports} <data/a.ttl> , <http://e/more> , <../{outside.name}> , <missing.ttl> , <> .",
        encoding="utf-8",
    )
    (folder / "data/a.ttl").write_text(f"{imports} <below/c.ttl> .", encoding="utf-8")
    (folder / "data/below/c.ttl").write_text(f'{imports} <../../d.ttl> . <x:y> <x:z> "c" .', encoding="utf-8")
    followed = read(["d.ttl"], Reading(root=folder))
    assert [file.name for file in followed.files] == ["d.ttl", "data/a.ttl", "data/below/c.ttl"]
    assert followed.imports == ["http://e/more"]
    assert sorted(followed.local) == sorted([outside.as_uri(), (folder / "missing.ttl").as_uri()])
    alone = read(["d.ttl"])
    assert [file.name for file in alone.files] == ["d.ttl"]
    assert len(alone.local) == 3


def test_a_link_that_leads_out_of_the_root_is_not_followed(folder: Path) -> None:
    outside = folder.parent / f"{folder.name}-linked.ttl"
    outside.write_text(TURTLE, encoding="utf-8")
    (folder / "link.ttl").symlink_to(outside)
    (folder / "d.ttl").write_text("<> <http://www.w3.org/2002/07/owl#imports> <link.ttl> .", encoding="utf-8")
    documents = read(["d.ttl"], Reading(root=folder))
    assert [file.name for file in documents.files] == ["d.ttl"]
    assert len(documents.local) == 1


def test_broken_files_are_noted_and_the_others_read_whole(folder: Path) -> None:
    (folder / "data/a.ttl").write_text(f"{TURTLE}:b :p ; oops .\n", encoding="utf-8")
    (folder / "data/b.nt.gz").write_bytes(b"\x1f\x8bnothing")
    (folder / "data/below/c.ttl").write_text(TURTLE, encoding="utf-8")
    documents = read(["d.ttl", "data"], Reading(tolerant=True))
    assert [file.name for file in documents.files] == ["d.ttl", "data/below/c.ttl"]
    assert [(error.rule, error.place.file, error.place.line) for error in documents.failed] == [
        ("syntax-error", "data/a.ttl", 3),
        ("unreadable", "data/b.nt.gz", None),
    ]
    assert len(documents.store) == 1


def test_the_background_is_beside_the_data_and_apart_from_it(folder: Path) -> None:
    (folder / "data/a.ttl").write_text(TURTLE, encoding="utf-8")
    (folder / "d.ttl").write_text('@prefix : <http://e/> . :b :name "b" .', encoding="utf-8")
    documents = read(["data/a.ttl"], Reading(background=["d.ttl"]))
    graphs = [
        len(list(documents.store.quads_for_pattern(None, None, None, graph))) for graph in documents.graphs
    ]
    assert graphs == [1, 1]
    wanted = Wanted(ox.NamedNode(f"{E}b"))
    assert documents.places([wanted])[wanted] == Place("d.ttl", line=1, offset=25)
