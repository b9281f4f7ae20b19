"""Places of an activity: recipient countries and regions with their shares, and locations."""

from __future__ import annotations

from decimal import Decimal

from lxml import etree

from iomgraph import iris
from iomgraph.claims.claim import Part
from iomgraph.claims.iati.activity import Reading, shares

STATED, STANDARD = "bases:stated", "bases:standard"
"""A share: stated, or implied by the standard, by which the only country of an activity has all of it."""

REGIONS = {"": "dac", "1": "dac", "2": "m49"}
"""Vocabulary of regions to its part in the names of regions."""

_LISTS = {"dac": "Region", "m49": "RegionM49"}


def country(reading: Reading, element: etree._Element) -> str:
    """The CURIE of the state that `recipient-country` names; empty, and reported, if none is known."""
    code = (element.get("code") or "").strip().upper()
    if code not in reading.codes.states:
        reading.report("iati-unknown-code", element, code, attribute="code", list="Country")
        return ""
    return iris.curie("states", reading.codes.states[code])


def region(reading: Reading, element: etree._Element) -> str:
    """The CURIE of the region that `recipient-region` names; empty, and reported, if none is known."""
    code = (element.get("code") or "").strip()
    vocabulary = (element.get("vocabulary") or "").strip()
    if vocabulary not in REGIONS:
        return iris.curie("iati-regions", f"{reading.publisher}-{vocabulary}", code) if code else ""
    known = REGIONS[vocabulary]
    if known == "m49" and code.isascii() and code.isdigit():
        # M49 codes have three digits; many publishers leave out leading zeros.
        code = code.zfill(3)
    if not reading.codes.has(_LISTS[known], code):
        reading.report("iati-unknown-code", element, code, attribute="code", list=_LISTS[known])
        return ""
    return iris.curie("iati-regions", known, code)


def allocations(reading: Reading) -> list[Part]:
    """Read countries and regions with their shares; claim the states."""
    countries = [(one, country(reading, one)) for one in reading.elements("recipient-country")]
    countries = [(one, name) for one, name in countries if name]
    regions = [(one, region(reading, one)) for one in reading.elements("recipient-region")]
    regions = [(one, name) for one, name in regions if name]
    if countries:
        states = tuple(dict.fromkeys(name for _, name in countries))
        reading.claim("benefitingState", states, countries[0][0])
        _report_twice(reading, countries)
    if countries and regions:
        reading.report("iati-country-and-region", regions[0][0], regions[0][1].partition(":")[2])
    entries = [*countries, *regions]
    found = list(shares(reading, entries))
    _report_sum(reading, found)
    stated = len(reading.elements("recipient-country")) + len(reading.elements("recipient-region"))
    # An entry with an unknown code has a share, too.
    if stated == len(entries) == 1 and not found[0][2]:
        element, name, _ = found[0]
        return [Part.of(reading.place(element), allocatedTo=name, percentage="100", allocationBasis=STANDARD)]
    return [
        Part.of(reading.place(element), allocatedTo=name, percentage=share, allocationBasis=STATED)
        for element, name, share in found
        if share
    ]


def _report_twice(reading: Reading, countries: list[tuple[etree._Element, str]]) -> None:
    seen: set[str] = set()
    for element, name in countries:
        if name in seen:
            reading.report("iati-country-twice", element, name.partition(":")[2])
        seen.add(name)


def _report_sum(reading: Reading, found: list[tuple[etree._Element, str, str]]) -> None:
    stated = [Decimal(share) for _, _, share in found if share]
    if stated and len(stated) < len(found):
        reading.report("iati-share-missing", found[0][0], str(len(found) - len(stated)))
    elif stated and sum(stated) != 100:
        reading.report("iati-shares-sum", found[0][0], f"{sum(stated):f}", what="recipient-country")


def locations(reading: Reading) -> tuple[Part, ...]:
    """Read the locations; a point that is not a pair of coordinates is left out."""
    found = []
    for element in reading.elements("location"):
        reach = reading.code(element.find("location-reach"), "GeographicLocationReach")
        exactness = reading.code(element.find("exactness"), "GeographicExactness")
        part = Part.of(
            reading.place(element),
            name=reading.texts(element.find("name")),
            reach=f"location-reaches:{reach}" if reach else "",
            exactness=f"location-exactnesses:{exactness}" if exactness else "",
            **_point(reading, element),
        )
        if part.values:
            found.append(part)
    return tuple(found)


def _point(reading: Reading, location: etree._Element) -> dict[str, str]:
    element = location.find("point/pos")
    numbers = (element.text or "").replace(",", " ").split() if element is not None else []
    if element is None or not numbers:
        return {}
    try:
        latitude, longitude = map(Decimal, numbers)
        fits = abs(latitude) <= 90 and abs(longitude) <= 180
    except (ValueError, ArithmeticError):
        fits = False
    if not fits:
        reading.report("iati-bad-point", element, " ".join(numbers))
        return {}
    return {"latitude": f"{latitude.normalize():f}", "longitude": f"{longitude.normalize():f}"}
