"""Misspelt namespaces of SHACL, whose terms would be ignored silently."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from rapidfuzz.distance import OSA
from rdflib import SH

from iomgraph.validation.shacl import vocabulary

_OTHERS = frozenset({"w3.org/ns/shex", "w3.org/ns/shacl-test"})
"""Vocabularies that rightly have such a name."""

_MEANT = "w3.org/ns/shacl"
_CHANGES = 3
"""Most characters that may differ: `ns/sh#`, `ns/schacl#`, `w3c.org/shacl#`."""

_DRESS = re.compile(r"\w+:/*(?:www\.)?")
_INITIALS = ("s", "S")
_COMPOUND = re.compile("[a-z][A-Z]")
_WORD = re.compile(r"[a-z0-9]*")


def misspelt(iris: Iterable[str]) -> Mapping[str, str]:
    """Find the terms with a misspelt namespace of SHACL.

    A namespace is one if it differs in a few characters, or if it is called `shacl` at another address and
    all its terms are names of SHACL, at least one of which is not a common word such as `message`.

    Args:
        iris: the terms of a graph, without those of SHACL.

    Returns:
        each such term to the intended one, empty if no name is similar.

    Example:
        >>> misspelt(["http://www.w3.org/ns/schacl#minCount", "http://example.org/shacl/Person"])
        {'http://www.w3.org/ns/schacl#minCount': 'http://www.w3.org/ns/shacl#minCount'}
    """
    spaces: dict[str, dict[str, str]] = {}
    for iri in iris:
        space, name = _parts(iri)
        spaces.setdefault(space, {})[iri] = name
    return {
        iri: f"{SH}{name}" if vocabulary.known(name) else vocabulary.nearest(name)
        for space, terms in spaces.items()
        if _is_like(space, terms.values())
        for iri, name in terms.items()
    }


def _parts(iri: str) -> tuple[str, str]:
    """Split an IRI into its namespace and a name."""
    at = max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":"))
    space, name = iri[:at], iri[at + 1 :]
    if name[:1] in _INITIALS and iri[at] == "/" and not vocabulary.known(name):
        for length in range(4, 7):  # a prefix that was declared without its last character
            head, rest = name[:length], name[length:]
            if rest and vocabulary.known(rest) and OSA.distance(head.lower(), "shacl") <= 1:
                return f"{space}/{head}", rest
    return space, name


def _is_like(space: str, names: Iterable[str]) -> bool:
    plain = _DRESS.sub("", space.lower(), count=1).rstrip("#/:?")
    names = list(names)
    known = [vocabulary.known(name) for name in names]
    if plain in _OTHERS:
        return False
    if OSA.distance(plain, _MEANT, score_cutoff=_CHANGES) <= _CHANGES:
        return any(known)
    words = (_WORD.match(part) for part in re.split("[/#]", plain))
    called = any(word is not None and OSA.distance(word[0], "shacl") <= 1 for word in words)
    return called and all(known) and any(_COMPOUND.search(name) for name in names)
