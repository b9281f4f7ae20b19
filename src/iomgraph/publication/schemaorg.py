"""The dataset's description for search engines: a schema.org `Dataset`.

The document defines its own terms (`@vocab`), so that readers need not fetch a context.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from iomgraph import terms
from iomgraph.formats import content_type
from iomgraph.publication.info import ReleaseInfo
from iomgraph.records.record import Record
from iomgraph.release.manifest import entry

FILE = "dataset.jsonld"


def write(folder: Path, info: ReleaseInfo) -> None:
    """Write `dataset.jsonld`, as https://schema.org/Dataset and search engines require.

    Args:
        folder: the staged release, with the files that the description calls distributions.
        info: the release.
    """
    description, years, version = info.description, info.years, info.edition.version
    expand, dataset = description.context.expand, description.dataset
    publisher = next(item for item in description.records if item["id"] == dataset["publisher"])
    maker = {"@id": expand(publisher["id"]), "@type": "Organization", "name": publisher["name"]}
    document = {
        "@context": {"@vocab": terms.SCHEMA},
        "@id": expand(dataset["id"]),
        "@type": "Dataset",
        "name": _texts(dataset["title"]),
        "description": _texts(dataset["description"]),
        **({"keywords": _texts(dataset["keyword"])} if "keyword" in dataset else {}),
        "identifier": [
            expand(dataset["id"]),
            *([f"{expand(dataset['id'])}/version/{version}"] if version else []),
        ],
        "url": expand(dataset["landingPage"]),
        "license": info.license_iri,
        "isAccessibleForFree": True,
        "datePublished": info.issued.isoformat(),
        "dateModified": info.issued.isoformat(),
        **({"version": version} if version else {}),
        **({"temporalCoverage": f"{years[0]:04}/{years[1]:04}"} if years else {}),
        "inLanguage": list(dataset["title"]),
        "creator": maker,
        "publisher": {"@id": maker["@id"]},
        **({"isBasedOn": dataset["wasDerivedFrom"]} if "wasDerivedFrom" in dataset else {}),
        "distribution": [
            _download(folder, record, expand)
            for record in description.records
            if "Distribution" in record["type"]
        ],
    }
    text = json.dumps(document, indent=1, ensure_ascii=False)
    (folder / FILE).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _download(folder: Path, record: Record, expand: Any) -> Mapping[str, Any]:
    name = record["id"].removeprefix("distributions:")
    described = entry(folder, name)
    return {
        "@id": expand(record["id"]),
        "@type": "DataDownload",
        "name": _texts(record["title"]),
        "contentUrl": expand(f"iomgraph:{name}"),
        "encodingFormat": content_type(name),
        "contentSize": f"{described.bytes} B",
        "sha256": described.sha256,
    }


def _texts(by_language: Mapping[str, Any]) -> list[Mapping[str, str]]:
    return [{"@value": text, "@language": language} for language, text in _each(by_language)]


def _each(by_language: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for language, texts in by_language.items():
        yield from ((language, text) for text in (texts if isinstance(texts, list) else [texts]))
