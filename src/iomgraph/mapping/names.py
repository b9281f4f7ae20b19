"""CURIEs to IRIs, each expanded and checked once while it is remembered."""

from __future__ import annotations

import re
from collections.abc import Mapping

from iomgraph.errors import OntologyError
from iomgraph.mapping.nquads import iri

_LIMIT = 4096
_PLAIN = re.compile(r"(?!//)[A-Za-z0-9._~/-]+")
"""Keys that can follow a prefix without a closer look. Two slashes would make the prefix a scheme."""


class Names(dict[str, str]):
    """CURIE to IRI in angle brackets; an absolute IRI stands for itself.

    States and themes recur all the time, and the name of a project a few times in a row, so names are
    remembered. When there are too many, all are forgotten: memory stays bounded for any portfolio, and names
    in constant use soon come back.

    Args:
        prefixes: prefix to IRI, which ends in `/` or `#`.

    Raises:
        OntologyError: if the IRI of a prefix is not valid.

    Example:
        >>> Names({"projects": "https://w3id.org/iomgraph/id/project/"})["projects:LM.0024"]
        '<https://w3id.org/iomgraph/id/project/LM.0024>'
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        super().__init__()
        self._heads = {prefix: iri(base).removesuffix(">") for prefix, base in prefixes.items()}

    def __missing__(self, text: str) -> str:
        prefix, _, rest = text.partition(":")
        head = self._heads.get(prefix)
        name = f"{head}{rest}>" if head and _PLAIN.fullmatch(rest) else self._checked(text, head, rest)
        if len(self) >= _LIMIT:
            self.clear()
        self[text] = name
        return name

    @staticmethod
    def _checked(text: str, head: str | None, rest: str) -> str:
        if ":" not in text:
            raise OntologyError("a name has no prefix", where=ascii(text), step="write it as prefix:key")
        # JSON-LD 1.1 API, section 5.2.2: two slashes after the colon make it an IRI, whatever the prefix.
        return iri(text if head is None or rest.startswith("//") else f"{head[1:]}{rest}")
