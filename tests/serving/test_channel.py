"""Answers are read whole, however the bytes of a worker come in."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from iomgraph.serving import worker_messages
from iomgraph.serving.byte_budget import ByteBudget, LargeBody
from iomgraph.serving.channel import SMALL, Channel
from iomgraph.serving.message import Response


class Owner:
    """A recorder of events."""

    def __init__(self, room: int) -> None:
        self.told: list[tuple[int, bytes | None]] = []
        self._budget = ByteBudget(room)

    def reserve(self, number: int, size: int) -> LargeBody | None:
        return self._budget.reserve("", size)

    def answered(self, number: int, response: Response, fault: str) -> None:
        body = response.body
        self.told.append((number, body if isinstance(body, bytes) else body.read(0, len(body))))

    def unbuffered(self, number: int) -> None:
        self.told.append((number, None))

    def recalled(self) -> None:
        self.told.append((0, b""))

    def closed(self) -> None:
        self.told.append((-1, None))


class Wire(asyncio.Transport):
    """A connection that notes when it is broken off."""

    is_broken = False

    def abort(self) -> None:
        self.is_broken = True


def feed(channel: Channel, data: bytes, sizes: list[int]) -> None:
    """Give bytes to a channel as a loop does: as many as it has room for, and in pieces."""
    turn = 0
    while data:
        buffer = channel.get_buffer(-1)
        count = min(len(buffer), len(data), sizes[turn % len(sizes)])
        buffer[:count] = data[:count]
        del buffer
        channel.buffer_updated(count)
        data, turn = data[count:], turn + 1


_SIZE = st.one_of(st.integers(0, 300), st.sampled_from([SMALL - 1, SMALL, SMALL + 1, 2 * SMALL, 3 * SMALL]))


@given(st.lists(_SIZE, max_size=5), st.lists(st.integers(1, 100_000), min_size=1, max_size=4), st.booleans())
def test_answers_are_read_whole_however_they_come_in(
    sizes: list[int], pieces: list[int], has_room: bool
) -> None:
    owner = Owner(1 << 30 if has_room else 1)
    if not has_room:
        kept = owner.reserve(0, 1)
        assert kept
    channel = Channel(owner, 1 << 20)
    channel.connection_made(Wire())
    bodies = [bytes([number % 256]) * size for number, size in enumerate(sizes, 1)]
    data = b"".join(
        worker_messages.answer(number, Response(200, (("X", "y"),), body), "") + worker_messages.RECALLED
        for number, body in enumerate(bodies, 1)
    )
    feed(channel, data, pieces)
    expected: list[tuple[int, bytes | None]] = []
    for number, body in enumerate(bodies, 1):
        expected += [(number, body if has_room or len(body) <= SMALL else None), (0, b"")]
    assert owner.told == expected


def test_a_worker_that_sends_more_than_it_may_is_cut_off() -> None:
    for head, body in ((5, 2_000), (worker_messages.LONGEST_HEAD + 1, 5)):
        owner, wire = Owner(1 << 20), Wire()
        channel = Channel(owner, 1_000)
        channel.connection_made(wire)
        feed(channel, worker_messages.ANSWER.pack(1, head, body, bytes(32)), [100])
        assert wire.is_broken
        assert owner.told == []
