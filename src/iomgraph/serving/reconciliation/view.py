"""Entities, types, properties and values as JSON, in one language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from iomgraph.publication.site.translations import AUTONYMS
from iomgraph.serving.reconciliation import properties
from iomgraph.serving.reconciliation.catalogue import Catalogue
from iomgraph.serving.reconciliation.entities import TYPES
from iomgraph.serving.reconciliation.extend import ALL, OWN, Settings
from iomgraph.serving.reconciliation.properties import Property
from iomgraph.serving.statements import Value
from iomgraph.settings import LANGUAGES

EXACT = "ExactMatch"
"""The one way of matching that a condition can request."""

_XSD = "http://www.w3.org/2001/XMLSchema#"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class View:
    """A view of a catalogue in one language.

    Args:
        catalogue: the catalogue.
        lang: the language.
        words: key to text in it, from `vocabulary/serving.csv`.
    """

    def __init__(self, catalogue: Catalogue, lang: str, words: Mapping[str, str]) -> None:
        self.catalogue, self.lang, self._words = catalogue, lang, words
        self._said = catalogue.release.said[lang]

    def word(self, key: str) -> str:
        """A word of the service."""
        return self._words[key]

    def label(self, one: Property) -> str:
        """Return the label of a property."""
        return properties.label(one.name, self._said)

    def feature(self, name: str) -> str:
        """Return the label of a feature of a candidate."""
        return self._words.get(name) or self.label(self.catalogue.properties[name])

    def type(self, term: str) -> dict[str, Any]:
        """A type, with its broader one if there is one."""
        told: dict[str, Any] = {"id": term, "name": self._said.labels.get(term) or term}
        if definition := self._definition(term):
            told["description"] = definition
        if broader := TYPES[term]:
            told["broader"] = [self.type(broader)]
        return told

    def _definition(self, term: str) -> str:
        known = self.catalogue.release.terms.get(term)
        return known.definitions.get(self.lang, "") if known else ""

    def types(self, iri: str) -> list[dict[str, str]]:
        """The types of an entity."""
        return [
            {"id": term, "name": self._said.labels.get(term) or term}
            for term in self.catalogue.entities[iri].types
        ]

    def property(self, one: Property) -> dict[str, str]:
        """A property."""
        told = {"id": one.name, "name": self.label(one)}
        if definition := self._definition(one.name):
            told["description"] = definition
        return told

    def column(self, one: Property) -> dict[str, Any]:
        """A property as the header of a column."""
        told: dict[str, Any] = {"id": one.name, "name": self.label(one)}
        broadest = [term for term in one.leads if not TYPES[term]]
        if len(broadest) == 1:
            told["type"] = {"id": broadest[0], "name": self._said.labels.get(broadest[0]) or broadest[0]}
        return told

    def entity(self, iri: str, *, lang: bool) -> dict[str, str]:
        """An entity: identifier, name, description, and on request the language of the name."""
        name, tag = self.catalogue.name(iri, self.lang)
        told = {"id": iri, "name": name}
        if description := self.catalogue.description(iri, self.lang):
            told["description"] = description
        if lang and tag:
            told["lang"] = tag
        return told

    def cells(self, values: Sequence[Value], settings: Settings, *, lang: bool) -> list[dict[str, Any]]:
        """The values of a property of an entity, by the settings, and on request the language of texts."""
        kept = self._in_language(values, settings.language)
        if settings.count:
            return [{"int": len(kept)}]
        return [self._cell(value, lang) for value in (kept[: settings.limit] if settings.limit else kept)]

    def _in_language(self, values: Sequence[Value], language: str) -> Sequence[Value]:
        tags = {value.language for value in values if isinstance(value, ox.Literal) and value.language}
        if language == ALL or len(tags) < 2:
            return values
        order = (self.lang if language == OWN else language, *LANGUAGES, *sorted(tags))
        best = next(tag for tag in order if tag in tags)
        return [
            value for value in values if not isinstance(value, ox.Literal) or value.language in (best, None)
        ]

    def _cell(self, value: Value, lang: bool) -> dict[str, Any]:
        if isinstance(value, ox.NamedNode):
            if value.value in self.catalogue.entities:
                return dict(self.entity(value.value, lang=lang))
            return {"str": value.value}
        kind = value.datatype.value.removeprefix(_XSD)
        if kind == "integer":
            return {"int": int(value.value)}
        if kind in ("decimal", "double"):
            return {"float": float(value.value)}
        if kind == "date" and _DAY.fullmatch(value.value):
            return {"date": f"{value.value}T00:00:00Z"}
        return {"str": value.value, **({"lang": value.language} if lang and value.language else {})}

    def settings(self) -> list[dict[str, Any]]:
        """Return the settings of a property of a data extension."""
        languages = zip(LANGUAGES, AUTONYMS, strict=True)
        choices = [
            {"value": OWN, "name": self.word("language_own")},
            {"value": ALL, "name": self.word("language_all")},
            *({"value": tag, "name": name} for tag, name in languages),
        ]
        made = [("limit", "number", 0), ("count", "checkbox", False), ("language", "select", OWN)]
        return [
            {
                "id": key,
                "name": self.word(key),
                "type": kind,
                "default": default,
                "help": self.word(f"{key}_help"),
                **({"choices": choices} if kind == "select" else {}),
            }
            for key, kind, default in made
        ]
