"""Sets of links to other people's things, in SSSOM: metadata in comments, then a tab-separated table.

https://mapping-commons.github.io/sssom/spec-formats-tsv/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from iomgraph.errors import SourceError
from iomgraph.findings import Place
from iomgraph.settings import resources
from iomgraph.sources import tables
from iomgraph.sources.tables import Row

FOLDER, SUFFIX = "links", ".sssom.tsv"
COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "mapping_justification",
    "mapping_source",
    "confidence",
    "comment",
)
_METADATA = ("mapping_set_id", "mapping_set_title", "mapping_set_description", "license", "object_source")


@dataclass(frozen=True, slots=True)
class MappingSet:
    """One file of links.

    Args:
        key: its name, `states_wikidata`.
        prefixes: prefix to IRI, from its `curie_map`.
        metadata: the other slots of its head: id, title, description, license, object_source.
        rows: one per link, with CURIEs as written.
        borrowed: it comes with the package, and names things that a portfolio may not have.
    """

    key: str
    prefixes: Mapping[str, str]
    metadata: Mapping[str, str]
    rows: tuple[Row, ...]
    borrowed: bool = False

    def expand(self, curie: str) -> str:
        """The IRI that a CURIE of the file stands for; empty if its prefix is not declared."""
        prefix, colon, rest = curie.partition(":")
        return self.prefixes[prefix] + rest if colon and prefix in self.prefixes else ""


def files(data: Path) -> dict[str, Path]:
    """The sets of a portfolio by the names of their files: its own, and those of the package.

    Sets about one organisation never come from the package.

    Args:
        data: the folder of the portfolio, which may have a folder `links/`.
    """
    shared, own = resources() / "data" / FOLDER, data / FOLDER
    found = {path.name: path for path in shared.glob(f"*{SUFFIX}")} if own != shared else {}
    found = {name: path for name, path in found.items() if not f"{FOLDER}/{name}".startswith(tables.OWN)}
    found |= {path.name: path for path in own.glob(f"*{SUFFIX}")}
    return dict(sorted(found.items()))


def read(data: Path) -> list[MappingSet]:
    """Read every set of a portfolio, in the order of their names.

    Args:
        data: the folder of the portfolio; its sets are in `links/`.

    Raises:
        SourceError: if a file can't be read, or its head or its columns are not those of SSSOM.

    Example:
        >>> from iomgraph.settings import Settings
        >>> links = {found.key: found for found in read(Settings().data)}
        >>> links["states_wikidata"].expand("wd:Q230")
        'http://www.wikidata.org/entity/Q230'
    """
    shared = resources() / "data" / FOLDER
    return [
        _read(path, f"data/{FOLDER}/{name}", borrowed=path.parent == shared and data / FOLDER != shared)
        for name, path in files(data).items()
    ]


def _read(path: Path, label: str, *, borrowed: bool = False) -> MappingSet:
    text = tables.text(path, label)
    head = [line for line in text.splitlines() if line.startswith("#")]
    prefixes, metadata = _head(head, label)
    body = "\n".join(text.split("\n")[len(head) :])
    rows = tables.parse(body, COLUMNS, label, delimiter="\t", line=len(head) + 1)
    return MappingSet(path.name.removesuffix(SUFFIX), prefixes, metadata, tuple(rows), borrowed)


def _head(lines: list[str], label: str) -> tuple[dict[str, str], dict[str, str]]:
    prefixes: dict[str, str] = {}
    metadata: dict[str, str] = {}
    for number, key, value, nested in _entries(lines, label):
        if nested:
            prefixes[key] = value
        elif key in _METADATA:
            metadata[key] = value.strip('"')
        elif key != "curie_map":
            raise SourceError(
                f"unknown slot {key!r} in the head of a set of links",
                where=Place(label, line=number),
                step=f"the slots are: curie_map, {', '.join(_METADATA)}",
            )
    missing = [slot for slot in _METADATA if not metadata.get(slot)]
    if missing:
        raise SourceError(
            f"the head of a set of links lacks {', '.join(missing)}",
            where=Place(label, line=1),
            step="add `#slot: value` above the table",
        )
    return prefixes, metadata


def _entries(lines: list[str], label: str) -> Iterator[tuple[int, str, str, bool]]:
    """Yield line number, key, value, and True for an entry of the `curie_map`."""
    for number, line in enumerate(lines, 1):
        key, colon, value = line[1:].partition(":")
        if not colon:
            raise SourceError(
                "a line of the head of a set of links has no colon",
                where=Place(label, line=number),
                step="write `#slot: value`, or `#  prefix: IRI` below `#curie_map:`",
            )
        yield number, key.strip(), value.strip(), line.startswith("# ")
