"""Services that answer from a store elsewhere, and report its failures instead of incomplete answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iomgraph.serving import problem
from iomgraph.serving.elsewhere.graphs import RemoteGraphs
from iomgraph.serving.message import Request, Response

if TYPE_CHECKING:
    from iomgraph.serving.services import Service


class Guarded:
    """A service, guarded.

    Args:
        service: answers.
        graphs: that it asks.
    """

    def __init__(self, service: Service, graphs: RemoteGraphs) -> None:
        self._service, self._graphs = service, graphs

    def answer(self, request: Request) -> Response:
        """Answer a request, or report that the store failed or its release changed meanwhile."""
        self._graphs.begin()
        response = self._service.answer(request)
        failure = self._graphs.end()
        return problem.response(failure) if failure else response
