"""Names of blank nodes by their place, because their labels have no meaning and change from run to run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyoxigraph as ox

from iomgraph.findings import Place
from iomgraph.validation.documents import Documents
from iomgraph.validation.documents.places import Wanted
from iomgraph.validation.shacl.results import ValidationResult

_LABEL = re.compile(r"_:(\w+)")


def named(place: Place | None) -> str:
    """Name a blank node.

    Example:
        >>> named(Place("data.ttl", line=3)), named(None)
        ('blank node at data.ttl:3', 'blank node')
    """
    return f"blank node at {place}" if place else "blank node"


def relabelled(
    results: Sequence[ValidationResult], sources: Sequence[Documents | None]
) -> list[ValidationResult]:
    """Rename the blank nodes in messages, which contain values from queries.

    Args:
        results: results of the engine, with labels of blank nodes in messages.
        sources: the files of data and of shapes, if they came from files.
    """
    found = {
        ox.BlankNode(label)
        for messages in {result.messages for result in results}
        for message in messages
        for label in _LABEL.findall(message.value)
    }
    if not found:
        return list(results)
    names: dict[str, str] = {}
    for documents in sources:
        known = {Wanted(node) for node in found if documents and node in documents.first}
        places = documents.places(known) if documents else {}
        names.update((str(one.subject), named(places.get(one))) for one in known)
    return [_renamed(result, names) for result in results]


def _renamed(result: ValidationResult, names: Mapping[str, str]) -> ValidationResult:
    if not any("_:" in message.value for message in result.messages):
        return result
    nodes = (result.focus_node, result.value)
    known = {**{str(node): named(None) for node in nodes if isinstance(node, ox.BlankNode)}, **names}
    return replace(result, messages=tuple(_filled(message, known) for message in result.messages))


def _filled(message: ox.Literal, names: Mapping[str, str]) -> ox.Literal:
    text = _LABEL.sub(lambda label: names.get(label[0], label[0]), message.value)
    return ox.Literal(text, language=message.language) if message.language else ox.Literal(text)
