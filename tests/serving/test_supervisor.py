"""A loader that can't load, or is stopped before it has, is an error and leaves no process."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from iomgraph.errors import PublicationError
from iomgraph.serving.channel import Channel
from iomgraph.serving.limits import Limits
from iomgraph.serving.loader import Order
from iomgraph.serving.supervisor import Death, Supervisor


class Owner:
    """Notes what happens to the loader; there are no workers here."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def joined(self, pid: int) -> Channel:
        raise NotImplementedError

    def ready(self, pid: int) -> None: ...

    def died(self, pid: int, death: Death) -> None: ...

    def orphaned(self) -> None: ...

    def event(self, name: str) -> None:
        self.events.append(name)


def test_a_folder_that_is_not_a_release_is_an_error(tmp_path: Path) -> None:
    async def scenario() -> None:
        one = Supervisor(Order(tmp_path, Limits()), Owner())
        with pytest.raises(PublicationError):
            await one.start()
        assert one._process.returncode is not None

    asyncio.run(scenario())


@pytest.mark.parametrize("ended", [signal.SIGSTOP, signal.SIGKILL])
def test_a_loader_that_is_ended_while_it_loads_is_an_error(site_release: Path, ended: int) -> None:
    async def scenario() -> None:
        owner = Owner()
        one = Supervisor(Order(site_release, Limits()), owner)
        starting = asyncio.get_running_loop().create_task(one.start())
        await asyncio.sleep(0)
        os.kill(one._process.pid, ended)
        with pytest.raises(PublicationError, match="its process died"):
            await asyncio.wait_for(starting, 60)
        assert owner.events == (["stuck"] if ended == signal.SIGSTOP else [])
        assert one._process.returncode == -signal.SIGKILL

    asyncio.run(scenario())
