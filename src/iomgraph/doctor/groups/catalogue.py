"""The catalogue: its description in DCAT, by the application profile for Europe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pyoxigraph as ox

from iomgraph.doctor.case import Case, SkipError
from iomgraph.findings import Finding, Place
from iomgraph.settings import resources
from iomgraph.validation.report import validate
from iomgraph.validation.shacl.coverage import Reason

_SHAPES = "data/doctor/catalogue.ttl"


def described(case: Case) -> Iterator[Finding]:
    """Look for a description in DCAT."""
    if not case.publisher.catalogue.url:
        yield case.finding("no-catalogue", case.publisher.url)


def conforms(case: Case) -> Iterator[Finding]:
    """Validate it by the given shapes, or by our own for the main demands of the profile."""
    found = case.publisher.catalogue
    if not found.url:
        raise SkipError("no-description")
    if not case.shapes:
        case.note("own-shapes", found.url)
    store = ox.Store()
    store.extend(ox.Quad(one.subject, one.predicate, one.object) for one in found.triples)
    report = validate(store, list(case.shapes) or resources() / _SHAPES)
    for one in report.findings:
        yield replace(one, place=Place(found.url))
    for note in report.notes:
        # Our shapes cover everything that a catalogue may have, and most catalogues have less.
        if case.shapes or note.rule != Reason.NO_FOCUS_NODES:
            case.notes.append(replace(note, place=None))


CHECKS = (described, conforms)
