"""The cache keeps its bounds for any requests, and simultaneous equal queries run once."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.serving import answer_cache
from iomgraph.serving.answer_cache import AnswerCache
from iomgraph.serving.limits import Limits
from iomgraph.serving.message import Request, Response
from iomgraph.serving.pool import Pool
from iomgraph.serving.problem import RequestError
from iomgraph.serving.worker_proxy import Query

from .pools import HEAVY, query, run, started

QUICK = "ASK {}"


def test_an_answer_is_worked_out_once_and_kept(site_release: Path) -> None:
    async def scenario() -> None:
        async with started(site_release) as one:
            cache = AnswerCache(one.pool, 1 << 20)
            first = await cache.ask("sparql", query(QUICK), "a")
            assert first.status == 200
            assert await cache.ask("sparql", query(QUICK), "b") is first
            assert (cache.entries, cache.size) == (1, answer_cache.charge(first))
            other = await cache.ask("sparql", query(QUICK, accept="text/csv"), "a")
            assert other.body != first.body
            assert (await cache.ask("sparql", query("no query"), "a")).status == 400
            assert cache.entries == 2, "errors are not kept"

    run(scenario)


def test_equal_queries_at_once_are_one_and_are_charged_once(site_release: Path) -> None:
    async def scenario() -> None:
        async with started(site_release, Limits(client=1)) as one:
            cache = AnswerCache(one.pool, 1 << 20)
            for number in range(20):
                asked = query(f"SELECT * {{ ?s ?p ?o }} LIMIT 9 # {number}")
                told = await asyncio.gather(*(cache.ask("sparql", asked, "a") for _ in range(30)))
                assert all(each is told[0] for each in told)
                assert cache.entries == number + 1
            kept = sum(answer_cache.charge(each) for each in cache._kept.values())
            assert cache.size == kept

    run(scenario)


def test_a_query_goes_on_as_long_as_one_of_those_who_wait_is_there(site_release: Path) -> None:
    async def scenario() -> None:
        async with started(site_release, Limits(seconds=600, cpu_seconds=600)) as one:
            cache = AnswerCache(one.pool, 1 << 20)
            loop = asyncio.get_running_loop()
            tasks = [loop.create_task(cache.ask("sparql", query(HEAVY), "a")) for _ in range(3)]
            await one.waits_for(lambda: one.pool.busy == 1, "work")
            (query_at_work,) = (each.head for each in one.pool._workers.values() if each.queries)
            assert query_at_work
            for task in tasks[:2]:
                task.cancel()
            await asyncio.gather(*tasks[:2], return_exceptions=True)
            assert not query_at_work.answer.done()
            tasks[2].cancel()
            await asyncio.gather(tasks[2], return_exceptions=True)
            assert query_at_work.answer.cancelled()
            # Whoever asks now begins anew, and is not given up with the others.
            again = loop.create_task(cache.ask("sparql", query(HEAVY), "a"))
            await one.waits_for(lambda: one.pool.busy == 1 and one.events["replaced"] == 1, "work anew")
            assert not again.done()
            again.cancel()

    run(scenario)


def test_an_error_reaches_all_waiting_clients_and_is_not_cached(site_release: Path) -> None:
    async def scenario() -> None:
        async with started(site_release, Limits(seconds=0.5)) as one:
            cache = AnswerCache(one.pool, 1 << 20)
            asked = (cache.ask("sparql", query(HEAVY), "a") for _ in range(4))
            told = await asyncio.gather(*asked, return_exceptions=True)
            assert [each.status for each in told if isinstance(each, RequestError)] == [504] * 4
            assert cache.entries == 0

    run(scenario)


MIB = b" " * (1 << 20)


def held() -> int:
    """The bytes that Python holds since they are traced."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def test_large_queries_with_small_answers_leave_memory_as_it_was(site_release: Path) -> None:
    async def scenario() -> None:
        async with started(site_release) as one:
            cache = AnswerCache(one.pool, 16 << 20)

            async def ask(number: int) -> None:
                body = f"{QUICK} # {number} ".encode() + MIB
                asked = Request("POST", "/sparql", (), dict(query("").headers), body)
                assert (await cache.ask("sparql", asked, "a")).status == 200

            await ask(0)
            tracemalloc.start()
            for number in range(1, 161, 8):
                await asyncio.gather(*(ask(number + each) for each in range(8)))
            assert cache.entries == 161
            # Workers may still be about to give back what they were sent last.
            await one.waits_for(lambda: held() < cache.size + (2 << 20), "a memory without the queries")
            tracemalloc.stop()

    run(scenario)


class Canned(Pool):
    """A pool whose answers are made up, so that many can be had."""

    def __init__(self, answers: Iterator[Response]) -> None:
        self._answers = answers

    def submit(self, payload: bytes, client: str) -> Query:
        answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        answer.set_result(next(self._answers))
        return Query(client=client, arrived=0.0, payload=payload, answer=answer)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3_000), st.integers(0, 5)), max_size=60),
    st.integers(0, 60_000),
    st.integers(1, 10),
)
def test_what_is_kept_is_never_more_than_the_bounds(
    asked: list[tuple[int, int, int]], room: int, entries: int
) -> None:
    async def scenario() -> None:
        answers = (
            Response(200, tuple((f"X-{n}", "v" * n) for n in range(headers)), b"x" * size)
            for _, size, headers in asked
        )
        cache = AnswerCache(Canned(answers), room, entries)
        for key, _, _ in asked:
            await cache.ask("sparql", Request("GET", f"/{key}"), "a")
            assert cache.entries <= entries
            assert cache.size == sum(map(answer_cache.charge, cache._kept.values())) <= room

    run(scenario)


def test_the_charge_covers_what_an_entry_takes() -> None:
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    kept = {
        bytes([number % 256, number // 256]) * 16: Response(
            200, tuple((f"Header-{n}", f"{number} {n}") for n in range(8)), str(number).encode() * 3
        )
        for number in range(2_000)
    }
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before <= sum(map(answer_cache.charge, kept.values()))


@pytest.mark.parametrize(
    "name", ["mcp-method", "mcp-name", "mcp-protocol-version", "mcp-session-id", "host", "origin"]
)
def test_every_header_that_changes_an_answer_is_in_the_key(name: str) -> None:
    async def scenario() -> None:
        answers = iter([Response(200, (), b"one"), Response(200, (), b"two")])
        cache = AnswerCache(Canned(answers), 1 << 20)
        first = await cache.ask("mcp", Request("POST", "/mcp", headers={name: "a"}), "")
        other = await cache.ask("mcp", Request("POST", "/mcp", headers={name: "b"}), "")
        assert (first.body, other.body) == (b"one", b"two")
        assert (
            await cache.ask("mcp", Request("POST", "/mcp", headers={name: "a", "cookie": "x"}), "") is first
        )

    run(scenario)
