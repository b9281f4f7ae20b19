"""A running build on a cluster: the things that all its steps need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from iomgraph.cluster.kit import Kit
from iomgraph.settings import Settings
from iomgraph.validation import locality


@dataclass(frozen=True)
class Job:
    """A running build.

    Args:
        spark: the session.
        settings: folders, licence.
        kit: the kit for workers.
        parts: number of parts into which projects are split.
        local: IRIs of the rules that concern one project at a time.
        across: IRIs of rules that look across projects, with the predicates that they read.
    """

    spark: Any
    settings: Settings
    kit: Kit
    parts: int
    local: frozenset[str]
    across: tuple[locality.Extent, ...]
