"""The reading of RDF files into one store, and the way from the store back to the files."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox

from iomgraph.errors import SettingsError
from iomgraph.findings import Place
from iomgraph.validation.documents import files, limits
from iomgraph.validation.documents.files import File
from iomgraph.validation.documents.limits import DocumentError
from iomgraph.validation.documents.places import Spot, Wanted, left_out
from iomgraph.validation.shacl.terms import Term, changes_in_store, kept

OXIGRAPH: Mapping[str, ox.RdfFormat] = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
IMPORTS = ox.NamedNode("http://www.w3.org/2002/07/owl#imports")
BACKGROUND = ox.NamedNode("urn:x-iomgraph:background")
_PACKED = 10

LARGE = 300_000_000
"""Most bytes of files to read into memory; more go into a store on disk."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Options for reading files.

    Args:
        data_format: the format of all files whose extensions do not tell it; in the background, only of those
            with an unknown extension.
        option: the option by which users name that format.
        without: beginning of the names of graphs to leave out; none by default.
        background: files, folders or patterns that are used but not checked.
        root: folder in which to read local files that `owl:imports` names; without it, none is read.
        tolerant: note files that can't be read or are not well-formed, and read the others.
    """

    data_format: str = ""
    option: str = "--data-format"
    without: str = ""
    background: Sequence[str | Path | File] = ()
    root: Path | None = None
    tolerant: bool = False


@dataclass(slots=True)
class Documents:
    """RDF files in a store.

    Args:
        store: all their triples, exactly as written (`validate(exact=True)`): in the default graph, those
            of the background in the graph `BACKGROUND`.
        files: the files that were read.
        reading: the options.
        imports: IRIs elsewhere that `owl:imports` names, which are not fetched.
        local: local files that `owl:imports` names and that were not read, with the documents that import
            them.
        failed: reasons why files were not read, if tolerated.
        empty: names of the files without triples.
        prefixes: prefixes declared in Turtle, to their namespaces.
        first: blank node to the number of its file and to its turn: twice the number of the triple in which
            it first occurs, plus one if it is the object.
        folder: holds the store if the files are too large for memory; removed with this object.
    """

    store: ox.Store
    files: list[File]
    reading: Reading = Reading()
    imports: list[str] = field(default_factory=list)
    local: dict[str, Term] = field(default_factory=dict)
    failed: list[DocumentError] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    prefixes: dict[str, str] = field(default_factory=dict)
    first: dict[ox.BlankNode, tuple[int, int]] = field(default_factory=dict)
    folder: TemporaryDirectory[str] | None = None

    @property
    def graphs(self) -> list[ox.NamedNode | ox.DefaultGraph]:
        """The graphs of the store to merge."""
        return [ox.DefaultGraph(), *([BACKGROUND] if any(file.background for file in self.files) else [])]

    def places(self, wanted: Collection[Wanted]) -> dict[Wanted, Place]:
        """Find the places of triples, or of things that lack a triple.

        Args:
            wanted: requests, each with a subject, and optionally the predicate and object of a triple.

        Returns:
            the place of the triple; without an object, that of the first triple with subject and predicate;
            else that of the subject's first description. Requests without a place are left out.

        Raises:
            SourceError: if a file has gone or changed since it was read.
        """
        found: dict[Wanted, Place] = {}
        for number, file in enumerate(self.files):
            open_ones = [one for one in wanted if one not in found and self._may_be_in(one, number)]
            if not open_ones:
                continue
            blank = {turn: node for node, (there, turn) in self.first.items() if there == number}
            for one, spot in _spots(file, open_ones, blank, self.reading.without).items():
                found[one] = Place(file.name, line=spot.line, offset=spot.offset, label=spot.label)
        return found

    def _may_be_in(self, one: Wanted, number: int) -> bool:
        return (
            not isinstance(one.subject, ox.BlankNode) or self.first.get(one.subject, (number,))[0] == number
        )


def read(paths: Sequence[str | Path | File], reading: Reading = Reading()) -> Documents:
    r"""Read RDF files of any format into one store.

    Nothing is fetched: neither `owl:imports`, nor remote contexts of JSON-LD, nor DTDs.

    Args:
        paths: files, folders or patterns; Turtle, TriG, N-Triples, N-Quads, JSON-LD or RDF/XML in any
            declared encoding, optionally compressed (gzip).
        reading: options.

    Raises:
        SettingsError: if an extension is that of no RDF format.
        DocumentError: if a file can't be read or has a syntax error, with line, column and fault.

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
    behind = [replace(one, background=True) for one in _background(reading)]
    named = files.expand(paths, reading.data_format, reading.option)
    documents = _read(files.expand([*named, *behind]), reading)
    while documents.local and reading.root:
        more = [File(path, files.told(path), _shown(path)) for path in _within(documents, reading.root)]
        if not more:
            break
        documents = _read([*documents.files, *more], reading)
    return documents


def _background(reading: Reading) -> Iterator[File]:
    """Yield the files of the background; those whose names do not tell a format have that of the data."""
    for path in reading.background:
        try:
            yield from files.expand([path])
        except SettingsError:
            if not reading.data_format:
                raise
            yield from files.expand([path], reading.data_format)


def _read(chosen: Sequence[File], reading: Reading) -> Documents:
    """Fill a store, which is discarded after a fault, because it then has half a file."""
    failed: list[DocumentError] = []
    while True:
        folder = _folder(chosen)
        store = ox.Store(folder.name) if folder else ox.Store()
        documents = Documents(store, list(chosen), reading, failed=failed, folder=folder)
        try:
            for number, file in enumerate(chosen):
                store.bulk_extend(_noted(file, number, documents))
        except DocumentError as error:
            if not reading.tolerant:
                raise
            del store, documents
            chosen, found = _sound(chosen, error)
            failed += found
        else:
            _note_imports(documents)
            return documents


def _sound(chosen: Sequence[File], error: DocumentError) -> tuple[list[File], list[DocumentError]]:
    """Return the readable files, and the faults of the others; those before the fault are sound."""
    at = next(number for number, file in enumerate(chosen) if file.name == error.place.file)
    sound, found = list(chosen[:at]), [error]
    for file in chosen[at + 1 :]:
        try:
            for _ in _quads(file, {}):
                pass
        except DocumentError as other:
            found.append(other)
        else:
            sound.append(file)
    return sound, found


def _folder(chosen: Sequence[File]) -> TemporaryDirectory[str] | None:
    """A folder for the store on disk, if the files are large; missing files are reported later."""
    sizes = (
        file.path.stat().st_size * (_PACKED if file.path.suffix == ".gz" else 1)
        for file in chosen
        if file.path.is_file()
    )
    # The store may outlive its folder for a moment when both are removed.
    return TemporaryDirectory(prefix="iomgraph-", ignore_cleanup_errors=True) if sum(sizes) > LARGE else None


def _note_imports(documents: Documents) -> None:
    """Note the imports that were not read, of local files and elsewhere."""
    have = {file.base for file in documents.files}
    for quad in documents.store.quads_for_pattern(None, IMPORTS, None):
        if isinstance(quad.object, ox.NamedNode) and quad.object.value not in have:
            if quad.object.value.startswith("file:"):
                documents.local[quad.object.value] = cast(Term, quad.subject)
            else:
                documents.imports.append(quad.object.value)
    documents.imports = sorted(set(documents.imports))


def _within(documents: Documents, root: Path) -> list[Path]:
    """The imported files that exist below a folder; links are resolved first."""
    paths = (Path(unquote(urlsplit(iri).path)).resolve() for iri in documents.local)
    tried = {error.place.file for error in documents.failed}
    return [
        path
        for path in sorted(paths)
        if path.is_relative_to(root.resolve()) and path.is_file() and _shown(path) not in tried
    ]


def _shown(path: Path) -> str:
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()


def _noted(file: File, number: int, documents: Documents) -> Iterator[ox.Quad]:
    """Yield the triples of a file from all graphs, and note the first turn of blank nodes."""
    first, default = documents.first, ox.DefaultGraph()
    graph = BACKGROUND if file.background else default
    moved, without = file.format.supports_graphs or file.background, documents.reading.without
    rank = -1
    for rank, quad in enumerate(_quads(file, documents.prefixes)):
        subject, target = quad.subject, quad.object
        # These types have no subclasses, and this is done for each of millions.
        if type(subject) is ox.BlankNode and subject not in first:
            first[subject] = (number, 2 * rank)
        if type(target) is ox.BlankNode and target not in first:
            first[target] = (number, 2 * rank + 1)
        if moved and left_out(quad, without):
            continue
        if type(target) is ox.Literal and changes_in_store(target):
            yield ox.Quad(subject, quad.predicate, kept(target), graph)
        elif moved and quad.graph_name != graph:
            yield ox.Quad(subject, quad.predicate, target, graph)
        else:
            yield quad
    if rank < 0:
        documents.empty.append(file.name)


def _quads(file: File, prefixes: dict[str, str]) -> Iterator[ox.Quad]:
    try:
        with files.opened(file) as stream:
            # Two files may use the same label for two blank nodes, so each gets its own names.
            parsed = ox.parse(
                stream, format=OXIGRAPH[file.format.name], base_iri=file.base, rename_blank_nodes=True
            )
            yield from parsed
            prefixes.update(parsed.prefixes)
    except SyntaxError as error:
        raise _misspelt(file, error) from None
    except MemoryError:
        raise DocumentError(
            f"a term or a comment is longer than {limits.TERM_BYTES >> 20} MiB",
            place=Place(file.name),
            step="put the long text into a file of its own",
        ) from None


def _misspelt(file: File, error: SyntaxError) -> DocumentError:
    place = Place(file.name, line=error.lineno, offset=error.offset)
    why = re.sub(r"^Parser error at line \d+ (between columns \d+ and \d+|column \d+): ", "", str(error.msg))
    if "LoadDocumentCallback" in why:
        return DocumentError(
            "the file refers to a remote context, which is never fetched",
            place=Place(file.name),
            step="put the context into the file",
        )
    return limits.misspelt(why, place)


def _spots(
    file: File, wanted: Sequence[Wanted], blank: Mapping[int, ox.BlankNode], without: str
) -> Mapping[Wanted, Spot]:
    """Look for triples in one file, reading it a second time."""
    # The search for places imports slowly, and only findings need it.
    name = file.format.name
    with files.opened(file) as stream:
        if name == "jsonld":
            from iomgraph.validation.documents import pointers

            return pointers.find(stream.read().decode(), wanted, file.base)
        from iomgraph.validation.documents import positions, statements

        if name == "turtle":
            return statements.find(stream.read(), file.base, wanted, blank)
        return positions.find(stream, name, OXIGRAPH[name], file.base, wanted, blank, without)
