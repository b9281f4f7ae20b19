"""Pages of an answer: their beginning, their length, and the next one.

Without `limit`, an answer is complete. With it, the page gives the total number of rows and the address of
the next page, in the body of JSON and in the headers of all forms (RFC 8288).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from iomgraph.serving import payload

NAMES = ("limit", "offset")
MOST = 10_000
"""Most rows of a page."""
FARTHEST = 10_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """A part of an answer.

    Args:
        offset: number of rows before it.
        limit: most rows in it; None for all remaining rows.
    """

    offset: int = 0
    limit: int | None = None

    def others(self, total: int) -> dict[str, Page]:
        """The first, previous, next and last page; empty if the answer is complete."""
        if self.limit is None:
            return {}
        last = max(0, (total - 1) // self.limit * self.limit)
        found = {"first": Page(0, self.limit), "last": Page(last, self.limit)}
        if self.offset > 0:
            found["prev"] = Page(max(0, self.offset - self.limit), min(self.limit, self.offset))
        if self.offset + self.limit < total:
            found["next"] = Page(self.offset + self.limit, self.limit)
        return found

    @property
    def fields(self) -> dict[str, str]:
        """The page as fields of an address, without defaults."""
        told = {"limit": self.limit, "offset": self.offset or None}
        return {name: str(value) for name, value in told.items() if value is not None}


def read(fields: Mapping[str, str]) -> Page:
    """Read the wanted page.

    Raises:
        RequestError: if a field is not a number, or out of range.

    Example:
        >>> read({"limit": "10", "offset": "20"}).others(45)["next"].fields
        {'limit': '10', 'offset': '30'}
    """
    limit = payload.whole(fields["limit"], "limit", 1, MOST) if "limit" in fields else None
    return Page(payload.whole(fields.get("offset", "0"), "offset", 0, FARTHEST), limit)


def address(path: str, fields: Mapping[str, str]) -> str:
    """An address with fields; relative to the host.

    Example:
        >>> address("/api/projects-about.csv", {"word": "a&b"})
        '/api/projects-about.csv?word=a%26b'
    """
    return f"{path}?{urlencode(fields)}" if fields else path
