"""Queries to the endpoint of a publisher."""

from __future__ import annotations

from iomgraph.doctor.case import Case, SkipError
from iomgraph.doctor.survey import ask, rows


def endpoint(case: Case) -> str:
    """Return the address of the endpoint.

    Raises:
        SkipError: if none is known.
    """
    if not case.publisher.endpoint:
        raise SkipError("no-endpoint")
    return case.publisher.endpoint


def count(case: Case, pattern: str, what: str = "*") -> int | None:
    """Count the solutions of a pattern; None if the endpoint does not answer."""
    found = rows(ask(case.client, endpoint(case), f"SELECT (COUNT({what}) AS ?n) {{ {pattern} }}"))
    text = found[0].get("n", "") if found else ""
    return int(text) if text.isdigit() else None
