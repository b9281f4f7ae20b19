"""The one table of formats in which RDF and the results of SPARQL queries are written.

All code that needs a media type, an extension or the list of known names looks them up here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import PurePath

from iomgraph.errors import SettingsError


class Kind(Enum):
    """A kind of data that a format can carry."""

    RDF = "RDF"
    RESULTS = "SPARQL results"


@dataclass(frozen=True, slots=True)
class Format:
    """A format of RDF or of query results.

    Args:
        name: the word that a user types.
        media_type: as registered with IANA, without parameters.
        extension: of a file, with its dot.
        kind: the kind of data that it carries.
        supports_graphs: it can hold named graphs; False for results.
        label: its name for readers.
        iri: its name in VoID and SPARQL service descriptions (https://www.w3.org/ns/formats/).
    """

    name: str
    media_type: str
    extension: str
    kind: Kind
    supports_graphs: bool
    label: str
    iri: str


_W3C = "http://www.w3.org/ns/formats/"

FORMATS: tuple[Format, ...] = (
    Format("turtle", "text/turtle", ".ttl", Kind.RDF, False, "Turtle", f"{_W3C}Turtle"),
    Format("trig", "application/trig", ".trig", Kind.RDF, True, "TriG", f"{_W3C}TriG"),
    Format("ntriples", "application/n-triples", ".nt", Kind.RDF, False, "N-Triples", f"{_W3C}N-Triples"),
    Format("nquads", "application/n-quads", ".nq", Kind.RDF, True, "N-Quads", f"{_W3C}N-Quads"),
    Format("jsonld", "application/ld+json", ".jsonld", Kind.RDF, True, "JSON-LD", f"{_W3C}JSON-LD"),
    Format("rdfxml", "application/rdf+xml", ".rdf", Kind.RDF, False, "RDF/XML", f"{_W3C}RDF_XML"),
    Format(
        "json",
        "application/sparql-results+json",
        ".srj",
        Kind.RESULTS,
        False,
        "SPARQL Results in JSON",
        f"{_W3C}SPARQL_Results_JSON",
    ),
    Format(
        "xml",
        "application/sparql-results+xml",
        ".srx",
        Kind.RESULTS,
        False,
        "SPARQL Results in XML",
        f"{_W3C}SPARQL_Results_XML",
    ),
    Format("csv", "text/csv", ".csv", Kind.RESULTS, False, "CSV", f"{_W3C}SPARQL_Results_CSV"),
    Format(
        "tsv", "text/tab-separated-values", ".tsv", Kind.RESULTS, False, "TSV", f"{_W3C}SPARQL_Results_TSV"
    ),
)
"""Every format that is read, written or served; the first of a kind is its default."""

READ_AS = {".n3": "turtle", ".owl": "rdfxml", ".xml": "rdfxml", ".json": "jsonld"}
"""Other common extensions of RDF files, each to the name of the format that it is read as."""

GZIP = "application/gzip"

# Files of a release that hold neither RDF nor results. The table of the standard library differs from machine
# to machine.
_OTHER_FILES = {
    ".atom": "application/atom+xml",
    ".css": "text/css",
    ".geojson": "application/geo+json",
    ".gz": GZIP,
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    # Not registered yet; https://jsonlines.org/ proposes it.
    ".jsonl": "application/jsonl",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".png": "image/png",
    ".rq": "application/sparql-query",
    ".sarif": "application/sarif+json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}

_INDEX = {
    key: entry
    for entry in FORMATS
    for key in (entry.name, entry.media_type, entry.extension, entry.extension.removeprefix("."))
}


def find(text: str, kind: Kind | None = None) -> Format:
    """Find the format that a name, an extension or a media type stands for.

    Args:
        text: `turtle`, `.ttl`, `ttl` or `text/turtle; charset=utf-8`; case does not matter.
        kind: the only kind to look among; without it, all.

    Raises:
        SettingsError: if there is none; the message lists the known names.

    Example:
        >>> find("ttl") is find("text/turtle; charset=utf-8") is find("Turtle")
        True
        >>> print(find("docx", Kind.RESULTS))
        Traceback (most recent call last):
        iomgraph.errors.SettingsError: there is no such format: docx
          Next: name one of json, xml, csv, tsv
    """
    entry = _INDEX.get(text.partition(";")[0].strip().lower())
    if entry is None or kind not in (None, entry.kind):
        known = ", ".join(entry.name for entry in FORMATS if kind in (None, entry.kind))
        raise SettingsError("there is no such format", where=text, step=f"name one of {known}")
    return entry


def of_file(name: str | PurePath) -> Format:
    """Find the format of a file by its extension; of a compressed file, the format of its content.

    Raises:
        SettingsError: if no format has that extension.

    Example:
        >>> of_file("dist/iomgraph.nq.gz").name
        'nquads'
    """
    path = PurePath(name)
    plain = path.with_suffix("") if path.suffix == ".gz" else path
    return find(plain.suffix or plain.name)


def of_rdf_file(name: str | PurePath, option: str = "--data-format") -> Format:
    """Find the RDF format of a file by its extension, including those that are common elsewhere.

    Args:
        name: of the file.
        option: the command-line option by which users can name the format.

    Raises:
        SettingsError: if no RDF format has that extension; the message names the file.

    Example:
        >>> of_rdf_file("pizza.owl").name, of_rdf_file("people.json.gz").name, of_rdf_file("a.TTL").name
        ('rdfxml', 'jsonld', 'turtle')
    """
    path = PurePath(name)
    plain = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    entry = _INDEX.get(READ_AS.get(plain.suffix.lower(), plain.suffix.lower()))
    if entry is None or entry.kind is not Kind.RDF:
        known = ", ".join(rdf_extensions())
        raise SettingsError(
            f"the file's extension is not that of an RDF format ({plain.suffix or 'none'})",
            where=name,
            step=f"name the format with {option}, or rename the file to end in one of {known}",
        )
    return entry


def rdf_extensions() -> tuple[str, ...]:
    """List the extensions of files that RDF is read from, sorted; `.gz` may follow each.

    Example:
        >>> rdf_extensions()
        ('.json', '.jsonld', '.n3', '.nq', '.nt', '.owl', '.rdf', '.trig', '.ttl', '.xml')
    """
    return tuple(sorted({*READ_AS, *(entry.extension for entry in FORMATS if entry.kind is Kind.RDF)}))


def media_type(name: str | PurePath) -> str:
    """Give the media type of any file of a release, as it is stored.

    Example:
        >>> media_type("iomgraph.ttl"), media_type("iomgraph.nt.gz"), media_type("LICENSE")
        ('text/turtle', 'application/gzip', 'application/octet-stream')
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in _OTHER_FILES:
        return _OTHER_FILES[suffix]
    return _INDEX[suffix].media_type if suffix in _INDEX else "application/octet-stream"


def content_type(name: str | PurePath) -> str:
    """Give the media type of the content of a file, looking through compression.

    Example:
        >>> content_type("iomgraph.nt.gz"), content_type("datapackage.json")
        ('application/n-triples', 'application/json')
    """
    return media_type(PurePath(name).with_suffix("") if media_type(name) == GZIP else name)
