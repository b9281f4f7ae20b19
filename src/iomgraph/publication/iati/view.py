"""The view of a project as an activity: the contents of the layout's elements (`data/iati/written.csv`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from iomgraph import iris
from iomgraph.mapping.writers import as_list
from iomgraph.portfolio import Agent
from iomgraph.publication.iati import codes, shares
from iomgraph.publication.iati.codes import Code, Codes
from iomgraph.publication.iati.layout import View
from iomgraph.publication.iati.money import budgets, currency, transactions
from iomgraph.publication.iati.omissions import Omissions, Why
from iomgraph.records.record import Record

_DERIVED = "99"
_GOAL, _TARGET = "2", "3"
_DERIVED_BY = {"relatedGoal": _GOAL, "relatedTarget": _TARGET}


@dataclass(slots=True)
class Surroundings:
    """The things that activities name besides projects.

    Args:
        codes: states and statuses by their codes.
        publisher: publisher of the dataset, which reports projects without a reporter.
        currency: currency of the portfolio.
        ontology: IRI of the ontology, as the vocabulary of derived goals.
        words: language to the words that mark derived values.
        names: CURIE of an organisation or of a publisher's own code to its names by language.
        types: CURIE of an organisation to its type.
        identifiers: CURIE of a project to its IATI identifier.
    """

    codes: Codes
    publisher: Agent
    currency: str
    ontology: str
    words: Mapping[str, str]
    names: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    identifiers: dict[str, str] = field(default_factory=dict)

    def note(self, record: Record) -> None:
        """Note the facts for activities from the record of a thing."""
        name, kinds = record["id"], record["type"]
        if "Project" in kinds:
            if "iatiIdentifier" in record:
                self.identifiers[name] = record["iatiIdentifier"]
        elif "Organization" in kinds:
            self.names[name] = record["prefLabel"]
            if "classification" in record:
                self.types[name] = record["classification"]
        elif name.startswith(("sectors:", "policy-markers:")) and codes.is_named(name):
            self.names[name] = record["prefLabel"]


def view(record: Record, around: Surroundings, omissions: Omissions) -> View:
    """Fill the layout of an activity from the record of a project.

    Args:
        record: the project.
        around: the things that it points to.
        omissions: takes parts that the standard has no place for.
    """
    activity = _Activity(record, around, omissions)
    recipients = activity.recipients()
    sectors = activity.sectors()
    placed = bool(recipients["countries"] or recipients["regions"]), bool(sectors)
    title = record.get("title", {})
    return {
        "currency": currency(record) or around.currency,
        "hierarchy": record.get("hierarchy"),
        "identifier": record.get("iatiIdentifier"),
        "reporter": [activity.reporter()],
        "titles": [{"texts": title}],
        # The schema requires a description; if none is published, the title replaces it.
        "descriptions": [{"texts": record.get("description") or title}],
        "participations": [_participation(one) for one in record.get("participation", ())],
        "status": [{"code": around.codes.statuses.get(record.get("status", ""))}],
        "dates": list(_dates(record)),
        "scope": _one("code", codes.plain(record.get("activityScope", ""))),
        **recipients,
        "locations": [_location(one) for one in record.get("location", ())],
        "sectors": sectors,
        "tags": list(activity.tags()),
        "markers": list(activity.markers()),
        "budgets": budgets(record),
        "transactions": transactions(record, activity.coded, placed, omissions),
        "related": list(activity.related()),
    }


@dataclass(frozen=True, slots=True)
class _Activity:
    record: Record
    around: Surroundings
    omissions: Omissions

    def reporter(self) -> dict[str, Any]:
        """The reporting organisation: the stated one, else the publisher if the identifier is its own."""
        name = self.record.get("reportedBy", "")
        if name:
            kind = self.around.types.get(name, "")
            return {
                "ref": codes.plain(name),
                "type": codes.plain(kind),
                "names": self.around.names.get(name, {}),
            }
        publisher = self.around.publisher
        own = publisher.iati and self.record.get("iatiIdentifier", "").startswith(f"{publisher.iati}-")
        if not own:
            return {}
        return {"ref": publisher.iati, "type": publisher.iati_type, "names": {"en": publisher.name}}

    def coded(self, name: str) -> tuple[str, Code] | None:
        """The kind of a recipient or sector and its code; None, with a note, if it does not have one."""
        prefix = name.partition(":")[0]
        if prefix == "states":
            code = self.around.codes.countries.get(name, "")
            return ("countries", Code("", code)) if code else None
        found = codes.sector(name) if prefix == "sectors" else codes.region(name)
        if found.owner and found.owner != (
            iris.slug(codes.plain(self.record.get("reportedBy", ""))) or "unknown"
        ):
            # Readers of this activity would take the vocabulary for that of another publisher.
            self.omissions.note("sector" if prefix == "sectors" else "recipient-region", Why.VOCABULARY, name)
            return None
        return ("sectors" if prefix == "sectors" else "regions"), found

    def _shared(self, kinds: Sequence[str], others: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Recipients or sectors with their shares, in the order of the project."""
        stated: dict[str, list[str]] = {name: [] for name in self.record.get(others, ())}
        for one in self.record.get("allocation", ()):
            share = "" if one["allocationBasis"] == "bases:standard" else one.get("percentage", "")
            stated.setdefault(one["allocatedTo"], []).append(share)
        for name, found in stated.items():
            for share in found or [""]:
                yield from self._entry(name, share, kinds)

    def _entry(self, name: str, share: str, kinds: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        if (name.partition(":")[0] == "sectors") != ("sectors" in kinds):
            return
        found = self.coded(name)
        if found and found[0] in kinds:
            kind, code = found
            yield (
                kind,
                {
                    "code": code.code,
                    "vocabulary": code.vocabulary,
                    "percentage": share,
                    "names": self.around.names.get(name, {}),
                },
            )

    def recipients(self) -> dict[str, list[shares.Entry]]:
        """Countries and regions with their shares, if these make a whole."""
        found: dict[str, list[shares.Entry]] = {"countries": [], "regions": []}
        for kind, entry in self._shared(("countries", "regions"), "benefitingState"):
            found[kind].append(entry)
        countries, regions, left_out = shares.recipients(found["countries"], found["regions"])
        if countries and self._doubtful(countries, "states:"):
            countries, left_out = [], ["recipient-country", *left_out]
        for element in left_out:
            self.omissions.note(element, Why.SHARES)
        return {"countries": countries, "regions": regions}

    def sectors(self) -> list[shares.Entry]:
        """Sectors with their shares, if these make a whole."""
        entries = [entry for _, entry in self._shared(("sectors",), "sector")]
        kept, left_out = shares.sectors(entries)
        if kept and self._doubtful(kept, "sectors:"):
            kept, left_out = [], ["sector", *left_out]
        for element in left_out:
            self.omissions.note(element, Why.SHARES)
        return kept

    def _doubtful(self, entries: Sequence[shares.Entry], prefix: str) -> bool:
        """Tell whether the only entry may have less than the whole activity.

        By the standard, a single recipient without a share has all of it, and reading gives it an allocation;
        without an allocation, the activity named others with unknown codes.
        """
        if len(entries) != 1 or entries[0]["percentage"] or "reportedBy" not in self.record:
            return False
        allocated = (one["allocatedTo"] for one in self.record.get("allocation", ()))
        return not any(name.startswith(prefix) for name in allocated)

    def tags(self) -> Iterator[dict[str, Any]]:
        """Goals and targets: the stated ones, then those derived from the theme, marked as such."""
        for term, vocabulary in (("statedGoal", _GOAL), ("statedTarget", _TARGET)):
            for name in self.record.get(term, ()):
                yield {"vocabulary": vocabulary, "code": codes.plain(name)}
        for term in _DERIVED_BY:
            for name in self.record.get(term, ()):
                code = codes.plain(name)
                yield {
                    "vocabulary": _DERIVED,
                    "uri": f"{self.around.ontology}#{term}",
                    "code": code,
                    "names": {lang: text.format(code) for lang, text in self.around.words.items()},
                }

    def markers(self) -> Iterator[dict[str, Any]]:
        """Policy markers, without those of another publisher's vocabulary."""
        reporter = iris.slug(codes.plain(self.record.get("reportedBy", ""))) or "unknown"
        for one in self.record.get("policyMarker", ()):
            code = codes.marker(one["marker"])
            if code.owner not in ("", reporter):
                self.omissions.note("policy-marker", Why.VOCABULARY, one["marker"])
                continue
            yield {
                "vocabulary": code.vocabulary,
                "code": code.code,
                "significance": codes.plain(one.get("significance", "")),
                "names": self.around.names.get(one["marker"], {}),
            }

    def related(self) -> Iterator[dict[str, str]]:
        """Parents and children; other relations could be of three kinds, and are left out."""
        for term, kind in codes.RELATIONS.items():
            inside, outside = _RELATED[term]
            for name in self.record.get(inside, ()):
                yield {"ref": self.around.identifiers.get(name, ""), "type": kind}
            for ref in self.record.get(outside, ()):
                yield {"ref": ref, "type": kind}
        for term in ("relation", "relatedActivity"):
            for _ in self.record.get(term, ()):
                self.omissions.note("related-activity", Why.MISSING, "related-activity/@type")


_RELATED = {"hasPart": ("hasPart", "partActivity"), "isPartOf": ("partOf", "wholeActivity")}


def _one(name: str, value: str) -> list[dict[str, str]]:
    return [{name: value}] if value else []


def _participation(one: Record) -> dict[str, Any]:
    return {
        "ref": codes.plain(one.get("participant", "")),
        "type": codes.plain(one.get("organizationType", "")),
        "role": codes.plain(one.get("role", "")),
        "names": one.get("participantName", {}),
    }


def _dates(record: Record) -> Iterator[dict[str, str]]:
    for term, kind in sorted(codes.DATES.items(), key=lambda item: item[1]):
        if f"{term}Day" in record:
            yield {"type": kind, "day": record[f"{term}Day"]}


def _location(one: Record) -> dict[str, Any]:
    point = one.get("geo", {})
    return {
        "reach": codes.plain(one.get("reach", "")),
        "exactness": codes.plain(one.get("exactness", "")),
        "names": one.get("placeName", {}),
        "point": " ".join(as_list(point[term])[0] for term in ("latitude", "longitude") if term in point),
    }
