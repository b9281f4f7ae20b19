"""Projects that were made of the same pages before: their records and notes, kept for the next build."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iomgraph.cache import Memo, digest
from iomgraph.claims.pages import PageRef
from iomgraph.mapping.dataset import Shelf
from iomgraph.notes import Notes, UnwritableError
from iomgraph.processes import JSON
from iomgraph.records.grouping import Group

_KIND = "projects"
_END = b"\n"
"""The end of the notes, before the records; JSON escapes it elsewhere."""


def key(groups: Sequence[Group]) -> bytes:
    """Digest all that pages say of some projects, wherever they say it."""
    return digest(*_contents(groups))


def found(memo: Memo, groups: Sequence[Group], shelf: Shelf, notes: Notes) -> bool:
    """Add what was made of the same pages before to a shelf and to notes; tell whether there was any."""
    value = memo.found(_KIND, key(groups)) if memo.store else None
    if value is None:
        return False
    head, _, records = value.partition(_END)
    shelved, noted = JSON.read(head)
    shelf.add_written(shelved, records)
    notes.take(noted, _pages(groups))
    return True


def keep(memo: Memo, groups: Sequence[Group], shelf: Shelf, start: int, notes: Notes) -> None:
    """Keep what was made of some projects, unless one failed, or has notes that can't be written.

    Args:
        memo: keeps it.
        groups: the pages.
        shelf: the records.
        start: the end of their spool before them.
        notes: on these projects alone.
    """
    if memo.store is None or len(notes.seen.pages) < len(groups):
        return
    try:
        noted = notes.written(_pages(groups))
    except UnwritableError:
        return
    shelved, records = shelf.written(start)
    memo.keep(_KIND, key(groups), JSON.write([shelved, noted]) + _END + records)


def _pages(groups: Sequence[Group]) -> Iterator[PageRef]:
    return (page for found in groups for page in found.pages)


def _contents(groups: Sequence[Group]) -> Iterator[bytes]:
    for found in groups:
        yield JSON.write([found.key, found.clash, len(found.pages)])
        for page in found.pages:
            yield page.content
