"""Things inside a project: budgets, allocations, transactions and the like, each with an IRI of its own.

One registry defines the names of each kind. A part gets the same IRI wherever it is claimed, and different
parts get different IRIs, so that the graphs of several sources can be read together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from iomgraph.claims.claim import Part, PartValue
from iomgraph.records.record import Record

Names = Mapping[tuple[Part, int], str]
"""A part, and the number of equal parts before it in its list, to its CURIE."""

_TEXTS = frozenset({"name", "providerName", "receiverName", "description"})
_TRUTHS = frozenset({"humanitarian"})
_POINT = ("latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Kind:
    """The names and terms of things of one kind.

    Args:
        type: the class.
        path: the path after the project's IRI.
        order: terms that decide the order of numbers.
        label: makes the end of the IRI from the part; without it, parts are numbered.
        renamed: term of a part to that of the record, where they differ.
    """

    type: str
    path: str
    order: tuple[str, ...] = ()
    label: Callable[[Part], str] | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)

    def record(self, name: str, part: Part) -> Record:
        """Write a part as a record of this name."""
        record: Record = {"id": name, "type": [self.type]}
        point = {}
        for term, value in part.values:
            if term in _POINT:
                point[term] = value
            else:
                record[self.renamed.get(term, term)] = _value(term, value)
        if point:
            record["geo"] = {"id": f"{name}/geo", "type": ["GeoCoordinates"], **point}
        return record


def _value(term: str, value: PartValue) -> object:
    if term in _TRUTHS:
        return value in ("true", "1")
    if term in _TEXTS and isinstance(value, tuple):
        return {item[0]: [item[1]] for item in value}
    return list(value) if isinstance(value, tuple) else value


def _allocated(part: Part) -> str:
    """The end of an allocation's IRI: the code of a state alone, other codes with their vocabulary.

    `states:KEN` gives `KEN`; `sectors:dac/72050` gives `sector-dac-72050`.
    """
    prefix, _, key = str(part["allocatedTo"]).partition(":")
    kind = "" if prefix == "states" else f"{prefix.removeprefix('iati-').removesuffix('s')}-"
    return kind + key.replace("/", "-")


KINDS: Mapping[str, Kind] = {
    "budget": Kind("MonetaryAmount", "budget", ("validFrom", "validThrough", "currency", "value")),
    "allocation": Kind(
        "Allocation",
        "allocation",
        ("allocatedTo", "percentage"),
        _allocated,
        renamed={"basis": "allocationBasis"},
    ),
    "participation": Kind(
        "Participation",
        "participation",
        ("role", "organization", "name"),
        renamed={"organization": "participant", "name": "participantName"},
    ),
    "transaction": Kind(
        "Transaction",
        "transaction",
        ("date", "transactionType", "currency", "value", "provider", "receiver"),
        renamed={"date": "validFrom"},
    ),
    "policyMarker": Kind("PolicyMarker", "policy-marker", ("marker", "significance")),
    "location": Kind("Place", "location", ("name", "latitude", "longitude"), renamed={"name": "placeName"}),
}
"""Term to the kind of its parts."""


def names(term: str, project: str, lists: Sequence[Sequence[Part]]) -> Names:
    """Name the parts of a project.

    Args:
        term: of the parts.
        project: CURIE of the project.
        lists: the published parts, then those of each source.

    Example:
        >>> one, other = Part.of(value="5", currency="USD"), Part.of(value="6", currency="USD")
        >>> sorted(names("budget", "projects:A", [[one], [one], [other]]).values())
        ['projects:A/budget', 'projects:A/budget/2']
    """
    kind = KINDS[term]
    found: dict[tuple[Part, int], str] = {}
    ends: dict[str, int] = {}
    for parts in lists:
        new = [entry for entry in _counted(parts) if entry not in found]
        for part, count in sorted(new, key=lambda entry: _key(kind, entry[0])) if len(new) > 1 else new:
            end = _end(kind, part, len(found), ends)
            found[part, count] = f"{project}/{kind.path}{end}"
    if term == "budget" and lists and len(lists[0]) == 1 and "validFrom" not in dict(lists[0][0].values):
        # A single budget, as a page prints it.
        found[lists[0][0], 0] = f"{project}/{kind.path}"
    return found


def records(term: str, parts: Sequence[Part], named: Names) -> list[Record]:
    """Write parts as records, in the order in which their names were made."""
    kind = KINDS[term]
    entries = list(_counted(parts))
    if len(entries) > 1:
        entries.sort(key=lambda entry: _key(kind, entry[0]))
    return [kind.record(named[entry], entry[0]) for entry in entries]


def _end(kind: Kind, part: Part, before: int, ends: dict[str, int]) -> str:
    if kind.label is None:
        return f"/{before + 1}"
    label = kind.label(part)
    ends[label] = ends.get(label, 0) + 1
    return f"/{label}" if ends[label] == 1 else f"/{label}-{ends[label]}"


def _counted(parts: Sequence[Part]) -> Iterator[tuple[Part, int]]:
    seen: dict[Part, int] = {}
    for part in parts:
        before = seen.get(part, 0)
        seen[part] = before + 1
        yield part, before


def _key(kind: Kind, part: Part) -> tuple[object, ...]:
    """Return the sort key of a part: the terms of its kind, then all others."""
    said = dict(part.values)
    return (*(_sortable(term, said.get(term, "")) for term in kind.order), repr(part.values))


def _sortable(term: str, value: PartValue) -> object:
    if term not in ("value", "percentage"):
        return str(value)
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)
