"""Projects that were made of the same pages before: their records and notes, kept for the next build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from iomgraph.cache import Memo, digest
from iomgraph.claims.pages import PageRef
from iomgraph.mapping.dataset import Shelf
from iomgraph.notes import Notes, UnwritableError
from iomgraph.processes import JSON
from iomgraph.records.grouping import Group

_KIND = "projects"
_END = b"\n"
"""The end of the notes, before the records; JSON escapes it elsewhere."""


class Asked(Mapping[str, str]):
    """A mapping that notes what it is asked for, and its answers.

    What was made from such answers alone stays as it is while they stay (a verifying trace, as build systems
    call it).

    Args:
        known: the mapping.

    Example:
        >>> asked = Asked({"XX-1": "projects:a", "XX-2": "projects:b"})
        >>> asked.get("XX-1"), asked.get("XX-3"), asked.answers
        ('projects:a', None, {'XX-1': 'projects:a', 'XX-3': None})
    """

    def __init__(self, known: Mapping[str, str]) -> None:
        self.answers: dict[str, str | None] = {}
        self._known = known

    def __getitem__(self, name: str) -> str:
        self.answers[name] = self._known.get(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        raise TypeError("only single names are noted")

    def __len__(self) -> int:
        return len(self._known)


def key(groups: Sequence[Group]) -> bytes:
    """Digest all that pages say of some projects, wherever they say it."""
    return digest(*_contents(groups))


def found(memo: Memo, groups: Sequence[Group], shelf: Shelf, notes: Notes, known: Mapping[str, str]) -> bool:
    """Add what was made of the same pages before to a shelf and to notes; tell whether there was any.

    Args:
        memo: may have kept it.
        groups: the pages.
        shelf: takes the records.
        notes: takes the notes.
        known: as for `shards.Maker`; what was made with other answers of it is not taken.
    """
    value = memo.found(_KIND, key(groups)) if memo.store else None
    if value is None:
        return False
    head, _, records = value.partition(_END)
    shelved, answers, noted = JSON.read(head)
    if any(known.get(identifier) != name for identifier, name in answers.items()):
        return False
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
    memo.keep(_KIND, key(groups), JSON.write([shelved, notes.answers, noted]) + _END + records)


def _pages(groups: Sequence[Group]) -> list[PageRef]:
    return [page for found in groups for page in found.pages]


def _contents(groups: Sequence[Group]) -> Iterator[bytes]:
    for found in groups:
        yield JSON.write([found.key, found.clash, len(found.pages)])
        for page in found.pages:
            yield page.content
