"""The facts that all descriptions of a release repeat: DCAT, schema.org, VoID, Data Package."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from iomgraph.publication.description import Description
from iomgraph.release.version import UNSAID, Edition


@dataclass(frozen=True, slots=True)
class ReleaseInfo:
    """The common facts of a release for its descriptions.

    Args:
        description: the dataset, from `iomgraph.publication.description.read`.
        issued: the day of the data.
        license_iri: the licence of the compiled data.
        years: the first and the last year of the data, if known.
        edition: the version of this release, and of the previous one.
        dumps: names of the files with the statements, if not the usual ones.
    """

    description: Description
    issued: date
    license_iri: str
    years: tuple[int, int] | None = None
    edition: Edition = UNSAID
    dumps: tuple[str, ...] = ()

    @property
    def dates(self) -> dict[str, str]:
        """The terms for the day of issue and the licence."""
        day = self.issued.isoformat()
        return {"issued": day, "modified": day, "license": self.license_iri}

    def without(self, file: str) -> ReleaseInfo:
        """The release without an optional file."""
        return replace(self, description=self.description.without(f"distributions:{file}"))
