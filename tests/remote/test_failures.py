"""Failures say what happened and what to do, and are tried again where that may help."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from iomgraph.errors import RemoteError, SettingsError
from iomgraph.remote import failures
from iomgraph.remote.endpoint import Addresses, Endpoint

from .conftest import QUICK, Proxy

MakeProxy = Callable[..., Proxy]


@pytest.mark.parametrize(
    ("status", "transient", "refused"),
    [
        (400, False, True),
        (401, False, False),
        (403, False, False),
        (404, False, True),
        (413, False, True),
        (429, True, False),
        (500, True, False),
        (501, False, True),
        (503, True, False),
        (599, True, False),
    ],
)
def test_a_status_says_whether_another_try_may_help(status: int, transient: bool, refused: bool) -> None:
    failure = failures.of_status(status, {}, "why")
    assert (failure.transient, failure.refused) == (transient, refused)
    assert str(status) in failure.what
    assert failure.step


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("-1", 0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 0),
        ("٣", 0),
        ("9" * 400, float("inf")),
    ],
)
def test_a_wait_that_the_server_asks_for_is_read_in_seconds(text: str, seconds: float) -> None:
    assert failures.of_status(503, {"Retry-After": text}, "").after == seconds


def test_a_request_that_the_server_is_too_busy_for_is_sent_as_often_as_allowed(proxy: MakeProxy) -> None:
    store = proxy(trick=lambda _: (503, f"Retry-After: {'9' * 400}\r\n", "busy"))
    with pytest.raises(RemoteError, match="not well"):
        store.endpoint.rows("ASK {}")
    assert len(store.requests) == QUICK.attempts


@pytest.mark.parametrize("location", ["http://[", "http://a:b/", "//"])
def test_a_redirect_to_no_address_is_named(proxy: MakeProxy, location: str) -> None:
    store = proxy(trick=lambda _: (302, f"Location: {location}\r\n", ""))
    with pytest.raises(RemoteError, match="redirects"):
        store.endpoint.rows("ASK {}")
    assert len(store.requests) == 1


@pytest.mark.parametrize("host", ["a..b", "[::1%25lo]", "a" * 300, "[v1.a]"])
def test_a_host_that_can_not_be_is_an_error_with_a_next_step(host: str) -> None:
    with pytest.raises((RemoteError, SettingsError)) as stop:
        Endpoint(Addresses(f"http://{host}:9/query"), policy=QUICK).rows("ASK {}")
    assert stop.value.step
