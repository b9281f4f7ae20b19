"""The version of a release: chosen by its publisher, or else the day of its data."""

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
        version: of this release; empty if not stated.
        previous: version of the previous release; empty if there is none.
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

    We use calendar versions because the data has a day and no interface to break: releases sort by their
    versions, and the same data has the same version on every machine. To publish twice a day, name the second
    release, such as `2026.11.23.1`.

    Args:
        given: the version that the user chose; empty for the day of the data.
        day: the day of the data.

    Raises:
        SettingsError: if it can't be part of an IRI and of the name of a file.

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
