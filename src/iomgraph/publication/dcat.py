"""The dataset's description for catalogues: DCAT 3, within the application profile DCAT-AP 3.0.1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from iomgraph.formats import GZIP, content_type, media_type
from iomgraph.publication import jsonld
from iomgraph.publication.description import write_turtle
from iomgraph.publication.info import ReleaseInfo
from iomgraph.records.record import Record
from iomgraph.release.manifest import entry

TURTLE = "dcat.ttl"
JSONLD = "dcat.jsonld"


def write(folder: Path, info: ReleaseInfo) -> None:
    """Write `dcat.ttl` and `dcat.jsonld`, which are equivalent.

    Args:
        folder: the staged release, with the files that the description calls distributions.
        info: the release.

    Raises:
        OSError: if the file of a described distribution is missing; `staged` turns it into a stop.
    """
    described, context = list(records(folder, info)), info.description.context
    write_turtle(folder / TURTLE, context, described)
    jsonld.write(folder / JSONLD, context.document["@context"], [jsonld.joined(described)])


def records(folder: Path, info: ReleaseInfo) -> Iterator[Record]:
    """Yield the records of the description with the facts of this release; arguments as for `write`."""
    for record in info.description.records:
        if "Distribution" in record["type"]:
            yield {
                **record,
                **info.dates,
                **_file(folder, record, info.description.dataset.get("rights", "")),
            }
        elif "Dataset" in record["type"]:
            yield {**record, **info.dates, **_temporal(info.years), **info.edition.record()}
        else:
            yield record
    yield {"id": info.license_iri, "type": ["LicenseDocument"]}


def _temporal(years: tuple[int, int] | None) -> dict[str, Any]:
    if years is None:
        return {}
    first, last = (f"{year:04}" for year in years)
    period = {"id": "dataset:period", "type": ["PeriodOfTime"], "startDate": first, "endDate": last}
    return {"temporal": period}


def _file(folder: Path, record: Record, rights: str) -> Mapping[str, Any]:
    """Describe a distribution from its file, with the rights of the dataset."""
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
        **({"rights": rights} if rights else {}),
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
