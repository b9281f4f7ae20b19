"""Clients take turns, the quick go before the slow, and deadlines count from arrival; no clock is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.serving.job_queue import SHORT_SLICE, SLICE, ClientFullError, Job, JobQueue, QueueFullError


def queue(workers: int = 2, waiting: int = 64, per_client: int = 32) -> JobQueue[Job]:
    return JobQueue(workers, 30, waiting, per_client)


def add(to: JobQueue[Job], client: str, now: float = 0.0) -> Job:
    job = Job(client=client, arrived=now)
    assert to.add(job) is None
    return job


def slow(to: JobQueue[Job], client: str, now: float) -> Job:
    """Let a job run until it counts as slow, and keep its worker."""
    job = add(to, client, now)
    assert to.start(now) is job
    assert to.give_way(now + SLICE + 0.1) == []
    assert job.is_slow
    return job


def test_clients_take_turns_however_many_jobs_each_has() -> None:
    one = queue()
    many = [add(one, "many") for _ in range(3)]
    few, other = add(one, "few"), add(one, "other")
    assert [one.start(0) for _ in range(6)] == [many[0], few, other, many[1], many[2], None]


def test_a_slow_job_gives_way_where_all_workers_are_with_slow_ones_and_another_waits() -> None:
    one = queue()
    first = slow(one, "a", 0)
    second, waits = add(one, "b", 5), add(one, "c", 5)
    assert one.start(5) is second
    assert one.give_way(5 + SLICE / 2) == []
    assert one.give_way(5 + SLICE + 0.1) == [second]
    assert second in one
    assert one.start(7) is waits, "the quick go before the slow"
    one.finish(waits, 7.01)
    assert one.start(7.02) is None, "a worker stays free for the quick while they come"
    one.finish(first, 8)
    assert one.start(8) is second


def test_a_slow_job_keeps_its_worker_while_nobody_waits() -> None:
    one = queue()
    jobs = [slow(one, client, 0) for client in ("a", "b")]
    assert all(job.is_slow for job in jobs)
    assert one.give_way(20) == []


def test_a_quick_job_that_comes_later_takes_the_worker_of_the_youngest_slow_one() -> None:
    one = queue()
    old, young = slow(one, "a", 0), slow(one, "b", 5)
    waits = add(one, "c", 10)
    assert one.start_ahead() is waits, "which takes it for a worker that is still quick"
    one.put_back(waits)
    assert one.give_way(10) == [young]
    assert one.give_way(10) == [], "a worker is on its way"
    assert one.start(10) is waits
    one.finish(old, 11)
    assert one.start(11) is young


def test_without_quick_jobs_every_worker_takes_slow_ones() -> None:
    one = queue()
    slow(one, "a", 0)
    second, third = add(one, "a", 2), add(one, "b", 2)
    one.start(2)
    assert one.give_way(2 + SLICE + 0.1) == [second]
    assert one.start(4) is third
    # Once the quick have stayed away for a while, the second worker is for the slow as well.
    one.finish(third, 4.5)
    assert one.start(5) is None
    assert one.start(20) is second


def test_the_slow_are_never_shut_out_by_the_quick() -> None:
    one = queue()
    first = slow(one, "a", 0)
    second, third = add(one, "a", 2), add(one, "b", 2)
    assert one.start(2) is second
    assert one.give_way(4) == [second]
    one.finish(first, 4)
    assert one.start(4) is second, "no slow job runs, so that the next is its turn, though a quick one waits"
    assert one.start(4) is third


def test_the_slice_is_short_for_a_client_with_slow_jobs_and_shared_by_all_who_wait() -> None:
    one = queue()
    slow(one, "a", 0)
    again = add(one, "a", 2)
    one.start(2)
    add(one, "c", 2)
    assert one.give_way(2 + SHORT_SLICE * 0.9) == []
    assert one.give_way(2 + SHORT_SLICE * 1.1) == [again]
    other = queue()
    slow(other, "a", 0)
    job = add(other, "b", 2)
    other.start(2)
    for number in range(4):
        add(other, f"client {number}", 2)
    assert other.give_way(2 + SLICE / 4 * 0.9) == []
    assert other.give_way(2 + SLICE / 4 * 1.1) == [job]


def test_a_deadline_counts_from_arrival_whatever_happens_to_the_job() -> None:
    one = queue()
    slow(one, "a", 0)
    job, other = add(one, "b", 1), add(one, "c", 1)
    one.start(1)
    assert one.give_way(3) == [job]
    assert one.expire(30.9) == []
    assert set(one.expire(31.1)) == {job, other}
    assert len(one) == 0


def test_a_job_that_lost_its_worker_comes_first_and_keeps_its_deadline() -> None:
    one = queue()
    job, other = add(one, "a", 0), add(one, "b", 0)
    assert one.start(20) is job
    one.put_back(job)
    assert one.start(20) is job
    one.put_back(job)
    assert set(one.expire(30.1)) == {job, other}


def test_a_client_has_no_more_jobs_than_its_bound_running_ones_included() -> None:
    one = queue(per_client=3)
    jobs = [add(one, "a") for _ in range(3)]
    one.start(0)
    with pytest.raises(ClientFullError):
        add(one, "a")
    add(one, "b")
    one.finish(jobs[0], 1)
    add(one, "a")


def test_a_full_queue_refuses_the_greedy_and_displaces_the_newest_of_theirs_for_others() -> None:
    one = queue(waiting=4)
    jobs = [add(one, "a", number) for number in range(6)]
    with pytest.raises(QueueFullError):
        add(one, "a", 7)
    late = Job(client="b", arrived=7)
    assert one.add(late) is jobs[-1]
    assert one.add(Job(client="b", arrived=8)) is jobs[-2]
    assert one.add(Job(client="b", arrived=8)) is jobs[-3]
    with pytest.raises(QueueFullError):
        add(one, "b", 9)


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from(["add", "start", "ahead", "end", "drop", "tick"])),
        max_size=80,
    )
)
def test_no_job_is_lost_or_given_twice_whatever_happens(events: list[tuple[str, str]]) -> None:
    one = queue(workers=3, waiting=6, per_client=4)
    waiting: list[Job] = []
    running: list[Job] = []
    for number, (client, event) in enumerate(events):
        now = number * 0.4
        if event == "add":
            job = Job(client=client, arrived=now)
            try:
                displaced = one.add(job)
            except (ClientFullError, QueueFullError):
                continue
            waiting = [other for other in (*waiting, job) if other is not displaced]
        elif event in ("start", "ahead") and len(running) < 3:
            taken = one.start(now) if event == "start" else one.start_ahead()
            if taken:
                waiting.remove(taken)
                running.append(taken)
        elif event == "end" and running:
            one.finish(running.pop(0), now)
        elif event == "drop" and waiting:
            one.remove(waiting.pop())
        elif event == "tick":
            stopped = one.give_way(now)
            late = one.expire(now)
            running = [job for job in running if job not in stopped]
            waiting = [job for job in (*waiting, *stopped) if job not in late]
        assert len(one) == len(waiting)
        assert all(job in one for job in waiting)
    assert set(one.clear()) == set(waiting)


TICK, FORK, QUERY = 0.025, 0.1, 0.005
"""Seconds between two looks, to replace a worker, and of a small query."""


def waits(addresses: int, seconds: float) -> list[float]:
    """Simulate eight clients whose queries take as long as they may, and one that sends small ones.

    Each asks again when it has its answer, or is refused.

    Args:
        addresses: number of keys that the eight heavy clients have; the small one shares the first.
        seconds: of the simulation.

    Returns:
        for each small query the seconds until its answer.
    """
    one, found = queue(), []
    ready = {0: 0.0, 1: 0.0}
    works: dict[int, tuple[Job, float]] = {}
    jobs = {number: add(one, f"heavy {number % addresses}") for number in range(9)}
    for step in range(int(seconds / TICK)):
        now = step * TICK
        for number, (job, end) in list(works.items()):
            if now >= end:
                one.finish(job, now)
                del works[number]
                found += [end - job.arrived] if job is jobs[8] else []
        stopped = one.give_way(now)
        for number in [number for number, (job, _) in works.items() if job in stopped]:
            del works[number]
            ready[number] = now + FORK
        one.expire(now)
        running = [job for job, _ in works.values()]
        for number, job in jobs.items():
            if job not in one and job not in running:
                jobs[number] = add(one, job.client, now)
        for number, since in ready.items():
            if number not in works and now >= since and (taken := one.start(now)):
                works[number] = taken, now + (QUERY if taken is jobs[8] else 30)
    return sorted(found)


@pytest.mark.parametrize("addresses", [1, 8])
def test_small_queries_are_answered_beside_eight_clients_that_send_one_heavy_query_after_the_other(
    addresses: int,
) -> None:
    seconds = waits(addresses, 300)
    assert len(seconds) > 5_000
    assert seconds[len(seconds) // 2] < 0.05
    assert seconds[int(len(seconds) * 0.99)] < 1
