"""The dataset's description for catalogues: DCAT 3, within the application profile DCAT-AP 3.0.1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from iomgraph.formats import GZIP, content_type, media_type
from iomgraph.mapping.context import Record
from iomgraph.publication import jsonld
from iomgraph.publication.description import Description, write_turtle
from iomgraph.release.manifest import entry
from iomgraph.release.version import UNSAID, Edition

TURTLE = "dcat.ttl"
JSONLD = "dcat.jsonld"


def write(
    folder: Path,
    description: Description,
    issued: date,
    license_iri: str,
    years: tuple[int, int] | None = None,
    edition: Edition = UNSAID,
) -> None:
    """Write `dcat.ttl` and `dcat.jsonld`, which say the same.

    Args:
        folder: the staged release; the files that the description calls distributions are there.
        description: the dataset, as `iomgraph.publication.description.read` gives it.
        issued: the day of the data.
        license_iri: the licence that the compiled data is offered under.
        years: the first and the last year that the data is about, if any is known.
        edition: which release it is, and which was before.

    Raises:
        OSError: if a distribution is described whose file is not there; `staged` makes a stop of it.
    """
    described = list(records(folder, description, issued, license_iri, years, edition))
    write_turtle(folder / TURTLE, description.context, described)
    jsonld.write(folder / JSONLD, description.context.document["@context"], described)


def records(
    folder: Path,
    description: Description,
    issued: date,
    license_iri: str,
    years: tuple[int, int] | None = None,
    edition: Edition = UNSAID,
) -> Iterator[Record]:
    """Give the records of the description with what only this release knows; arguments as for `write`."""
    common = {"issued": issued.isoformat(), "modified": issued.isoformat(), "license": license_iri}
    for record in description.records:
        if "Distribution" in record["type"]:
            yield {**record, **common, **_file(folder, record)}
        elif "Dataset" in record["type"]:
            yield {**record, **common, **_temporal(years), **edition.record()}
        else:
            yield record
    yield {"id": license_iri, "type": ["LicenseDocument"]}


def _temporal(years: tuple[int, int] | None) -> dict[str, Any]:
    if years is None:
        return {}
    first, last = (f"{year:04}" for year in years)
    period = {"id": "dataset:period", "type": ["PeriodOfTime"], "startDate": first, "endDate": last}
    return {"temporal": period}


def _file(folder: Path, record: Record) -> Mapping[str, Any]:
    """Give what is known of a distribution from its file."""
    name = record["id"].removeprefix("distributions:")
    described = entry(folder, name)
    url = f"iomgraph:{name}"
    return {
        "accessURL": url,
        "downloadURL": url,
        "mediaType": _media_type(content_type(name)),
        **({"compressFormat": _media_type(GZIP)} if media_type(name) == GZIP else {}),
        "format": {"id": record["format"], "type": ["MediaTypeOrExtent"]},
        "availability": "availabilities:AVAILABLE",
        "rights": "dataset:disclaimer",
        "byteSize": described.bytes,
        "checksum": {
            "id": f"checksums:{name}",
            "type": ["Checksum"],
            "algorithm": "spdx:checksumAlgorithm_sha256",
            "checksumValue": described.sha256,
        },
    }


def _media_type(name: str) -> Record:
    return {"id": f"iana:{name}", "type": ["MediaType"]}
