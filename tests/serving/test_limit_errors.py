"""The end of a worker shows the limit that its query exceeded."""

from __future__ import annotations

import signal

import pytest

from iomgraph.serving import limit_errors, worker
from iomgraph.serving.limits import Limits


@pytest.mark.parametrize(
    ("ended", "name", "status", "says"),
    [
        (worker.TIME, "time", 504, "longer than 3 seconds"),
        (worker.CPU, "cpu", 504, "more than 2 seconds of computing"),
        (worker.MEMORY, "memory", 413, "more than 1,000 bytes of memory"),
        (signal.SIGSEGV, "crash", 500, "failed twice"),
    ],
)
def test_the_signal_names_the_limit(ended: int, name: str, status: int, says: str) -> None:
    found, error = limit_errors.passed(ended, Limits(seconds=3, cpu_seconds=2, memory=1_000))
    assert (found, error.status) == (name, status)
    assert says in str(error)
    assert "Next: " in str(error)


def test_those_who_may_come_back_are_reported_when() -> None:
    for error in (
        limit_errors.full(),
        limit_errors.client_full(3),
        limit_errors.unbuffered(),
        limit_errors.closed(),
    ):
        assert dict(error.headers)["Retry-After"] == "5"
        assert error.status in (429, 503)
