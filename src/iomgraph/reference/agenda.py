"""The goals and targets of the 2030 Agenda, objectives of other frameworks, and links to them.

Goals and targets keep the IRIs of the United Nations. `skos:relatedMatch` links a theme or topic to them;
each link is also a statement with its source and its basis.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from iomgraph import iris
from iomgraph.records.record import Record
from iomgraph.reference.concepts import in_use, labels, member, scheme
from iomgraph.reference.evidence import remarks
from iomgraph.settings import LANGUAGES
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Row, Tables

_NAMES = tuple(f"name_{lang}" for lang in LANGUAGES)
GOALS = ("code", "iri", *_NAMES, "source")
TARGETS = ("code", "goal", "iri", "source")
GCM = ("number", *_NAMES, "source", "note")
MIGOF = ("id", "kind", *_NAMES, "source")
TOPICS = ("id", *_NAMES, "source")
TOPIC_LINKS = ("topic", "object", "basis", "source", "note")
THEME_LINKS = ("theme", "object", "basis", "stated_for", "source", "note")
UNLINKED = ("theme", "framework", *(f"note_{lang}" for lang in LANGUAGES), "source")

RELATED = {"sdg": "relatedTarget", "gcm": "relatedObjective", "migof": "relatedObjective"}
"""Prefix of the thing that a theme is linked to, to the property by which its projects relate to it."""


@dataclass(slots=True)
class Agenda:
    """Frameworks and links.

    Args:
        records: goals, targets, and the concepts of the other frameworks and of the topics.
        matches: CURIE of a theme or topic to the things that it is linked to.
        statements: one per link, for the graph of provenance.
        related: CURIE of a theme to the things that its projects relate to, by property.
        unlinked: CURIE of a theme that no source links to a framework, to a note on that, by language.
    """

    records: list[Record] = field(default_factory=list)
    matches: dict[str, list[str]] = field(default_factory=dict)
    statements: list[Record] = field(default_factory=list)
    related: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    unlinked: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def used(self, names: Collection[str]) -> Agenda:
        """Keep goals, targets, and everything else that projects use: topics, and the things these link to.

        Projects with a theme use everything except the links of other themes.

        Args:
            names: CURIEs of the themes and topics that projects have.
        """
        if any(name.startswith("themes:") for name in names):
            statements = [one for one in self.statements if _is_used(one["subject"][0], names)]
            return Agenda(self.records, statements=statements)
        topics = {name for name in names if name.startswith("topics:")}
        kept = topics.union(*(self.matches.get(topic, ()) for topic in topics))
        goals = [one for one in self.records if one["type"][0] in ("Goal", "Target")]
        others = (one for one in self.records if one["type"][0] not in ("Goal", "Target"))
        statements = [one for one in self.statements if one["subject"][0] in topics]
        return Agenda([*goals, *in_use(others, kept)], statements=statements)


def read(tables: Tables, themes: Collection[str], reporter: Reporter) -> Agenda:
    """Read goals, targets, frameworks, topics and links.

    Args:
        tables: the reference tables.
        themes: ids of the themes.
        reporter: takes findings on links from or to unknown things, and on links given twice.

    Raises:
        SourceError: if a table can't be read.
    """

    def rows(name: str, columns: tuple[str, ...]) -> list[Row]:
        return tables.read(f"agenda/{name}", columns)

    agenda = Agenda()
    agenda.records += _goals(rows("goals.csv", GOALS), rows("targets.csv", TARGETS))
    compact, framework, topics = rows("gcm.csv", GCM), rows("migof.csv", MIGOF), rows("topics.csv", TOPICS)
    agenda.records += [_objective("gcm", row, row["number"]) for row in compact]
    agenda.records += [_objective("migof", row, row["id"], row["kind"]) for row in framework]
    objects = {record["id"] for record in agenda.records}
    agenda.records += [
        scheme(tables, "gcm", [row["number"] for row in compact]),
        scheme(tables, "migof", [row["id"] for row in framework]),
        scheme(tables, "topic", [row["id"] for row in topics]),
    ]
    objectives = {record["id"] for record in agenda.records if "Concept" not in record["type"][:1]}
    links = _Links(agenda, objects, objectives, reporter)
    links.add("topic", rows("topic_links.csv", TOPIC_LINKS), {row["id"] for row in topics})
    links.add("theme", rows("theme_links.csv", THEME_LINKS), themes)
    _unlinked(agenda, rows("unlinked_themes.csv", UNLINKED), themes, reporter)
    for row in topics:
        record = {**member("topic", row), **remarks(row)}
        if record["id"] in agenda.matches:
            record["relatedMatch"] = agenda.matches[record["id"]]
        agenda.records.append(record)
    return agenda


_PREFIXES = {"topic": "topics", "theme": "themes"}


def _is_used(name: str, used: Collection[str]) -> bool:
    """Tell whether the start of a link is published; a theme is published only if a project has it."""
    return not name.startswith("themes:") or name in used


def _goals(goals: list[Row], targets: list[Row]) -> Iterator[Record]:
    """Goals by their short names; targets, which have no short name, by code and the name of their goal."""
    names = {row["code"]: labels(row) for row in goals}
    for row in goals:
        yield {
            "id": iris.curie("sdg", row["code"]),
            "type": ["Goal"],
            "prefLabel": labels(row),
            "notation": row["code"],
            **remarks(row),
        }
    for row in targets:
        yield {
            "id": iris.curie("sdg", row["code"]),
            "type": ["Target"],
            "prefLabel": {
                lang: [f"{row['code']} {text}" for text in texts]
                for lang, texts in names.get(row["goal"], {}).items()
            },
            "notation": row["code"],
            "isTargetOf": iris.curie("sdg", row["goal"]),
            **remarks(row),
        }


def _unlinked(agenda: Agenda, rows: list[Row], themes: Collection[str], reporter: Reporter) -> None:
    """Take in the themes that no source links; such a theme that has a link all the same is a finding."""
    for row in rows:
        theme = iris.curie("themes", row["theme"])
        linked = any(one.startswith(f"{row['framework']}:") for one in agenda.matches.get(theme, ()))
        if row["theme"] not in themes:
            reporter.report(
                "unknown-thing", row.place("theme"), value=row["theme"], table="vocabulary/concepts.csv"
            )
        elif linked:
            reporter.report("linked-theme", row.place("framework"), value=row["theme"])
        else:
            for lang, texts in labels(row, "note").items():
                agenda.unlinked.setdefault(theme, {}).setdefault(lang, []).extend(texts)


def _objective(framework: str, row: Row, key: str, kind: str = "objective") -> Record:
    """An objective, or another element of a framework, such as a principle."""
    types = ["Objective", "Concept"] if kind == "objective" else ["Concept"]
    return {**member(framework, row, key), "type": types, "notation": key, **remarks(row)}


@dataclass(slots=True)
class _Links:
    """Takes in links, and derives relations of projects from the links of themes."""

    agenda: Agenda
    objects: Collection[str]
    objectives: Collection[str]
    reporter: Reporter

    def add(self, kind: str, rows: list[Row], subjects: Collection[str]) -> None:
        seen: set[tuple[str, str]] = set()
        for row in rows:
            if not self._known(row, kind, subjects):
                continue
            pair = (row[kind], row["object"])
            if pair in seen:
                place = row.place("object")
                value = f"{row[kind]} {row['object']}"
                self.reporter.report("duplicate-link", place, value=value)
                continue
            seen.add(pair)
            self._link(kind, row)

    def _known(self, row: Row, kind: str, subjects: Collection[str]) -> bool:
        table = "agenda/topics.csv" if kind == "topic" else "vocabulary/concepts.csv"
        wrong = [(kind, row[kind], table)] if row[kind] not in subjects else []
        wrong += [("object", row["object"], "agenda")] if row["object"] not in self.objects else []
        behind = row.cells.get("stated_for", "")
        if behind and _name("topic", behind, row["object"]) not in {
            link["id"] for link in self.agenda.statements
        }:
            wrong.append(("stated_for", behind, "agenda/topic_links.csv"))
        for column, value, named in wrong:
            self.reporter.report("unknown-thing", row.place(column), value=value, table=named)
        return not wrong

    def _link(self, kind: str, row: Row) -> None:
        subject, target = iris.curie(_PREFIXES[kind], row[kind]), row["object"]
        behind = row.cells.get("stated_for", "")
        self.agenda.matches.setdefault(subject, []).append(target)
        self.agenda.statements.append(
            {
                "id": _name(kind, row[kind], target),
                "type": ["AgendaLink", "Statement"],
                "subject": [subject],
                "property": "relatedMatch",
                "statedResource": [target],
                "basis": iris.curie("bases", row["basis"]),
                **({"wasDerivedFrom": [_name("topic", behind, target)]} if behind else {}),
                **remarks(row),
            }
        )
        if kind == "theme" and target in self.objectives:
            self._relate(subject, target)

    def _relate(self, theme: str, target: str) -> None:
        """Relate projects to a target and to its goal as well."""
        related = self.agenda.related.setdefault(theme, {})
        goal, dot, _ = target.partition(".")
        prefix = target.partition(":")[0]
        if prefix == "sdg":
            found = related.setdefault("relatedGoal", [])
            found += [goal] if goal not in found else []
        if dot or prefix != "sdg":
            related.setdefault(RELATED[prefix], []).append(target)


def _name(kind: str, key: str, target: str) -> str:
    return iris.curie("links", kind, key, target.replace(":", "-"))
