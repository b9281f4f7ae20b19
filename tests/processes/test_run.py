"""Tasks run once each; an error in another process is raised here, with the name of the work."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from iomgraph.errors import IomgraphError, MemoryLimitError, ProcessError, PublicationError, TimeLimitError
from iomgraph.processes import Task, paused_collection, run_isolated, run_parallel, stream_isolated

LONG = 600.0


def noting(folder: Path, count: int) -> list[Task[int]]:
    """Tasks that each leave a file with the number of their process, and take a moment."""

    def work(number: int) -> int:
        time.sleep(0.001)
        with (folder / str(number)).open("a") as out:
            print(os.getpid(), file=out)
        return number

    return [Task(f"note {number}", lambda number=number: work(number)) for number in range(count)]  # type: ignore[misc]


def processes_in(folder: Path) -> list[int]:
    return [int(word) for path in folder.iterdir() for word in path.read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pid: int) -> None:
    while is_alive(pid):
        time.sleep(0.01)


def test_every_task_runs_once_and_the_results_keep_the_order(tmp_path: Path) -> None:
    assert run_parallel(noting(tmp_path, 200), jobs=2) == list(range(200))
    found = processes_in(tmp_path)
    assert len(found) == 200
    assert os.getpid() not in found


def test_tasks_run_in_as_many_processes_as_jobs_say() -> None:
    # Each waits for the other, so that neither can end before both have begun.
    receivers, senders = zip(os.pipe(), os.pipe(), strict=True)

    def meet(mine: int) -> int:
        os.write(senders[mine], b"x")
        os.read(receivers[1 - mine], 1)
        return os.getpid()

    first, second = run_parallel([Task("a", lambda: meet(0)), Task("b", lambda: meet(1))], jobs=2)
    assert first != second
    for end in (*receivers, *senders):
        os.close(end)


@pytest.mark.parametrize(("jobs", "least"), [(1, 1), (2, 20)], ids=["one job", "little to do"])
def test_one_job_or_little_to_do_takes_no_other_process(tmp_path: Path, jobs: int, least: int) -> None:
    run_parallel(noting(tmp_path, 20), jobs=jobs, least=least)
    assert set(processes_in(tmp_path)) == {os.getpid()}


def test_no_tasks_give_no_results() -> None:
    assert run_parallel([]) == []


def refuse() -> None:
    raise PublicationError("the disk is full", where="dist", step="free some of it")


def test_an_error_of_a_task_is_raised_here_and_ends_the_others() -> None:
    with pytest.raises(PublicationError, match="the disk is full") as stop:
        run_parallel([Task("waiting", lambda: time.sleep(LONG)), Task("refusing", refuse)], jobs=2)
    assert (stop.value.where, stop.value.step) == ("dist", "free some of it")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


DEATHS: list[tuple[Callable[[], object], str]] = [
    (die, r"was killed \(signal 9, Killed\)"),
    (lambda: os._exit(9), r"ended without a result \(exit code 9\)"),
    (lambda: ctypes.string_at(0), r"was killed \(signal 11"),
    (os.abort, r"was killed \(signal 6"),
]


@pytest.mark.parametrize(("death", "how"), DEATHS, ids=["killed", "exit", "segfault", "abort"])
def test_a_process_that_dies_is_an_error_that_names_its_task(death: Callable[[], object], how: str) -> None:
    with pytest.raises(ProcessError, match=f"^writing the tables {how}") as stop:
        run_parallel([Task("waiting", lambda: time.sleep(LONG)), Task("writing the tables", death)], jobs=2)
    assert stop.value.step
    with pytest.raises(ProcessError, match=f"^writing the tables {how}"):
        run_isolated(Task("writing the tables", death))
    with pytest.raises(ProcessError, match=f"^writing the tables {how}"):
        list(stream_isolated(Task("writing the tables", lambda: iter(death, None))))


def test_an_isolated_task_runs_in_another_process_and_gives_its_result() -> None:
    assert run_isolated(Task("asking", os.getpid)) != os.getpid()


def test_a_fresh_process_shares_no_memory() -> None:
    assert run_isolated(Task("asking", threading.active_count), fresh=True) == 1
    with pytest.raises(ProcessError, match="asking can't be given to a new process") as stop:
        run_isolated(Task("asking", lambda: 1), fresh=True)
    assert "function of a module" in stop.value.step


def test_an_error_of_an_isolated_task_is_raised_here() -> None:
    with pytest.raises(PublicationError, match="the disk is full"):
        run_isolated(Task("refusing", refuse))
    with pytest.raises(TimeoutError, match="its own"):
        run_isolated(Task("refusing", lambda: (_ for _ in ()).throw(TimeoutError("its own"))))


class OddError(Exception):
    """Can't be made from its message alone."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} {two}")


def odd() -> None:
    raise OddError("a", "b")


def leave() -> None:
    raise SystemExit(3)


@pytest.mark.parametrize(("work", "said"), [(odd, r"OddError: a b"), (leave, r"SystemExit: 3")])
def test_an_error_that_can_not_be_raised_here_is_reported_with_its_type_and_message(
    work: Callable[[], None], said: str
) -> None:
    with pytest.raises(ProcessError, match=rf"parsing failed \({said}\)"):
        run_isolated(Task("parsing", work))
    with pytest.raises(ProcessError, match=rf"parsing failed \({said}\)"):
        run_parallel([Task("parsing", work)] * 2, jobs=2)


def test_a_result_that_can_not_be_pickled_is_an_error_that_names_the_task() -> None:
    with pytest.raises(ProcessError, match="parsing returned something that can't be sent"):
        run_isolated(Task("parsing", lambda: lambda: 1))


@pytest.mark.parametrize("fresh", [False, True], ids=["fork", "fresh"])
def test_a_task_is_stopped_when_its_time_is_up(fresh: bool) -> None:
    with pytest.raises(TimeLimitError, match=r"sleeping took longer than 0\.2 seconds") as stop:
        run_isolated(Task("sleeping", _sleep), seconds=0.2, fresh=fresh)
    assert stop.value.step


def _sleep() -> None:
    time.sleep(LONG)


def test_a_task_that_takes_too_much_memory_is_an_error_that_names_it() -> None:
    with pytest.raises(MemoryLimitError, match="parsing needs more memory than allowed") as stop:
        run_isolated(Task("parsing", lambda: bytearray(2**30)), memory=2**28)
    assert isinstance(stop.value, IomgraphError)
    assert len(run_isolated(Task("parsing", lambda: bytearray(2**20)), memory=2**28)) == 2**20


def test_a_task_that_may_open_nothing_opens_nothing() -> None:
    def look(path: str) -> str:
        return Path(path).read_text()

    with pytest.raises(OSError, match="Too many open files"):
        run_isolated(Task("looking", lambda: look("/etc/hostname")), files=0)
    with pytest.raises(OSError, match="Too many open files"):
        run_isolated(Task("calling", lambda: socket.socket().close()), files=0)


def test_a_system_without_forks_runs_tasks_here_and_keeps_limits_in_new_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("multiprocessing.get_all_start_methods", lambda: ["spawn"])
    assert run_isolated(Task("asking", lambda: os.getpid())) == os.getpid()
    assert run_parallel([Task("asking", lambda: os.getpid())] * 2, jobs=2) == [os.getpid()] * 2
    assert list(stream_isolated(Task("asking", lambda: "ab"))) == ["a", "b"]
    assert run_isolated(Task("asking", os.getpid), seconds=LONG) != os.getpid()
    with pytest.raises(ProcessError, match="can't be given to a new process"):
        run_isolated(Task("asking", lambda: 1), seconds=LONG)


def test_a_system_without_limits_refuses_to_promise_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iomgraph.processes.limits.resource", None)
    assert run_isolated(Task("asking", lambda: 1), seconds=LONG) == 1
    with pytest.raises(ProcessError, match="can't be limited"):
        run_isolated(Task("asking", lambda: 1), memory=2**30)


def test_stages_run_inside_stages() -> None:
    def stage() -> list[list[int]]:
        return run_parallel(
            [Task("inner", lambda: list(stream_isolated(Task("items", lambda: range(3)))))] * 2, jobs=2
        )

    assert run_isolated(Task("outer", stage), seconds=LONG) == [[0, 1, 2]] * 2


def test_native_code_without_memory_is_reported_and_writes_nothing(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUST_BACKTRACE", "1")

    def load() -> Iterator[int]:
        store = ox.Store()
        store.bulk_extend([])  # It asks for 200 MB at once.
        yield len(store)

    with pytest.raises(MemoryLimitError, match="storing needs more memory than allowed"):
        run_isolated(Task("storing", lambda: list(load())), memory=2**24)
    with pytest.raises(MemoryLimitError, match="storing needs more memory than allowed"):
        list(stream_isolated(Task("storing", load), memory=2**24))
    assert capfd.readouterr().err == ""
    monkeypatch.setenv("IOMGRAPH_TRACEBACK", "1")
    with pytest.raises(ProcessError):
        run_isolated(Task("storing", lambda: list(load())), memory=2**24)
    assert "memory allocation" in capfd.readouterr().err


def test_items_stream_in_order_and_the_memory_of_both_stays_small() -> None:
    def items() -> Iterator[bytes]:
        for number in range(4000):
            yield number.to_bytes(4, "big") * 25_000  # 400 MB in all

    count = 0
    for item in stream_isolated(Task("giving", items), memory=2**28 + 2**27):
        assert item[:4] == count.to_bytes(4, "big")
        count += 1
    assert count == 4000


def test_a_stream_that_fails_gives_what_came_before() -> None:
    def items() -> Iterator[str]:
        yield "a"
        raise PublicationError("the disk is full")

    stream = stream_isolated(Task("giving", items))
    assert next(stream) == "a"
    with pytest.raises(PublicationError, match="the disk is full"):
        next(stream)


def test_the_time_of_a_stream_does_not_count_that_of_its_reader() -> None:
    stream = stream_isolated(Task("giving", lambda: range(2000)), seconds=5.0)
    assert next(stream) == 0
    assert len(list(stream)) == 1999


def test_a_stream_that_is_left_ends_its_process() -> None:
    def items() -> Iterator[int]:
        while True:
            yield os.getpid()

    stream = stream_isolated(Task("giving", items))
    pid = next(stream)
    assert is_alive(pid)
    stream.close()  # type: ignore[attr-defined]
    assert not is_alive(pid)


PARENT = """
import os, signal, time
# What runs in the background of a shell ignores interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
from iomgraph.processes import Task, run_isolated, run_parallel
def work():
    os.write(1, b"%d\\n" % os.getpid())
    time.sleep(600)
if __name__ == "__main__":
    inner = lambda: run_parallel([Task("a", work), Task("b", work)], jobs=2)
    run_isolated(Task("outer", inner))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_parent_that_is_ended_leaves_no_process_behind(number: signal.Signals) -> None:
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            pids = [int(process.stdout.readline()) for _ in range(2)]
            assert all(map(is_alive, pids))
            process.send_signal(number)
            process.wait(60)
        finally:
            process.kill()
        for pid in pids:
            wait_until_gone(pid)


def test_no_process_is_left_when_work_has_ended() -> None:
    before = _children()
    run_parallel([Task("a", os.getpid)] * 4, jobs=2)
    run_isolated(Task("a", os.getpid))
    assert _children() == before


def _children() -> set[str]:
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == os.getpid():
            found.add(stat.parent.name)
    return found


@pytest.mark.parametrize("was_on", [True, False])
def test_a_pause_of_the_garbage_collector_ends_as_it_began(was_on: bool) -> None:
    try:
        (gc.enable if was_on else gc.disable)()
        with paused_collection():
            assert not gc.isenabled()
        assert gc.isenabled() is was_on
        with pytest.raises(ZeroDivisionError), paused_collection():
            _ = 1 / 0
        assert gc.isenabled() is was_on
    finally:
        gc.enable()
