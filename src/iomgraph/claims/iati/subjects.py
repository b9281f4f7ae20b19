"""Subjects of an activity: sectors, goals and targets, policy markers, scope and status."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

from lxml import etree

from iomgraph import iris
from iomgraph.claims.claim import Part
from iomgraph.claims.iati.activity import Reading, shares
from iomgraph.claims.iati.places import STANDARD, STATED

DAC = {"": ("dac", "Sector"), "1": ("dac", "Sector"), "2": ("dac-category", "SectorCategory")}
"""Vocabulary of sectors to its part in the names of sectors, and to its code list."""

OWN = ("98", "99")
"""Vocabularies that each publisher defines."""

GOALS, TARGETS = ("7", "2"), ("8", "3")
"""Vocabularies of goals and of targets of the 2030 Agenda: as a sector, and as a tag."""

_GOAL, _TARGET = re.compile(r"[1-9]|1[0-7]"), re.compile(r"([1-9]|1[0-7])\.([1-9]\d?|[a-d])")


def sector(reading: Reading, element: etree._Element) -> str:
    """The CURIE of the sector that an element names; empty if it is unknown or of another kind."""
    code = (element.get("code") or "").strip()
    vocabulary = (element.get("vocabulary") or "").strip()
    if vocabulary in (GOALS[0], TARGETS[0]):
        return ""
    if vocabulary in DAC:
        key, name = DAC[vocabulary]
        if not reading.codes.has(name, code):
            reading.report("iati-unknown-code", element, code, attribute="code", list=name)
            return ""
        return iris.curie("sectors", key, code)
    if not reading.codes.has("SectorVocabulary", vocabulary):
        reading.report(
            "iati-unknown-code", element, vocabulary, attribute="vocabulary", list="SectorVocabulary"
        )
        return ""
    if not code:
        reading.report("iati-unknown-code", element, attribute="code", list=f"SectorVocabulary {vocabulary}")
        return ""
    owner = f"{reading.publisher}-{vocabulary}" if vocabulary in OWN else f"iati-{vocabulary}"
    name = iris.curie("sectors", owner, code)
    reading.names.setdefault(name, reading.texts(element))
    return name


def sectors(reading: Reading) -> list[Part]:
    """Read sectors with their shares, vocabulary by vocabulary; claim the sectors."""
    groups: dict[str, list[tuple[etree._Element, str]]] = {}
    for element in reading.elements("sector"):
        if name := sector(reading, element):
            groups.setdefault(_vocabulary(element), []).append((element, name))
    entries = [entry for group in groups.values() for entry in group]
    if entries:
        reading.claim("sector", tuple(dict.fromkeys(name for _, name in entries)), entries[0][0])
    stated = Counter(map(_vocabulary, reading.elements("sector")))
    return [part for key, group in groups.items() for part in _allocated(reading, group, stated[key] == 1)]


def _vocabulary(element: etree._Element) -> str:
    return (element.get("vocabulary") or "1").strip() or "1"


def _allocated(reading: Reading, group: list[tuple[etree._Element, str]], alone: bool) -> list[Part]:
    found = list(shares(reading, group))
    stated = [Decimal(share) for _, _, share in found if share]
    if stated and len(stated) == len(found) and sum(stated) != 100:
        reading.report("iati-shares-sum", found[0][0], f"{sum(stated):f}", what="sector")
    if alone and not stated:
        element, name, _ = found[0]
        return [Part.of(reading.place(element), allocatedTo=name, percentage="100", allocationBasis=STANDARD)]
    return [
        Part.of(reading.place(element), allocatedTo=name, percentage=share, allocationBasis=STATED)
        for element, name, share in found
        if share
    ]


def goals(reading: Reading) -> None:
    """Claim the goals and targets that tags, or sectors of those vocabularies, state."""
    named: dict[str, dict[str, etree._Element]] = {"statedGoal": {}, "statedTarget": {}}
    for tag, at in (("sector", 0), ("tag", 1)):
        for element in reading.elements(tag):
            vocabulary = (element.get("vocabulary") or "").strip()
            code = (element.get("code") or "").strip()
            for term, vocabularies, pattern in (
                ("statedGoal", GOALS, _GOAL),
                ("statedTarget", TARGETS, _TARGET),
            ):
                if vocabulary != vocabularies[at]:
                    continue
                if pattern.fullmatch(code.lower()):
                    named[term].setdefault(iris.curie("sdg", code.lower()), element)
                else:
                    reading.report("iati-unknown-code", element, code, attribute="code", list="UNSDG")
    for term, found in named.items():
        for element in list(found.values())[:1]:
            reading.claim(term, tuple(found), element)


def markers(reading: Reading) -> tuple[Part, ...]:
    """Read the policy markers; the publisher's own markers keep their vocabulary."""
    found = []
    for element in reading.elements("policy-marker"):
        code = (element.get("code") or "").strip()
        vocabulary = (element.get("vocabulary") or "1").strip() or "1"
        if vocabulary == "1":
            code = reading.code(element, "PolicyMarker")
            name = iris.curie("policy-markers", code) if code else ""
        else:
            name = iris.curie("policy-markers", f"{reading.publisher}-{vocabulary}", code) if code else ""
            if name:
                reading.names.setdefault(name, reading.texts(element))
        significance = reading.code(element, "PolicySignificance", "significance")
        if name:
            significant = f"significances:{significance}" if significance else ""
            found.append(Part.of(reading.place(element), marker=name, significance=significant))
    return tuple(found)
