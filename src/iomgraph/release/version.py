"""The version of a release: given by its publisher, or else the day of its data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from iomgraph.errors import SettingsError

_VERSION = re.compile(r"[0-9][0-9A-Za-z]*([.+_-][0-9A-Za-z]+)*")
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Edition:
    """The version of a release.

    The dataset is not an ontology, so `owl:versionIRI`, which would make it one, is left to the ontology.

    Args:
        version: of this release; empty where nothing is said of it.
        previous: version of the release before; empty if there is none.
    """

    version: str = ""
    previous: str = ""

    def record(self) -> dict[str, str]:
        """Describe the version in the record of the dataset, in the terms of `dataset.json`.

        Example:
            >>> Edition("2026.11.0").record()
            {'version': '2026.11.0', 'versionInfo': '2026.11.0'}
        """
        said = {"version": self.version, "versionInfo": self.version} if self.version else {}
        return said | ({"previousVersion": f"versions:{self.previous}"} if self.previous else {})


UNSAID = Edition()


def of(given: str, day: date) -> str:
    """Give the version of a release.

    Calendar versions are used because the data has a day and no interface to break: two releases are
    in order when their names are, and the same data has the same version on every machine. Who
    publishes twice a day gives the second one a name, `2026.11.23.1`.

    Args:
        given: what the user wants it to be called; empty for the day of the data.
        day: the day of the data.

    Raises:
        SettingsError: if it could not be a part of an IRI and the name of a file.

    Example:
        >>> of("", date(2026, 11, 3)), of("2026.11.0", date(2026, 11, 3))
        ('2026.11.03', '2026.11.0')
    """
    version = given or day.strftime("%Y.%m.%d")
    if len(version) > _LONGEST or not _VERSION.fullmatch(version):
        raise SettingsError(
            "this is not a version", where=repr(given), step="give one such as 2026.11.0, of digits and dots"
        )
    return version
