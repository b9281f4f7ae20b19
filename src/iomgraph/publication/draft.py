"""The draft of a release: all inputs of its files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from iomgraph.cache import Memo
from iomgraph.claims.pages import PageRef
from iomgraph.findings import Findings
from iomgraph.mapping.dataset import Dataset
from iomgraph.portfolio import Portfolio
from iomgraph.publication import description
from iomgraph.publication.changes.predecessor import Predecessor
from iomgraph.publication.info import ReleaseInfo
from iomgraph.reference.links import Linkset
from iomgraph.release import version
from iomgraph.settings import Settings, clock
from iomgraph.validation.shapes import Shape


@dataclass(frozen=True)
class Draft:
    """Everything that a release is made from.

    Args:
        settings: folders, base IRI.
        portfolio: what is published, and by whom.
        data: every record, by graph.
        pages: CURIE of each project to its pages.
        findings: of reading and of the shapes.
        results: gives the results of the shapes, as `ShaclReport.run` writes them.
        shapes: that were checked.
        linksets: the sets of links to other people's things.
        years: the first and the last year that a project names, if one does.
        newest: day of the newest capture.
        before: the previous release; None if this is the first.
        memo: keeps parts of files for the next build.
    """

    settings: Settings
    portfolio: Portfolio
    data: Dataset
    pages: Mapping[str, Sequence[PageRef]]
    findings: Findings
    results: Callable[[], Iterable[bytes]]
    shapes: Sequence[Shape]
    linksets: Sequence[Linkset]
    years: tuple[int, int] | None
    newest: date | None
    before: Predecessor | None
    memo: Memo = field(default_factory=Memo)

    @cached_property
    def about(self) -> description.Description:
        """The description of the dataset as a whole."""
        return description.read(self.portfolio, self.settings.base_iri)

    @cached_property
    def now(self) -> datetime:
        """The time of the release."""
        return clock(self.newest)

    @property
    def issued(self) -> date:
        """The day of the release."""
        return self.now.date()

    @property
    def edition(self) -> version.Edition:
        """The version of this release, and of the previous one."""
        name = version.of(self.settings.version, self.issued)
        return version.Edition(name, self.before.version if self.before else "")

    @property
    def info(self) -> ReleaseInfo:
        """The release, as its descriptions name it."""
        return ReleaseInfo(self.about, self.issued, self.portfolio.licence, self.years, self.edition)
