"""Merged runs equal lines that were sorted in memory, for any blocks."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iomgraph.release import runs

TEXTS = st.lists(st.text("ab🙂é\r\u2028\x85 ", max_size=12).map(lambda text: f"{text}\n"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, st.integers(1, 5), st.sampled_from([1, 8, 30]))
def test_runs_are_merged_in_order_without_repeats_whatever_the_size_of_blocks(
    monkeypatch: pytest.MonkeyPatch, texts: list[str], run: int, block: int
) -> None:
    monkeypatch.setattr(runs, "HELD", 1)
    monkeypatch.setattr(runs, "LEAST", block)
    merged = chain.from_iterable(runs.merged(runs.of(texts, run)))
    assert [line.decode() for line in merged] == sorted(set(texts))


def test_no_run_gives_no_line() -> None:
    assert list(runs.merged([])) == []
    assert list(runs.merged([b"", b"a\n", b""])) == [[b"a\n"]]
    assert [*chain.from_iterable(runs.merged([b"", b"b\n", b"a\n"]))] == [b"a\n", b"b\n"]
