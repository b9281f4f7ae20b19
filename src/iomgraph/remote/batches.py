"""The quads of a release on their way to a store: counted, and cut into batches under other graph names."""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from iomgraph.errors import PublicationError
from iomgraph.publication import lines, manifest
from iomgraph.publication.dumps import NQUADS

FACTS = "facts"
"""Ends the name of the graph of the facts where a store has no default graph of its own."""
SAMPLE = 200
"""So many quads are looked up one by one in the store."""

# In SPARQL `\\u0041` may be taken for an escape of its own (SPARQL 1.1, section 19.2), in N-Quads not.
_AMBIGUOUS = re.compile(r"(?<!\\)((?:\\\\)+)([uU])")


@dataclass(frozen=True, slots=True)
class Content:
    """What a release holds.

    Args:
        digest: the first half of the SHA-256 of its quads, in hexadecimal digits: the name of the version.
        counts: graph, in angle brackets and empty for the default graph, to number of quads.
        digests: graph to the first half of the SHA-256 of its quads.
        sample: some of its lines.
    """

    digest: str
    counts: Mapping[str, int]
    digests: Mapping[str, str]
    sample: tuple[str, ...]

    @property
    def total(self) -> int:
        """Number of quads."""
        return sum(self.counts.values())


def content(release: Path) -> Content:
    """Check a release against its manifest, and count what is in it.

    Raises:
        PublicationError: if it is none, or a file is missing, truncated, altered or not listed.
    """
    if changed := manifest.differences(release):
        step = "build it again, or fetch it anew; nothing was sent"
        named = ", ".join(changed[:5]) + (", …" if len(changed) > 5 else "")
        raise PublicationError(f"the release is not as it was published: {named}", where=release, step=step)
    listed = {entry.name: entry.sha256 for entry in manifest.read(release)}
    if NQUADS not in listed:
        raise PublicationError("the release has no quads", where=release / NQUADS, step="build it again")
    digest = listed[NQUADS][:32]
    hashes: dict[str, hashlib._Hash] = {}
    counts, sample, chance = Counter[str](), list[str](), random.Random(digest)  # noqa: S311 (no secret)
    for number, line in enumerate(lines.read(release / NQUADS)):
        graph = lines.graph_of(line)
        counts[graph] += 1
        hashes.setdefault(graph, hashlib.sha256()).update(line.encode())
        # Every line is as likely to be in the sample as any other (reservoir sampling).
        at = number if number < SAMPLE else chance.randrange(number + 1)
        if at < SAMPLE:
            sample[at : at + 1] = [line]
    digests = {graph: found.hexdigest()[:32] for graph, found in hashes.items()}
    return Content(digest, dict(sorted(counts.items())), digests, tuple(sample))


def batches(
    release: Path, size: int, skip: int = 0, without: Collection[str] = ()
) -> Iterator[tuple[int, dict[str, list[str]]]]:
    """Cut the quads of a release into batches.

    Args:
        release: its folder.
        size: how many quads a batch has.
        skip: how many quads to leave out at the beginning.
        without: graphs to leave out.

    Yields:
        how many quads there are up to the batch's end; and graph to its triples, as lines of N-Triples.
    """
    source = islice(lines.read(release / NQUADS), skip, None)
    done = skip
    while some := list(islice(source, size)):
        done += len(some)
        graphs: dict[str, list[str]] = {}
        for line in some:
            graph = lines.graph_of(line)
            if graph not in without:
                graphs.setdefault(graph, []).append(triple_of(line, graph))
        yield done, graphs


def triple_of(line: str, graph: str) -> str:
    r"""Cut the graph off a line.

    Example:
        >>> triple_of("<urn:s> <urn:p> <urn:o> <urn:g> .\n", "<urn:g>")
        '<urn:s> <urn:p> <urn:o> .\n'
    """
    return f"{line[: -len(graph) - 4]} .\n" if graph else line


def in_sparql(triple: str) -> str:
    r"""Write a line of N-Triples so that every reader of SPARQL takes it for the same.

    Example:
        >>> print(in_sparql(r'<urn:s> <urn:p> "\\u0041" .'))
        <urn:s> <urn:p> "\\\u00750041" .
    """
    if "\\\\" not in triple:
        return triple
    return _AMBIGUOUS.sub(lambda found: f"{found[1]}\\u{ord(found[2]):04X}", triple)


def insertion(graphs: Mapping[str, Iterable[str]], staged: Callable[[str], str]) -> str:
    """Write a batch as an INSERT DATA (SPARQL 1.1 Update, section 3.1.1).

    Args:
        graphs: graph to triples.
        staged: gives the IRI that a graph is loaded under.
    """
    blocks = (
        f"GRAPH <{staged(graph)}> {{\n{''.join(map(in_sparql, triples))}}}\n"
        for graph, triples in graphs.items()
    )
    return f"INSERT DATA {{\n{''.join(blocks)}}}"


@dataclass(frozen=True, slots=True)
class Names:
    """The graphs that a push uses, all below the release's own.

    Args:
        graphs: what the IRIs of its graphs start with.
        digest: of the version.
    """

    graphs: str
    digest: str

    @property
    def record(self) -> str:
        """The graph that says which version stands, and which are being loaded."""
        return f"{self.graphs}push"

    @property
    def facts(self) -> str:
        """The graph of the facts where a store has no default graph of its own."""
        return f"{self.graphs}{FACTS}"

    def of(self, digest: str) -> str:
        """The mark of a version, and what the names of its loaded graphs start with."""
        return f"{self.record}/{digest}"

    def staged(self, graph: str) -> str:
        """The graph that another, in angle brackets or empty for the default one, is loaded under.

        Example:
            >>> Names("http://a/graph/", "12ab").staged("<http://a/graph/claims/x>")
            'http://a/graph/push/12ab/claims/x'
            >>> Names("http://a/graph/", "12ab").staged("")
            'http://a/graph/push/12ab/facts'
        """
        iri = graph[1:-1] or self.facts
        own = iri.removeprefix(self.graphs)
        return f"{self.of(self.digest)}/{own if own != iri else quote(iri, safe='')}"
