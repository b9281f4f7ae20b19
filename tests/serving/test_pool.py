"""Real workers: quick queries run beside slow ones, and stopped or killed workers are replaced."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from pathlib import Path

import pytest

from iomgraph.serving.limits import Limits
from iomgraph.serving.message import Response
from iomgraph.serving.problem import RequestError

from .pools import HEAVY, run, started

QUICK = "ASK {}"
LONG = "SELECT (CONCAT(STR(?s), STR(?p), STR(?o), STR(?s), STR(?o)) AS ?x) { VALUES ?z { 1 2 3 } ?s ?p ?o }"
PATIENT = Limits(seconds=600, cpu_seconds=600)


def test_small_queries_are_answered_while_heavy_ones_take_all_the_time_they_get(site_release: Path) -> None:
    async def scenario() -> None:
        async with started(site_release, PATIENT) as one:
            heavy = [one.later(f"{HEAVY} # {number}", f"client {number}") for number in range(4)]
            for number in range(20):
                assert (await one.query(f"{QUICK} # {number}", "another")).status == 200
            # One that shares its address with heavy ones is no worse off.
            assert (await one.query(f"{QUICK} # same", "client 0")).status == 200
            assert not any(task.done() for task in heavy)
            # A heavy one gives way after its share of time, however long that takes on this machine.
            await one.waits_for(lambda: bool(one.events["requeued"]), "a heavy query that gives way")
            for task in heavy:
                task.cancel()

    run(scenario)


def test_queries_sent_ahead_are_recalled_from_a_worker_that_turns_out_slow(site_release: Path) -> None:
    async def scenario() -> None:
        async with started(site_release, PATIENT) as one:
            tasks = [one.later(f"{QUICK} # {number}") for number in range(6)]
            heavy = one.later(HEAVY)
            tasks += [one.later(f"{QUICK} # {number}") for number in range(6, 20)]
            assert {told.status for told in await asyncio.gather(*tasks)} == {200}
            assert not heavy.done()
            heavy.cancel()

    run(scenario)


def test_a_recall_spares_the_query_that_a_worker_is_about_to_begin_with(site_release: Path) -> None:
    async def scenario() -> None:
        async with started(site_release, PATIENT) as one:
            # Large requests take a while to come in: longer than a worker is taken for quick.
            texts = [f"{QUICK} # {number} {' ' * 900_000}" for number in range(16)]
            told = await asyncio.gather(*(one.query(text) for text in texts))
            assert {each.status for each in told} == {200}
            assert one.events["time"] == 0

    run(scenario)


def test_a_query_that_is_given_up_leaves_the_queue_or_frees_its_worker(site_release: Path) -> None:
    async def scenario() -> None:
        async with started(site_release, PATIENT) as one:
            before = one.workers
            tasks = [one.later(f"{HEAVY} # {number}") for number in range(4)]
            await one.waits_for(lambda: one.pool.busy == 2, "work")
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await one.waits_for(lambda: one.pool.waiting == 0, "an empty queue")
            await one.waits_for(lambda: one.pool.busy == 0, "the end of the work")
            await one.waits_for(
                lambda: len(one.workers) == 2 and not set(before) & set(one.workers), "new ones"
            )
            assert (await one.query(QUICK)).status == 200

    run(scenario)


def test_a_worker_that_is_stopped_is_noticed_and_its_query_begins_again_elsewhere(site_release: Path) -> None:
    async def scenario() -> None:
        async with started(site_release, PATIENT) as one:
            for worker in one.workers:
                os.kill(worker, signal.SIGSTOP)
            assert (await one.query(QUICK)).status == 200
            await one.waits_for(lambda: one.events["stuck"] == 2 and one.pool.alive == 2, "the replacement")
            heavy = one.later(HEAVY)
            await one.waits_for(lambda: one.pool.busy == 1, "work")
            before = set(one.workers)
            for worker in before:
                os.kill(worker, signal.SIGSTOP)
            await one.waits_for(
                lambda: not before & set(one.workers) and one.pool.busy == 1, "the second try"
            )
            assert not heavy.done()
            heavy.cancel()

    run(scenario)


def test_a_loader_that_is_stopped_leaves_no_query_hanging(site_release: Path) -> None:
    async def scenario() -> None:
        async with started(site_release, PATIENT) as one:
            workers = one.workers
            os.kill(one.loader, signal.SIGSTOP)
            assert (await one.query(QUICK)).status == 200, "its workers go on"
            for worker in workers:
                os.kill(worker, signal.SIGKILL)
            with pytest.raises(RequestError) as error:
                await asyncio.wait_for(one.query(f"{QUICK} # later"), 60)
            assert error.value.status == 503
            assert one.events["stuck"] == one.events["loader"] == 1
            with pytest.raises(RequestError, match="loaded anew"):
                await one.query(QUICK)

    run(scenario)


def test_workers_that_die_before_they_look_at_a_query_have_not_tried_it(site_release: Path) -> None:
    async def scenario() -> None:
        async with started(site_release, PATIENT) as one:
            for number in range(20):
                dead = set(one.workers)
                for worker in dead:
                    os.kill(worker, signal.SIGKILL)
                assert (await one.query(f"{QUICK} # nobody looked {number}")).status == 200
                await one.waits_for(
                    lambda dead=dead: len(one.workers) == 2 and not dead & set(one.workers),  # type: ignore[misc]
                    "two workers",
                )
            assert one.events["crash"] == 0

    run(scenario)


def test_a_query_whose_workers_die_twice_is_not_tried_a_third_time(site_release: Path) -> None:
    async def scenario() -> None:
        async with started(site_release, PATIENT) as one:
            heavy = one.later(HEAVY)
            killed: set[int] = set()
            while not heavy.done():
                busy = {pid for pid, each in one.pool._workers.items() if each.queries}
                for worker in busy - killed:
                    # What it computes takes processor time; what comes before takes next to none.
                    await one.waits_for(lambda worker=worker: computes(worker), "the beginning")  # type: ignore[misc]
                    os.kill(worker, signal.SIGKILL)
                    killed.add(worker)
                await asyncio.sleep(0.005)
            assert len(killed) == 2
            with pytest.raises(RequestError, match="failed twice"):
                await heavy
            assert (await one.query(QUICK)).status == 200

    run(scenario)


def computes(pid: int) -> bool:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return int(user) + int(system) > os.sysconf("SC_CLK_TCK") // 5


def test_large_answers_are_held_within_one_bound_until_nobody_refers_to_them(site_release: Path) -> None:
    async def scenario() -> None:
        async with started(site_release, Limits(buffered=1)) as one:
            first = await one.query(LONG, "a")
            assert len(first.body) > 64 << 10
            assert one.budget.used == len(first.body)
            for client in ("a", "b"):
                with pytest.raises(RequestError, match="wait for their readers"):
                    await one.query(f"{LONG} # {client}", client)
            assert (await one.query(QUICK, "b")).status == 200, "small answers go on"
            expected = content(first)
            del first
            gc.collect()
            assert one.budget.used == 0
            second = await one.query(f"{LONG} # again", "b")
            assert content(second) == expected
            assert one.events["buffered"] == 2

    run(scenario)


def content(response: Response) -> bytes:
    body = response.body
    if isinstance(body, bytes):
        return body
    return b"".join(body.read(start, 10_000) for start in range(0, len(body), 10_000))


def test_a_client_has_no_more_queries_than_its_share(site_release: Path) -> None:
    async def scenario() -> None:
        async with started(site_release, Limits(seconds=600, cpu_seconds=600, client=3)) as one:
            heavy = [one.later(f"{HEAVY} # {number}", "a") for number in range(3)]
            await asyncio.sleep(0)
            with pytest.raises(RequestError) as error:
                await one.query(QUICK, "a")
            assert (error.value.status, dict(error.value.headers)["Retry-After"]) == (429, "5")
            assert (await one.query(QUICK, "b")).status == 200
            for task in heavy:
                task.cancel()

    run(scenario)


def test_a_query_that_waits_too_long_is_refused(site_release: Path) -> None:
    async def scenario() -> None:
        async with started(site_release, Limits(seconds=1.5, cpu_seconds=600)) as one:
            told = await asyncio.gather(
                *(one.later(f"{HEAVY} # {number}") for number in range(8)), return_exceptions=True
            )
            assert all(isinstance(each, RequestError) for each in told)
            statuses = sorted(each.status for each in told if isinstance(each, RequestError))
            assert set(statuses) == {503, 504}
            assert one.events["queue"] == statuses.count(503)

    run(scenario)


def test_a_client_that_waits_when_the_pool_closes_is_told_to_come_back(site_release: Path) -> None:
    async def scenario() -> None:
        async with started(site_release, PATIENT) as one:
            tasks = [one.later(f"{HEAVY} # {number}") for number in range(5)]
            await one.waits_for(lambda: one.pool.busy == 2, "work")
            loader, workers = one.loader, one.workers
        told = await asyncio.gather(*tasks, return_exceptions=True)
        assert {each.status for each in told if isinstance(each, RequestError)} == {503}
        assert not any(Path(f"/proc/{pid}").exists() for pid in (loader, *workers))

    run(scenario)
