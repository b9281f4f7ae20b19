"""The body of a request: sent as often as need be, and never in memory."""

from __future__ import annotations

import tracemalloc

import pytest

from iomgraph.remote.body import Body
from iomgraph.remote.quads import Lines, Quads

LINE = '<urn:s> <urn:p> "é" .\n'


@pytest.mark.parametrize("lines", [0, 1, 100_000])
def test_a_body_is_the_same_each_time_and_as_long_as_it_says(lines: int) -> None:
    told: list[tuple[int, int]] = []
    with Body((LINE for _ in range(lines)), lambda *far: told.append(far)) as body:
        first, second = (b"".join(body) for _ in range(2))
    assert first == second == LINE.encode() * lines
    assert len(first) == body.size
    assert told[-1:] == ([(body.size, body.size)] if lines else [])


def test_a_body_that_is_not_read_to_its_end_begins_anew() -> None:
    with Body([LINE] * 100_000) as body:
        next(iter(body))
        assert b"".join(body) == LINE.encode() * 100_000


def test_a_large_body_and_many_quads_are_not_in_memory() -> None:
    tracemalloc.start()
    try:
        lines = Lines()
        for _ in range(1_000_000):
            lines.add(LINE)
        with Body(lines.quads.with_more([LINE]).read()) as body:
            sent = sum(len(block) for block in body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sent == len(LINE.encode()) * 1_000_001
    assert peak < sent / 2


def test_quads_are_counted_and_read_again_and_again() -> None:
    lines = Lines()
    lines.add(LINE)
    quads = lines.quads.with_more([LINE, LINE])
    assert [list(quads.read()) for _ in range(2)] == [[LINE] * 3] * 2
    assert (quads.count, quads.size) == (3, 3 * len(LINE))
    assert (Quads().count, list(Quads().read())) == (0, [])
