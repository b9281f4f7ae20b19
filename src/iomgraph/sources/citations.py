"""What a table's column `source` cites: pages by their address, other works by their name."""

from __future__ import annotations

import re

from iomgraph import iris

_ADDRESS = re.compile(r"https?://[^\s,;]+")


def cited(text: str) -> dict[str, list[str]]:
    """The sources that a cell names, as the terms of a record.

    Args:
        text: one source after another, parted by semicolons: an address, an address with a remark,
            or the name of a work.

    Returns:
        `source`: the addresses; `attribution`: whatever is more than an address, word for word.
        A term without a value is left out.

    Example:
        >>> found = cited("https://iom.int/fr/node/176566 (head of the page); A/RES/73/195")
        >>> found["source"], found["attribution"][1]
        (['https://iom.int/fr/node/176566'], 'A/RES/73/195')
    """
    parts = [part.strip() for part in text.split(";") if part.strip()]
    # An address that is known in part only ends in an ellipsis: it leads nowhere.
    addresses = [found for part in parts for found in _ADDRESS.findall(part) if not found.endswith("…")]
    sources = list(dict.fromkeys(address for address in addresses if iris.is_web_iri(address)))
    works = [part for part in parts if part not in sources]
    return {term: found for term, found in (("source", sources), ("attribution", works)) if found}
