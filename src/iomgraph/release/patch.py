"""RDF Patch: the change from one release to the next, in a form that Apache Jena and rdflib apply.

The form is that of https://afs.github.io/rdf-patch/: a header that names the change and the previous one, and
one transaction of `A` and `D` rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iomgraph.release.difference import ADDED, REMOVED, Change

EXTENSION = ".rdfp"
MEDIA_TYPE = "application/rdf-patch"


def rows(changes: Iterable[Change], name: str = "", previous: str = "") -> Iterator[str]:
    r"""Write changes as the lines of a patch.

    Args:
        changes: as `iomgraph.release.difference.difference` gives them; read once.
        name: IRI of the state that the patch leads to; left out if empty.
        previous: IRI of the state that it starts from; left out if empty.

    Example:
        >>> print(*rows([("A", "<urn:s> <urn:p> <urn:o> .\n")], "urn:v2"), sep="", end="")
        H id <urn:v2> .
        TX .
        A <urn:s> <urn:p> <urn:o> .
        TC .
    """
    if name:
        yield f"H id <{name}> .\n"
    if previous:
        yield f"H prev <{previous}> .\n"
    yield "TX .\n"
    for sign, line in changes:
        yield f"{sign} {line}"
    yield "TC .\n"


def changes(lines: Iterable[str]) -> Iterator[Change]:
    r"""Read the changes of a patch that `rows` wrote.

    Raises:
        ValueError: if a line does not belong to such a patch, or the patch has no end.

    Example:
        >>> list(changes(rows([("D", "<urn:s> <urn:p> <urn:o> .\n")])))
        [('D', '<urn:s> <urn:p> <urn:o> .\n')]
    """
    line = ""
    for line in lines:
        sign, _, rest = line.partition(" ")
        if sign in (ADDED, REMOVED):
            yield sign, rest
        elif sign not in ("H", "TX", "TC"):
            raise ValueError(f"this is not a line of a patch: {line[:80]!r}")
    if line != "TC .\n":
        raise ValueError("the patch has no end")
