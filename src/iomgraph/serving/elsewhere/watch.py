"""The watch over a store elsewhere, which finds out the release that it holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from iomgraph.errors import RemoteError
from iomgraph.remote.batches import Names
from iomgraph.remote.push_log import PushLog
from iomgraph.serving.elsewhere.opened import StoreAddress
from iomgraph.serving.limits import Limits

_PATIENCE, _LARGEST = 10.0, 1 << 20
"""Most seconds and bytes of a look, which the server process itself makes."""


@dataclass(frozen=True, slots=True)
class Sight:
    """The state of a store at a look.

    Args:
        held: name of the quads of the release that it holds; empty if it holds none, or none that is noted.

        fault: the reason why the look failed; empty if it succeeded.
    """

    held: str = ""
    fault: str = "it has not been asked yet"


class StoreWatch:
    """A watcher that looks at a store repeatedly.

    Args:
        address: address of the store.
        base_iri: base IRI of the release that it should hold.
        limits: limits of an answer.
        tell: takes each change of the state.
    """

    def __init__(
        self, address: StoreAddress, base_iri: str, limits: Limits, tell: Callable[[Sight], object]
    ) -> None:
        bounds = Limits(seconds=min(limits.seconds, _PATIENCE), bytes=_LARGEST)
        names = Names(f"{base_iri}graph/", "")
        self._log, self._tell = PushLog(address.endpoint(bounds), names), tell
        self.sight = Sight()

    def holds(self, quads: str) -> bool:
        """Tell whether the store held these quads at the last look."""
        return not self.sight.fault and self.sight.held == quads

    async def look(self) -> None:
        """Look at the store."""
        sight = await asyncio.to_thread(self._look)
        if sight != self.sight:
            self.sight = sight
            self._tell(sight)

    def _look(self) -> Sight:
        try:
            return Sight(self._log.release()[0], "")
        except RemoteError as error:
            return Sight("", error.what)
