"""The settings of a command in one typed object: folders, the base IRI, the one clock."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

from iomgraph.errors import SettingsError
from iomgraph.iris import BASE_IRI as BASE_IRI
from iomgraph.iris import checked_base

LANGUAGES = ("en", "fr", "es")


def resources() -> Path:
    """The folder with data/, ontology/, queries/ and shapes/.

    A wheel has it inside the package; in a checkout it is the top of the repository.
    """
    package = Path(str(files("iomgraph")))
    inside = package / "resources"
    return inside if inside.is_dir() else package.parents[1]


def _resource(name: str) -> Path:
    return resources() / name


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of a command; the defaults are the project's own knowledge and `dist/` here.

    Args:
        data: folder of the tables.
        ontology: folder of the ontology, its alignments and the context.
        shapes: folder of the shapes.
        queries: folder of the queries.
        out: folder of the release.
        base_iri: the beginning of every minted IRI; empty for that of the portfolio.
        max_file_bytes: the size above which a source is not read.
        version: of the release; without one, the day of its data.
        previous: folder of the previous release; without one, the release that the new one replaces.
        site: build the site, too.
        sign: key to sign the release with; without one, it is not signed.
        cache: folder of what earlier builds made, to be used again; None for no cache.
        keep: names in the folder of the release that do not belong to it and stay, besides `.git` and
            `CNAME`.

    Example:
        >>> Settings().out
        PosixPath('dist')
    """

    data: Path = field(default_factory=lambda: _resource("data"))
    ontology: Path = field(default_factory=lambda: _resource("ontology"))
    shapes: Path = field(default_factory=lambda: _resource("shapes"))
    queries: Path = field(default_factory=lambda: _resource("queries"))
    out: Path = Path("dist")
    base_iri: str = ""
    max_file_bytes: int = 5_000_000
    version: str = ""
    previous: Path | None = None
    site: bool = True
    sign: Path | None = None
    cache: Path | None = None
    keep: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.base_iri:
            checked_base(self.base_iri)
        for name in ("data", "ontology", "shapes", "queries"):
            folder = getattr(self, name)
            if not folder.is_dir():
                raise SettingsError(
                    f"the {name} folder does not exist", where=folder, step="name a folder that exists"
                )
        if self.cache and self.cache.resolve().is_relative_to(self.out.resolve()):
            raise SettingsError(
                "the cache would lie in the release", where=self.cache, step="name a folder outside it"
            )


def clock(newest: date | None = None) -> datetime:
    """The one clock: the time that a release states as its own.

    It is SOURCE_DATE_EPOCH if that is set (https://reproducible-builds.org/specs/source-date-epoch/), or else
    the day of the newest capture, and never the time of the machine, so that the same data gives the same
    bytes on any day.

    Args:
        newest: day of the newest capture; without it and without the variable, the clock says 1970-01-01.

    Raises:
        SettingsError: if SOURCE_DATE_EPOCH is not a whole number of seconds.

    Example:
        >>> import os; _ = os.environ.pop("SOURCE_DATE_EPOCH", None)
        >>> clock(date(2026, 11, 23)).isoformat()
        '2026-11-23T00:00:00+00:00'
    """
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if text is None:
        day = newest or date(1970, 1, 1)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        raise SettingsError(
            "SOURCE_DATE_EPOCH is not a number of seconds",
            where=text,
            step="unset it, or set it to an integer",
        ) from None
