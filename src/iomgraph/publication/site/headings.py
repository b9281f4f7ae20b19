"""Headings of things that no source names, made from what their records say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iomgraph.mapping.writers import as_list
from iomgraph.publication.site.things import Text
from iomgraph.records.record import Record

if TYPE_CHECKING:
    from iomgraph.publication.site.view import View

COLON = {"en": ":", "fr": "\N{NO-BREAK SPACE}:", "es": ":"}
"""The colon as each language writes it."""


def heading(record: Record, view: View) -> Text | None:
    """Make the heading of a thing; return None if it has a name, or its record says too little.

    Args:
        record: of the thing.
        view: in the language of the heading.
    """
    if "prefLabel" in record or not (make := _MAKERS.get(record["type"][0])):
        return None
    return make(record, view)


def names_others(record: Record) -> bool:
    """Tell whether the heading of a thing is made from the records of other things.

    Example:
        >>> names_others({"type": ["Site"]}), names_others({"type": ["Site"], "prefLabel": {"en": "Here"}})
        (True, False)
    """
    return record["type"][0] in _NAMING_OTHERS and "prefLabel" not in record


def web(iri: str) -> str:
    """Return an address without its scheme.

    Example:
        >>> web("https://www.iom.int/project/some/")
        'iom.int/project/some'
    """
    return iri.partition("://")[2].removeprefix("www.").rstrip("/")


def _discrepancy(record: Record, view: View) -> Text:
    about = ", ".join(one.partition(":")[2] for one in as_list(record["project"]))
    return Text(f"{about}{COLON[view.lang]} {view.label(record['property'])}")


def _capture(record: Record, view: View) -> Text | None:
    """Head a saved page by its address and day; a file from elsewhere keeps its name."""
    address = web(as_list(record.get("source", ""))[0])
    if "/" not in address or "created" not in record:
        return None
    return Text(f"{address} ({view.date(record['created'])})")


def _site(record: Record, view: View) -> Text:
    """Head a site by its city and state."""
    address = record["siteAddress"]
    state = view.name(address["addressCountry"])
    city = address.get("addressLocality")
    return Text(f"{city}, {state.text}") if city else state


def _unit(record: Record, view: View) -> Text | None:
    """Head a unit by its kind and its city."""
    if not {"classification", "hasSite"} <= record.keys():
        return None
    kind = view.name(record["classification"])
    address = view.things.records[record["hasSite"][0]]["siteAddress"]
    place = address.get("addressLocality") or view.name(address["addressCountry"]).text
    return Text(f"{kind.text}{COLON[view.lang]} {place}", kind.lang)


def _change(record: Record, view: View) -> Text:
    """Head a change by its day and the unit that resulted from it."""
    unit = view.name(record["resultingOrganization"])
    days = [view.date(record[term]) for term in ("asOfDate", "asOfMonth", "asOfYear") if term in record]
    return Text(f"{days[0]}{COLON[view.lang]} {unit.text}", unit.lang) if days else unit


_MAKERS = {
    "Discrepancy": _discrepancy,
    "Capture": _capture,
    "Site": _site,
    "OrganizationalUnit": _unit,
    "ChangeEvent": _change,
}

_NAMING_OTHERS = frozenset({"Site", "OrganizationalUnit", "ChangeEvent"})
