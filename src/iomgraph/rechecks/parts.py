"""A dataset in parts: some projects with all that is said of them, some findings, and the surroundings.

The surroundings are whatever projects refer to and do not describe themselves. A shape that looks no
further than one project finds the same in a part that is seen with the surroundings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from iomgraph.cache import digest
from iomgraph.checks import GRAPHS
from iomgraph.mapping.dataset import QUALITY, Dataset
from iomgraph.records.record import Record

_PROJECTS, _FINDINGS = "projects:", "findings:"


class Kind(Enum):
    """The records of a part."""

    PROJECTS = "projects"
    FINDINGS = "findings"
    SURROUNDINGS = "surroundings"


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some records of a dataset.

    Args:
        kind: which records of the datasets belong to it.
        datasets: where they lie.
    """

    kind: Kind
    datasets: Sequence[Dataset]

    def __len__(self) -> int:
        """Count the records, at most."""
        return sum(map(len, self.datasets))

    def records(self) -> Iterator[Record]:
        """Yield the records that are validated."""
        for data in self.datasets:
            for graph in GRAPHS:
                for record in data.records(graph):
                    finding = record["id"].startswith(_FINDINGS)
                    if self.kind is Kind.PROJECTS or finding is (self.kind is Kind.FINDINGS):
                        yield record

    def digest(self) -> bytes:
        """Digest the records, without what they are linked to."""
        if self.kind is Kind.SURROUNDINGS:
            # Findings lie between them, which change with the projects.
            return digest(*(json.dumps(record, ensure_ascii=False) for record in self.records()))
        return digest(self.kind.value, *(data.digest() for data in self.datasets))


@dataclass(frozen=True, slots=True)
class Cut:
    """A dataset in its parts.

    Args:
        surroundings: seen with every part, and a part, too.
        others: all other parts.
    """

    surroundings: Part
    others: Sequence[Part]


def cut(data: Dataset) -> Cut | None:
    """Cut a dataset into parts; None if the surroundings refer to projects, so that it can't be cut."""
    surroundings = Part(Kind.SURROUNDINGS, data.own)
    if any(value.startswith(_PROJECTS) for record in surroundings.records() for value in texts(record)):
        return None
    projects = [Part(Kind.PROJECTS, [one]) for one in data.taken]
    return Cut(surroundings, projects + [Part(Kind.FINDINGS, [one]) for one in data.own if _noted(one)])


def _noted(data: Dataset) -> bool:
    return any(record["id"].startswith(_FINDINGS) for record in data.records(QUALITY))


def texts(value: object) -> Iterator[str]:
    """Yield the texts in a record, names of other things among them.

    Example:
        >>> list(texts({"id": "states:KEN", "label": {"en": ["Kenya"]}, "startYear": 1963}))
        ['states:KEN', 'Kenya']
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)
