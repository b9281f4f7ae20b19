"""Citations in a table's column `source`: pages by their address, other works by their name."""

from __future__ import annotations

import re

from iomgraph import iris

_ADDRESS = re.compile(r"https?://[^\s,;]+")


def cited(text: str) -> dict[str, list[str]]:
    """The sources that a cell names, as the terms of a record.

    Args:
        text: sources separated by semicolons: addresses, addresses with a remark, or names of works.

    Returns:
        `source`: the addresses; `attribution`: CURIEs of all sources that are more than an address. Terms
        without a value are left out.

    Example:
        >>> found = cited("https://iom.int/fr/node/176566 (head of the page); A/RES/73/195")
        >>> found["source"], found["attribution"][1]
        (['https://iom.int/fr/node/176566'], 'works:a-res-73-195-5c90fa00')
    """
    addresses, works = _taken_apart(text)
    named = [iris.curie("works", iris.text_key(work)) for work in works]
    return {term: found for term, found in (("source", addresses), ("attribution", named)) if found}


def works(text: str) -> dict[str, str]:
    """Map the CURIE of each work that a cell cites to its citation, word for word.

    Example:
        >>> list(works("https://iom.int/; CIA World Factbook").values())
        ['CIA World Factbook']
    """
    return {iris.curie("works", iris.text_key(work)): work for work in _taken_apart(text)[1]}


def _taken_apart(text: str) -> tuple[list[str], list[str]]:
    """Split a cell into addresses and works; an address with a remark is both."""
    parts = [part.strip() for part in text.split(";") if part.strip()]
    # A partly known address ends in an ellipsis and can't be followed.
    addresses = [found for part in parts for found in _ADDRESS.findall(part) if not found.endswith("…")]
    sources = list(dict.fromkeys(address for address in addresses if iris.is_web_iri(address)))
    return sources, [part for part in parts if part not in sources]
