"""Projects made one after the other, in this process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iomgraph.claims.claim import Page
from iomgraph.claims.pages import spooled
from iomgraph.records.project import Project, Reconciler, activities
from iomgraph.sources.rules import Reporter


def projects(reconciler: Reconciler, pages: Iterable[Page], reporter: Reporter) -> Iterator[Project]:
    """Group pages into projects, and reconcile each."""
    groups = reconciler.groups(spooled(pages), reporter)
    known = activities(groups)
    return (reconciler.project(one, reporter, known) for one in groups)
