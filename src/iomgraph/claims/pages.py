"""Pages on disk: in memory is no more than what tells which of them belong to one project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from iomgraph.claims.claim import Claim, Page, Value
from iomgraph.processes import Spool

_HELD = ("identifier", "primaId", "budget", "fundingYear")
"""What pages are grouped by."""


class Kept:
    """A page that lies on disk; it can be asked what a `Page` can be asked.

    Args:
        page: the page.
        spool: where it lies.
        at: its position there.
    """

    __slots__ = ("_at", "_said", "_spool", "former", "key", "lang", "url")

    def __init__(self, page: Page, spool: Spool[Page], at: int) -> None:
        self.key, self.url, self.lang, self.former = page.key, page.url, page.lang, page.former
        self._said = tuple(map(page.says, _HELD))
        self._spool, self._at = spool, at

    @property
    def whole(self) -> Page:
        """The page, read back."""
        return self._spool.at(self._at)

    @property
    def claims(self) -> dict[str, Claim]:
        """As `Page.claims`."""
        return self.whole.claims

    def says(self, term: str) -> Value | None:
        """As `Page.says`, for what pages are grouped by."""
        return self._said[_HELD.index(term)]

    def text(self, term: str) -> str:
        """As `Page.text`, for what pages are grouped by."""
        value = self.says(term)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of some things, as often as they are asked for.

    Args:
        kept: CURIE of a thing to what stands for its pages.
    """

    kept: Mapping[str, Sequence[Kept]]

    def __iter__(self) -> Iterator[Page]:
        return (page.whole for pages in self.kept.values() for page in pages)


def kept(pages: Iterable[Page]) -> Iterator[Kept]:
    """Write pages to disk, and give what stands for them; they are there as long as one of these is.

    Example:
        >>> from iomgraph.findings import Place
        >>> page = Page("a", "https://example.org/a", "en", "", False, Place("pages.csv", row=1))
        >>> [(one.key, one.whole == page) for one in kept([page])]
        [('a', True)]
    """
    spool = Spool[Page]()
    for page in pages:
        yield Kept(page, spool, spool.append(page))
