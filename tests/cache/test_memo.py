"""Results that are kept: made once for a key, and again for another key."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from iomgraph.cache import Memo, Store


def made_for(memo: Memo, *keys: bytes) -> list[bytes]:
    """Ask for results, and return the keys of those that were made rather than found."""
    made: list[bytes] = []

    def double(key: bytes) -> bytes:
        made.append(key)
        return key * 2

    for key in keys:
        assert memo.result("doubles", partial(bytes, key), partial(double, key)) == key * 2
    return made


def test_a_result_is_made_once_for_its_key(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert made_for(Memo(store), b"a", b"b", b"a") == [b"a", b"b"]
    with Store(tmp_path) as store:
        assert made_for(Memo(store), b"a", b"c") == [b"c"]


def test_the_common_inputs_of_results_are_in_their_keys(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert made_for(Memo(store, b"one program"), b"a") == [b"a"]
        assert made_for(Memo(store, b"another"), b"a") == [b"a"]


def test_without_a_store_everything_is_made_anew() -> None:
    assert made_for(Memo(), b"a", b"a") == [b"a", b"a"]
