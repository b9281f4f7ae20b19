"""The quads of a release for a push: counted, and cut into batches under other graph names."""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from iomgraph.errors import PublicationError
from iomgraph.processes import batched
from iomgraph.release import lines, manifest, quads
from iomgraph.release.dumps import NQUADS

T = TypeVar("T")
FACTS = "facts"
"""The end of the name of the graph of facts, for stores without a separate default graph."""
SAMPLE = 200
"""The number of quads to look up one by one in the store."""
_READ = 50_000

# SPARQL may read `\\u0041` as an escape (SPARQL 1.1, section 19.2); N-Quads does not.
_AMBIGUOUS = re.compile(r"(?<!\\)((?:\\\\)+)([uU])")


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a release: its graphs, counted and hashed.

    Args:
        digest: the first half of the SHA-256 of its quads, in hexadecimal digits: the name of the version.
        counts: graph, in angle brackets and empty for the default graph, to number of quads.
        digests: graph to the first half of the SHA-256 of its quads.
        sample: some of its lines.
        size: size of all lines, in bytes.
    """

    digest: str
    counts: Mapping[str, int]
    digests: Mapping[str, str]
    sample: tuple[str, ...]
    size: int

    @property
    def total(self) -> int:
        """Number of quads."""
        return sum(self.counts.values())


def content(release: Path) -> Content:
    """Check a release against its manifest, and count its quads.

    Raises:
        PublicationError: if it is not a release, or a file is missing, truncated, altered or not listed.
    """
    if changed := manifest.differences(release):
        step = "build it again, or fetch it anew; nothing was sent"
        named = ", ".join(changed[:5]) + (", …" if len(changed) > 5 else "")
        raise PublicationError(f"the release is not as it was published: {named}", where=release, step=step)
    digest = name_of(manifest.read(release))
    hashes: dict[str, hashlib._Hash] = {}
    counts, sample, chance = Counter[str](), list[str](), random.Random(digest)  # noqa: S311 (no secret)
    number = size = 0
    for some in batched(quads.read(release), _READ):
        for graph, members in by_graph(some, lambda line, _: line).items():
            text = "".join(members).encode()
            size += len(text)
            counts[graph] += len(members)
            hashes.setdefault(graph, hashlib.sha256()).update(text)
        # Every line has the same chance to be in the sample (reservoir sampling).
        for line in some:
            at = number if number < SAMPLE else int(chance.random() * (number + 1))
            if at < SAMPLE:
                sample[at : at + 1] = [line]
            number += 1
    digests = {graph: found.hexdigest()[:32] for graph, found in hashes.items()}
    return Content(digest, dict(sorted(counts.items())), digests, tuple(sample), size)


def name_of(entries: Iterable[manifest.Entry]) -> str:
    """Return the name of a version in a store: the first half of the SHA-256 of its quads.

    Args:
        entries: the files of the release.

    Raises:
        PublicationError: if the quads are not among them.
    """
    if found := quads.digest(entries):
        return found[:32]
    raise PublicationError("the release has no quads", where=NQUADS, step="build it again")


def batches(
    release: Path, size: int, skip: int = 0, without: Collection[str] = ()
) -> Iterator[tuple[int, dict[str, list[str]]]]:
    """Cut the quads of a release into batches.

    Args:
        release: its folder.
        size: quads per batch.
        skip: number of quads to leave out at the beginning.
        without: graphs to leave out.

    Yields:
        the number of quads up to the batch's end; and graph to its triples, as lines of N-Triples.
    """
    done = skip
    for some in batched(islice(quads.read(release), skip, None), size):
        done += len(some)
        graphs = by_graph(some)
        yield done, {graph: triples for graph, triples in graphs.items() if graph not in without}


def triple_of(line: str, graph: str) -> str:
    r"""Cut the graph off a line of N-Quads.

    Example:
        >>> triple_of("<urn:s> <urn:p> <urn:o> <urn:g> .\n", "<urn:g>")
        '<urn:s> <urn:p> <urn:o> .\n'
    """
    return f"{line[: -len(graph) - 4]} .\n" if graph else line


def in_sparql(triple: str) -> str:
    r"""Write a line of N-Triples so that every SPARQL parser reads it in the same way.

    Example:
        >>> print(in_sparql(r'<urn:s> <urn:p> "\\u0041" .'))
        <urn:s> <urn:p> "\\\u00750041" .
    """
    if "\\\\" not in triple:
        return triple
    return _AMBIGUOUS.sub(lambda found: f"{found[1]}\\u{ord(found[2]):04X}", triple)


def by_graph(some: Iterable[str], cut: Callable[[str, str], str] = triple_of) -> dict[str, list[str]]:
    r"""Sort lines by graph.

    Args:
        some: lines of N-Quads.
        cut: makes the result from a line and its graph; by default, the triple.

    Example:
        >>> by_graph(["<urn:s> <urn:p> <urn:o> .\n", "<urn:s> <urn:p> <urn:o> <urn:g> .\n"])
        {'': ['<urn:s> <urn:p> <urn:o> .\n'], '<urn:g>': ['<urn:s> <urn:p> <urn:o> .\n']}
    """
    graphs: dict[str, list[str]] = {}
    for line in some:
        graph = lines.graph_of(line)
        graphs.setdefault(graph, []).append(cut(line, graph))
    return graphs


def block(graphs: Mapping[str, Iterable[str]], place: Callable[[str], str]) -> str:
    r"""Write triples by graph, as data or as a pattern of SPARQL.

    Args:
        graphs: graph to triples.
        place: gives the IRI that a graph has in the store; empty for the default graph.

    Example:
        >>> graphs = {"": ["<urn:a> <urn:p> 1 .\n"], "<urn:g>": ["<urn:b> <urn:p> 2 .\n"]}
        >>> print(block(graphs, lambda graph: graph[1:-1]), end="")
        <urn:a> <urn:p> 1 .
        GRAPH <urn:g> {
        <urn:b> <urn:p> 2 .
        }
    """
    parts: list[str] = []
    for graph, triples in graphs.items():
        name = place(graph)
        parts += [f"GRAPH <{name}> {{\n", _joined(triples), "}\n"] if name else [_joined(triples)]
    return "".join(parts)


def _joined(triples: Iterable[str]) -> str:
    """Write triples without repeating shared subjects and predicates, which saves a third of the text."""
    parts: list[str] = []
    before, end = ("", ""), ""
    for triple in triples:
        subject, predicate, rest = in_sparql(triple).split(" ", 2)
        value = rest[:-3]
        if (subject, predicate) == before:
            parts.append(f" , {value}")
        elif subject == before[0]:
            parts.append(f" ;\n{predicate} {value}")
        else:
            parts.append(f"{end}{subject} {predicate} {value}")
            end = " .\n"
        before = subject, predicate
    return f"{''.join(parts)} .\n" if parts else ""


@dataclass(frozen=True, slots=True)
class Names:
    """The graphs that a push uses, all below the release's own.

    Args:
        graphs: the beginning of the IRIs of its graphs.
        digest: digest of the version.
    """

    graphs: str
    digest: str

    @property
    def log(self) -> str:
        """The graph of notes on the version in the store and on versions being loaded."""
        return f"{self.graphs}push"

    @property
    def facts(self) -> str:
        """The graph of facts in a store without a separate default graph."""
        return f"{self.graphs}{FACTS}"

    @property
    def loading(self) -> str:
        """The beginning of the names of all loaded graphs, of this version and any other."""
        return f"{self.log}/"

    @property
    def mark(self) -> str:
        """The mark of the version: the beginning of the names of its loaded graphs."""
        return f"{self.loading}{self.digest}"

    def iri(self, graph: str) -> str:
        """Return the IRI of a graph of the release; for the default graph, that of the facts."""
        return graph[1:-1] or self.facts

    def is_content(self, iri: str) -> bool:
        """Tell whether a graph in the store belongs to a release and not to a push."""
        return iri.startswith(self.graphs) and iri != self.log and not iri.startswith(self.loading)

    def staged(self, graph: str) -> str:
        """Return the IRI under which a graph (in angle brackets, or empty for the default one) is loaded.

        Example:
            >>> Names("http://a/graph/", "12ab").staged("<http://a/graph/claims/x>")
            'http://a/graph/push/12ab/claims/x'
            >>> Names("http://a/graph/", "12ab").staged("")
            'http://a/graph/push/12ab/facts'
        """
        iri = self.iri(graph)
        own = iri.removeprefix(self.graphs)
        return f"{self.mark}/{own if own != iri else quote(iri, safe='')}"
