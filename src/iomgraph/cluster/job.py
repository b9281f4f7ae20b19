"""A build at work on a cluster: what all its steps need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from iomgraph.cluster.kit import Kit
from iomgraph.settings import Settings
from iomgraph.validation import locality


@dataclass(frozen=True)
class Job:
    """A build at work.

    Args:
        spark: the session.
        settings: folders, licence.
        kit: what workers get.
        parts: how many parts the projects are split into.
        local: IRIs of the rules that look no further than one project.
        across: those that look across projects, with the predicates that they read.
    """

    spark: Any
    settings: Settings
    kit: Kit
    parts: int
    local: frozenset[str]
    across: tuple[locality.Extent, ...]
