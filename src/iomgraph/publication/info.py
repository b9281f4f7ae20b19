"""The facts that every description of one release repeats: DCAT, schema.org, VoID, Data Package."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from iomgraph.publication.description import Description
from iomgraph.release.version import UNSAID, Edition


@dataclass(frozen=True, slots=True)
class ReleaseInfo:
    """One release, as its descriptions name it.

    Args:
        description: the dataset, as `iomgraph.publication.description.read` returns it.
        issued: the day of the data.
        license_iri: the licence that the compiled data is offered under.
        years: the first and the last year that the data is about, if any is known.
        edition: the version of this release, and of the one before.
        dumps: names of the files that hold the statements, where they are not those of every release.
    """

    description: Description
    issued: date
    license_iri: str
    years: tuple[int, int] | None = None
    edition: Edition = UNSAID
    dumps: tuple[str, ...] = ()

    @property
    def dates(self) -> dict[str, str]:
        """The terms that say when the data was issued and under which licence."""
        day = self.issued.isoformat()
        return {"issued": day, "modified": day, "license": self.license_iri}

    def without(self, file: str) -> ReleaseInfo:
        """The release without a file that it need not have."""
        return replace(self, description=self.description.without(f"distributions:{file}"))
