"""The form of pages on disk: the position of a page in its file, then what it says.

Places of claims are relative to that of their page, so that a page says the same wherever it moves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from iomgraph.claims.claim import Claim, Page, Part, PartValue, Value
from iomgraph.findings import Place
from iomgraph.processes import JSON, Form

_END = b"\n"
"""The end of the place; JSON escapes it elsewhere."""


def said(page: bytes) -> bytes:
    """Return what a page says, without its position in its file.

    Example:
        >>> one, other = (Page("a", "", "en", "", False, Place("t.csv", row=row)) for row in (1, 9))
        >>> said(PAGES.write(one)) == said(PAGES.write(other)), PAGES.write(one) == PAGES.write(other)
        (True, False)
    """
    return page.partition(_END)[2]


def position(page: bytes) -> bytes:
    """Return the position of a page in its file, without what it says; `place` reads it.

    Example:
        >>> str(place(position(PAGES.write(Page("a", "", "en", "", False, Place("t.csv", row=1))))))
        't.csv (row 1)'
    """
    return page.partition(_END)[0]


def relative(place: Place | None, base: Place) -> Any:
    """Write a place relative to that of a page; `absolute` reads it.

    Example:
        >>> relative(Place("t.csv", row=7, column="end", line=8), Place("t.csv", row=7, line=8))
        'end'
    """
    if place is None:
        return None
    row, line = place.row, place.line
    if place.label or place.path or place.offset is not None or place.sheet != base.sheet:
        return _far(place, base)
    if place.file == base.file:
        return place.column if row == base.row and line == base.line else _far(place, base)
    return [place.file, line] if row is None and not place.column and not place.sheet else _far(place, base)


def absolute(place: Any, base: Place) -> Place | None:
    """Read a place that `relative` wrote."""
    if isinstance(place, str):
        return Place(base.file, base.row, place, base.line, "", None, "", base.sheet)
    if place is None:
        return None
    if len(place) == len(("file", "line")):
        return Place(place[0], None, "", place[1])
    file, row, column, line, label, offset, under, path, sheet = place
    here = file == base.file
    return Place(
        file,
        _sum(row, base.row if here else None),
        column,
        _sum(line, base.line if here else None),
        label,
        offset,
        base.path + path if under else path,
        sheet,
    )


def _far(place: Place, base: Place) -> list[Any]:
    """Write a place that is not simply another column of the page's row."""
    here = place.file == base.file
    under = here and bool(base.path) and place.path.startswith(base.path)
    return [
        place.file,
        _difference(place.row, base.row if here else None),
        place.column,
        _difference(place.line, base.line if here else None),
        place.label,
        place.offset,
        under,
        place.path[len(base.path) :] if under else place.path,
        place.sheet,
    ]


def _difference(number: int | None, base: int | None) -> int | None:
    return number if number is None or base is None else number - base


def _sum(number: int | None, base: int | None) -> int | None:
    return number if number is None or base is None else number + base


def plain(value: Value | None, base: Place) -> Any:
    """Write a value as JSON can hold it; `restored` reads it.

    Example:
        >>> plain((Part.of(value="5", currency="USD"),), Place("t.csv"))
        {'parts': [[(('currency', 'USD'), ('value', '5')), None]]}
    """
    if isinstance(value, tuple) and value and isinstance(value[0], Part):
        return {"parts": [[part.values, relative(part.place, base)] for part in value]}
    return value


def restored(value: Any, base: Place) -> Any:
    """Read a value that `plain` wrote."""
    if isinstance(value, dict):
        return tuple(
            Part(tuple((term, _frozen(one)) for term, one in pairs), absolute(place, base))
            for pairs, place in value["parts"]
        )
    return tuple(value) if isinstance(value, list) else value


def _frozen(value: Any) -> PartValue:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value  # type: ignore[return-value]


def claimed(claim: Claim, base: Place) -> tuple[Any, ...]:
    """Write a claim as JSON can hold it, relative to a place; `restored_claim` reads it."""
    value, place, source = plain(claim.value, base), relative(claim.place, base), relative(claim.source, base)
    return claim.term, value, place, source, claim.lang


def restored_claim(written: Any, base: Place) -> Claim:
    """Read a claim that `claimed` wrote."""
    term, value, place, source, lang = written
    return Claim(term, restored(value, base), absolute(place, base), absolute(source, base), lang)  # type: ignore[arg-type]


def place(page: bytes) -> Place:
    """Return the place of a page without reading the rest.

    Example:
        >>> str(place(PAGES.write(Page("a", "", "en", "", False, Place("t.csv", row=1)))))
        't.csv (row 1)'
    """
    return Place(*JSON.read(position(page)))


Parsed = tuple[Place, list[Any]]
"""A page that was parsed: its place, and its claims as JSON holds them."""


def parsed(page: bytes) -> Parsed:
    """Parse a page; `first` restores single claims of it."""
    return place(page), JSON.read(said(page))[2]


def first(page: Parsed, term: str) -> Claim | None:
    """Return a page's claim of a property, as `Page.first` does.

    Example:
        >>> place = Place("t.csv", row=1)
        >>> page = Page("a", "", "en", "", False, place)
        >>> page.claim(Claim("title", "Roads", place, place, "en"))
        >>> first(parsed(PAGES.write(page)), "title") == page.first("title")
        True
    """
    here, claims = page
    found = [claim for claim in claims if claim[0] == term]
    if not found:
        return None
    *_, languages = zip(*found, strict=True)
    return restored_claim(found[languages.index("") if "" in languages else 0], here)


def columns(page: bytes) -> dict[str, str]:
    """Return the column of each term that a page claims, or the path below its element, in XML.

    Example:
        >>> place = Place("t.csv", row=1)
        >>> page = Page("a", "", "en", "", False, place)
        >>> page.claim(Claim("startYear", 2008, replace(place, column="start"), place))
        >>> columns(PAGES.write(page))
        {'startYear': 'start'}
    """
    here, claims = parsed(page)
    return {
        term: at if isinstance(at, str) else _within(absolute(at, here), here) for term, _, at, *_ in claims
    }


def _within(place: Place | None, base: Place) -> str:
    if place is None:
        return ""
    return place.path.removeprefix(base.path).removeprefix("/") or place.path or place.column


def moved(page: bytes, rows: int, lines: int) -> bytes:
    """Return a page as it is so many rows and lines further down.

    Example:
        >>> page = PAGES.write(Page("a", "", "en", "", False, Place("t.csv", row=1, line=2)))
        >>> str(place(moved(page, 10, 20)))
        't.csv:22 (row 11)'
    """
    here = place(page)
    return _placed(replace(here, row=_sum(here.row, rows), line=_sum(here.line, lines)), said(page))


def _write(page: Page) -> bytes:
    here = page.place
    fixed = (here.file, here.column, here.label, here.offset, here.sheet)
    head = (page.key, page.url, page.lang, page.captured, page.former, page.kind, page.capture)
    claims = [claimed(one, here) for one in page]
    return _placed(here, JSON.write((fixed, head, claims)))


def _placed(at: Place, said: bytes) -> bytes:
    place = (at.file, at.row, at.column, at.line, at.label, at.offset, at.path, at.sheet)
    return JSON.write(place) + _END + said


def _read(data: bytes) -> Page:
    here = place(data)
    _, head, claims = JSON.read(said(data))
    key, url, lang, captured, former, kind, capture = head
    page = Page(key, url, lang, captured, former, here, {}, kind, capture)
    for claim in claims:
        page.claim(restored_claim(claim, here))
    return page


PAGES = Form(_write, _read)
"""The form of pages."""
