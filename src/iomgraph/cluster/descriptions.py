"""The descriptions of a release in parts: VoID with true counts, and DCAT with a distribution per part."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from iomgraph.publication import dcat, service, void
from iomgraph.publication.description import Description
from iomgraph.publication.draft import Draft
from iomgraph.records.record import Record
from iomgraph.release.dumps import NQUADS

_WHOLE = f"distributions:{NQUADS}"


def write(folder: Path, draft: Draft, statistics: void.Statistics) -> None:
    """Write `void.ttl`, `service.ttl`, `dcat.ttl` and `dcat.jsonld`.

    Args:
        folder: the staged release, with its parts.
        draft: the facts about the release.
        statistics: statistics of the default graph.
    """
    names = sorted(path.relative_to(folder).as_posix() for path in folder.glob("nquads/*"))
    info = draft.info
    info = replace(info, description=in_parts(info.description, names), dumps=tuple(names))
    void.write(folder, info, statistics, draft.linksets, draft.data.context.prefixes)
    service.write(folder, draft.about, statistics.triples)
    dcat.write(folder, info)


def in_parts(description: Description, names: list[str]) -> Description:
    """Describe the parts of the N-Quads instead of the files of a release in one piece.

    Args:
        description: description of the dataset.
        names: names of the parts.
    """
    model = next(record for record in description.records if record["id"] == _WHOLE)
    parts: list[Record] = [
        {
            **model,
            "id": f"distributions:{name}",
            "title": {lang: _numbered(texts, number, len(names)) for lang, texts in model["title"].items()},
        }
        for number, name in enumerate(names, 1)
    ]
    kept = [record for record in description.records if "Distribution" not in record["type"]]
    listed = [part["id"] for part in parts]
    records = [record | {"distribution": listed} if "distribution" in record else record for record in kept]
    return Description(description.context, [*records, *parts])


def _numbered(texts: object, number: int, of: int) -> object:
    told = f" ({number}/{of})"
    return [f"{text}{told}" for text in texts] if isinstance(texts, list) else f"{texts}{told}"
