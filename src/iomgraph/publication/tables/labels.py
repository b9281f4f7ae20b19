"""The labels of things, which tables show beside codes: found part by part, and known to all parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from iomgraph import iris
from iomgraph.cache import digest
from iomgraph.mapping.context import BY_LANGUAGE, Context
from iomgraph.mapping.dataset import Dataset
from iomgraph.mapping.writers import as_list
from iomgraph.processes import JSON
from iomgraph.publication.pieces import Graphs, Made, Maker, Pieces
from iomgraph.publication.tables.columns import label
from iomgraph.publication.tables.records import of_tables
from iomgraph.records.record import Record

_LABELS, _TARGETS = "labels", "targets"


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels and classes of the things that have them.

    Args:
        texts: CURIE of a thing that has a record to its label, empty where it has none. Things of ours
            without a label are left out.
        classes: CURIE of such a thing to the table that it is in.
        base_iri: the beginning of our IRIs.
        read: digest of what each part reads of these; empty without a cache.
    """

    texts: Mapping[str, str]
    classes: Mapping[str, str]
    base_iri: str
    read: Sequence[bytes] = ()


def maker(parts: Sequence[Dataset], context: Context, base_iri: str, *, targets: bool) -> Maker:
    """Make the maker of the labels of parts.

    Args:
        parts: of the data.
        context: the meaning of records.
        base_iri: the beginning of our IRIs.
        targets: whether to find what parts read of other things, for a cache.
    """
    return _Maker(context, base_iri, targets, [base_iri.encode()] * len(parts))


def of(found: Pieces, base_iri: str) -> Labels:
    """Gather the labels of all parts.

    Args:
        found: the pieces that the maker made, among others.
        base_iri: the beginning of our IRIs.
    """
    texts, classes = dict[str, str](), dict[str, str]()
    for piece in found.of(_LABELS):
        for name, (text, kind) in JSON.read(piece).items():
            texts[name], classes[name] = text, kind
    read = [
        digest(JSON.write([(name, texts.get(name), classes.get(name)) for name in JSON.read(piece)]))
        for piece in found.of(_TARGETS)
    ]
    return Labels(texts, classes, base_iri, read)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the labels of a part, and the names of the things outside that it links to."""

    context: Context
    base_iri: str
    targets: bool
    keys: Sequence[bytes]
    kind: str = _LABELS

    def __call__(self, graphs: Graphs) -> Made:
        records = list(of_tables(graphs))
        found = {
            record["id"]: [text, record["type"][0]]
            for record in records
            if (text := named(record, self.context, self.base_iri)) is not None
        }
        made = {_LABELS: JSON.write(found)}
        if self.targets:
            linked = targets(records, self.context) - found.keys()
            made[_TARGETS] = JSON.write(sorted(linked))
        return made


def named(record: Record, context: Context, base_iri: str) -> str | None:
    """Return the label of a record, for others; None if it has none and is ours.

    Our things are shown as CURIEs in any case.

    Args:
        record: a record at the top of a graph.
        context: expands its name.
        base_iri: the beginning of our IRIs.
    """
    text = label(record)
    return text if text or iris.local(context.expand(record["id"]), base_iri) is None else None


def targets(records: Iterable[Record], context: Context) -> set[str]:
    """Find the CURIEs of all things that records and their nested ones link to, to show their labels.

    Args:
        records: records of tables.
        context: knows the terms that link.
    """
    terms = context.document["@context"].items()
    known = {term: one for term, one in terms if isinstance(one, Mapping)}
    links = {term for term, one in known.items() if one.get("@type") == "@id"}
    texts = {term for term, one in known.items() if one.get("@container") in BY_LANGUAGE}
    names = set(_names(records, links, texts))
    return {context.compact(context.expand(name)) for name in names}


def _names(records: Iterable[Record], links: Collection[str], texts: Collection[str]) -> Iterator[str]:
    for record in records:
        for term, value in record.items():
            if term in texts:
                continue
            if term in links and isinstance(value, str):
                yield value
                continue
            for item in as_list(value):
                if isinstance(item, dict):
                    yield from _names([item], links, texts)
                if term in links:
                    yield item if isinstance(item, str) else item["id"]
