"""The dataset's statistics: VoID, with true counts of the default graph.

The counts are those of https://www.w3.org/TR/void/, section 4.6; they need one pass over the sorted
statements. They only cover the default graph, like the dumps named here, because the graphs of claims would
count every project again for each page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from iomgraph import terms
from iomgraph.formats import of_file
from iomgraph.publication.description import Description, write_turtle
from iomgraph.publication.info import ReleaseInfo
from iomgraph.records.record import Record
from iomgraph.reference.links import Linkset
from iomgraph.release.dumps import NTRIPLES, TURTLE
from iomgraph.release.lines import ordered

FILE = "void.ttl"
_TYPE = f"<{terms.RDF_TYPE}>"


@dataclass(slots=True)
class Statistics:
    """Counts of a graph; names as in VoID, IRIs without angle brackets.

    Args:
        triples: number of statements.
        entities: number of subjects in the dataset's own URI space.
        subjects: number of different subjects.
        objects: number of different objects, including literals.
        classes: class to the number of its instances.
        properties: property to the number of its statements.
        examples: class to its first instance in the URI space.
    """

    triples: int = 0
    entities: int = 0
    subjects: int = 0
    objects: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, later: Statistics) -> None:
        """Add the counts of later statements.

        Objects are left out, because some may be the same, and a subject that continues counts twice.
        """
        self.triples += later.triples
        self.entities += later.entities
        self.subjects += later.subjects
        self.classes.update(later.classes)
        self.properties.update(later.properties)
        self.examples = later.examples | self.examples


def count(lines: Iterable[str], uri_space: str) -> Statistics:
    r"""Count the statistics of VoID.

    Args:
        lines: lines of the default graph, sorted, without repeats.
        uri_space: the beginning of the IRI of each entity of the dataset.

    Example:
        >>> statistics = count(["<urn:a> <urn:p> <urn:b> .\n", '<urn:a> <urn:p> "x y" .\n'], "urn:a")
        >>> statistics.triples, statistics.subjects, statistics.objects, statistics.entities
        (2, 1, 2, 1)
    """
    result = Statistics()
    # Sorted on disk instead of kept in a set, because their number grows with the data.
    result.objects = sum(1 for _ in ordered(tally(lines, uri_space, result)))
    return result


def tally(lines: Iterable[str], uri_space: str, result: Statistics) -> Iterator[str]:
    """Count everything except different objects, and yield the objects."""
    last, own = "", False
    for line in lines:
        subject, predicate, value = line.split(" ", 2)
        result.triples += 1
        result.properties[predicate[1:-1]] += 1
        yield value
        if subject != last:
            last, own = subject, subject.startswith(uri_space, 1)
            result.subjects += 1
            result.entities += own
        if predicate == _TYPE:
            result.classes[value[1:-4]] += 1
            if own:
                result.examples.setdefault(value[1:-4], subject[1:-1])


def write(
    folder: Path,
    info: ReleaseInfo,
    statistics: Statistics,
    linksets: Sequence[Linkset],
    prefixes: Mapping[str, str],
) -> None:
    """Write `void.ttl`.

    Args:
        folder: the staged release.
        info: the release.
        statistics: statistics of the default graph, from `count`.
        linksets: the sets of links to other people's things.
        prefixes: prefix to IRI of the vocabularies that the data may use.
    """
    described = records(info, statistics, linksets, prefixes)
    write_turtle(folder / FILE, info.description.context, described, prefixes)


def uri_space(description: Description) -> str:
    """Return the beginning of the IRI of every entity of the dataset."""
    return description.context.expand("iomgraph:id/")


def records(
    info: ReleaseInfo,
    statistics: Statistics,
    linksets: Sequence[Linkset],
    prefixes: Mapping[str, str],
) -> list[Record]:
    """Make the records of the description; arguments as for `write`."""
    dataset, dumps = info.description.dataset, info.dumps or (TURTLE, NTRIPLES)
    document = {"id": f"iomgraph:{FILE}", "type": ["DatasetDescription"], "primaryTopic": dataset["id"]}
    kept = ("id", "title", "description", "publisher", "language", "rights", "wasDerivedFrom")
    return [
        document,
        {
            **{key: dataset[key] for key in kept if key in dataset},
            "type": ["VoidDataset"],
            "homepage": dataset["landingPage"],
            **info.dates,
            **info.edition.record(),
            "uriSpace": uri_space(info.description),
            "feature": list(dict.fromkeys(of_file(name).iri for name in dumps)),
            "dataDump": [f"iomgraph:{name}" for name in dumps],
            "vocabulary": _vocabularies(statistics, prefixes),
            "exampleResource": sorted(set(statistics.examples.values())),
            "triples": statistics.triples,
            "entities": statistics.entities,
            "classes": len(statistics.classes),
            "properties": len(statistics.properties),
            "distinctSubjects": statistics.subjects,
            "distinctObjects": statistics.objects,
            "classPartition": [
                {"id": f"class:{_key(iri, prefixes)}", "ofClass": iri, "entities": number}
                for iri, number in sorted(statistics.classes.items())
            ],
            "propertyPartition": [
                {"id": f"property:{_key(iri, prefixes)}", "ofProperty": iri, "triples": number}
                for iri, number in sorted(statistics.properties.items())
            ],
            "subset": [f"iomgraph:links/{linkset.key}" for linkset in linksets],
        },
        *(_linkset(linkset, dataset["id"], prefixes, info.license_iri) for linkset in linksets),
        *_wholes(linksets, info.license_iri),
    ]


def _wholes(linksets: Sequence[Linkset], license_iri: str) -> list[Record]:
    """Describe the sets whose links have several predicates: datasets whose parts are linksets."""
    parts = groupby((one for one in linksets if one.whole), key=lambda one: one.whole)
    grouped = {whole: list(some) for whole, some in parts}
    return [
        {
            "id": f"iomgraph:links/{whole}",
            "type": ["VoidDataset"],
            "title": {"en": [some[0].title]},
            "license": license_iri,
            "triples": sum(one.triples for one in some),
            "subset": [f"iomgraph:links/{one.key}" for one in some],
        }
        for whole, some in grouped.items()
    ]


def _linkset(linkset: Linkset, dataset: str, prefixes: Mapping[str, str], license_iri: str) -> Record:
    """A set of links (VoID, section 5), which is a subset of the dataset because its links are in it."""
    prefix, _, term = linkset.predicate.partition(":")
    return {
        "id": f"iomgraph:links/{linkset.key}",
        "type": ["Linkset"],
        "title": {"en": [linkset.title]},
        "license": license_iri,
        "linkPredicate": prefixes[prefix] + term,
        "subjectsTarget": dataset,
        "objectsTarget": linkset.target,
        "triples": linkset.triples,
    }


def _vocabularies(statistics: Statistics, prefixes: Mapping[str, str]) -> list[str]:
    used = [*statistics.classes, *statistics.properties]
    return sorted({space for space in prefixes.values() if any(iri.startswith(space) for iri in used)})


def _key(iri: str, prefixes: Mapping[str, str]) -> str:
    """Make a readable key of a term, such as `dct-title`, or else of the whole IRI."""
    spaces = [(len(space), prefix) for prefix, space in prefixes.items() if iri.startswith(space)]
    if not spaces:
        return quote(iri, safe="")
    length, prefix = max(spaces)
    return f"{prefix}-{quote(iri[length:], safe='')}"
