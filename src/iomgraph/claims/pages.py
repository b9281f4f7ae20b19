"""Pages on disk: memory holds only the keys that group each page into a project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from iomgraph.claims import page_form
from iomgraph.claims.claim import Claim, Page, Value
from iomgraph.findings import Place
from iomgraph.processes import Spool

_HELD = 64
"""Pages read back that are in memory: what one asks for, others often ask for soon after."""
_GROUPING = {
    term: at for at, term in enumerate(("identifier", "primaId", "iatiIdentifier", "budget", "fundingYear"))
}
"""The terms that pages are grouped by, with their positions."""


Keys = tuple[str, str, str, str, bool, str, str, tuple[Value | None, ...]]
"""Key, address, language, day, former site, kind and shared capture of a page; values to group it by."""


def keys(page: Page) -> Keys:
    """Return what memory holds of a page.

    Example:
        >>> keys(Page("a", "https://example.org/a", "en", "", False, Place("pages.csv", row=1)))[:3]
        ('a', 'https://example.org/a', 'en')
    """
    # An activity has many budgets, and no year of funding that they could clash with.
    left_out = {"budget"} if page.kind == "iati" else set()
    said = tuple(None if term in left_out else page.says(term) for term in _GROUPING)
    return page.key, page.url, page.lang, page.captured, page.former, page.kind, page.capture, said


class PageRef:
    """A page that lies on disk; it can be asked what a `Page` can be asked.

    Args:
        keys: of the page, made by `keys`.
        pages: the spool that it lies in.
        at: its position there.
    """

    __slots__ = ("_at", "_pages", "_said", "capture", "captured", "former", "key", "kind", "lang", "url")

    def __init__(self, keys: Keys, pages: PageSpool, at: int) -> None:
        self.key, self.url, self.lang, self.captured, self.former, self.kind, self.capture, self._said = keys
        self._pages, self._at = pages, at

    @property
    def whole(self) -> Page:
        """The page, read back; others may be given the same one, so that nobody changes it."""
        return self._pages.at(self._at)

    @property
    def capture_key(self) -> str:
        """As `Page.capture_key`."""
        return self.capture or self.key

    @property
    def content(self) -> bytes:
        """All that the page says: equal bytes say the same, wherever in a file they stand."""
        return page_form.said(self._pages.raw(self._at))

    @property
    def position(self) -> bytes:
        """The place of the page, as its form begins."""
        return page_form.position(self._pages.raw(self._at))

    @property
    def place(self) -> Place:
        """As `Page.place`."""
        return page_form.place(self._pages.raw(self._at))

    @property
    def columns(self) -> dict[str, str]:
        """The column of each term that the page claims, or the path below its element, in XML."""
        return page_form.columns(self._pages.raw(self._at))

    @property
    def claims(self) -> dict[str, Claim]:
        """As `Page.claims`."""
        return self.whole.claims

    def first(self, term: str) -> Claim | None:
        """As `Page.first`, without reading the other claims."""
        return page_form.first(self._pages.parsed(self._at), term)

    def says(self, term: str) -> Value | None:
        """As `Page.says`, for what pages are grouped by."""
        return self._said[_GROUPING[term]]

    def text(self, term: str) -> str:
        """As `Page.text`, for what pages are grouped by."""
        value = self.says(term)
        return value if isinstance(value, str) else ""


class PageSpool:
    """Pages on disk; they stay there as long as there is a reference to one of them.

    Example:
        >>> page = Page("a", "https://example.org/a", "en", "", False, Place("pages.csv", row=1))
        >>> PageSpool().add(page).whole == page
        True
    """

    def __init__(self) -> None:
        self._spool = Spool[Page](form=page_form.PAGES)
        self.at = lru_cache(_HELD)(self._spool.at)
        self.raw = self._spool.raw_reader()
        self.parsed = lru_cache(_HELD)(lambda at: page_form.parsed(self.raw(at)))

    def add(self, page: Page) -> PageRef:
        """Write a page to disk."""
        return PageRef(keys(page), self, self._spool.append(page))

    def append(self, page: bytes) -> int:
        """Write a page in its form to disk, and return its position."""
        return self._spool.append_written(page)

    def extend(self, pages: Sequence[bytes]) -> list[int]:
        """Write pages in their form to disk, and return their positions."""
        return self._spool.extend_written(pages)


def spooled(pages: Iterable[Page]) -> Iterator[PageRef]:
    """Write pages to disk and yield a reference to each.

    Example:
        >>> page = Page("a", "https://example.org/a", "en", "", False, Place("pages.csv", row=1))
        >>> [(one.key, one.whole == page) for one in spooled([page])]
        [('a', True)]
    """
    return map(PageSpool().add, pages)
