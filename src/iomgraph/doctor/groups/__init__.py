"""The groups of checks, one module each, by name and in the order of an examination."""

from __future__ import annotations

from collections.abc import Mapping

from iomgraph.doctor.case import Check
from iomgraph.doctor.groups import (
    addresses,
    bad_input,
    caching,
    catalogue,
    cross_origin,
    description,
    links,
    negotiation,
    security,
    sparql,
)

GROUPS: Mapping[str, tuple[Check, ...]] = {
    "addresses": addresses.CHECKS,
    "negotiation": negotiation.CHECKS,
    "cross-origin": cross_origin.CHECKS,
    "caching": caching.CHECKS,
    "description": description.CHECKS,
    "catalogue": catalogue.CHECKS,
    "sparql": sparql.CHECKS,
    "links": links.CHECKS,
    "bad-input": bad_input.CHECKS,
    "security": security.CHECKS,
}
"""Name of a group to its checks."""
