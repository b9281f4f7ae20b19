"""The pieces of files: made side by side, in order, and kept for the next build."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from iomgraph.cache import Memo, Store, digest
from iomgraph.errors import PublicationError
from iomgraph.mapping.context import Context
from iomgraph.mapping.dataset import DEFAULT, Dataset, Shelf
from iomgraph.publication import pieces
from iomgraph.publication.pieces import Graphs, Made


@dataclass
class Ids:
    """Makes pieces of the ids of records, each beside a word, and notes that it did so."""

    word: str = "a"
    seen: list[str] = field(default_factory=list)
    kind: str = "ids"

    @property
    def keys(self) -> Sequence[bytes]:
        return [digest(self.word)] * 100

    def __call__(self, graphs: Graphs) -> Made:
        ids = [str(record["id"]) for record in graphs[DEFAULT]]
        self.seen += ids
        return {"plain": " ".join(ids).encode(), "worded": self.word.encode(), "empty": b""}


def _parts(context: Context, keys: Sequence[str]) -> list[Dataset]:
    shelves = []
    for key in keys:
        shelves.append(Shelf())
        shelves[-1].add([{"id": f"projects:{key}"}])
    return Dataset(context, shelves).parts


def test_pieces_come_in_the_order_of_the_parts(context: Context) -> None:
    keys = [f"{number:02}" for number in range(30)]
    found = pieces.make("writing", _parts(context, keys), [Ids()], Memo())
    assert list(found.of("plain")) == [f"projects:{key}".encode() for key in keys]
    assert list(found.of("plain")) == list(found.of("plain"))
    assert list(found.of("worded")) == [b"a"] * 30


def test_an_empty_piece_is_left_out_like_one_that_nobody_made(context: Context) -> None:
    found = pieces.make("writing", _parts(context, "ab"), [Ids()], Memo())
    assert list(found.of("empty")) == list(found.of("unknown")) == []


def test_only_what_changed_is_made_again(tmp_path: Path, context: Context) -> None:
    with Store(tmp_path) as store:
        memo = Memo(store)
        for keys, word, made in (
            ("ab", "a", ["projects:a", "projects:b"]),
            ("acb", "a", ["projects:c"]),
            ("acb", "b", ["projects:a", "projects:c", "projects:b"]),
        ):
            ids = Ids(word)
            found = pieces.make("writing", _parts(context, keys), [ids], memo)
            assert ids.seen == made
            assert b" ".join(found.of("plain")).decode() == " ".join(f"projects:{key}" for key in keys)
            assert list(found.of("worded")) == [word.encode()] * len(keys)


def test_a_part_that_stops_a_maker_stops_all(context: Context) -> None:
    class Refusing(Ids):
        def __call__(self, graphs: Graphs) -> Made:
            raise PublicationError("no", where="here", step="stop")

    with pytest.raises(PublicationError, match="no"):
        pieces.make("writing", _parts(context, [str(number) for number in range(40)]), [Refusing()], Memo())
