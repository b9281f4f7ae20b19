"""The use of terms in records: decides which columns a table has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from iomgraph.mapping.context import BY_LANGUAGE


class Usage:
    """The use of a term in the records of a class; uses in several parts of them can be merged.

    Args:
        definition: definition of the term in the context.

    Attributes:
        languages: languages of its texts.
        nested: the terms of nested records, if it holds one each.
        labelled: a thing that it links to has a label.
        targets: the tables of the things that it links to; an empty name for things without a table.
        places: most decimals of its numbers.
    """

    def __init__(self, definition: Any) -> None:
        known: Mapping[str, Any] = definition if isinstance(definition, Mapping) else {}
        self.by_language = known.get("@container") in BY_LANGUAGE
        self.many = known.get("@container") == "@set"
        self.links = known.get("@type") == "@id"
        self.languages: set[str] = set()
        self.nested: Usages = {}
        self.labelled = False
        self.targets: set[str] = set()
        self.decimal = known.get("@type") == "xsd:decimal"
        self.places = 0

    def merge(self, other: Usage) -> None:
        """Add the use in other records."""
        self.languages |= other.languages
        self.labelled = self.labelled or other.labelled
        self.targets |= other.targets
        self.places = max(self.places, other.places)
        merge(self.nested, other.nested)


Usages = dict[str, Usage]
"""Term to its use."""


def merge(whole: Usages, part: Usages) -> None:
    """Add the terms that other records use."""
    for term, usage in part.items():
        if term in whole:
            whole[term].merge(usage)
        else:
            whole[term] = usage


def merged(parts: Iterable[Mapping[str, Usages]]) -> dict[str, Usages]:
    """Merge the uses in several parts, by class."""
    whole: dict[str, Usages] = {}
    for part in parts:
        for name, used in part.items():
            merge(whole.setdefault(name, {}), used)
    return whole


def encoded(used: Usages) -> dict[str, Any]:
    """Write uses as JSON can hold them: equal uses alike.

    Example:
        >>> title = Usage({"@container": "@language"})
        >>> title.languages |= {"fr", "en"}
        >>> encoded({"title": title})
        {'title': [['en', 'fr'], False, [], 0, {}]}
        >>> encoded(decoded(encoded({"title": title}), {})) == encoded({"title": title})
        True
    """
    return {
        term: [
            sorted(one.languages),
            one.labelled,
            sorted(one.targets),
            one.places,
            encoded(one.nested),
        ]
        for term, one in sorted(used.items())
    }


def decoded(said: Mapping[str, Any], terms: Mapping[str, Any]) -> Usages:
    """Read uses that `encoded` wrote.

    Args:
        said: the uses.
        terms: term to its definition in the context.
    """
    found: Usages = {}
    for term, (languages, labelled, targets, places, nested) in said.items():
        found[term] = usage = Usage(terms.get(term))
        usage.languages, usage.labelled, usage.targets = {*languages}, labelled, {*targets}
        usage.places, usage.nested = places, decoded(nested, terms)
    return found
