"""The application in any ASGI server: it starts, answers, and reports its faults to the log only."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Host, Mount

from iomgraph.errors import PublicationError
from iomgraph.serving import Options, create_app
from iomgraph.serving.log import Log

Told = tuple[int, dict[bytes, bytes], bytes]


async def get(app: Any, path: str, root: str = "", method: str = "GET") -> Told:
    """Ask an application as a server would; the client stays until it has its answer."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": root + path,
        "raw_path": (root + path).encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost")],
        "client": ("192.0.2.1", 1),
        "server": ("localhost", 80),
    }
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        told.append(message)

    await app(scope, receive, send)
    body = b"".join(one.get("body", b"") for one in told[1:])
    return told[0]["status"], dict(told[0]["headers"]), body


def test_an_application_is_mounted_in_another(site_release: Path) -> None:
    app = create_app(site_release, Options(log=Log(stream=io.StringIO())))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with app.router.lifespan_context(app):
            yield

    site = Starlette(routes=[Mount("/data", app), Host("localhost", app)], lifespan=lifespan)

    async def run() -> list[Told]:
        async with site.router.lifespan_context(site):
            return [
                await get(site, "/index.html"),
                await get(site, "/index.html", "/data"),
                await get(site, "/sparql", "/data"),
                await get(site, "/nothing", "/data"),
            ]

    page, below, sparql, nothing = asyncio.run(run())
    assert page[2] == below[2] == (site_release / "site/index.html").read_bytes()
    assert (sparql[0], sparql[1][b"content-type"]) == (200, b"text/turtle")
    assert nothing[0] == 404


def test_a_folder_that_is_not_a_release_stops_the_start(tmp_path: Path) -> None:
    app = create_app(tmp_path, Options(log=Log(stream=io.StringIO())))

    async def run() -> None:
        async with app.router.lifespan_context(app):
            raise AssertionError("it starts")

    with pytest.raises(PublicationError):
        asyncio.run(run())


class Broken:
    """A release that fails at every touch."""

    def __getattr__(self, name: str) -> Any:
        raise ZeroDivisionError("at /secret/path")


def test_an_internal_fault_goes_to_the_log_and_not_to_the_client(site_release: Path) -> None:
    told = io.StringIO()
    log = Log(stream=told)
    app = create_app(site_release, Options(log=log))
    app.state.live.current = Broken()
    status, _, body = asyncio.run(get(app, "/id/project/LM.0024"))
    log.flush()
    assert status == 500
    assert b"secret" not in body
    assert "ZeroDivisionError: at /secret/path" in told.getvalue()
