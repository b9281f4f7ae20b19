"""A page on disk has the content of the page, and stays small in memory."""

from __future__ import annotations

from collections.abc import Sequence

from iomgraph.claims.claim import Page
from iomgraph.claims.pages import spooled
from iomgraph.findings import Finding

HELD = ("identifier", "primaId", "budget", "fundingYear")


def test_every_page_of_the_real_portfolio_comes_back_whole(
    portfolio_pages: tuple[Sequence[Page], list[Finding]],
) -> None:
    pages, _ = portfolio_pages
    held = list(spooled(pages))
    assert [one.whole for one in held] == pages
    assert [one.claims for one in held] == [page.claims for page in pages]
    assert len(pages) >= 264


def test_the_keys_that_group_pages_are_known_without_reading_them(
    portfolio_pages: tuple[Sequence[Page], list[Finding]],
) -> None:
    pages, _ = portfolio_pages
    for page, one in zip(pages, spooled(pages), strict=True):
        assert (one.key, one.url, one.lang, one.former) == (page.key, page.url, page.lang, page.former)
        assert [one.says(term) for term in HELD] == [page.says(term) for term in HELD]
        assert [one.text(term) for term in HELD] == [page.text(term) for term in HELD]
