"""Whatever goes wrong inside is an answer, and a line in the log."""

from __future__ import annotations

import io
from typing import Any, cast

from iomgraph.serving.app import App
from iomgraph.serving.live import Live
from iomgraph.serving.log import Log
from iomgraph.serving.message import Request, Response
from iomgraph.serving.metrics import Metrics


class Broken:
    """A release that fails at every touch."""

    @property
    def current(self) -> Any:
        raise ZeroDivisionError("at /secret/path")


def fail(late: Response) -> None:
    raise AssertionError(f"nothing comes later: {late}")


def test_a_fault_of_ours_is_told_to_the_log_and_not_to_the_client() -> None:
    told = io.StringIO()
    app = App(cast(Live, Broken()), Metrics(), Log(stream=told))
    response = app.respond(Request("GET", "/id/project/LM.0024"), fail)
    assert isinstance(response, Response)
    assert response.status == 500
    assert isinstance(response.body, bytes)
    assert b"secret" not in response.body
    assert "ZeroDivisionError: at /secret/path" in told.getvalue()
