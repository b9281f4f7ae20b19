"""Files of RDF into one store, and from the store back to the files."""

from __future__ import annotations

import gzip
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast

import pyoxigraph as ox

from iomgraph import formats
from iomgraph.errors import SourceError
from iomgraph.findings import Place
from iomgraph.formats import Kind
from iomgraph.validation.documents import pointers, positions
from iomgraph.validation.documents.positions import Spot, Wanted
from iomgraph.validation.shacl import exact_quads

OXIGRAPH: Mapping[str, ox.RdfFormat] = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_IMPORTS = ox.NamedNode("http://www.w3.org/2002/07/owl#imports")
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_HEAD = 65536
_PACKED = 10

LARGE = 300_000_000
"""So many bytes of files are read into memory; more go into a store on disk."""


@dataclass(slots=True)
class Documents:
    """RDF files in a store.

    Args:
        store: all their triples in the default graph, exactly as written: `validate(exact=True)`.
        paths: the files.
        without: what the names of the graphs begin with that were left out.
        imports: IRIs that `owl:imports` names; they are never fetched.
        first: blank node to the number of its file, and to its turn: twice the number of the triple in
            which it comes first, and one more where it is the object.
        folder: holds the store where the files are too large for memory; it goes when this goes.
    """

    store: ox.Store
    paths: Sequence[Path]
    without: str = ""
    imports: Collection[str] = ()
    first: dict[ox.BlankNode, tuple[int, int]] = field(default_factory=dict)
    folder: TemporaryDirectory[str] | None = None

    def places(self, wanted: Collection[Wanted]) -> dict[Wanted, Place]:
        """Where triples stand, or the things that lack one.

        Args:
            wanted: each a subject, and maybe the predicate and object of the triple that is asked for.

        Returns:
            the place of the triple; of the first triple with subject and predicate where no object is
            given; else of where the subject is first described. What stands nowhere is left out.

        Raises:
            SourceError: if a file has gone or changed since it was read.
        """
        found: dict[Wanted, Place] = {}
        for number, path in enumerate(self.paths):
            open_ones = [one for one in wanted if one not in found and self._may_be_in(one, number)]
            if not open_ones:
                continue
            blank = {turn: node for node, (file, turn) in self.first.items() if file == number}
            for one, spot in _spots(path, open_ones, blank, self.without).items():
                found[one] = Place(path.as_posix(), line=spot.line, offset=spot.offset, label=spot.label)
        return found

    def _may_be_in(self, one: Wanted, number: int) -> bool:
        return (
            not isinstance(one.subject, ox.BlankNode) or self.first.get(one.subject, (number,))[0] == number
        )


def read(paths: Sequence[Path], without: str = "") -> Documents:
    r"""Read RDF files of any format, told by their extensions, into one store.

    Nothing is fetched: neither `owl:imports`, nor remote contexts of JSON-LD, nor DTDs.

    Args:
        paths: Turtle, TriG, N-Triples, N-Quads, JSON-LD or RDF/XML; each may be compressed (`.gz`).
        without: what the names of graphs begin with that are left out; none by default.

    Raises:
        SettingsError: if an extension is that of no RDF format.
        SourceError: if a file can't be read or has a syntax error: its line, column, and what is wrong.

    Example:
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "people.ttl"
        >>> _ = path.write_text("@prefix : <http://e/> .\n:anna :age 30 ,\n  31 .\n", encoding="utf-8")
        >>> documents = read([path])
        >>> wanted = Wanted(ox.NamedNode("http://e/anna"), "http://e/age", ox.Literal(31))
        >>> place = documents.places([wanted])[wanted]
        >>> place.line, place.offset
        (3, 3)
    """
    folder = _folder(paths)
    documents = Documents(ox.Store(folder.name) if folder else ox.Store(), paths, without, folder=folder)
    imports: set[str] = set()
    for number, path in enumerate(paths):
        documents.store.bulk_extend(exact_quads(_noted(path, number, documents, imports)))
    documents.imports = sorted(imports)
    return documents


def _folder(paths: Sequence[Path]) -> TemporaryDirectory[str] | None:
    """A place for the store on disk, if the files are large; one that is missing is told of later."""
    sizes = (
        path.stat().st_size * (_PACKED if path.suffix == ".gz" else 1) for path in paths if path.is_file()
    )
    # The store may outlive its folder for a moment, when both go together.
    return TemporaryDirectory(prefix="iomgraph-", ignore_cleanup_errors=True) if sum(sizes) > LARGE else None


def _noted(path: Path, number: int, documents: Documents, imports: set[str]) -> Iterator[ox.Quad]:
    """The triples of a file, whatever their graph; blank nodes and imports are noted on the way."""
    first, default = documents.first, ox.DefaultGraph()
    for rank, quad in enumerate(_quads(path)):
        for turn, node in enumerate((quad.subject, quad.object), 2 * rank):
            if isinstance(node, ox.BlankNode) and node not in first:
                first[node] = (number, turn)
        if quad.predicate == _IMPORTS and isinstance(quad.object, ox.NamedNode):
            imports.add(quad.object.value)
        if quad.graph_name != default and positions.left_out(quad, documents.without):
            continue
        yield quad if quad.graph_name == default else ox.Quad(quad.subject, quad.predicate, quad.object)


def _quads(path: Path) -> Iterator[ox.Quad]:
    kind = formats.of_file(path)
    formats.find(kind.name, Kind.RDF)
    try:
        with _opened(path) as stream:
            if kind.name == "rdfxml" and _DOCTYPE.search(stream.read(_HEAD)):
                raise SourceError(
                    "the file has a document type, whose entities could do harm",
                    where=path,
                    step="take the DOCTYPE out, and write out what its entities stand for",
                )
            stream.seek(0)
            # Two files may use one label for two blank nodes, so that each gets names of its own.
            yield from ox.parse(
                stream, format=OXIGRAPH[kind.name], base_iri=_base(path), rename_blank_nodes=True
            )
    except SyntaxError as error:
        raise _misspelt(path, error) from None
    except (OSError, EOFError) as error:
        raise SourceError(
            f"the file can't be read ({error.strerror if isinstance(error, OSError) else error})",
            where=path,
            step="check the path, or restore the file",
        ) from error


def _opened(path: Path) -> AbstractContextManager[IO[bytes]]:
    return cast(IO[bytes], gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _base(path: Path) -> str:
    return path.resolve().as_uri()


def _misspelt(path: Path, error: SyntaxError) -> SourceError:
    place = Place(path.as_posix(), line=error.lineno, offset=error.offset)
    why = re.sub(r"^Parser error at line \d+ (between columns \d+ and \d+|column \d+): ", "", str(error.msg))
    if "LoadDocumentCallback" in why:
        return SourceError(
            "the file names a remote context, and nothing is fetched",
            where=path,
            step="put the context into the file",
        )
    return SourceError(f"syntax error: {why}", where=place, step="mend the file at this place, or just above")


def _spots(
    path: Path, wanted: Sequence[Wanted], blank: Mapping[int, ox.BlankNode], without: str
) -> Mapping[Wanted, Spot]:
    """Look for triples in one file, reading it a second time."""
    name = formats.of_file(path).name
    with _opened(path) as stream:
        if name == "jsonld":
            return pointers.find(stream.read().decode("utf-8-sig"), wanted, _base(path))
        return positions.find(stream, name, OXIGRAPH[name], _base(path), wanted, blank, without)
