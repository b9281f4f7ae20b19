"""Documents that would take all of the stack or of the memory are refused before a parser sees them."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from iomgraph import formats
from iomgraph.validation.documents import DocumentError, files, limits, read

RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'


def chain(length: int, *, backwards: bool = False) -> str:
    """A context in which each term is defined by the one before, the last of them used."""
    terms = [("t0", "http://e/"), *((f"t{n}", f"t{n - 1}:x") for n in range(1, length))]
    return json.dumps({"@context": dict(reversed(terms) if backwards else terms), f"t{length - 1}": "x"})


def typed_chain(length: int) -> str:
    terms = {f"t{n}": {"@id": "http://e/x", "@type": f"t{n - 1}"} for n in range(length, 0, -1)}
    return json.dumps({"@context": {"t0": "http://e/", **terms}, "t1": "x"})


DANGEROUS: dict[str, tuple[str, Callable[[], str], str]] = {
    "objects 5,000 deep": (
        "a.jsonld",
        lambda: '{"http://e/p":' * 5000 + "1" + "}" * 5000,
        "nest more than 200",
    ),
    "objects 600 deep": ("a.jsonld", lambda: '{"http://e/p":' * 600 + "1" + "}" * 600, "nest more than 200"),
    "arrays 100,000 deep": ("a.jsonld", lambda: "[" * 100_000 + "]" * 100_000, "nest more than 200"),
    "a chain of 5,000 terms": ("a.jsonld", lambda: chain(5000), "more than 200 levels deep"),
    "a chain from its end": ("a.jsonld", lambda: chain(5000, backwards=True), "more than 200 levels deep"),
    "a chain of types": ("a.jsonld", lambda: typed_chain(5000), "more than 200 levels deep"),
    "a chain under an escaped name": (
        "a.jsonld",
        lambda: chain(5000).replace("@context", "@cont\\u0065xt"),
        "more than 200 levels deep",
    ),
    "a number of 20,000 digits": ("a.jsonld", lambda: '{"http://e/p":' + "1" * 20_000 + "}", "1,000 digits"),
    "triple terms 10,000 deep": (
        "a.ttl",
        lambda: "<a:a> <a:b> " + "<<( <a:a> <a:b> " * 10_000 + "<a:c>" + ")>>" * 10_000 + " .",
        "nest more than 200",
    ),
    "triple terms deep in N-Triples": (
        "a.nt",
        lambda: "<a:a> <a:b> " + "<<( <a:a> <a:b> " * 10_000 + "<a:c>" + ")>>" * 10_000 + " .",
        "nest more than 200",
    ),
    "elements 100,000 deep": (
        "a.rdf",
        lambda: RDF + "<e:A><e:b>" * 50_000 + "</e:b></e:A>" * 50_000 + "</rdf:RDF>",
        "nest more than 200",
    ),
    "an entity behind a long comment": (
        "a.rdf",
        lambda: f'<!--{"x" * 70_000}--><!DOCTYPE a [<!ENTITY x "y">]>{RDF}</rdf:RDF>',
        "document type",
    ),
    "entities in entities": (
        "a.rdf",
        lambda: f'<!DOCTYPE a [<!ENTITY x "http://e/"><!ENTITY y "&x;&x;">]>{RDF}</rdf:RDF>',
        "document type",
    ),
    "an entity that is long": (
        "a.rdf",
        lambda: f'<!DOCTYPE a [<!ENTITY x "http://e/{"x" * 300}">]>{RDF}</rdf:RDF>',
        "document type",
    ),
    "an entity in another file": (
        "a.rdf",
        lambda: f'<!DOCTYPE a [<!ENTITY x SYSTEM "/etc/passwd">]>{RDF}</rdf:RDF>',
        "document type",
    ),
    "a parameter entity": (
        "a.rdf",
        lambda: f'<!DOCTYPE a [<!ENTITY % x "http://e/">]>{RDF}</rdf:RDF>',
        "document type",
    ),
    "a second document type": (
        "a.rdf",
        lambda: f'{RDF}<!DOCTYPE a [<!ENTITY x "y">]></rdf:RDF>',
        "syntax error",
    ),
    "a literal of 17 MiB": (
        "a.ttl",
        lambda: '<a:a> <a:b> "' + "x" * 17_825_792 + '" .',
        "longer than 16 MiB",
    ),
    "a comment of 17 MiB": ("a.nt", lambda: "#" + "x" * 17_825_792, "longer than 16 MiB"),
    "a JSON string of 17 MiB": (
        "a.jsonld",
        lambda: '{"http://e/p": "' + "x" * 17_825_792 + '"}',
        "longer than 16 MiB",
    ),
}


@pytest.mark.parametrize("name", DANGEROUS)
def test_what_would_end_the_process_is_refused_with_its_file(tmp_path: Path, name: str) -> None:
    file, make, said = DANGEROUS[name]
    path = tmp_path / file
    path.write_text(make(), encoding="utf-8")
    with pytest.raises(DocumentError, match=said) as stopped:
        read([path])
    assert path.as_posix() in str(stopped.value)
    assert "Next: " in str(stopped.value)


HARMLESS: dict[str, tuple[str, str, int]] = {
    "objects 150 deep": ("a.jsonld", '{"http://e/p":' * 150 + "1" + "}" * 150, 150),
    "a chain of 100 terms": ("a.jsonld", chain(100), 1),
    "brackets in strings": ("a.jsonld", json.dumps({"http://e/p": "[" * 5000 + '"' + "{" * 5000}), 1),
    "triple terms, one after the other": ("a.ttl", "<a:a> <a:b> <<( <a:a> <a:b> <a:c> )>> .\n" * 500, 1),
    "a document type without entities": (
        "a.rdf",
        f'<!DOCTYPE rdf:RDF>{RDF}<e:A rdf:about="http://e/a"/></rdf:RDF>',
        1,
    ),
    "a public document type": (
        "a.rdf",
        f'<!DOCTYPE rdf:RDF PUBLIC "-//E//EN" "http://e/e.dtd">{RDF}<e:A rdf:about="http://e/a"/></rdf:RDF>',
        1,
    ),
    "an entity that stands for an IRI": (
        "a.rdf",
        f'<!DOCTYPE rdf:RDF [<!ENTITY e "http://e/">]>{RDF}<e:A rdf:about="&e;a"/></rdf:RDF>',
        1,
    ),
    "a document type in a comment": (
        "a.rdf",
        f'{RDF}<!-- <!DOCTYPE a [] > --><e:A rdf:about="http://e/a"/></rdf:RDF>',
        1,
    ),
    "lists 100,000 deep": ("a.ttl", "<a:a> <a:b> " + "(" * 100_000 + ")" * 100_000 + " .", 199_999),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_harmless_is_read(tmp_path: Path, name: str) -> None:
    file, text, triples = HARMLESS[name]
    path = tmp_path / file
    path.write_text(text, encoding="utf-8")
    assert len(read([path]).store) == triples


def test_a_file_that_unpacks_to_much_more_than_files_do_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.nt.gz"
    path.write_bytes(gzip.compress(b"# nothing\n" * 1_000_000))
    assert len(read([path]).store) == 0
    monkeypatch.setattr(limits, "UNPACKED", 1_000_000)
    with pytest.raises(DocumentError, match="unpacks to more than 100 times its size") as stopped:
        read([path])
    assert "Next: unpack it" in str(stopped.value)


def test_a_file_is_refused_where_it_begins_to_swell_whatever_its_size(tmp_path: Path) -> None:
    path, stretch = tmp_path / "a.ttl.gz", gzip.compress(b"\n" * 50_000_000)
    path.write_bytes(gzip.compress(random.Random(1).randbytes(3_000_000).hex().encode()) + stretch * 40)
    with files.opened(files.File(path, formats.find("turtle"), "a.ttl.gz")) as stream:
        assert len(stream.read(6_000_000)) == 6_000_000
        with pytest.raises(OSError, match="unpacks to more than 100 times"):
            stream.read(20_000_000)
