"""The reference of the rules: every shape, and everything else that a build or a check can find."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from documentation.markdown import code, prose, table
from iomgraph.findings import Severity
from iomgraph.settings import LANGUAGES
from iomgraph.sources.tables import Row, read
from iomgraph.validation.shapes import Shape, load

_SEVERITIES = {
    Severity.MUST: "Blocking: data that breaks one of these is not published",
    Severity.SHOULD: "Fix: published, and reported",
    Severity.MAY: "Note: published, and noted",
}
_COLUMNS = ("rule", "severity", *(f"{what}_{lang}" for what in ("name", "message") for lang in LANGUAGES))


def page(folder: Path) -> str:
    """Write the page of the shapes, by severity.

    Args:
        folder: of the shapes.

    Example:
        >>> from iomgraph.settings import resources
        >>> "Project-title" in page(resources() / "shapes")
        True
    """
    rules = load(folder).rules.values()
    said = [
        "# Shapes",
        "",
        "The rules that the data of a release keeps to, in SHACL. Each has its name and its message in three"
        " languages; a finding names the shape that it comes from.",
        "",
    ]
    for severity, title in _SEVERITIES.items():
        said += [f"## {title}", "", _shapes(one for one in rules if one.severity is severity)]
    return "\n".join(said)


def _shapes(shapes: Iterable[Shape]) -> str:
    return table(
        ["Shape", "Message", "What to do", "File"],
        (
            [
                code(shape.iri.rpartition("#")[2]),
                prose(shape.messages["en"]),
                prose(shape.descriptions.get("en", "")),
                code(shape.place.file),
            ]
            for shape in shapes
        ),
    )


def findings(data: Path) -> str:
    """Write the page of what reading, reconciling and verifying can find beside the shapes.

    Args:
        data: folder with the vocabulary.

    Example:
        >>> from iomgraph.settings import resources
        >>> "missing-file" in findings(resources() / "data")
        True
    """
    lead = "A finding names its rule, its severity and its place. Words in braces are filled in."
    said = ["# Findings", "", lead, ""]
    for title, name in (("A build or a check", "findings"), ("`iomgraph verify`", "verification")):
        rows = read(data / f"vocabulary/{name}.csv", _COLUMNS)
        said += [f"## {title}", "", table(["Rule", "Severity", "Name", "Message"], map(_finding, rows))]
    return "\n".join(said)


def _finding(row: Row) -> list[str]:
    return [code(row["rule"]), row["severity"], prose(row["name_en"]), prose(row["message_en"])]
